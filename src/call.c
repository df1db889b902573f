/* SPDX-License-Identifier: MIT */
#include "call.h"

#include "status.h"

static int same(const struct buf *b, sluice_text text)
{
  return sluice__text_eq(sluice__buf_as_text(b), text);
}

/* ---- finding ----------------------------------------------------------- */

static struct call *by_index(const struct calls *calls, int64_t index)
{
  struct call *k = calls->last; /* mostly it is this one */

  if (k != NULL && k->index == index)
    return k;
  return (struct call *)sluice__tree_find(&calls->indexes, SLUICE_TEXT(""),
                                          index);
}

static struct call *by_id(const struct calls *calls, sluice_text id)
{
  struct call *k = calls->last;

  if (k != NULL && same(&k->id, id))
    return k;
  return (struct call *)sluice__tree_find(&calls->ids, id, 0);
}

/* The label is no other call's. */
static void set_index(struct calls *calls, struct call *k, int64_t index)
{
  if (k->index != SLUICE_NO_INDEX)
    sluice__tree_remove(&calls->indexes, &k->by_index);
  k->index = index;
  if (index == SLUICE_NO_INDEX)
    return;
  k->by_index.text = SLUICE_TEXT("");
  k->by_index.number = index;
  k->by_index.owner = k;
  sluice__tree_add(&calls->indexes, &k->by_index);
}

/* Its id is known now. */
static void list_id(struct calls *calls, struct call *k)
{
  sluice_text id = sluice__buf_as_text(&k->id);
  struct call *other = (struct call *)sluice__tree_find(&calls->ids, id, 0);

  if (other != NULL && other->number < k->number)
    return;
  if (other != NULL)
    sluice__tree_remove(&calls->ids, &other->by_id);
  k->by_id.text = id;
  k->by_id.number = 0;
  k->by_id.owner = k;
  sluice__tree_add(&calls->ids, &k->by_id);
}

int sluice__call_complete(const struct call *k)
{
  return k->empty || sluice__value_complete(&k->value);
}

/* Nothing more can come for it. */
static int is_closed(const struct call *k)
{
  return k->empty || sluice__value_closed(&k->value);
}

/* At a used index, is it another call (F01)? */
static int is_another(const struct call *k, const struct fragment *g)
{
  if (g->name.n == 0)
    return 0;
  if (g->id.n == 0) /* no ids at all: whole calls, one behind the other */
    return g->has_arguments && k->arguments_n > 0 && is_closed(k);
  if (k->id.n > 0)
    return !same(&k->id, g->id);
  return is_closed(k) || (k->name_final && !same(&k->name, g->name));
}

static struct call *find_indexed(struct calls *calls, const struct fragment *g,
                                 struct counts *counts)
{
  struct call *k = by_index(calls, g->index);

  if (k != NULL && is_another(k, g)) {
    sluice__count(counts, SLUICE_ANOMALY_CALL_INDEX_REUSED);
    set_index(calls, k, SLUICE_NO_INDEX); /* it is the new call's now */
    return NULL;
  }
  if (k != NULL)
    return k;
  if (g->id.n > 0)
    return g->name.n > 0 ? NULL : by_id(calls, g->id);
  if (g->name.n > 0)
    return NULL;
  sluice__count(counts, SLUICE_ANOMALY_CALL_INDEX_STRAY); /* F04 */
  k = calls->last;
  if (k == NULL || k->arguments_n > 0)
    return NULL;
  set_index(calls, k, g->index); /* so that the next piece finds it */
  return k;
}

/* Without an index: by id, else a new name, else the last call (F02). */
static struct call *find_bare(const struct calls *calls,
                              const struct fragment *g)
{
  struct call *last = calls->last;
  struct call *k = g->id.n > 0 ? by_id(calls, g->id) : NULL;

  if (k != NULL && g->name.n > 0 && k->name_final && !same(&k->name, g->name))
    return NULL; /* the id is used for two calls (F09) */
  if (k != NULL || last == NULL)
    return k;
  if (g->id.n > 0 && (last->id.n > 0 || g->name.n > 0))
    return NULL;
  if (g->name.n == 0)
    return last;
  /* The same name again is the same call, unless that is complete. */
  return same(&last->name, g->name) && !is_closed(last) ? last : NULL;
}

struct call *sluice__call_find(struct calls *calls, const struct fragment *g,
                               struct counts *counts)
{
  if (g->index != SLUICE_NO_INDEX)
    return find_indexed(calls, g, counts);
  sluice__count(counts, SLUICE_ANOMALY_CALL_NO_INDEX);
  return find_bare(calls, g);
}

/* ---- learning ---------------------------------------------------------- */

/* The first id holds; one that comes late is taken while none was shown. */
static int learn_id(struct calls *calls, struct call *k, sluice_text id,
                    struct counts *counts)
{
  if (id.n == 0 || same(&k->id, id))
    return 0;
  if (k->id.n > 0 || k->id_final) {
    sluice__count(counts, SLUICE_ANOMALY_CALL_ID_CHANGED);
    return 0;
  }
  sluice__buf_text(&k->id, id);
  if (k->id.failed)
    return SLUICE_ERR_NOMEM;
  list_id(calls, k);
  return 0;
}

static int starts_with(sluice_text text, sluice_text start)
{
  return text.n >= start.n && memcmp(text.p, start.p, start.n) == 0;
}

/* Names come whole, again and again (F05), or in pieces (F06). */
static int learn_name(struct call *k, sluice_text name, struct counts *counts)
{
  if (name.n == 0 || same(&k->name, name))
    return 0;
  if (k->name.n > 0 && k->name_final) {
    sluice__count(counts, SLUICE_ANOMALY_CALL_NAME_CHANGED);
    return 0;
  }
  if (k->name.n > 0 && starts_with(name, sluice__buf_as_text(&k->name)))
    sluice__buf_clear(&k->name);
  sluice__buf_text(&k->name, name);
  return sluice__buf_status(&k->name);
}

int sluice__call_learn(struct calls *calls, struct call *k,
                       const struct fragment *g, struct counts *counts)
{
  int rv = learn_id(calls, k, g->id, counts);

  return rv == 0 ? learn_name(k, g->name, counts) : rv;
}

/* ---- life -------------------------------------------------------------- */

struct call *sluice__call_add(struct calls *calls, const sluice_mem *mem,
                              int64_t index, int keep)
{
  struct call *k = (struct call *)sluice__new(mem, sizeof(*k));

  if (k == NULL)
    return NULL;
  k->index = SLUICE_NO_INDEX;
  sluice__buf_init(&k->id, mem);
  sluice__buf_init(&k->name, mem);
  if (keep) {
    k->kept = (struct buf *)sluice__new(mem, sizeof(*k->kept));
    if (k->kept == NULL) {
      sluice__free(mem, k);
      return NULL;
    }
    sluice__buf_init(k->kept, mem);
  }
  if (calls->last != NULL) {
    k->number = calls->last->number + 1;
    calls->last->next = k;
  } else {
    calls->first = k;
  }
  calls->last = k;
  set_index(calls, k, index);
  return k;
}

void sluice__calls_free(struct calls *calls, const sluice_mem *mem)
{
  struct call *k, *next;

  for (k = calls->first; k != NULL; k = next) {
    next = k->next;
    sluice__buf_free(&k->id);
    sluice__buf_free(&k->name);
    if (k->kept != NULL)
      sluice__buf_free(k->kept);
    sluice__free(mem, k->kept);
    sluice__free(mem, k);
  }
  memset(calls, 0, sizeof(*calls));
}
