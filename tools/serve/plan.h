/* SPDX-License-Identifier: MIT */
/* plan.h - how an answer of `sluice serve` is to go: its pace and its faults.
 * Made of directives, NAME=VALUE, from the command line, from headers of a
 * request and from the name of a model. */
#ifndef SLUICE_TOOLS_PLAN_H
#define SLUICE_TOOLS_PLAN_H

#include <sluice/common.h>

#define PLAN_NEVER UINT64_MAX /* of events, and of nanoseconds */

/* What goes wrong among the events of a stream. */
enum fault {
  FAULT_STALL,   /* nothing is sent for a while */
  FAULT_ERROR,   /* an error object, and the end */
  FAULT_GARBAGE, /* bytes that are no events, and the end */
  FAULT_END,     /* the answer ends in good form */
  FAULT_CUT,     /* the connection is closed amid the answer */
  FAULT_RESET,   /* the connection is reset */
  FAULT_COUNT
};

struct plan {
  uint64_t pace;               /* events a second; 0: as fast as it goes */
  uint64_t split;              /* most bytes of a write; 0: a whole event */
  uint64_t delay;              /* milliseconds before the headers */
  uint64_t status;             /* of HTTP, in place of a stream; 0: none */
  uint64_t html;               /* 1: a page of HTML in place of a stream */
  uint64_t after[FAULT_COUNT]; /* so many events come first; PLAN_NEVER */
  uint64_t stall;              /* nanoseconds; PLAN_NEVER: for good */
};

/* No waiting and no fault. */
void plan_init(struct plan *plan);

/* Takes one directive; case does not count in its name, and of one given twice
 * the last counts. Returns NULL, or a static text for people: what is wrong
 * with it. */
const char *plan_set(struct plan *plan, sluice_str name, sluice_str value);

/* Takes directives like "pace=50;cut=3", parted by ; ? or &. Returns as
 * plan_set; *wrong is the directive that is. */
const char *plan_read(struct plan *plan, sluice_str directives,
                      sluice_str *wrong);

#endif
