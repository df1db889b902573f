/* SPDX-License-Identifier: MIT */
#include "translate.h"

#include "quirks.h"
#include "status.h"
#include "write.h"

/* ---- what lifecycle events show ----------------------------------------- */

/* As the stream last said; before it says anything as the request asked, or
 * `auto`. */
static sluice_text tier_of(const struct translate *t)
{
  sluice_text tier = sluice__quirk_tier_name(t->tier);

  if (tier.n == 0)
    tier = sluice__echo_tier(t->echo);
  return tier.n > 0 ? tier : SLUICE_TEXT("auto");
}

/* The stream's own name for the model holds, if it has one; then the embedder's
 * name for it, then the client's. */
static sluice_text model_of(const struct translate *t)
{
  if (t->has_model)
    return sluice__word_text(t->fold.model);
  return t->given->model != NULL ? sluice__word_text(t->given->model)
                                 : sluice__echo_model(t->echo);
}

static void show_failure(const struct translate *t, sluice_response *r)
{
  static const sluice_text none = {"", 0};
  const struct failure *f = t->failure;

  r->error_message = sluice__translate_message(t);
  r->error_type = f == NULL ? none : sluice__buf_as_text(&f->type);
  r->error_param = f == NULL ? none : sluice__buf_as_text(&f->param);
  r->error_code = sluice__quirk_error_code(
      f == NULL ? none : sluice__buf_as_text(&f->code), r->error_type);
}

/* The id may be made in `id`, and the items in the scratch. */
static void show(const struct translate *t, sluice_response *r,
                 char id[SLUICE_ID_MAX])
{
  memset(r, 0, sizeof(*r));
  r->status = (sluice_response_status)t->status;
  r->echo = t->echo;
  r->id = sluice__word_text(t->given_id);
  if (r->id.n == 0) {
    r->id.p = id;
    r->id.n = sluice__id_make(id, "resp_", t->base.seed, 0);
  }
  r->model = model_of(t);
  r->service_tier = tier_of(t);
  r->created_at = t->has_created ? t->fold.created : t->given_created;
  r->completed_at = t->completed_at;
  if (t->why != NULL)
    show_failure(t, r);
  if (t->status == SLUICE_RESPONSE_IN_PROGRESS)
    return;
  if (t->status == SLUICE_RESPONSE_INCOMPLETE)
    r->reason = (sluice_finish)t->fold.choices->finish;
  r->items = sluice__output_shown(&t->output);
  r->usage = t->usage;
}

void sluice__translate_write(const struct translate *t, struct buf *out)
{
  char id[SLUICE_ID_MAX];
  sluice_response r;

  if (!t->named)
    return;
  show(t, &r, id);
  sluice__write_response(out, &r);
}

/* ---- lifecycle events -------------------------------------------------- */

/* An event that shows it. */
static void show_in(const struct translate *t, sluice_event *e,
                    sluice_event_type type, sluice_response *r,
                    char id[SLUICE_ID_MAX])
{
  show(t, r, id);
  memset(e, 0, sizeof(*e));
  e->type = type;
  e->response = r;
}

static int send_response(struct translate *t, sluice_event_type type)
{
  char id[SLUICE_ID_MAX];
  sluice_response r;
  sluice_event e;

  t->tier = t->fold.tier;
  show_in(t, &e, type, &r, id);
  return sluice__outlet_send(&t->output.outlet, &e);
}

/* What the response says of itself from here to its end. The stream's own name
 * for the model needs room in the last event. */
static int settle_identity(struct translate *t)
{
  size_t model_n = sluice__word_text(t->fold.model).n;
  int rv = 0;

  t->named = 1;
  t->has_created = t->fold.created > 0;
  if (model_n > 0)
    rv = sluice__outlet_promise(&t->output.outlet, model_n);
  t->has_model = rv == 0 && model_n > 0;
  return rv;
}

/* Both events show the same. */
static int send_beginning(struct translate *t)
{
  struct outlet *o = &t->output.outlet;
  char id[SLUICE_ID_MAX];
  sluice_response r;
  sluice_event e;
  int rv;

  t->tier = t->fold.tier;
  show_in(t, &e, SLUICE_EVENT_CREATED, &r, id);
  rv = sluice__outlet_send(o, &e);
  if (rv != 0)
    return rv;
  t->phase = PHASE_LIVE;
  return sluice__outlet_send_as(o, &e, SLUICE_EVENT_IN_PROGRESS);
}

/* created and in_progress, once. */
static int begin(struct translate *t)
{
  int rv;

  if (t->phase != PHASE_NEW)
    return 0;
  rv = settle_identity(t);
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
 * counts. What no number holds is cut so that it still adds up. The first one's
 * memory becomes that of the sum. */
static void sum_usage(struct translate *t)
{
  sluice_usage *sum = t->usage, u;

  if (t->fold.usage == NULL)
    return;
  u = *t->fold.usage;
  if (sum != NULL) {
    sluice__free(t->base.mem, t->fold.usage);
  } else {
    sum = t->usage = t->fold.usage;
    memset(sum, 0, sizeof(*sum));
  }
  t->fold.usage = NULL;
  sum->input_tokens = plus(sum->input_tokens, u.input_tokens);
  sum->cached_tokens = plus(sum->cached_tokens, u.cached_tokens);
  sum->cache_write_tokens = plus(sum->cache_write_tokens, u.cache_write_tokens);
  sum->output_tokens = least(plus(sum->output_tokens, u.output_tokens),
                             INT64_MAX - sum->input_tokens);
  sum->reasoning_tokens = least(plus(sum->reasoning_tokens, u.reasoning_tokens),
                                sum->output_tokens);
  sum->total_tokens = sum->input_tokens + sum->output_tokens;
}

static void settle_end(struct translate *t, sluice_response_status status)
{
  int64_t created = t->has_created ? t->fold.created : t->given_created;

  t->status = (uint8_t)status;
  sum_usage(t);
  if (status != SLUICE_RESPONSE_COMPLETED)
    return;
  t->completed_at =
      t->given->clock != NULL ? t->given->clock(t->given->clock_user) : 0;
  if (t->completed_at < created)
    t->completed_at = created;
}

/* ---- failure ----------------------------------------------------------- */

/* Without memory for the stream's own name for the model, the response has the
 * one that is known from the start. */
static int begin_failure(struct translate *t)
{
  if (t->phase != PHASE_NEW)
    return 0;
  (void)settle_identity(t);
  return send_beginning(t);
}

/* What a failure sends. All of it reaches the client, whatever went wrong: when
 * closing fails, too, what is open ends as it stands. */
static int send_failure(struct translate *t)
{
  int rv = begin_failure(t);

  if (rv == 0 && t->error == SLUICE_ERR_NOMEM)
    rv = SLUICE_ERR_NOMEM;
  if (rv == 0)
    rv = sluice__output_close(&t->output, CLOSE_FAILED);
  if (rv == SLUICE_ERR_CALLBACK)
    return rv;
  if (rv != 0)
    (void)sluice__output_cut(&t->output);
  settle_end(t, SLUICE_RESPONSE_FAILED);
  if ((t->given->flags & SLUICE_NO_ERROR_EVENT) == 0)
    (void)send_response(t, SLUICE_EVENT_ERROR);
  return send_response(t, SLUICE_EVENT_FAILED);
}

/* For words about a failure. NULL: no memory. */
static struct failure *new_failure(struct translate *t)
{
  struct failure *f =
      (struct failure *)sluice__new(t->base.mem, sizeof(*t->failure));

  if (f == NULL)
    return NULL;
  sluice__buf_init(&f->message, t->base.mem);
  sluice__buf_init(&f->type, t->base.mem);
  sluice__buf_init(&f->code, t->base.mem);
  sluice__buf_init(&f->param, t->base.mem);
  t->failure = f;
  return f;
}

static void free_failure(struct translate *t)
{
  struct failure *f = t->failure;

  if (f == NULL)
    return;
  t->failure = NULL; /* for memory functions that ask */
  sluice__buf_free(&f->message);
  sluice__buf_free(&f->type);
  sluice__buf_free(&f->code);
  sluice__buf_free(&f->param);
  sluice__free(t->base.mem, f);
}

/* The words are all there, and the last events have room for them: error shows
 * them twice. */
static int may_show(struct translate *t, const struct failure *f)
{
  size_t n = f->message.n + f->type.n + f->param.n;

  return !f->message.failed && !f->type.failed && !f->code.failed &&
         !f->param.failed &&
         sluice__outlet_promise(&t->output.outlet, n) == 0 &&
         sluice__outlet_promise(&t->output.outlet, n) == 0;
}

/* The words are in t->failure, or `why` has all; that is also for when they
 * could not be kept. */
static int fail(struct translate *t, sluice_status status, uint64_t at,
                const char *why)
{
  t->error = (int16_t)status;
  t->error_at = at;
  t->why = why;
  if (t->failure != NULL && !may_show(t, t->failure))
    free_failure(t);
  if (send_failure(t) == SLUICE_ERR_CALLBACK)
    t->error = SLUICE_ERR_CALLBACK;
  else /* also when there was no memory to say so */
    t->status = SLUICE_RESPONSE_FAILED;
  t->phase = PHASE_ENDED;
  return (int)t->error;
}

sluice_error sluice__translate_error(const struct translate *t)
{
  sluice_error error = {(sluice_status)t->error, t->error_at,
                        sluice__status_text((sluice_status)t->error)};

  if (t->error == SLUICE_ERR_LIMIT)
    error.message = sluice__limit_text(t->base.limits.passed);
  return error;
}

sluice_text sluice__translate_message(const struct translate *t)
{
  sluice_text text = {t->why, 0};

  if (t->why == NULL)
    return SLUICE_TEXT("");
  if (t->failure != NULL)
    return sluice__buf_as_text(&t->failure->message);
  text.n = strlen(text.p);
  return text;
}

int sluice__translate_fail(struct translate *t, sluice_status status,
                           uint64_t at, const char *why, sluice_str came)
{
  struct failure *f;

  if (t->phase == PHASE_ENDED)
    return (int)t->error;
  if (came.n > 0 && (f = new_failure(t)) != NULL) {
    sluice__buf_put(&f->message, why, strlen(why));
    sluice__buf_lit(&f->message, ": \\\"");
    sluice__text_escape(&f->message, came);
    sluice__buf_lit(&f->message, "\\\"");
  }
  return fail(t, status, at, why);
}

int sluice__translate_pass(struct translate *t, enum limit which, uint64_t at)
{
  struct failure *f;

  if (t->phase == PHASE_ENDED)
    return (int)t->error;
  (void)sluice__limit_pass(&t->base.limits, which);
  if ((f = new_failure(t)) != NULL)
    sluice__limit_put(&t->base.limits, &f->message);
  return fail(t, SLUICE_ERR_LIMIT, at, "limit_exceeded");
}

static void keep_clean(struct translate *t, struct buf *b, sluice_str raw)
{
  sluice_text text;

  raw = sluice__text_cut(raw, LIMIT_WORDS_MAX);
  (void)sluice__text_clean(NULL, raw, b, &text, &t->base.counts);
  if (b->n == 0) /* it was clean: nothing was put */
    sluice__buf_text(b, text);
}

/* The upstream said that it failed, in its own words. */
static int fail_upstream(struct translate *t, const sluice_delta *d,
                         uint64_t at)
{
  struct failure *f = new_failure(t);

  if (f != NULL) {
    keep_clean(t, &f->message, d->u.error.message);
    keep_clean(t, &f->code, d->u.error.code);
    keep_clean(t, &f->type, d->u.error.type);
    keep_clean(t, &f->param, d->u.error.param);
  }
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
static enum verdict judge(struct translate *t, enum end end)
{
  const struct choice *c = t->fold.choices;

  if (c == NULL && t->fold.usage == NULL)
    return EMPTY;
  if (c != NULL && c->finish != SLUICE_FINISH_NONE)
    return c->finish == SLUICE_FINISH_STOP ? COMPLETED : CUT;
  if (end != END_MARK && !t->fold.has_whole)
    return TRUNCATED;
  if (c != NULL && !all_calls_complete(c))
    return TRUNCATED_CALL;
  sluice__count(&t->base.counts, SLUICE_ANOMALY_FINISH_MISSING);
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

int sluice__translate_settle(struct translate *t, int rv, uint64_t at)
{
  static const sluice_str nothing = {"", 0};

  if (rv == 0 || t->phase == PHASE_ENDED)
    return rv;
  if (rv == SLUICE_ERR_CALLBACK) {
    t->phase = PHASE_ENDED;
    t->error = SLUICE_ERR_CALLBACK;
    t->error_at = at;
    return rv;
  }
  if (rv == SLUICE_ERR_LIMIT)
    return sluice__translate_pass(t, t->base.limits.passed, at);
  return sluice__translate_fail(t, (sluice_status)rv, at, words_for(rv),
                                nothing);
}

int sluice__translate_delta(struct translate *t, const sluice_delta *d,
                            uint64_t at)
{
  int rv;

  if (d->type == SLUICE_DELTA_ERROR) {
    rv = sluice__fold_end(&t->fold);
    return sluice__translate_settle(t, rv == 0 ? fail_upstream(t, d, at) : rv,
                                    at);
  }
  if (d->type == SLUICE_DELTA_DONE)
    return sluice__translate_end(t, END_MARK, at);
  return sluice__translate_settle(t, sluice__fold_delta(&t->fold, d), at);
}

int sluice__translate_end(struct translate *t, enum end end, uint64_t at)
{
  int rv;

  if (t->phase == PHASE_ENDED)
    return (int)t->error;
  if (t->phase == PHASE_OVER)
    return end == END_INPUT
               ? sluice__translate_settle(t, finish(t, CLOSE_COMPLETED), at)
               : 0;
  rv = sluice__fold_end(&t->fold);
  if (rv == 0)
    rv = conclude(t, end, at);
  return sluice__translate_settle(t, rv, at);
}

int sluice__translate_answer(struct translate *t, struct item *it,
                             const sluice_result *result)
{
  int rv = sluice__output_answer(&t->output, it, result);

  if (rv == SLUICE_ERR_ARG)
    return rv;
  if (rv == 0 && sluice__output_pending(&t->output, 0) == NULL &&
      sluice__output_round_client(&t->output))
    rv = finish(t, CLOSE_COMPLETED);
  return sluice__translate_settle(t, rv, 0);
}

void sluice__translate_next_round(struct translate *t)
{
  sum_usage(t);
  sluice__output_next_round(&t->output);
  sluice__fold_next(&t->fold);
  t->phase = PHASE_LIVE;
}

int sluice__translate_mcp_tools(struct translate *t, sluice_str server_label,
                                sluice_str tools, sluice_str error)
{
  int rv = sluice__output_mcp_tools(&t->output, server_label, tools, error);

  return rv == SLUICE_ERR_ARG ? rv : sluice__translate_settle(t, rv, 0);
}

int sluice__translate_give_up(struct translate *t, sluice_str code,
                              sluice_str message, uint64_t at)
{
  struct failure *f;

  if (t->phase == PHASE_ENDED)
    return (int)t->error;
  if (message.n == 0)
    message = SLUICE_STR("no reason was given");
  if ((f = new_failure(t)) != NULL) {
    sluice__text_escape(&f->message, message);
    sluice__text_escape(&f->code, code);
  }
  return fail(
      t, SLUICE_ERR_UPSTREAM, at,
      "out_of_memory: there is no memory for the reason that was given");
}

/* ---- life -------------------------------------------------------------- */

/* Makes sure of the memory that an end needs, before anything begins. */
static int rehearse(struct translate *t)
{
  char id[SLUICE_ID_MAX];
  sluice_response r;
  sluice_event e;

  show_in(t, &e, SLUICE_EVENT_CREATED, &r, id);
  return sluice__outlet_rehearse(&t->output.outlet, &e);
}

/* Escaped, as all that is shown. */
static int keep_id(struct translate *t, sluice_str id)
{
  struct buf *clean = &t->base.scratch->clean;

  sluice__buf_clear(clean);
  sluice__text_escape(clean, id);
  return clean->failed ? SLUICE_ERR_NOMEM
                       : sluice__word_set(&t->given_id, t->base.mem,
                                          sluice__buf_as_text(clean));
}

int sluice__translate_init(struct translate *t, struct given *given,
                           sluice_scratch *scratch, const sluice_options *o,
                           sluice_event_cb cb, void *user)
{
  int rv;

  memset(t, 0, sizeof(*t));
  t->given = given;
  t->given_created = o->created_at;
  sluice__base_init(&t->base, &given->mem, scratch, &given->caps, o->seed);
  sluice__fold_init(&t->fold, &t->base, given->lenient);
  t->fold.cb = on_said;
  t->fold.user = t;
  sluice__output_init(&t->output, &t->base, given, cb, user);
  rv = keep_id(t, o->response_id);
  /* The next request needs what the model said, as it came. */
  if (rv == 0 &&
      (given->has_hosted || (given->lenient & SLUICE_LENIENT_CUMULATIVE) != 0))
    rv = sluice__fold_keep(&t->fold);
  if (rv == 0)
    rv = sluice__echo_new(&t->echo, o, t->base.mem, &scratch->json);
  return rv == 0 ? rehearse(t) : rv;
}

void sluice__translate_reset(struct translate *t, uint64_t seed)
{
  sluice__output_clear(&t->output);
  sluice__fold_clear(&t->fold);
  sluice__base_clear(&t->base);
  t->base.seed = seed;
  t->phase = PHASE_NEW;
  t->status = SLUICE_RESPONSE_IN_PROGRESS;
  t->named = t->has_model = t->has_created = t->tier = 0;
  t->completed_at = 0;
  t->error = SLUICE_OK;
  t->error_at = 0;
  t->why = NULL;
  free_failure(t);
  sluice__free(t->base.mem, t->usage);
  t->usage = NULL;
}

void sluice__translate_free(struct translate *t)
{
  sluice__output_free(&t->output);
  sluice__fold_free(&t->fold);
  sluice__counts_free(&t->base.counts);
  free_failure(t);
  sluice__free(t->base.mem, t->usage);
  sluice__word_free(&t->given_id, t->base.mem);
  sluice__echo_free(t->echo);
  sluice__shared_drop(&t->given->shared);
}
