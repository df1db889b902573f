/* SPDX-License-Identifier: MIT */
#include "member.h"

#include "utf8.h"

/*  LOOKING -> ARMED -> INSIDE -> OVER
 *     ^---------'  the member holds no string */
enum { M_LOOKING, M_ARMED, M_INSIDE, M_OVER };

#define NO_MATCH 255

/* Within a key of the outermost object: does it go on to fit? */
static void match_key(struct member *m, const char *name,
                      enum value_place before, enum value_place after,
                      uint32_t c)
{
  if (after == VALUE_IN_KEY && before != VALUE_IN_KEY)
    m->matched = 0;
  else if (after == VALUE_IN_KEY && m->matched != NO_MATCH)
    m->matched = c != 0 && c == (unsigned char)name[m->matched]
                     ? (uint8_t)(m->matched + 1)
                     : NO_MATCH;
  else if (before == VALUE_IN_KEY && m->matched != NO_MATCH &&
           name[m->matched] == '\0')
    m->state = M_ARMED;
}

/* A character of the string, as it stands in the JSON text. An escape is put
 * when it is whole. */
static void put(struct member *m, uint32_t c, struct buf *raw)
{
  char bytes[4];

  if (m->escape_n == 0 && c != '\\') {
    sluice__buf_put(raw, bytes, sluice__utf8_put(bytes, c));
    return;
  }
  m->escape[m->escape_n++] = (char)c;
  if (m->escape_n < 2 || (m->escape[1] == 'u' && m->escape_n < 6))
    return;
  sluice__buf_put(raw, m->escape, m->escape_n);
  m->escape_n = 0;
}

static void take(struct member *m, const char *name, uint32_t c,
                 struct buf *raw)
{
  enum value_place before = sluice__value_place(&m->value), after;
  /* Models do write raw line ends into strings: those are content. */
  int raw_control = m->state == M_INSIDE && c < 0x20;

  sluice__value_step(&m->value, raw_control ? ' ' : c);
  after = sluice__value_place(&m->value);
  switch (m->state) {
  case M_LOOKING:
    if (m->value.depth == 1)
      match_key(m, name, before, after, c);
    break;
  case M_ARMED:
    if (after == VALUE_IN_STRING)
      m->state = M_INSIDE;
    else if (after != VALUE_BEFORE && after != VALUE_AFTER_KEY)
      m->state = M_LOOKING;
    break;
  case M_INSIDE:
    if (after == VALUE_IN_STRING)
      put(m, c, raw);
    else
      m->state = M_OVER;
    break;
  default:
    break;
  }
}

int sluice__member_feed(struct member *m, const char *name, sluice_text piece,
                        struct buf *work, struct buf *out, uint32_t *counts)
{
  size_t i = 0, start = out->n;
  sluice_text clean;
  sluice_str raw;
  uint32_t c = 0;

  sluice__buf_clear(work);
  while (i < piece.n && m->state != M_OVER) {
    i += sluice__text_next(piece.p + i, piece.n - i, &c);
    take(m, name, c, work);
  }
  if (work->failed)
    return SLUICE_ERR_NOMEM;
  raw.p = work->p;
  raw.n = work->n;
  if (sluice__text_clean(&m->carry, raw, out, &clean, counts) != 0)
    return SLUICE_ERR_NOMEM;
  if (out->n == start) /* it was clean as it stood, or nothing */
    sluice__buf_text(out, clean);
  return sluice__buf_status(out);
}

int sluice__member_found(const struct member *m)
{
  return m->state == M_INSIDE || m->state == M_OVER;
}

void sluice__member_end(struct member *m, struct buf *out, uint32_t *counts)
{
  sluice__buf_text(out, sluice__text_flush(&m->carry, counts));
}
