/* SPDX-License-Identifier: MIT */
/* twins.h - two parsers that get the same payloads, one with the fast path and
 * one without: all that they give must be the same. */
#ifndef SLUICE_TESTS_TWINS_H
#define SLUICE_TESTS_TWINS_H

#include <sluice/sluice.h>

#include "bytes.h"
#include "scratch.h"

struct twins {
  sluice_scratch *scratch; /* of the fast one: what it learned is in it */
  int own;
  sluice_parser *fast, *slow;
};

/* `o` NULL: the defaults. `scratch` NULL: one of its own. */
void twins_init(struct twins *t, const sluice_options *o,
                sluice_scratch *scratch);
void twins_free(struct twins *t);

/* Both parse it, from a block of its own that is gone behind the call. Fails
 * the test when anything differs: deltas, status, offset, message, counts. */
void twins_parse(struct twins *t, const char *p, size_t n);

/* How many payloads fitted a mould of this scratch. */
uint32_t twins_hits(const sluice_scratch *scratch);

#endif
