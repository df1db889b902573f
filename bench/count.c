/* SPDX-License-Identifier: MIT */
/* count.c - one run of one contender over a little of one workload: for
 * valgrind, which counts the instructions of counted(). As in the bench, the
 * scratch has served other streams before.
 *
 *   count                             lists what is counted: WORKLOAD,CONTENDER
 *   count WORKLOAD,CONTENDER CHUNKS   prints how many chunks it were */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

#define WARM ((size_t)2000) /* chunks before those that are counted */

static const char *const others[] = {
    "short," ROW_PARSE,  "short," ROW_SLOW,  "short," ROW_EVENT,
    "short," ROW_PACKET, "misses," ROW_SLOW, "late misses," ROW_SLOW,
};

static void list(void)
{
  const struct workload *w;
  size_t i;

  for (w = workloads; w->name != NULL; w++)
    printf("%s,%s\n", w->name, ROW_SLUICE);
  for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
    puts(others[i]);
}

void counted(struct runner *r, const struct streams *s);

/* Callgrind finds it by its name. */
__attribute__((noinline)) void counted(struct runner *r,
                                       const struct streams *s)
{
  runner_run(r, s);
}

int main(int argc, char **argv)
{
  static struct recording recordings[RECORDINGS];
  const struct contender *contender;
  const struct workload *w;
  struct streams streams, before;
  struct runner runner;
  char *comma;

  if (argc == 1) {
    list();
    return 0;
  }
  comma = strchr(argv[1], ',');
  if (argc != 3 || comma == NULL) {
    fputs("usage: count [WORKLOAD,CONTENDER CHUNKS]\n", stderr);
    return 2;
  }
  *comma = '\0';
  w = workload_find(argv[1]);
  contender = contender_find(comma + 1);
  if (w == NULL || contender == NULL) {
    fprintf(stderr, "count: nothing of that name: %s,%s\n", argv[1], comma + 1);
    return 2;
  }
  recordings_read(recordings);
  workload_make(w, recordings, WARM, 2, &before);
  workload_make(w, recordings, strtoul(argv[2], NULL, 10), 1, &streams);
  runner_open(&runner, contender, NULL, NULL);
  runner_run(&runner, &before);
  counted(&runner, &streams);
  runner_close(&runner);
  printf("%zu\n", streams.chunks);
  streams_free(&streams);
  streams_free(&before);
  recordings_free(recordings);
  return 0;
}
