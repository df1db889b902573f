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

#define FRAME         "data: "
#define FRAME_N       ((size_t)MOULD_FRAME)
#define FRAME_END     "\n\n"
#define FRAME_END_N   (sizeof(FRAME_END) - 1)
#define ROOM          512  /* bytes: steps of the room for a payload */
#define PATIENCE      8    /* misses before a handle tries less */
#define SELDOM        32   /* and then only one payload in so many */
#define LONGEST_PAUSE 1024 /* payloads */
/* Bytes that are compared at once. */
#define LARGEST_PIECE ((size_t)INT32_MAX)

#define LIKELY 3 /* moulds that are tried first */
#define BAD    SIZE_MAX

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
  int whole; /* all of p must fit */
  int odd;   /* the text is not plain */
  struct span *spans;
};

static size_t least(size_t a, size_t b)
{
  return a < b ? a : b;
}

/* ---- filling ------------------------------------------------------------ */

/* Any string: with escapes, or longer than a step, or none at all. */
static size_t fill_any_string(const char *p, size_t n, int *odd)
{
  size_t i = scan_plain(p, n, odd), escape;

  while (i < n && p[i] != '"') {
    escape = p[i] == '\\' ? sluice__json_escape(p + i, n - i) : 0;
    if (escape == 0)
      return BAD;
    i += escape;
    if (odd != NULL)
      *odd = 1;
    i += scan_plain(p + i, n - i, odd);
  }
  return i < n ? i : BAD;
}

/* `odd` is as in scan.h. Most strings are short, and plain. */
static inline size_t fill_string(const char *p, size_t n, int *odd)
{
  size_t i = n < SCAN_STEP ? SCAN_STEP : scan_quote(p);

  return i < SCAN_STEP ? i : fill_any_string(p, n, odd);
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

  return i == 0 || i > MOULD_DIGITS || (p[0] == '0' && i > 1) ? BAD : i;
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

/* A hole is filled as it was, at `at` of the input. */
static void fill_same(struct attempt *a, uint32_t k, size_t at)
{
  const struct hole *h = &a->m->holes[k];

  a->spans[k].at = (uint32_t)at;
  a->spans[k].n = h->n;
  if (h == a->m->text_hole)
    (void)fill_string(a->p + at, a->n - at, &a->odd);
}

/* Compares with the payload that fitted last, and notes what fills the holes.
 * Most of it is the same, so that only where the two differ a hole is looked
 * for. Returns the bytes of input that fit, 0 when they do not. */
static size_t compare(struct attempt *a)
{
  const struct mould *m = a->m;
  size_t was = a->from, is = 0, same, len;
  const struct hole *h = m->holes, *end = m->holes + m->hole_count;

  for (;; h++) {
    same =
        scan_common(a->p + is, m->bytes + was, least(a->n - is, a->to - was));
    for (; h < end && h->at + h->n < was + same; h++)
      fill_same(a, (uint32_t)(h - m->holes), is + (h->at - was));
    if (was + same == a->to)
      return is + same;
    if (h == end || h->at > was + same)
      return 0;
    is += h->at - was;
    len = fill(a, h, a->p + is, a->n - is);
    if (len == BAD)
      return 0;
    a->spans[h - m->holes].at = (uint32_t)is;
    a->spans[h - m->holes].n = (uint32_t)len;
    is += len;
    was = h->at + h->n;
  }
}

/* memcmp, for pieces that are mostly long, and else of some 4 to 16 bytes. */
static inline int is_same(const char *a, const char *b, size_t n)
{
  uint64_t a1, a2, b1, b2;
  uint32_t c1, c2, d1, d2;

  if (n < sizeof(c1) || n > 2 * sizeof(a1))
    return memcmp(a, b, n) == 0;
  if (n < sizeof(a1)) {
    memcpy(&c1, a, sizeof(c1));
    memcpy(&d1, b, sizeof(d1));
    memcpy(&c2, a + n - sizeof(c2), sizeof(c2));
    memcpy(&d2, b + n - sizeof(d2), sizeof(d2));
    return c1 == d1 && c2 == d2;
  }
  memcpy(&a1, a, sizeof(a1));
  memcpy(&b1, b, sizeof(b1));
  memcpy(&a2, a + n - sizeof(a2), sizeof(a2));
  memcpy(&b2, b + n - sizeof(b2), sizeof(b2));
  return a1 == b1 && a2 == b2;
}

/* A free string or number, past which a comparison goes. */
static inline size_t pass_over(enum fill fill, const char *p, size_t n)
{
  return fill == FILL_STRING ? fill_string(p, n, NULL) : fill_number(p, n);
}

/* What is bound besides the text must be as it was, so that only the text and
 * the free holes behind it are looked through. Inlined twice, for each `bare`.
 */
static inline size_t again(const struct mould *m, const char *p, size_t n,
                           int bare, struct again *out)
{
  const struct piece *piece = m->pieces;
  size_t from = bare ? FRAME_N : 0, len = m->text_hole->at - from, i = len;

  out->text.p = NULL;
  out->odd = 0;
  if (n < len || memcmp(p, m->bytes + from, len) != 0)
    return 0;
  out->text.p = p + i;
  out->text.n = len = fill_string(p + i, n - i, &out->odd);
  if (len == BAD || len == 0)
    return 0;
  for (i += len; piece->more; piece++, i += len) {
    len = piece->n;
    if (n - i < len || !is_same(p + i, m->bytes + piece->at, len))
      return 0;
    i += len;
    len = pass_over(piece->fill, p + i, n - i);
    if (len == BAD)
      return 0;
  }
  len = piece->n - (bare ? FRAME_END_N : 0);
  if (n - i < len || !is_same(p + i, m->bytes + piece->at, len))
    return 0;
  return i + len;
}

size_t sluice__mould_again(const struct mould *m, const char *p, size_t n,
                           struct again *out)
{
  return again(m, p, least(n, LARGEST_PIECE), 0, out);
}

int sluice__mould_again_payload(const struct mould *m, sluice_str payload,
                                struct again *out)
{
  return payload.n > 0 && payload.n <= LARGEST_PIECE &&
         again(m, payload.p, payload.n, 1, out) == payload.n;
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
    /* NOLINTNEXTLINE: what fits has filled each hole. */
    m->holes[k].at = (uint32_t)a->from + a->spans[k].at;
    m->holes[k].n = a->spans[k].n;
    bind(&m->holes[k], m->bytes + m->holes[k].at, m->holes[k].n);
  }
  cut_pieces(m);
  return 1;
}

/* The payload as a list of nodes, in `j`. There is room for them: the payload
 * that the mould was learned from stood there. */
static void fill_nodes(const struct mould *m, const struct attempt *a,
                       struct json *j, size_t n)
{
  int64_t moved[MOULD_HOLES + 1];
  uint32_t i, k;

  moved[0] = 0;
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
  }
  j->count = m->node_count;
  j->payload = a->p;
  j->escaped = memchr(a->p, '\\', n) != NULL;
}

/* ---- trying ------------------------------------------------------------ */

/* Tries one mould, from a->from to a->to of it. Returns the bytes that fit, or
 * 0. */
static size_t fit(struct mould *m, struct attempt *a)
{
  struct again found;
  size_t taken;

  a->m = m;
  if (m->text_hole != NULL) {
    taken = a->whole ? again(m, a->p, a->n, 1, &found)
                     : sluice__mould_again(m, a->p, a->n, &found);
    a->odd = found.odd;
    if (taken > 0)
      *m->text_hole->text = found.text;
    /* Or it never will. */
    if (taken > 0 || (found.text.p != NULL && !m->bound_behind))
      return taken;
  }
  a->odd = 0;
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

/* This one comes behind the last one: so it may again. */
static void follow(struct moulds *all, struct taste *taste, uint32_t number)
{
  struct mould *last = all->all[taste->last];

  last->stays = taste->last == number;
  if (!last->stays && last->next[0] != number) {
    last->next[1] = last->next[0];
    last->next[0] = (uint8_t)number;
  }
  taste->last = (uint8_t)number;
}

/* It fits: what the handle, and the mould before it, expect next. */
static void note_hit(struct moulds *all, struct taste *taste, uint32_t number,
                     const struct attempt *a, size_t taken, struct cast *out)
{
  struct mould *m = all->all[number];

  follow(all, taste, number);
  taste->misses = 0;
  m->stamp = ++all->clock;
  m->hits++;
  out->mould = m->delta_count > 0 ? m : NULL;
  out->deltas = m->delta_count > 0 ? m->deltas : NULL;
  out->count = m->delta_count;
  out->taken = taken;
  out->plain = !a->odd;
}

/* A handle whose payloads never fit tries only now and then. */
static int is_hopeless(const struct taste *taste)
{
  return taste->misses > PATIENCE && taste->misses % SELDOM != 0;
}

/* One more payload, that may fit none. */
static void note_try(struct taste *taste)
{
  taste->misses =
      (uint8_t)(taste->misses < UINT8_MAX ? taste->misses + 1 : PATIENCE);
}

/* Tries to take an event by one mould. */
static int take_event(struct moulds *all, struct taste *taste, uint32_t number,
                      struct attempt *a, size_t max_payload, uint32_t max_depth,
                      struct cast *out)
{
  struct mould *m;
  size_t taken;

  m = all->all[number];
  if (m->depth > max_depth)
    return 0;
  taken = fit_event(m, a);
  if (taken == 0 || taken - MOULD_AROUND > max_payload)
    return 0;
  note_hit(all, taste, number, a, taken, out);
  return 1;
}

/* The k-th mould that is likely: the last one, and those that came behind it.
 */
static uint32_t likely(const struct moulds *all, const struct taste *taste,
                       uint32_t k)
{
  const struct mould *last = all->all[taste->last];
  uint32_t number = last->stays
                        ? (k == 0 ? taste->last : last->next[k - 1])
                        : (k == LIKELY - 1 ? taste->last : last->next[k]);

  return number < all->count ? number : taste->last;
}

/* An event that fits a mould begins like this, and is all there. */
static int may_fit(const char *p, size_t n)
{
  return n > FRAME_N && p[FRAME_N] == '{' &&
         memchr(p, '\n', least(n, MOULD_BYTES + MOULD_AROUND)) != NULL;
}

int sluice__mould_event(struct moulds *all, struct taste *taste, const char *p,
                        size_t n, size_t max_payload, uint32_t max_depth,
                        struct cast *out)
{
  struct span spans[MOULD_HOLES];
  struct attempt a = {NULL, p, least(n, LARGEST_PIECE), 0, 0, 0, 0, spans};
  uint32_t k, number;

  /* Whole payloads say when too many missed. */
  if (all->count == 0 || taste->misses > PATIENCE || !may_fit(p, n))
    return 0;
  for (k = 0; k < LIKELY; k++) {
    number = likely(all, taste, k);
    if (all->all[number]->delta_count == 0) /* it is told as a payload */
      return 0;
    if (take_event(all, taste, number, &a, max_payload, max_depth, out))
      return 1;
  }
  return 0;
}

/* The number of the k-th mould to try, up to all->count: the likely ones, and
 * then all others in turn. */
static uint32_t choice_of(const struct moulds *all, const struct taste *taste,
                          uint32_t k)
{
  return k < LIKELY ? likely(all, taste, k)
                    : (taste->last + 1 + k - LIKELY) % all->count;
}

int sluice__mould_payload(struct moulds *all, struct taste *taste,
                          sluice_str payload, uint32_t max_depth,
                          struct json *nodes, struct cast *out)
{
  struct span spans[MOULD_HOLES];
  struct attempt a = {.p = payload.p, .n = payload.n, .spans = spans};
  uint32_t i, number, tried = 0;
  size_t taken;

  note_try(taste);
  if (all->count == 0 || payload.n > LARGEST_PIECE || is_hopeless(taste))
    return 0;
  for (i = 0; i < all->count + LIKELY - 1; i++) {
    number = choice_of(all, taste, i);
    if (all->all[number]->depth > max_depth || (tried >> number & 1u) != 0)
      continue;
    tried |= 1u << number;
    taken = fit_payload(all->all[number], &a);
    if (taken == 0)
      continue;
    if (all->all[number]->delta_count == 0)
      fill_nodes(all->all[number], &a, nodes, payload.n);
    note_hit(all, taste, number, &a, taken, out);
    return 1;
  }
  return 0;
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
    bind(&m->holes[k], m->bytes + m->holes[k].at, m->holes[k].n);
  cut_pieces(m);
}

static void free_mould(const struct moulds *all, struct mould *m)
{
  sluice__free(all->mem, m->bytes);
  sluice__free(all->mem, m->holes);
  sluice__free(all->mem, m->pieces);
  sluice__free(all->mem, m->nodes);
  sluice__free(all->mem, m);
}

struct mould *sluice__mould_new(const struct moulds *all, sluice_str payload,
                                size_t holes, size_t nodes)
{
  struct mould *m = (struct mould *)sluice__new(all->mem, sizeof(*m));

  if (m == NULL)
    return NULL;
  /* Room for longer ones like it; in steps, as they differ by some bytes. */
  m->cap = (2 * payload.n / ROOM + 2) * ROOM;
  m->bytes = (char *)sluice__new(all->mem, m->cap);
  m->holes =
      (struct hole *)sluice__new(all->mem, (holes + 1) * sizeof(*m->holes));
  m->pieces =
      (struct piece *)sluice__new(all->mem, (holes + 1) * sizeof(*m->pieces));
  m->nodes =
      (struct json_node *)sluice__new(all->mem, nodes * sizeof(*m->nodes));
  if (m->bytes == NULL || m->holes == NULL || m->pieces == NULL ||
      m->nodes == NULL) {
    free_mould(all, m);
    return NULL;
  }
  memcpy(m->bytes, FRAME, FRAME_N);
  memcpy(m->bytes + FRAME_N, payload.p, payload.n);
  memcpy(m->bytes + FRAME_N + payload.n, FRAME_END, FRAME_END_N);
  m->n = FRAME_N + payload.n + FRAME_END_N;
  m->next[0] = m->next[1] = MOULD_COUNT;
  return m;
}

int sluice__mould_may_learn(struct moulds *all, const struct taste *taste)
{
  if (is_hopeless(taste))
    return 0;
  if (all->wait == 0)
    return 1;
  all->wait--;
  return 0;
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
void sluice__mould_put(struct moulds *all, struct taste *taste, struct mould *m)
{
  uint32_t place = place_for(all);

  if (place < all->count) {
    if (all->all[place]->hits > 0)
      all->pause = 0;
    else if (all->pause < LONGEST_PAUSE)
      all->pause = 2 * all->pause + 1;
    all->wait = all->pause;
    free_mould(all, all->all[place]);
  } else {
    all->count++;
  }
  all->all[place] = m;
  m->stamp = ++all->clock;
  follow(all, taste, place);
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
