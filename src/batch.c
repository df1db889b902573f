/* SPDX-License-Identifier: MIT */
/* batch.c - the bytes of all events in one buffer, and where each ends. */
#include <sluice/batch.h>

#include "buf.h"

/* One event within the bytes. */
struct mark {
  sluice_event_type type;
  size_t begin, end;   /* as written */
  size_t json, json_n; /* from `begin` on */
};

#define LEAST 16 /* marks */

struct sluice_batch {
  sluice_mem mem;
  struct buf wire;
  struct mark *marks;
  size_t count, cap;
  size_t fetched; /* of `count` */
};

sluice_status sluice_batch_new(sluice_batch **out, const sluice_mem *mem)
{
  sluice_mem own = sluice__mem(mem);
  sluice_batch *b;

  if (out == NULL)
    return SLUICE_ERR_ARG;
  b = (sluice_batch *)sluice__new(&own, sizeof(*b));
  if (b == NULL)
    return SLUICE_ERR_NOMEM;
  b->mem = own;
  sluice__buf_init(&b->wire, &b->mem);
  *out = b;
  return SLUICE_OK;
}

static struct mark mark_of(const struct buf *wire, const sluice_event *e)
{
  struct mark mark;

  mark.type = e->type;
  mark.begin = wire->n;
  mark.end = wire->n + e->wire.n;
  mark.json = (size_t)(e->json.p - e->wire.p);
  mark.json_n = e->json.n;
  return mark;
}

int sluice_batch_add(void *batch, const sluice_event *event)
{
  sluice_batch *b = (sluice_batch *)batch;
  void *marks;

  if (b == NULL || event == NULL)
    return -1;
  if (b->fetched == b->count) { /* nobody needs what there was */
    b->fetched = b->count = 0;
    sluice__buf_clear(&b->wire);
  }
  marks = b->marks;
  if (sluice__room(&b->mem, &marks, &b->cap, b->count + 1, LEAST,
                   sizeof(*b->marks)) != 0)
    return -1;
  b->marks = (struct mark *)marks;
  b->wire.failed = 0; /* each event is tried for itself */
  if (sluice__buf_reserve(&b->wire, event->wire.n) != 0)
    return -1;
  b->marks[b->count++] = mark_of(&b->wire, event);
  sluice__buf_str(&b->wire, event->wire);
  return 0;
}

sluice_str sluice_batch_take(sluice_batch *b)
{
  sluice_str all = {"", 0};
  size_t begin;

  if (b == NULL || b->fetched == b->count)
    return all;
  begin = b->marks[b->fetched].begin;
  all.p = b->wire.p + begin;
  all.n = b->wire.n - begin;
  b->fetched = b->count;
  return all;
}

int sluice_batch_next(sluice_batch *b, sluice_batch_event *out)
{
  const struct mark *mark;

  if (out == NULL)
    return 0;
  memset(out, 0, sizeof(*out));
  if (b == NULL || b->fetched == b->count)
    return 0;
  mark = &b->marks[b->fetched++];
  out->type = mark->type;
  out->wire.p = b->wire.p + mark->begin;
  out->wire.n = mark->end - mark->begin;
  out->json.p = out->wire.p + mark->json;
  out->json.n = mark->json_n;
  return 1;
}

void sluice_batch_free(sluice_batch *b)
{
  sluice_mem mem;

  if (b == NULL)
    return;
  mem = b->mem;
  sluice__free(&mem, b->marks);
  sluice__buf_free(&b->wire);
  sluice__free(&mem, b);
}
