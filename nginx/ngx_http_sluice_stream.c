/* SPDX-License-Identifier: MIT */
/* ngx_http_sluice_stream.c - the answer as a stream: what the upstream sends
 * goes to the translator, what the translator makes goes to the client.
 *
 * Nothing is hoarded. While the client has not taken what was made, what comes
 * from the upstream is left in its buffer, which is how nginx knows to stop
 * reading. Buffers for the client hold memory only while they are on the way.
 */
#include "ngx_http_sluice.h"

enum { CHUNK = 4096 };  /* of a buffer, unless an event is longer */
enum { LINGER = 1000 }; /* ms that the upstream has to end after [DONE] */

/* ---- to the client ---- */

static ngx_chain_t *new_link(ngx_http_sluice_ctx_t *ctx, size_t size)
{
  ngx_pool_t *pool = ctx->request->pool;
  ngx_chain_t *link = ngx_chain_get_free_buf(pool, &ctx->free);
  ngx_buf_t *buf;

  if (link == NULL)
    return NULL;
  buf = link->buf;
  ngx_memzero(buf, sizeof(*buf));
  buf->start = ngx_alloc(size, ctx->request->connection->log);
  if (buf->start == NULL)
    return NULL; /* the link is the pool's */
  buf->pos = buf->last = buf->start;
  buf->end = buf->start + size;
  buf->temporary = 1;
  buf->tag = (ngx_buf_tag_t)&ngx_http_sluice_module;
  link->next = NULL;
  return link;
}

static ngx_int_t put(ngx_http_sluice_ctx_t *ctx, const char *bytes, size_t n)
{
  while (n > 0) {
    ngx_chain_t *last = ctx->last;
    size_t fits = last == NULL ? 0 : (size_t)(last->buf->end - last->buf->last);

    if (fits == 0) {
      last = new_link(ctx, n > CHUNK ? n : CHUNK);
      if (last == NULL)
        return NGX_ERROR;
      if (ctx->out == NULL)
        ctx->out = last;
      else
        ctx->last->next = last;
      ctx->last = last;
      continue;
    }
    if (fits > n)
      fits = n;
    last->buf->last = ngx_cpymem(last->buf->last, bytes, fits);
    bytes += fits;
    n -= fits;
  }
  return NGX_OK;
}

/* Gives back the memory of what was sent. */
static void drop_sent(ngx_http_sluice_ctx_t *ctx)
{
  ngx_chain_t *link;

  for (link = ctx->free; link != NULL && link->buf->start != NULL;
       link = link->next) {
    ngx_free(link->buf->start);
    link->buf->start = link->buf->end = NULL;
    link->buf->pos = link->buf->last = NULL;
  }
}

/* Hands on what was made, at once and with what was not sent before. */
static ngx_int_t send_on(ngx_http_sluice_ctx_t *ctx)
{
  ngx_http_request_t *r = ctx->request;
  ngx_chain_t *out = ctx->out;
  ngx_int_t rc;

  if (out != NULL) {
    ctx->last->buf->flush = 1;
    ctx->last->buf->last_buf = ctx->last->buf->last_in_chain = ctx->ended;
    ctx->sent = ngx_current_msec;
  }
  ctx->out = ctx->last = NULL;
  rc = ngx_http_sluice_next_body(r, out);
  ngx_chain_update_chains(r->pool, &ctx->free, &ctx->busy, &out,
                          (ngx_buf_tag_t)&ngx_http_sluice_module);
  drop_sent(ctx);
  return rc;
}

static int on_event(void *user, const sluice_event *event)
{
  ngx_http_sluice_ctx_t *ctx = user;

  ngx_http_sluice_note(ctx, event);
  return put(ctx, event->wire.p, event->wire.n) == NGX_OK ? 0 : -1;
}

/* ---- the timer: comments, and an upstream that does not end ---- */

static ngx_int_t comment(ngx_http_sluice_ctx_t *ctx)
{
  static const char text[] = ": keep-alive\n\n";
  ngx_http_request_t *r = ctx->request;
  ngx_http_core_loc_conf_t *core;
  ngx_event_t *write = r->connection->write;

  if (put(ctx, text, sizeof(text) - 1) != NGX_OK || send_on(ctx) == NGX_ERROR)
    return NGX_ERROR;
  if (ctx->busy == NULL)
    return NGX_OK;
  /* The client reads too slowly for this, even. It has the time that it would
   * have for data. */
  core = ngx_http_get_module_loc_conf(r, ngx_http_core_module);
  if (!write->timer_set)
    ngx_add_timer(write, core->send_timeout);
  return ngx_handle_write_event(write, core->send_lowat);
}

/* The upstream is done with, whatever it still has to say: nginx closes its
 * connection and then the request when it looks at this next. */
static void hang_up(ngx_http_request_t *r)
{
  if (r->upstream != NULL && !r->upstream->buffering)
    r->upstream->length = 0;
}

static void on_timer(ngx_event_t *timer)
{
  ngx_http_sluice_ctx_t *ctx = timer->data;
  ngx_http_request_t *r = ctx->request;
  ngx_connection_t *c = r->connection;
  ngx_http_sluice_loc_conf_t *conf =
      ngx_http_get_module_loc_conf(r, ngx_http_sluice_module);
  ngx_msec_t quiet = ngx_current_msec - ctx->sent;

  ngx_http_set_log_request(c->log, r);
  if (ctx->ended) {
    if (r->upstream != NULL && r->upstream->peer.connection != NULL &&
        !r->upstream->buffering) {
      hang_up(r);
      r->write_event_handler(r); /* may free the request */
      ngx_http_run_posted_requests(c);
    }
    return;
  }
  /* On an error the client has left, which nginx is about to notice. */
  if (quiet >= conf->keepalive && ctx->busy == NULL && comment(ctx) != NGX_OK)
    return;
  quiet = ngx_current_msec - ctx->sent;
  ngx_add_timer(timer, quiet < conf->keepalive ? conf->keepalive - quiet
                                               : conf->keepalive);
}

/* ---- from the upstream ---- */

/* Feeds what waits, as far as the response goes. */
static ngx_int_t feed_all(ngx_http_sluice_ctx_t *ctx)
{
  ngx_chain_t *link;

  while ((link = ctx->in) != NULL) {
    ngx_buf_t *buf = link->buf;

    if (!ctx->ended && buf->last > buf->pos &&
        sluice_translator_feed(ctx->translator, buf->pos,
                               (size_t)(buf->last - buf->pos),
                               NULL) == SLUICE_ERR_CALLBACK)
      return NGX_ERROR;
    buf->pos = buf->last;
    ctx->in = link->next;
    ngx_free_chain(ctx->request->pool, link);
  }
  if (ctx->over && !ctx->ended &&
      sluice_translator_finish(ctx->translator) == SLUICE_ERR_CALLBACK)
    return NGX_ERROR;
  return NGX_OK;
}

/* The response has ended: what it needed goes, and the upstream soon. */
static void close_up(ngx_http_sluice_ctx_t *ctx)
{
  ngx_http_request_t *r = ctx->request;
  int failed =
      sluice_translator_status(ctx->translator) == SLUICE_RESPONSE_FAILED;
  sluice_text why = sluice_translator_message(ctx->translator);

  if (failed)
    ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                  "sluice: the response failed: %*s", why.n, why.p);
  ngx_http_sluice_end(ctx);
  if (ctx->over)
    return;
  if (failed)
    hang_up(r);
  else
    ngx_add_timer(&ctx->timer, LINGER);
}

static ngx_int_t take(ngx_http_sluice_ctx_t *ctx, ngx_chain_t *in)
{
  if (ngx_http_sluice_is_last(ctx->request, in))
    ctx->over = 1;
  return ngx_chain_add_copy(ctx->request->pool, &ctx->in, in);
}

ngx_int_t ngx_http_sluice_stream(ngx_http_sluice_ctx_t *ctx, ngx_chain_t *in)
{
  if (take(ctx, in) != NGX_OK)
    return NGX_ERROR;
  if (ctx->busy != NULL && send_on(ctx) == NGX_ERROR)
    return NGX_ERROR;
  if (ctx->busy != NULL && !ctx->over)
    return NGX_AGAIN; /* the upstream's buffer stays full */
  if (feed_all(ctx) != NGX_OK)
    return NGX_ERROR;
  if (ctx->ended && ctx->translator != NULL)
    close_up(ctx);
  return send_on(ctx);
}

/* ---- the head ---- */

static ngx_int_t stream_headers(ngx_http_request_t *r)
{
  ngx_str_set(&r->headers_out.content_type, "text/event-stream; charset=utf-8");
  r->headers_out.content_type_len = sizeof("text/event-stream") - 1;
  r->headers_out.content_type_lowcase = NULL;
  ngx_str_null(&r->headers_out.charset);
  ngx_http_sluice_clear_headers(r);
  if (ngx_http_sluice_set_header(r, "Cache-Control", "no-cache") != NGX_OK)
    return NGX_ERROR;
  return ngx_http_sluice_set_header(r, "X-Accel-Buffering", "no");
}

ngx_int_t ngx_http_sluice_stream_begin(ngx_http_sluice_ctx_t *ctx)
{
  ngx_http_request_t *r = ctx->request;
  ngx_http_sluice_loc_conf_t *conf =
      ngx_http_get_module_loc_conf(r, ngx_http_sluice_module);

  if (stream_headers(r) != NGX_OK ||
      ngx_http_sluice_begin(ctx, on_event) != NGX_OK)
    return NGX_ERROR;
  /* Each piece as it comes; what is not taken holds the upstream up. */
  if (r->upstream != NULL && !r->upstream->cacheable)
    r->upstream->buffering = 0;
  ctx->sent = ngx_current_msec;
  ctx->timer.handler = on_timer;
  ctx->timer.data = ctx;
  ctx->timer.log = r->connection->log;
  if (conf->keepalive != 0)
    ngx_add_timer(&ctx->timer, conf->keepalive);
  return ngx_http_sluice_next_header(r);
}
