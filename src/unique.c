/* SPDX-License-Identifier: MIT */
#include "unique.h"

#include "text.h"

struct key {
  uint32_t node;
  size_t at, n; /* of its clean text */
};

struct keys {
  const sluice_mem *mem;
  struct key *list;
  size_t count, cap;
  struct buf texts;
};

static int add(struct keys *keys, uint32_t node, sluice_str raw)
{
  void *list = keys->list;
  size_t at = keys->texts.n;
  struct key *key;
  sluice_text clean;
  int rv;

  rv = sluice__room(keys->mem, &list, &keys->cap, keys->count + 1, 16,
                    sizeof(*key));
  if (rv != 0)
    return rv;
  keys->list = (struct key *)list;
  rv = sluice__text_clean(NULL, raw, &keys->texts, &clean, NULL);
  if (rv != 0)
    return rv;
  if (keys->texts.n == at) /* it was clean: nothing was put */
    sluice__buf_text(&keys->texts, clean);
  key = &keys->list[keys->count++];
  key->node = node;
  key->at = at;
  key->n = keys->texts.n - at;
  return sluice__buf_status(&keys->texts);
}

static int is_same(const struct keys *keys, const struct key *a,
                   const struct key *b)
{
  return a->n == b->n &&
         memcmp(keys->texts.p + a->at, keys->texts.p + b->at, a->n) == 0;
}

/* By text; of the same text, by place. */
static int is_before(const struct keys *keys, const struct key *a,
                     const struct key *b)
{
  size_t n = a->n < b->n ? a->n : b->n;
  int order = memcmp(keys->texts.p + a->at, keys->texts.p + b->at, n);

  if (order != 0)
    return order < 0;
  return a->n != b->n ? a->n < b->n : a->node < b->node;
}

static void sift(const struct keys *keys, size_t root, size_t end)
{
  struct key *list = keys->list, moved = list[root];
  size_t child;

  while ((child = 2 * root + 1) < end) {
    if (child + 1 < end && is_before(keys, &list[child], &list[child + 1]))
      child++;
    if (!is_before(keys, &moved, &list[child]))
      break;
    list[root] = list[child];
    root = child;
  }
  list[root] = moved;
}

/* A heap sort: no memory, and no input makes it slow. */
static void sort(const struct keys *keys)
{
  struct key *list = keys->list, swap;
  size_t i;

  for (i = keys->count / 2; i > 0; i--)
    sift(keys, i - 1, keys->count);
  for (i = keys->count; i > 1; i--) {
    swap = list[0];
    list[0] = list[i - 1];
    list[i - 1] = swap;
    sift(keys, 0, i - 1);
  }
}

static int mark_object(struct json *j, uint32_t object, struct keys *keys)
{
  uint32_t k, end = j->nodes[object].next;
  size_t i;
  int rv = 0;

  keys->count = 0;
  sluice__buf_clear(&keys->texts);
  for (k = object + 1; rv == 0 && k < end; k = j->nodes[k + 1].next)
    rv = add(keys, k, sluice__json_raw(j, k));
  if (rv != 0 || keys->count < 2)
    return rv;
  sort(keys);
  for (i = 1; i < keys->count; i++)
    if (is_same(keys, &keys->list[i - 1], &keys->list[i]))
      j->nodes[keys->list[i - 1].node].type = JSON_NONE;
  return 0;
}

int sluice__unique(struct json *j)
{
  struct keys keys;
  uint32_t i;
  int rv = 0;

  memset(&keys, 0, sizeof(keys));
  keys.mem = j->mem;
  sluice__buf_init(&keys.texts, j->mem);
  for (i = 0; rv == 0 && i < j->count; i++)
    if (j->nodes[i].type == JSON_OBJECT)
      rv = mark_object(j, i, &keys);
  sluice__free(keys.mem, keys.list);
  sluice__buf_free(&keys.texts);
  return rv;
}
