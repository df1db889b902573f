/* SPDX-License-Identifier: MIT */
/* The calls of each stage alone in every order: all sequences of five calls on
 * the decoder, the citations, the parser and the fold, each against a small
 * model of what its header says; and from inside the callbacks of the first
 * two. Nothing is left in memory. */
#include <sluice/sluice.h>

#include "check.h"
#include "heap.h"

#define LENGTH   5
#define STR(s)   ((sluice_str){(s), sizeof(s) - 1})
#define CLEAN(s) ((sluice_text){(s), sizeof(s) - 1})

/* A stage as a table of calls. `make` makes one and compares it with the model.
 */
struct stage {
  const char *const *names;
  int count;
  void *(*begin)(const sluice_options *o);
  void (*make)(void *subject, int call);
  void (*end)(void *subject);
};

static int sequence[LENGTH], position; /* for messages */
static const char *const *names;

static void blame(const char *what, sluice_status got, sluice_status expected)
{
  int i;

  print_error("after these calls:\n");
  for (i = 0; i <= position; i++)
    print_error("  %s\n", names[sequence[i]]);
  fail_msg("%s: %s, and not %s", what, sluice_status_name(got),
           sluice_status_name(expected));
}

static void must_be(sluice_status got, sluice_status expected)
{
  if (got != expected)
    blame("the last gave", got, expected);
}

static void must_count(uint64_t got, uint64_t expected, const char *what)
{
  if (got != expected)
    blame(what, (sluice_status)got, (sluice_status)expected);
}

static void every_sequence(const struct stage *stage)
{
  size_t all = 1, n;
  int i;

  names = stage->names;
  for (i = 0; i < LENGTH; i++)
    all *= (size_t)stage->count;
  for (n = 0; n < all; n += sample_stride()) {
    struct heap memory;
    sluice_options o;
    size_t digits = n;
    void *subject;

    heap_init(&memory, HEAP_NEVER, 0);
    sluice_options_init(&o);
    o.mem = &memory.mem;
    o.max_payload = 64;
    o.max_output = 64;
    o.max_depth = 8;
    subject = stage->begin(&o);
    for (position = 0; position < LENGTH; position++) {
      sequence[position] = (int)(digits % (size_t)stage->count);
      digits /= (size_t)stage->count;
      stage->make(subject, sequence[position]);
    }
    stage->end(subject);
    assert_int_equal(memory.live, 0);
  }
  print_message("# %d calls, %zu sequences of %d\n", stage->count, all, LENGTH);
}

#define LONG                                                                   \
  "0123456789012345678901234567890123456789012345678901234567890123456789"

/* ---- the decoder ----------------------------------------------------------
 */

enum {
  EVENT,
  PAUSE,
  ABORT,
  HALF,
  LONGER,
  NOTHING,
  NOWHERE,
  FINISH,
  FINISH_ABORT,
  RESET,
  SSE_CALLS
};
static const char *const sse_names[] = {"an event",
                                        "an event that pauses",
                                        "an event that aborts",
                                        "half an event",
                                        "too long an event",
                                        "no bytes",
                                        "bytes at NULL",
                                        "finish",
                                        "finish that aborts",
                                        "reset"};

struct sse_subject {
  sluice_sse *s;
  int answer; /* of the callback */
  uint64_t seen;
  /* the model */
  sluice_status sticky;
  int finished, half;
  uint64_t events;
};

static int on_sse(void *user, const sluice_sse_event *e)
{
  struct sse_subject *x = (struct sse_subject *)user;

  assert_true(e->data.n > 0);
  x->seen++;
  return x->answer;
}

static void *sse_begin(const sluice_options *o)
{
  struct sse_subject *x = calloc(1, sizeof(*x));

  assert_non_null(x);
  assert_int_equal(sluice_sse_new(&x->s, o, on_sse, x), SLUICE_OK);
  return x;
}

static void sse_end(void *subject)
{
  struct sse_subject *x = (struct sse_subject *)subject;

  sluice_sse_free(x->s);
  free(x);
}

static sluice_status sse_model_feed(struct sse_subject *x, int call)
{
  if (call == NOWHERE)
    return SLUICE_ERR_ARG;
  if (x->sticky < 0)
    return x->sticky;
  if (x->finished)
    return SLUICE_ERR_STATE;
  if (call == NOTHING)
    return SLUICE_OK;
  if (call == LONGER)
    return x->sticky = SLUICE_ERR_LIMIT;
  x->half = call == HALF;
  if (!x->half)
    x->events++;
  if (call == ABORT)
    return x->sticky = SLUICE_ERR_CALLBACK;
  return call == PAUSE ? SLUICE_PAUSED : SLUICE_OK;
}

static sluice_status sse_model_finish(struct sse_subject *x, int call)
{
  if (x->sticky < 0 || x->finished)
    return x->sticky;
  x->finished = 1;
  if (!x->half)
    return SLUICE_OK;
  x->events++;
  if (call == FINISH_ABORT)
    x->sticky = SLUICE_ERR_CALLBACK;
  return x->sticky;
}

static void sse_make(void *subject, int call)
{
  static const sluice_str texts[] = {
      [EVENT] = {LIT("data: x\n\n")},
      [PAUSE] = {LIT("data: x\n\n")},
      [ABORT] = {LIT("data: x\n\n")},
      [HALF] = {LIT("data: y")},
      [LONGER] = {LIT("data: " LONG "\n\n")},
      [NOTHING] = {NULL, 0},
      [NOWHERE] = {NULL, 1},
  };
  struct sse_subject *x = (struct sse_subject *)subject;
  sluice_status expected, got;
  size_t consumed = SIZE_MAX;

  x->answer = call == PAUSE                           ? 1
              : call == ABORT || call == FINISH_ABORT ? -5
                                                      : 0;
  if (call == RESET) {
    sluice_sse_reset(x->s);
    x->sticky = SLUICE_OK;
    x->finished = x->half = 0;
    x->events = x->seen = 0;
  } else if (call == FINISH || call == FINISH_ABORT) {
    expected = sse_model_finish(x, call);
    must_be(sluice_sse_finish(x->s), expected);
  } else {
    expected = sse_model_feed(x, call);
    got = sluice_sse_feed(x->s, texts[call].p, texts[call].n, &consumed);
    must_be(got, expected);
    if (got >= 0)
      must_count(consumed, texts[call].n, "consumed");
    else
      assert_true(consumed <= texts[call].n);
  }
  must_count(x->seen, x->events, "events");
  must_count(sluice_sse_counted(x->s).events, x->events, "events counted");
}

static void the_decoder_in_every_order(void **state)
{
  static const struct stage stage = {sse_names, SSE_CALLS, sse_begin, sse_make,
                                     sse_end};

  (void)state;
  every_sequence(&stage);
}

/* ---- citations ------------------------------------------------------------
 */

enum {
  CITED,
  CITED_ABORT,
  HELD,
  HELD_ABORT,
  EMPTY,
  TEXT_NOWHERE,
  CITE_FINISH,
  CITE_CALLS
};
static const char *const cite_names[] = {"text with a marker",
                                         "text with a marker that aborts",
                                         "text with half a marker",
                                         "text with half a marker that aborts",
                                         "no text",
                                         "text at NULL",
                                         "finish"};

struct cite_subject {
  sluice_cite *c;
  int answer;
  uint64_t seen;
  int held; /* the model */
  uint64_t pieces;
};

static int on_piece(void *user, const sluice_cite_piece *piece)
{
  struct cite_subject *x = (struct cite_subject *)user;

  assert_true((piece->text.n > 0) != (piece->file_id.n > 0));
  x->seen++;
  return x->answer;
}

static void *cite_begin(const sluice_options *o)
{
  struct cite_subject *x = calloc(1, sizeof(*x));

  assert_non_null(x);
  assert_int_equal(sluice_cite_new(&x->c, o, on_piece, x), SLUICE_OK);
  return x;
}

static void cite_end(void *subject)
{
  struct cite_subject *x = (struct cite_subject *)subject;

  sluice_cite_free(x->c);
  free(x);
}

/* The callback is first run for the text before a marker. */
static int cite_model(struct cite_subject *x, int call)
{
  switch (call) {
  case CITED:
    x->held = 0;
    x->pieces += 3;
    return 0;
  case CITED_ABORT:
    x->held = 0;
    x->pieces++;
    return 7;
  case HELD:
  case HELD_ABORT:
    x->held = 1;
    x->pieces++;
    return call == HELD ? 0 : 7;
  case TEXT_NOWHERE:
    return SLUICE_ERR_ARG;
  case CITE_FINISH:
    x->pieces += (uint64_t)x->held;
    x->held = 0;
    return 0;
  default:
    return 0;
  }
}

static void cite_make(void *subject, int call)
{
  static const sluice_text texts[] = {
      [CITED] = {LIT("a <|file-b|>c")},
      [CITED_ABORT] = {LIT("a <|file-b|>c")},
      [HELD] = {LIT("a <|fi")},
      [HELD_ABORT] = {LIT("a <|fi")},
      [EMPTY] = {NULL, 0},
      [TEXT_NOWHERE] = {NULL, 1},
  };
  struct cite_subject *x = (struct cite_subject *)subject;
  int expected = cite_model(x, call), got;

  x->answer = call == CITED_ABORT || call == HELD_ABORT ? 7 : 0;
  got = call == CITE_FINISH ? sluice_cite_finish(x->c)
                            : sluice_cite_feed(x->c, texts[call]);
  must_count((uint64_t)got, (uint64_t)expected, "returned");
  must_count(x->seen, x->pieces, "pieces");
  must_count(sluice_cite_unknown(x->c), 0, "unknown");
}

static void citations_in_every_order(void **state)
{
  static const struct stage stage = {cite_names, CITE_CALLS, cite_begin,
                                     cite_make, cite_end};

  (void)state;
  every_sequence(&stage);
}

/* ---- the parser -----------------------------------------------------------
 */

enum {
  GOOD,
  MARK,
  BLANK,
  BAD,
  DEEP,
  LONG_PAYLOAD,
  PAYLOAD_NOWHERE,
  NAME_NOWHERE,
  NO_OUT,
  PARSER_CALLS
};
static const char *const parser_names[] = {
    "a chunk",           "[DONE]",         "nothing",
    "no JSON",           "too deep",       "too long",
    "a payload at NULL", "a name at NULL", "no place for deltas"};

struct parser_subject {
  sluice_parser *p;
  sluice_status error; /* the model: of the last parse */
};

static void *parser_begin(const sluice_options *o)
{
  struct parser_subject *x = calloc(1, sizeof(*x));

  assert_non_null(x);
  assert_int_equal(sluice_parser_new(&x->p, o), SLUICE_OK);
  return x;
}

static void parser_end(void *subject)
{
  struct parser_subject *x = (struct parser_subject *)subject;

  sluice_parser_free(x->p);
  free(x);
}

static void parser_make(void *subject, int call)
{
  static const struct {
    sluice_str name, payload;
    sluice_status status;
  } rows[] = {
      [GOOD] = {{"", 0},
                {LIT("{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}")},
                SLUICE_OK},
      [MARK] = {{NULL, 0}, {LIT("[DONE]")}, SLUICE_OK},
      [BLANK] = {{"", 0}, {NULL, 0}, SLUICE_OK},
      [BAD] = {{LIT("error")}, {LIT("{\"a\":nope}")}, SLUICE_ERR_JSON},
      [DEEP] = {{"", 0}, {LIT("[[[[[[[[[[]]]]]]]]]]")}, SLUICE_ERR_LIMIT},
      [LONG_PAYLOAD] = {{"", 0}, {LIT("\"" LONG "\"")}, SLUICE_ERR_LIMIT},
      [PAYLOAD_NOWHERE] = {{"", 0}, {NULL, 1}, SLUICE_ERR_ARG},
      [NAME_NOWHERE] = {{NULL, 5}, {LIT("{}")}, SLUICE_ERR_ARG},
      [NO_OUT] = {{"", 0}, {LIT("{}")}, SLUICE_ERR_ARG},
  };
  struct parser_subject *x = (struct parser_subject *)subject;
  sluice_chunk chunk = {NULL, 9};
  sluice_status got =
      sluice_parser_parse(x->p, rows[call].name, rows[call].payload,
                          call == NO_OUT ? NULL : &chunk);

  must_be(got, rows[call].status);
  if (got != SLUICE_ERR_ARG)
    x->error = got;
  must_be(sluice_parser_error(x->p).status, x->error);
  if (call != NO_OUT)
    must_count(chunk.count > 0, call == GOOD || call == MARK, "deltas");
}

static void the_parser_in_every_order(void **state)
{
  static const struct stage stage = {parser_names, PARSER_CALLS, parser_begin,
                                     parser_make, parser_end};

  (void)state;
  every_sequence(&stage);
}

/* ---- the fold -------------------------------------------------------------
 */

enum {
  TEXT,
  REASON,
  END_MARK,
  ERROR,
  PAST_LIMIT,
  ODD,
  NO_DELTAS,
  DELTAS_NOWHERE,
  FOLD_FINISH,
  JSON,
  FOLD_RESET,
  FOLD_CALLS
};
static const char *const fold_names[] = {"text",          "a finish reason",
                                         "[DONE]",        "an error",
                                         "too much text", "a delta of no type",
                                         "no deltas",     "deltas at NULL",
                                         "finish",        "json",
                                         "reset"};

struct fold_subject {
  sluice_fold *f;
  sluice_status sticky; /* the model */
  int finished, done, failed, choice, stop;
};

static void *fold_begin(const sluice_options *o)
{
  struct fold_subject *x = calloc(1, sizeof(*x));

  assert_non_null(x);
  assert_int_equal(sluice_fold_new(&x->f, o), SLUICE_OK);
  return x;
}

static void fold_end(void *subject)
{
  struct fold_subject *x = (struct fold_subject *)subject;

  sluice_fold_free(x->f);
  free(x);
}

static sluice_status fold_model_chunk(struct fold_subject *x, int call)
{
  if (call == DELTAS_NOWHERE)
    return SLUICE_ERR_ARG;
  if (x->sticky < 0)
    return x->sticky;
  if (x->finished)
    return SLUICE_ERR_STATE;
  if (x->done || x->failed || call == NO_DELTAS)
    return SLUICE_OK;
  x->done = call == END_MARK;
  x->failed = call == ERROR;
  if (call != END_MARK && call != ERROR)
    x->choice = 1;
  if (call == REASON)
    x->stop = 1;
  if (call == PAST_LIMIT)
    x->sticky = SLUICE_ERR_LIMIT;
  return x->sticky;
}

static sluice_status fold_model_finish(struct fold_subject *x)
{
  if (!x->finished && x->sticky == SLUICE_OK)
    x->sticky = x->failed               ? SLUICE_ERR_UPSTREAM
                : !x->choice            ? SLUICE_ERR_EMPTY
                : !(x->stop || x->done) ? SLUICE_ERR_TRUNCATED
                                        : SLUICE_OK;
  x->finished = 1;
  return x->sticky;
}

/* The chunk of a call: a choice, and what it brings. */
static sluice_status fold_feed(sluice_fold *f, int call)
{
  sluice_delta deltas[2];
  sluice_chunk chunk = {deltas, 2};

  memset(deltas, 0, sizeof(deltas));
  deltas[0].type = SLUICE_DELTA_CHOICE;
  deltas[1].type = call == REASON ? SLUICE_DELTA_FINISH
                   : call == ODD  ? (sluice_delta_type)99
                                  : SLUICE_DELTA_TEXT;
  deltas[1].text = call == PAST_LIMIT ? STR(LONG) : STR("a");
  if (call == REASON) /* a number that is none counts as stop */
    deltas[1].u.finish = (sluice_finish)77;
  if (call == END_MARK || call == ERROR) {
    deltas[0].type = call == ERROR ? SLUICE_DELTA_ERROR : SLUICE_DELTA_DONE;
    chunk.count = 1;
  }
  if (call == NO_DELTAS)
    chunk.count = 0;
  if (call == NO_DELTAS || call == DELTAS_NOWHERE)
    chunk.deltas = NULL;
  return sluice_fold_chunk(f, &chunk);
}

static void fold_make(void *subject, int call)
{
  struct fold_subject *x = (struct fold_subject *)subject;
  sluice_str json = {NULL, 0};
  sluice_status expected;

  if (call == FOLD_RESET) {
    sluice_fold_reset(x->f);
    x->sticky = SLUICE_OK;
    x->finished = x->done = x->failed = x->choice = x->stop = 0;
  } else if (call == FOLD_FINISH) {
    expected = fold_model_finish(x);
    must_be(sluice_fold_finish(x->f), expected);
  } else if (call == JSON) {
    must_be(sluice_fold_json(x->f, &json), SLUICE_OK);
    assert_true(json.n > 2 && json.p[0] == '{' && json.p[json.n - 1] == '}');
  } else {
    expected = fold_model_chunk(x, call);
    must_be(fold_feed(x->f, call), expected);
  }
  must_count(sluice_fold_reason(x->f),
             x->stop ? SLUICE_FINISH_STOP : SLUICE_FINISH_NONE, "reason");
  must_count(sluice_fold_message(x->f).n > 0, x->sticky < 0 && !x->failed,
             "message");
}

static void the_fold_in_every_order(void **state)
{
  static const struct stage stage = {fold_names, FOLD_CALLS, fold_begin,
                                     fold_make, fold_end};

  (void)state;
  every_sequence(&stage);
}

/* ---- from inside ----------------------------------------------------------
 */

static sluice_sse *inner_sse;
static sluice_cite *inner_cite;
static size_t inner_at, inner_n; /* the time at which they call; times */
static int inner_frees;

static int sse_calls_itself(void *user, const sluice_sse_event *e)
{
  size_t consumed = 9;

  bytes_put((struct bytes *)user, e->data.p, e->data.n);
  if (inner_n++ != inner_at)
    return 0;
  if (inner_frees) {
    sluice_sse_free(inner_sse);
  } else {
    assert_int_equal(sluice_sse_feed(inner_sse, "x", 1, &consumed),
                     SLUICE_ERR_STATE);
    assert_int_equal(consumed, 0);
    assert_int_equal(sluice_sse_feed(inner_sse, NULL, 0, NULL),
                     SLUICE_ERR_STATE);
    assert_int_equal(sluice_sse_finish(inner_sse), SLUICE_ERR_STATE);
    sluice_sse_reset(inner_sse);
    assert_int_equal(sluice_sse_counted(inner_sse).events, inner_n);
  }
  return 0;
}

static void from_inside_the_decoder(void **state)
{
  static const char in[] = "data: a\n\nid: 7\ndata: b\n\nerror: c\ndata: d";
  sluice_status status;

  (void)state;
  for (inner_frees = 0; inner_frees < 2; inner_frees++)
    for (inner_at = 0; inner_at < 4; inner_at++) {
      struct heap memory;
      struct bytes out = {0};
      sluice_options o;

      heap_init(&memory, HEAP_NEVER, 0);
      sluice_options_init(&o);
      o.mem = &memory.mem;
      inner_n = 0;
      assert_int_equal(sluice_sse_new(&inner_sse, &o, sse_calls_itself, &out),
                       SLUICE_OK);
      status = sluice_sse_feed(inner_sse, LIT(in), NULL);
      if (status == SLUICE_OK)
        status = sluice_sse_finish(inner_sse);
      if (inner_frees) {
        assert_int_equal(status, SLUICE_ERR_CALLBACK);
        assert_int_equal(out.n, inner_at + 1);
        assert_memory_equal(out.p, "abcd", out.n);
      } else {
        assert_int_equal(status, SLUICE_OK);
        assert_string_equal(out.p, "abcd");
        sluice_sse_free(inner_sse);
      }
      assert_int_equal(memory.live, 0);
      bytes_free(&out);
    }
}

static int cite_calls_itself(void *user, const sluice_cite_piece *piece)
{
  bytes_put((struct bytes *)user, piece->text.p, piece->text.n);
  bytes_put((struct bytes *)user, piece->file_id.p, piece->file_id.n);
  if (inner_n++ != inner_at)
    return 0;
  if (inner_frees) {
    sluice_cite_free(inner_cite);
  } else {
    assert_int_equal(sluice_cite_feed(inner_cite, CLEAN("x")),
                     SLUICE_ERR_STATE);
    assert_int_equal(sluice_cite_finish(inner_cite), SLUICE_ERR_STATE);
    assert_int_equal(sluice_cite_unknown(inner_cite), 0);
  }
  return 0;
}

static void from_inside_the_citations(void **state)
{
  int rv;

  (void)state;
  for (inner_frees = 0; inner_frees < 2; inner_frees++)
    for (inner_at = 0; inner_at < 5; inner_at++) {
      struct heap memory;
      struct bytes out = {0};
      sluice_options o;

      heap_init(&memory, HEAP_NEVER, 0);
      sluice_options_init(&o);
      o.mem = &memory.mem;
      inner_n = 0;
      assert_int_equal(
          sluice_cite_new(&inner_cite, &o, cite_calls_itself, &out), SLUICE_OK);
      rv = sluice_cite_feed(inner_cite, CLEAN("a <|file-b|>c<|file-d"));
      if (rv == 0)
        rv = sluice_cite_feed(inner_cite, CLEAN("|><|fil"));
      if (rv == 0)
        rv = sluice_cite_finish(inner_cite);
      if (inner_frees) {
        assert_int_equal(rv, SLUICE_ERR_CALLBACK);
        assert_int_equal(inner_n, inner_at + 1);
      } else {
        assert_int_equal(rv, 0);
        assert_string_equal(out.p, "afile-bcfile-d<|fil");
        sluice_cite_free(inner_cite);
      }
      assert_int_equal(memory.live, 0);
      bytes_free(&out);
    }
}

/* ---- one scratch for a parser and a fold ----------------------------------
 */

/* The deltas lie in the scratch that the fold uses. */
static void a_fold_takes_deltas_out_of_its_scratch(void **state)
{
  static const char *const payloads[] = {
      "{\"choices\":[{\"delta\":{\"content\":[{\"type\":\"text\",\"text\":\"a"
      "\\ud83d\"},{\"type\":\"text\",\"text\":\"\\ude00b\"}],\"tool_calls\":"
      "[{\"id\":\"i\",\"function\":{\"name\":\"f\",\"arguments\":{\"a\":[1, 2]}"
      "}}]}}]}",
      "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}", "[DONE]"};
  struct bytes out[2] = {{0}, {0}};
  int shared;
  size_t i;

  (void)state;
  for (shared = 0; shared < 2; shared++) {
    sluice_scratch *scratch = NULL;
    sluice_parser *p = NULL;
    sluice_fold *f = NULL;
    sluice_options o;
    sluice_chunk chunk;
    sluice_str json;

    sluice_options_init(&o);
    if (shared)
      assert_int_equal(sluice_scratch_new(&scratch, NULL), SLUICE_OK);
    o.scratch = scratch;
    assert_int_equal(sluice_parser_new(&p, &o), SLUICE_OK);
    assert_int_equal(sluice_fold_new(&f, &o), SLUICE_OK);
    for (i = 0; i < COUNT(payloads); i++) {
      sluice_str payload = {payloads[i], strlen(payloads[i])};

      assert_int_equal(sluice_parser_parse(p, STR(""), payload, &chunk),
                       SLUICE_OK);
      assert_int_equal(sluice_fold_chunk(f, &chunk), SLUICE_OK);
    }
    assert_int_equal(sluice_fold_finish(f), SLUICE_OK);
    assert_int_equal(sluice_fold_json(f, &json), SLUICE_OK);
    bytes_put(&out[shared], json.p, json.n);
    sluice_parser_free(p);
    sluice_fold_free(f);
    sluice_scratch_free(scratch);
  }
  assert_non_null(strstr(out[0].p, "\"content\":\"a\xf0\x9f\x98\x80"
                                   "b\""));
  assert_true(bytes_equal(&out[0], &out[1]));
  bytes_free(&out[0]);
  bytes_free(&out[1]);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_decoder_in_every_order),
      cmocka_unit_test(citations_in_every_order),
      cmocka_unit_test(the_parser_in_every_order),
      cmocka_unit_test(the_fold_in_every_order),
      cmocka_unit_test(from_inside_the_decoder),
      cmocka_unit_test(from_inside_the_citations),
      cmocka_unit_test(a_fold_takes_deltas_out_of_its_scratch)};

  return cmocka_run_group_tests_name("stages", tests, NULL, NULL);
}
