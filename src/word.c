/* SPDX-License-Identifier: MIT */
#include "word.h"

#include <string.h>

void sluice__word_free(struct word **w, const sluice_mem *mem)
{
  sluice__free(mem, *w);
  *w = NULL;
}

int sluice__word_set(struct word **w, const sluice_mem *mem, sluice_text text)
{
  struct word *word = NULL;

  if (text.n > 0) {
    word = (struct word *)mem->malloc(mem->user, sizeof(*word) + text.n);
    if (word == NULL)
      return SLUICE_ERR_NOMEM;
    word->n = text.n;
    memcpy(word->p, text.p, text.n);
  }
  sluice__free(mem, *w);
  *w = word;
  return 0;
}
