/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200112L
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK 16384

static const struct contender contenders[] = {
    {ROW_COPY, KIND_COPY, 0, 0, 0, 0},
    {ROW_SCAN, KIND_SCAN, 0, 0, 0, 0},
    {ROW_PARSE, KIND_PARSE, 0, 0, 0, 0},
    {ROW_SLOW, KIND_SLUICE, BLOCK, SLUICE_NO_FAST_PATH, 0, 0},
    {ROW_SLUICE, KIND_SLUICE, BLOCK, 0, 0, 0},
};

/* These run over the first workload alone. */
static const struct contender pushers[] = {
    {ROW_FRESH, KIND_SLUICE, BLOCK, 0, 1, 0},
    {ROW_EVENT, KIND_SLUICE, PUSH_EVENT, 0, 0, 0},
    {ROW_PACKET, KIND_SLUICE, 1400, 0, 0, 0},
    {ROW_COLD, KIND_SLUICE, BLOCK, 0, 0, 1},
    {ROW_BYTE, KIND_SLUICE, 1, 0, 0, 0},
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

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

static void show_progress(const char *name, unsigned round, unsigned rounds)
{
  if (isatty(2))
    fprintf(stderr, "\r\033[K%s: round %u of %u%s", name, round, rounds,
            round == rounds ? "\r\033[K" : "");
}

/* The rows from `first` to before `end`: those of one workload. */
static void measure_rows(struct row *first, const struct row *end,
                         unsigned rounds)
{
  unsigned round;
  struct row *row;

  for (round = 0; round <= rounds; round++) {
    show_progress(first->workload->name, round, rounds);
    for (row = first; row < end; row++) {
      runner_measure(&row->runner, row->streams);
      if (round > 0)
        row->times[round - 1] = row->runner.time;
    }
  }
  for (row = first; row < end; row++)
    settle(row, rounds);
}

void table_measure(struct table *t, unsigned rounds)
{
  size_t first, end;

  t->rounds = rounds;
  for (first = 0; first < t->count; first = end) {
    for (end = first + 1; end < t->count; end++)
      if (t->rows[end].workload != t->rows[first].workload)
        break;
    measure_rows(&t->rows[first], &t->rows[end], rounds);
  }
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
