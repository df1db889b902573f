/* SPDX-License-Identifier: MIT */
/* buf.h - a growing string of bytes. Failure is remembered, so that many puts
 * need one check: after `failed`, puts do nothing. */
#ifndef SLUICE_SRC_BUF_H
#define SLUICE_SRC_BUF_H

#include <string.h>

#include "mem.h"

/* For the few functions that each piece of text passes: inlined also when it is
 * large. */
#if defined(__GNUC__) && defined(__OPTIMIZE__)
#define SLUICE_HOT static inline __attribute__((always_inline))
#else
#define SLUICE_HOT static inline
#endif

struct buf {
  char *p;
  size_t n, cap;
  const sluice_mem *mem; /* borrowed; must outlive the buffer */
  int failed;
};

void sluice__buf_init(struct buf *b, const sluice_mem *mem);
void sluice__buf_free(struct buf *b);  /* back to empty, memory given up */
void sluice__buf_clear(struct buf *b); /* empty, memory kept */

/* Room for n more bytes. 0 or SLUICE_ERR_NOMEM. */
int sluice__buf_reserve(struct buf *b, size_t n);

/* The same, when mostly there is room. */
static inline int sluice__buf_need(struct buf *b, size_t n)
{
  return !b->failed && b->cap - b->n >= n ? 0 : sluice__buf_reserve(b, n);
}

/* What sluice__buf_copy may write behind the bytes. */
#define BUF_SLACK 16

/* As memcpy, for pieces that are mostly short: those go in one step, whatever
 * their length, for which there must be room. `there`: bytes that may be read
 * at `from`, at least n. */
static inline void sluice__buf_copy(char *to, const char *from, size_t n,
                                    size_t there)
{
  if (n <= BUF_SLACK && there >= BUF_SLACK)
    memcpy(to, from, BUF_SLACK);
  else
    memcpy(to, from, n);
}

/* Of a buffer that failed, or has too little room. */
void sluice__buf_put_more(struct buf *b, const void *p, size_t n);

/* Inlined, so that a piece of known length costs a few stores. */
static inline void sluice__buf_put(struct buf *b, const void *p, size_t n)
{
  if (n == 0)
    return;
  if (b->failed || b->cap - b->n < n) {
    sluice__buf_put_more(b, p, n);
    return;
  }
  memcpy(b->p + b->n, p, n);
  b->n += n;
}

static inline void sluice__buf_byte(struct buf *b, char c)
{
  sluice__buf_put(b, &c, 1);
}

void sluice__buf_uint_more(struct buf *b, uint64_t v);

/* In decimal. Most numbers are indexes of one digit. */
static inline void sluice__buf_uint(struct buf *b, uint64_t v)
{
  if (v < 10)
    sluice__buf_byte(b, (char)('0' + v));
  else
    sluice__buf_uint_more(b, v);
}

void sluice__buf_int(struct buf *b, int64_t v);

#define sluice__buf_lit(b, literal)                                            \
  sluice__buf_put((b), "" literal "", sizeof(literal) - 1)

static inline void sluice__buf_str(struct buf *b, sluice_str s)
{
  sluice__buf_put(b, s.p, s.n);
}

static inline void sluice__buf_text(struct buf *b, sluice_text s)
{
  sluice__buf_put(b, s.p, s.n);
}

static inline sluice_text sluice__buf_as_text(const struct buf *b)
{
  sluice_text t = {b->p, b->n};
  return t;
}

static inline int sluice__buf_status(const struct buf *b)
{
  return b->failed ? SLUICE_ERR_NOMEM : 0;
}

#endif
