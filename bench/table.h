/* SPDX-License-Identifier: MIT */
/* table.h - the rows of the bench and their times: each workload against each
 * that runs over it, in turn, round after round. */
#ifndef SLUICE_BENCH_TABLE_H
#define SLUICE_BENCH_TABLE_H

#include "runner.h"
#include "workload.h"

#define ROUNDS_MAX 99

/* Names of contenders that others are compared with. */
#define ROW_COPY   "memcpy"
#define ROW_SCAN   "newline scan"
#define ROW_PARSE  "yajl"
#define ROW_SLOW   "sluice, no fast path"
#define ROW_SLUICE "sluice"
#define ROW_FRESH  "new handle per stream"
#define ROW_EVENT  "one push per event"
#define ROW_PACKET "1,400-byte pushes"
#define ROW_COLD   "bytes not in the cache"
#define ROW_BYTE   "1-byte pushes"

struct row {
  const struct workload *workload;
  const struct streams *streams;
  struct runner runner;
  double times[ROUNDS_MAX]; /* of each round, nanoseconds of the processor */
  double median, spread;    /* of a chunk; half of the distance between the
                               quartiles, over the median */
};

struct table {
  struct row *rows;
  size_t count;
  unsigned rounds;
};

/* The rows of all workloads, nothing measured. `streams` has one for each
 * workload, in their order; a workload without streams has no rows. */
void table_open(struct table *t, const struct streams *streams);
void table_close(struct table *t);

/* Workload by workload: one run of each of its rows that is not counted, then
 * `rounds` of all of them. */
void table_measure(struct table *t, unsigned rounds);

/* NULL when there is none of that name. */
const struct contender *contender_find(const char *name);

/* NULL when there is none. */
const struct row *table_find(const struct table *t, const char *workload,
                             const char *contender);

/* How many times as long `a` takes as `b`, the median of the rounds: what runs
 * one after the other suffers the same from what else the machine does. 0 when
 * one of them is not there. */
double table_ratio(const struct table *t, const char *workload, const char *a,
                   const char *b);

/* Sorts; the one in the middle. */
double median(double *values, size_t count);

#endif
