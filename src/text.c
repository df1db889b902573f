/* SPDX-License-Identifier: MIT */
#include "text.h"

#include "scan.h"
#include "status.h"
#include "utf8.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* Characters that never stand in clean text as they are: control characters
 * (general category Cc), and the line separators that some readers cut lines
 * at. Quote and backslash are the caller's business. */
static int must_escape(uint32_t cp)
{
  return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x2028 || cp == 0x2029;
}

static size_t put_unicode_escape(char *out, uint32_t cp)
{
  int i;

  memcpy(out, "\\u", 2);
  for (i = 0; i < 4; i++)
    out[2 + i] = "0123456789abcdef"[(cp >> (12 - 4 * i)) & 15];
  return 6;
}

/* The letter of a two-byte escape, or 0. */
static char short_escape(uint32_t cp)
{
  switch (cp) {
  case '"':
  case '\\':
    return (char)cp;
  case '\b':
    return 'b';
  case '\f':
    return 'f';
  case '\n':
    return 'n';
  case '\r':
    return 'r';
  case '\t':
    return 't';
  default:
    return 0;
  }
}

/* One character as clean text: at most 6 bytes. */
static size_t put_codepoint(char out[8], uint32_t cp)
{
  char letter = short_escape(cp);

  if (letter != 0) {
    out[0] = '\\';
    out[1] = letter;
    return 2;
  }
  if (must_escape(cp))
    return put_unicode_escape(out, cp);
  return sluice__utf8_put(out, cp);
}

const int8_t sluice__hex_digits[256] = {
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0,  1,  2,  3,  4,  5,  6,  7,  8,
    9,  -1, -1, -1, -1, -1, -1, -1, 10, 11, 12, 13, 14, 15, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, 10, 11, 12, 13, 14, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1,
};

/* Four hex digits, or -1. */
static int32_t hex4(const char *p)
{
  int32_t a = sluice__hex_digit(p[0]), b = sluice__hex_digit(p[1]);
  int32_t c = sluice__hex_digit(p[2]), d = sluice__hex_digit(p[3]);

  /* -1 has all bits, and so has then what they make. */
  return (a | b | c | d) < 0 ? -1 : a << 12 | b << 8 | c << 4 | d;
}

/* The code unit of `\uXXXX` at p, or -1 when there is none. */
static int32_t unit_at(const char *p, size_t n)
{
  return n >= 6 && p[0] == '\\' && p[1] == 'u' ? hex4(p + 2) : -1;
}

static int is_high(int32_t unit)
{
  return unit >= 0xd800 && unit <= 0xdbff;
}

static int is_low(int32_t unit)
{
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/* What a short escape stands for: itself, when it is none. */
static char unescaped(char letter)
{
  switch (letter) {
  case 'b':
    return '\b';
  case 'f':
    return '\f';
  case 'n':
    return '\n';
  case 'r':
    return '\r';
  case 't':
    return '\t';
  default:
    return letter;
  }
}

/* The length of the escape at p if it is one that clean text has, else 0. */
static size_t clean_escape(const char *p, size_t n)
{
  char clean[8];
  int32_t unit;

  if (n >= 2 && p[1] != 'u')
    return p[1] == '"' || p[1] == '\\' || unescaped(p[1]) != p[1] ? 2 : 0;
  unit = unit_at(p, n);
  if (unit >= 0 && must_escape((uint32_t)unit) &&
      put_codepoint(clean, (uint32_t)unit) == 6 && memcmp(clean, p, 6) == 0)
    return 6;
  return 0;
}

/* How many bytes from p on are clean already. */
static size_t clean_span(const char *p, size_t n)
{
  size_t i = 0, escape;
  uint32_t cp;
  int len, odd = 0;

  /* Whole steps only: of what is odd further on, nobody looks twice. */
  while (n - i >= SCAN_STEP && scan_step(p + i, &odd) == SCAN_STEP && !odd)
    i += SCAN_STEP;
  while (i < n) {
    unsigned char c = (unsigned char)p[i];

    if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
      i++;
    } else if (c == '\\') {
      escape = clean_escape(p + i, n - i);
      if (escape == 0)
        return i;
      i += escape;
    } else if (c >= 0x80) {
      len = sluice__utf8_next(p + i, n - i, &cp);
      if (len <= 0 || must_escape(cp))
        return i;
      i += (size_t)len;
    } else {
      return i;
    }
  }
  return n;
}

static void put_bad(struct buf *out, struct counts *counts)
{
  sluice__buf_lit(out, REPLACEMENT);
  sluice__count(counts, SLUICE_ANOMALY_BAD_TEXT);
}

static void put_pair(struct buf *out, int32_t high, int32_t low)
{
  char clean[8];
  uint32_t cp =
      0x10000 + (((uint32_t)high - 0xd800) << 10) + ((uint32_t)low - 0xdc00);

  sluice__buf_put(out, clean, put_codepoint(clean, cp));
}

/* A \u escape that is not clean as it stands. Returns the bytes it takes. */
static size_t put_unit(struct carry *carry, const char *p, size_t n,
                       int32_t unit, struct buf *out, struct counts *counts)
{
  char clean[8];
  int32_t low;

  if (is_high(unit)) {
    if (n == 6 && carry != NULL) {
      carry->high = (uint16_t)unit;
      return 6;
    }
    low = unit_at(p + 6, n - 6);
    if (is_low(low)) {
      put_pair(out, unit, low);
      return 12;
    }
  }
  if (is_high(unit) || is_low(unit))
    put_bad(out, counts);
  else
    sluice__buf_put(out, clean, put_codepoint(clean, (uint32_t)unit));
  return 6;
}

/* What is not clean at p: puts its clean form, returns the bytes it took. */
static size_t put_odd(struct carry *carry, const char *p, size_t n,
                      struct buf *out, struct counts *counts)
{
  char clean[8];
  uint32_t cp = 0;
  int32_t unit;
  int len;

  if (p[0] == '\\') {
    unit = unit_at(p, n);
    if (unit >= 0)
      return put_unit(carry, p, n, unit, out, counts);
    if (n >= 2 && p[1] == '/')
      sluice__buf_byte(out, '/');
    else
      put_bad(out, counts); /* no JSON escape; json.c lets none through */
    return n >= 2 ? 2 : 1;
  }
  len = sluice__utf8_next(p, n, &cp);
  if (len > 0) {
    sluice__buf_put(out, clean, put_codepoint(clean, cp));
    return (size_t)len;
  }
  if (len == 0 && carry != NULL) {
    memcpy(carry->bytes, p, n);
    carry->n = (uint8_t)n;
    return n;
  }
  put_bad(out, counts);
  return len == 0 ? n : (size_t)-len;
}

/* Goes on with what the piece before left. Returns the bytes taken from p. */
static size_t resume_bytes(struct carry *carry, const char *p, size_t n,
                           struct buf *out, struct counts *counts)
{
  char joined[8], clean[8];
  size_t had = carry->n, more = n < 4 ? n : 4;
  uint32_t cp = 0;
  int len;

  memcpy(joined, carry->bytes, had);
  memcpy(joined + had, p, more);
  len = sluice__utf8_next(joined, had + more, &cp);
  if (len == 0) { /* still not whole: all of p belongs to it */
    memcpy(carry->bytes, joined, had + n);
    carry->n = (uint8_t)(had + n);
    return n;
  }
  carry->n = 0;
  if (len < 0) {
    put_bad(out, counts);
    return (size_t)-len - had;
  }
  sluice__buf_put(out, clean, put_codepoint(clean, cp));
  sluice__count(counts, SLUICE_ANOMALY_JOINED_TEXT);
  return (size_t)len - had;
}

/* The carry holds something. Returns as above. */
static size_t resume(struct carry *carry, const char *p, size_t n,
                     struct buf *out, struct counts *counts)
{
  int32_t high = carry->high, low;

  if (carry->n != 0)
    return resume_bytes(carry, p, n, out, counts);
  carry->high = 0;
  low = unit_at(p, n);
  if (is_low(low)) {
    put_pair(out, high, low);
    sluice__count(counts, SLUICE_ANOMALY_JOINED_TEXT);
    return 6;
  }
  put_bad(out, counts);
  return 0;
}

int sluice__text_clean(struct carry *carry, sluice_str raw, struct buf *out,
                       sluice_text *clean, struct counts *counts)
{
  size_t start = out->n, i = 0, span;

  clean->p = raw.p;
  clean->n = raw.n;
  if (raw.n == 0)
    return 0;
  if (carry != NULL && !sluice__carry_is_empty(carry))
    i = resume(carry, raw.p, raw.n, out, counts);
  else if (clean_span(raw.p, raw.n) == raw.n)
    return 0;
  while (i < raw.n) {
    span = clean_span(raw.p + i, raw.n - i);
    sluice__buf_put(out, raw.p + i, span);
    i += span;
    if (i < raw.n)
      i += put_odd(carry, raw.p + i, raw.n - i, out, counts);
  }
  clean->p = out->p == NULL ? "" : out->p + start;
  clean->n = out->n - start;
  return sluice__buf_status(out);
}

sluice_text sluice__text_flush(struct carry *carry, struct counts *counts)
{
  sluice_text none = {"", 0};

  if (sluice__carry_is_empty(carry))
    return none;
  carry->n = 0;
  carry->high = 0;
  sluice__count(counts, SLUICE_ANOMALY_BAD_TEXT);
  return SLUICE_TEXT(REPLACEMENT);
}

/* Escapes one character of plain bytes; returns the bytes it took. */
static size_t escape_one(const char *p, size_t n, char clean[8], size_t *put)
{
  uint32_t cp = 0;
  int len = sluice__utf8_next(p, n, &cp);

  if (len > 0) {
    *put = put_codepoint(clean, cp);
    return (size_t)len;
  }
  memcpy(clean, REPLACEMENT, 3);
  *put = 3;
  return len == 0 ? n : (size_t)-len;
}

void sluice__text_escape(struct buf *out, sluice_str bytes)
{
  char clean[8];
  size_t i = 0, put = 0;

  while (i < bytes.n) {
    i += escape_one(bytes.p + i, bytes.n - i, clean, &put);
    sluice__buf_put(out, clean, put);
  }
}

size_t sluice_text_encode(sluice_str bytes, char *out, size_t cap)
{
  char clean[8];
  size_t i = 0, put = 0, total = 0;

  if (out == NULL)
    cap = 0;
  while (bytes.p != NULL && i < bytes.n) {
    i += escape_one(bytes.p + i, bytes.n - i, clean, &put);
    if (total < cap)
      memcpy(out + total, clean, put < cap - total ? put : cap - total);
    total += put;
  }
  return total;
}

size_t sluice__text_next(const char *p, size_t n, uint32_t *codepoint)
{
  int32_t unit;
  int len;

  if (p[0] == '\\' && n >= 2) {
    unit = unit_at(p, n);
    if (unit >= 0) {
      *codepoint = (uint32_t)unit;
      return 6;
    }
    *codepoint = (unsigned char)unescaped(p[1]);
    return 2;
  }
  len = sluice__utf8_next(p, n, codepoint);
  if (len > 0)
    return (size_t)len;
  *codepoint = 0xfffd; /* not clean text after all */
  return 1;
}

sluice_str sluice__text_cut(sluice_str raw, size_t max)
{
  size_t i = 0, next = 0;
  uint32_t c = 0;

  if (raw.n <= max)
    return raw;
  while (next <= max) {
    i = next;
    next += sluice__text_next(raw.p + i, raw.n - i, &c);
    if (is_high((int32_t)c) && next < raw.n) /* and its other half */
      next += sluice__text_next(raw.p + next, raw.n - next, &c);
  }
  raw.n = i;
  return raw;
}

int sluice__text_blank(sluice_text text)
{
  size_t i = 0;
  uint32_t c = 0;

  while (i < text.n) {
    i += sluice__text_next(text.p + i, text.n - i, &c);
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
      return 0;
  }
  return 1;
}

size_t sluice_text_decode(sluice_text text, char *out, size_t cap)
{
  char plain[4];
  size_t i = 0, total = 0, put;
  uint32_t cp = 0;

  if (out == NULL)
    cap = 0;
  while (text.p != NULL && i < text.n) {
    i += sluice__text_next(text.p + i, text.n - i, &cp);
    put = sluice__utf8_put(plain, cp);
    if (total < cap)
      memcpy(out + total, plain, put < cap - total ? put : cap - total);
    total += put;
  }
  return total;
}

void sluice__length_init(struct length *l, sluice_unit unit)
{
  l->unit = unit;
  l->n = 0;
  l->last = -1;
  l->state = 0;
}

static uint64_t length_of(struct length *l, uint32_t cp)
{
  int is_new;

  switch (l->unit) {
  case SLUICE_UNIT_UTF16:
    return cp > 0xffff ? 2 : 1;
  case SLUICE_UNIT_BYTE:
    return cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
  case SLUICE_UNIT_GRAPHEME:
    is_new =
        l->last < 0 || sluice__utf8_break((uint32_t)l->last, cp, &l->state);
    l->last = (int32_t)cp;
    return is_new ? 1 : 0;
  case SLUICE_UNIT_CODEPOINT:
  default:
    return 1;
  }
}

void sluice__length_add(struct length *l, sluice_text text)
{
  size_t i = 0, plain;
  uint32_t cp = 0;
  int odd;

  while (i < text.n) {
    odd = 0;
    plain = scan_plain(text.p + i, text.n - i, &odd);
    if (!odd && l->unit != SLUICE_UNIT_GRAPHEME) { /* ASCII is one of any */
      l->n += plain;
      i += plain;
      plain = 0;
    }
    for (plain += i; i < text.n && i <= plain;) { /* and what ended it */
      i += sluice__text_next(text.p + i, text.n - i, &cp);
      l->n += length_of(l, cp);
    }
  }
}
