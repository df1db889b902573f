/* SPDX-License-Identifier: MIT */
#include "siege.h"

#include <sluice/request.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../tools/lint/lint_check.h"

static void die(const char *what, const struct siege *s)
{
  fprintf(stderr, "tests/siege.c: %s: %s\n", s->hostile->name, what);
  exit(99);
}

/* ---- feeding ------------------------------------------------------------- */

static int on_event(void *user, const sluice_event *e)
{
  struct siege *s = (struct siege *)user;

  s->events++;
  s->out += e->wire.n;
  s->created += e->type == SLUICE_EVENT_CREATED;
  s->terminal += e->type == SLUICE_EVENT_COMPLETED ||
                 e->type == SLUICE_EVENT_INCOMPLETE ||
                 e->type == SLUICE_EVENT_FAILED;
  if (s->watch != NULL)
    (void)s->watch(s->watch_user, e);
  return s->hostile->way == HOSTILE_PAUSED;
}

/* In pieces of `push` bytes, each fed again behind a pause. Until an error. */
static void feed(struct siege *s, sluice_translator *t, const struct bytes *in)
{
  size_t push = s->hostile->push != 0 ? s->hostile->push : in->n;
  size_t at = 0, consumed, n;

  s->status = SLUICE_OK;
  while (at < in->n && s->status >= 0) {
    n = in->n - at < push ? in->n - at : push;
    s->status = sluice_translator_feed(t, in->p + at, n, &consumed);
    at += consumed;
  }
}

/* ---- rounds -------------------------------------------------------------- */

/* The result of a search, with a file of its own. */
static void answer(struct siege *s, sluice_translator *t, sluice_text call_id,
                   size_t number)
{
  sluice_result result;
  sluice_file file;
  char id[32], name[32];

  memset(&result, 0, sizeof(result));
  memset(&file, 0, sizeof(file));
  file.id.p = id;
  file.id.n = (size_t)snprintf(id, sizeof(id), "file-%zu", number);
  file.name.p = name;
  file.name.n = (size_t)snprintf(name, sizeof(name), "%zu.txt", number);
  result.output = file.name;
  result.files = &file;
  result.file_count = 1;
  if (sluice_translator_result(t, call_id, &result) < 0)
    die("a result was refused", s);
}

static void answer_in_order(struct siege *s, sluice_translator *t)
{
  sluice_pending p;
  size_t n;

  for (n = 0; sluice_translator_pending(t, 0, &p) == SLUICE_OK; n++)
    answer(s, t, p.call_id, n);
}

/* All are listed first. Ids live until the next call, and so are copied. */
static void answer_in_reverse(struct siege *s, sluice_translator *t)
{
  struct bytes ids = {NULL, 0, 0};
  size_t n = 0, at;
  sluice_pending p;

  for (; sluice_translator_pending(t, (uint32_t)n, &p) == SLUICE_OK; n++) {
    bytes_put(&ids, p.call_id.p, p.call_id.n);
    bytes_puts(&ids, "\n");
  }
  for (at = ids.n; at > 0; n--) {
    size_t end = --at;

    while (at > 0 && ids.p[at - 1] != '\n')
      at--;
    answer(s, t, (sluice_text){ids.p + at, end - at}, n);
  }
  bytes_free(&ids);
}

static void play(struct siege *s, sluice_translator *t)
{
  sluice_str messages;
  size_t round;

  for (round = 0; round < s->rounds; round++) {
    feed(s, t, &s->in);
    if (sluice_translator_end_round(t) != SLUICE_MORE)
      die("there is no other round", s);
    if (s->hostile->way == HOSTILE_REVERSE)
      answer_in_reverse(s, t);
    else
      answer_in_order(s, t);
    if (s->rounds == 1 && sluice_translator_messages(t, &messages) != SLUICE_OK)
      die("there are no messages", s);
    if (sluice_translator_next_round(t) != SLUICE_OK)
      die("the next round does not begin", s);
  }
  feed(s, t, &s->next);
}

/* ---- ways ---------------------------------------------------------------- */

static void translate(struct siege *s)
{
  sluice_translator *t;

  if (sluice_translator_new(&t, &s->setup.o, on_event, s) != SLUICE_OK)
    die("no translator", s);
  if (s->rounds > 0)
    play(s, t);
  else
    feed(s, t, s->hostile->way == HOSTILE_REQUEST ? &s->next : &s->in);
  s->status = sluice_translator_finish(t);
  sluice_translator_free(t);
}

struct folding {
  sluice_parser *parser;
  sluice_fold *fold;
};

static int on_payload(void *user, const sluice_sse_event *e)
{
  struct folding *f = (struct folding *)user;
  sluice_chunk chunk;

  if (sluice_parser_parse(f->parser, e->name, e->data, &chunk) != SLUICE_OK)
    return -1;
  return sluice_fold_chunk(f->fold, &chunk) < 0 ? -1 : 0;
}

static void fold(struct siege *s)
{
  struct folding f;
  sluice_sse *sse = NULL;
  sluice_str json;

  if (sluice_parser_new(&f.parser, &s->setup.o) != SLUICE_OK ||
      sluice_fold_new(&f.fold, &s->setup.o) != SLUICE_OK ||
      sluice_sse_new(&sse, &s->setup.o, on_payload, &f) != SLUICE_OK)
    die("no memory", s);
  s->status = sluice_sse_feed(sse, s->in.p, s->in.n, NULL);
  if (s->status == SLUICE_OK)
    s->status = sluice_fold_finish(f.fold);
  if (sluice_fold_json(f.fold, &json) != SLUICE_OK)
    die("no completion", s);
  s->out = json.n;
  sluice_sse_free(sse);
  sluice_fold_free(f.fold);
  sluice_parser_free(f.parser);
}

static void on_finding(void *user, const struct lint_finding *finding)
{
  (void)finding;
  ((struct siege *)user)->events++;
}

static void check(struct siege *s)
{
  struct lint_options o = {LINT_SSE, s->setup.o.index_unit, s->setup.o.mem};
  struct lint *l = lint_new(&o, on_finding, s);

  if (l == NULL)
    die("no checker", s);
  lint_feed(l, s->in.p, s->in.n);
  s->status = (sluice_status)lint_finish(l);
  lint_free(l);
}

static void ask(struct siege *s)
{
  sluice_request_options o;
  sluice_request *r = NULL;

  sluice_request_options_init(&o);
  o.mem = s->setup.o.mem;
  o.flags = SLUICE_REQUEST_DROP_TOOLS | SLUICE_REQUEST_DROP_ITEMS |
            SLUICE_REQUEST_PASS_UNKNOWN | SLUICE_REQUEST_REASONING;
  o.max_request = SIZE_MAX / 4;
  o.max_items = UINT32_MAX;
  o.max_tools = UINT32_MAX;
  if (sluice_request_new(&r, &o) != SLUICE_OK)
    die("no memory", s);
  s->status = sluice_request_read(r, (sluice_str){s->in.p, s->in.n});
  s->out = sluice_request_chat(r).n;
  sluice_request_free(r);
}

void siege_run(struct siege *s)
{
  switch (s->hostile->way) {
  case HOSTILE_ASK:
    ask(s);
    break;
  case HOSTILE_FOLD:
    fold(s);
    break;
  case HOSTILE_LINT:
  case HOSTILE_EVENTS:
    check(s);
    break;
  default:
    translate(s);
    break;
  }
}

/* ---- life ---------------------------------------------------------------- */

static int on_wire(void *user, const sluice_event *e)
{
  bytes_put((struct bytes *)user, e->wire.p, e->wire.n);
  return 0;
}

/* The events of the stream in its place. */
static void make_events(struct siege *s)
{
  struct bytes wire = {NULL, 0, 0};

  bytes_puts(&wire, "");
  s->watch = on_wire;
  s->watch_user = &wire;
  translate(s);
  s->watch = NULL;
  s->events = s->out = s->created = s->terminal = 0;
  bytes_free(&s->in);
  s->in = wire;
}

static void lift_limits(sluice_options *o)
{
  o->max_payload = SIZE_MAX / 4;
  o->max_output = SIZE_MAX / 4;
  o->max_items = UINT32_MAX;
  o->max_annotations = UINT32_MAX;
}

void siege_init(struct siege *s, const struct hostile *h, size_t n,
                const sluice_mem *mem)
{
  static const sluice_tool tools[] = {
      {.name = {"patch", 5}, .type = SLUICE_TOOL_CUSTOM},
      {.name = {"look", 4}, .type = SLUICE_TOOL_FILE_SEARCH}};
  int rounds = h->way >= HOSTILE_ANSWERS;

  memset(s, 0, sizeof(*s));
  s->hostile = h;
  setup_init(&s->setup);
  lift_limits(&s->setup.o);
  setup_read(&s->setup, h->opts != NULL ? h->opts : "");
  s->setup.o.mem = mem;
  s->rounds = h->way == HOSTILE_ROUNDS ? n : (size_t)rounds;
  s->setup.o.tools = tools;
  s->setup.o.tool_count = rounds ? 2 : 1;
  hostile_make(h, h->way == HOSTILE_ROUNDS ? 1 : n, &s->in);
  if (rounds)
    hostile_make(hostile_find("cite-markers"), n, &s->next);
  if (h->way == HOSTILE_REQUEST) {
    hostile_make(hostile_find("tiny-text"), 1, &s->next);
    s->setup.o.request = (sluice_str){s->in.p, s->in.n};
  }
  if (h->way == HOSTILE_LINT)
    make_events(s);
}

void siege_free(struct siege *s)
{
  setup_free(&s->setup);
  bytes_free(&s->in);
  bytes_free(&s->next);
}
