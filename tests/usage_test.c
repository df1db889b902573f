/* SPDX-License-Identifier: MIT */
/* Usage summed over the rounds of a response: what no number holds is cut so
 * that it still adds up. */
#include <jansson.h>

#include <sluice/sluice.h>

#include "check.h"

#define CALL                                                                   \
  "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\"," \
  "\"function\":{\"name\":\"search\",\"arguments\":\"{}\"}}]}}]}\n\n"
#define STOP                                                                   \
  "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":"      \
  "\"stop\"}]}\n\n"
#define DONE "data: [DONE]\n\n"
#define USAGE(in, out, thought)                                                \
  "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":" in                     \
  ",\"completion_tokens\":" out                                                \
  ",\"completion_tokens_details\":{\"reasoning_tokens\":" thought "}}}\n\n"
#define HUGE_N "9223372036854775000" /* 807 less than there is room for */

static const struct row {
  const char *first, *second;
  json_int_t input, output, reasoning;
} rows[] = {
    {USAGE("3", "2", "1"), USAGE("30", "20", "10"), 33, 22, 11},
    {USAGE("3", "2", "1"), "", 3, 2, 1},
    {USAGE(HUGE_N, "800", "700"), USAGE("7", "0", "0"), INT64_MAX - 800, 800,
     700},
    {USAGE(HUGE_N, "800", "700"), USAGE("9", "1", "1"), INT64_MAX - 798, 798,
     701},
    {USAGE(HUGE_N, "800", "700"), USAGE(HUGE_N, "800", "700"), INT64_MAX, 0, 0},
    {USAGE("1", HUGE_N, HUGE_N), USAGE("1", HUGE_N, HUGE_N), 2, INT64_MAX - 2,
     INT64_MAX - 2}};

static json_int_t number(const json_t *usage, const char *details,
                         const char *name)
{
  const json_t *v = details == NULL ? usage : json_object_get(usage, details);

  assert_true(json_is_integer(json_object_get(v, name)));
  return json_integer_value(json_object_get(v, name));
}

static json_t *response_of(const struct row *row)
{
  static const sluice_tool tool = {
      {LIT("search")}, SLUICE_TOOL_FILE_SEARCH, {0}, {0}, {0}, {0}};
  struct bytes first = {0}, second = {0};
  sluice_translator *t = NULL;
  sluice_result result;
  sluice_options o;
  sluice_str json;
  json_t *v;

  bytes_printf(&first, "%s%s%s%s", CALL, STOP, row->first, DONE);
  bytes_printf(&second, "%s%s%s", STOP, row->second, DONE);
  sluice_options_init(&o);
  o.tools = &tool;
  o.tool_count = 1;
  memset(&result, 0, sizeof(result));
  assert_int_equal(sluice_translator_new(&t, &o, NULL, NULL), SLUICE_OK);
  assert_int_equal(sluice_translator_feed(t, first.p, first.n, NULL),
                   SLUICE_OK);
  assert_int_equal(sluice_translator_end_round(t), SLUICE_MORE);
  assert_int_equal(sluice_translator_result(t, (sluice_text){"c", 1}, &result),
                   SLUICE_MORE);
  assert_int_equal(sluice_translator_next_round(t), SLUICE_OK);
  assert_int_equal(sluice_translator_feed(t, second.p, second.n, NULL),
                   SLUICE_OK);
  assert_int_equal(sluice_translator_end_round(t), SLUICE_OK);
  assert_int_equal(sluice_translator_response(t, &json), SLUICE_OK);
  v = json_loadb(json.p, json.n, 0, NULL);
  assert_non_null(v);
  sluice_translator_free(t);
  bytes_free(&first);
  bytes_free(&second);
  return v;
}

static void usage_of_the_rounds_is_summed(void **state)
{
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(rows); i++) {
    json_t *v = response_of(&rows[i]);
    const json_t *usage = json_object_get(v, "usage");
    json_int_t input = number(usage, NULL, "input_tokens");
    json_int_t output = number(usage, NULL, "output_tokens");
    json_int_t reasoning =
        number(usage, "output_tokens_details", "reasoning_tokens");

    if (input != rows[i].input || output != rows[i].output ||
        reasoning != rows[i].reasoning ||
        number(usage, NULL, "total_tokens") != input + output)
      fail_msg("row %zu: %lld + %lld (%lld)", i, (long long)input,
               (long long)output, (long long)reasoning);
    json_decref(v);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(usage_of_the_rounds_is_summed)};

  return cmocka_run_group_tests_name("usage", tests, NULL, NULL);
}
