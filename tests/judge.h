/* SPDX-License-Identifier: MIT */
/* judge.h - what the checker of `sluice lint`, tools/lint/lint_*.c, says of a
 * stream that sluice wrote; and all checkers together. */
#ifndef SLUICE_TESTS_JUDGE_H
#define SLUICE_TESTS_JUDGE_H

#include <sluice/options.h>
#include <stdint.h>

#include "bytes.h"

struct said {
  struct bytes text; /* a line for each finding */
  size_t wrong;      /* violations, errata that are not OpenAI's habit, and what
                        others may do and sluice never does */
  int status;
};

/* The whole stream, `step` bytes a time. What was said before is forgotten. */
void judge(struct said *s, sluice_unit unit, const char *p, size_t n,
           size_t step);

/* Is it right by the laws (laws.h), for lint, and has it one ending? NULL, or
 * what is wrong, which lives in `why`. */
const char *judge_all(struct bytes *why, sluice_unit unit,
                      const struct bytes *wire);

/* Writes it to stdout for yet another checker (damage_agree.py), which counts
 * citations in code points: a line `output STREAM DAMAGE SEED WRONG BYTES`,
 * WRONG being 1 when judge_all finds something, and the bytes. */
void judge_write(const char *stream, const char *damage, uint64_t seed,
                 const struct bytes *wire);

/* How many terminal events there are, counted line by line. */
size_t judge_endings(const struct bytes *wire);

#endif
