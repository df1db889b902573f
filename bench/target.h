/* SPDX-License-Identifier: MIT */
/* target.h - what the bench has to show, and whether it does. */
#ifndef SLUICE_BENCH_TARGET_H
#define SLUICE_BENCH_TARGET_H

#include "findings.h"

#define TARGETS 18

struct target {
  const char *name, *unit;
  double value, bound;
  int at_least; /* else: at most */
  int measured; /* else there was no way to, or it was left out */
};

/* Returns how many there are. */
size_t targets_of(const struct findings *f, struct target out[TARGETS]);

/* Digits behind the point that tell the value from its bound. */
int target_digits(const struct target *t);

/* "met", "NOT met", "not measured" */
const char *target_verdict(const struct target *t);

#endif
