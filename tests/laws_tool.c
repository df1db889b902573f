/* SPDX-License-Identifier: MIT */
#include "laws_tool.h"

#include <string.h>

#include "laws_wire.h"

#define FAMILY "response."

/* What comes between added and done; NULL where the kind has no such event. */
struct tool_kind {
  const char *item;
  const struct member *members;
  const char *begun, *delta, *done, *at_work, *completed, *failed;
  const char *content; /* the member that the deltas make up */
  const char *endings; /* what its status may be when it is done */
  int hosted;
};

static const struct member function_call[] = {
    {"id", "S"},   {"type", "S"},      {"status", "S"},     {"call_id", "S"},
    {"name", "s"}, {"arguments", "s"}, {"namespace", "S?"}, {NULL, NULL}};
static const struct member custom_call[] = {
    {"id", "S"},   {"type", "S"},  {"status", "S"},     {"call_id", "S"},
    {"name", "s"}, {"input", "s"}, {"namespace", "S?"}, {NULL, NULL}};
static const struct member file_search[] = {{"id", "S"},       {"type", "S"},
                                            {"status", "S"},   {"queries", "a"},
                                            {"results", "an"}, {NULL, NULL}};
static const struct member web_search[] = {
    {"id", "S"}, {"type", "S"}, {"status", "S"}, {"action", "o"}, {NULL, NULL}};
static const struct member mcp_call[] = {
    {"id", "S"},           {"type", "S"},   {"status", "S"},
    {"arguments", "s"},    {"name", "s"},   {"approval_request_id", "sn"},
    {"server_label", "s"}, {"error", "on"}, {"output", "sn"},
    {NULL, NULL}};
static const struct member code_interpreter[] = {
    {"id", "S"},           {"type", "S"},     {"status", "S"}, {"code", "s"},
    {"container_id", "s"}, {"outputs", "an"}, {NULL, NULL}};
static const struct member image_generation[] = {{"id", "S"},
                                                 {"type", "S"},
                                                 {"status", "S"},
                                                 {"result", "sn"},
                                                 {NULL, NULL}};
static const struct member mcp_approval[] = {
    {"id", "S"},   {"type", "S"},         {"arguments", "s"},
    {"name", "s"}, {"server_label", "s"}, {NULL, NULL}};
static const struct member mcp_list[] = {{"id", "S"},           {"type", "S"},
                                         {"server_label", "s"}, {"tools", "a"},
                                         {"error", "S?"},       {NULL, NULL}};

static const struct tool_kind kinds[] = {
    {"function_call", function_call, NULL,
     FAMILY "function_call_arguments.delta",
     FAMILY "function_call_arguments.done", NULL, NULL, NULL, "arguments",
     "completed incomplete", 0},
    {"custom_tool_call", custom_call, NULL,
     FAMILY "custom_tool_call_input.delta",
     FAMILY "custom_tool_call_input.done", NULL, NULL, NULL, "input",
     "completed incomplete", 0},
    {"file_search_call", file_search, FAMILY "file_search_call.in_progress",
     NULL, NULL, FAMILY "file_search_call.searching",
     FAMILY "file_search_call.completed", NULL, NULL,
     "completed incomplete failed", 1},
    {"web_search_call", web_search, FAMILY "web_search_call.in_progress", NULL,
     NULL, FAMILY "web_search_call.searching",
     FAMILY "web_search_call.completed", NULL, NULL, "completed failed", 1},
    {"mcp_call", mcp_call, FAMILY "mcp_call.in_progress",
     FAMILY "mcp_call_arguments.delta", FAMILY "mcp_call_arguments.done", NULL,
     FAMILY "mcp_call.completed", FAMILY "mcp_call.failed", "arguments",
     "completed incomplete failed", 1},
    {"code_interpreter_call", code_interpreter,
     FAMILY "code_interpreter_call.in_progress",
     FAMILY "code_interpreter_call_code.delta",
     FAMILY "code_interpreter_call_code.done",
     FAMILY "code_interpreter_call.interpreting",
     FAMILY "code_interpreter_call.completed", NULL, "code",
     "completed incomplete failed", 1},
    {"image_generation_call", image_generation,
     FAMILY "image_generation_call.in_progress", NULL, NULL,
     FAMILY "image_generation_call.generating",
     FAMILY "image_generation_call.completed", NULL, NULL, "completed failed",
     1},
    {"mcp_approval_request", mcp_approval, NULL, NULL, NULL, NULL, NULL, NULL,
     NULL, NULL, 0},
    {"mcp_list_tools", mcp_list, FAMILY "mcp_list_tools.in_progress", NULL,
     NULL, NULL, FAMILY "mcp_list_tools.completed",
     FAMILY "mcp_list_tools.failed", NULL, NULL, 0}};

const struct tool_kind *tool_kind_of(json_t *item)
{
  const char *type = wire_string(item, "type");
  size_t i;

  for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
    if (strcmp(kinds[i].item, type) == 0)
      return &kinds[i];
  return NULL;
}

int tool_is_hosted(const struct tool_kind *k)
{
  return k != NULL && k->hosted;
}

int tool_is_answer(const struct tool_kind *k)
{
  return k == NULL || k->members != mcp_list;
}

static int bad(struct bytes *wrong, const char *what)
{
  bytes_puts(wrong, what);
  return 0;
}

static int is_null(json_t *item, const char *key)
{
  return json_is_null(json_object_get(item, key));
}

static size_t length(json_t *item, const char *key)
{
  return json_array_size(json_object_get(item, key));
}

/* ---- members ------------------------------------------------------------ */

static int strings(json_t *array, struct bytes *wrong)
{
  json_t *v;
  size_t i;

  json_array_foreach(array, i, v)
  {
    if (!json_is_string(v))
      return bad(wrong, "a query that is no string");
  }
  return 1;
}

/* The first query stands alone, too. */
static int action_shape(json_t *action, struct bytes *wrong)
{
  static const struct member members[] = {{"type", "S"},
                                          {"query", "s"},
                                          {"queries", "a"},
                                          {"sources", "a?"},
                                          {NULL, NULL}};
  json_t *queries = json_object_get(action, "queries");

  if (!shape_members(action, members, "the action", wrong) ||
      !strings(queries, wrong))
    return 0;
  if (strcmp(wire_string(action, "type"), "search") != 0)
    return bad(wrong, "an action of unknown type");
  if (json_array_size(queries) == 0
          ? wire_string(action, "query")[0] != '\0'
          : !json_equal(json_array_get(queries, 0),
                        json_object_get(action, "query")))
    return bad(wrong, "`query` is not the first of the queries");
  return 1;
}

int tool_shape(const struct tool_kind *k, json_t *item, struct bytes *wrong)
{
  if (!shape_members(item, k->members, "the item", wrong))
    return 0;
  if (k->members == file_search)
    return strings(json_object_get(item, "queries"), wrong);
  return k->members != web_search ||
         action_shape(json_object_get(item, "action"), wrong);
}

int tool_is_new(const struct tool_kind *k, json_t *item, struct bytes *wrong)
{
  json_t *action = json_object_get(item, "action");
  json_t *content =
      k->content == NULL ? NULL : json_object_get(item, k->content);

  if (k->endings != NULL && strcmp(wire_string(item, "status"), "in_progress"))
    return bad(wrong, "a new item is not in_progress");
  if (json_string_length(content) > 0 || length(item, "queries") > 0 ||
      length(item, "tools") > 0 || length(action, "queries") > 0 ||
      json_object_get(action, "sources") != NULL)
    return bad(wrong, "a new item is not empty");
  if ((k->members == file_search && !is_null(item, "results")) ||
      (k->members == code_interpreter && !is_null(item, "outputs")) ||
      (k->members == image_generation && !is_null(item, "result")) ||
      (k->members == mcp_call &&
       (!is_null(item, "output") || !is_null(item, "error"))) ||
      (k->members == mcp_list && json_object_get(item, "error") != NULL))
    return bad(wrong, "a new item has a result");
  return 1;
}

/* ---- events ------------------------------------------------------------- */

static int is_type(const char *type, const char *expected)
{
  return expected != NULL && strcmp(type, expected) == 0;
}

#define STEP                                                                   \
  {"type", "S"}, {"sequence_number", "i"}, {"item_id", "S"},                   \
  {                                                                            \
    "output_index", "i"                                                        \
  }

static const struct member step_keys[] = {STEP, {NULL, NULL}};
static const struct member delta_keys[] = {
    STEP, {"delta", "S"}, {"obfuscation", "S?"}, {NULL, NULL}};
static const struct {
  const struct member *of, members[8];
} done_keys[] = {
    {function_call, {STEP, {"name", "s"}, {"arguments", "s"}, {NULL, NULL}}},
    {custom_call, {STEP, {"input", "s"}, {NULL, NULL}}},
    {mcp_call, {STEP, {"arguments", "s"}, {NULL, NULL}}},
    {code_interpreter, {STEP, {"code", "s"}, {NULL, NULL}}}};

static const struct member *keys_of_done(const struct tool_kind *k)
{
  size_t i = 0;

  while (done_keys[i].of != k->members)
    i++;
  return done_keys[i].members;
}

const struct member *tool_event_keys(const char *type, const char **name)
{
  size_t i, j;

  for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
    const struct tool_kind *k = &kinds[i];
    const char *const types[] = {k->delta,   k->done,      k->begun,
                                 k->at_work, k->completed, k->failed};

    for (j = 0; j < sizeof(types) / sizeof(types[0]); j++) {
      if (!is_type(type, types[j]))
        continue;
      *name = types[j];
      return j == 0 ? delta_keys : j == 1 ? keys_of_done(k) : step_keys;
    }
  }
  return NULL;
}

/* The stage that must be reached before this one. */
static enum tool_stage before(const struct tool_kind *k, enum tool_stage stage)
{
  if (stage > TOOL_AT_WORK && k->at_work != NULL)
    return TOOL_AT_WORK;
  if (stage > TOOL_CONTENT_DONE && k->done != NULL)
    return TOOL_CONTENT_DONE;
  return stage > TOOL_BEGUN && k->begun != NULL ? TOOL_BEGUN : TOOL_ADDED;
}

static int step(const struct tool_kind *k, enum tool_stage *stage,
                enum tool_stage next, struct bytes *wrong)
{
  if (*stage >= next)
    return bad(wrong, "it was past that before");
  if (*stage != before(k, next))
    return bad(wrong, "a step before it is missing");
  *stage = next;
  return 1;
}

static int text_is(const struct bytes *text, json_t *s)
{
  return json_is_string(s) && json_string_length(s) == text->n &&
         (text->n == 0 || memcmp(json_string_value(s), text->p, text->n) == 0);
}

int tool_event(const struct tool_kind *k, enum tool_stage *stage,
               const char *type, json_t *event, struct bytes *text,
               struct bytes *wrong)
{
  json_t *delta = json_object_get(event, "delta");

  if (k == NULL)
    return bad(wrong, "the open item is no call");
  if (is_type(type, k->delta)) {
    if (*stage >= TOOL_CONTENT_DONE)
      return bad(wrong, "a delta after its done");
    if (*stage != before(k, TOOL_CONTENT_DONE))
      return bad(wrong, "a step before it is missing");
    bytes_put(text, json_string_value(delta), json_string_length(delta));
    return 1;
  }
  if (is_type(type, k->done)) {
    if (!text_is(text, json_object_get(event, k->content))) {
      bytes_printf(wrong, "`%s` is not the deltas joined", k->content);
      return 0;
    }
    return step(k, stage, TOOL_CONTENT_DONE, wrong);
  }
  if (is_type(type, k->begun))
    return step(k, stage, TOOL_BEGUN, wrong);
  if (is_type(type, k->at_work))
    return step(k, stage, TOOL_AT_WORK, wrong);
  if (is_type(type, k->completed))
    return step(k, stage, TOOL_COMPLETED, wrong);
  if (is_type(type, k->failed))
    return step(k, stage, TOOL_FAILED, wrong);
  bytes_printf(wrong, "the open item is a %s", k->item);
  return 0;
}

/* ---- the end ------------------------------------------------------------ */

static int is_listed(const char *list, const char *word)
{
  const char *at = strstr(list, word);
  size_t n = strlen(word);

  return n > 0 && at != NULL && (at == list || at[-1] == ' ') &&
         (at[n] == ' ' || at[n] == '\0');
}

/* Does the status say what the events said? */
static int status_fits(const struct tool_kind *k, enum tool_stage stage,
                       const char *status, struct bytes *wrong)
{
  int completed = strcmp(status, "completed") == 0;

  if (!is_listed(k->endings, status)) {
    bytes_printf(wrong, "a done item is %s", status);
    return 0;
  }
  if (k->completed != NULL && completed != (stage == TOOL_COMPLETED))
    return bad(wrong, completed ? "no completed event before it"
                                : "not completed, after a completed event");
  if (k->failed != NULL &&
      (strcmp(status, "failed") == 0) != (stage == TOOL_FAILED))
    return bad(wrong, "its status does not fit the failed event");
  return 1;
}

/* Results stand where the status says. */
static int result_fits(const struct tool_kind *k, json_t *item,
                       const char *status, struct bytes *wrong)
{
  int completed = strcmp(status, "completed") == 0;
  int failed = strcmp(status, "failed") == 0;

  if (k->members == mcp_call && completed == is_null(item, "output"))
    return bad(wrong, "`output` does not fit the status");
  if (k->members == mcp_call && failed == is_null(item, "error"))
    return bad(wrong, "`error` does not fit the status");
  if (k->members == image_generation && !completed && !is_null(item, "result"))
    return bad(wrong, "`result` does not fit the status");
  return 1;
}

static int list_done(enum tool_stage stage, json_t *item, struct bytes *wrong)
{
  if (stage != TOOL_COMPLETED && stage != TOOL_FAILED)
    return bad(wrong, "neither completed nor failed before it");
  if ((stage == TOOL_FAILED) != (json_object_get(item, "error") != NULL))
    return bad(wrong, "`error` does not fit the event");
  return 1;
}

int tool_done(const struct tool_kind *k, enum tool_stage stage, json_t *added,
              json_t *item, const struct bytes *text, struct bytes *wrong)
{
  const char *status = wire_string(item, "status");

  if (k->members == mcp_approval)
    return json_equal(added, item)
               ? 1
               : bad(wrong, "it is not as it was when it was added");
  if (k->members == mcp_list)
    return list_done(stage, item, wrong);
  if (k->begun != NULL && stage < TOOL_BEGUN)
    return bad(wrong, "no in_progress event before it");
  if (k->done != NULL && stage < TOOL_CONTENT_DONE) {
    bytes_printf(wrong, "no %s.done before it", k->content);
    return 0;
  }
  if (k->content != NULL && !text_is(text, json_object_get(item, k->content))) {
    bytes_printf(wrong, "the item's %s is not the deltas joined", k->content);
    return 0;
  }
  return status_fits(k, stage, status, wrong) &&
         result_fits(k, item, status, wrong);
}
