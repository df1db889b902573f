/* SPDX-License-Identifier: MIT */
/* status.h - what codes mean, and the options with their defaults. */
#ifndef SLUICE_SRC_STATUS_H
#define SLUICE_SRC_STATUS_H

#include <sluice/options.h>

/* The third column of SLUICE_STATUSES. Static. */
const char *sluice__status_text(sluice_status status);

/* A copy of `o` (NULL: the defaults) with every limit set. Pointers are still
 * the caller's. 0, or SLUICE_ERR_ARG: `o` was not initialised, or points to
 * nothing where it says that there is something. */
int sluice__options(sluice_options *out, const sluice_options *o);

/* `n` bytes can be there. */
static inline int sluice__is_there(const void *p, size_t n)
{
  return p != NULL || n == 0;
}

#endif
