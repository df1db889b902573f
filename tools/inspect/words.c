/* SPDX-License-Identifier: MIT */
#include "words.h"

#include "heap.h"

void words_free(struct words *w)
{
  for (size_t i = 0; i < w->count; i++)
    sluice__buf_free(&w->list[i]);
  w->count = 0;
}

int words_have(const struct words *w, sluice_str raw)
{
  for (size_t i = 0; i < w->count; i++)
    if (w->list[i].n == raw.n && memcmp(w->list[i].p, raw.p, raw.n) == 0)
      return 1;
  return 0;
}

void words_add(struct words *w, sluice_str raw)
{
  if (raw.n == 0 || words_have(w, raw))
    return;
  if (w->count == WORDS_KEPT) {
    w->more = 1;
    return;
  }
  sluice__buf_init(&w->list[w->count], heap());
  sluice__buf_put(&w->list[w->count++], raw.p, raw.n);
}
