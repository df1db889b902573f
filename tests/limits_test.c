/* SPDX-License-Identifier: MIT */
/* Each limit at its last value that passes, and one past it: then the response
 * fails with ERR_LIMIT and the words of that limit, what came before is shown,
 * and the stream ends by the laws. What has no code is cut or let be text, at
 * the same two places. docs/limits.md has a row for each test. */
#include "check.h"
#include "ids.h"
#include "laws.h"
#include "limit.h"
#include "run.h"
#include "status.h"

#define DATA "data: {\"choices\":[{\"index\":0,\"delta\":{"
#define DATA_OF                                                                \
  "data: {%s\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"}}]}\n\n"
#define CLOSE "}}]}\n\n"
#define START DATA "\"content\":\"ok\"" CLOSE
#define END                                                                    \
  "data: "                                                                     \
  "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}"      \
  "\n\ndata: [DONE]\n\n"

static void repeat(struct bytes *in, const char *s, size_t n)
{
  while (n-- > 0)
    bytes_puts(in, s);
}

/* ---- streams with n of something ----------------------------------------- */

/* A member of a delta whose string has n bytes. */
static void member(struct bytes *in, const char *before, size_t n,
                   const char *after)
{
  bytes_puts(in, DATA);
  bytes_puts(in, before);
  repeat(in, "a", n);
  bytes_puts(in, after);
  bytes_puts(in, CLOSE);
}

static void text(struct bytes *in, size_t n)
{
  member(in, "\"content\":\"", n, "\"");
}

static void letters(struct bytes *in, size_t n)
{
  repeat(in, DATA "\"content\":\"a\"" CLOSE, n);
}

static void refusal(struct bytes *in, size_t n)
{
  member(in, "\"refusal\":\"", n, "\"");
}

static void thought(struct bytes *in, size_t n)
{
  member(in, "\"reasoning_content\":\"", n, "\"");
}

static void encrypted(struct bytes *in, size_t n)
{
  member(in,
         "\"reasoning_details\":[{\"type\":\"reasoning.encrypted\",\"data\":\"",
         n, "\"}]");
}

static void arguments(struct bytes *in, size_t n)
{
  member(in,
         "\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":"
         "\"f\",\"arguments\":\"",
         n, "\"}}]");
}

static void call_id(struct bytes *in, size_t n)
{
  member(in, "\"tool_calls\":[{\"index\":0,\"id\":\"", n,
         "\",\"function\":{\"name\":\"f\"}}]");
}

static void call_name(struct bytes *in, size_t n)
{
  member(in,
         "\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"",
         n, "\"}}]");
}

#define ENTRY_REST                                                             \
  "\",\"logprob\":-1,\"bytes\":[],\"top_logprobs\":[]}" /* compact as it is */

static void logprobs(struct bytes *in, size_t n)
{
  bytes_puts(in, "data: {\"choices\":[{\"index\":0,\"logprobs\":{\"content\":["
                 "{\"token\":\"");
  repeat(in, "a", n);
  bytes_puts(in, ENTRY_REST "]},\"delta\":{\"content\":\"\"}}]}\n\n");
}

static void url(struct bytes *in, size_t n)
{
  member(in,
         "\"annotations\":[{\"type\":\"url_citation\",\"url_citation\":{"
         "\"title\":\"t\",\"url\":\"",
         n, "\"}}]");
}

/* A member of the chunk itself. */
static void envelope(struct bytes *in, const char *name, size_t n)
{
  struct bytes value = {0};

  bytes_printf(&value, "\"%s\":\"", name);
  repeat(&value, "a", n);
  bytes_puts(&value, "\",");
  bytes_printf(in, DATA_OF, value.p);
  bytes_free(&value);
}

static void model(struct bytes *in, size_t n)
{
  envelope(in, "model", n);
}

static void chunk_id(struct bytes *in, size_t n)
{
  envelope(in, "id", n);
}

static void tier(struct bytes *in, size_t n)
{
  envelope(in, "service_tier", n);
}

/* n bytes of data in one line; in two, joined by a line feed; as a body. */
static void one_line(struct bytes *in, size_t n)
{
  size_t before = in->n, around = sizeof(DATA "\"content\":\"\"}}]}") - 7;

  text(in, n - around);
  assert_int_equal(in->n - before, n + 8);
}

static void two_lines(struct bytes *in, size_t n)
{
  static const char rest[] = "[{\"index\":0,\"delta\":{\"content\":\"\"}}]}";

  bytes_puts(in, "data: {\"choices\":\ndata: [{\"index\":0,\"delta\":{"
                 "\"content\":\"");
  repeat(in, "a", n - (sizeof("{\"choices\":\n") - 1) - (sizeof(rest) - 1));
  bytes_puts(in, "\"}}]}\n\n");
}

static void body(struct bytes *in, size_t n)
{
  static const char close[] = "\"},\"finish_reason\":\"stop\"}]}";

  bytes_puts(in, "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"");
  repeat(in, "a", n - in->n - (sizeof(close) - 1));
  bytes_puts(in, close);
}

static void levels(struct bytes *in, size_t n)
{
  struct bytes value = {0};

  bytes_puts(&value, "\"x\":");
  repeat(&value, "[", n - 1);
  repeat(&value, "]", n - 1);
  bytes_puts(&value, ",");
  bytes_printf(in, DATA_OF, value.p);
  bytes_free(&value);
}

/* The object, a key, the array and what is in it. */
static void values(struct bytes *in, size_t n)
{
  bytes_puts(in, "data: {\"x\":[0");
  repeat(in, ",0", n - 4);
  bytes_puts(in, "]}\n\n");
}

/* Two deltas for chunk and choice, then one for each part; `pad` bytes more. */
static void parts_in(struct bytes *in, size_t n, size_t pad)
{
  bytes_puts(in, DATA "\"content\":[\"a\"");
  repeat(in, ",\"a\"", n - 3);
  repeat(in, " ", pad);
  bytes_puts(in, "]" CLOSE);
}

static void dense_deltas(struct bytes *in, size_t n)
{
  parts_in(in, n, 0);
}

static void many_deltas(struct bytes *in, size_t n)
{
  parts_in(in, n, (size_t)8 << 20);
}

/* Items in turn: thought, text, thought … */
static void items(struct bytes *in, size_t n)
{
  size_t i;

  for (i = 0; i < n; i++)
    (i % 2 == 0 ? thought : text)(in, 1);
}

static void kinds(struct bytes *in, size_t n)
{
  size_t i;

  for (i = 0; i < n; i++)
    (i % 2 == 0 ? refusal : text)(in, 1);
}

#define OPEN_CALL                                                              \
  DATA "\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":"     \
       "\"f\",\"arguments\":\"[\"}}]" CLOSE

static void kinds_that_wait(struct bytes *in, size_t n)
{
  bytes_puts(in, OPEN_CALL);
  kinds(in, n);
}

static void calls(struct bytes *in, size_t n)
{
  size_t i;

  for (i = 0; i < n; i++)
    bytes_printf(in,
                 DATA
                 "\"tool_calls\":[{\"index\":%zu,\"id\":\"c%zu\","
                 "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]" CLOSE,
                 i, i);
}

static void markers(struct bytes *in, size_t n)
{
  bytes_puts(in, DATA "\"content\":\"");
  repeat(in, "<|file-a|>", n);
  bytes_puts(in, "\"" CLOSE);
}

static void markers_that_wait(struct bytes *in, size_t n)
{
  bytes_puts(in, OPEN_CALL);
  markers(in, n);
}

static void urls(struct bytes *in, size_t n)
{
  size_t i;

  for (i = 1; i <= n; i++)
    url(in, i);
}

/* ---- at, and one past ---------------------------------------------------- */

#define OUTPUT_OF_100 "more than max_output (100) bytes of text in the response"
#define PAYLOAD_OF_200                                                         \
  "more than max_payload (200) bytes in one event or JSON body"

struct row {
  const char *name, *opts;
  void (*build)(struct bytes *in, size_t n);
  size_t fits;
  const char *words;
  int bare; /* without a chunk before it */
};

static const struct row rows[] = {
    {"payload", "max-payload=200", one_line, 200, PAYLOAD_OF_200, 0},
    {"payload of lines", "max-payload=200", two_lines, 200, PAYLOAD_OF_200, 0},
    {"body", "max-payload=200", body, 200, PAYLOAD_OF_200, 1},
    {"depth", "max-depth=8", levels, 8,
     "more than max_depth (8) levels of JSON in one event", 0},
    {"values", "", values, (size_t)4 << 20, "too many JSON values in one event",
     0},
    {"deltas in a small event", "", dense_deltas, 2057,
     "too many pieces of text, calls or choices in one event", 0},
    {"text", "max-output=100", text, 98, OUTPUT_OF_100, 0},
    {"text in letters", "max-output=100", letters, 98, OUTPUT_OF_100, 0},
    {"refusal", "max-output=100", refusal, 98, OUTPUT_OF_100, 0},
    {"thought", "max-output=100", thought, 98, OUTPUT_OF_100, 0},
    {"thought that is not shown", "max-output=100\nreasoning=off", thought, 98,
     OUTPUT_OF_100, 0},
    {"encrypted thought", "max-output=100", encrypted, 98, OUTPUT_OF_100, 0},
    {"arguments", "max-output=100", arguments, 96, OUTPUT_OF_100, 0},
    {"id of a call", "max-output=100", call_id, 97, OUTPUT_OF_100, 0},
    {"name of a call", "max-output=100", call_name, 97, OUTPUT_OF_100, 0},
    {"log probabilities", "max-output=100", logprobs,
     98 - (sizeof("{\"token\":\"" ENTRY_REST) - 1), OUTPUT_OF_100, 0},
    {"url and title", "max-output=100", url, 97, OUTPUT_OF_100, 0},
    {"model", "max-output=100", model, 98, OUTPUT_OF_100, 0},
    {"id", "max-output=100", chunk_id, 98, OUTPUT_OF_100, 0},
    {"service tier", "max-output=100", tier, 98, OUTPUT_OF_100, 0},
    {"names of cited files",
     "max-output=100\ncitation-files={\"file-a\":"
     "\"1234567890123456789012345678901234567890\"}",
     markers, 1, OUTPUT_OF_100, 0},
    {"items", "max-items=4", items, 3, "more than max_items (4) output items",
     0},
    {"calls and text", "max-items=4", calls, 3,
     "more than max_items (4) output items", 0},
    {"calls", "max-items=4", calls, 4, "more than max_items (4) tool calls", 1},
    {"parts", "max-items=4", kinds, 3, "more than max_items (4) parts of text",
     0},
    {"parts that wait", "max-items=4", kinds_that_wait, 3,
     "more than max_items (4) parts of text", 0},
    {"file citations", "max-annotations=3", markers, 3,
     "more than max_annotations (3) annotations", 0},
    {"file citations that wait", "max-annotations=3", markers_that_wait, 3,
     "more than max_annotations (3) annotations", 0},
    {"urls", "max-annotations=3", urls, 3,
     "more than max_annotations (3) annotations", 0},
};

static void check_lawful(const char *name, const struct run *r)
{
  char message[LAWS_MESSAGE];
  const char *wrong =
      laws_stream(r->setup->o.index_unit, r->wire.p, r->wire.n, message);

  if (wrong != NULL)
    fail_msg("%s: %s", name, wrong);
}

/* The last line of the text before the summary. */
static const char *last_event(const struct run *r)
{
  const char *at = strstr(r->text.p, "response.failed {");

  assert_non_null(at);
  return at;
}

/* The static text is the same without the number in brackets. */
static void check_static(const char *text, const char *words)
{
  const char *open = strstr(words, " (");
  size_t n = open == NULL ? strlen(words) : (size_t)(open - words);

  assert_memory_equal(text, words, n);
  if (open != NULL)
    assert_string_equal(text + n, strchr(open, ')') + 1);
}

static void check_row(const struct row *row, size_t n)
{
  struct setup setup;
  struct bytes in = {0};
  struct run r;
  sluice_text message;

  setup_init(&setup);
  setup_read(&setup, row->opts);
  if (!row->bare)
    bytes_puts(&in, START);
  row->build(&in, n);
  if (row->build != body)
    bytes_puts(&in, END);
  run_init(&r, &setup);
  run_feed(&r, in.p, in.n);
  run_finish(&r);
  check_lawful(row->name, &r);
  message = sluice_translator_message(r.t);
  if (n <= row->fits) {
    if (r.finish != SLUICE_OK)
      fail_msg("%s: %zu fit: %.*s", row->name, n, (int)message.n, message.p);
  } else {
    if (r.finish != SLUICE_ERR_LIMIT)
      fail_msg("%s: %zu pass: %s", row->name, n, sluice_status_name(r.finish));
    if (message.n != 16 + strlen(row->words) ||
        memcmp(message.p, "limit_exceeded: ", 16) != 0 ||
        memcmp(message.p + 16, row->words, message.n - 16) != 0)
      fail_msg("%s: %.*s", row->name, (int)message.n, message.p);
    if (!row->bare)
      assert_non_null(strstr(last_event(&r), "\"text\":\"ok"));
    check_static(sluice_translator_error(r.t).message, row->words);
  }
  run_free(&r);
  bytes_free(&in);
  setup_free(&setup);
}

static void each_limit_holds_at_its_value_and_not_one_past_it(void **state)
{
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(rows); i++) {
    check_row(&rows[i], rows[i].fits);
    check_row(&rows[i], rows[i].fits + 1);
  }
}

/* The payload alone: a million events would say no more. */
static void a_payload_holds_a_mebi_of_deltas(void **state)
{
  static const size_t counts[] = {LIMIT_DELTAS_MAX, LIMIT_DELTAS_MAX + 1};
  sluice_parser *p = NULL;
  size_t i;

  (void)state;
  assert_int_equal(sluice_parser_new(&p, NULL), SLUICE_OK);
  for (i = 0; i < COUNT(counts); i++) {
    struct bytes in = {0};
    sluice_str payload;
    sluice_chunk chunk;

    many_deltas(&in, counts[i]);
    payload.p = in.p + 6;
    payload.n = in.n - 8;
    assert_int_equal(
        sluice_parser_parse(p, (sluice_str){"", 0}, payload, &chunk),
        i == 0 ? SLUICE_OK : SLUICE_ERR_LIMIT);
    assert_int_equal(chunk.count, i == 0 ? counts[i] : 0);
    if (i > 0)
      assert_string_equal(
          sluice_parser_error(p).message,
          "too many pieces of text, calls or choices in one event");
    bytes_free(&in);
  }
  sluice_parser_free(p);
}

/* ---- what tools give ----------------------------------------------------- */

static const sluice_tool hosted = {{"f", 1}, SLUICE_TOOL_MCP, {"s", 1},
                                   {"", 0},  {"", 0},         {"", 0}};

#define HOSTED_ROUND                                                           \
  DATA "\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":"     \
       "\"f\",\"arguments\":\"{}\"}}]" CLOSE END
#define FREE 92 /* of 100, without c, f, {} and stop */

/* A round with one call; its result has these. */
struct given {
  size_t output, error, results, files, named;
  const char *words; /* NULL: fits */
};

static void check_result(const struct given *g)
{
  static char as[200];
  sluice_file files[8];
  sluice_result result;
  struct bytes results = {0};
  struct setup setup;
  struct run r;
  size_t i;

  memset(as, 'a', sizeof(as));
  memset(&result, 0, sizeof(result));
  result.output = (sluice_str){as, g->output};
  result.error = (sluice_str){as, g->error};
  if (g->results > 0) {
    bytes_puts(&results, "[\"");
    repeat(&results, "a", g->results - 4);
    bytes_puts(&results, "\"]");
    result.results = (sluice_str){results.p, results.n};
  }
  for (i = 0; i < g->files; i++) {
    files[i].id = (sluice_str){as, 1};
    files[i].name = (sluice_str){as, g->named};
  }
  result.files = files;
  result.file_count = g->files;
  setup_init(&setup);
  setup_read(&setup, "max-output=100\nmax-annotations=3");
  setup.o.tools = &hosted;
  setup.o.tool_count = 1;
  run_init(&r, &setup);
  run_feed(&r, HOSTED_ROUND, sizeof(HOSTED_ROUND) - 1);
  assert_int_equal(sluice_translator_end_round(r.t), SLUICE_MORE);
  assert_int_equal(
      sluice_translator_result(r.t, (sluice_text){"c", 1}, &result),
      g->words == NULL ? SLUICE_MORE : SLUICE_ERR_LIMIT);
  run_finish(&r);
  check_lawful("a result", &r);
  if (g->words != NULL)
    check_static(sluice_translator_error(r.t).message, g->words);
  run_free(&r);
  setup_free(&setup);
  bytes_free(&results);
}

static void results_count_as_text_and_files(void **state)
{
  static const struct given cases[] = {
      {FREE, 0, 0, 0, 0, NULL},
      {FREE + 1, 0, 0, 0, 0, OUTPUT_OF_100},
      {0, FREE, 0, 0, 0, NULL},
      {0, FREE + 1, 0, 0, 0, OUTPUT_OF_100},
      {10, 0, FREE - 10, 0, 0, NULL},
      {10, 0, FREE - 9, 0, 0, OUTPUT_OF_100},
      {0, 0, 0, 1, FREE - 1, NULL},
      {0, 0, 0, 1, FREE, OUTPUT_OF_100},
      {0, 0, 0, 3, 1, NULL},
      {0, 0, 0, 4, 1, "more than max_annotations (3) files from tool results"}};
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(cases); i++)
    check_result(&cases[i]);
}

static void lists_of_tools_count_as_text(void **state)
{
  static const char *const errors[] = {"12345678", "123456789"};
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(errors); i++) {
    sluice_str error = {errors[i], strlen(errors[i])};
    struct setup setup;
    struct run r;

    setup_init(&setup);
    setup_read(&setup, "max-output=10");
    run_init(&r, &setup);
    assert_int_equal(sluice_translator_mcp_tools(r.t, (sluice_str){"s", 1},
                                                 (sluice_str){"[]", 2}, error),
                     i == 0 ? SLUICE_OK : SLUICE_ERR_LIMIT);
    run_finish(&r);
    check_lawful("a list of tools", &r);
    run_free(&r);
    setup_free(&setup);
  }
}

/* ---- what is cut, or let be ---------------------------------------------- */

/* Runs a stream to its end, and looks for something in the events. */
static int shows(const char *opts, const struct bytes *in, const char *what)
{
  struct setup setup;
  struct run r;
  int found;

  setup_init(&setup);
  setup_read(&setup, opts);
  run_init(&r, &setup);
  run_feed(&r, in->p, in->n);
  run_finish(&r);
  check_lawful(what, &r);
  found = strstr(r.text.p, what) != NULL;
  run_free(&r);
  setup_free(&setup);
  return found;
}

static void a_longer_id_is_text(void **state)
{
  static const struct {
    const char *opts;
    size_t fits; /* behind file- */
  } cases[] = {{"", 59},
               {"max-marker=10", 5},
               {"max-marker=65536", 65531},
               {"max-marker=4294967295", 65531}};
  size_t i, more;

  (void)state;
  for (i = 0; i < COUNT(cases); i++)
    for (more = 0; more < 2; more++) {
      struct bytes in = {0};

      member(&in, "\"content\":\"a<|file-", cases[i].fits + more, "|>\"");
      bytes_puts(&in, END);
      assert_int_equal(shows(cases[i].opts, &in, "file_citation"), !more);
      bytes_free(&in);
    }
}

static void the_words_of_an_error_are_cut(void **state)
{
  static const char *const ends[] = {"e", "ef", "\\u00e9", "\xc3\xa9",
                                     "\\ud83d\\ude00"};
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(ends); i++) {
    struct bytes in = {0}, cut = {0};

    bytes_puts(&in, START "data: {\"error\":{\"message\":\"");
    repeat(&in, "x", LIMIT_WORDS_MAX - 1);
    bytes_puts(&in, ends[i]);
    bytes_puts(&in, "\"}}\n\n");
    repeat(&cut, "x", LIMIT_WORDS_MAX - 1);
    bytes_puts(&cut, i < 2 ? "e\"" : "\"");
    assert_true(shows("", &in, cut.p));
    bytes_free(&in);
    bytes_free(&cut);
  }
}

static void a_message_shows_200_bytes_of_a_bad_event(void **state)
{
  size_t n;

  (void)state;
  for (n = 200; n <= 201; n++) {
    struct bytes in = {0}, all = {0};

    bytes_puts(&in, "data: ");
    repeat(&in, "x", n);
    bytes_puts(&in, "\n\n");
    bytes_puts(&all, "\\\"");
    repeat(&all, "x", n);
    bytes_puts(&all, "\\\"");
    assert_int_equal(shows("", &in, all.p), n == 200);
    bytes_free(&in);
    bytes_free(&all);
  }
}

static void made_ids_have_room(void **state)
{
  char id[SLUICE_ID_MAX];

  (void)state;
  assert_true(sluice__id_make(id, "mcpl_", UINT64_MAX, UINT64_MAX) <=
              sizeof(id));
  assert_true(sluice__id_call(id, UINT64_MAX, UINT64_MAX) <= sizeof(id));
}

static void sixteen_bad_events_are_skipped(void **state)
{
  size_t n;

  (void)state;
  for (n = 16; n <= 17; n++) {
    struct bytes in = {0};

    bytes_puts(&in, START);
    repeat(&in, "data: {\n\n", n);
    bytes_puts(&in, END);
    assert_int_equal(shows("lenient=bad-events", &in, "response.completed"),
                     n == 16);
    bytes_free(&in);
  }
}

static void a_url_is_known_again_among_the_last_64(void **state)
{
  size_t n;

  (void)state;
  for (n = 64; n <= 65; n++) {
    struct bytes in = {0};

    bytes_puts(&in, START);
    urls(&in, n);
    url(&in, 1);
    bytes_puts(&in, END);
    assert_int_equal(
        shows("", &in,
              n == 64 ? "\"annotation_index\":64" : "\"annotation_index\":65"),
        n == 65);
    bytes_free(&in);
  }
}

static void a_tag_may_have_so_much_white_space_before_it(void **state)
{
  size_t n;

  (void)state;
  for (n = 24; n <= 25; n++) {
    struct bytes in = {0};

    bytes_puts(&in, DATA "\"content\":\"");
    repeat(&in, " ", n);
    bytes_puts(&in,
               "\"" CLOSE DATA "\"content\":\"<think>t</think>a\"" CLOSE END);
    assert_int_equal(shows("lenient=think", &in, "reasoning_summary"), n == 24);
    bytes_free(&in);
  }
}

/* Deeper arguments are kept as they are, but never known to be complete. */
static void arguments_may_be_256_deep(void **state)
{
  size_t n;

  (void)state;
  for (n = 256; n <= 257; n++) {
    struct bytes in = {0};

    bytes_puts(&in,
               DATA "\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{"
                    "\"name\":\"f\",\"arguments\":\"");
    repeat(&in, "[", n);
    repeat(&in, "]", n);
    bytes_puts(&in, "\"}}]" CLOSE "data: [DONE]\n\n");
    assert_int_equal(shows("", &in, "response.completed"), n == 256);
    bytes_free(&in);
  }
}

static void counters_stay_at_their_maximum(void **state)
{
  uint32_t counts[SLUICE_ANOMALY_COUNT] = {0};

  (void)state;
  counts[SLUICE_ANOMALY_BAD_TEXT] = UINT32_MAX - 1;
  sluice__count(counts, SLUICE_ANOMALY_BAD_TEXT);
  assert_int_equal(counts[SLUICE_ANOMALY_BAD_TEXT], UINT32_MAX);
  sluice__count(counts, SLUICE_ANOMALY_BAD_TEXT);
  assert_int_equal(counts[SLUICE_ANOMALY_BAD_TEXT], UINT32_MAX);
}

/* What waits for its turn and is too much must not keep a failure from closing
 * its item. */
static void a_failure_closes_what_waits(void **state)
{
  size_t n;

  (void)state;
  for (n = 3; n <= 5; n++) {
    struct bytes in = {0};

    bytes_puts(&in, START);
    markers_that_wait(&in, n);
    text(&in, 3);
    bytes_puts(&in, "data: {\n\n");
    assert_true(shows("max-annotations=3", &in, "upstream_malformed"));
    bytes_free(&in);
  }
}

/* ---- the values of the options ------------------------------------------- */

static const char *const limit_names[] = {"max-payload", "max-output",
                                          "max-depth",   "max-items",
                                          "max-marker",  "max-annotations"};

static void extreme_values_are_values(void **state)
{
  static const struct {
    const char *value;
    int all; /* no limit is in the way */
  } cases[] = {{"0", 1},
               {"1", 0},
               {"2", 0},
               {"4294967295", 1},
               {"18446744073709551615", 1}};
  struct bytes in = {0};
  size_t i, k;

  (void)state;
  bytes_puts(&in, START);
  markers(&in, 3);
  calls(&in, 2);
  bytes_puts(&in, END);
  for (i = 0; i < COUNT(limit_names); i++)
    for (k = 0; k < COUNT(cases); k++) {
      struct bytes opts = {0};
      int completed;

      bytes_printf(&opts, "%s=%s", limit_names[i], cases[k].value);
      completed = shows(opts.p, &in, "response.completed");
      if (completed !=
          (cases[k].all || strcmp(limit_names[i], "max-marker") == 0))
        fail_msg("%s: completed %d", opts.p, completed);
      bytes_free(&opts);
    }
  bytes_free(&in);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_limit_holds_at_its_value_and_not_one_past_it),
      cmocka_unit_test(a_payload_holds_a_mebi_of_deltas),
      cmocka_unit_test(results_count_as_text_and_files),
      cmocka_unit_test(lists_of_tools_count_as_text),
      cmocka_unit_test(a_longer_id_is_text),
      cmocka_unit_test(the_words_of_an_error_are_cut),
      cmocka_unit_test(a_message_shows_200_bytes_of_a_bad_event),
      cmocka_unit_test(made_ids_have_room),
      cmocka_unit_test(sixteen_bad_events_are_skipped),
      cmocka_unit_test(a_url_is_known_again_among_the_last_64),
      cmocka_unit_test(a_tag_may_have_so_much_white_space_before_it),
      cmocka_unit_test(arguments_may_be_256_deep),
      cmocka_unit_test(counters_stay_at_their_maximum),
      cmocka_unit_test(a_failure_closes_what_waits),
      cmocka_unit_test(extreme_values_are_values)};

  return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
