/* SPDX-License-Identifier: MIT */
/* usage.h - what servers count, made consistent. */
#ifndef SLUICE_SRC_USAGE_H
#define SLUICE_SRC_USAGE_H

#include <sluice/chunk.h>

/* The numbers of a usage object, whatever the server calls them. */
enum usage_count {
  USAGE_INPUT,
  USAGE_OUTPUT,
  USAGE_TOTAL,
  USAGE_CACHED,
  USAGE_WRITTEN,
  USAGE_REASONING,
  USAGE_COUNTS
};

/* From numbers of at least 0; what the server did not count is 0. In the
 * result total = input + output, and no detail is above its whole (H07, H09).
 * Some totals count reasoning beside the output (xAI): then it belongs to the
 * output. Returns 1 when anything had to be changed for that. */
int sluice__usage_settle(const int64_t counts[USAGE_COUNTS],
                         sluice_usage *usage);

#endif
