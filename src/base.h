/* SPDX-License-Identifier: MIT */
/* base.h - what all stages of one handle stand on. Each has a pointer to it,
 * and an idle stream holds it once. */
#ifndef SLUICE_SRC_BASE_H
#define SLUICE_SRC_BASE_H

#include "count.h"
#include "limit.h"
#include "scratch.h"

struct base {
  const sluice_mem *mem;
  sluice_scratch *scratch;
  uint64_t seed;        /* of all ids */
  struct limits limits; /* of the response */
  struct counts counts; /* anomalies */
};

/* All borrowed: they live as long as the handle. */
static inline void sluice__base_init(struct base *b, const sluice_mem *mem,
                                     sluice_scratch *scratch,
                                     const struct caps *caps, uint64_t seed)
{
  b->mem = mem;
  b->scratch = scratch;
  b->seed = seed;
  sluice__limits_init(&b->limits, caps);
  sluice__counts_init(&b->counts, mem);
}

/* Another response. */
static inline void sluice__base_clear(struct base *b)
{
  sluice__limits_clear(&b->limits);
  sluice__counts_free(&b->counts);
}

#endif
