/* SPDX-License-Identifier: MIT */
#include "sources.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "folder.h"

static void add(struct sources *s, const char *folder, const char *name,
                const char *end)
{
  struct source *source;
  char path[240];

  s->list = realloc(s->list, (s->count + 1) * sizeof(*s->list));
  if (s->list == NULL)
    abort();
  source = &s->list[s->count++];
  memset(source, 0, sizeof(*source));
  snprintf(source->name, sizeof(source->name), "%s%s", folder, name);
  snprintf(path, sizeof(path), "%s%s", source->name, end);
  if (!bytes_read(&source->in, path))
    abort();
  snprintf(path, sizeof(path), "%s.opts", source->name);
  bytes_read(&source->opts, path);
}

static void add_all(struct sources *s, const char *folder, const char *end)
{
  struct folder f;
  size_t i;

  folder_find(&f, folder, end);
  for (i = 0; i < f.count; i++)
    if (strstr(f.names[i], ".expect") == NULL)
      add(s, folder, f.names[i], end);
  folder_free(&f);
}

void sources_read(struct sources *s)
{
  struct folder rounds;
  char path[160];
  size_t i, own;

  s->list = NULL;
  s->count = 0;
  add_all(s, "corpus/", ".sse");
  add_all(s, "corpus/rounds/", ".sse");
  own = s->count;
  add_all(s, RECORDINGS "stream/", ".sse");
  add_all(s, RECORDINGS "stream-wire/", ".sse");
  add_all(s, RECORDINGS "whole/", ".json");
  folder_find(&rounds, RECORDINGS "rounds/", "");
  for (i = 0; i < rounds.count; i++) {
    snprintf(path, sizeof(path), RECORDINGS "rounds/%s/", rounds.names[i]);
    add_all(s, path, ".sse");
  }
  folder_free(&rounds);
  s->recorded = s->count > own;
}

void sources_free(struct sources *s)
{
  while (s->count > 0) {
    struct source *source = &s->list[--s->count];

    bytes_free(&source->in);
    bytes_free(&source->opts);
  }
  free(s->list);
}
