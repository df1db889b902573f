/* SPDX-License-Identifier: MIT */
#include "picture.h"

#include <stdio.h>

#include "heap.h"
#include "utf8.h"

/* ---- deltas ------------------------------------------------------------ */

static struct picture_choice *choice_of(struct picture *p, int64_t index)
{
  struct picture_choice **at = &p->choices;

  while (*at != NULL && (*at)->index != index)
    at = &(*at)->next;
  if (*at == NULL) {
    *at = (struct picture_choice *)sluice__new(heap(), sizeof(**at));
    if (*at != NULL) {
      (*at)->index = index;
      (*at)->source = -1;
    }
  }
  return *at;
}

static void see_meta(struct picture *p, const sluice_delta *d)
{
  char number[24];
  int n;

  words_add(&p->ids, d->u.meta.id);
  words_add(&p->models, d->u.meta.model);
  words_add(&p->tiers, d->u.meta.service_tier);
  words_add(&p->fingerprints, d->u.meta.fingerprint);
  if (d->u.meta.created == 0)
    return;
  n = snprintf(number, sizeof(number), "%lld", (long long)d->u.meta.created);
  words_add(&p->created, (sluice_str){number, (size_t)n});
}

/* As the fold does: the first reason holds, but a cut answer stays one. */
static void see_finish(struct picture *p, struct picture_choice *c,
                       const sluice_delta *d)
{
  p->has_finish = 1;
  if (c->finish == SLUICE_FINISH_NONE || c->finish == SLUICE_FINISH_STOP)
    c->finish = d->u.finish;
}

static void see_content(struct picture *p, struct picture_choice *c,
                        const sluice_delta *d)
{
  if (p->times.first_content == 0)
    p->times.first_content = p->now;
  p->times.last_content = p->now;
  switch (d->type) {
  case SLUICE_DELTA_TEXT:
    c->text_deltas++;
    break;
  case SLUICE_DELTA_REFUSAL:
    c->refusal_deltas++;
    break;
  case SLUICE_DELTA_CALL:
    c->call_deltas++;
    words_add(&p->call_ids, d->u.call.id);
    break;
  case SLUICE_DELTA_REASONING:
  default:
    c->reasoning_deltas++;
    if (c->source < 0)
      c->source = d->u.source;
    break;
  }
}

static void see_delta(struct picture *p, const sluice_delta *d)
{
  struct picture_choice *c = NULL;

  if (d->type == SLUICE_DELTA_META) {
    see_meta(p, d);
  } else if (d->type == SLUICE_DELTA_USAGE) {
    p->has_usage = 1;
    p->usage = d->u.usage;
  } else if (d->type == SLUICE_DELTA_ERROR) {
    p->has_error = 1;
  } else if (d->type == SLUICE_DELTA_DONE) {
    p->has_done = 1;
  } else {
    c = choice_of(p, d->choice);
  }
  if (c == NULL)
    return;
  if (d->type == SLUICE_DELTA_CHOICE)
    p->has_whole |= d->u.whole;
  else if (d->type == SLUICE_DELTA_FINISH)
    see_finish(p, c, d);
  else if (d->type == SLUICE_DELTA_TEXT || d->type == SLUICE_DELTA_REASONING ||
           d->type == SLUICE_DELTA_REFUSAL || d->type == SLUICE_DELTA_CALL)
    see_content(p, c, d);
}

/* ---- the first bad byte ------------------------------------------------ */

/* Where the first byte stands that is no UTF-8; s.n when there is none. */
static size_t find_not_utf8(sluice_str s)
{
  size_t at = 0;

  while (at < s.n) {
    uint32_t c;
    int n = 1;
    if ((unsigned char)s.p[at] >= 0x80)
      n = sluice__utf8_next(s.p + at, s.n - at, &c);
    if (n <= 0)
      break;
    at += (size_t)n;
  }
  return at;
}

static void look_for_bad(struct picture *p, const struct chat_event *event)
{
  sluice_str data = event->sse->data;
  size_t at;

  if (p->bad.why != NULL || event->half || p->over)
    return;
  at = find_not_utf8(data);
  if (at < data.n)
    p->bad.why = "not UTF-8";
  if (event->error.status != SLUICE_OK && event->error.offset <= at) {
    at = (size_t)event->error.offset;
    p->bad.why =
        at < data.n ? event->error.message : "the JSON breaks off here";
  }
  if (p->bad.why == NULL)
    return;
  p->bad_at = at;
  if (p->chat.look == CHAT_BODY)
    p->bad_base = (size_t)(event->sse->offset - (p->chat.at - p->chat.body.n));
  sluice__buf_put(&p->data, data.p, data.n);
}

static int is_line_end(char c)
{
  return c == '\n' || c == '\r';
}

/* Keeps what stands around it in the same line. */
static void keep_around(struct bad_byte *bad, sluice_str data, size_t at)
{
  size_t half = sizeof(bad->around) / 2;
  size_t from = at, to = at;

  while (from > 0 && at - from < half && !is_line_end(data.p[from - 1]))
    from--;
  while (to < data.n && to - at < half && !is_line_end(data.p[to]))
    to++;
  while (to > at + 1 && data.p[to - 1] == ' ')
    to--;
  bad->around_n = to - from;
  bad->at = at - from;
  memcpy(bad->around, data.p + from, bad->around_n);
}

/* Moves on by n bytes, over the ends of lines. Returns the column. */
static uint64_t pass_bytes(struct place *place, const char *p, size_t n)
{
  size_t line_at = 0;

  for (size_t i = 0; i < n; i++) {
    if (!is_line_end(p[i]))
      continue;
    place->line += p[i] == '\n' && i > 0 && p[i - 1] == '\r' ? 0 : 1;
    line_at = i + 1;
  }
  place->offset += n;
  return n - line_at + 1;
}

/* Where byte `at` of a body is; blanks may stand before it. */
static struct place place_in_body(const struct picture *p, size_t at,
                                  uint64_t *column)
{
  struct place place = {0, 1, 0};
  size_t before = (size_t)(p->chat.at - p->chat.body.n);

  if (before < p->chat.first_n)
    pass_bytes(&place, p->chat.first, before);
  place.offset = before;
  *column = pass_bytes(&place, p->chat.body.p, at);
  return place;
}

static void place_bad(struct picture *p)
{
  sluice_str data = {p->data.p, p->data.n};
  size_t at = p->bad_at < data.n ? p->bad_at : data.n;
  struct line line;

  if (p->bad.why == NULL || p->bad.column > 0)
    return;
  if (p->chat.look == CHAT_BODY) {
    p->bad.place = place_in_body(p, p->bad_base + at, &p->bad.column);
  } else {
    line = lines_find(&p->lines, data, at, &p->bad.place.offset);
    p->bad.place.line = line.number;
    p->bad.place.event = p->here.event;
    p->bad.column = p->bad.place.offset - line.at + 1;
  }
  keep_around(&p->bad, data, at);
  sluice__buf_free(&p->data);
}

/* ---- events and their bytes -------------------------------------------- */

static void time_event(struct picture_times *t, uint64_t now, uint64_t event)
{
  if (t->first_event == 0)
    t->first_event = now;
  else if (now - t->last_event > t->gap) {
    t->gap = now - t->last_event;
    t->gap_before = event;
  }
  t->last_event = now;
}

static void on_event(void *user, const struct chat_event *event)
{
  struct picture *p = (struct picture *)user;

  if (p->chat.look != CHAT_BODY)
    p->events++;
  p->is_event = 1;
  time_event(&p->times, p->now, p->events);
  words_add(&p->names, event->sse->name);
  p->bad_events += event->error.status != SLUICE_OK && !event->half;
  look_for_bad(p, event);
  p->after_end += p->over ? 1 : 0;
  for (size_t i = 0; i < event->chunk->count; i++) {
    p->chunks += event->chunk->deltas[i].type == SLUICE_DELTA_META;
    if (!p->over)
      see_delta(p, &event->chunk->deltas[i]);
  }
  p->over |= p->chat.ended;
}

/* While the translator works, what it counts counts; later the stages. */
static uint32_t counted(const struct picture *p, sluice_anomaly a, int live)
{
  if (live)
    return sluice_translator_count(p->translator, a);
  return sluice_parser_count(p->chat.parser, a);
}

/* What is counted since the last time was met here. */
static void compare(struct picture *p, struct place start, int live)
{
  for (int i = 0; i < SLUICE_ANOMALY_COUNT; i++) {
    sluice_anomaly a = (sluice_anomaly)i;
    uint32_t n = counted(p, a, live);
    if (n <= p->seen[i])
      continue;
    if (p->counts[i] == 0)
      p->first[i] = a == SLUICE_ANOMALY_COMMENT ? start : p->here;
    p->counts[i] += n - p->seen[i];
    p->seen[i] = n;
  }
}

static int is_live(const struct picture *p)
{
  return sluice_translator_error(p->translator).status == SLUICE_OK;
}

/* From here on the parser's counts are compared: they begin where they are. */
static void give_up(struct picture *p)
{
  p->failure = p->here;
  for (int i = 0; i < SLUICE_ANOMALY_COUNT; i++)
    p->seen[i] = counted(p, (sluice_anomaly)i, 0);
}

static void translate(struct picture *p, sluice_str bytes, struct place start)
{
  int live = is_live(p);

  if (live)
    sluice_translator_feed(p->translator, bytes.p, bytes.n, NULL);
  compare(p, start, live);
  if (live && !is_live(p))
    give_up(p);
}

/* The present event has its place as soon as its lines are known. */
static void settle(struct picture *p, struct place start)
{
  uint64_t column;

  p->here = start;
  if (p->is_event && p->chat.look == CHAT_BODY) {
    p->here = place_in_body(p, 0, &column);
  } else if (p->is_event && p->lines.count > 0) {
    p->here.offset = p->lines.data[0].value;
    p->here.line = p->lines.data[0].number;
  }
  if (p->is_event)
    p->here.event = p->events;
  place_bad(p);
}

static void on_bytes(void *user, sluice_str bytes)
{
  struct picture *p = (struct picture *)user;
  struct place start = {p->lines.at, p->lines.number, 0};

  if (lines_add(&p->lines, bytes) != 0)
    p->data.failed = 1;
  settle(p, start);
  translate(p, bytes, start);
  if (p->is_event)
    lines_next(&p->lines);
  p->is_event = 0;
}

void picture_feed(struct picture *p, sluice_str bytes, uint64_t now)
{
  if (p->times.first_byte == 0)
    p->times.first_byte = now;
  p->now = now;
  chat_feed(&p->chat, bytes);
}

/* ---- the end ----------------------------------------------------------- */

static int begins(sluice_str s, const char *start)
{
  size_t n = strlen(start);

  return s.n >= n && memcmp(s.p, start, n) == 0;
}

static enum picture_kind kind_of(const struct picture *p)
{
  sluice_str first = {p->chat.first, p->chat.first_n};

  if (p->chat.look == CHAT_NOTHING)
    return PICTURE_NOTHING;
  if (p->chat.look == CHAT_BODY)
    return p->bad_events > 0    ? PICTURE_BROKEN
           : p->has_whole       ? PICTURE_COMPLETION
           : p->choices != NULL ? PICTURE_CHUNKS
           : p->has_error       ? PICTURE_ERROR
                                : PICTURE_JSON;
  if (p->names.count > 0 &&
      begins((sluice_str){p->names.list[0].p, p->names.list[0].n}, "response."))
    return PICTURE_RESPONSES;
  if (p->events > 0 || p->ignored == 0)
    return PICTURE_STREAM;
  while (first.n > 0 && (unsigned char)*first.p <= ' ') {
    first.p++;
    first.n--;
  }
  return begins(first, "<") ? PICTURE_HTML : PICTURE_OTHER;
}

static int read_completion(struct picture *p)
{
  sluice_str json;
  int rv;

  if (sluice_fold_json(p->chat.fold, &json) != SLUICE_OK)
    return -1;
  sluice__buf_put(&p->completion, json.p, json.n);
  if (p->completion.failed)
    return -1;
  json.p = p->completion.p;
  rv = sluice__json_parse(&p->json, json, 256);
  if (rv != 0) /* too many tokens with log probabilities */
    p->json.count = 0;
  return rv == SLUICE_ERR_NOMEM ? -1 : 0;
}

/* Where the end of the input made the translator give up. */
static struct place place_of_end(const struct picture *p, struct place end)
{
  sluice_error error = sluice_translator_error(p->translator);
  uint64_t start = p->chat.at - p->chat.body.n, column;
  struct place first = {0, 1, 0};

  if (error.offset >= p->chat.at)
    return end;
  if (p->chat.look == CHAT_BODY && error.offset >= start)
    return place_in_body(p, (size_t)(error.offset - start), &column);
  return p->is_event ? p->here : first;
}

int picture_finish(struct picture *p, uint64_t now)
{
  struct place end = {p->lines.at, p->lines.number, 0};
  sluice_sse_counts counts;

  chat_finish(&p->chat);
  if (p->is_event)
    settle(p, end);
  if (is_live(p))
    sluice_translator_finish(p->translator);
  compare(p, end, p->failure.line == 0);
  if (p->failure.line == 0 && !is_live(p))
    p->failure = place_of_end(p, end);
  counts = sluice_sse_counted(p->chat.sse);
  p->comments = counts.comments;
  p->ignored = counts.ignored;
  p->bytes = p->chat.at;
  p->line_count = lines_counted(&p->lines);
  p->kind = kind_of(p);
  p->times.end = now;
  if (p->times.last_event > 0 && now - p->times.last_event > p->times.gap) {
    p->times.gap = now - p->times.last_event;
    p->times.gap_before = 0;
  }
  return p->data.failed ? -1 : read_completion(p);
}

int picture_open(struct picture *p, const sluice_options *o)
{
  struct chat_calls calls = {on_event, on_bytes, p};

  memset(p, 0, sizeof(*p));
  sluice__buf_init(&p->completion, heap());
  sluice__buf_init(&p->data, heap());
  sluice__json_init(&p->json, heap());
  lines_init(&p->lines, heap());
  if (chat_open(&p->chat, o, &calls) != 0)
    return -1;
  return sluice_translator_new(&p->translator, o, NULL, NULL) == SLUICE_OK ? 0
                                                                           : -1;
}

void picture_close(struct picture *p)
{
  struct picture_choice *c, *next;
  struct words *words[] = {&p->ids,          &p->models, &p->created, &p->tiers,
                           &p->fingerprints, &p->names,  &p->call_ids};

  for (c = p->choices; c != NULL; c = next) {
    next = c->next;
    sluice__free(heap(), c);
  }
  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
    words_free(words[i]);
  sluice__buf_free(&p->completion);
  sluice__buf_free(&p->data);
  sluice__json_free(&p->json);
  lines_free(&p->lines);
  sluice_translator_free(p->translator);
  chat_close(&p->chat);
}
