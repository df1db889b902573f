/* SPDX-License-Identifier: MIT */
#include "message.h"

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
  struct part *p = (struct part *)sluice__new(m->outlet->mem, sizeof(*p));
  sluice_event e;
  int rv;

  if (p == NULL)
    return SLUICE_ERR_NOMEM;
  p->pub.type = type;
  sluice__buf_init(&p->text, m->outlet->mem);
  sluice__buf_init(&p->logprobs, m->outlet->mem);
  it->part_count++;
  e = sluice__item_event(part_events[type].added, it);
  e.part = &p->pub;
  rv = sluice__outlet_send(m->outlet, &e);
  if (rv != 0) {
    it->part_count--;
    sluice__part_free(m->outlet->mem, p);
    return rv;
  }
  if (it->last_part != NULL)
    it->last_part->pub.next = &p->pub;
  else
    it->pub.parts = &p->pub;
  it->part = it->last_part = p;
  return 0;
}

/* The only place that opens items and parts of text. */
static int open_part(struct message *m, struct item *it, enum kind kind)
{
  int rv = 0;

  if (it->state == ITEM_WAITING)
    rv = sluice__item_announce(m->outlet, it);
  if (rv == 0 && it->part == NULL)
    rv = add_part(m, it, part_type(m, kind));
  return rv;
}

/* A part shows its text only when that is complete. */
static void settle_part(struct part *p)
{
  p->pub.text = sluice__buf_as_text(&p->text);
  p->pub.logprobs = sluice__buf_as_text(&p->logprobs);
}

static int close_part(struct message *m, struct item *it)
{
  struct part *p = it->part;
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
    it->part = NULL;
  return rv;
}

/* ---- text -------------------------------------------------------------- */

/* Log probabilities that were waiting for this text. */
static int take_logprobs(struct message *m, struct part *p, sluice_event *e)
{
  struct buf *all = &p->logprobs;
  size_t start = all->n;

  if (m->logprobs.n == 0)
    return 0;
  if (start > 0)
    sluice__buf_byte(all, ',');
  sluice__buf_put(all, m->logprobs.p, m->logprobs.n);
  if (all->failed) {
    all->n = start;
    return SLUICE_ERR_NOMEM;
  }
  start += start > 0 ? 1 : 0;
  e->logprobs.p = all->p + start;
  e->logprobs.n = all->n - start;
  return 0;
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
  p = it->part;
  text_n = p->text.n;
  logprobs_n = p->logprobs.n;
  e = sluice__item_event(part_events[p->pub.type].delta, it);
  e.text = text;
  sluice__buf_text(&p->text, text);
  rv = sluice__buf_status(&p->text);
  if (rv == 0 && kind == KIND_TEXT)
    rv = take_logprobs(m, p, &e);
  if (rv == 0)
    rv = sluice__outlet_send(m->outlet, &e);
  if (rv != 0 && rv != SLUICE_ERR_CALLBACK) {
    p->text.n = text_n;
    p->logprobs.n = logprobs_n;
  } else if (kind == KIND_TEXT) {
    sluice__buf_clear(&m->logprobs);
  }
  return rv;
}

static struct note *new_note(const sluice_mem *mem,
                             const sluice_cite_piece *piece)
{
  size_t n = piece->file_id.n + piece->filename.n;
  struct note *note = (struct note *)sluice__new(mem, sizeof(*note) + n);

  if (note == NULL)
    return NULL;
  memcpy(note->bytes, piece->file_id.p, piece->file_id.n);
  memcpy(note->bytes + piece->file_id.n, piece->filename.p, piece->filename.n);
  note->pub.file_id.p = note->bytes;
  note->pub.file_id.n = piece->file_id.n;
  note->pub.filename.p = note->bytes + piece->file_id.n;
  note->pub.filename.n = piece->filename.n;
  note->pub.index = piece->index;
  return note;
}

static int send_annotation(struct message *m, struct item *it,
                           const sluice_cite_piece *piece)
{
  struct note *note;
  struct part *p;
  sluice_event e;
  int rv = open_part(m, it, KIND_TEXT);

  if (rv != 0)
    return rv;
  if (m->annotations >= m->max_annotations)
    return SLUICE_ERR_LIMIT;
  note = new_note(m->outlet->mem, piece);
  if (note == NULL)
    return SLUICE_ERR_NOMEM;
  p = it->part;
  e = sluice__item_event(SLUICE_EVENT_ANNOTATION_ADDED, it);
  e.annotation_index = p->notes;
  e.annotation = &note->pub;
  rv = sluice__outlet_send(m->outlet, &e);
  if (rv != 0) {
    sluice__free(m->outlet->mem, note);
    return rv;
  }
  if (p->last_note != NULL)
    p->last_note->pub.next = &note->pub;
  else
    p->pub.annotations = &note->pub;
  p->last_note = note;
  p->notes++;
  m->annotations++;
  return 0;
}

static int on_piece(void *user, const sluice_cite_piece *piece)
{
  struct message *m = (struct message *)user;

  if (piece->text.n > 0)
    return send_delta(m, m->item, KIND_TEXT, piece->text);
  return send_annotation(m, m->item, piece);
}

int sluice__message_end(struct message *m, struct item *it)
{
  int rv = 0;

  if (m->showing == KIND_TEXT && m->citations)
    rv = sluice__cite_finish(&m->cite);
  if (rv == 0)
    rv = close_part(m, it);
  if (rv == 0)
    m->showing = KIND_NONE;
  return rv;
}

int sluice__message_show(struct message *m, struct item *it, enum kind kind,
                         sluice_text text)
{
  int rv = 0;

  if (m->showing != kind)
    rv = sluice__message_end(m, it);
  if (rv != 0)
    return rv;
  m->item = it;
  m->showing = kind;
  if (kind == KIND_TEXT && m->citations)
    return sluice__cite_feed(&m->cite, text);
  return send_delta(m, it, kind, text);
}

int sluice__message_show_empty(struct message *m, struct item *it)
{
  return open_part(m, it, KIND_TEXT);
}

/* ---- life -------------------------------------------------------------- */

int sluice__message_init(struct message *m, struct outlet *outlet,
                         const sluice_options *options)
{
  int rv;

  memset(m, 0, sizeof(*m));
  m->outlet = outlet;
  m->reasoning = options->reasoning;
  m->citations = (options->flags & SLUICE_NO_CITATIONS) == 0;
  m->max_annotations = options->max_annotations;
  sluice__buf_init(&m->logprobs, outlet->mem);
  rv = sluice__cite_init(&m->cite, outlet->mem, options,
                         &outlet->scratch->joined, on_piece, m);
  m->given_files = m->cite.files.count;
  return rv;
}

void sluice__message_clear(struct message *m)
{
  m->annotations = 0;
  m->item = NULL;
  m->showing = KIND_NONE;
  m->cite.unknown = 0;
  sluice__table_cut(&m->cite.files, m->given_files);
  sluice__cite_reset(&m->cite);
  sluice__buf_clear(&m->logprobs);
}

void sluice__message_free(struct message *m)
{
  sluice__cite_free(&m->cite);
  sluice__buf_free(&m->logprobs);
}
