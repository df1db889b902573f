/* SPDX-License-Identifier: MIT */
/* ngx_http_sluice_answer.c - the filters: which way an answer goes. */
#include "ngx_http_sluice.h"

static ngx_http_output_header_filter_pt next_header;
static ngx_http_output_body_filter_pt next_body;

ngx_int_t ngx_http_sluice_next_header(ngx_http_request_t *r)
{
  return next_header(r);
}

ngx_int_t ngx_http_sluice_next_body(ngx_http_request_t *r, ngx_chain_t *in)
{
  return next_body(r, in);
}

/* ---- headers ---- */

/* What was true of the upstream's bytes, and is not of ours. */
void ngx_http_sluice_clear_headers(ngx_http_request_t *r)
{
  ngx_http_clear_content_length(r);
  ngx_http_clear_accept_ranges(r);
  ngx_http_clear_etag(r);
  ngx_http_clear_last_modified(r);
  if (r->headers_out.content_encoding != NULL) {
    r->headers_out.content_encoding->hash = 0;
    r->headers_out.content_encoding = NULL;
  }
  r->allow_ranges = 0;
}

ngx_int_t ngx_http_sluice_set_header(ngx_http_request_t *r, const char *name,
                                     const char *value)
{
  ngx_list_part_t *part = &r->headers_out.headers.part;
  size_t n = ngx_strlen(name);
  ngx_table_elt_t *header;

  for (; part != NULL; part = part->next) {
    ngx_uint_t i;

    header = part->elts;
    for (i = 0; i < part->nelts; i++)
      if (header[i].key.len == n &&
          ngx_strncasecmp(header[i].key.data, (u_char *)name, n) == 0)
        header[i].hash = 0; /* not sent */
  }
  header = ngx_list_push(&r->headers_out.headers);
  if (header == NULL)
    return NGX_ERROR;
  ngx_memzero(header, sizeof(*header));
  header->hash = 1;
  header->key.len = n;
  header->key.data = (u_char *)name;
  header->value.len = ngx_strlen(value);
  header->value.data = (u_char *)value;
  return NGX_OK;
}

/* ---- which way ---- */

static int has_type(const ngx_http_request_t *r, const char *type)
{
  const ngx_str_t *has = &r->headers_out.content_type;
  size_t n = ngx_strlen(type);

  return has->len >= n && ngx_strncasecmp(has->data, (u_char *)type, n) == 0;
}

/* What an answer with a good status cannot be; NULL: nothing wrong. */
static const char *unfit(const ngx_http_request_t *r)
{
  if (r->headers_out.status >= NGX_HTTP_SPECIAL_RESPONSE ||
      r->headers_out.status == NGX_HTTP_NO_CONTENT)
    return "the upstream server sent no answer but another HTTP status "
           "(a redirect, or no content)";
  if (r->headers_out.content_encoding != NULL &&
      r->headers_out.content_encoding->value.len > 0)
    return "the upstream server compressed its answer, which was not asked "
           "for and cannot be translated";
  if (has_type(r, "text/html"))
    return "the upstream server answered with a page of HTML; is its address "
           "right?";
  return NULL;
}

static ngx_http_sluice_way_e way_of(ngx_http_request_t *r,
                                    ngx_http_sluice_ctx_t *ctx)
{
  if (ctx != NULL && ctx->own)
    return NGX_HTTP_SLUICE_PASS;
  if (r->headers_out.status >= NGX_HTTP_BAD_REQUEST)
    return NGX_HTTP_SLUICE_ERROR;
  if (ctx == NULL || !ctx->asked)
    return NGX_HTTP_SLUICE_PASS;
  ctx->wrong = unfit(r);
  if (ctx->wrong != NULL)
    return NGX_HTTP_SLUICE_ERROR;
  return ctx->streams ? NGX_HTTP_SLUICE_STREAM : NGX_HTTP_SLUICE_OBJECT;
}

static ngx_int_t header_filter(ngx_http_request_t *r)
{
  ngx_http_sluice_loc_conf_t *conf =
      ngx_http_get_module_loc_conf(r, ngx_http_sluice_module);
  ngx_http_sluice_ctx_t *ctx;
  ngx_http_sluice_way_e way;

  if (!conf->on || r != r->main || r->header_only)
    return next_header(r);
  ctx = ngx_http_sluice_ctx(r);
  way = way_of(r, ctx);
  if (way == NGX_HTTP_SLUICE_PASS)
    return next_header(r);
  ctx = ngx_http_sluice_make_ctx(r);
  if (ctx == NULL)
    return NGX_ERROR;
  ctx->way = way;
  r->main_filter_need_in_memory = 1;
  if (way == NGX_HTTP_SLUICE_STREAM)
    return ngx_http_sluice_stream_begin(ctx);
  return ngx_http_sluice_whole_begin(ctx);
}

/* ---- the body ---- */

/* Is there nothing more to come? When the upstream broke off or fell silent,
 * nginx says so by a flush alone, and has let go of the connection by then. */
int ngx_http_sluice_is_last(const ngx_http_request_t *r, const ngx_chain_t *in)
{
  for (; in != NULL; in = in->next) {
    if (in->buf->last_buf)
      return 1;
    if (in->buf->flush && ngx_buf_size(in->buf) == 0 && r->upstream != NULL &&
        r->upstream->peer.connection == NULL)
      return 1;
  }
  return 0;
}

static ngx_int_t body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
  ngx_http_sluice_ctx_t *ctx = r == r->main ? ngx_http_sluice_ctx(r) : NULL;

  if (ctx == NULL)
    return next_body(r, in);
  switch (ctx->way) {
  case NGX_HTTP_SLUICE_STREAM:
    return ngx_http_sluice_stream(ctx, in);
  case NGX_HTTP_SLUICE_OBJECT:
  case NGX_HTTP_SLUICE_ERROR:
    return ngx_http_sluice_whole(ctx, in);
  default:
    return next_body(r, in);
  }
}

void ngx_http_sluice_answer_init(void)
{
  next_header = ngx_http_top_header_filter;
  ngx_http_top_header_filter = header_filter;
  next_body = ngx_http_top_body_filter;
  ngx_http_top_body_filter = body_filter;
}
