/* SPDX-License-Identifier: MIT */
/* trial.h - a stream and what happened to it, and whether sluice stands it.
 *
 * Whatever the bytes are, the output is right for every checker (judge.h), has
 * one terminal event, which is what finish returns; other pushes give the same;
 * all memory comes back. And nothing is lost that came before: with p the first
 * byte that is not as it was, and q the end of the last event before it,
 *
 *   the output begins with the events that the first p bytes give, and
 *   the texts, thoughts, refusals and arguments that a stream which ends at q
 *   delivers are the beginning of those of this one.
 *
 * The second leaves out what an end adds or a longer stream takes back: see
 * `comes_before` and `may_take_back` in trial.c. */
#ifndef SLUICE_TESTS_TRIAL_H
#define SLUICE_TESTS_TRIAL_H

#include "heap.h"
#include "run.h"
#include "sources.h"
#include "variant.h"

struct trial {
  const struct source *source;
  const char *damage;
  uint64_t seed;
  struct bytes in, opts;
  struct setup setup; /* of opts */
  struct heap heap;
};

/* One of the sources, damaged in this way (a number below damage_count). All
 * depends on nothing but the sources, the damage and the seed. */
void trial_init(struct trial *t, const struct sources *sources, size_t damage,
                uint64_t seed, unsigned keep);
void trial_free(struct trial *t);

/* Puts what comes of it into `wire`. */
void trial_output(struct trial *t, struct bytes *wire);

/* Runs it. Returns NULL, or what is wrong, which lives in `why`. */
const char *trial_wrong(struct trial *t, struct bytes *why);

/* For a run that is finished: does the status fit its terminal event? NULL, or
 * what is wrong, static. */
const char *trial_ending(const struct run *r);

#endif
