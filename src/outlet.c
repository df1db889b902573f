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

/* What stands between the text of a delta and its number, when nothing else
 * does; empty for events that are no deltas. */
static sluice_str behind_text(sluice_event_type type)
{
  switch (type) {
  case SLUICE_EVENT_TEXT_DELTA:
    return SLUICE_STR("\",\"logprobs\":[],\"sequence_number\":");
  case SLUICE_EVENT_REFUSAL_DELTA:
  case SLUICE_EVENT_SUMMARY_DELTA:
  case SLUICE_EVENT_REASONING_DELTA:
  case SLUICE_EVENT_ARGUMENTS_DELTA:
  case SLUICE_EVENT_INPUT_DELTA:
  case SLUICE_EVENT_MCP_ARGUMENTS_DELTA:
  case SLUICE_EVENT_CODE_DELTA:
    return SLUICE_STR("\",\"sequence_number\":");
  default:
    return SLUICE_STR("");
  }
}

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
    return behind_text(e->type).n > 0 ? e->text.n + e->logprobs.n + 1 : 0;
  }
}

/* Room for n bytes more than the ending has, with what is in the buffer. */
static int make_room(struct outlet *o, size_t n)
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

int sluice__outlet_promise(struct outlet *o, size_t n)
{
  if (o->cb == NULL)
    return 0;
  (void)sluice__scratch_out(o->base->scratch);
  return make_room(o, n);
}

int sluice__outlet_rehearse(struct outlet *o, sluice_event *e)
{
  int rv;

  if (o->cb == NULL)
    return 0;
  rv = sluice__event_write(o->base->scratch, e);
  if (rv == 0)
    rv = make_room(o, e->object.n + END_MORE);
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
  if (out->failed || make_room(o, adds(e)) != 0)
    return SLUICE_ERR_NOMEM;
  e->wire.p = out->p; /* which may have moved */
  e->wire.n = out->n;
  e->json.p = out->p + json;
  if (e->object.n > 0)
    e->object.p = out->p + object;
  return 0;
}

/* Hands an event that is written to the callback. */
static int hand_out(struct outlet *o, const sluice_event *e)
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

/* ---- deltas, again ------------------------------------------------------ */

/* The next number, as text: it has room for any of 64 bits. */
static void count_up(struct repeat *r)
{
  size_t i = r->digits_n;

  while (i > 0 && r->digits[i - 1] == '9')
    r->digits[--i] = '0';
  if (i > 0) {
    r->digits[i - 1]++;
    return;
  }
  r->digits[0] = '1'; /* 99 became 00 */
  r->digits[r->digits_n++] = '0';
}

/* The event was just written. If it is a delta, it can be rewritten. */
static void remember(const struct outlet *o, const sluice_event *e)
{
  struct repeat *r = &o->base->scratch->repeat;
  const char *end = e->wire.p + e->wire.n - 3; /* behind the number */
  sluice_str behind = behind_text(e->type);

  if (behind.n == 0 || e->logprobs.n > 0 || e->obfuscation.n > 0)
    return;
  memcpy(r->behind, behind.p, behind.n);
  r->behind_n = behind.n;
  r->digits_n = 0;
  while (end[-1 - (ptrdiff_t)r->digits_n] != ':')
    r->digits_n++;
  memcpy(r->digits, end - r->digits_n, r->digits_n);
  r->owner = o;
  r->event = *e;
  r->head = e->wire.n - 3 - r->digits_n - behind.n - e->text.n;
  count_up(r);
}

/* Writes the remembered event once more, with other text and the next number:
 * all that stands before the text is there already. */
static int rewrite(sluice_scratch *scratch, sluice_text text, size_t there)
{
  struct buf *out = &scratch->out;
  struct repeat *r = &scratch->repeat;
  sluice_event *e = &r->event;
  size_t json = (size_t)(e->json.p - e->wire.p);
  size_t more = text.n + sizeof(r->behind) + sizeof(r->digits) + BUF_SLACK;
  char *at;

  out->n = r->head;
  if (out->cap - out->n < more && sluice__buf_reserve(out, more) != 0)
    return SLUICE_ERR_NOMEM;
  at = out->p + r->head;
  sluice__buf_copy(at, text.p, text.n, there);
  at += text.n;
  memcpy(at, r->behind, sizeof(r->behind));
  at += r->behind_n;
  memcpy(at, r->digits, sizeof(r->digits));
  at += r->digits_n;
  memcpy(at, "}\n\n", 3);
  count_up(r); /* long before it is read again */
  out->n = (size_t)(at + 3 - out->p);
  e->sequence_number++;
  e->text = text;
  e->wire.p = out->p;
  e->wire.n = out->n;
  e->json.p = out->p + json;
  e->json.n = out->n - json - 2;
  return 0;
}

/* ---- sending ---------------------------------------------------------------
 */

int sluice__outlet_send(struct outlet *o, sluice_event *e)
{
  char padding[16];
  int rv = number(o, e);

  if (rv <= 0)
    return rv;
  if ((o->flags & SLUICE_OBFUSCATION) != 0 && is_padded(e->type))
    pad(o, e, padding);
  rv = write(o, e);
  if (rv != 0)
    return rv;
  remember(o, e);
  return hand_out(o, e);
}

int sluice__outlet_send_as(struct outlet *o, sluice_event *e,
                           sluice_event_type type)
{
  int rv = number(o, e);

  if (rv <= 0)
    return rv;
  rv = sluice__event_write_as(o->base->scratch, e, type);
  return rv == 0 ? hand_out(o, e) : rv;
}

int sluice__outlet_repeat(struct outlet *o, sluice_text text, size_t there)
{
  int rv = o->aborted ? SLUICE_ERR_CALLBACK : 0;

  if (rv == 0)
    rv = make_room(o, text.n + 1); /* as adds() has it */
  if (rv == 0)
    rv = rewrite(o->base->scratch, text, there);
  return rv == 0 ? hand_out(o, &o->base->scratch->repeat.event) : rv;
}
