/* SPDX-License-Identifier: MIT */
/* pieces.h - how long the next piece of a stream is, by numbers that only the
 * input decides. */
#ifndef SLUICE_FUZZ_PIECES_H
#define SLUICE_FUZZ_PIECES_H

#include <stddef.h>
#include <stdint.h>

static inline uint32_t pieces_random(uint64_t *state)
{
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(*state >> 33);
}

/* Mostly a few bytes, now and then many; never more than `rest`. */
static inline size_t pieces_next(uint64_t *state, size_t rest)
{
  uint32_t r = pieces_random(state);
  size_t n = 1 + (r >> 8) % ((r & 7) == 0 ? 400 : (r & 7) < 4 ? 40 : 3);

  return n < rest ? n : rest;
}

#endif
