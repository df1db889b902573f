/* SPDX-License-Identifier: MIT */
/* fold.h: payloads of a stream -> one chat.completion, compared as JSON by
 * another parser. */
#define _DEFAULT_SOURCE /* strdup */

#include <jansson.h>
#include <sluice/fold.h>

#include "check.h"

#define CHUNK(choices) "{\"choices\":[" choices "]}"
#define AT(n, delta)   "{\"index\":" #n ",\"delta\":{" delta "}}"
#define D(delta)       CHUNK("{\"delta\":{" delta "}}")
#define TEXT(s)        D("\"content\":\"" s "\"")
#define CALL(s)        D("\"tool_calls\":[" s "]")
#define FINISH(w)      CHUNK("{\"delta\":{},\"finish_reason\":\"" w "\"}")
#define HEAD           "{\"id\":\"i\",\"model\":\"m\",\"created\":7,\"choices\":[]}"

/* The expected message of choice 0 beside role and, unless told, nulls. */
#define COMPLETION(message, rest)                                              \
  "{\"id\":\"i\",\"object\":\"chat.completion\",\"created\":7,\"model\":"      \
  "\"m\",\"choices\":[{\"index\":0,\"message\":{\"role\":"                     \
  "\"assistant\"," message "},\"logprobs\":null,\"finish_reason\":" rest       \
  ",\"usage\":null}"
#define CALLS(list)                                                            \
  "\"content\":null,\"refusal\":null,\"tool_calls\":[" list "]"
#define F(id, name, arguments)                                                 \
  "{\"id\":\"" id "\",\"type\":\"function\",\"function\":{\"name\":\"" name    \
  "\",\"arguments\":\"" arguments "\"}}"
#define OPEN  "null}]"
#define TOOLS "\"tool_calls\"}]"

static const struct row {
  const char *name;
  const char *in[8];
  const char *expected;
} rows[] = {
    {"text in pieces",
     {HEAD, TEXT("Hi"), TEXT(" there"), FINISH("stop")},
     COMPLETION("\"content\":\"Hi there\",\"refusal\":null", "\"stop\"}]")},
    {"the finish reason stays as it came",
     {HEAD, TEXT("a"), FINISH("MAX_TOKENS")},
     COMPLETION("\"content\":\"a\",\"refusal\":null", "\"MAX_TOKENS\"}]")},
    {"length goes over stop, stop not over length",
     {HEAD, TEXT("a"), FINISH("stop"), FINISH("length"), FINISH("stop")},
     COMPLETION("\"content\":\"a\",\"refusal\":null", "\"length\"}]")},
    {"refusal and reasoning",
     {HEAD, D("\"reasoning\":\"r1\""), D("\"refusal\":\"no\""),
      D("\"reasoning\":\"r2\"")},
     COMPLETION("\"content\":null,\"refusal\":\"no\","
                "\"reasoning\":\"r1r2\"",
                OPEN)},
    {"reasoning comes from one source",
     {HEAD, D("\"reasoning\":\"r\",\"reasoning_content\":\"x\""),
      D("\"reasoning\":\"s\""), D("\"reasoning_content\":\"t\"")},
     COMPLETION("\"content\":null,\"refusal\":null,"
                "\"reasoning_content\":\"xt\"",
                OPEN)},
    {"a surrogate pair over two deltas",
     {HEAD, TEXT("\\ud83d"), TEXT("\\ude00")},
     COMPLETION("\"content\":\"\xf0\x9f\x98\x80\",\"refusal\":null", OPEN)},
    {"a call in pieces",
     {HEAD, CALL("{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"f\"}}"),
      CALL("{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\\\"\"}}"),
      CALL("{\"index\":0,\"function\":{\"arguments\":\":1}\"}}"),
      FINISH("tool_calls")},
     COMPLETION(CALLS(F("c", "f", "{\\\"a\\\":1}")), TOOLS)},
    {"interleaved calls",
     {HEAD,
      CALL("{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"f\","
           "\"arguments\":\"[1\"}},{\"index\":1,\"id\":\"d\",\"function\":"
           "{\"name\":\"g\",\"arguments\":\"[2\"}}"),
      CALL("{\"index\":1,\"function\":{\"arguments\":\"]\"}},"
           "{\"index\":0,\"function\":{\"arguments\":\"]\"}}")},
     COMPLETION(CALLS(F("c", "f", "[1]") "," F("d", "g", "[2]")), OPEN)},
    {"calls that share an index",
     {HEAD,
      CALL("{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"f\","
           "\"arguments\":\"{}\"}}"),
      CALL("{\"index\":0,\"id\":\"d\",\"function\":{\"name\":\"f\","
           "\"arguments\":\"[]\"}}")},
     COMPLETION(CALLS(F("c", "f", "{}") "," F("d", "f", "[]")), OPEN)},
    {"calls without index",
     {HEAD, CALL("{\"id\":\"c\",\"function\":{\"name\":\"f\"}}"),
      CALL("{\"function\":{\"arguments\":\"{}\"}}"),
      CALL("{\"id\":\"d\",\"function\":{\"name\":\"g\",\"arguments\":"
           "\"1\"}}"),
      CALL("{\"id\":\"c\",\"function\":{\"arguments\":\" \"}}")},
     COMPLETION(CALLS(F("c", "f", "{} ") "," F("d", "g", "1")), OPEN)},
    {"arguments at an index of their own",
     {HEAD, CALL("{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"f\"}}"),
      CALL("{\"index\":1,\"function\":{\"arguments\":\"{}\"}}")},
     COMPLETION(CALLS(F("c", "f", "{}")), OPEN)},
    {"a name in pieces, a name that grows, a name again",
     {HEAD, CALL("{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"ab\"}}"),
      CALL("{\"index\":0,\"function\":{\"name\":\"cd\"}}"),
      CALL("{\"index\":0,\"function\":{\"name\":\"abcdef\"}}"),
      CALL("{\"index\":0,\"function\":{\"name\":\"abcdef\",\"arguments\":"
           "\"1\"}}"),
      CALL("{\"index\":0,\"function\":{\"name\":\"x\",\"arguments\":"
           "\"2\"}}")},
     COMPLETION(CALLS(F("c", "abcdef", "12")), OPEN)},
    {"arguments as a value",
     {HEAD, CALL("{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"f\","
                 "\"arguments\":{\"a\":[1, \"\\u0041\"]}}}")},
     COMPLETION(CALLS(F("c", "f", "{\\\"a\\\":[1,\\\"A\\\"]}")), OPEN)},
    {"log probabilities are joined",
     {HEAD,
      CHUNK("{\"delta\":{\"content\":\"a\"},\"logprobs\":{\"content\":["
            "{\"token\":\"a\",\"logprob\":-1}]}}"),
      CHUNK("{\"delta\":{\"content\":\"b\"},\"logprobs\":{\"content\":["
            "{\"token\":\"b\",\"logprob\":-2}]}}")},
     "{\"id\":\"i\",\"object\":\"chat.completion\",\"created\":7,\"model\":"
     "\"m\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
     "\"content\":\"ab\",\"refusal\":null},\"logprobs\":{\"content\":["
     "{\"token\":\"a\",\"logprob\":-1,\"bytes\":[],\"top_logprobs\":[]},"
     "{\"token\":\"b\",\"logprob\":-2,\"bytes\":[],\"top_logprobs\":[]}],"
     "\"refusal\":null},\"finish_reason\":null}],\"usage\":null}"},
    {"choices in rising order, each its own",
     {HEAD, CHUNK(AT(2, "\"content\":\"c\"")),
      CHUNK(AT(0, "\"content\":\"a\"")),
      CHUNK(AT(
          2, "\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":"
             "{\"name\":\"f\",\"arguments\":\"{}\"}}]") "," AT(0, "\"content\":"
                                                                  "\"b\""))},
     "{\"id\":\"i\",\"object\":\"chat.completion\",\"created\":7,\"model\":"
     "\"m\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
     "\"content\":\"ab\",\"refusal\":null},\"logprobs\":null,"
     "\"finish_reason\":null},{\"index\":2,\"message\":{\"role\":"
     "\"assistant\",\"content\":\"c\",\"refusal\":null,\"tool_calls\":[" F(
         "c", "f", "{}") "]},\"logprobs\":null,\"finish_reason\":null}],"
                         "\"usage\":null}"},
    {"the last usage, tier and fingerprint; the first names",
     {"{\"id\":\"i\",\"model\":\"\",\"service_tier\":\"auto\"}",
      "{\"id\":\"j\",\"model\":\"m\",\"created\":7,\"system_fingerprint\":"
      "\"f\",\"usage\":{\"prompt_tokens\":1}}",
      "{\"model\":\"n\",\"created\":8,\"service_tier\":\"default\","
      "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,"
      "\"prompt_tokens_details\":{\"cached_tokens\":1},"
      "\"completion_tokens_details\":{\"reasoning_tokens\":1}}}",
      "{\"usage\":null,\"service_tier\":null}"},
     "{\"id\":\"i\",\"object\":\"chat.completion\",\"created\":7,\"model\":"
     "\"m\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,"
     "\"completion_tokens\":2,\"total_tokens\":5,\"prompt_tokens_details\":"
     "{\"cached_tokens\":1},\"completion_tokens_details\":"
     "{\"reasoning_tokens\":1}},\"service_tier\":\"default\","
     "\"system_fingerprint\":\"f\"}"},
    {"a whole message",
     {HEAD, CHUNK("{\"message\":{\"role\":\"assistant\",\"content\":\"a\"},"
                  "\"finish_reason\":\"stop\"}")},
     COMPLETION("\"content\":\"a\",\"refusal\":null", "\"stop\"}]")},
    {"an error: what came before it",
     {HEAD, TEXT("a"), "{\"error\":{\"message\":\"died\"}}"},
     COMPLETION("\"content\":\"a\",\"refusal\":null", OPEN)},
    {"text with everything that must be escaped",
     {HEAD, TEXT("\\\"\\\\\\n\\u0000\\u2028\\ud83d\xff/")},
     COMPLETION("\"content\":\"\\\"\\\\\\n\\u0000\\u2028\\ufffd\\ufffd/\","
                "\"refusal\":null",
                OPEN)}};

struct line {
  sluice_parser *parser;
  sluice_fold *fold;
  sluice_scratch *scratch;
};

static void line_new(struct line *l, sluice_options *o, int shared)
{
  memset(l, 0, sizeof(*l));
  if (shared) {
    assert_int_equal(sluice_scratch_new(&l->scratch, NULL), SLUICE_OK);
    o->scratch = l->scratch;
  }
  assert_int_equal(sluice_parser_new(&l->parser, o), SLUICE_OK);
  assert_int_equal(sluice_fold_new(&l->fold, o), SLUICE_OK);
}

static void line_free(struct line *l)
{
  sluice_parser_free(l->parser);
  sluice_fold_free(l->fold);
  sluice_scratch_free(l->scratch);
}

static sluice_status feed(struct line *l, const char *payload)
{
  sluice_str name = {NULL, 0}, in;
  sluice_chunk chunk;
  sluice_status status;
  char *copy = strdup(payload);

  assert_non_null(copy);
  in.p = copy;
  in.n = strlen(copy);
  assert_int_equal(sluice_parser_parse(l->parser, name, in, &chunk), SLUICE_OK);
  status = sluice_fold_chunk(l->fold, &chunk);
  memset(copy, '#', in.n); /* nothing may point into it any more */
  free(copy);
  return status;
}

static json_t *result(struct line *l)
{
  sluice_str json = {NULL, 0};
  json_t *v;

  assert_int_equal(sluice_fold_json(l->fold, &json), SLUICE_OK);
  v = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
  if (v == NULL)
    fail_msg("not JSON: %.*s", (int)json.n, json.p);
  return v;
}

static void check_row(const struct row *row, struct line *l)
{
  json_t *expected, *got;
  size_t i;

  for (i = 0; i < 8 && row->in[i] != NULL; i++) {
    assert_int_equal(feed(l, row->in[i]), SLUICE_OK);
    json_decref(result(l)); /* at any time, without changing anything */
  }
  expected = json_loads(row->expected, JSON_ALLOW_NUL, NULL);
  if (expected == NULL)
    fail_msg("%s: expectation is no JSON", row->name);
  got = result(l);
  if (!json_equal(expected, got)) {
    char *text = json_dumps(got, JSON_COMPACT);

    print_error("%s\n  expected %s\n  got      %s\n", row->name, row->expected,
                text);
    free(text);
    fail();
  }
  json_decref(expected);
  json_decref(got);
}

static void deltas_fold_into_a_completion(void **state)
{
  sluice_options o;
  struct line own, shared;
  size_t i;

  (void)state;
  sluice_options_init(&o);
  line_new(&own, &o, 0);
  line_new(&shared, &o, 1);
  for (i = 0; i < COUNT(rows); i++) {
    check_row(&rows[i], &own);
    check_row(&rows[i], &shared);
    sluice_fold_reset(own.fold);
    sluice_fold_reset(shared.fold);
  }
  line_free(&own);
  line_free(&shared);
}

static void a_missing_call_id_is_minted_from_the_seed(void **state)
{
  char *first[2] = {NULL, NULL};
  sluice_options o;
  int turn;

  (void)state;
  sluice_options_init(&o);
  o.seed = 99;
  for (turn = 0; turn < 2; turn++) {
    json_t *v, *calls, *a, *b;
    struct line l;

    line_new(&l, &o, 0);
    feed(&l, CALL("{\"index\":0,\"function\":{\"name\":\"f\"}},"
                  "{\"index\":1,\"function\":{\"name\":\"g\"}}"));
    v = result(&l);
    calls = json_object_get(
        json_object_get(json_array_get(json_object_get(v, "choices"), 0),
                        "message"),
        "tool_calls");
    assert_int_equal(json_array_size(calls), 2);
    a = json_object_get(json_array_get(calls, 0), "id");
    b = json_object_get(json_array_get(calls, 1), "id");
    assert_true(json_string_length(a) > 0);
    assert_true(json_string_length(b) > 0);
    assert_false(json_equal(a, b));
    first[turn] = strdup(json_string_value(a));
    json_decref(v);
    line_free(&l);
  }
  assert_string_equal(first[0], first[1]);
  free(first[0]);
  free(first[1]);
}

#define OUTPUT "more than max_output bytes of text in the response"
#define ONE_CALL                                                               \
  "\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\"}}]"

static void limits_are_kept_and_sticky(void **state)
{
  static const struct {
    size_t max_output;
    uint32_t max_items;
    const char *fits, *too_much, *why;
  } cases[] = {
      {8, 0, TEXT("12345678"), TEXT("9"), OUTPUT},
      {8, 0, TEXT("1234"), TEXT("12345"), OUTPUT},
      {8, 0, D("\"reasoning\":\"1234567\""), TEXT("12"), OUTPUT},
      {0, 2, CHUNK(AT(0, "") "," AT(7, "")), CHUNK(AT(8, "")),
       "more than max_items choices"},
      {0, 2, CHUNK(AT(0, ONE_CALL) "," AT(7, ONE_CALL)),
       CALL("{\"index\":2,\"id\":\"c\",\"function\":{\"name\":\"f\"}}"),
       "more than max_items tool calls"},
      {0, 2,
       CALL("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\"}},"
            "{\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"f\"}}"),
       CALL("{\"index\":2,\"id\":\"c\",\"function\":{\"name\":\"f\"}}"),
       "more than max_items tool calls"}};
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(cases); i++) {
    sluice_options o;
    struct line l;
    sluice_text why;

    sluice_options_init(&o);
    o.max_output = cases[i].max_output;
    o.max_items = cases[i].max_items;
    line_new(&l, &o, 0);
    assert_int_equal(feed(&l, cases[i].fits), SLUICE_OK);
    assert_int_equal(feed(&l, cases[i].too_much), SLUICE_ERR_LIMIT);
    assert_int_equal(feed(&l, TEXT("")), SLUICE_ERR_LIMIT);
    why = sluice_fold_message(l.fold);
    assert_int_equal(why.n, strlen(cases[i].why));
    assert_memory_equal(why.p, cases[i].why, why.n);
    json_decref(result(&l));
    sluice_fold_reset(l.fold);
    assert_int_equal(feed(&l, cases[i].fits), SLUICE_OK);
    line_free(&l);
  }
}

static void oddities_are_counted(void **state)
{
  static const struct {
    const char *in[2];
    sluice_anomaly what;
  } cases[] = {
      {{CALL("{\"function\":{\"name\":\"f\"}}")}, SLUICE_ANOMALY_CALL_NO_INDEX},
      {{CALL("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\"}}"),
        CALL("{\"index\":0,\"id\":\"b\",\"function\":{\"name\":\"f\"}}")},
       SLUICE_ANOMALY_CALL_INDEX_REUSED},
      {{CALL("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\"}}"),
        CALL("{\"index\":1,\"function\":{\"arguments\":\"{}\"}}")},
       SLUICE_ANOMALY_CALL_INDEX_STRAY},
      {{FINISH("stop"), FINISH("stop")}, SLUICE_ANOMALY_FINISH_TWICE},
      {{FINISH("stop"), TEXT("a")}, SLUICE_ANOMALY_AFTER_FINISH},
      {{"{\"usage\":{\"prompt_tokens\":1}}",
        "{\"usage\":{\"prompt_tokens\":2}}"},
       SLUICE_ANOMALY_USAGE_REPEATED},
      {{TEXT("\\ud83d"), TEXT("\\ude00")}, SLUICE_ANOMALY_JOINED_TEXT},
      {{TEXT("\xff"), TEXT("a")}, SLUICE_ANOMALY_BAD_TEXT},
      {{D("\"reasoning\":\"a\""), D("\"reasoning_content\":\"a\"")},
       SLUICE_ANOMALY_REASONING_SOURCE}};
  size_t i, k;

  (void)state;
  for (i = 0; i < COUNT(cases); i++) {
    sluice_options o;
    struct line l;

    sluice_options_init(&o);
    line_new(&l, &o, 0);
    for (k = 0; k < 2 && cases[i].in[k] != NULL; k++)
      assert_int_equal(feed(&l, cases[i].in[k]), SLUICE_OK);
    if (sluice_fold_count(l.fold, cases[i].what) != 1)
      fail_msg("case %zu: %s counted %u times", i,
               sluice_anomaly_name(cases[i].what),
               sluice_fold_count(l.fold, cases[i].what));
    line_free(&l);
  }
}

static void wrong_arguments_are_refused(void **state)
{
  sluice_chunk none = {NULL, 0}, bad = {NULL, 1};
  sluice_str json;
  sluice_fold *f = NULL;

  (void)state;
  assert_int_equal(sluice_fold_new(NULL, NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_fold_new(&f, NULL), SLUICE_OK);
  assert_int_equal(sluice_fold_chunk(NULL, &none), SLUICE_ERR_ARG);
  assert_int_equal(sluice_fold_chunk(f, NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_fold_chunk(f, &bad), SLUICE_ERR_ARG);
  assert_int_equal(sluice_fold_chunk(f, &none), SLUICE_OK);
  assert_int_equal(sluice_fold_json(NULL, &json), SLUICE_ERR_ARG);
  assert_int_equal(sluice_fold_json(f, NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_fold_count(NULL, SLUICE_ANOMALY_COMMENT), 0);
  assert_int_equal(sluice_fold_count(f, SLUICE_ANOMALY_COUNT), 0);
  sluice_fold_reset(NULL);
  sluice_fold_free(NULL);
  sluice_fold_free(f);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(deltas_fold_into_a_completion),
      cmocka_unit_test(a_missing_call_id_is_minted_from_the_seed),
      cmocka_unit_test(limits_are_kept_and_sticky),
      cmocka_unit_test(oddities_are_counted),
      cmocka_unit_test(wrong_arguments_are_refused)};

  return cmocka_run_group_tests_name("fold", tests, NULL, NULL);
}
