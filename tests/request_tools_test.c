/* SPDX-License-Identifier: MIT */
/* The tools of a request: what they become upstream, under which names, and
 * what leads back. */
#include "asking.h"

#include <sluice/sluice.h>

/* ---- tools -------------------------------------------------------------- */

static const struct row tools[] = {
    {0, "[]", ""},
    {0, "null", ""},
    {0, "[],'tool_choice':'auto','parallel_tool_calls':true", ""},
    {0,
     "[{'type':'function','name':'f','description':'d','parameters':{'a' : 1},"
     "'strict':true,'defer_loading':true}]",
     ",'tools':[{'type':'function','function':{'name':'f','description':'d',"
     "'parameters':{'a':1},'strict':true}}]"},
    {0, "[{'type':'function','name':'f','parameters':null,'strict':null}]",
     ",'tools':[" FN("f") "]"},
    {0, "[{'type':'custom','name':'c','description':'d'}]",
     ",'tools':[{'type':'function','function':{'name':'c','description':'d'"
     "," INPUT "}}]"},
    {0,
     "[{'type':'custom','name':'c','format':{'type':'grammar','syntax':'lark',"
     "'definition':'start: \\\"a\\\"'}}]",
     ",'tools':[{'type':'function','function':{'name':'c','description':"
     "'The input must follow this grammar (lark):\\nstart: \\\"a\\\"'," INPUT
     "}}]"},
    {0,
     "[{'type':'namespace','name':'n','description':'N','tools':["
     "{'type':'function','name':'f'},{'type':'custom','name':'c',"
     "'description':'C'}]},{'type':'function','name':'f'}]",
     ",'tools':[{'type':'function','function':{'name':'n__f','description':"
     "'N'}},{'type':'function','function':{'name':'n__c','description':'C'"
     "," INPUT "}}," FN("f") "]"},
    /* again: the last one holds */
    {0,
     "[{'type':'function','name':'f','description':'1'},"
     "{'type':'function','name':'f','description':'2'}]",
     ",'tools':[{'type':'function','function':{'name':'f','description':'2'}}"
     "]"},
    {SLUICE_REQUEST_DROP_TOOLS,
     "[{'type':'web_search'},{'type':'function','name':'f'}]",
     ",'tools':[" FN("f") "]"},
    {SLUICE_REQUEST_DROP_TOOLS,
     "[{'type':'web_search'}],'tool_choice':{'type':'web_search'},"
     "'parallel_tool_calls':false",
     ""},
    {SLUICE_REQUEST_DROP_TOOLS,
     "[{'type':'web_search'}],'tool_choice':'required'", ""},
    {0, "[{'type':'namespace','name':'n','tools':[]}]", ""},
    {SLUICE_REQUEST_DROP_TOOLS,
     "[{'type':'web_search'},{'type':'function','name':'f'}],"
     "'tool_choice':{'type':'web_search'}",
     ",'tools':[" FN("f") "],'tool_choice':'auto'"},
    /* the choice */
    {0, "[" FS "],'tool_choice':'none','parallel_tool_calls':false",
     ",'tools':[" FN("f") "," FN("g") "],'tool_choice':'none',"
                                      "'parallel_tool_calls':false"},
    {0, "[" FS "],'tool_choice':'required'",
     ",'tools':[" FN("f") "," FN("g") "],'tool_choice':'required'"},
    {0, "[" FS "],'tool_choice':{'type':'function','name':'g'}",
     ",'tools':[" FN("f") "," FN("g") "],'tool_choice':" FN("g")},
    {0,
     "[{'type':'namespace','name':'n','tools':[" FS "]}],"
     "'tool_choice':{'type':'function','name':'g','namespace':'n'}",
     ",'tools':[" FN("n__f") "," FN("n__g") "],'tool_choice':" FN("n__g")},
    {0,
     "[{'type':'custom','name':'c'}],'tool_choice':{'type':'custom','name':'c'"
     "}",
     ",'tools':[{'type':'function','function':{'name':'c'," INPUT
     "}}],'tool_choice':" FN("c")},
    {0,
     "[" FS "],'tool_choice':{'type':'allowed_tools','mode':'required',"
     "'tools':[{'type':'function','name':'g'}]}",
     ",'tools':[" FN("g") "],'tool_choice':'required'"},
    {0,
     "[" FS "],'tool_choice':{'type':'allowed_tools','tools':["
     "{'type':'function','name':'f'}]}",
     ",'tools':[" FN("f") "],'tool_choice':'auto'"},
    {0,
     "[" FS "],'tool_choice':{'type':'allowed_tools','mode':'auto','tools':[]}",
     ""},
};

static void tools_are_mapped(void **state)
{
  (void)state;
  run_rows(tools, COUNT(tools), "{'model':'m','input':'q','tools':", "}",
           "{'model':'m','messages':[" ASKED "]", "}");
}

static void the_input_brings_tools(void **state)
{
  sluice_request *r = new_with(0);

  (void)state;
  gives(r,
        "{'model':'m','input':[{'type':'additional_tools','role':'developer',"
        "'tools':[{'type':'namespace','name':'n','tools':[{'type':'function',"
        "'name':'f'}]}]}," ASKED ",{'type':'additional_tools'}]}",
        "{'model':'m','messages':[" ASKED "],'tools':[" FN("n__f") "]}");
  gives(r,
        "{'model':'m','input':[{'type':'tool_search_call','call_id':'1',"
        "'arguments':{'query':'x'}},{'type':'tool_search_output','call_id':'1',"
        "'tools':[{'type':'function','name':'f'}]}]}",
        "{'model':'m','messages':[{'role':'assistant','content':null,"
        "'tool_calls':[{'id':'1','type':'function','function':{'name':"
        "'tool_search','arguments':'{\\\"query\\\":\\\"x\\\"}'}}]},"
        "{'role':'tool','tool_call_id':'1','content':"
        "'[{\\\"type\\\":\\\"function\\\",\\\"name\\\":\\\"f\\\"}]'}],"
        "'tools':[" FN("f") "]}");
  gives(r,
        "{'model':'m','input':[" ASKED ",{'type':'tool_search_call',"
        "'call_id':null,'arguments':{}},{'type':'tool_search_output',"
        "'tools':[{'type':'function','name':'f'}]}]}",
        "{'model':'m','messages':[" ASKED "],'tools':[" FN("f") "]}");
  sluice_request_free(r);
}

/* ---- names -------------------------------------------------------------- */

/* Letters, digits, _ and - are names; their neighbours are none. */
static void names_are_of_few_letters(void **state)
{
  sluice_request *r = new_with(0);

  (void)state;
  read_it(r,
          "{'model':'m','input':'q','tools':[{'type':'function','name':"
          "'AZaz09_-'},{'type':'function','name':'@[`{/:'},{'type':'function',"
          "'name':'" A50 ".bbbbbbbbbbbbb'}]}",
          SLUICE_OK);
  table_is(r, "_______64080cc6 0 /@[`{/:, " A50 "_bbbb_81813d1d 0 /" A50
              ".bbbbbbbbbbbbb");
  sluice_request_free(r);
}

static void names_lead_back(void **state)
{
  sluice_request *r = new_with(0);

  (void)state;
  read_it(r,
          "{'model':'m','input':'q','tools':[{'type':'function','name':'f'},"
          "{'type':'custom','name':'c'},{'type':'namespace','name':'n',"
          "'tools':[{'type':'function','name':'f'},{'type':'custom','name':'c'}"
          "]}]}",
          SLUICE_OK);
  table_is(r, "c 1 /c, n__f 0 n/f, n__c 1 n/c");
  assert_int_equal(sluice_request_count(r, SLUICE_NOTE_TOOL_RENAMED), 2);

  /* 64 bytes are a name, one more is cut; odd letters are none */
  read_it(r,
          "{'model':'m','input':'q','tools':[{'type':'function','name':'" A50
          "bbbbbbbbbbbbbb'},{'type':'function','name':'" A50
          "bbbbbbbbbbbbbbb'},{'type':'function','name':'a.b\xc3\xa4'}]}",
          SLUICE_OK);
  table_is(r, A50 "bbbbb_4cec2769 0 /" A50 "bbbbbbbbbbbbbbb, "
                  "a_b___ec7cec6d 0 /a.b\xc3\xa4");

  /* the name of a tool in a namespace is taken already */
  read_it(r,
          "{'model':'m','input':'q','tools':[{'type':'function','name':'n__f'},"
          "{'type':'namespace','name':'n','tools':[{'type':'function','name':"
          "'f'}]},{'type':'namespace','name':'n_','tools':[{'type':'function',"
          "'name':'_f'}]}]}",
          SLUICE_OK);
  table_is(r, "n__f_0942f7a0 0 n/f, n____f 0 n_/_f");
  sluice_request_free(r);
}

static int on_event(void *user, const sluice_event *e)
{
  bytes_put((struct bytes *)user, e->json.p, e->json.n);
  return 0;
}

/* The whole way: what was flattened comes back as it was. */
static void the_translator_shows_the_client_its_names(void **state)
{
  static const char stream[] =
      "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":"
      "\"c1\",\"function\":{\"name\":\"n__f\",\"arguments\":\"{}\"}},"
      "{\"index\":1,\"id\":\"c2\",\"function\":{\"name\":\"patch\","
      "\"arguments\":\"{\\\"input\\\":\\\"a\\\"}\"}}]},\"finish_reason\":"
      "\"tool_calls\"}]}\n\ndata: [DONE]\n\n";
  sluice_request *r = new_with(0);
  sluice_translator *t = NULL;
  struct bytes events = {0};
  sluice_options o;

  (void)state;
  read_it(r,
          "{'model':'m','input':'q','metadata':{'k':'v'},'max_tool_calls':7,"
          "'stream_options':{'include_obfuscation':true},'tools':[{'type':"
          "'namespace','name':'n','tools':[{'type':'function','name':'f'}]},"
          "{'type':'custom','name':'patch'}]}",
          SLUICE_OK);
  sluice_options_init(&o);
  assert_int_equal(sluice_request_apply(r, &o), SLUICE_OK);
  assert_int_equal(o.max_tool_calls, 7);
  assert_int_equal(o.flags, SLUICE_OBFUSCATION);
  o.flags = 0;
  assert_int_equal(sluice_translator_new(&t, &o, on_event, &events), SLUICE_OK);
  sluice_request_free(r);
  assert_int_equal(sluice_translator_feed(t, stream, sizeof(stream) - 1, NULL),
                   SLUICE_OK);
  assert_int_equal(sluice_translator_finish(t), SLUICE_OK);
  assert_non_null(strstr(events.p, "\"name\":\"f\",\"namespace\":\"n\""));
  assert_non_null(strstr(events.p, "\"type\":\"custom_tool_call\""));
  assert_non_null(strstr(events.p, "\"input\":\"a\""));
  assert_non_null(strstr(events.p, "\"metadata\":{\"k\":\"v\"}"));
  assert_non_null(strstr(events.p, "\"store\":false"));
  sluice_translator_free(t);
  bytes_free(&events);
}

/* ---- hosted tools ------------------------------------------------------- */

static const sluice_hosted hosted[] = {
    {S("web_search"), NO,
     S("{\"name\":\"search\", \"parameters\":{\"type\": \"object\"},\"x\":1,"
       "\"description\":\"d\",\"strict\":false}"),
     SLUICE_TOOL_WEB_SEARCH, NO},
    {S("mcp"), S("wiki"), S("{\"name\":\"wiki_ask\",\"description\":null}"),
     SLUICE_TOOL_MCP, S("ask")},
    {S("mcp"), S("wiki"), S("{\"name\":\"wiki_read\"}"), SLUICE_TOOL_MCP,
     S("read")},
    {S("mcp"), S("files"), S("{\"name\":\"files_read\"}"), SLUICE_TOOL_MCP, NO},
    {S("code_interpreter"), NO, S("{\"name\":\"python\"}"),
     SLUICE_TOOL_CODE_INTERPRETER, NO},
    {S("local_shell"), NO, S("{\"name\":\"run\"}"), SLUICE_TOOL_FUNCTION, NO},
};

static sluice_request *new_hosted(uint32_t flags)
{
  sluice_request_options o;
  sluice_request *r = NULL;

  sluice_request_options_init(&o);
  o.flags = flags;
  o.hosted = hosted;
  o.hosted_count = COUNT(hosted);
  assert_int_equal(sluice_request_new(&r, &o), SLUICE_OK);
  return r;
}

static void hosted_tools_are_what_stands_for_them(void **state)
{
  static const struct {
    const char *tools, *out, *table;
  } rows[] = {
      {"[{'type':'web_search_preview_2025_03_11'},{'type':'web_search'}]",
       "'tools':[{'type':'function','function':{'name':'search','description':"
       "'d','parameters':{'type':'object'},'strict':false}}]",
       "search 3 /"},
      {"[{'type':'mcp','server_label':'wiki'}]",
       "'tools':[" FN("wiki_ask") "," FN("wiki_read") "]",
       "wiki_ask 4 /ask, wiki_read 4 /read"},
      {"[{'type':'mcp','server_label':'wiki'},{'type':'function','name':"
       "'wiki_ask'}],'tool_choice':{'type':'mcp','server_label':'wiki',"
       "'name':'read'}",
       "'tools':[" FN("wiki_ask") "," FN("wiki_read") "," FN(
           "wiki_ask_53e5bd6e") "],'tool_choice':" FN("wiki_read"),
       "wiki_ask 4 /ask, wiki_read 4 /read, wiki_ask_53e5bd6e 0 /wiki_ask"},
      {"[{'type':'mcp','server_label':'wiki'},{'type':'mcp','server_label':"
       "'files'},{'type':'function','name':'f'}],'tool_choice':{'type':'mcp',"
       "'server_label':'wiki'}",
       "'tools':[" FN("wiki_ask") "," FN(
           "wiki_read") "],'tool_choice':'required'",
       "wiki_ask 4 /ask, wiki_read 4 /read"},
      {"[{'type':'mcp','server_label':'files'},{'type':'function','name':'f'}],"
       "'tool_choice':{'type':'allowed_tools','mode':'auto','tools':[{'type':"
       "'mcp','server_label':'files'},{'type':'mcp','server_label':'files',"
       "'name':'files_read'}]}",
       "'tools':[" FN("files_read") "],'tool_choice':'auto'", "files_read 4 /"},
      {"[{'type':'mcp','server_label':'wiki'},{'type':'function','name':'f'}],"
       "'tool_choice':{'type':'mcp'}",
       "'tools':[" FN("wiki_ask") "," FN(
           "wiki_read") "],'tool_choice':'required'",
       "wiki_ask 4 /ask, wiki_read 4 /read"},
      {"[{'type':'function','name':'seaxch'}]", "'tools':[" FN("seaxch") "]",
       ""},
      {"[{'type':'namespace','name':'n','description':'N','tools':[{'type':"
       "'code_interpreter','container':'c1'}]}]",
       "'tools':[" FN("python") "]", "python 5 /"},
  };
  sluice_request *r = new_hosted(0);
  struct bytes in = {0}, out = {0};
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(rows); i++) {
    bytes_clear(&in);
    bytes_clear(&out);
    bytes_printf(&in, "{'model':'m','input':'q','tools':%s}", rows[i].tools);
    bytes_printf(&out, "{'model':'m','messages':[" ASKED "],%s}", rows[i].out);
    gives(r, in.p, out.p);
    table_is(r, rows[i].table);
  }
  bytes_free(&in);
  bytes_free(&out);
  sluice_request_free(r);
}

/* The history tells them by the same name. */
static void a_hosted_tool_of_the_history_has_its_function(void **state)
{
  sluice_request *r = new_hosted(0);

  (void)state;
  gives(r,
        "{'model':'m','tools':[{'type':'local_shell'}],'input':[{'type':"
        "'local_shell_call','call_id':'1','action':{'a':1}},{'type':"
        "'local_shell_call_output','call_id':'1','output':'x'}]}",
        "{'model':'m','messages':[{'role':'assistant','content':null,"
        "'tool_calls':[{'id':'1','type':'function','function':{'name':'run',"
        "'arguments':'{\\'a\\':1}'}}]},{'role':'tool','tool_call_id':'1',"
        "'content':'x'}],'tools':[" FN("run") "]}");
  sluice_request_free(r);
}

/* Dates that are none, servers that are others. */
static void what_is_near_a_hosted_tool_is_none(void **state)
{
  static const char *const types[] = {"'web_search_2025-03-11'",
                                      "'web_search_x025_03_11'",
                                      "'web_search_2025_03_1/'",
                                      "'web_search_2025_03_1:'",
                                      "'_2025_03_11'",
                                      "'mcp','server_label':'wike'",
                                      "'mcp'"};
  sluice_request *r = new_hosted(0);
  struct bytes body = {0};
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(types); i++) {
    bytes_clear(&body);
    bytes_printf(&body, "{'model':'m','input':'q','tools':[{'type':%s}]}",
                 types[i]);
    read_it(r, body.p, SLUICE_ERR_REQUEST);
    has(body.p, sluice_request_error(r).body, "param", "tools[0].type");
  }
  read_it(r,
          "{'model':'m','input':'q','tools':[{'type':'mcp','server_label':"
          "'wiki'}],'tool_choice':{'type':'mcp','server_label':5}}",
          SLUICE_ERR_REQUEST);
  has("choice", sluice_request_error(r).body, "param", "tool_choice.type");
  bytes_free(&body);
  sluice_request_free(r);
}

static void hosted_tools_tell_what_the_stream_cannot_know(void **state)
{
  sluice_request *r = new_hosted(0);
  sluice_options o;

  (void)state;
  read_it(r,
          "{'model':'m','input':'q','tools':[{'type':'mcp','server_label':"
          "'files'},{'type':'code_interpreter','container':'c1'}]}",
          SLUICE_OK);
  sluice_options_init(&o);
  assert_int_equal(sluice_request_apply(r, &o), SLUICE_OK);
  same("label", o.tools[0].server_label, "files");
  same("container", o.tools[0].container_id, "");
  same("label", o.tools[1].server_label, "");
  same("container", o.tools[1].container_id, "c1");
  sluice_request_free(r);
}

int main(void)
{
  const struct CMUnitTest all[] = {
      cmocka_unit_test(tools_are_mapped),
      cmocka_unit_test(the_input_brings_tools),
      cmocka_unit_test(names_are_of_few_letters),
      cmocka_unit_test(names_lead_back),
      cmocka_unit_test(the_translator_shows_the_client_its_names),
      cmocka_unit_test(hosted_tools_are_what_stands_for_them),
      cmocka_unit_test(a_hosted_tool_of_the_history_has_its_function),
      cmocka_unit_test(what_is_near_a_hosted_tool_is_none),
      cmocka_unit_test(hosted_tools_tell_what_the_stream_cannot_know),
  };

  return cmocka_run_group_tests_name("request_tools", all, NULL, NULL);
}
