/* SPDX-License-Identifier: MIT */
/* The room that is kept for the end of a response (outlet.h) is enough,
 * whatever the response holds: strings of every kind grow by a few bytes a run,
 * past sizes at which a buffer has just been filled, and from some event on
 * there is no memory at all. The response ends all the same, as the laws want
 * it. */
#include "check.h"
#include "heap.h"
#include "laws.h"
#include "run.h"

#define LONGEST 2000 /* bytes: past 4,096 with what is around them */
#define STEP    29
#define EVENTS  24 /* at most, after which memory is gone */

struct scene {
  sluice_translator *t;
  struct heap heap;
  struct bytes wire;
  size_t events, last; /* the last one before memory is gone */
  size_t n;            /* how long the string is */
  char string[LONGEST + 1];
};

static int on_event(void *user, const sluice_event *e)
{
  struct scene *s = (struct scene *)user;

  bytes_put(&s->wire, e->wire.p, e->wire.n);
  if (s->events++ == s->last)
    heap_arm(&s->heap, 0, 1);
  return 0;
}

/* One event of the stream; @ stands for the string. */
static void say(struct scene *s, const char *json)
{
  struct bytes all = {0};
  const char *at = strchr(json, '@');

  bytes_puts(&all, "data: ");
  while (at != NULL) {
    bytes_put(&all, json, (size_t)(at - json));
    bytes_put(&all, s->string, s->n);
    json = at + 1;
    at = strchr(json, '@');
  }
  bytes_puts(&all, json);
  bytes_puts(&all, "\n\n");
  (void)sluice_translator_feed(s->t, all.p, all.n, NULL);
  bytes_free(&all);
}

static void say_delta(struct scene *s, const char *delta)
{
  struct bytes json = {0};

  bytes_puts(&json, "{\"model\":\"m\",\"choices\":[{\"delta\":{");
  bytes_puts(&json, delta);
  bytes_puts(&json, "}}]}");
  say(s, json.p);
  bytes_free(&json);
}

/* ---- what a response holds ---------------------------------------------- */

static void texts(struct scene *s)
{
  say_delta(s, "\"reasoning\":\"@\"");
  say_delta(s, "\"content\":\"@\"");
  say_delta(s, "\"refusal\":\"@\"");
}

static void a_model(struct scene *s)
{
  say(s, "{\"model\":\"@\",\"choices\":[{\"delta\":{\"content\":\"a\"}}]}");
}

static void logprobs(struct scene *s)
{
  say(s, "{\"choices\":[{\"delta\":{\"content\":\"ab\"},\"logprobs\":{"
         "\"content\":[{\"token\":\"@\",\"logprob\":-1,"
         "\"top_logprobs\":[{\"token\":\"@\",\"logprob\":-1},"
         "{\"token\":\"@\",\"logprob\":-2}]}]}}]}");
  say(s, "{\"choices\":[{\"delta\":{\"content\":\"ab\"},\"logprobs\":{"
         "\"content\":[{\"token\":\"a\",\"logprob\":-1}]}}]}");
}

static void citations(struct scene *s)
{
  say_delta(s, "\"content\":\"a<|file-a|>b\"");
  say_delta(s, "\"content\":\"c\",\"annotations\":[{\"type\":\"url_citation\","
               "\"url_citation\":{\"url\":\"u@\",\"title\":\"@\"}}]");
}

static void many_parts(struct scene *s)
{
  size_t i;

  for (i = 0; i < s->n / 100; i++)
    say_delta(s, i % 2 == 0 ? "\"content\":\"a\"" : "\"refusal\":\"b\"");
}

static void many_items(struct scene *s)
{
  size_t i;

  for (i = 0; i < s->n / 100; i++)
    say_delta(s, i % 2 == 0 ? "\"content\":\"a\"" : "\"reasoning\":\"b\"");
}

static void encrypted(struct scene *s)
{
  say_delta(s, "\"reasoning_details\":[{\"type\":\"reasoning.encrypted\","
               "\"data\":\"@\"}]");
  say_delta(s, "\"content\":\"a\"");
}

static void calls(struct scene *s)
{
  say_delta(s, "\"tool_calls\":[{\"index\":0,\"id\":\"c@\",\"function\":{"
               "\"name\":\"f@\",\"arguments\":\"{\\\"a\\\":\\\"@\\\"}\"}},{"
               "\"index\":1,\"id\":\"d\",\"function\":{\"name\":\"custom\","
               "\"arguments\":\"{\\\"input\\\":\\\"@\"}}]");
}

static void an_error(struct scene *s)
{
  say_delta(s, "\"content\":\"a\"");
  say(s, "{\"error\":{\"message\":\"@\",\"code\":\"@\",\"type\":\"@\","
         "\"param\":\"@\"}}");
}

static void no_json(struct scene *s)
{
  say_delta(s, "\"content\":\"a\"");
  say(s, "{@");
}

static void hosted(struct scene *s)
{
  static const char results[] = "[{\"type\":\"logs\",\"logs\":\"";
  struct bytes list = {0};
  sluice_result result;
  sluice_pending call;

  say_delta(s, "\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{"
               "\"name\":\"search\",\"arguments\":\"{\\\"q\\\":\\\"@\\\"}\"}},{"
               "\"index\":1,\"id\":\"d\",\"function\":{\"name\":\"run\","
               "\"arguments\":\"{\\\"code\\\":\\\"@\\\"}\"}},{\"index\":2,"
               "\"id\":\"e\",\"function\":{\"name\":\"serve\","
               "\"arguments\":\"{}\"}}]");
  say(s, "{\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}]}");
  (void)sluice_translator_end_round(s->t);
  bytes_puts(&list, results);
  bytes_put(&list, s->string, s->n);
  bytes_puts(&list, "\"}]");
  while (sluice_translator_pending(s->t, 0, &call) == SLUICE_OK) {
    memset(&result, 0, sizeof(result));
    result.results.p = list.p;
    result.results.n = list.n;
    result.output.p = result.error.p = s->string;
    result.output.n = s->n;
    result.error.n = call.type == SLUICE_TOOL_MCP ? s->n : 0;
    if (sluice_translator_result(s->t, call.call_id, &result) != SLUICE_MORE)
      break;
  }
  bytes_free(&list);
}

static void a_list(struct scene *s)
{
  static const char tool[] = "[{\"name\":\"n\",\"description\":\"";
  struct bytes tools = {0};
  sluice_str string = {s->string, s->n}, list;

  bytes_puts(&tools, tool);
  bytes_put(&tools, s->string, s->n);
  bytes_puts(&tools, "\"}]");
  list.p = tools.p;
  list.n = tools.n;
  say_delta(s, "\"reasoning\":\"a\"");
  (void)sluice_translator_mcp_tools(s->t, string, list, string);
  say_delta(s, "\"content\":\"a\"");
  bytes_free(&tools);
}

/* ---- the runs ------------------------------------------------------------ */

#define TOOL(shown_name, tool_type)                                            \
  {                                                                            \
    .name = {LIT(shown_name)}, .type = SLUICE_TOOL_##tool_type,                \
    .server_label = {LIT("label")}, .container_id = {                          \
      LIT("box")                                                               \
    }                                                                          \
  }

static const sluice_tool tools[] = {TOOL("search", WEB_SEARCH),
                                    TOOL("run", CODE_INTERPRETER),
                                    TOOL("serve", MCP), TOOL("custom", CUSTOM)};

/* Returns how many events came. */
static size_t play(void (*content)(struct scene *), struct scene *s,
                   const sluice_options *options)
{
  static const sluice_str code = {"rate_limit_exceeded", 19};
  char message[LAWS_MESSAGE];
  sluice_options o = *options;
  sluice_str why = {s->string, s->n};
  const char *wrong;

  heap_init(&s->heap, HEAP_NEVER, 0);
  o.mem = &s->heap.mem;
  s->events = 0;
  bytes_clear(&s->wire);
  assert_int_equal(sluice_translator_new(&s->t, &o, on_event, s), SLUICE_OK);
  content(s);
  if (s->n % 2 == 0)
    (void)sluice_translator_fail(s->t, code, why);
  else
    (void)sluice_translator_finish(s->t);
  sluice_translator_free(s->t);
  wrong = laws_stream(SLUICE_UNIT_CODEPOINT, s->wire.p, s->wire.n, message);
  if (wrong != NULL)
    fail_msg("%zu bytes, no memory after event %zu: %s", s->n, s->last, wrong);
  assert_int_equal(s->heap.live, 0);
  return s->events;
}

static void there_is_room(void **state)
{
  void (*content)(struct scene *) = *(void (**)(struct scene *)) * state;
  sluice_options o;
  struct scene s;
  size_t events, runs = 0;

  memset(&s, 0, sizeof(s));
  memset(s.string, 'x', LONGEST);
  sluice_options_init(&o);
  o.tools = tools;
  o.tool_count = COUNT(tools);
  o.reasoning = SLUICE_REASONING_TEXT;
  o.flags = SLUICE_OBFUSCATION;
  for (s.n = 0; s.n <= LONGEST; s.n += STEP) {
    events = 1;
    for (s.last = 0; s.last < events && s.last < EVENTS; s.last++, runs++)
      events = play(content, &s, &o);
  }
  assert_true(runs > LONGEST / STEP);
  bytes_free(&s.wire);
}

/* The room does not add up over the responses of one handle. */
static void resets_need_no_more(void **state)
{
  struct scene s;
  size_t i, first = 0;
  sluice_options o;

  (void)state;
  memset(&s, 0, sizeof(s));
  memset(s.string, 'x', LONGEST);
  s.n = LONGEST;
  s.last = SIZE_MAX;
  heap_init(&s.heap, HEAP_NEVER, 0);
  sluice_options_init(&o);
  o.mem = &s.heap.mem;
  bytes_clear(&s.wire);
  assert_int_equal(sluice_translator_new(&s.t, &o, on_event, &s), SLUICE_OK);
  for (i = 0; i < 100; i++) {
    heap_arm(&s.heap, HEAP_NEVER, 0);
    texts(&s);
    (void)sluice_translator_finish(s.t);
    assert_int_equal(sluice_translator_reset(s.t, 1), SLUICE_OK);
    if (i == 1) /* the buffers have their sizes */
      first = s.heap.calls;
    else if (i > 1)
      assert_int_equal(s.heap.calls, first);
  }
  sluice_translator_free(s.t);
  assert_int_equal(s.heap.live, 0);
  bytes_free(&s.wire);
}

#define CONTENTS(X)                                                            \
  X(texts)                                                                     \
  X(a_model)                                                                   \
  X(logprobs)                                                                  \
  X(citations)                                                                 \
  X(many_parts)                                                                \
  X(many_items)                                                                \
  X(encrypted)                                                                 \
  X(calls)                                                                     \
  X(an_error)                                                                  \
  X(no_json)                                                                   \
  X(hosted)                                                                    \
  X(a_list)

int main(void)
{
#define X(name) name,
  static void (*const contents[])(struct scene *) = {CONTENTS(X)};
#undef X
#define X(name) {#name, there_is_room, NULL, NULL, NULL},
  struct CMUnitTest tests[] = {CONTENTS(X)
                                   cmocka_unit_test(resets_need_no_more)};
#undef X
  size_t i;

  for (i = 0; i < COUNT(contents); i++)
    tests[i].initial_state = (void *)(uintptr_t)&contents[i];
  return cmocka_run_group_tests_name("room", tests, NULL, NULL);
}
