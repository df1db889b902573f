/* SPDX-License-Identifier: MIT */
/* Streams made by chance of events that are much alike, so that most of them
 * go the short way (src/mould.h, src/lane.h), and many leave it again; and good
 * streams that were damaged. With any
 * options, on a scratch that other streams taught, cut anywhere, with pauses
 * and other streams between: what comes out is what comes out with
 * SLUICE_NO_FAST_PATH, byte for byte, with the same counts and the same end. */
#include "check.h"
#include "damage.h"
#include "trial.h"

#define STREAMS 2000
#define DAMAGED 30 /* of each kind of damage */
#define PIECES  4  /* kinds of events that one stream goes on with */

/* In an event, `$` is a text, `#` a number, `@` another text that is an id or
 * so, mostly the same in all of the stream. */
static const char *const events[] = {
#define CORE 22 /* of them are what most streams are made of */
#define HEAD                                                                   \
  "{\"id\":\"@\",\"object\":\"chat.completion.chunk\",\"created\":17,"         \
  "\"model\":\"m\",\"choices\":[{\"index\":0,"
#define EVENT(members) HEAD members "}]}"
#define DELTA(members) EVENT("\"delta\":{" members "},\"finish_reason\":null")
    DELTA("\"content\":\"$\""),
    DELTA("\"role\":\"assistant\",\"content\":\"$\""),
    DELTA("\"content\":\"$\",\"refusal\":null"),
    EVENT("\"delta\":{\"content\":\"$\"},\"logprobs\":{\"content\":[{\"token\":"
          "\"$\",\"logprob\":-0.#,\"bytes\":[#]}]}"),
    EVENT("\"delta\":{\"content\":\"\"},\"logprobs\":{\"content\":[{\"token\":"
          "\"t\"}]}"),
    DELTA("\"content\":\"cut \xc3\""),
    DELTA("\"content\":\"cut \\ud83d\""),
    DELTA("\"refusal\":\"$\""),
    DELTA("\"reasoning_content\":\"$\""),
    DELTA("\"reasoning\":\"$\""),
    DELTA("\"content\":\"\",\"reasoning_content\":\"$\""),
    DELTA("\"content\":\"$\",\"reasoning\":\"$\""),
    DELTA("\"reasoning\":\"$\",\"reasoning_details\":[{\"type\":"
          "\"reasoning.text\",\"text\":\"$\"}]"),
    DELTA("\"reasoning_details\":[{\"type\":\"reasoning.encrypted\",\"data\":"
          "\"$\"}]"),
    DELTA("\"content\":[{\"type\":\"text\",\"text\":\"$\"}]"),
    DELTA("\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"$\"}}]"),
    DELTA("\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"$\"}}]"),
    DELTA("\"tool_calls\":[{\"index\":#,\"function\":{\"arguments\":\"$\"}}]"),
    DELTA("\"tool_calls\":[{\"index\":#,\"id\":\"@\",\"function\":{\"name\":"
          "\"f\",\"arguments\":\"$\"}}]"),
    DELTA("\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":{\"a\":"
          "#}}}]"),
    DELTA("\"tool_calls\":[{\"index\":0,\"id\":\"\",\"function\":{\"name\":"
          "null,\"arguments\":\"$\"}}]"),
    DELTA("\"tool_calls\":[{\"index\":0,\"id\":\"c0\",\"type\":\"function\","
          "\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]"),
    DELTA("\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"$\"}},"
          "{\"index\":#,\"function\":{\"arguments\":\"$\"}}]"),
    DELTA("\"tool_calls\":[{\"index\":#,\"id\":\"@\",\"function\":{\"name\":"
          "\"g\",\"arguments\":{\"a\":#}}}]"),
    DELTA("\"function_call\":{\"name\":\"f\",\"arguments\":\"$\"}"),
    DELTA("\"content\":\"$\",\"annotations\":[{\"type\":\"url_citation\","
          "\"url_citation\":{\"url\":\"u\",\"title\":\"t\",\"start_index\":0,"
          "\"end_index\":#}}]"),
    DELTA("\"content\":\"$\",\"audio\":{\"data\":\"$\"}"),
    DELTA(""),
    EVENT("\"delta\":{\"content\":\"$\"}"),
    EVENT("\"delta\":{\"content\":\"$\"},\"logprobs\":null"),
    EVENT("\"delta\":\"$\""),
    EVENT(
        "\"text\":\"$\",\"delta\":{\"content\":\"$\"},\"finish_reason\":\"\""),
    EVENT("\"delta\":{\"content\":\"$\"},\"finish_reason\":\"stop\""),
    EVENT("\"delta\":{},\"finish_reason\":\"stop\""),
    EVENT("\"delta\":{},\"finish_reason\":\"odd\""),
    EVENT("\"message\":{\"content\":\"$\"}"),
#define LINE(before) "{" before "\"choices\":[{\"delta\":{\"content\":\"$\"}}]}"
    LINE(""),
    LINE("\"id\":\"$\","),
    LINE("\"created\":#,"),
    LINE("\"created\":\"#\","),
    LINE("\"x\":{\"created\":#},"),
    LINE("\"model\":\"$\",\"system_fingerprint\":\"$\","),
    LINE("\"service_tier\":\"default\","),
    LINE("\"service_tier\":\"odd\","),
    LINE("\"service_tier\":\"\\u006fdd\","),
    LINE("\"service_tier\":\"defa\\u0075lt\","),
    LINE("\"service_tier\":\"$\","),
    LINE("\"p\":\"$\",\"n\":-#.5e3,"),
    LINE("\"citations\":[\"$\"],"),
    LINE("\"object\":\"$\",\"usage\":null,"),
    LINE("\"error\":null,"),
    LINE("\"usage\":{\"prompt_tokens\":#,\"completion_tokens\":#,"
         "\"total_tokens\":#},"),
    "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"$\"}},{\"index\":1,"
    "\"delta\":{\"content\":\"$\"}}]}",
    "{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"$\"}}]}",
    "{\"choices\":[{\"index\":#,\"delta\":{\"content\":\"$\"}}]}",
    "{\"choices\":[],\"usage\":{\"prompt_tokens\":#,\"completion_tokens\":#}}",
    "{\"choices\":[]}",
    "{\"id\":\"$\"}",
    "{\"x\":#}",
    "[{\"choices\":[{\"delta\":{\"content\":\"$\"}}]}]",
    "{\"choices\":[{\"delta\":{\"content\":\"$\"}}]} {\"id\":\"$\"}",
    "{\"choices\":[{\"delta\":{\"content\":\"$\",\"content\":\"$\"}}]}",
    "{\"choices\":{\"delta\":{\"content\":\"$\"}}}",
};

static const char opening[] =
    DELTA("\"tool_calls\":[{\"index\":0,\"id\":\"c0\",\"function\":{\"name\":"
          "\"f\",\"arguments\":\"{\\\"input\\\":\\\"a\"}}]");

/* Those that end a stream: at most one in a stream. */
static const char *const ends[] = {
    "[DONE]",
    "{\"error\":{\"message\":\"$\"}}",
    "{\"error\":{\"message\":\"$\"},\"usage\":{\"prompt_tokens\":#}}",
    "{\"choices\":[{\"delta\":{\"content\":\"$\"}}],\"error\":{\"code\":#}}",
    "{\"choices\":[{\"delta\":{\"content\":\"$\"}}]",
    "{\"choices\":[{\"delta\":{\"content\":\"\x01\"}}]}",
    "{\"choices\":[{\"delta\":{\"content\":\"\\x\"}}]}",
};

static const char *const texts[] = {
    "a",
    " word",
    "Hello",
    " of several words, longer than thirty-two bytes",
    "a longer text, which is as long as a line that nobody would like to read, "
    "or even longer, as this one is by some more words at its end",
    "1",
    " ",
    "ends in one ",
    "",
    "\\n",
    "\\u00e9",
    "\\ud83d\\ude00",
    "\\ud83d",
    "\\ude00",
    "\xc3\xa9",
    "\xc3",
    "\xa9",
    "\xff",
    "\x7f",
    "\\\"a\\\":1",
    "{\\\"q\\\":",
    "\\\"x\\\"}",
    "{\\\"input\\\":\\\"",
    "{}",
    "}",
    "<",
    "<|",
    "<|file-",
    "<|file-a|>",
    "x <|file-a|>",
    "file-a|>",
    "|>",
    "a < b",
    "[",
    "[[doc-1]]",
    "[[",
    "<think>",
    "</think>",
    "\\", /* no string at all */
    "\t",
    "\xf0\x9f\x91\xa9\xe2\x80\x8d",
    "e\xcc\x81",
};

static const char *const frames[] = {"data: $\n\n",
                                     "data: $\n\n",
                                     "data: $\n\n",
                                     "data:$\n\n",
                                     "data: $\r\n\r\n",
                                     "data: $\r\r",
                                     ": c\n\ndata: $\n\n",
                                     "data: $\n\n\n",
                                     "data: $\nid: 1\n\n",
                                     "event: x\ndata: $\n\n",
                                     "event: error\ndata: $\n\n"};

/* ---- a stream ---------------------------------------------------------------
 */

static const char *any(const char *const *list, size_t n, uint64_t *random)
{
  return list[random_below(random, n)];
}

/* Texts are short words for the most part. */
static const char *text_of(uint64_t *random)
{
  return any(texts, random_below(random, 3) > 0 ? 6 : COUNT(texts), random);
}

static void put_event(struct bytes *out, const char *event, uint64_t *random)
{
  static const char *const numbers[] = {"0",   "1",          "2",  "7",   "65",
                                        "300", "1700000000", "01", "1e1", "-1"};

  for (; *event != '\0'; event++)
    if (*event == '$')
      bytes_puts(out, text_of(random));
    else if (*event == '#')
      bytes_puts(out,
                 any(numbers, random_below(random, 9) > 0 ? 3 : COUNT(numbers),
                     random));
    else if (*event == '@')
      bytes_puts(out, random_below(random, 12) > 0 ? "id" : text_of(random));
    else
      bytes_put(out, event, 1);
}

static void put_framed(struct bytes *out, const char *event, size_t most_frames,
                       uint64_t *random)
{
  struct bytes payload = {0};
  const char *frame;

  put_event(&payload, event, random);
  frame = any(frames, random_below(random, 15) > 0 ? 1 : most_frames, random);
  bytes_put(out, frame, strcspn(frame, "$"));
  bytes_put(out, payload.p, payload.n);
  bytes_puts(out, strchr(frame, '$') + 1);
  bytes_free(&payload);
}

/* Runs of the same event, of few kinds. */
static void make_stream(struct bytes *in, uint64_t *random)
{
  const char *kinds[PIECES];
  size_t i, k, n;

  bytes_clear(in);
  k = random_below(random, 2) == 0 ? CORE : COUNT(events);
  for (i = 0; i < PIECES; i++)
    kinds[i] = any(events, i % 2 == 0 ? CORE : k, random);
  if (random_below(random, 3) == 0)
    put_framed(in, opening, 1, random);
  for (i = random_below(random, 12); i > 0; i--) {
    const char *kind = kinds[random_below(random, PIECES)];

    n = random_below(random, 8);
    for (k = 0; k <= n; k++)
      put_framed(in, kind, COUNT(frames), random);
  }
  if (random_below(random, 6) == 0)
    put_framed(in, any(ends, COUNT(ends), random), COUNT(frames), random);
  if (random_below(random, 2) == 0)
    put_framed(in, ends[0], 1, random);
  bytes_puts(in, "");
}

static void set_limits(sluice_options *o, uint64_t *random)
{
  if (random_below(random, 4) == 0)
    o->max_payload = 40 + random_below(random, 300);
  if (random_below(random, 4) == 0)
    o->max_output = 1 + random_below(random, 400);
  if (random_below(random, 4) == 0)
    o->max_depth = 1 + (uint32_t)random_below(random, 12);
  if (random_below(random, 8) == 0)
    o->max_items = 1 + (uint32_t)random_below(random, 3);
}

static void make_options(struct setup *s, uint64_t *random)
{
  static const sluice_tool tools[] = {
      {.name = {"f", 1}, .type = SLUICE_TOOL_CUSTOM},
      {.name = {"f", 1}, .type = SLUICE_TOOL_MCP, .server_label = {"s", 1}},
      {.name = {"f", 1}, .type = SLUICE_TOOL_FILE_SEARCH},
      {.name = {"f", 1}, .type = SLUICE_TOOL_CODE_INTERPRETER}};
  size_t which;

  setup_init(s);
  s->o.seed = 5;
  s->o.created_at = 7;
  if (random_below(random, 3) == 0)
    set_limits(&s->o, random);
  s->o.reasoning = (sluice_reasoning)random_below(random, 3);
  s->o.index_unit = (sluice_unit)random_below(random, 4);
  if (random_below(random, 4) == 0)
    s->o.flags = (uint32_t)random_below(random, 16);
  if (random_below(random, 8) == 0)
    s->o.lenient = 1u << random_below(random, 5);
  which = random_below(random, 2 * COUNT(tools));
  if (which < COUNT(tools)) {
    s->o.tools = &tools[which];
    s->o.tool_count = 1;
  }
  if (random_below(random, 6) == 0) {
    s->o.marker_open = (sluice_str){"[[", 2};
    s->o.marker_prefix = (sluice_str){"doc-", 4};
    s->o.marker_close = (sluice_str){"]]", 2};
  }
}

/* ---- ways -------------------------------------------------------------------
 */

static void feed(struct run *r, const char *p, size_t n)
{
  char *piece = malloc(n + (n == 0));

  if (piece == NULL)
    abort();
  memcpy(piece, p, n);
  run_feed(r, piece, n);
  memset(piece, 'z', n);
  free(piece);
}

static void feed_cut(struct run *r, const struct bytes *in, struct run *other,
                     size_t most, uint64_t *random)
{
  size_t at, n;

  for (at = 0; at < in->n; at += n) {
    n = 1 + random_below(random, most);
    if (n > in->n - at)
      n = in->n - at;
    feed(r, in->p + at, n);
    if (other != NULL)
      feed(other, in->p + at, n);
  }
}

static void check(const struct bytes *in, const struct run *expected,
                  const struct run *r, const char *way, size_t number)
{
  if (bytes_equal(&expected->text, &r->text) &&
      bytes_equal(&expected->wire, &r->wire))
    return;
  bytes_difference(&expected->text, &r->text);
  print_error("%.*s\n", (int)in->n, in->p);
  fail_msg("stream %zu: other output %s", number, way);
}

/* The long way, all of it. Guesses keep a stream from the lanes (src/lane.h),
 * too; the one about lists of URLs changes nothing else when there are none. */
static void go_the_long_way(sluice_options *o, const struct bytes *in)
{
  o->flags |= SLUICE_NO_FAST_PATH;
  o->scratch = NULL;
  if (strlen(in->p) == in->n && strstr(in->p, "citations") == NULL)
    o->lenient |= SLUICE_LENIENT_CITATIONS;
}

static void without(struct run *r, struct setup *s, const struct bytes *in)
{
  sluice_options o = s->o;

  go_the_long_way(&s->o, in);
  run_init(r, s);
  run_feed(r, in->p, in->n);
  run_finish(r);
  s->o = o;
}

static void every_way(struct setup *s, const struct bytes *in, size_t number,
                      uint64_t *random)
{
  struct run expected, r;

  without(&expected, s, in);
  s->o.scratch = NULL;
  run_init(&r, s);
  feed(&r, in->p, in->n);
  run_finish(&r);
  check(in, &expected, &r, "by itself", number);
  run_again(&r);
  feed_cut(&r, in, NULL, 400, random);
  run_finish(&r);
  check(in, &expected, &r, "behind itself", number);
  run_free(&r);
  run_free(&expected);
}

static void shared(struct setup *s, sluice_scratch *scratch,
                   const struct bytes *in, size_t number, uint64_t *random)
{
  struct run expected, r, other;
  struct setup slow = *s;

  without(&expected, s, in);
  s->o.scratch = slow.o.scratch = scratch;
  if (random_below(random, 2) == 0)
    slow.o.flags |= SLUICE_NO_FAST_PATH;
  run_init(&r, s);
  run_init(&other, &slow);
  feed_cut(&r, in, &other, 600, random);
  run_finish(&r);
  run_finish(&other);
  check(in, &expected, &r, "on a shared scratch, cut", number);
  check(in, &expected, &other, "on a shared scratch, in turns", number);
  run_again(&r);
  r.pause = 1;
  feed_cut(&r, in, NULL, 1 + in->n, random);
  r.pause = 0;
  if (r.feed == SLUICE_PAUSED)
    r.feed = SLUICE_OK;
  run_finish(&r);
  check(in, &expected, &r, "on a shared scratch, with pauses", number);
  run_free(&r);
  run_free(&other);
  run_free(&expected);
}

/* The streams of the corpus and the recordings, damaged (damage.h). */
static void damaged_streams(void **state)
{
  sluice_scratch *scratch = NULL;
  struct sources sources;
  uint64_t random = 3;
  struct trial t;
  size_t i, seed;

  (void)state;
  sources_read(&sources);
  assert_int_equal(sluice_scratch_new(&scratch, NULL), SLUICE_OK);
  for (seed = 0; seed < DAMAGED; seed++)
    for (i = 0; i < damage_count; i++) {
      trial_init(&t, &sources, i, 70000 + seed, VARIANT_ANY);
      bytes_puts(&t.in, "");
      every_way(&t.setup, &t.in, seed, &random);
      shared(&t.setup, scratch, &t.in, seed, &random);
      trial_free(&t);
    }
  sluice_scratch_free(scratch);
  sources_free(&sources);
}

/* Rare ones, and those that showed a fault. */
static void certain_streams(void **state)
{
  static const char *const streams[] = {
#define AS(members) "data: {" members "}\n\n"
#define SAYS(text)  AS("\"choices\":[{\"delta\":{\"content\":\"" text "\"}}]")
#define ODD(text)                                                              \
  AS("\"service_tier\":\"\\u006fdd\",\"choices\":[{\"delta\":{\"content\":"    \
     "\"" text "\"}}]")
      ODD("a") ODD("b") ODD("c") ODD("d") ODD("e"),
      SAYS("a") SAYS("b") SAYS("c")
          AS("\"error\":{\"message\":\"m\"},\"usage\":{\"prompt_tokens\":1}"),
      SAYS("a") SAYS("b") SAYS("c\\ud83d") SAYS("\\ude00") SAYS("d\xc3")
          SAYS("\xa9") SAYS("e") SAYS("f\\ud83d") SAYS("g") SAYS("h"),
  };
  sluice_scratch *scratch = NULL;
  struct bytes in = {0};
  uint64_t random = 9;
  struct setup s;
  size_t i;

  (void)state;
  assert_int_equal(sluice_scratch_new(&scratch, NULL), SLUICE_OK);
  for (i = 0; i < COUNT(streams); i++) {
    setup_init(&s);
    bytes_clear(&in);
    bytes_puts(&in, streams[i]);
    every_way(&s, &in, i, &random);
    shared(&s, scratch, &in, i, &random);
    setup_free(&s);
  }
  sluice_scratch_free(scratch);
  bytes_free(&in);
}

/* ---- callbacks that do something --------------------------------------------
 */

enum deed { DEED_ABORTS, DEED_FREES, DEED_PAUSES, DEED_CALLS, DEED_COUNT };

struct visit {
  sluice_translator *t;
  enum deed deed;
  size_t events, at; /* the event at which it does it */
  int over;          /* no event may come any more */
  struct bytes wire;
};

static int on_event(void *user, const sluice_event *e)
{
  struct visit *v = (struct visit *)user;

  assert_false(v->over);
  bytes_put(&v->wire, e->wire.p, e->wire.n);
  bytes_printf(&v->wire, "%s %llu %u %u ", sluice_event_name(e->type),
               (unsigned long long)e->sequence_number, e->output_index,
               e->part_index);
  bytes_put(&v->wire, e->json.p, e->json.n);
  bytes_put(&v->wire, e->item_id.n == 0 ? "" : e->item_id.p, e->item_id.n);
  bytes_put(&v->wire, e->text.n == 0 ? "" : e->text.p, e->text.n);
  if (v->events++ != v->at)
    return 0;
  v->over = v->deed == DEED_ABORTS || v->deed == DEED_FREES;
  if (v->deed == DEED_FREES)
    sluice_translator_free(v->t);
  if (v->deed == DEED_CALLS)
    assert_int_equal(sluice_translator_finish(v->t), SLUICE_ERR_STATE);
  return v->deed == DEED_ABORTS ? -5 : v->deed == DEED_PAUSES;
}

/* All that can be seen of it. */
static void visit(struct visit *v, const struct setup *s, int long_way,
                  const struct bytes *in, enum deed deed, size_t at)
{
  sluice_options o = s->o;
  sluice_error error;
  sluice_status fed;
  size_t consumed;

  memset(v, 0, sizeof(*v));
  v->deed = deed;
  v->at = at;
  if (long_way)
    go_the_long_way(&o, in);
  assert_int_equal(sluice_translator_new(&v->t, &o, on_event, v), SLUICE_OK);
  fed = sluice_translator_feed(v->t, in->p, in->n, &consumed);
  bytes_printf(&v->wire, "fed %d %zu\n", (int)fed, consumed);
  if (v->deed == DEED_FREES && v->over)
    return;
  if (fed == SLUICE_PAUSED)
    fed = sluice_translator_feed(v->t, in->p + consumed, in->n - consumed,
                                 &consumed);
  bytes_printf(&v->wire, "fed %d %zu\n", (int)fed, consumed);
  bytes_printf(&v->wire, "finish %d\n", (int)sluice_translator_finish(v->t));
  if (v->deed == DEED_FREES && v->over)
    return;
  error = sluice_translator_error(v->t);
  bytes_printf(&v->wire, "error %d %llu\n", (int)error.status,
               (unsigned long long)error.offset);
  sluice_translator_free(v->t);
}

static void callbacks_that_do_something(void **state)
{
  struct bytes in = {0};
  struct visit fast, slow;
  struct setup s;
  size_t i;

  (void)state;
  for (i = 0; i < STREAMS; i++) {
    uint64_t random = i * 104729 + 1;
    enum deed deed = (enum deed)(i % DEED_COUNT);
    size_t at;

    make_stream(&in, &random);
    make_options(&s, &random);
    at = random_below(&random, 40);
    visit(&slow, &s, 1, &in, deed, at);
    visit(&fast, &s, 0, &in, deed, at);
    if (!bytes_equal(&slow.wire, &fast.wire)) {
      bytes_difference(&slow.wire, &fast.wire);
      fail_msg("stream %zu: the callback changes something else", i);
    }
    bytes_free(&slow.wire);
    bytes_free(&fast.wire);
    setup_free(&s);
  }
  bytes_free(&in);
}

/* ---- all of it --------------------------------------------------------------
 */

static void streams_by_chance(void **state)
{
  const char *more = getenv("MIXED_STREAMS"), *first = getenv("MIXED_FIRST");
  size_t i, n = more == NULL ? STREAMS : strtoul(more, NULL, 10);
  sluice_scratch *scratch = NULL;
  struct bytes in = {0};
  struct setup s;

  (void)state;
  assert_int_equal(sluice_scratch_new(&scratch, NULL), SLUICE_OK);
  for (i = first == NULL ? 0 : strtoul(first, NULL, 10); n-- > 0; i++) {
    uint64_t random = i * 7919 + 1;

    random_next(&random);
    make_stream(&in, &random);
    make_options(&s, &random);
    every_way(&s, &in, i, &random);
    shared(&s, scratch, &in, i, &random);
    setup_free(&s);
  }
  sluice_scratch_free(scratch);
  bytes_free(&in);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(streams_by_chance),
      cmocka_unit_test(certain_streams),
      cmocka_unit_test(damaged_streams),
      cmocka_unit_test(callbacks_that_do_something),
  };

  return cmocka_run_group_tests_name("mixed by chance", tests, NULL, NULL);
}
