/* SPDX-License-Identifier: MIT */
#include "pairing.h"

#include "text.h"

void sluice__pairing_init(struct pairing *p, const sluice_mem *mem)
{
  memset(p, 0, sizeof(*p));
  p->mem = mem;
  sluice__buf_init(&p->ids, mem);
}

void sluice__pairing_free(struct pairing *p)
{
  sluice__free(p->mem, p->pairs);
  sluice__buf_free(&p->ids);
  sluice__pairing_init(p, p->mem);
}

/* The id of an item, which it must have; *key is the member that has it. */
static int read_id(struct asked *a, const struct place *place, uint32_t item,
                   const struct turn *turn, const char **key, uint32_t *node)
{
  (void)sluice__turn_id(a, turn, item, key);
  return sluice__asked_required(a, place, item, *key, JSON_STRING, node);
}

/* How many calls there are, and room for them and for the clean text of all
 * ids: neither moves from then on, as the leaves of the tree demand. */
static int make_room(struct pairing *p, struct asked *a,
                     const struct place *place, uint32_t list)
{
  const struct turn *turn;
  const char *key;
  uint32_t item, id;
  size_t i = 0, calls = 0, bytes = 0;
  int rv = 0;

  for (item = sluice__json_child(&a->json, list);
       rv == 0 && item != JSON_ABSENT;
       item = sluice__json_sibling(&a->json, list, item), i++) {
    struct place at = sluice__place_entry(place, i);

    (void)sluice__turn_of(a, &at, item, &turn); /* it was read before */
    if (turn->kind != TURN_CALL && turn->kind != TURN_OUTPUT)
      continue;
    rv = read_id(a, &at, item, turn, &key, &id);
    calls += turn->kind == TURN_CALL;
    bytes += 3 * sluice__json_raw(&a->json, id).n; /* at worst all U+FFFD */
  }
  if (rv != 0 || calls == 0)
    return rv;
  if (sluice__buf_reserve(&p->ids, bytes) != 0)
    return SLUICE_ERR_NOMEM;
  p->pairs = (struct pair *)sluice__new(p->mem, calls * sizeof(*p->pairs));
  return p->pairs == NULL ? SLUICE_ERR_NOMEM : 0;
}

static int open_call(struct pairing *p, struct asked *a,
                     const struct place *place, uint32_t item, sluice_text id)
{
  struct pair *pair;

  if (sluice__tree_find(&p->open, id, 0) != NULL)
    return sluice__asked_fault(a, FAULT_CALL_TWICE, place,
                               sluice__json_get(&a->json, item, "call_id"));
  pair = &p->pairs[p->count++];
  pair->call = item;
  pair->output = JSON_ABSENT;
  pair->id = id;
  pair->by_id.text = id;
  pair->by_id.owner = pair;
  sluice__tree_add(&p->open, &pair->by_id);
  return 0;
}

static int close_call(struct pairing *p, struct asked *a,
                      const struct place *place, uint32_t node,
                      struct pair *output)
{
  struct pair *pair = (struct pair *)sluice__tree_find(&p->open, output->id, 0);

  if (pair == NULL && (a->wanted->flags & SLUICE_REQUEST_DROP_ITEMS)) {
    sluice__asked_note(a, SLUICE_NOTE_ITEM_DROPPED);
    return 0;
  }
  if (pair == NULL)
    return sluice__asked_fault(a, FAULT_NO_CALL, place, node);
  pair->output = output->output;
  pair->output_at = output->output_at;
  pair->turn = output->turn;
  sluice__tree_remove(&p->open, &pair->by_id);
  return 0;
}

static int read_item(struct pairing *p, struct asked *a,
                     const struct place *place, uint32_t item)
{
  struct pair output = {0};
  struct place at;
  const char *key;
  uint32_t node;

  (void)sluice__turn_of(a, place, item, &output.turn);
  if (output.turn->kind != TURN_CALL && output.turn->kind != TURN_OUTPUT)
    return 0;
  (void)read_id(a, place, item, output.turn, &key, &node);
  (void)sluice__text_clean(NULL, sluice__json_string(&a->json, node), &p->ids,
                           &output.id, NULL); /* there is room */
  at = sluice__place_member(place, key);
  if (output.turn->kind == TURN_CALL)
    return open_call(p, a, &at, item, output.id);
  output.output = item;
  output.output_at = place->index;
  return close_call(p, a, &at, node, &output);
}

/* The first call that nobody answered. */
static int refuse_open(const struct pairing *p, struct asked *a,
                       const struct place *place, uint32_t list)
{
  size_t i = 0, at = 0;
  uint32_t item;

  while (p->pairs[i].output != JSON_ABSENT)
    i++;
  for (item = sluice__json_child(&a->json, list); item != p->pairs[i].call;
       item = sluice__json_sibling(&a->json, list, item))
    at++;
  {
    struct place entry = sluice__place_entry(place, at);
    struct place id = sluice__place_member(&entry, "call_id");

    return sluice__asked_fault(
        a, FAULT_NO_OUTPUT, &id,
        sluice__json_get(&a->json, p->pairs[i].call, "call_id"));
  }
}

int sluice__pairing_read(struct pairing *p, struct asked *a,
                         const struct place *place, uint32_t list)
{
  uint32_t item;
  size_t i = 0;
  int rv = make_room(p, a, place, list);

  for (item = sluice__json_child(&a->json, list);
       rv == 0 && item != JSON_ABSENT;
       item = sluice__json_sibling(&a->json, list, item), i++) {
    struct place at = sluice__place_entry(place, i);

    rv = read_item(p, a, &at, item);
  }
  if (rv == 0 && sluice__tree_first(&p->open) != NULL)
    rv = refuse_open(p, a, place, list);
  return rv;
}
