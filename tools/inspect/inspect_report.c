/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <time.h>

#include "digest.h"
#include "inspect.h"
#include "moment.h"
#include "page.h"
#include "shown.h"

#define lit sluice__buf_lit

enum { LABEL_COLUMNS = 15, ODDITY_COLUMNS = 20 };

static sluice_str str(const struct buf *b)
{
  return (sluice_str){b->p, b->n};
}

static sluice_str word(const char *s)
{
  return (sluice_str){s, strlen(s)};
}

static void put(struct buf *out, const char *s)
{
  sluice__buf_put(out, s, strlen(s));
}

/* A row whose value was made in a buffer, which is freed. */
static void row(struct page *page, const char *label, struct buf *value)
{
  if (value->failed)
    page->out->failed = 1;
  page_row(page, label, str(value), 1);
  sluice__buf_free(value);
}

/* ---- the input --------------------------------------------------------- */

const char *inspect_kind(enum picture_kind kind)
{
  static const char *const words[] = {
      "nothing",
      "a chat-completions stream",
      "a whole chat.completion",
      "chunks in a JSON body, no stream",
      "a JSON error, no stream",
      "JSON, but no chat completion",
      "broken JSON, no stream",
      "a Responses stream, no chat completion",
      "HTML, no stream",
      "no event stream",
  };

  return words[kind];
}

static void show_title(struct page *page, const struct inspected *in)
{
  page_paint(page, PAGE_BOLD);
  shown_tail(page->out, word(in->name), 36);
  page_paint(page, PAGE_PLAIN);
  put(page->out, in->replayed ? ": a recording: " : ": ");
  put(page->out, inspect_kind(in->picture->kind));
  lit(page->out, "\n");
}

static void show_words(struct page *page, const char *label,
                       const struct words *w)
{
  size_t most = w->count < 4 ? w->count : 4, i;
  struct buf all, plain;

  if (w->count == 0)
    return;
  sluice__buf_init(&all, page->out->mem);
  if (w->count > 1) {
    shown_number(&all, w->count);
    put(&all, w->more ? " and more: " : " different: ");
  }
  for (i = 0; i < most; i++) {
    if (digest_plain(&plain, str(&w->list[i])) != 0)
      page->out->failed = 1;
    put(&all, i > 0 ? ", " : "");
    shown_head(&all, str(&plain), page_value(page) / most);
    sluice__buf_free(&plain);
  }
  put(&all, most < w->count ? ", \xe2\x80\xa6" : "");
  row(page, label, &all);
}

static void show_created(struct page *page, const struct words *w)
{
  long long seconds = 0;
  char text[40];
  struct tm utc;
  time_t t;

  if (w->count != 1) {
    show_words(page, "created", w);
    return;
  }
  for (size_t i = 0; i < w->list[0].n; i++)
    seconds = seconds * 10 + (w->list[0].p[i] - '0');
  t = (time_t)seconds;
  if (gmtime_r(&t, &utc) == NULL ||
      strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &utc) == 0)
    text[0] = '\0';
  page_say(page, "created", PAGE_PLAIN, "%s UTC (%lld)", text, seconds);
}

static void show_events(struct page *page, const struct picture *p)
{
  struct buf all;

  sluice__buf_init(&all, page->out->mem);
  shown_count(&all, p->events, "event");
  lit(&all, ": ");
  shown_count(&all, p->chunks, "chunk");
  put(&all, p->has_done ? ", [DONE]" : "");
  if (p->bad_events > 0) {
    lit(&all, ", ");
    shown_number(&all, p->bad_events);
    lit(&all, " bad");
  }
  if (p->after_end > 0) {
    lit(&all, ", ");
    shown_number(&all, p->after_end);
    lit(&all, " after the end");
  }
  if (p->comments > 0) {
    lit(&all, "; ");
    shown_count(&all, p->comments, "comment");
  }
  if (p->ignored > 0) {
    lit(&all, "; ");
    shown_count(&all, p->ignored, "line");
    lit(&all, " of no known field");
  }
  row(page, "events", &all);
}

static void show_usage(struct page *page, const struct picture *p)
{
  const sluice_usage *u = &p->usage;

  if (!p->has_usage) {
    page_say(page, "usage", PAGE_PLAIN, "none");
    return;
  }
  page_say(page, "usage", PAGE_PLAIN,
           "input %lld (cached %lld), output %lld (reasoning %lld), total %lld",
           (long long)u->input_tokens, (long long)u->cached_tokens,
           (long long)u->output_tokens, (long long)u->reasoning_tokens,
           (long long)u->total_tokens);
}

static int is_no_stream(enum picture_kind kind)
{
  return kind == PICTURE_ERROR || kind == PICTURE_JSON ||
         kind == PICTURE_BROKEN || kind == PICTURE_HTML ||
         kind == PICTURE_OTHER;
}

static void show_input(struct page *page, const struct inspected *in)
{
  const struct picture *p = in->picture;
  struct buf size;

  page_heading(page, "Input");
  sluice__buf_init(&size, page->out->mem);
  shown_count(&size, p->bytes, "byte");
  lit(&size, ", ");
  shown_count(&size, p->line_count, "line");
  put(&size, in->replayed ? " of the stream it holds" : "");
  row(page, "size", &size);
  if (is_no_stream(p->kind))
    page_row(page, "begins with", (sluice_str){p->chat.first, p->chat.first_n},
             3);
  if (p->chat.look == CHAT_STREAM)
    show_events(page, p);
  show_words(page, "event names", &p->names);
  show_words(page, "id", &p->ids);
  show_words(page, "model", &p->models);
  show_created(page, &p->created);
  show_words(page, "service tier", &p->tiers);
  show_words(page, "fingerprint", &p->fingerprints);
  show_usage(page, p);
}

/* ---- how it ends ------------------------------------------------------- */

static void put_place(struct buf *out, struct place place)
{
  lit(out, "byte ");
  shown_number(out, place.offset);
  lit(out, ", line ");
  shown_number(out, place.line);
  if (place.event > 0) {
    lit(out, ", event ");
    shown_number(out, place.event);
  }
}

/* What came of the three things that end a stream. */
static void show_signs(struct page *page, const struct inspected *in)
{
  const struct picture *p = in->picture;

  page_say(page, "end", PAGE_PLAIN, "%s, %s%s%s",
           p->has_finish ? "a finish reason" : "no finish reason",
           p->has_done ? "[DONE]" : "no [DONE]",
           p->has_error ? ", an error" : "",
           in->stopped ? "; you interrupted it" : "");
}

static void show_failure(struct page *page, const struct picture *p)
{
  sluice_error error = sluice_translator_error(p->translator);
  sluice_text message = sluice_translator_message(p->translator);
  struct place place = p->failure;
  struct buf text;

  place.offset = error.offset;
  sluice__buf_init(&text, page->out->mem);
  if (place.offset >= p->bytes && p->bytes > 0) {
    lit(&text, "at the end of the input, byte ");
    shown_number(&text, place.offset);
  } else {
    put_place(&text, place);
  }
  row(page, "where", &text);
  if (digest_plain(&text, (sluice_str){message.p, message.n}) != 0)
    page->out->failed = 1;
  page_row(page, "why", str(&text), 4);
  sluice__buf_free(&text);
}

static void show_ending(struct page *page, const struct inspected *in)
{
  const struct picture *p = in->picture;

  page_heading(page, "Ending");
  switch (sluice_translator_status(p->translator)) {
  case SLUICE_RESPONSE_COMPLETED:
    page_say(page, "response", PAGE_GREEN, "completed");
    break;
  case SLUICE_RESPONSE_INCOMPLETE:
    page_say(page, "response", PAGE_YELLOW, "incomplete: %s",
             p->choices == NULL ? "" : digest_finish(p->choices->finish));
    break;
  default:
    page_say(page, "response", PAGE_RED, "failed");
    show_failure(page, p);
    break;
  }
  show_signs(page, in);
}

/* ---- choices ----------------------------------------------------------- */

static void show_text(struct page *page, const char *label,
                      const struct buf *text, uint64_t deltas, const char *from)
{
  struct buf line;

  if (text->n == 0)
    return;
  sluice__buf_init(&line, page->out->mem);
  shown_count(&line, digest_characters(text), "character");
  lit(&line, " in ");
  shown_count(&line, deltas, "delta");
  put(&line, from == NULL ? "" : ", from ");
  put(&line, from == NULL ? "" : from);
  row(page, label, &line);
  page_quote(page, str(text));
}

static void show_call(struct page *page, const struct digest_call *call,
                      unsigned number)
{
  static const char *const states[] = {"no arguments", "complete JSON",
                                       "NOT complete JSON"};
  struct buf line;
  char label[24];

  snprintf(label, sizeof(label), call->legacy ? "function call" : "call %u",
           number);
  sluice__buf_init(&line, page->out->mem);
  shown_head(&line, call->name.n > 0 ? str(&call->name) : word("(no name)"),
             30);
  put(&line, call->legacy ? "" : ", ");
  if (!call->legacy)
    shown_head(&line, call->has_id ? str(&call->id) : word("no id"), 31);
  row(page, label, &line);
  page_say(page, "", call->is == DIGEST_BROKEN ? PAGE_RED : PAGE_PLAIN,
           "%llu bytes of arguments: %s", (unsigned long long)call->arguments.n,
           states[call->is]);
  if (call->arguments.n > 0)
    page_quote(page, str(&call->arguments));
}

static void show_calls(struct page *page, const struct picture *p,
                       const struct digest_choice *c)
{
  struct digest_call call;
  unsigned number = 0;
  int rv;

  memset(&call, 0, sizeof(call));
  while ((rv = digest_next_call(p, c, &call)) > 0)
    show_call(page, &call, ++number);
  if (rv < 0)
    page->out->failed = 1;
}

static void show_choice(struct page *page, const struct picture *p,
                        const struct digest_choice *c)
{
  char heading[40];

  snprintf(heading, sizeof(heading), "Choice %lld", (long long)c->index);
  page_heading(page, heading);
  show_text(page, "reasoning", &c->reasoning, c->seen->reasoning_deltas,
            c->field);
  show_text(page, "text", &c->text, c->seen->text_deltas, NULL);
  show_text(page, "refusal", &c->refusal, c->seen->refusal_deltas, NULL);
  show_calls(page, p, c);
  if (c->logprobs > 0)
    page_say(page, "logprobs", PAGE_PLAIN, "of %zu tokens", c->logprobs);
  if (c->finish.n > 0)
    page_say(page, "finish reason", PAGE_PLAIN, "%.*s: %s",
             (int)(c->finish.n < 99 ? c->finish.n : 99), c->finish.p,
             digest_finish(c->seen->finish));
  else
    page_say(page, "finish reason", PAGE_YELLOW, "none");
}

static void show_choices(struct page *page, const struct picture *p)
{
  struct digest_choice c;
  int rv;

  memset(&c, 0, sizeof(c));
  while ((rv = digest_next_choice(p, &c)) > 0)
    show_choice(page, p, &c);
  if (rv < 0)
    page->out->failed = 1;
}

/* ---- what is unusual --------------------------------------------------- */

static void show_oddity(struct page *page, const struct picture *p,
                        sluice_anomaly a)
{
  struct buf place;

  if (p->counts[a] == 1)
    page_say(page, sluice_anomaly_name(a), PAGE_PLAIN, "once: %s",
             sluice_anomaly_text(a));
  else
    page_say(page, sluice_anomaly_name(a), PAGE_PLAIN, "%llu times: %s",
             (unsigned long long)p->counts[a], sluice_anomaly_text(a));
  sluice__buf_init(&place, page->out->mem);
  put(&place, p->counts[a] == 1 ? "at " : "first at ");
  put_place(&place, p->first[a]);
  row(page, "", &place);
}

static void show_oddities(struct page *page, const struct picture *p)
{
  size_t label = page->label;
  int none = 1;

  page_heading(page, "Oddities");
  page->label = ODDITY_COLUMNS;
  for (int i = 0; i < SLUICE_ANOMALY_COUNT; i++) {
    if (p->counts[i] == 0)
      continue;
    show_oddity(page, p, (sluice_anomaly)i);
    none = 0;
  }
  page->label = label;
  if (none)
    lit(page->out, "  none\n");
}

static void show_bad_byte(struct page *page, const struct picture *p)
{
  enum { BEFORE = 36, AFTER = 38, INDENT = 2 };
  const struct bad_byte *bad = &p->bad;
  struct buf *out = page->out;
  struct buf place;
  size_t before, i;

  if (bad->why == NULL)
    return;
  page_heading(page, "First bad byte");
  sluice__buf_init(&place, out->mem);
  put_place(&place, bad->place);
  lit(&place, ", column ");
  shown_number(&place, bad->column);
  row(page, "where", &place);
  page_row(page, "why", word(bad->why), 2);
  lit(out, "\n  ");
  before = shown_tail(out, (sluice_str){bad->around, bad->at}, BEFORE);
  page_paint(page, PAGE_RED);
  shown_head(out, (sluice_str){bad->around + bad->at, bad->around_n - bad->at},
             AFTER);
  page_paint(page, PAGE_PLAIN);
  lit(out, "\n");
  for (i = 0; i < before + INDENT; i++)
    lit(out, " ");
  lit(out, "^\n");
}

/* ---- when it came ------------------------------------------------------ */

/* Three digits of a time are enough. */
static const char *duration(char out[24], uint64_t nanoseconds)
{
  double s = (double)nanoseconds / (double)MOMENT_SECOND;

  if (s < 0.0995)
    snprintf(out, 24, "%.1f ms", s * 1e3);
  else if (s < 0.9995)
    snprintf(out, 24, "%.0f ms", s * 1e3);
  else
    snprintf(out, 24, "%.2f s", s);
  return out;
}

static void show_moment(struct page *page, const char *label,
                        const struct picture_times *t, uint64_t moment)
{
  char text[24];

  if (moment > 0)
    page_say(page, label, PAGE_PLAIN, "after %s",
             duration(text, moment - t->start));
}

static void show_pace(struct page *page, const struct picture *p)
{
  const struct picture_times *t = &p->times;
  double all = (double)(t->last_event - t->first_event);
  double content = (double)(t->last_content - t->first_content);
  struct buf line;
  char text[40];

  if (p->events < 2 || all < 1e6)
    return;
  sluice__buf_init(&line, page->out->mem);
  snprintf(text, sizeof(text), "%.1f events/s",
           (double)(p->events - 1) * 1e9 / all);
  put(&line, text);
  if (p->has_usage && content >= 1e6) {
    snprintf(text, sizeof(text), ", %.1f tokens/s",
             (double)p->usage.output_tokens * 1e9 / content);
    put(&line, text);
  }
  row(page, "pace", &line);
}

static void show_timing(struct page *page, const struct inspected *in)
{
  const struct picture_times *t = &in->picture->times;
  char text[24];

  if (!in->live)
    return;
  page_heading(page, "Timing");
  show_moment(page, "first byte", t, t->first_byte);
  show_moment(page, "first content", t, t->first_content);
  show_moment(page, "end", t, t->end);
  if (t->gap > 0 && t->gap_before > 0)
    page_say(page, "largest gap", PAGE_PLAIN, "%s before event %llu",
             duration(text, t->gap), (unsigned long long)t->gap_before);
  else if (t->gap > 0)
    page_say(page, "largest gap", PAGE_PLAIN, "%s after the last event",
             duration(text, t->gap));
  show_pace(page, in->picture);
}

int inspect_report(const struct inspected *in, int colour, struct buf *out)
{
  struct page page = {out, LABEL_COLUMNS, colour};

  show_title(&page, in);
  show_ending(&page, in);
  show_input(&page, in);
  show_choices(&page, in->picture);
  show_oddities(&page, in->picture);
  show_bad_byte(&page, in->picture);
  show_timing(&page, in);
  return out->failed ? -1 : 0;
}
