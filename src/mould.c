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

#define FRAME         "data: "
#define FRAME_N       ((size_t)MOULD_FRAME)
#define FRAME_END     "\n\n"
#define FRAME_END_N   ((size_t)MOULD_END)
#define ROOM          512 /* bytes: steps of the room for a payload */
/* Bytes that are looked at for one event. No payload has more. */
#define LARGEST_PIECE ((size_t)UINT32_MAX)

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
  int whole;          /* all of p must fit */
  int odd;            /* the text is not plain */
  struct json *nodes; /* for a mould without deltas; NULL: it has some */
  struct span spans[MOULD_HOLES];
};

static size_t least(size_t a, size_t b)
{
  return a < b ? a : b;
}

/* ---- filling ------------------------------------------------------------ */

size_t sluice__mould_any_string(const char *p, size_t n, int *odd)
{
  size_t i = scan_plain(p, n, odd), escape;

  while (i < n && p[i] != '"') {
    escape = p[i] == '\\' ? sluice__json_escape(p + i, n - i) : 0;
    if (escape == 0)
      return MOULD_BAD;
    i += escape;
    if (odd != NULL)
      *odd = 1;
    i += scan_plain(p + i, n - i, odd);
  }
  return i < n ? i : MOULD_BAD;
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
size_t sluice__mould_number(const char *p, size_t n)
{
  size_t i = n > 0 && p[0] == '-', start = i;

  i = skip_digits(p, n, i);
  if (i == start || (p[start] == '0' && i > start + 1))
    return MOULD_BAD;
  if (i < n && p[i] == '.') {
    start = ++i;
    i = skip_digits(p, n, i);
    if (i == start)
      return MOULD_BAD;
  }
  if (i < n && (p[i] == 'e' || p[i] == 'E')) {
    i++;
    if (i < n && (p[i] == '+' || p[i] == '-'))
      i++;
    start = i;
    i = skip_digits(p, n, i);
    if (i == start)
      return MOULD_BAD;
  }
  return i;
}

static size_t fill_count(const char *p, size_t n)
{
  size_t i = skip_digits(p, n, 0);

  return i == 0 || i > MOULD_DIGITS || (p[0] == '0' && i > 1) ? MOULD_BAD : i;
}

static size_t fill(struct attempt *a, const struct hole *h, const char *p,
                   size_t n)
{
  int odd = 0;
  size_t len;

  switch (h->fill) {
  case FILL_NUMBER:
    return sluice__mould_number(p, n);
  case FILL_COUNT:
    return fill_count(p, n);
  case FILL_TEXT:
    len = sluice__mould_string(p, n, &odd);
    if (h == a->m->text_hole)
      a->odd = odd;
    return len == 0 ? MOULD_BAD : len;
  case FILL_STRING:
  default:
    return sluice__mould_string(p, n, NULL);
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
  } else if (h->count != NULL) {
    *h->count = count_at(p, n);
  }
}

/* ---- comparing --------------------------------------------------------- */

/* A hole is filled as it was, at `at` of the input. */
static inline void fill_same(struct attempt *a, const struct hole *h,
                             struct span *span, size_t at)
{
  span->at = (uint32_t)at;
  span->n = h->n;
  if (h == a->m->text_hole)
    (void)sluice__mould_string(a->p + at, a->n - at, &a->odd);
}

/* Compares with the payload that fitted last, and notes what fills the holes.
 * Most of it is the same, so that only where the two differ a hole is looked
 * for. Returns the bytes of input that fit, 0 when they do not. */
static size_t compare(struct attempt *a)
{
  const struct mould *m = a->m;
  size_t was = a->from, is = 0, same, len;
  const struct hole *h = m->holes, *end = m->holes + m->hole_count;
  struct span *span = a->spans;

  for (;; h++, span++) {
    same =
        scan_common(a->p + is, m->bytes + was, least(a->n - is, a->to - was));
    for (; h < end && h->at + h->n < was + same; h++, span++)
      fill_same(a, h, span, is + (h->at - was));
    if (was + same == a->to)
      return is + same;
    if (h == end || h->at > was + same)
      return 0;
    is += h->at - was;
    len = fill(a, h, a->p + is, a->n - is);
    if (len == MOULD_BAD)
      return 0;
    span->at = (uint32_t)is;
    span->n = (uint32_t)len;
    is += len;
    was = h->at + h->n;
  }
}

int sluice__mould_again_payload(const struct mould *m, sluice_str payload,
                                struct again *out)
{
  return payload.n > 0 &&
         sluice__mould_again(m, payload.p, payload.n, 1, out) == payload.n;
}

/* What stands between the text and each free hole behind it, and behind the
 * last one. */
static void cut_pieces(struct mould *m)
{
  const struct hole *h = m->text_hole, *end = m->holes + m->hole_count;
  struct piece *piece = m->pieces;
  uint32_t at;

  if (h == NULL)
    return;
  at = h->at + h->n;
  for (h++; h < end; h++) {
    if (h->fill >= FILL_TEXT)
      continue;
    piece->at = at;
    piece->n = h->at - at;
    piece->fill = h->fill;
    piece->more = 1;
    piece++;
    at = h->at + h->n;
  }
  piece->at = at;
  piece->n = (uint32_t)m->n - at;
  piece->more = 0;
}

/* Works the usage out, if there is one, and it needs no mending, which would
 * have to be counted. Else 0, and nothing is changed. */
static int settle(const struct mould *m, const struct attempt *a)
{
  int64_t counts[USAGE_COUNTS] = {0};
  sluice_usage usage;
  uint32_t k;

  if (m->usage == NULL)
    return 1;
  for (k = 0; k < m->hole_count; k++)
    if (m->holes[k].usage > 0)
      counts[m->holes[k].usage - 1] =
          count_at(a->p + a->spans[k].at, a->spans[k].n);
  if (sluice__usage_settle(counts, &usage))
    return 0;
  *m->usage = usage;
  return 1;
}

/* Binds what is bound to what fills it in the input. */
static void bind_there(const struct mould *m, const struct attempt *a)
{
  uint32_t k;

  for (k = 0; k < m->hole_count; k++)
    if (m->holes[k].fill >= FILL_TEXT)
      bind(&m->holes[k], a->p + a->spans[k].at, a->spans[k].n);
}

/* The payload takes the place of the one that fitted before, so that the next
 * one of the same stream is like it. It has `n` bytes, framed. */
static void keep(struct mould *m, const struct attempt *a, size_t taken,
                 size_t n)
{
  uint32_t k;

  memcpy(m->bytes + a->from, a->p, taken);
  memcpy(m->bytes + n - FRAME_END_N, FRAME_END, FRAME_END_N);
  m->n = n;
  for (k = 0; k < m->hole_count; k++) {
    /* NOLINTNEXTLINE: what fits has filled each hole. */
    m->holes[k].at = (uint32_t)a->from + a->spans[k].at;
    m->holes[k].n = a->spans[k].n;
    if (m->holes[k].fill >= FILL_TEXT)
      bind(&m->holes[k], m->bytes + m->holes[k].at, m->holes[k].n);
  }
  cut_pieces(m);
}

/* The payload as a list of nodes, in `j`. There is room for them: the payload
 * that the mould was learned from stood there. */
static void fill_nodes(const struct mould *m, const struct attempt *a,
                       struct json *j, size_t n)
{
  int64_t moved[MOULD_HOLES + 1] = {0};
  uint32_t i, k;

  for (k = 0; k < m->hole_count; k++)
    moved[k + 1] = moved[k] + a->spans[k].n - m->holes[k].n;
  for (i = 0, k = 0; i < m->node_count; i++) {
    const struct json_node *from = &m->nodes[i];
    struct json_node *to = &j->nodes[i];

    *to = *from;
    /* NOLINTNEXTLINE: no node is behind more holes than there are. */
    to->at = (uint32_t)(from->at + moved[k]);
    if (from->type >= JSON_ARRAY)
      to->n = (uint32_t)(from->at + from->n + moved[from->used]) - to->at;
    else if (from->type == JSON_STRING || from->type == JSON_NUMBER)
      to->n = a->spans[k++].n;
    to->used = 0;
    to->count = 0;
  }
  j->count = m->node_count;
  j->payload = a->p;
  j->escaped = memchr(a->p, '\\', n) != NULL;
}

/* ---- trying ------------------------------------------------------------ */

/* Goes on when it is not like the last one, but may be the first of others.
 * Returns the bytes that fit, or 0. */
static size_t fit_anew(struct mould *m, struct attempt *a)
{
  size_t taken = compare(a), n;

  if (taken == 0 || (a->whole && taken != a->n))
    return 0;
  n = a->from + taken + (m->n - a->to);
  if (a->nodes != NULL && m->delta_count == 0) {
    fill_nodes(m, a, a->nodes, a->n);
    return taken;
  }
  if (n > m->cap || !settle(m, a))
    return 0;
  if (m->text_hole == NULL)
    bind_there(m, a);
  else
    keep(m, a, taken, n);
  return taken;
}

static size_t fit(struct mould *m, struct attempt *a, int *odd)
{
  struct again found;
  size_t taken;

  a->m = m;
  a->odd = 0;
  if (m->text_hole != NULL) {
    taken = sluice__mould_again(m, a->p, a->n, a->whole, &found);
    *odd = found.odd;
    if (taken > 0)
      *m->text_hole->text = found.text;
    /* Or it never will. */
    if (taken > 0 || (found.text.p != NULL && !m->bound_behind))
      return taken;
  }
  taken = fit_anew(m, a);
  *odd = a->odd;
  return taken;
}

int sluice__mould_fit_payload(struct mould *m, sluice_str payload, int *odd,
                              struct json *nodes)
{
  struct attempt a = {.p = payload.p, .n = payload.n, .whole = 1};

  a.nodes = nodes;
  a.from = FRAME_N;
  a.to = m->n - FRAME_END_N;
  return fit(m, &a, odd) == payload.n;
}

size_t sluice__mould_fit(struct mould *m, const char *p, size_t n, int *odd)
{
  struct attempt a = {.p = p, .n = least(n, LARGEST_PIECE), .to = m->n};

  return fit(m, &a, odd);
}

/* ---- for those who learn ------------------------------------------------ */

int sluice__mould_is_count(const char *p, size_t n)
{
  return fill_count(p, n) == n;
}

void sluice__mould_bind(struct mould *m)
{
  uint32_t k;

  for (k = 0; k < m->hole_count; k++)
    if (m->holes[k].fill >= FILL_TEXT)
      bind(&m->holes[k], m->bytes + m->holes[k].at, m->holes[k].n);
  cut_pieces(m);
}

void sluice__mould_free(const sluice_mem *mem, struct mould *m)
{
  sluice__free(mem, m->bytes);
  sluice__free(mem, m->holes);
  sluice__free(mem, m->pieces);
  sluice__free(mem, m->nodes);
  sluice__free(mem, m);
}

struct mould *sluice__mould_new(const sluice_mem *mem, sluice_str payload,
                                size_t holes, size_t nodes)
{
  struct mould *m = (struct mould *)sluice__new(mem, sizeof(*m));

  if (m == NULL)
    return NULL;
  /* Room for longer ones like it; in steps, as they differ by some bytes. */
  m->cap = (2 * payload.n / ROOM + 2) * ROOM;
  m->bytes = (char *)sluice__new(mem, m->cap);
  m->holes = (struct hole *)sluice__new(mem, (holes + 1) * sizeof(*m->holes));
  m->pieces =
      (struct piece *)sluice__new(mem, (holes + 1) * sizeof(*m->pieces));
  m->nodes = (struct json_node *)sluice__new(mem, nodes * sizeof(*m->nodes));
  if (m->bytes == NULL || m->holes == NULL || m->pieces == NULL ||
      m->nodes == NULL) {
    sluice__mould_free(mem, m);
    return NULL;
  }
  memcpy(m->bytes, FRAME, FRAME_N);
  memcpy(m->bytes + FRAME_N, payload.p, payload.n);
  memcpy(m->bytes + FRAME_N + payload.n, FRAME_END, FRAME_END_N);
  m->n = FRAME_N + payload.n + FRAME_END_N;
  return m;
}
