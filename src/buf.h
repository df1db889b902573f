/* SPDX-License-Identifier: MIT */
/* buf.h - a growing string of bytes. Failure is remembered, so that many puts
 * need one check: after `failed`, puts do nothing. */
#ifndef SLUICE_SRC_BUF_H
#define SLUICE_SRC_BUF_H

#include <string.h>

#include "mem.h"

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
void sluice__buf_put(struct buf *b, const void *p, size_t n);
void sluice__buf_byte(struct buf *b, char c);
void sluice__buf_uint(struct buf *b, uint64_t v); /* decimal */
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
