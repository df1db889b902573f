/* SPDX-License-Identifier: MIT */
#include "output.h"

#include "event.h"
#include "status.h"

/* ---- events ------------------------------------------------------------ */

int sluice__output_send(struct output *o, sluice_event *e)
{
  int rv;

  if (o->aborted)
    return SLUICE_ERR_CALLBACK;
  e->sequence_number = o->sequence;
  if (o->cb == NULL) {
    o->sequence++;
    return 0;
  }
  rv = sluice__event_write(o->scratch, e);
  if (rv != 0)
    return rv;
  o->sequence++;
  rv = o->cb(o->user, e);
  if (rv < 0) {
    o->aborted = 1;
    return SLUICE_ERR_CALLBACK;
  }
  if (rv > 0)
    o->paused = 1;
  return 0;
}

static sluice_event event_of(sluice_event_type type, const struct item *it)
{
  sluice_event e;

  memset(&e, 0, sizeof(e));
  e.type = type;
  e.item_id = it->pub.id;
  e.output_index = it->pub.output_index;
  e.part_index = it->part_count - (it->part_count > 0 ? 1 : 0);
  return e;
}

static int send_item(struct output *o, sluice_event_type type,
                     const struct item *it)
{
  sluice_event e = event_of(type, it);

  e.item = &it->pub;
  return sluice__output_send(o, &e);
}

/* ---- items ------------------------------------------------------------- */

static int add_item(struct output *o, sluice_item_type type, struct item **out)
{
  struct item *it = (struct item *)sluice__new(o->mem, sizeof(*it));

  if (it == NULL)
    return SLUICE_ERR_NOMEM;
  it->pub.type = type;
  sluice__buf_init(&it->arguments, o->mem);
  if (o->last != NULL)
    o->last->next = it;
  else
    o->items = it;
  o->last = it;
  if (o->head == NULL)
    o->head = it;
  o->item_count++;
  *out = it;
  return 0;
}

/* An item that the stream asks for: those are counted. */
static int add_wanted(struct output *o, sluice_item_type type,
                      struct item **out)
{
  return o->item_count >= o->max_items ? SLUICE_ERR_LIMIT
                                       : add_item(o, type, out);
}

static int call_id_used(const struct output *o, sluice_text id)
{
  const sluice_item *i;

  for (i = o->done; i != NULL; i = i->next)
    if (i->type == SLUICE_ITEM_FUNCTION_CALL && sluice__text_eq(i->call_id, id))
      return 1;
  return 0;
}

/* The call's names are final from here on. */
static void name_call(struct output *o, struct item *it)
{
  struct call *call = it->call;
  sluice_text id = sluice__buf_as_text(&call->id);

  it->pub.name = sluice__buf_as_text(&call->name);
  it->pub.call_id = id;
  if (call->name.n == 0)
    sluice__count(o->counts, SLUICE_ANOMALY_CALL_NO_NAME);
  if (id.n == 0)
    sluice__count(o->counts, SLUICE_ANOMALY_CALL_ID_MINTED);
  else if (call_id_used(o, id))
    sluice__count(o->counts, SLUICE_ANOMALY_CALL_ID_TWICE);
  else
    return;
  it->pub.call_id.p = it->minted;
  it->pub.call_id.n = sluice__id_call(it->minted, o->seed, o->added);
}

static int announce(struct output *o, struct item *it)
{
  static const char *const prefixes[] = {"msg_", "rs_", "fc_"};
  int rv;

  it->pub.id.p = it->id;
  it->pub.id.n = sluice__id_make(it->id, prefixes[it->pub.type], o->seed,
                                 (uint64_t)o->added + 1);
  it->pub.output_index = o->added;
  if (it->call != NULL)
    name_call(o, it);
  rv = send_item(o, SLUICE_EVENT_ITEM_ADDED, it);
  if (rv != 0)
    return rv;
  it->state = ITEM_OPEN;
  o->added++;
  if (it->call != NULL) {
    it->call->id_final = 1;
    it->call->name_final = 1;
  }
  return 0;
}

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

static sluice_part_type part_type(const struct output *o, enum kind kind)
{
  if (kind == KIND_TEXT)
    return SLUICE_PART_TEXT;
  if (kind == KIND_REFUSAL)
    return SLUICE_PART_REFUSAL;
  return o->reasoning == SLUICE_REASONING_TEXT ? SLUICE_PART_REASONING
                                               : SLUICE_PART_SUMMARY;
}

static void free_part(const sluice_mem *mem, struct part *p)
{
  const sluice_annotation *a, *next;

  for (a = p->pub.annotations; a != NULL; a = next) {
    next = a->next;
    sluice__free(mem, (void *)(uintptr_t)a); /* begins a struct note */
  }
  sluice__buf_free(&p->text);
  sluice__buf_free(&p->logprobs);
  sluice__free(mem, p);
}

static int add_part(struct output *o, struct item *it, sluice_part_type type)
{
  struct part *p = (struct part *)sluice__new(o->mem, sizeof(*p));
  sluice_event e;
  int rv;

  if (p == NULL)
    return SLUICE_ERR_NOMEM;
  p->pub.type = type;
  sluice__buf_init(&p->text, o->mem);
  sluice__buf_init(&p->logprobs, o->mem);
  it->part_count++;
  e = event_of(part_events[type].added, it);
  e.part = &p->pub;
  rv = sluice__output_send(o, &e);
  if (rv != 0) {
    it->part_count--;
    free_part(o->mem, p);
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
static int open_part(struct output *o, struct item *it, enum kind kind)
{
  int rv = 0;

  if (it->state == ITEM_WAITING)
    rv = announce(o, it);
  if (rv == 0 && it->part == NULL)
    rv = add_part(o, it, part_type(o, kind));
  return rv;
}

/* A part shows its text only when that is complete. */
static void settle_part(struct part *p)
{
  p->pub.text = sluice__buf_as_text(&p->text);
  p->pub.logprobs = sluice__buf_as_text(&p->logprobs);
}

static int close_part(struct output *o, struct item *it)
{
  struct part *p = it->part;
  sluice_event e;
  int rv = 0;

  if (p == NULL)
    return 0;
  settle_part(p);
  if (!p->text_done) {
    e = event_of(part_events[p->pub.type].done, it);
    e.text = p->pub.text;
    e.logprobs = p->pub.logprobs;
    rv = sluice__output_send(o, &e);
  }
  if (rv != 0)
    return rv;
  p->text_done = 1;
  e = event_of(part_events[p->pub.type].part_done, it);
  e.part = &p->pub;
  rv = sluice__output_send(o, &e);
  if (rv == 0)
    it->part = NULL;
  return rv;
}

/* ---- text -------------------------------------------------------------- */

/* Log probabilities that were waiting for this text. */
static int take_logprobs(struct output *o, struct part *p, sluice_event *e)
{
  struct buf *all = &p->logprobs;
  size_t start = all->n;

  if (o->logprobs.n == 0)
    return 0;
  if (start > 0)
    sluice__buf_byte(all, ',');
  sluice__buf_put(all, o->logprobs.p, o->logprobs.n);
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
static int send_delta(struct output *o, struct item *it, enum kind kind,
                      sluice_text text)
{
  struct part *p;
  size_t text_n, logprobs_n;
  sluice_event e;
  int rv = open_part(o, it, kind);

  if (rv != 0)
    return rv;
  p = it->part;
  text_n = p->text.n;
  logprobs_n = p->logprobs.n;
  e = event_of(part_events[p->pub.type].delta, it);
  e.text = text;
  sluice__buf_text(&p->text, text);
  rv = sluice__buf_status(&p->text);
  if (rv == 0 && kind == KIND_TEXT)
    rv = take_logprobs(o, p, &e);
  if (rv == 0)
    rv = sluice__output_send(o, &e);
  if (rv != 0 && rv != SLUICE_ERR_CALLBACK) {
    p->text.n = text_n;
    p->logprobs.n = logprobs_n;
  } else if (kind == KIND_TEXT) {
    sluice__buf_clear(&o->logprobs);
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

static int send_annotation(struct output *o, struct item *it,
                           const sluice_cite_piece *piece)
{
  struct note *note;
  struct part *p;
  sluice_event e;
  int rv = open_part(o, it, KIND_TEXT);

  if (rv != 0)
    return rv;
  if (o->annotations >= o->max_annotations)
    return SLUICE_ERR_LIMIT;
  note = new_note(o->mem, piece);
  if (note == NULL)
    return SLUICE_ERR_NOMEM;
  p = it->part;
  e = event_of(SLUICE_EVENT_ANNOTATION_ADDED, it);
  e.annotation_index = p->notes;
  e.annotation = &note->pub;
  rv = sluice__output_send(o, &e);
  if (rv != 0) {
    sluice__free(o->mem, note);
    return rv;
  }
  if (p->last_note != NULL)
    p->last_note->pub.next = &note->pub;
  else
    p->pub.annotations = &note->pub;
  p->last_note = note;
  p->notes++;
  o->annotations++;
  return 0;
}

static int on_piece(void *user, const sluice_cite_piece *piece)
{
  struct output *o = (struct output *)user;

  if (piece->text.n > 0)
    return send_delta(o, o->head, KIND_TEXT, piece->text);
  return send_annotation(o, o->head, piece);
}

/* The text that head is in ends, with what was held back of it. */
static int end_text(struct output *o, struct item *it)
{
  int rv = 0;

  if (o->showing == KIND_TEXT && o->citations)
    rv = sluice__cite_finish(&o->cite);
  if (rv == 0)
    rv = close_part(o, it);
  if (rv == 0)
    o->showing = KIND_NONE;
  return rv;
}

/* Text of the item whose turn it is. */
static int show(struct output *o, struct item *it, enum kind kind,
                sluice_text text)
{
  int rv = 0;

  if (o->showing != kind)
    rv = end_text(o, it);
  if (rv != 0)
    return rv;
  o->showing = kind;
  if (kind == KIND_TEXT && o->citations)
    return sluice__cite_feed(&o->cite, text);
  return send_delta(o, it, kind, text);
}

/* ---- calls ------------------------------------------------------------- */

static int send_arguments(struct output *o, struct item *it)
{
  sluice_event e = event_of(SLUICE_EVENT_ARGUMENTS_DELTA, it);
  int rv;

  if (it->sent == it->arguments.n)
    return 0;
  e.text.p = it->arguments.p + it->sent;
  e.text.n = it->arguments.n - it->sent;
  rv = sluice__output_send(o, &e);
  if (rv == 0)
    it->sent = it->arguments.n;
  return rv;
}

/* Its name is known, and nothing can change it. */
static int may_announce(const struct item *it)
{
  return it->call->name.n > 0 &&
         (it->call->arguments_n > 0 || it->call->empty || it->next != NULL);
}

static int close_call(struct output *o, struct item *it, enum closing how)
{
  int complete = sluice__call_complete(it->call);
  sluice_event e;
  int rv = 0;

  if (it->state == ITEM_WAITING)
    rv = announce(o, it);
  if (rv == 0 && it->arguments.n == 0 &&
      (how == CLOSE_COMPLETED || it->call->empty)) {
    if (!it->call->empty)
      sluice__count(o->counts, SLUICE_ANOMALY_ARGUMENTS_EMPTY);
    sluice__buf_lit(&it->arguments, "{}");
    rv = sluice__buf_status(&it->arguments);
    complete = 1;
  }
  if (rv == 0)
    rv = send_arguments(o, it);
  if (rv != 0)
    return rv;
  if (how == CLOSE_COMPLETED && !complete)
    sluice__count(o->counts, SLUICE_ANOMALY_ARGUMENTS_INVALID);
  it->pub.status = how == CLOSE_COMPLETED || (how == CLOSE_CUT && complete)
                       ? SLUICE_ITEM_COMPLETED
                       : SLUICE_ITEM_INCOMPLETE;
  it->pub.arguments = sluice__buf_as_text(&it->arguments);
  e = event_of(SLUICE_EVENT_ARGUMENTS_DONE, it);
  e.text = it->pub.arguments;
  e.name = it->pub.name;
  return sluice__output_send(o, &e);
}

/* ---- whose turn it is -------------------------------------------------- */

static int close_item(struct output *o, struct item *it, enum closing how)
{
  int last = it->next == NULL;
  int rv;

  if (it->call != NULL) {
    rv = close_call(o, it, how);
  } else {
    rv = end_text(o, it); /* which may have to announce it first */
    it->pub.status = how == CLOSE_COMPLETED || (how == CLOSE_CUT && !last)
                         ? SLUICE_ITEM_COMPLETED
                         : SLUICE_ITEM_INCOMPLETE;
  }
  if (rv == 0 && it->state == ITEM_OPEN)
    rv = send_item(o, SLUICE_EVENT_ITEM_DONE, it);
  if (rv != 0)
    return rv;
  if (it->state == ITEM_OPEN) { /* else it never had anything to show */
    if (o->last_done != NULL)
      o->last_done->next = &it->pub;
    else
      o->done = &it->pub;
    o->last_done = &it->pub;
  }
  it->state = ITEM_DONE;
  o->head = it->next;
  return 0;
}

static void free_run(const sluice_mem *mem, struct run *r)
{
  sluice__buf_free(&r->text);
  sluice__buf_free(&r->logprobs);
  sluice__free(mem, r);
}

/* Shows what waited in the item whose turn it is now. */
static int release(struct output *o, struct item *it)
{
  struct run *r;
  int rv = 0;

  if (it->call != NULL) {
    if (it->state == ITEM_WAITING && may_announce(it))
      rv = announce(o, it);
    if (rv == 0 && it->state == ITEM_OPEN)
      rv = send_arguments(o, it);
    return rv;
  }
  while (rv == 0 && (r = it->runs) != NULL) {
    it->runs = r->next;
    if (r->logprobs.n > 0) {
      sluice__buf_clear(&o->logprobs);
      sluice__buf_put(&o->logprobs, r->logprobs.p, r->logprobs.n);
    }
    rv = show(o, it, r->kind, sluice__buf_as_text(&r->text));
    free_run(o->mem, r);
  }
  return rv;
}

/* An item with another behind it is done when it can be: text always, a call
 * when its arguments are one JSON value. */
static int may_close(const struct item *it)
{
  if (it->next == NULL)
    return 0;
  return it->call == NULL ||
         (it->state == ITEM_OPEN && sluice__call_complete(it->call));
}

/* Sends what can be sent now. */
static int advance(struct output *o)
{
  int rv = 0;

  while (rv == 0 && o->head != NULL) {
    rv = release(o, o->head);
    if (rv != 0 || !may_close(o->head))
      break;
    rv = close_item(o, o->head, CLOSE_COMPLETED);
  }
  return rv;
}

/* Moves the log probabilities at hand to the run they belong to. */
static int keep_logprobs(struct output *o, struct run *r)
{
  if (r->kind != KIND_TEXT || o->logprobs.n == 0)
    return 0;
  if (r->logprobs.n > 0)
    sluice__buf_byte(&r->logprobs, ',');
  sluice__buf_put(&r->logprobs, o->logprobs.p, o->logprobs.n);
  sluice__buf_clear(&o->logprobs);
  return sluice__buf_status(&r->logprobs);
}

static int wait_for_turn(struct output *o, struct item *it, enum kind kind,
                         sluice_text text)
{
  struct run *r = it->last_run;

  if (it->runs == NULL || r->kind != kind) {
    r = (struct run *)sluice__new(o->mem, sizeof(*r));
    if (r == NULL)
      return SLUICE_ERR_NOMEM;
    r->kind = kind;
    sluice__buf_init(&r->text, o->mem);
    sluice__buf_init(&r->logprobs, o->mem);
    if (it->runs == NULL)
      it->runs = r;
    else
      it->last_run->next = r;
    it->last_run = r;
  }
  sluice__buf_text(&r->text, text);
  return r->text.failed ? SLUICE_ERR_NOMEM : keep_logprobs(o, r);
}

/* ---- what comes in ----------------------------------------------------- */

int sluice__output_text(struct output *o, enum kind kind, sluice_text text)
{
  sluice_item_type type =
      kind == KIND_REASONING ? SLUICE_ITEM_REASONING : SLUICE_ITEM_MESSAGE;
  struct item *it = o->last;
  int rv = 0;

  if (kind == KIND_REASONING && o->reasoning == SLUICE_REASONING_OFF)
    return 0;
  if (it == NULL || it->state == ITEM_DONE || it->pub.type != type) {
    rv = add_wanted(o, type, &it);
    if (rv == 0)
      rv = advance(o);
  }
  if (rv != 0)
    return rv;
  return o->head == it ? show(o, it, kind, text)
                       : wait_for_turn(o, it, kind, text);
}

static int is_space(sluice_text text)
{
  size_t i = 0;
  uint32_t c = 0;

  while (i < text.n) {
    i += sluice__text_next(text.p + i, text.n - i, &c);
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
      return 0;
  }
  return 1;
}

int sluice__output_call(struct output *o, struct call *call, sluice_text text)
{
  struct item *it = (struct item *)call->owner;
  int rv;

  if (it == NULL) {
    rv = add_wanted(o, SLUICE_ITEM_FUNCTION_CALL, &it);
    if (rv != 0)
      return rv;
    it->call = call;
    call->owner = it;
  }
  if (it->state == ITEM_DONE)
    return is_space(text) ? 0 : SLUICE_ERR_PROTOCOL;
  sluice__buf_text(&it->arguments, text);
  if (it->arguments.failed)
    return SLUICE_ERR_NOMEM;
  return advance(o);
}

int sluice__output_logprobs(struct output *o, sluice_text entries)
{
  if (o->logprobs.n > 0)
    sluice__buf_byte(&o->logprobs, ',');
  sluice__buf_text(&o->logprobs, entries);
  return sluice__buf_status(&o->logprobs);
}

/* So that every client has an answer. */
static int add_empty_message(struct output *o)
{
  struct item *it;
  int rv = add_item(o, SLUICE_ITEM_MESSAGE, &it);

  sluice__count(o->counts, SLUICE_ANOMALY_MESSAGE_ADDED);
  if (rv == 0)
    rv = open_part(o, it, KIND_TEXT);
  return rv == 0 ? close_item(o, it, CLOSE_COMPLETED) : rv;
}

static int has_answer(const struct output *o)
{
  const sluice_item *i;

  for (i = o->done; i != NULL; i = i->next)
    if (i->type != SLUICE_ITEM_REASONING)
      return 1;
  return 0;
}

int sluice__output_close(struct output *o, enum closing how)
{
  int rv = 0;

  while (rv == 0 && o->head != NULL) {
    rv = release(o, o->head);
    if (rv == 0)
      rv = close_item(o, o->head, how);
  }
  if (rv == 0 && o->logprobs.n > 0)
    sluice__count(o->counts, SLUICE_ANOMALY_LOGPROBS_DROPPED);
  if (rv == 0 && how == CLOSE_COMPLETED && !has_answer(o))
    rv = add_empty_message(o);
  if (o->citations)
    o->counts[SLUICE_ANOMALY_CITATION_UNKNOWN] = o->cite.unknown;
  return rv;
}

/* ---- life -------------------------------------------------------------- */

int sluice__output_init(struct output *o, const sluice_mem *mem,
                        sluice_scratch *scratch, const sluice_options *options,
                        uint32_t *counts, sluice_event_cb cb, void *user)
{
  memset(o, 0, sizeof(*o));
  o->mem = mem;
  o->scratch = scratch;
  o->counts = counts;
  o->cb = cb;
  o->user = user;
  o->seed = options->seed;
  o->reasoning = options->reasoning;
  o->max_items = options->max_items;
  o->max_annotations = options->max_annotations;
  o->citations = (options->flags & SLUICE_NO_CITATIONS) == 0;
  sluice__buf_init(&o->logprobs, mem);
  return sluice__cite_init(&o->cite, mem, options, &scratch->joined, on_piece,
                           o);
}

static void free_item(const sluice_mem *mem, struct item *it)
{
  const sluice_part *p, *next_part;
  struct run *r, *next_run;

  for (p = it->pub.parts; p != NULL; p = next_part) {
    next_part = p->next;
    free_part(mem, (struct part *)(uintptr_t)p); /* begins a struct part */
  }
  for (r = it->runs; r != NULL; r = next_run) {
    next_run = r->next;
    free_run(mem, r);
  }
  sluice__buf_free(&it->arguments);
  sluice__free(mem, it);
}

void sluice__output_clear(struct output *o)
{
  struct item *it, *next;

  for (it = o->items; it != NULL; it = next) {
    next = it->next;
    free_item(o->mem, it);
  }
  o->items = o->last = o->head = NULL;
  o->done = NULL;
  o->last_done = NULL;
  o->item_count = o->added = o->annotations = 0;
  o->sequence = 0;
  o->paused = o->aborted = 0;
  o->showing = KIND_NONE;
  o->cite.unknown = 0;
  sluice__cite_reset(&o->cite);
  sluice__buf_clear(&o->logprobs);
}

void sluice__output_free(struct output *o)
{
  sluice__output_clear(o);
  sluice__cite_free(&o->cite);
  sluice__buf_free(&o->logprobs);
}
