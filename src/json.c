/* SPDX-License-Identifier: MIT */
/* json.c - the wall around yajl.
 *
 * yajl judges the grammar and says where values stand; nothing else of it is
 * trusted (docs/dependencies.md). It gets a whole text in one call, so it never
 * joins pieces (which it does in quadratic time). It never sees a backslash:
 * escapes are checked here and masked, so its faulty decoding of surrogates is
 * not reached and every string it reports is a place in the text. Its memory
 * comes from an arena; when that cannot grow, control leaves yajl by longjmp,
 * since yajl does not check what its allocator returns.
 */
#include "json.h"

#include <setjmp.h>

#include <yajl/yajl_parse.h>

#include "text.h"

#define BLOCK 4096 /* bytes; enough for yajl on any sane payload */
#define ALIGN 16

struct block {
  struct block *next;
};

struct arena {
  const sluice_mem *mem;
  char *base;
  size_t used;
  struct block *more; /* what did not fit into the base block */
  jmp_buf out_of_memory;
};

/* All that the callbacks of one parse need. */
struct parse {
  struct json *j;
  yajl_handle handle;
  const char *text; /* what yajl reads: the payload, or its masked copy */
  size_t size;
  uint32_t parent; /* the open container; its `next` holds its own parent */
  uint32_t depth, max_depth;
  int status; /* why a callback stopped the parse */
  int ending; /* the payload is over: END_MARK is being read */
  int ended;  /* it came through as a value of its own */
};

/* With several values allowed, yajl takes an unfinished token behind the first
 * for nothing. So one more value is put behind the payload: only if it arrives
 * was the payload complete. */
#define END_MARK " null "

/* ---- memory for yajl --------------------------------------------------- */

static size_t aligned(size_t size)
{
  return (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

static void *arena_malloc(void *ctx, size_t size)
{
  struct arena *a = (struct arena *)ctx;
  struct block *b;
  size_t want;
  char *p;

  if (size > SIZE_MAX / 2)
    longjmp(a->out_of_memory, 1);
  want = ALIGN + aligned(size);
  if (want <= BLOCK - a->used) {
    p = a->base + a->used;
    a->used += want;
  } else {
    b = (struct block *)a->mem->malloc(a->mem->user, ALIGN + want);
    if (b == NULL)
      longjmp(a->out_of_memory, 1);
    b->next = a->more;
    a->more = b;
    p = (char *)b + ALIGN;
  }
  memcpy(p, &size, sizeof(size)); /* the room, for realloc */
  return p + ALIGN;
}

/* yajl's stack grows by a fixed step. Nothing is given back, so each move gets
 * twice the room: all moves together cost no more than the last one. */
static void *arena_realloc(void *ctx, void *ptr, size_t size)
{
  size_t had = 0;
  void *p;

  if (ptr != NULL)
    memcpy(&had, (char *)ptr - ALIGN, sizeof(had));
  if (size <= had)
    return ptr;
  p = arena_malloc(ctx, size / 2 < had ? 2 * had : size);
  if (had > 0)
    memcpy(p, ptr, had);
  return p;
}

static void arena_free(void *ctx, void *ptr)
{
  (void)ctx;
  (void)ptr; /* all goes at once, at the end of the parse */
}

static void arena_release(struct arena *a)
{
  struct block *b, *next;

  for (b = a->more; b != NULL; b = next) {
    next = b->next;
    a->mem->free(a->mem->user, b);
  }
}

/* ---- nodes from callbacks ---------------------------------------------- */

static int reserve(struct json *j, size_t count)
{
  void *nodes = j->nodes;
  int rv = sluice__room(j->mem, &nodes, &j->cap, count, 64, sizeof(*j->nodes));

  if (rv == 0)
    j->nodes = (struct json_node *)nodes;
  return rv;
}

/* Stops the parse at a limit. */
static int pass(struct parse *s, enum limit limit)
{
  s->status = SLUICE_ERR_LIMIT;
  s->j->passed = limit;
  s->j->error_message = sluice__limit_text(limit);
  return 0;
}

/* Adds a node at `p` of the text. Returns 1, or 0 to stop the parse. */
static int add(struct parse *s, enum json_type type, const char *p, size_t n)
{
  struct json *j = s->j;
  struct json_node *node;

  if (j->count >= LIMIT_VALUES_MAX)
    return pass(s, LIMIT_VALUES);
  s->status = reserve(j, j->count + 1);
  if (s->status != 0)
    return 0;
  node = &j->nodes[j->count++];
  node->type = (uint8_t)type;
  node->count = 0;
  node->used = 0;
  /* A number that ends the text is known to be whole only by what follows it:
   * then yajl shows a copy, and it is the text's last n bytes. */
  node->at = (uint32_t)(s->ending ? s->size - n : (size_t)(p - s->text));
  node->n = (uint32_t)n;
  node->next = (uint32_t)j->count;
  return 1;
}

/* Where yajl stands: just behind the token it reports. */
static const char *here(const struct parse *s)
{
  return s->text + yajl_get_bytes_consumed(s->handle);
}

static int on_null(void *ctx)
{
  struct parse *s = (struct parse *)ctx;

  if (s->ending) {
    s->ended = s->depth == 0;
    return 1;
  }
  return add(s, JSON_NULL, here(s), 0);
}

static int on_boolean(void *ctx, int value)
{
  struct parse *s = (struct parse *)ctx;

  return add(s, value ? JSON_TRUE : JSON_FALSE, here(s), 0);
}

static int on_number(void *ctx, const char *p, size_t n)
{
  return add((struct parse *)ctx, JSON_NUMBER, p, n);
}

static int on_string(void *ctx, const unsigned char *p, size_t n)
{
  return add((struct parse *)ctx, JSON_STRING, (const char *)p, n);
}

static int on_key(void *ctx, const unsigned char *p, size_t n)
{
  return add((struct parse *)ctx, JSON_KEY, (const char *)p, n);
}

static int open_container(struct parse *s, enum json_type type)
{
  if (s->depth == s->max_depth)
    return pass(s, LIMIT_DEPTH);
  if (!add(s, type, here(s) - 1, 0))
    return 0;
  s->depth++;
  if (s->j->depth < s->depth)
    s->j->depth = s->depth;
  s->j->nodes[s->j->count - 1].next = s->parent;
  s->parent = (uint32_t)s->j->count - 1;
  return 1;
}

static int close_container(void *ctx)
{
  struct parse *s = (struct parse *)ctx;
  struct json_node *node = &s->j->nodes[s->parent];

  s->parent = node->next;
  node->next = (uint32_t)s->j->count;
  node->n = (uint32_t)(here(s) - s->text) - node->at;
  s->depth--;
  return 1;
}

static int on_map(void *ctx)
{
  return open_container((struct parse *)ctx, JSON_OBJECT);
}

static int on_array(void *ctx)
{
  return open_container((struct parse *)ctx, JSON_ARRAY);
}

/* Numbers come as text: yajl's own conversions refuse large ones and follow the
 * locale. */
static const yajl_callbacks callbacks = {
    on_null,         on_boolean, NULL,           NULL,
    on_number,       on_string,  on_map,         on_key,
    close_container, on_array,   close_container};

/* ---- the parse --------------------------------------------------------- */

static int bad(struct json *j, size_t at, const char *message)
{
  j->error_at = at;
  j->error_message = message;
  return SLUICE_ERR_JSON;
}

size_t sluice__json_escape(const char *p, size_t n)
{
  if (n < 2)
    return 0;
  switch (p[1]) {
  case '"':
  case '\\':
  case '/':
  case 'b':
  case 'f':
  case 'n':
  case 'r':
  case 't':
    return 2;
  case 'u':
    return n >= 6 && (sluice__hex_digit(p[2]) | sluice__hex_digit(p[3]) |
                      sluice__hex_digit(p[4]) | sluice__hex_digit(p[5])) >= 0
               ? 6
               : 0;
  default:
    return 0;
  }
}

/* Checks all escapes and puts x for each of their bytes into a copy of equal
 * length. A backslash outside a string is masked too, and refused by yajl. */
static int mask(struct json *j, sluice_str payload)
{
  char *at = NULL, *end;
  size_t n;

  sluice__buf_put(&j->masked, payload.p, payload.n);
  if (j->masked.failed)
    return SLUICE_ERR_NOMEM;
  at = j->masked.p;
  end = at + payload.n;
  while ((at = (char *)memchr(at, '\\', (size_t)(end - at))) != NULL) {
    n = sluice__json_escape(at, (size_t)(end - at));
    if (n == 0)
      return bad(j, (size_t)(at - j->masked.p), "not an escape of JSON");
    memset(at, 'x', n);
    at += n;
  }
  return 0;
}

/* yajl takes form feed and vertical tab for white space. No JSON text holds
 * either as it is. */
static int refuse_odd_space(struct json *j, sluice_str payload)
{
  const char *at = (const char *)memchr(payload.p, '\f', payload.n);

  if (at == NULL)
    at = (const char *)memchr(payload.p, '\v', payload.n);
  if (at == NULL)
    return 0;
  return bad(j, (size_t)(at - payload.p), "not white space of JSON");
}

static yajl_status drive(struct parse *s, sluice_str payload)
{
  yajl_status status;

  yajl_config(s->handle, yajl_dont_validate_strings, 1);
  yajl_config(s->handle, yajl_allow_multiple_values, 1);
  status = yajl_parse(s->handle, (const unsigned char *)s->text, payload.n);
  s->j->error_at = yajl_get_bytes_consumed(s->handle);
  if (status != yajl_status_ok)
    return status;
  s->ending = 1;
  s->j->error_at = payload.n;
  status = yajl_parse(s->handle, (const unsigned char *)END_MARK,
                      sizeof(END_MARK) - 1);
  if (status != yajl_status_ok)
    return status;
  return s->ended ? yajl_status_ok : yajl_status_error;
}

/* Between setjmp and longjmp only what `a` and `s` point to changes. */
static int parse_guarded(struct arena *a, struct parse *s, sluice_str payload)
{
  yajl_alloc_funcs memory = {arena_malloc, arena_realloc, arena_free, a};

  if (setjmp(a->out_of_memory) != 0)
    return SLUICE_ERR_NOMEM;
  s->handle = yajl_alloc(&callbacks, &memory, s);
  switch (drive(s, payload)) {
  case yajl_status_ok:
    return 0;
  case yajl_status_client_canceled:
    return s->status;
  default:
    return bad(s->j, s->j->error_at, "not JSON");
  }
}

int sluice__json_parse(struct json *j, sluice_str payload, uint32_t max_depth)
{
  struct parse s = {.j = j,
                    .text = payload.p,
                    .size = payload.n,
                    .parent = JSON_ABSENT,
                    .max_depth = max_depth};
  struct arena a;
  int rv;

  j->count = 0;
  j->depth = 0;
  j->payload = payload.p;
  j->error_at = 0;
  j->error_message = "";
  sluice__buf_clear(&j->masked);
  if (payload.n == 0)
    return bad(j, 0, "no JSON at all");
  if (payload.n >= JSON_ABSENT) { /* places are 32 bits */
    j->error_message = "the JSON is longer than 4 GiB";
    return SLUICE_ERR_LIMIT;
  }
  rv = refuse_odd_space(j, payload);
  j->escaped = rv == 0 && memchr(payload.p, '\\', payload.n) != NULL;
  if (j->escaped) {
    rv = mask(j, payload);
    s.text = j->masked.p;
  }
  if (rv == 0 && j->block == NULL) {
    j->block = (char *)j->mem->malloc(j->mem->user, BLOCK);
    rv = j->block == NULL ? SLUICE_ERR_NOMEM : 0;
  }
  if (rv == 0) {
    memset(&a, 0, sizeof(a));
    a.mem = j->mem;
    a.base = j->block;
    rv = parse_guarded(&a, &s, payload);
    arena_release(&a);
  }
  if (rv == 0 && j->count == 0)
    rv = bad(j, payload.n, "no JSON at all");
  if (rv != 0)
    j->count = 0;
  return rv;
}

void sluice__json_init(struct json *j, const sluice_mem *mem)
{
  memset(j, 0, sizeof(*j));
  j->mem = mem;
  j->error_message = "";
  sluice__buf_init(&j->masked, mem);
}

void sluice__json_free(struct json *j)
{
  sluice__free(j->mem, j->nodes);
  sluice__free(j->mem, j->block);
  sluice__buf_free(&j->masked);
  sluice__json_init(j, j->mem);
}

/* ---- reading ----------------------------------------------------------- */

uint32_t sluice__json_child(const struct json *j, uint32_t parent)
{
  if (sluice__json_type(j, parent) < JSON_ARRAY)
    return JSON_ABSENT;
  return parent + 1 < j->nodes[parent].next ? parent + 1 : JSON_ABSENT;
}

uint32_t sluice__json_sibling(const struct json *j, uint32_t parent,
                              uint32_t node)
{
  uint32_t next = j->nodes[node].next;

  if (j->nodes[node].type == JSON_KEY) /* over its value */
    next = j->nodes[node + 1].next;
  return next < j->nodes[parent].next ? next : JSON_ABSENT;
}

/* 1 when the raw text, with its escapes decoded, is the n bytes (ASCII) at s.
 */
static int decodes_to(sluice_str raw, const char *s, size_t n)
{
  size_t i = 0, k = 0;
  uint32_t c = 0;

  while (i < raw.n && k < n) {
    i += sluice__text_next(raw.p + i, raw.n - i, &c);
    if (c != (unsigned char)s[k++])
      return 0;
  }
  return i == raw.n && k == n;
}

static int is_text(const struct json *j, const struct json_node *node,
                   const char *s, size_t n)
{
  sluice_str raw = {j->payload + node->at, node->n};

  if (raw.n == n)
    return memcmp(raw.p, s, n) == 0;
  return j->escaped && raw.n > n && decodes_to(raw, s, n);
}

uint32_t sluice__json_get(const struct json *j, uint32_t object,
                          const char *key)
{
  uint32_t found = JSON_ABSENT, k, end;
  size_t n = strlen(key);

  if (sluice__json_type(j, object) != JSON_OBJECT)
    return JSON_ABSENT;
  end = j->nodes[object].next;
  for (k = object + 1; k < end; k = j->nodes[k + 1].next) {
    const struct json_node *node = &j->nodes[k];

    /* Most keys differ in their length or their first byte. */
    if (node->n != n ? j->escaped && is_text(j, node, key, n)
                     : n == 0 || (j->payload[node->at] == *key &&
                                  memcmp(j->payload + node->at, key, n) == 0))
      found = k + 1;
  }
  return found;
}

/* The raw text, and how it is used. */
static sluice_str use(const struct json *j, uint32_t node, unsigned how)
{
  sluice_str s = {"", 0};

  if (node < j->count) {
    s.p = j->payload + j->nodes[node].at;
    s.n = j->nodes[node].n;
    j->nodes[node].used = (uint16_t)(j->nodes[node].used | how);
  }
  return s;
}

sluice_str sluice__json_raw(const struct json *j, uint32_t node)
{
  return use(j, node, JSON_JUDGED);
}

sluice_str sluice__json_string(const struct json *j, uint32_t node)
{
  sluice_str none = {"", 0};

  if (sluice__json_type(j, node) != JSON_STRING)
    return none;
  return use(j, node, JSON_TAKEN);
}

int sluice__json_is(const struct json *j, uint32_t node, const char *s)
{
  enum json_type type = sluice__json_type(j, node);

  if (type != JSON_STRING && type != JSON_KEY)
    return 0;
  (void)use(j, node, JSON_JUDGED);
  return is_text(j, &j->nodes[node], s, strlen(s));
}

/* The parts of a decimal number: sign, digits before and after the point,
 * power of ten. */
struct decimal {
  int negative;
  const char *whole, *fraction;
  size_t whole_n, fraction_n;
  int64_t exponent;
};

static size_t digits(const char *p, size_t n)
{
  size_t i = 0;

  while (i < n && p[i] >= '0' && p[i] <= '9')
    i++;
  return i;
}

/* What stands behind the e: digits, perhaps with a sign. 1 when it does. */
static int exponent_of(const char *p, size_t n, int64_t *out)
{
  size_t sign = n > 1 && (*p == '-' || *p == '+') ? 1 : 0, i;
  int64_t v = 0;

  if (n == 0 || digits(p + sign, n - sign) != n - sign)
    return 0;
  for (i = sign; i < n; i++)
    if (v < 100000)
      v = v * 10 + (p[i] - '0');
  *out = *p == '-' ? -v : v;
  return 1;
}

/* 1 when the text is a number. Strings may hold one, too. */
static int decimal_of(sluice_str s, struct decimal *d)
{
  size_t i = 0;

  memset(d, 0, sizeof(*d));
  if (i < s.n && s.p[i] == '-') {
    d->negative = 1;
    i++;
  }
  d->whole = s.p + i;
  d->whole_n = digits(s.p + i, s.n - i);
  i += d->whole_n;
  if (d->whole_n == 0)
    return 0;
  if (i < s.n && s.p[i] == '.') {
    i++;
    d->fraction = s.p + i;
    d->fraction_n = digits(s.p + i, s.n - i);
    i += d->fraction_n;
    if (d->fraction_n == 0)
      return 0;
  }
  if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
    i++;
    if (!exponent_of(s.p + i, s.n - i, &d->exponent))
      return 0;
    i = s.n;
  }
  return i == s.n;
}

/* The k-th digit of the number, the point left out; 0 behind the last. */
static uint64_t digit(const struct decimal *d, size_t k)
{
  if (k < d->whole_n)
    return (uint64_t)(d->whole[k] - '0');
  k -= d->whole_n;
  return k < d->fraction_n ? (uint64_t)(d->fraction[k] - '0') : 0;
}

static int64_t clamped(const struct decimal *d)
{
  int64_t places = (int64_t)d->whole_n + d->exponent;
  uint64_t v = 0, max = INT64_MAX;
  size_t k, n = places < 0 ? 0 : (size_t)places;

  for (k = 0; k < n; k++) {
    if (v == 0 && k >= d->whole_n + d->fraction_n)
      break; /* nothing but zeros */
    if (v > (max - digit(d, k)) / 10)
      return d->negative ? INT64_MIN : INT64_MAX;
    v = v * 10 + digit(d, k);
  }
  return d->negative ? -(int64_t)v : (int64_t)v;
}

int sluice__json_int(const struct json *j, uint32_t node, int64_t *out)
{
  enum json_type type = sluice__json_type(j, node);
  struct decimal d;

  if (type != JSON_NUMBER && type != JSON_STRING)
    return 0;
  if (!decimal_of(use(j, node, JSON_COUNTED), &d))
    return 0;
  *out = clamped(&d);
  return 1;
}

int sluice__json_integral(const struct json *j, uint32_t node, int64_t *out)
{
  struct decimal d;
  int64_t whole;
  size_t k;

  if (!sluice__json_int(j, node, out))
    return 0;
  (void)decimal_of(use(j, node, JSON_COUNTED), &d);
  whole = (int64_t)d.whole_n + d.exponent;
  for (k = whole < 0 ? 0 : (size_t)whole; k < d.whole_n + d.fraction_n; k++)
    if (digit(&d, k) != 0)
      return 0;
  return 1;
}

int sluice__json_finite(const struct json *j, uint32_t node)
{
  struct decimal d;

  (void)decimal_of(sluice__json_raw(j, node), &d);
  return (int64_t)d.whole_n + d.exponent <= 308;
}

static void put_string(struct buf *out, sluice_str raw)
{
  sluice_text clean;
  size_t start;

  sluice__buf_byte(out, '"');
  start = out->n;
  (void)sluice__text_clean(NULL, raw, out, &clean, NULL);
  if (out->n == start) /* it was clean: nothing was put */
    sluice__buf_text(out, clean);
  sluice__buf_byte(out, '"');
}

/* The length of the raw string behind the quote at p. */
static size_t string_length(const char *p, const char *end)
{
  const char *at = p;

  while (at < end && *at != '"')
    at += *at == '\\' && end - at > 1 ? 2 : 1;
  return (size_t)(at - p);
}

/* The text is JSON already: only white space between tokens has to go. */
static void put_compact(struct buf *out, sluice_str source)
{
  const char *p = source.p, *end = source.p + source.n;
  sluice_str raw;

  while (p < end) {
    if (*p == '"') {
      raw.p = p + 1;
      raw.n = string_length(p + 1, end);
      put_string(out, raw);
      p += raw.n + 2;
    } else {
      if (*p != ' ' && *p != '\t' && *p != '\n' && *p != '\r')
        sluice__buf_byte(out, *p);
      p++;
    }
  }
}

void sluice__json_compact(const struct json *j, uint32_t node, struct buf *out)
{
  switch (sluice__json_type(j, node)) {
  case JSON_STRING:
  case JSON_KEY:
    put_string(out, sluice__json_raw(j, node));
    break;
  case JSON_TRUE:
    sluice__buf_lit(out, "true");
    break;
  case JSON_FALSE:
    sluice__buf_lit(out, "false");
    break;
  case JSON_NUMBER:
  case JSON_ARRAY:
  case JSON_OBJECT:
    put_compact(out, sluice__json_raw(j, node));
    break;
  case JSON_NULL:
  case JSON_NONE:
  default:
    sluice__buf_lit(out, "null");
    break;
  }
}
