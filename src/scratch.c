/* SPDX-License-Identifier: MIT */
#include "scratch.h"

sluice_status sluice_scratch_new(sluice_scratch **out, const sluice_mem *mem)
{
  sluice_mem m = sluice__mem(mem);
  sluice_scratch *s;

  if (out == NULL)
    return SLUICE_ERR_ARG;
  s = (sluice_scratch *)sluice__new(&m, sizeof(*s));
  if (s == NULL)
    return SLUICE_ERR_NOMEM;
  s->mem = m;
  sluice__json_init(&s->json, &s->mem);
  sluice__moulds_init(&s->moulds, &s->mem);
  sluice__buf_init(&s->made, &s->mem);
  sluice__buf_init(&s->clean, &s->mem);
  sluice__buf_init(&s->work, &s->mem);
  sluice__buf_init(&s->joined.text, &s->mem);
  sluice__buf_init(&s->out, &s->mem);
  *out = s;
  return SLUICE_OK;
}

void sluice_scratch_free(sluice_scratch *s)
{
  sluice_mem mem;

  if (s == NULL)
    return;
  mem = s->mem;
  sluice__json_free(&s->json);
  sluice__moulds_free(&s->moulds);
  sluice__free(&mem, s->deltas);
  sluice__buf_free(&s->made);
  sluice__buf_free(&s->clean);
  sluice__buf_free(&s->work);
  sluice__buf_free(&s->joined.text);
  sluice__buf_free(&s->out);
  sluice__free(&mem, s->items);
  sluice__free(&mem, s->lane);
  sluice__shared_drop(s->last);
  sluice__free(&mem, s);
}

sluice_delta *sluice__delta_add(sluice_scratch *s, sluice_delta_type type,
                                int64_t choice)
{
  void *deltas = s->deltas;
  sluice_delta *d;

  if (s->delta_count >= s->delta_max)
    return NULL;
  if (sluice__room(&s->mem, &deltas, &s->delta_cap, s->delta_count + 1, 16,
                   sizeof(*d)) != 0)
    return NULL;
  s->deltas = (sluice_delta *)deltas;
  d = &s->deltas[s->delta_count++];
  memset(d, 0, sizeof(*d));
  d->type = type;
  d->choice = choice;
  return d;
}

struct buf *sluice__scratch_out(sluice_scratch *s)
{
  s->repeat.owner = NULL;
  sluice__buf_clear(&s->out);
  return &s->out;
}

void sluice__shared_drop(struct shared *s)
{
  if (s != NULL && --s->refs == 0)
    s->free(s);
}

void sluice__scratch_keep(sluice_scratch *s, struct shared *shared)
{
  struct shared *before = s->last;

  shared->refs++;
  s->last = shared;
  sluice__shared_drop(before);
}

sluice_item *sluice__scratch_items(sluice_scratch *s, size_t n)
{
  void *items = s->items;

  if (sluice__room(&s->mem, &items, &s->item_cap, n, 8, sizeof(*s->items)) != 0)
    return NULL;
  s->items = (sluice_item *)items;
  return s->items;
}

sluice_scratch *sluice__scratch_of(const sluice_options *o, int *own)
{
  sluice_scratch *s = NULL;

  *own = 0;
  if (o->scratch != NULL)
    return o->scratch;
  if (sluice_scratch_new(&s, o->mem) != SLUICE_OK)
    return NULL;
  *own = 1;
  return s;
}
