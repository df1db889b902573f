/* SPDX-License-Identifier: MIT */
#include "laws.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "laws_shape.h"
#include "laws_tool.h"
#include "laws_wire.h"

struct rule {
  const char *type;
  const struct member *keys;
  int (*follow)(struct laws *l, json_t *event);
};

struct laws {
  sluice_unit unit;
  json_int_t number; /* events so far */
  const char *type;  /* of the present event */
  json_t *created;   /* the response of response.created */
  json_t *error;     /* the error event */
  int terminal;
  int bare; /* an item without a part was seen */

  json_t *done; /* items that are done, in order */
  json_t *ids;  /* of items, and of calls; a set */
  json_t *calls;
  json_t *item;  /* the open item as added; NULL: none */
  json_t *parts; /* of the open item: those that are done */

  json_t *part;      /* the open part as added */
  struct bytes text; /* its deltas, or those of the arguments */
  json_t *notes;     /* its annotations */
  json_t *logprobs;  /* of its deltas */

  int text_done; /* its text is done */

  const struct tool_kind *tool; /* of the open item; NULL: no call */
  enum tool_stage stage;
  struct rule of_tool; /* for the present event, if it is of a call */

  struct bytes wrong;
  char message[LAWS_MESSAGE];
};

static const struct laws fresh;

/* ---- saying what is wrong ---------------------------------------------- */

static int bad(struct laws *l, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static int bad(struct laws *l, const char *format, ...)
{
  va_list ap;
  int n;

  if (l->message[0] != '\0')
    return 0;
  n = snprintf(l->message, sizeof(l->message),
               "event %lld %s: ", (long long)l->number,
               l->type == NULL ? "?" : l->type);
  va_start(ap, format);
  vsnprintf(l->message + n, sizeof(l->message) - (size_t)n, format, ap);
  va_end(ap);
  return 0;
}

/* Hands on what a function of laws_shape.h says. */
static int shape(struct laws *l, int good)
{
  return good ? 1 : bad(l, "%.300s", l->wrong.p);
}

static int is(json_t *object, const char *key, const char *value)
{
  return strcmp(wire_string(object, key), value) == 0;
}

static int is_empty_array(json_t *v)
{
  return json_is_array(v) && json_array_size(v) == 0;
}

static int text_is(const struct bytes *text, json_t *s)
{
  return json_is_string(s) && json_string_length(s) == text->n &&
         (text->n == 0 || memcmp(json_string_value(s), text->p, text->n) == 0);
}

static void set(json_t **slot, json_t *value)
{
  json_decref(*slot);
  *slot = value;
}

/* ---- items ------------------------------------------------------------- */

static const struct member message_members[] = {{"id", "S"},      {"type", "S"},
                                                {"status", "S"},  {"role", "S"},
                                                {"content", "a"}, {NULL, NULL}};
static const struct member reasoning_members[] = {{"id", "S"},
                                                  {"type", "S"},
                                                  {"summary", "a"},
                                                  {"content", "a?"},
                                                  {"encrypted_content", "S?"},
                                                  {NULL, NULL}};

static int item_shape(struct laws *l, json_t *item)
{
  const struct member *members = is(item, "type", "message") ? message_members
                                 : is(item, "type", "reasoning")
                                     ? reasoning_members
                                     : NULL;

  if (tool_kind_of(item) != NULL)
    return shape(l, tool_shape(tool_kind_of(item), item, &l->wrong));
  if (members == NULL)
    return bad(l, "an item of unknown type");
  if (!shape(l, shape_members(item, members, "the item", &l->wrong)))
    return 0;
  if (members == message_members && !is(item, "role", "assistant"))
    return bad(l, "the message's role is not assistant");
  return 1;
}

/* 0 when it is there already. Names may hold NULs, so they are no keys. */
static int add_to_set(json_t *all, json_t *name)
{
  json_t *other;
  size_t i;

  json_array_foreach(all, i, other)
  {
    if (json_equal(other, name))
      return 0;
  }
  json_array_append(all, name);
  return 1;
}

static int is_new_item_empty(json_t *item)
{
  if (is(item, "type", "message"))
    return is_empty_array(json_object_get(item, "content"));
  if (is(item, "type", "reasoning"))
    return is_empty_array(json_object_get(item, "summary")) &&
           json_array_size(json_object_get(item, "content")) == 0;
  return 0;
}

static int item_added(struct laws *l, json_t *event)
{
  json_t *item = json_object_get(event, "item");

  if (l->item != NULL)
    return bad(l, "an item is still open");
  if (!item_shape(l, item))
    return 0;
  l->tool = tool_kind_of(item);
  l->stage = TOOL_ADDED;
  if (is(item, "type", "message") && !is(item, "status", "in_progress"))
    return bad(l, "a new item is not in_progress");
  if (l->tool != NULL ? !shape(l, tool_is_new(l->tool, item, &l->wrong))
                      : !is_new_item_empty(item))
    return bad(l, "a new item is not empty");
  if (!add_to_set(l->ids, json_object_get(item, "id")))
    return bad(l, "the id %s was used before", wire_string(item, "id"));
  if (json_object_get(item, "call_id") != NULL &&
      !add_to_set(l->calls, json_object_get(item, "call_id")))
    return bad(l, "the call_id %s was used before",
               wire_string(item, "call_id"));
  set(&l->item, json_incref(item));
  set(&l->parts, json_array());
  bytes_clear(&l->text);
  l->text_done = 0;
  return 1;
}

/* What stayed of the item as it was added. */
static int item_unchanged(struct laws *l, json_t *item)
{
  static const char *const keys[] = {"id",           "type",        "role",
                                     "call_id",      "name",        "namespace",
                                     "server_label", "container_id"};
  size_t i;

  for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
    json_t *a = json_object_get(l->item, keys[i]);

    if (a != NULL && !json_equal(a, json_object_get(item, keys[i])))
      return bad(l, "`%s` of the item changed", keys[i]);
  }
  return 1;
}

static int parts_done(struct laws *l, json_t *item)
{
  json_t *content = json_object_get(item, "content");
  json_t *summary = json_object_get(item, "summary");
  json_t *parts =
      summary != NULL && json_array_size(summary) > 0 ? summary : content;

  if (l->part != NULL)
    return bad(l, "a part is still open");
  if (json_array_size(l->parts) == 0) { /* encrypted, or after a failure */
    if (json_object_get(item, "encrypted_content") == NULL)
      l->bare = 1;
    return json_array_size(parts) == 0
               ? 1
               : bad(l, "the item's parts are not those that were sent");
  }
  if (!json_equal(parts, l->parts))
    return bad(l, "the item's parts are not those that were sent");
  if (parts == summary && json_array_size(content) != 0)
    return bad(l, "both summary and content");
  return 1;
}

static int item_done(struct laws *l, json_t *event)
{
  json_t *item = json_object_get(event, "item");

  if (!item_shape(l, item) || !item_unchanged(l, item))
    return 0;
  if (is(item, "type", "message") && !is(item, "status", "completed") &&
      !is(item, "status", "incomplete"))
    return bad(l, "a done item is neither completed nor incomplete");
  if (l->tool != NULL ? !shape(l, tool_done(l->tool, l->stage, l->item, item,
                                            &l->text, &l->wrong))
                      : !parts_done(l, item))
    return 0;
  json_array_append(l->done, item);
  set(&l->item, NULL);
  return 1;
}

/* ---- parts ------------------------------------------------------------- */

/* The four kinds of part: how they are named on the wire. */
struct kind {
  const char *part, *item, *stem; /* stem: of the events of its text */
  const char *added, *done;
  const char *index, *field; /* field: the text in .done and in the part */
};

static const struct kind kinds[] = {
    {"output_text", "message", "response.output_text",
     "response.content_part.added", "response.content_part.done",
     "content_index", "text"},
    {"refusal", "message", "response.refusal", "response.content_part.added",
     "response.content_part.done", "content_index", "refusal"},
    {"summary_text", "reasoning", "response.reasoning_summary_text",
     "response.reasoning_summary_part.added",
     "response.reasoning_summary_part.done", "summary_index", "text"},
    {"reasoning_text", "reasoning", "response.reasoning_text",
     "response.content_part.added", "response.content_part.done",
     "content_index", "text"}};

static const struct kind *kind_of(json_t *part)
{
  size_t i;

  for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
    if (is(part, "type", kinds[i].part))
      return &kinds[i];
  return NULL;
}

static const struct member text_part[] = {{"type", "S"},
                                          {"text", "s"},
                                          {"annotations", "a"},
                                          {"logprobs", "a"},
                                          {NULL, NULL}};
static const struct member refusal_part[] = {
    {"type", "S"}, {"refusal", "s"}, {NULL, NULL}};
static const struct member plain_part[] = {
    {"type", "S"}, {"text", "s"}, {NULL, NULL}};

static int part_shape(struct laws *l, const struct kind *k, json_t *part)
{
  const struct member *members = k == &kinds[0]   ? text_part
                                 : k == &kinds[1] ? refusal_part
                                                  : plain_part;

  return shape(l, shape_members(part, members, "the part", &l->wrong));
}

/* content_index or summary_index must be the number of the present part. */
static int part_index(struct laws *l, const struct kind *k, json_t *event)
{
  json_t *v = json_object_get(event, k->index);

  if (json_is_integer(v) &&
      json_integer_value(v) == (json_int_t)json_array_size(l->parts))
    return 1;
  return bad(l, "%s is not %zu", k->index, json_array_size(l->parts));
}

static int part_added(struct laws *l, json_t *event)
{
  json_t *part = json_object_get(event, "part");
  const struct kind *k = kind_of(part);

  if (k == NULL || strcmp(l->type, k->added) != 0)
    return bad(l, "a part of another type");
  if (!is(l->item, "type", k->item))
    return bad(l, "a part %s in a %s item", k->part,
               wire_string(l->item, "type"));
  if (l->part != NULL)
    return bad(l, "a part is still open");
  if (!part_shape(l, k, part) || !part_index(l, k, event))
    return 0;
  if (!is(part, k->field, "") ||
      json_array_size(json_object_get(part, "annotations")) != 0 ||
      json_array_size(json_object_get(part, "logprobs")) != 0)
    return bad(l, "a new part is not empty");
  set(&l->part, json_incref(part));
  set(&l->notes, json_array());
  set(&l->logprobs, json_array());
  bytes_clear(&l->text);

  l->text_done = 0;
  return 1;
}

/* The kind of the open part, when the event is of its family. */
static const struct kind *open_kind(struct laws *l, json_t *event)
{
  const struct kind *k = l->part == NULL ? NULL : kind_of(l->part);

  if (k == NULL) {
    bad(l, "no part is open");
    return NULL;
  }
  if (strncmp(l->type, k->stem, strlen(k->stem)) != 0 &&
      strcmp(l->type, k->done) != 0) {
    bad(l, "the open part is %s", k->part);
    return NULL;
  }
  return part_index(l, k, event) ? k : NULL;
}

static int part_delta(struct laws *l, json_t *event)
{
  json_t *delta = json_object_get(event, "delta");
  const struct kind *k = open_kind(l, event);

  if (k == NULL)
    return 0;
  if (l->text_done)
    return bad(l, "a delta after the text was done");
  if (!shape(l, shape_padding(event, &l->wrong)))
    return 0;
  if (k == &kinds[0]) {
    json_t *logprobs = json_object_get(event, "logprobs");

    if (!shape(l, shape_logprobs(logprobs, &l->wrong)))
      return 0;
    json_array_extend(l->logprobs, logprobs);
  }
  bytes_put(&l->text, json_string_value(delta), json_string_length(delta));
  return 1;
}

static int part_text_done(struct laws *l, json_t *event)
{
  const struct kind *k = open_kind(l, event);

  if (k == NULL)
    return 0;
  if (l->text_done)
    return bad(l, "the text was done before");
  if (!text_is(&l->text, json_object_get(event, k->field)))
    return bad(l, "`%s` is not the deltas joined", k->field);
  if (k == &kinds[0] &&
      !json_equal(l->logprobs, json_object_get(event, "logprobs")))
    return bad(l, "logprobs are not those of the deltas");
  l->text_done = 1;
  return 1;
}

static int part_done(struct laws *l, json_t *event)
{
  json_t *part = json_object_get(event, "part");
  const struct kind *k = open_kind(l, event);

  if (k == NULL)
    return 0;
  if (!l->text_done)
    return bad(l, "the text was not done before it");
  if (!is(part, "type", k->part))
    return bad(l, "the type of the part changed");
  if (!part_shape(l, k, part))
    return 0;
  if (!text_is(&l->text, json_object_get(part, k->field)))
    return bad(l, "the part's %s is not the deltas joined", k->field);
  if (k == &kinds[0] &&
      !json_equal(l->notes, json_object_get(part, "annotations")))
    return bad(l, "the part's annotations are not those that were sent");
  if (k == &kinds[0] &&
      !json_equal(l->logprobs, json_object_get(part, "logprobs")))
    return bad(l, "the part's logprobs are not those of the deltas");
  json_array_append(l->parts, part);
  set(&l->part, NULL);
  return 1;
}

/* ---- annotations ------------------------------------------------------- */

static int annotation_added(struct laws *l, json_t *event)
{
  json_t *note = json_object_get(event, "annotation");
  json_t *number = json_object_get(event, "annotation_index");
  const struct kind *k = open_kind(l, event);

  if (k == NULL)
    return 0;
  if (l->text_done)
    return bad(l, "an annotation after the text was done");
  if (json_integer_value(number) != (json_int_t)json_array_size(l->notes))
    return bad(l, "annotation_index is not %zu", json_array_size(l->notes));
  if (!shape(l, shape_note(note, l->unit, &l->text, &l->wrong)))
    return 0;
  json_array_append(l->notes, note);
  return 1;
}

/* ---- calls ------------------------------------------------------------- */

static int tool_step(struct laws *l, json_t *event)
{
  json_t *name = json_object_get(event, "name");

  if (!shape(l, shape_padding(event, &l->wrong)) ||
      !shape(l, tool_event(l->tool, &l->stage, l->type, event, &l->text,
                           &l->wrong)))
    return 0;
  return name == NULL || json_equal(name, json_object_get(l->item, "name"))
             ? 1
             : bad(l, "`name` is not that of the item");
}

/* ---- the response ------------------------------------------------------ */

static int created(struct laws *l, json_t *event)
{
  json_t *r = json_object_get(event, "response");

  if (l->created != NULL)
    return bad(l, "a second response.created");
  if (!shape(l, shape_response(r, &l->wrong)))
    return 0;
  if (!is(r, "status", "in_progress"))
    return bad(l, "the status is not in_progress");
  if (json_array_size(json_object_get(r, "output")) != 0 ||
      !json_is_null(json_object_get(r, "usage")) ||
      !json_is_null(json_object_get(r, "error")) ||
      !json_is_null(json_object_get(r, "incomplete_details")) ||
      !json_is_null(json_object_get(r, "completed_at")))
    return bad(l, "it tells the end already");
  set(&l->created, json_incref(r));
  return 1;
}

static int in_progress(struct laws *l, json_t *event)
{
  if (!json_equal(l->created, json_object_get(event, "response")))
    return bad(l, "the response is not that of response.created");
  return 1;
}

static int error_event(struct laws *l, json_t *event)
{
  static const struct member nested[] = {{"type", "sn"},
                                         {"code", "sn"},
                                         {"message", "S"},
                                         {"param", "sn"},
                                         {NULL, NULL}};
  json_t *error = json_object_get(event, "error");

  if (l->item != NULL)
    return bad(l, "an item is still open");
  if (!shape(l, shape_members(error, nested, "`error`", &l->wrong)))
    return 0;
  if (!json_equal(json_object_get(error, "message"),
                  json_object_get(event, "message")) ||
      !json_equal(json_object_get(error, "code"),
                  json_object_get(event, "code")) ||
      !json_equal(json_object_get(error, "param"),
                  json_object_get(event, "param")))
    return bad(l, "`error` says other things than the event");
  set(&l->error, json_incref(event));
  return 1;
}

/* Is there a message or a call? And what was left unfinished? What was said
 * before or beside a hosted call may be of a round that ended well. */
static int output_fits(struct laws *l, const char *status)
{
  size_t i, answers = 0, hosted = 0, all = json_array_size(l->done);
  int complete = strcmp(status, "completed") == 0;

  for (i = 0; i < all; i++) {
    json_t *item = json_array_get(l->done, i);

    if (!is(item, "type", "reasoning") && tool_is_answer(tool_kind_of(item)))
      answers++;
    if (tool_is_hosted(tool_kind_of(item)))
      hosted++;
    if (complete && is(item, "status", "incomplete") &&
        !tool_is_hosted(tool_kind_of(item)))
      return bad(l, "completed, but item %zu is not", i);
    if (is(item, "type", "message") && is(item, "status", "incomplete") &&
        i + 1 < all && strcmp(status, "failed") != 0)
      return bad(l, "item %zu is incomplete, but another follows", i);
    if (!complete && is(item, "type", "message") && i + 1 == all &&
        hosted == 0 && !is(item, "status", "incomplete"))
      return bad(l, "not completed, but its last message is");
  }
  return !complete || answers > 0 ? 1 : bad(l, "neither message nor call");
}

static int error_fits(struct laws *l, json_t *r, const char *status)
{
  json_t *error = json_object_get(r, "error");
  json_t *details = json_object_get(r, "incomplete_details");
  int failed = strcmp(status, "failed") == 0;

  if (failed == json_is_null(error))
    return bad(l, "`error` does not fit the status");
  if (failed && l->error != NULL &&
      !json_equal(json_object_get(error, "message"),
                  json_object_get(l->error, "message")))
    return bad(l, "another message than in the error event");
  if (!failed && l->error != NULL)
    return bad(l, "it did not fail after an error event");
  if ((strcmp(status, "incomplete") == 0) == json_is_null(details))
    return bad(l, "`incomplete_details` does not fit the status");
  if (!json_is_null(details) && !is(details, "reason", "max_output_tokens") &&
      !is(details, "reason", "content_filter"))
    return bad(l, "an unknown reason");
  return 1;
}

static int terminal(struct laws *l, json_t *event)
{
  json_t *r = json_object_get(event, "response");
  json_t *at = json_object_get(r, "completed_at");
  const char *status = strchr(l->type, '.') + 1;

  if (l->item != NULL)
    return bad(l, "an item is still open");
  if (!shape(l, shape_response(r, &l->wrong)) ||
      !shape(l, shape_same_response(l->created, r, &l->wrong)))
    return 0;
  if (!is(r, "status", status))
    return bad(l, "the status is not %s", status);
  if (!json_equal(l->done, json_object_get(r, "output")))
    return bad(l, "`output` is not the items that were done");
  if (!output_fits(l, status) || !error_fits(l, r, status))
    return 0;
  if (l->bare && strcmp(status, "failed") != 0)
    return bad(l, "an item without a part");
  if ((strcmp(status, "completed") == 0) == json_is_null(at))
    return bad(l, "`completed_at` does not fit the status");
  if (!json_is_null(at) &&
      json_integer_value(at) <
          json_integer_value(json_object_get(r, "created_at")))
    return bad(l, "completed before it was created");
  l->terminal = 1;
  return 1;
}

/* ---- one event --------------------------------------------------------- */

#define HEAD                                                                   \
  {"type", "S"},                                                               \
  {                                                                            \
    "sequence_number", "i"                                                     \
  }
#define ITEM                                                                   \
  HEAD, {"item_id", "S"},                                                      \
  {                                                                            \
    "output_index", "i"                                                        \
  }
#define TAIL                                                                   \
  {                                                                            \
    NULL, NULL                                                                 \
  }
#define PART                                                                   \
  ITEM,                                                                        \
  {                                                                            \
    "content_index", "i"                                                       \
  }
#define SUMMARY                                                                \
  ITEM,                                                                        \
  {                                                                            \
    "summary_index", "i"                                                       \
  }

static const struct member lifecycle_keys[] = {HEAD, {"response", "o"}, TAIL};
static const struct member error_keys[] = {
    HEAD, {"code", "sn"}, {"message", "S"}, {"param", "sn"}, {"error", "o"},
    TAIL};
static const struct member item_keys[] = {
    HEAD, {"output_index", "i"}, {"item", "o"}, TAIL};
static const struct member part_keys[] = {PART, {"part", "o"}, TAIL};
static const struct member summary_keys[] = {SUMMARY, {"part", "o"}, TAIL};
static const struct member text_delta_keys[] = {
    PART, {"delta", "S"}, {"logprobs", "a"}, {"obfuscation", "S?"}, TAIL};
static const struct member text_done_keys[] = {
    PART, {"text", "s"}, {"logprobs", "a"}, TAIL};
static const struct member delta_keys[] = {PART, {"delta", "S"}, TAIL};
static const struct member thought_delta_keys[] = {
    PART, {"delta", "S"}, {"obfuscation", "S?"}, TAIL};
static const struct member refusal_keys[] = {PART, {"refusal", "s"}, TAIL};
static const struct member done_keys[] = {PART, {"text", "s"}, TAIL};
static const struct member summary_delta_keys[] = {
    SUMMARY, {"delta", "S"}, {"obfuscation", "S?"}, TAIL};
static const struct member summary_done_keys[] = {SUMMARY, {"text", "s"}, TAIL};
static const struct member note_keys[] = {
    PART, {"annotation_index", "i"}, {"annotation", "o"}, TAIL};
static const struct rule rules[] = {
    {"response.created", lifecycle_keys, created},
    {"response.in_progress", lifecycle_keys, in_progress},
    {"response.completed", lifecycle_keys, terminal},
    {"response.incomplete", lifecycle_keys, terminal},
    {"response.failed", lifecycle_keys, terminal},
    {"error", error_keys, error_event},
    {"response.output_item.added", item_keys, item_added},
    {"response.output_item.done", item_keys, item_done},
    {"response.content_part.added", part_keys, part_added},
    {"response.content_part.done", part_keys, part_done},
    {"response.output_text.delta", text_delta_keys, part_delta},
    {"response.output_text.done", text_done_keys, part_text_done},
    {"response.output_text.annotation.added", note_keys, annotation_added},
    {"response.refusal.delta", delta_keys, part_delta},
    {"response.refusal.done", refusal_keys, part_text_done},
    {"response.reasoning_summary_part.added", summary_keys, part_added},
    {"response.reasoning_summary_part.done", summary_keys, part_done},
    {"response.reasoning_summary_text.delta", summary_delta_keys, part_delta},
    {"response.reasoning_summary_text.done", summary_done_keys, part_text_done},
    {"response.reasoning_text.delta", thought_delta_keys, part_delta},
    {"response.reasoning_text.done", done_keys, part_text_done}};

/* The events of calls stand in a table of their own. */
static const struct rule *rule_of(struct laws *l, const char *type)
{
  size_t i;

  for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
    if (strcmp(rules[i].type, type) == 0)
      return &rules[i];
  l->of_tool.keys = tool_event_keys(type, &l->of_tool.type);
  l->of_tool.follow = tool_step;
  return l->of_tool.keys == NULL ? NULL : &l->of_tool;
}

/* Where in the stream may an event of this kind stand? */
static int place(struct laws *l, const struct rule *rule)
{
  if (l->terminal)
    return bad(l, "an event after the terminal one");
  if (l->error != NULL && strcmp(rule->type, "response.failed") != 0)
    return bad(l, "after `error` only response.failed may come");
  if ((l->number == 0) != (rule->follow == created))
    return bad(l, "response.created must be the first event, and only that");
  if ((l->number == 1) != (rule->follow == in_progress))
    return bad(l, "response.in_progress must be the second event");
  return 1;
}

/* item_id and output_index, wherever they stand. */
static int belongs(struct laws *l, const struct rule *rule, json_t *event)
{
  json_t *index = json_object_get(event, "output_index");
  json_t *id = json_object_get(event, "item_id");

  if (index == NULL)
    return 1;
  if (json_integer_value(index) != (json_int_t)json_array_size(l->done))
    return bad(l, "output_index is not %zu", json_array_size(l->done));
  if (rule->follow == item_added)
    return 1;
  if (l->item == NULL)
    return bad(l, "no item is open");
  if (id != NULL && !json_equal(id, json_object_get(l->item, "id")))
    return bad(l, "item_id is not that of the open item");
  return 1;
}

static int follow(struct laws *l, const char *name, json_t *event)
{
  const struct rule *rule = rule_of(l, name);
  json_t *number = json_object_get(event, "sequence_number");

  if (rule == NULL)
    return bad(l, "an event of unknown type %s", name);
  l->type = rule->type;
  if (!shape(l, shape_members(event, rule->keys, "the event", &l->wrong)))
    return 0;
  if (json_integer_value(number) != l->number)
    return bad(l, "sequence_number is not %lld", (long long)l->number);
  return place(l, rule) && belongs(l, rule, event) && rule->follow(l, event);
}

/* ---- the checker ------------------------------------------------------- */

struct laws *laws_new(sluice_unit unit)
{
  struct laws *l = malloc(sizeof(*l));

  if (l == NULL)
    abort();
  *l = fresh;
  l->unit = unit;
  l->done = json_array();
  l->ids = json_array();
  l->calls = json_array();
  return l;
}

const char *laws_event(struct laws *l, const char *wire, size_t n)
{
  json_t *event = NULL;
  char name[WIRE_NAME];

  if (l->message[0] != '\0')
    return l->message;
  l->type = NULL;
  if (!wire_parse(wire, n, name, &event, &l->wrong))
    shape(l, 0);
  else if (follow(l, name, event))
    l->number++;
  json_decref(event);
  return l->message[0] == '\0' ? NULL : l->message;
}

const char *laws_end(struct laws *l)
{
  l->type = "end";
  if (!l->terminal)
    bad(l, "no terminal event");
  return l->message[0] == '\0' ? NULL : l->message;
}

void laws_free(struct laws *l)
{
  if (l == NULL)
    return;
  json_decref(l->created);
  json_decref(l->error);
  json_decref(l->done);
  json_decref(l->ids);
  json_decref(l->calls);
  json_decref(l->item);
  json_decref(l->parts);
  json_decref(l->part);
  json_decref(l->notes);
  json_decref(l->logprobs);
  bytes_free(&l->text);
  bytes_free(&l->wrong);
  free(l);
}
