/* SPDX-License-Identifier: MIT */
/* event.c - a table per event: which members it shows, in which order. */
#include "event.h"

#include "write.h"

enum shows {
  SHOWS_END,
  SHOWS_TEXT,     /* a string */
  SHOWS_PADDING,  /* a string, or nothing at all when it is empty */
  SHOWS_LOGPROBS, /* entries, in brackets */
  SHOWS_NUMBER,   /* uint32_t; all above have a text */
  SHOWS_RESPONSE,
  SHOWS_ITEM,
  SHOWS_PART,
  SHOWS_ANNOTATION,
  SHOWS_ERROR
};

#define KEY_ROOM 24 /* bytes of the longest key */

struct row {
  uint8_t shows; /* enum shows */
  uint8_t key_n;
  uint16_t at;        /* of the member, in sluice_event */
  char key[KEY_ROOM]; /* with all around it: ,"key": and what opens the value */
};

#define OPENS_TEXT       "\""
#define OPENS_PADDING    "\""
#define OPENS_LOGPROBS   "["
#define OPENS_NUMBER     ""
#define OPENS_RESPONSE   ""
#define OPENS_ITEM       ""
#define OPENS_PART       ""
#define OPENS_ANNOTATION ""
#define OPENS_ERROR      ""

#define KEY(kind, key) ",\"" key "\":" OPENS_##kind
#define ROW(kind, key, member)                                                 \
  {                                                                            \
    SHOWS_##kind, sizeof(KEY(kind, key)) - 1, offsetof(sluice_event, member),  \
        KEY(kind, key)                                                         \
  }
#define END                                                                    \
  {                                                                            \
    SHOWS_END, 0, 0, ""                                                        \
  }
#define ITEM_ID       ROW(TEXT, "item_id", item_id)
#define OUTPUT_INDEX  ROW(NUMBER, "output_index", output_index)
#define CONTENT_INDEX ROW(NUMBER, "content_index", part_index)
#define SUMMARY_INDEX ROW(NUMBER, "summary_index", part_index)

#define PADDING ROW(PADDING, "obfuscation", obfuscation)

#define ROWS 8 /* of the longest event, and the end */

/* ORDER SLUICE_EVENTS. All begin with type and end with sequence_number. */
static const struct row rows[][ROWS] = {
    /* created */ {ROW(RESPONSE, "response", response), END},
    /* in_progress */ {ROW(RESPONSE, "response", response), END},
    /* completed */ {ROW(RESPONSE, "response", response), END},
    /* incomplete */ {ROW(RESPONSE, "response", response), END},
    /* failed */ {ROW(RESPONSE, "response", response), END},
    /* error */ {ROW(ERROR, "error", response), END},
    /* output_item.added */
    {OUTPUT_INDEX, ROW(ITEM, "item", item), END},
    /* output_item.done */
    {OUTPUT_INDEX, ROW(ITEM, "item", item), END},
    /* content_part.added */
    {ITEM_ID, OUTPUT_INDEX, CONTENT_INDEX, ROW(PART, "part", part), END},
    /* content_part.done */
    {ITEM_ID, OUTPUT_INDEX, CONTENT_INDEX, ROW(PART, "part", part), END},
    /* output_text.delta */
    {ITEM_ID, OUTPUT_INDEX, CONTENT_INDEX, ROW(TEXT, "delta", text),
     ROW(LOGPROBS, "logprobs", logprobs), PADDING, END},
    /* output_text.done */
    {ITEM_ID, OUTPUT_INDEX, CONTENT_INDEX, ROW(TEXT, "text", text),
     ROW(LOGPROBS, "logprobs", logprobs), END},
    /* output_text.annotation.added */
    {ITEM_ID, OUTPUT_INDEX, CONTENT_INDEX,
     ROW(NUMBER, "annotation_index", annotation_index),
     ROW(ANNOTATION, "annotation", annotation), END},
    /* refusal.delta */
    {ITEM_ID, OUTPUT_INDEX, CONTENT_INDEX, ROW(TEXT, "delta", text), END},
    /* refusal.done */
    {ITEM_ID, OUTPUT_INDEX, CONTENT_INDEX, ROW(TEXT, "refusal", text), END},
    /* reasoning_summary_part.added */
    {ITEM_ID, OUTPUT_INDEX, SUMMARY_INDEX, ROW(PART, "part", part), END},
    /* reasoning_summary_part.done */
    {ITEM_ID, OUTPUT_INDEX, SUMMARY_INDEX, ROW(PART, "part", part), END},
    /* reasoning_summary_text.delta */
    {ITEM_ID, OUTPUT_INDEX, SUMMARY_INDEX, ROW(TEXT, "delta", text), PADDING,
     END},
    /* reasoning_summary_text.done */
    {ITEM_ID, OUTPUT_INDEX, SUMMARY_INDEX, ROW(TEXT, "text", text), END},
    /* reasoning_text.delta */
    {ITEM_ID, OUTPUT_INDEX, CONTENT_INDEX, ROW(TEXT, "delta", text), PADDING,
     END},
    /* reasoning_text.done */
    {ITEM_ID, OUTPUT_INDEX, CONTENT_INDEX, ROW(TEXT, "text", text), END},
    /* function_call_arguments.delta */
    {ITEM_ID, OUTPUT_INDEX, ROW(TEXT, "delta", text), PADDING, END},
    /* function_call_arguments.done */
    {ITEM_ID, OUTPUT_INDEX, ROW(TEXT, "arguments", text),
     ROW(TEXT, "name", name), END},
    /* custom_tool_call_input.delta */
    {ITEM_ID, OUTPUT_INDEX, ROW(TEXT, "delta", text), PADDING, END},
    /* custom_tool_call_input.done */
    {ITEM_ID, OUTPUT_INDEX, ROW(TEXT, "input", text), END},
    /* file_search_call.in_progress */
    {ITEM_ID, OUTPUT_INDEX, END},
    /* file_search_call.searching */
    {ITEM_ID, OUTPUT_INDEX, END},
    /* file_search_call.completed */
    {ITEM_ID, OUTPUT_INDEX, END},
    /* web_search_call.in_progress */
    {ITEM_ID, OUTPUT_INDEX, END},
    /* web_search_call.searching */
    {ITEM_ID, OUTPUT_INDEX, END},
    /* web_search_call.completed */
    {ITEM_ID, OUTPUT_INDEX, END},
    /* mcp_call.in_progress */
    {ITEM_ID, OUTPUT_INDEX, END},
    /* mcp_call_arguments.delta */
    {ITEM_ID, OUTPUT_INDEX, ROW(TEXT, "delta", text), PADDING, END},
    /* mcp_call_arguments.done */
    {ITEM_ID, OUTPUT_INDEX, ROW(TEXT, "arguments", text), END},
    /* mcp_call.completed */
    {ITEM_ID, OUTPUT_INDEX, END},
    /* mcp_call.failed */
    {ITEM_ID, OUTPUT_INDEX, END},
    /* code_interpreter_call.in_progress */
    {ITEM_ID, OUTPUT_INDEX, END},
    /* code_interpreter_call_code.delta */
    {ITEM_ID, OUTPUT_INDEX, ROW(TEXT, "delta", text), PADDING, END},
    /* code_interpreter_call_code.done */
    {ITEM_ID, OUTPUT_INDEX, ROW(TEXT, "code", text), END},
    /* code_interpreter_call.interpreting */
    {ITEM_ID, OUTPUT_INDEX, END},
    /* code_interpreter_call.completed */
    {ITEM_ID, OUTPUT_INDEX, END},
    /* image_generation_call.in_progress */
    {ITEM_ID, OUTPUT_INDEX, END},
    /* image_generation_call.generating */
    {ITEM_ID, OUTPUT_INDEX, END},
    /* image_generation_call.completed */
    {ITEM_ID, OUTPUT_INDEX, END},
    /* mcp_list_tools.in_progress */
    {ITEM_ID, OUTPUT_INDEX, END},
    /* mcp_list_tools.completed */
    {ITEM_ID, OUTPUT_INDEX, END},
    /* mcp_list_tools.failed */
    {ITEM_ID, OUTPUT_INDEX, END},
};

_Static_assert(sizeof(rows) / sizeof(rows[0]) == SLUICE_EVENT_COUNT,
               "a row for each event");

const char *sluice_event_name(sluice_event_type type)
{
  static const char *const names[] = {
#define X(NAME, wire) wire,
      SLUICE_EVENTS(X)
#undef X
  };

  return (unsigned)type < SLUICE_EVENT_COUNT ? names[type] : "?";
}

/* Both forms of an error at once: the published one, and the nested one that
 * real streams have and SDKs look for. */
static void write_both_errors(struct buf *out, const sluice_response *r)
{
  sluice__buf_byte(out, ',');
  sluice__write_error(out, r, 0);
  sluice__buf_lit(out, ",\"error\":{");
  sluice__write_error(out, r, 1);
  sluice__buf_byte(out, '}');
}

static void write_object(struct buf *out, const struct row *row,
                         const void *member, sluice_str *object)
{
  size_t start = out->n;
  const void *pointed;

  memcpy(&pointed, member, sizeof(pointed));
  if (row->shows == SHOWS_RESPONSE)
    sluice__write_response(out, (const sluice_response *)pointed);
  else if (row->shows == SHOWS_ITEM)
    sluice__write_item(out, (const sluice_item *)pointed);
  else if (row->shows == SHOWS_PART)
    sluice__write_part(out, (const sluice_part *)pointed);
  else
    sluice__write_annotation(out, (const sluice_annotation *)pointed);
  object->n = out->n - start;
  object->p = (const char *)(uintptr_t)start; /* a place, until all is there */
}

/* All keys are copied with the same length: that is a few stores. */
static void write_row(struct buf *out, sluice_event *e, const struct row *row)
{
  const void *member = (const char *)e + row->at;
  sluice_text text = {NULL, 0};
  char *p;

  if (row->shows < SHOWS_NUMBER)
    text = *(const sluice_text *)member;
  if (row->shows == SHOWS_PADDING && text.n == 0)
    return;
  if (row->shows == SHOWS_ERROR) {
    write_both_errors(out, e->response);
    return;
  }
  if (sluice__buf_need(out, KEY_ROOM + text.n + 1) != 0)
    return;
  p = out->p + out->n;
  memcpy(p, row->key, KEY_ROOM);
  p += row->key_n;
  out->n += row->key_n;
  if (row->shows < SHOWS_NUMBER) {
    if (text.n > 0)
      memcpy(p, text.p, text.n);
    p[text.n] = row->shows == SHOWS_LOGPROBS ? ']' : '"';
    out->n += text.n + 1;
  } else if (row->shows == SHOWS_NUMBER) {
    sluice__buf_uint(out, *(const uint32_t *)member);
  } else {
    write_object(out, row, member, &e->object);
  }
}

/* How each event begins, up to its type; and how much of that comes before its
 * JSON. */
#define LINE(wire) "event: " wire "\ndata: "
#define HEAD(wire) LINE(wire) "{\"type\":\"" wire "\""

static const struct {
  const char *p;
  uint8_t n, line_n;
} heads[] = {
#define X(NAME, wire)                                                          \
  {HEAD(wire), sizeof(HEAD(wire)) - 1, sizeof(LINE(wire)) - 1},
    SLUICE_EVENTS(X)
#undef X
};

/* The end of the event, and where all of it stands. */
static int end_event(struct buf *out, sluice_event *e)
{
  size_t line_n = heads[e->type].line_n;

  sluice__buf_lit(out, ",\"sequence_number\":");
  sluice__buf_uint(out, e->sequence_number);
  sluice__buf_lit(out, "}\n\n");
  if (out->failed)
    return SLUICE_ERR_NOMEM;
  if (e->object.n > 0)
    e->object.p = out->p + (uintptr_t)e->object.p;
  e->wire.p = out->p;
  e->wire.n = out->n;
  e->json.p = out->p + line_n;
  e->json.n = out->n - line_n - 2;
  return 0;
}

int sluice__event_write(sluice_scratch *scratch, sluice_event *e)
{
  struct buf *out = sluice__scratch_out(scratch);
  const struct row *row;

  sluice__buf_put(out, heads[e->type].p, heads[e->type].n);
  e->object.n = 0;
  e->object.p = "";
  for (row = rows[e->type]; row->shows != SHOWS_END; row++)
    write_row(out, e, row);
  return end_event(out, e);
}

int sluice__event_write_as(sluice_scratch *scratch, sluice_event *e,
                           sluice_event_type type)
{
  struct buf *out = &scratch->out;
  size_t from = heads[e->type].n, to = heads[type].n;
  size_t object = (size_t)(e->object.p - out->p);
  size_t n = object + e->object.n - from;

  out->n = from;
  if (sluice__buf_need(out, to + n) != 0)
    return SLUICE_ERR_NOMEM;
  memmove(out->p + to, out->p + from, n);
  memcpy(out->p, heads[type].p, to);
  out->n = to + n;
  e->type = type;
  e->object.p = (const char *)(uintptr_t)(object - from + to);
  return end_event(out, e);
}

/* Everything that the event shows by pointer is there. */
static int is_set(const sluice_event *e)
{
  const struct row *row;
  const void *pointed;

  for (row = rows[e->type]; row->shows != SHOWS_END; row++) {
    if (row->shows < SHOWS_RESPONSE)
      continue;
    memcpy(&pointed, (const char *)e + row->at, sizeof(pointed));
    if (pointed == NULL)
      return 0;
  }
  return 1;
}

sluice_status sluice_event_write(sluice_scratch *scratch, sluice_event *event)
{
  int rv;

  if (scratch == NULL || event == NULL ||
      (unsigned)event->type >= SLUICE_EVENT_COUNT || !is_set(event))
    return SLUICE_ERR_ARG;
  if (scratch->busy)
    return SLUICE_ERR_STATE;
  scratch->busy = 1;
  rv = sluice__event_write(scratch, event);
  scratch->busy = 0;
  return (sluice_status)rv;
}
