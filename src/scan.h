/* SPDX-License-Identifier: MIT */
/* scan.h - how far a JSON string goes on without anything special. The one
 * place that knows of vector instructions: SSE2, which every x86-64 has; eight
 * bytes at a time elsewhere. Nothing is read behind the n bytes. */
#ifndef SLUICE_SRC_SCAN_H
#define SLUICE_SRC_SCAN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__) && defined(__GNUC__) && !defined(SLUICE_PLAIN_C)
#define SCAN_VECTORS 1
#include <emmintrin.h>
#endif

/* Ends a string, begins an escape, or may not stand in one. */
static inline int scan_is_special(unsigned char c)
{
  return c < 0x20 || c == '"' || c == '\\';
}

/* Must be looked at as a character; or may begin a marker, as they mostly do.
 */
static inline int scan_is_odd(unsigned char c)
{
  return c >= 0x7f || c == '<';
}

#ifdef SCAN_VECTORS

/* A bit for each special byte of 16. */
static inline unsigned scan_specials(__m128i v)
{
  __m128i quotes = _mm_cmpeq_epi8(v, _mm_set1_epi8('"'));
  __m128i slashes = _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'));
  __m128i controls = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1f)), v);

  return (unsigned)_mm_movemask_epi8(
      _mm_or_si128(_mm_or_si128(quotes, slashes), controls));
}

/* The same for odd ones: the high bit, 0x7f, and `<`. */
static inline unsigned scan_odds(__m128i v)
{
  __m128i del = _mm_cmpeq_epi8(v, _mm_set1_epi8(0x7f));
  __m128i less = _mm_cmpeq_epi8(v, _mm_set1_epi8('<'));

  return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(v, del), less));
}

/* One step that only knows plain strings: the place of the quote behind one, or
 * SCAN_STEP. */
static inline size_t scan_quote(const char *p)
{
  __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
  __m128i quotes = _mm_cmpeq_epi8(v, _mm_set1_epi8('"'));
  __m128i slashes = _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'));
  __m128i low = _mm_cmplt_epi8(v, _mm_set1_epi8(0x20)); /* and the high bit */
  __m128i stops = _mm_or_si128(_mm_or_si128(quotes, slashes), low);
  unsigned all = (unsigned)_mm_movemask_epi8(stops) | scan_odds(v);
  unsigned quoted = (unsigned)_mm_movemask_epi8(quotes), first;

  if (all == 0)
    return 16;
  first = (unsigned)__builtin_ctz(all);
  return (quoted >> first & 1u) != 0 ? first : 16;
}

#define SCAN_STEP  16
#define SCAN_EXACT 1 /* a step says where it ended */

/* One step: the place of the first special byte, or SCAN_STEP. */
static inline size_t scan_step(const char *p, int *odd)
{
  __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
  unsigned specials = scan_specials(v);
  size_t n = specials == 0 ? SCAN_STEP : (size_t)__builtin_ctz(specials);

  if (odd != NULL)
    *odd |= (scan_odds(v) & ((1u << n) - 1u)) != 0;
  return n;
}

#else

#define SCAN_STEP 8

/* Without vectors there is nothing to win. */
static inline size_t scan_quote(const char *p)
{
  return p[0] == '"' ? 0 : SCAN_STEP;
}

#define SCAN_EXACT 0
#define SCAN_EACH  UINT64_C(0x0101010101010101)

/* The high bit of each byte that is 0, and maybe of one behind such a byte. */
static inline uint64_t scan_zeros(uint64_t v)
{
  return (v - SCAN_EACH) & ~v & (SCAN_EACH << 7);
}

/* As above, but 0 when there is a special byte: the caller looks for it. */
static inline size_t scan_step(const char *p, int *odd)
{
  uint64_t v, special;

  memcpy(&v, p, sizeof(v));
  special = scan_zeros(v ^ (SCAN_EACH * '"')) |
            scan_zeros(v ^ (SCAN_EACH * '\\')) |
            ((v - SCAN_EACH * 0x20) & ~v & (SCAN_EACH << 7));
  if (special != 0)
    return 0;
  if (odd != NULL)
    *odd |= ((v | (v + SCAN_EACH)) & (SCAN_EACH << 7)) != 0 ||
            scan_zeros(v ^ (SCAN_EACH * '<')) != 0;
  return SCAN_STEP;
}

#endif

/* The bytes before the first special one of n. *odd becomes 1 when one of them
 * is odd; else they are plain. NULL: nobody asks. */
static inline size_t scan_plain(const char *p, size_t n, int *odd)
{
  size_t i = 0, step;

  for (; n - i >= SCAN_STEP; i += SCAN_STEP) {
    step = scan_step(p + i, odd);
    if (step < SCAN_STEP && SCAN_EXACT)
      return i + step;
    if (step < SCAN_STEP)
      break;
  }
  while (i < n && !scan_is_special((unsigned char)p[i])) {
    if (odd != NULL)
      *odd |= scan_is_odd((unsigned char)p[i]);
    i++;
  }
  return i;
}

/* The bytes that two texts have in common at their beginning, of n. */
static inline size_t scan_common(const char *a, const char *b, size_t n)
{
  size_t i = 0;

#ifdef SCAN_VECTORS
  for (; n - i >= 16; i += 16) {
    __m128i x = _mm_loadu_si128((const __m128i *)(const void *)(a + i));
    __m128i y = _mm_loadu_si128((const __m128i *)(const void *)(b + i));
    unsigned differ = ~(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(x, y));

    if ((differ & 0xffffu) != 0)
      return i + (size_t)__builtin_ctz(differ);
  }
#else
  for (; n - i >= 8 && memcmp(a + i, b + i, 8) == 0; i += 8)
    ;
#endif
  while (i < n && a[i] == b[i])
    i++;
  return i;
}

#endif
