/* SPDX-License-Identifier: MIT */
#include "buf.h"

#define LEAST 64 /* bytes; most texts of a stream are short */

void sluice__buf_init(struct buf *b, const sluice_mem *mem)
{
  memset(b, 0, sizeof(*b));
  b->mem = mem;
}

void sluice__buf_free(struct buf *b)
{
  sluice__free(b->mem, b->p);
  sluice__buf_init(b, b->mem);
}

void sluice__buf_clear(struct buf *b)
{
  b->n = 0;
  b->failed = 0;
}

int sluice__buf_reserve(struct buf *b, size_t n)
{
  void *p = b->p;

  if (!b->failed && n <= b->cap - b->n)
    return 0;
  if (b->failed || n > SIZE_MAX - b->n ||
      sluice__room(b->mem, &p, &b->cap, b->n + n, LEAST, 1) != 0) {
    b->failed = 1;
    return SLUICE_ERR_NOMEM;
  }
  b->p = (char *)p;
  return 0;
}

void sluice__buf_put_more(struct buf *b, const void *p, size_t n)
{
  if (sluice__buf_reserve(b, n) != 0)
    return;
  memcpy(b->p + b->n, p, n);
  b->n += n;
}

void sluice__buf_uint_more(struct buf *b, uint64_t v)
{
  static const char pairs[] =
      "000102030405060708091011121314151617181920212223242526272829303132333435"
      "36"
      "373839404142434445464748495051525354555657585960616263646566676869707172"
      "73"
      "7475767778798081828384858687888990919293949596979899";
  char digits[20];
  size_t i = sizeof(digits);

  for (; v >= 10; v /= 100) {
    i -= 2;
    memcpy(digits + i, pairs + 2 * (v % 100), 2);
  }
  if (v > 0)
    digits[--i] = (char)('0' + v);
  sluice__buf_put(b, digits + i, sizeof(digits) - i);
}

void sluice__buf_int(struct buf *b, int64_t v)
{
  if (v < 0) {
    sluice__buf_byte(b, '-');
    sluice__buf_uint(b, (uint64_t)0 - (uint64_t)v);
    return;
  }
  sluice__buf_uint(b, (uint64_t)v);
}
