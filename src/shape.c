/* SPDX-License-Identifier: MIT */
#include "shape.h"

#include "text.h"

/* Where a value goes, and what it is read from. Values nest no deeper than the
 * parse allowed, so the functions here may call each other. */
struct put {
  const struct json *j;
  struct buf *out;
  uint32_t *wrong;
};

static int put_value(const struct put *p, const struct shape *shape,
                     uint32_t node);

int sluice__shape_given(const struct json *j, uint32_t node)
{
  return sluice__json_type(j, node) > JSON_NULL;
}

/* ---- single values ----------------------------------------------------- */

static int is_bounded(const struct shape *s)
{
  return s->most > 0;
}

static int put_int(const struct put *p, const struct shape *s, uint32_t node)
{
  sluice_str raw = sluice__json_raw(p->j, node);
  int64_t v = 0;
  size_t i;

  if (sluice__json_type(p->j, node) != JSON_NUMBER)
    return 0;
  for (i = raw.p[0] == '-' ? 1 : 0; i < raw.n; i++)
    if (raw.p[i] < '0' || raw.p[i] > '9')
      return 0;
  (void)sluice__json_int(p->j, node, &v);
  if (v < s->least || (is_bounded(s) && v > s->most))
    return 0;
  sluice__json_compact(p->j, node, p->out);
  return 1;
}

/* Compared without a conversion that would round or follow a locale. */
static int is_within(const struct json *j, uint32_t node, int least, int most)
{
  int64_t v = 0;

  if (sluice__json_integral(j, node, &v))
    return v >= least && v <= most;
  (void)sluice__json_int(j, node, &v); /* between v and the next from zero */
  if (sluice__json_raw(j, node).p[0] == '-') /* `most` is above 0 */
    return v > least;
  return v >= least && v < most;
}

static int put_number(const struct put *p, const struct shape *s, uint32_t node)
{
  if (sluice__json_type(p->j, node) != JSON_NUMBER ||
      (is_bounded(s) && !is_within(p->j, node, s->least, s->most)))
    return 0;
  sluice__json_compact(p->j, node, p->out);
  return 1;
}

static int put_bool(const struct put *p, uint32_t node)
{
  enum json_type type = sluice__json_type(p->j, node);

  if (type != JSON_TRUE && type != JSON_FALSE)
    return 0;
  sluice__json_compact(p->j, node, p->out);
  return 1;
}

/* One of the words `a|b|c`. */
static int is_one_of(const struct json *j, uint32_t node, const char *words)
{
  char word[64];
  const char *end;
  size_t n;

  if (sluice__json_type(j, node) != JSON_STRING)
    return 0;
  for (;; words += n + 1) {
    end = strchr(words, '|');
    n = end == NULL ? strlen(words) : (size_t)(end - words);
    if (n < sizeof(word)) {
      memcpy(word, words, n);
      word[n] = '\0';
      if (sluice__json_is(j, node, word))
        return 1;
    }
    if (words[n] == '\0')
      return 0;
  }
}

static int is_plain(uint32_t c)
{
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* The i-th character of a name. */
static int is_of_name(const struct shape *s, size_t i, uint32_t c)
{
  size_t prefix = s->words == NULL ? 0 : strlen(s->words);

  if (i < prefix)
    return c == (unsigned char)s->words[i];
  if (is_plain(c))
    return 1;
  return prefix == 0 && ((c >= 'A' && c <= 'Z') || c == '_' || c == '-');
}

/* A string that was just written, its quotes included: as long as it should be,
 * and of the right characters? */
static int is_string_right(const struct shape *s, const char *p, size_t n)
{
  size_t i = 1, length = 0;
  uint32_t c = 0;

  for (; i + 1 < n; length++) {
    i += sluice__text_next(p + i, n - 1 - i, &c);
    if (s->kind == SHAPE_NAME && !is_of_name(s, length, c))
      return 0;
  }
  return length >= (size_t)s->least &&
         (!is_bounded(s) || length <= (size_t)s->most);
}

static int put_string(const struct put *p, const struct shape *s, uint32_t node)
{
  size_t start = p->out->n;

  if (sluice__json_type(p->j, node) != JSON_STRING)
    return 0;
  sluice__json_compact(p->j, node, p->out);
  return p->out->failed ||
         is_string_right(s, p->out->p + start, p->out->n - start);
}

static int put_word(const struct put *p, const struct shape *s, uint32_t node)
{
  if (!is_one_of(p->j, node, s->words))
    return 0;
  sluice__json_compact(p->j, node, p->out);
  return 1;
}

static int put_as_id(const struct put *p, uint32_t node)
{
  if (sluice__json_type(p->j, node) != JSON_STRING)
    return 0;
  sluice__buf_lit(p->out, "{\"id\":");
  sluice__json_compact(p->j, node, p->out);
  sluice__buf_lit(p->out, "}");
  return 1;
}

/* ---- what must not be shown -------------------------------------------- */

static int put_secret(const struct put *p, uint32_t node)
{
  if (sluice__json_type(p->j, node) != JSON_STRING)
    return 0;
  sluice__buf_lit(p->out, "\"<redacted>\"");
  return 1;
}

/* scheme://user@host/path?query: what stands around the host may be a key. A
 * backslash in clean text begins an escape, which neither scheme nor host has.
 */
static void redact_url(struct buf *out, size_t start)
{
  char *p = out->p + start, *end = out->p + out->n - 1; /* the last quote */
  char *host, *rest, *at;

  for (host = p + 1; host < end && *host != ':' && *host != '\\'; host++)
    ;
  if (end - host < 3 || memcmp(host, "://", 3) != 0) {
    out->n = start;
    sluice__buf_lit(out, "\"<redacted>\"");
    return;
  }
  host += 3;
  for (rest = host; rest < end && strchr("/?#\\", *rest) == NULL; rest++)
    ;
  for (at = rest; at > host && at[-1] != '@'; at--)
    ;
  memmove(host, at, (size_t)(rest - at));
  out->n = (size_t)(host + (rest - at) - out->p);
  if (end - rest > 1)
    sluice__buf_lit(out, "/<redacted>\"");
  else
    sluice__buf_lit(out, "\"");
}

static int put_url(const struct put *p, uint32_t node)
{
  size_t start = p->out->n;

  if (sluice__json_type(p->j, node) != JSON_STRING)
    return 0;
  sluice__json_compact(p->j, node, p->out);
  if (!p->out->failed)
    redact_url(p->out, start);
  return 1;
}

/* ---- containers -------------------------------------------------------- */

static void take_back(const struct put *p, size_t start, uint32_t wrong)
{
  p->out->n = start;
  *p->wrong = wrong;
}

/* A comma, unless nothing stands between the bracket at `start` and here. */
static void next_one(const struct put *p, size_t start)
{
  if (p->out->n > start + 1)
    sluice__buf_byte(p->out, ',');
}

static void put_any(const struct put *p, uint32_t node);

/* `"key":value`, whatever they are. */
static void put_member(const struct put *p, uint32_t key, size_t start)
{
  next_one(p, start);
  sluice__json_compact(p->j, key, p->out);
  sluice__buf_byte(p->out, ':');
  put_any(p, key + 1);
}

static void put_any(const struct put *p, uint32_t node)
{
  enum json_type type = sluice__json_type(p->j, node);
  size_t start = p->out->n;
  uint32_t k, end;

  if (type < JSON_ARRAY) {
    sluice__json_compact(p->j, node, p->out);
    return;
  }
  end = p->j->nodes[node].next;
  if (type == JSON_ARRAY) {
    sluice__buf_byte(p->out, '[');
    for (k = node + 1; k < end; k = p->j->nodes[k].next) {
      next_one(p, start);
      put_any(p, k);
    }
    sluice__buf_byte(p->out, ']');
    return;
  }
  sluice__buf_byte(p->out, '{');
  for (k = node + 1; k < end; k = p->j->nodes[k + 1].next)
    if (sluice__json_type(p->j, k) == JSON_KEY)
      put_member(p, k, start);
  sluice__buf_byte(p->out, '}');
}

static int put_list(const struct put *p, const struct shape *s, uint32_t node)
{
  size_t start = p->out->n, before;
  uint32_t k, end, wrong = *p->wrong;
  int count = 0;

  if (sluice__json_type(p->j, node) != JSON_ARRAY)
    return 0;
  end = p->j->nodes[node].next;
  sluice__buf_byte(p->out, '[');
  for (k = node + 1; k < end; k = p->j->nodes[k].next) {
    before = p->out->n;
    if (is_bounded(s) && count == s->most) {
      (*p->wrong)++;
      break;
    }
    next_one(p, start);
    if (put_value(p, s->each, k)) {
      count++;
    } else {
      p->out->n = before;
      (*p->wrong)++;
    }
  }
  sluice__buf_byte(p->out, ']');
  if (count >= s->least)
    return 1;
  take_back(p, start, wrong);
  return 0;
}

static int put_map(const struct put *p, const struct shape *s, uint32_t node)
{
  size_t start = p->out->n, before;
  uint32_t k, end;

  if (sluice__json_type(p->j, node) != JSON_OBJECT)
    return 0;
  end = p->j->nodes[node].next;
  sluice__buf_byte(p->out, '{');
  for (k = node + 1; k < end; k = p->j->nodes[k + 1].next) {
    if (sluice__json_type(p->j, k) != JSON_KEY)
      continue;
    before = p->out->n;
    next_one(p, start);
    sluice__json_compact(p->j, k, p->out);
    sluice__buf_byte(p->out, ':');
    if (!put_value(p, s->each, k + 1)) {
      p->out->n = before;
      (*p->wrong)++;
    }
  }
  sluice__buf_byte(p->out, '}');
  return 1;
}

static void put_field_name(const struct put *p, const char *name, size_t start)
{
  next_one(p, start);
  sluice__buf_byte(p->out, '"');
  sluice__buf_put(p->out, name, strlen(name));
  sluice__buf_lit(p->out, "\":");
}

/* One field of the object that begins at `start`. Returns 0 when it is required
 * and not there, or wrong. */
static int put_field(const struct put *p, const struct field *f,
                     uint32_t object, size_t start)
{
  uint32_t node = sluice__json_get(p->j, object, f->name);
  size_t before = p->out->n;

  if (f->shape->kind == SHAPE_HIDDEN)
    return 1;
  if (sluice__shape_given(p->j, node)) {
    put_field_name(p, f->name, start);
    if (put_value(p, f->shape, node))
      return 1;
    p->out->n = before;
    (*p->wrong)++;
  }
  if (f->absent == NULL)
    return 1;
  if (f->absent[0] == '\0')
    return 0;
  put_field_name(p, f->name, start);
  sluice__buf_put(p->out, f->absent, strlen(f->absent));
  return 1;
}

static int is_field(const struct put *p, const struct shape *s, uint32_t key)
{
  const struct field *f;

  for (f = s->fields; f->shape != NULL; f++)
    if (sluice__json_is(p->j, key, f->name))
      return 1;
  return 0;
}

/* The fields in the order of the table, then what the table does not know. */
static int put_object(const struct put *p, const struct shape *s, uint32_t node)
{
  size_t start = p->out->n;
  uint32_t k, end, wrong = *p->wrong;
  const struct field *f;

  if (sluice__json_type(p->j, node) != JSON_OBJECT)
    return 0;
  end = p->j->nodes[node].next;
  sluice__buf_byte(p->out, '{');
  for (f = s->fields; f->shape != NULL; f++)
    if (!put_field(p, f, node, start)) {
      take_back(p, start, wrong);
      return 0;
    }
  for (k = node + 1; k < end; k = p->j->nodes[k + 1].next) {
    if (sluice__json_type(p->j, k) != JSON_KEY || is_field(p, s, k))
      continue;
    if (s->kind == SHAPE_CLOSED)
      (*p->wrong)++;
    else
      put_member(p, k, start);
  }
  sluice__buf_byte(p->out, '}');
  return 1;
}

static int put_typed(const struct put *p, const struct shape *s, uint32_t node)
{
  uint32_t type = sluice__json_get(p->j, node, "type");
  const struct field *f;

  for (f = s->fields; f->shape != NULL; f++)
    if (is_one_of(p->j, type, f->name))
      return put_value(p, f->shape, node);
  return 0;
}

static int put_either(const struct put *p, const struct shape *s, uint32_t node)
{
  const struct field *f;

  for (f = s->fields; f->shape != NULL; f++)
    if (put_value(p, f->shape, node))
      return 1;
  return 0;
}

/* ---- one value --------------------------------------------------------- */

static int put_kind(const struct put *p, const struct shape *s, uint32_t node)
{
  switch (s->kind) {
  case SHAPE_BOOL:
    return put_bool(p, node);
  case SHAPE_INT:
    return put_int(p, s, node);
  case SHAPE_NUMBER:
    return put_number(p, s, node);
  case SHAPE_STRING:
  case SHAPE_NAME:
    return put_string(p, s, node);
  case SHAPE_WORD:
    return put_word(p, s, node);
  case SHAPE_LIST:
    return put_list(p, s, node);
  case SHAPE_MAP:
    return put_map(p, s, node);
  case SHAPE_OBJECT:
  case SHAPE_CLOSED:
    return put_object(p, s, node);
  case SHAPE_TYPED:
    return put_typed(p, s, node);
  case SHAPE_EITHER:
    return put_either(p, s, node);
  case SHAPE_AS_ID:
    return put_as_id(p, node);
  case SHAPE_SECRET:
    return put_secret(p, node);
  case SHAPE_URL:
    return put_url(p, node);
  case SHAPE_HIDDEN:
    return 0;
  case SHAPE_ANY:
  default:
    put_any(p, node);
    return 1;
  }
}

static int put_value(const struct put *p, const struct shape *shape,
                     uint32_t node)
{
  size_t start = p->out->n;

  if (put_kind(p, shape, node))
    return 1;
  p->out->n = start;
  return 0;
}

int sluice__shape_put(const struct shape *shape, const struct json *j,
                      uint32_t node, struct buf *out, uint32_t *wrong)
{
  struct put p = {j, out, wrong};

  return put_value(&p, shape, node);
}
