/* SPDX-License-Identifier: MIT */
/* process.h - `sluice translate FILE` against `cat FILE`, as processes. */
#ifndef SLUICE_BENCH_PROCESS_H
#define SLUICE_BENCH_PROCESS_H

#include "maker.h"

/* What they write goes into a pipe that this process empties, or to /dev/null.
 * Times are those of the child alone, of the user and of the system. */
struct process {
  double cat, sluice, ratio;                /* ns of a chunk; medians */
  double cat_null, sluice_null, ratio_null; /* with /dev/null */
};

/* Writes the stream to DIR/one.sse. Returns 1, or 0 when there is no `command`
 * or no cat. */
int process_measure(const struct streams *one, const char *dir,
                    const char *command, unsigned rounds, struct process *out);

#endif
