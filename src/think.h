/* SPDX-License-Identifier: MIT */
/* think.h - <think>…</think> at the start of a text, told from the answer. An
 * opt-in guess: models without a parser in front of them write it. */
#ifndef SLUICE_SRC_THINK_H
#define SLUICE_SRC_THINK_H

#include "buf.h"

enum think_state {
  THINK_START,  /* nothing but white space, or the tag, so far */
  THINK_INSIDE, /* within the block */
  THINK_OUT     /* behind it, or there is none */
};

struct think {
  uint8_t state; /* enum think_state */
  uint8_t held_n;
  char held[24]; /* what may still become a tag */
};

/* Called with text and whether it is thought. 0 goes on. */
typedef int (*think_cb)(void *user, int thought, sluice_text text);

/* All zero is the start. Reads a piece of clean text. `work` is used for a
 * moment. 0, what the callback returned, or SLUICE_ERR_NOMEM. */
int sluice__think_feed(struct think *t, sluice_text text, struct buf *work,
                       think_cb cb, void *user);

/* The text is over: hands out what was held. An open block stays thought. */
int sluice__think_end(struct think *t, think_cb cb, void *user);

/* Text that may begin with a block of thought (opt-in). */
struct thought {
  struct think think;
  struct buf waiting; /* log probabilities of text that is not judged yet */
};

/* NULL: no memory. Freeing NULL does nothing. */
struct thought *sluice__thought_new(const sluice_mem *mem);
void sluice__thought_free(const sluice_mem *mem, struct thought *t);

#endif
