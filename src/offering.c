/* SPDX-License-Identifier: MIT */
#include "offering.h"

/* ---- the choice -------------------------------------------------------- */

enum demand {
  DEMAND_NOTHING,
  DEMAND_AUTO,
  DEMAND_NONE,
  DEMAND_ANY,
  DEMAND_ONE
};

struct choice {
  enum demand demand;
  const struct offer *one; /* of DEMAND_ONE */
};

static const struct place choice_place = {NULL, "tool_choice", 0};

static int word_of(const struct asked *a, uint32_t node, struct choice *c)
{
  static const struct {
    const char *word;
    enum demand demand;
  } words[] = {
      {"auto", DEMAND_AUTO}, {"none", DEMAND_NONE}, {"required", DEMAND_ANY}};
  size_t i;

  for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
    if (sluice__json_is(&a->json, node, words[i].word)) {
      c->demand = words[i].demand;
      return 1;
    }
  return 0;
}

/* A function or custom tool that a choice names. */
static int find_named(struct asked *a, struct toolset *t,
                      const struct place *place, uint32_t choice,
                      struct offer **offer)
{
  struct place at = sluice__place_member(place, "name");
  const struct offer *found = NULL;
  uint32_t name, space;
  int rv;

  rv = sluice__asked_required(a, place, choice, "name", JSON_STRING, &name);
  if (rv == 0)
    rv = sluice__asked_member(a, place, choice, "namespace", JSON_STRING,
                              &space);
  if (rv == 0)
    rv = sluice__toolset_find(t, a, space, name, &found);
  if (rv == 0 && found == NULL)
    rv = sluice__asked_fault(a, FAULT_CHOICE, &at, name);
  *offer = (struct offer *)found;
  return rv;
}

/* Lets go upstream the hosted tools that a choice names. *count of them, the
 * last one in *one; none is right only when one was left out. */
static int allow_hosted(struct asked *a, struct toolset *t,
                        const struct place *place, uint32_t choice,
                        uint32_t type, struct choice *c)
{
  struct place at = sluice__place_member(place, "type");
  sluice_str is = sluice__json_string(&a->json, type);
  struct offer *offer;
  size_t count = 0;

  for (offer = sluice__toolset_hosted(t, NULL, is); offer != NULL;
       offer = sluice__toolset_hosted(t, offer, is)) {
    if (!sluice__offer_is_meant(a, offer, choice))
      continue;
    offer->kept_back = 0;
    c->one = offer;
    count++;
  }
  if (count == 0 && t->dropped == 0)
    return sluice__asked_fault(a, FAULT_CHOICE, &at, type);
  c->demand = count == 0 ? DEMAND_AUTO : count == 1 ? DEMAND_ONE : DEMAND_ANY;
  return 0;
}

static void keep_back_all(struct toolset *t, uint8_t kept_back)
{
  struct offer *offer;

  for (offer = t->first; offer != NULL; offer = offer->next)
    offer->kept_back = kept_back;
}

/* A choice, or an entry of allowed tools: lets what it names go upstream. */
static int allow(struct asked *a, struct toolset *t, const struct place *place,
                 uint32_t choice, struct choice *c)
{
  struct offer *offer;
  uint32_t type;
  int rv;

  if (sluice__json_type(&a->json, choice) != JSON_OBJECT)
    return sluice__asked_type(a, place, "an object");
  rv = sluice__asked_required(a, place, choice, "type", JSON_STRING, &type);
  if (rv != 0)
    return rv;
  if (!sluice__json_is(&a->json, type, "function") &&
      !sluice__json_is(&a->json, type, "custom"))
    return allow_hosted(a, t, place, choice, type, c);
  rv = find_named(a, t, place, choice, &offer);
  if (rv != 0)
    return rv;
  offer->kept_back = 0;
  c->one = offer;
  c->demand = DEMAND_ONE;
  return 0;
}

/* Chat servers know no list of allowed tools: the others are not sent. */
static int read_allowed(struct asked *a, struct toolset *t, uint32_t choice,
                        struct choice *c)
{
  struct place at = sluice__place_member(&choice_place, "tools");
  struct place mode_at = sluice__place_member(&choice_place, "mode");
  struct choice entry = {DEMAND_NOTHING, NULL};
  uint32_t mode, list, tool;
  size_t i = 0;
  int rv;

  rv = sluice__asked_member(a, &choice_place, choice, "mode", JSON_STRING,
                            &mode);
  if (rv == 0)
    rv = sluice__asked_required(a, &choice_place, choice, "tools", JSON_ARRAY,
                                &list);
  if (rv != 0)
    return rv;
  c->demand = DEMAND_AUTO;
  if (mode != JSON_ABSENT && !word_of(a, mode, c))
    return sluice__asked_fault(a, FAULT_VALUE, &mode_at, mode);
  keep_back_all(t, 1);
  for (tool = sluice__json_child(&a->json, list);
       rv == 0 && tool != JSON_ABSENT;
       tool = sluice__json_sibling(&a->json, list, tool), i++) {
    struct place place = sluice__place_entry(&at, i);

    rv = allow(a, t, &place, tool, &entry);
  }
  return rv;
}

static int read_choice(struct asked *a, struct toolset *t, struct choice *c)
{
  uint32_t node = sluice__json_get(&a->json, 0, "tool_choice");
  int rv;

  c->demand = DEMAND_NOTHING;
  c->one = NULL;
  if (!sluice__asked_given(a, node))
    return 0;
  if (sluice__json_type(&a->json, node) == JSON_STRING)
    return word_of(a, node, c)
               ? 0
               : sluice__asked_fault(a, FAULT_VALUE, &choice_place, node);
  if (sluice__json_is(&a->json, sluice__json_get(&a->json, node, "type"),
                      "allowed_tools"))
    return read_allowed(a, t, node, c);
  rv = allow(a, t, &choice_place, node, c);
  if (rv != 0 || c->demand != DEMAND_ANY)
    return rv;
  keep_back_all(t, 1); /* one of several: nothing else may be called */
  return allow(a, t, &choice_place, node, c);
}

/* ---- writing ----------------------------------------------------------- */

/* The description of the namespace stands with its first tool. */
static void put_description(const struct asked *a, const struct offer *offer,
                            struct buf *out)
{
  uint32_t space = sluice__json_get(&a->json, offer->space_node, "description");
  uint32_t own = sluice__json_get(&a->json, offer->node, "description");
  uint32_t format = sluice__json_get(&a->json, offer->node, "format");
  uint32_t grammar = sluice__json_get(&a->json, format, "definition");
  size_t before = out->n, start;

  sluice__buf_lit(out, ",\"description\":\"");
  start = out->n;
  sluice__asked_put(a, space, out);
  if (out->n > start && sluice__json_string(&a->json, own).n > 0)
    sluice__buf_lit(out, "\\n\\n");
  sluice__asked_put(a, own, out);
  if (offer->kind == OFFER_CUSTOM &&
      sluice__json_string(&a->json, grammar).n > 0) {
    if (out->n > start)
      sluice__buf_lit(out, "\\n\\n");
    sluice__buf_lit(out, "The input must follow this grammar (");
    sluice__asked_put(a, sluice__json_get(&a->json, format, "syntax"), out);
    sluice__buf_lit(out, "):\\n");
    sluice__asked_put(a, grammar, out);
  }
  if (out->n > start)
    sluice__buf_byte(out, '"');
  else
    out->n = before; /* nothing to say */
}

static void put_tool(const struct asked *a, const struct offer *offer,
                     struct buf *out)
{
  sluice__buf_lit(out, "{\"type\":\"function\",\"function\":");
  if (offer->kind == OFFER_HOSTED) {
    sluice__buf_str(out, offer->hosted->is.function);
    sluice__buf_byte(out, '}');
    return;
  }
  sluice__buf_lit(out, "{\"name\":\"");
  sluice__buf_str(out, offer->flat);
  sluice__buf_byte(out, '"');
  put_description(a, offer, out);
  if (offer->kind == OFFER_CUSTOM) {
    sluice__buf_lit(out,
                    ",\"parameters\":{\"type\":\"object\",\"properties\":"
                    "{\"input\":{\"type\":\"string\",\"description\":\"The "
                    "whole input of the tool, as plain text.\"}},"
                    "\"required\":[\"input\"],"
                    "\"additionalProperties\":false}");
  } else {
    sluice__asked_copy_into(
        a, out, "parameters",
        sluice__json_get(&a->json, offer->node, "parameters"));
    sluice__asked_copy_into(a, out, "strict",
                            sluice__json_get(&a->json, offer->node, "strict"));
  }
  sluice__buf_lit(out, "}}");
}

static void put_choice(struct asked *a, const struct choice *c)
{
  struct buf *out = &a->chat;

  if (c->demand == DEMAND_NOTHING || !sluice__asked_begin(a, "tool_choice"))
    return;
  if (c->demand == DEMAND_AUTO) {
    sluice__buf_lit(out, "\"auto\"");
  } else if (c->demand == DEMAND_NONE) {
    sluice__buf_lit(out, "\"none\"");
  } else if (c->demand == DEMAND_ANY) {
    sluice__buf_lit(out, "\"required\"");
  } else {
    sluice__buf_lit(out, "{\"type\":\"function\",\"function\":{\"name\":\"");
    sluice__buf_str(out, c->one->flat);
    sluice__buf_lit(out, "\"}}");
  }
}

static const struct offer *first_standing(const struct offer *offer)
{
  while (offer != NULL && !sluice__offer_stands(offer))
    offer = offer->next;
  return offer;
}

/* Servers refuse a choice, or a wish for parallel calls, without tools. */
static int put_none(struct asked *a, const struct toolset *t,
                    const struct choice *c)
{
  if (c->demand == DEMAND_ANY && t->dropped == 0)
    return sluice__asked_fault(a, FAULT_NO_TOOL, &choice_place, JSON_ABSENT);
  return 0;
}

int sluice__offering_put(struct asked *a, struct toolset *t)
{
  const struct offer *offer;
  struct choice choice;
  uint32_t parallel;
  int rv = read_choice(a, t, &choice);

  if (rv == 0)
    rv = sluice__asked_member(a, NULL, 0, "parallel_tool_calls", JSON_TRUE,
                              &parallel);
  if (rv != 0)
    return rv;
  offer = first_standing(t->first);
  if (offer == NULL)
    return put_none(a, t, &choice);
  if (!sluice__asked_begin(a, "tools"))
    return 0;
  sluice__buf_byte(&a->chat, '[');
  for (; offer != NULL; offer = first_standing(offer->next)) {
    if (a->chat.n > 0 && a->chat.p[a->chat.n - 1] == '}')
      sluice__buf_byte(&a->chat, ',');
    put_tool(a, offer, &a->chat);
  }
  sluice__buf_byte(&a->chat, ']');
  put_choice(a, &choice);
  sluice__asked_copy(a, "parallel_tool_calls", parallel);
  return 0;
}
