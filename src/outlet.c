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
  uint64_t random = sluice__id_mix(o->seed, e->sequence_number);
  size_t i, n;

  sluice__length_init(&length, SLUICE_UNIT_CODEPOINT);
  sluice__length_add(&length, e->text);
  n = 16 - (size_t)(length.n % 16);
  for (i = 0; i < n; i++) {
    if (i == 10) /* a number of 64 bits has enough for ten letters */
      random = sluice__id_mix(~o->seed, e->sequence_number);
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

static int write(struct outlet *o, sluice_event *e)
{
  struct buf *out = &o->scratch->out;
  int rv = sluice__event_write(o->scratch, e);
  size_t json = (size_t)(e->json.p - e->wire.p);
  size_t object = (size_t)(e->object.p - e->wire.p);

  if (rv != 0 || (o->flags & SLUICE_DONE_MARK) == 0 || !is_terminal(e->type))
    return rv;
  sluice__buf_lit(out, "data: [DONE]\n\n");
  if (out->failed)
    return SLUICE_ERR_NOMEM;
  e->wire.p = out->p;
  e->wire.n = out->n;
  e->json.p = out->p + json;
  e->object.p = out->p + object;
  return 0;
}

int sluice__outlet_send(struct outlet *o, sluice_event *e)
{
  char padding[16];
  int rv;

  if (o->aborted)
    return SLUICE_ERR_CALLBACK;
  e->sequence_number = o->sequence;
  if (o->cb == NULL) {
    o->sequence++;
    return 0;
  }
  if ((o->flags & SLUICE_OBFUSCATION) != 0 && is_padded(e->type))
    pad(o, e, padding);
  rv = write(o, e);
  if (rv != 0)
    return rv;
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
