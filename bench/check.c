/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner.h"

/* Each is another way in; the first is the one that the others are held to. */
static const struct contender ways[] = {
    {"without the fast path", KIND_SLUICE, 16384, SLUICE_NO_FAST_PATH, 0, 0},
    {"16 KiB pushes", KIND_SLUICE, 16384, 0, 0, 0},
    {"one push per event", KIND_SLUICE, PUSH_EVENT, 0, 0, 0},
    {"pushes of 1,400 bytes", KIND_SLUICE, 1400, 0, 0, 0},
    {"new handles", KIND_SLUICE, 16384, 0, 1, 0},
    {"1-byte pushes", KIND_SLUICE, 1, 0, 0, 0},
};
#define WAYS (sizeof(ways) / sizeof(ways[0]))

struct seen {
  struct checked sum;
  struct bytes said;
  int keep;
};

static int on_event(void *user, const sluice_event *event)
{
  struct seen *seen = user;
  uint64_t hash = seen->sum.hash;
  char *plain;
  size_t i;

  for (i = 0; i < event->wire.n; i++)
    hash = (hash ^ (unsigned char)event->wire.p[i]) * 0x100000001b3u;
  seen->sum.hash = hash;
  seen->sum.events++;
  seen->sum.bytes += event->wire.n;
  if (!seen->keep || (event->type != SLUICE_EVENT_TEXT_DELTA &&
                      event->type != SLUICE_EVENT_SUMMARY_DELTA &&
                      event->type != SLUICE_EVENT_ARGUMENTS_DELTA))
    return 0;
  if ((plain = malloc(event->text.n + 1)) == NULL)
    return -1;
  bytes_put(&seen->said, plain,
            sluice_text_decode(event->text, plain, event->text.n));
  free(plain);
  return 0;
}

static void look(const struct contender *way, const struct streams *s,
                 struct seen *seen)
{
  struct runner r;

  seen->sum.hash = 0xcbf29ce484222325u;
  runner_open(&r, way, on_event, seen);
  runner_run(&r, s);
  runner_close(&r);
}

int check_streams(const char *name, const struct streams *s,
                  struct checked *out)
{
  struct seen first, other;
  size_t i;
  int good = 1;

  memset(&first, 0, sizeof(first));
  first.keep = 1;
  look(&ways[0], s, &first);
  if (!bytes_equal(&s->said, &first.said)) {
    fprintf(stderr, "bench: %s: other text came out than went in\n", name);
    bytes_difference(&s->said, &first.said);
    good = 0;
  }
  for (i = 1; i < WAYS; i++) {
    memset(&other, 0, sizeof(other));
    look(&ways[i], s, &other);
    if (memcmp(&other.sum, &first.sum, sizeof(first.sum)) != 0) {
      fprintf(stderr, "bench: %s: other bytes came out than %s: %s\n", name,
              ways[0].name, ways[i].name);
      good = 0;
    }
  }
  *out = first.sum;
  bytes_free(&first.said);
  return good;
}
