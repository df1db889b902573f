/* SPDX-License-Identifier: MIT */
#include "runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#define BLOCK ((size_t)65536)

static void stop(const struct runner *r, const char *what)
{
  fprintf(stderr, "bench: %s: %s\n", r->contender->name, what);
  exit(2);
}

/* ---- memory ----------------------------------------------------------------
 */

static void copy(struct runner *r, const struct streams *s)
{
  size_t at, n;

  for (at = 0; at < s->in.n; at += n) {
    n = s->in.n - at < BLOCK ? s->in.n - at : BLOCK;
    memcpy(r->block, s->in.p + at, n);
    /* The compiler has to believe that somebody reads it. */
    __asm__ volatile("" : : "r"(r->block) : "memory");
  }
  r->touched ^= (unsigned char)r->block[0];
}

static void scan(struct runner *r, const struct streams *s)
{
  const char *p = s->in.p, *end = p + s->in.n;

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

static void parse(struct runner *r, const struct streams *s)
{
  size_t i;

  for (i = 0; i < s->event_count; i++) {
    const struct span *data = &s->events[i].data;
    const unsigned char *p = (const unsigned char *)s->in.p + data->at;

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

static void push_events(struct runner *r, const struct streams *s,
                        const struct stream *stream)
{
  const struct event *e = &s->events[stream->first];
  const struct event *end = e + stream->events;

  for (; e < end; e++)
    push(r, s->in.p + e->whole.at, e->whole.n);
}

static void push_blocks(struct runner *r, const struct streams *s,
                        const struct stream *stream)
{
  const char *p = s->in.p + stream->whole.at;
  size_t left = stream->whole.n, n;

  for (; left > 0; p += n, left -= n) {
    n = left < r->contender->push ? left : r->contender->push;
    push(r, p, n);
  }
}

static void make_translator(struct runner *r)
{
  if (sluice_translator_new(&r->translator, &r->options, r->cb, r->user) !=
      SLUICE_OK)
    stop(r, "no translator");
}

static void translate(struct runner *r, const struct streams *s)
{
  size_t i;

  for (i = 0; i < s->count; i++) {
    r->options.seed = i + 1;
    if (r->contender->fresh)
      make_translator(r);
    else
      sluice_translator_reset(r->translator, r->options.seed);
    if (r->contender->push == PUSH_EVENT)
      push_events(r, s, &s->list[i]);
    else
      push_blocks(r, s, &s->list[i]);
    if (sluice_translator_finish(r->translator) != SLUICE_OK)
      stop(r, sluice_translator_error(r->translator).message);
    if (r->contender->fresh) {
      sluice_translator_free(r->translator);
      r->translator = NULL;
    }
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

void runner_run(struct runner *r, const struct streams *s)
{
  memset(&r->tally, 0, sizeof(r->tally));
  switch (r->contender->kind) {
  case KIND_COPY:
    copy(r, s);
    break;
  case KIND_SCAN:
    scan(r, s);
    break;
  case KIND_PARSE:
    parse(r, s);
    break;
  case KIND_SLUICE:
    translate(r, s);
    break;
  }
}
