/* SPDX-License-Identifier: MIT */
#include "message.h"

#include "status.h"

#define TEXT_LEAST 128 /* bytes of a part's text, at first */

/* ---- parts ------------------------------------------------------------- */

/* The events of each kind of part. ORDER sluice_part_type */
static const struct {
  sluice_event_type added, delta, done, part_done;
} part_events[] = {
    {SLUICE_EVENT_PART_ADDED, SLUICE_EVENT_TEXT_DELTA, SLUICE_EVENT_TEXT_DONE,
     SLUICE_EVENT_PART_DONE},
    {SLUICE_EVENT_PART_ADDED, SLUICE_EVENT_REFUSAL_DELTA,
     SLUICE_EVENT_REFUSAL_DONE, SLUICE_EVENT_PART_DONE},
    {SLUICE_EVENT_SUMMARY_PART_ADDED, SLUICE_EVENT_SUMMARY_DELTA,
     SLUICE_EVENT_SUMMARY_DONE, SLUICE_EVENT_SUMMARY_PART_DONE},
    {SLUICE_EVENT_PART_ADDED, SLUICE_EVENT_REASONING_DELTA,
     SLUICE_EVENT_REASONING_DONE, SLUICE_EVENT_PART_DONE},
};

static sluice_part_type part_type(const struct message *m, enum kind kind)
{
  if (kind == KIND_TEXT)
    return SLUICE_PART_TEXT;
  if (kind == KIND_REFUSAL)
    return SLUICE_PART_REFUSAL;
  return m->reasoning == SLUICE_REASONING_TEXT ? SLUICE_PART_REASONING
                                               : SLUICE_PART_SUMMARY;
}

static int add_part(struct message *m, struct item *it, sluice_part_type type)
{
  struct part *p = (struct part *)sluice__new(m->outlet->base->mem, sizeof(*p));
  sluice_event e;
  int rv;

  if (p == NULL)
    return SLUICE_ERR_NOMEM;
  p->pub.type = type;
  sluice__buf_init(&p->text, m->outlet->base->mem);
  it->part_count++;
  e = sluice__item_event(part_events[type].added, it);
  e.part = &p->pub;
  rv = sluice__outlet_send(m->outlet, &e);
  if (rv != 0) {
    it->part_count--;
    sluice__part_free(m->outlet->base->mem, p);
    return rv;
  }
  if (it->last_part != NULL)
    it->last_part->pub.next = &p->pub;
  else
    it->parts = p;
  it->last_part = p;
  it->part_open = 1;
  return 0;
}

/* The only place that opens items and parts of text. */
static int open_part(struct message *m, struct item *it, enum kind kind)
{
  int rv = 0;

  if (it->state == ITEM_WAITING)
    rv = sluice__item_announce(m->outlet, it);
  if (rv == 0 && !it->part_open)
    rv = add_part(m, it, part_type(m, kind));
  return rv;
}

/* A part shows its text only when that is complete. */
static void settle_part(struct part *p)
{
  p->pub.text = sluice__buf_as_text(&p->text);
  p->pub.logprobs = sluice__own_text(p->logprobs);
}

static int close_part(struct message *m, struct item *it)
{
  struct part *p = sluice__open_part(it);
  sluice_event e;
  int rv = 0;

  if (p == NULL)
    return 0;
  settle_part(p);
  if (!p->text_done) {
    e = sluice__item_event(part_events[p->pub.type].done, it);
    e.text = p->pub.text;
    e.logprobs = p->pub.logprobs;
    rv = sluice__outlet_send(m->outlet, &e);
  }
  if (rv != 0)
    return rv;
  p->text_done = 1;
  e = sluice__item_event(part_events[p->pub.type].part_done, it);
  e.part = &p->pub;
  rv = sluice__outlet_send(m->outlet, &e);
  if (rv == 0)
    it->part_open = 0;
  return rv;
}

/* ---- text -------------------------------------------------------------- */

int sluice__logprobs_add(struct buf **own, const sluice_mem *mem,
                         sluice_text entries)
{
  struct buf *all;
  size_t start;

  if (entries.n == 0)
    return 0;
  if (sluice__buf_own(own, mem) != 0)
    return SLUICE_ERR_NOMEM;
  all = *own;
  start = all->n;
  if (start > 0)
    sluice__buf_byte(all, ',');
  sluice__buf_text(all, entries);
  if (!all->failed)
    return 0;
  all->n = start; /* no list with a hole */
  return SLUICE_ERR_NOMEM;
}

void sluice__message_forget_logprobs(struct message *m)
{
  if (m->logprobs != NULL)
    sluice__buf_clear(m->logprobs);
}

/* Log probabilities that were waiting for this text. */
static int take_logprobs(struct message *m, struct part *p, sluice_event *e)
{
  sluice_text entries = sluice__own_text(m->logprobs);
  int rv = sluice__logprobs_add(&p->logprobs, m->outlet->base->mem, entries);

  if (rv == 0 && entries.n > 0) {
    e->logprobs.p = p->logprobs->p + (p->logprobs->n - entries.n);
    e->logprobs.n = entries.n;
  }
  return rv;
}

/* A text that begins will mostly be longer than its first piece. */
static int keep_text(struct buf *b, sluice_text text)
{
  if (b->cap == 0 && text.n < TEXT_LEAST)
    (void)sluice__buf_reserve(b, TEXT_LEAST);
  sluice__buf_text(b, text);
  return sluice__buf_status(b);
}

/* One delta. On failure the part is as it was. */
static int send_delta(struct message *m, struct item *it, enum kind kind,
                      sluice_text text)
{
  struct part *p;
  size_t text_n, logprobs_n;
  sluice_event e;
  int rv = open_part(m, it, kind);

  if (rv != 0)
    return rv;
  p = it->last_part; /* which is open */
  text_n = p->text.n;
  logprobs_n = sluice__own_text(p->logprobs).n;
  e = sluice__item_event(part_events[p->pub.type].delta, it);
  e.text = text;
  rv = keep_text(&p->text, text);
  if (rv == 0 && kind == KIND_TEXT)
    rv = take_logprobs(m, p, &e);
  if (rv == 0)
    rv = sluice__outlet_send(m->outlet, &e);
  if (rv != 0 && rv != SLUICE_ERR_CALLBACK) {
    p->text.n = text_n;
    if (p->logprobs != NULL)
      p->logprobs->n = logprobs_n;
  } else if (kind == KIND_TEXT) {
    sluice__message_forget_logprobs(m);
    m->cite.sent = &p->text;
  }
  return rv;
}

/* The strings are copied behind it; the first is never empty. */
static struct note *new_note(const sluice_mem *mem, sluice_text one,
                             sluice_text two, sluice_text copies[2])
{
  struct note *note =
      (struct note *)sluice__new(mem, sizeof(*note) + one.n + two.n);

  if (note == NULL)
    return NULL;
  memcpy(note->bytes, one.p, one.n);
  if (two.n > 0)
    memcpy(note->bytes + one.n, two.p, two.n);
  copies[0].p = note->bytes;
  copies[0].n = one.n;
  copies[1].p = note->bytes + one.n;
  copies[1].n = two.n;
  return note;
}

/* Sends it; on success the part owns it. */
static int send_note(struct message *m, struct item *it, struct note *note)
{
  struct part *p;
  sluice_event e;
  int rv = open_part(m, it, KIND_TEXT);

  if (rv != 0)
    return rv;
  p = it->last_part; /* which is open */
  e = sluice__item_event(SLUICE_EVENT_ANNOTATION_ADDED, it);
  e.annotation_index = p->notes;
  e.annotation = &note->pub;
  rv = sluice__outlet_send(m->outlet, &e);
  if (rv != 0)
    return rv;
  if (p->last_note != NULL)
    p->last_note->pub.next = &note->pub;
  else
    p->pub.annotations = &note->pub;
  p->last_note = note;
  p->notes++;
  return 0;
}

/* One more annotation; `n` bytes of its strings did not come with the stream,
 * and were not counted yet. */
static int count_note(struct message *m, size_t n)
{
  int rv = sluice__limit_take(&m->outlet->base->limits, LIMIT_ANNOTATIONS, 1);

  return rv == 0 ? sluice__limit_take(&m->outlet->base->limits, LIMIT_OUTPUT, n)
                 : rv;
}

/* A marker was found. */
static int cite_file(struct message *m, struct item *it,
                     const sluice_cite_piece *piece)
{
  sluice_text copies[2];
  struct note *note;
  int named = piece->filename.p != piece->file_id.p; /* else it is the id */
  int rv = count_note(m, named ? piece->filename.n : 0);

  if (rv == SLUICE_ERR_LIMIT && m->failing) {
    sluice__count(&m->outlet->base->counts, SLUICE_ANOMALY_ANNOTATION_DROPPED);
    return 0;
  }
  if (rv != 0)
    return rv;
  note =
      new_note(m->outlet->base->mem, piece->file_id, piece->filename, copies);
  if (note == NULL)
    return SLUICE_ERR_NOMEM;
  note->pub.file_id = copies[0];
  note->pub.filename = copies[1];
  note->pub.index = piece->index;
  rv = send_note(m, it, note);
  if (rv != 0)
    sluice__free(m->outlet->base->mem, note);
  return rv;
}

static int on_piece(void *user, const sluice_cite_piece *piece)
{
  struct message *m = (struct message *)user;

  if (piece->text.n > 0)
    return send_delta(m, m->item, KIND_TEXT, piece->text);
  return cite_file(m, m->item, piece);
}

/* ---- URLs that the provider cites --------------------------------------- */

/* A URL that waits for its text. */
struct url {
  struct note *note;
  int64_t from, to; /* in the text as it came; -1: no range */
  int guessed;      /* of a list: shown at the end of the text */
  int64_t number;   /* in order of appearance */
  struct leaf by_end, by_start;
};

static int urls_wait(const struct message *m)
{
  return m->urls != NULL && m->urls->by_end.root != NULL;
}

/* How much of what the model said in this round is in this text or before. */
static uint64_t said_so_far(struct message *m)
{
  return m->base + sluice__cite_length(&m->cite) +
         sluice__cite_removed(&m->cite);
}

static uint64_t shown_at(struct message *m, int64_t at)
{
  uint64_t sent = sluice__cite_length(&m->cite), moved;

  if (at < 0)
    return sent; /* no range: where we are */
  if ((uint64_t)at <= m->base)
    return 0;
  moved = sluice__cite_moved(&m->cite, (uint64_t)at - m->base);
  return moved < sent ? moved : sent;
}

static void add_leaf(struct tree *tree, struct leaf *leaf, int64_t number,
                     struct url *url)
{
  leaf->text = SLUICE_TEXT("");
  leaf->number = number;
  leaf->owner = url;
  sluice__tree_add(tree, leaf);
}

/* Without a range it can be shown at once; a guess at the end. */
static void await(struct message *m, struct url *url)
{
  add_leaf(&m->urls->by_end, &url->by_end,
           url->guessed  ? INT64_MAX
           : url->to < 0 ? 0
                         : url->to,
           url);
  add_leaf(&m->urls->by_start, &url->by_start,
           url->from < 0 ? INT64_MAX : url->from, url);
}

/* The first URL of a tree, if its place is before the given one. */
static struct url *first_before(const struct tree *tree, uint64_t place)
{
  const struct leaf *leaf = sluice__tree_first(tree);

  return leaf != NULL && (uint64_t)leaf->number < place
             ? (struct url *)leaf->owner
             : NULL;
}

/* The next URL that waits no longer: its text was sent; or, at the end of this
 * text, it began here and is cut; or no other text follows. */
static struct url *next_ready(struct message *m, int ending, int last)
{
  struct url *url = first_before(&m->urls->by_end, said_so_far(m) + 1);

  if (url == NULL && ending)
    url = first_before(&m->urls->by_start, last ? UINT64_MAX : said_so_far(m));
  return url;
}

/* Its text is closed. */
static int is_late(const struct message *m, const struct url *url)
{
  return url->to >= 0 && m->base > 0 && (uint64_t)url->to <= m->base;
}

static void drop(struct message *m, struct url *url, struct counts *counts)
{
  sluice__count(counts, SLUICE_ANOMALY_ANNOTATION_DROPPED);
  sluice__free(m->outlet->base->mem, url->note);
  sluice__free(m->outlet->base->mem, url);
}

static int show_url(struct message *m, struct item *it, struct url *url)
{
  int rv;

  url->note->pub.start = shown_at(m, url->from);
  url->note->pub.end = shown_at(m, url->to);
  rv = send_note(m, it, url->note);
  if (rv == 0)
    sluice__free(m->outlet->base->mem, url);
  return rv;
}

/* Shows each URL whose text was sent, in the order in which they came.
 * `ending`: this text ends; `last`: no other follows. */
static int show_urls(struct message *m, struct item *it, int ending, int last)
{
  struct tree ready = {NULL};
  struct leaf *leaf;
  struct url *url;
  int rv = 0;

  if (!urls_wait(m) || m->showing != KIND_TEXT ||
      sluice__cite_length(&m->cite) == 0)
    return 0;
  while ((url = next_ready(m, ending, last)) != NULL) {
    sluice__tree_remove(&m->urls->by_end, &url->by_end);
    sluice__tree_remove(&m->urls->by_start, &url->by_start);
    add_leaf(&ready, &url->by_end, url->number, url);
  }
  while ((leaf = sluice__tree_first(&ready)) != NULL) {
    url = (struct url *)leaf->owner;
    sluice__tree_remove(&ready, leaf);
    if (rv == 0 && is_late(m, url))
      drop(m, url, &m->outlet->base->counts);
    else if (rv != 0 || (rv = show_url(m, it, url)) != 0)
      await(m, url); /* it was not shown */
  }
  return rv;
}

static uint64_t hash_more(uint64_t hash, uint64_t v) /* FNV-1a */
{
  return (hash ^ v) * UINT64_C(0x100000001b3);
}

/* The end counts: "a", "bc" is not "ab", "c". */
static uint64_t hash_text(uint64_t hash, sluice_text s)
{
  size_t i;

  for (i = 0; i < s.n; i++)
    hash = hash_more(hash, (unsigned char)s.p[i]);
  return hash_more(hash, 0);
}

/* Some providers repeat their list on each chunk (I01, I08). 1 when the same
 * was among the last ones. */
static int is_repeated(struct message *m, const struct said *said, int *rv)
{
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  struct urls *urls = m->urls;
  uint32_t i, n;

  if (urls == NULL)
    urls = m->urls =
        (struct urls *)sluice__new(m->outlet->base->mem, sizeof(*urls));
  if (urls == NULL) {
    *rv = SLUICE_ERR_NOMEM;
    return 0;
  }
  n = urls->seen_n < SEEN ? urls->seen_n : SEEN;

  hash = hash_text(hash, said->text);
  hash = hash_text(hash, said->title);
  hash = hash_more(hash, (uint64_t)said->delta->u.url.start);
  hash = hash_more(hash, (uint64_t)said->delta->u.url.end);
  for (i = 0; i < n; i++)
    if (urls->seen[i] == hash)
      return 1;
  urls->seen[urls->seen_n % SEEN] = hash;
  urls->seen_n++;
  return 0;
}

static struct url *new_url(struct message *m, const struct said *said)
{
  const sluice_mem *mem = m->outlet->base->mem;
  struct url *url = (struct url *)sluice__new(mem, sizeof(*url));
  sluice_text copies[2];

  if (url == NULL)
    return NULL;
  url->note = new_note(mem, said->text, said->title, copies);
  if (url->note == NULL) {
    sluice__free(mem, url);
    return NULL;
  }
  url->note->pub.url = copies[0];
  url->note->pub.title = copies[1];
  url->from = said->delta->u.url.start;
  url->to = said->delta->u.url.end;
  url->guessed = said->delta->u.url.guessed;
  url->number = m->urls->count++;
  return url;
}

int sluice__message_annotate(struct message *m, struct item *it,
                             const struct said *said)
{
  struct url *url;
  int rv = 0;

  if (is_repeated(m, said, &rv) || rv != 0)
    return rv;
  rv = count_note(m, 0);
  if (rv != 0)
    return rv;
  url = new_url(m, said);
  if (url == NULL)
    return SLUICE_ERR_NOMEM;
  await(m, url);
  return it != NULL && it == m->item ? show_urls(m, it, 0, 0) : 0;
}

static void drop_urls(struct message *m, struct counts *counts)
{
  struct leaf *leaf;

  if (m->urls == NULL)
    return;
  while ((leaf = sluice__tree_first(&m->urls->by_end)) != NULL) {
    sluice__tree_remove(&m->urls->by_end, leaf);
    drop(m, (struct url *)leaf->owner, counts);
  }
  m->urls->by_start.root = NULL;
  m->urls->seen_n = 0;
}

void sluice__message_drop_notes(struct message *m)
{
  drop_urls(m, &m->outlet->base->counts);
  m->base = 0;
}

/* ---- what the item says ------------------------------------------------- */

int sluice__message_end(struct message *m, struct item *it, int last)
{
  int rv = 0;

  if (m->showing == KIND_TEXT) {
    rv = sluice__cite_finish(&m->cite);
    if (rv == 0)
      rv = show_urls(m, it, 1, last);
  }
  if (rv == 0)
    rv = close_part(m, it);
  if (rv != 0)
    return rv;
  if (m->showing == KIND_TEXT) {
    m->base = said_so_far(m);
    sluice__cite_reset(&m->cite);
    if (m->logprobs != NULL &&
        m->logprobs->n > 0) /* those of a marker at its end */
      sluice__count(&m->outlet->base->counts, SLUICE_ANOMALY_LOGPROBS_DROPPED);
    sluice__message_forget_logprobs(m);
  }
  m->showing = KIND_NONE;
  m->item = NULL;
  return 0;
}

int sluice__message_cut(struct message *m, struct item *it)
{
  it->status = SLUICE_ITEM_INCOMPLETE;
  return close_part(m, it);
}

struct buf *sluice__message_repeats(struct message *m, const struct item *it,
                                    enum kind kind)
{
  if (m->item != it || m->showing != kind || !it->part_open ||
      (kind == KIND_TEXT && ((m->logprobs != NULL && m->logprobs->n > 0) ||
                             urls_wait(m) || m->cite.held_n > 0)) ||
      !sluice__outlet_repeats(m->outlet,
                              part_events[it->last_part->pub.type].delta))
    return NULL;
  return &it->last_part->text;
}

int sluice__message_show(struct message *m, struct item *it, enum kind kind,
                         sluice_text text)
{
  int rv = 0;

  if (m->showing != kind)
    rv = sluice__message_end(m, it, 0);
  if (rv != 0)
    return rv;
  m->item = it;
  m->showing = (uint8_t)kind;
  if (kind != KIND_TEXT)
    return send_delta(m, it, kind, text);
  rv = sluice__cite_feed(&m->cite, text);
  return rv == 0 ? show_urls(m, it, 0, 0) : rv;
}

int sluice__message_show_empty(struct message *m, struct item *it)
{
  return open_part(m, it, KIND_TEXT);
}

/* ---- life -------------------------------------------------------------- */

void sluice__message_init(struct message *m, struct outlet *outlet,
                          const struct given *given)
{
  memset(m, 0, sizeof(*m));
  m->outlet = outlet;
  m->reasoning = given->reasoning;
  sluice__cite_init(&m->cite, outlet->base->mem, &given->marking,
                    &outlet->base->scratch->joined, on_piece, m);
  m->cite.counts_later = 1;
}

void sluice__message_clear(struct message *m)
{
  drop_urls(m, NULL);
  m->base = 0;
  m->failing = 0;
  m->item = NULL;
  m->showing = KIND_NONE;
  m->cite.unknown = 0;
  sluice__cite_forget_files(&m->cite);
  sluice__cite_reset(&m->cite);
  sluice__message_forget_logprobs(m);
}

void sluice__message_free(struct message *m)
{
  drop_urls(m, NULL);
  sluice__free(m->outlet->base->mem, m->urls);
  sluice__cite_free(&m->cite);
  sluice__buf_disown(&m->logprobs);
}
