/* SPDX-License-Identifier: MIT */
/* Several chat streams, and the calls that stand between them, in any order.
 * The stream of the input is cut by lines that begin with \x01: what follows
 * says which function is called; what comes between is fed. The laws hold over
 * every response, and each call returns what it may. */
#include <string.h>

#include "../tests/other.h"
#include "flow.h"
#include "memory.h"
#include "mutate.h"
#include "target.h"

/* What a line asks for: `argument` is the rest of it. */
struct step {
  struct flow *flow;
  sluice_str argument;
};

static int is_json(sluice_str s)
{
  int same;

  memory_of_json();
  same = other_equal(s.p, s.n, s.p, s.n);
  memory_forget();
  return same == 1;
}

static void end_round(struct step *s)
{
  struct flow *f = s->flow;
  sluice_status status = sluice_translator_end_round(f->t);
  sluice_pending call;

  FUZZ_CHECK(status != SLUICE_PAUSED && status != SLUICE_ERR_ARG);
  if (status == SLUICE_MORE)
    FUZZ_CHECK(f->terminals == 0);
  if (status == SLUICE_OK && !f->aborted)
    FUZZ_CHECK(f->terminals == 1);
  if (f->terminals > 0)
    FUZZ_CHECK(sluice_translator_pending(f->t, 0, &call) == SLUICE_ERR_ARG);
}

/* The id of the call that waits in that place, or one that none has. */
static size_t pending_id(struct flow *f, uint32_t n, char *id, size_t cap)
{
  sluice_pending call;

  if (sluice_translator_pending(f->t, n, &call) != SLUICE_OK)
    return 0;
  FUZZ_CHECK(call.type > SLUICE_TOOL_CUSTOM &&
             call.type < SLUICE_TOOL_TYPE_COUNT);
  FUZZ_CHECK(call.call_id.n > 0);
  if (call.call_id.n > cap)
    return 0;
  memcpy(id, call.call_id.p, call.call_id.n);
  return call.call_id.n;
}

/* r PLACE KIND TEXT: a result; KIND says where the text goes. */
static void result(struct step *s)
{
  static const sluice_file file = {{"file-new", 8}, {"new.txt", 7}};
  static char id[4096];
  struct flow *f = s->flow;
  sluice_text call_id = {"call_x", 6};
  sluice_str text = {"", 0};
  sluice_result r;
  sluice_status status;
  size_t n = 0;

  memset(&r, 0, sizeof(r));
  if (s->argument.n >= 1)
    n = pending_id(f, (uint8_t)s->argument.p[0] & 3, id, sizeof(id));
  if (n > 0) {
    call_id.p = id;
    call_id.n = n;
  }
  if (s->argument.n > 2) {
    text.p = s->argument.p + 2;
    text.n = s->argument.n - 2;
    if ((s->argument.p[1] & 1) != 0)
      r.error = text;
    else
      r.output = text;
    if ((s->argument.p[1] & 2) != 0)
      r.results = text;
    if ((s->argument.p[1] & 4) != 0) {
      r.files = &file;
      r.file_count = 1;
    }
  }
  status = sluice_translator_result(f->t, call_id, &r);
  if (status == SLUICE_MORE)
    FUZZ_CHECK(f->terminals == 0);
  if (status == SLUICE_OK)
    FUZZ_CHECK(f->terminals == 1);
}

static void next_round(struct step *s)
{
  sluice_status status = sluice_translator_next_round(s->flow->t);

  FUZZ_CHECK(status == SLUICE_OK || status == SLUICE_ERR_STATE ||
             status < -100);
  if (status == SLUICE_OK) {
    FUZZ_CHECK(s->flow->terminals == 0);
    s->flow->fed = SLUICE_OK;
  }
}

static void messages(struct step *s)
{
  sluice_str json;
  sluice_status status = sluice_translator_messages(s->flow->t, &json);

  if (status == SLUICE_OK)
    FUZZ_CHECK(is_json(json) && json.p[0] == '[');
  else
    FUZZ_CHECK(status == SLUICE_ERR_STATE ||
               status == sluice_translator_error(s->flow->t).status);
}

static void response(struct step *s)
{
  sluice_str json;

  FUZZ_CHECK(sluice_translator_response(s->flow->t, &json) == SLUICE_OK);
  FUZZ_CHECK(json.n == 0 || is_json(json));
}

/* t KIND TEXT */
static void mcp_tools(struct step *s)
{
  static const sluice_str none = {"", 0}, label = {"deep", 4},
                          list = {"[{\"name\":\"ask\",\"input_schema\":{}}]",
                                  33};
  sluice_str text = none;
  char kind = s->argument.n > 0 ? s->argument.p[0] : 0;

  if (s->argument.n > 1) {
    text.p = s->argument.p + 1;
    text.n = s->argument.n - 1;
  }
  (void)sluice_translator_mcp_tools(s->flow->t, (kind & 1) != 0 ? text : label,
                                    (kind & 2) != 0 ? text : list,
                                    (kind & 4) != 0 ? text : none);
}

static void give_up(struct step *s)
{
  static const sluice_str none = {"", 0};
  sluice_status status = sluice_translator_fail(s->flow->t, none, s->argument);

  FUZZ_CHECK(status <= 0);
  FUZZ_CHECK(s->flow->aborted || s->flow->terminals == 1);
}

static void finish(struct step *s)
{
  flow_finish(s->flow);
  flow_judge(s->flow, NULL);
}

static void reset(struct step *s)
{
  flow_judge(s->flow, NULL);
  flow_again(s->flow);
}

static const struct {
  char letter;
  void (*go)(struct step *s);
} steps[] = {{'e', end_round}, {'r', result},   {'n', next_round},
             {'m', messages},  {'p', response}, {'t', mcp_tools},
             {'g', give_up},   {'f', finish},   {'x', reset}};

/* One line without its \x01. */
static void take_step(struct flow *f, const char *p, size_t n)
{
  struct step s = {f, {p + 1, n - 1}};
  size_t i;

  for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
    if (steps[i].letter == *p)
      steps[i].go(&s);
}

static void play(struct flow *f)
{
  const char *p = f->head->stream.p, *end = p + f->head->stream.n, *to;

  while (p < end && f->t != NULL) {
    to = memchr(p, 1, (size_t)(end - p));
    to = to == NULL ? end : to;
    flow_feed(f, p, (size_t)(to - p));
    p = to < end ? to + 1 : end;
    to = memchr(p, '\n', (size_t)(end - p));
    to = to == NULL ? end : to;
    if (to > p && f->t != NULL)
      take_step(f, p, (size_t)(to - p));
    p = to < end ? to + 1 : end;
  }
}

static void run(const uint8_t *p, size_t n)
{
  struct heap memory;
  struct head head;
  struct flow f;

  if (!head_read(&head, p, n))
    return;
  if (head.callback == HEAD_FREES)
    head.callback = HEAD_GOES_ON;
  heap_init(&memory, HEAP_NEVER, 0);
  FUZZ_CHECK(flow_open(&f, &head, &memory, NULL) == SLUICE_OK);
  play(&f);
  flow_finish(&f);
  flow_judge(&f, NULL);
  flow_close(&f);
  FUZZ_CHECK(memory.live == 0);
}

const struct fuzz_target fuzz_rounds = {"rounds", run, mutate_stream,
                                        mutate_cross};
