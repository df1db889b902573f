/* SPDX-License-Identifier: MIT */
/* plot.h - the times as a picture. */
#ifndef SLUICE_BENCH_PLOT_H
#define SLUICE_BENCH_PLOT_H

#include <stdio.h>

#include "findings.h"

/* SVG: for each workload a bar for each contender, in nanoseconds of a chunk,
 * from zero. */
void plot_svg(const struct findings *f, FILE *out);

#endif
