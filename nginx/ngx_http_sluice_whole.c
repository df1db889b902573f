/* SPDX-License-Identifier: MIT */
/* ngx_http_sluice_whole.c - the answer in one piece: a Response object, or an
 * error object. The head waits until the body is known. */
#include "ngx_http_sluice.h"

enum { ERROR_MAX = 65536 }; /* bytes of an error that are looked at */

/* ---- sending ---- */

ngx_int_t ngx_http_sluice_send(ngx_http_request_t *r, ngx_int_t status,
                               sluice_str json)
{
  ngx_buf_t *buf = ngx_create_temp_buf(r->pool, json.n + 1);
  ngx_chain_t out;
  ngx_int_t rc;

  if (buf == NULL)
    return NGX_ERROR;
  buf->last = ngx_cpymem(buf->last, json.p, json.n);
  *buf->last++ = '\n';
  buf->last_buf = buf->last_in_chain = 1;
  out.buf = buf;
  out.next = NULL;
  ngx_http_sluice_clear_headers(r);
  r->headers_out.status = (ngx_uint_t)status;
  r->headers_out.status_line.len = 0;
  r->headers_out.content_length_n = (off_t)json.n + 1;
  ngx_str_set(&r->headers_out.content_type, "application/json");
  r->headers_out.content_type_len = r->headers_out.content_type.len;
  r->headers_out.content_type_lowcase = NULL;
  rc = ngx_http_sluice_next_header(r);
  if (rc == NGX_ERROR || rc > NGX_OK || r->header_only)
    return rc;
  return ngx_http_sluice_next_body(r, &out);
}

static ngx_int_t send_error(ngx_http_sluice_ctx_t *ctx, ngx_int_t status,
                            sluice_str body)
{
  ngx_http_request_t *r = ctx->request;
  sluice_request *asked = ngx_http_sluice_asked(ctx);
  sluice_http_error error;

  if (asked == NULL)
    return NGX_ERROR;
  /* Without memory it is an error that says so. */
  (void)sluice_request_upstream_error(asked, (int)status, body, &error);
  ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                "sluice: answered with %d: %*s", error.status, error.body.n,
                error.body.p);
  return ngx_http_sluice_send(r, error.status, error.body);
}

static ngx_int_t send_message(ngx_http_sluice_ctx_t *ctx, ngx_int_t status,
                              const char *message)
{
  if (ngx_http_sluice_refuse(ctx, status, message) != NGX_OK)
    return NGX_ERROR;
  ngx_log_error(NGX_LOG_WARN, ctx->request->connection->log, 0,
                "sluice: answered with %i: %s", status, message);
  return ngx_http_sluice_send(ctx->request, ctx->refusal.status,
                              ctx->refusal.body);
}

/* ---- an error ---- */

/* What an error of nginx itself means here. */
static const char *meaning(ngx_uint_t status)
{
  switch (status) {
  case NGX_HTTP_REQUEST_ENTITY_TOO_LARGE:
    return "The body of the request is larger than this gateway takes "
           "(client_max_body_size).";
  case NGX_HTTP_BAD_GATEWAY:
    return "The model server could not be reached, or broke off before it "
           "answered.";
  case NGX_HTTP_GATEWAY_TIME_OUT:
    return "The model server did not answer in time.";
  case NGX_HTTP_SERVICE_UNAVAILABLE:
  case NGX_HTTP_TOO_MANY_REQUESTS:
    return "The gateway has too many requests. Try again later.";
  case NGX_HTTP_UNAUTHORIZED:
  case NGX_HTTP_FORBIDDEN:
    return "The gateway does not let this request pass.";
  default:
    return "The gateway could not serve the request.";
  }
}

static ngx_int_t end_error(ngx_http_sluice_ctx_t *ctx)
{
  ngx_http_request_t *r = ctx->request;
  sluice_str body;

  if (ctx->wrong != NULL)
    return send_message(ctx, NGX_HTTP_BAD_GATEWAY, ctx->wrong);
  if (r->err_status != 0)
    return send_message(ctx, (ngx_int_t)r->err_status, meaning(r->err_status));
  body.p = (const char *)ctx->gathered.data;
  body.n = ctx->gathered.len;
  return send_error(ctx, (ngx_int_t)r->headers_out.status, body);
}

static ngx_int_t gather(ngx_http_sluice_ctx_t *ctx, const ngx_buf_t *buf)
{
  size_t room = ERROR_MAX - ctx->gathered.len;
  size_t n = (size_t)(buf->last - buf->pos);

  if (ctx->gathered.data == NULL)
    ctx->gathered.data = ngx_pnalloc(ctx->request->pool, ERROR_MAX);
  if (ctx->gathered.data == NULL)
    return NGX_ERROR;
  if (n > room)
    n = room;
  ngx_memcpy(ctx->gathered.data + ctx->gathered.len, buf->pos, n);
  ctx->gathered.len += n;
  return NGX_OK;
}

/* ---- an object ---- */

static int on_event(void *user, const sluice_event *event)
{
  ngx_http_sluice_note(user, event);
  return 0;
}

/* The reason of the translator, as an error of the upstream's. */
static ngx_int_t send_failure(ngx_http_sluice_ctx_t *ctx)
{
  sluice_text message = sluice_translator_message(ctx->translator);
  size_t room = message.n + ctx->facts.error.len + 64;
  u_char *text = ngx_pnalloc(ctx->request->pool, room), *end;
  sluice_str body;

  if (text == NULL)
    return NGX_ERROR;
  end = ngx_snprintf(text, room,
                     "{\"error\":{\"message\":\"%*s\",\"code\":\"%V\"}}",
                     message.n, message.p, &ctx->facts.error);
  body.p = (const char *)text;
  body.n = (size_t)(end - text);
  return send_error(ctx, NGX_HTTP_BAD_GATEWAY, body);
}

static ngx_int_t end_object(ngx_http_sluice_ctx_t *ctx)
{
  sluice_str json;
  ngx_int_t rc;

  if (sluice_translator_finish(ctx->translator) != SLUICE_OK)
    rc = send_failure(ctx);
  else if (sluice_translator_response(ctx->translator, &json) != SLUICE_OK)
    rc = NGX_ERROR;
  else
    rc = ngx_http_sluice_send(ctx->request, NGX_HTTP_OK, json);
  ctx->facts.events = 0; /* none was sent */
  ngx_http_sluice_end(ctx);
  return rc;
}

/* ---- the way ---- */

ngx_int_t ngx_http_sluice_whole_begin(ngx_http_sluice_ctx_t *ctx)
{
  if (ctx->way == NGX_HTTP_SLUICE_ERROR)
    return NGX_OK;
  return ngx_http_sluice_begin(ctx, on_event);
}

/* One buffer; what fails in the translator shows at the end. */
static ngx_int_t take(ngx_http_sluice_ctx_t *ctx, const ngx_buf_t *buf)
{
  if (buf->last <= buf->pos || ctx->wrong != NULL)
    return NGX_OK;
  if (ctx->way == NGX_HTTP_SLUICE_ERROR)
    return gather(ctx, buf);
  (void)sluice_translator_feed(ctx->translator, buf->pos,
                               (size_t)(buf->last - buf->pos), NULL);
  return NGX_OK;
}

ngx_int_t ngx_http_sluice_whole(ngx_http_sluice_ctx_t *ctx, ngx_chain_t *in)
{
  int last = ngx_http_sluice_is_last(ctx->request, in);

  for (; in != NULL; in = in->next) {
    if (!ctx->sent_whole && take(ctx, in->buf) != NGX_OK)
      return NGX_ERROR;
    in->buf->pos = in->buf->last;
  }
  if (!last || ctx->sent_whole)
    return ngx_http_sluice_next_body(ctx->request, NULL);
  ctx->sent_whole = 1;
  return ctx->way == NGX_HTTP_SLUICE_ERROR ? end_error(ctx) : end_object(ctx);
}
