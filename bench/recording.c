/* SPDX-License-Identifier: MIT */
#include "recording.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void stop(const char *path, const char *why)
{
  fprintf(stderr, "bench: %s: %s\n", path, why);
  exit(2);
}

static void *grow(void *list, size_t count, size_t size)
{
  void *p = realloc(list, (count + 1) * size);

  if (p == NULL)
    stop("recordings", "no memory");
  return p;
}

static char *copy(const char *s)
{
  char *p = malloc(strlen(s) + 1);

  if (p == NULL)
    stop("recordings", "no memory");
  return strcpy(p, s);
}

struct token token_of(const char *plain, int ascii_only)
{
  json_t *s = json_string(plain);
  struct token t;

  t.plain = copy(plain);
  t.json = s != NULL ? json_dumps(s, JSON_ENCODE_ANY |
                                         (ascii_only ? JSON_ENSURE_ASCII : 0))
                     : NULL;
  if (t.json == NULL)
    stop(plain, "not UTF-8");
  json_decref(s);
  return t;
}

static void keep_once(char **to, const json_t *value)
{
  if (*to == NULL && json_is_string(value))
    *to = copy(json_string_value(value));
}

static void read_choice(struct recording *r, const json_t *choice)
{
  const json_t *delta = json_object_get(choice, "delta");
  const char *s = json_string_value(json_object_get(delta, "content"));

  if (s != NULL && *s != '\0') {
    r->tokens = grow(r->tokens, r->token_count, sizeof(*r->tokens));
    r->tokens[r->token_count++] = token_of(s, 0);
  }
  keep_once(&r->finish, json_object_get(choice, "finish_reason"));
}

static void read_chunk(struct recording *r, const json_t *chunk)
{
  const json_t *usage = json_object_get(chunk, "usage");
  const json_t *padding = json_object_get(chunk, "obfuscation");

  keep_once(&r->model, json_object_get(chunk, "model"));
  keep_once(&r->tier, json_object_get(chunk, "service_tier"));
  keep_once(&r->fingerprint, json_object_get(chunk, "system_fingerprint"));
  r->paddings = grow(r->paddings, r->padding_count, sizeof(*r->paddings));
  r->paddings[r->padding_count++] =
      copy(json_is_string(padding) ? json_string_value(padding) : "");
  if (json_is_object(usage) && r->usage == NULL)
    r->usage = json_dumps(usage, JSON_COMPACT);
  read_choice(r, json_array_get(json_object_get(chunk, "choices"), 0));
}

static void read_one(struct recording *r, const char *path)
{
  struct bytes file = {NULL, 0, 0};
  char *line;

  if (!bytes_read(&file, path))
    stop(path, "not there; run it from the root of the tree");
  for (line = strtok(file.p, "\n"); line != NULL; line = strtok(NULL, "\n")) {
    json_t *chunk = NULL;

    if (strncmp(line, "data: {", 7) == 0)
      chunk = json_loads(line + 6, 0, NULL);
    if (chunk != NULL)
      read_chunk(r, chunk);
    json_decref(chunk);
  }
  bytes_free(&file);
  if (r->token_count == 0 || r->model == NULL || r->tier == NULL ||
      r->fingerprint == NULL || r->finish == NULL)
    stop(path, "no stream of chunks as it is expected");
}

void recordings_read(struct recording all[RECORDINGS])
{
  char path[40];
  unsigned i;

  memset(all, 0, RECORDINGS * sizeof(*all));
  json_object_seed(1); /* not by chance: where blocks lie would differ */
  for (i = 0; i < RECORDINGS; i++) {
    snprintf(path, sizeof(path), "corpus/seed-00%u.sse", i);
    read_one(&all[i], path);
  }
}

void recordings_free(struct recording all[RECORDINGS])
{
  size_t i, k;

  for (i = 0; i < RECORDINGS; i++) {
    struct recording *r = &all[i];

    for (k = 0; k < r->token_count; k++) {
      free(r->tokens[k].plain);
      free(r->tokens[k].json);
    }
    for (k = 0; k < r->padding_count; k++)
      free(r->paddings[k]);
    free(r->tokens);
    free(r->paddings);
    free(r->model);
    free(r->tier);
    free(r->fingerprint);
    free(r->finish);
    free(r->usage);
  }
}
