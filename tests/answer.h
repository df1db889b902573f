/* SPDX-License-Identifier: MIT */
/* answer.h - what a client ends up with: the texts of the terminal response. */
#ifndef SLUICE_TESTS_ANSWER_H
#define SLUICE_TESTS_ANSWER_H

#include "bytes.h"

#define ANSWER_CALLS 64

struct answer {
  struct bytes text, thought, refusal; /* of all items, joined; plain UTF-8 */
  struct {
    struct bytes name, arguments;
  } calls[ANSWER_CALLS]; /* function calls, in order */
  size_t call_count;     /* no more than there is room for */
};

/* Reads the last event of a stream as written. Returns 0 when it has no
 * response. */
int answer_read(struct answer *a, const struct bytes *wire);
void answer_free(struct answer *a);

#endif
