/* SPDX-License-Identifier: MIT */
/* ngx_http_sluice_context.c - one request: its context, its translator, and
 * what the log will show of both. Nothing of it outlives the request's pool. */
#include "ngx_http_sluice.h"
#include <sys/random.h>

enum {
  MODEL_MAX = 256,
  ID_MAX = 64 + 512,
  ERROR_MAX = 512,
  ANOMALIES_MAX = 512
};

static ngx_int_t keep(ngx_pool_t *pool, ngx_str_t *to, sluice_text text,
                      size_t max)
{
  size_t n = text.n < max ? text.n : max;

  if (n == 0)
    return NGX_OK;
  to->data = ngx_pnalloc(pool, n);
  if (to->data == NULL)
    return NGX_ERROR;
  ngx_memcpy(to->data, text.p, n);
  to->len = n;
  return NGX_OK;
}

/* ---- what the log shows ---- */

/* Since the request began. */
static ngx_msec_int_t ms_since(const ngx_http_request_t *r)
{
  ngx_time_t *now = ngx_timeofday();
  ngx_msec_int_t ms = (ngx_msec_int_t)((now->sec - r->start_sec) * 1000 +
                                       (ngx_msec_int_t)now->msec -
                                       (ngx_msec_int_t)r->start_msec);

  return ms < 0 ? 0 : ms;
}

static void note_end(ngx_http_sluice_ctx_t *ctx,
                     const sluice_response *response)
{
  ngx_http_sluice_facts_t *facts = &ctx->facts;
  ngx_pool_t *pool = ctx->request->pool;

  facts->status = response->status;
  (void)keep(pool, &facts->error, response->error_code, ERROR_MAX);
  if (facts->model.len == 0)
    (void)keep(pool, &facts->model, response->model, MODEL_MAX);
  if (response->usage == NULL)
    return;
  facts->input_tokens = response->usage->input_tokens;
  facts->cached_tokens = response->usage->cached_tokens;
  facts->output_tokens = response->usage->output_tokens;
}

void ngx_http_sluice_note(ngx_http_sluice_ctx_t *ctx, const sluice_event *event)
{
  ngx_http_request_t *r = ctx->request;
  ngx_http_sluice_facts_t *facts = &ctx->facts;

  facts->events++;
  switch (event->type) {
  case SLUICE_EVENT_CREATED:
    facts->first = ms_since(r);
    (void)keep(r->pool, &facts->id, event->response->id, ID_MAX);
    (void)keep(r->pool, &facts->model, event->response->model, MODEL_MAX);
    break;
  case SLUICE_EVENT_COMPLETED:
  case SLUICE_EVENT_INCOMPLETE:
  case SLUICE_EVENT_FAILED:
    ctx->ended = 1;
    note_end(ctx, event->response);
    break;
  default:
    break;
  }
}

/* "name=count,name=count", of what the translator met. */
void ngx_http_sluice_note_anomalies(ngx_http_sluice_ctx_t *ctx)
{
  u_char text[ANOMALIES_MAX], *end = text + sizeof(text), *p = text;
  sluice_text found;
  int a;

  for (a = 0; a < SLUICE_ANOMALY_COUNT; a++) {
    uint32_t n = sluice_translator_count(ctx->translator, (sluice_anomaly)a);

    if (n > 0)
      p = ngx_slprintf(p, end, "%s%s=%uD", p == text ? "" : ",",
                       sluice_anomaly_name((sluice_anomaly)a), n);
  }
  found.p = (const char *)text;
  found.n = (size_t)(p - text);
  (void)keep(ctx->request->pool, &ctx->facts.anomalies, found, sizeof(text));
}

void ngx_http_sluice_end(ngx_http_sluice_ctx_t *ctx)
{
  if (ctx->translator != NULL)
    ngx_http_sluice_note_anomalies(ctx);
  sluice_translator_free(ctx->translator);
  ctx->translator = NULL;
  if (ctx->timer.timer_set)
    ngx_del_timer(&ctx->timer);
}

/* ---- made, found, freed ---- */

static void free_chain(ngx_chain_t *link)
{
  for (; link != NULL; link = link->next)
    if (link->buf->start != NULL)
      ngx_free(link->buf->start);
}

static void on_cleanup(void *data)
{
  ngx_http_sluice_ctx_t *ctx = data;

  if (ctx->timer.timer_set)
    ngx_del_timer(&ctx->timer);
  sluice_translator_free(ctx->translator);
  sluice_request_free(ctx->asked);
  free_chain(ctx->out);
  free_chain(ctx->busy);
}

/* An internal redirect takes the context away, so it is also looked for where
 * it waits to be freed. */
ngx_http_sluice_ctx_t *ngx_http_sluice_ctx(ngx_http_request_t *r)
{
  ngx_http_sluice_ctx_t *ctx;
  ngx_pool_cleanup_t *cleanup;

  ctx = ngx_http_get_module_ctx(r, ngx_http_sluice_module);
  if (ctx != NULL || !(r->internal || r->filter_finalize))
    return ctx;
  for (cleanup = r->pool->cleanup; cleanup != NULL; cleanup = cleanup->next)
    if (cleanup->handler == on_cleanup) {
      ngx_http_set_ctx(r, cleanup->data, ngx_http_sluice_module);
      return cleanup->data;
    }
  return NULL;
}

ngx_http_sluice_ctx_t *ngx_http_sluice_make_ctx(ngx_http_request_t *r)
{
  ngx_http_sluice_ctx_t *ctx = ngx_http_sluice_ctx(r);
  ngx_pool_cleanup_t *cleanup;

  if (ctx != NULL)
    return ctx;
  cleanup = ngx_pool_cleanup_add(r->pool, sizeof(*ctx));
  if (cleanup == NULL)
    return NULL;
  ctx = cleanup->data;
  ngx_memzero(ctx, sizeof(*ctx));
  ctx->request = r;
  ctx->facts.first = -1;
  ctx->facts.input_tokens = -1;
  ctx->facts.cached_tokens = -1;
  ctx->facts.output_tokens = -1;
  cleanup->handler = on_cleanup;
  ngx_http_set_ctx(r, ctx, ngx_http_sluice_module);
  return ctx;
}

sluice_request *ngx_http_sluice_asked(ngx_http_sluice_ctx_t *ctx)
{
  ngx_http_sluice_loc_conf_t *conf =
      ngx_http_get_module_loc_conf(ctx->request, ngx_http_sluice_module);
  sluice_request_options o;

  ngx_http_sluice_request_options(conf, &o);
  if (ctx->asked == NULL)
    (void)sluice_request_new(&ctx->asked, &o);
  return ctx->asked;
}

/* ---- the translator ---- */

static int64_t now(void *user)
{
  (void)user;
  return (int64_t)ngx_time();
}

static sluice_scratch *scratch_of(ngx_http_request_t *r)
{
  ngx_http_sluice_main_conf_t *conf =
      ngx_http_get_module_main_conf(r, ngx_http_sluice_module);

  if (conf->scratch == NULL)
    (void)sluice_scratch_new(&conf->scratch, NULL);
  return conf->scratch;
}

/* The answer has begun, so nobody is asked again: the client's body and the
 * chat request made of it, which is as long, can go before the stream does. */
static void forget_asked(ngx_http_sluice_ctx_t *ctx)
{
  ngx_http_request_t *r = ctx->request;
  ngx_http_request_body_t *body = r->request_body;

  if (r->upstream == NULL || !r->upstream->request_body_sent)
    return;
  body->bufs = ctx->body = NULL;
  /* Not all buffers are of a kind that the pool can give back. */
  if (body->buf != NULL && ngx_pfree(r->pool, body->buf->start) == NGX_OK)
    body->buf = NULL;
  sluice_request_free(ctx->asked);
  ctx->asked = NULL;
}

ngx_int_t ngx_http_sluice_begin(ngx_http_sluice_ctx_t *ctx, sluice_event_cb cb)
{
  ngx_http_request_t *r = ctx->request;
  ngx_http_sluice_loc_conf_t *conf =
      ngx_http_get_module_loc_conf(r, ngx_http_sluice_module);
  sluice_options o;
  sluice_status status;

  ngx_http_sluice_options(conf, &o);
  o.scratch = scratch_of(r);
  o.created_at = (int64_t)ngx_time();
  o.clock = now;
  if (o.scratch == NULL ||
      getrandom(&o.seed, sizeof(o.seed), 0) != (ssize_t)sizeof(o.seed))
    return NGX_ERROR;
  status = sluice_request_apply(ctx->asked, &o);
  if (status == SLUICE_OK)
    status = sluice_translator_new(&ctx->translator, &o, cb, ctx);
  if (status == SLUICE_OK) {
    forget_asked(ctx);
    return NGX_OK;
  }
  ngx_log_error(NGX_LOG_ERR, r->connection->log, 0, "sluice: no translator: %s",
                sluice_status_name(status));
  return NGX_ERROR;
}
