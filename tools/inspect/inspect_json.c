/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "digest.h"
#include "inspect.h"
#include "moment.h"
#include "plain.h"
#include "text.h"

#define lit sluice__buf_lit

enum { SHOWN_BYTES = 200 };

/* ---- members ----------------------------------------------------------- */

static void key(struct buf *out, const char *name)
{
  char last = out->n > 0 ? out->p[out->n - 1] : '{';

  if (last != '{' && last != '[')
    lit(out, ",");
  lit(out, "\"");
  sluice__buf_put(out, name, strlen(name));
  lit(out, "\":");
}

static void comma(struct buf *out)
{
  if (out->n > 0 && out->p[out->n - 1] != '[')
    lit(out, ",");
}

/* A value: plain bytes, of any kind. */
static void string(struct buf *out, sluice_str s)
{
  lit(out, "\"");
  sluice__text_escape(out, s);
  lit(out, "\"");
}

static void put_text(struct buf *out, const char *name, const char *text)
{
  key(out, name);
  if (text != NULL)
    string(out, (sluice_str){text, strlen(text)});
  else
    lit(out, "null");
}

static void put_buf(struct buf *out, const char *name, const struct buf *b)
{
  key(out, name);
  if (b->n > 0)
    string(out, (sluice_str){b->p, b->n});
  else
    lit(out, "null");
}

static void put_number(struct buf *out, const char *name, uint64_t n)
{
  key(out, name);
  sluice__buf_uint(out, n);
}

static void put_truth(struct buf *out, const char *name, int truth)
{
  key(out, name);
  if (truth)
    lit(out, "true");
  else
    lit(out, "false");
}

static void put_words(struct buf *out, const char *name, const struct words *w)
{
  struct buf plain;

  key(out, name);
  lit(out, "[");
  for (size_t i = 0; i < w->count; i++) {
    if (digest_plain(&plain, (sluice_str){w->list[i].p, w->list[i].n}) != 0)
      out->failed = 1;
    comma(out);
    string(out, (sluice_str){plain.p, plain.n});
    sluice__buf_free(&plain);
  }
  lit(out, "]");
}

static void put_place(struct buf *out, const char *name, struct place place)
{
  key(out, name);
  lit(out, "{");
  put_number(out, "offset", place.offset);
  put_number(out, "line", place.line);
  if (place.event > 0)
    put_number(out, "event", place.event);
  lit(out, "}");
}

/* ---- the input --------------------------------------------------------- */

static void put_input(struct buf *out, const struct inspected *in)
{
  static const char *const kinds[] = {
      "nothing", "stream", "completion", "chunks", "error",
      "json",    "broken", "responses",  "html",   "other"};
  const struct picture *p = in->picture;

  key(out, "input");
  lit(out, "{");
  put_text(out, "name", in->name);
  put_text(out, "kind", kinds[p->kind]);
  put_truth(out, "recording", in->replayed);
  put_truth(out, "interrupted", in->stopped);
  put_number(out, "bytes", p->bytes);
  put_number(out, "lines", p->line_count);
  put_number(out, "events", p->events);
  put_number(out, "chunks", p->chunks);
  put_number(out, "bad_events", p->bad_events);
  put_number(out, "events_after_end", p->after_end);
  put_number(out, "comments", p->comments);
  put_number(out, "ignored_lines", p->ignored);
  key(out, "begins");
  string(out, (sluice_str){p->chat.first, p->chat.first_n});
  lit(out, "}");
}

static void put_error(struct buf *out, const struct picture *p)
{
  sluice_error error = sluice_translator_error(p->translator);
  sluice_text message = sluice_translator_message(p->translator);
  struct place place = p->failure;

  key(out, "error");
  if (error.status == SLUICE_OK) {
    lit(out, "null");
    return;
  }
  place.offset = error.offset;
  lit(out, "{");
  put_text(out, "status", sluice_status_name(error.status));
  key(out, "message");
  lit(out, "\"");
  sluice__buf_text(out, message);
  lit(out, "\"");
  put_place(out, "at", place);
  lit(out, "}");
}

static const char *finish_name(sluice_finish finish)
{
  static const char *const names[] = {NULL, "stop", "length", "content_filter",
                                      "error"};

  return names[finish];
}

static void put_ending(struct buf *out, const struct picture *p)
{
  sluice_response_status status = sluice_translator_status(p->translator);

  key(out, "ending");
  lit(out, "{");
  put_text(out, "status",
           status == SLUICE_RESPONSE_COMPLETED    ? "completed"
           : status == SLUICE_RESPONSE_INCOMPLETE ? "incomplete"
                                                  : "failed");
  put_truth(out, "finish_reason", p->has_finish);
  put_truth(out, "done", p->has_done);
  put_truth(out, "error_came", p->has_error);
  put_error(out, p);
  lit(out, "}");
}

static void put_usage(struct buf *out, const struct picture *p)
{
  const sluice_usage *u = &p->usage;

  key(out, "usage");
  if (!p->has_usage) {
    lit(out, "null");
    return;
  }
  lit(out, "{");
  put_number(out, "input_tokens", (uint64_t)u->input_tokens);
  put_number(out, "cached_tokens", (uint64_t)u->cached_tokens);
  put_number(out, "output_tokens", (uint64_t)u->output_tokens);
  put_number(out, "reasoning_tokens", (uint64_t)u->reasoning_tokens);
  put_number(out, "total_tokens", (uint64_t)u->total_tokens);
  lit(out, "}");
}

/* ---- choices ----------------------------------------------------------- */

/* Where a text of plain UTF-8 can be cut at or before byte n. */
static size_t cut_before(const struct buf *text, size_t n)
{
  while (n > 0 && n < text->n && (text->p[n] & 0xc0) == 0x80)
    n--;
  return n;
}

static void put_content(struct buf *out, const char *name,
                        const struct buf *text, uint64_t deltas,
                        const char *field)
{
  size_t head = text->n, tail = 0;

  key(out, name);
  if (text->n == 0) {
    lit(out, "null");
    return;
  }
  if (text->n > (size_t)2 * SHOWN_BYTES) {
    head = cut_before(text, SHOWN_BYTES);
    tail = cut_before(text, text->n - SHOWN_BYTES);
  }
  lit(out, "{");
  put_number(out, "characters", digest_characters(text));
  put_number(out, "bytes", text->n);
  put_number(out, "deltas", deltas);
  if (field != NULL)
    put_text(out, "field", field);
  key(out, "begins");
  string(out, (sluice_str){text->p, head});
  if (tail > 0) {
    key(out, "ends");
    string(out, (sluice_str){text->p + tail, text->n - tail});
  }
  lit(out, "}");
}

static void put_call(struct buf *out, const struct digest_call *call)
{
  static const char *const states[] = {"empty", "complete", "broken"};

  comma(out);
  lit(out, "{");
  key(out, "id");
  if (call->has_id && !call->legacy)
    string(out, (sluice_str){call->id.p, call->id.n});
  else
    lit(out, "null");
  put_buf(out, "name", &call->name);
  key(out, "arguments");
  string(out, (sluice_str){call->arguments.p, call->arguments.n});
  put_text(out, "arguments_are", states[call->is]);
  put_truth(out, "legacy", call->legacy);
  lit(out, "}");
}

static void put_calls(struct buf *out, const struct picture *p,
                      const struct digest_choice *c)
{
  struct digest_call call;
  int rv;

  memset(&call, 0, sizeof(call));
  key(out, "calls");
  lit(out, "[");
  while ((rv = digest_next_call(p, c, &call)) > 0)
    put_call(out, &call);
  lit(out, "]");
  if (rv < 0)
    out->failed = 1;
}

static void put_choice(struct buf *out, const struct picture *p,
                       const struct digest_choice *c)
{
  comma(out);
  lit(out, "{\"index\":");
  sluice__buf_int(out, c->index);
  put_content(out, "reasoning", &c->reasoning, c->seen->reasoning_deltas,
              c->field);
  put_content(out, "text", &c->text, c->seen->text_deltas, NULL);
  put_content(out, "refusal", &c->refusal, c->seen->refusal_deltas, NULL);
  put_calls(out, p, c);
  put_number(out, "logprobs", c->logprobs);
  put_buf(out, "finish_reason", &c->finish);
  put_text(out, "finish", finish_name(c->seen->finish));
  lit(out, "}");
}

static void put_choices(struct buf *out, const struct picture *p)
{
  struct digest_choice c;
  int rv;

  memset(&c, 0, sizeof(c));
  key(out, "choices");
  lit(out, "[");
  while ((rv = digest_next_choice(p, &c)) > 0)
    put_choice(out, p, &c);
  lit(out, "]");
  if (rv < 0)
    out->failed = 1;
}

/* ---- what is unusual, and when it came --------------------------------- */

static void put_anomalies(struct buf *out, const struct picture *p)
{
  key(out, "anomalies");
  lit(out, "[");
  for (int i = 0; i < SLUICE_ANOMALY_COUNT; i++) {
    if (p->counts[i] == 0)
      continue;
    comma(out);
    lit(out, "{");
    put_text(out, "name", sluice_anomaly_name((sluice_anomaly)i));
    put_number(out, "count", p->counts[i]);
    put_text(out, "text", sluice_anomaly_text((sluice_anomaly)i));
    put_place(out, "first", p->first[i]);
    lit(out, "}");
  }
  lit(out, "]");
}

static void put_bad_byte(struct buf *out, const struct picture *p)
{
  const struct bad_byte *bad = &p->bad;

  key(out, "first_bad_byte");
  if (bad->why == NULL) {
    lit(out, "null");
    return;
  }
  lit(out, "{");
  put_text(out, "why", bad->why);
  put_place(out, "at", bad->place);
  put_number(out, "column", bad->column);
  key(out, "before");
  string(out, (sluice_str){bad->around, bad->at});
  key(out, "from");
  string(out, (sluice_str){bad->around + bad->at, bad->around_n - bad->at});
  lit(out, "}");
}

/* Seconds since the start, in microseconds; null when it never came. */
static void put_seconds(struct buf *out, const char *name, uint64_t from,
                        uint64_t to)
{
  char text[40];

  key(out, name);
  if (to == 0) {
    lit(out, "null");
    return;
  }
  snprintf(text, sizeof(text), "%llu.%06llu",
           (unsigned long long)((to - from) / MOMENT_SECOND),
           (unsigned long long)((to - from) % MOMENT_SECOND / 1000));
  sluice__buf_put(out, text, strlen(text));
}

static void put_timing(struct buf *out, const struct inspected *in)
{
  const struct picture_times *t = &in->picture->times;

  key(out, "timing");
  if (!in->live) {
    lit(out, "null");
    return;
  }
  lit(out, "{");
  put_seconds(out, "first_byte", t->start, t->first_byte);
  put_seconds(out, "first_event", t->start, t->first_event);
  put_seconds(out, "first_content", t->start, t->first_content);
  put_seconds(out, "last_content", t->start, t->last_content);
  put_seconds(out, "last_event", t->start, t->last_event);
  put_seconds(out, "end", t->start, t->end);
  put_seconds(out, "largest_gap", 0, t->gap);
  put_number(out, "gap_before_event", t->gap_before);
  lit(out, "}");
}

int inspect_json(const struct inspected *in, struct buf *out)
{
  const struct picture *p = in->picture;

  lit(out, "{");
  put_input(out, in);
  put_ending(out, p);
  put_words(out, "ids", &p->ids);
  put_words(out, "models", &p->models);
  put_words(out, "created", &p->created);
  put_words(out, "service_tiers", &p->tiers);
  put_words(out, "fingerprints", &p->fingerprints);
  put_words(out, "event_names", &p->names);
  put_choices(out, p);
  put_usage(out, p);
  put_anomalies(out, p);
  put_bad_byte(out, p);
  put_timing(out, in);
  lit(out, "}\n");
  return out->failed ? -1 : 0;
}
