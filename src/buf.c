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

  if (b->failed || n > SIZE_MAX - b->n ||
      sluice__room(b->mem, &p, &b->cap, b->n + n, LEAST, 1) != 0) {
    b->failed = 1;
    return SLUICE_ERR_NOMEM;
  }
  b->p = (char *)p;
  return 0;
}

void sluice__buf_put(struct buf *b, const void *p, size_t n)
{
  if (n == 0 || b->failed)
    return;
  if (b->cap - b->n < n && sluice__buf_reserve(b, n) != 0)
    return;
  memcpy(b->p + b->n, p, n);
  b->n += n;
}

void sluice__buf_byte(struct buf *b, char c)
{
  sluice__buf_put(b, &c, 1);
}

void sluice__buf_uint(struct buf *b, uint64_t v)
{
  char digits[20];
  size_t i = sizeof(digits);

  do {
    digits[--i] = (char)('0' + v % 10);
    v /= 10;
  } while (v != 0);
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
