/* SPDX-License-Identifier: MIT */
/* text.h - raw JSON text (as it came, escaped anyhow, maybe broken) -> clean
 * JSON text (common.h), also over pieces that cut a character; and its length
 * in the units of citations. */
#ifndef SLUICE_SRC_TEXT_H
#define SLUICE_SRC_TEXT_H

#include <sluice/options.h>

#include "buf.h"
#include "count.h"

/* The value of a hex digit, or -1. */
extern const int8_t sluice__hex_digits[256];

static inline int32_t sluice__hex_digit(char c)
{
  return sluice__hex_digits[(unsigned char)c];
}

/* What the end of one piece left for the next: the first bytes of a character,
 * or the first half of a surrogate pair. Zero is nothing. */
struct carry {
  uint16_t high;
  uint8_t n;
  char bytes[3];
};

static inline int sluice__carry_is_empty(const struct carry *c)
{
  return c->n == 0 && c->high == 0;
}

/* Cleans a piece of raw text. The result is `raw` itself when it is clean
 * already, else a new run at the end of `out`. `carry` NULL: the piece stands
 * alone, and what it cuts becomes U+FFFD. `counts` (NULL allowed) learns of
 * replaced and joined characters. Returns 0 or SLUICE_ERR_NOMEM. Cost: linear.
 */
int sluice__text_clean(struct carry *carry, sluice_str raw, struct buf *out,
                       sluice_text *clean, struct counts *counts);

/* At most `max` bytes of raw text, cut between characters. */
sluice_str sluice__text_cut(sluice_str raw, size_t max);

/* What the carry still holds, as U+FFFD (or nothing), and empties it. */
sluice_text sluice__text_flush(struct carry *carry, struct counts *counts);

/* Plain bytes (not JSON) appended to `out` as clean text. */
void sluice__text_escape(struct buf *out, sluice_str bytes);

/* One step over clean text at p, which has n > 0 bytes left: the code point and
 * the bytes it takes there. */
size_t sluice__text_next(const char *p, size_t n, uint32_t *codepoint);

/* 1 when the text, clean or raw, is JSON white space or nothing. */
int sluice__text_blank(sluice_text text);

/* Text that goes out next. */
struct joined {
  sluice_text run;
  struct buf text; /* its bytes, when they do not lie together */
};

/* A running length. */
struct length {
  sluice_unit unit;
  uint64_t n;
  int32_t last;  /* grapheme clusters: the code point before, -1 at first */
  int32_t state; /* of utf8proc */
};

void sluice__length_init(struct length *l, sluice_unit unit);
void sluice__length_add(struct length *l, sluice_text text);

static inline int sluice__text_eq(sluice_text a, sluice_text b)
{
  return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

#define SLUICE_TEXT(literal) ((sluice_text){"" literal "", sizeof(literal) - 1})
#define SLUICE_STR(literal)  ((sluice_str){"" literal "", sizeof(literal) - 1})

#endif
