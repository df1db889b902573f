/* SPDX-License-Identifier: MIT */
#include "table.h"

#include "text.h"

void sluice__table_init(struct table *t, const sluice_mem *mem)
{
  memset(t, 0, sizeof(*t));
  t->mem = mem;
}

void sluice__table_free(struct table *t)
{
  sluice__table_cut(t, 0);
  sluice__free(t->mem, t->entries);
  sluice__table_init(t, t->mem);
}

/* The escaped strings, one behind the other. */
static struct entry *new_entry(const sluice_mem *mem, const struct buf *all,
                               const size_t ends[TABLE_TEXTS + 1])
{
  struct entry *e = (struct entry *)mem->malloc(mem->user, sizeof(*e) + all->n);
  int i;

  if (e == NULL)
    return NULL;
  if (all->n > 0)
    memcpy(e->bytes, all->p, all->n);
  e->name.p = e->bytes;
  e->name.n = ends[0];
  for (i = 0; i < TABLE_TEXTS; i++) {
    e->texts[i].p = e->bytes + ends[i];
    e->texts[i].n = ends[i + 1] - ends[i];
  }
  return e;
}

int sluice__table_add(struct table *t, int type, sluice_str name,
                      const sluice_str texts[TABLE_TEXTS])
{
  size_t ends[TABLE_TEXTS + 1];
  void *entries = t->entries;
  struct entry *e = NULL;
  struct buf all;
  int i;

  sluice__buf_init(&all, t->mem);
  sluice__text_escape(&all, name);
  ends[0] = all.n;
  for (i = 0; i < TABLE_TEXTS; i++) {
    sluice__text_escape(&all, texts[i]);
    ends[i + 1] = all.n;
  }
  if (!all.failed && sluice__room(t->mem, &entries, &t->cap, t->count + 1, 8,
                                  sizeof(*t->entries)) == 0) {
    t->entries = (struct entry **)entries;
    e = new_entry(t->mem, &all, ends);
  }
  sluice__buf_free(&all);
  if (e == NULL)
    return SLUICE_ERR_NOMEM;
  e->type = type;
  e->by_name.text = e->name;
  e->by_name.number = -(int64_t)t->count; /* the younger first */
  e->by_name.owner = e;
  sluice__tree_add(&t->by_name, &e->by_name);
  t->entries[t->count++] = e;
  return 0;
}

const struct entry *sluice__table_find(const struct table *t, sluice_text name)
{
  const struct leaf *leaf = sluice__tree_from(&t->by_name, name, INT64_MIN);

  return leaf != NULL && sluice__text_eq(leaf->text, name)
             ? (const struct entry *)leaf->owner
             : NULL;
}

void sluice__table_cut(struct table *t, size_t count)
{
  while (t->count > count) {
    struct entry *e = t->entries[--t->count];

    sluice__tree_remove(&t->by_name, &e->by_name);
    sluice__free(t->mem, e);
  }
}
