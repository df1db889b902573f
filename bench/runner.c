/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 199309L
#include "runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <yajl/yajl_parse.h>

#define BLOCK ((size_t)65536)
#define PART  ((size_t)262144) /* fits into the cache of one processor */
#define LINE  64               /* bytes that come into the cache together */

/* Events of a workload, from `first` to before `end`. */
struct part {
  const struct streams *from;
  size_t first, end;
};

static void stop(const struct runner *r, const char *what)
{
  fprintf(stderr, "bench: %s: %s\n", r->contender->name, what);
  exit(2);
}

/* ---- memory ----------------------------------------------------------------
 */

/* The bytes of it. */
static struct span bytes_of(const struct part *part)
{
  const struct event *last = &part->from->events[part->end - 1];
  size_t at = part->from->events[part->first].whole.at;
  struct span bytes = {at, last->whole.at + last->whole.n - at};

  return bytes;
}

static void copy(struct runner *r, const struct part *part)
{
  struct span bytes = bytes_of(part);
  const char *p = part->from->in.p + bytes.at;
  size_t n;

  for (; bytes.n > 0; p += n, bytes.n -= n) {
    n = bytes.n < BLOCK ? bytes.n : BLOCK;
    memcpy(r->block, p, n);
    /* The compiler has to believe that somebody reads it. */
    __asm__ volatile("" : : "r"(r->block) : "memory");
  }
  r->touched ^= (unsigned char)r->block[0];
}

static void scan(struct runner *r, const struct part *part)
{
  struct span bytes = bytes_of(part);
  const char *p = part->from->in.p + bytes.at, *end = p + bytes.n;

  for (; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
    r->tally.events++;
}

/* ---- yajl ------------------------------------------------------------------
 */

static int nothing(void *ctx)
{
  (void)ctx;
  return 1;
}

static int no_boolean(void *ctx, int value)
{
  (void)ctx, (void)value;
  return 1;
}

static int no_number(void *ctx, const char *p, size_t n)
{
  (void)ctx, (void)p, (void)n;
  return 1;
}

static int no_string(void *ctx, const unsigned char *p, size_t n)
{
  (void)ctx, (void)p, (void)n;
  return 1;
}

static const yajl_callbacks callbacks = {
    nothing, no_boolean, NULL,    NULL,    no_number, no_string,
    nothing, no_string,  nothing, nothing, nothing};

static void parse(struct runner *r, const struct part *part)
{
  size_t i;

  for (i = part->first; i < part->end; i++) {
    const struct span *data = &part->from->events[i].data;
    const unsigned char *p = (const unsigned char *)part->from->in.p + data->at;

    if (*p == '{' && yajl_parse(r->parser, p, data->n) != yajl_status_ok)
      stop(r, "yajl takes a payload for no JSON");
  }
}

/* ---- sluice ----------------------------------------------------------------
 */

static int on_event(void *user, const sluice_event *event)
{
  struct runner *r = user;

  r->tally.events++;
  r->tally.bytes += event->wire.n;
  r->touched ^= (unsigned char)event->wire.p[0];
  return 0;
}

static void push(struct runner *r, const char *p, size_t n)
{
  if (sluice_translator_feed(r->translator, p, n, NULL) != SLUICE_OK)
    stop(r, sluice_translator_error(r->translator).message);
}

static void push_events(struct runner *r, const struct part *part)
{
  const struct event *e = &part->from->events[part->first];
  const struct event *end = &part->from->events[part->end];

  for (; e < end; e++)
    push(r, part->from->in.p + e->whole.at, e->whole.n);
}

static void push_blocks(struct runner *r, const struct part *part)
{
  struct span bytes = bytes_of(part);
  const char *p = part->from->in.p + bytes.at;
  size_t n;

  for (; bytes.n > 0; p += n, bytes.n -= n) {
    n = bytes.n < r->contender->push ? bytes.n : r->contender->push;
    push(r, p, n);
  }
}

static void make_translator(struct runner *r)
{
  if (sluice_translator_new(&r->translator, &r->options, r->cb, r->user) !=
      SLUICE_OK)
    stop(r, "no translator");
}

static void begin_stream(struct runner *r)
{
  r->options.seed = r->stream + 1;
  if (r->contender->fresh)
    make_translator(r);
  else
    sluice_translator_reset(r->translator, r->options.seed);
}

static void end_stream(struct runner *r)
{
  if (sluice_translator_finish(r->translator) != SLUICE_OK)
    stop(r, sluice_translator_error(r->translator).message);
  if (r->contender->fresh) {
    sluice_translator_free(r->translator);
    r->translator = NULL;
  }
  r->stream++;
}

/* A part may hold many streams, or a piece of one. */
static void translate(struct runner *r, const struct part *part)
{
  struct part one = *part;

  while (one.first < part->end) {
    const struct stream *s = &part->from->list[r->stream];
    size_t end = s->first + s->events;

    if (one.first == s->first)
      begin_stream(r);
    one.end = end < part->end ? end : part->end;
    if (r->contender->push == PUSH_EVENT)
      push_events(r, &one);
    else
      push_blocks(r, &one);
    if (one.end == end)
      end_stream(r);
    one.first = one.end;
  }
}

/* ---- all -------------------------------------------------------------------
 */

void runner_open(struct runner *r, const struct contender *c,
                 sluice_event_cb cb, void *user)
{
  memset(r, 0, sizeof(*r));
  r->contender = c;
  r->cb = cb != NULL ? cb : on_event;
  r->user = cb != NULL ? user : r;
  if (c->kind == KIND_COPY && (r->block = malloc(BLOCK)) == NULL)
    stop(r, "no memory");
  if (c->kind == KIND_PARSE) {
    r->parser = yajl_alloc(&callbacks, NULL, NULL);
    if (r->parser == NULL ||
        !yajl_config(r->parser, yajl_allow_multiple_values, 1))
      stop(r, "no parser");
  }
  if (c->kind != KIND_SLUICE)
    return;
  if (sluice_scratch_new(&r->scratch, NULL) != SLUICE_OK)
    stop(r, "no scratch");
  sluice_options_init(&r->options);
  r->options.scratch = r->scratch;
  r->options.flags = c->flags;
  if (!c->fresh)
    make_translator(r);
}

void runner_close(struct runner *r)
{
  sluice_translator_free(r->translator);
  sluice_scratch_free(r->scratch);
  if (r->parser != NULL)
    yajl_free(r->parser);
  free(r->block);
}

static void run(struct runner *r, const struct part *part)
{
  switch (r->contender->kind) {
  case KIND_COPY:
    copy(r, part);
    break;
  case KIND_SCAN:
    scan(r, part);
    break;
  case KIND_PARSE:
    parse(r, part);
    break;
  case KIND_SLUICE:
    translate(r, part);
    break;
  }
}

static void begin(struct runner *r)
{
  memset(&r->tally, 0, sizeof(r->tally));
  r->time = 0;
  r->stream = 0;
}

void runner_run(struct runner *r, const struct streams *s)
{
  struct part all = {s, 0, s->event_count};

  begin(r);
  run(r, &all);
}

static void touch(struct runner *r, const struct part *part)
{
  struct span bytes = bytes_of(part);
  const volatile char *p = part->from->in.p + bytes.at;
  size_t i;

  for (i = 0; i < bytes.n; i += LINE)
    r->touched ^= (unsigned char)p[i];
}

void runner_measure(struct runner *r, const struct streams *s)
{
  struct part part = {s, 0, 0};
  double start;
  size_t n;

  begin(r);
  for (; part.end < s->event_count; part.first = part.end) {
    for (n = 0; part.end < s->event_count && n < PART; part.end++)
      n += s->events[part.end].whole.n;
    if (!r->contender->cold)
      touch(r, &part);
    start = cpu_now();
    run(r, &part);
    r->time += cpu_now() - start;
  }
}

double cpu_now(void)
{
  struct timespec t;

  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}
