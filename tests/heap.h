/* SPDX-License-Identifier: MIT */
/* heap.h - memory that fails when it is told to, and counts what was not given
 * back; and that can look in whenever the library asks it for something. */
#ifndef SLUICE_TESTS_HEAP_H
#define SLUICE_TESTS_HEAP_H

#include <sluice/common.h>

#define HEAP_NEVER SIZE_MAX

struct heap {
  sluice_mem mem;
  size_t calls;             /* allocations asked for */
  size_t fail_at;           /* this one fails */
  int for_good;             /* and all after it */
  int healed;               /* no longer */
  size_t failed;            /* how many did */
  size_t live;              /* blocks that were not freed */
  void (*look)(void *user); /* runs within each call, before it does its work */
  void *user;               /* of look */
  int looking; /* within it: what it needs itself is not looked at */
};

/* From here on allocations are counted, and the `fail_at`-th (from 0) fails. */
void heap_init(struct heap *h, size_t fail_at, int for_good);

/* There is memory again. */
void heap_heal(struct heap *h);

/* Counts from here on, and fails as at first. What is live stays so. */
void heap_arm(struct heap *h, size_t fail_at, int for_good);

#endif
