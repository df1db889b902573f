/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 199309L
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BLOCK 16384

static const struct contender contenders[] = {
    {ROW_COPY, KIND_COPY, 0, 0, 0},
    {ROW_SCAN, KIND_SCAN, 0, 0, 0},
    {ROW_PARSE, KIND_PARSE, 0, 0, 0},
    {ROW_SLOW, KIND_SLUICE, BLOCK, SLUICE_NO_FAST_PATH, 0},
    {ROW_SLUICE, KIND_SLUICE, BLOCK, 0, 0},
};

/* These run over the first workload alone. */
static const struct contender pushers[] = {
    {ROW_FRESH, KIND_SLUICE, BLOCK, 0, 1},
    {ROW_EVENT, KIND_SLUICE, PUSH_EVENT, 0, 0},
    {ROW_PACKET, KIND_SLUICE, 1400, 0, 0},
    {ROW_BYTE, KIND_SLUICE, 1, 0, 0},
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

double cpu_now(void)
{
  struct timespec t;

  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void add(struct table *t, const struct workload *w,
                const struct streams *s, const struct contender *c)
{
  struct row *row = &t->rows[t->count++];

  row->workload = w;
  row->streams = s;
  runner_open(&row->runner, c, NULL, NULL);
}

void table_open(struct table *t, const struct streams *streams)
{
  const struct workload *w;
  size_t n = COUNT(pushers), i;

  for (w = workloads; w->name != NULL; w++)
    n += COUNT(contenders);
  memset(t, 0, sizeof(*t));
  t->rows = calloc(n, sizeof(*t->rows));
  if (t->rows == NULL) {
    fputs("bench: no memory\n", stderr);
    exit(2);
  }
  for (w = workloads; w->name != NULL; w++) {
    if (streams[w - workloads].count == 0)
      continue;
    for (i = 0; i < COUNT(contenders); i++)
      add(t, w, &streams[w - workloads], &contenders[i]);
    for (i = 0; w == workloads && i < COUNT(pushers); i++)
      add(t, w, streams, &pushers[i]);
  }
}

void table_close(struct table *t)
{
  size_t i;

  for (i = 0; i < t->count; i++)
    runner_close(&t->rows[i].runner);
  free(t->rows);
}

static int compare(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return x < y ? -1 : x > y;
}

double median(double *values, size_t count)
{
  qsort(values, count, sizeof(*values), compare);
  return count % 2 != 0 ? values[count / 2]
                        : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static void settle(struct row *row, unsigned rounds)
{
  double times[ROUNDS_MAX], middle;

  memcpy(times, row->times, rounds * sizeof(*times));
  middle = median(times, rounds);
  row->spread = (times[rounds - 1 - rounds / 4] - times[rounds / 4]) / 2;
  row->spread /= middle;
  row->median = middle / (double)row->streams->chunks;
}

static void show_progress(unsigned round, unsigned rounds)
{
  if (isatty(2))
    fprintf(stderr, "\rround %u of %u%s", round, rounds,
            round == rounds ? "\r\033[K" : "");
}

void table_measure(struct table *t, unsigned rounds)
{
  unsigned round;
  size_t i;
  double start;

  t->rounds = rounds;
  for (round = 0; round <= rounds; round++) {
    for (i = 0; i < t->count; i++) {
      start = cpu_now();
      runner_run(&t->rows[i].runner, t->rows[i].streams);
      if (round > 0)
        t->rows[i].times[round - 1] = cpu_now() - start;
    }
    show_progress(round, rounds);
  }
  for (i = 0; i < t->count; i++)
    settle(&t->rows[i], rounds);
}

const struct contender *contender_find(const char *name)
{
  size_t i;

  for (i = 0; i < COUNT(contenders); i++)
    if (strcmp(contenders[i].name, name) == 0)
      return &contenders[i];
  for (i = 0; i < COUNT(pushers); i++)
    if (strcmp(pushers[i].name, name) == 0)
      return &pushers[i];
  return NULL;
}

const struct row *table_find(const struct table *t, const char *workload,
                             const char *contender)
{
  size_t i;

  for (i = 0; i < t->count; i++)
    if (strcmp(t->rows[i].workload->name, workload) == 0 &&
        strcmp(t->rows[i].runner.contender->name, contender) == 0)
      return &t->rows[i];
  return NULL;
}

double table_ratio(const struct table *t, const char *workload, const char *a,
                   const char *b)
{
  const struct row *x = table_find(t, workload, a);
  const struct row *y = table_find(t, workload, b);
  double ratios[ROUNDS_MAX];
  unsigned i;

  if (x == NULL || y == NULL)
    return 0;
  for (i = 0; i < t->rounds; i++)
    ratios[i] = x->times[i] / y->times[i];
  return median(ratios, t->rounds);
}
