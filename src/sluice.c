/* SPDX-License-Identifier: MIT */
/* sluice.c - wires the stages behind the public handle, and looks at the first
 * bytes: a stream, a JSON body in its place, or neither. */
#include <sluice/sluice.h>

#include "chunk.h"
#include "sse.h"
#include "status.h"
#include "translate.h"

#define SKIP_MAX   16 /* events of a stream that the guess skips */
/* Text without its tags cannot be compared with text that repeats them. */
#define NEVER_BOTH (SLUICE_LENIENT_THINK | SLUICE_LENIENT_CUMULATIVE)
#define FEW        16 /* bytes of a feed that may be in the middle of a value */
#define SHOWN_MAX  200 /* bytes of a bad input that a message shows */

/* What the input looks like. */
enum look {
  LOOK_NEW,    /* white space, or nothing, so far */
  LOOK_STREAM, /* anything but */
  LOOK_BODY    /* a JSON text */
};

/* The input so far, while no event came: for a message. */
struct first {
  uint8_t n;
  char bytes[SHOWN_MAX];
};

struct sluice_translator {
  struct translate translate;
  struct sse sse;      /* a body is gathered in its data */
  struct first *first; /* NULL: there is none, or no need of it any more */
  sluice_status sticky;
  struct taste taste; /* what its payloads look like */
  uint8_t own_scratch;
  uint8_t may_skip; /* events that are not JSON (A19, opt-in) */
  uint8_t look;     /* enum look */
  uint8_t bom_n;    /* bytes of a BOM seen */
  uint8_t half;     /* the input ended within an event */
  uint8_t busy;     /* within a call */
  uint8_t finished; /* finish was called */
  uint8_t unwanted; /* free was called from inside the callback */
};

static const sluice_str nothing = {"", 0};

static sluice_str shown(const char *p, size_t n)
{
  sluice_str s = {p, n < SHOWN_MAX ? n : SHOWN_MAX};

  return s;
}

/* Bytes that were fed. */
static uint64_t fed(const sluice_translator *t)
{
  return t->sse.at + (t->look == LOOK_BODY ? t->sse.data.n : 0);
}

/* ---- payloads ---------------------------------------------------------- */

static int fail_payload(sluice_translator *t, int is_error, sluice_str payload,
                        uint64_t at, const sluice_error *error)
{
  if (error->status == SLUICE_ERR_JSON && is_error)
    return sluice__translate_fail(&t->translate, SLUICE_ERR_UPSTREAM, at,
                                  "the upstream sent an error",
                                  shown(payload.p, payload.n));
  if (error->status == SLUICE_ERR_JSON)
    return sluice__translate_fail(
        &t->translate, SLUICE_ERR_JSON, at + error->offset,
        "upstream_malformed: an event of the stream is not JSON",
        shown(payload.p, payload.n));
  if (error->status == SLUICE_ERR_LIMIT)
    return sluice__translate_pass(
        &t->translate, t->translate.base.limits.passed, at + error->offset);
  return sluice__translate_fail(
      &t->translate, error->status, at,
      "out_of_memory: the translator could not get memory", nothing);
}

static int pass_deltas(sluice_translator *t, const sluice_delta *deltas,
                       size_t count, uint64_t at)
{
  size_t i;
  int rv = 0;

  for (i = 0; rv == 0 && i < count; i++)
    rv = sluice__translate_delta(&t->translate, &deltas[i], at);
  return rv;
}

/* What the handle expects of a payload; NULL: it is to be parsed. */
static struct taste *tasting(sluice_translator *t)
{
  return t->sse.known != NULL ? &t->taste : NULL;
}

static int pass_chunk(sluice_translator *t, const struct cast *cast,
                      uint64_t at)
{
  struct lane *lane = t->translate.base.scratch->lane;
  int rv = 0;

  t->translate.base.scratch->lane_owner = t;
  if (!sluice__translate_more(&t->translate, cast, at, lane, &rv)) {
    rv = pass_deltas(t, cast->deltas, cast->count, at);
    if (rv == 0)
      sluice__translate_took(&t->translate, cast, lane);
  }
  t->sse.deaf = t->translate.phase >= PHASE_OVER; /* the rest is only counted */
  return rv != 0 ? rv : t->translate.output.outlet.paused;
}

/* What came last in this handle, also in an earlier call, may go on: nothing
 * was touched since. */
static int may_go_on(const sluice_translator *t)
{
  const sluice_scratch *scratch = t->translate.base.scratch;

  if (scratch->lane_owner != t)
    return 0;
  if (scratch->repeat.owner != &t->translate.output.outlet)
    scratch->lane->text = NULL; /* the event before was overwritten */
  return scratch->lane->mould != NULL;
}

/* A payload like the one before but for its text. */
static int say_again(sluice_translator *t, const struct again *again,
                     size_t there, uint64_t at)
{
  int rv =
      sluice__translate_go_on(&t->translate, t->translate.base.scratch->lane,
                              again->text, !again->odd, there, at);

  return rv != 0 ? rv : t->translate.output.outlet.paused;
}

/* Events of that kind. Returns the bytes of those. */
static size_t go_on(sluice_translator *t, const char *p, size_t n, uint64_t at,
                    int *rv)
{
  sluice_scratch *scratch = t->translate.base.scratch;
  size_t max = t->translate.base.limits.caps->payload;
  size_t taken = 0, event;
  struct again again;

  while (*rv == 0) {
    event =
        sluice__mould_again(scratch->lane->mould, p + taken, n - taken, &again);
    if (event == 0 || event - MOULD_AROUND > max)
      break;
    *rv = say_again(t, &again, (size_t)(p + n - again.text.p),
                    at + taken + MOULD_FRAME);
    taken += event;
  }
  return taken;
}

/* An event like one before, at the start of a line, and those behind it that
 * only go on with its text. */
static size_t on_known(void *user, const char *p, size_t n, int *rv)
{
  sluice_translator *t = (sluice_translator *)user;
  const struct caps *caps = t->translate.base.limits.caps;
  struct cast cast;
  size_t taken = 0;

  if (may_go_on(t))
    taken = go_on(t, p, n, t->sse.at, rv);
  if (taken > 0 ||
      !sluice__mould_event(&t->translate.base.scratch->moulds, &t->taste, p, n,
                           caps->payload, caps->depth, &cast))
    return taken;
  taken = cast.taken;
  *rv = pass_chunk(t, &cast, t->sse.at + MOULD_FRAME);
  if (*rv == 0 && may_go_on(t))
    taken += go_on(t, p + taken, n - taken, t->sse.at + taken, rv);
  return taken;
}

/* What is about to happen is nothing that a lane could go on from. */
static void close_lane(const sluice_translator *t)
{
  if (t->translate.base.scratch->lane_owner == t)
    t->translate.base.scratch->lane_owner = NULL;
}

/* The same for an event that a feed cut, or that is written in another way. */
static int go_on_with(sluice_translator *t, const sluice_sse_event *e, int *rv)
{
  sluice_scratch *scratch = t->translate.base.scratch;
  struct again again;

  if (!may_go_on(t) || e->name.n > 0 || !e->ended ||
      !sluice__mould_again_payload(scratch->lane->mould, e->data, &again))
    return 0;
  *rv = say_again(t, &again, again.text.n, e->offset);
  return 1;
}

static int on_event(void *user, const sluice_sse_event *e)
{
  sluice_translator *t = (sluice_translator *)user;
  sluice_error error = {SLUICE_OK, 0, ""};
  struct cast cast;
  int is_error = e->name.n == 5 && memcmp(e->name.p, "error", 5) == 0;
  int rv = 0;

  if (go_on_with(t, e, &rv))
    return rv;
  if (t->translate.phase >= PHASE_OVER) {
    sluice__count(&t->translate.base.counts, SLUICE_ANOMALY_AFTER_DONE);
    return 0;
  }
  if (is_error && e->data.n > 0)
    sluice__count(&t->translate.base.counts, SLUICE_ANOMALY_ERROR_EVENT);
  rv = sluice__chunk_parse(
      t->translate.base.scratch, CHUNK_OF_STREAM, tasting(t), e->name, e->data,
      &t->translate.base.limits, &t->translate.base.counts, &cast, &error);
  if (rv == SLUICE_ERR_JSON && !e->ended) {
    sluice__count(&t->translate.base.counts, SLUICE_ANOMALY_HALF_EVENT);
    t->half = 1;
    return 0;
  }
  if (rv == SLUICE_ERR_JSON && t->may_skip > 0 && !is_error) {
    t->may_skip--;
    sluice__count(&t->translate.base.counts, SLUICE_ANOMALY_BAD_EVENT);
    return 0;
  }
  if (!e->ended)
    sluice__count(&t->translate.base.counts, SLUICE_ANOMALY_UNTERMINATED);
  if (rv == 0)
    return pass_chunk(t, &cast, e->offset);
  rv = fail_payload(t, is_error, e->data, e->offset, &error);
  t->sse.deaf = 1;
  return rv;
}

/* A body in place of a stream: a whole completion, an error, or neither. */
static int read_body(sluice_translator *t, enum end end)
{
  sluice_str body = {t->sse.data.p, t->sse.data.n};
  uint64_t at = t->sse.at;
  sluice_error error = {SLUICE_OK, 0, ""};
  struct cast cast;
  int rv;

  rv = sluice__chunk_parse(t->translate.base.scratch, CHUNK_OF_BODY, NULL,
                           nothing, body, &t->translate.base.limits,
                           &t->translate.base.counts, &cast, &error);
  if (rv == SLUICE_ERR_JSON)
    return sluice__translate_fail(
        &t->translate, SLUICE_ERR_NOT_A_STREAM, at + error.offset,
        "upstream_not_a_stream: the upstream sent a body that is neither an "
        "event stream nor JSON",
        shown(body.p, body.n));
  if (rv != 0)
    return fail_payload(t, 0, body, at, &error);
  sluice__count(&t->translate.base.counts, SLUICE_ANOMALY_JSON_BODY);
  rv = pass_deltas(t, cast.deltas, cast.count, at);
  if (rv != 0)
    return rv;
  if (t->translate.fold.choices == NULL && t->translate.fold.usage == NULL)
    return sluice__translate_fail(
        &t->translate, SLUICE_ERR_NOT_A_STREAM, at,
        "upstream_not_a_stream: the upstream sent JSON that is no chat "
        "completion",
        shown(body.p, body.n));
  return sluice__translate_end(&t->translate, end, fed(t));
}

/* ---- bytes ------------------------------------------------------------- */

static void forget_first(sluice_translator *t)
{
  struct first *first = t->first;

  t->first = NULL; /* for memory functions that call */
  sluice__free(t->translate.base.mem, first);
}

/* Without memory for them, the message does not show them. */
static void remember_first(sluice_translator *t, const char *p, size_t n)
{
  struct first *first = t->first;
  size_t room;

  if (first == NULL && fed(t) == n)
    first = t->first =
        (struct first *)sluice__new(t->translate.base.mem, sizeof(*first));
  if (first == NULL)
    return;
  room = SHOWN_MAX - first->n;
  if (n > room)
    n = room;
  memcpy(first->bytes + first->n, p, n);
  first->n = (uint8_t)(first->n + n);
}

/* Looks for the first byte that says what the input is. Returns how many bytes
 * come before it. */
static size_t look_at(sluice_translator *t, const char *p, size_t n)
{
  static const char bom[] = "\xef\xbb\xbf";
  size_t i = 0;

  while (i < n && t->sse.at + i == t->bom_n && t->bom_n < 3 &&
         p[i] == bom[t->bom_n]) {
    t->bom_n++;
    i++;
  }
  while (i < n && (p[i] == ' ' || p[i] == '\t' || p[i] == '\r' || p[i] == '\n'))
    i++;
  if (i < n)
    t->look = p[i] == '{' || p[i] == '[' ? LOOK_BODY : LOOK_STREAM;
  return i;
}

static int add_body(sluice_translator *t, const char *p, size_t n)
{
  struct buf *body = &t->sse.data;

  if (n > t->sse.max_payload - body->n)
    return SLUICE_ERR_LIMIT;
  sluice__buf_put(body, p, n);
  return sluice__buf_status(body);
}

/* A stage below the translation gave up. */
static int settle(sluice_translator *t, int rv)
{
  if (rv >= 0)
    return rv;
  if (t->translate.phase >= PHASE_OVER) /* what follows the end is nothing */
    return (int)t->translate.error;
  if (rv == SLUICE_ERR_LIMIT)
    return sluice__translate_pass(&t->translate, LIMIT_PAYLOAD,
                                  t->look == LOOK_BODY
                                      ? t->sse.at + t->sse.max_payload
                                      : sluice__sse_over_at(&t->sse));
  return sluice__translate_fail(
      &t->translate, SLUICE_ERR_NOMEM, fed(t),
      "out_of_memory: the translator could not get memory", nothing);
}

static int feed_stream(sluice_translator *t, const char *p, size_t n,
                       size_t *taken)
{
  int rv = sluice__sse_feed(&t->sse, p, n, taken);

  return settle(t, rv);
}

static int feed(sluice_translator *t, const char *p, size_t n, size_t *taken)
{
  size_t before = 0, rest = 0;
  int rv = 0;

  *taken = 0;
  if (t->look == LOOK_NEW) {
    before = look_at(t, p, n);
    rv = feed_stream(t, p, before, taken);
  }
  if (rv != 0 || before == n)
    return rv;
  if (t->look == LOOK_BODY) {
    rv = settle(t, add_body(t, p + before, n - before));
    *taken = n;
    return rv;
  }
  rv = feed_stream(t, p + before, n - before, &rest);
  *taken = before + rest;
  return rv;
}

/* All bytes up to the first event may have to be shown. */
static void feed_first(sluice_translator *t, const char *p, size_t n)
{
  if (t->sse.events == 0 && t->look != LOOK_BODY)
    remember_first(t, p, n);
  else if (t->first != NULL)
    forget_first(t);
}

static int end_of_input(sluice_translator *t, enum end end)
{
  int rv;

  if (t->look == LOOK_BODY)
    return read_body(t, end);
  rv = settle(t, sluice__sse_finish(&t->sse));
  if (rv < 0 || t->translate.phase >= PHASE_OVER)
    return rv < 0 ? rv : sluice__translate_end(&t->translate, end, fed(t));
  if (t->sse.events == 0 && t->sse.ignored > 0)
    return sluice__translate_fail(
        &t->translate, SLUICE_ERR_NOT_A_STREAM, 0,
        "upstream_not_a_stream: the upstream sent something that is not an "
        "event stream",
        t->first == NULL ? nothing : shown(t->first->bytes, t->first->n));
  if (t->half && t->translate.fold.choices == NULL)
    return sluice__translate_fail(
        &t->translate, SLUICE_ERR_TRUNCATED, fed(t),
        "upstream_truncated: the stream ended within its first event", nothing);
  return sluice__translate_end(&t->translate, end, fed(t));
}

/* ---- the handle -------------------------------------------------------- */

/* Within a call on this handle, or on another one with its scratch: a callback
 * or a memory function calls. */
static int in_use(const sluice_translator *t)
{
  return t->busy || t->translate.base.scratch->busy;
}

static void enter(sluice_translator *t)
{
  t->busy = t->translate.base.scratch->busy = 1;
}

/* The same for all calls but feed: nothing goes on behind them. */
static void enter_otherwise(sluice_translator *t)
{
  enter(t);
  close_lane(t);
}

/* The end of a call: whether the handle is still there. */
static int stays(sluice_translator *t)
{
  t->busy = t->translate.base.scratch->busy = 0;
  if (!t->unwanted)
    return 1;
  sluice_translator_free(t);
  return 0;
}

/* What a call returns that may have run the callback. */
static sluice_status leave(sluice_translator *t, int rv)
{
  if (rv < SLUICE_ERR_FATAL)
    t->sticky = (sluice_status)rv;
  if (!stays(t))
    return SLUICE_ERR_CALLBACK;
  return rv > 0 ? SLUICE_PAUSED : (sluice_status)rv;
}

/* What a call returns that wrote JSON into the scratch. */
static sluice_status leave_with(sluice_translator *t, sluice_str *json)
{
  const struct buf *out = &t->translate.base.scratch->out;
  int failed = out->failed;

  if (!failed) {
    json->p = out->p;
    json->n = out->n;
  }
  if (!stays(t)) {
    json->p = "";
    json->n = 0;
    return SLUICE_ERR_CALLBACK;
  }
  return failed ? SLUICE_ERR_NOMEM : SLUICE_OK;
}

/* Ready for the first bytes of a stream. */
static void begin_stream(sluice_translator *t)
{
  sluice__sse_reset(&t->sse);
  forget_first(t);
  t->look = LOOK_NEW;
  t->bom_n = t->half = t->finished = 0;
  t->may_skip = (t->translate.given->lenient & SLUICE_LENIENT_BAD_EVENTS) != 0
                    ? SKIP_MAX
                    : 0;
}

/* All but the scratch. */
static void free_stages(sluice_translator *t)
{
  sluice_mem mem = t->translate.given->mem;

  close_lane(t);
  sluice__sse_free(&t->sse);
  forget_first(t);
  sluice__translate_free(&t->translate);
  sluice__free(&mem, t);
}

static int make(sluice_translator **out, const sluice_options *o,
                sluice_scratch *scratch, sluice_event_cb cb, void *user)
{
  struct given *given = NULL;
  sluice_translator *t;
  int rv = sluice__given_get(&given, scratch, o);

  if (rv != 0)
    return rv;
  if (scratch->lane == NULL)
    scratch->lane =
        (struct lane *)sluice__new(&scratch->mem, sizeof(*scratch->lane));
  t = scratch->lane == NULL
          ? NULL
          : (sluice_translator *)sluice__new(&given->mem, sizeof(*t));
  if (t == NULL) {
    sluice__shared_drop(&given->shared);
    return SLUICE_ERR_NOMEM;
  }
  sluice__sse_init(&t->sse, &given->mem, o->max_payload, on_event, t);
  if ((o->flags & SLUICE_NO_FAST_PATH) == 0)
    t->sse.known = on_known;
  rv = sluice__translate_init(&t->translate, given, scratch, o, cb, user);
  begin_stream(t);
  if (rv != 0)
    free_stages(t);
  else
    *out = t;
  return rv;
}

sluice_status sluice_translator_new(sluice_translator **out,
                                    const sluice_options *o, sluice_event_cb cb,
                                    void *user)
{
  sluice_options all;
  sluice_scratch *scratch;
  int own, rv;

  if (out == NULL || sluice__options(&all, o) != 0 ||
      (unsigned)all.reasoning > SLUICE_REASONING_OFF ||
      (all.lenient & NEVER_BOTH) == NEVER_BOTH)
    return SLUICE_ERR_ARG;
  if (all.scratch != NULL && all.scratch->busy)
    return SLUICE_ERR_STATE;
  scratch = sluice__scratch_of(&all, &own);
  if (scratch == NULL)
    return SLUICE_ERR_NOMEM;
  scratch->busy = 1;
  rv = make(out, &all, scratch, cb, user);
  scratch->busy = 0;
  if (rv != 0 && own)
    sluice_scratch_free(scratch);
  else if (rv == 0)
    (*out)->own_scratch = (uint8_t)own;
  return (sluice_status)rv;
}

/* A few bytes in the middle of something, of which nothing comes yet. 1; 0 when
 * they are anything else, and nothing was done. */
static int feed_few(sluice_translator *t, const char *p, size_t n)
{
  if (p == NULL || n == 0 || n > FEW || in_use(t) || t->sticky < 0 ||
      t->finished || t->first != NULL || !sluice__sse_add(&t->sse, p, n))
    return 0;
  return 1;
}

sluice_status sluice_translator_feed(sluice_translator *t, const void *data,
                                     size_t len, size_t *consumed)
{
  size_t taken = 0;
  int rv;

  if (t != NULL && feed_few(t, (const char *)data, len)) {
    if (consumed != NULL)
      *consumed = len;
    return SLUICE_OK;
  }
  if (consumed != NULL)
    *consumed = 0;
  if (t == NULL || !sluice__is_there(data, len))
    return SLUICE_ERR_ARG;
  if (in_use(t))
    return SLUICE_ERR_STATE;
  if (t->sticky < 0)
    return t->sticky;
  if (t->finished)
    return SLUICE_ERR_STATE;
  if (len == 0)
    return SLUICE_OK;
  enter(t);
  t->translate.output.outlet.paused = 0;
  rv = feed(t, (const char *)data, len, &taken);
  if (rv == 0)
    feed_first(t, (const char *)data, len);
  if (consumed != NULL)
    *consumed = taken;
  return leave(t, rv);
}

static sluice_status end_input(sluice_translator *t, enum end end)
{
  int first, rv;

  if (t == NULL)
    return SLUICE_ERR_ARG;
  if (in_use(t))
    return SLUICE_ERR_STATE;
  if (t->sticky < 0)
    return t->sticky;
  first = !t->finished;
  t->finished = 1;
  enter_otherwise(t);
  rv = first ? end_of_input(t, end)
             : sluice__translate_end(&t->translate, end, fed(t));
  return leave(t, rv > 0 ? 0 : rv);
}

sluice_status sluice_translator_finish(sluice_translator *t)
{
  return end_input(t, END_INPUT);
}

sluice_status sluice_translator_end_round(sluice_translator *t)
{
  sluice_status status = end_input(t, END_ROUND);

  if (status == SLUICE_OK && t->translate.phase == PHASE_OVER)
    return SLUICE_MORE;
  return status;
}

sluice_status sluice_translator_pending(const sluice_translator *t, uint32_t n,
                                        sluice_pending *out)
{
  const struct item *it;

  if (t == NULL || out == NULL)
    return SLUICE_ERR_ARG;
  memset(out, 0, sizeof(*out));
  if (t->translate.phase != PHASE_OVER)
    return SLUICE_ERR_ARG;
  /* It only remembers which one was asked for last. */
  it = sluice__output_pending((struct output *)&t->translate.output, n);
  if (it == NULL)
    return SLUICE_ERR_ARG;
  out->call_id = it->tool->id;
  out->name = it->tool->name;
  out->arguments = sluice__buf_as_text(&it->tool->arguments);
  out->type = sluice__toolcall_type(it);
  return SLUICE_OK;
}

/* Everything that the result says is there. */
static int result_ok(const sluice_result *r)
{
  size_t i;

  if (r == NULL || !sluice__is_there(r->output.p, r->output.n) ||
      !sluice__is_there(r->error.p, r->error.n) ||
      !sluice__is_there(r->results.p, r->results.n) ||
      !sluice__is_there(r->files, r->file_count))
    return 0;
  for (i = 0; i < r->file_count; i++)
    if (!sluice__is_there(r->files[i].id.p, r->files[i].id.n) ||
        !sluice__is_there(r->files[i].name.p, r->files[i].name.n))
      return 0;
  return 1;
}

sluice_status sluice_translator_result(sluice_translator *t,
                                       sluice_text call_id,
                                       const sluice_result *result)
{
  struct item *it;
  int rv;

  if (t == NULL || !sluice__is_there(call_id.p, call_id.n) ||
      !result_ok(result))
    return SLUICE_ERR_ARG;
  if (in_use(t))
    return SLUICE_ERR_STATE;
  if (t->sticky < 0)
    return t->sticky;
  if (t->translate.phase != PHASE_OVER)
    return SLUICE_ERR_STATE;
  it = sluice__output_hosted(&t->translate.output, call_id);
  if (it == NULL)
    return SLUICE_ERR_ARG;
  if (it->tool->answered)
    return SLUICE_ERR_STATE;
  enter_otherwise(t);
  rv = (int)leave(t, sluice__translate_answer(&t->translate, it, result));
  if (rv == SLUICE_OK && t->translate.phase == PHASE_OVER)
    return SLUICE_MORE;
  return (sluice_status)rv;
}

/* The round is over and nothing is missing. */
static int round_settled(sluice_translator *t)
{
  return t->translate.phase == PHASE_OVER && t->finished &&
         sluice__output_pending(&t->translate.output, 0) == NULL;
}

sluice_status sluice_translator_messages(sluice_translator *t, sluice_str *json)
{
  struct buf *out;

  if (t == NULL || json == NULL)
    return SLUICE_ERR_ARG;
  json->p = "";
  json->n = 0;
  if (in_use(t))
    return SLUICE_ERR_STATE;
  if (t->sticky < 0)
    return t->sticky;
  if (!round_settled(t))
    return SLUICE_ERR_STATE;
  enter_otherwise(t);
  out = sluice__scratch_out(t->translate.base.scratch);
  sluice__output_messages(&t->translate.output,
                          sluice__fold_said(&t->translate.fold), out);
  return leave_with(t, json);
}

sluice_status sluice_translator_next_round(sluice_translator *t)
{
  uint32_t comments;

  if (t == NULL)
    return SLUICE_ERR_ARG;
  if (in_use(t))
    return SLUICE_ERR_STATE;
  if (t->sticky < 0)
    return t->sticky;
  if (!round_settled(t))
    return SLUICE_ERR_STATE;
  enter_otherwise(t);
  comments = t->sse.comments;
  begin_stream(t);
  t->sse.comments = comments;
  sluice__translate_next_round(&t->translate);
  return leave(t, 0);
}

sluice_status sluice_translator_mcp_tools(sluice_translator *t,
                                          sluice_str server_label,
                                          sluice_str tools, sluice_str error)
{
  if (t == NULL || !sluice__is_there(server_label.p, server_label.n) ||
      !sluice__is_there(tools.p, tools.n) ||
      !sluice__is_there(error.p, error.n))
    return SLUICE_ERR_ARG;
  if (in_use(t))
    return SLUICE_ERR_STATE;
  if (t->sticky < 0)
    return t->sticky;
  if (t->translate.phase == PHASE_ENDED)
    return SLUICE_ERR_STATE;
  enter_otherwise(t);
  return leave(t, sluice__translate_mcp_tools(&t->translate, server_label,
                                              tools, error));
}

sluice_status sluice_translator_fail(sluice_translator *t, sluice_str code,
                                     sluice_str message)
{
  if (t == NULL || !sluice__is_there(code.p, code.n) ||
      !sluice__is_there(message.p, message.n))
    return SLUICE_ERR_ARG;
  if (in_use(t))
    return SLUICE_ERR_STATE;
  if (t->sticky < 0)
    return t->sticky;
  enter_otherwise(t);
  return leave(t,
               sluice__translate_give_up(&t->translate, code, message, fed(t)));
}

sluice_status sluice_translator_response(sluice_translator *t, sluice_str *json)
{
  struct buf *out;

  if (t == NULL || json == NULL)
    return SLUICE_ERR_ARG;
  json->p = "";
  json->n = 0;
  if (in_use(t))
    return SLUICE_ERR_STATE;
  if (!t->translate.named)
    return SLUICE_OK;
  enter_otherwise(t);
  out = sluice__scratch_out(t->translate.base.scratch);
  sluice__translate_write(&t->translate, out);
  return leave_with(t, json);
}

sluice_response_status sluice_translator_status(const sluice_translator *t)
{
  return t == NULL ? SLUICE_RESPONSE_IN_PROGRESS
                   : (sluice_response_status)t->translate.status;
}

sluice_error sluice_translator_error(const sluice_translator *t)
{
  sluice_error none = {SLUICE_ERR_ARG, 0, "no translator"};

  return t == NULL ? none : sluice__translate_error(&t->translate);
}

sluice_text sluice_translator_message(const sluice_translator *t)
{
  sluice_text none = {"", 0};

  return t == NULL ? none : sluice__translate_message(&t->translate);
}

uint32_t sluice_translator_count(const sluice_translator *t, sluice_anomaly a)
{
  if (t == NULL)
    return 0;
  if (a == SLUICE_ANOMALY_COMMENT)
    return t->sse.comments;
  if (a == SLUICE_ANOMALY_REQUEST_MEMBER) /* it stays over resets */
    return sluice__echo_wrong(t->translate.echo);
  return sluice__count_of(&t->translate.base.counts, a);
}

sluice_status sluice_translator_reset(sluice_translator *t, uint64_t seed)
{
  if (t == NULL)
    return SLUICE_ERR_ARG;
  if (in_use(t))
    return SLUICE_ERR_STATE;
  enter_otherwise(t);
  begin_stream(t);
  sluice__translate_reset(&t->translate, seed);
  t->sticky = SLUICE_OK;
  return leave(t, 0);
}

void sluice_translator_free(sluice_translator *t)
{
  sluice_scratch *own;

  if (t == NULL)
    return;
  if (t->busy) {
    t->unwanted = 1;
    t->translate.output.outlet.aborted = 1;
    return;
  }
  t->busy = 1; /* for memory functions that call */
  own = t->own_scratch ? t->translate.base.scratch : NULL;
  free_stages(t);
  sluice_scratch_free(own);
}
