/* SPDX-License-Identifier: MIT */
#include "dialogue.h"

#include "content.h"
#include "text.h"
#include "value.h"

/* What is to be said next. Text is clean. */
struct dialogue {
  struct asked *a;
  struct toolset *tools;
  const struct pair *pair; /* of the next call */
  size_t messages;
  int failed;         /* some text found no memory */
  int behind_head;    /* something other than a system message came */
  struct buf head;    /* the system messages so far */
  struct buf said;    /* by the assistant, */
  struct buf thought; /* and before that */
  struct buf calls;   /* chat calls */
  struct buf results; /* the messages that answer them */
  struct buf media;   /* parts of outputs */
};

static const struct place input_place = {NULL, "input", 0};

static void init(struct dialogue *d, struct asked *a, struct toolset *t,
                 const struct pairing *p)
{
  const sluice_mem *mem = a->chat.mem;

  memset(d, 0, sizeof(*d));
  d->a = a;
  d->tools = t;
  d->pair = p->pairs;
  sluice__buf_init(&d->head, mem);
  sluice__buf_init(&d->said, mem);
  sluice__buf_init(&d->thought, mem);
  sluice__buf_init(&d->calls, mem);
  sluice__buf_init(&d->results, mem);
  sluice__buf_init(&d->media, mem);
}

/* 1 when some text found no memory. */
static int has_failed(const struct dialogue *d)
{
  return d->failed | d->head.failed | d->said.failed | d->thought.failed |
         d->calls.failed | d->results.failed | d->media.failed;
}

static int finish(struct dialogue *d)
{
  int failed = has_failed(d);

  sluice__buf_free(&d->head);
  sluice__buf_free(&d->said);
  sluice__buf_free(&d->thought);
  sluice__buf_free(&d->calls);
  sluice__buf_free(&d->results);
  sluice__buf_free(&d->media);
  return failed ? SLUICE_ERR_NOMEM : 0;
}

/* Ready for the next text; a failure is not forgotten. */
static void empty(struct dialogue *d, struct buf *text)
{
  d->failed |= text->failed;
  sluice__buf_clear(text);
}

/* ---- messages ---------------------------------------------------------- */

/* {"role":ROLE,"content": */
static void begin_message(struct dialogue *d, const char *role)
{
  struct buf *out = &d->a->chat;

  if (d->messages++ > 0)
    sluice__buf_byte(out, ',');
  sluice__buf_lit(out, "{\"role\":\"");
  sluice__buf_put(out, role, strlen(role));
  sluice__buf_lit(out, "\",\"content\":");
}

static void put_quoted(struct buf *out, const struct buf *text)
{
  sluice__buf_byte(out, '"');
  sluice__buf_text(out, sluice__buf_as_text(text));
  sluice__buf_byte(out, '"');
}

static void flush_head(struct dialogue *d)
{
  d->behind_head = 1;
  if (d->head.n == 0)
    return;
  begin_message(d, "system");
  put_quoted(&d->a->chat, &d->head);
  sluice__buf_byte(&d->a->chat, '}');
  empty(d, &d->head);
}

/* What is no text in the outputs: no tool message can hold it. */
static void flush_media(struct dialogue *d)
{
  struct buf *out = &d->a->chat;

  if (d->media.n == 0)
    return;
  begin_message(d, "user");
  sluice__buf_byte(out, '[');
  sluice__buf_text(out, sluice__buf_as_text(&d->media));
  sluice__buf_lit(out, "]}");
  empty(d, &d->media);
}

/* The assistant's turn is over. */
static void flush_said(struct dialogue *d)
{
  struct buf *out = &d->a->chat;

  if (d->said.n > 0 || d->calls.n > 0) {
    begin_message(d, "assistant");
    if (d->said.n > 0)
      put_quoted(out, &d->said);
    else
      sluice__buf_lit(out, "null");
    if (d->thought.n > 0) {
      sluice__buf_lit(out, ",\"reasoning_content\":");
      put_quoted(out, &d->thought);
    }
    if (d->calls.n > 0) {
      sluice__buf_lit(out, ",\"tool_calls\":[");
      sluice__buf_text(out, sluice__buf_as_text(&d->calls));
      sluice__buf_byte(out, ']');
    }
    sluice__buf_byte(out, '}');
    sluice__buf_text(out, sluice__buf_as_text(&d->results));
  }
  flush_media(d);
  empty(d, &d->said);
  empty(d, &d->thought);
  empty(d, &d->calls);
  empty(d, &d->results);
}

/* The text of some content behind what is there already. */
static void add_text(struct dialogue *d, uint32_t content, struct buf *to)
{
  size_t start = to->n;

  if (start > 0)
    sluice__buf_lit(to, "\\n");
  sluice__content_text(d->a, content, to);
  if (start > 0 && to->n == start + 2)
    to->n = start; /* it was empty */
}

/* ---- messages of the input --------------------------------------------- */

enum speaker {
  SPEAKER_USER,
  SPEAKER_ASSISTANT,
  SPEAKER_SYSTEM,
  SPEAKER_DEVELOPER
};

static const char *const speakers[] = {"user", "assistant", "system",
                                       "developer"};

static int speaker_of(struct asked *a, const struct place *place, uint32_t item,
                      enum speaker *speaker)
{
  struct place at = sluice__place_member(place, "role");
  uint32_t role;
  int rv, i;

  rv = sluice__asked_required(a, place, item, "role", JSON_STRING, &role);
  if (rv != 0)
    return rv;
  for (i = SPEAKER_USER; i <= SPEAKER_DEVELOPER; i++)
    if (sluice__json_is(&a->json, role, speakers[i])) {
      *speaker = (enum speaker)i;
      return 0;
    }
  return sluice__asked_fault(a, FAULT_VALUE, &at, role);
}

/* Under which role it is sent: most servers know no developer. */
static const char *role_of(const struct dialogue *d, enum speaker speaker)
{
  uint32_t flags = d->a->wanted->flags;

  if (speaker < SPEAKER_SYSTEM)
    return speakers[speaker];
  if (d->behind_head && (flags & SLUICE_REQUEST_SYSTEM_FIRST))
    return speakers[SPEAKER_USER];
  return flags & SLUICE_REQUEST_DEVELOPER ? speakers[speaker]
                                          : speakers[SPEAKER_SYSTEM];
}

/* Many servers take one system message, and only at the head: those that stand
 * there are joined, a blank line between them. */
static void add_head(struct dialogue *d, uint32_t content)
{
  size_t start = d->head.n;

  if (start > 0)
    sluice__buf_lit(&d->head, "\\n\\n");
  sluice__content_text(d->a, content, &d->head);
  if (start > 0 && d->head.n == start + 4)
    d->head.n = start; /* it was empty */
}

static int put_message(struct dialogue *d, const struct place *place,
                       uint32_t item)
{
  struct place at = sluice__place_member(place, "content");
  uint32_t content = sluice__json_get(&d->a->json, item, "content");
  enum speaker speaker = SPEAKER_USER;
  const char *role;
  size_t media = 0;
  int rv = speaker_of(d->a, place, item, &speaker);

  if (rv == 0 && !sluice__asked_given(d->a, content) &&
      speaker != SPEAKER_ASSISTANT)
    rv = sluice__asked_fault(d->a, FAULT_MISSING, &at, JSON_ABSENT);
  if (rv == 0)
    rv = sluice__content_check(
        d->a, &at, content,
        speaker == SPEAKER_ASSISTANT ? CONTENT_TEXT : CONTENT_ANY, &media);
  if (rv != 0)
    return rv;
  if (speaker == SPEAKER_ASSISTANT) {
    flush_head(d);
    add_text(d, content, &d->said);
    return 0;
  }
  flush_said(d);
  if (speaker >= SPEAKER_SYSTEM && !d->behind_head && media == 0 &&
      !(d->a->wanted->flags & SLUICE_REQUEST_DEVELOPER)) {
    add_head(d, content);
    return 0;
  }
  role = role_of(d, speaker);
  if (speaker == SPEAKER_USER || d->head.n > 0)
    flush_head(d);
  begin_message(d, role);
  sluice__content_put(d->a, content, media, &d->a->chat);
  sluice__buf_byte(&d->a->chat, '}');
  return 0;
}

/* ---- calls ------------------------------------------------------------- */

/* 1 when clean text, which is not blank, is one whole JSON object. */
static int is_object(sluice_text text)
{
  struct value value = {0};
  const char *p = text.p;

  while (*p == ' ' || *p == '\\') {
    if (*p == '\\' && strchr("nrt", p[1]) == NULL)
      return 0;
    p += *p == '\\' ? 2 : 1;
  }
  if (*p != '{')
    return 0;
  sluice__value_feed(&value, text);
  return sluice__value_complete(&value);
}

/* {"NAME": as the arguments of a call. */
static void begin_wrapped(struct buf *out, const char *name)
{
  sluice__buf_lit(out, "{\\\"");
  sluice__buf_put(out, name, strlen(name));
  sluice__buf_lit(out, "\\\":");
}

/* {"NAME":TEXT} */
static void put_wrapped(struct buf *out, const char *name, sluice_text text)
{
  sluice_str plain = {text.p, text.n};

  begin_wrapped(out, name);
  sluice__buf_lit(out, "\\\"");
  sluice__text_escape(out, plain);
  sluice__buf_lit(out, "\\\"}");
}

/* The JSON of a value, as text in a string. */
static void put_json(struct dialogue *d, uint32_t node, struct buf *out)
{
  struct buf *work = &d->a->work;
  sluice_str json;

  sluice__buf_clear(work);
  sluice__json_compact(&d->a->json, node, work);
  json.p = work->p;
  json.n = work->n;
  sluice__text_escape(out, json);
  out->failed |= work->failed;
}

/* Servers parse the arguments, and many demand an object. */
static void put_arguments(struct dialogue *d, const struct turn *turn,
                          uint32_t node)
{
  struct buf *work = &d->a->work, *out = &d->calls;
  enum json_type type = sluice__json_type(&d->a->json, node);
  sluice_text text;

  if (type == JSON_OBJECT) {
    put_json(d, node, out);
    return;
  }
  if (type == JSON_ARRAY) {
    begin_wrapped(out, turn->holds);
    put_json(d, node, out);
    sluice__buf_byte(out, '}');
    return;
  }
  sluice__buf_clear(work);
  sluice__asked_put(d->a, node, work);
  out->failed |= work->failed;
  text = sluice__buf_as_text(work);
  if (turn->told == TOLD_TEXT) {
    put_wrapped(out, turn->holds, text);
  } else if (sluice__text_blank(text)) {
    sluice__buf_lit(out, "{}");
  } else if (is_object(text)) {
    sluice__buf_text(out, text);
  } else {
    sluice__asked_note(d->a, SLUICE_NOTE_ARGUMENTS_WRAPPED);
    put_wrapped(out, "input", text);
  }
}

/* Of a hosted tool that was called: what stands for it. */
static const struct offer *hosted_of(struct dialogue *d, const char *type,
                                     uint32_t item)
{
  sluice_str is = {type, strlen(type)};
  const struct offer *offer = sluice__toolset_hosted(d->tools, NULL, is);

  while (offer != NULL && !sluice__offer_is_meant(d->a, offer, item))
    offer = sluice__toolset_hosted(d->tools, offer, is);
  return offer;
}

/* The name upstream of what was called. */
static int put_name(struct dialogue *d, const struct place *place,
                    const struct turn *turn, uint32_t item)
{
  const char *type = turn->name != NULL        ? turn->name
                     : turn->kind == TURN_DONE ? "mcp"
                                               : NULL;
  const struct offer *offer = type == NULL ? NULL : hosted_of(d, type, item);
  uint32_t name, space;
  sluice_str flat;
  int rv;

  if (offer != NULL) {
    sluice__buf_str(&d->calls, offer->flat);
    return 0;
  }
  if (turn->name != NULL) {
    sluice__buf_put(&d->calls, turn->name, strlen(turn->name));
    return 0;
  }
  rv = sluice__asked_required(d->a, place, item, "name", JSON_STRING, &name);
  if (rv == 0)
    rv = sluice__asked_member(d->a, place, item,
                              type == NULL ? "namespace" : "server_label",
                              JSON_STRING, &space);
  if (rv == 0)
    rv = sluice__toolset_name(d->tools, d->a, space, name, &flat);
  if (rv == 0)
    sluice__buf_str(&d->calls, flat);
  return rv;
}

/* The tool message that answers the call. */
static int put_result(struct dialogue *d, const struct pair *pair)
{
  struct place entry = sluice__place_entry(&input_place, pair->output_at);
  struct place at = sluice__place_member(&entry, pair->turn->holds);
  uint32_t output =
      sluice__json_get(&d->a->json, pair->output, pair->turn->holds);
  struct buf *out = &d->results;
  size_t media = 0, start;
  int rv = 0;

  if (pair->turn->told != TOLD_JSON)
    rv = sluice__content_check(d->a, &at, output, CONTENT_ANY, &media);
  if (rv != 0)
    return rv;
  sluice__buf_lit(out, ",{\"role\":\"tool\",\"tool_call_id\":\"");
  sluice__buf_text(out, pair->id);
  sluice__buf_lit(out, "\",\"content\":\"");
  start = out->n;
  if (pair->turn->told == TOLD_JSON) {
    put_json(d, output, out);
  } else if (sluice__asked_given(d->a, output)) {
    sluice__content_text(d->a, output, out);
  } else { /* of a patch it may be no more than that it worked */
    sluice__asked_put(
        d->a, sluice__json_get(&d->a->json, pair->output, "status"), out);
  }
  if (media > 0 && out->n == start)
    sluice__buf_lit(out, "The output is in the next message.");
  sluice__buf_lit(out, "\"}");
  if (media == 0)
    return 0;
  sluice__asked_note(d->a, SLUICE_NOTE_MEDIA_MOVED);
  if (d->media.n > 0)
    sluice__buf_byte(&d->media, ',');
  sluice__buf_lit(&d->media,
                  "{\"type\":\"text\",\"text\":\"Output of the call ");
  sluice__buf_text(&d->media, pair->id);
  sluice__buf_lit(&d->media, ":\"},");
  sluice__content_parts(d->a, output, 0, &d->media);
  return 0;
}

/* The call, of which a result follows. */
static int put_called(struct dialogue *d, const struct place *place,
                      const struct turn *turn, uint32_t item, uint32_t held,
                      sluice_text id)
{
  int rv;

  flush_head(d);
  if (d->calls.n > 0)
    sluice__buf_byte(&d->calls, ',');
  sluice__buf_lit(&d->calls, "{\"id\":\"");
  sluice__buf_text(&d->calls, id);
  sluice__buf_lit(&d->calls,
                  "\",\"type\":\"function\",\"function\":{\"name\":\"");
  rv = put_name(d, place, turn, item);
  sluice__buf_lit(&d->calls, "\",\"arguments\":\"");
  if (rv == 0)
    put_arguments(d, turn, held);
  sluice__buf_lit(&d->calls, "\"}}");
  return rv;
}

static int put_call(struct dialogue *d, const struct place *place,
                    const struct turn *turn, uint32_t item)
{
  enum json_type type = turn->told == TOLD_JSON ? JSON_OBJECT : JSON_STRING;
  const struct pair *pair = d->pair++;
  uint32_t held;
  int rv = sluice__asked_member(d->a, place, item, turn->holds, type, &held);

  if (rv == 0)
    rv = put_called(d, place, turn, item, held, pair->id);
  return rv == 0 ? put_result(d, pair) : rv;
}

/* What a hosted tool did, as a call and its output. Whatever the assistant does
 * behind it, it knew that output. */
static int put_done(struct dialogue *d, const struct place *place,
                    const struct turn *turn, uint32_t item)
{
  enum json_type type = turn->told == TOLD_JSON ? JSON_ARRAY : JSON_STRING;
  uint32_t output = sluice__json_get(&d->a->json, item, turn->gives);
  struct buf *out = &d->results;
  uint32_t held, id;
  sluice_text text;
  size_t start;
  int rv = sluice__asked_required(d->a, place, item, "id", JSON_STRING, &id);

  if (rv == 0)
    rv = sluice__asked_member(d->a, place, item, turn->holds, type, &held);
  if (rv != 0)
    return rv;
  if (!sluice__asked_given(d->a, output))
    output = sluice__json_get(&d->a->json, item, "error");
  sluice__buf_lit(out, ",{\"role\":\"tool\",\"tool_call_id\":\"");
  start = out->n;
  sluice__asked_put(d->a, id, out);
  text.p = out->failed ? "" : out->p + start;
  text.n = out->n - start;
  rv = put_called(d, place, turn, item, held, text);
  sluice__buf_lit(out, "\",\"content\":\"");
  if (sluice__json_type(&d->a->json, output) == JSON_STRING)
    sluice__asked_put(d->a, output, out);
  else
    put_json(d, output, out);
  sluice__buf_lit(out, "\"}");
  if (rv == 0)
    flush_said(d);
  return rv;
}

/* ---- other items ------------------------------------------------------- */

/* The chain of thought: its text, else its summary. */
static int put_reasoning(struct dialogue *d, const struct place *place,
                         uint32_t item)
{
  static const char *const keys[] = {"content", "summary"};
  size_t i, media = 0, start = d->thought.n;
  int rv = 0;

  if (!(d->a->wanted->flags & SLUICE_REQUEST_REASONING)) {
    sluice__asked_note(d->a, SLUICE_NOTE_REASONING_DROPPED);
    return 0;
  }
  flush_head(d);
  for (i = 0; rv == 0 && i < 2 && d->thought.n == start; i++) {
    struct place at = sluice__place_member(place, keys[i]);
    uint32_t node = sluice__json_get(&d->a->json, item, keys[i]);

    rv = sluice__content_check(d->a, &at, node, CONTENT_TEXT, &media);
    if (rv == 0)
      add_text(d, node, &d->thought);
  }
  return rv;
}

static int put_item(struct dialogue *d, const struct place *place,
                    uint32_t item)
{
  const struct turn *turn;

  (void)sluice__turn_of(d->a, place, item, &turn); /* it was read before */
  switch (turn->kind) {
  case TURN_MESSAGE:
    return put_message(d, place, item);
  case TURN_CALL:
    return put_call(d, place, turn, item);
  case TURN_DONE:
    return put_done(d, place, turn, item);
  case TURN_OUTPUT: /* it went behind its call */
    flush_said(d);
    return 0;
  case TURN_REASONING:
    return put_reasoning(d, place, item);
  default: /* nothing to say */
    return 0;
  }
}

/* ---- all of it --------------------------------------------------------- */

/* An item that no chat message says. */
static int leave_out(struct asked *a, const struct place *place, uint32_t item,
                     enum turn_kind kind)
{
  struct place at = sluice__place_member(place, "type");

  if (kind != TURN_PAST && !(a->wanted->flags & SLUICE_REQUEST_DROP_ITEMS))
    return sluice__asked_fault(
        a, kind == TURN_REFERENCE ? FAULT_REFERENCE : FAULT_ITEM, &at,
        sluice__json_get(&a->json, item, "type"));
  sluice__asked_note(a, SLUICE_NOTE_ITEM_DROPPED);
  return 0;
}

/* Before all else, since what is missing here may be why other items do not
 * fit. Takes the tools that an item brings. */
static int read_item(struct asked *a, struct toolset *t,
                     const struct place *place, uint32_t item)
{
  struct place at = sluice__place_member(place, "tools");
  const struct turn *turn;
  uint32_t tools;
  int rv = sluice__turn_of(a, place, item, &turn);

  if (rv != 0)
    return rv;
  if (turn->kind >= TURN_PAST)
    return leave_out(a, place, item, turn->kind);
  if (turn->holds == NULL || strcmp(turn->holds, "tools") != 0)
    return 0;
  rv = sluice__asked_member(a, place, item, "tools", JSON_ARRAY, &tools);
  return rv != 0 || tools == JSON_ABSENT
             ? rv
             : sluice__toolset_read(t, a, &at, tools);
}

int sluice__dialogue_read(struct asked *a, struct toolset *t, struct pairing *p)
{
  uint32_t input = sluice__json_get(&a->json, 0, "input"), item;
  size_t i = 0;
  int rv = 0;

  if (!sluice__asked_given(a, input))
    return sluice__asked_fault(a, FAULT_MISSING, &input_place, JSON_ABSENT);
  if (sluice__json_type(&a->json, input) == JSON_STRING)
    return 0;
  if (sluice__json_type(&a->json, input) != JSON_ARRAY)
    return sluice__asked_type(a, &input_place, "a string or an array of items");
  for (item = sluice__json_child(&a->json, input);
       rv == 0 && item != JSON_ABSENT;
       item = sluice__json_sibling(&a->json, input, item), i++) {
    struct place at = sluice__place_entry(&input_place, i);

    rv = i < a->wanted->max_items
             ? read_item(a, t, &at, item)
             : sluice__asked_too_many(a, &input_place, a->wanted->max_items);
  }
  return rv == 0 ? sluice__pairing_read(p, a, &input_place, input) : rv;
}

static int put_input(struct dialogue *d)
{
  uint32_t input = sluice__json_get(&d->a->json, 0, "input"), item;
  size_t i = 0;
  int rv = 0;

  if (sluice__json_type(&d->a->json, input) == JSON_STRING) {
    flush_head(d);
    begin_message(d, "user");
    sluice__json_compact(&d->a->json, input, &d->a->chat);
    sluice__buf_byte(&d->a->chat, '}');
    return 0;
  }
  for (item = sluice__json_child(&d->a->json, input);
       rv == 0 && item != JSON_ABSENT;
       item = sluice__json_sibling(&d->a->json, input, item), i++) {
    struct place at = sluice__place_entry(&input_place, i);

    rv = put_item(d, &at, item);
  }
  flush_head(d);
  flush_said(d);
  if (rv == 0 && d->messages == 0 && !has_failed(d))
    rv = sluice__asked_fault(d->a, FAULT_EMPTY, &input_place, JSON_ABSENT);
  return rv;
}

/* The first of the system messages. */
static int put_instructions(struct dialogue *d)
{
  uint32_t node;
  int rv =
      sluice__asked_member(d->a, NULL, 0, "instructions", JSON_STRING, &node);

  if (rv != 0 || sluice__json_string(&d->a->json, node).n == 0)
    return rv;
  if (d->a->wanted->flags & SLUICE_REQUEST_DEVELOPER) {
    begin_message(d, "developer");
    sluice__json_compact(&d->a->json, node, &d->a->chat);
    sluice__buf_byte(&d->a->chat, '}');
  } else {
    sluice__asked_put(d->a, node, &d->head);
  }
  return 0;
}

int sluice__dialogue_put(struct asked *a, struct toolset *t,
                         const struct pairing *p)
{
  struct dialogue d;
  int rv, failed;

  init(&d, a, t, p);
  sluice__buf_lit(&a->chat, ",\"messages\":[");
  rv = put_instructions(&d);
  if (rv == 0)
    rv = put_input(&d);
  sluice__buf_byte(&a->chat, ']');
  failed = finish(&d);
  return rv == 0 ? failed : rv;
}
