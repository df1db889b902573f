/* SPDX-License-Identifier: MIT */
/* Memory runs out (sweep.h) over every stream of the corpus, with its options:
 *
 *   whole     in one push; after the end, however it came, calls return the
 *             same code and send nothing, and the response is the one that the
 *             terminal event shows; then there is memory again: the handle is
 *             reset and gives the good output, byte for byte
 *   small     7 bytes a push, [DONE] behind the last event, with a scratch that
 *             another handle shares, in the midst of its stream: that one goes
 *             on as if nothing had happened
 *   request   300 bytes a push, with padding, and a request whose settings the
 *             response shows
 *   body      the stream as the body of a call without streaming
 *   silent    nobody listens: the response is asked for at the end
 *
 * and over one of long runs of text and of arguments, which go the short way
 * (src/lane.h), whole. */
#include "check.h"
#include "folder.h"
#include "laws.h"
#include "run.h"
#include "sweep.h"

#define MARK "data: [DONE]\n\n"

static const char request[] =
    "{\"model\":\"asked-for\",\"instructions\":\"Be \\\"brief\\\".\\u2028\","
    "\"metadata\":{\"a\":\"1\",\"b\":\"2\"},\"max_output_tokens\":400,"
    "\"reasoning\":{\"effort\":\"low\"},\"service_tier\":\"flex\",\"tools\":["
    "{\"type\":\"function\",\"name\":\"f\",\"parameters\":{\"type\":\"object\","
    "\"properties\":{\"x\":{\"type\":\"string\"}}}},{\"type\":\"custom\","
    "\"name\":\"c\"},{\"type\":\"file_search\",\"vector_store_ids\":[\"v\"]}],"
    "\"user\":7}";

/* A stream of the corpus. */
struct stream {
  struct setup setup;
  struct bytes in;
  size_t step; /* bytes a push */
};

/* ---- events ------------------------------------------------------------- */

struct seen {
  struct bytes *out; /* the events, without the mark behind the last */
  struct bytes last; /* what the last lifecycle event shows */
  int marks;
};

static int on_event(void *user, const sluice_event *e)
{
  struct seen *seen = (struct seen *)user;
  size_t n = e->wire.n;

  if (n > strlen(MARK) &&
      memcmp(e->wire.p + n - strlen(MARK), MARK, strlen(MARK)) == 0) {
    n -= strlen(MARK);
    seen->marks++;
  }
  bytes_put(seen->out, e->wire.p, n);
  if (e->response != NULL && e->type != SLUICE_EVENT_ERROR) {
    bytes_clear(&seen->last);
    bytes_put(&seen->last, e->object.p, e->object.n);
  }
  return 0;
}

static sluice_status feed(sluice_translator *t, const char *p, size_t size,
                          size_t step)
{
  sluice_status status = SLUICE_OK;
  size_t at, n;

  for (at = 0; at < size && status == SLUICE_OK; at += n) {
    n = size - at < step ? size - at : step;
    status = sluice_translator_feed(t, p + at, n, NULL);
  }
  return status;
}

static void no_more(const struct subject *s, sluice_translator *t,
                    sluice_status end, const struct seen *seen)
{
  const sluice_str none = {"", 0};
  sluice_result result = {none, none, none, NULL, 0};
  sluice_text id = {"c", 1};
  size_t had = seen->out->n, consumed = 9;

  assert_int_equal(sluice_translator_finish(t), end);
  if (end < 0) {
    assert_int_equal(sluice_translator_feed(t, "data", 4, &consumed), end);
    assert_int_equal(consumed, 0);
    assert_int_equal(sluice_translator_end_round(t), end);
    assert_int_equal(sluice_translator_fail(t, none, none), end);
    assert_int_equal(sluice_translator_result(t, id, &result), end);
    assert_int_equal(sluice_translator_mcp_tools(t, none, none, none), end);
    assert_int_equal(sluice_translator_error(t).status, end);
  }
  if (seen->out->n != had)
    fail_msg("%s, %s: something is sent behind the end", s->name, s->way);
}

static void same_response(const struct subject *s, sluice_translator *t,
                          const struct seen *seen)
{
  sluice_str json;

  if (sluice_translator_response(t, &json) != SLUICE_OK ||
      json.n != seen->last.n || memcmp(json.p, seen->last.p, json.n) != 0)
    fail_msg("%s, %s: the response is not that of the last event", s->name,
             s->way);
}

/* With memory again, the handle is as good as a new one. */
static void again(const struct subject *s, sluice_translator *t,
                  struct seen *seen)
{
  const struct stream *in = (const struct stream *)s->user;
  struct bytes out = {0};
  sluice_status status, end;

  seen->out = &out;
  bytes_clear(&out);
  assert_int_equal(sluice_translator_reset(t, in->setup.o.seed), SLUICE_OK);
  status = feed(t, in->in.p, in->in.n, in->step);
  end = sluice_translator_finish(t);
  if ((status < 0 && status != end) || end != s->good_status ||
      !bytes_equal(&out, &s->good))
    fail_msg("%s, %s: after a reset it gives other events", s->name, s->way);
  bytes_free(&out);
}

/* ---- ways --------------------------------------------------------------- */

/* Feeds and ends; the handle is the caller's still. NULL: none was made. */
static sluice_translator *translate(const struct subject *s,
                                    const sluice_options *o,
                                    struct outcome *outcome, struct seen *seen)
{
  const struct stream *in = (const struct stream *)s->user;
  sluice_translator *t = NULL;
  sluice_status status;

  outcome->status = sluice_translator_new(&t, o, on_event, seen);
  outcome->refused = outcome->status < 0;
  if (outcome->refused)
    return NULL;
  status = feed(t, in->in.p, in->in.n, in->step);
  outcome->status = sluice_translator_finish(t);
  if (status < 0)
    assert_int_equal(outcome->status, status);
  return t;
}

static void run_whole(const struct subject *s, struct heap *h,
                      struct outcome *o)
{
  const struct stream *in = (const struct stream *)s->user;
  sluice_options options = in->setup.o;
  struct seen seen = {&o->out, {0}, 0};
  sluice_translator *t;

  options.mem = &h->mem;
  t = translate(s, &options, o, &seen);
  if (t != NULL) {
    no_more(s, t, o->status, &seen);
    same_response(s, t, &seen);
    heap_heal(h);
    if (o->status == SLUICE_ERR_NOMEM)
      again(s, t, &seen);
  }
  sluice_translator_free(t);
  bytes_free(&seen.last);
}

/* Another response that uses the same scratch. */
static const char beside_in[] =
    "data: {\"id\":\"b\",\"created\":9,\"model\":\"m\",\"choices\":[{\"delta\":"
    "{\"content\":\"It says so <|file-abc|>\"}}]}\n\n"
    "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\","
    "\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\"}}]}}]}\n\n"
    "data: {\"choices\":[{\"delta\":{\"content\":\"waits \\ud83d\"}}]}\n\n"
    "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":"
    "{\"arguments\":\"\\\":1}\"}}]}}]}\n\n"
    "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n" MARK;
#define BESIDE_HALF 400 /* within an event, with an item that waits */

static void run_small(const struct subject *s, struct heap *h,
                      struct outcome *o)
{
  const struct stream *in = (const struct stream *)s->user;
  size_t fail_at = h->fail_at;
  int for_good = h->for_good;
  struct bytes out = {0}, normal = {0};
  struct seen seen = {&o->out, {0}, 0}, beside = {&out, {0}, 0};
  sluice_options options = in->setup.o, plain;
  sluice_translator *t, *other = NULL, *alone = NULL;

  sluice_options_init(&plain);
  heap_heal(h);
  beside.out = &normal;
  assert_int_equal(sluice_translator_new(&alone, &plain, on_event, &beside), 0);
  assert_int_equal(feed(alone, beside_in, sizeof(beside_in) - 1, 50), 0);
  sluice_translator_free(alone);
  assert_int_equal(sluice_scratch_new(&plain.scratch, &h->mem), SLUICE_OK);
  beside.out = &out;
  assert_int_equal(sluice_translator_new(&other, &plain, on_event, &beside), 0);
  assert_int_equal(feed(other, beside_in, BESIDE_HALF, 50), 0);

  heap_arm(h, fail_at, for_good);
  options.mem = &h->mem;
  options.scratch = plain.scratch;
  options.flags |= SLUICE_DONE_MARK;
  t = translate(s, &options, o, &seen);
  if (t != NULL)
    assert_int_equal(seen.marks, 1);

  heap_heal(h);
  assert_int_equal(feed(other, beside_in + BESIDE_HALF,
                        sizeof(beside_in) - 1 - BESIDE_HALF, 50),
                   SLUICE_OK);
  if (!bytes_equal(&out, &normal))
    fail_msg("%s, %s: another handle gives other events", s->name, s->way);
  sluice_translator_free(t);
  sluice_translator_free(other);
  sluice_scratch_free(plain.scratch);
  bytes_free(&seen.last);
  bytes_free(&beside.last);
  bytes_free(&out);
  bytes_free(&normal);
}

static void run_request(const struct subject *s, struct heap *h,
                        struct outcome *o)
{
  const struct stream *in = (const struct stream *)s->user;
  struct seen seen = {&o->out, {0}, 0};
  sluice_options options = in->setup.o;
  sluice_translator *t;

  options.mem = &h->mem;
  options.flags |= SLUICE_OBFUSCATION;
  if (options.request.n == 0 && options.max_depth == 0 &&
      options.max_payload == 0) { /* else it would be too large */
    options.request.p = request;
    options.request.n = sizeof(request) - 1;
  }
  t = translate(s, &options, o, &seen);
  if (t != NULL)
    same_response(s, t, &seen);
  sluice_translator_free(t);
  bytes_free(&seen.last);
}

static void run_silent(const struct subject *s, struct heap *h,
                       struct outcome *o)
{
  const struct stream *in = (const struct stream *)s->user;
  sluice_options options = in->setup.o;
  sluice_translator *t = NULL;
  sluice_str json;

  options.mem = &h->mem;
  o->status = sluice_translator_new(&t, &options, NULL, NULL);
  o->refused = o->status < 0;
  if (t == NULL)
    return;
  (void)feed(t, in->in.p, in->in.n, in->step);
  o->status = sluice_translator_finish(t);
  if (sluice_translator_response(t, &json) == SLUICE_ERR_NOMEM)
    o->status = SLUICE_ERR_NOMEM;
  bytes_put(&o->out, json.p, json.n);
  sluice_translator_free(t);
}

/* ---- the corpus --------------------------------------------------------- */

static void free_stream(struct stream *s)
{
  setup_free(&s->setup);
  bytes_free(&s->in);
}

struct folding {
  sluice_parser *parser;
  sluice_fold *fold;
};

static int fold_event(void *user, const sluice_sse_event *e)
{
  struct folding *f = (struct folding *)user;
  sluice_chunk chunk;

  if (sluice_parser_parse(f->parser, e->name, e->data, &chunk) == SLUICE_OK)
    (void)sluice_fold_chunk(f->fold, &chunk);
  return 0;
}

/* The body that a call without streaming would have had. 0: there is none. */
static int make_body(struct stream *s)
{
  struct folding f = {NULL, NULL};
  sluice_sse *sse = NULL;
  sluice_str json = {"", 0};
  int ok;

  assert_int_equal(sluice_parser_new(&f.parser, &s->setup.o), SLUICE_OK);
  assert_int_equal(sluice_fold_new(&f.fold, &s->setup.o), SLUICE_OK);
  assert_int_equal(sluice_sse_new(&sse, &s->setup.o, fold_event, &f), 0);
  (void)sluice_sse_feed(sse, s->in.p, s->in.n, NULL);
  (void)sluice_sse_finish(sse);
  ok = sluice_fold_finish(f.fold) == SLUICE_OK &&
       sluice_fold_json(f.fold, &json) == SLUICE_OK;
  bytes_clear(&s->in);
  bytes_put(&s->in, json.p, json.n);
  sluice_sse_free(sse);
  sluice_parser_free(f.parser);
  sluice_fold_free(f.fold);
  return ok;
}

static const struct way {
  const char *name;
  size_t step;
  void (*run)(const struct subject *s, struct heap *h, struct outcome *o);
  int body, events;
} ways[] = {{"whole", SIZE_MAX, run_whole, 0, 1},
            {"small", 7, run_small, 0, 1},
            {"request", 300, run_request, 0, 1},
            {"body", SIZE_MAX, run_whole, 1, 1},
            {"silent", SIZE_MAX, run_silent, 0, 0}};

static void a_stream_survives_each_failing_allocation(void **state)
{
  const struct way *way = (const struct way *)*state;
  struct figures figures = {0};
  struct folder corpus;
  size_t i;

  folder_read(&corpus, CORPUS, ".sse");
  for (i = 0; i < corpus.count; i++) {
    struct stream stream = {0};
    struct subject s = {.name = corpus.names[i], .way = way->name};

    setup_stream(&stream.setup, &stream.in, corpus.names[i]);
    stream.step = way->step;
    s.events = way->events;
    s.unit = stream.setup.o.index_unit;
    s.user = &stream;
    s.run = way->run;
    if (!way->body || make_body(&stream))
      sweep(&s, &figures);
    free_stream(&stream);
  }
  folder_free(&corpus);
  figures_print(&figures, way->name);
}

/* Pieces of text, each longer than the one before, in a chunk each. */
static void put_run(struct bytes *out, const char *before, const char *behind)
{
  struct bytes text = {0};
  int i;

  for (i = 0; i < 40; i++) {
    bytes_puts(&text, "some more text, of which there gets more and more; ");
    bytes_puts(out, before);
    bytes_put(out, text.p, text.n - 1);
    bytes_puts(out, behind);
  }
  bytes_free(&text);
}

static void long_runs(void **state)
{
  struct figures figures = {0};
  struct stream stream = {.step = SIZE_MAX};
  struct subject s = {.name = "long runs", .way = "whole", .events = 1};
  int i;

  (void)state;
  setup_init(&stream.setup);
  bytes_puts(&stream.in, "data: {\"model\":\"");
  for (i = 0; i < 400; i++)
    bytes_puts(&stream.in, "a long name ");
  bytes_puts(&stream.in,
             "\",\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n");
  put_run(&stream.in, "data: {\"choices\":[{\"delta\":{\"content\":\"",
          "\"}}]}\n\n");
  put_run(&stream.in, "data: {\"choices\":[{\"delta\":{\"content\":\"\\u00e9",
          "\"}}]}\n\n");
  bytes_puts(&stream.in,
             "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,"
             "\"id\":\"c\",\"function\":{\"name\":\"f\"}}]}}]}\n\n");
  put_run(&stream.in,
          "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,"
          "\"function\":{\"arguments\":\"",
          "\"}}]}}]}\n\n");
  s.user = &stream;
  s.unit = stream.setup.o.index_unit;
  s.run = run_whole;
  sweep(&s, &figures);
  free_stream(&stream);
  figures_print(&figures, "long runs");
}

int main(void)
{
  struct CMUnitTest tests[COUNT(ways) + 1];
  size_t i;

  memset(tests, 0, sizeof(tests));
  for (i = 0; i < COUNT(ways); i++) {
    tests[i].name = ways[i].name;
    tests[i].test_func = a_stream_survives_each_failing_allocation;
    tests[i].initial_state = (void *)(uintptr_t)&ways[i];
  }
  tests[i].name = "long runs";
  tests[i].test_func = long_runs;
  return cmocka_run_group_tests_name("nomem", tests, NULL, NULL);
}
