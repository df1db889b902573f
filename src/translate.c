/* SPDX-License-Identifier: MIT */
#include "translate.h"

#include "quirks.h"
#include "status.h"
#include "write.h"

/* ---- lifecycle events -------------------------------------------------- */

/* As the stream last said; before it says anything as the request asked, or
 * `auto`. */
static sluice_text tier_of(const struct translate *t)
{
  sluice_text tier = sluice__buf_as_text(&t->fold.known_tier);

  if (tier.n == 0)
    tier = sluice__echo_tier(t->echo);
  return tier.n > 0 ? tier : SLUICE_TEXT("auto");
}

static int send_response(struct translate *t, sluice_event_type type)
{
  sluice_event e;

  memset(&e, 0, sizeof(e));
  e.type = type;
  e.response = &t->response;
  t->response.service_tier = tier_of(t);
  return sluice__outlet_send(&t->output.outlet, &e);
}

/* The embedder's name for it, else the client's. */
static sluice_text own_model(const struct translate *t)
{
  return t->given_model.n > 0 ? sluice__buf_as_text(&t->given_model)
                              : sluice__echo_model(t->echo);
}

/* What the response says of itself from here to its end. */
static void settle_identity(struct translate *t)
{
  sluice_response *r = &t->response;

  r->echo = t->echo;
  r->id = sluice__buf_as_text(&t->given_id);
  if (r->id.n == 0) {
    r->id.p = t->id;
    r->id.n = sluice__id_make(t->id, "resp_", t->output.outlet.seed, 0);
  }
  r->model = own_model(t);
  r->created_at = t->fold.created > 0 ? t->fold.created : t->given_created;
}

/* The stream's own name for the model holds, if it has one. */
static int settle_model(struct translate *t)
{
  int rv;

  if (t->fold.model.n == 0)
    return 0;
  sluice__buf_clear(&t->model);
  sluice__buf_text(&t->model, sluice__buf_as_text(&t->fold.model));
  rv = sluice__buf_status(&t->model);
  if (rv == 0)
    rv = sluice__outlet_promise(&t->output.outlet, t->model.n);
  if (rv == 0)
    t->response.model = sluice__buf_as_text(&t->model);
  return rv;
}

static int send_beginning(struct translate *t)
{
  int rv = send_response(t, SLUICE_EVENT_CREATED);

  if (rv != 0)
    return rv;
  t->phase = PHASE_LIVE;
  return send_response(t, SLUICE_EVENT_IN_PROGRESS);
}

/* created and in_progress, once. */
static int begin(struct translate *t)
{
  int rv;

  if (t->phase != PHASE_NEW)
    return 0;
  settle_identity(t);
  rv = settle_model(t);
  if (rv == 0)
    rv = send_beginning(t);
  return rv == 0 ? sluice__output_begin(&t->output) : rv;
}

static int64_t plus(int64_t a, int64_t b)
{
  return a > INT64_MAX - b ? INT64_MAX : a + b;
}

static int64_t least(int64_t a, int64_t b)
{
  return a < b ? a : b;
}

/* Usage is summed over the rounds, with its details; within one, the last
 * counts. What no number holds is cut so that it still adds up. */
static void sum_usage(struct translate *t)
{
  const sluice_usage *u = &t->fold.usage;
  sluice_usage *sum = &t->usage;

  if (!t->fold.has_usage)
    return;
  t->fold.has_usage = 0;
  t->has_usage = 1;
  sum->input_tokens = plus(sum->input_tokens, u->input_tokens);
  sum->cached_tokens = plus(sum->cached_tokens, u->cached_tokens);
  sum->cache_write_tokens =
      plus(sum->cache_write_tokens, u->cache_write_tokens);
  sum->output_tokens = least(plus(sum->output_tokens, u->output_tokens),
                             INT64_MAX - sum->input_tokens);
  sum->reasoning_tokens = least(
      plus(sum->reasoning_tokens, u->reasoning_tokens), sum->output_tokens);
  sum->total_tokens = sum->input_tokens + sum->output_tokens;
}

static void settle_end(struct translate *t, sluice_response_status status)
{
  sluice_response *r = &t->response;

  r->status = status;
  r->items = t->output.done;
  sum_usage(t);
  r->usage = t->has_usage ? &t->usage : NULL;
  if (status != SLUICE_RESPONSE_COMPLETED)
    return;
  r->completed_at = t->clock != NULL ? t->clock(t->clock_user) : 0;
  if (r->completed_at < r->created_at)
    r->completed_at = r->created_at;
}

/* ---- failure ----------------------------------------------------------- */

/* Without memory for the stream's own name for the model, the response has the
 * one that is known from the start. */
static int begin_failure(struct translate *t)
{
  if (t->phase != PHASE_NEW)
    return 0;
  settle_identity(t);
  (void)settle_model(t);
  return send_beginning(t);
}

/* What a failure sends. All of it reaches the client, whatever went wrong: when
 * closing fails, too, what is open ends as it stands. */
static int send_failure(struct translate *t)
{
  int rv = begin_failure(t);

  if (rv == 0 && t->error.status == SLUICE_ERR_NOMEM)
    rv = SLUICE_ERR_NOMEM;
  if (rv == 0)
    rv = sluice__output_close(&t->output, CLOSE_FAILED);
  if (rv == SLUICE_ERR_CALLBACK)
    return rv;
  if (rv != 0)
    (void)sluice__output_cut(&t->output);
  settle_end(t, SLUICE_RESPONSE_FAILED);
  if ((t->flags & SLUICE_NO_ERROR_EVENT) == 0)
    (void)send_response(t, SLUICE_EVENT_ERROR);
  return send_response(t, SLUICE_EVENT_FAILED);
}

/* The words for the failure, from where they were gathered; without memory for
 * them, those of our own. */
static sluice_text words(struct translate *t, const char *instead)
{
  struct outlet *o = &t->output.outlet;
  sluice_text text = {instead, strlen(instead)};
  size_t n = t->message.n + t->error_type.n + t->error_param.n;

  if (!t->message.failed && !t->error_type.failed && !t->error_param.failed &&
      sluice__outlet_promise(o, n) == 0 && /* error shows them twice */
      sluice__outlet_promise(o, n) == 0)
    return sluice__buf_as_text(&t->message);
  sluice__buf_clear(&t->error_type);
  sluice__buf_clear(&t->error_param);
  return text;
}

/* The message is in t->message, clean; `instead` is for when it could not be
 * kept. */
static int fail(struct translate *t, sluice_status status, uint64_t at,
                const char *instead)
{
  sluice_response *r = &t->response;

  t->error.status = status;
  t->error.offset = at;
  t->error.message = status == SLUICE_ERR_LIMIT
                         ? sluice__limit_text(t->limits.passed)
                         : sluice__status_text(status);
  r->error_message = words(t, instead);
  r->error_code = sluice__quirk_error_code(sluice__buf_as_text(&t->error_code),
                                           sluice__buf_as_text(&t->error_type));
  r->error_type = sluice__buf_as_text(&t->error_type);
  r->error_param = sluice__buf_as_text(&t->error_param);
  if (send_failure(t) == SLUICE_ERR_CALLBACK) {
    t->error.status = SLUICE_ERR_CALLBACK;
    t->error.message = sluice__status_text(SLUICE_ERR_CALLBACK);
  } else { /* also when there was no memory to say so */
    r->status = SLUICE_RESPONSE_FAILED;
  }
  t->phase = PHASE_ENDED;
  t->lane.text = NULL;
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
  return fail(t, status, at, why);
}

int sluice__translate_pass(struct translate *t, enum limit which, uint64_t at)
{
  if (t->phase == PHASE_ENDED)
    return (int)t->error.status;
  (void)sluice__limit_pass(&t->limits, which);
  sluice__buf_clear(&t->message);
  sluice__limit_put(&t->limits, &t->message);
  return fail(t, SLUICE_ERR_LIMIT, at, "limit_exceeded");
}

static void keep_clean(struct translate *t, struct buf *b, sluice_str raw)
{
  sluice_text text;

  raw = sluice__text_cut(raw, LIMIT_WORDS_MAX);
  sluice__buf_clear(b);
  (void)sluice__text_clean(NULL, raw, b, &text, t->counts);
  if (b->n == 0) /* it was clean: nothing was put */
    sluice__buf_text(b, text);
}

/* The upstream said that it failed, in its own words. */
static int fail_upstream(struct translate *t, const sluice_delta *d,
                         uint64_t at)
{
  keep_clean(t, &t->message, d->u.error.message);
  keep_clean(t, &t->error_code, d->u.error.code);
  keep_clean(t, &t->error_type, d->u.error.type);
  keep_clean(t, &t->error_param, d->u.error.param);
  return fail(t, SLUICE_ERR_UPSTREAM, at,
              "out_of_memory: the upstream sent an error, but there is no "
              "memory for its words");
}

/* The words for a status that a stage below returned. */
static const char *words_for(int status)
{
  switch (status) {
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
  rv = send_response(t, how == CLOSE_COMPLETED ? SLUICE_EVENT_COMPLETED
                                               : SLUICE_EVENT_INCOMPLETE);
  if (rv == 0)
    t->phase = PHASE_ENDED;
  return rv;
}

enum verdict { COMPLETED, CUT, EMPTY, TRUNCATED, TRUNCATED_CALL };

/* The table of endings, for a stream in which no error came:
 *
 *   finish reason    [DONE]   end of input
 *   stop             completed
 *   length, filter   incomplete
 *   none             *        truncated      * completed if all arguments are
 *   no choice        empty    empty            one JSON value, else truncated
 */
static enum verdict judge(const struct translate *t, enum end end)
{
  const struct choice *c = t->fold.choices;

  if (c == NULL && !t->fold.has_usage)
    return EMPTY;
  if (c != NULL && c->finish != SLUICE_FINISH_NONE)
    return c->finish == SLUICE_FINISH_STOP ? COMPLETED : CUT;
  if (end != END_MARK && !t->fold.has_whole)
    return TRUNCATED;
  if (c != NULL && !all_calls_complete(c))
    return TRUNCATED_CALL;
  sluice__count(t->counts, SLUICE_ANOMALY_FINISH_MISSING);
  return COMPLETED;
}

/* The chat stream is over. With hosted calls, the response may go on; a call of
 * the client's beside them ends it when their results are in. */
static int end_round(struct translate *t)
{
  int rv = sluice__output_end_round(&t->output);

  if (rv != 0)
    return rv;
  t->phase = PHASE_OVER;
  if (sluice__output_pending(&t->output, 0) == NULL &&
      sluice__output_round_client(&t->output))
    return finish(t, CLOSE_COMPLETED);
  return 0;
}

static int conclude(struct translate *t, enum end end, uint64_t at)
{
  static const sluice_str nothing = {"", 0};
  int rv;

  switch (judge(t, end)) {
  case COMPLETED:
    rv = sluice__output_settle_calls(&t->output);
    if (rv != 0)
      return rv;
    if (end != END_INPUT && sluice__output_round_hosted(&t->output))
      return end_round(t);
    return finish(t, CLOSE_COMPLETED);
  case CUT:
    t->response.reason = t->fold.choices->finish;
    return finish(t, CLOSE_CUT);
  case EMPTY:
    return sluice__translate_fail(
        t, SLUICE_ERR_EMPTY, at,
        "upstream_empty: the upstream ended the stream without any choice",
        nothing);
  case TRUNCATED:
    return sluice__translate_fail(
        t, SLUICE_ERR_TRUNCATED, at,
        "upstream_truncated: the stream ended before a finish reason or [DONE]",
        nothing);
  case TRUNCATED_CALL:
  default:
    return sluice__translate_fail(
        t, SLUICE_ERR_TRUNCATED, at,
        "upstream_truncated: the stream ended within the arguments of a tool "
        "call",
        nothing);
  }
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
  case SAID_ENCRYPTED:
    return sluice__output_encrypted(&t->output, said->text);
  case SAID_ANNOTATION:
  default:
    return sluice__output_annotation(&t->output, said);
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
  if (rv == SLUICE_ERR_LIMIT)
    return sluice__translate_pass(t, t->limits.passed, at);
  return sluice__translate_fail(t, (sluice_status)rv, at, words_for(rv),
                                nothing);
}

int sluice__translate_delta(struct translate *t, const sluice_delta *d,
                            uint64_t at)
{
  int rv;

  t->lane.text = NULL;
  if (d->type == SLUICE_DELTA_ERROR) {
    rv = sluice__fold_end(&t->fold);
    return settle(t, rv == 0 ? fail_upstream(t, d, at) : rv, at);
  }
  if (d->type == SLUICE_DELTA_DONE)
    return sluice__translate_end(t, END_MARK, at);
  return settle(t, sluice__fold_delta(&t->fold, d), at);
}

/* Keeps the lane open for the next piece, if it can be. */
static int say_more(struct translate *t, const struct more *more)
{
  struct lane *lane = &t->lane;
  int rv = 0;

  if (more->text.n > 0 &&
      sluice__output_lane(&t->output, more->kind, more->call, lane))
    rv = sluice__output_go_on(&t->output, lane, more->text);
  if (rv != 1 || !sluice__carry_is_empty(more->carry))
    lane->text = NULL;
  return rv == 0 ? sluice__fold_say(&t->fold, more) : rv;
}

int sluice__translate_more(struct translate *t, const struct cast *cast,
                           uint64_t at, int *rv)
{
  struct more more;
  sluice_text text;
  int said = 0;

  if (t->lane.text != NULL && cast->again && cast->plain) {
    text.p = cast->deltas[2].text.p;
    text.n = cast->deltas[2].text.n;
    said = sluice__output_go_on(&t->output, &t->lane, text);
  }
  if (said == 0) {
    t->lane.text = NULL;
    if (t->phase != PHASE_LIVE)
      return 0;
    said = sluice__fold_more(&t->fold, cast->deltas, cast->count, cast->plain,
                             &more);
    if (said == 1)
      said = say_more(t, &more);
    else if (said == 0)
      return 0;
  }
  *rv = said < 0 ? settle(t, said, at) : 0;
  return 1;
}

int sluice__translate_end(struct translate *t, enum end end, uint64_t at)
{
  int rv;

  t->lane.text = NULL;
  if (t->phase == PHASE_ENDED)
    return (int)t->error.status;
  if (t->phase == PHASE_OVER)
    return end == END_INPUT ? settle(t, finish(t, CLOSE_COMPLETED), at) : 0;
  rv = sluice__fold_end(&t->fold);
  if (rv == 0)
    rv = conclude(t, end, at);
  return settle(t, rv, at);
}

int sluice__translate_answer(struct translate *t, struct item *it,
                             const sluice_result *result)
{
  int rv = sluice__output_answer(&t->output, it, result);

  t->lane.text = NULL;
  if (rv == SLUICE_ERR_ARG)
    return rv;
  if (rv == 0 && sluice__output_pending(&t->output, 0) == NULL &&
      sluice__output_round_client(&t->output))
    rv = finish(t, CLOSE_COMPLETED);
  return settle(t, rv, 0);
}

void sluice__translate_next_round(struct translate *t)
{
  t->lane.text = NULL;
  sum_usage(t);
  sluice__output_next_round(&t->output);
  sluice__fold_next(&t->fold);
  t->phase = PHASE_LIVE;
}

int sluice__translate_mcp_tools(struct translate *t, sluice_str server_label,
                                sluice_str tools, sluice_str error)
{
  int rv = sluice__output_mcp_tools(&t->output, server_label, tools, error);

  t->lane.text = NULL;
  return rv == SLUICE_ERR_ARG ? rv : settle(t, rv, 0);
}

int sluice__translate_give_up(struct translate *t, sluice_str code,
                              sluice_str message, uint64_t at)
{
  if (t->phase == PHASE_ENDED)
    return (int)t->error.status;
  if (message.n == 0)
    message = SLUICE_STR("no reason was given");
  sluice__buf_clear(&t->message);
  sluice__buf_clear(&t->error_code);
  sluice__text_escape(&t->message, message);
  sluice__text_escape(&t->error_code, code);
  return fail(
      t, SLUICE_ERR_UPSTREAM, at,
      "out_of_memory: there is no memory for the reason that was given");
}

/* ---- life -------------------------------------------------------------- */

static void no_error(struct translate *t)
{
  t->error.status = SLUICE_OK;
  t->error.offset = 0;
  t->error.message = sluice__status_text(SLUICE_OK);
}

/* Makes sure of the memory that an end needs, before anything begins. */
static int rehearse(struct translate *t)
{
  sluice_event e;
  int rv;

  memset(&e, 0, sizeof(e));
  e.type = SLUICE_EVENT_CREATED;
  e.response = &t->response;
  settle_identity(t);
  t->response.service_tier = tier_of(t);
  rv = sluice__outlet_rehearse(&t->output.outlet, &e);
  memset(&t->response, 0, sizeof(t->response)); /* nothing was said yet */
  return rv;
}

int sluice__translate_init(struct translate *t, const sluice_mem *mem,
                           sluice_scratch *scratch, const sluice_options *o,
                           uint32_t *counts, sluice_event_cb cb, void *user)
{
  int rv;

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
  sluice__limits_init(&t->limits, o);
  sluice__fold_init(&t->fold, mem, scratch, o, &t->limits, counts);
  t->fold.cb = on_said;
  t->fold.user = t;
  sluice__text_escape(&t->given_id, o->response_id);
  sluice__text_escape(&t->given_model, o->model);
  if (t->given_id.failed || t->given_model.failed)
    return SLUICE_ERR_NOMEM;
  rv = sluice__echo_new(&t->echo, o, mem, &scratch->json);
  if (rv != 0)
    return rv;
  rv = sluice__output_init(&t->output, mem, scratch, o, &t->limits, counts, cb,
                           user);
  /* The next request needs what the model said, as it came. */
  t->fold.keep = sluice__output_has_hosted(&t->output) ||
                 (o->lenient & SLUICE_LENIENT_CUMULATIVE) != 0;
  return rv == 0 ? rehearse(t) : rv;
}

void sluice__translate_reset(struct translate *t, uint64_t seed)
{
  t->lane.text = NULL;
  sluice__output_clear(&t->output);
  sluice__fold_clear(&t->fold);
  sluice__limits_clear(&t->limits);
  t->output.outlet.seed = seed;
  t->phase = PHASE_NEW;
  t->has_usage = 0;
  memset(&t->usage, 0, sizeof(t->usage));
  memset(&t->response, 0, sizeof(t->response));
  sluice__buf_clear(&t->message);
  sluice__buf_clear(&t->error_type);
  sluice__buf_clear(&t->error_code);
  sluice__buf_clear(&t->error_param);
  no_error(t);
}

void sluice__translate_free(struct translate *t)
{
  if (t->output.outlet.mem != NULL)
    sluice__output_free(&t->output);
  sluice__fold_clear(&t->fold);
  sluice__buf_free(&t->model);
  sluice__buf_free(&t->message);
  sluice__buf_free(&t->error_type);
  sluice__buf_free(&t->error_code);
  sluice__buf_free(&t->error_param);
  sluice__buf_free(&t->given_id);
  sluice__buf_free(&t->given_model);
  sluice__echo_free(t->echo);
}
