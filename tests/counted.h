/* SPDX-License-Identifier: MIT */
/* counted.h - memory functions that count what is out, and that can look in
 * whenever the library asks them for something. */
#ifndef SLUICE_TESTS_COUNTED_H
#define SLUICE_TESTS_COUNTED_H

#include <sluice/common.h>

struct counted {
  sluice_mem mem;
  size_t calls, live;   /* calls so far; blocks that were not freed */
  size_t fail_from;     /* calls from this one on give nothing; 0: none */
  void (*look)(void *); /* runs within each call, before it does its work */
  void *user;
  int looking; /* within it: what it needs itself is not looked at */
};

void counted_init(struct counted *c);

/* Fails the test when a block is out. */
void counted_end(const struct counted *c, const char *what);

#endif
