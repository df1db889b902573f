/* SPDX-License-Identifier: MIT */
#include "utf8.h"

#include <utf8proc.h>

/* The bytes that may follow a lead byte (Unicode 15, table 3-7): how many, and
 * the range of the first of them. */
struct lead {
  unsigned more, low, high;
};

static struct lead lead_of(unsigned char c)
{
  struct lead none = {0, 0, 0}, l = {0, 0x80, 0xbf};

  if (c < 0xc2 || c > 0xf4)
    return none;
  l.more = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
  if (c == 0xe0)
    l.low = 0xa0;
  else if (c == 0xed)
    l.high = 0x9f;
  else if (c == 0xf0)
    l.low = 0x90;
  else if (c == 0xf4)
    l.high = 0x8f;
  return l;
}

/* utf8proc says whether bytes are a character; this says how many of those
 * that are not belong together, and whether more bytes could mend them. */
static int broken(const unsigned char *u, size_t n)
{
  struct lead l = lead_of(u[0]);
  size_t i;

  if (l.more == 0)
    return -1;
  if (n == 1)
    return 0;
  if (u[1] < l.low || u[1] > l.high)
    return -1;
  for (i = 2; i < n; i++)
    if (i > l.more || (u[i] & 0xc0) != 0x80)
      return -(int)i;
  return 0;
}

int sluice__utf8_next(const char *p, size_t n, uint32_t *codepoint)
{
  const unsigned char *u = (const unsigned char *)p;
  utf8proc_int32_t cp;
  utf8proc_ssize_t len;

  if (u[0] < 0x80) {
    *codepoint = u[0];
    return 1;
  }
  len = utf8proc_iterate(u, n > 4 ? 4 : (utf8proc_ssize_t)n, &cp);
  if (len > 0) {
    *codepoint = (uint32_t)cp;
    return (int)len;
  }
  return broken(u, n);
}

size_t sluice__utf8_put(char *out, uint32_t codepoint)
{
  return (size_t)utf8proc_encode_char((utf8proc_int32_t)codepoint,
                                      (utf8proc_uint8_t *)out);
}

int sluice__utf8_break(uint32_t before, uint32_t after, int32_t *state)
{
  utf8proc_int32_t s = *state;
  int is = utf8proc_grapheme_break_stateful((utf8proc_int32_t)before,
                                            (utf8proc_int32_t)after, &s);

  *state = s;
  return is;
}
