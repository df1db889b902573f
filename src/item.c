/* SPDX-License-Identifier: MIT */
#include "item.h"

int sluice__buf_own(struct buf **b, const sluice_mem *mem)
{
  if (*b != NULL)
    return 0;
  *b = (struct buf *)sluice__new(mem, sizeof(**b));
  if (*b == NULL)
    return SLUICE_ERR_NOMEM;
  sluice__buf_init(*b, mem);
  return 0;
}

void sluice__buf_disown(struct buf **b)
{
  const sluice_mem *mem;

  if (*b == NULL)
    return;
  mem = (*b)->mem;
  sluice__buf_free(*b);
  sluice__free(mem, *b);
  *b = NULL;
}

struct item *sluice__item_new(const sluice_mem *mem, sluice_item_type type)
{
  struct item *it = (struct item *)sluice__new(mem, sizeof(*it));

  if (it == NULL)
    return NULL;
  it->type = (uint8_t)type;
  if (type == SLUICE_ITEM_MESSAGE || type == SLUICE_ITEM_REASONING)
    return it;
  it->tool = (struct tooling *)sluice__new(mem, sizeof(*it->tool));
  if (it->tool == NULL) {
    sluice__free(mem, it);
    return NULL;
  }
  sluice__buf_init(&it->tool->names, mem);
  sluice__buf_init(&it->tool->arguments, mem);
  sluice__buf_init(&it->tool->content, mem);
  sluice__buf_init(&it->tool->queries, mem);
  sluice__buf_init(&it->tool->results, mem);
  sluice__buf_init(&it->tool->output, mem);
  sluice__buf_init(&it->tool->error, mem);
  return it;
}

void sluice__run_free(const sluice_mem *mem, struct run *r)
{
  sluice__buf_free(&r->text);
  sluice__buf_disown(&r->logprobs);
  sluice__free(mem, r);
}

void sluice__part_free(const sluice_mem *mem, struct part *p)
{
  const sluice_annotation *a, *next;

  for (a = p->pub.annotations; a != NULL; a = next) {
    next = a->next;
    sluice__free(mem, (void *)(uintptr_t)a); /* begins a struct note */
  }
  sluice__buf_free(&p->text);
  sluice__buf_disown(&p->logprobs);
  sluice__free(mem, p);
}

void sluice__item_free(const sluice_mem *mem, struct item *it)
{
  struct part *p, *next_part;
  struct run *r, *next_run;

  for (p = it->parts; p != NULL; p = next_part) {
    next_part = (struct part *)(uintptr_t)p->pub.next; /* begins one */
    sluice__part_free(mem, p);
  }
  for (r = it->runs; r != NULL; r = next_run) {
    next_run = r->next;
    sluice__run_free(mem, r);
  }
  sluice__buf_disown(&it->encrypted);
  if (it->tool != NULL) {
    sluice__buf_free(&it->tool->names);
    sluice__buf_free(&it->tool->arguments);
    sluice__buf_free(&it->tool->content);
    sluice__buf_free(&it->tool->queries);
    sluice__buf_free(&it->tool->results);
    sluice__buf_free(&it->tool->output);
    sluice__buf_free(&it->tool->error);
    sluice__free(mem, it->tool);
  }
  sluice__free(mem, it);
}

static sluice_text id_of(const struct item *it)
{
  sluice_text id = {it->id, it->id_n};

  return id;
}

sluice_item sluice__item_shown(const struct item *it)
{
  sluice_item shown;

  if (it->tool != NULL)
    shown = it->tool->pub;
  else
    memset(&shown, 0, sizeof(shown));
  shown.type = (sluice_item_type)it->type;
  shown.status = (sluice_item_status)it->status;
  shown.id = id_of(it);
  shown.output_index = it->output_index;
  shown.parts = it->parts == NULL ? NULL : &it->parts->pub;
  if (it->shows_encrypted)
    shown.encrypted = sluice__own_text(it->encrypted);
  return shown;
}

sluice_event sluice__item_event(sluice_event_type type, const struct item *it)
{
  sluice_event e;

  memset(&e, 0, sizeof(e));
  e.type = type;
  e.item_id = id_of(it);
  e.output_index = it->output_index;
  e.part_index = it->part_count > 0 ? it->part_count - 1 : 0;
  return e;
}

int sluice__item_announce(struct outlet *o, struct item *it)
{
  /* ORDER sluice_item_type */
  static const char *const prefixes[] = {"msg_", "rs_",   "fc_",  "ctc_",
                                         "fs_",  "ws_",   "mcp_", "ci_",
                                         "ig_",  "mcpr_", "mcpl_"};
  sluice_item shown;
  sluice_event e;
  int rv;

  /* The last event shows it again. */
  if (sluice__scratch_items(o->base->scratch, (size_t)o->added + 1) == NULL)
    return SLUICE_ERR_NOMEM;
  it->id_n = (uint8_t)sluice__id_make(it->id, prefixes[it->type], o->base->seed,
                                      (uint64_t)o->added + 1);
  it->output_index = o->added;
  shown = sluice__item_shown(it);
  e = sluice__item_event(SLUICE_EVENT_ITEM_ADDED, it);
  e.item = &shown;
  rv = sluice__outlet_send(o, &e);
  if (rv != 0)
    return rv;
  it->state = ITEM_OPEN;
  o->added++;
  return 0;
}

int sluice__item_send_done(struct outlet *o, struct item *it)
{
  sluice_event e = sluice__item_event(SLUICE_EVENT_ITEM_DONE, it);
  sluice_item shown = sluice__item_shown(it);

  e.item = &shown;
  return sluice__outlet_send(o, &e);
}
