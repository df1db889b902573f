/* SPDX-License-Identifier: MIT */
#include "item.h"

struct item *sluice__item_new(const sluice_mem *mem, sluice_item_type type)
{
  struct item *it = (struct item *)sluice__new(mem, sizeof(*it));

  if (it == NULL)
    return NULL;
  it->pub.type = type;
  sluice__buf_init(&it->encrypted, mem);
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
  sluice__buf_free(&r->logprobs);
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
  sluice__buf_free(&p->logprobs);
  sluice__free(mem, p);
}

void sluice__item_free(const sluice_mem *mem, struct item *it)
{
  const sluice_part *p, *next_part;
  struct run *r, *next_run;

  for (p = it->pub.parts; p != NULL; p = next_part) {
    next_part = p->next;
    sluice__part_free(mem, (struct part *)(uintptr_t)p); /* begins one */
  }
  for (r = it->runs; r != NULL; r = next_run) {
    next_run = r->next;
    sluice__run_free(mem, r);
  }
  sluice__buf_free(&it->encrypted);
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

sluice_event sluice__item_event(sluice_event_type type, const struct item *it)
{
  sluice_event e;

  memset(&e, 0, sizeof(e));
  e.type = type;
  e.item_id = it->pub.id;
  e.output_index = it->pub.output_index;
  e.part_index = it->part_count > 0 ? it->part_count - 1 : 0;
  return e;
}

int sluice__item_announce(struct outlet *o, struct item *it)
{
  /* ORDER sluice_item_type */
  static const char *const prefixes[] = {"msg_", "rs_",   "fc_",  "ctc_",
                                         "fs_",  "ws_",   "mcp_", "ci_",
                                         "ig_",  "mcpr_", "mcpl_"};
  sluice_event e;
  int rv;

  it->pub.id.p = it->id;
  it->pub.id.n = sluice__id_make(it->id, prefixes[it->pub.type], o->base->seed,
                                 (uint64_t)o->added + 1);
  it->pub.output_index = o->added;
  e = sluice__item_event(SLUICE_EVENT_ITEM_ADDED, it);
  e.item = &it->pub;
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

  e.item = &it->pub;
  return sluice__outlet_send(o, &e);
}
