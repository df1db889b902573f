/* SPDX-License-Identifier: MIT */
#include "toolcall.h"

#include "status.h"

#define NONE SLUICE_EVENT_COUNT /* no such event */

/* ORDER sluice_item_type. What each kind of call sends between added and done,
 * and what of its arguments it shows. */
static const struct tool_kind {
  int hosted;
  const char *member; /* whose string is shown; NULL: the arguments */
  sluice_event_type in_progress;
  sluice_event_type delta, done; /* of the arguments */
  sluice_event_type working, completed, failed;
  sluice_item_status unanswered; /* how it ends without a result */
} kinds[] = {
    /* message */
    {0, NULL, NONE, NONE, NONE, NONE, NONE, NONE, SLUICE_ITEM_INCOMPLETE},
    /* reasoning */
    {0, NULL, NONE, NONE, NONE, NONE, NONE, NONE, SLUICE_ITEM_INCOMPLETE},
    /* function_call */
    {0, NULL, NONE, SLUICE_EVENT_ARGUMENTS_DELTA, SLUICE_EVENT_ARGUMENTS_DONE,
     NONE, NONE, NONE, SLUICE_ITEM_INCOMPLETE},
    /* custom_tool_call */
    {0, "input", NONE, SLUICE_EVENT_INPUT_DELTA, SLUICE_EVENT_INPUT_DONE, NONE,
     NONE, NONE, SLUICE_ITEM_INCOMPLETE},
    /* file_search_call */
    {1, NULL, SLUICE_EVENT_FILE_SEARCH_IN_PROGRESS, NONE, NONE,
     SLUICE_EVENT_FILE_SEARCH_SEARCHING, SLUICE_EVENT_FILE_SEARCH_COMPLETED,
     NONE, SLUICE_ITEM_INCOMPLETE},
    /* web_search_call: the schema has no `incomplete` for it */
    {1, NULL, SLUICE_EVENT_WEB_SEARCH_IN_PROGRESS, NONE, NONE,
     SLUICE_EVENT_WEB_SEARCH_SEARCHING, SLUICE_EVENT_WEB_SEARCH_COMPLETED, NONE,
     SLUICE_ITEM_FAILED},
    /* mcp_call */
    {1, NULL, SLUICE_EVENT_MCP_IN_PROGRESS, SLUICE_EVENT_MCP_ARGUMENTS_DELTA,
     SLUICE_EVENT_MCP_ARGUMENTS_DONE, NONE, SLUICE_EVENT_MCP_COMPLETED,
     SLUICE_EVENT_MCP_FAILED, SLUICE_ITEM_INCOMPLETE},
    /* code_interpreter_call */
    {1, "code", SLUICE_EVENT_CODE_IN_PROGRESS, SLUICE_EVENT_CODE_DELTA,
     SLUICE_EVENT_CODE_DONE, SLUICE_EVENT_CODE_INTERPRETING,
     SLUICE_EVENT_CODE_COMPLETED, NONE, SLUICE_ITEM_INCOMPLETE},
    /* image_generation_call: no `incomplete` either */
    {1, NULL, SLUICE_EVENT_IMAGE_IN_PROGRESS, NONE, NONE,
     SLUICE_EVENT_IMAGE_GENERATING, SLUICE_EVENT_IMAGE_COMPLETED, NONE,
     SLUICE_ITEM_FAILED},
    /* mcp_approval_request */
    {0, NULL, NONE, NONE, NONE, NONE, NONE, NONE, SLUICE_ITEM_INCOMPLETE},
    /* mcp_list_tools */
    {0, NULL, SLUICE_EVENT_MCP_LIST_IN_PROGRESS, NONE, NONE, NONE,
     SLUICE_EVENT_MCP_LIST_COMPLETED, SLUICE_EVENT_MCP_LIST_FAILED,
     SLUICE_ITEM_INCOMPLETE},
};

_Static_assert(sizeof(kinds) / sizeof(kinds[0]) == SLUICE_ITEM_MCP_LIST + 1,
               "a row for each type of item");

static const struct tool_kind *kind_of(const struct item *it)
{
  return &kinds[it->type];
}

int sluice__toolcall_hosted(const struct item *it)
{
  return kind_of(it)->hosted;
}

int sluice__toolcall_complete(const struct item *it)
{
  return sluice__call_complete(it->tool->call);
}

static int send(struct outlet *o, const struct item *it, sluice_event_type type,
                sluice_text text)
{
  sluice_event e;

  if (type == NONE)
    return 0;
  e = sluice__item_event(type, it);
  e.text = text;
  e.name = it->tool->pub.name;
  return sluice__outlet_send(o, &e);
}

/* ---- what the call is -------------------------------------------------- */

static sluice_item_type item_type(int tool)
{
  switch ((sluice_tool_type)tool) {
  case SLUICE_TOOL_CUSTOM:
    return SLUICE_ITEM_CUSTOM_CALL;
  case SLUICE_TOOL_FILE_SEARCH:
    return SLUICE_ITEM_FILE_SEARCH;
  case SLUICE_TOOL_WEB_SEARCH:
    return SLUICE_ITEM_WEB_SEARCH;
  case SLUICE_TOOL_MCP:
    return SLUICE_ITEM_MCP_CALL;
  case SLUICE_TOOL_CODE_INTERPRETER:
    return SLUICE_ITEM_CODE_INTERPRETER;
  case SLUICE_TOOL_IMAGE_GENERATION:
    return SLUICE_ITEM_IMAGE_GENERATION;
  case SLUICE_TOOL_MCP_APPROVAL:
    return SLUICE_ITEM_MCP_APPROVAL;
  default:
    return SLUICE_ITEM_FUNCTION_CALL;
  }
}

sluice_tool_type sluice__toolcall_type(const struct item *it)
{
  int type;

  for (type = 0; type < SLUICE_TOOL_TYPE_COUNT; type++)
    if (item_type(type) == it->type)
      return (sluice_tool_type)type;
  return SLUICE_TOOL_FUNCTION;
}

/* What the table says of the name. */
static void identify(const struct table *tools, struct item *it)
{
  const struct entry *e =
      sluice__table_find(tools, sluice__buf_as_text(&it->tool->call->name));

  if (e == NULL)
    return;
  it->type = (uint8_t)item_type(e->type);
  it->tool->pub.server_label = e->texts[0];
  it->tool->pub.container_id = e->texts[1];
  it->tool->pub.name_space = e->texts[2];
  it->tool->pub.name = e->texts[3]; /* empty: the name itself */
}

/* The id of the call: its own, unless it has none or another call has it. */
static sluice_text choose_id(struct outlet *o, const struct tree *ids,
                             struct item *it)
{
  struct tooling *tool = it->tool;
  sluice_text id = sluice__buf_as_text(&tool->call->id);

  if (id.n > 0 && sluice__tree_find(ids, id, 0) == NULL)
    return id;
  sluice__count(&o->base->counts, id.n == 0 ? SLUICE_ANOMALY_CALL_ID_MINTED
                                            : SLUICE_ANOMALY_CALL_ID_TWICE);
  id.p = tool->minted;
  id.n = sluice__id_call(tool->minted, o->base->seed, it->tool->number);
  return id;
}

int sluice__toolcall_settle(struct outlet *o, const struct table *tools,
                            struct tree *ids, struct item *it)
{
  struct tooling *tool = it->tool;
  size_t name_n = tool->call->name.n;
  sluice_text id;

  if (tool->settled)
    return 0;
  identify(tools, it);
  id = choose_id(o, ids, it);
  if (name_n == 0)
    sluice__count(&o->base->counts, SLUICE_ANOMALY_CALL_NO_NAME);
  /* Copied: the call they belong to lives only as long as its round. */
  sluice__buf_clear(&tool->names);
  sluice__buf_text(&tool->names, sluice__buf_as_text(&tool->call->name));
  sluice__buf_text(&tool->names, id);
  if (tool->names.failed)
    return SLUICE_ERR_NOMEM;
  tool->name.p = tool->names.p;
  tool->name.n = name_n;
  tool->id.p = tool->names.p + name_n;
  tool->id.n = id.n;
  if (it->tool->pub.name.n == 0)
    it->tool->pub.name = tool->name;
  it->tool->pub.call_id = tool->id;
  tool->by_id.text = tool->id;
  tool->by_id.owner = it;
  sluice__tree_add(ids, &tool->by_id);
  tool->call->id_final = 1;
  tool->call->name_final = 1;
  tool->settled = 1;
  return 0;
}

static int announce(struct outlet *o, struct item *it)
{
  int rv = sluice__item_announce(o, it);

  return rv == 0 ? send(o, it, kind_of(it)->in_progress, SLUICE_TEXT("")) : rv;
}

/* ---- arguments --------------------------------------------------------- */

/* What of the arguments the item shows. */
static struct buf *shown(struct item *it)
{
  return kind_of(it)->member != NULL ? &it->tool->content
                                     : &it->tool->arguments;
}

static int decode(struct outlet *o, struct item *it)
{
  struct tooling *tool = it->tool;
  sluice_text piece;
  int rv;

  if (kind_of(it)->member == NULL || tool->decoded == tool->arguments.n)
    return 0;
  piece.p = tool->arguments.p + tool->decoded;
  piece.n = tool->arguments.n - tool->decoded;
  rv = sluice__member_feed(&tool->member, kind_of(it)->member, piece,
                           &o->base->scratch->work, &tool->content,
                           &o->base->counts);
  tool->decoded = tool->arguments.n;
  return rv;
}

static int send_arguments(struct outlet *o, struct item *it)
{
  struct tooling *tool = it->tool;
  struct buf *all = shown(it);
  sluice_text rest;
  int rv;

  if (kind_of(it)->delta == NONE || tool->sent == all->n)
    return 0;
  rest.p = all->p + tool->sent;
  rest.n = all->n - tool->sent;
  rv = send(o, it, kind_of(it)->delta, rest);
  if (rv == 0)
    tool->sent = all->n;
  return rv;
}

struct buf *sluice__toolcall_repeats(const struct outlet *o,
                                     const struct item *it)
{
  struct tooling *tool = it->tool;

  if (tool->step != TOOL_ARGUMENTS || kind_of(it)->hosted ||
      kind_of(it)->member != NULL || tool->sent != tool->arguments.n ||
      !sluice__outlet_repeats(o, kind_of(it)->delta))
    return NULL;
  return &tool->arguments;
}

/* Its name is known, and nothing can change it. */
static int may_announce(const struct call *call, int later)
{
  return call->name.n > 0 && (call->arguments_n > 0 || call->empty || later);
}

int sluice__toolcall_show(struct outlet *o, const struct table *tools,
                          struct tree *ids, struct item *it, int later)
{
  int rv = 0;

  if (it->state == ITEM_WAITING) {
    if (!may_announce(it->tool->call, later))
      return 0;
    rv = sluice__toolcall_settle(o, tools, ids, it);
    if (rv != 0 || it->type == SLUICE_ITEM_MCP_APPROVAL)
      return rv; /* which is announced whole */
    rv = announce(o, it);
  }
  if (rv == 0)
    rv = decode(o, it);
  return rv == 0 ? send_arguments(o, it) : rv;
}

/* A call without arguments has the arguments {}. */
static int fill_empty(struct outlet *o, struct item *it, enum closing how)
{
  struct tooling *tool = it->tool;

  if (tool->arguments.n > 0 || (how != CLOSE_COMPLETED && !tool->call->empty))
    return 0;
  if (!tool->call->empty)
    sluice__count(&o->base->counts, SLUICE_ANOMALY_ARGUMENTS_EMPTY);
  tool->complete = 1;
  if (kind_of(it)->member != NULL)
    return 0; /* no input is an empty input */
  sluice__buf_lit(&tool->arguments, "{}");
  return sluice__buf_status(&tool->arguments);
}

/* Arguments without the member are the content themselves. */
static int fill_content(struct outlet *o, struct item *it, enum closing how)
{
  struct tooling *tool = it->tool;

  if (kind_of(it)->member == NULL)
    return 0;
  if (sluice__member_found(&tool->member)) {
    sluice__member_end(&tool->member, &o->base->scratch->work, &tool->content,
                       &o->base->counts);
  } else if (how == CLOSE_COMPLETED || tool->complete) {
    if (tool->call->empty)
      sluice__buf_lit(&tool->content, "{}");
    sluice__buf_text(&tool->content, sluice__buf_as_text(&tool->arguments));
  }
  return sluice__buf_status(&tool->content);
}

/* ---- searches ---------------------------------------------------------- */

static void put_query(const struct json *j, uint32_t node, struct buf *out)
{
  if (sluice__json_type(j, node) != JSON_STRING)
    return;
  if (out->n > 0)
    sluice__buf_byte(out, ',');
  sluice__json_compact(j, node, out);
}

/* The queries among the arguments: `queries`, else `query`, else `q`. */
static int find_queries(struct outlet *o, struct item *it)
{
  struct buf *plain = &o->base->scratch->work, *out = &it->tool->queries;
  sluice_text arguments = sluice__buf_as_text(&it->tool->arguments);
  struct json *j = &o->base->scratch->json;
  sluice_str payload;
  uint32_t list, q;
  int rv;

  if (it->type != SLUICE_ITEM_FILE_SEARCH && it->type != SLUICE_ITEM_WEB_SEARCH)
    return 0;
  sluice__buf_clear(plain);
  if (sluice__buf_reserve(plain, arguments.n + 1) != 0)
    return SLUICE_ERR_NOMEM;
  payload.p = plain->p;
  payload.n = sluice_text_decode(arguments, plain->p, plain->cap);
  rv = sluice__json_parse(j, payload, VALUE_DEPTH);
  if (rv != 0)
    return rv == SLUICE_ERR_NOMEM ? rv : 0; /* then there are none */
  list = sluice__json_get(j, 0, "queries");
  for (q = sluice__json_child(j, list); q != JSON_ABSENT;
       q = sluice__json_sibling(j, list, q))
    put_query(j, q, out);
  if (out->n == 0)
    put_query(j, sluice__json_get(j, 0, "query"), out);
  if (out->n == 0)
    put_query(j, sluice__json_get(j, 0, "q"), out);
  rv = sluice__buf_status(out);
  if (rv == 0) /* the first one may stand there twice */
    rv = sluice__outlet_promise(o, 2 * out->n);
  if (rv == 0)
    it->tool->pub.queries = sluice__buf_as_text(out);
  return rv;
}

/* ---- the end ----------------------------------------------------------- */

/* Everything up to the .done event of the arguments. */
static int end_arguments(struct outlet *o, struct item *it, enum closing how)
{
  struct tooling *tool = it->tool;
  int rv;

  tool->complete = (uint8_t)sluice__call_complete(tool->call);
  rv = fill_empty(o, it, how);
  if (rv == 0)
    rv = decode(o, it);
  if (rv == 0)
    rv = fill_content(o, it, how);
  if (rv == 0)
    rv = find_queries(o, it);
  it->tool->pub.arguments = sluice__buf_as_text(shown(it));
  if (rv == 0 && it->state == ITEM_OPEN)
    rv = send_arguments(o, it);
  if (rv == 0 && it->state == ITEM_OPEN)
    rv = send(o, it, kind_of(it)->done, it->tool->pub.arguments);
  if (rv == 0)
    tool->step = TOOL_ARGUMENTS_DONE;
  return rv;
}

int sluice__toolcall_end(struct outlet *o, const struct table *tools,
                         struct tree *ids, struct item *it, enum closing how)
{
  struct tooling *tool = it->tool;
  int rv = 0;

  if (tool->step == TOOL_WORKING)
    return 0;
  if (it->state == ITEM_WAITING) {
    rv = sluice__toolcall_settle(o, tools, ids, it);
    /* A request for approval is announced as it will be: whole. */
    if (rv == 0 && it->type == SLUICE_ITEM_MCP_APPROVAL)
      rv = end_arguments(o, it, how);
    if (rv == 0)
      rv = announce(o, it);
  }
  if (rv == 0 && tool->step == TOOL_ARGUMENTS)
    rv = end_arguments(o, it, how);
  if (rv == 0 && how == CLOSE_COMPLETED)
    rv = send(o, it, kind_of(it)->working, SLUICE_TEXT(""));
  if (rv == 0)
    tool->step = TOOL_WORKING;
  return rv;
}

static int close_hosted(struct outlet *o, struct item *it)
{
  const struct tool_kind *kind = kind_of(it);

  if (!it->tool->answered) {
    it->status = (uint8_t)kind->unanswered;
    return 0;
  }
  it->status =
      it->tool->error.n > 0 ? SLUICE_ITEM_FAILED : SLUICE_ITEM_COMPLETED;
  return send(o, it, it->tool->error.n > 0 ? kind->failed : kind->completed,
              SLUICE_TEXT(""));
}

static int close_list(struct outlet *o, struct item *it)
{
  sluice_text results = it->tool->pub.results, error = it->tool->pub.error;
  int rv;

  it->tool->pub.results = it->tool->pub.error = SLUICE_TEXT(""); /* not yet */
  rv = sluice__item_announce(o, it);
  it->tool->pub.results = results;
  it->tool->pub.error = error;
  if (rv == 0)
    rv = send(o, it, kind_of(it)->in_progress, SLUICE_TEXT(""));
  return rv == 0 ? close_hosted(o, it) : rv;
}

int sluice__toolcall_close(struct outlet *o, const struct table *tools,
                           struct tree *ids, struct item *it, enum closing how)
{
  int rv;

  if (it->type == SLUICE_ITEM_MCP_LIST)
    return close_list(o, it);
  if (it->tool->answered) /* whatever came after: this one is complete */
    how = CLOSE_COMPLETED;
  rv = sluice__toolcall_end(o, tools, ids, it, how);
  if (rv != 0)
    return rv;
  if (sluice__toolcall_hosted(it))
    return close_hosted(o, it);
  if (how == CLOSE_COMPLETED && !it->tool->complete)
    sluice__count(&o->base->counts, SLUICE_ANOMALY_ARGUMENTS_INVALID);
  it->status =
      how == CLOSE_COMPLETED || (how == CLOSE_CUT && it->tool->complete)
          ? SLUICE_ITEM_COMPLETED
          : SLUICE_ITEM_INCOMPLETE;
  return 0;
}

/* A result that came before its call had shown that it works is not shown. */
int sluice__toolcall_cut(struct outlet *o, struct item *it)
{
  const struct tool_kind *kind = kind_of(it);
  sluice_text sent = {shown(it)->p, it->tool->sent};

  if (it->tool->step == TOOL_WORKING && kind->hosted)
    return close_hosted(o, it);
  it->status = (uint8_t)kind->unanswered;
  if (it->tool->step != TOOL_ARGUMENTS)
    return 0;
  it->tool->pub.arguments = sent;
  return send(o, it, kind->done, sent);
}

/* ---- results ----------------------------------------------------------- */

/* A JSON array, compact. Nothing is kept of anything else. */
static int keep_array(struct outlet *o, sluice_str source, struct buf *out)
{
  struct json *j = &o->base->scratch->json;
  int rv;

  sluice__buf_clear(out);
  if (source.n == 0)
    return 0;
  rv = sluice__json_parse(j, source, VALUE_DEPTH);
  if (rv == SLUICE_ERR_NOMEM)
    return rv;
  if (rv != 0 || sluice__json_type(j, 0) != JSON_ARRAY ||
      j->nodes[0].next != j->count)
    return SLUICE_ERR_ARG;
  sluice__json_compact(j, 0, out);
  return sluice__buf_status(out);
}

/* The output of an interpreter, when no list of outputs was given. */
static void put_log(struct buf *out, const struct buf *log)
{
  sluice__buf_lit(out, "[{\"type\":\"logs\",\"logs\":\"");
  sluice__buf_put(out, log->p, log->n);
  sluice__buf_lit(out, "\"}]");
}

int sluice__toolcall_answer(struct outlet *o, struct item *it,
                            const sluice_result *result)
{
  struct tooling *tool = it->tool;
  int rv = keep_array(o, result->results, &tool->results);

  if (rv != 0)
    return rv;
  sluice__buf_clear(&tool->output);
  sluice__buf_clear(&tool->error);
  sluice__text_escape(&tool->output, result->output);
  sluice__text_escape(&tool->error, result->error);
  if (it->type == SLUICE_ITEM_CODE_INTERPRETER && tool->results.n == 0 &&
      tool->output.n > 0)
    put_log(&tool->results, &tool->output);
  if (tool->output.failed || tool->error.failed || tool->results.failed)
    return SLUICE_ERR_NOMEM;
  rv = sluice__outlet_promise(o,
                              tool->output.n + tool->error.n + tool->results.n);
  if (rv != 0)
    return rv;
  it->tool->pub.results = sluice__buf_as_text(&tool->results);
  it->tool->pub.output = sluice__buf_as_text(&tool->output);
  it->tool->pub.error = sluice__buf_as_text(&tool->error);
  tool->answered = 1;
  return 0;
}

int sluice__toolcall_list(struct outlet *o, struct item *it,
                          sluice_str server_label, sluice_str tools,
                          sluice_str error)
{
  sluice_result result;
  int rv;

  memset(&result, 0, sizeof(result));
  result.results = tools;
  result.error = error;
  rv = sluice__toolcall_answer(o, it, &result);
  sluice__text_escape(&it->tool->names, server_label);
  it->tool->pub.server_label = sluice__buf_as_text(&it->tool->names);
  return rv == 0 ? sluice__buf_status(&it->tool->names) : rv;
}
