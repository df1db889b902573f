/* SPDX-License-Identifier: MIT */
/* outlet.h - where events leave: numbered, written, handed to the callback. */
#ifndef SLUICE_SRC_OUTLET_H
#define SLUICE_SRC_OUTLET_H

#include <sluice/event.h>

#include "base.h"

struct outlet {
  struct base *base;
  sluice_event_cb cb; /* NULL: nobody listens */
  void *user;
  uint64_t sequence; /* number of the next event */
  uint32_t added;    /* items announced so far: the next output_index */
  uint8_t flags;     /* SLUICE_OBFUSCATION, SLUICE_DONE_MARK */
  uint8_t paused, aborted;
  size_t ending; /* the terminal event is not longer, as things stand */
  size_t frame;  /* of that: a response without items */
};

/* A response must end, also when memory runs out. Its terminal event repeats
 * all that was sent and is the longest of those that end it, so there is always
 * room for it in scratch->out, which never shrinks: an event that makes the
 * response longer is sent only when the room has grown first. */

/* The response gets at most n bytes longer by what no event has shown yet. 0 or
 * SLUICE_ERR_NOMEM: then it must not get longer. */
int sluice__outlet_promise(struct outlet *o, size_t n);

/* Nothing was sent yet: room for a response like that of `e`, a lifecycle event
 * (its number is not used), and for whatever ends it. 0 or SLUICE_ERR_NOMEM. */
int sluice__outlet_rehearse(struct outlet *o, sluice_event *e);

/* Ready for another response; the room is kept. Also before it is freed. */
void sluice__outlet_clear(struct outlet *o);

/* Numbers, writes and sends one event. 0, SLUICE_ERR_CALLBACK or
 * SLUICE_ERR_NOMEM; only a sent event has used its number. One that only closes
 * what is open never finds too little memory. */
int sluice__outlet_send(struct outlet *o, sluice_event *e);

/* Sends the lifecycle event that was sent last once more, as one of another
 * type that does not end the response. Returns as above. */
int sluice__outlet_send_as(struct outlet *o, sluice_event *e,
                           sluice_event_type type);

/* The last event that was sent is a delta of that type, of this outlet, and
 * nothing was written since. */
static inline int sluice__outlet_repeats(const struct outlet *o,
                                         sluice_event_type type)
{
  return o->base->scratch->repeat.owner == o &&
         o->base->scratch->repeat.event.type == type;
}

/* The room for the end grows by n bytes, with what is in the buffer. 0 or
 * SLUICE_ERR_NOMEM. */
static inline int sluice__outlet_grow(struct outlet *o, size_t n)
{
  struct buf *out = &o->base->scratch->out;
  size_t ending = o->ending + n;

  if (ending < n)
    return SLUICE_ERR_NOMEM;
  if (ending > out->cap && sluice__buf_reserve(out, ending - out->n) != 0)
    return SLUICE_ERR_NOMEM;
  o->ending = ending;
  return 0;
}

/* Hands an event that was written to the callback. 0 or SLUICE_ERR_CALLBACK. */
static inline int sluice__outlet_hand(struct outlet *o, const sluice_event *e)
{
  int rv;

  o->sequence++;
  rv = o->cb(o->user, e);
  if (rv < 0) {
    o->aborted = 1;
    return SLUICE_ERR_CALLBACK;
  }
  if (rv > 0)
    o->paused = 1;
  return 0;
}

/* Sends it once more, with other text. `there` is as in sluice__buf_copy.
 * Returns as sluice__outlet_send. */
SLUICE_HOT int sluice__outlet_repeat(struct outlet *o, sluice_text text,
                                     size_t there)
{
  sluice_scratch *s = o->base->scratch;
  size_t room = sluice__repeat_room(text);

  if (o->aborted)
    return SLUICE_ERR_CALLBACK;
  s->out.n = s->repeat.head;
  if (sluice__outlet_grow(o, text.n + 1) != 0 || /* as an event that was new */
      sluice__buf_need(&s->out, room) != 0)
    return SLUICE_ERR_NOMEM;
  sluice__repeat_write(&s->repeat, &s->out, text, there);
  return sluice__outlet_hand(o, &s->repeat.event);
}

#endif
