/* SPDX-License-Identifier: MIT */
/* moment.h - a clock that only goes forward. */
#ifndef SLUICE_TOOLS_MOMENT_H
#define SLUICE_TOOLS_MOMENT_H

#include <stdint.h>

#define MOMENT_SECOND UINT64_C(1000000000)

/* Nanoseconds since some time in the past. */
uint64_t moment_now(void);

#endif
