/* SPDX-License-Identifier: MIT */
/* The client's request, shown again in the response objects: given, absent,
 * null and wrong values of each setting, and what must not be shown. */
#include "check.h"

#include <jansson.h>

#include <sluice/sluice.h>

static const char stream[] =
    "data: {\"created\":7,\"choices\":[{\"index\":0,\"delta\":"
    "{\"content\":\"Hi\"}}]}\n\n"
    "data: {\"choices\":[{\"index\":0,\"delta\":{},"
    "\"finish_reason\":\"stop\"}]}\n\n"
    "data: [DONE]\n\n";

/* ---- running ------------------------------------------------------------ */

struct seen {
  json_t *responses[8]; /* of created, in_progress and the end */
  size_t count;
  struct bytes last; /* the JSON of the last one */
};

static int on_event(void *user, const sluice_event *e)
{
  struct seen *seen = (struct seen *)user;
  json_error_t error;

  if (e->response == NULL || e->type == SLUICE_EVENT_ERROR)
    return 0;
  assert_true(seen->count < COUNT(seen->responses));
  bytes_clear(&seen->last);
  bytes_put(&seen->last, e->object.p, e->object.n);
  seen->responses[seen->count] =
      json_loadb(e->object.p, e->object.n,
                 JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
  if (seen->responses[seen->count] == NULL)
    fail_msg("not strict JSON: %s: %.*s", error.text, (int)e->object.n,
             e->object.p);
  seen->count++;
  return 0;
}

static void forget(struct seen *seen)
{
  while (seen->count > 0)
    json_decref(seen->responses[--seen->count]);
  bytes_free(&seen->last);
}

static sluice_str str_of(const char *s)
{
  sluice_str str = {s, strlen(s)};

  return str;
}

static void feed_all(sluice_translator *t, const char *in)
{
  assert_int_equal(sluice_translator_feed(t, in, strlen(in), NULL), SLUICE_OK);
  assert_int_equal(sluice_translator_finish(t), SLUICE_OK);
}

/* What the options make of a stream; returns how many values were wrong. */
static uint32_t run(struct seen *seen, const sluice_options *o, const char *in)
{
  sluice_translator *t = NULL;
  uint32_t wrong;

  memset(seen, 0, sizeof(*seen));
  assert_int_equal(sluice_translator_new(&t, o, on_event, seen), SLUICE_OK);
  feed_all(t, in);
  wrong = sluice_translator_count(t, SLUICE_ANOMALY_REQUEST_MEMBER);
  sluice_translator_free(t);
  assert_int_equal(seen->count, 3);
  return wrong;
}

static uint32_t run_request(struct seen *seen, const char *request)
{
  sluice_options o;

  sluice_options_init(&o);
  o.request = str_of(request);
  return run(seen, &o, stream);
}

/* ---- tables ------------------------------------------------------------- */

static const char defaults[] =
    "{'background':false,'conversation':null,'frequency_penalty':0.0,"
    "'instructions':null,'max_output_tokens':null,'max_tool_calls':null,"
    "'parallel_tool_calls':true,'presence_penalty':0.0,"
    "'previous_response_id':null,'prompt':null,'prompt_cache_key':null,"
    "'prompt_cache_retention':null,"
    "'reasoning':{'effort':null,'summary':null},'safety_identifier':null,"
    "'service_tier':'auto','store':true,'temperature':1.0,"
    "'text':{'format':{'type':'text'},'verbosity':'medium'},"
    "'tool_choice':'auto','tools':[],'top_logprobs':0,'top_p':1.0,"
    "'truncation':'disabled','user':null,'metadata':{}}";

/* A member of the request, and what the response shows (NULL: its default).
 * Quotes are single here. */
struct row {
  const char *member, *value, *shown;
  uint32_t wrong;
};

static const struct row settings[] = {
    {"background", "true", "true", 0},
    {"background", "'yes'", NULL, 1},
    {"background", "1", NULL, 1},
    {"conversation", "'conv_1'", "{'id':'conv_1'}", 0},
    {"conversation", "{'id':'conv_1'}", "{'id':'conv_1'}", 0},
    {"conversation", "{}", NULL, 1},
    {"conversation", "5", NULL, 1},
    {"frequency_penalty", "-2", "-2", 0},
    {"frequency_penalty", "1.25", "1.25", 0},
    {"frequency_penalty", "2.01", NULL, 1},
    {"frequency_penalty", "-2.01", NULL, 1},
    {"instructions", "'Be \\u00e9 \\\"brief\\\"'", "'Be \u00e9 \\\"brief\\\"'",
     0},
    {"instructions", "''", "''", 0},
    {"instructions", "['a']", NULL, 1},
    {"max_output_tokens", "1", "1", 0},
    {"max_output_tokens", "0", NULL, 1},
    {"max_output_tokens", "16.0", NULL, 1},
    {"max_output_tokens", "1e3", NULL, 1},
    {"max_output_tokens", "'16'", NULL, 1},
    {"max_tool_calls", "0", "0", 0},
    {"max_tool_calls", "-1", NULL, 1},
    {"parallel_tool_calls", "false", "false", 0},
    {"parallel_tool_calls", "0", NULL, 1},
    {"presence_penalty", "2", "2", 0},
    {"presence_penalty", "3", NULL, 1},
    {"previous_response_id", "'resp_1'", "'resp_1'", 0},
    {"previous_response_id", "{}", NULL, 1},
    {"prompt", "{'id':'p','variables':{'a':'b'},'version':'2'}",
     "{'id':'p','variables':{'a':'b'},'version':'2'}", 0},
    {"prompt", "{'id':'p'}", "{'id':'p','variables':null,'version':null}", 0},
    {"prompt", "{'variables':{}}", NULL, 1},
    {"prompt_cache_key", "'k'", "'k'", 0},
    {"prompt_cache_key", "7", NULL, 1},
    {"prompt_cache_retention", "'24h'", "'24h'", 0},
    {"prompt_cache_retention", "'1h'", NULL, 1},
    {"reasoning", "{'effort':'high'}", "{'effort':'high','summary':null}", 0},
    {"reasoning", "{'summary':'auto','effort':null}",
     "{'effort':null,'summary':'auto'}", 0},
    {"reasoning", "{'effort':'huge','summary':'auto'}",
     "{'effort':null,'summary':'auto'}", 1},
    {"reasoning", "'high'", NULL, 1},
    {"safety_identifier", "'s'", "'s'", 0},
    {"safety_identifier",
     "'0123456789012345678901234567890123456789012345678901234567890123'",
     "'0123456789012345678901234567890123456789012345678901234567890123'", 0},
    {"safety_identifier",
     "'01234567890123456789012345678901234567890123456789012345678901234'",
     NULL, 1},
    {"service_tier", "'flex'", "'flex'", 0},
    {"service_tier", "'best'", NULL, 1},
    {"store", "false", "false", 0},
    {"store", "'no'", NULL, 1},
    {"temperature", "0", "0", 0},
    {"temperature", "0.70", "0.70", 0},
    {"temperature", "2", "2", 0},
    {"temperature", "2.000000000000000000001", NULL, 1},
    {"temperature", "-0.1", NULL, 1},
    {"temperature", "20E-1", "20E-1", 0},
    {"temperature", "1e999", NULL, 1},
    {"temperature", "'0.7'", NULL, 1},
    {"text", "{'verbosity':'low'}",
     "{'format':{'type':'text'},'verbosity':'low'}", 0},
    {"text", "{'format':{'type':'json_object'}}",
     "{'format':{'type':'json_object'},'verbosity':'medium'}", 0},
    {"text", "{'verbosity':'loud'}", NULL, 1},
    {"text", "[]", NULL, 1},
    {"tool_choice", "'required'", "'required'", 0},
    {"tool_choice", "{'type':'function','name':'f'}",
     "{'type':'function','name':'f'}", 0},
    {"tool_choice", "{'type':'function','function':{'name':'f'}}", NULL, 1},
    {"tool_choice", "{'type':'mcp','server_label':'s','name':null}",
     "{'type':'mcp','server_label':'s'}", 0},
    {"tool_choice",
     "{'type':'allowed_tools','mode':'auto','tools':[{'type':'function',"
     "'name':'f'}]}",
     "{'type':'allowed_tools','mode':'auto','tools':[{'type':'function',"
     "'name':'f'}]}",
     0},
    {"tool_choice", "{'type':'shell'}", "{'type':'shell'}", 0},
    {"tool_choice", "'any'", NULL, 1},
    {"tools", "[]", "[]", 0},
    {"tools", "{}", NULL, 1},
    {"top_logprobs", "20", "20", 0},
    {"top_logprobs", "21", NULL, 1},
    {"top_logprobs", "-1", NULL, 1},
    {"top_p", "1", "1", 0},
    {"top_p", "0.95", "0.95", 0},
    {"top_p", "1.5", NULL, 1},
    {"truncation", "'auto'", "'auto'", 0},
    {"truncation", "'none'", NULL, 1},
    {"user", "'u'", "'u'", 0},
    {"user", "5", NULL, 1},
    {"metadata", "{'a':'b','c':''}", "{'a':'b','c':''}", 0},
    {"metadata", "{'a':'b','c':5,'d':null}", "{'a':'b'}", 2},
    {"metadata", "'a'", NULL, 1},
};

/* What the response fills in within the values. */
static const struct row filled_in[] = {
    {"text",
     "{'format':{'type':'json_schema','name':'n','schema':{'type':'object'}}}",
     "{'format':{'type':'json_schema','name':'n',"
     "'schema':{'type':'object'},'strict':false},'verbosity':'medium'}",
     0},
    {"text",
     "{'format':{'type':'json_schema','name':'n','schema':{},'strict':true,"
     "'description':'d'},'verbosity':'high'}",
     "{'format':{'type':'json_schema','description':'d','name':'n',"
     "'schema':{},'strict':true},'verbosity':'high'}",
     0},
    {"text", "{'format':{'type':'json_schema','schema':{}}}", NULL, 1},
    {"tools", "[{'type':'function','name':'f'}]",
     "[{'type':'function','description':null,'name':'f','parameters':null,"
     "'strict':true}]",
     0},
    {"tools",
     "[{'name':'f','type':'function','strict':false,'description':'d',"
     "'parameters':{'type':'object','properties':{'a':{'default':null}}}}]",
     "[{'type':'function','description':'d','name':'f',"
     "'parameters':{'type':'object','properties':{'a':{'default':null}}},"
     "'strict':false}]",
     0},
    {"tools", "[{'type':'function','name':'f','parameters':[],'x':1}]",
     "[{'type':'function','description':null,'name':'f','parameters':null,"
     "'strict':true,'x':1}]",
     1},
    {"tools", "[{'type':'custom','name':'c','description':null}]",
     "[{'type':'custom','format':{'type':'text'},'name':'c'}]", 0},
    {"tools",
     "[{'type':'custom','name':'c','format':{'type':'grammar','syntax':'lark',"
     "'definition':'start: /a/'}}]",
     "[{'type':'custom','format':{'type':'grammar','definition':'start: /a/',"
     "'syntax':'lark'},'name':'c'}]",
     0},
    {"tools",
     "[{'type':'namespace','name':'n','description':'d','tools':["
     "{'type':'function','name':'f'},{'type':'custom','name':'c'},"
     "{'type':'function','name':'no good'}]}]",
     "[{'type':'namespace','description':'d','name':'n','tools':["
     "{'type':'function','description':null,'name':'f','parameters':null,"
     "'strict':true},{'type':'custom','format':{'type':'text'},'name':'c'}]}]",
     1},
    {"tools", "[{'type':'file_search','vector_store_ids':['vs_1']}]",
     "[{'type':'file_search','filters':null,'max_num_results':20,"
     "'ranking_options':{'ranker':'auto','score_threshold':0.0},"
     "'vector_store_ids':['vs_1']}]",
     0},
    {"tools",
     "[{'type':'file_search','vector_store_ids':['v'],'filters':{'type':'and',"
     "'filters':[{'type':'eq','key':'k','value':['a',2.5]},{'type':'or',"
     "'filters':[]},{'type':'eq','key':'k','value':{}},{'type':'xor'}]},"
     "'ranking_options':{'score_threshold':0.5}}]",
     "[{'type':'file_search','filters':{'type':'and','filters':[{'type':'eq',"
     "'key':'k','value':['a',2.5]},{'type':'or','filters':[]}]},"
     "'max_num_results':20,'ranking_options':{'ranker':'auto',"
     "'score_threshold':0.5},'vector_store_ids':['v']}]",
     2},
    {"tools",
     "[{'type':'web_search','user_location':{'country':'DE'}},"
     "{'type':'web_search_preview'}]",
     "[{'type':'web_search','filters':null,'search_context_size':'medium',"
     "'user_location':{'type':'approximate','city':null,'country':'DE',"
     "'region':null,'timezone':null}},{'type':'web_search_preview',"
     "'search_context_size':'medium','user_location':null}]",
     0},
    {"tools", "[{'type':'code_interpreter','container':{'type':'auto'}}]",
     "[{'type':'code_interpreter','container':{'type':'auto'}}]", 0},
    {"tools", "[{'type':'code_interpreter'}]", "[]", 1},
    {"tools", "[{'type':'image_generation','size':'1024x1024'}]",
     "[{'type':'image_generation','background':'auto','moderation':'auto',"
     "'output_compression':100,'output_format':'png','quality':'auto',"
     "'size':'1024x1024'}]",
     0},
    {"tools",
     "[{'type':'computer_use_preview','environment':'linux',"
     "'display_width':800,'display_height':600},{'type':'local_shell'},"
     "{'type':'shell','environment':{'type':'local'}},{'type':'apply_patch'},"
     "{'type':'tool_search','execution':'client'},{'type':'computer'}]",
     "[{'type':'computer_use_preview','display_height':600,"
     "'display_width':800,'environment':'linux'},{'type':'local_shell'},"
     "{'type':'shell','environment':{'type':'local'}},{'type':'apply_patch'},"
     "{'type':'tool_search','execution':'client'},{'type':'computer'}]",
     0},
    {"tools", "[{'type':'wizardry'},5,null,{'type':'shell'},{}]",
     "[{'type':'shell'}]", 4},
    {"prompt",
     "{'id':'p','variables':{'a':{'type':'input_image','file_id':'f'},"
     "'b':{'type':'input_text','text':'t'},'c':{'type':'input_audio'}}}",
     "{'id':'p','variables':{'a':{'type':'input_image','detail':'auto',"
     "'file_id':'f'},'b':{'type':'input_text','text':'t'}},'version':null}",
     1},
};

/* What a client keeps to itself. */
static const struct row secrets[] = {
    {"tools",
     "[{'type':'mcp','server_label':'s','authorization':'key-1',"
     "'headers':{'Authorization':'Bearer key-2','X':5},"
     "'server_url':'https:\\/\\/me:key-3@host.example:8443\\/mcp?k=key-4'}]",
     "[{'type':'mcp','allowed_tools':null,"
     "'headers':{'Authorization':'<redacted>'},'require_approval':'always',"
     "'server_label':'s',"
     "'server_url':'https://host.example:8443/<redacted>'}]",
     1},
    {"tools",
     "[{'type':'mcp','server_label':'s','server_url':'https://h.example/',"
     "'require_approval':{'never':{'tool_names':['a'],'also':1}},"
     "'allowed_tools':['a']}]",
     "[{'type':'mcp','allowed_tools':['a'],'headers':null,"
     "'require_approval':{'never':{'tool_names':['a']}},'server_label':'s',"
     "'server_url':'https://h.example'}]",
     1},
    {"tools",
     "[{'type':'mcp','server_label':'s','server_url':'key-5','tunnel_id':"
     "'tunnel_0123456789abcdef0123456789abcdef'},"
     "{'type':'mcp','server_label':'t','tunnel_id':'tunnel_key-6'}]",
     "[{'type':'mcp','allowed_tools':null,'headers':null,"
     "'require_approval':'always','server_label':'s',"
     "'server_url':'<redacted>',"
     "'tunnel_id':'tunnel_0123456789abcdef0123456789abcdef'},"
     "{'type':'mcp','allowed_tools':null,'headers':null,"
     "'require_approval':'always','server_label':'t'}]",
     1},
    {"tools",
     "[{'type':'code_interpreter','container':{'type':'auto',"
     "'network_policy':{'type':'allowlist','allowed_domains':['a.example'],"
     "'domain_secrets':[{'domain':'a.example','name':'n','value':'key-7'}]}}}]",
     "[{'type':'code_interpreter','container':{'type':'auto',"
     "'network_policy':{'type':'allowlist','allowed_domains':['a.example'],"
     "'domain_secrets':[{'domain':'a.example','name':'n',"
     "'value':'<redacted>'}]}}}]",
     0},
};

/* ---- checking tables ---------------------------------------------------- */

static void put_quoted(struct bytes *out, const char *text)
{
  for (; *text != '\0'; text++)
    bytes_put(out, *text == '\'' ? "\"" : text, 1);
}

static json_t *load(const char *text)
{
  struct bytes json = {0};
  json_t *value;

  put_quoted(&json, text);
  value = json_loadb(json.p, json.n, JSON_DECODE_ANY, NULL);
  if (value == NULL)
    fail_msg("the table is not JSON: %s", text);
  bytes_free(&json);
  return value;
}

/* 1 when the JSON of the response has exactly `"member":value` in it. */
static int shows(const struct seen *seen, const char *member, const char *value)
{
  struct bytes want = {0};
  const char *at;
  int found;

  bytes_printf(&want, "\"%s\":", member);
  put_quoted(&want, value);
  at = strstr(seen->last.p, want.p);
  found = at != NULL && strchr(",}", at[want.n]) != NULL;
  bytes_free(&want);
  return found;
}

/* All members but `except` show what they show without a request. */
static void rest_is_default(const json_t *response, const char *except)
{
  json_t *all = load(defaults), *value;
  const char *name;

  json_object_foreach(all, name, value)
  {
    if (strcmp(name, except) != 0 &&
        !json_equal(value, json_object_get(response, name)))
      fail_msg("with %s given, %s is not its default", except, name);
  }
  json_decref(all);
}

static void default_of(struct bytes *out, const char *member)
{
  json_t *all = load(defaults);
  char *text =
      json_dumps(json_object_get(all, member), JSON_ENCODE_ANY | JSON_COMPACT);

  bytes_puts(out, text);
  free(text);
  json_decref(all);
}

static void check_row(const struct row *row)
{
  struct bytes request = {0}, standard = {0};
  struct seen seen;
  uint32_t wrong;
  size_t i;

  bytes_printf(&request, "{\"input\":\"x\",\"%s\":", row->member);
  put_quoted(&request, row->value);
  bytes_puts(&request, ",\"stream\":true}");
  default_of(&standard, row->member);

  wrong = run_request(&seen, request.p);

  if (!shows(&seen, row->member, row->shown != NULL ? row->shown : standard.p))
    fail_msg("%s\n gave\n%s", request.p, seen.last.p);
  if (wrong != row->wrong)
    fail_msg("%s: %u wrong values, not %u", request.p, wrong, row->wrong);
  for (i = 0; i < seen.count; i++)
    rest_is_default(seen.responses[i], row->member);
  forget(&seen);
  bytes_free(&request);
  bytes_free(&standard);
}

static void each_setting_is_shown_or_has_its_default(void **state)
{
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(settings); i++)
    check_row(&settings[i]);
}

static void what_a_value_leaves_out_is_filled_in(void **state)
{
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(filled_in); i++)
    check_row(&filled_in[i]);
}

static void secrets_are_not_shown(void **state)
{
  struct seen seen;
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(secrets); i++)
    check_row(&secrets[i]);
  run_request(&seen, "{\"tools\":[{\"type\":\"mcp\",\"server_label\":\"s\","
                     "\"authorization\":\"key-1\"}]}");
  assert_null(strstr(seen.last.p, "key-"));
  forget(&seen);
}

/* Every setting has at least one row that gives it and one that is wrong. */
static void every_setting_has_rows(void **state)
{
  json_t *all = load(defaults), *value;
  const char *name;
  size_t i;
  int given, wrong;

  (void)state;
  json_object_foreach(all, name, value)
  {
    given = wrong = 0;
    for (i = 0; i < COUNT(settings); i++)
      if (strcmp(settings[i].member, name) == 0) {
        given |= settings[i].wrong == 0;
        wrong |= settings[i].wrong > 0;
      }
    if (!given || !wrong)
      fail_msg("no rows for %s", name);
  }
  json_decref(all);
}

/* ---- the whole ---------------------------------------------------------- */

/* Null, absent and unknown are all the same: as if there were no request. */
static void nulls_and_unknown_members_change_nothing(void **state)
{
  struct bytes nulls = {0};
  json_t *all = load(defaults), *value;
  struct seen none, empty, full;
  sluice_options o;
  const char *name;

  (void)state;
  bytes_puts(&nulls, "{\"input\":[{\"role\":\"user\",\"content\":\"x\"}],"
                     "\"include\":[\"a\"],\"output\":5,\"id\":\"mine\","
                     "\"status\":\"queued\",\"constructor\":{}");
  json_object_foreach(all, name, value)
      bytes_printf(&nulls, ",\"%s\":null", name);
  bytes_puts(&nulls, ",\"model\":null}");
  sluice_options_init(&o);

  assert_int_equal(run(&none, &o, stream), 0);
  assert_int_equal(run_request(&empty, " {} "), 0);
  assert_int_equal(run_request(&full, nulls.p), 0);

  assert_true(bytes_equal(&none.last, &empty.last));
  assert_true(bytes_equal(&none.last, &full.last));
  forget(&none);
  forget(&empty);
  forget(&full);
  bytes_free(&nulls);
  json_decref(all);
}

static void the_stage_alone_shows_the_defaults(void **state)
{
  static const sluice_response response;
  sluice_event e;
  sluice_scratch *scratch = NULL;
  json_t *object;

  (void)state;
  memset(&e, 0, sizeof(e));
  e.type = SLUICE_EVENT_CREATED;
  e.response = &response;
  assert_int_equal(sluice_scratch_new(&scratch, NULL), SLUICE_OK);
  assert_int_equal(sluice_event_write(scratch, &e), SLUICE_OK);
  object = json_loadb(e.object.p, e.object.n, 0, NULL);
  assert_non_null(object);
  json_object_set_new(object, "service_tier", json_string("auto"));
  rest_is_default(object, "");
  json_decref(object);
  sluice_scratch_free(scratch);
}

static const char rich[] =
    "{\"model\":\"asked-model\",\"input\":\"x\",\"instructions\":\"Do it.\","
    "\"temperature\":0.70,\"max_tool_calls\":3,\"service_tier\":\"flex\","
    "\"metadata\":{\"a\":\"b\"},\"store\":false,\"user\":\"u\","
    "\"tools\":[{\"type\":\"function\",\"name\":\"f\"},"
    "{\"type\":\"mcp\",\"server_label\":\"s\"},{\"type\":\"namespace\","
    "\"name\":\"n\",\"description\":\"d\",\"tools\":[{\"type\":\"custom\","
    "\"name\":\"c\"}]},{\"type\":\"wizardry\",\"name\":\"w\"}]}";

static void nothing_else_changes_up_to_the_end(void **state)
{
  static const char *const mutable[] = {"status", "completed_at", "output",
                                        "usage"};
  struct seen seen;
  size_t i, k;

  (void)state;
  assert_int_equal(run_request(&seen, rich), 1);
  for (i = 0; i < seen.count; i++)
    for (k = 0; k < COUNT(mutable); k++)
      json_object_del(seen.responses[i], mutable[k]);
  assert_true(json_equal(seen.responses[0], seen.responses[1]));
  assert_true(json_equal(seen.responses[0], seen.responses[2]));
  forget(&seen);
}

static const char *text_in(const struct seen *seen, size_t which,
                           const char *member)
{
  return json_string_value(json_object_get(seen->responses[which], member));
}

static void the_model_is_that_of_stream_option_request(void **state)
{
  static const char named[] =
      "data: {\"model\":\"streamed\",\"choices\":[{\"delta\":{},"
      "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
  struct seen seen;
  sluice_options o;

  (void)state;
  sluice_options_init(&o);
  o.request = str_of(rich);
  run(&seen, &o, stream);
  assert_string_equal(text_in(&seen, 0, "model"), "asked-model");
  forget(&seen);
  o.model = str_of("given");
  run(&seen, &o, stream);
  assert_string_equal(text_in(&seen, 0, "model"), "given");
  forget(&seen);
  run(&seen, &o, named);
  assert_string_equal(text_in(&seen, 0, "model"), "streamed");
  forget(&seen);
  assert_int_equal(run_request(&seen, "{\"model\":5}"), 1);
  assert_string_equal(text_in(&seen, 0, "model"), "");
  forget(&seen);
}

static void the_tier_is_that_of_stream_then_request(void **state)
{
  static const char late[] =
      "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n"
      "data: {\"service_tier\":\"default\",\"choices\":[{\"delta\":{},"
      "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
  struct seen seen;
  sluice_options o;

  (void)state;
  sluice_options_init(&o);
  o.request = str_of(rich);
  run(&seen, &o, late);
  assert_string_equal(text_in(&seen, 0, "service_tier"), "flex");
  assert_string_equal(text_in(&seen, 2, "service_tier"), "default");
  forget(&seen);
}

static void a_reset_keeps_it(void **state)
{
  struct seen seen;
  struct bytes first = {0};
  char request[sizeof(rich)];
  sluice_translator *t = NULL;
  sluice_options o;

  (void)state;
  memset(&seen, 0, sizeof(seen));
  memcpy(request, rich, sizeof(rich));
  sluice_options_init(&o);
  o.request = str_of(request);
  assert_int_equal(sluice_translator_new(&t, &o, on_event, &seen), SLUICE_OK);
  memset(request, 'x', sizeof(request)); /* it was copied */
  feed_all(t, stream);
  bytes_put(&first, seen.last.p, seen.last.n);
  assert_int_equal(sluice_translator_reset(t, 0), SLUICE_OK);
  feed_all(t, stream);
  assert_true(bytes_equal(&first, &seen.last));
  assert_int_equal(sluice_translator_count(t, SLUICE_ANOMALY_REQUEST_MEMBER),
                   1);
  sluice_translator_free(t);
  forget(&seen);
  bytes_free(&first);
}

/* ---- odd JSON ----------------------------------------------------------- */

/* on_event refuses a key that stands twice, and what is not UTF-8. */
static void a_key_that_stands_twice_is_shown_once(void **state)
{
  struct seen seen;

  (void)state;
  run_request(&seen,
              "{\"store\":true,\"metadata\":{\"a\":\"1\",\"b\":\"2\","
              "\"\\u0061\":\"3\"},\"st\\u006fre\":false,\"tools\":[{\"type\":"
              "\"function\",\"name\":\"f\",\"x\":1,\"parameters\":{\"p\":"
              "{\"q\":1,\"q\":{\"r\":1,\"r\":[{\"s\":1,\"s\":2}]}}},\"x\":2,"
              "\"\xff\":1,\"\\ud800\":2,\"name\":\"g\"}]}");
  assert_true(shows(&seen, "metadata", "{'b':'2','a':'3'}"));
  assert_true(shows(&seen, "store", "false"));
  assert_true(shows(&seen, "name", "'g'"));
  assert_true(shows(&seen, "parameters", "{'p':{'q':{'r':[{'s':2}]}}}"));
  assert_true(shows(&seen, "x", "2"));
  assert_true(shows(&seen, "\xef\xbf\xbd", "2"));
  forget(&seen);
}

static void broken_text_is_mended(void **state)
{
  struct seen seen;

  (void)state;
  run_request(&seen,
              "{\"instructions\":\"a\xff\xfe\\ud83d b\\u0000 \\/ "
              "\xe2\x80\xa8\",\"metadata\":{\"\xc3\":\"\xed\xa0\x80\"}}");
  assert_true(shows(&seen, "instructions",
                    "'a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd b\\u0000 / "
                    "\\u2028'"));
  forget(&seen);
}

/* The keys of one object are told apart in n log n: this would take hours. */
static void a_great_many_keys(void **state)
{
  enum { KEYS = 300000 };
  struct bytes request = {0};
  struct seen seen;
  size_t i;

  (void)state;
  bytes_puts(&request, "{\"metadata\":{");
  for (i = 0; i < KEYS; i++)
    bytes_printf(&request, "\"%x\":\"%zu\",", (unsigned)(i * 2654435761u), i);
  bytes_puts(&request, "\"0\":\"last\"}}");
  assert_int_equal(run_request(&seen, request.p), 0);
  assert_int_equal(
      json_object_size(json_object_get(seen.responses[2], "metadata")), KEYS);
  assert_string_equal(json_string_value(json_object_get(
                          json_object_get(seen.responses[2], "metadata"), "0")),
                      "last");
  forget(&seen);
  bytes_free(&request);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_setting_is_shown_or_has_its_default),
      cmocka_unit_test(what_a_value_leaves_out_is_filled_in),
      cmocka_unit_test(secrets_are_not_shown),
      cmocka_unit_test(every_setting_has_rows),
      cmocka_unit_test(nulls_and_unknown_members_change_nothing),
      cmocka_unit_test(the_stage_alone_shows_the_defaults),
      cmocka_unit_test(nothing_else_changes_up_to_the_end),
      cmocka_unit_test(the_model_is_that_of_stream_option_request),
      cmocka_unit_test(the_tier_is_that_of_stream_then_request),
      cmocka_unit_test(a_reset_keeps_it),
      cmocka_unit_test(a_key_that_stands_twice_is_shown_once),
      cmocka_unit_test(broken_text_is_mended),
      cmocka_unit_test(a_great_many_keys),
  };

  return cmocka_run_group_tests_name("echo", tests, NULL, NULL);
}
