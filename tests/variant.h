/* SPDX-License-Identifier: MIT */
/* variant.h - options at random, as the text of a .opts file (run.h): all
 * modes, flags and guesses, small limits, requests, tools. */
#ifndef SLUICE_TESTS_VARIANT_H
#define SLUICE_TESTS_VARIANT_H

#include <stdint.h>

#include "bytes.h"

/* What stays as it is; any of these together. */
enum variant_keep {
  VARIANT_ANY,
  VARIANT_UNIT = 1, /* the index of citations counts code points */
  VARIANT_TOOLS = 2 /* no tools */
};

/* Puts lines behind what `opts` holds. Many have none or few. */
void variant_roll(struct bytes *opts, uint64_t *seed, unsigned keep);

#endif
