/* SPDX-License-Identifier: MIT */
/* sluice.c - the public handle: what may be called when, and what it returns.
 */
#include <sluice/sluice.h>

#include "intake.h"
#include "status.h"

/* Text without its tags cannot be compared with text that repeats them. */
#define NEVER_BOTH (SLUICE_LENIENT_THINK | SLUICE_LENIENT_CUMULATIVE)
#define FEW        16 /* bytes of a feed that may be in the middle of a value */

struct sluice_translator {
  struct intake in;
  sluice_status sticky;
  uint8_t own_scratch;
  uint8_t busy;     /* within a call */
  uint8_t finished; /* finish was called */
  uint8_t unwanted; /* free was called from inside the callback */
};

/* Within a call on this handle, or on another one with its scratch: a callback
 * or a memory function calls. */
static int in_use(const sluice_translator *t)
{
  return t->busy || t->in.translate.base.scratch->busy;
}

static void enter(sluice_translator *t)
{
  t->busy = t->in.translate.base.scratch->busy = 1;
}

/* The same for all calls but feed: nothing goes on behind them. */
static void enter_otherwise(sluice_translator *t)
{
  enter(t);
  sluice__intake_close_lane(&t->in);
}

/* The end of a call: whether the handle is still there. */
static int stays(sluice_translator *t)
{
  t->busy = t->in.translate.base.scratch->busy = 0;
  if (!t->unwanted)
    return 1;
  sluice_translator_free(t);
  return 0;
}

/* What a call returns that may have run the callback. */
static sluice_status leave(sluice_translator *t, int rv)
{
  if (rv < SLUICE_ERR_FATAL)
    t->sticky = (sluice_status)rv;
  if (!stays(t))
    return SLUICE_ERR_CALLBACK;
  return rv > 0 ? SLUICE_PAUSED : (sluice_status)rv;
}

/* What a call returns that wrote JSON into the scratch. */
static sluice_status leave_with(sluice_translator *t, sluice_str *json)
{
  const struct buf *out = &t->in.translate.base.scratch->out;
  int failed = out->failed;

  if (!failed) {
    json->p = out->p;
    json->n = out->n;
  }
  if (!stays(t)) {
    json->p = "";
    json->n = 0;
    return SLUICE_ERR_CALLBACK;
  }
  return failed ? SLUICE_ERR_NOMEM : SLUICE_OK;
}

/* All but the scratch. */
static void free_handle(sluice_translator *t)
{
  sluice_mem mem = t->in.translate.given->mem;

  sluice__intake_free(&t->in);
  sluice__free(&mem, t);
}

static int make(sluice_translator **out, const sluice_options *o,
                sluice_scratch *scratch, sluice_event_cb cb, void *user)
{
  struct given *given = NULL;
  sluice_translator *t;
  int rv = sluice__given_get(&given, scratch, o);

  if (rv != 0)
    return rv;
  t = (sluice_translator *)sluice__new(&given->mem, sizeof(*t));
  if (t == NULL) {
    sluice__shared_drop(&given->shared);
    return SLUICE_ERR_NOMEM;
  }
  rv = sluice__intake_init(&t->in, given, scratch, o, cb, user);
  if (rv != 0)
    free_handle(t);
  else
    *out = t;
  return rv;
}

sluice_status sluice_translator_new(sluice_translator **out,
                                    const sluice_options *o, sluice_event_cb cb,
                                    void *user)
{
  sluice_options all;
  sluice_scratch *scratch;
  int own, rv;

  if (out == NULL || sluice__options(&all, o) != 0 ||
      (unsigned)all.reasoning > SLUICE_REASONING_OFF ||
      (all.lenient & NEVER_BOTH) == NEVER_BOTH)
    return SLUICE_ERR_ARG;
  if (all.scratch != NULL && all.scratch->busy)
    return SLUICE_ERR_STATE;
  scratch = sluice__scratch_of(&all, &own);
  if (scratch == NULL)
    return SLUICE_ERR_NOMEM;
  scratch->busy = 1;
  rv = make(out, &all, scratch, cb, user);
  scratch->busy = 0;
  if (rv != 0 && own)
    sluice_scratch_free(scratch);
  else if (rv == 0)
    (*out)->own_scratch = (uint8_t)own;
  return (sluice_status)rv;
}

/* A few bytes in the middle of something, of which nothing comes yet. 1; 0 when
 * they are anything else, and nothing was done. */
static int feed_few(sluice_translator *t, const char *p, size_t n)
{
  if (p == NULL || n == 0 || n > FEW || in_use(t) || t->sticky < 0 ||
      t->finished || !sluice__intake_add(&t->in, p, n))
    return 0;
  return 1;
}

sluice_status sluice_translator_feed(sluice_translator *t, const void *data,
                                     size_t len, size_t *consumed)
{
  size_t taken = 0;
  int rv;

  if (t != NULL && feed_few(t, (const char *)data, len)) {
    if (consumed != NULL)
      *consumed = len;
    return SLUICE_OK;
  }
  if (consumed != NULL)
    *consumed = 0;
  if (t == NULL || !sluice__is_there(data, len))
    return SLUICE_ERR_ARG;
  if (in_use(t))
    return SLUICE_ERR_STATE;
  if (t->sticky < 0)
    return t->sticky;
  if (t->finished)
    return SLUICE_ERR_STATE;
  if (len == 0)
    return SLUICE_OK;
  enter(t);
  t->in.translate.output.outlet.paused = 0;
  rv = sluice__intake_feed(&t->in, (const char *)data, len, &taken);
  if (consumed != NULL)
    *consumed = taken;
  return leave(t, rv);
}

static sluice_status end_input(sluice_translator *t, enum end end)
{
  int first, rv;

  if (t == NULL)
    return SLUICE_ERR_ARG;
  if (in_use(t))
    return SLUICE_ERR_STATE;
  if (t->sticky < 0)
    return t->sticky;
  first = !t->finished;
  t->finished = 1;
  enter_otherwise(t);
  rv = first ? sluice__intake_end(&t->in, end)
             : sluice__translate_end(&t->in.translate, end,
                                     sluice__intake_fed(&t->in));
  return leave(t, rv > 0 ? 0 : rv);
}

sluice_status sluice_translator_finish(sluice_translator *t)
{
  return end_input(t, END_INPUT);
}

sluice_status sluice_translator_end_round(sluice_translator *t)
{
  sluice_status status = end_input(t, END_ROUND);

  if (status == SLUICE_OK && t->in.translate.phase == PHASE_OVER)
    return SLUICE_MORE;
  return status;
}

sluice_status sluice_translator_pending(const sluice_translator *t, uint32_t n,
                                        sluice_pending *out)
{
  const struct item *it;

  if (t == NULL || out == NULL)
    return SLUICE_ERR_ARG;
  memset(out, 0, sizeof(*out));
  if (t->in.translate.phase != PHASE_OVER)
    return SLUICE_ERR_ARG;
  /* It only remembers which one was asked for last. */
  it = sluice__output_pending((struct output *)&t->in.translate.output, n);
  if (it == NULL)
    return SLUICE_ERR_ARG;
  out->call_id = it->tool->id;
  out->name = it->tool->name;
  out->arguments = sluice__buf_as_text(&it->tool->arguments);
  out->type = sluice__toolcall_type(it);
  return SLUICE_OK;
}

/* Everything that the result says is there. */
static int result_ok(const sluice_result *r)
{
  size_t i;

  if (r == NULL || !sluice__is_there(r->output.p, r->output.n) ||
      !sluice__is_there(r->error.p, r->error.n) ||
      !sluice__is_there(r->results.p, r->results.n) ||
      !sluice__is_there(r->files, r->file_count))
    return 0;
  for (i = 0; i < r->file_count; i++)
    if (!sluice__is_there(r->files[i].id.p, r->files[i].id.n) ||
        !sluice__is_there(r->files[i].name.p, r->files[i].name.n))
      return 0;
  return 1;
}

sluice_status sluice_translator_result(sluice_translator *t,
                                       sluice_text call_id,
                                       const sluice_result *result)
{
  struct item *it;
  int rv;

  if (t == NULL || !sluice__is_there(call_id.p, call_id.n) ||
      !result_ok(result))
    return SLUICE_ERR_ARG;
  if (in_use(t))
    return SLUICE_ERR_STATE;
  if (t->sticky < 0)
    return t->sticky;
  if (t->in.translate.phase != PHASE_OVER)
    return SLUICE_ERR_STATE;
  it = sluice__output_hosted(&t->in.translate.output, call_id);
  if (it == NULL)
    return SLUICE_ERR_ARG;
  if (it->tool->answered)
    return SLUICE_ERR_STATE;
  enter_otherwise(t);
  rv = (int)leave(t, sluice__translate_answer(&t->in.translate, it, result));
  if (rv == SLUICE_OK && t->in.translate.phase == PHASE_OVER)
    return SLUICE_MORE;
  return (sluice_status)rv;
}

/* The round is over and nothing is missing. */
static int round_settled(sluice_translator *t)
{
  return t->in.translate.phase == PHASE_OVER && t->finished &&
         sluice__output_pending(&t->in.translate.output, 0) == NULL;
}

sluice_status sluice_translator_messages(sluice_translator *t, sluice_str *json)
{
  struct buf *out;

  if (t == NULL || json == NULL)
    return SLUICE_ERR_ARG;
  json->p = "";
  json->n = 0;
  if (in_use(t))
    return SLUICE_ERR_STATE;
  if (t->sticky < 0)
    return t->sticky;
  if (!round_settled(t))
    return SLUICE_ERR_STATE;
  enter_otherwise(t);
  out = sluice__scratch_out(t->in.translate.base.scratch);
  sluice__output_messages(&t->in.translate.output,
                          sluice__fold_said(&t->in.translate.fold), out);
  return leave_with(t, json);
}

sluice_status sluice_translator_next_round(sluice_translator *t)
{
  uint32_t comments;

  if (t == NULL)
    return SLUICE_ERR_ARG;
  if (in_use(t))
    return SLUICE_ERR_STATE;
  if (t->sticky < 0)
    return t->sticky;
  if (!round_settled(t))
    return SLUICE_ERR_STATE;
  enter_otherwise(t);
  comments = t->in.sse.comments;
  sluice__intake_begin(&t->in);
  t->finished = 0;
  t->in.sse.comments = comments;
  sluice__translate_next_round(&t->in.translate);
  return leave(t, 0);
}

sluice_status sluice_translator_mcp_tools(sluice_translator *t,
                                          sluice_str server_label,
                                          sluice_str tools, sluice_str error)
{
  if (t == NULL || !sluice__is_there(server_label.p, server_label.n) ||
      !sluice__is_there(tools.p, tools.n) ||
      !sluice__is_there(error.p, error.n))
    return SLUICE_ERR_ARG;
  if (in_use(t))
    return SLUICE_ERR_STATE;
  if (t->sticky < 0)
    return t->sticky;
  if (t->in.translate.phase == PHASE_ENDED)
    return SLUICE_ERR_STATE;
  enter_otherwise(t);
  return leave(t, sluice__translate_mcp_tools(&t->in.translate, server_label,
                                              tools, error));
}

sluice_status sluice_translator_fail(sluice_translator *t, sluice_str code,
                                     sluice_str message)
{
  if (t == NULL || !sluice__is_there(code.p, code.n) ||
      !sluice__is_there(message.p, message.n))
    return SLUICE_ERR_ARG;
  if (in_use(t))
    return SLUICE_ERR_STATE;
  if (t->sticky < 0)
    return t->sticky;
  enter_otherwise(t);
  return leave(t, sluice__translate_give_up(&t->in.translate, code, message,
                                            sluice__intake_fed(&t->in)));
}

sluice_status sluice_translator_response(sluice_translator *t, sluice_str *json)
{
  struct buf *out;

  if (t == NULL || json == NULL)
    return SLUICE_ERR_ARG;
  json->p = "";
  json->n = 0;
  if (in_use(t))
    return SLUICE_ERR_STATE;
  if (!t->in.translate.named)
    return SLUICE_OK;
  enter_otherwise(t);
  out = sluice__scratch_out(t->in.translate.base.scratch);
  sluice__translate_write(&t->in.translate, out);
  return leave_with(t, json);
}

sluice_response_status sluice_translator_status(const sluice_translator *t)
{
  return t == NULL ? SLUICE_RESPONSE_IN_PROGRESS
                   : (sluice_response_status)t->in.translate.status;
}

sluice_error sluice_translator_error(const sluice_translator *t)
{
  sluice_error none = {SLUICE_ERR_ARG, 0, "no translator"};

  return t == NULL ? none : sluice__translate_error(&t->in.translate);
}

sluice_text sluice_translator_message(const sluice_translator *t)
{
  sluice_text none = {"", 0};

  return t == NULL ? none : sluice__translate_message(&t->in.translate);
}

uint32_t sluice_translator_count(const sluice_translator *t, sluice_anomaly a)
{
  if (t == NULL)
    return 0;
  if (a == SLUICE_ANOMALY_COMMENT)
    return t->in.sse.comments;
  if (a == SLUICE_ANOMALY_REQUEST_MEMBER) /* it stays over resets */
    return sluice__echo_wrong(t->in.translate.echo);
  return sluice__count_of(&t->in.translate.base.counts, a);
}

sluice_status sluice_translator_reset(sluice_translator *t, uint64_t seed)
{
  if (t == NULL)
    return SLUICE_ERR_ARG;
  if (in_use(t))
    return SLUICE_ERR_STATE;
  enter_otherwise(t);
  sluice__intake_begin(&t->in);
  t->finished = 0;
  sluice__translate_reset(&t->in.translate, seed);
  t->sticky = SLUICE_OK;
  return leave(t, 0);
}

void sluice_translator_free(sluice_translator *t)
{
  sluice_scratch *own;

  if (t == NULL)
    return;
  if (t->busy) {
    t->unwanted = 1;
    t->in.translate.output.outlet.aborted = 1;
    return;
  }
  t->busy = 1; /* for memory functions that call */
  own = t->own_scratch ? t->in.translate.base.scratch : NULL;
  free_handle(t);
  sluice_scratch_free(own);
}
