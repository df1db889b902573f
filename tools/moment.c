/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "moment.h"

#include <time.h>

uint64_t moment_now(void)
{
  struct timespec t = {0, 0};

  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * MOMENT_SECOND + (uint64_t)t.tv_nsec;
}
