/* SPDX-License-Identifier: MIT */
/* The calls of rounds in sluice.h: wrong arguments, the wrong state, from
 * inside a callback, aborts, failures that the embedder tells of in each phase.
 */
#include <sluice/sluice.h>

#include "check.h"
#include "laws.h"

#define CHUNK(delta, reason)                                                   \
  "data: {\"id\":\"c\",\"created\":7,\"model\":\"m\",\"choices\":[{\"index\":" \
  "0,\"delta\":{" delta "},\"finish_reason\":" reason "}]}\n\n"
#define CALL(index, id, name)                                                  \
  CHUNK("\"tool_calls\":[{\"index\":" #index ",\"id\":\"" id                   \
        "\",\"function\":{\"name\":\"" name                                    \
        "\",\"arguments\":\"{\\\"query\\\":\\\"q\\\"}\"}}]",                   \
        "null")
#define HI     CHUNK("\"content\":\"Hi\"", "null")
#define STOP   CHUNK("", "\"stop\"")
#define DONE   "data: [DONE]\n\n"
#define HOSTED HI CALL(0, "c1", "search") CALL(1, "c2", "ask") STOP DONE
#define ANSWER HI STOP DONE
#define STR(s) ((sluice_str){(s), sizeof(s) - 1})
#define ID(s)  ((sluice_text){(s), sizeof(s) - 1})

struct seen {
  sluice_translator *t;
  struct bytes wire;
  size_t events, at;
  int (*act)(struct seen *s); /* at event `at`; gives what is returned */
};

static int on_event(void *user, const sluice_event *e)
{
  struct seen *s = (struct seen *)user;

  bytes_put(&s->wire, e->wire.p, e->wire.n);
  return s->events++ == s->at && s->act != NULL ? s->act(s) : 0;
}

static const sluice_tool tools[] = {
    {{"search", 6}, SLUICE_TOOL_FILE_SEARCH, {0}, {0}, {0}, {0}},
    {{"ask", 3}, SLUICE_TOOL_MCP, {"srv", 3}, {0}, {0}, {0}}};

static void seen_new(struct seen *s, const sluice_mem *mem)
{
  sluice_options o;

  memset(s, 0, sizeof(*s));
  bytes_puts(&s->wire, "");
  sluice_options_init(&o);
  o.mem = mem;
  o.tools = tools;
  o.tool_count = COUNT(tools);
  assert_int_equal(sluice_translator_new(&s->t, &o, on_event, s), SLUICE_OK);
}

static void seen_free(struct seen *s)
{
  sluice_translator_free(s->t);
  bytes_free(&s->wire);
}

static sluice_status feed(struct seen *s, const char *p)
{
  return sluice_translator_feed(s->t, p, strlen(p), NULL);
}

static sluice_status answer(struct seen *s, sluice_text id)
{
  sluice_result result;

  memset(&result, 0, sizeof(result));
  result.output = STR("r");
  return sluice_translator_result(s->t, id, &result);
}

static void must_be_lawful(const struct seen *s, const char *what)
{
  char message[LAWS_MESSAGE];
  const char *wrong =
      laws_stream(SLUICE_UNIT_CODEPOINT, s->wire.p, s->wire.n, message);

  if (wrong != NULL)
    fail_msg("%s: %s", what, wrong);
}

static int has(const struct seen *s, const char *words)
{
  return strstr(s->wire.p, words) != NULL;
}

static int str_has(sluice_str s, const char *words)
{
  size_t i, n = strlen(words);

  for (i = 0; i + n <= s.n; i++)
    if (memcmp(s.p + i, words, n) == 0)
      return 1;
  return 0;
}

/* Nothing of rounds is allowed, and nothing comes of it. */
static void must_refuse(struct seen *s, const char *when)
{
  size_t before = s->wire.n;
  sluice_pending call;
  sluice_str json;

  if (sluice_translator_pending(s->t, 0, &call) != SLUICE_ERR_ARG ||
      call.call_id.n != 0)
    fail_msg("%s: a call waits", when);
  if (answer(s, ID("c1")) != SLUICE_ERR_STATE)
    fail_msg("%s: a result was taken", when);
  if (sluice_translator_messages(s->t, &json) != SLUICE_ERR_STATE ||
      json.n != 0)
    fail_msg("%s: messages", when);
  if (sluice_translator_next_round(s->t) != SLUICE_ERR_STATE)
    fail_msg("%s: a next round", when);
  assert_int_equal(s->wire.n, before);
}

static void rounds_are_refused_outside_of_them(void **state)
{
  struct seen s;

  (void)state;
  seen_new(&s, NULL);
  must_refuse(&s, "before the stream");
  assert_int_equal(feed(&s, HI), SLUICE_OK);
  must_refuse(&s, "within the stream");
  assert_int_equal(feed(&s, STOP DONE), SLUICE_OK);
  must_refuse(&s, "after [DONE] without a hosted call");
  assert_int_equal(sluice_translator_end_round(s.t), SLUICE_OK);
  must_refuse(&s, "after the end");
  assert_int_equal(
      sluice_translator_mcp_tools(s.t, STR("x"), STR("[]"), STR("")),
      SLUICE_ERR_STATE);
  assert_int_equal(sluice_translator_reset(s.t, 1), SLUICE_OK);
  must_refuse(&s, "after a reset");
  seen_free(&s);
}

static void null_is_refused(void **state)
{
  sluice_text id = ID("c1");
  sluice_result result;
  sluice_pending call;
  sluice_str json;
  struct seen s;

  (void)state;
  memset(&result, 0, sizeof(result));
  assert_int_equal(sluice_translator_end_round(NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_translator_pending(NULL, 0, &call), SLUICE_ERR_ARG);
  assert_int_equal(sluice_translator_result(NULL, id, &result), SLUICE_ERR_ARG);
  assert_int_equal(sluice_translator_messages(NULL, &json), SLUICE_ERR_ARG);
  assert_int_equal(sluice_translator_next_round(NULL), SLUICE_ERR_ARG);
  assert_int_equal(
      sluice_translator_mcp_tools(NULL, STR(""), STR("[]"), STR("")),
      SLUICE_ERR_ARG);
  assert_int_equal(sluice_translator_fail(NULL, STR(""), STR("")),
                   SLUICE_ERR_ARG);
  seen_new(&s, NULL);
  assert_int_equal(feed(&s, HOSTED), SLUICE_OK);
  assert_int_equal(sluice_translator_end_round(s.t), SLUICE_MORE);
  assert_int_equal(sluice_translator_pending(s.t, 0, NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_translator_result(s.t, id, NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_translator_messages(s.t, NULL), SLUICE_ERR_ARG);
  result.file_count = 1;
  assert_int_equal(sluice_translator_result(s.t, id, &result), SLUICE_ERR_ARG);
  assert_int_equal(sluice_translator_pending(s.t, 1, &call), SLUICE_OK);
  assert_int_equal(call.type, SLUICE_TOOL_MCP);
  assert_int_equal(sluice_translator_pending(s.t, 2, &call), SLUICE_ERR_ARG);
  assert_int_equal(sluice_translator_pending(s.t, UINT32_MAX, &call),
                   SLUICE_ERR_ARG);
  seen_free(&s);
}

/* Two hosted calls wait. */
static void round_over(struct seen *s)
{
  seen_new(s, NULL);
  assert_int_equal(feed(s, HOSTED), SLUICE_OK);
  assert_int_equal(sluice_translator_end_round(s->t), SLUICE_MORE);
}

static void a_round_that_is_over_stays_so(void **state)
{
  struct seen s;
  size_t before;
  sluice_str json;

  (void)state;
  round_over(&s);
  before = s.wire.n;
  assert_int_equal(sluice_translator_end_round(s.t), SLUICE_MORE);
  assert_int_equal(feed(&s, HI), SLUICE_ERR_STATE);
  assert_int_equal(sluice_translator_messages(s.t, &json), SLUICE_ERR_STATE);
  assert_int_equal(sluice_translator_next_round(s.t), SLUICE_ERR_STATE);
  assert_int_equal(sluice_translator_status(s.t), SLUICE_RESPONSE_IN_PROGRESS);
  assert_int_equal(s.wire.n, before);
  assert_int_equal(sluice_translator_finish(s.t), SLUICE_OK);
  must_be_lawful(&s, "finish while calls wait");
  must_refuse(&s, "after finish");
  before = s.wire.n;
  assert_int_equal(sluice_translator_finish(s.t), SLUICE_OK);
  assert_int_equal(sluice_translator_end_round(s.t), SLUICE_OK);
  assert_int_equal(s.wire.n, before);
  seen_free(&s);
}

static void a_result_is_taken_once(void **state)
{
  struct seen s;
  size_t before;

  (void)state;
  round_over(&s);
  before = s.wire.n;
  assert_int_equal(answer(&s, ID("")), SLUICE_ERR_ARG);
  assert_int_equal(answer(&s, ID("c")), SLUICE_ERR_ARG);
  assert_int_equal(s.wire.n, before);
  assert_int_equal(answer(&s, ID("c1")), SLUICE_MORE);
  before = s.wire.n;
  assert_int_equal(answer(&s, ID("c1")), SLUICE_ERR_STATE);
  assert_int_equal(s.wire.n, before);
  assert_int_equal(answer(&s, ID("c2")), SLUICE_MORE);
  assert_int_equal(answer(&s, ID("c2")), SLUICE_ERR_STATE);
  assert_int_equal(sluice_translator_next_round(s.t), SLUICE_OK);
  assert_int_equal(answer(&s, ID("c2")), SLUICE_ERR_STATE);
  assert_int_equal(feed(&s, ANSWER), SLUICE_OK);
  assert_int_equal(sluice_translator_end_round(s.t), SLUICE_OK);
  must_be_lawful(&s, "results");
  seen_free(&s);
}

static void results_that_are_no_array_change_nothing(void **state)
{
  static const char *const wrong[] = {
      "{}", "7", "\"a\"", "null",       "[1",           "[] []", "[,]",
      " ",  "x", "[}",    "{\"a\":[]}", "[\"\\ud800\"", "]"};
  sluice_result result;
  struct seen s;
  size_t i, before;

  (void)state;
  round_over(&s);
  before = s.wire.n;
  memset(&result, 0, sizeof(result));
  for (i = 0; i < COUNT(wrong); i++) {
    result.results.p = wrong[i];
    result.results.n = strlen(wrong[i]);
    if (sluice_translator_result(s.t, ID("c1"), &result) != SLUICE_ERR_ARG)
      fail_msg("the results %s were taken", wrong[i]);
    assert_int_equal(s.wire.n, before);
  }
  result.results = STR(" [ {\"file_id\" : \"file-a\"} ]\n");
  assert_int_equal(sluice_translator_result(s.t, ID("c1"), &result),
                   SLUICE_MORE);
  assert_true(has(&s, "\"results\":[{\"file_id\":\"file-a\"}]"));
  assert_int_equal(sluice_translator_finish(s.t), SLUICE_OK);
  must_be_lawful(&s, "results");
  seen_free(&s);
}

static void odd_bytes_in_results_reach_no_client(void **state)
{
  sluice_result result;
  struct seen s;
  sluice_str json;

  (void)state;
  round_over(&s);
  memset(&result, 0, sizeof(result));
  result.results = STR("[\"a\xff\xc0\", \"\\ud800\", \"\xe2\x80\xa8\"]");
  result.output = STR("o\xff\n\"\0\x1b");
  assert_int_equal(sluice_translator_result(s.t, ID("c1"), &result),
                   SLUICE_MORE);
  memset(&result, 0, sizeof(result));
  result.error = STR("e\xed\xa0\x80\t");
  assert_int_equal(sluice_translator_result(s.t, ID("c2"), &result),
                   SLUICE_MORE);
  assert_int_equal(sluice_translator_messages(s.t, &json), SLUICE_OK);
  assert_true(str_has(json, "o\xef\xbf\xbd\\n\\\"\\u0000\\u001b"));
  assert_int_equal(sluice_translator_mcp_tools(s.t, STR("l\xff"),
                                               STR("[{\"name\":\"\xff\"}]"),
                                               STR("")),
                   SLUICE_OK);
  assert_int_equal(sluice_translator_next_round(s.t), SLUICE_OK);
  assert_int_equal(feed(&s, ANSWER), SLUICE_OK);
  assert_int_equal(sluice_translator_end_round(s.t), SLUICE_OK);
  must_be_lawful(&s, "odd bytes");
  seen_free(&s);
}

/* [DONE] says as much as end_round: results may come before that. */
static void results_may_come_at_done(void **state)
{
  struct seen s;
  sluice_str json;

  (void)state;
  seen_new(&s, NULL);
  assert_int_equal(feed(&s, HOSTED), SLUICE_OK);
  assert_int_equal(answer(&s, ID("c1")), SLUICE_MORE);
  assert_int_equal(answer(&s, ID("c2")), SLUICE_MORE);
  assert_int_equal(sluice_translator_messages(s.t, &json), SLUICE_ERR_STATE);
  assert_int_equal(sluice_translator_next_round(s.t), SLUICE_ERR_STATE);
  assert_int_equal(feed(&s, HI), SLUICE_OK); /* after [DONE]: ignored */
  assert_int_equal(sluice_translator_end_round(s.t), SLUICE_MORE);
  assert_int_equal(sluice_translator_messages(s.t, &json), SLUICE_OK);
  assert_int_equal(sluice_translator_next_round(s.t), SLUICE_OK);
  assert_int_equal(feed(&s, ANSWER), SLUICE_OK);
  assert_int_equal(sluice_translator_end_round(s.t), SLUICE_OK);
  must_be_lawful(&s, "results at [DONE]");
  seen_free(&s);
}

static void messages_can_be_asked_for_twice(void **state)
{
  struct bytes first = {0};
  struct seen s;
  sluice_str json;

  (void)state;
  round_over(&s);
  assert_int_equal(answer(&s, ID("c1")), SLUICE_MORE);
  assert_int_equal(sluice_translator_messages(s.t, &json), SLUICE_ERR_STATE);
  assert_int_equal(answer(&s, ID("c2")), SLUICE_MORE);
  assert_int_equal(sluice_translator_messages(s.t, &json), SLUICE_OK);
  bytes_put(&first, json.p, json.n);
  assert_int_equal(sluice_translator_messages(s.t, &json), SLUICE_OK);
  assert_int_equal(json.n, first.n);
  assert_memory_equal(json.p, first.p, json.n);
  assert_int_equal(sluice_translator_next_round(s.t), SLUICE_OK);
  assert_int_equal(sluice_translator_messages(s.t, &json), SLUICE_ERR_STATE);
  bytes_free(&first);
  seen_free(&s);
}

/* ---- lists of tools ------------------------------------------------------ */

static void a_list_of_tools_that_is_none_changes_nothing(void **state)
{
  static const char *const wrong[] = {"{}", "[", "7", "[] 1", "[1,]", "nul"};
  struct seen s;
  sluice_str list;
  size_t i;

  (void)state;
  seen_new(&s, NULL);
  for (i = 0; i < COUNT(wrong); i++) {
    list.p = wrong[i];
    list.n = strlen(wrong[i]);
    assert_int_equal(
        sluice_translator_mcp_tools(s.t, STR("srv"), list, STR("")),
        SLUICE_ERR_ARG);
  }
  assert_int_equal(feed(&s, ANSWER), SLUICE_OK);
  assert_int_equal(sluice_translator_end_round(s.t), SLUICE_OK);
  assert_false(has(&s, "mcp_list_tools"));
  must_be_lawful(&s, "wrong lists");
  seen_free(&s);
}

/* In the middle of a text, while calls wait, and when all results are in. */
static void a_list_of_tools_comes_at_its_turn(void **state)
{
  struct seen s;
  sluice_str json;

  (void)state;
  seen_new(&s, NULL);
  assert_int_equal(feed(&s, HI), SLUICE_OK);
  assert_int_equal(
      sluice_translator_mcp_tools(s.t, STR("one"), STR("[]"), STR("")),
      SLUICE_OK);
  assert_true(has(&s, "\"server_label\":\"one\""));
  assert_int_equal(feed(&s, HOSTED), SLUICE_OK);
  assert_int_equal(sluice_translator_end_round(s.t), SLUICE_MORE);
  assert_int_equal(
      sluice_translator_mcp_tools(s.t, STR("two"), STR("[]"), STR("no")),
      SLUICE_OK);
  assert_false(has(&s, "\"server_label\":\"two\""));
  assert_int_equal(answer(&s, ID("c1")), SLUICE_MORE);
  assert_int_equal(answer(&s, ID("c2")), SLUICE_MORE);
  assert_true(has(&s, "\"server_label\":\"two\""));
  assert_int_equal(
      sluice_translator_mcp_tools(s.t, STR("three"), STR("[]"), STR("")),
      SLUICE_OK);
  assert_true(has(&s, "\"server_label\":\"three\""));
  assert_int_equal(sluice_translator_messages(s.t, &json), SLUICE_OK);
  assert_false(str_has(json, "two"));
  assert_int_equal(sluice_translator_next_round(s.t), SLUICE_OK);
  assert_int_equal(feed(&s, ANSWER), SLUICE_OK);
  assert_int_equal(sluice_translator_end_round(s.t), SLUICE_OK);
  must_be_lawful(&s, "lists");
  seen_free(&s);
}

static void must_be_pending(struct seen *s, uint32_t n, const char *id)
{
  sluice_pending p;

  assert_int_equal(sluice_translator_pending(s->t, n, &p), SLUICE_OK);
  assert_int_equal(p.call_id.n, strlen(id));
  assert_memory_equal(p.call_id.p, id, p.call_id.n);
}

/* Whatever was asked for or answered before. */
static void pending_calls_can_be_asked_for_in_any_order(void **state)
{
  sluice_pending p;
  struct seen s;

  (void)state;
  seen_new(&s, NULL);
  assert_int_equal(feed(&s, CALL(0, "c1", "search") CALL(1, "c2", "ask")
                                CALL(2, "c3", "ask") CALL(3, "c4", "search")
                                    STOP DONE),
                   SLUICE_OK);
  assert_int_equal(sluice_translator_end_round(s.t), SLUICE_MORE);
  must_be_pending(&s, 3, "c4");
  must_be_pending(&s, 1, "c2");
  must_be_pending(&s, 2, "c3");
  must_be_pending(&s, 1, "c2");
  assert_int_equal(sluice_translator_pending(s.t, 4, &p), SLUICE_ERR_ARG);
  must_be_pending(&s, 1, "c2");
  assert_int_equal(answer(&s, ID("c4")), SLUICE_MORE); /* behind the asked */
  must_be_pending(&s, 2, "c3");
  assert_int_equal(answer(&s, ID("c1")), SLUICE_MORE); /* before it */
  must_be_pending(&s, 0, "c2");
  must_be_pending(&s, 1, "c3");
  assert_int_equal(answer(&s, ID("c3")), SLUICE_MORE); /* the asked itself */
  must_be_pending(&s, 0, "c2");
  assert_int_equal(sluice_translator_pending(s.t, 1, &p), SLUICE_ERR_ARG);
  seen_free(&s);
}

static void results_for_other_calls_are_refused(void **state)
{
  struct seen s;

  (void)state;
  seen_new(&s, NULL);
  assert_int_equal(feed(&s, CALL(0, "c1", "search") STOP DONE), SLUICE_OK);
  assert_int_equal(sluice_translator_end_round(s.t), SLUICE_MORE);
  assert_int_equal(answer(&s, ID("c1")), SLUICE_MORE);
  assert_int_equal(sluice_translator_next_round(s.t), SLUICE_OK);
  assert_int_equal(
      feed(&s, CALL(0, "c2", "search") CALL(1, "c3", "own") STOP DONE),
      SLUICE_OK);
  assert_int_equal(sluice_translator_end_round(s.t), SLUICE_MORE);
  assert_int_equal(answer(&s, ID("c1")), SLUICE_ERR_ARG); /* of another round */
  assert_int_equal(answer(&s, ID("c3")), SLUICE_ERR_ARG); /* the client's */
  assert_int_equal(answer(&s, ID("c2")), SLUICE_OK);
  must_be_lawful(&s, "results for others");
  seen_free(&s);
}

/* A sealed thought that follows what is closed has an item of its own. */
static void a_sealed_thought_may_follow_a_list_of_tools(void **state)
{
  struct seen s;

  (void)state;
  seen_new(&s, NULL);
  assert_int_equal(feed(&s, CHUNK("\"role\":\"assistant\"", "null")),
                   SLUICE_OK);
  assert_int_equal(
      sluice_translator_mcp_tools(s.t, STR("one"), STR("[]"), STR("")),
      SLUICE_OK);
  assert_int_equal(
      feed(&s, CHUNK("\"reasoning_details\":[{\"type\":\"reasoning.encrypted\","
                     "\"data\":\"sealed\"}]",
                     "null") ANSWER),
      SLUICE_OK);
  assert_int_equal(sluice_translator_finish(s.t), SLUICE_OK);
  assert_true(has(&s, "\"encrypted_content\":\"sealed\""));
  must_be_lawful(&s, "sealed");
  seen_free(&s);
}

static void lists_of_tools_are_limited(void **state)
{
  sluice_options o;
  sluice_status status = SLUICE_OK;
  sluice_translator *t = NULL;
  size_t i;

  (void)state;
  sluice_options_init(&o);
  o.max_items = 3;
  assert_int_equal(sluice_translator_new(&t, &o, NULL, NULL), SLUICE_OK);
  for (i = 0; i < 3; i++)
    assert_int_equal(
        sluice_translator_mcp_tools(t, STR("a"), STR("[]"), STR("")),
        SLUICE_OK);
  status = sluice_translator_mcp_tools(t, STR("a"), STR("[]"), STR(""));
  assert_int_equal(status, SLUICE_ERR_LIMIT);
  assert_int_equal(sluice_translator_status(t), SLUICE_RESPONSE_FAILED);
  assert_int_equal(sluice_translator_finish(t), SLUICE_ERR_LIMIT);
  sluice_translator_free(t);
}

/* ---- from inside a callback ---------------------------------------------- */

static int call_everything(struct seen *s)
{
  sluice_result result;
  sluice_str json;

  memset(&result, 0, sizeof(result));
  assert_int_equal(sluice_translator_end_round(s->t), SLUICE_ERR_STATE);
  assert_int_equal(sluice_translator_result(s->t, ID("c1"), &result),
                   SLUICE_ERR_STATE);
  assert_int_equal(sluice_translator_messages(s->t, &json), SLUICE_ERR_STATE);
  assert_int_equal(sluice_translator_next_round(s->t), SLUICE_ERR_STATE);
  assert_int_equal(
      sluice_translator_mcp_tools(s->t, STR("x"), STR("[]"), STR("")),
      SLUICE_ERR_STATE);
  assert_int_equal(sluice_translator_fail(s->t, STR(""), STR("x")),
                   SLUICE_ERR_STATE);
  return 0;
}

static int pause_there(struct seen *s)
{
  (void)s;
  return 1;
}

static int abort_there(struct seen *s)
{
  (void)s;
  return -7;
}

/* Two rounds; returns the first status that is neither OK, PAUSED nor MORE. */
static sluice_status two_rounds(struct seen *s)
{
  static const char *const streams[] = {HOSTED, ANSWER};
  sluice_status status =
      sluice_translator_mcp_tools(s->t, STR("srv"), STR("[]"), STR(""));
  size_t i, taken, at, n;

  for (i = 0; i < 2 && status >= 0; i++) {
    n = strlen(streams[i]);
    for (at = 0; at < n && status >= 0; at += taken)
      status = sluice_translator_feed(s->t, streams[i] + at, n - at, &taken);
    if (status >= 0)
      status = sluice_translator_end_round(s->t);
    if (status == SLUICE_MORE)
      status = answer(s, ID("c2"));
    if (status == SLUICE_MORE)
      status = answer(s, ID("c1"));
    if (status == SLUICE_MORE)
      status = sluice_translator_next_round(s->t);
  }
  return status;
}

static void calls_from_inside_change_nothing(void **state)
{
  int (*const acts[])(struct seen *) = {call_everything, pause_there};
  struct seen whole, s;
  size_t i, at;

  (void)state;
  seen_new(&whole, NULL);
  assert_int_equal(two_rounds(&whole), SLUICE_OK);
  must_be_lawful(&whole, "two rounds");
  for (i = 0; i < COUNT(acts); i++)
    for (at = 0; at < whole.events; at++) {
      seen_new(&s, NULL);
      s.act = acts[i];
      s.at = at;
      assert_int_equal(two_rounds(&s), SLUICE_OK);
      assert_true(bytes_equal(&s.wire, &whole.wire));
      seen_free(&s);
    }
  seen_free(&whole);
}

static void an_abort_is_the_end_in_each_call(void **state)
{
  struct seen s;
  size_t at, all;
  sluice_str json;

  (void)state;
  seen_new(&s, NULL);
  assert_int_equal(two_rounds(&s), SLUICE_OK);
  all = s.events;
  seen_free(&s);
  for (at = 0; at < all; at++) {
    seen_new(&s, NULL);
    s.act = abort_there;
    s.at = at;
    assert_int_equal(two_rounds(&s), SLUICE_ERR_CALLBACK);
    assert_int_equal(s.events, at + 1);
    assert_int_equal(sluice_translator_finish(s.t), SLUICE_ERR_CALLBACK);
    assert_int_equal(sluice_translator_end_round(s.t), SLUICE_ERR_CALLBACK);
    assert_int_equal(answer(&s, ID("c1")), SLUICE_ERR_CALLBACK);
    assert_int_equal(sluice_translator_next_round(s.t), SLUICE_ERR_CALLBACK);
    assert_int_equal(sluice_translator_messages(s.t, &json),
                     SLUICE_ERR_CALLBACK);
    assert_int_equal(s.events, at + 1);
    seen_free(&s);
  }
}

/* ---- failures of the embedder's ------------------------------------------ */

static void before_anything(struct seen *s)
{
  seen_new(s, NULL);
}

static void within_text(struct seen *s)
{
  seen_new(s, NULL);
  assert_int_equal(feed(s, HI), SLUICE_OK);
}

static void within_a_call(struct seen *s)
{
  seen_new(s, NULL);
  assert_int_equal(feed(s, HI CALL(0, "c1", "ask")), SLUICE_OK);
}

static void between_results(struct seen *s)
{
  round_over(s);
  assert_int_equal(answer(s, ID("c1")), SLUICE_MORE);
}

static void after_results(struct seen *s)
{
  between_results(s);
  assert_int_equal(answer(s, ID("c2")), SLUICE_MORE);
}

static void before_the_second_stream(struct seen *s)
{
  after_results(s);
  assert_int_equal(sluice_translator_next_round(s->t), SLUICE_OK);
}

/* The second of two searches has its result, the first has none. */
static void an_answer_waits(struct seen *s)
{
  seen_new(s, NULL);
  assert_int_equal(
      feed(s, CALL(0, "c1", "search") CALL(1, "c2", "search") STOP DONE),
      SLUICE_OK);
  assert_int_equal(sluice_translator_end_round(s->t), SLUICE_MORE);
  assert_int_equal(answer(s, ID("c2")), SLUICE_MORE);
}

static void the_embedder_can_give_up_in_each_phase(void **state)
{
  void (*const phases[])(struct seen *) = {
      before_anything, an_answer_waits,
      within_text,     within_a_call,
      round_over,      between_results,
      after_results,   before_the_second_stream};
  struct seen s;
  size_t i, before;

  (void)state;
  for (i = 0; i < COUNT(phases); i++) {
    phases[i](&s);
    assert_int_equal(sluice_translator_fail(s.t, STR("rate_limit_exceeded"),
                                            STR("too \"many\"\xff")),
                     SLUICE_ERR_UPSTREAM);
    must_be_lawful(&s, "given up");
    assert_true(has(&s, "event: response.failed\n"));
    assert_true(has(&s, "\"code\":\"rate_limit_exceeded\",\"message\":"
                        "\"too \\\"many\\\"\xef\xbf\xbd\""));
    assert_int_equal(sluice_translator_status(s.t), SLUICE_RESPONSE_FAILED);
    before = s.wire.n;
    assert_int_equal(sluice_translator_fail(s.t, STR(""), STR("again")),
                     SLUICE_ERR_UPSTREAM);
    assert_int_equal(feed(&s, HI), SLUICE_ERR_UPSTREAM);
    assert_int_equal(sluice_translator_finish(s.t), SLUICE_ERR_UPSTREAM);
    assert_int_equal(answer(&s, ID("c2")), SLUICE_ERR_UPSTREAM);
    assert_int_equal(sluice_translator_next_round(s.t), SLUICE_ERR_UPSTREAM);
    assert_int_equal(s.wire.n, before);
    seen_free(&s);
  }
}

static void to_give_up_after_the_end_has_no_effect(void **state)
{
  struct seen s;
  size_t before;

  (void)state;
  seen_new(&s, NULL);
  assert_int_equal(feed(&s, ANSWER), SLUICE_OK);
  assert_int_equal(sluice_translator_finish(s.t), SLUICE_OK);
  before = s.wire.n;
  assert_int_equal(sluice_translator_fail(s.t, STR(""), STR("late")),
                   SLUICE_OK);
  assert_int_equal(s.wire.n, before);
  assert_int_equal(sluice_translator_status(s.t), SLUICE_RESPONSE_COMPLETED);
  seen_free(&s);

  seen_new(&s, NULL);
  assert_int_equal(sluice_translator_finish(s.t), SLUICE_ERR_EMPTY);
  assert_int_equal(sluice_translator_fail(s.t, STR(""), STR("late")),
                   SLUICE_ERR_EMPTY);
  seen_free(&s);
}

static void a_failure_without_a_known_code_is_server_error(void **state)
{
  static const sluice_str codes[] = {{"", 0}, {"boom", 4}, {"\xff\"", 2}};
  struct seen s;
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(codes); i++) {
    seen_new(&s, NULL);
    assert_int_equal(sluice_translator_fail(s.t, codes[i], STR("gone")),
                     SLUICE_ERR_UPSTREAM);
    must_be_lawful(&s, "a code");
    assert_true(has(&s, "\"error\":{\"code\":\"server_error\",\"message\":"
                        "\"gone\"}"));
    seen_free(&s);
  }
}

static void a_failure_without_words_has_some(void **state)
{
  struct seen s;

  (void)state;
  seen_new(&s, NULL);
  assert_int_equal(sluice_translator_fail(s.t, STR(""), STR("")),
                   SLUICE_ERR_UPSTREAM);
  must_be_lawful(&s, "no words");
  assert_true(sluice_translator_message(s.t).n > 0);
  seen_free(&s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rounds_are_refused_outside_of_them),
      cmocka_unit_test(null_is_refused),
      cmocka_unit_test(a_round_that_is_over_stays_so),
      cmocka_unit_test(a_result_is_taken_once),
      cmocka_unit_test(results_that_are_no_array_change_nothing),
      cmocka_unit_test(odd_bytes_in_results_reach_no_client),
      cmocka_unit_test(results_may_come_at_done),
      cmocka_unit_test(messages_can_be_asked_for_twice),
      cmocka_unit_test(a_list_of_tools_that_is_none_changes_nothing),
      cmocka_unit_test(a_list_of_tools_comes_at_its_turn),
      cmocka_unit_test(pending_calls_can_be_asked_for_in_any_order),
      cmocka_unit_test(results_for_other_calls_are_refused),
      cmocka_unit_test(a_sealed_thought_may_follow_a_list_of_tools),
      cmocka_unit_test(lists_of_tools_are_limited),
      cmocka_unit_test(calls_from_inside_change_nothing),
      cmocka_unit_test(an_abort_is_the_end_in_each_call),
      cmocka_unit_test(the_embedder_can_give_up_in_each_phase),
      cmocka_unit_test(to_give_up_after_the_end_has_no_effect),
      cmocka_unit_test(a_failure_without_a_known_code_is_server_error),
      cmocka_unit_test(a_failure_without_words_has_some)};

  return cmocka_run_group_tests_name("rounds_api", tests, NULL, NULL);
}
