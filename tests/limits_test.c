/* SPDX-License-Identifier: MIT */
/* Each limit at its last value that passes, and one past it: then the response
 * fails with ERR_LIMIT and the words of that limit, what came before is shown,
 * and the stream ends by the laws. docs/limits.md has a row for each test. */
#include "check.h"
#include "grow.h"
#include "laws.h"
#include "limit.h"
#include "run.h"

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
    {"payload", "max-payload=200", grow_one_line, 200, PAYLOAD_OF_200, 0},
    {"payload of lines", "max-payload=200", grow_two_lines, 200, PAYLOAD_OF_200,
     0},
    {"body", "max-payload=200", grow_body, 200, PAYLOAD_OF_200, 1},
    {"depth", "max-depth=8", grow_levels, 8,
     "more than max_depth (8) levels of JSON in one event", 0},
    {"values", "", grow_values, (size_t)4 << 20,
     "too many JSON values in one event", 0},
    {"deltas in a small event", "", grow_dense_deltas, 2057,
     "too many pieces of text, calls or choices in one event", 0},
    {"text", "max-output=100", grow_text, 98, OUTPUT_OF_100, 0},
    {"text in letters", "max-output=100", grow_letters, 98, OUTPUT_OF_100, 0},
    {"refusal", "max-output=100", grow_refusal, 98, OUTPUT_OF_100, 0},
    {"thought", "max-output=100", grow_thought, 98, OUTPUT_OF_100, 0},
    {"thought that is not shown", "max-output=100\nreasoning=off", grow_thought,
     98, OUTPUT_OF_100, 0},
    {"encrypted thought", "max-output=100", grow_encrypted, 98, OUTPUT_OF_100,
     0},
    {"arguments", "max-output=100", grow_arguments, 96, OUTPUT_OF_100, 0},
    {"id of a call", "max-output=100", grow_call_id, 97, OUTPUT_OF_100, 0},
    {"name of a call", "max-output=100", grow_call_name, 97, OUTPUT_OF_100, 0},
    {"log probabilities", "max-output=100", grow_logprobs,
     98 - (sizeof("{\"token\":\"" ENTRY_REST) - 1), OUTPUT_OF_100, 0},
    {"url and title", "max-output=100", grow_url, 97, OUTPUT_OF_100, 0},
    {"model", "max-output=100", grow_model, 98, OUTPUT_OF_100, 0},
    {"id", "max-output=100", grow_chunk_id, 98, OUTPUT_OF_100, 0},
    {"service tier", "max-output=100", grow_tier, 98, OUTPUT_OF_100, 0},
    {"names of cited files",
     "max-output=100\ncitation-files={\"file-a\":"
     "\"1234567890123456789012345678901234567890\"}",
     grow_markers, 1, OUTPUT_OF_100, 0},
    {"items", "max-items=4", grow_items, 3,
     "more than max_items (4) output items", 0},
    {"calls and text", "max-items=4", grow_calls, 3,
     "more than max_items (4) output items", 0},
    {"calls", "max-items=4", grow_calls, 4,
     "more than max_items (4) tool calls", 1},
    {"parts", "max-items=4", grow_kinds, 3,
     "more than max_items (4) parts of text", 0},
    {"parts that wait", "max-items=4", grow_kinds_that_wait, 3,
     "more than max_items (4) parts of text", 0},
    {"file citations", "max-annotations=3", grow_markers, 3,
     "more than max_annotations (3) annotations", 0},
    {"file citations that wait", "max-annotations=3", grow_markers_that_wait, 3,
     "more than max_annotations (3) annotations", 0},
    {"urls", "max-annotations=3", grow_urls, 3,
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
  if (row->build != grow_body)
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

    grow_many_deltas(&in, counts[i]);
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
    grow_repeat(&results, "a", g->results - 4);
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

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_limit_holds_at_its_value_and_not_one_past_it),
      cmocka_unit_test(a_payload_holds_a_mebi_of_deltas),
      cmocka_unit_test(results_count_as_text_and_files),
      cmocka_unit_test(lists_of_tools_count_as_text)};

  return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
