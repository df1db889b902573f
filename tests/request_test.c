/* SPDX-License-Identifier: MIT */
/* A Responses request and the chat request it becomes: each member and each
 * item is a row. Larger ones stand in corpus/requests (requests_test.c). */
#include "asking.h"

/* ---- members ------------------------------------------------------------ */

static const struct row members[] = {
    {0, "", ""},
    {0, ",'temperature':0.70,'top_p':1e0", ",'temperature':0.70,'top_p':1e0"},
    {0, ",'temperature':null,'stream':null", ""},
    {0, ",'temperature':1,'temperature':2", ",'temperature':2"},
    {0, ",'frequency_penalty':-1,'presence_penalty':2.5",
     ",'frequency_penalty':-1,'presence_penalty':2.5"},
    {0, ",'max_output_tokens':100", ",'max_tokens':100"},
    {SLUICE_REQUEST_MAX_COMPLETION_TOKENS, ",'max_output_tokens':100",
     ",'max_completion_tokens':100"},
    {0, ",'service_tier':'flex','user':'u','safety_identifier':'s'",
     ",'service_tier':'flex','user':'u','safety_identifier':'s'"},
    {0, ",'prompt_cache_key':'k','prompt_cache_retention':'24h'",
     ",'prompt_cache_key':'k','prompt_cache_retention':'24h'"},
    {0, ",'reasoning':{'effort':'high','summary':'auto','context':'x'}",
     ",'reasoning_effort':'high'"},
    {0, ",'reasoning':{}", ""},
    {0, ",'reasoning':{'effort':null}", ""},
    {0, ",'text':{}", ""},
    {0, ",'text':{'verbosity':'low'}", ",'verbosity':'low'"},
    {0, ",'text':{'format':{'type':'text'}}", ""},
    {0, ",'text':{'format':{'type':'json_object'}}",
     ",'response_format':{'type':'json_object'}"},
    {0,
     ",'text':{'format':{'type':'json_schema','name':'n','schema':{'a' : 1},"
     "'strict':true,'description':'d'}}",
     ",'response_format':{'type':'json_schema','json_schema':{'name':'n',"
     "'description':'d','schema':{'a':1},'strict':true}}"},
    {0, ",'top_logprobs':3", ",'logprobs':true,'top_logprobs':3"},
    {0, ",'top_logprobs':0", ""},
    {0, ",'include':['x','message.output_text.logprobs']", ",'logprobs':true"},
    {0, ",'include':['reasoning.encrypted_content']", ""},
    {0, ",'include':['message.output_text.logprobs'],'top_logprobs':2",
     ",'logprobs':true,'top_logprobs':2"},
    {0, ",'stream':true",
     ",'stream':true,'stream_options':{'include_usage':true}"},
    {0, ",'stream':false", ""},
    {0, ",'stream_options':{'include_obfuscation':true}", ""},
    /* what a store is for, what people are told, what is a default */
    {0,
     ",'metadata':{'a':'b'},'store':true,'truncation':'auto','background':"
     "false,"
     "'previous_response_id':null,'conversation':null,'prompt':null,"
     "'client_metadata':{'a':1},'context_management':[],'max_tool_calls':3",
     ""},
    /* members that the API does not have */
    {0, ",'top_k':5,'seed':1", ""},
    {SLUICE_REQUEST_PASS_UNKNOWN, ",'top_k' : 5,'a\\u0062':{'x' : [1, 2]}",
     ",'top_k':5,'ab':{'x':[1,2]}"},
    {SLUICE_REQUEST_PASS_UNKNOWN,
     ",'messages':[],'n':2,'max_tokens':9,'response_format':{},'logprobs':true,"
     "'max_completion_tokens':1,'reasoning_effort':'low','functions':[],"
     "'function_call':'none','verbosity':'low'",
     ""},
    {SLUICE_REQUEST_PASS_UNKNOWN, ",'stop':1,'stop':['a'],'st\\u006fp':['b']",
     ",'stop':['b']"},
};

static void members_are_mapped(void **state)
{
  (void)state;
  run_rows(members, COUNT(members), "{'model':'m','input':'hi'", "}",
           "{'model':'m','messages':[{'role':'user','content':'hi'}]", "}");
}

/* ---- messages ----------------------------------------------------------- */

static const struct row messages[] = {
    {0, "'hi'", "{'role':'user','content':'hi'}"},
    {0, "''", "{'role':'user','content':''}"},
    {0, "[{'role':'user','content':'hi'}]", "{'role':'user','content':'hi'}"},
    {0, "[{'type':'message','role':'user','content':[]}]",
     "{'role':'user','content':''}"},
    {0,
     "[{'role':'user','content':[{'type':'input_text','text':'a'},"
     "{'type':'input_text','text':'b'}]}]",
     "{'role':'user','content':'a\\nb'}"},
    {0,
     "[{'role':'user','content':[{'type':'input_text','text':'a'},"
     "{'type':'input_image','image_url':'u','detail':'low'},"
     "{'type':'input_image','image_url':'v','detail':'original'},"
     "{'type':'input_file','file_data':'d','filename':'n'},"
     "{'type':'input_file','file_id':'i'},"
     "{'type':'input_audio','input_audio':{'data':'d','format':'wav'}}]}]",
     "{'role':'user','content':[{'type':'text','text':'a'},"
     "{'type':'image_url','image_url':{'url':'u','detail':'low'}},"
     "{'type':'image_url','image_url':{'url':'v','detail':'high'}},"
     "{'type':'file','file':{'file_data':'d','filename':'n'}},"
     "{'type':'file','file':{'file_id':'i'}},"
     "{'type':'input_audio','input_audio':{'data':'d','format':'wav'}}]}"},
    /* the head */
    {0,
     "[{'role':'developer','content':'a'},{'role':'system','content':'b'},"
     "{'role':'developer','content':''}," ASKED "]",
     "{'role':'system','content':'a\\n\\nb'}," ASKED},
    {0, "[" ASKED ",{'role':'developer','content':'a'}]",
     ASKED ",{'role':'system','content':'a'}"},
    {SLUICE_REQUEST_SYSTEM_FIRST,
     "[{'role':'system','content':'s'}," ASKED
     ",{'role':'developer','content':'a'}]",
     "{'role':'system','content':'s'}," ASKED ",{'role':'user','content':'a'}"},
    {SLUICE_REQUEST_DEVELOPER,
     "[{'role':'developer','content':'a'},{'role':'system','content':'b'}]",
     "{'role':'developer','content':'a'},{'role':'system','content':'b'}"},
    {0,
     "[{'role':'system','content':'s'},{'role':'system','content':["
     "{'type':'input_image','image_url':'u'}]},{'role':'system','content':'t'}"
     "]",
     "{'role':'system','content':'s'},{'role':'system','content':["
     "{'type':'image_url','image_url':{'url':'u'}}]},"
     "{'role':'system','content':'t'}"},
    /* the assistant */
    {0,
     "[" ASKED ",{'type':'message','role':'assistant','id':'i','status':'x',"
     "'content':[{'type':'output_text','text':'a','annotations':[]},"
     "{'type':'refusal','refusal':'b'}]}]",
     ASKED ",{'role':'assistant','content':'a\\nb'}"},
    {0,
     "[" ASKED ",{'role':'assistant','content':'a'},"
     "{'role':'assistant','content':'b'}," ASKED "]",
     ASKED ",{'role':'assistant','content':'a\\nb'}," ASKED},
    {0,
     "[" ASKED ",{'role':'assistant','content':null},"
     "{'role':'assistant','content':[]}]",
     ASKED},
    {0,
     "[" ASKED ",{'role':'assistant','content':'a'},"
     "{'role':'assistant','content':''}]",
     ASKED ",{'role':'assistant','content':'a'}"},
    {0,
     "[{'type':'local_shell_call','call_id':'1'},{'type':"
     "'local_shell_call_output','call_id':'1'}]",
     "{'role':'assistant','content':null,'tool_calls':[{'id':'1','type':"
     "'function','function':{'name':'local_shell','arguments':'{}'}}]},"
     "{'role':'tool','tool_call_id':'1','content':''}"},
    {0, "[{'role':'assistant','content':'a'}]",
     "{'role':'assistant','content':'a'}"},
    /* calls */
    {0, "[" ASKED "," CALL("1") "," GAVE("1") "]",
     ASKED ",{'role':'assistant','content':null,'tool_calls':[" SAID(
         "1") "]}," TOLD("1")},
    {0,
     "[{'role':'assistant','content':'t'}," CALL("1") "," CALL("2") "," GAVE(
         "2") "," GAVE("1") "," ASKED "]",
     "{'role':'assistant','content':'t','tool_calls':[" SAID("1") "," SAID(
         "2") "]}," TOLD("1") "," TOLD("2") "," ASKED},
    {0, "[" CALL("1") "," ASKED "," GAVE("1") "]",
     "{'role':'assistant','content':null,'tool_calls':[" SAID("1") "]}," TOLD(
         "1") "," ASKED},
    {0, "[" CALL("1") "," GAVE("1") "," CALL("1") "," GAVE("1") "]",
     "{'role':'assistant','content':null,'tool_calls':[" SAID("1") "]}," TOLD(
         "1") ",{'role':'assistant','content':null,'tool_calls'"
              ":[" SAID("1") "]}," TOLD("1")},
    {0, "[" CALL("1") "," GAVE("1") ",{'role':'assistant','content':'t'}]",
     "{'role':'assistant','content':null,'tool_calls':[" SAID("1") "]}," TOLD(
         "1") ",{'role':'assistant','content':'t'}"},
    {0,
     "[{'type':'function_call','call_id':'1','name':'f','namespace':'n',"
     "'arguments':'{\\\"a\\\": [1]}'}," GAVE("1") "]",
     "{'role':'assistant','content':null,'tool_calls':[{'id':'1','type':"
     "'function','function':{'name':'n__f','arguments':'{\\\"a\\\": "
     "[1]}'}}]}," TOLD("1")},
    {0,
     "[{'type':'custom_tool_call','call_id':'1','name':'p','input':"
     "'a \\\"b\\\"\\n'},{'type':'custom_tool_call_output','call_id':'1',"
     "'output':[{'type':'input_text','text':'x'}]}]",
     "{'role':'assistant','content':null,'tool_calls':[{'id':'1','type':"
     "'function','function':{'name':'p','arguments':"
     "'{\\\"input\\\":\\\"a \\\\\\\"b\\\\\\\"\\\\n\\\"}'}}]},"
     "{'role':'tool','tool_call_id':'1','content':'x'}"},
    {0,
     "[{'type':'local_shell_call','call_id':'1','action':{'type':'exec',"
     "'command':['ls']}},{'type':'local_shell_call_output','id':'1',"
     "'output':'x'}]",
     "{'role':'assistant','content':null,'tool_calls':[{'id':'1','type':"
     "'function','function':{'name':'local_shell','arguments':"
     "'{\\\"type\\\":\\\"exec\\\",\\\"command\\\":[\\\"ls\\\"]}'}}]},"
     "{'role':'tool','tool_call_id':'1','content':'x'}"},
    {0,
     "[{'type':'shell_call','call_id':'1','action':{'commands':['ls']}},"
     "{'type':'shell_call_output','call_id':'1','output':[{'stdout':'x'}]}]",
     "{'role':'assistant','content':null,'tool_calls':[{'id':'1','type':"
     "'function','function':{'name':'shell','arguments':"
     "'{\\\"commands\\\":[\\\"ls\\\"]}'}}]},"
     "{'role':'tool','tool_call_id':'1','content':'[{\\\"stdout\\\":\\\"x\\\"}]"
     "'}"},
    {0,
     "[{'type':'apply_patch_call','call_id':'1','operation':{'a':1}},"
     "{'type':'apply_patch_call_output','call_id':'1','status':'completed'}]",
     "{'role':'assistant','content':null,'tool_calls':[{'id':'1','type':"
     "'function','function':{'name':'apply_patch','arguments':"
     "'{\\\"a\\\":1}'}}]},"
     "{'role':'tool','tool_call_id':'1','content':'completed'}"},
    /* images of a tool */
    {0,
     "[" CALL("1") "," CALL(
         "2") ",{'type':'function_call_output','call_id':"
              "'1','output':[{'type':'input_image','image_url':'u'}]},"
              "{'type':'function_call_output','call_id':'2','output':["
              "{'type':'input_text','text':'t'},{'type':'input_image','image_"
              "url':'v'}]}"
              "]",
     "{'role':'assistant','content':null,'tool_calls':[" SAID("1") "," SAID(
         "2") "]},{'role':'tool','tool_call_id':'1','content':"
              "'The output is in the next "
              "message.'},{'role':'tool','tool_call_id':'2',"
              "'content':'t'},{'role':'user','content':[{'type':'text','text':"
              "'Output of the call "
              "1:'},{'type':'image_url','image_url':{'url':'u'}},"
              "{'type':'text','text':'Output of the call 2:'},"
              "{'type':'image_url','image_url':{'url':'v'}}]}"},
    /* what hosted tools did, and thoughts */
    {0,
     "[" ASKED ",{'type':'web_search_call','id':'w','action':{}},"
     "{'type':'mcp_list_tools','tools':[]},{'type':'reasoning','summary':[]},"
     "{'role':'assistant','content':'a'}]",
     ASKED ",{'role':'assistant','content':'a'}"},
    {SLUICE_REQUEST_REASONING,
     "[" ASKED ",{'type':'reasoning','summary':[{'type':'summary_text',"
     "'text':'s'}],'encrypted_content':'e'},{'type':'reasoning','summary':["
     "{'type':'summary_text','text':'x'}],'content':[{'type':'reasoning_text',"
     "'text':'t'}]},{'role':'assistant','content':'a'}," ASKED
     ",{'type':'reasoning','summary':[{'type':'summary_text','text':'z'}]}]",
     ASKED
     ",{'role':'assistant','content':'a','reasoning_content':'s\\nt'}," ASKED},
    {SLUICE_REQUEST_DROP_ITEMS,
     "[" ASKED ",{'type':'item_reference','id':'i'},{'type':'wizardry'}]",
     ASKED},
    {SLUICE_REQUEST_DROP_ITEMS,
     "[" ASKED ",{'type':'item_reference','id':'i'}," GAVE("1") "]", ASKED},
    /* odd bytes */
    {0, "'a\\ud83db\\u0000\\/\xff'",
     "{'role':'user','content':'a\xef\xbf\xbd"
     "b\\u0000/\xef\xbf\xbd'}"},
};

static void items_are_mapped(void **state)
{
  (void)state;
  run_rows(messages, COUNT(messages), "{'model':'m','input':", "}",
           "{'model':'m','messages':[", "]}");
}

static void instructions_come_first(void **state)
{
  sluice_request *r = new_with(0);

  (void)state;
  gives(r, "{'model':'m','instructions':'i','input':'q'}",
        "{'model':'m','messages':[{'role':'system','content':'i'}," ASKED "]}");
  gives(r, "{'model':'m','instructions':'','input':'q'}",
        "{'model':'m','messages':[" ASKED "]}");
  gives(r, "{'model':'m','instructions':'i','input':[]}",
        "{'model':'m','messages':[{'role':'system','content':'i'}]}");
  gives(r,
        "{'model':'m','instructions':'i','input':[{'role':'developer',"
        "'content':'d'}," ASKED "]}",
        "{'model':'m','messages':[{'role':'system','content':'i\\n\\nd'}," ASKED
        "]}");
  sluice_request_free(r);
  r = new_with(SLUICE_REQUEST_DEVELOPER);
  gives(r, "{'model':'m','instructions':'i','input':'q'}",
        "{'model':'m','messages':[{'role':'developer','content':'i'}," ASKED
        "]}");
  sluice_request_free(r);
}

/* Servers parse what was called, and would refuse all that follows. */
static void arguments_are_always_an_object(void **state)
{
  static const struct {
    const char *in, *out;
    int wrapped;
  } rows[] = {
      {"{}", "{}", 0},
      {" \\n{} ", " \\n{} ", 0},
      {"", "{}", 0},
      {" \\t", "{}", 0},
      {"{\\\"a\\\":1", "{\\\"input\\\":\\\"{\\\\\\\"a\\\\\\\":1\\\"}", 1},
      {"[1]", "{\\\"input\\\":\\\"[1]\\\"}", 1},
      {"\\\"x\\\"", "{\\\"input\\\":\\\"\\\\\\\"x\\\\\\\"\\\"}", 1},
      {"\\\\{}", "{\\\"input\\\":\\\"\\\\\\\\{}\\\"}", 1},
      {"{}{}", "{\\\"input\\\":\\\"{}{}\\\"}", 1},
      {"x", "{\\\"input\\\":\\\"x\\\"}", 1},
  };
  struct bytes in = {0}, out = {0};
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(rows); i++) {
    sluice_request *r = new_with(0);

    bytes_clear(&in);
    bytes_clear(&out);
    bytes_printf(&in,
                 "{'model':'m','input':[{'type':'function_call','call_id':'1',"
                 "'name':'f','arguments':'%s'}," GAVE("1") "]}",
                 rows[i].in);
    bytes_printf(&out,
                 "{'model':'m','messages':[{'role':'assistant','content':null,"
                 "'tool_calls':[{'id':'1','type':'function','function':{"
                 "'name':'f','arguments':'%s'}}]}," TOLD("1") "]}",
                 rows[i].out);
    gives(r, in.p, out.p);
    assert_int_equal(sluice_request_count(r, SLUICE_NOTE_ARGUMENTS_WRAPPED),
                     rows[i].wrapped);
    sluice_request_free(r);
  }
  bytes_free(&in);
  bytes_free(&out);
}

int main(void)
{
  const struct CMUnitTest all[] = {
      cmocka_unit_test(members_are_mapped),
      cmocka_unit_test(items_are_mapped),
      cmocka_unit_test(instructions_come_first),
      cmocka_unit_test(arguments_are_always_an_object),
  };

  return cmocka_run_group_tests_name("request", all, NULL, NULL);
}
