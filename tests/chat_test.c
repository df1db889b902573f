/* SPDX-License-Identifier: MIT */
/* sse.h, chunk.h and fold.h in line: a whole stream -> one chat.completion, and
 * how it ended. Streams of the corpus; recordings beside the tree, when there
 * are some, with what they must give. */
#define _DEFAULT_SOURCE

#include <jansson.h>
#include <sluice/fold.h>
#include <sluice/sse.h>

#include "check.h"
#include "folder.h"

#define CORPUS         "corpus/"
#define STREAMS        "../shared/recordings/stream/"
#define WHOLE          "../shared/recordings/whole/"
#define PATH_MAX_BYTES 512

#define CHUNK(choices) "data: {\"choices\":[" choices "]}\n\n"
#define SAY(n, text)                                                           \
  CHUNK("{\"index\":" #n ",\"delta\":{\"content\":\"" text "\"}}")
#define CALL(rest)                                                             \
  CHUNK("{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\","               \
        "\"function\":{\"name\":\"f\"" rest "}}]}}")
#define END(n, why)                                                            \
  CHUNK("{\"index\":" #n ",\"delta\":{},\"finish_reason\":\"" why "\"}")
#define FAULT "data: {\"error\":{\"message\":\"It \\\"died\\\".\"}}\n\n"
#define DONE  "data: [DONE]\n\n"

/* ---- a stream through the three stages ---------------------------------- */

struct line {
  sluice_sse *sse;
  sluice_parser *parser;
  sluice_fold *fold;
};

static int on_event(void *user, const sluice_sse_event *e)
{
  struct line *l = (struct line *)user;
  sluice_chunk chunk;

  if (sluice_parser_parse(l->parser, e->name, e->data, &chunk) != SLUICE_OK)
    return e->ended ? -1 : 0;
  return sluice_fold_chunk(l->fold, &chunk) == SLUICE_OK ? 0 : -1;
}

static void line_new(struct line *l)
{
  assert_int_equal(sluice_sse_new(&l->sse, NULL, on_event, l), SLUICE_OK);
  assert_int_equal(sluice_parser_new(&l->parser, NULL), SLUICE_OK);
  assert_int_equal(sluice_fold_new(&l->fold, NULL), SLUICE_OK);
}

static void line_free(struct line *l)
{
  sluice_sse_free(l->sse);
  sluice_parser_free(l->parser);
  sluice_fold_free(l->fold);
}

/* Feeds a stream from its beginning; returns how the fold says that it ended.
 */
static sluice_status lead(struct line *l, const char *p, size_t n, size_t push)
{
  size_t at;

  sluice_sse_reset(l->sse);
  sluice_fold_reset(l->fold);
  for (at = 0; at < n; at += push)
    if (sluice_sse_feed(l->sse, p + at, n - at < push ? n - at : push, NULL) <
        0)
      break;
  if (at >= n)
    sluice_sse_finish(l->sse);
  return sluice_fold_finish(l->fold);
}

/* The completion as a strict parser reads it. */
static json_t *result(struct line *l)
{
  sluice_str json = {NULL, 0};
  json_error_t error;
  json_t *v;

  assert_int_equal(sluice_fold_json(l->fold, &json), SLUICE_OK);
  v = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL,
                 &error);
  if (v == NULL)
    fail_msg("%s: %.*s", error.text, (int)json.n, json.p);
  return v;
}

/* ---- files -------------------------------------------------------------- */

/* Runs a check for each file NAME END of a folder, with NAME. Returns how many
 * there were; 0 when there is no such folder. */
static int for_each(const char *path, const char *end,
                    void (*check)(const char *name))
{
  struct folder files;
  size_t i;
  int count = 0;

  folder_find(&files, path, end);
  for (i = 0; i < files.count; i++)
    if (strstr(files.names[i], ".expect") == NULL) {
      check(files.names[i]);
      count++;
    }
  folder_free(&files);
  return count;
}

static void read_file(struct bytes *out, const char *folder, const char *name,
                      const char *end)
{
  char path[PATH_MAX_BYTES * 2];

  snprintf(path, sizeof(path), "%s%s%s", folder, name, end);
  if (!bytes_read(out, path))
    fail_msg("%s cannot be read", path);
}

static json_t *read_json(const char *folder, const char *name, const char *end)
{
  struct bytes text = {0};
  json_t *v;

  read_file(&text, folder, name, end);
  v = json_loadb(text.p, text.n, JSON_ALLOW_NUL, NULL);
  bytes_free(&text);
  if (v == NULL)
    fail_msg("%s%s is not JSON", name, end);
  return v;
}

/* ---- every stream of the corpus ----------------------------------------- */

static void must_be_equal(const char *name, const char *what, json_t *expected,
                          json_t *got)
{
  char *e, *g;

  if (expected != NULL && got != NULL && json_equal(expected, got))
    return;
  e = json_dumps(expected, JSON_COMPACT | JSON_ENCODE_ANY);
  g = json_dumps(got, JSON_COMPACT | JSON_ENCODE_ANY);
  print_error("%s: %s\n  expected %s\n  got      %s\n", name, what,
              e != NULL ? e : "nothing", g != NULL ? g : "nothing");
  free(e);
  free(g);
  fail();
}

static void check_shape(const char *name, json_t *v)
{
  json_t *choices = json_object_get(v, "choices"), *c, *message;
  json_int_t before = INT64_MIN;
  size_t i;

  assert_string_equal(json_string_value(json_object_get(v, "object")),
                      "chat.completion");
  if (!json_is_string(json_object_get(v, "id")) ||
      !json_is_integer(json_object_get(v, "created")) ||
      !json_is_string(json_object_get(v, "model")) || !json_is_array(choices) ||
      json_object_get(v, "usage") == NULL)
    fail_msg("%s: a member is missing", name);
  json_array_foreach(choices, i, c)
  {
    json_int_t index = json_integer_value(json_object_get(c, "index"));

    message = json_object_get(c, "message");
    if (index <= before || json_object_get(c, "finish_reason") == NULL ||
        json_object_get(c, "logprobs") == NULL ||
        json_object_get(message, "content") == NULL ||
        json_object_get(message, "refusal") == NULL)
      fail_msg("%s: choice %zu is out of order or lacks a member", name, i);
    before = index;
  }
}

static void check_corpus(const char *name)
{
  static const size_t pushes[] = {1, 7, SIZE_MAX};
  struct bytes in = {0};
  sluice_status status = SLUICE_OK;
  json_t *first = NULL;
  struct line l;
  size_t i;

  read_file(&in, CORPUS, name, ".sse");
  line_new(&l);
  for (i = 0; i < COUNT(pushes); i++) {
    size_t push = pushes[i] < in.n ? pushes[i] : in.n + 1;
    sluice_status ended = lead(&l, in.p, in.n, push);
    json_t *v = result(&l);

    check_shape(name, v);
    if (first == NULL) {
      first = v;
      status = ended;
      continue;
    }
    assert_int_equal(ended, status);
    must_be_equal(name, "cut otherwise", first, v);
    json_decref(v);
  }
  json_decref(first);
  line_free(&l);
  bytes_free(&in);
}

static void every_stream_folds_into_one_completion(void **state)
{
  (void)state;
  assert_true(for_each(CORPUS, ".sse", check_corpus) > 50);
}

/* ---- recordings --------------------------------------------------------- */

/* A text that nobody sent is null in a completion. */
static void check_text(const char *name, const char *what, json_t *expected,
                       json_t *got)
{
  if (json_string_length(expected) == 0 && json_is_null(got))
    return;
  must_be_equal(name, what, expected, got);
}

static void check_reasoning(const char *name, json_t *expected, json_t *message)
{
  json_t *got = json_object_get(message, "reasoning_content");

  if (got == NULL)
    got = json_object_get(message, "reasoning");
  if (json_string_length(expected) > 0 || got != NULL)
    must_be_equal(name, "reasoning", expected, got);
}

static void check_calls(const char *name, json_t *expected, json_t *got)
{
  json_t *e, *g, *function;
  size_t i;

  if (json_array_size(expected) != json_array_size(got))
    fail_msg("%s: %zu calls, not %zu", name, json_array_size(got),
             json_array_size(expected));
  json_array_foreach(expected, i, e)
  {
    g = json_array_get(got, i);
    function = json_object_get(g, "function");
    assert_string_equal(json_string_value(json_object_get(g, "type")),
                        "function");
    if (json_string_length(json_object_get(e, "id")) > 0)
      must_be_equal(name, "id", json_object_get(e, "id"),
                    json_object_get(g, "id"));
    must_be_equal(name, "name", json_object_get(e, "name"),
                  json_object_get(function, "name"));
    must_be_equal(name, "arguments", json_object_get(e, "arguments"),
                  json_object_get(function, "arguments"));
  }
}

static void check_logprobs(const char *name, json_t *expected, json_t *choice)
{
  json_t *list =
      json_object_get(json_object_get(choice, "logprobs"), "content");

  if (json_integer_value(expected) == (json_int_t)json_array_size(list))
    return;
  fail_msg("%s: %zu log probabilities", name, json_array_size(list));
}

static void check_choice(const char *name, json_t *expected, json_t *choice)
{
  json_t *message = json_object_get(choice, "message");

  check_text(name, "text", json_object_get(expected, "text"),
             json_object_get(message, "content"));
  check_text(name, "refusal", json_object_get(expected, "refusal"),
             json_object_get(message, "refusal"));
  check_reasoning(name, json_object_get(expected, "reasoning"), message);
  check_calls(name, json_object_get(expected, "tool_calls"),
              json_object_get(message, "tool_calls"));
  must_be_equal(name, "finish reason",
                json_object_get(expected, "finish_reason"),
                json_object_get(choice, "finish_reason"));
}

/* The names of usage in an expectation, and in a completion. */
static void check_usage(const char *name, json_t *expected, json_t *got)
{
  static const char *const names[][2] = {{"input_tokens", "prompt_tokens"},
                                         {"output_tokens", "completion_tokens"},
                                         {"total_tokens", "total_tokens"}};
  size_t i;

  if (!json_is_object(expected) || !json_is_object(got)) {
    must_be_equal(name, "usage", expected, got);
    return;
  }
  for (i = 0; i < COUNT(names); i++)
    must_be_equal(name, names[i][0], json_object_get(expected, names[i][0]),
                  json_object_get(got, names[i][1]));
  must_be_equal(name, "cached tokens",
                json_object_get(expected, "input_tokens_details"),
                json_object_get(got, "prompt_tokens_details"));
  must_be_equal(name, "reasoning tokens",
                json_object_get(expected, "output_tokens_details"),
                json_object_get(got, "completion_tokens_details"));
}

static void check_envelope(const char *name, json_t *expected, json_t *v)
{
  static const char *const names[] = {"id", "model", "created", "service_tier",
                                      "system_fingerprint"};
  size_t i;

  for (i = 0; i < COUNT(names); i++) {
    json_t *e = json_object_get(expected, names[i]);
    json_t *got = json_object_get(v, names[i]);

    if (e != NULL && (!json_is_null(e) || got != NULL))
      must_be_equal(name, names[i], e, got);
  }
  check_usage(name, json_object_get(expected, "usage"),
              json_object_get(v, "usage"));
}

static void check_completion(const char *name, json_t *expected, json_t *v)
{
  json_t *choices = json_object_get(v, "choices");
  json_t *several = json_object_get(expected, "choices"), *e;
  size_t i;

  check_envelope(name, expected, v);
  if (several == NULL) {
    assert_int_equal(json_array_size(choices), 1);
    check_choice(name, expected, json_array_get(choices, 0));
    return;
  }
  assert_int_equal(json_array_size(choices), json_array_size(several));
  json_array_foreach(several, i, e)
  {
    must_be_equal(name, "index", json_object_get(e, "index"),
                  json_object_get(json_array_get(choices, i), "index"));
    check_choice(name, e, json_array_get(choices, i));
  }
}

static void check_stream(const char *name)
{
  struct bytes in = {0};
  json_t *expected = read_json(STREAMS, name, ".expect.json");
  const char *why =
      json_string_value(json_object_get(expected, "finish_reason"));
  struct line l;
  json_t *v;

  read_file(&in, STREAMS, name, ".sse");
  line_new(&l);
  assert_int_equal(lead(&l, in.p, in.n, in.n), SLUICE_OK);
  assert_int_equal(sluice_fold_reason(l.fold),
                   why != NULL && strcmp(why, "length") == 0
                       ? SLUICE_FINISH_LENGTH
                       : SLUICE_FINISH_STOP);
  v = result(&l);
  check_completion(name, expected, v);
  json_decref(v);
  json_decref(expected);
  line_free(&l);
  bytes_free(&in);
}

static void recorded_streams_give_what_they_must(void **state)
{
  (void)state;
  if (for_each(STREAMS, ".sse", check_stream) == 0) {
    print_message("%s is not there\n", STREAMS);
    skip();
  }
}

/* A whole completion comes back as it is. Members that stand there as null, or
 * empty, may be left out; those that only one server knows are. */
static void check_whole(const char *name)
{
  json_t *given = read_json(WHOLE, name, ".json");
  json_t *expected = read_json(WHOLE, name, ".expect.json");
  char *text = json_dumps(given, JSON_COMPACT);
  struct bytes in = {0};
  struct line l;
  json_t *v;

  bytes_puts(&in, "data: ");
  bytes_puts(&in, text);
  bytes_puts(&in, "\n\n");
  line_new(&l);
  assert_int_equal(lead(&l, in.p, in.n, in.n), SLUICE_OK);
  v = result(&l);
  check_completion(name, expected, v);
  check_logprobs(name, json_object_get(expected, "logprob_tokens"),
                 json_array_get(json_object_get(v, "choices"), 0));
  must_be_equal(name, "object", json_object_get(given, "object"),
                json_object_get(v, "object"));
  json_decref(v);
  json_decref(expected);
  json_decref(given);
  free(text);
  line_free(&l);
  bytes_free(&in);
}

static void a_whole_completion_comes_back(void **state)
{
  (void)state;
  if (for_each(WHOLE, ".json", check_whole) == 0) {
    print_message("%s is not there\n", WHOLE);
    skip();
  }
}

/* ---- endings ------------------------------------------------------------ */

static const struct ending {
  const char *name, *in;
  sluice_status status;
  sluice_finish reason;
  const char *message; /* NULL: none; else its beginning */
} endings[] = {
    {"a reason", SAY(0, "a") END(0, "stop"), SLUICE_OK, SLUICE_FINISH_STOP,
     NULL},
    {"length", SAY(0, "a") END(0, "length") DONE, SLUICE_OK,
     SLUICE_FINISH_LENGTH, NULL},
    {"a filter", END(0, "content_filter"), SLUICE_OK, SLUICE_FINISH_FILTER,
     NULL},
    {"[DONE] alone", SAY(0, "a") DONE, SLUICE_OK, SLUICE_FINISH_NONE, NULL},
    {"a whole message", CHUNK("{\"message\":{\"content\":\"a\"}}"), SLUICE_OK,
     SLUICE_FINISH_NONE, NULL},
    {"neither", SAY(0, "a"), SLUICE_ERR_TRUNCATED, SLUICE_FINISH_NONE,
     "the stream ended"},
    {"one of two", SAY(0, "a") SAY(1, "b") END(0, "stop"), SLUICE_ERR_TRUNCATED,
     SLUICE_FINISH_STOP, "the stream ended"},
    {"one of two, and [DONE]", SAY(0, "a") SAY(1, "b") END(0, "stop") DONE,
     SLUICE_OK, SLUICE_FINISH_STOP, NULL},
    {"both", SAY(0, "a") SAY(1, "b") END(1, "stop") END(0, "stop"), SLUICE_OK,
     SLUICE_FINISH_STOP, NULL},
    {"the first that came counts",
     SAY(1, "a") SAY(0, "b") END(0, "stop") END(1, "length"), SLUICE_OK,
     SLUICE_FINISH_LENGTH, NULL},
    {"half a call at [DONE]", CALL(",\"arguments\":\"{\\\"a\\\"\"") DONE,
     SLUICE_ERR_TRUNCATED, SLUICE_FINISH_NONE, "the stream ended"},
    {"half a call with a reason",
     CALL(",\"arguments\":\"{\\\"a\\\"\"") END(0, "length"), SLUICE_OK,
     SLUICE_FINISH_LENGTH, NULL},
    {"a call without arguments at [DONE]", CALL("") DONE, SLUICE_ERR_TRUNCATED,
     SLUICE_FINISH_NONE, "the stream ended"},
    {"a whole call at [DONE]", CALL(",\"arguments\":\"{}\"") DONE, SLUICE_OK,
     SLUICE_FINISH_NONE, NULL},
    {"an error", SAY(0, "a") FAULT, SLUICE_ERR_UPSTREAM, SLUICE_FINISH_NONE,
     "It \\\"died\\\"."},
    {"an error after a reason", SAY(0, "a") END(0, "stop") FAULT,
     SLUICE_ERR_UPSTREAM, SLUICE_FINISH_STOP, "It \\\"died\\\"."},
    {"an error after [DONE]", SAY(0, "a") DONE FAULT, SLUICE_OK,
     SLUICE_FINISH_NONE, NULL},
    {"nothing", "", SLUICE_ERR_EMPTY, SLUICE_FINISH_NONE, "the stream ended"},
    {"[DONE] and no choice", DONE, SLUICE_ERR_EMPTY, SLUICE_FINISH_NONE,
     "the stream ended"},
};

static void check_ending(const struct ending *e, struct line *l)
{
  sluice_status status = lead(l, e->in, strlen(e->in), strlen(e->in) + 1);
  sluice_text message = sluice_fold_message(l->fold);
  size_t n = e->message == NULL ? message.n : strlen(e->message);

  if (status != e->status || sluice_fold_finish(l->fold) != e->status)
    fail_msg("%s: %s, not %s", e->name, sluice_status_name(status),
             sluice_status_name(e->status));
  if (sluice_fold_reason(l->fold) != e->reason)
    fail_msg("%s: reason %d, not %d", e->name, sluice_fold_reason(l->fold),
             e->reason);
  if ((e->message == NULL) != (message.n == 0) || message.n < n ||
      (e->message != NULL && memcmp(message.p, e->message, n) != 0))
    fail_msg("%s: message '%.*s'", e->name, (int)message.n, message.p);
}

static void the_end_is_told(void **state)
{
  struct line l;
  size_t i;

  (void)state;
  line_new(&l);
  for (i = 0; i < COUNT(endings); i++)
    check_ending(&endings[i], &l);
  line_free(&l);
}

/* The content of a choice after the stream. */
static void check_content(struct line *l, size_t choice, const char *expected)
{
  json_t *v = result(l);
  json_t *c = json_array_get(json_object_get(v, "choices"), choice);
  const char *got = json_string_value(
      json_object_get(json_object_get(c, "message"), "content"));

  assert_non_null(got);
  assert_string_equal(got, expected);
  json_decref(v);
}

static void what_follows_the_end_is_ignored(void **state)
{
  static const char after_done[] = SAY(0, "a") DONE SAY(0, "b");
  static const char after_error[] = SAY(0, "a") FAULT SAY(0, "b") FAULT;
  sluice_chunk none = {NULL, 0};
  struct line l;

  (void)state;
  line_new(&l);
  lead(&l, LIT(after_done), sizeof(after_done));
  check_content(&l, 0, "a");
  assert_int_equal(sluice_fold_count(l.fold, SLUICE_ANOMALY_AFTER_DONE), 1);
  sluice_fold_reset(l.fold);
  sluice_sse_reset(l.sse);
  sluice_sse_feed(l.sse, LIT(DONE), NULL);
  assert_int_equal(sluice_fold_chunk(l.fold, &none), SLUICE_OK);
  assert_int_equal(sluice_fold_count(l.fold, SLUICE_ANOMALY_AFTER_DONE), 0);
  lead(&l, LIT(after_error), sizeof(after_error));
  check_content(&l, 0, "a");
  assert_int_equal(sluice_fold_count(l.fold, SLUICE_ANOMALY_AFTER_DONE), 2);
  assert_int_equal(sluice_fold_chunk(l.fold, &none), SLUICE_ERR_UPSTREAM);
  sluice_fold_reset(l.fold);
  assert_int_equal(sluice_fold_chunk(l.fold, &none), SLUICE_OK);
  line_free(&l);
}

/* Half a pair in the last delta is shown only when nothing more can come. */
static void the_end_brings_what_was_held_back(void **state)
{
  static const char cut[] = SAY(0, "a\\ud83d") DONE;
  static const char cut_call[] =
      CALL(",\"arguments\":\"1 \\ud83d\"") END(0, "stop");
  struct line l;
  char *text;
  json_t *v;

  (void)state;
  line_new(&l);
  sluice_sse_feed(l.sse, cut, sizeof(cut) - 1, NULL);
  check_content(&l, 0, "a");
  assert_int_equal(sluice_fold_finish(l.fold), SLUICE_OK);
  check_content(&l, 0, "a\xef\xbf\xbd");
  line_free(&l);

  line_new(&l);
  sluice_sse_feed(l.sse, cut_call, sizeof(cut_call) - 1, NULL);
  assert_int_equal(sluice_fold_finish(l.fold), SLUICE_OK);
  v = result(&l);
  text = json_dumps(v, JSON_COMPACT);
  assert_non_null(strstr(text, "\"arguments\":\"1 \xef\xbf\xbd\""));
  free(text);
  json_decref(v);
  line_free(&l);
}

static void messages_keep_the_shape_of_their_server(void **state)
{
  static const struct {
    const char *in, *message;
  } cases[] = {
      {END(0, "stop"), "{\"role\":\"assistant\",\"content\":\"\","
                       "\"refusal\":null}"},
      {CHUNK("{\"delta\":{\"reasoning\":\"r\"}}") END(0, "length"),
       "{\"role\":\"assistant\",\"content\":null,\"reasoning\":\"r\","
       "\"refusal\":null}"},
      {CHUNK("{\"delta\":{\"reasoning_content\":\"r\"}}") END(0, "length"),
       "{\"role\":\"assistant\",\"content\":null,\"reasoning_content\":\"r\","
       "\"refusal\":null}"},
      {CHUNK("{\"delta\":{\"content\":\"See.\",\"annotations\":[{\"type\":"
             "\"url_citation\",\"url_citation\":{\"start_index\":0,"
             "\"end_index\":3,\"url\":\"https://a/\",\"title\":\"A\"}}]}}")
           END(0, "stop"),
       "{\"role\":\"assistant\",\"content\":\"See.\",\"refusal\":null,"
       "\"annotations\":[{\"type\":\"url_citation\",\"url_citation\":{"
       "\"start_index\":0,\"end_index\":3,\"url\":\"https://a/\","
       "\"title\":\"A\"}}]}"},
      {CHUNK("{\"delta\":{\"function_call\":{\"name\":\"f\",\"arguments\":"
             "\"{}\"}}}") END(0, "function_call"),
       "{\"role\":\"assistant\",\"content\":null,\"refusal\":null,"
       "\"function_call\":{\"name\":\"f\",\"arguments\":\"{}\"}}"},
      /* Encrypted reasoning is an item: the name before it is over. */
      {CALL("") CHUNK("{\"delta\":{\"reasoning_details\":[{\"type\":"
                      "\"reasoning.encrypted\",\"data\":\"e\"}]}}")
           CHUNK("{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{"
                 "\"name\":\"f_more\",\"arguments\":\"{}\"}}]}}")
               END(0, "tool_calls"),
       "{\"role\":\"assistant\",\"content\":null,\"refusal\":null,"
       "\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":{"
       "\"name\":\"f\",\"arguments\":\"{}\"}}]}"},
      /* One id for two calls: the second gets another. */
      {CALL(",\"arguments\":\"{}\"")
           CHUNK("{\"delta\":{\"tool_calls\":[{\"index\":1,\"id\":\"c\","
                 "\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]}}")
               END(0, "tool_calls"),
       "{\"role\":\"assistant\",\"content\":null,\"refusal\":null,"
       "\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":{"
       "\"name\":\"f\",\"arguments\":\"{}\"}},{\"id\":\"call_"
       "hM3gKUsA1ZFhk6de1dSO6yeN\",\"type\":"
       "\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]}"},
      /* Both forms: all in the newer one, in the order in which they came. */
      {CHUNK("{\"delta\":{\"function_call\":{\"name\":\"f\",\"arguments\":"
             "\"{\\\"a\\\":1}\"}}}")
           CHUNK("{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"b\","
                 "\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]}}")
               END(0, "tool_calls"),
       "{\"role\":\"assistant\",\"content\":null,\"refusal\":null,"
       "\"tool_calls\":[{\"id\":\"call_BHo81Sy1w1FIYwwLAmJr9upv\",\"type\":"
       "\"function\",\"function\":"
       "{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}},{\"id\":\"b\","
       "\"type\":"
       "\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]}"},
  };
  struct line l;
  size_t i;

  (void)state;
  line_new(&l);
  for (i = 0; i < COUNT(cases); i++) {
    json_t *expected = json_loads(cases[i].message, 0, NULL), *v;

    assert_int_equal(
        lead(&l, cases[i].in, strlen(cases[i].in), strlen(cases[i].in)),
        SLUICE_OK);
    v = result(&l);
    must_be_equal(
        cases[i].in, "message", expected,
        json_object_get(json_array_get(json_object_get(v, "choices"), 0),
                        "message"));
    json_decref(v);
    json_decref(expected);
  }
  line_free(&l);
}

static void null_is_no_fold(void **state)
{
  (void)state;
  assert_int_equal(sluice_fold_finish(NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_fold_reason(NULL), SLUICE_FINISH_NONE);
  assert_int_equal(sluice_fold_message(NULL).n, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_stream_folds_into_one_completion),
      cmocka_unit_test(recorded_streams_give_what_they_must),
      cmocka_unit_test(a_whole_completion_comes_back),
      cmocka_unit_test(the_end_is_told),
      cmocka_unit_test(what_follows_the_end_is_ignored),
      cmocka_unit_test(the_end_brings_what_was_held_back),
      cmocka_unit_test(messages_keep_the_shape_of_their_server),
      cmocka_unit_test(null_is_no_fold)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
