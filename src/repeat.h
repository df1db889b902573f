/* SPDX-License-Identifier: MIT */
/* repeat.h - a delta that was written, to be written once more with other text
 * and the next number: nearly all events are like the one before. All that
 * stands before the text is in the buffer already. Inlined, since each piece of
 * text passes here. */
#ifndef SLUICE_SRC_REPEAT_H
#define SLUICE_SRC_REPEAT_H

#include <sluice/event.h>

#include "buf.h"

struct repeat {
  const void *owner; /* whose event it is; NULL: there is none */
  size_t head;       /* bytes of it before the text */
  size_t json;       /* before its data */
  char behind[48];   /* what stands between the text and the number */
  size_t behind_n;
  char digits[24]; /* the next number, in decimal */
  size_t digits_n;
  sluice_event event; /* as it was last */
};

/* What stands between the text of a delta and its number, when nothing else
 * does; empty for events that are no deltas. */
sluice_str sluice__repeat_behind(sluice_event_type type);

/* The event was just written. If it is a delta, it can be repeated. */
void sluice__repeat_learn(struct repeat *r, const void *owner,
                          const sluice_event *e);

/* The next number, when its last digit is 9. */
void sluice__repeat_carry(struct repeat *r);

static inline void sluice__repeat_count(struct repeat *r)
{
  if (r->digits[r->digits_n - 1] == '9')
    sluice__repeat_carry(r);
  else
    r->digits[r->digits_n - 1]++;
}

/* Bytes that the event takes at most behind its head. */
static inline size_t sluice__repeat_room(sluice_text text)
{
  return text.n + sizeof(((struct repeat *)NULL)->behind) +
         sizeof(((struct repeat *)NULL)->digits) + BUF_SLACK;
}

/* Writes it into `out`, where it was written last and which has the room.
 * `there` is as in sluice__buf_copy. */
static inline void sluice__repeat_write(struct repeat *r, struct buf *out,
                                        sluice_text text, size_t there)
{
  static const char end[] = "}\n\n";
  sluice_event *e = &r->event;
  char *at = out->p + r->head;

  sluice__buf_copy(at, text.p, text.n, there);
  at += text.n;
  memcpy(at, r->behind, sizeof(r->behind));
  at += r->behind_n;
  memcpy(at, r->digits, sizeof(r->digits));
  at += r->digits_n;
  memcpy(at, end, sizeof(end)); /* with one byte more than is said */
  out->n = (size_t)(at - out->p) + sizeof(end) - 1;
  e->sequence_number++;
  e->text = text;
  e->wire.p = out->p;
  e->wire.n = out->n;
  e->json.p = out->p + r->json;
  e->json.n = out->n - r->json - 2;
  sluice__repeat_count(r); /* long before it is read again */
}

#endif
