/* SPDX-License-Identifier: MIT */
/* check.h - what is measured is right: the same bytes come out with the fast
 * path and without it, however they are pushed, and the text in them is what
 * the workload said. */
#ifndef SLUICE_BENCH_CHECK_H
#define SLUICE_BENCH_CHECK_H

#include "maker.h"

struct checked {
  uint64_t hash, events, bytes; /* of all that came out */
};

/* 1 when all is right; else says on stderr what is not. */
int check_streams(const char *name, const struct streams *s,
                  struct checked *out);

#endif
