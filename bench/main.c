/* SPDX-License-Identifier: MIT */
/* main.c - `make bench`. README.md says how to read what it prints. */
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "table.h"

static unsigned long setting(const char *name, unsigned long usual,
                             unsigned long most)
{
  const char *s = getenv(name);
  unsigned long n = s != NULL ? strtoul(s, NULL, 10) : usual;

  return n < 1 ? 1 : n > most ? most : n;
}

static void print_table(const struct table *t)
{
  const struct workload *w = NULL;
  size_t i;

  for (i = 0; i < t->count; i++) {
    const struct row *row = &t->rows[i];
    const struct streams *s = row->streams;
    double per = (double)s->in.n / (double)s->chunks;

    if (row->workload != w) {
      w = row->workload;
      printf("\n%s: %s\n%zu chunks in %zu streams, %.1f bytes a chunk\n",
             w->name, w->what, s->chunks, s->count, per);
    }
    printf("  %-24s %9.1f ns/chunk ±%4.1f %% %9.0f MB/s %7.2f x\n",
           row->runner.contender->name, row->median, row->spread * 100,
           per / row->median * 1e3,
           table_find(t, w->name, ROW_PARSE)->median / row->median);
  }
}

int main(void)
{
  struct recording recordings[RECORDINGS];
  struct streams streams[32];
  struct checked checked;
  struct table table;
  const struct workload *w;
  size_t chunks = setting("BENCH_CHUNKS", 100000, 10000000);
  unsigned rounds = (unsigned)setting("BENCH_ROUNDS", 9, ROUNDS_MAX);
  int good = 1;

  recordings_read(recordings);
  for (w = workloads; w->name != NULL; w++) {
    workload_make(w, recordings, chunks, &streams[w - workloads]);
    good &= check_streams(w->name, &streams[w - workloads], &checked);
  }
  if (!good)
    return 1;
  table_open(&table, streams);
  table_measure(&table, rounds);
  print_table(&table);
  table_close(&table);
  for (w = workloads; w->name != NULL; w++)
    streams_free(&streams[w - workloads]);
  recordings_free(recordings);
  return 0;
}
