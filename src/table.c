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
  e->age = t->count;
  t->entries[t->count++] = e;
  t->sorted = 0;
  return 0;
}

static int compare(sluice_text a, sluice_text b)
{
  size_t n = a.n < b.n ? a.n : b.n;
  int order = n == 0 ? 0 : memcmp(a.p, b.p, n);

  if (order != 0)
    return order;
  return a.n < b.n ? -1 : a.n > b.n;
}

/* By name, the younger first. */
static int before(const struct entry *a, const struct entry *b)
{
  int order = compare(a->name, b->name);

  return order < 0 || (order == 0 && a->age > b->age);
}

static void sift(struct entry **e, size_t root, size_t n)
{
  struct entry *moved = e[root];
  size_t child;

  while ((child = 2 * root + 1) < n) {
    if (child + 1 < n && before(e[child], e[child + 1]))
      child++;
    if (!before(moved, e[child]))
      break;
    e[root] = e[child];
    root = child;
  }
  e[root] = moved;
}

/* Heapsort: qsort(3) may take memory that is not the embedder's. */
static void sort(struct entry **e, size_t n)
{
  size_t i;

  for (i = n / 2; i-- > 0;)
    sift(e, i, n);
  for (i = n; i-- > 1;) {
    struct entry *last = e[i];

    e[i] = e[0];
    e[0] = last;
    sift(e, 0, i);
  }
}

const struct entry *sluice__table_find(struct table *t, sluice_text name)
{
  size_t low = 0, high = t->count, middle;

  if (!t->sorted) {
    sort(t->entries, t->count);
    t->sorted = 1;
  }
  while (low < high) { /* the first entry that is not less */
    middle = low + (high - low) / 2;
    if (compare(t->entries[middle]->name, name) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low < t->count && compare(t->entries[low]->name, name) == 0
             ? t->entries[low]
             : NULL;
}

void sluice__table_cut(struct table *t, size_t count)
{
  size_t i, kept = 0;

  for (i = 0; i < t->count; i++) {
    if (t->entries[i]->age < count)
      t->entries[kept++] = t->entries[i];
    else
      sluice__free(t->mem, t->entries[i]);
  }
  t->count = kept;
}
