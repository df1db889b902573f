/* SPDX-License-Identifier: MIT */
#include "shown.h"

#include <stdio.h>
#include <utf8proc.h>

#include "utf8.h"

/* One character of a text, or one byte that is none. */
struct step {
  char text[12]; /* as it is shown */
  size_t text_n;
  size_t width; /* columns */
  size_t bytes; /* of the source */
};

static int is_harmful(uint32_t c)
{
  utf8proc_category_t kind = utf8proc_category((utf8proc_int32_t)c);

  return kind == UTF8PROC_CATEGORY_CC || kind == UTF8PROC_CATEGORY_ZL ||
         kind == UTF8PROC_CATEGORY_ZP || kind == UTF8PROC_CATEGORY_CO ||
         kind == UTF8PROC_CATEGORY_CN ||
         (kind == UTF8PROC_CATEGORY_CF && c != 0x200d);
}

static void escape(struct step *s, const char *format, unsigned value)
{
  int n = snprintf(s->text, sizeof(s->text), format, value);

  s->text_n = s->width = n > 0 ? (size_t)n : 0;
}

static void escape_character(struct step *s, uint32_t c)
{
  if (c == '\n')
    escape(s, "\\n", 0);
  else if (c == '\r')
    escape(s, "\\r", 0);
  else if (c == '\t')
    escape(s, "\\t", 0);
  else if (c < 0x80)
    escape(s, "\\x%02x", c);
  else
    escape(s, c < 0x10000 ? "\\u%04x" : "\\U%06x", c);
}

static struct step next_step(const char *p, size_t n)
{
  struct step s = {"", 0, 0, 1};
  uint32_t c = 0;
  int bytes = sluice__utf8_next(p, n, &c);

  if (bytes <= 0) {
    escape(&s, "\\x%02x", (unsigned char)*p);
    return s;
  }
  s.bytes = (size_t)bytes;
  if (is_harmful(c)) {
    escape_character(&s, c);
    return s;
  }
  memcpy(s.text, p, s.bytes);
  s.text_n = s.bytes;
  s.width = (size_t)utf8proc_charwidth((utf8proc_int32_t)c);
  return s;
}

size_t shown_width(sluice_str s)
{
  size_t width = 0, at = 0;

  while (at < s.n) {
    struct step step = next_step(s.p + at, s.n - at);
    width += step.width;
    at += step.bytes;
  }
  return width;
}

/* The steps that fit into the columns. Returns their width; *at: how far that
 * is. Characters without a width stay with the one before. */
static size_t put_steps(struct buf *out, sluice_str s, size_t columns,
                        size_t *at)
{
  size_t width = 0;

  while (*at < s.n) {
    struct step step = next_step(s.p + *at, s.n - *at);
    if (width + step.width > columns)
      break;
    sluice__buf_put(out, step.text, step.text_n);
    width += step.width;
    *at += step.bytes;
  }
  return width;
}

static int fits(sluice_str s, size_t columns)
{
  /* A long text need not be measured to its end. */
  sluice_str start = {s.p, s.n < columns * 16 ? s.n : columns * 16};

  return start.n == s.n && shown_width(s) <= columns;
}

size_t shown_head(struct buf *out, sluice_str s, size_t columns)
{
  size_t at = 0, width;

  if (fits(s, columns))
    return put_steps(out, s, columns, &at);
  if (columns == 0)
    return 0;
  width = put_steps(out, s, columns - 1, &at);
  sluice__buf_lit(out, "\xe2\x80\xa6");
  return width + 1;
}

/* The first byte of the character in which byte `at` stands. */
static size_t start_of(sluice_str s, size_t at)
{
  size_t back = 0;

  while (back < 3 && at > back && (s.p[at - back] & 0xc0) == 0x80)
    back++;
  return at - back;
}

/* The step that ends at *at, which goes to its start. */
static struct step step_before(sluice_str s, size_t *at)
{
  size_t start = start_of(s, *at - 1);
  struct step step = next_step(s.p + start, *at - start);

  if (start + step.bytes != *at) { /* no character, but stray bytes */
    start = *at - 1;
    step = next_step(s.p + start, 1);
  }
  *at = start;
  return step;
}

size_t shown_tail(struct buf *out, sluice_str s, size_t columns)
{
  size_t at = s.n, from = s.n, width = 0;

  if (fits(s, columns)) {
    at = 0;
    return put_steps(out, s, columns, &at);
  }
  while (at > 0 && columns > 0) {
    struct step step = step_before(s, &at);
    if (width + step.width > columns - 1)
      break;
    width += step.width;
    from = at;
  }
  sluice__buf_lit(out, "\xe2\x80\xa6");
  return 1 + put_steps(out, (sluice_str){s.p, s.n}, width, &from);
}

void shown_number(struct buf *out, uint64_t n)
{
  char digits[24], with[32];
  int count = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);
  size_t at = 0;

  for (int i = 0; i < count; i++) {
    if (i > 0 && (count - i) % 3 == 0)
      with[at++] = ',';
    with[at++] = digits[i];
  }
  sluice__buf_put(out, with, at);
}

void shown_count(struct buf *out, uint64_t n, const char *thing)
{
  shown_number(out, n);
  sluice__buf_byte(out, ' ');
  sluice__buf_put(out, thing, strlen(thing));
  if (n != 1)
    sluice__buf_byte(out, 's');
}
