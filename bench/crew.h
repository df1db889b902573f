/* SPDX-License-Identifier: MIT */
/* crew.h - the same streams over one thread and over several, each with a
 * scratch and a handle of its own. */
#ifndef SLUICE_BENCH_CREW_H
#define SLUICE_BENCH_CREW_H

#include "maker.h"

#define CREW_SIZES 4

struct crew {
  unsigned threads;
  double wall;    /* ns of a chunk, of all threads together */
  double cpu;     /* ns of a chunk, the time of all processors */
  double speedup; /* against one thread, the median of the rounds */
};

/* Fills in as many as there are processors for, and returns how many: one
 * thread, two, four, and one for each processor. */
unsigned crew_measure(const struct streams *s, unsigned rounds,
                      struct crew out[CREW_SIZES]);

#endif
