/* SPDX-License-Identifier: MIT */
/* ngx_http_sluice_request.c - the way in. Before nginx makes the content of a
 * location, which here means asking the upstream, the client's body is read,
 * and a chat-completions request stands in its place. */
#include "ngx_http_sluice.h"

/* ---- what is not served ---- */

ngx_int_t ngx_http_sluice_refuse(ngx_http_sluice_ctx_t *ctx, ngx_int_t status,
                                 const char *message)
{
  u_char text[512];
  sluice_request *asked = ngx_http_sluice_asked(ctx);
  sluice_str body;

  if (asked == NULL)
    return NGX_ERROR;
  body.p = (const char *)text;
  body.n = (size_t)(ngx_snprintf(text, sizeof(text),
                                 "{\"error\":{\"message\":\"%s\"}}", message) -
                    text);
  /* Without memory it is an error that says so. */
  (void)sluice_request_upstream_error(asked, (int)status, body, &ctx->refusal);
  return NGX_OK;
}

/* The content of a location whose request was refused. */
static ngx_int_t refusal_handler(ngx_http_request_t *r)
{
  ngx_http_sluice_ctx_t *ctx = ngx_http_sluice_ctx(r);
  ngx_int_t rc = ngx_http_discard_request_body(r);

  if (rc != NGX_OK)
    return rc;
  ctx->own = 1;
  ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                "sluice: refused with %d: %*s", ctx->refusal.status,
                ctx->refusal.body.n, ctx->refusal.body.p);
  return ngx_http_sluice_send(r, ctx->refusal.status, ctx->refusal.body);
}

/* ---- headers of the request ---- */

/* The first header of this name behind `after` (NULL: of all); NULL: none. */
static ngx_table_elt_t *find_header(ngx_http_request_t *r, const char *name,
                                    const ngx_table_elt_t *after)
{
  ngx_list_part_t *part = &r->headers_in.headers.part;
  size_t n = ngx_strlen(name);

  for (; part != NULL; part = part->next) {
    ngx_table_elt_t *header = part->elts;
    ngx_uint_t i;

    for (i = 0; i < part->nelts; i++) {
      if (after == NULL && header[i].key.len == n &&
          ngx_strncmp(header[i].lowcase_key, name, n) == 0)
        return &header[i];
      if (after == &header[i])
        after = NULL;
    }
  }
  return NULL;
}

/* All of that name get the value. */
static void change_header(ngx_http_request_t *r, const char *name,
                          const char *value)
{
  ngx_table_elt_t *header = NULL;

  while ((header = find_header(r, name, header)) != NULL) {
    header->value.len = ngx_strlen(value);
    header->value.data = (u_char *)value;
  }
}

/* What a client sends that names no type for its body. */
static ngx_int_t add_type(ngx_http_request_t *r)
{
  static const char name[] = "content-type";
  ngx_table_elt_t *header = ngx_list_push(&r->headers_in.headers);

  if (header == NULL)
    return NGX_ERROR;
  ngx_memzero(header, sizeof(*header));
  header->key.len = sizeof(name) - 1;
  header->key.data = header->lowcase_key = (u_char *)name;
  header->hash = ngx_hash_key((u_char *)name, sizeof(name) - 1);
  return NGX_OK;
}

/* The body is JSON now, whatever it was called, and what cannot be translated
 * must not be asked for. */
static ngx_int_t set_headers(ngx_http_request_t *r, off_t length)
{
  r->headers_in.content_length_n = length;
  r->headers_in.chunked = 0;
  if (find_header(r, "content-type", NULL) == NULL && add_type(r) != NGX_OK)
    return NGX_ERROR;
  change_header(r, "content-type", "application/json");
  change_header(r, "accept-encoding", "identity");
  return NGX_OK;
}

/* ---- the body ---- */

static off_t length_of(const ngx_chain_t *body)
{
  off_t n = 0;

  for (; body != NULL; body = body->next)
    n += ngx_buf_size(body->buf);
  return n;
}

/* Copies at most `n` bytes of the body, from memory or from its file. */
static ngx_int_t copy_body(ngx_chain_t *body, u_char *to, size_t n)
{
  for (; body != NULL && n > 0; body = body->next) {
    ngx_buf_t *buf = body->buf;
    size_t part = (size_t)ngx_buf_size(buf);

    if (part > n)
      part = n;
    if (ngx_buf_in_memory(buf))
      ngx_memcpy(to, buf->pos, part);
    else if (part > 0 &&
             ngx_read_file(buf->file, to, part, buf->file_pos) != (ssize_t)part)
      return NGX_ERROR;
    to += part;
    n -= part;
  }
  return NGX_OK;
}

/* Has the library read the body. What is longer than it takes is not copied
 * further than to where it sees that. */
static ngx_int_t read_request(ngx_http_sluice_ctx_t *ctx, size_t max)
{
  ngx_http_request_t *r = ctx->request;
  off_t whole = length_of(ctx->body);
  sluice_str body;
  u_char *copy;

  body.n = whole > (off_t)max ? max + 1 : (size_t)whole;
  copy = ngx_alloc(body.n + 1, r->connection->log);
  if (copy == NULL)
    return NGX_ERROR;
  if (copy_body(ctx->body, copy, body.n) != NGX_OK) {
    ngx_free(copy);
    return NGX_ERROR;
  }
  body.p = (const char *)copy;
  (void)sluice_request_read(ctx->asked, body);
  ngx_free(copy);
  ctx->refusal = sluice_request_error(ctx->asked);
  ctx->streams = sluice_request_streams(ctx->asked) ? 1 : 0;
  return NGX_OK;
}

/* The chat request in place of the body; it lives in ctx->asked. */
static ngx_int_t replace_body(ngx_http_sluice_ctx_t *ctx)
{
  ngx_http_request_t *r = ctx->request;
  sluice_str chat = sluice_request_chat(ctx->asked);
  ngx_chain_t *link = ngx_alloc_chain_link(r->pool);
  ngx_buf_t *buf = ngx_calloc_buf(r->pool);

  if (link == NULL || buf == NULL)
    return NGX_ERROR;
  buf->start = buf->pos = (u_char *)chat.p;
  buf->end = buf->last = buf->pos + chat.n;
  buf->memory = 1;
  buf->last_buf = 1;
  link->buf = buf;
  link->next = NULL;
  r->request_body->bufs = link;
  return set_headers(r, (off_t)chat.n);
}

static ngx_int_t rewrite(ngx_http_sluice_ctx_t *ctx)
{
  ngx_http_request_t *r = ctx->request;
  ngx_http_sluice_loc_conf_t *conf =
      ngx_http_get_module_loc_conf(r, ngx_http_sluice_module);
  ngx_table_elt_t *coding = find_header(r, "content-encoding", NULL);

  if (r->request_body == NULL)
    return NGX_ERROR;
  /* An internal redirect to another upstream asks anew, as that one wants. */
  if (ctx->body == NULL)
    ctx->body = r->request_body->bufs;
  r->request_body->bufs = ctx->body;
  sluice_request_free(ctx->asked);
  ctx->asked = NULL;
  if (ngx_http_sluice_asked(ctx) == NULL)
    return NGX_ERROR;
  if (coding != NULL && coding->value.len > 0)
    return ngx_http_sluice_refuse(
        ctx, NGX_HTTP_UNSUPPORTED_MEDIA_TYPE,
        "The body of the request is compressed (Content-Encoding). Send it "
        "as plain JSON.");
  if (read_request(ctx, conf->max_request) != NGX_OK)
    return NGX_ERROR;
  return ctx->refusal.status != 0 ? NGX_OK : replace_body(ctx);
}

static void on_body(ngx_http_request_t *r)
{
  ngx_http_sluice_ctx_t *ctx = ngx_http_sluice_ctx(r);

  if (rewrite(ctx) != NGX_OK) {
    ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
    return;
  }
  ctx->ready = 1;
  r->write_event_handler = ngx_http_core_run_phases;
  ngx_http_core_run_phases(r);
}

/* ---- the handler ---- */

ngx_int_t ngx_http_sluice_request_handler(ngx_http_request_t *r)
{
  ngx_http_sluice_loc_conf_t *conf =
      ngx_http_get_module_loc_conf(r, ngx_http_sluice_module);
  ngx_http_sluice_ctx_t *ctx;
  ngx_int_t rc;

  if (!conf->on || r != r->main)
    return NGX_DECLINED;
  ctx = ngx_http_sluice_make_ctx(r);
  if (ctx == NULL)
    return NGX_HTTP_INTERNAL_SERVER_ERROR;
  if (r->method != NGX_HTTP_POST) {
    if (ngx_http_sluice_refuse(ctx, NGX_HTTP_NOT_ALLOWED,
                               "Only POST is served here: responses are not "
                               "stored, so none can be asked for again.") !=
            NGX_OK ||
        ngx_http_sluice_set_header(r, "Allow", "POST") != NGX_OK)
      return NGX_HTTP_INTERNAL_SERVER_ERROR;
    r->content_handler = refusal_handler;
    return NGX_DECLINED;
  }
  if (ctx->ready) { /* entered again, behind on_body */
    ctx->ready = 0;
    if (ctx->refusal.status != 0)
      r->content_handler = refusal_handler;
    return NGX_DECLINED;
  }
  rc = ngx_http_read_client_request_body(r, on_body);
  if (rc >= NGX_HTTP_SPECIAL_RESPONSE)
    return rc;
  ngx_http_finalize_request(r, NGX_DONE);
  return NGX_DONE;
}
