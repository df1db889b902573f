/* SPDX-License-Identifier: MIT */
/* count.h - how often each anomaly was met. A good stream has none, so that the
 * counters are made when the first one is met. */
#ifndef SLUICE_SRC_COUNT_H
#define SLUICE_SRC_COUNT_H

#include <sluice/anomaly.h>

#include "mem.h"

struct counts {
  const sluice_mem *mem; /* borrowed */
  uint32_t *of;          /* each anomaly; NULL: none was met */
  uint32_t met;          /* changes with each that is met, also if it is lost */
};

void sluice__counts_init(struct counts *c, const sluice_mem *mem);
void sluice__counts_free(struct counts *c); /* back to none, memory given up */

/* One more of `a`; `c` may be NULL. It stays at its maximum. Without memory for
 * the counters it is lost: no response fails for that. */
void sluice__count(struct counts *c, sluice_anomaly a);
void sluice__count_many(struct counts *c, sluice_anomaly a, uint32_t n);

/* 0 for a number that is none. */
uint32_t sluice__count_of(const struct counts *c, sluice_anomaly a);

#endif
