/* SPDX-License-Identifier: MIT */
/* ngx_http_sluice_variable.c - what the access log can show of a response.
 * A value that is not known is "-" there. */
#include "ngx_http_sluice.h"

enum { NUMBER_MAX = NGX_INT64_LEN + sizeof(".000") };

typedef enum {
  STATUS,
  RESPONSE_ID,
  MODEL,
  INPUT_TOKENS,
  CACHED_TOKENS,
  OUTPUT_TOKENS,
  EVENTS,
  ANOMALIES,
  ERROR,
  FIRST
} value_e;

/* NULL: no response. */
static const char *status_name(const ngx_http_sluice_ctx_t *ctx)
{
  if (ctx->way != NGX_HTTP_SLUICE_STREAM && ctx->way != NGX_HTTP_SLUICE_OBJECT)
    return NULL;
  switch (ctx->facts.status) {
  case SLUICE_RESPONSE_COMPLETED:
    return "completed";
  case SLUICE_RESPONSE_INCOMPLETE:
    return "incomplete";
  case SLUICE_RESPONSE_FAILED:
    return "failed";
  default:
    return "cancelled"; /* the client left before its end */
  }
}

static ngx_int_t set_string(ngx_http_variable_value_t *v, const ngx_str_t *s)
{
  v->not_found = s->len == 0;
  v->valid = !v->not_found;
  v->no_cacheable = 1;
  v->data = s->data;
  v->len = (unsigned)s->len;
  return NGX_OK;
}

static ngx_int_t set_number(ngx_http_request_t *r, ngx_http_variable_value_t *v,
                            const char *format, int64_t a, int64_t b)
{
  ngx_str_t s;

  s.data = ngx_pnalloc(r->pool, NUMBER_MAX);
  if (s.data == NULL)
    return NGX_ERROR;
  s.len = (size_t)(ngx_snprintf(s.data, NUMBER_MAX, format, a, b) - s.data);
  return set_string(v, &s);
}

static ngx_int_t set_count(ngx_http_request_t *r, ngx_http_variable_value_t *v,
                           int64_t n)
{
  static const ngx_str_t none = ngx_null_string;

  return n < 0 ? set_string(v, &none) : set_number(r, v, "%L", n, 0);
}

static ngx_int_t get(ngx_http_request_t *r, ngx_http_variable_value_t *v,
                     uintptr_t which)
{
  ngx_http_sluice_ctx_t *ctx = ngx_http_sluice_ctx(r->main);
  ngx_http_sluice_facts_t *facts;
  ngx_str_t s = ngx_null_string;

  if (ctx == NULL)
    return set_string(v, &s);
  facts = &ctx->facts;
  switch ((value_e)which) {
  case STATUS:
    s.data = (u_char *)status_name(ctx);
    s.len = s.data == NULL ? 0 : ngx_strlen(s.data);
    return set_string(v, &s);
  case RESPONSE_ID:
    return set_string(v, &facts->id);
  case MODEL:
    return set_string(v, &facts->model);
  case INPUT_TOKENS:
    return set_count(r, v, facts->input_tokens);
  case CACHED_TOKENS:
    return set_count(r, v, facts->cached_tokens);
  case OUTPUT_TOKENS:
    return set_count(r, v, facts->output_tokens);
  case EVENTS:
    return set_count(r, v, facts->events == 0 ? -1 : (int64_t)facts->events);
  case ANOMALIES:
    if (ctx->translator != NULL)
      ngx_http_sluice_note_anomalies(ctx);
    return set_string(v, &facts->anomalies);
  case ERROR:
    return set_string(v, &facts->error);
  case FIRST:
    return facts->first < 0
               ? set_count(r, v, -1)
               : set_number(r, v, "%L.%03L", (int64_t)facts->first / 1000,
                            (int64_t)facts->first % 1000);
  }
  return set_string(v, &s);
}

static const struct {
  ngx_str_t name;
  value_e value;
} variables[] = {
    {ngx_string("sluice_status"), STATUS},
    {ngx_string("sluice_response_id"), RESPONSE_ID},
    {ngx_string("sluice_model"), MODEL},
    {ngx_string("sluice_input_tokens"), INPUT_TOKENS},
    {ngx_string("sluice_cached_tokens"), CACHED_TOKENS},
    {ngx_string("sluice_output_tokens"), OUTPUT_TOKENS},
    {ngx_string("sluice_events"), EVENTS},
    {ngx_string("sluice_anomalies"), ANOMALIES},
    {ngx_string("sluice_error"), ERROR},
    {ngx_string("sluice_ttfe"), FIRST},
};

ngx_int_t ngx_http_sluice_add_variables(ngx_conf_t *cf)
{
  size_t i;

  for (i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
    ngx_str_t name = variables[i].name;
    ngx_http_variable_t *variable =
        ngx_http_add_variable(cf, &name, NGX_HTTP_VAR_NOCACHEABLE);

    if (variable == NULL)
      return NGX_ERROR;
    variable->get_handler = get;
    variable->data = variables[i].value;
  }
  return NGX_OK;
}
