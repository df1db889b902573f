/* SPDX-License-Identifier: MIT */
/* lesson.c - what a payload teaches. The nodes remember how the reading used
 * each value (json.h), and the deltas hold what was handed out; from the two it
 * is worked out which values may differ, and where they go then (mould.c). */
#include "lesson.h"

/* What the nodes are gone through for. */
struct lesson {
  struct mould *m;
  const struct json *j;
  sluice_str payload;
  uint32_t calls; /* indexes of tool calls seen so far */
};

static int is_value(const struct json_node *node)
{
  return node->type == JSON_STRING || node->type == JSON_NUMBER;
}

/* The strings of a delta, those that may be bound first. Returns how many may;
 * *all is how many there are. */
static size_t strings_of(sluice_delta *d, sluice_str *out[4], size_t *all)
{
  *all = 1;
  out[0] = &d->text;
  switch (d->type) {
  case SLUICE_DELTA_META:
    out[0] = &d->u.meta.id;
    out[1] = &d->u.meta.model;
    out[2] = &d->u.meta.service_tier;
    out[3] = &d->u.meta.fingerprint;
    return *all = 4;
  case SLUICE_DELTA_CALL:
    out[1] = &d->u.call.id;
    out[2] = &d->u.call.name;
    return *all = 3;
  case SLUICE_DELTA_FINISH: /* which was judged */
    return 0;
  default:
    return 1;
  }
}

/* Deltas whose strings are all that changes in them. */
static int is_plain_delta(const sluice_delta *d)
{
  switch (d->type) {
  case SLUICE_DELTA_META:
  case SLUICE_DELTA_CHOICE:
  case SLUICE_DELTA_REASONING:
  case SLUICE_DELTA_TEXT:
  case SLUICE_DELTA_REFUSAL:
  case SLUICE_DELTA_ENCRYPTED:
  case SLUICE_DELTA_USAGE: /* its numbers are */
    return 1;
  case SLUICE_DELTA_CALL:
    return !d->u.call.whole;
  case SLUICE_DELTA_FINISH:
    return d->text.n <= MOULD_WORD;
  default:
    return 0;
  }
}

/* The string of a delta that is this node; NULL: none. No two start at the same
 * place. */
static sluice_str *bound_string(const struct lesson *l,
                                const struct json_node *node)
{
  const char *p = l->payload.p + node->at;
  sluice_str *strings[4];
  size_t d, s, all, n;

  if (node->n == 0)
    return NULL;
  for (d = 0; d < l->m->delta_count; d++) {
    n = strings_of(&l->m->deltas[d], strings, &all);
    for (s = 0; s < n; s++)
      if (strings[s]->p == p)
        return strings[s];
  }
  return NULL;
}

/* The value is that of a member with this key. */
static int is_member(const struct lesson *l, uint32_t node, const char *key)
{
  return sluice__json_is(l->j, node - 1, key);
}

/* The n-th call among the deltas that has an index, which is one that can be
 * bound then. */
static int64_t *index_of_call(struct mould *m, uint32_t n)
{
  size_t d;

  for (d = 0; d < m->delta_count; d++) {
    sluice_delta *delta = &m->deltas[d];

    if (delta->type == SLUICE_DELTA_CALL && delta->u.call.index >= 0 &&
        n-- == 0)
      return &delta->u.call.index;
  }
  return NULL;
}

/* The container that a node other than the first stands in. */
static uint32_t parent_of(const struct json *j, uint32_t node)
{
  uint32_t i = node;

  do
    i--;
  while (j->nodes[i].type < JSON_ARRAY || j->nodes[i].next <= node);
  return i;
}

/* An `index` that was read is that of an entry of `tool_calls`, or of a choice.
 */
static int is_call_index(const struct lesson *l, uint32_t node)
{
  return is_member(l, parent_of(l->j, parent_of(l->j, node)), "tool_calls");
}

/* The number of a delta that this node is: `created`, or the index of a call.
 * NULL: none. It was read as a plain integer. */
static int64_t *bound_count(struct lesson *l, uint32_t node)
{
  if (is_member(l, node, "created"))
    return &l->m->deltas[0].u.meta.created;
  return is_call_index(l, node) ? index_of_call(l->m, l->calls++) : NULL;
}

/* A number that stands in a delta as it is, or is one of those of the usage; or
 * the index of a choice, of which there are few. */
static int is_plain_number(const struct lesson *l, uint32_t node)
{
  const struct json_node *v = &l->j->nodes[node];

  if (v->used != JSON_COUNTED ||
      !sluice__mould_is_count(l->payload.p + v->at, v->n))
    return 0;
  return v->count > 0 || is_member(l, node, "index") ||
         is_member(l, node, "created");
}

/* What the deltas say of this value was worked out. */
static int was_judged(const struct lesson *l, uint32_t node)
{
  const struct json_node *v = &l->j->nodes[node];

  if (v->type == JSON_NUMBER)
    return v->used != 0 && !is_plain_number(l, node);
  return v->type == JSON_STRING && (v->used & JSON_COUNTED) != 0;
}

/* 1 with *h set when the value may differ. */
static int find_hole(struct lesson *l, uint32_t node, struct hole *h)
{
  const struct json_node *v = &l->j->nodes[node];

  memset(h, 0, sizeof(*h));
  h->at = (uint32_t)MOULD_FRAME + v->at;
  h->n = v->n;
  if (!is_value(v))
    return 0;
  h->fill = v->type == JSON_STRING ? FILL_STRING : FILL_NUMBER;
  if (l->m->delta_count == 0 || v->used == 0)
    return 1;
  if (v->type == JSON_STRING && v->used == JSON_TAKEN) {
    h->fill = FILL_TEXT;
    h->text = bound_string(l, v);
    return h->text != NULL;
  }
  h->fill = FILL_COUNT;
  h->usage = v->count;
  h->count =
      v->type == JSON_NUMBER && v->count == 0 ? bound_count(l, node) : NULL;
  return h->count != NULL || h->usage > 0;
}

/* Its text: where the first piece of what is said stands. */
static int is_said(const struct mould *m, const struct hole *h)
{
  size_t d;

  for (d = 0; d < m->delta_count; d++)
    if (h->text == &m->deltas[d].text)
      return 1;
  return 0;
}

static void cut_holes(struct lesson *l)
{
  struct mould *m = l->m;
  uint32_t i;

  for (i = 0; i < l->j->count; i++)
    m->hole_count += (uint32_t)find_hole(l, i, &m->holes[m->hole_count]);
  for (i = 0; i < m->hole_count && m->text_hole == NULL; i++)
    if (m->holes[i].text != NULL && is_said(m, &m->holes[i]))
      m->text_hole = &m->holes[i];
  for (; i < m->hole_count; i++)
    if (m->holes[i].fill >= FILL_TEXT)
      m->bound_behind = 1;
}

/* Strings that are not bound must not point into the payload. */
static void settle_strings(struct mould *m)
{
  sluice_str *strings[4];
  size_t d, s, all;

  for (d = 0; d < m->delta_count; d++) {
    (void)strings_of(&m->deltas[d], strings, &all);
    for (s = 0; s < all; s++)
      if (strings[s]->n == 0)
        strings[s]->p = "";
    if (m->deltas[d].type == SLUICE_DELTA_FINISH) {
      memcpy(m->word, m->deltas[d].text.p, m->deltas[d].text.n);
      m->deltas[d].text.p = m->word;
    }
  }
}

/* All strings that are there can be found again when another payload fits. */
static int all_bound(const struct mould *m)
{
  sluice_str *strings[4];
  size_t d, s, n, all;
  uint32_t k;

  for (d = 0; d < m->delta_count; d++) {
    n = strings_of((sluice_delta *)&m->deltas[d], strings, &all);
    for (s = 0; s < n; s++) {
      for (k = 0; k < m->hole_count && m->holes[k].text != strings[s]; k++)
        ;
      if (strings[s]->n > 0 && k == m->hole_count)
        return 0;
    }
  }
  return 1;
}

/* The deltas can be kept: nothing of them is worked out. */
static int is_pure(const struct lesson *l, const sluice_delta *deltas,
                   size_t count)
{
  uint32_t i, finishes = 0;
  size_t d;

  if (count > MOULD_DELTAS) /* there is one: the envelope */
    return 0;
  for (d = 0; d < count; d++) {
    finishes += deltas[d].type == SLUICE_DELTA_FINISH;
    if (!is_plain_delta(&deltas[d]) || finishes > 1)
      return 0;
  }
  for (i = 0; i < l->j->count; i++)
    if (was_judged(l, i))
      return 0;
  return 1;
}

/* Where the holes are that begin before the end of each container. */
static void count_holes(struct mould *m)
{
  uint32_t i, k, end;

  for (i = 0; i < m->node_count; i++) {
    if (m->nodes[i].type < JSON_ARRAY)
      continue;
    end = m->nodes[i].at + m->nodes[i].n + (uint32_t)MOULD_FRAME;
    for (k = 0; k < m->hole_count && m->holes[k].at < end; k++)
      ;
    m->nodes[i].used = (uint16_t)k;
  }
}

static size_t count_values(const struct json *j)
{
  size_t i, n = 0;

  for (i = 0; i < j->count; i++)
    n += is_value(&j->nodes[i]) ? 1 : 0;
  return n;
}

/* The usage among the deltas; NULL: there is none. */
static sluice_usage *usage_of(struct mould *m)
{
  size_t d;

  for (d = 0; d < m->delta_count; d++)
    if (m->deltas[d].type == SLUICE_DELTA_USAGE)
      return &m->deltas[d].u.usage;
  return NULL;
}

/* With deltas, if they can be kept. */
static int shape_deltas(struct lesson *l, const sluice_delta *deltas,
                        size_t count)
{
  struct mould *m = l->m;

  memcpy(m->deltas, deltas, count * sizeof(*deltas));
  m->delta_count = count;
  cut_holes(l);
  if (!all_bound(m)) {
    m->delta_count = 0;
    m->hole_count = 0;
    m->text_hole = NULL;
    return 0;
  }
  settle_strings(m);
  m->usage = usage_of(m);
  sluice__mould_bind(m);
  return 1;
}

static void shape_nodes(struct lesson *l)
{
  struct mould *m = l->m;

  memcpy(m->nodes, l->j->nodes, l->j->count * sizeof(*m->nodes));
  m->node_count = (uint32_t)l->j->count;
  cut_holes(l);
  count_holes(m);
}

/* One object, of a size that is worth it, that stands in one line. */
static int is_worth(const struct json *j, sluice_str payload)
{
  return payload.n <= MOULD_BYTES && j->count <= MOULD_NODES &&
         payload.p[0] == '{' && j->nodes[0].next == j->count &&
         count_values(j) <= MOULD_HOLES &&
         memchr(payload.p, '\n', payload.n) == NULL &&
         memchr(payload.p, '\r', payload.n) == NULL;
}

void sluice__lesson_learn(struct moulds *all, struct taste *taste,
                          const struct json *nodes, sluice_str payload,
                          const sluice_delta *deltas, size_t count, int pure)
{
  struct lesson l = {NULL, nodes, payload, 0};

  if (!sluice__moulds_may_learn(all, taste) || !is_worth(nodes, payload))
    return;
  l.m = sluice__mould_new(all->mem, payload, count_values(nodes), nodes->count);
  if (l.m == NULL)
    return;
  l.m->depth = nodes->depth;
  if (!pure || !is_pure(&l, deltas, count) || !shape_deltas(&l, deltas, count))
    shape_nodes(&l);
  sluice__moulds_put(all, taste, l.m);
}
