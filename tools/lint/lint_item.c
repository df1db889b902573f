/* SPDX-License-Identifier: MIT */
/* lint_item.c - output items: added, their arguments and steps, done. */
#include <stdio.h>

#include "lint_report.h"
#include "lint_steps.h"

/* Items whose text is a member, and which. */
static const struct args_of {
  const char *type, *field;
} args_of[] = {
    {"function_call", "arguments"},
    {"custom_tool_call", "input"},
    {"mcp_call", "arguments"},
    {"code_interpreter_call", "code"},
};

/* Hosted calls by the rank of their last step. */
static const struct last_step {
  const char *type;
  int rank;
} last_steps[] = {
    {"file_search_call", 2},
    {"web_search_call", 2},
    {"code_interpreter_call", 2},
    {"image_generation_call", 3},
    {"mcp_call", 2},
    {"mcp_list_tools", 2},
};

/* Members that stay as they were added. */
static const char *const fixed[] = {
    "role", "name", "call_id", "namespace", "phase", "server_label", "id"};

static int is_plain(const struct lint_item *it)
{
  return lint_item_is(it, "message") || lint_item_is(it, "function_call") ||
         lint_item_is(it, "custom_tool_call") || lint_item_is(it, "reasoning");
}

/* ---- added ---- */

static struct lint_item *new_item(struct lint *l, int64_t index, uint32_t item)
{
  void *items = l->items;
  struct lint_item *it;
  sluice_text id = lint_text(&l->doc, lint_get(&l->doc, item, "id"));
  char key[32];
  int n = snprintf(key, sizeof(key), "%lld", (long long)index);

  if (sluice__room(&l->mem, &items, &l->item_cap, l->item_count + 1, 8,
                   sizeof(*it)) != 0) {
    l->status = SLUICE_ERR_NOMEM;
    return NULL;
  }
  l->items = (struct lint_item *)items;
  it = &l->items[l->item_count];
  memset(it, 0, sizeof(*it));
  it->index = index;
  it->rank = -1;
  it->has_id = lint_type(&l->doc, lint_get(&l->doc, item, "id")) == JSON_STRING;
  sluice__buf_init(&it->id, &l->mem);
  sluice__buf_init(&it->type, &l->mem);
  sluice__buf_init(&it->first, &l->mem);
  sluice__buf_init(&it->done, &l->mem);
  sluice__buf_init(&it->args, &l->mem);
  sluice__buf_text(&it->id, id);
  sluice__buf_text(&it->type,
                   lint_text(&l->doc, lint_get(&l->doc, item, "type")));
  lint_keep(l, &it->first, item);
  if (lint_map_add(&l->by_index, (sluice_text){key, (size_t)n},
                   l->item_count) != 0 ||
      (id.n > 0 && lint_map_add(&l->by_id, id, l->item_count) != 0))
    l->status = SLUICE_ERR_NOMEM;
  l->item_count++;
  return it;
}

static int is_empty_value(const struct lint *l, uint32_t node)
{
  if (lint_type(&l->doc, node) == JSON_ARRAY)
    return lint_count(&l->doc, node) == 0;
  return lint_type(&l->doc, node) == JSON_STRING &&
         lint_text(&l->doc, node).n == 0;
}

/* What deltas will bring is not there yet. */
static void check_empty(struct lint *l, const struct lint_item *it,
                        uint32_t item)
{
  const char *field = lint_item_is(it, "message")            ? "content"
                      : lint_item_is(it, "function_call")    ? "arguments"
                      : lint_item_is(it, "custom_tool_call") ? "input"
                      : lint_item_is(it, "reasoning")        ? "summary"
                                                             : NULL;
  uint32_t content = lint_get(&l->doc, item, "content");

  if (field != NULL && !is_empty_value(l, lint_get(&l->doc, item, field)))
    lint_say(l, LINT_VIOLATION, "item.not-empty", field,
             "item.%s is %s when added, not empty", field,
             lint_shown(l, lint_get(&l->doc, item, field)));
  if (lint_item_is(it, "reasoning") && content != JSON_ABSENT &&
      lint_type(&l->doc, content) != JSON_NULL && !is_empty_value(l, content))
    lint_say(l, LINT_VIOLATION, "item.not-empty", "item.content",
             "item.content is not empty when added");
}

static void check_added_status(struct lint *l, const struct lint_item *it,
                               uint32_t item)
{
  uint32_t status = lint_get(&l->doc, item, "status");
  int message = lint_item_is(it, "message");

  if (!is_plain(it) || lint_item_is(it, "reasoning") || status == JSON_ABSENT ||
      lint_type(&l->doc, status) == JSON_NULL ||
      lint_is(&l->doc, status, "in_progress"))
    return;
  lint_say(l,
           message && lint_is(&l->doc, status, "completed") ? LINT_ERRATUM
                                                            : LINT_VIOLATION,
           "item.added-status", "item.status",
           "item.status is %s when added, not \"in_progress\"",
           lint_shown(l, status));
}

/* What no schema forbids, and calls cannot do without. */
static void check_names(struct lint *l, const struct lint_item *it,
                        uint32_t item)
{
  if (!lint_item_is(it, "function_call") &&
      !lint_item_is(it, "custom_tool_call"))
    return;
  if (is_empty_value(l, lint_get(&l->doc, item, "name")))
    lint_say(l, LINT_WARNING, "item.no-name", "item.name",
             "item.name is empty");
  if (is_empty_value(l, lint_get(&l->doc, item, "call_id")))
    lint_say(l, LINT_WARNING, "item.no-call-id", "item.call_id",
             "item.call_id is empty");
}

static void check_alone(struct lint *l, const struct lint_item *it)
{
  while (l->first_open < l->item_count && l->items[l->first_open].is_done)
    l->first_open++;
  if (l->open > 0)
    lint_say(
        l, l->open_hosted > 0 || !is_plain(it) ? LINT_ERRATUM : LINT_VIOLATION,
        "item.interleaved", NULL, "item %lld is added while %lld is open",
        (long long)it->index, (long long)l->items[l->first_open].index);
}

void lint_item_added(struct lint *l, const struct lint_route *route)
{
  uint32_t item = lint_member(l, "item");
  uint32_t index = lint_member(l, "output_index");
  uint32_t id = lint_get(&l->doc, item, "id");
  struct lint_item *it;
  int reused = lint_text(&l->doc, id).n > 0 &&
               lint_map_get(&l->by_id, lint_text(&l->doc, id)) != SIZE_MAX;

  (void)route;
  if (lint_type(&l->doc, item) != JSON_OBJECT)
    return;
  if (lint_integer(&l->doc, index) != (int64_t)l->item_count)
    lint_say(l, LINT_VIOLATION, "item.index", "output_index",
             "output_index is %s, not %zu", lint_shown(l, index),
             l->item_count);
  if (reused)
    lint_say(l, LINT_VIOLATION, "item.id-reused", "item.id",
             "the id %s was used before", lint_shown(l, id));
  it = new_item(l,
                lint_is_integer(&l->doc, index) ? lint_integer(&l->doc, index)
                                                : (int64_t)l->item_count,
                item);
  if (it == NULL)
    return;
  check_alone(l, it);
  check_added_status(l, it, item);
  check_empty(l, it, item);
  check_names(l, it, item);
  l->open++;
  l->open_hosted += (size_t)!is_plain(it);
}

/* ---- arguments, input, code ---- */

void lint_args_delta(struct lint *l, const struct lint_route *route)
{
  struct lint_item *it = lint_item_of(l, route);
  uint32_t delta = lint_member(l, "delta");

  if (it == NULL)
    return;
  if (it->args_done)
    lint_say(l, LINT_VIOLATION, "args.after-done", NULL,
             "a delta after the %s were done", route->field);
  if (is_empty_value(l, delta))
    lint_say(l, LINT_WARNING, "delta.empty", NULL, "an empty delta");
  it->deltas++;
  sluice__buf_text(&it->args, lint_text(&l->doc, delta));
  if (it->args.failed)
    l->status = SLUICE_ERR_NOMEM;
}

void lint_args_done(struct lint *l, const struct lint_route *route)
{
  struct lint_item *it = lint_item_of(l, route);
  uint32_t args = lint_member(l, route->field);
  uint32_t name = lint_member(l, "name");

  if (it == NULL)
    return;
  if (it->args_done)
    lint_say(l, LINT_VIOLATION, "args.after-done", NULL,
             "the %s were done before", route->field);
  it->args_done = 1;
  if (it->deltas > 0)
    lint_compare(l, "args.text", route->field, &it->args, args);
  else if (lint_text(&l->doc, args).n > 0)
    lint_say(l, LINT_WARNING, "args.no-delta", NULL, "%s without any delta",
             route->field);
  sluice__buf_clear(&it->args);
  sluice__buf_text(&it->args, lint_text(&l->doc, args));
  if (name == JSON_ABSENT || !lint_reread(l, &it->first))
    return;
  if (lint_differ(&l->other, lint_get(&l->other, 0, "name"), &l->doc, name,
                  LINT_LEAVE_NONE, NULL))
    lint_say(l, LINT_VIOLATION, "args.name", "name",
             "name is %s, not that of the item", lint_shown(l, name));
}

/* ---- steps of hosted calls ---- */

void lint_progress(struct lint *l, const struct lint_route *route)
{
  struct lint_item *it = lint_item_of(l, route);
  int image = strstr(route->type, ".partial_image") != NULL;
  uint32_t index = lint_member(l, "partial_image_index");

  if (it == NULL)
    return;
  if (route->rank < it->rank || (route->rank == it->rank && !image))
    lint_say(l,
             route->rank == it->rank && route->rank == 0 ? LINT_ERRATUM
                                                         : LINT_VIOLATION,
             "tool.order", NULL, "a step that is over already");
  it->rank = route->rank;
  if (!image)
    return;
  if (lint_integer(&l->doc, index) != it->images)
    lint_say(l, LINT_VIOLATION, "tool.image-index", "partial_image_index",
             "partial_image_index is %s, not %lld", lint_shown(l, index),
             (long long)it->images);
  it->images++;
}

/* ---- commands of a shell ---- */

void lint_command_added(struct lint *l, const struct lint_route *route)
{
  struct lint_item *it = lint_item_of(l, route);
  uint32_t index = lint_member(l, "command_index");

  if (it == NULL)
    return;
  if (lint_integer(&l->doc, index) != (int64_t)it->command_count)
    lint_say(l, LINT_VIOLATION, "tool.command-index", "command_index",
             "command_index is %s, not %zu", lint_shown(l, index),
             it->command_count);
  lint_part_new(l, &it->commands, &it->command_count, &it->command_cap);
}

static struct lint_part *command_of(struct lint *l, const struct lint_item *it)
{
  uint32_t index = lint_member(l, "command_index");
  int64_t n = lint_integer(&l->doc, index);

  if (it == NULL)
    return NULL;
  if (lint_is_integer(&l->doc, index) && n >= 0 &&
      (uint64_t)n < it->command_count)
    return &it->commands[n];
  lint_say(l, LINT_VIOLATION, "tool.command-index", "command_index",
           "no command was added with command_index %s", lint_shown(l, index));
  return NULL;
}

void lint_command_delta(struct lint *l, const struct lint_route *route)
{
  struct lint_part *c = command_of(l, lint_item_of(l, route));

  if (c == NULL)
    return;
  sluice__buf_text(&c->text, lint_text(&l->doc, lint_member(l, "delta")));
  if (c->text.failed)
    l->status = SLUICE_ERR_NOMEM;
}

void lint_command_done(struct lint *l, const struct lint_route *route)
{
  struct lint_part *c = command_of(l, lint_item_of(l, route));
  uint32_t command = lint_member(l, "command");

  if (c == NULL)
    return;
  lint_compare(l, "args.text", "command", &c->text, command);
  lint_keep(l, &c->final, command);
  c->closed = 1;
}

/* Only that there is such an item. */
void lint_nothing(struct lint *l, const struct lint_route *route)
{
  lint_item_of(l, route);
}

static void check_commands(struct lint *l, const struct lint_item *it,
                           uint32_t item)
{
  uint32_t list =
      lint_get(&l->doc, lint_get(&l->doc, item, "action"), "commands");
  uint32_t command = sluice__json_child(&l->doc.json, list);
  size_t i;

  if (it->command_count == 0 || lint_type(&l->doc, list) != JSON_ARRAY)
    return;
  for (i = 0; i < it->command_count && command != JSON_ABSENT; i++) {
    if (!it->commands[i].closed || !lint_reread(l, &it->commands[i].final) ||
        lint_differ(&l->other, 0, &l->doc, command, LINT_LEAVE_NONE, NULL))
      break;
    command = sluice__json_sibling(&l->doc.json, list, command);
  }
  if (i < it->command_count || command != JSON_ABSENT)
    lint_say(l, LINT_VIOLATION, "item.sum", "item.action.commands",
             "item.action.commands are not those that were done");
}

/* ---- done ---- */

static void check_fixed(struct lint *l, const struct lint_item *it,
                        uint32_t item)
{
  if ((!is_plain(it) && !lint_item_is(it, "mcp_call")) ||
      lint_item_is(it, "reasoning") || !lint_reread(l, &it->first))
    return;
  for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
    uint32_t before = lint_get(&l->other, 0, fixed[i]);
    uint32_t now = lint_get(&l->doc, item, fixed[i]);
    int none =
        (before == JSON_ABSENT || lint_type(&l->other, before) == JSON_NULL) &&
        (now == JSON_ABSENT || lint_type(&l->doc, now) == JSON_NULL);
    if (!none &&
        lint_differ(&l->other, before, &l->doc, now, LINT_LEAVE_NONE, NULL))
      lint_say(l, LINT_VIOLATION, "item.changed", fixed[i],
               "item.%s is %s, not as it was added", fixed[i],
               lint_shown(l, now));
  }
}

/* A call that a program made stays in progress. */
static int is_programs(const struct lint *l, uint32_t item)
{
  uint32_t caller = lint_get(&l->doc, item, "caller");

  return lint_is(&l->doc, lint_get(&l->doc, caller, "type"), "program");
}

static void check_done_status(struct lint *l, struct lint_item *it,
                              uint32_t item)
{
  uint32_t status = lint_get(&l->doc, item, "status");
  int completed = lint_is(&l->doc, status, "completed");

  if (!lint_item_is(it, "message") && !lint_item_is(it, "function_call"))
    return;
  it->unfinished = (lint_is(&l->doc, status, "in_progress") ||
                    lint_is(&l->doc, status, "incomplete")) &&
                   !is_programs(l, item);
  if (!completed && !lint_is(&l->doc, status, "incomplete"))
    lint_say(l, is_programs(l, item) ? LINT_ERRATUM : LINT_VIOLATION,
             "item.status", "item.status",
             "item.status is %s when done, not \"completed\" or "
             "\"incomplete\"",
             lint_shown(l, status));
}

static void check_args(struct lint *l, const struct lint_item *it,
                       uint32_t item)
{
  const struct args_of *of = NULL;
  uint32_t status = lint_get(&l->doc, item, "status"), args;

  for (size_t i = 0; i < sizeof(args_of) / sizeof(args_of[0]); i++)
    if (lint_item_is(it, args_of[i].type))
      of = &args_of[i];
  if (of == NULL)
    return;
  if (!it->args_done && !lint_item_is(it, "code_interpreter_call"))
    lint_say(l,
             it->deltas > 0 || (lint_item_is(it, "function_call") &&
                                lint_is(&l->doc, status, "completed"))
                 ? LINT_VIOLATION
                 : LINT_WARNING,
             "args.not-done", NULL, "the %s have no done event", of->field);
  args = lint_get(&l->doc, item, of->field);
  if ((it->args_done || it->deltas > 0) &&
      (lint_type(&l->doc, args) != JSON_STRING ||
       !sluice__text_eq(sluice__buf_as_text(&it->args),
                        lint_text(&l->doc, args))))
    lint_say(l, LINT_VIOLATION, "item.sum", of->field,
             "item.%s is %s, not what was sent: \"%s\"", of->field,
             lint_shown(l, args),
             lint_shown_text(l, sluice__buf_as_text(&it->args)));
}

static void check_steps(struct lint *l, const struct lint_item *it,
                        uint32_t item)
{
  for (size_t i = 0; i < sizeof(last_steps) / sizeof(last_steps[0]); i++)
    if (lint_item_is(it, last_steps[i].type) && it->rank >= 0 &&
        it->rank < last_steps[i].rank &&
        lint_is(&l->doc, lint_get(&l->doc, item, "status"), "completed"))
      lint_say(l, LINT_VIOLATION, "tool.not-completed", NULL,
               "the item is completed without its .completed event");
}

static void close_item(struct lint *l, struct lint_item *it, uint32_t item)
{
  lint_keep(l, &it->done, item);
  it->is_done = 1;
  l->open--;
  l->open_hosted -= (size_t)!is_plain(it);
  lint_item_forget(it);
}

static int same_id(struct lint *l, const struct lint_item *it, uint32_t item)
{
  uint32_t id = lint_get(&l->doc, item, "id");
  sluice_text text = lint_text(&l->doc, id);

  if (text.n == 0 || !it->has_id ||
      sluice__text_eq(text, sluice__buf_as_text(&it->id)))
    return 1;
  lint_say(l, LINT_VIOLATION, "item.id", "item.id",
           "item.id is %s, it was added as %s", lint_shown(l, id),
           lint_shown_text(l, sluice__buf_as_text(&it->id)));
  return 0;
}

void lint_item_done(struct lint *l, const struct lint_route *route)
{
  struct lint_item *it = lint_item_of(l, route);
  uint32_t item = lint_member(l, "item");
  uint32_t type = lint_get(&l->doc, item, "type");

  if (it == NULL || lint_type(&l->doc, item) != JSON_OBJECT)
    return;
  if (!sluice__text_eq(lint_text(&l->doc, type),
                       sluice__buf_as_text(&it->type))) {
    lint_say(l, LINT_VIOLATION, "item.type", "item.type",
             "item.type is %s, it was added as %s", lint_shown(l, type),
             lint_shown_text(l, sluice__buf_as_text(&it->type)));
  } else {
    if (same_id(l, it, item))
      check_fixed(l, it, item);
    check_done_status(l, it, item);
    if (lint_item_is(it, "message") || lint_item_is(it, "reasoning"))
      lint_parts_match(l, it, item);
    check_args(l, it, item);
    check_commands(l, it, item);
    check_steps(l, it, item);
  }
  close_item(l, it, item);
}
