/* SPDX-License-Identifier: MIT */
#include "outlet.h"

#include "event.h"
#include "ids.h"
#include "text.h"

/* Hides the length of a delta from those who can only see the size of what
 * passes: text and padding together are a multiple of 16 characters. */
static void pad(const struct outlet *o, sluice_event *e, char padding[16])
{
  static const char letters[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  struct length length;
  uint64_t random = sluice__id_mix(o->base->seed, e->sequence_number);
  size_t i, n;

  sluice__length_init(&length, SLUICE_UNIT_CODEPOINT);
  sluice__length_add(&length, e->text);
  n = 16 - (size_t)(length.n % 16);
  for (i = 0; i < n; i++) {
    if (i == 10) /* a number of 64 bits has enough for ten letters */
      random = sluice__id_mix(~o->base->seed, e->sequence_number);
    padding[i] = letters[random % 62];
    random /= 62;
  }
  e->obfuscation.p = padding;
  e->obfuscation.n = n;
}

static int is_padded(sluice_event_type type)
{
  const char *name = sluice_event_name(type);
  size_t n = strlen(name);

  return type != SLUICE_EVENT_REFUSAL_DELTA && n > 6 &&
         memcmp(name + n - 6, ".delta", 6) == 0;
}

static int is_terminal(sluice_event_type type)
{
  return type == SLUICE_EVENT_COMPLETED || type == SLUICE_EVENT_INCOMPLETE ||
         type == SLUICE_EVENT_FAILED;
}

/* ---- room for the end --------------------------------------------------- */

/* What the end of a response shows and its beginning does not: usage, times,
 * why it failed in words of our own. And the event around it. */
#define END_MORE  1024
/* What an item shows when it is done, but for its content. */
#define ITEM_MORE 128

/* How much longer the response is once this event was sent. */
static size_t adds(const sluice_event *e)
{
  switch (e->type) {
  case SLUICE_EVENT_ITEM_ADDED:
    return e->object.n + ITEM_MORE;
  case SLUICE_EVENT_PART_ADDED:
  case SLUICE_EVENT_SUMMARY_PART_ADDED:
  case SLUICE_EVENT_ANNOTATION_ADDED:
    return e->object.n + 1;
  default:
    return sluice__repeat_behind(e->type).n > 0 ? e->text.n + e->logprobs.n + 1
                                                : 0;
  }
}

int sluice__outlet_promise(struct outlet *o, size_t n)
{
  if (o->cb == NULL)
    return 0;
  (void)sluice__scratch_out(o->base->scratch);
  return sluice__outlet_grow(o, n);
}

int sluice__outlet_rehearse(struct outlet *o, sluice_event *e)
{
  int rv;

  if (o->cb == NULL)
    return 0;
  rv = sluice__event_write(o->base->scratch, e);
  if (rv == 0)
    rv = sluice__outlet_grow(o, e->object.n + END_MORE);
  o->frame = o->ending;
  return rv;
}

void sluice__outlet_clear(struct outlet *o)
{
  if (o->base->scratch->repeat.owner == o)
    o->base->scratch->repeat.owner = NULL;
  o->sequence = 0;
  o->added = 0;
  o->paused = o->aborted = 0;
  o->ending = o->frame;
}

/* ---- events -------------------------------------------------------------- */

static int write(struct outlet *o, sluice_event *e)
{
  struct buf *out = &o->base->scratch->out;
  int rv = sluice__event_write(o->base->scratch, e);
  size_t json, object;

  if (rv != 0)
    return rv;
  json = (size_t)(e->json.p - e->wire.p);
  object = e->object.n == 0 ? 0 : (size_t)(e->object.p - e->wire.p);
  if ((o->flags & SLUICE_DONE_MARK) != 0 && is_terminal(e->type))
    sluice__buf_lit(out, "data: [DONE]\n\n");
  if (out->failed || sluice__outlet_grow(o, adds(e)) != 0)
    return SLUICE_ERR_NOMEM;
  e->wire.p = out->p; /* which may have moved */
  e->wire.n = out->n;
  e->json.p = out->p + json;
  if (e->object.n > 0)
    e->object.p = out->p + object;
  return 0;
}

/* The event gets its number. 1: it is to be written; 0: nobody listens; or
 * SLUICE_ERR_CALLBACK. */
static int number(struct outlet *o, sluice_event *e)
{
  if (o->aborted)
    return SLUICE_ERR_CALLBACK;
  e->sequence_number = o->sequence;
  if (o->cb != NULL)
    return 1;
  o->sequence++;
  return 0;
}

/* Only text and number differ from the event that was written last: another
 * item or part would have been announced between the two. */
static int is_repeated(const struct outlet *o, const sluice_event *e)
{
  return sluice__outlet_repeats(o, e->type) && e->logprobs.n == 0;
}

int sluice__outlet_send(struct outlet *o, sluice_event *e)
{
  char padding[16];
  int rv;

  if (is_repeated(o, e))
    return sluice__outlet_repeat(o, e->text, e->text.n);
  rv = number(o, e);

  if (rv <= 0)
    return rv;
  if ((o->flags & SLUICE_OBFUSCATION) != 0 && is_padded(e->type))
    pad(o, e, padding);
  rv = write(o, e);
  if (rv != 0)
    return rv;
  sluice__repeat_learn(&o->base->scratch->repeat, o, e);
  return sluice__outlet_hand(o, e);
}

int sluice__outlet_send_as(struct outlet *o, sluice_event *e,
                           sluice_event_type type)
{
  int rv = number(o, e);

  if (rv <= 0)
    return rv;
  rv = sluice__event_write_as(o->base->scratch, e, type);
  return rv == 0 ? sluice__outlet_hand(o, e) : rv;
}
