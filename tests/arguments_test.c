/* SPDX-License-Identifier: MIT */
/* Arguments that are none: options of each size, strings and arrays at NULL,
 * numbers that no enum has, handles that are NULL, text that is not clean.
 * Every block ends where its bytes do, so that a sanitizer sees who reads on.
 */
#include <sluice/sluice.h>

#include "check.h"

#define STR(s) ((sluice_str){(s), sizeof(s) - 1})

static int on_event(void *user, const sluice_event *e)
{
  (void)user;
  (void)e;
  return 0;
}

static int on_sse(void *user, const sluice_sse_event *e)
{
  (void)user;
  (void)e;
  return 0;
}

static int on_piece(void *user, const sluice_cite_piece *piece)
{
  (void)user;
  (void)piece;
  return 0;
}

/* ---- options ---------------------------------------------------------------
 */

/* A handle of each stage with these options: what `new` returned. */
enum { SSE, PARSER, FOLD, CITE, TRANSLATOR, STAGES };

static sluice_status make(int stage, const sluice_options *o)
{
  sluice_translator *t = NULL;
  sluice_parser *p = NULL;
  sluice_cite *c = NULL;
  sluice_fold *f = NULL;
  sluice_sse *s = NULL;
  sluice_status status = stage == SSE      ? sluice_sse_new(&s, o, on_sse, NULL)
                         : stage == PARSER ? sluice_parser_new(&p, o)
                         : stage == FOLD   ? sluice_fold_new(&f, o)
                         : stage == CITE
                             ? sluice_cite_new(&c, o, on_piece, NULL)
                             : sluice_translator_new(&t, o, on_event, NULL);
  int made = t != NULL || p != NULL || c != NULL || f != NULL || s != NULL;

  if (made != (status == SLUICE_OK))
    fail_msg("stage %d: %s, and a handle was %smade", stage,
             sluice_status_name(status), made ? "" : "not ");
  sluice_sse_free(s);
  sluice_parser_free(p);
  sluice_fold_free(f);
  sluice_cite_free(c);
  sluice_translator_free(t);
  return status;
}

/* What lies behind the known members may be anything; what lies behind `size`
 * is not looked at. */
static void options_of_every_size(void **state)
{
  size_t size;
  int stage;

  (void)state;
  for (size = 0; size <= sizeof(sluice_options) + 40; size++) {
    /* `size` itself can always be read. */
    size_t there = size < sizeof(size_t) ? sizeof(size_t) : size;
    char *block = malloc(there);

    assert_non_null(block);
    memset(block, 0xa5, there);
    sluice_options_init_sized((sluice_options *)(void *)block, size);
    if (size > sizeof(sluice_options)) /* of a later version */
      memset(block + sizeof(sluice_options), 0xff,
             size - sizeof(sluice_options));
    memcpy(block, &size, sizeof(size));
    for (stage = SSE; stage < STAGES; stage++)
      if (make(stage, (sluice_options *)(void *)block) !=
          (size < sizeof(size_t) ? SLUICE_ERR_ARG : SLUICE_OK))
        fail_msg("stage %d and options of %zu bytes", stage, size);
    free(block);
  }
}

static void must_refuse(const sluice_options *o, const char *what)
{
  int stage;

  for (stage = SSE; stage < STAGES; stage++)
    if (make(stage, o) != SLUICE_ERR_ARG)
      fail_msg("stage %d takes %s", stage, what);
}

static void strings_of_options_at_null(void **state)
{
  static const size_t places[] = {offsetof(sluice_options, response_id),
                                  offsetof(sluice_options, model),
                                  offsetof(sluice_options, marker_open),
                                  offsetof(sluice_options, marker_prefix),
                                  offsetof(sluice_options, marker_close),
                                  offsetof(sluice_options, request)};
  static const size_t of_tool[] = {
      offsetof(sluice_tool, name), offsetof(sluice_tool, server_label),
      offsetof(sluice_tool, container_id), offsetof(sluice_tool, name_space),
      offsetof(sluice_tool, shown)};
  const sluice_str nowhere = {NULL, 3};
  sluice_options o;
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(places); i++) {
    sluice_options_init(&o);
    memcpy((char *)&o + places[i], &nowhere, sizeof(nowhere));
    must_refuse(&o, "a string at NULL");
  }
  for (i = 0; i < COUNT(of_tool); i++) {
    sluice_tool tool = {STR("t"), SLUICE_TOOL_MCP, {0}, {0}, {0}, {0}};

    memcpy((char *)&tool + of_tool[i], &nowhere, sizeof(nowhere));
    sluice_options_init(&o);
    o.tools = &tool;
    o.tool_count = 1;
    must_refuse(&o, "a tool with a string at NULL");
  }
  for (i = 0; i < 2; i++) {
    sluice_file files[2] = {{STR("file-a"), {0}}, {STR("file-b"), {0}}};

    memcpy(i == 0 ? &files[1].id : &files[1].name, &nowhere, sizeof(nowhere));
    sluice_options_init(&o);
    o.files = files;
    o.file_count = 2;
    must_refuse(&o, "a file with a string at NULL");
  }
  sluice_options_init(&o);
  o.file_count = 1;
  must_refuse(&o, "files at NULL");
  sluice_options_init(&o);
  o.tool_count = 1;
  must_refuse(&o, "tools at NULL");
}

/* Unknown bits are left alone; numbers that an enum does not have are refused
 * by the stage that needs them. */
static void numbers_that_no_enum_has(void **state)
{
  sluice_tool tool = {STR("t"), SLUICE_TOOL_TYPE_COUNT, {0}, {0}, {0}, {0}};
  sluice_options o;
  int bad, stage;

  (void)state;
  for (bad = -1; bad <= 99; bad += 100) {
    sluice_options_init(&o);
    o.reasoning = (sluice_reasoning)bad;
    assert_int_equal(make(TRANSLATOR, &o), SLUICE_ERR_ARG);
    sluice_options_init(&o);
    o.index_unit = (sluice_unit)bad;
    assert_int_equal(make(TRANSLATOR, &o), SLUICE_ERR_ARG);
    assert_int_equal(make(CITE, &o), SLUICE_ERR_ARG);
    sluice_options_init(&o);
    tool.type = (sluice_tool_type)bad;
    o.tools = &tool;
    o.tool_count = 1;
    assert_int_equal(make(TRANSLATOR, &o), SLUICE_ERR_ARG);
    assert_string_equal(sluice_event_name((sluice_event_type)bad), "?");
    assert_string_equal(sluice_anomaly_name((sluice_anomaly)bad), "?");
    assert_string_equal(sluice_status_name((sluice_status)(bad + 50)), "?");
  }
  sluice_options_init(&o);
  o.flags = ~(uint32_t)0;
  o.lenient = ~(uint32_t)SLUICE_LENIENT_CUMULATIVE;
  for (stage = SSE; stage < STAGES; stage++)
    assert_int_equal(make(stage, &o), SLUICE_OK);
  o.lenient = ~(uint32_t)0;
  assert_int_equal(make(TRANSLATOR, &o), SLUICE_ERR_ARG);
}

/* The largest and the smallest of each limit make a handle that can be fed. */
static void limits_at_their_ends(void **state)
{
  static const char in[] = "data: {\"choices\":[{\"delta\":{\"content\":\"a "
                           "<|file-b|>\"}}]}\n\ndata: [DONE]\n\n";
  int largest;

  (void)state;
  for (largest = 0; largest < 2; largest++) {
    sluice_translator *t = NULL;
    sluice_options o;

    sluice_options_init(&o);
    o.max_payload = o.max_output = largest ? SIZE_MAX : 1;
    o.max_depth = o.max_items = o.max_annotations = o.max_tool_calls =
        largest ? UINT32_MAX : 1;
    o.max_marker = largest ? 1u << 20 : 1; /* is room that new asks for */
    assert_int_equal(sluice_translator_new(&t, &o, on_event, NULL), SLUICE_OK);
    assert_int_equal(sluice_translator_feed(t, LIT(in), NULL),
                     largest ? SLUICE_OK : SLUICE_ERR_LIMIT);
    assert_int_equal(sluice_translator_finish(t),
                     largest ? SLUICE_OK : SLUICE_ERR_LIMIT);
    sluice_translator_free(t);
  }
}

static void *no_malloc(void *user, size_t size)
{
  (void)user;
  (void)size;
  fail_msg("half a set of memory functions is used");
  return NULL;
}

/* One of three is none. */
static void memory_functions_of_which_one_is_missing(void **state)
{
  sluice_mem mem = {no_malloc, NULL, NULL, NULL};
  sluice_scratch *scratch = NULL;
  sluice_options o;
  int stage;

  (void)state;
  sluice_options_init(&o);
  o.mem = &mem;
  for (stage = SSE; stage < STAGES; stage++)
    assert_int_equal(make(stage, &o), SLUICE_OK);
  assert_int_equal(sluice_scratch_new(&scratch, &mem), SLUICE_OK);
  sluice_scratch_free(scratch);
}

/* ---- handles that are NULL --------------------------------------------------
 */

static void stages_at_null(void **state)
{
  const sluice_text text = {LIT("x")};
  sluice_parser *p = NULL;
  size_t consumed = 9;
  sluice_chunk chunk = {NULL, 9};
  sluice_str json = {NULL, 0};
  sluice_sse *s = NULL;
  sluice_cite *c = NULL;

  (void)state;
  assert_int_equal(sluice_sse_new(NULL, NULL, on_sse, NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_sse_new(&s, NULL, NULL, NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_sse_feed(NULL, "x", 1, &consumed), SLUICE_ERR_ARG);
  assert_int_equal(consumed, 0);
  assert_int_equal(sluice_sse_finish(NULL), SLUICE_ERR_ARG);
  sluice_sse_reset(NULL);
  assert_int_equal(sluice_sse_counted(NULL).events, 0);
  sluice_sse_free(NULL);

  assert_int_equal(sluice_parser_new(NULL, NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_parser_parse(NULL, STR(""), STR("{}"), &chunk),
                   SLUICE_ERR_ARG);
  assert_int_equal(chunk.count, 0);
  assert_int_equal(sluice_parser_parse(p, STR(""), STR("{}"), NULL),
                   SLUICE_ERR_ARG);
  assert_int_equal(sluice_parser_error(NULL).status, SLUICE_ERR_ARG);
  assert_int_equal(sluice_parser_count(NULL, SLUICE_ANOMALY_COMMENT), 0);
  sluice_parser_free(NULL);

  assert_int_equal(sluice_fold_new(NULL, NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_fold_chunk(NULL, &chunk), SLUICE_ERR_ARG);
  assert_int_equal(sluice_fold_finish(NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_fold_json(NULL, &json), SLUICE_ERR_ARG);
  assert_int_equal(sluice_fold_reason(NULL), SLUICE_FINISH_NONE);
  assert_int_equal(sluice_fold_message(NULL).n, 0);
  assert_int_equal(sluice_fold_count(NULL, SLUICE_ANOMALY_COMMENT), 0);
  sluice_fold_reset(NULL);
  sluice_fold_free(NULL);

  assert_int_equal(sluice_cite_new(NULL, NULL, on_piece, NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_cite_new(&c, NULL, NULL, NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_cite_feed(NULL, text), SLUICE_ERR_ARG);
  assert_int_equal(sluice_cite_finish(NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_cite_unknown(NULL), 0);
  sluice_cite_free(NULL);
  assert_int_equal(sluice_scratch_new(NULL, NULL), SLUICE_ERR_ARG);
  sluice_scratch_free(NULL);
}

static void a_fold_and_its_arguments(void **state)
{
  sluice_fold *f = NULL;

  (void)state;
  assert_int_equal(sluice_fold_new(&f, NULL), SLUICE_OK);
  assert_int_equal(sluice_fold_chunk(f, NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_fold_json(f, NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_fold_count(f, SLUICE_ANOMALY_COUNT), 0);
  assert_int_equal(sluice_fold_count(f, (sluice_anomaly)-1), 0);
  sluice_fold_free(f);
}

/* ---- strings at NULL, handed to a translator
 * ---------------------------------- */

static void a_translator_and_strings_at_null(void **state)
{
  static const char in[] =
      "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"id\":\"c\","
      "\"function\":{\"name\":\"t\",\"arguments\":\"{}\"}}]}}]}\n\n"
      "data: [DONE]\n\n";
  sluice_tool tool = {STR("t"), SLUICE_TOOL_MCP, STR("l"), {0}, {0}, {0}};
  const sluice_str nowhere = {NULL, 1}, empty = {NULL, 0};
  const sluice_text id = {LIT("c")}, no_id = {NULL, 1};
  sluice_translator *t = NULL;
  sluice_options o;
  int field;

  (void)state;
  sluice_options_init(&o);
  o.tools = &tool;
  o.tool_count = 1;
  assert_int_equal(sluice_translator_new(&t, &o, on_event, NULL), SLUICE_OK);
  assert_int_equal(sluice_translator_mcp_tools(t, nowhere, STR("[]"), empty),
                   SLUICE_ERR_ARG);
  assert_int_equal(sluice_translator_mcp_tools(t, empty, nowhere, empty),
                   SLUICE_ERR_ARG);
  assert_int_equal(sluice_translator_mcp_tools(t, empty, STR("[]"), nowhere),
                   SLUICE_ERR_ARG);
  assert_int_equal(sluice_translator_mcp_tools(t, empty, empty, empty),
                   SLUICE_OK);
  assert_int_equal(sluice_translator_feed(t, LIT(in), NULL), SLUICE_OK);
  assert_int_equal(sluice_translator_end_round(t), SLUICE_MORE);
  for (field = 0; field < 7; field++) {
    sluice_file file = {STR("file-a"), {0}};
    sluice_result result;

    memset(&result, 0, sizeof(result));
    result.files = field == 3 ? NULL : &file;
    result.file_count = 1;
    if (field < 3)
      *(field == 0   ? &result.output
        : field == 1 ? &result.error
                     : &result.results) = nowhere;
    if (field == 4 || field == 5)
      *(field == 4 ? &file.id : &file.name) = nowhere;
    if (sluice_translator_result(t, field == 6 ? no_id : id, &result) !=
        SLUICE_ERR_ARG)
      fail_msg("a result with NULL at %d is taken", field);
  }
  assert_int_equal(sluice_translator_fail(t, nowhere, empty), SLUICE_ERR_ARG);
  assert_int_equal(sluice_translator_fail(t, empty, nowhere), SLUICE_ERR_ARG);
  assert_int_equal(sluice_translator_fail(t, empty, empty),
                   SLUICE_ERR_UPSTREAM); /* nothing had been changed */
  sluice_translator_free(t);
}

/* ---- events that the embedder writes
 * ------------------------------------------ */

/* All that an event can show, with numbers that are none. */
static void events_with_wrong_numbers(void **state)
{
  sluice_annotation note;
  sluice_response response;
  sluice_scratch *scratch = NULL;
  sluice_event e;
  sluice_item item;
  sluice_part part;
  int type, bad;

  (void)state;
  assert_int_equal(sluice_scratch_new(&scratch, NULL), SLUICE_OK);
  for (type = -1; type <= SLUICE_EVENT_COUNT; type++)
    for (bad = -1; bad <= 99; bad += 50) {
      int there = type >= 0 && type < SLUICE_EVENT_COUNT;

      memset(&e, 0, sizeof(e));
      memset(&item, 0, sizeof(item));
      memset(&part, 0, sizeof(part));
      memset(&note, 0, sizeof(note));
      memset(&response, 0, sizeof(response));
      e.type = (sluice_event_type)type;
      (void)sluice_event_write(scratch, &e); /* shows nothing, or is refused */
      part.type = (sluice_part_type)bad;
      part.annotations = &note;
      item.type = (sluice_item_type)bad;
      item.status = (sluice_item_status)bad;
      item.parts = &part;
      response.status = (sluice_response_status)bad;
      response.reason = (sluice_finish)bad;
      response.items = &item;
      e.item = &item;
      e.part = &part;
      e.annotation = &note;
      e.response = &response;
      assert_int_equal(sluice_event_write(scratch, &e),
                       there ? SLUICE_OK : SLUICE_ERR_ARG);
      if (there)
        assert_true(e.json.n > 2 && e.json.p[0] == '{' &&
                    e.json.p[e.json.n - 1] == '}');
    }
  memset(&e, 0, sizeof(e));
  assert_int_equal(sluice_event_write(NULL, &e), SLUICE_ERR_ARG);
  assert_int_equal(sluice_event_write(scratch, NULL), SLUICE_ERR_ARG);
  sluice_scratch_free(scratch);
}

/* ---- text
 * --------------------------------------------------------------------- */

static void text_at_null(void **state)
{
  const sluice_text text = {LIT("a\\n")}, nowhere = {NULL, 5};
  const sluice_str bytes = {LIT("a\n")}, no_bytes = {NULL, 5};
  char out[8] = "";

  (void)state;
  assert_int_equal(sluice_text_decode(text, NULL, 9), 2);
  assert_int_equal(sluice_text_decode(text, NULL, 0), 2);
  assert_int_equal(sluice_text_decode(nowhere, out, sizeof(out)), 0);
  assert_int_equal(sluice_text_encode(bytes, NULL, 9), 3);
  assert_int_equal(sluice_text_encode(no_bytes, out, sizeof(out)), 0);
  assert_string_equal(out, "");
}

/* Text that is not clean, in a block of its own size: decoded, and looked
 * through for markers. */
static void text_that_is_not_clean(void **state)
{
  static const char odd[] = "\\\\\\u\\ud83d\"<|file-\xff\xf0\x9f|> n0\\b";
  uint64_t random = 1;
  sluice_cite *c = NULL;
  int round;

  (void)state;
  assert_int_equal(sluice_cite_new(&c, NULL, on_piece, NULL), SLUICE_OK);
  for (round = 0; round < 20000; round++) {
    size_t n = 1 + random_below(&random, 12), i;
    char *text = malloc(n), *out = malloc(n);

    assert_true(text != NULL && out != NULL);
    for (i = 0; i < n; i++)
      text[i] = odd[random_below(&random, sizeof(odd) - 1)];
    assert_true(sluice_text_decode((sluice_text){text, n}, out, n) <= 3 * n);
    (void)sluice_text_encode((sluice_str){text, n}, out, n);
    assert_int_equal(sluice_cite_feed(c, (sluice_text){text, n}), 0);
    free(text);
    free(out);
  }
  assert_int_equal(sluice_cite_finish(c), 0);
  sluice_cite_free(c);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(options_of_every_size),
      cmocka_unit_test(strings_of_options_at_null),
      cmocka_unit_test(numbers_that_no_enum_has),
      cmocka_unit_test(limits_at_their_ends),
      cmocka_unit_test(memory_functions_of_which_one_is_missing),
      cmocka_unit_test(stages_at_null),
      cmocka_unit_test(a_fold_and_its_arguments),
      cmocka_unit_test(a_translator_and_strings_at_null),
      cmocka_unit_test(events_with_wrong_numbers),
      cmocka_unit_test(text_at_null),
      cmocka_unit_test(text_that_is_not_clean)};

  return cmocka_run_group_tests_name("arguments", tests, NULL, NULL);
}
