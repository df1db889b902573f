/* SPDX-License-Identifier: MIT */
/* What of a request is refused, one row each: status, code and place; and the
 * limits. */
#include "asking.h"

#include "limit.h"

/* ---- refusing ----------------------------------------------------------- */

#define NO_PARAM NULL

static const struct refusal {
  uint32_t flags;
  const char *body; /* begins with {: all of it; else behind model and input */
  sluice_status status;
  int http;
  const char *code, *param;
} refusals[] = {
    {0, "{'model':'m'", SLUICE_ERR_JSON, 400, "invalid_json", NO_PARAM},
    {0, "{'model':'\\x'}", SLUICE_ERR_JSON, 400, "invalid_json", NO_PARAM},
    {0, "{} {}", SLUICE_ERR_JSON, 400, "invalid_json", NO_PARAM},
    {0, "{'input':'q'}", SLUICE_ERR_REQUEST, 400, "missing_required_parameter",
     "model"},
    {0, "{'model':'','input':'q'}", SLUICE_ERR_REQUEST, 400,
     "missing_required_parameter", "model"},
    {0, "{'model':5,'input':'q'}", SLUICE_ERR_REQUEST, 400, "invalid_type",
     "model"},
    {0, "{'model':'m'}", SLUICE_ERR_REQUEST, 400, "missing_required_parameter",
     "input"},
    {0, "{'model':'m','input':{}}", SLUICE_ERR_REQUEST, 400, "invalid_type",
     "input"},
    {0, "{'model':'m','input':[]}", SLUICE_ERR_REQUEST, 400, "empty_input",
     "input"},
    {0, "{'model':'m','input':[{'type':'reasoning'}]}", SLUICE_ERR_REQUEST, 400,
     "empty_input", "input"},
    /* the store */
    {0, ",'previous_response_id':'r'", SLUICE_ERR_REQUEST, 400,
     "previous_response_not_found", "previous_response_id"},
    {0, ",'conversation':'c'", SLUICE_ERR_REQUEST, 400, "unsupported_parameter",
     "conversation"},
    {0, ",'conversation':{'id':'c'}", SLUICE_ERR_REQUEST, 400,
     "unsupported_parameter", "conversation"},
    {0, ",'background':true", SLUICE_ERR_REQUEST, 400, "unsupported_parameter",
     "background"},
    {0, ",'prompt':{'id':'p'}", SLUICE_ERR_REQUEST, 400,
     "unsupported_parameter", "prompt"},
    {0, "[{'type':'item_reference','id':'i'}]", SLUICE_ERR_REQUEST, 400,
     "unsupported_value", "input[0].type"},
    /* types */
    {0, ",'instructions':[]", SLUICE_ERR_REQUEST, 400, "invalid_type",
     "instructions"},
    {0, ",'stream':'yes'", SLUICE_ERR_REQUEST, 400, "invalid_type", "stream"},
    {0, ",'stream_options':1", SLUICE_ERR_REQUEST, 400, "invalid_type",
     "stream_options"},
    {0, ",'stream_options':{'include_obfuscation':1}", SLUICE_ERR_REQUEST, 400,
     "invalid_type", "stream_options.include_obfuscation"},
    {0, ",'max_tool_calls':'1'", SLUICE_ERR_REQUEST, 400, "invalid_type",
     "max_tool_calls"},
    {0, ",'max_tool_calls':0", SLUICE_ERR_REQUEST, 400, "invalid_value",
     "max_tool_calls"},
    {0, ",'max_tool_calls':1.5", SLUICE_ERR_REQUEST, 400, "invalid_value",
     "max_tool_calls"},
    {0, ",'temperature':'hot'", SLUICE_ERR_REQUEST, 400, "invalid_type",
     "temperature"},
    {0, ",'user':5", SLUICE_ERR_REQUEST, 400, "invalid_type", "user"},
    {0, ",'max_output_tokens':'1'", SLUICE_ERR_REQUEST, 400, "invalid_type",
     "max_output_tokens"},
    {0, ",'reasoning':'high'", SLUICE_ERR_REQUEST, 400, "invalid_type",
     "reasoning"},
    {0, ",'reasoning':{'effort':1}", SLUICE_ERR_REQUEST, 400, "invalid_type",
     "reasoning.effort"},
    {0, ",'text':[]", SLUICE_ERR_REQUEST, 400, "invalid_type", "text"},
    {0, ",'text':{'verbosity':1}", SLUICE_ERR_REQUEST, 400, "invalid_type",
     "text.verbosity"},
    {0, ",'text':{'format':'text'}", SLUICE_ERR_REQUEST, 400, "invalid_type",
     "text.format"},
    {0, ",'text':{'format':{}}", SLUICE_ERR_REQUEST, 400,
     "missing_required_parameter", "text.format.type"},
    {0, ",'text':{'format':{'type':'grammar'}}", SLUICE_ERR_REQUEST, 400,
     "unsupported_value", "text.format.type"},
    {0, ",'text':{'format':{'type':'json_schema'}}", SLUICE_ERR_REQUEST, 400,
     "missing_required_parameter", "text.format.name"},
    {0, ",'text':{'format':{'type':'json_schema','name':'n'}}",
     SLUICE_ERR_REQUEST, 400, "missing_required_parameter",
     "text.format.schema"},
    {0, ",'include':'x'", SLUICE_ERR_REQUEST, 400, "invalid_type", "include"},
    {0, ",'top_logprobs':'x'", SLUICE_ERR_REQUEST, 400, "invalid_type",
     "top_logprobs"},
    {0, ",'parallel_tool_calls':1", SLUICE_ERR_REQUEST, 400, "invalid_type",
     "parallel_tool_calls"},
    /* items */
    {0, "['x']", SLUICE_ERR_REQUEST, 400, "invalid_type", "input[0]"},
    {0, "[{}]", SLUICE_ERR_REQUEST, 400, "missing_required_parameter",
     "input[0].type"},
    {0, "[" ASKED ",{'type':5}]", SLUICE_ERR_REQUEST, 400, "invalid_type",
     "input[1].type"},
    {0, "[{'type':'wizardry'}]", SLUICE_ERR_REQUEST, 400, "unsupported_value",
     "input[0].type"},
    {0, "[{'type':'message','content':'x'}]", SLUICE_ERR_REQUEST, 400,
     "missing_required_parameter", "input[0].role"},
    {0, "[{'role':'tool','content':'x'}]", SLUICE_ERR_REQUEST, 400,
     "invalid_value", "input[0].role"},
    {0, "[{'role':'user'}]", SLUICE_ERR_REQUEST, 400,
     "missing_required_parameter", "input[0].content"},
    {0, "[{'role':'user','content':5}]", SLUICE_ERR_REQUEST, 400,
     "invalid_type", "input[0].content"},
    {0, "[{'role':'user','content':['x']}]", SLUICE_ERR_REQUEST, 400,
     "invalid_type", "input[0].content[0]"},
    {0, "[{'role':'user','content':[{'text':'x'}]}]", SLUICE_ERR_REQUEST, 400,
     "missing_required_parameter", "input[0].content[0].type"},
    {0, "[{'role':'user','content':[{'type':'input_text','text':5}]}]",
     SLUICE_ERR_REQUEST, 400, "invalid_type", "input[0].content[0].text"},
    {0, "[{'role':'user','content':[{'type':'refusal','refusal':5}]}]",
     SLUICE_ERR_REQUEST, 400, "invalid_type", "input[0].content[0].refusal"},
    {0, "[{'role':'user','content':[{'type':'input_video'}]}]",
     SLUICE_ERR_REQUEST, 400, "unsupported_value", "input[0].content[0].type"},
    {0,
     "[{'role':'assistant','content':[{'type':'input_image','image_url':'u'}]}"
     "]",
     SLUICE_ERR_REQUEST, 400, "unsupported_value", "input[0].content[0].type"},
    {0, "[{'role':'user','content':[{'type':'input_image','image_url':{}}]}]",
     SLUICE_ERR_REQUEST, 400, "invalid_type", "input[0].content[0].image_url"},
    {0, "[{'role':'user','content':[{'type':'input_image','file_id':'f'}]}]",
     SLUICE_ERR_REQUEST, 400, "unsupported_value",
     "input[0].content[0].file_id"},
    {0, "[{'role':'user','content':[{'type':'input_image'}]}]",
     SLUICE_ERR_REQUEST, 400, "missing_required_parameter",
     "input[0].content[0].image_url"},
    {0, "[{'role':'user','content':[{'type':'input_file','file_url':'f'}]}]",
     SLUICE_ERR_REQUEST, 400, "unsupported_value",
     "input[0].content[0].file_url"},
    {0, "[{'role':'user','content':[{'type':'input_file','file_id':5}]}]",
     SLUICE_ERR_REQUEST, 400, "invalid_type", "input[0].content[0].file_id"},
    {0, "[{'role':'user','content':[{'type':'input_audio'}]}]",
     SLUICE_ERR_REQUEST, 400, "missing_required_parameter",
     "input[0].content[0].input_audio"},
    {SLUICE_REQUEST_REASONING, "[{'type':'reasoning','summary':5}]",
     SLUICE_ERR_REQUEST, 400, "invalid_type", "input[0].summary"},
    /* calls */
    {0, "[{'type':'function_call','name':'f','arguments':''}]",
     SLUICE_ERR_REQUEST, 400, "missing_required_parameter", "input[0].call_id"},
    {0, "[" ASKED "," GAVE("1") "]", SLUICE_ERR_REQUEST, 400,
     "tool_call_not_found", "input[1].call_id"},
    {0, "[{'type':'mcp_call','name':'n','output':'x'}]", SLUICE_ERR_REQUEST,
     400, "missing_required_parameter", "input[0].id"},
    {0, "[{'type':'mcp_call','id':'i','output':'x'}]", SLUICE_ERR_REQUEST, 400,
     "missing_required_parameter", "input[0].name"},
    {0,
     "[{'type':'mcp_call','id':'i','name':'n','server_label':5,'output':'x'}]",
     SLUICE_ERR_REQUEST, 400, "invalid_type", "input[0].server_label"},
    {0, "[{'type':'file_search_call','id':'i','queries':5,'results':[]}]",
     SLUICE_ERR_REQUEST, 400, "invalid_type", "input[0].queries"},
    /* what is missing is the call that the reference stands for */
    {0, "[" ASKED ",{'type':'item_reference','id':'i'}," GAVE("1") "]",
     SLUICE_ERR_REQUEST, 400, "unsupported_value", "input[1].type"},
    {0, "[{'type':'local_shell_call_output','output':'x'}]", SLUICE_ERR_REQUEST,
     400, "missing_required_parameter", "input[0].id"},
    {0, "[" GAVE("1") "," CALL("1") "]", SLUICE_ERR_REQUEST, 400,
     "tool_call_not_found", "input[0].call_id"},
    {0, "[" CALL("1") "," GAVE("1") "," GAVE("1") "]", SLUICE_ERR_REQUEST, 400,
     "tool_call_not_found", "input[2].call_id"},
    {0, "[" CALL("1") "," GAVE("1") "," CALL("2") "," ASKED "]",
     SLUICE_ERR_REQUEST, 400, "tool_output_not_found", "input[2].call_id"},
    {0, "[" CALL("1") "," CALL("1") "]", SLUICE_ERR_REQUEST, 400,
     "invalid_value", "input[1].call_id"},
    {0, "[{'type':'function_call','call_id':'1','arguments':''}," GAVE("1") "]",
     SLUICE_ERR_REQUEST, 400, "missing_required_parameter", "input[0].name"},
    {0,
     "[{'type':'function_call','call_id':'1','name':'f','namespace':5}," GAVE(
         "1") "]",
     SLUICE_ERR_REQUEST, 400, "invalid_type", "input[0].namespace"},
    {0,
     "[{'type':'function_call','call_id':'1','name':'f','arguments':{}}," GAVE(
         "1") "]",
     SLUICE_ERR_REQUEST, 400, "invalid_type", "input[0].arguments"},
    {0,
     "[" CALL("1") ",{'type':'function_call_output','call_id':'1','output':5}]",
     SLUICE_ERR_REQUEST, 400, "invalid_type", "input[1].output"},
    {0,
     "[" ASKED "," CALL("1") ",{'type':'function_call_output','call_id':'1',"
                             "'output':[{'type':'x'}]}]",
     SLUICE_ERR_REQUEST, 400, "unsupported_value", "input[2].output[0].type"},
    {0, "[{'type':'additional_tools','tools':5}]", SLUICE_ERR_REQUEST, 400,
     "invalid_type", "input[0].tools"},
    {0, "[{'type':'additional_tools','tools':[{'type':'x'}]}]",
     SLUICE_ERR_REQUEST, 400, "unsupported_value", "input[0].tools[0].type"},
    /* tools */
    {0, ",'tools':{}", SLUICE_ERR_REQUEST, 400, "invalid_type", "tools"},
    {0, ",'tools':[5]", SLUICE_ERR_REQUEST, 400, "invalid_type", "tools[0]"},
    {0, ",'tools':[{}]", SLUICE_ERR_REQUEST, 400, "missing_required_parameter",
     "tools[0].type"},
    {0, ",'tools':[{'type':'function'}]", SLUICE_ERR_REQUEST, 400,
     "missing_required_parameter", "tools[0].name"},
    {0, ",'tools':[{'type':'web_search'}]", SLUICE_ERR_REQUEST, 400,
     "unsupported_value", "tools[0].type"},
    {0, ",'tools':[{'type':'namespace','tools':[]}]", SLUICE_ERR_REQUEST, 400,
     "missing_required_parameter", "tools[0].name"},
    {0, ",'tools':[{'type':'namespace','name':'n'}]", SLUICE_ERR_REQUEST, 400,
     "missing_required_parameter", "tools[0].tools"},
    {0,
     ",'tools':[{'type':'namespace','name':'n','tools':[{'type':'namespace',"
     "'name':'o','tools':[]}]}]",
     SLUICE_ERR_REQUEST, 400, "unsupported_value", "tools[0].tools[0].type"},
    /* the choice */
    {0, ",'tool_choice':'some'", SLUICE_ERR_REQUEST, 400, "invalid_value",
     "tool_choice"},
    {0, ",'tool_choice':5", SLUICE_ERR_REQUEST, 400, "invalid_type",
     "tool_choice"},
    {0, ",'tool_choice':{}", SLUICE_ERR_REQUEST, 400,
     "missing_required_parameter", "tool_choice.type"},
    {0, ",'tool_choice':'required'", SLUICE_ERR_REQUEST, 400, "invalid_value",
     "tool_choice"},
    {0, ",'tool_choice':{'type':'function','name':'f'}", SLUICE_ERR_REQUEST,
     400, "invalid_value", "tool_choice.name"},
    {0, ",'tool_choice':{'type':'function'}", SLUICE_ERR_REQUEST, 400,
     "missing_required_parameter", "tool_choice.name"},
    {0, ",'tool_choice':{'type':'web_search'}", SLUICE_ERR_REQUEST, 400,
     "invalid_value", "tool_choice.type"},
    {0, ",'tool_choice':{'type':'allowed_tools'}", SLUICE_ERR_REQUEST, 400,
     "missing_required_parameter", "tool_choice.tools"},
    {0, ",'tool_choice':{'type':'allowed_tools','mode':5,'tools':[]}",
     SLUICE_ERR_REQUEST, 400, "invalid_type", "tool_choice.mode"},
    {0, ",'tool_choice':{'type':'allowed_tools','mode':'x','tools':[]}",
     SLUICE_ERR_REQUEST, 400, "invalid_value", "tool_choice.mode"},
    {0, ",'tool_choice':{'type':'allowed_tools','tools':['f']}",
     SLUICE_ERR_REQUEST, 400, "invalid_type", "tool_choice.tools[0]"},
    {0,
     ",'tools':[" FS "],'tool_choice':{'type':'allowed_tools','tools':["
     "{'type':'function','name':'f'},{'type':'function','name':'h'}]}",
     SLUICE_ERR_REQUEST, 400, "invalid_value", "tool_choice.tools[1].name"},
};

static void what_cannot_be_served_is_refused(void **state)
{
  struct bytes body = {0};
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(refusals); i++) {
    const struct refusal *row = &refusals[i];
    sluice_request *r = new_with(row->flags);
    sluice_http_error error;
    sluice_options o;

    bytes_clear(&body);
    bytes_printf(&body,
                 row->body[0] == '{'   ? "%s"
                 : row->body[0] == ',' ? "{'model':'m','input':'q'%s}"
                                       : "{'model':'m','input':%s}",
                 row->body);
    read_it(r, body.p, row->status);
    error = sluice_request_error(r);
    if (error.status != row->http)
      fail_msg("%s: %d", body.p, error.status);
    has(body.p, error.body, "code", row->code);
    has(body.p, error.body, "param", row->param);
    has(body.p, error.body, "type", "invalid_request_error");
    assert_int_equal(sluice_request_chat(r).n, 0);
    sluice_options_init(&o);
    assert_int_equal(sluice_request_apply(r, &o), SLUICE_ERR_STATE);
    sluice_request_free(r);
  }
  bytes_free(&body);
}

/* What a person reads. */
static void messages_say_what_and_where(void **state)
{
  static const struct {
    const char *body, *message;
  } rows[] = {
      {"{'model':'m','input':[{'role':'user','content':5}]}",
       "Invalid type for ~input[0].content~: expected a string or an array of "
       "parts."},
      {"{'model':'m',", "The body of the request is not JSON: it goes wrong at "
                        "byte 13."},
      {"{'model':'m','input':'q','tools':[{'type':'a\\'b\xff'}]}",
       "Tools of the type ~a\\'b\xef\xbf\xbd~ are not offered here "
       "(~tools[0].type~)."},
      {"{'model':'m','input':'q','previous_response_id':'r'}",
       "No response is stored here, so ~previous_response_id~ leads nowhere: "
       "send the whole conversation as input."},
  };
  sluice_request *r = new_with(0);
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(rows); i++) {
    char *in = quoted(rows[i].body), *message = quoted(rows[i].message);

    assert_true(sluice_request_read(r, str(in)) < 0);
    has(in, sluice_request_error(r).body, "message", message);
    free(in);
    free(message);
  }
  sluice_request_free(r);
}

/* 200 bytes of what was found are shown, whole characters. */
static void a_long_value_is_cut_in_a_message(void **state)
{
  sluice_request *r = new_with(0);
  struct bytes body = {0}, shown = {0};
  int i;

  (void)state;
  bytes_puts(&body, "{\"model\":\"m\",\"input\":[{\"type\":\"");
  for (i = 0; i < 300; i++) {
    bytes_puts(&body, "\xc3\xa4");
    bytes_puts(&shown, i < 100 ? "\xc3\xa4" : "");
  }
  bytes_puts(&body, "\"}]}");
  assert_int_equal(sluice_request_read(r, (sluice_str){body.p, body.n}),
                   SLUICE_ERR_REQUEST);
  bytes_puts(&shown, "'");
  assert_non_null(strstr(sluice_request_error(r).body.p, shown.p));
  bytes_puts(&body, "");
  bytes_free(&body);
  bytes_free(&shown);
  sluice_request_free(r);
}

/* ---- limits ------------------------------------------------------------- */

static sluice_status limited(const sluice_request_options *o, const char *body,
                             int *http)
{
  sluice_request *r = NULL;
  char *in = quoted(body);
  sluice_status rv;

  assert_int_equal(sluice_request_new(&r, o), SLUICE_OK);
  rv = sluice_request_read(r, str(in));
  *http = sluice_request_error(r).status;
  sluice_request_free(r);
  free(in);
  return rv;
}

static void limits_hold_to_the_last(void **state)
{
  static const char two[] = "{'model':'m','input':[" ASKED "," ASKED "]}";
  static const char tools_3[] =
      "{'model':'m','input':'q','tools':[{'type':'function','name':'f'},"
      "{'type':'namespace','name':'n','tools':[{'type':'function','name':'f'}]}"
      "]}";
  sluice_request_options o;
  int http;

  (void)state;
  sluice_request_options_init(&o);
  o.max_request = strlen(two);
  assert_int_equal(limited(&o, two, &http), SLUICE_OK);
  o.max_request--;
  assert_int_equal(limited(&o, two, &http), SLUICE_ERR_LIMIT);
  assert_int_equal(http, 413);
  o.max_request = SIZE_MAX;
  assert_int_equal(limited(&o, two, &http), SLUICE_OK);
  sluice_request_options_init(&o);
  o.max_items = 2;
  assert_int_equal(limited(&o, two, &http), SLUICE_OK);
  o.max_items = 1;
  assert_int_equal(limited(&o, two, &http), SLUICE_ERR_LIMIT);
  assert_int_equal(http, 400);
  sluice_request_options_init(&o);
  o.max_tools = 3;
  assert_int_equal(limited(&o, tools_3, &http), SLUICE_OK);
  o.max_tools = 2;
  assert_int_equal(limited(&o, tools_3, &http), SLUICE_ERR_LIMIT);
  assert_int_equal(http, 400);
  sluice_request_options_init(&o);
  o.max_depth = 3;
  assert_int_equal(limited(&o, two, &http), SLUICE_OK);
  o.max_depth = 2;
  assert_int_equal(limited(&o, two, &http), SLUICE_ERR_LIMIT);
  assert_int_equal(http, 400);
}

/* However deep the options allow it to be: a translator reads no deeper. */
static void depth_ends_at_256(void **state)
{
  sluice_request_options o;
  sluice_request *r = NULL;
  char deep[700];
  size_t levels, n;

  (void)state;
  sluice_request_options_init(&o);
  o.max_depth = 1000;
  assert_int_equal(sluice_request_new(&r, &o), SLUICE_OK);
  for (levels = 255; levels <= 256; levels++) {
    n = (size_t)snprintf(deep, sizeof(deep),
                         "{\"model\":\"m\",\"input\":\"q\",\"a\":");
    memset(deep + n, '[', levels);
    memset(deep + n + levels, ']', levels);
    deep[n + 2 * levels] = '}';
    assert_int_equal(
        sluice_request_read(r, (sluice_str){deep, n + 2 * levels + 1}),
        levels == 255 ? SLUICE_OK : SLUICE_ERR_LIMIT);
  }
  sluice_request_free(r);
}

static void more_values_than_a_payload_has_are_too_many(void **state)
{
  sluice_request *r = new_with(0);
  struct bytes body = {0};
  size_t i;

  (void)state;
  bytes_puts(&body, "{\"a\":[0");
  for (i = 0; i < LIMIT_VALUES_MAX; i++)
    bytes_puts(&body, ",0");
  bytes_puts(&body, "]}");
  assert_int_equal(sluice_request_read(r, (sluice_str){body.p, body.n}),
                   SLUICE_ERR_LIMIT);
  has("many", sluice_request_error(r).body, "code", "request_too_deep");
  bytes_free(&body);
  sluice_request_free(r);
}

int main(void)
{
  const struct CMUnitTest all[] = {
      cmocka_unit_test(what_cannot_be_served_is_refused),
      cmocka_unit_test(messages_say_what_and_where),
      cmocka_unit_test(a_long_value_is_cut_in_a_message),
      cmocka_unit_test(limits_hold_to_the_last),
      cmocka_unit_test(depth_ends_at_256),
      cmocka_unit_test(more_values_than_a_payload_has_are_too_many),
  };

  return cmocka_run_group_tests_name("request_refused", all, NULL, NULL);
}
