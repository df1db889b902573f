/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* strndup */
#include "folder.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add(struct folder *f, const char *name, size_t n)
{
  char **names = realloc(f->names, (f->count + 1) * sizeof(*names));

  if (names == NULL || (names[f->count] = strndup(name, n)) == NULL)
    abort();
  f->names = names;
  f->count++;
}

static int by_name(const void *a, const void *b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

void folder_find(struct folder *f, const char *path, const char *end)
{
  DIR *dir = opendir(path);
  const struct dirent *entry;
  size_t n;

  memset(f, 0, sizeof(*f));
  while (dir != NULL && (entry = readdir(dir)) != NULL) {
    n = strlen(entry->d_name);
    if (entry->d_name[0] != '.' && n > strlen(end) &&
        strcmp(entry->d_name + n - strlen(end), end) == 0)
      add(f, entry->d_name, n - strlen(end));
  }
  if (dir != NULL)
    closedir(dir);
  if (f->count > 0)
    qsort(f->names, f->count, sizeof(*f->names), by_name);
}

void folder_read(struct folder *f, const char *path, const char *end)
{
  folder_find(f, path, end);
  if (f->count == 0) {
    fprintf(stderr, "no %s*%s: run from the repository's root\n", path, end);
    exit(99);
  }
}

void folder_free(struct folder *f)
{
  while (f->count > 0)
    free(f->names[--f->count]);
  free(f->names);
}
