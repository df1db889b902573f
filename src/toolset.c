/* SPDX-License-Identifier: MIT */
#include "toolset.h"

#include "text.h"

#define MARK_N                                                                 \
  9 /* bytes of what tells shortened names apart: _ and 8 digits               \
     */

void sluice__toolset_init(struct toolset *t, const sluice_mem *mem)
{
  memset(t, 0, sizeof(*t));
  t->mem = mem;
  sluice__buf_init(&t->key, mem);
  sluice__buf_init(&t->flat, mem);
  sluice__buf_init(&t->plain, mem);
}

void sluice__toolset_free(struct toolset *t)
{
  struct offer *offer, *next;

  for (offer = t->first; offer != NULL; offer = next) {
    next = offer->next;
    sluice__free(t->mem, offer);
  }
  sluice__buf_free(&t->key);
  sluice__buf_free(&t->flat);
  sluice__buf_free(&t->plain);
  sluice__toolset_init(t, t->mem);
}

/* ---- names ------------------------------------------------------------- */

static int is_name_byte(char c)
{
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         (c >= '0' && c <= '9') || c == '_' || c == '-';
}

int sluice__is_name(sluice_str s, size_t most)
{
  size_t i = 0;

  while (i < s.n && is_name_byte(s.p[i]))
    i++;
  return i == s.n && s.n <= most;
}

static uint32_t hash(sluice_str s)
{
  uint32_t h = 2166136261u; /* FNV-1a */
  size_t i;

  for (i = 0; i < s.n; i++)
    h = (h ^ (unsigned char)s.p[i]) * 16777619u;
  return h;
}

/* Cuts the name in t->flat so that the mark has room, and puts the mark. */
static void put_mark(struct toolset *t, size_t whole, uint32_t mark)
{
  static const char digits[] = "0123456789abcdef";
  int shift;

  t->flat.n = whole < TOOL_NAME_MAX - MARK_N ? whole : TOOL_NAME_MAX - MARK_N;
  sluice__buf_byte(&t->flat, '_');
  for (shift = 28; shift >= 0; shift -= 4)
    sluice__buf_byte(&t->flat, digits[(mark >> shift) & 15]);
}

static int is_taken(const struct toolset *t, const struct wanted *w)
{
  sluice_text flat = sluice__buf_as_text(&t->flat);
  size_t i;

  for (i = 0; i < w->hosted_count; i++)
    if (w->hosted[i].name.n == flat.n &&
        memcmp(w->hosted[i].name.p, flat.p, flat.n) == 0)
      return 1;
  return sluice__tree_find(&t->by_flat, flat, 0) != NULL;
}

/* t->plain gets the plain text of a string node behind what it has. */
static int add_plain(struct toolset *t, struct asked *a, uint32_t node)
{
  sluice_text clean;

  sluice__buf_clear(&a->work);
  if (sluice__text_clean(NULL, sluice__json_string(&a->json, node), &a->work,
                         &clean, NULL) != 0 ||
      sluice__buf_reserve(&t->plain, clean.n) != 0)
    return SLUICE_ERR_NOMEM;
  if (clean.n > 0)
    t->plain.n += sluice_text_decode(clean, t->plain.p + t->plain.n, clean.n);
  return 0;
}

/* t->plain and t->key: the namespace, a NUL, which no clean text has, and the
 * name; *space_n is the plain length of the first. */
static int set_key(struct toolset *t, struct asked *a, uint32_t space,
                   uint32_t name, size_t *space_n)
{
  sluice__buf_clear(&t->plain);
  sluice__buf_clear(&t->key);
  sluice__asked_put(a, space, &t->key);
  sluice__buf_byte(&t->key, '\0');
  sluice__asked_put(a, name, &t->key);
  if (t->key.failed || add_plain(t, a, space) != 0)
    return SLUICE_ERR_NOMEM;
  *space_n = t->plain.n;
  return add_plain(t, a, name);
}

/* t->flat: namespace, separator, name, with _ for what a name cannot have.
 * Returns 1 when the result does not lead back: it was changed, or too long. */
static int flatten(struct toolset *t, const struct wanted *w, size_t space_n)
{
  const char *p = t->plain.p;
  int changed = 0;
  size_t i;

  sluice__buf_clear(&t->flat);
  sluice__buf_put(&t->flat, p, space_n);
  if (space_n > 0)
    sluice__buf_str(&t->flat, w->separator);
  sluice__buf_put(&t->flat, p + space_n, t->plain.n - space_n);
  for (i = 0; !t->flat.failed && i < t->flat.n; i++)
    if (!is_name_byte(t->flat.p[i])) {
      t->flat.p[i] = '_';
      changed = 1;
    }
  return changed || t->flat.n > TOOL_NAME_MAX;
}

/* Of the name as it is in t->key and t->plain. `free_one`: no other has it. */
static int make_flat(struct toolset *t, const struct wanted *w, size_t space_n,
                     int free_one)
{
  sluice_str key = {t->key.p, t->key.n};
  int marked = flatten(t, w, space_n);
  size_t whole = t->flat.n;
  uint32_t mark = hash(key);

  if (marked)
    put_mark(t, whole, mark);
  while (free_one && !t->flat.failed && is_taken(t, w))
    put_mark(t, whole, ++mark);
  return sluice__buf_status(&t->flat);
}

/* ---- adding ------------------------------------------------------------ */

static sluice_str copy(char **to, const char *from, size_t n)
{
  sluice_str s = {*to, n};

  if (n > 0)
    memcpy(*to, from, n);
  *to += n;
  return s;
}

static struct offer *new_offer(struct toolset *t, size_t bytes)
{
  struct offer *offer =
      (struct offer *)sluice__new(t->mem, sizeof(*offer) + bytes);

  if (offer == NULL)
    return NULL;
  offer->space_node = JSON_ABSENT;
  if (t->last != NULL)
    t->last->next = offer;
  else
    t->first = offer;
  t->last = offer;
  return offer;
}

static int count_one(struct toolset *t, struct asked *a,
                     const struct place *list)
{
  if (t->count == a->wanted->max_tools)
    return sluice__asked_too_many(a, list, a->wanted->max_tools);
  t->count++;
  return 0;
}

/* The tool in t->key, t->plain and t->flat. */
static struct offer *add_offer(struct toolset *t, size_t space_n)
{
  struct offer *offer = new_offer(t, t->plain.n + t->flat.n + t->key.n);
  char *at;

  if (offer == NULL)
    return NULL;
  at = offer->bytes;
  offer->space = copy(&at, t->plain.p, space_n);
  offer->name = copy(&at, t->plain.p + space_n, t->plain.n - space_n);
  offer->flat = copy(&at, t->flat.p, t->flat.n);
  offer->by_flat.text.p = offer->flat.p;
  offer->by_flat.text.n = offer->flat.n;
  offer->by_flat.owner = offer;
  offer->by_key.text.p = at;
  offer->by_key.text.n = copy(&at, t->key.p, t->key.n).n;
  offer->by_key.owner = offer;
  sluice__tree_add(&t->by_key, &offer->by_key);
  sluice__tree_add(&t->by_flat, &offer->by_flat);
  return offer;
}

/* One that was there already makes room for this one, and leaves it its name.
 */
static void replace(struct toolset *t, struct asked *a, struct offer *old)
{
  if (old == NULL)
    return;
  sluice__asked_note(a, SLUICE_NOTE_TOOL_TWICE);
  old->gone = 1;
  sluice__tree_remove(&t->by_key, &old->by_key);
  sluice__tree_remove(&t->by_flat, &old->by_flat);
}

/* A function or custom tool; `space` is the object of a namespace, or absent.
 */
static int add_named(struct toolset *t, struct asked *a,
                     const struct place *place, uint32_t tool, uint32_t space,
                     enum offer_kind kind)
{
  struct offer *offer;
  uint32_t name, space_name = sluice__json_get(&a->json, space, "name");
  size_t space_n;
  int rv;

  rv = sluice__asked_required(a, place, tool, "name", JSON_STRING, &name);
  if (rv == 0)
    rv = set_key(t, a, space_name, name, &space_n);
  if (rv != 0)
    return rv;
  replace(t, a,
          (struct offer *)sluice__tree_find(&t->by_key,
                                            sluice__buf_as_text(&t->key), 0));
  rv = make_flat(t, a->wanted, space_n, 1);
  if (rv != 0)
    return rv;
  offer = add_offer(t, space_n);
  if (offer == NULL)
    return SLUICE_ERR_NOMEM;
  offer->kind = kind;
  offer->node = tool;
  if (offer->space.n > 0 || offer->flat.n != offer->name.n ||
      memcmp(offer->flat.p, offer->name.p, offer->flat.n) != 0)
    sluice__asked_note(a, SLUICE_NOTE_TOOL_RENAMED);
  return 0;
}

/* ---- hosted tools ------------------------------------------------------ */

static int ends_with(sluice_str s, const char *end, size_t n)
{
  return s.n >= n && memcmp(s.p + s.n - n, end, n) == 0;
}

/* Without _2025_03_11, and then without _preview. */
static sluice_str plain_type(sluice_str type)
{
  static const char shape[] = "_dddd_dd_dd";
  size_t n = sizeof(shape) - 1, i;

  for (i = 0; type.n > n && i < n; i++) {
    char c = type.p[type.n - n + i];

    if (shape[i] == '_' ? c != '_' : c < '0' || c > '9')
      break;
  }
  if (type.n > n && i == n)
    type.n -= n;
  if (ends_with(type, "_preview", 8))
    type.n -= 8;
  return type;
}

int sluice__hosted_is(sluice_str type, sluice_str other)
{
  type = plain_type(type);
  other = plain_type(other);
  return type.n == other.n && memcmp(type.p, other.p, type.n) == 0;
}

static int add_hosted(struct toolset *t, const struct hosted *h, uint32_t tool,
                      sluice_str label, sluice_str container)
{
  sluice_text flat = {h->name.p, h->name.n};
  struct offer *offer;
  char *at;

  if (sluice__tree_find(&t->by_flat, flat, 0) != NULL)
    return 0; /* it is there already */
  offer = new_offer(t, label.n + container.n);
  if (offer == NULL)
    return SLUICE_ERR_NOMEM;
  at = offer->bytes;
  offer->kind = OFFER_HOSTED;
  offer->node = tool;
  offer->hosted = h;
  offer->name = h->is.type;
  offer->flat = h->name;
  offer->label = copy(&at, label.p, label.n);
  offer->space = copy(&at, container.p, container.n);
  offer->by_flat.text = flat;
  offer->by_flat.owner = offer;
  sluice__tree_add(&t->by_flat, &offer->by_flat);
  offer->next_hosted = t->first_hosted;
  t->first_hosted = offer;
  return 0;
}

static int no_hosted(struct toolset *t, struct asked *a,
                     const struct place *place, uint32_t type)
{
  struct place at = sluice__place_member(place, "type");

  if (!(a->wanted->flags & SLUICE_REQUEST_DROP_TOOLS))
    return sluice__asked_fault(a, FAULT_TOOL, &at, type);
  t->dropped++;
  sluice__asked_note(a, SLUICE_NOTE_TOOL_DROPPED);
  return 0;
}

/* All that stands for it: t->plain gets its type, label and container. */
static int read_hosted(struct toolset *t, struct asked *a,
                       const struct place *place, uint32_t tool, uint32_t type)
{
  const struct wanted *w = a->wanted;
  sluice_str is, label, container;
  size_t i, type_n, label_end;
  int found = 0, rv;

  sluice__buf_clear(&t->plain);
  rv = add_plain(t, a, type);
  type_n = t->plain.n;
  if (rv == 0)
    rv = add_plain(t, a, sluice__json_get(&a->json, tool, "server_label"));
  label_end = t->plain.n;
  if (rv == 0)
    rv = add_plain(t, a, sluice__json_get(&a->json, tool, "container"));
  if (rv != 0)
    return rv;
  is.p = t->plain.p;
  is.n = type_n;
  label.p = is.p + type_n;
  label.n = label_end - type_n;
  container.p = is.p + label_end;
  container.n = t->plain.n - label_end;
  for (i = 0; rv == 0 && i < w->hosted_count; i++) {
    sluice_str of = w->hosted[i].is.server_label;

    if (!sluice__hosted_is(w->hosted[i].is.type, is) ||
        (of.n > 0 && (of.n != label.n || memcmp(of.p, label.p, label.n) != 0)))
      continue;
    found = 1;
    rv = add_hosted(t, &w->hosted[i], tool, label, container);
  }
  return rv != 0 || found ? rv : no_hosted(t, a, place, type);
}

/* ---- reading ----------------------------------------------------------- */

static int read_tools(struct toolset *t, struct asked *a,
                      const struct place *place, uint32_t list, uint32_t space);

static int read_space(struct toolset *t, struct asked *a,
                      const struct place *place, uint32_t space)
{
  struct place at = sluice__place_member(place, "tools");
  struct offer *before = t->last;
  uint32_t name, list;
  int rv;

  rv = sluice__asked_required(a, place, space, "name", JSON_STRING, &name);
  if (rv == 0)
    rv = sluice__asked_required(a, place, space, "tools", JSON_ARRAY, &list);
  if (rv == 0)
    rv = read_tools(t, a, &at, list, space);
  if (rv != 0 || t->last == before)
    return rv;
  (before == NULL ? t->first : before->next)->space_node = space;
  return 0;
}

static int read_tool(struct toolset *t, struct asked *a,
                     const struct place *place, uint32_t tool, uint32_t space)
{
  uint32_t type;
  int rv;

  if (sluice__json_type(&a->json, tool) != JSON_OBJECT)
    return sluice__asked_type(a, place, "an object");
  rv = sluice__asked_required(a, place, tool, "type", JSON_STRING, &type);
  if (rv != 0)
    return rv;
  if (sluice__json_is(&a->json, type, "function"))
    return add_named(t, a, place, tool, space, OFFER_FUNCTION);
  if (sluice__json_is(&a->json, type, "custom"))
    return add_named(t, a, place, tool, space, OFFER_CUSTOM);
  if (sluice__json_is(&a->json, type, "namespace") && space == JSON_ABSENT)
    return read_space(t, a, place, tool);
  return read_hosted(t, a, place, tool, type);
}

/* Namespaces are one within none: two levels at most. */
static int read_tools(struct toolset *t, struct asked *a,
                      const struct place *place, uint32_t list, uint32_t space)
{
  size_t i = 0;
  uint32_t tool;
  int rv = 0;

  for (tool = sluice__json_child(&a->json, list);
       rv == 0 && tool != JSON_ABSENT;
       tool = sluice__json_sibling(&a->json, list, tool), i++) {
    struct place at = sluice__place_entry(place, i);

    rv = count_one(t, a, place);
    if (rv == 0)
      rv = read_tool(t, a, &at, tool, space);
  }
  return rv;
}

int sluice__toolset_read(struct toolset *t, struct asked *a,
                         const struct place *place, uint32_t list)
{
  return read_tools(t, a, place, list, JSON_ABSENT);
}

/* ---- finding ----------------------------------------------------------- */

int sluice__toolset_find(struct toolset *t, struct asked *a, uint32_t space,
                         uint32_t name, const struct offer **offer)
{
  size_t space_n;
  int rv = set_key(t, a, space, name, &space_n);

  *offer = rv != 0 ? NULL
                   : (const struct offer *)sluice__tree_find(
                         &t->by_key, sluice__buf_as_text(&t->key), 0);
  return rv;
}

struct offer *sluice__toolset_hosted(const struct toolset *t,
                                     const struct offer *after, sluice_str type)
{
  struct offer *offer = after == NULL ? t->first_hosted : after->next_hosted;

  while (offer != NULL && !sluice__hosted_is(offer->hosted->is.type, type))
    offer = offer->next_hosted;
  return offer;
}

int sluice__offer_is_meant(struct asked *a, const struct offer *offer,
                           uint32_t object)
{
  uint32_t label = sluice__json_get(&a->json, object, "server_label");
  uint32_t name = sluice__json_get(&a->json, object, "name");
  const sluice_hosted *is = &offer->hosted->is;

  if (sluice__asked_given(a, label) &&
      !sluice__asked_is(a, label, offer->label))
    return 0;
  return !sluice__asked_given(a, name) ||
         sluice__asked_is(a, name, is->shown.n > 0 ? is->shown : offer->flat);
}

int sluice__toolset_name(struct toolset *t, struct asked *a, uint32_t space,
                         uint32_t name, sluice_str *flat)
{
  const struct offer *offer;
  size_t space_n = 0;
  int rv = sluice__toolset_find(t, a, space, name, &offer);

  if (rv == 0 && offer != NULL) {
    *flat = offer->flat;
    return 0;
  }
  if (rv == 0)
    rv = set_key(t, a, space, name, &space_n);
  if (rv == 0)
    rv = make_flat(t, a->wanted, space_n, 0);
  flat->p = t->flat.p;
  flat->n = t->flat.n;
  return rv;
}
