/* SPDX-License-Identifier: MIT */
/* The handle that reads requests: its options, its notes, its calls; and the
 * errors of an upstream in the form of the API. */
#include "asking.h"

/* ---- what is not as it came --------------------------------------------- */

static void notes_count(void **state)
{
  static const struct {
    uint32_t flags;
    const char *body;
    sluice_request_note note;
    uint32_t count;
  } rows[] = {
      {SLUICE_REQUEST_DROP_TOOLS,
       ",'tools':[{'type':'web_search'},{'type':'mcp'}]",
       SLUICE_NOTE_TOOL_DROPPED, 2},
      {0,
       ",'tools':[{'type':'function','name':'f'},{'type':'function','name':"
       "'f'}]",
       SLUICE_NOTE_TOOL_TWICE, 1},
      {0, ",'top_k':1,'n':2", SLUICE_NOTE_MEMBER_DROPPED, 2},
      {SLUICE_REQUEST_PASS_UNKNOWN, ",'top_k':1,'n':2",
       SLUICE_NOTE_MEMBER_PASSED, 1},
      {SLUICE_REQUEST_DROP_ITEMS,
       ",'input':[" ASKED ",{'type':'item_reference'},{'type':'mcp_call'}]",
       SLUICE_NOTE_ITEM_DROPPED, 2},
      {0, ",'input':[" ASKED ",{'type':'reasoning'}]",
       SLUICE_NOTE_REASONING_DROPPED, 1},
      {0,
       ",'input':[" CALL("1") ",{'type':'function_call_output','call_id':'1',"
                              "'output':[{'type':'input_image','image_url':"
                              "'u'}]}]",
       SLUICE_NOTE_MEDIA_MOVED, 1},
  };
  struct bytes body = {0};
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(rows); i++) {
    sluice_request *r = new_with(rows[i].flags);
    int n;

    bytes_clear(&body);
    bytes_printf(&body, "{'model':'m','input':'q'%s}", rows[i].body);
    read_it(r, body.p, SLUICE_OK);
    for (n = -1; n <= SLUICE_NOTE_COUNT; n++)
      if (n != (int)SLUICE_NOTE_MEMBER_DROPPED ||
          rows[i].note == SLUICE_NOTE_MEMBER_DROPPED)
        assert_int_equal(sluice_request_count(r, (sluice_request_note)n),
                         n == (int)rows[i].note ? rows[i].count : 0);
    read_it(r, "{'model':'m','input':'q'}", SLUICE_OK);
    assert_int_equal(sluice_request_count(r, rows[i].note), 0);
    sluice_request_free(r);
  }
  bytes_free(&body);
}

static void notes_have_names(void **state)
{
  int n;

  (void)state;
  for (n = 0; n < SLUICE_NOTE_COUNT; n++) {
    assert_true(strlen(sluice_request_note_name((sluice_request_note)n)) > 2);
    assert_true(strlen(sluice_request_note_text((sluice_request_note)n)) > 9);
  }
  assert_string_equal(sluice_request_note_name(SLUICE_NOTE_COUNT), "?");
  assert_string_equal(sluice_request_note_text(SLUICE_NOTE_COUNT), "?");
}

/* ---- options ------------------------------------------------------------ */

static void options_decide(void **state)
{
  static const sluice_str omit[] = {
      S("tools"), S("stream_options"), S("verbosity"),       S("stream"),
      S("top_k"), S("logprobs"),       S("response_format"), S("")};
  static const sluice_str choice[] = {S("tool_choice")};
  sluice_request_options o;
  sluice_request *r = NULL;

  (void)state;
  sluice_request_options_init(&o);
  o.model.p = "a\"b";
  o.model.n = 3;
  o.separator.p = ".";
  o.separator.n = 1;
  assert_int_equal(sluice_request_new(&r, &o), SLUICE_ERR_ARG);
  o.separator.p = "-";
  o.omit = omit;
  o.omit_count = COUNT(omit);
  o.flags = SLUICE_REQUEST_PASS_UNKNOWN;
  assert_int_equal(sluice_request_new(&r, &o), SLUICE_OK);
  gives(r,
        "{'input':'q','stream':true,'text':{'verbosity':'low','format':{'type':"
        "'json_object'}},'top_k':1,'':2,'top_logprobs':1,'tool_choice':'auto',"
        "'tools':[{'type':'namespace','name':'n','tools':[{'type':'function',"
        "'name':'f'}]}]}",
        "{'model':'a\\'b','messages':[" ASKED "],'top_logprobs':1}");
  gives(r,
        "{'input':'q','text':{'format':{'type':'json_schema','name':'n',"
        "'schema':{}}}}",
        "{'model':'a\\'b','messages':[" ASKED "]}");
  table_is(r, "");
  sluice_request_free(r);
  o.omit = choice;
  o.omit_count = 1;
  assert_int_equal(sluice_request_new(&r, &o), SLUICE_OK);
  gives(r,
        "{'input':'q','tool_choice':'auto','tools':[{'type':'namespace','name':"
        "'n','tools':[{'type':'function','name':'f'}]}]}",
        "{'model':'a\\'b','messages':[" ASKED "],'tools':[" FN("n-f") "]}");
  sluice_request_free(r);
}

static void wrong_options_are_refused(void **state)
{
  static const sluice_str name = S("{\"name\":\"f\"}"), type = S("web_search");
  static const struct {
    const char *function;
  } functions[] = {{"{"},
                   {"[]"},
                   {"{\"name\":5}"},
                   {"{\"name\":\"\"}"},
                   {"{\"name\":\"a b\"}"},
                   {"{\"name\":\"f\"} 1"},
                   {"{\"name\":\"" A50 "bbbbbbbbbbbbbbb\"}"}};
  static const sluice_str half = {NULL, 1};
  sluice_hosted h[2] = {{type, NO, name, SLUICE_TOOL_WEB_SEARCH, NO},
                        {type, NO, name, SLUICE_TOOL_WEB_SEARCH, NO}};
  sluice_request_options o;
  sluice_request *r = NULL;
  size_t i;

  (void)state;
  assert_int_equal(sluice_request_new(NULL, NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_request_new(&r, NULL), SLUICE_OK);
  sluice_request_free(r);
  memset(&o, 0, sizeof(o));
  assert_int_equal(sluice_request_new(&r, &o), SLUICE_ERR_ARG);
  assert_null(r);
#define REFUSED(set)                                                           \
  do {                                                                         \
    sluice_request_options_init(&o);                                           \
    set;                                                                       \
    assert_int_equal(sluice_request_new(&r, &o), SLUICE_ERR_ARG);              \
    assert_null(r);                                                            \
  } while (0)
  REFUSED(o.flags = 0x80);
  REFUSED(o.model = half);
  REFUSED(o.separator = half);
  REFUSED(o.separator = str("aaaaaaaaaaaaaaaaa"));
  REFUSED(o.hosted_count = 1);
  REFUSED(o.omit_count = 1);
  REFUSED((o.omit = &half, o.omit_count = 1));
  REFUSED((o.hosted = h, o.hosted_count = 2));
  h[0].type = half;
  REFUSED((o.hosted = h, o.hosted_count = 1));
  h[0].type.n = 0;
  REFUSED((o.hosted = h, o.hosted_count = 1));
  h[0].type = type;
  h[0].server_label = half;
  REFUSED((o.hosted = h, o.hosted_count = 1));
  h[0].server_label.n = 0;
  h[0].shown = half;
  REFUSED((o.hosted = h, o.hosted_count = 1));
  h[0].shown.n = 0;
  h[0].function = half;
  REFUSED((o.hosted = h, o.hosted_count = 1));
  h[0].function.n = 0;
  REFUSED((o.hosted = h, o.hosted_count = 1));
  h[0].function = name;
  h[0].call = SLUICE_TOOL_TYPE_COUNT;
  REFUSED((o.hosted = h, o.hosted_count = 1));
  h[0].call = SLUICE_TOOL_WEB_SEARCH;
  for (i = 0; i < COUNT(functions); i++) {
    h[0].function = str(functions[i].function);
    REFUSED((o.hosted = h, o.hosted_count = 1));
  }
}

/* A caller that was compiled against a shorter struct. */
static void an_older_caller_has_defaults(void **state)
{
  struct {
    sluice_request_options o;
    char behind;
  } older;
  sluice_request *r = NULL;

  (void)state;
  memset(&older, 0x55, sizeof(older));
  sluice_request_options_init_sized(&older.o,
                                    offsetof(sluice_request_options, omit));
  assert_int_equal(((char *)&older.o.omit)[0], 0x55);
  assert_int_equal(sluice_request_new(&r, &older.o), SLUICE_OK);
  read_it(r, "{'model':'m','input':'q'}", SLUICE_OK);
  sluice_request_free(r);
  sluice_request_options_init_sized(&older.o, 1);
  sluice_request_options_init_sized(NULL, 100);
}

/* ---- the handle --------------------------------------------------------- */

static void wrong_calls_are_refused(void **state)
{
  static const sluice_str half = {NULL, 1}, none = {NULL, 0};
  sluice_request *r = new_with(0);
  sluice_http_error error;
  sluice_options o;

  (void)state;
  sluice_options_init(&o);
  assert_int_equal(sluice_request_read(NULL, none), SLUICE_ERR_ARG);
  assert_int_equal(sluice_request_read(r, half), SLUICE_ERR_ARG);
  assert_int_equal(sluice_request_chat(NULL).n, 0);
  assert_int_equal(sluice_request_chat(r).n, 0);
  assert_int_equal(sluice_request_streams(NULL), 0);
  assert_int_equal(sluice_request_streams(r), 0);
  assert_int_equal(sluice_request_error(NULL).status, 0);
  assert_int_equal(sluice_request_error(r).status, 0);
  assert_int_equal(sluice_request_apply(NULL, &o), SLUICE_ERR_ARG);
  assert_int_equal(sluice_request_apply(r, NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_request_apply(r, &o), SLUICE_ERR_STATE);
  o.size = 3;
  assert_int_equal(sluice_request_apply(r, &o), SLUICE_ERR_ARG);
  assert_int_equal(sluice_request_count(NULL, SLUICE_NOTE_TOOL_TWICE), 0);
  assert_int_equal(sluice_request_upstream_error(NULL, 500, none, &error),
                   SLUICE_ERR_ARG);
  assert_int_equal(sluice_request_upstream_error(r, 500, none, NULL),
                   SLUICE_ERR_ARG);
  assert_int_equal(sluice_request_upstream_error(r, 500, half, &error),
                   SLUICE_ERR_ARG);
  assert_int_equal(sluice_request_read(r, none), SLUICE_ERR_JSON);
  assert_int_equal(sluice_request_error(r).status, 400);
  sluice_request_free(r);
  sluice_request_free(NULL);
}

static void a_handle_reads_one_after_the_other(void **state)
{
  sluice_request *r = new_with(0);
  sluice_options o;

  (void)state;
  read_it(r, "{'model':'m','input':'q','stream':true,'background':true}",
          SLUICE_ERR_REQUEST);
  assert_int_equal(sluice_request_streams(r), 1);
  read_it(r,
          "{'model':'m','input':'q','stream':true,'tools':[{'type':'custom',"
          "'name':'c'}]}",
          SLUICE_OK);
  assert_int_equal(sluice_request_streams(r), 1);
  table_is(r, "c 1 /c");
  gives(r, "{'model':'n','input':'q'}", "{'model':'n','messages':[" ASKED "]}");
  assert_int_equal(sluice_request_streams(r), 0);
  table_is(r, "");
  sluice_options_init(&o);
  read_it(r, "{'model':'m','input':'q','max_tool_calls':5000000000}",
          SLUICE_OK);
  assert_int_equal(sluice_request_apply(r, &o), SLUICE_OK);
  assert_true(o.max_tool_calls == UINT32_MAX);
  sluice_request_free(r);
}

/* ---- errors of an upstream ---------------------------------------------- */

#define E(message, type, param, code)                                          \
  "{'error':{'message':'" message "','type':" type ",'param':" param           \
  ",'code':" code "}}"

static void upstream_errors_have_the_form_of_the_api(void **state)
{
  static const struct {
    int http;
    const char *body;
    int status;
    const char *out;
  } rows[] = {
      {400, "{'error':{'message':'m','type':'t','param':'p','code':'c'}}", 400,
       E("m", "'t'", "'p'", "'c'")},
      {404, "{'error':'no such model'}", 404,
       E("no such model", "'invalid_request_error'", "null", "null")},
      {422, "{'detail':'bad'}", 422,
       E("bad", "'invalid_request_error'", "null", "null")},
      {400,
       "{'object':'error','message':'m','type':'BadRequestError','code':400}",
       400, E("m", "'BadRequestError'", "null", "null")},
      {400, "[{'error':{'code':400,'message':'m','status':'INVALID'}}]", 400,
       E("m", "'invalid_request_error'", "null", "null")},
      {500, "{'error':{'message':'m','code':500}}", 500,
       E("m", "'server_error'", "null", "'server_error'")},
      {500, "{'error':{'message':'m','code':'model_error'}}", 500,
       E("m", "'server_error'", "null", "'model_error'")},
      {400, "{'error':{'message':'m','code':-1}}", 400,
       E("m", "'invalid_request_error'", "null", "'-1'")},
      {503, "{'message':'m'}", 503,
       E("m", "'server_error'", "null", "'server_error'")},
      {429, "{'error':{'message':'slow down'}}", 429,
       E("slow down", "'rate_limit_error'", "null", "'rate_limit_exceeded'")},
      {429, "{'error':{'message':'m','type':'insufficient_quota'}}", 429,
       E("m", "'insufficient_quota'", "null", "'insufficient_quota'")},
      {429, "{'error':{'message':'Quota is used up','type':'q'}}", 429,
       E("Quota is used up", "'q'", "null", "'insufficient_quota'")},
      {503, "{'error':{'message':'m','code':429}}", 503,
       E("m", "'server_error'", "null", "'rate_limit_exceeded'")},
      {503, "{'error':{'message':'m','code':'rate_limit_exceeded'}}", 503,
       E("m", "'server_error'", "null", "'rate_limit_exceeded'")},
      {402, "{'error':{'message':'pay'}}", 402,
       E("pay", "'invalid_request_error'", "null", "'insufficient_quota'")},
      {400,
       "{'error':{'message':'This model~s maximum context length is 4096 "
       "tokens',"
       "'code':400}}",
       400,
       E("This model~s maximum context length is 4096 tokens",
         "'invalid_request_error'", "null", "'context_length_exceeded'")},
      {400,
       "{'error':{'message':'too big','type':'exceed_context_size_error',"
       "'code':400}}",
       400,
       E("too big", "'exceed_context_size_error'", "null",
         "'context_length_exceeded'")},
      {401, "{'error':{'message':'m','code':'invalid_api_key'}}", 401,
       E("m", "'invalid_request_error'", "null", "'invalid_api_key'")},
      {400, "{'base_resp':{'status_code':1004,'status_msg':'m'}}", 400,
       E("m", "'invalid_request_error'", "null", "null")},
      {502, "<html>\n'x' \xff", 502,
       E("The upstream answered with HTTP status 502: <html>\\n\\'x\\' "
         "\xef\xbf\xbd",
         "'server_error'", "null", "'server_error'")},
      {400, "{'error':{'code':7}}", 400,
       E("The upstream answered with HTTP status 400: "
         "{\\'error\\':{\\'code\\':7}}",
         "'invalid_request_error'", "null", "null")},
      {0, "", 502,
       E("The upstream answered with HTTP status 0", "'server_error'", "null",
         "'server_error'")},
      {302, "", 502,
       E("The upstream answered with HTTP status 302", "'server_error'", "null",
         "'server_error'")},
      {600, "[]", 502,
       E("The upstream answered with HTTP status 600: []", "'server_error'",
         "null", "'server_error'")},
  };
  sluice_request *r = new_with(0);
  sluice_http_error error;
  size_t i;

  (void)state;
  read_it(r, "{'model':'m','input':'q'}", SLUICE_OK);
  for (i = 0; i < COUNT(rows); i++) {
    char *in = quoted(rows[i].body), *out = quoted(rows[i].out);

    /* \' in a row is a quote within a string */
    assert_int_equal(
        sluice_request_upstream_error(r, rows[i].http, str(in), &error),
        SLUICE_OK);
    assert_int_equal(error.status, rows[i].status);
    same(in, error.body, out);
    free(in);
    free(out);
  }
  assert_true(sluice_request_chat(r).n > 0);
  sluice_request_free(r);
}

static void a_long_page_is_cut(void **state)
{
  sluice_request *r = new_with(0);
  struct bytes page = {0};
  sluice_http_error error;

  (void)state;
  while (page.n < (3 << 20))
    bytes_puts(&page, "<\x01p>");
  assert_int_equal(sluice_request_upstream_error(
                       r, 503, (sluice_str){page.p, page.n}, &error),
                   SLUICE_OK);
  assert_true(error.body.n > 200 && error.body.n < 600);
  bytes_free(&page);
  sluice_request_free(r);
}

int main(void)
{
  const struct CMUnitTest all[] = {
      cmocka_unit_test(notes_count),
      cmocka_unit_test(notes_have_names),
      cmocka_unit_test(options_decide),
      cmocka_unit_test(wrong_options_are_refused),
      cmocka_unit_test(an_older_caller_has_defaults),
      cmocka_unit_test(wrong_calls_are_refused),
      cmocka_unit_test(a_handle_reads_one_after_the_other),
      cmocka_unit_test(upstream_errors_have_the_form_of_the_api),
      cmocka_unit_test(a_long_page_is_cut),
  };

  return cmocka_run_group_tests_name("request_handle", all, NULL, NULL);
}
