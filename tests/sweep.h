/* SPDX-License-Identifier: MIT */
/* sweep.h - every allocation of a subject fails: the k-th alone, then all from
 * the k-th on, for k = 0 ... until nothing fails. What comes of each run is
 * held against the run in which nothing failed.
 *
 * What must hold, whatever fails: nothing crashes or leaks; no handle is made,
 * or the output is that of the good run, or it ends with ERR_NOMEM (or with the
 * code of the good run, when that failed anyway). Of events:
 *
 *   - once there is a handle, its events obey each law, and end;
 *   - up to where memory ran out they are those of the good run, and what then
 *     comes only ends what was open: nothing is left out and told later.
 */
#ifndef SLUICE_TESTS_SWEEP_H
#define SLUICE_TESTS_SWEEP_H

#include <sluice/options.h>

#include "bytes.h"
#include "heap.h"

struct outcome {
  sluice_status status; /* how it ended */
  int refused;          /* there was no handle: nothing can be asked of it */
  struct bytes out;     /* the events, or whatever it gives */
};

struct subject {
  const char *name, *way; /* for messages */
  int events;             /* it gives events: the laws hold */
  sluice_unit unit;
  void *user;
  /* One run in that memory, all freed at its end. */
  void (*run)(const struct subject *s, struct heap *h, struct outcome *o);
  struct bytes good; /* of the run in which nothing fails; empty during it */
  sluice_status good_status;
};

/* Figures of many sweeps. */
struct figures {
  size_t subjects, allocations, runs;
  size_t whole, short_of, other, refused; /* runs, by how they ended */
  size_t judged; /* different outputs that the laws were held against */
  size_t most;   /* allocations of one subject */
  char most_name[128];
};

void sweep(struct subject *s, struct figures *f);
void figures_print(const struct figures *f, const char *what);

#endif
