/* SPDX-License-Identifier: MIT */
/* cite.c - finds markers in clean text that comes in pieces.
 *
 *   NOTHING -> SPACE -> OPEN -> PREFIX -> ID -> CLOSE -> a citation
 *      ^----------------- any byte that does not fit
 *
 * Escapes never look like a part of a marker, so clean text can be searched as
 * it is: brackets and prefix are brought to the same form first.
 */
#include "cite.h"

#include "status.h"

#define BRACKET_MAX 32 /* bytes, before they are cleaned */

static int is_id_char(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* ---- what goes out ----------------------------------------------------- */

/* The run becomes a copy, so that other bytes can follow it. */
static void own_run(struct cite *c)
{
  if (c->joined->text.n == 0)
    sluice__buf_text(&c->joined->text, c->joined->run);
}

/* Adds text to the run. Only what follows a held byte or a marker is copied. */
static int add_run(struct cite *c, const char *p, size_t n)
{
  if (n == 0)
    return 0;
  if (c->joined->run.n == 0) {
    c->joined->run.p = p;
    c->joined->run.n = n;
    return 0;
  }
  own_run(c);
  sluice__buf_put(&c->joined->text, p, n);
  c->joined->run = sluice__buf_as_text(&c->joined->text);
  return sluice__buf_status(&c->joined->text);
}

static int send_run(struct cite *c)
{
  sluice_cite_piece piece = {c->joined->run, {"", 0}, {"", 0}, 0};

  c->joined->run.n = 0;
  if (piece.text.n == 0)
    return 0;
  if (!c->counts_later)
    sluice__length_add(&c->length, piece.text);
  sluice__buf_clear(&c->joined->text);
  return c->cb(c->user, &piece);
}

/* The held marker goes: remembers its place, for ranges that others give. It is
 * ASCII, so that its bytes are its length in any unit. */
static int note_removal(struct cite *c)
{
  struct length sent;
  struct removals *r = c->removals;
  struct removal *removal;
  void *list;

  (void)sluice__cite_length(c);
  sent = c->length;
  if (r == NULL)
    r = c->removals = (struct removals *)sluice__new(c->mem, sizeof(*r));
  if (r == NULL)
    return SLUICE_ERR_NOMEM;
  list = r->list;
  if (sluice__room(c->mem, &list, &r->cap, r->count + 1, 4, sizeof(*r->list)) !=
      0)
    return SLUICE_ERR_NOMEM;
  r->list = (struct removal *)list;
  sluice__length_add(&sent, c->joined->run);
  removal = &r->list[r->count++];
  removal->at = sent.n + r->units;
  removal->n = c->held_n;
  removal->before = r->units;
  r->units += c->held_n;
  return 0;
}

uint64_t sluice__cite_length(struct cite *c)
{
  sluice_text rest;

  if (c->sent != NULL && c->sent->n > c->counted) {
    rest.p = c->sent->p + c->counted;
    rest.n = c->sent->n - c->counted;
    sluice__length_add(&c->length, rest);
    c->counted = c->sent->n;
  }
  return c->length.n;
}

uint64_t sluice__cite_moved(const struct cite *c, uint64_t at)
{
  const struct removals *r = c->removals;
  size_t low = 0, high = r == NULL ? 0 : r->count, middle;
  const struct removal *last;
  uint64_t into;

  while (low < high) { /* how many begin before it */
    middle = low + (high - low) / 2;
    if (r->list[middle].at < at)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == 0)
    return at;
  last = &r->list[low - 1];
  into = at - last->at;
  return at - last->before - (into < last->n ? into : last->n);
}

static char *held(struct cite *c)
{
  return c->held != NULL ? c->held : c->few;
}

/* One more byte may belong to a marker. */
static int hold(struct cite *c, char b)
{
  const struct marking *m = c->marking;
  size_t longest =
      m->prefix.n > m->max_marker ? m->prefix.n : (size_t)m->max_marker;

  if (c->held == NULL && c->held_n == sizeof(c->few)) {
    c->held = (char *)c->mem->malloc(c->mem->user,
                                     1 + m->open.n + longest + m->close.n);
    if (c->held == NULL)
      return SLUICE_ERR_NOMEM;
    memcpy(c->held, c->few, c->held_n);
  }
  held(c)[c->held_n++] = b;
  return 0;
}

/* The younger one holds, and results come later than options. */
static const struct entry *find_file(const struct cite *c, sluice_text id)
{
  const struct entry *file =
      c->files == NULL ? NULL : sluice__table_find(c->files, id);

  return file != NULL ? file : sluice__table_find(&c->marking->files, id);
}

/* What is held is a whole marker. */
static int send_marker(struct cite *c)
{
  const struct marking *m = c->marking;
  size_t id_at = (held(c)[0] == ' ' ? 1 : 0) + m->open.n;
  sluice_text id = {held(c) + id_at, c->held_n - id_at - m->close.n};
  const struct entry *file = find_file(c, id);
  sluice_cite_piece piece;
  int rv;

  rv = note_removal(c);
  c->held_n = 0;
  c->state = CITE_NOTHING;
  if (rv != 0)
    return rv;
  if (file == NULL && m->only_known) {
    if (c->unknown < UINT32_MAX)
      c->unknown++;
    return 0;
  }
  rv = send_run(c);
  if (rv != 0)
    return rv;
  memset(&piece, 0, sizeof(piece));
  piece.file_id = id;
  piece.filename = file != NULL && file->texts[0].n > 0 ? file->texts[0] : id;
  piece.index = sluice__cite_length(c);
  return c->cb(c->user, &piece);
}

/* ---- the scanner ------------------------------------------------------- */

static int enter(struct cite *c, enum cite_state state)
{
  c->state = (uint8_t)state;
  c->at = 0;
  return 1;
}

/* One more byte of a bracket or the prefix; past its end comes `next`. */
static int follow(struct cite *c, sluice_text word, char b,
                  enum cite_state next)
{
  if (b != word.p[c->at])
    return 0;
  if (++c->at == word.n)
    return enter(c, next);
  return 1;
}

/* Does the byte fit? Changes the state only if it does. A whole marker leaves
 * CITE_NOTHING. */
static int fits(struct cite *c, char b)
{
  const struct marking *m = c->marking;

  switch (c->state) {
  case CITE_NOTHING:
    if (b == ' ')
      return enter(c, CITE_SPACE);
    /* fall through */
  case CITE_SPACE:
    if (b != m->open.p[0])
      return 0;
    enter(c, CITE_OPEN);
    return follow(c, m->open, b, CITE_PREFIX);
  case CITE_OPEN:
    return follow(c, m->open, b, CITE_PREFIX);
  case CITE_PREFIX:
    return follow(c, m->prefix, b, CITE_ID);
  case CITE_ID:
    if (c->at > 0 && b == m->close.p[0]) {
      enter(c, CITE_CLOSE);
      return follow(c, m->close, b, CITE_NOTHING);
    }
    if (!is_id_char(b) || m->prefix.n + c->at >= m->max_marker)
      return 0;
    c->at++;
    return 1;
  default:
    return follow(c, m->close, b, CITE_NOTHING);
  }
}

/* The first n held bytes are text. */
static int release(struct cite *c, size_t n)
{
  own_run(c);
  sluice__buf_put(&c->joined->text, held(c), n);
  c->joined->run = sluice__buf_as_text(&c->joined->text);
  memmove(held(c), held(c) + n, c->held_n - n);
  c->held_n -= (uint32_t)n;
  return sluice__buf_status(&c->joined->text);
}

/* The held bytes and b are no marker. How many of them must go, so that the
 * rest and b may be the start of one? All: b does not start one either. The
 * bytes held are few, and at most as many are tried as go. */
static size_t misfit(struct cite *c, char b, int *fit)
{
  size_t from, i;

  for (from = 1; from <= c->held_n; from++) {
    c->state = CITE_NOTHING;
    for (i = from; i < c->held_n && fits(c, held(c)[i]); i++)
      ;
    if (i == c->held_n && fits(c, b)) {
      *fit = 1;
      return from;
    }
  }
  c->state = CITE_NOTHING;
  *fit = 0;
  return c->held_n;
}

static int step(struct cite *c, const char *b)
{
  int fit = fits(c, *b), rv = 0;

  if (!fit)
    rv = release(c, misfit(c, *b, &fit));
  if (rv != 0)
    return rv;
  if (!fit)
    return add_run(c, b, 1);
  rv = hold(c, *b);
  return rv == 0 && c->state == CITE_NOTHING ? send_marker(c) : rv;
}

/* How many bytes from p on cannot belong to a marker. */
static size_t plain(const struct cite *c, const char *p, size_t n)
{
  const char *open;
  size_t k;

  if (c->marking->off)
    return n;
  open = (const char *)memchr(p, c->marking->open.p[0], n);
  k = open == NULL ? n : (size_t)(open - p);
  return k > 0 && p[k - 1] == ' ' ? k - 1 : k;
}

/* Nothing is left of another call, which may have failed; not of another
 * handle's either, which may share the buffer. */
static void begin(struct cite *c)
{
  c->joined->run.n = 0;
  sluice__buf_clear(&c->joined->text);
}

int sluice__cite_feed(struct cite *c, sluice_text text)
{
  size_t i = 0, n;
  int rv = 0;

  begin(c);
  while (rv == 0 && i < text.n) {
    if (c->held_n == 0) {
      n = plain(c, text.p + i, text.n - i);
      rv = add_run(c, text.p + i, n);
      i += n;
      if (i == text.n)
        break;
    }
    if (rv == 0)
      rv = step(c, text.p + i++);
  }
  return rv == 0 ? send_run(c) : rv;
}

void sluice__cite_reset(struct cite *c)
{
  c->state = CITE_NOTHING;
  c->held_n = 0;
  c->sent = NULL;
  c->counted = 0;
  if (c->removals != NULL)
    c->removals->count = c->removals->units = 0;
  sluice__length_init(&c->length, c->length.unit);
}

int sluice__cite_finish(struct cite *c)
{
  int rv;

  begin(c);
  rv = release(c, c->held_n);
  return rv == 0 ? send_run(c) : rv;
}

/* ---- files that results bring -------------------------------------------- */

static int add_file(struct table *files, const sluice_file *file)
{
  sluice_str texts[TABLE_TEXTS];

  memset(texts, 0, sizeof(texts));
  texts[0] = file->name; /* NOLINT: there is one, see all_there in status.c */
  return sluice__table_add(files, 0, file->id, texts);
}

int sluice__cite_add_file(struct cite *c, const sluice_file *file)
{
  if (c->files == NULL) {
    c->files = (struct table *)sluice__new(c->mem, sizeof(*c->files));
    if (c->files == NULL)
      return SLUICE_ERR_NOMEM;
    sluice__table_init(c->files, c->mem);
  }
  return add_file(c->files, file);
}

void sluice__cite_forget_files(struct cite *c)
{
  if (c->files != NULL)
    sluice__table_free(c->files);
  sluice__free(c->mem, c->files);
  c->files = NULL;
}

/* ---- settings ---------------------------------------------------------- */

/* A string of the options, clean, at the end of `all`; its place is settled
 * when all are there. */
static sluice_text keep(struct buf *all, sluice_str s, const char *standard)
{
  sluice_text place = {NULL, all->n};

  if (s.n == 0) {
    s.p = standard;
    s.n = strlen(standard);
  }
  sluice__text_escape(all, s);
  place.p = (const char *)(uintptr_t)place.n;
  place.n = all->n - place.n;
  return place;
}

static void settle(sluice_text *place, const char *base)
{
  place->p = base + (uintptr_t)place->p;
}

static int all_id_chars(sluice_text s)
{
  size_t i;

  for (i = 0; i < s.n; i++)
    if (!is_id_char(s.p[i]))
      return 0;
  return 1;
}

/* The brackets must be told from ids, and a marker from the space before. */
static int marker_ok(const struct marking *m)
{
  return all_id_chars(m->prefix) && !is_id_char(m->open.p[0]) &&
         m->open.p[0] != ' ' && !is_id_char(m->close.p[0]);
}

static int keep_files(struct marking *m, const sluice_options *o)
{
  size_t i;
  int rv = 0;

  m->only_known = o->files != NULL;
  for (i = 0; rv == 0 && i < o->file_count; i++)
    rv = add_file(&m->files, &o->files[i]);
  return rv;
}

/* Gathers the strings of a marker in one block. */
static int keep_marker(struct marking *m, const sluice_mem *mem,
                       const sluice_options *o)
{
  struct buf all;

  sluice__buf_init(&all, mem);
  m->open = keep(&all, o->marker_open, "<|");
  m->prefix = keep(&all, o->marker_prefix, "file-");
  m->close = keep(&all, o->marker_close, "|>");
  if (all.failed) {
    sluice__buf_free(&all);
    return SLUICE_ERR_NOMEM;
  }
  m->storage = all.p;
  settle(&m->open, all.p);
  settle(&m->prefix, all.p);
  settle(&m->close, all.p);
  return marker_ok(m) ? 0 : SLUICE_ERR_ARG;
}

int sluice__marking_init(struct marking *m, const sluice_mem *mem,
                         const sluice_options *o)
{
  int rv;

  memset(m, 0, sizeof(*m));
  sluice__table_init(&m->files, mem);
  m->max_marker = o->max_marker;
  m->unit = o->index_unit;
  m->off = (o->flags & SLUICE_NO_CITATIONS) != 0;
  if (o->marker_open.n > BRACKET_MAX || o->marker_prefix.n > BRACKET_MAX ||
      o->marker_close.n > BRACKET_MAX ||
      (unsigned)o->index_unit > SLUICE_UNIT_GRAPHEME)
    return SLUICE_ERR_ARG;
  rv = keep_marker(m, mem, o);
  return rv == 0 ? keep_files(m, o) : rv;
}

void sluice__marking_free(struct marking *m)
{
  const sluice_mem *mem = m->files.mem;

  sluice__table_free(&m->files);
  sluice__free(mem, m->storage);
  m->storage = NULL;
}

/* ---- life -------------------------------------------------------------- */

void sluice__cite_init(struct cite *c, const sluice_mem *mem,
                       const struct marking *marking, struct joined *joined,
                       sluice_cite_cb cb, void *user)
{
  memset(c, 0, sizeof(*c));
  c->mem = mem;
  c->marking = marking;
  c->cb = cb;
  c->user = user;
  c->joined = joined;
  sluice__length_init(&c->length, marking->unit);
}

void sluice__cite_free(struct cite *c)
{
  sluice__cite_forget_files(c);
  if (c->removals != NULL)
    sluice__free(c->mem, c->removals->list);
  sluice__free(c->mem, c->removals);
  sluice__free(c->mem, c->held);
  c->removals = NULL;
  c->held = NULL;
}

/* ---- the stage alone --------------------------------------------------- */

struct sluice_cite {
  struct cite core;
  struct marking marking;
  struct joined joined;
  sluice_mem mem;
  sluice_cite_cb cb;
  void *user;
  int busy;
  int unwanted; /* free was called from inside the callback */
  int failed;   /* memory ran out: the text has a hole until it is over */
};

static int call_back(void *user, const sluice_cite_piece *piece)
{
  sluice_cite *c = (sluice_cite *)user;
  int rv = c->cb(c->user, piece);

  return c->unwanted ? SLUICE_ERR_CALLBACK : rv;
}

sluice_status sluice_cite_new(sluice_cite **out, const sluice_options *o,
                              sluice_cite_cb cb, void *user)
{
  sluice_options all;
  sluice_mem mem;
  sluice_cite *c;
  int rv;

  if (out == NULL || cb == NULL || sluice__options(&all, o) != 0)
    return SLUICE_ERR_ARG;
  mem = sluice__mem(all.mem);
  c = (sluice_cite *)sluice__new(&mem, sizeof(*c));
  if (c == NULL)
    return SLUICE_ERR_NOMEM;
  c->mem = mem;
  c->cb = cb;
  c->user = user;
  sluice__buf_init(&c->joined.text, &c->mem);
  rv = sluice__marking_init(&c->marking, &c->mem, &all);
  if (rv != 0) {
    sluice__marking_free(&c->marking);
    sluice__free(&mem, c);
    return (sluice_status)rv;
  }
  sluice__cite_init(&c->core, &c->mem, &c->marking, &c->joined, call_back, c);
  *out = c;
  return SLUICE_OK;
}

/* After a call that may have run the callback. */
static int leave(sluice_cite *c, int rv)
{
  c->busy = 0;
  if (!c->unwanted)
    return rv;
  sluice_cite_free(c);
  return SLUICE_ERR_CALLBACK;
}

int sluice_cite_feed(sluice_cite *c, sluice_text text)
{
  int rv;

  if (c == NULL || !sluice__is_there(text.p, text.n))
    return SLUICE_ERR_ARG;
  if (c->busy)
    return SLUICE_ERR_STATE;
  if (c->failed)
    return SLUICE_ERR_NOMEM;
  c->busy = 1;
  rv = sluice__cite_feed(&c->core, text);
  c->failed = rv == SLUICE_ERR_NOMEM;
  return leave(c, rv);
}

int sluice_cite_finish(sluice_cite *c)
{
  int rv;

  if (c == NULL)
    return SLUICE_ERR_ARG;
  if (c->busy)
    return SLUICE_ERR_STATE;
  c->busy = 1;
  rv = c->failed ? SLUICE_ERR_NOMEM : sluice__cite_finish(&c->core);
  c->failed = 0;
  sluice__cite_reset(&c->core);
  return leave(c, rv);
}

uint32_t sluice_cite_unknown(const sluice_cite *c)
{
  return c == NULL ? 0 : c->core.unknown;
}

void sluice_cite_free(sluice_cite *c)
{
  sluice_mem mem;

  if (c == NULL)
    return;
  if (c->busy) {
    c->unwanted = 1;
    return;
  }
  c->busy = 1; /* for memory functions that call */
  mem = c->mem;
  sluice__cite_free(&c->core);
  sluice__marking_free(&c->marking);
  sluice__buf_free(&c->joined.text);
  sluice__free(&mem, c);
}
