/* SPDX-License-Identifier: MIT */
/* workload.h - what is measured: streams that look like those of servers. */
#ifndef SLUICE_BENCH_WORKLOAD_H
#define SLUICE_BENCH_WORKLOAD_H

#include "maker.h"

/* Enough whole streams for `chunks` chunks. */
struct workload {
  const char *name, *what;
  void (*make)(struct maker *m, size_t chunks);
};

/* Ends with a row without a name. */
extern const struct workload workloads[];

/* NULL when there is none of that name. */
const struct workload *workload_find(const char *name);

void workload_make(const struct workload *w, const struct recording *recordings,
                   size_t chunks, unsigned seed, struct streams *out);

#endif
