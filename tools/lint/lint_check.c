/* SPDX-License-Identifier: MIT */
#include "lint_frame.h"
#include "lint_report.h"
#include "lint_steps.h"

/* ---- what is done with each type of event ---- */

/* clang-format off */
#define TEXT(stem, item, part)                                                 \
  {stem ".delta", lint_text_delta, item, part, 0},                             \
  {stem ".done", lint_text_done, item, part, 0}
#define ARGS(stem, item, field)                                                \
  {stem ".delta", lint_args_delta, item, field, 0},                            \
  {stem ".done", lint_args_done, item, field, 0}
#define STEP(stem, item, verb, rank)                                           \
  {stem "." verb, lint_progress, item, NULL, rank}
/* clang-format on */

/* The rank of a step of a hosted call: it never falls. */
static const struct lint_route routes[] = {
    {"response.created", lint_lifecycle, NULL, NULL, 0},
    {"response.queued", lint_lifecycle, NULL, NULL, 0},
    {"response.in_progress", lint_lifecycle, NULL, NULL, 0},
    {"response.completed", lint_lifecycle, NULL, NULL, 0},
    {"response.incomplete", lint_lifecycle, NULL, NULL, 0},
    {"response.failed", lint_lifecycle, NULL, NULL, 0},
    {"error", lint_error, NULL, NULL, 0},
    {"response.output_item.added", lint_item_added, NULL, NULL, 0},
    {"response.output_item.done", lint_item_done, NULL, NULL, 0},
    {"response.content_part.added", lint_part_added, NULL, NULL, 0},
    {"response.content_part.done", lint_part_done, NULL, NULL, 0},
    TEXT("response.output_text", "message", "output_text"),
    TEXT("response.refusal", "message", "refusal"),
    TEXT("response.reasoning_text", "reasoning", "reasoning_text"),
    {"response.output_text.annotation.added", lint_annotation, "message",
     "output_text", 0},
    {"response.reasoning_summary_part.added", lint_summary_added, "reasoning",
     NULL, 0},
    {"response.reasoning_summary_part.done", lint_summary_done, "reasoning",
     NULL, 0},
    {"response.reasoning_summary_text.delta", lint_summary_delta, "reasoning",
     NULL, 0},
    {"response.reasoning_summary_text.done", lint_summary_text, "reasoning",
     NULL, 0},
    ARGS("response.function_call_arguments", "function_call", "arguments"),
    ARGS("response.custom_tool_call_input", "custom_tool_call", "input"),
    ARGS("response.mcp_call_arguments", "mcp_call", "arguments"),
    ARGS("response.code_interpreter_call_code", "code_interpreter_call",
         "code"),
    STEP("response.file_search_call", "file_search_call", "in_progress", 0),
    STEP("response.file_search_call", "file_search_call", "searching", 1),
    STEP("response.file_search_call", "file_search_call", "completed", 2),
    STEP("response.web_search_call", "web_search_call", "in_progress", 0),
    STEP("response.web_search_call", "web_search_call", "searching", 1),
    STEP("response.web_search_call", "web_search_call", "completed", 2),
    STEP("response.code_interpreter_call", "code_interpreter_call",
         "in_progress", 0),
    STEP("response.code_interpreter_call", "code_interpreter_call",
         "interpreting", 1),
    STEP("response.code_interpreter_call", "code_interpreter_call", "completed",
         2),
    STEP("response.image_generation_call", "image_generation_call",
         "in_progress", 0),
    STEP("response.image_generation_call", "image_generation_call",
         "generating", 1),
    STEP("response.image_generation_call", "image_generation_call",
         "partial_image", 2),
    STEP("response.image_generation_call", "image_generation_call", "completed",
         3),
    STEP("response.mcp_call", "mcp_call", "in_progress", 0),
    STEP("response.mcp_call", "mcp_call", "completed", 2),
    STEP("response.mcp_call", "mcp_call", "failed", 2),
    STEP("response.mcp_list_tools", "mcp_list_tools", "in_progress", 0),
    STEP("response.mcp_list_tools", "mcp_list_tools", "completed", 2),
    STEP("response.mcp_list_tools", "mcp_list_tools", "failed", 2),
    {"response.shell_call_command.added", lint_command_added, "shell_call",
     NULL, 0},
    {"response.shell_call_command.delta", lint_command_delta, "shell_call",
     NULL, 0},
    {"response.shell_call_command.done", lint_command_done, "shell_call", NULL,
     0},
    {"response.shell_call_output_content.delta", lint_nothing,
     "shell_call_output", NULL, 0},
    {"response.shell_call_output_content.done", lint_nothing,
     "shell_call_output", NULL, 0},
    {"response.audio.delta", NULL, NULL, NULL, 0},
    {"response.audio.done", NULL, NULL, NULL, 0},
    {"response.audio.transcript.delta", NULL, NULL, NULL, 0},
    {"response.audio.transcript.done", NULL, NULL, NULL, 0},
};

/* Sent by OpenAI, though the schema does not name them. */
static const char *const unlisted[] = {
    "response.apply_patch_call_operation_diff.delta",
    "response.apply_patch_call_operation_diff.done", "keepalive"};

/* What OpenAI's own streams do against the published schema. `type` and `path`
 * may begin or end with a * for anything; # is the number of an array's value.
 */
static const struct erratum {
  const char *code, *type, *path;
  enum lint_fault fault;
  const char *got; /* the type of the value, or the word; NULL: any */
} errata[] = {
    {"shape.usage-null", "response.*", "response.usage", LINT_TYPE, "null"},
    {"shape.user-null", "response.*", "response.user", LINT_TYPE, "null"},
    {"shape.cache-write-tokens", "response.*",
     "response.usage.input_tokens_details.cache_write_tokens", LINT_MISSING,
     NULL},
    {"shape.args-done-name", "response.function_call_arguments.done", "name",
     LINT_MISSING, NULL},
    {"shape.format-description-null", "response.*",
     "response.text.format.description", LINT_TYPE, "null"},
    {"shape.server-description-null", "response.*",
     "response.tools[#].server_description", LINT_TYPE, "null"},
    {"shape.web-search-action", "response.output_item.added", "item.action",
     LINT_MISSING, NULL},
    {"shape.web-search-source", "response.*", "*.action.sources[#].url",
     LINT_MISSING, NULL},
    {"shape.web-search-source", "response.*", "*.action.sources[#].type",
     LINT_WORD, "api"},
    {"shape.image-result", "response.output_item.added", "item.result",
     LINT_MISSING, NULL},
    {"shape.shell-environment", "response.*", "item.environment", LINT_MISSING,
     NULL},
    {"shape.shell-environment", "response.*", "response.output[#].environment",
     LINT_MISSING, NULL},
    {"shape.error-code", "response.failed", "response.error.code", LINT_WORD,
     NULL},
};

/* ---- the shape of an event ---- */

static int type_like(sluice_text type, const char *pattern)
{
  size_t n = strlen(pattern);

  if (n > 0 && pattern[n - 1] == '*')
    return type.n >= n - 1 && memcmp(type.p, pattern, n - 1) == 0;
  return type.n == n && memcmp(type.p, pattern, n) == 0;
}

/* A whole path against a pattern with # for digits. */
static int path_is(const char *path, const char *pattern)
{
  for (; *pattern != '\0'; pattern++) {
    if (*pattern == '#') {
      if (*path < '0' || *path > '9')
        return 0;
      while (*path >= '0' && *path <= '9')
        path++;
    } else if (*path++ != *pattern) {
      return 0;
    }
  }
  return *path == '\0';
}

static int path_like(const char *path, const char *pattern)
{
  if (pattern[0] != '*')
    return path_is(path, pattern);
  for (; *path != '\0'; path++)
    if (path_is(path, pattern + 1))
      return 1;
  return 0;
}

static const struct erratum *find_erratum(const struct lint *l,
                                          enum lint_fault fault,
                                          const char *path, uint32_t node)
{
  for (size_t i = 0; i < sizeof(errata) / sizeof(errata[0]); i++) {
    const struct erratum *e = &errata[i];
    if (e->fault != fault || !type_like(l->type, e->type) ||
        !path_like(path, e->path))
      continue;
    if (e->got == NULL || lint_is(&l->doc, node, e->got) ||
        (fault == LINT_TYPE &&
         strcmp(lint_type_name(&l->doc, node), e->got) == 0))
      return e;
  }
  return NULL;
}

static void on_fault(void *user, enum lint_fault fault, const char *path,
                     sluice_str wanted, uint32_t node)
{
  static const char *const codes[] = {"shape.missing", "shape.type",
                                      "shape.word", "shape.range",
                                      "shape.unknown-member"};
  struct lint *l = (struct lint *)user;
  const struct erratum *e = find_erratum(l, fault, path, node);
  enum lint_severity severity = e != NULL ? LINT_ERRATUM : LINT_VIOLATION;
  const char *code = e != NULL ? e->code : codes[fault];
  const char *at = lint_shown_text(l, (sluice_text){path, strlen(path)});
  int n = (int)(wanted.n < 160 ? wanted.n : 160);

  if (fault == LINT_MISSING)
    lint_say(l, severity, code, path, "%s is missing", at);
  else if (fault == LINT_TYPE)
    lint_say(l, severity, code, path, "%s is %s, not %.*s", at,
             lint_type_name(&l->doc, node), n, wanted.p);
  else if (fault == LINT_WORD)
    lint_say(l, severity, code, path, "%s is %s, not one of %.*s", at,
             lint_shown(l, node), n, wanted.p);
  else if (fault == LINT_RANGE)
    lint_say(l, severity, code, path, "%s is %s, outside of %.*s", at,
             lint_shown(l, node), n, wanted.p);
  else
    lint_say(l, LINT_WARNING, code, path, "%s is not in the schema", at);
}

static int is_unlisted(const struct lint *l)
{
  for (size_t i = 0; i < sizeof(unlisted) / sizeof(unlisted[0]); i++)
    if (type_like(l->type, unlisted[i]))
      return 1;
  return 0;
}

static void check_shape(struct lint *l)
{
  const struct lint_row *row =
      lint_index_find(&l->index, (sluice_str){l->type.p, l->type.n});
  uint32_t padding = lint_member(l, "obfuscation");
  uint32_t nested = lint_member(l, "error"), node = 0;

  if (l->route == NULL || row == NULL) {
    if (is_unlisted(l))
      lint_say(l, LINT_ERRATUM, "event.unlisted", NULL,
               "the type is not in the published schema");
    else
      lint_say(l, LINT_VIOLATION, "event.unknown", NULL,
               "there is no event of this type");
    return;
  }
  if (type_like(l->type, "error") &&
      lint_type(&l->doc, nested) == JSON_OBJECT &&
      lint_member(l, "message") == JSON_ABSENT) {
    lint_say(l, LINT_ERRATUM, "shape.error-nested", NULL,
             "code, message and param stand in `error` alone");
    node = nested;
  }
  lint_shape_check(&l->index, row, &l->doc, node, on_fault, l);
  if (padding != JSON_ABSENT && lint_type(&l->doc, padding) != JSON_STRING &&
      lint_type(&l->doc, padding) != JSON_NULL)
    lint_say(l, LINT_VIOLATION, "shape.type", "obfuscation",
             "obfuscation is %s, not string", lint_type_name(&l->doc, padding));
}

/* ---- the place of an event ---- */

static void check_sequence(struct lint *l)
{
  uint32_t node = lint_member(l, "sequence_number");
  int64_t n;

  if (node == JSON_ABSENT || !lint_is_integer(&l->doc, node)) {
    lint_say(l, LINT_VIOLATION,
             node == JSON_ABSENT ? "seq.missing" : "seq.type",
             "sequence_number", "sequence_number is %s, not %lld",
             lint_type_name(&l->doc, node), (long long)l->sequence);
    return;
  }
  n = lint_integer(&l->doc, node);
  if (n != l->sequence)
    lint_say(l, LINT_VIOLATION, "seq.order", "sequence_number",
             "sequence_number is %lld, not %lld", (long long)n,
             (long long)l->sequence);
  l->sequence = n < INT64_MAX ? n + 1 : n;
}

static int is_lifecycle(const struct lint *l)
{
  return l->route != NULL &&
         (l->route->run == lint_lifecycle || l->route->run == lint_error);
}

static void check_order(struct lint *l)
{
  if (type_like(l->type, "keepalive"))
    return;
  if (l->terminal)
    lint_say(l, LINT_VIOLATION, "order.after-terminal", NULL,
             "an event after the end of the response");
  if (l->errored && !type_like(l->type, "response.failed"))
    lint_say(l, LINT_VIOLATION, "order.after-error", NULL,
             "an event after `error`; only response.failed may follow");
  if (l->events == 0 && !type_like(l->type, "response.created") &&
      !type_like(l->type, "error"))
    lint_say(l, LINT_VIOLATION, "order.first", NULL,
             "the first event is not response.created");
  if (!is_lifecycle(l) && !l->progress && !l->warned_before_progress) {
    lint_say(l, LINT_VIOLATION, "order.before-in-progress", NULL,
             "an event before response.in_progress");
    l->warned_before_progress = 1;
  }
}

/* ---- one event ---- */

static void check_frame(struct lint *l, const sluice_str *name)
{
  const struct lint_at *at = &l->at;
  sluice_text is;

  if (name == NULL)
    return;
  is = (sluice_text){name->p, name->n};
  if (l->frame.done_seen)
    lint_say(l, LINT_VIOLATION, "sse.after-done", NULL,
             "an event after data: [DONE]");
  if (at->names > 1)
    lint_say(l, LINT_VIOLATION, "sse.event-twice", NULL,
             "%u event: lines in one event", at->names);
  if (at->name_late)
    lint_say(l, LINT_WARNING, "sse.field-order", NULL, "event: after data:");
  if (at->data > 1)
    lint_say(l, LINT_WARNING, "sse.data-lines", NULL, "data in %u lines",
             at->data);
  if (at->names == 0)
    lint_say(l, LINT_VIOLATION, "sse.no-event", NULL, "no event: line");
  else if (!sluice__text_eq(is, l->type))
    lint_say(l, LINT_VIOLATION, "sse.event-name", NULL,
             "the line says event: %s, the type is %s",
             lint_shown_bytes(l, is.p, is.n), lint_shown_text(l, l->type));
}

/* Chat chunks have `choices` and no `type`. */
static int is_chat(const struct lint *l)
{
  return lint_member(l, "type") == JSON_ABSENT && l->known == 0 &&
         (lint_member(l, "choices") != JSON_ABSENT ||
          lint_is(&l->doc, lint_member(l, "object"), "chat.completion.chunk"));
}

/* Returns 1 when the event is an object with a type. */
static int read_event(struct lint *l, sluice_str json)
{
  int rv = lint_doc_read(&l->doc, json);
  uint32_t type;

  if (rv == SLUICE_ERR_NOMEM) {
    l->status = rv;
  } else if (rv != 0) {
    lint_say(l, LINT_VIOLATION, "json.syntax", NULL,
             "%s, at byte %zu of the data", l->doc.json.error_message,
             l->doc.json.error_at);
  } else if (lint_type(&l->doc, 0) != JSON_OBJECT) {
    lint_say(l, LINT_VIOLATION, "json.not-object", NULL,
             "the data is of type %s, not an object",
             lint_type_name(&l->doc, 0));
  } else if (is_chat(l)) {
    l->why = lint_frame_guess(l);
    l->status = SLUICE_ERR_NOT_A_STREAM;
  } else {
    type = lint_member(l, "type");
    l->type = lint_text(&l->doc, type);
    if (lint_type(&l->doc, type) == JSON_STRING)
      return 1;
    lint_say(l, LINT_VIOLATION, "event.no-type", NULL,
             "the event has no type, or one that is no string");
  }
  return 0;
}

static void find_route(struct lint *l)
{
  l->route = NULL;
  for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++)
    if (type_like(l->type, routes[i].type))
      l->route = &routes[i];
  l->known += l->route != NULL;
}

static int is_blank(sluice_str s)
{
  for (size_t i = 0; i < s.n; i++)
    if (strchr(" \t\r", s.p[i]) == NULL || s.p[i] == '\0')
      return 0;
  return 1;
}

static void on_event(struct lint *l, const sluice_str *name, sluice_str json)
{
  l->type = (sluice_text){"", 0};
  if (l->status != 0 || (name == NULL && is_blank(json)))
    return;
  if (read_event(l, json)) {
    find_route(l);
    check_frame(l, name);
    if (l->doc.duplicate != JSON_ABSENT)
      lint_say(l, LINT_VIOLATION, "json.duplicate-key", NULL,
               "the key %s stands twice in one object",
               lint_shown_text(l, lint_text(&l->doc, l->doc.duplicate)));
    if (l->doc.replaced)
      lint_say(l, LINT_VIOLATION, "json.text", NULL,
               "a string holds half a surrogate pair or bytes of no character");
    check_shape(l);
    check_sequence(l);
    check_order(l);
    if (l->route != NULL && l->route->run != NULL)
      l->route->run(l, l->route);
  }
  l->events++;
  l->type = (sluice_text){"", 0};
}

/* ---- the handle ---- */

static void init_buffers(struct lint *l)
{
  sluice__buf_init(&l->message, &l->mem);
  sluice__buf_init(&l->shown, &l->mem);
  sluice__buf_init(&l->work, &l->mem);
  sluice__buf_init(&l->response_id, &l->mem);
  sluice__buf_init(&l->first_json, &l->mem);
  lint_doc_init(&l->doc, &l->mem);
  lint_doc_init(&l->other, &l->mem);
  lint_doc_init(&l->first, &l->mem);
  lint_map_init(&l->by_id, &l->mem);
  lint_map_init(&l->by_index, &l->mem);
}

struct lint *lint_new(const struct lint_options *options, lint_cb cb,
                      void *user)
{
  sluice_mem mem = sluice__mem(options->mem);
  struct lint *l = (struct lint *)sluice__new(&mem, sizeof(*l));

  if (l == NULL)
    return NULL;
  l->mem = mem;
  l->options = *options;
  l->cb = cb;
  l->user = user;
  l->why = "";
  l->type = (sluice_text){"", 0};
  init_buffers(l);
  if (sluice__buf_reserve(&l->shown, 4096) != 0 ||
      lint_frame_open(l, on_event) != 0 ||
      lint_index_init(&l->index, &l->mem) != 0) {
    lint_free(l);
    return NULL;
  }
  return l;
}

int lint_feed(struct lint *l, const void *data, size_t n)
{
  return l->status != 0 ? l->status : lint_frame_feed(l, (const char *)data, n);
}

int lint_finish(struct lint *l)
{
  lint_frame_finish(l);
  if (l->status == 0 && l->known == 0) {
    l->why = lint_frame_guess(l);
    l->status = SLUICE_ERR_NOT_A_STREAM;
  }
  if (l->status == 0)
    lint_end(l);
  return l->status;
}

uint64_t lint_events(const struct lint *l)
{
  return l->events;
}

const char *lint_why(const struct lint *l)
{
  return l->why;
}

void lint_free(struct lint *l)
{
  sluice_mem mem;

  if (l == NULL)
    return;
  mem = l->mem;
  lint_frame_close(l);
  lint_index_free(&l->index);
  for (size_t i = 0; i < l->item_count; i++)
    lint_item_free(&l->items[i]);
  sluice__free(&mem, l->items);
  lint_map_free(&l->by_id);
  lint_map_free(&l->by_index);
  lint_doc_free(&l->doc);
  lint_doc_free(&l->other);
  lint_doc_free(&l->first);
  sluice__buf_free(&l->message);
  sluice__buf_free(&l->shown);
  sluice__buf_free(&l->work);
  sluice__buf_free(&l->response_id);
  sluice__buf_free(&l->first_json);
  sluice__free(&mem, l);
}
