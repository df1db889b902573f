/* SPDX-License-Identifier: MIT */
#include "translate.h"

#include "quirks.h"
#include "status.h"
#include "write.h"

/* ---- lifecycle events -------------------------------------------------- */

/* As the stream last said; `auto` before it says anything. */
static sluice_text tier_of(const struct translate *t)
{
  sluice_text tier = sluice__buf_as_text(&t->fold.known_tier);

  return tier.n > 0 ? tier : SLUICE_TEXT("auto");
}

static int send_response(struct translate *t, sluice_event_type type)
{
  sluice_event e;

  memset(&e, 0, sizeof(e));
  e.type = type;
  e.response = &t->response;
  t->response.service_tier = tier_of(t);
  return sluice__output_send(&t->output, &e);
}

/* What the response says of itself from here to its end. */
static int settle_identity(struct translate *t)
{
  sluice_response *r = &t->response;

  r->id = sluice__buf_as_text(&t->given_id);
  if (r->id.n == 0) {
    r->id.p = t->id;
    r->id.n = sluice__id_make(t->id, "resp_", t->output.seed, 0);
  }
  sluice__buf_clear(&t->model);
  sluice__buf_text(&t->model,
                   sluice__buf_as_text(t->fold.model.n > 0 ? &t->fold.model
                                                           : &t->given_model));
  r->model = sluice__buf_as_text(&t->model);
  r->created_at = t->fold.created > 0 ? t->fold.created : t->given_created;
  return sluice__buf_status(&t->model);
}

/* created and in_progress, once. */
static int begin(struct translate *t)
{
  int rv;

  if (t->phase != PHASE_NEW)
    return 0;
  rv = settle_identity(t);
  if (rv == 0)
    rv = send_response(t, SLUICE_EVENT_CREATED);
  if (rv != 0)
    return rv;
  t->phase = PHASE_LIVE;
  return send_response(t, SLUICE_EVENT_IN_PROGRESS);
}

static void settle_end(struct translate *t, sluice_response_status status)
{
  sluice_response *r = &t->response;

  r->status = status;
  r->items = t->output.done;
  r->usage = t->fold.has_usage ? &t->fold.usage : NULL;
  if (status != SLUICE_RESPONSE_COMPLETED)
    return;
  r->completed_at = t->clock != NULL ? t->clock(t->clock_user) : 0;
  if (r->completed_at < r->created_at)
    r->completed_at = r->created_at;
}

/* ---- failure ----------------------------------------------------------- */

/* Sends what a failure sends. Memory may be short: then as much as goes. */
static int send_failure(struct translate *t)
{
  int rv = begin(t), closed;

  if (rv != 0)
    return rv;
  closed = sluice__output_close(&t->output, CLOSE_FAILED);
  if (closed == SLUICE_ERR_CALLBACK)
    return closed;
  settle_end(t, SLUICE_RESPONSE_FAILED);
  t->phase = PHASE_ENDED;
  if ((t->flags & SLUICE_NO_ERROR_EVENT) == 0)
    rv = send_response(t, SLUICE_EVENT_ERROR);
  if (rv != SLUICE_ERR_CALLBACK)
    rv = send_response(t, SLUICE_EVENT_FAILED);
  return rv;
}

static int fail(struct translate *t, sluice_status status, uint64_t at)
{
  sluice_response *r = &t->response;
  int rv;

  t->error.status = status;
  t->error.offset = at;
  t->error.message = sluice__status_text(status);
  r->error_code = sluice__quirk_error_code(sluice__buf_as_text(&t->error_code),
                                           sluice__buf_as_text(&t->error_type));
  r->error_message = sluice__buf_as_text(&t->message);
  r->error_type = sluice__buf_as_text(&t->error_type);
  r->error_param = sluice__buf_as_text(&t->error_param);
  rv = send_failure(t);
  t->phase = PHASE_ENDED;
  if (rv == SLUICE_ERR_CALLBACK) {
    t->error.status = SLUICE_ERR_CALLBACK;
    t->error.message = sluice__status_text(SLUICE_ERR_CALLBACK);
  }
  return (int)t->error.status;
}

int sluice__translate_fail(struct translate *t, sluice_status status,
                           uint64_t at, const char *why, sluice_str came)
{
  if (t->phase == PHASE_ENDED)
    return (int)t->error.status;
  sluice__buf_clear(&t->message);
  sluice__buf_put(&t->message, why, strlen(why));
  if (came.n > 0) {
    sluice__buf_lit(&t->message, ": \\\"");
    sluice__text_escape(&t->message, came);
    sluice__buf_lit(&t->message, "\\\"");
  }
  return fail(t, status, at);
}

static int keep_clean(struct translate *t, struct buf *b, sluice_str raw)
{
  struct buf *clean = &t->fold.scratch->clean;
  sluice_text text;
  int rv;

  sluice__buf_clear(clean);
  rv = sluice__text_clean(NULL, raw, clean, &text, t->counts);
  sluice__buf_clear(b);
  sluice__buf_text(b, text);
  return rv == 0 ? sluice__buf_status(b) : rv;
}

/* The upstream said that it failed, in its own words. */
static int fail_upstream(struct translate *t, const sluice_delta *d,
                         uint64_t at)
{
  int rv = keep_clean(t, &t->message, d->u.error.message);

  if (rv == 0)
    rv = keep_clean(t, &t->error_code, d->u.error.code);
  if (rv == 0)
    rv = keep_clean(t, &t->error_type, d->u.error.type);
  if (rv == 0)
    rv = keep_clean(t, &t->error_param, d->u.error.param);
  return rv == 0 ? fail(t, SLUICE_ERR_UPSTREAM, at) : rv;
}

/* The words for a status that a stage below returned. */
static const char *words_for(int status)
{
  switch (status) {
  case SLUICE_ERR_LIMIT:
    return "limit_exceeded: the response is larger than the limits allow";
  case SLUICE_ERR_PROTOCOL:
    return "upstream_protocol: arguments came for a tool call that was "
           "complete";
  case SLUICE_ERR_NOMEM:
  default:
    return "out_of_memory: the translator could not get memory";
  }
}

/* ---- endings ----------------------------------------------------------- */

static int all_calls_complete(const struct choice *c)
{
  const struct call *k;

  for (k = c->calls.first; k != NULL; k = k->next)
    if (!sluice__call_complete(k))
      return 0;
  return 1;
}

static int finish(struct translate *t, enum closing how)
{
  int rv = begin(t);

  if (rv == 0)
    rv = sluice__output_close(&t->output, how);
  if (rv != 0)
    return rv;
  settle_end(t, how == CLOSE_COMPLETED ? SLUICE_RESPONSE_COMPLETED
                                       : SLUICE_RESPONSE_INCOMPLETE);
  t->phase = PHASE_ENDED;
  return send_response(t, how == CLOSE_COMPLETED ? SLUICE_EVENT_COMPLETED
                                                 : SLUICE_EVENT_INCOMPLETE);
}

/* The table of endings, for a stream in which no error came:
 *
 *   finish reason    [DONE]   end of input
 *   stop             completed
 *   length, filter   incomplete
 *   none             *        truncated      * completed if all arguments are
 *   no choice        empty    empty            one JSON value, else truncated
 */
static int decide(struct translate *t, enum end end, uint64_t at)
{
  static const sluice_str nothing = {"", 0};
  const struct choice *c = t->fold.choices;

  if (c == NULL && !t->fold.has_usage)
    return sluice__translate_fail(
        t, SLUICE_ERR_EMPTY, at,
        "upstream_empty: the upstream ended the stream without any choice",
        nothing);
  if (c != NULL && c->finish != SLUICE_FINISH_NONE) {
    t->response.reason = c->finish;
    return finish(t, c->finish == SLUICE_FINISH_STOP ? CLOSE_COMPLETED
                                                     : CLOSE_CUT);
  }
  if (end == END_INPUT)
    return sluice__translate_fail(
        t, SLUICE_ERR_TRUNCATED, at,
        "upstream_truncated: the stream ended before a finish reason or [DONE]",
        nothing);
  if (c != NULL && !all_calls_complete(c))
    return sluice__translate_fail(
        t, SLUICE_ERR_TRUNCATED, at,
        "upstream_truncated: the stream ended within the arguments of a tool "
        "call",
        nothing);
  sluice__count(t->counts, SLUICE_ANOMALY_FINISH_MISSING);
  return finish(t, CLOSE_COMPLETED);
}

/* ---- what comes in ----------------------------------------------------- */

static int on_said(void *user, const struct said *said)
{
  struct translate *t = (struct translate *)user;

  switch (said->type) {
  case SAID_START:
    return begin(t);
  case SAID_REASONING:
    return sluice__output_text(&t->output, KIND_REASONING, said->text);
  case SAID_TEXT:
    return sluice__output_text(&t->output, KIND_TEXT, said->text);
  case SAID_REFUSAL:
    return sluice__output_text(&t->output, KIND_REFUSAL, said->text);
  case SAID_ARGUMENTS:
    return sluice__output_call(&t->output, said->call, said->text);
  case SAID_LOGPROBS:
    return sluice__output_logprobs(&t->output, said->text);
  default:
    return 0;
  }
}

/* A stage below gave up: closes the response, unless it is closed. */
static int settle(struct translate *t, int rv, uint64_t at)
{
  static const sluice_str nothing = {"", 0};

  if (rv == 0 || t->phase == PHASE_ENDED)
    return rv;
  if (rv == SLUICE_ERR_CALLBACK) {
    t->phase = PHASE_ENDED;
    t->error.status = SLUICE_ERR_CALLBACK;
    t->error.offset = at;
    t->error.message = sluice__status_text(SLUICE_ERR_CALLBACK);
    return rv;
  }
  return sluice__translate_fail(t, (sluice_status)rv, at, words_for(rv),
                                nothing);
}

int sluice__translate_delta(struct translate *t, const sluice_delta *d,
                            uint64_t at)
{
  int rv;

  if (t->phase == PHASE_ENDED)
    return (int)t->error.status;
  if (d->type == SLUICE_DELTA_ERROR) {
    rv = sluice__fold_end(&t->fold);
    return settle(t, rv == 0 ? fail_upstream(t, d, at) : rv, at);
  }
  if (d->type == SLUICE_DELTA_DONE)
    return sluice__translate_end(t, END_MARK, at);
  return settle(t, sluice__fold_delta(&t->fold, d), at);
}

int sluice__translate_end(struct translate *t, enum end end, uint64_t at)
{
  int rv;

  if (t->phase == PHASE_ENDED)
    return (int)t->error.status;
  rv = sluice__fold_end(&t->fold);
  if (rv == 0)
    rv = decide(t, end, at);
  return settle(t, rv, at);
}

/* ---- life -------------------------------------------------------------- */

static void no_error(struct translate *t)
{
  t->error.status = SLUICE_OK;
  t->error.offset = 0;
  t->error.message = sluice__status_text(SLUICE_OK);
}

int sluice__translate_init(struct translate *t, const sluice_mem *mem,
                           sluice_scratch *scratch, const sluice_options *o,
                           uint32_t *counts, sluice_event_cb cb, void *user)
{
  memset(t, 0, sizeof(*t));
  t->counts = counts;
  t->flags = o->flags;
  t->given_created = o->created_at;
  t->clock = o->clock;
  t->clock_user = o->clock_user;
  no_error(t);
  sluice__buf_init(&t->model, mem);
  sluice__buf_init(&t->message, mem);
  sluice__buf_init(&t->error_type, mem);
  sluice__buf_init(&t->error_code, mem);
  sluice__buf_init(&t->error_param, mem);
  sluice__buf_init(&t->given_id, mem);
  sluice__buf_init(&t->given_model, mem);
  sluice__fold_init(&t->fold, mem, scratch, o, counts);
  t->fold.cb = on_said;
  t->fold.user = t;
  sluice__text_escape(&t->given_id, o->response_id);
  sluice__text_escape(&t->given_model, o->model);
  if (t->given_id.failed || t->given_model.failed)
    return SLUICE_ERR_NOMEM;
  return sluice__output_init(&t->output, mem, scratch, o, counts, cb, user);
}

void sluice__translate_reset(struct translate *t, uint64_t seed)
{
  sluice__output_clear(&t->output);
  sluice__fold_clear(&t->fold);
  t->output.seed = seed;
  t->phase = PHASE_NEW;
  memset(&t->response, 0, sizeof(t->response));
  sluice__buf_clear(&t->message);
  sluice__buf_clear(&t->error_type);
  sluice__buf_clear(&t->error_code);
  sluice__buf_clear(&t->error_param);
  no_error(t);
}

void sluice__translate_free(struct translate *t)
{
  if (t->output.mem != NULL)
    sluice__output_free(&t->output);
  sluice__fold_clear(&t->fold);
  sluice__buf_free(&t->model);
  sluice__buf_free(&t->message);
  sluice__buf_free(&t->error_type);
  sluice__buf_free(&t->error_code);
  sluice__buf_free(&t->error_param);
  sluice__buf_free(&t->given_id);
  sluice__buf_free(&t->given_model);
}
