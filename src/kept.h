/* SPDX-License-Identifier: MIT */
/* kept.h - the text of one choice, for a fold that keeps it. */
#ifndef SLUICE_SRC_KEPT_H
#define SLUICE_SRC_KEPT_H

#include <sluice/chunk.h>

#include "buf.h"
#include "count.h"
#include "tree.h"
#include "word.h"

/* What a fold that keeps text has for a choice. */
struct kept {
  struct leaf by_index;
  struct buf text, refusal, reasoning, logprobs;
  struct buf annotations; /* JSON, joined by commas */
  struct word *finish;    /* the reason as it came, clean */
};

/* NULL: no memory. Freeing NULL does nothing. */
struct kept *sluice__kept_new(const sluice_mem *mem);
void sluice__kept_free(const sluice_mem *mem, struct kept *k);

/* More log probabilities. 0 or SLUICE_ERR_NOMEM. */
int sluice__kept_logprobs(struct kept *k, sluice_text entries);

/* A citation, as it stands in a whole message; URL and title clean. 0 or
 * SLUICE_ERR_NOMEM. */
int sluice__kept_annotation(struct kept *k, const sluice_delta *d,
                            sluice_text url, sluice_text title);

/* What a text adds that repeats all of `sofar`; one that does not is counted,
 * and all of it is news. */
sluice_text sluice__kept_news(const struct buf *sofar, sluice_text text,
                              struct counts *counts);

#endif
