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
    m->matched = c == (unsigned char)name[m->matched] /* no key has a NUL */
                     ? (uint8_t)(m->matched + 1)
                     : NO_MATCH;
  else if (before == VALUE_IN_KEY && m->matched != NO_MATCH &&
           name[m->matched] == '\0')
    m->state = M_ARMED;
}

/* 1 while what is held, with the character that just came, may still be an
 * escape of JSON. */
static int may_be_escape(const struct member *m)
{
  static const char letters[] = "\"\\/bfnrtu";
  static const char digits[] = "0123456789abcdefABCDEF";
  char last = m->escape[m->escape_n - 1];

  return last != '\0' &&
         strchr(m->escape_n == 2 ? letters : digits, last) != NULL;
}

/* What is held is no escape of JSON, but a model wrote it: it stands for
 * itself. */
static void put_held(struct member *m, struct buf *raw)
{
  sluice__buf_lit(raw, "\\\\");
  sluice__buf_put(raw, m->escape + 1, m->escape_n - 1u);
  m->escape_n = 0;
}

/* A character of the string. An escape is put when it is whole. Returns 1 when
 * the character ends the string. */
static int put(struct member *m, uint32_t c, struct buf *raw)
{
  char bytes[4];

  if (m->escape_n > 0 && c < 0x80) {
    m->escape[m->escape_n++] = (char)c;
    if (!may_be_escape(m)) {
      m->escape_n--;
      put_held(m, raw);
    } else {
      if (m->escape_n == 6 || (m->escape_n == 2 && c != 'u')) {
        sluice__buf_put(raw, m->escape, m->escape_n);
        m->escape_n = 0;
      }
      return 0;
    }
  } else if (m->escape_n > 0) {
    put_held(m, raw);
  }
  if (c == '"')
    return 1;
  if (c == '\\')
    m->escape[m->escape_n++] = '\\';
  else
    sluice__buf_put(raw, bytes, sluice__utf8_put(bytes, c));
  return 0;
}

static void take(struct member *m, const char *name, uint32_t c,
                 struct buf *raw)
{
  enum value_place before, after;

  if (m->state == M_INSIDE) { /* here models err: no need of valid JSON */
    if (put(m, c, raw))
      m->state = M_OVER;
    return;
  }
  before = sluice__value_place(&m->value);
  sluice__value_step(&m->value, c);
  after = sluice__value_place(&m->value);
  if (m->state == M_LOOKING && m->value.depth == 1)
    match_key(m, name, before, after, c);
  else if (m->state == M_ARMED && after == VALUE_IN_STRING)
    m->state = M_INSIDE;
  else if (m->state == M_ARMED && after != VALUE_BEFORE &&
           after != VALUE_AFTER_KEY)
    m->state = M_LOOKING;
}

int sluice__member_feed(struct member *m, const char *name, sluice_text piece,
                        struct buf *work, struct buf *out,
                        struct counts *counts)
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

void sluice__member_end(struct member *m, struct buf *work, struct buf *out,
                        struct counts *counts)
{
  sluice_text clean;
  sluice_str raw;

  if (m->escape_n > 0) { /* the string was cut within an escape */
    sluice__buf_clear(work);
    put_held(m, work);
    raw.p = work->p;
    raw.n = work->n;
    if (!work->failed &&
        sluice__text_clean(&m->carry, raw, out, &clean, counts) == 0 &&
        clean.p == raw.p)
      sluice__buf_text(out, clean);
  }
  sluice__buf_text(out, sluice__text_flush(&m->carry, counts));
}
