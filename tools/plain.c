/* SPDX-License-Identifier: MIT */
#include "plain.h"

#include "text.h"

int plain_append(struct buf *out, sluice_str raw)
{
  struct buf cleaned;
  sluice_text clean;
  int rv = -1;

  sluice__buf_init(&cleaned, out->mem);
  if (sluice__text_clean(NULL, raw, &cleaned, &clean, NULL) == 0 &&
      sluice__buf_reserve(out, clean.n) == 0) {
    out->n += sluice_text_decode(clean, out->p + out->n, clean.n);
    rv = 0;
  }
  sluice__buf_free(&cleaned);
  return rv;
}
