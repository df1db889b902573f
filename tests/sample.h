/* SPDX-License-Identifier: MIT */
/* sample.h - the streams of corpus/ with their options, for tests that run them
 * all in a way of their own. */
#ifndef SLUICE_TESTS_SAMPLE_H
#define SLUICE_TESTS_SAMPLE_H

#include "run.h"

struct sample {
  char *name;
  struct setup setup;
  struct bytes in;
};

/* All of them. From another folder than the repository's root: none, which ends
 * the program. */
struct sample *samples_read(size_t *count);
void samples_free(struct sample *samples, size_t count);

/* Runs the sample, `step` bytes a push. */
void sample_run(const struct sample *s, struct run *r, size_t step);

#endif
