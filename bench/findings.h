/* SPDX-License-Identifier: MIT */
/* findings.h - all that one run of the bench has found. */
#ifndef SLUICE_BENCH_FINDINGS_H
#define SLUICE_BENCH_FINDINGS_H

#include "crew.h"
#include "memory.h"
#include "process.h"
#include "table.h"

#define IDLE_SIZES 2

struct findings {
  struct table table;
  struct steady steady;
  struct idle idle[IDLE_SIZES];
  struct crew crews[CREW_SIZES];
  unsigned crew_count;
  struct process process;
  int has_process;
  double instructions; /* of a chunk of short; 0: not counted */
  char machine[256];   /* processor, compiler, libraries */
};

#endif
