/* SPDX-License-Identifier: MIT */
/* event.h: each event as it is written, parsed by another JSON library, held
 * against what was put in and against the published schema. */
#include <jansson.h>
#include <sluice/event.h>

#include "check.h"
#include "schema.h"

#define T(literal)                                                             \
  {                                                                            \
    literal, sizeof(literal) - 1                                               \
  }
/* Clean text with everything that is escaped, and what it means. */
#define ODD       "\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\\u007f\\u2028\xc3\xa9"
#define ODD_PLAIN "\"\\/\b\f\n\r\t\0\x1f\x7f\xe2\x80\xa8\xc3\xa9"

static const sluice_annotation note2 = {
    .file_id = T("file-b"), .filename = T("b" ODD), .index = 7};
static const sluice_annotation note1 = {
    .file_id = T("file-a"), .filename = T("a.txt"), .index = 3, .next = &note2};
static const sluice_part refusal = {.type = SLUICE_PART_REFUSAL,
                                    .text = T("no" ODD)};
static const sluice_part text = {
    .type = SLUICE_PART_TEXT,
    .text = T("Hi" ODD),
    .logprobs = T("{\"token\":\"a\",\"logprob\":-1,\"bytes\":[97],"
                  "\"top_logprobs\":[]}"),
    .annotations = &note1,
    .next = &refusal};
static const sluice_part summary = {.type = SLUICE_PART_SUMMARY,
                                    .text = T("why" ODD)};
static const sluice_part thought = {.type = SLUICE_PART_REASONING,
                                    .text = T("why" ODD)};

static const sluice_item call = {.type = SLUICE_ITEM_FUNCTION_CALL,
                                 .status = SLUICE_ITEM_INCOMPLETE,
                                 .id = T("fc_1"),
                                 .output_index = 3,
                                 .call_id = T("call" ODD),
                                 .name = T("f" ODD),
                                 .arguments = T("{" ODD)};
static const sluice_item message = {.type = SLUICE_ITEM_MESSAGE,
                                    .status = SLUICE_ITEM_COMPLETED,
                                    .id = T("msg_1"),
                                    .output_index = 2,
                                    .parts = &text,
                                    .next = &call};
static const sluice_item raw_thoughts = {.type = SLUICE_ITEM_REASONING,
                                         .status = SLUICE_ITEM_COMPLETED,
                                         .id = T("rs_2"),
                                         .output_index = 1,
                                         .parts = &thought,
                                         .next = &message};
static const sluice_item thoughts = {.type = SLUICE_ITEM_REASONING,
                                     .status = SLUICE_ITEM_COMPLETED,
                                     .id = T("rs_1"),
                                     .parts = &summary,
                                     .next = &raw_thoughts};
static const sluice_usage usage = {9, 2, 1, 4, 3, 13};

static const sluice_response response = {.status = SLUICE_RESPONSE_COMPLETED,
                                         .id = T("resp_1"),
                                         .model = T("m" ODD),
                                         .service_tier = T("default"),
                                         .created_at = 5,
                                         .completed_at = 6,
                                         .reason = SLUICE_FINISH_STOP,
                                         .error_code = T("server_error"),
                                         .error_message = T("died" ODD),
                                         .error_type = T("type" ODD),
                                         .error_param = T("param" ODD),
                                         .usage = &usage,
                                         .items = &thoughts};

/* Everything set; an event shows what is its own. */
static sluice_event event_of(sluice_event_type type)
{
  sluice_event e;

  memset(&e, 0, sizeof(e));
  e.type = type;
  e.sequence_number = 42;
  e.item_id = (sluice_text)T("item_1");
  e.output_index = 7;
  e.part_index = 8;
  e.annotation_index = 9;
  e.text = (sluice_text)T("text" ODD);
  e.name = (sluice_text)T("name" ODD);
  e.logprobs = text.logprobs;
  e.item = &message;
  e.part = &text;
  e.annotation = &note1;
  e.response = &response;
  if (type == SLUICE_EVENT_SUMMARY_PART_ADDED ||
      type == SLUICE_EVENT_SUMMARY_PART_DONE)
    e.part = &summary;
  return e;
}

static json_t *parse(const char *p, size_t n)
{
  json_error_t error;
  json_t *v = json_loadb(
      p, n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_ANY, &error);

  if (v == NULL)
    fail_msg("%s: %.*s", error.text, (int)n, p);
  return v;
}

/* Writes and parses; the frame around the JSON is checked here, once. */
static json_t *written(sluice_scratch *scratch, sluice_event *e)
{
  struct bytes wire = {0};
  json_t *v;

  assert_int_equal(sluice_event_write(scratch, e), SLUICE_OK);
  bytes_printf(&wire, "event: %s\ndata: ", sluice_event_name(e->type));
  bytes_put(&wire, e->json.p, e->json.n);
  bytes_puts(&wire, "\n\n");
  assert_int_equal(e->wire.n, wire.n);
  assert_memory_equal(e->wire.p, wire.p, wire.n);
  assert_true(e->json.p >= e->wire.p &&
              e->json.p + e->json.n <= e->wire.p + e->wire.n);
  assert_true(e->object.n == 0 ||
              (e->object.p > e->json.p &&
               e->object.p + e->object.n < e->json.p + e->json.n));
  v = parse(e->json.p, e->json.n);
  assert_string_equal(json_string_value(json_object_get(v, "type")),
                      sluice_event_name(e->type));
  bytes_free(&wire);
  return v;
}

static void is_text(json_t *object, const char *key, const char *plain,
                    size_t n)
{
  json_t *v = json_object_get(object, key);

  assert_true(json_is_string(v));
  assert_int_equal(json_string_length(v), n);
  assert_memory_equal(json_string_value(v), plain, n);
}

static void is_number(json_t *object, const char *key, json_int_t n)
{
  json_t *v = json_object_get(object, key);

  assert_true(json_is_integer(v));
  assert_int_equal(json_integer_value(v), n);
}

/* The members that an event may show, and what they show here. */
static void check_members(json_t *v)
{
  static const struct {
    const char *key, *text;
    size_t n;
    json_int_t number;
  } members[] = {{"sequence_number", NULL, 0, 42},
                 {"output_index", NULL, 0, 7},
                 {"content_index", NULL, 0, 8},
                 {"summary_index", NULL, 0, 8},
                 {"annotation_index", NULL, 0, 9},
                 {"item_id", LIT("item_1"), 0},
                 {"delta", LIT("text" ODD_PLAIN), 0},
                 {"text", LIT("text" ODD_PLAIN), 0},
                 {"refusal", LIT("text" ODD_PLAIN), 0},
                 {"arguments", LIT("text" ODD_PLAIN), 0},
                 {"name", LIT("name" ODD_PLAIN), 0}};
  size_t i;

  for (i = 0; i < COUNT(members); i++) {
    if (json_object_get(v, members[i].key) == NULL)
      continue;
    if (members[i].text == NULL)
      is_number(v, members[i].key, members[i].number);
    else
      is_text(v, members[i].key, members[i].text, members[i].n);
  }
}

static void each_event_shows_what_was_put_in(void **state)
{
  sluice_scratch *scratch = NULL;
  int type;

  (void)state;
  assert_int_equal(sluice_scratch_new(&scratch, NULL), SLUICE_OK);
  for (type = 0; type < SLUICE_EVENT_COUNT; type++) {
    sluice_event e = event_of((sluice_event_type)type);
    json_t *v = written(scratch, &e), *object;
    const char *key;

    check_members(v);
    json_object_foreach(v, key, object)
    {
      if (json_is_object(object) && type != SLUICE_EVENT_ERROR) {
        json_t *again = parse(e.object.p, e.object.n);

        assert_true(json_equal(object, again));
        json_decref(again);
      }
    }
    json_decref(v);
  }
  sluice_scratch_free(scratch);
}

static void each_event_is_as_the_schema_says(void **state)
{
  json_t *schema = schema_load();
  sluice_scratch *scratch = NULL;
  struct bytes wrong = {0};
  int type, bad = 0;

  (void)state;
  if (schema == NULL) {
    print_message("skipped: no " SCHEMA_PATH "\n");
    skip();
  }
  assert_int_equal(sluice_scratch_new(&scratch, NULL), SLUICE_OK);
  for (type = 0; type < SLUICE_EVENT_COUNT; type++) {
    sluice_event e = event_of((sluice_event_type)type);
    json_t *v = written(scratch, &e);

    if (!schema_check(schema, v, &wrong)) {
      print_error("%s\n  %.*s\n", wrong.p, (int)e.json.n, e.json.p);
      bad++;
    }
    json_decref(v);
  }
  assert_int_equal(bad, 0);
  bytes_free(&wrong);
  json_decref(schema);
  sluice_scratch_free(scratch);
}

/* Otherwise the test before this one would say nothing. */
static void the_schema_misses_each_member(void **state)
{
  json_t *schema = schema_load();
  sluice_scratch *scratch = NULL;
  struct bytes wrong = {0};
  int type;

  (void)state;
  if (schema == NULL) {
    print_message("skipped: no " SCHEMA_PATH "\n");
    skip();
  }
  assert_int_equal(sluice_scratch_new(&scratch, NULL), SLUICE_OK);
  for (type = 0; type < SLUICE_EVENT_COUNT; type++) {
    sluice_event e = event_of((sluice_event_type)type);
    json_t *v = written(scratch, &e), *one;
    const char *key;

    json_object_foreach(v, key, one)
    {
      json_t *less = json_copy(v);

      json_object_del(less, key);
      /* the schema does not know the nested form */
      assert_int_equal(schema_check(schema, less, &wrong),
                       strcmp(key, "error") == 0);
      json_object_set_new(less, key, json_array());
      assert_int_equal(schema_check(schema, less, &wrong),
                       strcmp(key, "error") == 0 ||
                           strcmp(key, "logprobs") == 0);
      json_decref(less);
    }
    json_object_set_new(v, "surprise", json_true());
    assert_int_equal(schema_check(schema, v, &wrong), 0);
    json_decref(v);
  }
  bytes_free(&wrong);
  json_decref(schema);
  sluice_scratch_free(scratch);
}

static void the_response_shows_all_its_items(void **state)
{
  sluice_event e = event_of(SLUICE_EVENT_COMPLETED);
  sluice_scratch *scratch = NULL;
  json_t *v, *r, *output, *content, *note;

  (void)state;
  assert_int_equal(sluice_scratch_new(&scratch, NULL), SLUICE_OK);

  v = written(scratch, &e);

  r = json_object_get(v, "response");
  is_text(r, "model", LIT("m" ODD_PLAIN));
  is_number(r, "created_at", 5);
  is_number(r, "completed_at", 6);
  is_number(json_object_get(r, "usage"), "total_tokens", 13);
  output = json_object_get(r, "output");
  assert_int_equal(json_array_size(output), 4);
  is_text(
      json_array_get(json_object_get(json_array_get(output, 0), "summary"), 0),
      "text", LIT("why" ODD_PLAIN));
  content = json_object_get(json_array_get(output, 1), "content");
  is_text(json_array_get(content, 0), "text", LIT("why" ODD_PLAIN));
  assert_null(json_object_get(json_array_get(output, 0), "status"));
  content = json_object_get(json_array_get(output, 2), "content");
  assert_int_equal(json_array_size(content), 2);
  note = json_array_get(
      json_object_get(json_array_get(content, 0), "annotations"), 1);
  is_text(note, "filename", LIT("b" ODD_PLAIN));
  is_number(note, "index", 7);
  is_text(json_array_get(content, 1), "refusal", LIT("no" ODD_PLAIN));
  is_text(json_array_get(output, 3), "arguments", LIT("{" ODD_PLAIN));
  is_text(json_array_get(output, 3), "call_id", LIT("call" ODD_PLAIN));
  json_decref(v);
  sluice_scratch_free(scratch);
}

static void the_response_tells_its_end_by_its_status(void **state)
{
  static const struct {
    sluice_response_status status;
    sluice_finish reason;
    const char *expected, *details;
    int error, at;
  } cases[] = {
      {SLUICE_RESPONSE_IN_PROGRESS, SLUICE_FINISH_NONE, "in_progress", NULL, 0,
       0},
      {SLUICE_RESPONSE_COMPLETED, SLUICE_FINISH_STOP, "completed", NULL, 0, 1},
      {SLUICE_RESPONSE_INCOMPLETE, SLUICE_FINISH_LENGTH, "incomplete",
       "max_output_tokens", 0, 0},
      {SLUICE_RESPONSE_INCOMPLETE, SLUICE_FINISH_FILTER, "incomplete",
       "content_filter", 0, 0},
      {SLUICE_RESPONSE_FAILED, SLUICE_FINISH_ERROR, "failed", NULL, 1, 0}};
  sluice_scratch *scratch = NULL;
  size_t i;

  (void)state;
  assert_int_equal(sluice_scratch_new(&scratch, NULL), SLUICE_OK);
  for (i = 0; i < COUNT(cases); i++) {
    sluice_event e = event_of(SLUICE_EVENT_IN_PROGRESS);
    sluice_response r = response;
    json_t *v, *o;

    r.status = cases[i].status;
    r.reason = cases[i].reason;
    r.usage = NULL;
    r.items = NULL;
    e.response = &r;
    v = written(scratch, &e);
    o = json_object_get(v, "response");

    is_text(o, "status", cases[i].expected, strlen(cases[i].expected));
    assert_int_equal(json_is_object(json_object_get(o, "incomplete_details")),
                     cases[i].details != NULL);
    if (cases[i].details != NULL)
      is_text(json_object_get(o, "incomplete_details"), "reason",
              cases[i].details, strlen(cases[i].details));
    assert_int_equal(json_is_object(json_object_get(o, "error")),
                     cases[i].error);
    if (cases[i].error)
      is_text(json_object_get(o, "error"), "message", LIT("died" ODD_PLAIN));
    assert_int_equal(json_is_integer(json_object_get(o, "completed_at")),
                     cases[i].at);
    assert_true(json_is_null(json_object_get(o, "usage")));
    assert_int_equal(json_array_size(json_object_get(o, "output")), 0);
    json_decref(v);
  }
  sluice_scratch_free(scratch);
}

static void an_error_has_both_forms(void **state)
{
  sluice_event e = event_of(SLUICE_EVENT_ERROR);
  sluice_scratch *scratch = NULL;
  sluice_response r = response;
  json_t *v, *nested;

  (void)state;
  assert_int_equal(sluice_scratch_new(&scratch, NULL), SLUICE_OK);
  v = written(scratch, &e);
  nested = json_object_get(v, "error");
  is_text(v, "message", LIT("died" ODD_PLAIN));
  is_text(v, "code", LIT("server_error"));
  is_text(v, "param", LIT("param" ODD_PLAIN));
  is_text(nested, "message", LIT("died" ODD_PLAIN));
  is_text(nested, "code", LIT("server_error"));
  is_text(nested, "param", LIT("param" ODD_PLAIN));
  is_text(nested, "type", LIT("type" ODD_PLAIN));
  json_decref(v);

  r.error_param.n = 0;
  e.response = &r;
  v = written(scratch, &e);
  assert_true(json_is_null(json_object_get(v, "param")));
  assert_true(
      json_is_null(json_object_get(json_object_get(v, "error"), "param")));
  json_decref(v);
  sluice_scratch_free(scratch);
}

static void members_that_are_not_shown_are_not_read(void **state)
{
  sluice_scratch *scratch = NULL;
  int type;

  (void)state;
  assert_int_equal(sluice_scratch_new(&scratch, NULL), SLUICE_OK);
  for (type = 0; type < SLUICE_EVENT_COUNT; type++) {
    sluice_event full = event_of((sluice_event_type)type), e = full;
    json_t *v = written(scratch, &full);

    /* An unreadable pointer wherever the first writing showed nothing. */
    if (json_object_get(v, "item") == NULL)
      e.item = (const sluice_item *)(uintptr_t)16;
    if (json_object_get(v, "part") == NULL)
      e.part = (const sluice_part *)(uintptr_t)16;
    if (json_object_get(v, "annotation") == NULL)
      e.annotation = (const sluice_annotation *)(uintptr_t)16;
    if (json_object_get(v, "response") == NULL && type != SLUICE_EVENT_ERROR)
      e.response = (const sluice_response *)(uintptr_t)16;
    if (json_object_get(v, "logprobs") == NULL)
      e.logprobs.p = (const char *)(uintptr_t)16;
    if (json_object_get(v, "item_id") == NULL)
      e.item_id.p = (const char *)(uintptr_t)16;
    if (json_object_get(v, "name") == NULL)
      e.name.p = (const char *)(uintptr_t)16;
    json_decref(v);
    json_decref(written(scratch, &e));
  }
  sluice_scratch_free(scratch);
}

static void numbers_are_written_whole(void **state)
{
  sluice_event e = event_of(SLUICE_EVENT_TEXT_DELTA);
  sluice_scratch *scratch = NULL;
  json_t *v;

  (void)state;
  assert_int_equal(sluice_scratch_new(&scratch, NULL), SLUICE_OK);
  e.sequence_number = INT64_MAX;
  e.output_index = UINT32_MAX;
  e.part_index = 0;
  v = written(scratch, &e);
  is_number(v, "sequence_number", INT64_MAX);
  is_number(v, "output_index", UINT32_MAX);
  is_number(v, "content_index", 0);
  json_decref(v);
  sluice_scratch_free(scratch);
}

static void a_long_text_is_written_whole(void **state)
{
  sluice_event e = event_of(SLUICE_EVENT_TEXT_DONE);
  sluice_scratch *scratch = NULL;
  const size_t n = 3000000;
  char *p = malloc(n);
  json_t *v;

  (void)state;
  assert_non_null(p);
  memset(p, 'x', n);
  e.text.p = p;
  e.text.n = n;
  assert_int_equal(sluice_scratch_new(&scratch, NULL), SLUICE_OK);
  v = written(scratch, &e);
  assert_int_equal(json_string_length(json_object_get(v, "text")), n);
  json_decref(v);
  sluice_scratch_free(scratch);
  free(p);
}

/* A caller's list of queries that is none is shown as it is: nothing behind it
 * is read. */
static void nothing_is_read_behind_half_a_query(void **state)
{
  static const char *const halves[] = {"\"a", "\"a\\", "\""};
  sluice_item item = {.type = SLUICE_ITEM_WEB_SEARCH, .id = T("ws_1")};
  sluice_event e = event_of(SLUICE_EVENT_ITEM_ADDED);
  sluice_scratch *scratch = NULL;
  size_t i;

  (void)state;
  assert_int_equal(sluice_scratch_new(&scratch, NULL), SLUICE_OK);
  e.item = &item;
  for (i = 0; i < COUNT(halves); i++) {
    size_t n = strlen(halves[i]);
    char *exact = malloc(n);
    struct bytes expected = {0}, got = {0};

    assert_non_null(exact);
    memcpy(exact, halves[i], n);
    item.queries.p = exact;
    item.queries.n = n;
    assert_int_equal(sluice_event_write(scratch, &e), SLUICE_OK);
    bytes_put(&got, e.json.p, e.json.n);
    bytes_printf(&expected, "\"query\":%s,\"queries\":[%s]}", halves[i],
                 halves[i]);
    assert_non_null(strstr(got.p, expected.p));
    bytes_free(&expected);
    bytes_free(&got);
    free(exact);
  }
  sluice_scratch_free(scratch);
}

static void wrong_arguments_are_refused(void **state)
{
  sluice_event e = event_of(SLUICE_EVENT_TEXT_DELTA);
  sluice_scratch *scratch = NULL;

  (void)state;
  assert_int_equal(sluice_scratch_new(NULL, NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_scratch_new(&scratch, NULL), SLUICE_OK);
  assert_int_equal(sluice_event_write(NULL, &e), SLUICE_ERR_ARG);
  assert_int_equal(sluice_event_write(scratch, NULL), SLUICE_ERR_ARG);
  e.type = SLUICE_EVENT_COUNT;
  assert_int_equal(sluice_event_write(scratch, &e), SLUICE_ERR_ARG);
  e.type = (sluice_event_type)-1;
  assert_int_equal(sluice_event_write(scratch, &e), SLUICE_ERR_ARG);
  e = event_of(SLUICE_EVENT_ITEM_ADDED);
  e.item = NULL;
  assert_int_equal(sluice_event_write(scratch, &e), SLUICE_ERR_ARG);
  e = event_of(SLUICE_EVENT_ERROR);
  e.response = NULL;
  assert_int_equal(sluice_event_write(scratch, &e), SLUICE_ERR_ARG);
  assert_string_equal(sluice_event_name(SLUICE_EVENT_COUNT), "?");
  assert_string_equal(sluice_event_name((sluice_event_type)-1), "?");
  sluice_scratch_free(NULL);
  sluice_scratch_free(scratch);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_event_shows_what_was_put_in),
      cmocka_unit_test(each_event_is_as_the_schema_says),
      cmocka_unit_test(the_schema_misses_each_member),
      cmocka_unit_test(the_response_shows_all_its_items),
      cmocka_unit_test(the_response_tells_its_end_by_its_status),
      cmocka_unit_test(an_error_has_both_forms),
      cmocka_unit_test(members_that_are_not_shown_are_not_read),
      cmocka_unit_test(numbers_are_written_whole),
      cmocka_unit_test(a_long_text_is_written_whole),
      cmocka_unit_test(nothing_is_read_behind_half_a_query),
      cmocka_unit_test(wrong_arguments_are_refused)};

  return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
