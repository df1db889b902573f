/* SPDX-License-Identifier: MIT */
/* word.h - a short text that is set once, or seldom: no more than its bytes and
 * their number. NULL is the empty one. */
#ifndef SLUICE_SRC_WORD_H
#define SLUICE_SRC_WORD_H

#include "mem.h"

struct word {
  size_t n;
  char p[];
};

/* Puts another text in its place. 0, or SLUICE_ERR_NOMEM with *w as it was. */
int sluice__word_set(struct word **w, const sluice_mem *mem, sluice_text text);
void sluice__word_free(struct word **w, const sluice_mem *mem);

static inline sluice_text sluice__word_text(const struct word *w)
{
  sluice_text text = {w == NULL ? "" : w->p, w == NULL ? 0 : w->n};

  return text;
}

#endif
