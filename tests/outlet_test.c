/* SPDX-License-Identifier: MIT */
/* How events leave a translator: the mark behind the last one, padding, and the
 * end that an abort makes, at any event of streams that end in any way. */
#include <jansson.h>

#include <sluice/sluice.h>

#include "check.h"
#include "heap.h"
#include "laws.h"

#define DELTA(inside) "data: {\"choices\":[{\"delta\":{" inside "}}]}\n\n"
#define TEXT(s)       DELTA("\"content\":\"" s "\"")
#define NOTE(url)     "{\"url\":\"" url "\",\"start_index\":0,\"end_index\":4}"
#define CALL(index, name, arguments)                                           \
  DELTA("\"tool_calls\":[{\"index\":" #index ",\"function\":{\"name\":\"" name \
        "\",\"arguments\":\"" arguments "\"}}]")
#define END(why)                                                               \
  "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"" why "\"}]}\n\n"
#define DONE  "data: [DONE]\n\n"
#define FAULT "data: {\"error\":{\"message\":\"died\"}}\n\n"

static const sluice_tool tools[] = {
    {{LIT("search")}, SLUICE_TOOL_FILE_SEARCH, {0}, {0}, {0}, {0}},
    {{LIT("write")}, SLUICE_TOOL_CUSTOM, {0}, {0}, {0}, {0}},
    {{LIT("allow")}, SLUICE_TOOL_MCP_APPROVAL, {LIT("srv")}, {0}, {0}, {0}},
    {{LIT("ask")}, SLUICE_TOOL_MCP, {LIT("srv")}, {0}, {0}, {0}},
    {{LIT("run")}, SLUICE_TOOL_CODE_INTERPRETER, {0}, {0}, {0}, {0}}};

static const char mark[] = DONE;
#define MARK_N (sizeof(mark) - 1)

static const struct stream {
  const char *name, *in;
} streams[] = {
    {"completed", TEXT("Hi") CALL(0, "f", "{}") END("stop") DONE},
    {"incomplete", TEXT("Hi") CALL(0, "f", "{\\\"a") END("length") DONE},
    {"failed within text", TEXT("Hi <|file-a") FAULT},
    {"failed within a call", TEXT("Hi") CALL(0, "f", "{") FAULT},
    {"failed before anything", FAULT},
    {"truncated", DELTA("\"reasoning\":\"r\"") TEXT("Hi")},
    {"empty", DONE},
    {"an answer of nothing", END("stop") DONE},
    {"text, then a refusal",
     TEXT("Hi") DELTA("\"refusal\":\"no\"") TEXT("!") END("stop") DONE},
    {"sealed thoughts",
     DELTA("\"reasoning_details\":[{\"type\":\"reasoning.encrypted\",\"data\":"
           "\"x\"}]") TEXT("Hi") END("stop") DONE},
    {"a citation at once", TEXT("<|file-a|><|file-b|>") END("stop") DONE},
    {"citations of URLs",
     TEXT("Hi") DELTA("\"annotations\":[" NOTE("u") "," NOTE("v") "]")
         TEXT(" you all") END("stop") DONE},
    {"characters cut at the end",
     CALL(0, "f", "[\\\"\\ud83d") CALL(1, "g", "[\\\"\\ud83d") END("stop")},
    {"a text cut at the end", TEXT("Hi\\ud83d") END("stop")},
    {"tools",
     CALL(0, "search", "{\\\"q\\\":\\\"a\\\"}")
         CALL(1, "write", "{\\\"input\\\":\\\"a\\\"}") CALL(2, "allow", "{}")
             CALL(3, "ask", "{}") CALL(4, "run", "{\\\"code\\\":\\\"1\\\"}")
                 END("stop") DONE},
    {"a custom call without its member, cut",
     CALL(0, "write", "{\\\"x\\\":1}") END("length") DONE},
    {"tools, failed", CALL(0, "run", "{\\\"code\\\":\\\"1")
                          CALL(1, "allow", "{") CALL(2, "write", "") FAULT},
};

struct seen {
  struct bytes wire;
  size_t events, at; /* at: the event to abort at */
  size_t padded, long_enough;
  struct bytes object; /* of the last event that had one */
};

static size_t codepoints(const char *s)
{
  size_t n = 0;

  for (; *s != '\0'; s++)
    n += (*s & 0xc0) != 0x80;
  return n;
}

static void look_at_padding(struct seen *s, const sluice_event *e)
{
  const char *name = sluice_event_name(e->type);
  size_t n = strlen(name), whole, text;
  json_t *v = json_loadb(e->json.p, e->json.n, JSON_ALLOW_NUL, NULL);
  const char *padding = json_string_value(json_object_get(v, "obfuscation"));

  assert_non_null(v);
  if (padding == NULL) {
    assert_true(strcmp(name + (n > 6 ? n - 6 : 0), ".delta") != 0 ||
                e->type == SLUICE_EVENT_REFUSAL_DELTA);
  } else {
    assert_string_equal(name + n - 6, ".delta");
    text = codepoints(json_string_value(json_object_get(v, "delta")));
    whole = text + strlen(padding);
    assert_true(strlen(padding) > 0 && whole % 16 == 0);
    s->padded++;
    s->long_enough += strlen(padding) > 10;
  }
  json_decref(v);
}

static int on_event(void *user, const sluice_event *e)
{
  struct seen *s = (struct seen *)user;

  bytes_put(&s->wire, e->wire.p, e->wire.n);
  assert_true(e->json.p > e->wire.p &&
              e->json.p + e->json.n < e->wire.p + e->wire.n);
  if (e->object.n > 0) {
    assert_true(e->object.p > e->json.p &&
                e->object.p + e->object.n < e->json.p + e->json.n);
    bytes_clear(&s->object);
    bytes_put(&s->object, e->object.p, e->object.n);
  }
  if (s->padded != SIZE_MAX)
    look_at_padding(s, e);
  return s->events++ == s->at ? -3 : 0;
}

/* Runs a stream with flags; returns what the last call did. */
static sluice_status run(struct seen *s, const char *in, uint32_t flags,
                         size_t at)
{
  sluice_translator *t = NULL;
  sluice_options o;
  sluice_status status;

  memset(s, 0, sizeof(*s));
  s->at = at;
  s->padded = (flags & SLUICE_OBFUSCATION) != 0 ? 0 : SIZE_MAX;
  bytes_puts(&s->wire, "");
  sluice_options_init(&o);
  o.flags = flags;
  o.tools = tools;
  o.tool_count = COUNT(tools);
  assert_int_equal(sluice_translator_new(&t, &o, on_event, s), SLUICE_OK);
  status = sluice_translator_feed(t, in, strlen(in), NULL);
  if (s->at < s->events) {
    assert_int_equal(status, SLUICE_ERR_CALLBACK);
    assert_int_equal(sluice_translator_feed(t, in, strlen(in), NULL), status);
  }
  status = sluice_translator_finish(t);
  assert_int_equal(sluice_translator_finish(t), status);
  assert_int_equal(sluice_translator_error(t).status, status);
  sluice_translator_free(t);
  return status;
}

static void seen_free(struct seen *s)
{
  bytes_free(&s->wire);
  bytes_free(&s->object);
}

static void the_mark_stands_once_behind_the_last_event(void **state)
{
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(streams); i++) {
    struct seen plain, marked;
    sluice_status status = run(&plain, streams[i].in, 0, SIZE_MAX);

    assert_int_equal(run(&marked, streams[i].in, SLUICE_DONE_MARK, SIZE_MAX),
                     status);
    assert_null(strstr(plain.wire.p, "data: [DONE]"));
    bytes_puts(&plain.wire, mark);
    if (!bytes_equal(&plain.wire, &marked.wire))
      fail_msg("%s: expected\n%s\ngot\n%s", streams[i].name, plain.wire.p,
               marked.wire.p);
    assert_true(bytes_equal(&plain.object, &marked.object));
    seen_free(&plain);
    seen_free(&marked);
  }
}

/* Text and padding are a multiple of 16 characters, so their length says
 * nothing; what is no delta has none. */
static void deltas_are_padded_and_nothing_else(void **state)
{
  size_t i, all = 0, longer = 0;

  (void)state;
  for (i = 0; i < COUNT(streams); i++) {
    struct seen s;

    run(&s, streams[i].in, SLUICE_OBFUSCATION, SIZE_MAX);
    all += s.padded;
    longer += s.long_enough;
    seen_free(&s);
  }
  assert_true(all > 10 && longer > 0);
}

static void after_an_abort_nothing_comes(void **state)
{
  size_t i, at;

  (void)state;
  for (i = 0; i < COUNT(streams); i++) {
    struct seen whole;

    run(&whole, streams[i].in, 0, SIZE_MAX);
    for (at = 0; at < whole.events; at++) {
      struct seen s;
      sluice_status status = run(&s, streams[i].in, 0, at);

      if (s.events != at + 1 || status != SLUICE_ERR_CALLBACK)
        fail_msg("%s, aborted at event %zu: %zu events, %s", streams[i].name,
                 at, s.events, sluice_status_name(status));
      assert_memory_equal(s.wire.p, whole.wire.p, s.wire.n);
      seen_free(&s);
    }
    seen_free(&whole);
  }
}

/* ---- memory ------------------------------------------------------------- */

static char long_text[20001]; /* more than anything grows by in passing */

static int note_event(void *user, const sluice_event *e)
{
  bytes_put((struct bytes *)user, e->wire.p, e->wire.n);
  return 0;
}

/* One response in two rounds, with a long delta and a long result. */
static sluice_status long_rounds(sluice_translator *t, const char *first)
{
  static const char last[] = TEXT("Hi") END("stop") DONE;
  sluice_status status = sluice_translator_feed(t, first, strlen(first), NULL);
  sluice_result result;
  sluice_pending call;
  sluice_str json;

  if (status == SLUICE_OK)
    status = sluice_translator_end_round(t);
  if (status != SLUICE_MORE)
    return status;
  assert_int_equal(sluice_translator_pending(t, 0, &call), SLUICE_OK);
  memset(&result, 0, sizeof(result));
  result.output.p = long_text;
  result.output.n = sizeof(long_text) - 1;
  status = sluice_translator_result(t, call.call_id, &result);
  if (status == SLUICE_MORE)
    status = sluice_translator_messages(t, &json);
  if (status == SLUICE_OK)
    status = sluice_translator_next_round(t);
  if (status == SLUICE_OK)
    status = sluice_translator_feed(t, last, strlen(last), NULL);
  return status == SLUICE_OK ? sluice_translator_end_round(t) : status;
}

/* The text was complete, since a call came behind it; without memory for that
 * call the message is the last one of a failed response. */
static void check_laws(const struct bytes *wire)
{
  char message[LAWS_MESSAGE];
  const char *wrong =
      laws_stream(SLUICE_UNIT_CODEPOINT, wire->p, wire->n, message);

  if (wrong != NULL &&
      strstr(wrong, "not completed, but its last message is") == NULL)
    fail_msg("%s", wrong);
}

static void memory_may_fail_at_any_event(void **state)
{
  static const char call[] =
      CALL(0, "search", "{\\\"q\\\":\\\"a\\\"}") END("stop") DONE;
  struct bytes first = {0}, wire = {0};
  sluice_status status;
  struct heap heap;
  size_t k;

  (void)state;
  memset(long_text, 'x', sizeof(long_text) - 1);
  bytes_puts(&first, "data: {\"choices\":[{\"delta\":{\"reasoning_details\":"
                     "[{\"type\":\"reasoning.encrypted\",\"data\":\"");
  bytes_puts(&first, long_text);
  bytes_puts(&first, "\"}]}}]}\n\n");
  bytes_puts(&first, "data: {\"choices\":[{\"delta\":{\"content\":\"");
  bytes_puts(&first, long_text);
  bytes_puts(&first, "\"}}]}\n\n");
  bytes_puts(&first, call);
  heap.failed = 1;
  for (k = 0; heap.failed > 0; k++) {
    sluice_translator *t = NULL;
    sluice_options o;
    const char *last;

    assert_in_range(k, 0, 1000);
    bytes_clear(&wire);
    heap_init(&heap, k, 0);
    sluice_options_init(&o);
    o.mem = &heap.mem;
    o.flags = SLUICE_DONE_MARK;
    o.tools = tools;
    o.tool_count = COUNT(tools);
    status = sluice_translator_new(&t, &o, note_event, &wire);
    if (status == SLUICE_OK) {
      status = long_rounds(t, first.p);
      if (status == SLUICE_ERR_NOMEM) /* messages() alone does not end it */
        assert_int_equal(sluice_translator_fail(t, (sluice_str){"", 0},
                                                (sluice_str){"gone", 4}) < 0,
                         1);
      assert_true(wire.n > MARK_N);
      wire.n -= MARK_N;
      assert_memory_equal(wire.p + wire.n, mark, MARK_N);
      wire.p[wire.n] = '\0';
      last = strstr(wire.p, status == SLUICE_OK ? "event: response.completed\n"
                                                : "event: response.failed\n");
      assert_non_null(last);
      assert_null(strstr(last + 1, "event: ")); /* nothing comes behind it */
      check_laws(&wire);
    }
    if (status != SLUICE_OK) /* all that may be lost is a count, and a mould */
      assert_int_equal(status, SLUICE_ERR_NOMEM);
    sluice_translator_free(t);
    assert_int_equal(heap.live, 0);
  }
  assert_true(k > 20);
  bytes_free(&first);
  bytes_free(&wire);
}

/* Without memory for the embedder's reason the response ends all the same, and
 * says why the reason is missing. */
static void a_reason_may_find_no_memory(void **state)
{
  static const char in[] = TEXT("Hi");
  struct bytes wire = {0};
  sluice_translator *t = NULL;
  sluice_options o;
  struct heap heap;

  (void)state;
  heap_init(&heap, HEAP_NEVER, 0);
  sluice_options_init(&o);
  o.mem = &heap.mem;
  assert_int_equal(sluice_translator_new(&t, &o, note_event, &wire), SLUICE_OK);
  assert_int_equal(sluice_translator_feed(t, in, sizeof(in) - 1, NULL),
                   SLUICE_OK);
  heap_arm(&heap, 0, 1);
  assert_int_equal(
      sluice_translator_fail(t, (sluice_str){"c", 1}, (sluice_str){"gone", 4}),
      SLUICE_ERR_UPSTREAM);
  assert_true(heap.failed > 0);
  bytes_put(&wire, "", 1);
  assert_non_null(strstr(wire.p, "event: response.failed\n"));
  assert_non_null(strstr(wire.p, "no memory for the reason that was given"));
  sluice_translator_free(t);
  assert_int_equal(heap.live, 0);
  bytes_free(&wire);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_mark_stands_once_behind_the_last_event),
      cmocka_unit_test(deltas_are_padded_and_nothing_else),
      cmocka_unit_test(after_an_abort_nothing_comes),
      cmocka_unit_test(memory_may_fail_at_any_event),
      cmocka_unit_test(a_reason_may_find_no_memory)};

  return cmocka_run_group_tests_name("outlet", tests, NULL, NULL);
}
