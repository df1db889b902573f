/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* strdup */
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "folder.h"

#define CORPUS "corpus/"

static void read_one(struct sample *s, const char *name)
{
  struct bytes opts = {0};
  char path[512];

  s->name = strdup(name);
  snprintf(path, sizeof(path), CORPUS "%s.sse", name);
  if (s->name == NULL || !bytes_read(&s->in, path))
    abort();
  setup_init(&s->setup);
  snprintf(path, sizeof(path), CORPUS "%s.opts", name);
  if (bytes_read(&opts, path))
    setup_read(&s->setup, opts.p);
  bytes_free(&opts);
}

struct sample *samples_read(size_t *count)
{
  struct folder f;
  struct sample *samples;
  size_t i;

  folder_read(&f, CORPUS, ".sse");
  samples = calloc(f.count, sizeof(*samples));
  if (samples == NULL)
    abort();
  for (i = 0; i < f.count; i++)
    read_one(&samples[i], f.names[i]);
  *count = f.count;
  folder_free(&f);
  return samples;
}

void samples_free(struct sample *samples, size_t count)
{
  while (count-- > 0) {
    free(samples[count].name);
    setup_free(&samples[count].setup);
    bytes_free(&samples[count].in);
  }
  free(samples);
}

void sample_run(const struct sample *s, struct run *r, size_t step)
{
  size_t at, n;

  for (at = 0; at < s->in.n; at += n) {
    n = s->in.n - at < step ? s->in.n - at : step;
    run_feed(r, s->in.p + at, n);
  }
  run_finish(r);
}
