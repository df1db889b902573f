/* SPDX-License-Identifier: MIT */
/* words.h - the different values that a member of the chunks had. */
#ifndef SLUICE_TOOLS_WORDS_H
#define SLUICE_TOOLS_WORDS_H

#include "buf.h"

enum { WORDS_KEPT = 16 };

struct words {
  struct buf list[WORDS_KEPT]; /* raw JSON text, in order of appearance */
  size_t count;
  int more; /* there were others */
};

void words_free(struct words *w);

/* Notes a value, unless it is empty or known. */
void words_add(struct words *w, sluice_str raw);

int words_have(const struct words *w, sluice_str raw);

#endif
