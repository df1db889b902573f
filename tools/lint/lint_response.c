/* SPDX-License-Identifier: MIT */
/* lint_response.c - the response: its order, what it echoes, its ending. */
#include "lint_report.h"
#include "lint_steps.h"

enum { ECHOES = 16 }; /* lifecycle events whose echo is compared */

/* Members that may change from response.created on; the id has a check of its
 * own. */
static const char *const changing[] = {"id",
                                       "status",
                                       "output",
                                       "output_text",
                                       "usage",
                                       "error",
                                       "incomplete_details",
                                       "completed_at",
                                       "service_tier",
                                       "tool_usage",
                                       "moderation",
                                       "conversation",
                                       "billing",
                                       "prompt_cache_key",
                                       "content_filters"};

static int is_event(const struct lint *l, const char *type)
{
  return strcmp(l->route->type, type) == 0;
}

static int is_terminal(const struct lint *l)
{
  return is_event(l, "response.completed") || is_event(l, "response.failed") ||
         is_event(l, "response.incomplete");
}

static int is_there(const struct lint *l, uint32_t node)
{
  return node != JSON_ABSENT && lint_type(&l->doc, node) != JSON_NULL;
}

/* ---- in what order ---- */

static void check_beginning(struct lint *l, uint32_t response)
{
  if (is_event(l, "response.created")) {
    if (l->created)
      lint_say(l, LINT_VIOLATION, "order.created-twice", NULL,
               "a second response.created");
    l->created = 1;
    lint_keep(l, &l->first_json, response);
    if (lint_doc_read(&l->first,
                      (sluice_str){l->first_json.p, l->first_json.n}) != 0)
      l->status = SLUICE_ERR_NOMEM;
  } else if (is_event(l, "response.queued") && l->progress) {
    lint_say(l, LINT_VIOLATION, "order.queued", NULL,
             "response.queued after response.in_progress");
  } else if (is_event(l, "response.in_progress")) {
    if (l->progress)
      lint_say(l, LINT_VIOLATION, "order.in-progress-twice", NULL,
               "a second response.in_progress");
    l->progress = 1;
  }
  if (!l->created && l->events > 0) {
    lint_say(l, LINT_VIOLATION, "order.no-created", NULL,
             "no response.created before this");
    l->created = 1;
  }
}

static void check_id(struct lint *l, uint32_t response)
{
  uint32_t node = lint_get(&l->doc, response, "id");
  sluice_text id = lint_text(&l->doc, node);

  if (!l->has_id) {
    l->has_id = node != JSON_ABSENT;
    sluice__buf_text(&l->response_id, id);
  } else if (!sluice__text_eq(sluice__buf_as_text(&l->response_id), id)) {
    lint_say(l, LINT_VIOLATION, "response.id", "response.id",
             "response.id is %s, before it was %s", lint_shown(l, node),
             lint_shown_text(l, sluice__buf_as_text(&l->response_id)));
  }
}

static void check_status(struct lint *l, uint32_t response)
{
  uint32_t node = lint_get(&l->doc, response, "status");
  const char *want = strrchr(l->route->type, '.') + 1;

  if (is_event(l, "response.created")) {
    if (lint_is(&l->doc, node, "queued"))
      return;
    want = "in_progress";
  }
  if (!lint_is(&l->doc, node, want))
    lint_say(l, LINT_VIOLATION, "response.status", "response.status",
             "response.status is %s, not \"%s\"", lint_shown(l, node), want);
}

/* Before the end nothing of the end is known. */
static void check_early(struct lint *l, uint32_t response)
{
  static const char *const late[] = {"usage", "error", "incomplete_details"};
  uint32_t output = lint_get(&l->doc, response, "output");

  if (is_there(l, output) && (lint_type(&l->doc, output) != JSON_ARRAY ||
                              lint_count(&l->doc, output) > 0))
    lint_say(l, LINT_VIOLATION, "response.early", "response.output",
             "response.output is not empty before the end");
  for (size_t i = 0; i < sizeof(late) / sizeof(late[0]); i++)
    if (is_there(l, lint_get(&l->doc, response, late[i])))
      lint_say(l, LINT_VIOLATION, "response.early", late[i],
               "response.%s is not null before the end", late[i]);
}

/* ---- what is echoed ---- */

static int may_change(sluice_text key)
{
  for (size_t i = 0; i < sizeof(changing) / sizeof(changing[0]); i++)
    if (key.n == strlen(changing[i]) && memcmp(key.p, changing[i], key.n) == 0)
      return 1;
  return 0;
}

static void say_echo(struct lint *l, sluice_text key, const char *what)
{
  lint_say(l, LINT_VIOLATION, "response.echo", NULL, "response.%s %s",
           lint_shown_text(l, key), what);
}

static void compare_echo(struct lint *l, sluice_text key, uint32_t before,
                         uint32_t now)
{
  sluice__buf_clear(&l->message);
  if (!lint_differ(&l->first, before, &l->doc, now, LINT_LEAVE_NONE,
                   &l->message))
    return;
  sluice__buf_byte(&l->message, '\0');
  if (!l->message.failed)
    lint_say(l, LINT_VIOLATION, "response.echo", NULL,
             "response.%s is not as in response.created: %.300s",
             lint_shown_text(l, key), l->message.p);
}

static void check_echo(struct lint *l, uint32_t response)
{
  const struct lint_doc *first = &l->first, *doc = &l->doc;
  uint32_t key = sluice__json_child(&first->json, 0);

  if (first->json.count == 0 || is_event(l, "response.created") ||
      ++l->lifecycles > ECHOES)
    return;
  for (; key != JSON_ABSENT; key = sluice__json_sibling(&first->json, 0, key)) {
    sluice_text name = lint_text(first, key);
    uint32_t now = lint_get_text(doc, response, name);
    if (may_change(name))
      continue;
    if (now == JSON_ABSENT)
      say_echo(l, name, "is in response.created and not here");
    else
      compare_echo(l, name, key + 1, now);
  }
  key = sluice__json_child(&doc->json, response);
  for (; key != JSON_ABSENT;
       key = sluice__json_sibling(&doc->json, response, key)) {
    sluice_text name = lint_text(doc, key);
    if (!may_change(name) && lint_get_text(first, 0, name) == JSON_ABSENT)
      say_echo(l, name, "is here and not in response.created");
  }
}

/* ---- the end ---- */

static void check_reason(struct lint *l, uint32_t response)
{
  uint32_t error = lint_get(&l->doc, response, "error");
  uint32_t details = lint_get(&l->doc, response, "incomplete_details");
  sluice_text reason = lint_text(&l->doc, lint_get(&l->doc, details, "reason"));

  if (is_event(l, "response.failed")) {
    if (lint_type(&l->doc, error) != JSON_OBJECT)
      lint_say(l, LINT_VIOLATION, "response.error", "response.error",
               "a failed response without error");
    if (!l->errored)
      lint_say(l, LINT_WARNING, "order.failed-alone", NULL,
               "no `error` event before response.failed");
  } else if (is_there(l, error)) {
    lint_say(l, LINT_VIOLATION, "response.error", "response.error",
             "response.error is not null");
  }
  if (is_event(l, "response.incomplete")) {
    if (reason.n == 0)
      lint_say(l, LINT_VIOLATION, "response.reason",
               "response.incomplete_details",
               "an incomplete response without a reason");
  } else if (is_there(l, details)) {
    lint_say(l, LINT_VIOLATION, "response.reason",
             "response.incomplete_details",
             "response.incomplete_details is not null");
  }
}

static void check_closed(struct lint *l)
{
  for (size_t i = l->first_open; i < l->item_count && l->open > 0; i++) {
    const struct lint_item *it = &l->items[i];
    const char *type = lint_shown_text(l, sluice__buf_as_text(&it->type));
    if (it->is_done)
      continue;
    lint_say(l,
             is_event(l, "response.failed")       ? LINT_WARNING
             : lint_item_is(it, "mcp_list_tools") ? LINT_ERRATUM
                                                  : LINT_VIOLATION,
             "item.not-done", type, "item %lld (%s) has no output_item.done",
             (long long)it->index, type);
  }
}

/* OpenAI leaves the done event of a list of tools out at times, and has the
 * item in the output all the same. */
static int is_lost_list(const struct lint *l, uint32_t item)
{
  size_t i = lint_map_get(&l->by_id,
                          lint_text(&l->doc, lint_get(&l->doc, item, "id")));

  return i != SIZE_MAX && !l->items[i].is_done &&
         lint_item_is(&l->items[i], "mcp_list_tools");
}

static uint32_t next_output(const struct lint *l, uint32_t output,
                            uint32_t item)
{
  do
    item = item == JSON_ABSENT
               ? sluice__json_child(&l->doc.json, output)
               : sluice__json_sibling(&l->doc.json, output, item);
  while (item != JSON_ABSENT && is_lost_list(l, item));
  return item;
}

static void compare_output(struct lint *l, const struct lint_item *it,
                           uint32_t item)
{
  enum lint_leave leave = LINT_LEAVE_ENCRYPTED;

  if (!lint_reread(l, &it->done))
    return;
  sluice__buf_clear(&l->message);
  if (!lint_differ(&l->other, 0, &l->doc, item, LINT_LEAVE_NONE, &l->message))
    return;
  sluice__buf_byte(&l->message, '\0');
  if (l->message.failed)
    l->status = SLUICE_ERR_NOMEM;
  else if (!lint_differ(&l->other, 0, &l->doc, item, leave, NULL))
    lint_say(l, LINT_ERRATUM, "response.output-encrypted", NULL,
             "item %lld is encrypted anew: %.300s", (long long)it->index,
             l->message.p);
  else
    lint_say(l, LINT_VIOLATION, "response.output", "response.output",
             "item %lld is not as in output_item.done: %.300s",
             (long long)it->index, l->message.p);
}

static void check_output(struct lint *l, uint32_t response)
{
  uint32_t output = lint_get(&l->doc, response, "output");
  uint32_t item = JSON_ABSENT;
  size_t done = 0, matched = 0, i;
  size_t shown = lint_count(&l->doc, output);

  if (lint_type(&l->doc, output) != JSON_ARRAY ||
      (shown == 0 && is_event(l, "response.failed")))
    return;
  for (i = 0; i < l->item_count; i++)
    done += (size_t)l->items[i].is_done;
  if (shown == 0 && done > 0) {
    lint_say(l, LINT_VIOLATION, "response.no-output", "response.output",
             "response.output is empty, %zu items were done", done);
    return;
  }
  item = next_output(l, output, item);
  for (i = 0; i < l->item_count && item != JSON_ABSENT; i++) {
    if (!l->items[i].is_done)
      continue;
    compare_output(l, &l->items[i], item);
    item = next_output(l, output, item);
    matched++;
  }
  if (matched < done || item != JSON_ABSENT)
    lint_say(l, LINT_VIOLATION, "response.output", "response.output",
             "response.output has %zu items, %zu were done", shown, done);
}

static void check_items_complete(struct lint *l)
{
  if (!is_event(l, "response.completed"))
    return;
  for (size_t i = 0; i < l->item_count; i++)
    if (l->items[i].unfinished)
      lint_say(l, LINT_VIOLATION, "item.status", NULL,
               "item %lld is not completed, the response is",
               (long long)l->items[i].index);
}

/* ---- usage ---- */

static void check_detail(struct lint *l, uint32_t usage, const char *details,
                         const char *name, int64_t whole)
{
  uint32_t node = lint_get(&l->doc, lint_get(&l->doc, usage, details), name);
  int64_t n = lint_integer(&l->doc, node);

  if (lint_is_integer(&l->doc, node) && (n < 0 || n > whole))
    lint_say(l, LINT_VIOLATION, "usage.detail", NULL,
             "%s is %lld, of %lld tokens", name, (long long)n,
             (long long)whole);
}

static void check_usage(struct lint *l, uint32_t response)
{
  uint32_t usage = lint_get(&l->doc, response, "usage");
  uint32_t input = lint_get(&l->doc, usage, "input_tokens");
  uint32_t output = lint_get(&l->doc, usage, "output_tokens");
  uint32_t total = lint_get(&l->doc, usage, "total_tokens");
  int64_t a = lint_integer(&l->doc, input), b = lint_integer(&l->doc, output);
  int64_t c = lint_integer(&l->doc, total);

  if (!is_there(l, usage)) {
    if (is_event(l, "response.completed"))
      lint_say(l, LINT_WARNING, "usage.missing", "response.usage",
               "a completed response without usage");
    return;
  }
  if (!lint_is_integer(&l->doc, input) || !lint_is_integer(&l->doc, output) ||
      !lint_is_integer(&l->doc, total))
    return;
  if (a < 0 || b < 0 || c < 0)
    lint_say(l, LINT_VIOLATION, "usage.negative", NULL,
             "a count of tokens is negative");
  else if ((uint64_t)a + (uint64_t)b != (uint64_t)c)
    lint_say(l, LINT_VIOLATION, "usage.total", NULL,
             "total_tokens is %lld, input and output are %lld + %lld",
             (long long)c, (long long)a, (long long)b);
  check_detail(l, usage, "input_tokens_details", "cached_tokens", a);
  check_detail(l, usage, "output_tokens_details", "reasoning_tokens", b);
}

/* Whole seconds. */
static int64_t seconds(const struct lint *l, uint32_t node)
{
  int64_t n = 0;

  sluice__json_int(&l->doc.json, node, &n);
  return n;
}

static void check_times(struct lint *l, uint32_t response)
{
  uint32_t end = lint_get(&l->doc, response, "completed_at");
  uint32_t start = lint_get(&l->doc, response, "created_at");
  int completed = is_event(l, "response.completed");

  if (end == JSON_ABSENT)
    return;
  if ((lint_type(&l->doc, end) != JSON_NULL) != completed)
    lint_say(l, LINT_WARNING, "response.completed-at", NULL,
             completed ? "completed_at is null" : "completed_at is not null");
  else if (lint_type(&l->doc, end) == JSON_NUMBER &&
           lint_type(&l->doc, start) == JSON_NUMBER &&
           seconds(l, end) < seconds(l, start))
    lint_say(l, LINT_VIOLATION, "response.completed-at", NULL,
             "completed_at is before created_at");
}

static void check_end(struct lint *l, uint32_t response)
{
  int first = !l->terminal;

  if (!l->progress)
    lint_say(l, LINT_VIOLATION, "order.no-in-progress", NULL,
             "no response.in_progress before the end");
  l->terminal = 1;
  check_reason(l, response);
  if (first) {
    check_closed(l);
    check_output(l, response);
    check_items_complete(l);
  }
  check_usage(l, response);
  check_times(l, response);
}

/* ---- the steps ---- */

void lint_lifecycle(struct lint *l, const struct lint_route *route)
{
  uint32_t response = lint_member(l, "response");

  (void)route;
  if (lint_type(&l->doc, response) != JSON_OBJECT)
    return;
  check_beginning(l, response);
  check_id(l, response);
  check_status(l, response);
  if (!is_terminal(l))
    check_early(l, response);
  check_echo(l, response);
  if (is_terminal(l))
    check_end(l, response);
}

void lint_error(struct lint *l, const struct lint_route *route)
{
  (void)route;
  l->errored = 1;
  if (lint_type(&l->doc, lint_member(l, "error")) != JSON_OBJECT)
    lint_say(l, LINT_WARNING, "order.error-flat", NULL,
             "`error` has its members at the top alone, not in an object "
             "`error` too");
}

void lint_end(struct lint *l)
{
  l->at.offset = l->frame.offset;
  if (l->terminal)
    return;
  if (l->errored)
    lint_say(l, LINT_WARNING, "order.error-alone", NULL,
             "the input ends after `error`, without response.failed");
  else
    lint_say(l, LINT_VIOLATION, "order.no-terminal", NULL,
             "the input ends without response.completed, .incomplete or "
             ".failed");
}
