/* SPDX-License-Identifier: MIT */
/* sse.h - the decoder of event streams, to be embedded in other handles. */
#ifndef SLUICE_SRC_SSE_H
#define SLUICE_SRC_SSE_H

#include <sluice/sse.h>

#include "buf.h"

#define SSE_NAME_MAX 64

/* Where the decoder stands within a line. */
enum sse_state {
  SSE_BOM,   /* within the first three bytes of the stream */
  SSE_LINE,  /* at the start of a line */
  SSE_FIELD, /* within a field's name */
  SSE_SPACE, /* behind the colon: one space may follow */
  SSE_VALUE, /* within the value */
  SSE_SKIP   /* within a line that says nothing */
};

/* May know an event by its bytes: p is the start of a line, no event is begun.
 * Returns the bytes of the whole event, with the blank line behind it, which
 * has been dealt with; or 0. *rv is as the callback's. */
typedef size_t (*sse_known)(void *user, const char *p, size_t n, int *rv);

struct sse {
  sluice_sse_cb cb;
  sse_known known; /* NULL: nobody does */
  void *user;
  uint32_t max_payload;

  uint8_t state; /* enum sse_state */
  uint8_t field; /* which one SSE_SPACE and SSE_VALUE are in */
  uint8_t skip_lf;
  uint8_t word_n; /* bytes of the BOM, or of the field's name */
  uint8_t name_n;
  uint8_t has_data; /* the event has at least one data line */
  uint8_t deaf;     /* for the stage above: data is not kept, events are told */
  uint8_t keeping; /* the last feed ended within data, which is in the buffer */
  /* They stay at their maximum: */
  uint32_t events, comments, ignored; /* as in sluice_sse_counts */
  char word[8];
  char *name;       /* SSE_NAME_MAX bytes, made with the first; or NULL */
  struct buf data;  /* data that had to be kept, or joined */
  uint64_t data_at; /* stream offset of the first byte of data */
  uint64_t at;      /* stream offset of the next byte */
};

/* One more of a kind. */
static inline void sluice__sse_count(uint32_t *n)
{
  if (*n < UINT32_MAX)
    ++*n;
}

void sluice__sse_init(struct sse *s, const sluice_mem *mem, size_t max_payload,
                      sluice_sse_cb cb, void *user);
void sluice__sse_free(struct sse *s);
void sluice__sse_reset(struct sse *s); /* memory is kept */

/* Takes bytes. Returns 0 when all were taken; a positive number from the
 * callback (taken up to the end of that event); or a negative one: of the
 * callback, SLUICE_ERR_LIMIT, SLUICE_ERR_NOMEM. *taken is set always. */
int sluice__sse_feed(struct sse *s, const char *p, size_t n, size_t *taken);

/* A few bytes within the data of an event that is being kept: they are added to
 * it. 1; 0 when they are anything else, and nothing was done. */
static inline int sluice__sse_add(struct sse *s, const char *p, size_t n)
{
  struct buf *data = &s->data;
  char *to;
  size_t i;

  if (!s->keeping || n > data->cap - data->n || n > s->max_payload - data->n)
    return 0;
  to = data->p + data->n;
  for (i = 0; i < n && p[i] != '\n' && p[i] != '\r'; i++)
    to[i] = p[i];
  if (i < n)
    return 0;
  data->n += n;
  s->at += n;
  return 1;
}

/* After SLUICE_ERR_LIMIT: stream offset of the first byte past max_payload. */
static inline uint64_t sluice__sse_over_at(const struct sse *s)
{
  return s->at + (s->max_payload - s->data.n);
}

/* The end: hands out an event that has data. Returns as feed. */
int sluice__sse_finish(struct sse *s);

#endif
