/* SPDX-License-Identifier: MIT */
/* fold.h: payloads of a stream -> one chat.completion, compared as JSON by
 * another parser. */
#define _DEFAULT_SOURCE /* strdup */

#include <jansson.h>
#include <sluice/fold.h>

#include "check.h"
#include "heap.h"

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
/* The id that the second call gets. */
#define MINTED "call_hM3gKUsA1ZFhk6de1dSO6yeN"
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
    {"an id that comes late is that of the call",
     {HEAD, CALL("{\"index\":0,\"function\":{\"name\":\"f\"}}"),
      CALL("{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"f\","
           "\"arguments\":\"{}\"}}")},
     COMPLETION(CALLS(F("c", "f", "{}")), OPEN)},
    {"the name again, beside a late id, is the same call",
     {HEAD,
      CALL("{\"index\":0,\"function\":{\"name\":\"f\",\"arguments\":\"[\"}}"),
      CALL("{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"f\","
           "\"arguments\":\"]\"}}")},
     COMPLETION(CALLS(F("c", "f", "[]")), OPEN)},
    {"an id known, without an index: the same name is the same call",
     {HEAD,
      CALL("{\"id\":\"c\",\"function\":{\"name\":\"f\",\"arguments\":\"[\"}}"),
      CALL("{\"id\":\"c\",\"function\":{\"name\":\"f\",\"arguments\":\"]\"}}"),
      CALL("{\"id\":\"c\",\"function\":{\"name\":\"f\",\"arguments\":\" \"}}")},
     COMPLETION(CALLS(F("c", "f", "[] ")), OPEN)},
    {"an id known, without an index: another name is another call",
     {HEAD,
      CALL("{\"id\":\"c\",\"function\":{\"name\":\"f\",\"arguments\":\"[]\"}}"),
      CALL(
          "{\"id\":\"c\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}")},
     COMPLETION(CALLS(F("c", "f", "[]") "," F(MINTED, "g", "{}")), OPEN)},
    {"a name in pieces by its id alone",
     {HEAD, CALL("{\"id\":\"c\",\"function\":{\"name\":\"ab\"}}"),
      CALL("{\"id\":\"c\",\"function\":{\"name\":\"cd\"}}"),
      CALL("{\"id\":\"c\",\"function\":{\"arguments\":\"1\"}}")},
     COMPLETION(CALLS(F("c", "abcd", "1")), OPEN)},
    {"an id that comes late, without an index",
     {HEAD, CALL("{\"function\":{\"name\":\"f\"}}"),
      CALL("{\"id\":\"c\",\"function\":{\"arguments\":\"{}\"}}")},
     COMPLETION(CALLS(F("c", "f", "{}")), OPEN)},
    {"the same name goes on, without id and index",
     {HEAD, CALL("{\"function\":{\"name\":\"f\",\"arguments\":\"[\"}}"),
      CALL("{\"function\":{\"name\":\"f\",\"arguments\":\"]\"}}"),
      CALL("{\"id\":\"c\"}")},
     COMPLETION(CALLS(F("c", "f", "[]")), OPEN)},
    {"a name that is shorter than what is known",
     {HEAD, CALL("{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"abc\"}}"),
      CALL("{\"index\":0,\"function\":{\"name\":\"d\"}}"),
      CALL("{\"index\":0,\"function\":{\"arguments\":\"1\"}}")},
     COMPLETION(CALLS(F("c", "abcd", "1")), OPEN)},
    {"no arguments, then the same again",
     {HEAD,
      CALL("{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"f\","
           "\"arguments\":{}}}"),
      CALL("{\"index\":0,\"function\":{\"arguments\":\"[1]\"}}")},
     COMPLETION(CALLS(F("c", "f", "[1]")), OPEN)},
    {"a value behind a piece of text",
     {HEAD,
      CALL("{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"f\","
           "\"arguments\":\"[\"}}"),
      CALL("{\"index\":0,\"function\":{\"arguments\":{}}}")},
     COMPLETION(CALLS(F("c", "f", "[{}")), OPEN)},
    {"two calls with an id: it stands for the first of them",
     {HEAD,
      CALL("{\"index\":0,\"function\":{\"name\":\"f\",\"arguments\":\"1\"}}"),
      CALL("{\"index\":1,\"id\":\"x\",\"function\":{\"name\":\"g\","
           "\"arguments\":\"2\"}}"),
      CALL("{\"index\":0,\"id\":\"x\"}"),
      CALL("{\"index\":2,\"id\":\"y\",\"function\":{\"name\":\"h\","
           "\"arguments\":\"3\"}}"),
      CALL("{\"id\":\"x\",\"function\":{\"arguments\":\" \"}}")},
     COMPLETION(
         CALLS(F("x", "f", "1 ") "," F(MINTED, "g", "2") "," F("y", "h", "3")),
         OPEN)},
    {"the greatest index that there is",
     {HEAD, CHUNK(AT(9223372036854775807, "\"content\":\"a\""))},
     "{\"id\":\"i\",\"object\":\"chat.completion\",\"created\":7,\"model\":"
     "\"m\",\"choices\":[{\"index\":9223372036854775807,\"message\":{\"role\":"
     "\"assistant\",\"content\":\"a\",\"refusal\":null},\"logprobs\":null,"
     "\"finish_reason\":null}],\"usage\":null}"},
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
  assert_int_equal(sluice_parser_new(&l->parser, shared ? o : NULL), SLUICE_OK);
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

/* Calls without an id get one from the seed; what tells them apart is told by
 * their arguments. */
static void calls_without_an_id_are_told_apart(void **state)
{
#define BARE(name, arguments)                                                  \
  "{\"function\":{\"name\":\"" name "\",\"arguments\":" arguments "}}"
#define AT0(rest, name, arguments)                                             \
  "{\"index\":0" rest ",\"function\":{\"name\":\"" name                        \
  "\",\"arguments\":" arguments "}}"
  static const struct {
    const char *in[2];
    const char *arguments[2]; /* of the calls that must be there */
  } cases[] = {
      /* complete, and then the same name, or another */
      {{CALL(BARE("f", "\"[]\"")), CALL(BARE("f", "\"{}\""))}, {"[]", "{}"}},
      {{CALL(BARE("f", "\"[\"")), CALL(BARE("g", "\"{}\""))}, {"[", "{}"}},
      {{CALL(BARE("f", "\"[\"")), CALL(BARE("f", "\"]\""))}, {"[]", NULL}},
      /* an id and a name beside an index that has neither to offer */
      {{CALL(AT0("", "f", "\"[]\"")),
        CALL(AT0(",\"id\":\"d\"", "f", "\"{}\""))},
       {"[]", "{}"}},
      {{CALL(AT0("", "f", "\"[\"")), CALL(AT0(",\"id\":\"d\"", "g", "\"{}\""))},
       {"[", "{}"}},
      /* {} as a value is a whole call: what follows with an id is another */
      {{CALL(AT0("", "f", "{}")), CALL(AT0(",\"id\":\"d\"", "f", "\"[]\""))},
       {"{}", "[]"}},
      {{CALL(BARE("f", "\"[\"")),
        CALL("{\"id\":\"d\",\"function\":{\"name\":\"g\",\"arguments\":"
             "\"{}\"}}")},
       {"[", "{}"}}};
  size_t i, k;

  (void)state;
  for (i = 0; i < COUNT(cases); i++) {
    sluice_options o;
    struct line l;
    json_t *v, *calls;

    sluice_options_init(&o);
    line_new(&l, &o, 0);
    assert_int_equal(feed(&l, cases[i].in[0]), SLUICE_OK);
    assert_int_equal(feed(&l, cases[i].in[1]), SLUICE_OK);
    v = result(&l);
    calls = json_object_get(
        json_object_get(json_array_get(json_object_get(v, "choices"), 0),
                        "message"),
        "tool_calls");
    if (json_array_size(calls) != (cases[i].arguments[1] != NULL ? 2u : 1u))
      fail_msg("case %zu: %zu calls", i, json_array_size(calls));
    for (k = 0; k < json_array_size(calls); k++)
      assert_string_equal(
          json_string_value(json_object_get(
              json_object_get(json_array_get(calls, k), "function"),
              "arguments")),
          cases[i].arguments[k]);
    json_decref(v);
    line_free(&l);
  }
#undef BARE
#undef AT0
}

#define LOGPROBS(delta, list)                                                  \
  CHUNK("{\"delta\":{" delta "},\"logprobs\":{\"content\":[" list "]}}")
#define TOKEN "{\"token\":\"a\",\"logprob\":-1}"

static void guesses_are_made_when_they_are_allowed(void **state)
{
  static const struct {
    uint32_t lenient;
    struct row row;
  } cases[] = {
      {SLUICE_LENIENT_CUMULATIVE,
       {"each delta repeats the text",
        {HEAD, TEXT("a"), TEXT("ab"), TEXT("ab"), TEXT("abc")},
        COMPLETION("\"content\":\"abc\",\"refusal\":null", OPEN)}},
      {SLUICE_LENIENT_CUMULATIVE,
       {"a delta that does not repeat the text is text",
        {HEAD, TEXT("abc"), TEXT("d"), TEXT("abxy"), TEXT("abcdabxyz")},
        COMPLETION("\"content\":\"abcdabxyz\",\"refusal\":null", OPEN)}},
      {SLUICE_LENIENT_CUMULATIVE,
       {"each delta repeats the arguments",
        {HEAD,
         CALL("{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"f\","
              "\"arguments\":\"[1\"}}"),
         CALL("{\"index\":0,\"function\":{\"arguments\":\"[1]\"}}")},
        COMPLETION(CALLS(F("c", "f", "[1]")), OPEN)}},
      {SLUICE_LENIENT_THINK,
       {"log probabilities of thought are not those of text",
        {HEAD, LOGPROBS("\"content\":\"<think>\"", TOKEN), TEXT("r</think>b")},
        COMPLETION("\"content\":\"b\",\"refusal\":null,"
                   "\"reasoning_content\":\"r\"",
                   OPEN)}},
      {SLUICE_LENIENT_THINK,
       {"log probabilities of text that might have been thought",
        {HEAD, LOGPROBS("\"content\":\"<\"", TOKEN), TEXT("b")},
        "{\"id\":\"i\",\"object\":\"chat.completion\",\"created\":7,\"model\":"
        "\"m\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
        "\"content\":\"<b\",\"refusal\":null},\"logprobs\":{\"content\":["
        "{\"token\":\"a\",\"logprob\":-1,\"bytes\":[],\"top_logprobs\":[]}],"
        "\"refusal\":null},\"finish_reason\":null}],\"usage\":null}"}}};
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(cases); i++) {
    sluice_options o;
    struct line l;

    sluice_options_init(&o);
    o.lenient = cases[i].lenient;
    line_new(&l, &o, 0);
    check_row(&cases[i].row, &l);
    line_free(&l);
  }
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
      {8, 0, TEXT(""), TEXT("123456789"), OUTPUT},
      {100, 0, LOGPROBS("", TOKEN), LOGPROBS("", TOKEN), OUTPUT},
      {8, 0, "{\"id\":\"12345678\"}", "{\"model\":\"m\"}", OUTPUT},
      {8, 0, TEXT("1234"),
       D("\"reasoning_details\":[{\"type\":\"reasoning.encrypted\",\"data\":"
         "\"12345\"}]"),
       OUTPUT},
      {8, 0, D("\"annotations\":[{\"url\":\"1234\",\"title\":\"5678\"}]"),
       D("\"annotations\":[{\"url\":\"1\"}]"), OUTPUT},
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
    if (feed(&l, cases[i].too_much) != SLUICE_ERR_LIMIT)
      fail_msg("%s", cases[i].too_much);
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

/* What was held back counts, too: of the first choice, and of the second. */
static void the_end_keeps_the_limit(void **state)
{
  static const char *const cases[] = {
      CHUNK(AT(0, "\"content\":\"\\ud83d\"") "," AT(1, "\"content\":\"a\"")),
      CHUNK(AT(0, "\"content\":\"a\"") "," AT(1, "\"content\":\"\\ud83d\""))};
  size_t i, max;

  (void)state;
  for (i = 0; i < COUNT(cases); i++) {
    for (max = 1; max <= 4; max++) {
      sluice_status expected =
          max < 4 ? SLUICE_ERR_LIMIT : SLUICE_ERR_TRUNCATED;
      sluice_options o;
      struct line l;

      sluice_options_init(&o);
      o.max_output = max;
      line_new(&l, &o, 0);
      assert_int_equal(feed(&l, cases[i]), SLUICE_OK);
      assert_int_equal(sluice_fold_finish(l.fold), expected);
      assert_int_equal(sluice_fold_finish(l.fold), expected);
      line_free(&l);
    }
  }
}

/* Whatever text is the first that has to be mended. Only its count may be lost.
 */
static void memory_may_fail_at_any_text(void **state)
{
  static const char *const cases[] = {
      TEXT("a\xff"),
      D("\"reasoning\":\"a\xff\""),
      CALL("{\"id\":\"a\xff\",\"function\":{\"name\":\"f\"}}"),
      CALL("{\"id\":\"a\",\"function\":{\"name\":\"f\xff\"}}"),
      CALL("{\"id\":\"a\",\"function\":{\"arguments\":\"\xff \"}}"),
      D("\"reasoning_details\":[{\"type\":\"reasoning.encrypted\",\"data\":"
        "\"\xff\"}]"),
      D("\"annotations\":[{\"url\":\"u\xff\",\"title\":\"t\"}]"),
      D("\"annotations\":[{\"url\":\"u\",\"title\":\"t\xff\"}]"),
      "{\"id\":\"\xff\"}"};
  struct heap heap;
  size_t i, k;

  (void)state;
  for (i = 0; i < COUNT(cases); i++) {
    heap.failed = 1;
    for (k = 0; heap.failed > 0; k++) {
      sluice_status status;
      sluice_options o;
      struct line l;

      assert_in_range(k, 0, 100);
      memset(&l, 0, sizeof(l));
      heap_init(&heap, k, 0);
      sluice_options_init(&o);
      assert_int_equal(sluice_parser_new(&l.parser, &o), SLUICE_OK);
      o.mem = &heap.mem;
      status = sluice_fold_new(&l.fold, &o);
      if (status == SLUICE_OK)
        status = feed(&l, cases[i]);
      if (status != SLUICE_OK)
        assert_int_equal(status, SLUICE_ERR_NOMEM);
      else if (heap.failed == 0)
        assert_int_equal(sluice_fold_count(l.fold, SLUICE_ANOMALY_BAD_TEXT), 1);
      line_free(&l);
      assert_int_equal(heap.live, 0);
    }
    assert_true(k > 3);
  }
}

static void an_error_stays_in_finish(void **state)
{
  sluice_options o;
  struct line l;

  (void)state;
  sluice_options_init(&o);
  o.max_output = 1;
  line_new(&l, &o, 0);
  assert_int_equal(feed(&l, TEXT("ab")), SLUICE_ERR_LIMIT);
  assert_int_equal(sluice_fold_finish(l.fold), SLUICE_ERR_LIMIT);
  line_free(&l);
}

/* Deltas of the caller's own making. */
static void deltas_may_come_from_anywhere(void **state)
{
  sluice_delta d[3];
  sluice_chunk chunk = {d, COUNT(d)};
  json_t *v, *note;
  sluice_options o;
  struct line l;

  (void)state;
  memset(d, 0, sizeof(d));
  d[0].type = SLUICE_DELTA_CHOICE;
  d[1].type = SLUICE_DELTA_ANNOTATION;
  d[1].u.url.url = (sluice_str){"u", 1};
  d[1].u.url.start = 3;
  d[1].u.url.end = -1; /* half a range is none */
  d[2].type = (sluice_delta_type)99;
  sluice_options_init(&o);
  line_new(&l, &o, 0);
  assert_int_equal(sluice_fold_chunk(l.fold, &chunk), SLUICE_OK);
  v = result(&l);
  note = json_object_get(
      json_array_get(
          json_object_get(
              json_object_get(json_array_get(json_object_get(v, "choices"), 0),
                              "message"),
              "annotations"),
          0),
      "url_citation");
  assert_string_equal(json_string_value(json_object_get(note, "url")), "u");
  assert_null(json_object_get(note, "start_index"));
  json_decref(v);
  line_free(&l);
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
      {{"{\"service_tier\":\"flex\"}", "{\"service_tier\":\"gold\"}"},
       SLUICE_ANOMALY_TIER_UNKNOWN},
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
      cmocka_unit_test(calls_without_an_id_are_told_apart),
      cmocka_unit_test(guesses_are_made_when_they_are_allowed),
      cmocka_unit_test(a_missing_call_id_is_minted_from_the_seed),
      cmocka_unit_test(limits_are_kept_and_sticky),
      cmocka_unit_test(the_end_keeps_the_limit),
      cmocka_unit_test(memory_may_fail_at_any_text),
      cmocka_unit_test(an_error_stays_in_finish),
      cmocka_unit_test(deltas_may_come_from_anywhere),
      cmocka_unit_test(oddities_are_counted),
      cmocka_unit_test(wrong_arguments_are_refused)};

  return cmocka_run_group_tests_name("fold", tests, NULL, NULL);
}
