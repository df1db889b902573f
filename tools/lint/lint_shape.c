/* SPDX-License-Identifier: MIT */
#include "lint_shape.h"

#include <stdio.h>
#include <stdlib.h>

enum { CHOICE_MAX = 64, PATH_MAX_BYTES = 200 };

/* A check in progress. */
struct check {
  const struct lint_index *index;
  const struct lint_doc *doc;
  lint_shape_cb cb;
  void *user;
  int silent;  /* a trial: faults are counted, not told */
  size_t hard; /* faults but unknown members */
  char path[PATH_MAX_BYTES];
};

/* A TYPE with its choices. */
struct choice {
  sluice_str list[CHOICE_MAX];
  size_t n;
};

/* A member of a row. */
struct member {
  sluice_str name, type;
  char mark; /* ':' required, '?' optional, '~' not in the schema */
};

static void check_value(struct check *c, sluice_str type, uint32_t node);

static int same(sluice_str s, const char *word)
{
  return s.n == strlen(word) && memcmp(s.p, word, s.n) == 0;
}

/* ---- rows by name ---- */

static size_t hash_of(sluice_str name)
{
  uint32_t hash = 2166136261u;

  for (size_t i = 0; i < name.n; i++)
    hash = (hash ^ (unsigned char)name.p[i]) * 16777619u;
  return hash ^ hash >> 15;
}

static const struct lint_row **slot_of(const struct lint_index *index,
                                       sluice_str name)
{
  size_t i = hash_of(name) & (index->count - 1);

  while (index->slots[i] != NULL && !same(name, index->slots[i]->name))
    i = (i + 1) & (index->count - 1);
  return &index->slots[i];
}

static size_t count_rows(const struct lint_row *rows)
{
  size_t n = 0;

  while (rows[n].name != NULL)
    n++;
  return n;
}

static void add_rows(struct lint_index *index, const struct lint_row *rows)
{
  for (; rows->name != NULL; rows++)
    *slot_of(index, (sluice_str){rows->name, strlen(rows->name)}) = rows;
}

int lint_index_init(struct lint_index *index, const sluice_mem *mem)
{
  size_t rows = count_rows(lint_event_rows) + count_rows(lint_object_rows) +
                count_rows(lint_tool_rows);

  index->mem = mem;
  index->count = 64;
  while (index->count < 2 * rows)
    index->count *= 2;
  index->slots = (const struct lint_row **)sluice__new(
      mem, index->count * sizeof(*index->slots));
  if (index->slots == NULL)
    return SLUICE_ERR_NOMEM;
  add_rows(index, lint_event_rows);
  add_rows(index, lint_object_rows);
  add_rows(index, lint_tool_rows);
  return 0;
}

void lint_index_free(struct lint_index *index)
{
  sluice__free(index->mem, (void *)index->slots);
  index->slots = NULL;
}

const struct lint_row *lint_index_find(const struct lint_index *index,
                                       sluice_str name)
{
  return *slot_of(index, name);
}

/* ---- reading the notation ---- */

/* Takes the next member off `text`. Returns 0 at the end. */
static int next_member(sluice_str *text, struct member *m)
{
  size_t n = 0, type;

  while (text->n > 0 && *text->p == ' ') {
    text->p++;
    text->n--;
  }
  if (text->n == 0)
    return 0;
  while (n < text->n && strchr(":?~", text->p[n]) == NULL)
    n++;
  m->name = (sluice_str){text->p, n};
  m->mark = n < text->n ? text->p[n] : ':';
  n += m->mark == ':' ? 1 : 2;
  for (type = n; n < text->n && text->p[n] != ' '; n++)
    ;
  m->type = (sluice_str){text->p + type, n > type ? n - type : 0};
  text->p += n;
  text->n -= n;
  return 1;
}

/* The length of the first choice of a TYPE: up to a | outside of brackets. */
static size_t choice_length(sluice_str type)
{
  size_t n = 0, depth = 0;

  for (; n < type.n && (depth > 0 || type.p[n] != '|'); n++)
    depth += (size_t)(type.p[n] == '[') - (size_t)(type.p[n] == ']');
  return n;
}

static int names_row(sluice_str one)
{
  return one.n > 0 && one.p[0] >= 'A' && one.p[0] <= 'Z';
}

/* Adds the choices of a TYPE; other names for types are replaced by those. */
static void list_choices(const struct lint_index *index, sluice_str type,
                         struct choice *out)
{
  while (type.n > 0) {
    sluice_str one = {type.p, choice_length(type)};
    const struct lint_row *row =
        names_row(one) ? lint_index_find(index, one) : NULL;
    size_t used = one.n < type.n ? one.n + 1 : one.n;

    if (row != NULL && row->text[0] == '=')
      list_choices(index, (sluice_str){row->text + 2, strlen(row->text + 2)},
                   out);
    else if (out->n < CHOICE_MAX)
      out->list[out->n++] = one;
    type.p += used;
    type.n -= used;
  }
}

/* `[TYPE]{1,2}` -> TYPE; `string{1,2}` -> string. The bounds are -1 where
 * there is none. */
static sluice_str without_bounds(sluice_str one, long bounds[2])
{
  const char *brace = memchr(one.p, '{', one.n);

  bounds[0] = bounds[1] = -1;
  if (brace == NULL || one.p[one.n - 1] != '}')
    return one;
  if (brace[1] != ',')
    bounds[0] = strtol(brace + 1, NULL, 10);
  brace = memchr(brace, ',', (size_t)(one.p + one.n - brace));
  if (brace != NULL && brace[1] != '}')
    bounds[1] = strtol(brace + 1, NULL, 10);
  one.n = (size_t)((const char *)memchr(one.p, '{', one.n) - one.p);
  return one;
}

/* The same for a TYPE of an array, whose braces may stand inside, too. */
static sluice_str without_array_bounds(sluice_str one, long bounds[2])
{
  size_t n = one.n;
  sluice_str tail;

  while (n > 0 && one.p[n - 1] != ']')
    n--;
  bounds[0] = bounds[1] = -1;
  tail = (sluice_str){one.p + n, one.n - n};
  if (tail.n > 0)
    without_bounds(tail, bounds);
  return (sluice_str){one.p + 1, n - 2};
}

/* ---- telling ---- */

static size_t path_push(struct check *c, const char *before, sluice_str name)
{
  size_t n = strlen(c->path);

  snprintf(c->path + n, sizeof(c->path) - n, "%s%.*s", n > 0 ? before : "",
           (int)(name.n < 80 ? name.n : 80), name.p);
  return n;
}

static size_t path_push_index(struct check *c, size_t i)
{
  size_t n = strlen(c->path);

  snprintf(c->path + n, sizeof(c->path) - n, "[%zu]", i);
  return n;
}

static void tell(struct check *c, enum lint_fault fault, sluice_str wanted,
                 uint32_t node)
{
  if (fault != LINT_UNKNOWN)
    c->hard++;
  if (!c->silent)
    c->cb(c->user, fault, c->path, wanted, node);
}

/* ---- values ---- */

static size_t characters(sluice_text text)
{
  size_t n = 0, at = 0;

  for (; at < text.n; n++) {
    uint32_t c;
    at += sluice__text_next(text.p + at, text.n - at, &c);
  }
  return n;
}

static int within(double value, const long bounds[2])
{
  return (bounds[0] < 0 || value >= (double)bounds[0]) &&
         (bounds[1] < 0 || value <= (double)bounds[1]);
}

static int is_word(sluice_text text)
{
  for (size_t i = 0; i < text.n; i++)
    if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
               "0123456789_-",
               text.p[i]) == NULL)
      return 0;
  return text.n > 0;
}

static int is_tunnel(sluice_text text)
{
  for (size_t i = 7; i < text.n; i++)
    if (strchr("abcdefghijklmnopqrstuvwxyz0123456789", text.p[i]) == NULL)
      return 0;
  return text.n == 39 && memcmp(text.p, "tunnel_", 7) == 0;
}

/* A string against one choice. */
static int string_fits(const struct check *c, sluice_str one, uint32_t node,
                       int *ranged)
{
  sluice_text text = lint_text(c->doc, node);
  long bounds[2];
  int fits;

  if (one.p[0] == '\'')
    return text.n == one.n - 2 && memcmp(text.p, one.p + 1, text.n) == 0;
  one = without_bounds(one, bounds);
  if (!same(one, "string") && !same(one, "word") && !same(one, "tunnel"))
    return 0;
  fits = bounds[0] < 0 && bounds[1] < 0
             ? 1
             : within((double)characters(text), bounds);
  if (same(one, "word"))
    fits = fits && is_word(text);
  if (same(one, "tunnel"))
    fits = is_tunnel(text);
  *ranged |= !fits;
  return fits;
}

static int takes_strings(sluice_str one)
{
  return one.p[0] == '\'' || strncmp(one.p, "string", 6) == 0 ||
         strncmp(one.p, "word", 4) == 0 || strncmp(one.p, "tunnel", 6) == 0;
}

static void check_string(struct check *c, const struct choice *choice,
                         sluice_str type, uint32_t node)
{
  int ranged = 0, strings = 0;

  for (size_t i = 0; i < choice->n; i++) {
    if (string_fits(c, choice->list[i], node, &ranged))
      return;
    strings |= takes_strings(choice->list[i]);
  }
  tell(c, !strings ? LINT_TYPE : ranged ? LINT_RANGE : LINT_WORD, type, node);
}

static void check_number(struct check *c, const struct choice *choice,
                         sluice_str type, uint32_t node)
{
  sluice_str raw = sluice__json_raw(&c->doc->json, node);
  int whole = lint_is_integer(c->doc, node);
  char copy[64];

  snprintf(copy, sizeof(copy), "%.*s", (int)(raw.n < 63 ? raw.n : 63), raw.p);
  for (size_t i = 0; i < choice->n; i++) {
    long bounds[2];
    sluice_str one = without_bounds(choice->list[i], bounds);
    if (!same(one, "number") && !(whole && same(one, "integer")))
      continue;
    if (!within(strtod(copy, NULL), bounds))
      tell(c, LINT_RANGE, choice->list[i], node);
    return;
  }
  tell(c, LINT_TYPE, type, node);
}

static void check_array(struct check *c, const struct choice *choice,
                        sluice_str type, uint32_t node)
{
  uint32_t child = sluice__json_child(&c->doc->json, node);
  long bounds[2];
  sluice_str each;
  size_t i = 0, n;

  while (i < choice->n && choice->list[i].p[0] != '[')
    i++;
  if (i == choice->n) {
    tell(c, LINT_TYPE, type, node);
    return;
  }
  each = without_array_bounds(choice->list[i], bounds);
  if (!within((double)lint_count(c->doc, node), bounds))
    tell(c, LINT_RANGE, choice->list[i], node);
  for (n = 0; child != JSON_ABSENT; n++) {
    size_t before = path_push_index(c, n);
    check_value(c, each, child);
    c->path[before] = '\0';
    child = sluice__json_sibling(&c->doc->json, node, child);
  }
}

/* ---- objects ---- */

/* Known without a row: what an event itself has. */
static int of_every_event(const struct check *c, sluice_text name)
{
  return c->path[0] == '\0' &&
         (sluice__text_eq(name, SLUICE_TEXT("type")) ||
          sluice__text_eq(name, SLUICE_TEXT("obfuscation")) ||
          sluice__text_eq(name, SLUICE_TEXT("sequence_number")));
}

static int row_names(const struct lint_row *row, sluice_text name)
{
  sluice_str text = {row->text, strlen(row->text)};
  struct member m;

  while (next_member(&text, &m))
    if (m.name.n == name.n && memcmp(m.name.p, name.p, name.n) == 0)
      return 1;
  return 0;
}

/* The members that the row does not name. `others`: the TYPE that those may
 * have, or NULL. */
static void check_others(struct check *c, const struct lint_row *row,
                         uint32_t node, const struct member *others)
{
  uint32_t key = sluice__json_child(&c->doc->json, node);

  for (; key != JSON_ABSENT;
       key = sluice__json_sibling(&c->doc->json, node, key)) {
    sluice_text name = lint_text(c->doc, key);
    size_t before;

    if (row_names(row, name) || of_every_event(c, name))
      continue;
    before = path_push(c, ".", (sluice_str){name.p, name.n});
    if (others != NULL)
      check_value(c, others->type, key + 1);
    else
      tell(c, LINT_UNKNOWN, (sluice_str){"", 0}, key + 1);
    c->path[before] = '\0';
  }
}

static void check_members(struct check *c, const struct lint_row *row,
                          uint32_t node)
{
  sluice_str text = {row->text, strlen(row->text)};
  struct member m, others = {{NULL, 0}, {NULL, 0}, 0};

  while (next_member(&text, &m)) {
    uint32_t value;
    size_t before;

    if (same(m.name, "*")) {
      others = m;
      continue;
    }
    value = lint_get_text(c->doc, node, (sluice_text){m.name.p, m.name.n});
    if (value == JSON_ABSENT && m.mark != ':')
      continue;
    before = path_push(c, ".", m.name);
    if (value == JSON_ABSENT)
      tell(c, LINT_MISSING, m.type, JSON_ABSENT);
    else
      check_value(c, m.type, value);
    c->path[before] = '\0';
  }
  check_others(c, row, node, others.mark != 0 ? &others : NULL);
}

/* The TYPE of the member `type`, when it is made of words alone. */
static int tag_of(const struct lint_row *row, sluice_str *tag)
{
  sluice_str text = {row->text, strlen(row->text)};
  struct member m;

  while (next_member(&text, &m))
    if (same(m.name, "type")) {
      *tag = m.type;
      return m.type.p[0] == '\'' && m.type.p[m.type.n - 1] == '\'';
    }
  return 0;
}

static int tag_fits(const struct check *c, sluice_str tag, uint32_t type)
{
  struct choice words = {.n = 0};
  int ranged = 0;

  list_choices(c->index, tag, &words);
  for (size_t i = 0; i < words.n; i++)
    if (lint_type(c->doc, type) == JSON_STRING &&
        string_fits(c, words.list[i], type, &ranged))
      return 1;
  return 0;
}

/* Keeps of the choices those that an object can be meant as. Returns 0 when its
 * member `type` fits none. */
static int keep_meant(const struct check *c, const struct choice *choice,
                      uint32_t node, struct choice *meant)
{
  uint32_t type = lint_get(c->doc, node, "type");
  struct choice plain = {.n = 0};
  int tagged = 0;

  meant->n = 0;
  for (size_t i = 0; i < choice->n; i++) {
    sluice_str one = choice->list[i], tag;
    const struct lint_row *row =
        names_row(one) ? lint_index_find(c->index, one) : NULL;

    if (row == NULL && !same(one, "object") && !same(one, "any"))
      continue;
    if (row != NULL && type != JSON_ABSENT && tag_of(row, &tag)) {
      tagged = 1;
      if (tag_fits(c, tag, type))
        meant->list[meant->n++] = one;
    } else {
      plain.list[plain.n++] = one;
    }
  }
  if (meant->n == 0)
    *meant = plain;
  return meant->n > 0 || !tagged;
}

static void check_as(struct check *c, sluice_str one, uint32_t node)
{
  const struct lint_row *row =
      names_row(one) ? lint_index_find(c->index, one) : NULL;

  if (row != NULL)
    check_members(c, row, node);
}

/* Of several objects that may be meant: the one with the fewest faults. */
static size_t nearest(struct check *c, const struct choice *meant,
                      uint32_t node)
{
  size_t best = 0, least = SIZE_MAX, hard = c->hard;

  if (meant->n == 1)
    return 0;
  c->silent++;
  for (size_t i = 0; i < meant->n; i++) {
    c->hard = 0;
    check_as(c, meant->list[i], node);
    if (c->hard < least) {
      least = c->hard;
      best = i;
    }
  }
  c->silent--;
  c->hard = hard;
  return best;
}

static void check_object(struct check *c, const struct choice *choice,
                         sluice_str type, uint32_t node)
{
  struct choice meant;
  size_t before;

  if (!keep_meant(c, choice, node, &meant)) {
    before = path_push(c, ".", (sluice_str){"type", 4});
    tell(c, LINT_WORD, type, lint_get(c->doc, node, "type"));
    c->path[before] = '\0';
  } else if (meant.n == 0) {
    tell(c, LINT_TYPE, type, node);
  } else {
    check_as(c, meant.list[nearest(c, &meant, node)], node);
  }
}

static void check_plain(struct check *c, const struct choice *choice,
                        sluice_str type, uint32_t node)
{
  const char *name = lint_type_name(c->doc, node);

  for (size_t i = 0; i < choice->n; i++)
    if (same(choice->list[i], name))
      return;
  tell(c, LINT_TYPE, type, node);
}

static void check_value(struct check *c, sluice_str type, uint32_t node)
{
  struct choice choice = {.n = 0};

  if (same(type, "any"))
    return;
  list_choices(c->index, type, &choice);
  switch (lint_type(c->doc, node)) {
  case JSON_STRING:
    check_string(c, &choice, type, node);
    break;
  case JSON_NUMBER:
    check_number(c, &choice, type, node);
    break;
  case JSON_ARRAY:
    check_array(c, &choice, type, node);
    break;
  case JSON_OBJECT:
    check_object(c, &choice, type, node);
    break;
  case JSON_NULL:
  case JSON_FALSE:
  case JSON_TRUE:
  case JSON_KEY:
  case JSON_NONE:
  default:
    check_plain(c, &choice, type, node);
    break;
  }
}

void lint_shape_check(const struct lint_index *index,
                      const struct lint_row *row, const struct lint_doc *doc,
                      uint32_t node, lint_shape_cb cb, void *user)
{
  struct check c = {index, doc, cb, user, 0, 0, ""};

  check_members(&c, row, node);
}

/* ---- the table itself ---- */

static int type_wrong(const struct lint_index *index, sluice_str type)
{
  struct choice choice = {.n = 0};
  long bounds[2];

  list_choices(index, type, &choice);
  for (size_t i = 0; i < choice.n; i++) {
    sluice_str one = choice.list[i];
    if (one.p[0] == '[') {
      if (type_wrong(index, without_array_bounds(one, bounds)))
        return 1;
      continue;
    }
    if (one.p[0] == '\'' && one.n > 2 && one.p[one.n - 1] == '\'')
      continue;
    if (names_row(one) && lint_index_find(index, one) != NULL)
      continue;
    one = without_bounds(one, bounds);
    if (!takes_strings(one) && !same(one, "integer") && !same(one, "number") &&
        !same(one, "boolean") && !same(one, "null") && !same(one, "object") &&
        !same(one, "any"))
      return 1;
  }
  return choice.n == 0;
}

static int row_wrong(const struct lint_index *index, const struct lint_row *row)
{
  sluice_str text = {row->text, strlen(row->text)};
  struct member m;
  int wrong = 0;

  if (text.p[0] == '=')
    return type_wrong(index, (sluice_str){text.p + 2, text.n - 2});
  while (next_member(&text, &m))
    wrong |= m.name.n == 0 || type_wrong(index, m.type);
  return wrong;
}

const char *lint_index_wrong(const struct lint_index *index)
{
  for (size_t i = 0; i < index->count; i++)
    if (index->slots[i] != NULL && row_wrong(index, index->slots[i]))
      return index->slots[i]->name;
  return NULL;
}
