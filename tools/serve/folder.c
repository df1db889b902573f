/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "heap.h"
#include "reading.h"
#include "replay.h"
#include "report.h"

/* The length of NAME in NAME.sse; 0 for any other file, and hidden ones. */
static size_t name_length(const char *file)
{
  size_t n = strlen(file);

  if (n <= 4 || file[0] == '.' || strcmp(file + n - 4, ".sse") != 0)
    return 0;
  return n - 4;
}

static int read_stream(struct recorded *r, const char *folder)
{
  char path[PATH_MAX];
  size_t at;

  if ((size_t)snprintf(path, sizeof(path), "%s/%s.sse", folder, r->name) >=
      sizeof(path)) {
    errno = ENAMETOOLONG;
    report_errno(folder);
    return -1;
  }
  if (reading_whole(path, &r->file) != 0)
    return -1;
  at = r->file.n > 0 ? replay_head(r->file.p, r->file.n) : 0;
  r->stream.p = r->file.p + at;
  r->stream.n = r->file.n - at;
  return 0;
}

static int add(struct folder *folder, const char *file, size_t n)
{
  void *list = folder->list;
  struct recorded *r;

  if (sluice__room(heap(), &list, &folder->cap, folder->count + 1, 64,
                   sizeof(*r)) != 0) {
    heap_report();
    return -1;
  }
  folder->list = list;
  r = &folder->list[folder->count];
  memset(r, 0, sizeof(*r));
  sluice__buf_init(&r->file, heap());
  r->name = sluice__new(heap(), n + 1);
  if (r->name == NULL) {
    heap_report();
    return -1;
  }
  memcpy(r->name, file, n);
  folder->count++;
  return read_stream(r, folder->path);
}

static int compare(const char *a, sluice_str b)
{
  size_t n = strlen(a);
  int order = memcmp(a, b.p, n < b.n ? n : b.n);

  return order != 0 ? order : n < b.n ? -1 : n > b.n;
}

static int by_name(const void *a, const void *b)
{
  const struct recorded *x = a, *y = b;

  return compare(x->name, (sluice_str){y->name, strlen(y->name)});
}

int folder_read(struct folder *folder, const char *path, int may_miss)
{
  DIR *dir = opendir(path);
  const struct dirent *entry;
  int rv = 0;

  memset(folder, 0, sizeof(*folder));
  folder->path = path;
  if (dir == NULL && may_miss && (errno == ENOENT || errno == ENOTDIR))
    return 0;
  if (dir == NULL) {
    report_errno(path);
    return -1;
  }
  while (rv == 0 && (entry = readdir(dir)) != NULL) {
    size_t n = name_length(entry->d_name);
    if (n > 0)
      rv = add(folder, entry->d_name, n);
  }
  closedir(dir);
  if (rv != 0)
    return -1;
  if (folder->count > 0)
    qsort(folder->list, folder->count, sizeof(*folder->list), by_name);
  return (int)folder->count;
}

const struct recorded *folder_find(const struct folder *folder, sluice_str name)
{
  size_t low = 0, high = name.n > 0 ? folder->count : 0;

  while (low < high) {
    size_t middle = low + (high - low) / 2;
    const struct recorded *r = &folder->list[middle];
    int order = compare(r->name, name);
    if (order == 0)
      return r;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

const struct recorded *folder_round(const struct folder *folder,
                                    sluice_str name, unsigned round)
{
  const struct recorded *r = folder_find(folder, name);
  char numbered[NAME_MAX + 1];
  int n;

  if (r != NULL || name.n == 0 || name.n > NAME_MAX)
    return r;
  n = snprintf(numbered, sizeof(numbered), "%.*s-%u", (int)name.n, name.p,
               round);
  if (n < 0 || (size_t)n >= sizeof(numbered))
    return NULL;
  return folder_find(folder, (sluice_str){numbered, (size_t)n});
}

void folder_free(struct folder *folder)
{
  for (size_t i = 0; i < folder->count; i++) {
    sluice__free(heap(), folder->list[i].name);
    sluice__buf_free(&folder->list[i].file);
  }
  sluice__free(heap(), folder->list);
  memset(folder, 0, sizeof(*folder));
}
