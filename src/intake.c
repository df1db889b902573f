/* SPDX-License-Identifier: MIT */
#include "intake.h"

#include "chunk.h"
#include "further.h"

#define SKIP_MAX  16  /* events of a stream that the guess skips */
#define SHOWN_MAX 200 /* bytes of a bad input that a message shows */

/* The input so far, while no event came: for a message. */
struct first {
  uint8_t n;
  char bytes[SHOWN_MAX];
};

static const sluice_str nothing = {"", 0};

static sluice_str shown(const char *p, size_t n)
{
  sluice_str s = {p, n < SHOWN_MAX ? n : SHOWN_MAX};

  return s;
}

uint64_t sluice__intake_fed(const struct intake *in)
{
  return in->sse.at + (in->look == LOOK_BODY ? in->sse.data.n : 0);
}

/* ---- payloads ---------------------------------------------------------- */

static int fail_payload(struct intake *in, int is_error, sluice_str payload,
                        uint64_t at, const sluice_error *error)
{
  if (error->status == SLUICE_ERR_JSON && is_error)
    return sluice__translate_fail(&in->translate, SLUICE_ERR_UPSTREAM, at,
                                  "the upstream sent an error",
                                  shown(payload.p, payload.n));
  if (error->status == SLUICE_ERR_JSON)
    return sluice__translate_fail(
        &in->translate, SLUICE_ERR_JSON, at + error->offset,
        "upstream_malformed: an event of the stream is not JSON",
        shown(payload.p, payload.n));
  if (error->status == SLUICE_ERR_LIMIT)
    return sluice__translate_pass(
        &in->translate, in->translate.base.limits.passed, at + error->offset);
  return sluice__translate_fail(
      &in->translate, error->status, at,
      "out_of_memory: the translator could not get memory", nothing);
}

static int pass_deltas(struct intake *in, const sluice_delta *deltas,
                       size_t count, uint64_t at)
{
  size_t i;
  int rv = 0;

  for (i = 0; rv == 0 && i < count; i++)
    rv = sluice__translate_delta(&in->translate, &deltas[i], at);
  return rv;
}

/* What the handle expects of a payload; NULL: it is to be parsed. */
static struct taste *tasting(struct intake *in)
{
  return in->sse.known != NULL ? &in->taste : NULL;
}

static int pass_chunk(struct intake *in, const struct cast *cast, uint64_t at)
{
  struct lane *lane = in->translate.base.scratch->lane;
  int rv = 0;

  in->translate.base.scratch->lane_owner = in;
  if (!sluice__further_more(&in->translate, cast, at, lane, &rv)) {
    rv = pass_deltas(in, cast->deltas, cast->count, at);
    if (rv == 0)
      sluice__further_took(&in->translate, cast, lane);
  }
  in->sse.deaf =
      in->translate.phase >= PHASE_OVER; /* the rest is only counted */
  return rv != 0 ? rv : in->translate.output.outlet.paused;
}

/* What came last in this handle, also in an earlier call, may go on: nothing
 * was touched since. */
static int may_go_on(const struct intake *in)
{
  const sluice_scratch *scratch = in->translate.base.scratch;

  if (scratch->lane_owner != in)
    return 0;
  if (scratch->repeat.owner != &in->translate.output.outlet)
    scratch->lane->text = NULL; /* the event before was overwritten */
  return scratch->lane->mould != NULL;
}

/* Events like some before, at the start of a line. */
static size_t on_known(void *user, const char *p, size_t n, int *rv)
{
  struct intake *in = (struct intake *)user;
  sluice_scratch *scratch = in->translate.base.scratch;
  const struct caps *caps = in->translate.base.limits.caps;
  uint64_t at = in->sse.at;
  struct cast cast;
  size_t taken = 0;

  /* Only [DONE] ends a response in a good way, and that fits no mould. */
  while (*rv == 0 && taken < n) {
    if (may_go_on(in))
      taken += sluice__further_run(&in->translate, scratch->lane, p + taken,
                                   n - taken, at + taken, rv);
    if (*rv != 0 || taken == n ||
        !sluice__moulds_event(&scratch->moulds, &in->taste, p + taken,
                              n - taken, caps->payload, caps->depth, &cast))
      break;
    *rv = pass_chunk(in, &cast, at + taken + MOULD_FRAME);
    taken += cast.taken;
  }
  return taken;
}

void sluice__intake_close_lane(const struct intake *in)
{
  if (in->translate.base.scratch->lane_owner == in)
    in->translate.base.scratch->lane_owner = NULL;
}

/* The same for an event that a feed cut, or that is written in another way.
 * (One that the end of the input cuts comes when the lane is closed.) */
static int go_on_with(struct intake *in, const sluice_sse_event *e, int *rv)
{
  sluice_scratch *scratch = in->translate.base.scratch;
  struct again again;

  if (!may_go_on(in) || e->name.n > 0 ||
      !sluice__mould_again_payload(scratch->lane->mould, e->data, &again))
    return 0;
  *rv = sluice__further_again(&in->translate, scratch->lane, &again, e->offset);
  if (*rv == 0)
    *rv = in->translate.output.outlet.paused;
  return 1;
}

static int on_event(void *user, const sluice_sse_event *e)
{
  struct intake *in = (struct intake *)user;
  sluice_error error = {SLUICE_OK, 0, ""};
  struct cast cast;
  int is_error = e->name.n == 5 && memcmp(e->name.p, "error", 5) == 0;
  int rv = 0;

  if (go_on_with(in, e, &rv))
    return rv;
  if (in->translate.phase >= PHASE_OVER) {
    sluice__count(&in->translate.base.counts, SLUICE_ANOMALY_AFTER_DONE);
    return 0;
  }
  if (is_error && e->data.n > 0)
    sluice__count(&in->translate.base.counts, SLUICE_ANOMALY_ERROR_EVENT);
  rv = sluice__chunk_parse(in->translate.base.scratch, CHUNK_OF_STREAM,
                           tasting(in), e->name, e->data,
                           &in->translate.base.limits,
                           &in->translate.base.counts, &cast, &error);
  if (rv == SLUICE_ERR_JSON && !e->ended) {
    sluice__count(&in->translate.base.counts, SLUICE_ANOMALY_HALF_EVENT);
    in->half = 1;
    return 0;
  }
  if (rv == SLUICE_ERR_JSON && in->may_skip > 0 && !is_error) {
    in->may_skip--;
    sluice__count(&in->translate.base.counts, SLUICE_ANOMALY_BAD_EVENT);
    return 0;
  }
  if (!e->ended)
    sluice__count(&in->translate.base.counts, SLUICE_ANOMALY_UNTERMINATED);
  if (rv == 0)
    return pass_chunk(in, &cast, e->offset);
  rv = fail_payload(in, is_error, e->data, e->offset, &error);
  in->sse.deaf = 1;
  return rv;
}

/* A body in place of a stream: a whole completion, an error, or neither. */
static int read_body(struct intake *in, enum end end)
{
  sluice_str body = {in->sse.data.p, in->sse.data.n};
  uint64_t at = in->sse.at;
  sluice_error error = {SLUICE_OK, 0, ""};
  struct cast cast;
  int rv;

  rv = sluice__chunk_parse(in->translate.base.scratch, CHUNK_OF_BODY, NULL,
                           nothing, body, &in->translate.base.limits,
                           &in->translate.base.counts, &cast, &error);
  if (rv == SLUICE_ERR_JSON)
    return sluice__translate_fail(
        &in->translate, SLUICE_ERR_NOT_A_STREAM, at + error.offset,
        "upstream_not_a_stream: the upstream sent a body that is neither an "
        "event stream nor JSON",
        shown(body.p, body.n));
  if (rv != 0)
    return fail_payload(in, 0, body, at, &error);
  sluice__count(&in->translate.base.counts, SLUICE_ANOMALY_JSON_BODY);
  rv = pass_deltas(in, cast.deltas, cast.count, at);
  if (rv != 0)
    return rv;
  if (in->translate.fold.choices == NULL && in->translate.fold.usage == NULL)
    return sluice__translate_fail(
        &in->translate, SLUICE_ERR_NOT_A_STREAM, at,
        "upstream_not_a_stream: the upstream sent JSON that is no chat "
        "completion",
        shown(body.p, body.n));
  return sluice__translate_end(&in->translate, end, sluice__intake_fed(in));
}

/* ---- bytes ------------------------------------------------------------- */

static void forget_first(struct intake *in)
{
  struct first *first = in->first;

  in->first = NULL; /* for memory functions that call */
  sluice__free(in->translate.base.mem, first);
}

/* Without memory for them, the message does not show them. */
static void remember_first(struct intake *in, const char *p, size_t n)
{
  struct first *first = in->first;
  size_t room;

  if (first == NULL && sluice__intake_fed(in) == n)
    first = in->first =
        (struct first *)sluice__new(in->translate.base.mem, sizeof(*first));
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
static size_t look_at(struct intake *in, const char *p, size_t n)
{
  static const char bom[] = "\xef\xbb\xbf";
  size_t i = 0;

  while (i < n && in->sse.at + i == in->bom_n && in->bom_n < 3 &&
         p[i] == bom[in->bom_n]) {
    in->bom_n++;
    i++;
  }
  while (i < n && (p[i] == ' ' || p[i] == '\t' || p[i] == '\r' || p[i] == '\n'))
    i++;
  if (i < n)
    in->look = p[i] == '{' || p[i] == '[' ? LOOK_BODY : LOOK_STREAM;
  return i;
}

static int add_body(struct intake *in, const char *p, size_t n)
{
  struct buf *body = &in->sse.data;

  if (n > in->sse.max_payload - body->n)
    return SLUICE_ERR_LIMIT;
  sluice__buf_put(body, p, n);
  return sluice__buf_status(body);
}

/* A stage below the translation gave up. */
static int settle(struct intake *in, int rv)
{
  if (rv >= 0)
    return rv;
  if (in->translate.phase >= PHASE_OVER) /* what follows the end is nothing */
    return (int)in->translate.error;
  if (rv == SLUICE_ERR_LIMIT)
    return sluice__translate_pass(&in->translate, LIMIT_PAYLOAD,
                                  in->look == LOOK_BODY
                                      ? in->sse.at + in->sse.max_payload
                                      : sluice__sse_over_at(&in->sse));
  return sluice__translate_fail(
      &in->translate, SLUICE_ERR_NOMEM, sluice__intake_fed(in),
      "out_of_memory: the translator could not get memory", nothing);
}

static int feed_stream(struct intake *in, const char *p, size_t n,
                       size_t *taken)
{
  int rv = sluice__sse_feed(&in->sse, p, n, taken);

  return settle(in, rv);
}

static int feed(struct intake *in, const char *p, size_t n, size_t *taken)
{
  size_t before = 0, rest = 0;
  int rv = 0;

  *taken = 0;
  if (in->look == LOOK_NEW) {
    before = look_at(in, p, n);
    rv = feed_stream(in, p, before, taken);
  }
  if (rv != 0 || before == n)
    return rv;
  if (in->look == LOOK_BODY) {
    rv = settle(in, add_body(in, p + before, n - before));
    *taken = n;
    return rv;
  }
  rv = feed_stream(in, p + before, n - before, &rest);
  *taken = before + rest;
  return rv;
}

/* All bytes up to the first event may have to be shown. */
static void feed_first(struct intake *in, const char *p, size_t n)
{
  if (in->sse.events == 0 && in->look != LOOK_BODY)
    remember_first(in, p, n);
  else if (in->first != NULL)
    forget_first(in);
}

int sluice__intake_end(struct intake *in, enum end end)
{
  int rv;

  if (in->look == LOOK_BODY)
    return read_body(in, end);
  rv = settle(in, sluice__sse_finish(&in->sse));
  if (rv < 0 || in->translate.phase >= PHASE_OVER)
    return rv < 0 ? rv
                  : sluice__translate_end(&in->translate, end,
                                          sluice__intake_fed(in));
  if (in->sse.events == 0 && in->sse.ignored > 0)
    return sluice__translate_fail(
        &in->translate, SLUICE_ERR_NOT_A_STREAM, 0,
        "upstream_not_a_stream: the upstream sent something that is not an "
        "event stream",
        in->first == NULL ? nothing : shown(in->first->bytes, in->first->n));
  if (in->half && in->translate.fold.choices == NULL)
    return sluice__translate_fail(
        &in->translate, SLUICE_ERR_TRUNCATED, sluice__intake_fed(in),
        "upstream_truncated: the stream ended within its first event", nothing);
  return sluice__translate_end(&in->translate, end, sluice__intake_fed(in));
}

int sluice__intake_feed(struct intake *in, const char *p, size_t n,
                        size_t *taken)
{
  int rv = feed(in, p, n, taken);

  if (rv == 0)
    feed_first(in, p, n);
  return rv;
}

/* ---- life -------------------------------------------------------------- */

void sluice__intake_begin(struct intake *in)
{
  sluice__sse_reset(&in->sse);
  forget_first(in);
  in->look = LOOK_NEW;
  in->bom_n = in->half = 0;
  in->may_skip = (in->translate.given->lenient & SLUICE_LENIENT_BAD_EVENTS) != 0
                     ? SKIP_MAX
                     : 0;
}

int sluice__intake_init(struct intake *in, struct given *given,
                        sluice_scratch *scratch, const sluice_options *o,
                        sluice_event_cb cb, void *user)
{
  int rv;

  sluice__sse_init(&in->sse, &given->mem, o->max_payload, on_event, in);
  if ((o->flags & SLUICE_NO_FAST_PATH) == 0)
    in->sse.known = on_known;
  rv = sluice__translate_init(&in->translate, given, scratch, o, cb, user);
  if (scratch->lane == NULL)
    scratch->lane =
        (struct lane *)sluice__new(&scratch->mem, sizeof(*scratch->lane));
  sluice__intake_begin(in);
  return rv == 0 && scratch->lane == NULL ? SLUICE_ERR_NOMEM : rv;
}

void sluice__intake_free(struct intake *in)
{
  sluice__intake_close_lane(in);
  sluice__sse_free(&in->sse);
  forget_first(in);
  sluice__translate_free(&in->translate);
}
