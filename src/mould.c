/* SPDX-License-Identifier: MIT */
/* mould.c - payloads by comparison.
 *
 * Nearly all of a chunk is the same as in the chunk before it: of some 320
 * bytes, five are new. So a payload that was parsed is kept, cut at the values
 * that may differ:
 *
 *   data: {"id":"[   ]","created":[ ],…"delta":{"content":"[   ]"},…}\n\n
 *
 * What lies between the holes must be there byte for byte; what fills a hole is
 * only looked through for its end. The deltas are kept, too: a hole either says
 * nothing to them (it is free), or stands in one of them as it is (it is bound,
 * and only that string or number is set anew).
 *
 * What may be a hole is known, not guessed: the nodes remember how the reading
 * used them (json.h). Nobody looked: free. Its bytes were taken, nobody judged
 * them, and they are found again in a delta: bound. All else must be the same
 * byte for byte. When numbers were judged (usage), or the reading is more than
 * copying (log probabilities, errors), all values are holes, and what is won is
 * the list of nodes: it is read again, without a parser.
 *
 * Where a hole was filled the same way as before, nothing is even looked
 * through: what stands before the text is compared in one piece with the
 * payload that fitted last.
 */
#include "mould.h"

#include "scan.h"

#define FRAME       "data: "
#define FRAME_N     ((size_t)MOULD_FRAME)
#define FRAME_END   "\n\n"
#define FRAME_END_N (sizeof(FRAME_END) - 1)
#define WORD_MAX    32   /* of a finish reason */
#define DIGITS_MAX  15   /* of a number that is bound: a double holds it */
#define PATIENCE    8    /* misses before a handle tries less */
#define PAUSE_MAX   1024 /* payloads */
#define PIECE_MAX   ((size_t)INT32_MAX) /* bytes that are compared at once */
#define BAD         SIZE_MAX

enum fill {
  FILL_STRING, /* free */
  FILL_NUMBER, /* free */
  FILL_TEXT,   /* bound, not empty */
  FILL_COUNT   /* bound, a plain integer */
};

/* A value that may differ. Places are those in `bytes`. */
struct hole {
  uint32_t at, n;
  enum fill fill;
  sluice_str *text; /* what it is bound to, in `deltas` */
  int64_t *count;
};

struct mould {
  char *bytes; /* the payload that fitted last, framed */
  size_t n, cap;
  struct hole *holes;
  uint32_t hole_count;
  struct hole *text_hole; /* where a piece of text stands; NULL: nowhere */
  uint32_t depth;         /* levels of nesting */
  uint32_t stamp;         /* when it fitted last */
  uint32_t hits;
  uint8_t next; /* the mould that fitted after this one */
  sluice_delta deltas[MOULD_DELTAS];
  size_t delta_count; /* 0: it must be read again */
  char word[WORD_MAX];
  struct json_node *nodes; /* of one that is read again. A container's `used`
                              says how many holes begin before its end */
  uint32_t node_count;
};

/* What fills a hole of the input. */
struct span {
  uint32_t at, n;
};

/* A payload, or an event around it, that is being compared. */
struct attempt {
  const struct mould *m;
  const char *p;
  size_t n;
  size_t from; /* the place in m->bytes that p is compared with */
  size_t to;
  int whole;    /* all of p must fit */
  int odd;      /* the text is not plain */
  int most_odd; /* 0: it must be */
  struct span *spans;
};

/* ---- filling ------------------------------------------------------------ */

/* Goes on at i, where the string is neither plain nor over. */
static size_t fill_odd_string(const char *p, size_t n, size_t i, int *odd)
{
  size_t escape;

  *odd = 1;
  while (i < n && p[i] != '"') {
    escape = p[i] == '\\' ? sluice__json_escape(p + i, n - i) : 0;
    if (escape == 0)
      return BAD;
    i += escape;
    i += scan_plain(p + i, n - i, odd);
  }
  return i < n ? i : BAD;
}

static inline size_t fill_string(const char *p, size_t n, int *odd)
{
  size_t i = scan_plain(p, n, odd);

  return i < n && p[i] == '"' ? i : fill_odd_string(p, n, i, odd);
}

static int is_digit(char c)
{
  return c >= '0' && c <= '9';
}

static size_t skip_digits(const char *p, size_t n, size_t i)
{
  while (i < n && is_digit(p[i]))
    i++;
  return i;
}

/* -?(0|[1-9]d*)(.d+)?([eE][+-]?d+)? of RFC 8259, section 6. */
static size_t fill_number(const char *p, size_t n)
{
  size_t i = n > 0 && p[0] == '-', start = i;

  i = skip_digits(p, n, i);
  if (i == start || (p[start] == '0' && i > start + 1))
    return BAD;
  if (i < n && p[i] == '.') {
    start = ++i;
    i = skip_digits(p, n, i);
    if (i == start)
      return BAD;
  }
  if (i < n && (p[i] == 'e' || p[i] == 'E')) {
    i++;
    if (i < n && (p[i] == '+' || p[i] == '-'))
      i++;
    start = i;
    i = skip_digits(p, n, i);
    if (i == start)
      return BAD;
  }
  return i;
}

static size_t fill_count(const char *p, size_t n)
{
  size_t i = skip_digits(p, n, 0);

  return i == 0 || i > DIGITS_MAX || (p[0] == '0' && i > 1) ? BAD : i;
}

static size_t fill(struct attempt *a, const struct hole *h, const char *p,
                   size_t n)
{
  int odd = 0;
  size_t len;

  switch (h->fill) {
  case FILL_NUMBER:
    return fill_number(p, n);
  case FILL_COUNT:
    return fill_count(p, n);
  case FILL_TEXT:
    len = fill_string(p, n, &odd);
    if (h == a->m->text_hole)
      a->odd = odd;
    return len == 0 ? BAD : len;
  case FILL_STRING:
  default:
    return fill_string(p, n, &odd);
  }
}

static int64_t count_at(const char *p, size_t n)
{
  int64_t v = 0;
  size_t i;

  for (i = 0; i < n; i++)
    v = v * 10 + (p[i] - '0');
  return v;
}

static void bind(const struct hole *h, const char *p, size_t n)
{
  if (h->fill == FILL_TEXT) {
    h->text->p = p;
    h->text->n = n;
  } else if (h->fill == FILL_COUNT) {
    *h->count = count_at(p, n);
  }
}

/* ---- comparing --------------------------------------------------------- */

/* Compares from the first hole on, and notes what fills them. Returns the bytes
 * of input that fit, 0 when they do not. */
static size_t compare(struct attempt *a)
{
  const struct mould *m = a->m;
  size_t at = a->from, i = 0, same, len;
  uint32_t k;

  for (k = 0; k < m->hole_count; k++) {
    same = m->holes[k].at - at;
    if (a->n - i < same || memcmp(a->p + i, m->bytes + at, same) != 0)
      return 0;
    i += same;
    len = fill(a, &m->holes[k], a->p + i, a->n - i);
    if (len == BAD)
      return 0;
    a->spans[k].at = (uint32_t)i;
    a->spans[k].n = (uint32_t)len;
    i += len;
    at = m->holes[k].at + m->holes[k].n;
  }
  same = a->to - at;
  if (a->n - i < same || memcmp(a->p + i, m->bytes + at, same) != 0)
    return 0;
  return i + same;
}

/* The same for a payload like the last one, from its first byte on: what is
 * bound besides the text must be as it was, so that only the text and the free
 * holes behind it are looked through. The text is told, not bound. */
static size_t compare_again(const struct mould *m, const struct attempt *a,
                            sluice_str *text, int *odd)
{
  const struct hole *h = m->text_hole, *end_of_holes = m->holes + m->hole_count;
  const char *is = a->p, *end = a->p + a->n, *was = m->bytes + a->from;
  size_t same = (size_t)(m->bytes + h->at - was), len;
  int ignored = 0;

  if ((size_t)(end - is) < same || memcmp(is, was, same) != 0)
    return 0;
  is += same;
  len = fill_string(is, (size_t)(end - is), odd);
  if (len == BAD || len == 0 || *odd > a->most_odd)
    return 0;
  text->p = is;
  text->n = len;
  for (;;) {
    is += len;
    was = m->bytes + h->at + h->n;
    do
      h++;
    while (h < end_of_holes && h->fill >= FILL_TEXT);
    same = (size_t)((h < end_of_holes ? m->bytes + h->at : m->bytes + a->to) -
                    was);
    if ((size_t)(end - is) < same || memcmp(is, was, same) != 0)
      return 0;
    is += same;
    if (h == end_of_holes)
      return (size_t)(is - a->p);
    len = h->fill == FILL_STRING ? fill_string(is, (size_t)(end - is), &ignored)
                                 : fill_number(is, (size_t)(end - is));
    if (len == BAD)
      return 0;
  }
}

/* The payload takes the place of the one that fitted before. 0: too long. */
static int keep(struct mould *m, const struct attempt *a, size_t taken)
{
  size_t n = a->from + taken + (m->n - a->to);
  uint32_t k;

  if (n > m->cap)
    return 0;
  memcpy(m->bytes + a->from, a->p, taken);
  memcpy(m->bytes + n - FRAME_END_N, FRAME_END, FRAME_END_N);
  m->n = n;
  for (k = 0; k < m->hole_count; k++) {
    m->holes[k].at = (uint32_t)a->from + a->spans[k].at;
    m->holes[k].n = a->spans[k].n;
    bind(&m->holes[k], m->bytes + m->holes[k].at, m->holes[k].n);
  }
  return 1;
}

/* The payload as a list of nodes, in `j`. */
static int fill_nodes(const struct mould *m, const struct attempt *a,
                      struct json *j, size_t n)
{
  int64_t moved[MOULD_HOLES + 1];
  uint32_t i, k;

  if (sluice__json_reserve(j, m->node_count) != 0)
    return 0;
  moved[0] = 0;
  for (k = 0; k < m->hole_count; k++)
    moved[k + 1] = moved[k] + a->spans[k].n - m->holes[k].n;
  for (i = 0, k = 0; i < m->node_count; i++) {
    const struct json_node *from = &m->nodes[i];
    struct json_node *to = &j->nodes[i];

    *to = *from;
    to->at = (uint32_t)(from->at + moved[k]);
    if (from->type >= JSON_ARRAY)
      to->n = (uint32_t)(from->at + from->n + moved[from->used]) - to->at;
    else if (from->type == JSON_STRING || from->type == JSON_NUMBER)
      to->n = a->spans[k++].n;
    to->used = 0;
  }
  j->count = m->node_count;
  j->payload = a->p;
  j->escaped = memchr(a->p, '\\', n) != NULL;
  return 1;
}

static size_t least(size_t a, size_t b)
{
  return a < b ? a : b;
}

/* ---- trying ------------------------------------------------------------ */

/* Tries one mould, from a->from to a->to of it. Returns the bytes that fit, or
 * 0. */
static size_t fit(struct mould *m, struct attempt *a)
{
  sluice_str text;
  size_t taken;

  a->m = m;
  a->odd = 0;
  a->most_odd = 1;
  if (m->text_hole != NULL) {
    taken = compare_again(m, a, &text, &a->odd);
    if (taken > 0) {
      *m->text_hole->text = text;
      return taken;
    }
    a->odd = 0;
  }
  taken = compare(a);
  if (taken == 0 || (a->whole && taken != a->n) ||
      (m->delta_count > 0 && !keep(m, a, taken)))
    return 0;
  return taken;
}

static size_t fit_payload(struct mould *m, struct attempt *a)
{
  size_t taken;

  a->whole = 1;
  a->from = FRAME_N;
  a->to = m->n - FRAME_END_N;
  taken = fit(m, a);
  return taken == a->n ? taken : 0;
}

static size_t fit_event(struct mould *m, struct attempt *a)
{
  a->whole = 0;
  a->from = 0;
  a->to = m->n;
  return fit(m, a);
}

/* It fits: what the handle, and the mould before it, expect next. */
static void note_hit(struct moulds *all, struct taste *taste, uint32_t number,
                     const struct attempt *a, size_t taken, struct cast *out)
{
  struct mould *m = all->all[number];

  if (taste->last != number && taste->last < all->count)
    all->all[taste->last]->next = (uint8_t)number;
  taste->last = (uint8_t)number;
  taste->misses = 0;
  m->stamp = ++all->clock;
  m->hits++;
  out->deltas = m->delta_count > 0 ? m->deltas : NULL;
  out->count = m->delta_count;
  out->taken = taken;
  out->plain = !a->odd;
}

/* Tries to take an event by one mould. */
static int take_event(struct moulds *all, struct taste *taste, uint32_t number,
                      struct attempt *a, size_t max_payload, uint32_t max_depth,
                      struct cast *out)
{
  struct mould *m;
  size_t taken;

  if (number >= all->count)
    return 0;
  m = all->all[number];
  if (m->delta_count == 0 || m->depth > max_depth)
    return 0;
  taken = fit_event(m, a);
  if (taken == 0 || taken - FRAME_N - FRAME_END_N > max_payload)
    return 0;
  note_hit(all, taste, number, a, taken, out);
  return 1;
}

int sluice__mould_event(struct moulds *all, struct taste *taste, const char *p,
                        size_t n, size_t max_payload, uint32_t max_depth,
                        struct cast *out)
{
  struct span spans[MOULD_HOLES];
  struct attempt a;
  uint32_t last = taste->last;

  a.p = p;
  a.n = least(n, PIECE_MAX);
  a.spans = spans;
  return take_event(all, taste, last, &a, max_payload, max_depth, out) ||
         (last < all->count && /* what came behind it before */
          all->all[last]->next != last &&
          take_event(all, taste, all->all[last]->next, &a, max_payload,
                     max_depth, out));
}

struct mould *sluice__mould_last(struct moulds *all, const struct taste *taste)
{
  return all->all[taste->last];
}

size_t sluice__mould_again(struct mould *m, const char *p, size_t n,
                           size_t max_payload, sluice_text *text)
{
  struct attempt a;
  sluice_str raw;
  size_t taken;
  int odd = 0;

  if (m->text_hole == NULL)
    return 0;
  a.p = p;
  a.n = least(n, PIECE_MAX);
  a.from = 0;
  a.to = m->n;
  a.most_odd = 0;
  taken = compare_again(m, &a, &raw, &odd);
  if (taken == 0 || taken - FRAME_N - FRAME_END_N > max_payload)
    return 0;
  text->p = raw.p;
  text->n = raw.n;
  return taken;
}

/* A handle whose payloads never fit tries only now and then. */
static int is_hopeless(struct taste *taste)
{
  if (taste->misses < UINT8_MAX)
    taste->misses++;
  else
    taste->misses = PATIENCE;
  return taste->misses > PATIENCE && taste->misses % PATIENCE != 0;
}

int sluice__mould_payload(struct moulds *all, struct taste *taste,
                          sluice_str payload, uint32_t max_depth,
                          struct json *nodes, struct cast *out)
{
  struct span spans[MOULD_HOLES];
  struct attempt a = {.p = payload.p, .n = payload.n, .spans = spans};
  uint32_t i, number, first;
  size_t taken;

  if (all->count == 0 || payload.n > PIECE_MAX || is_hopeless(taste))
    return 0;
  first = taste->last < all->count ? all->all[taste->last]->next : 0;
  for (i = 0; i < all->count; i++) { /* the likely one first */
    number = (first + i) % all->count;
    if (all->all[number]->depth > max_depth)
      continue;
    taken = fit_payload(all->all[number], &a);
    if (taken == 0)
      continue;
    if (all->all[number]->delta_count == 0 &&
        !fill_nodes(all->all[number], &a, nodes, payload.n))
      return 0;
    note_hit(all, taste, number, &a, taken, out);
    return 1;
  }
  return 0;
}

/* ---- learning ---------------------------------------------------------- */

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
    return 1;
  case SLUICE_DELTA_CALL:
    return !d->u.call.whole;
  case SLUICE_DELTA_FINISH:
    return d->text.n <= WORD_MAX;
  default:
    return 0;
  }
}

/* The string of a delta that is this node, NULL when there is none, or two. */
static sluice_str *bound_string(const struct lesson *l,
                                const struct json_node *node)
{
  const char *p = l->payload.p + node->at;
  sluice_str *strings[4], *found = NULL;
  size_t d, s, all, n;

  if (node->n == 0)
    return NULL;
  for (d = 0; d < l->m->delta_count; d++) {
    n = strings_of(&l->m->deltas[d], strings, &all);
    for (s = 0; s < n; s++) {
      if (strings[s]->p != p || strings[s]->n != node->n)
        continue;
      if (found != NULL)
        return NULL;
      found = strings[s];
    }
  }
  return found;
}

static int is_key(const struct lesson *l, uint32_t node, const char *key)
{
  const struct json_node *k = &l->j->nodes[node];

  return k->type == JSON_KEY && k->n == strlen(key) &&
         memcmp(l->payload.p + k->at, key, k->n) == 0;
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

/* The container that a node stands in; of a value in an object: the object. */
static uint32_t parent_of(const struct json *j, uint32_t node)
{
  uint32_t i = node;

  while (i-- > 0)
    if (j->nodes[i].type >= JSON_ARRAY && j->nodes[i].next > node)
      return i;
  return JSON_ABSENT;
}

/* An `index` of an entry of `tool_calls`. */
static int is_call_index(const struct lesson *l, uint32_t node)
{
  uint32_t entry = parent_of(l->j, node);
  uint32_t list = entry == JSON_ABSENT ? entry : parent_of(l->j, entry);

  return list != JSON_ABSENT && list > 0 && is_key(l, node - 1, "index") &&
         is_key(l, list - 1, "tool_calls");
}

/* The number of a delta that this node is: `created`, or the index of a call.
 * NULL: none. It was read as a plain integer. */
static int64_t *bound_count(struct lesson *l, uint32_t node)
{
  if (is_key(l, node - 1, "created"))
    return &l->m->deltas[0].u.meta.created;
  return is_call_index(l, node) ? index_of_call(l->m, l->calls++) : NULL;
}

/* A number that stands in a delta as it is, or the index of a choice, of which
 * there are few. */
static int is_plain_number(const struct lesson *l, uint32_t node)
{
  const struct json_node *v = &l->j->nodes[node];

  if (v->used != JSON_COUNTED || fill_count(l->payload.p + v->at, v->n) != v->n)
    return 0;
  return is_key(l, node - 1, "index") ||
         (is_key(l, node - 1, "created") && parent_of(l->j, node) == 0);
}

/* What the deltas say of this value was worked out. */
static int was_judged(const struct lesson *l, uint32_t node)
{
  const struct json_node *v = &l->j->nodes[node];

  if (v->type == JSON_NUMBER)
    return v->used != 0 && !is_plain_number(l, node);
  return (v->type == JSON_STRING && (v->used & JSON_COUNTED) != 0) ||
         (v->type >= JSON_ARRAY && v->used != 0);
}

/* 1 with *h set when the value may differ. */
static int find_hole(struct lesson *l, uint32_t node, struct hole *h)
{
  const struct json_node *v = &l->j->nodes[node];

  memset(h, 0, sizeof(*h));
  h->at = (uint32_t)FRAME_N + v->at;
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
  h->count = v->type == JSON_NUMBER ? bound_count(l, node) : NULL;
  return h->count != NULL;
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

  if (count == 0 || count > MOULD_DELTAS || deltas[0].type != SLUICE_DELTA_META)
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
    end = m->nodes[i].at + m->nodes[i].n + (uint32_t)FRAME_N;
    for (k = 0; k < m->hole_count && m->holes[k].at < end; k++)
      ;
    m->nodes[i].used = (uint16_t)k;
  }
}

static void free_mould(const struct moulds *all, struct mould *m)
{
  if (m == NULL)
    return;
  sluice__free(all->mem, m->bytes);
  sluice__free(all->mem, m->holes);
  sluice__free(all->mem, m->nodes);
  sluice__free(all->mem, m);
}

static size_t count_values(const struct json *j)
{
  size_t i, n = 0;

  for (i = 0; i < j->count; i++)
    n += is_value(&j->nodes[i]) ? 1 : 0;
  return n;
}

/* A mould with room for all, and nothing in it but the payload. */
static struct mould *new_mould(const struct moulds *all, const struct lesson *l)
{
  struct mould *m = (struct mould *)sluice__new(all->mem, sizeof(*m));
  size_t holes = count_values(l->j), nodes = l->j->count;

  if (m == NULL)
    return NULL;
  m->cap = 2 * l->payload.n + 512;
  m->bytes = (char *)sluice__new(all->mem, m->cap);
  m->holes =
      (struct hole *)sluice__new(all->mem, (holes + 1) * sizeof(*m->holes));
  m->nodes =
      (struct json_node *)sluice__new(all->mem, nodes * sizeof(*m->nodes));
  if (m->bytes == NULL || m->holes == NULL || m->nodes == NULL) {
    free_mould(all, m);
    return NULL;
  }
  memcpy(m->bytes, FRAME, FRAME_N);
  memcpy(m->bytes + FRAME_N, l->payload.p, l->payload.n);
  memcpy(m->bytes + FRAME_N + l->payload.n, FRAME_END, FRAME_END_N);
  m->n = FRAME_N + l->payload.n + FRAME_END_N;
  m->depth = l->j->depth;
  m->next = MOULD_COUNT;
  return m;
}

/* With deltas, if they can be kept. */
static int shape_deltas(struct lesson *l, const sluice_delta *deltas,
                        size_t count)
{
  struct mould *m = l->m;
  uint32_t k;

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
  for (k = 0; k < m->hole_count; k++)
    bind(&m->holes[k], m->bytes + m->holes[k].at, m->holes[k].n);
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

/* The place for another one: a free one, else that of a mould which never
 * fitted, else that of the one which did so last of all. */
static uint32_t place_for(const struct moulds *all)
{
  uint32_t i, worst = 0;

  if (all->count < MOULD_COUNT)
    return all->count;
  for (i = 1; i < all->count; i++) {
    const struct mould *m = all->all[i], *w = all->all[worst];

    if ((m->hits == 0) != (w->hits == 0)
            ? m->hits == 0
            : all->clock - m->stamp > all->clock - w->stamp)
      worst = i;
  }
  return worst;
}

/* Puts it in. When moulds come and go unused, the next ones have to wait. */
static void put(struct moulds *all, struct taste *taste, struct mould *m)
{
  uint32_t place = place_for(all);

  if (place < all->count) {
    if (all->all[place]->hits > 0)
      all->pause = 0;
    else if (all->pause < PAUSE_MAX)
      all->pause = 2 * all->pause + 1;
    all->wait = all->pause;
    free_mould(all, all->all[place]);
  } else {
    all->count++;
  }
  all->all[place] = m;
  m->stamp = ++all->clock;
  if (taste->last < all->count && taste->last != place)
    all->all[taste->last]->next = (uint8_t)place;
  taste->last = (uint8_t)place;
}

/* One object, of a size that is worth it, that stands in one line. */
static int is_worth(const struct json *j, sluice_str payload)
{
  return payload.n <= MOULD_BYTES && j->count <= MOULD_NODES &&
         j->nodes[0].type == JSON_OBJECT && j->nodes[0].next == j->count &&
         count_values(j) <= MOULD_HOLES &&
         memchr(payload.p, '\n', payload.n) == NULL &&
         memchr(payload.p, '\r', payload.n) == NULL;
}

void sluice__mould_learn(struct moulds *all, struct taste *taste,
                         const struct json *nodes, sluice_str payload,
                         const sluice_delta *deltas, size_t count, int pure)
{
  struct lesson l = {NULL, nodes, payload, 0};

  if (all->wait > 0) {
    all->wait--;
    return;
  }
  if (!is_worth(nodes, payload))
    return;
  l.m = new_mould(all, &l);
  if (l.m == NULL)
    return;
  if (!pure || !is_pure(&l, deltas, count) || !shape_deltas(&l, deltas, count))
    shape_nodes(&l);
  put(all, taste, l.m);
}

/* ---- life -------------------------------------------------------------- */

void sluice__moulds_init(struct moulds *all, const sluice_mem *mem)
{
  memset(all, 0, sizeof(*all));
  all->mem = mem;
}

void sluice__moulds_free(struct moulds *all)
{
  uint32_t i;

  for (i = 0; i < all->count; i++)
    free_mould(all, all->all[i]);
  sluice__moulds_init(all, all->mem);
}
