/* SPDX-License-Identifier: MIT */
/* lint_part.c - the parts of items: their texts, annotations and log
 * probabilities; the parts of a reasoning summary. */
#include "lint_report.h"
#include "lint_steps.h"

static int part_is(const struct lint_part *p, const char *type)
{
  return p->type.n == strlen(type) && memcmp(p->type.p, type, p->type.n) == 0;
}

static int is_nothing(const struct lint *l, uint32_t node)
{
  enum json_type type = lint_type(&l->doc, node);

  return type == JSON_NONE || type == JSON_NULL ||
         (type == JSON_ARRAY && lint_count(&l->doc, node) == 0);
}

static int is_no_text(const struct lint *l, uint32_t node)
{
  return lint_type(&l->doc, node) == JSON_NONE || lint_is(&l->doc, node, "");
}

static void check_memory(struct lint *l, const struct buf *b)
{
  if (b->failed)
    l->status = SLUICE_ERR_NOMEM;
}

/* The part at an index of the event; NULL, reported, when it was not added. */
static struct lint_part *part_at(struct lint *l, struct lint_part *parts,
                                 size_t count, const char *name,
                                 const char *code)
{
  uint32_t index = lint_member(l, name);
  int64_t n = lint_integer(&l->doc, index);

  if (lint_is_integer(&l->doc, index) && n >= 0 && (uint64_t)n < count)
    return &parts[n];
  lint_say(l, LINT_VIOLATION, code, name, "no part was added with %s %s", name,
           lint_shown(l, index));
  return NULL;
}

/* ---- content parts ---- */

static struct lint_item *holder_of(struct lint *l,
                                   const struct lint_route *route)
{
  struct lint_item *it = lint_item_of(l, route);

  if (it == NULL || lint_item_is(it, "message") ||
      lint_item_is(it, "reasoning"))
    return it;
  lint_say(l, LINT_VIOLATION, "item.type", NULL, "a content part in a %s item",
           lint_shown_text(l, sluice__buf_as_text(&it->type)));
  return NULL;
}

static struct lint_part *part_of(struct lint *l, const struct lint_item *it)
{
  struct lint_part *p;

  if (it == NULL)
    return NULL;
  p = part_at(l, it->parts, it->part_count, "content_index", "part.unknown");
  if (p != NULL && p->closed)
    lint_say(l, LINT_VIOLATION, "part.after-done", NULL,
             "part %s is done already",
             lint_shown(l, lint_member(l, "content_index")));
  return p;
}

/* The part of a text event, of the right type. */
static struct lint_part *text_part_of(struct lint *l,
                                      const struct lint_route *route)
{
  struct lint_part *p = part_of(l, lint_item_of(l, route));

  if (p == NULL || part_is(p, route->field))
    return p;
  lint_say(l, LINT_VIOLATION, "part.type", NULL,
           "the event belongs to a part %s, this is %s", route->field,
           lint_shown_text(l, sluice__buf_as_text(&p->type)));
  return NULL;
}

void lint_part_added(struct lint *l, const struct lint_route *route)
{
  struct lint_item *it = holder_of(l, route);
  uint32_t part = lint_member(l, "part");
  uint32_t index = lint_member(l, "content_index");
  uint32_t type = lint_get(&l->doc, part, "type");
  struct lint_part *p;

  if (it == NULL || lint_type(&l->doc, part) != JSON_OBJECT)
    return;
  if (lint_integer(&l->doc, index) != (int64_t)it->part_count)
    lint_say(l, LINT_VIOLATION, "part.index", "content_index",
             "content_index is %s, not %zu", lint_shown(l, index),
             it->part_count);
  if (it->part_count > 0 && !it->parts[it->part_count - 1].closed)
    lint_say(l, LINT_WARNING, "part.interleaved", NULL,
             "the part before is still open");
  if (lint_is(&l->doc, type, "reasoning_text") != lint_item_is(it, "reasoning"))
    lint_say(l, LINT_VIOLATION, "part.type", "part.type",
             "a part %s in a %s item", lint_shown(l, type),
             lint_shown_text(l, sluice__buf_as_text(&it->type)));
  if (!is_no_text(l, lint_get(&l->doc, part, "text")) ||
      !is_no_text(l, lint_get(&l->doc, part, "refusal")) ||
      !is_nothing(l, lint_get(&l->doc, part, "annotations")) ||
      !is_nothing(l, lint_get(&l->doc, part, "logprobs")))
    lint_say(l, LINT_VIOLATION, "part.not-empty", "part",
             "the part is not empty when added");
  p = lint_part_new(l, &it->parts, &it->part_count, &it->part_cap);
  if (p != NULL)
    sluice__buf_text(&p->type, lint_text(&l->doc, type));
}

/* Adds the values of an array to a list joined by commas. */
static void add_values(struct lint *l, struct buf *list, uint32_t array)
{
  uint32_t value = sluice__json_child(&l->doc.json, array);

  if (lint_type(&l->doc, array) != JSON_ARRAY)
    return;
  for (; value != JSON_ABSENT;
       value = sluice__json_sibling(&l->doc.json, array, value)) {
    if (list->n > 0)
      sluice__buf_byte(list, ',');
    sluice__json_compact(&l->doc.json, value, list);
  }
  check_memory(l, list);
}

static void add_delta(struct lint *l, struct lint_part *p)
{
  sluice_text delta = lint_text(&l->doc, lint_member(l, "delta"));

  if (delta.n == 0)
    lint_say(l, LINT_WARNING, "delta.empty", NULL, "an empty delta");
  p->deltas++;
  sluice__buf_text(&p->text, delta);
  sluice__length_add(&p->length, delta);
  check_memory(l, &p->text);
}

static void add_text_delta(struct lint *l, struct lint_part *p)
{
  if (p->text_done)
    lint_say(l, LINT_VIOLATION, "text.after-done", NULL,
             "a delta after the text was done");
  add_delta(l, p);
}

void lint_text_delta(struct lint *l, const struct lint_route *route)
{
  struct lint_part *p = text_part_of(l, route);

  if (p == NULL)
    return;
  add_text_delta(l, p);
  add_values(l, &p->logprobs, lint_member(l, "logprobs"));
}

/* The values of a list against an array of the event. Returns 1 when they
 * differ, with the place in l->message. */
static int list_differs(struct lint *l, const struct buf *list, uint32_t array,
                        enum lint_leave leave)
{
  if (is_nothing(l, array))
    return list->n > 0;
  if (!lint_reread_list(l, list))
    return 0;
  return lint_differ(&l->other, 0, &l->doc, array, leave, NULL);
}

static void compare_text(struct lint *l, struct lint_part *p, const char *what,
                         uint32_t node)
{
  if (p->deltas == 0 && lint_text(&l->doc, node).n > 0)
    lint_say(l, LINT_VIOLATION, "text.no-delta", NULL,
             "%s has text, and no delta came", what);
  else
    lint_compare(l, "text.sum", what, &p->text, node);
}

void lint_text_done(struct lint *l, const struct lint_route *route)
{
  struct lint_part *p = text_part_of(l, route);
  uint32_t logprobs = lint_member(l, "logprobs");

  if (p == NULL)
    return;
  if (p->text_done)
    lint_say(l, LINT_VIOLATION, "text.after-done", NULL,
             "the text was done before");
  p->text_done = 1;
  compare_text(l, p, "the text",
               lint_member(l, part_is(p, "refusal") ? "refusal" : "text"));
  if (logprobs != JSON_ABSENT &&
      list_differs(l, &p->logprobs, logprobs, LINT_LEAVE_NONE))
    lint_say(l, LINT_VIOLATION, "text.logprobs", "logprobs",
             "logprobs are not those of the deltas");
}

/* ---- annotations ---- */

static void check_range(struct lint *l, const struct lint_part *p,
                        uint32_t note)
{
  uint32_t index = lint_get(&l->doc, note, "index");
  uint32_t start = lint_get(&l->doc, note, "start_index");
  uint32_t end = lint_get(&l->doc, note, "end_index");
  uint32_t type = lint_get(&l->doc, note, "type");
  int64_t sent = (int64_t)p->length.n, at = lint_integer(&l->doc, index);
  int64_t from = lint_integer(&l->doc, start), to = lint_integer(&l->doc, end);

  if (lint_is(&l->doc, type, "file_citation") &&
      lint_is_integer(&l->doc, index) && at != sent)
    lint_say(l, at < 0 || at > sent ? LINT_VIOLATION : LINT_WARNING,
             at < 0 || at > sent ? "note.range" : "note.late",
             "annotation.index", "index is %lld, %lld characters were sent",
             (long long)at, (long long)sent);
  if (lint_is(&l->doc, type, "url_citation") &&
      lint_is_integer(&l->doc, start) && lint_is_integer(&l->doc, end) &&
      (from < 0 || from > to || to > sent))
    lint_say(l, LINT_VIOLATION, "note.range", "annotation.end_index",
             "the range %lld to %lld, %lld characters were sent",
             (long long)from, (long long)to, (long long)sent);
}

void lint_annotation(struct lint *l, const struct lint_route *route)
{
  struct lint_part *p = text_part_of(l, route);
  uint32_t index = lint_member(l, "annotation_index");
  uint32_t note = lint_member(l, "annotation");

  if (p == NULL)
    return;
  if (p->text_done)
    lint_say(l, LINT_VIOLATION, "note.after-done", NULL,
             "an annotation after the text was done");
  if (lint_integer(&l->doc, index) != (int64_t)p->note_count)
    lint_say(l, LINT_VIOLATION, "note.index", "annotation_index",
             "annotation_index is %s, not %llu", lint_shown(l, index),
             (unsigned long long)p->note_count);
  p->note_count++;
  if (note == JSON_ABSENT)
    return;
  if (p->notes.n > 0)
    sluice__buf_byte(&p->notes, ',');
  sluice__json_compact(&l->doc.json, note, &p->notes);
  check_memory(l, &p->notes);
  if (lint_type(&l->doc, note) == JSON_OBJECT)
    check_range(l, p, note);
}

/* ---- a part is done ---- */

static void check_notes(struct lint *l, const struct lint_part *p,
                        uint32_t part)
{
  uint32_t notes = lint_get(&l->doc, part, "annotations");

  if (!list_differs(l, &p->notes, notes, LINT_LEAVE_NONE))
    return;
  if (p->note_count == 0)
    lint_say(l, LINT_VIOLATION, "note.not-added", "part.annotations",
             "the part has annotations, and no annotation.added came");
  else
    lint_say(l, LINT_VIOLATION, "note.sum", "part.annotations",
             "part.annotations are not those that were added");
}

static void check_logprobs(struct lint *l, struct lint_part *p, uint32_t part)
{
  uint32_t logprobs = lint_get(&l->doc, part, "logprobs");

  if (p->logprobs.n > 0 && lint_type(&l->doc, logprobs) == JSON_ARRAY &&
      lint_count(&l->doc, logprobs) == 0) {
    p->no_logprobs = 1;
    lint_say(l, LINT_ERRATUM, "part.logprobs-empty", "part.logprobs",
             "part.logprobs is empty, the deltas had some");
  } else if (logprobs != JSON_ABSENT &&
             list_differs(l, &p->logprobs, logprobs, LINT_LEAVE_NONE)) {
    lint_say(l, LINT_VIOLATION, "part.logprobs", "part.logprobs",
             "part.logprobs are not those of the deltas");
  }
}

void lint_part_done(struct lint *l, const struct lint_route *route)
{
  struct lint_part *p = part_of(l, lint_item_of(l, route));
  uint32_t part = lint_member(l, "part");
  uint32_t type = lint_get(&l->doc, part, "type");
  uint32_t text;

  if (p == NULL || p->closed)
    return;
  p->closed = 1;
  lint_keep(l, &p->final, part);
  if (!sluice__text_eq(lint_text(&l->doc, type),
                       sluice__buf_as_text(&p->type))) {
    lint_say(l, LINT_VIOLATION, "part.type", "part.type",
             "part.type is %s, it was added as %s", lint_shown(l, type),
             lint_shown_text(l, sluice__buf_as_text(&p->type)));
    return;
  }
  if (!p->text_done)
    lint_say(l, LINT_VIOLATION, "text.not-done", NULL,
             "the part is done, its text is not");
  text = lint_get(&l->doc, part, part_is(p, "refusal") ? "refusal" : "text");
  compare_text(l, p, "the part", text);
  if (part_is(p, "output_text")) {
    check_notes(l, p, part);
    check_logprobs(l, p, part);
  }
}

/* ---- an item is done ---- */

/* What a part ended as, against what the item says of it. */
static void match_part(struct lint *l, const struct lint_part *p, size_t i,
                       uint32_t part, const char *list)
{
  enum lint_leave leave =
      p->no_logprobs ? LINT_LEAVE_LOGPROBS : LINT_LEAVE_NONE;
  uint32_t logprobs = lint_get(&l->doc, part, "logprobs");
  int differs = !p->closed;

  sluice__buf_clear(&l->message);
  if (p->closed && lint_reread(l, &p->final))
    differs = lint_differ(&l->other, 0, &l->doc, part, leave, &l->message);
  sluice__buf_byte(&l->message, '\0');
  check_memory(l, &l->message);
  if (l->status != 0)
    return;
  if (differs && p->closed &&
      !lint_differ(&l->other, 0, &l->doc, part, LINT_LEAVE_ROUNDING, NULL)) {
    lint_say(l, LINT_ERRATUM, "item.logprobs-rounded", NULL,
             "log probabilities are rounded: %.300s", l->message.p);
  } else if (differs) {
    lint_say(l, LINT_VIOLATION, "item.sum", list,
             "item.%s[%zu] is not as the part was done: %.300s", list, i,
             l->message.p);
  } else if (p->no_logprobs &&
             list_differs(l, &p->logprobs, logprobs, LINT_LEAVE_ROUNDING)) {
    lint_say(l, LINT_VIOLATION, "item.sum", list,
             "item.%s[%zu].logprobs are not those of the deltas", list, i);
  } else if (p->no_logprobs &&
             list_differs(l, &p->logprobs, logprobs, LINT_LEAVE_NONE)) {
    lint_say(l, LINT_ERRATUM, "item.logprobs-rounded", NULL,
             "log probabilities are rounded");
  }
}

static void match(struct lint *l, const struct lint_part *parts, size_t count,
                  uint32_t item, const char *list)
{
  uint32_t array = lint_get(&l->doc, item, list);
  uint32_t part = sluice__json_child(&l->doc.json, array);
  size_t i;

  for (i = 0; i < count; i++)
    if (!parts[i].closed)
      lint_say(l, LINT_VIOLATION, "part.not-done", NULL,
               "part %zu has no done event", i);
  if (lint_type(&l->doc, array) != JSON_ARRAY && !is_nothing(l, array))
    return;
  for (i = 0; i < count && part != JSON_ABSENT; i++) {
    match_part(l, &parts[i], i, part, list);
    part = sluice__json_sibling(&l->doc.json, array, part);
  }
  if (i < count || part != JSON_ABSENT)
    lint_say(l, LINT_VIOLATION, count == 0 ? "item.parts-not-sent" : "item.sum",
             list, "item.%s has %zu parts, %zu were sent", list,
             lint_count(&l->doc, array), count);
}

void lint_parts_match(struct lint *l, struct lint_item *it, uint32_t item)
{
  match(l, it->parts, it->part_count, item, "content");
  if (lint_item_is(it, "reasoning"))
    match(l, it->summary, it->summary_count, item, "summary");
}

/* ---- reasoning summary ---- */

static struct lint_part *summary_of(struct lint *l,
                                    const struct lint_route *route)
{
  struct lint_item *it = lint_item_of(l, route);
  struct lint_part *p;

  if (it == NULL)
    return NULL;
  p = part_at(l, it->summary, it->summary_count, "summary_index",
              "summary.unknown");
  if (p != NULL && p->closed)
    lint_say(l, LINT_VIOLATION, "part.after-done", NULL,
             "summary part %s is done already",
             lint_shown(l, lint_member(l, "summary_index")));
  return p;
}

void lint_summary_added(struct lint *l, const struct lint_route *route)
{
  struct lint_item *it = lint_item_of(l, route);
  uint32_t index = lint_member(l, "summary_index");
  uint32_t part = lint_member(l, "part");
  struct lint_part *p;

  if (it == NULL)
    return;
  if (lint_integer(&l->doc, index) != (int64_t)it->summary_count)
    lint_say(l, LINT_VIOLATION, "summary.index", "summary_index",
             "summary_index is %s, not %zu", lint_shown(l, index),
             it->summary_count);
  if (lint_text(&l->doc, lint_get(&l->doc, part, "text")).n > 0)
    lint_say(l, LINT_VIOLATION, "part.not-empty", "part.text",
             "the part is not empty when added");
  p = lint_part_new(l, &it->summary, &it->summary_count, &it->summary_cap);
  if (p != NULL)
    sluice__buf_text(&p->type, SLUICE_TEXT("summary_text"));
}

void lint_summary_delta(struct lint *l, const struct lint_route *route)
{
  struct lint_part *p = summary_of(l, route);

  if (p == NULL)
    return;
  add_text_delta(l, p);
}

void lint_summary_text(struct lint *l, const struct lint_route *route)
{
  struct lint_part *p = summary_of(l, route);

  if (p == NULL)
    return;
  if (p->text_done)
    lint_say(l, LINT_VIOLATION, "text.after-done", NULL,
             "the text was done before");
  p->text_done = 1;
  compare_text(l, p, "the text", lint_member(l, "text"));
}

void lint_summary_done(struct lint *l, const struct lint_route *route)
{
  struct lint_part *p = summary_of(l, route);
  uint32_t part = lint_member(l, "part");

  if (p == NULL || p->closed)
    return;
  p->closed = 1;
  lint_keep(l, &p->final, part);
  if (!p->text_done)
    lint_say(l, LINT_VIOLATION, "text.not-done", NULL,
             "the part is done, its text is not");
  compare_text(l, p, "the part", lint_get(&l->doc, part, "text"));
}
