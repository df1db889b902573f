/* SPDX-License-Identifier: MIT */
#include "lint_doc.h"

#include <math.h>
#include <sluice/anomaly.h>
#include <stdlib.h>

enum { SHOWN = 60, NUMBER_BYTES = 64 };

void lint_doc_init(struct lint_doc *d, const sluice_mem *mem)
{
  memset(d, 0, sizeof(*d));
  sluice__json_init(&d->json, mem);
  sluice__buf_init(&d->clean, mem);
}

void lint_doc_free(struct lint_doc *d)
{
  const sluice_mem *mem = d->json.mem;

  sluice__free(mem, d->strings);
  sluice__free(mem, d->slots);
  sluice__buf_free(&d->clean);
  sluice__json_free(&d->json);
  lint_doc_init(d, mem);
}

/* ---- reading ---- */

static int room_for_nodes(struct lint_doc *d)
{
  const sluice_mem *mem = d->json.mem;
  void *strings = d->strings, *slots = d->slots;
  size_t count = d->json.count, want = 16;
  int rv = sluice__room(mem, &strings, &d->string_cap, count, 64,
                        sizeof(*d->strings));

  d->strings = (struct lint_string *)strings;
  while (want < count) /* of which at most half are keys */
    want *= 2;
  if (rv == 0)
    rv = sluice__room(mem, &slots, &d->slot_cap, want, 64, sizeof(*d->slots));
  d->slots = (struct lint_slot *)slots;
  if (rv != 0)
    return rv;
  d->slot_count = want;
  for (size_t i = 0; i < want; i++)
    d->slots[i].key = JSON_ABSENT;
  return 0;
}

static int clean_strings(struct lint_doc *d)
{
  uint32_t counters[SLUICE_ANOMALY_COUNT] = {0};
  struct counts counts = {NULL, counters, 0};
  const struct json *j = &d->json;

  sluice__buf_clear(&d->clean);
  for (uint32_t i = 0; i < j->count; i++) {
    sluice_str raw = {j->payload + j->nodes[i].at, j->nodes[i].n};
    sluice_text clean;
    struct lint_string *s = &d->strings[i];

    *s = (struct lint_string){j->nodes[i].at, j->nodes[i].n, 0};
    if (j->nodes[i].type != JSON_STRING && j->nodes[i].type != JSON_KEY)
      continue;
    if (sluice__text_clean(NULL, raw, &d->clean, &clean, &counts) != 0)
      return SLUICE_ERR_NOMEM;
    s->n = clean.n;
    s->cleaned = clean.p != raw.p;
    if (s->cleaned)
      s->at = d->clean.n - clean.n;
  }
  d->replaced = counters[SLUICE_ANOMALY_BAD_TEXT] > 0;
  return 0;
}

sluice_text lint_text(const struct lint_doc *d, uint32_t node)
{
  enum json_type type = lint_type(d, node);
  const struct lint_string *s;

  if (type != JSON_STRING && type != JSON_KEY)
    return (sluice_text){"", 0};
  s = &d->strings[node];
  return (sluice_text){(s->cleaned ? d->clean.p : d->json.payload) + s->at,
                       s->n};
}

/* The slot of a member, or the empty one where it would stand. */
static struct lint_slot *slot_of(const struct lint_doc *d, uint32_t object,
                                 sluice_text key)
{
  uint64_t hash = 1469598103934665603u ^ object;
  size_t i;

  for (i = 0; i < key.n; i++)
    hash = (hash ^ (unsigned char)key.p[i]) * 1099511628211u;
  hash ^= hash >> 29;
  hash *= 0xbf58476d1ce4e5b9u;
  hash ^= hash >> 32;
  for (i = hash & (d->slot_count - 1);; i = (i + 1) & (d->slot_count - 1)) {
    struct lint_slot *s = &d->slots[i];
    if (s->key == JSON_ABSENT ||
        (s->object == object && sluice__text_eq(lint_text(d, s->key), key)))
      return s;
  }
}

/* Of a key that stands twice the last one counts. */
static void list_members(struct lint_doc *d, uint32_t object)
{
  uint32_t key = sluice__json_child(&d->json, object);

  for (; key != JSON_ABSENT;
       key = sluice__json_sibling(&d->json, object, key)) {
    struct lint_slot *s = slot_of(d, object, lint_text(d, key));
    if (s->key != JSON_ABSENT && d->duplicate == JSON_ABSENT)
      d->duplicate = key;
    *s = (struct lint_slot){object, key};
  }
}

int lint_doc_read(struct lint_doc *d, sluice_str payload)
{
  int rv = sluice__json_parse(&d->json, payload, LINT_DEPTH);

  d->duplicate = JSON_ABSENT;
  d->replaced = 0;
  if (rv == 0 && d->json.nodes[0].next != d->json.count) {
    d->json.error_at = d->json.nodes[d->json.nodes[0].next].at;
    d->json.error_message = "more than one JSON value";
    rv = SLUICE_ERR_JSON;
  }
  if (rv == 0)
    rv = room_for_nodes(d);
  if (rv == 0)
    rv = clean_strings(d);
  if (rv != 0) {
    d->json.count = 0;
    return rv;
  }
  for (uint32_t i = 0; i < d->json.count; i++)
    if (d->json.nodes[i].type == JSON_OBJECT)
      list_members(d, i);
  return 0;
}

/* ---- asking ---- */

uint32_t lint_get_text(const struct lint_doc *d, uint32_t object,
                       sluice_text key)
{
  const struct lint_slot *s;

  if (lint_type(d, object) != JSON_OBJECT)
    return JSON_ABSENT;
  s = slot_of(d, object, key);
  return s->key == JSON_ABSENT ? JSON_ABSENT : s->key + 1;
}

uint32_t lint_get(const struct lint_doc *d, uint32_t object, const char *key)
{
  return lint_get_text(d, object, (sluice_text){key, strlen(key)});
}

int lint_is(const struct lint_doc *d, uint32_t node, const char *s)
{
  return lint_type(d, node) == JSON_STRING &&
         sluice__text_eq(lint_text(d, node), (sluice_text){s, strlen(s)});
}

int lint_is_integer(const struct lint_doc *d, uint32_t node)
{
  sluice_str raw = sluice__json_raw(&d->json, node);

  if (lint_type(d, node) != JSON_NUMBER)
    return 0;
  for (size_t i = 0; i < raw.n; i++)
    if (raw.p[i] == '.' || raw.p[i] == 'e' || raw.p[i] == 'E')
      return 0;
  return 1;
}

int64_t lint_integer(const struct lint_doc *d, uint32_t node)
{
  int64_t value = 0;

  if (lint_is_integer(d, node))
    sluice__json_int(&d->json, node, &value);
  return value;
}

const char *lint_type_name(const struct lint_doc *d, uint32_t node)
{
  switch (lint_type(d, node)) {
  case JSON_NULL:
    return "null";
  case JSON_FALSE:
  case JSON_TRUE:
    return "boolean";
  case JSON_NUMBER:
    return lint_is_integer(d, node) ? "integer" : "number";
  case JSON_STRING:
  case JSON_KEY:
    return "string";
  case JSON_ARRAY:
    return "array";
  case JSON_OBJECT:
    return "object";
  case JSON_NONE:
  default:
    return "missing";
  }
}

size_t lint_count(const struct lint_doc *d, uint32_t parent)
{
  uint32_t child = sluice__json_child(&d->json, parent);
  size_t n = 0;

  for (; child != JSON_ABSENT; n++)
    child = sluice__json_sibling(&d->json, parent, child);
  return n;
}

/* ---- comparing ---- */

struct comparison {
  const struct lint_doc *a, *b;
  enum lint_leave leave;
  struct buf *where;
};

static int differ(const struct comparison *c, uint32_t x, uint32_t y,
                  size_t path);

static double number_of(sluice_str raw)
{
  char copy[NUMBER_BYTES];
  size_t n = raw.n < sizeof(copy) ? raw.n : sizeof(copy) - 1;

  memcpy(copy, raw.p, n);
  copy[n] = '\0';
  return strtod(copy, NULL);
}

static int numbers_differ(const struct comparison *c, uint32_t x, uint32_t y,
                          int rounded)
{
  sluice_str p = sluice__json_raw(&c->a->json, x);
  sluice_str q = sluice__json_raw(&c->b->json, y);
  double d;

  if (p.n == q.n && memcmp(p.p, q.p, p.n) == 0)
    return 0;
  if (!rounded && lint_is_integer(c->a, x) && lint_is_integer(c->b, y))
    return lint_integer(c->a, x) != lint_integer(c->b, y) || p.n != q.n;
  d = number_of(p) - number_of(q);
  if (rounded)
    return !(fabs(d) < 1e-5);
  return d < 0 || d > 0;
}

static void put_key(struct buf *where, sluice_text key)
{
  if (where->n > 0)
    sluice__buf_byte(where, '.');
  lint_show_text(key, where);
}

/* Says where and what; `path` is the length of the path so far. */
static int say(const struct comparison *c, uint32_t x, uint32_t y)
{
  struct buf *where = c->where;

  if (where == NULL)
    return 1;
  sluice__buf_lit(where, ": ");
  lint_show(c->a, x, where);
  sluice__buf_lit(where, " / ");
  lint_show(c->b, y, where);
  return 1;
}

static int left_out(const struct comparison *c, sluice_text key)
{
  if (c->leave == LINT_LEAVE_LOGPROBS)
    return sluice__text_eq(key, SLUICE_TEXT("logprobs"));
  return c->leave == LINT_LEAVE_ENCRYPTED &&
         (sluice__text_eq(key, SLUICE_TEXT("encrypted_content")) ||
          sluice__text_eq(key, SLUICE_TEXT("fingerprint")));
}

/* The members of x against those of y; what only y has is left to the caller's
 * second turn. */
static int members_differ(const struct comparison *c, uint32_t x, uint32_t y,
                          size_t path, int values)
{
  uint32_t key = sluice__json_child(&c->a->json, x);

  for (; key != JSON_ABSENT; key = sluice__json_sibling(&c->a->json, x, key)) {
    sluice_text name = lint_text(c->a, key);
    uint32_t other = lint_get_text(c->b, y, name);
    size_t here = path;

    if (left_out(c, name) || (other != JSON_ABSENT && !values))
      continue;
    if (c->where != NULL) {
      c->where->n = path;
      put_key(c->where, name);
      here = c->where->n;
    }
    if (other == JSON_ABSENT) {
      if (c->where != NULL)
        sluice__buf_lit(c->where, " is only in one");
      return 1;
    }
    if (differ(c, key + 1, other, here))
      return 1;
  }
  return 0;
}

static int objects_differ(const struct comparison *c, uint32_t x, uint32_t y,
                          size_t path)
{
  struct comparison turned = {c->b, c->a, c->leave, c->where};

  if (members_differ(c, x, y, path, 1) ||
      members_differ(&turned, y, x, path, 0))
    return 1;
  if (c->where != NULL)
    c->where->n = path;
  return 0;
}

static int arrays_differ(const struct comparison *c, uint32_t x, uint32_t y,
                         size_t path)
{
  uint32_t p = sluice__json_child(&c->a->json, x);
  uint32_t q = sluice__json_child(&c->b->json, y);

  for (uint64_t i = 0; p != JSON_ABSENT && q != JSON_ABSENT; i++) {
    size_t here = path;
    if (c->where != NULL) {
      c->where->n = path;
      sluice__buf_byte(c->where, '[');
      sluice__buf_uint(c->where, i);
      sluice__buf_byte(c->where, ']');
      here = c->where->n;
    }
    if (differ(c, p, q, here))
      return 1;
    p = sluice__json_sibling(&c->a->json, x, p);
    q = sluice__json_sibling(&c->b->json, y, q);
  }
  if (c->where != NULL)
    c->where->n = path;
  if (p == q) /* both JSON_ABSENT */
    return 0;
  if (c->where != NULL) {
    sluice__buf_lit(c->where, ": length ");
    sluice__buf_uint(c->where, lint_count(c->a, x));
    sluice__buf_lit(c->where, " / ");
    sluice__buf_uint(c->where, lint_count(c->b, y));
  }
  return 1;
}

/* 1 when the last key of the path is `logprob`. */
static int at_logprob(const struct comparison *c, uint32_t x)
{
  return c->leave == LINT_LEAVE_ROUNDING && x > 0 &&
         lint_type(c->a, x - 1) == JSON_KEY &&
         sluice__text_eq(lint_text(c->a, x - 1), SLUICE_TEXT("logprob"));
}

static int differ(const struct comparison *c, uint32_t x, uint32_t y,
                  size_t path)
{
  enum json_type s = lint_type(c->a, x), t = lint_type(c->b, y);

  if (s != t)
    return say(c, x, y);
  if (s == JSON_OBJECT)
    return objects_differ(c, x, y, path);
  if (s == JSON_ARRAY)
    return arrays_differ(c, x, y, path);
  if (s == JSON_NUMBER)
    return numbers_differ(c, x, y, at_logprob(c, x)) ? say(c, x, y) : 0;
  if (s == JSON_STRING &&
      !sluice__text_eq(lint_text(c->a, x), lint_text(c->b, y)))
    return say(c, x, y);
  return 0;
}

int lint_differ(const struct lint_doc *a, uint32_t x, const struct lint_doc *b,
                uint32_t y, enum lint_leave leave, struct buf *where)
{
  struct comparison c = {a, b, leave, where};

  return differ(&c, x, y, where != NULL ? where->n : 0);
}

/* ---- showing ---- */

/* Characters that turn the direction of writing. */
static int turns(uint32_t c)
{
  return c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

/* Clean text has no control characters as they are. */
void lint_show_text(sluice_text text, struct buf *out)
{
  size_t at = 0, step;

  while (at < text.n && at < SHOWN) {
    uint32_t c = 0;
    step = sluice__text_next(text.p + at, text.n - at, &c);
    if (turns(c))
      sluice__buf_byte(out, '?');
    else
      sluice__buf_put(out, text.p + at, step);
    at += step;
  }
  if (at < text.n)
    sluice__buf_lit(out, "...");
}

void lint_show(const struct lint_doc *d, uint32_t node, struct buf *out)
{
  enum json_type type = lint_type(d, node);
  struct buf whole;

  if (type == JSON_STRING) {
    sluice__buf_byte(out, '"');
    lint_show_text(lint_text(d, node), out);
    sluice__buf_byte(out, '"');
  } else if (type == JSON_OBJECT || type == JSON_ARRAY) {
    sluice_str raw = sluice__json_raw(&d->json, node);
    if (raw.n > (size_t)64 * SHOWN) { /* not worth the copy */
      sluice__buf_lit(out, "a large ");
      sluice__buf_put(out, lint_type_name(d, node),
                      strlen(lint_type_name(d, node)));
      return;
    }
    sluice__buf_init(&whole, d->json.mem);
    sluice__json_compact(&d->json, node, &whole);
    lint_show_text(sluice__buf_as_text(&whole), out);
    sluice__buf_free(&whole);
  } else if (type == JSON_NUMBER) {
    sluice_str raw = sluice__json_raw(&d->json, node);
    lint_show_text((sluice_text){raw.p, raw.n}, out);
  } else if (type == JSON_TRUE || type == JSON_FALSE) {
    sluice__buf_put(out, type == JSON_TRUE ? "true" : "false",
                    type == JSON_TRUE ? 4 : 5);
  } else {
    const char *name = type == JSON_NULL ? "null" : "nothing";
    sluice__buf_put(out, name, strlen(name));
  }
}
