/* SPDX-License-Identifier: MIT */
/* meter.h - memory that is counted: exact, and the same in every run. */
#ifndef SLUICE_TESTS_METER_H
#define SLUICE_TESTS_METER_H

#include <sluice/common.h>

struct meter {
  sluice_mem mem;
  size_t live, peak; /* bytes that were asked for and not given back */
  size_t calls;
};

void meter_init(struct meter *m);

#endif
