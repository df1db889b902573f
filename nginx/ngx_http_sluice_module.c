/* SPDX-License-Identifier: MIT */
/* ngx_http_sluice_module.c - levels of configuration, and where the module
 * hooks into nginx. */
#include "ngx_http_sluice.h"

/* ---- the whole configuration: the scratch of a worker ---- */

static void free_scratch(void *data)
{
  ngx_http_sluice_main_conf_t *conf = data;

  sluice_scratch_free(conf->scratch);
}

static void *create_main_conf(ngx_conf_t *cf)
{
  ngx_pool_cleanup_t *cleanup =
      ngx_pool_cleanup_add(cf->pool, sizeof(ngx_http_sluice_main_conf_t));

  if (cleanup == NULL)
    return NULL;
  ngx_memzero(cleanup->data, sizeof(ngx_http_sluice_main_conf_t));
  cleanup->handler = free_scratch;
  return cleanup->data;
}

/* ---- a location ---- */

static void *create_loc_conf(ngx_conf_t *cf)
{
  ngx_http_sluice_loc_conf_t *conf = ngx_pcalloc(cf->pool, sizeof(*conf));

  if (conf == NULL)
    return NULL;
  conf->on = NGX_CONF_UNSET;
  conf->citations = conf->done = NGX_CONF_UNSET;
  conf->keepalive = NGX_CONF_UNSET_MSEC;
  conf->reasoning = conf->unit = conf->lenient = NGX_CONF_UNSET_UINT;
  conf->drop_tools = conf->drop_items = conf->upstream = NGX_CONF_UNSET_UINT;
  conf->max_items = NGX_CONF_UNSET_UINT;
  conf->files = conf->tools = conf->omit = NGX_CONF_UNSET_PTR;
  conf->max_request = conf->max_payload = conf->max_output =
      NGX_CONF_UNSET_SIZE;
  return conf;
}

static void merge(ngx_http_sluice_loc_conf_t *conf,
                  const ngx_http_sluice_loc_conf_t *prev)
{
  ngx_conf_merge_value(conf->on, prev->on, 0);
  ngx_conf_merge_value(conf->citations, prev->citations, 1);
  ngx_conf_merge_value(conf->done, prev->done, 0);
  ngx_conf_merge_msec_value(conf->keepalive, prev->keepalive, 15000);
  ngx_conf_merge_uint_value(conf->reasoning, prev->reasoning,
                            SLUICE_REASONING_SUMMARY);
  ngx_conf_merge_uint_value(conf->unit, prev->unit, SLUICE_UNIT_CODEPOINT);
  ngx_conf_merge_uint_value(conf->lenient, prev->lenient, 0);
  ngx_conf_merge_uint_value(conf->drop_tools, prev->drop_tools, 0);
  ngx_conf_merge_uint_value(conf->drop_items, prev->drop_items, 0);
  ngx_conf_merge_uint_value(conf->upstream, prev->upstream, 0);
  ngx_conf_merge_ptr_value(conf->files, prev->files, NULL);
  ngx_conf_merge_ptr_value(conf->tools, prev->tools, NULL);
  ngx_conf_merge_ptr_value(conf->omit, prev->omit, NULL);
  ngx_conf_merge_str_value(conf->model, prev->model, "");
  ngx_conf_merge_str_value(conf->separator, prev->separator, "");
  ngx_conf_merge_size_value(conf->max_request, prev->max_request,
                            64 * 1024 * 1024);
  /* 0: the library's */
  ngx_conf_merge_size_value(conf->max_payload, prev->max_payload, 0);
  ngx_conf_merge_size_value(conf->max_output, prev->max_output, 0);
  ngx_conf_merge_uint_value(conf->max_items, prev->max_items, 0);
}

static sluice_str str(const ngx_str_t *s)
{
  sluice_str to;

  to.p = (const char *)s->data;
  to.n = s->len;
  return to;
}

void ngx_http_sluice_options(const ngx_http_sluice_loc_conf_t *conf,
                             sluice_options *o)
{
  sluice_options_init(o);
  o->reasoning = (sluice_reasoning)conf->reasoning;
  o->index_unit = (sluice_unit)conf->unit;
  o->lenient = (uint32_t)conf->lenient;
  if (!conf->citations)
    o->flags |= SLUICE_NO_CITATIONS;
  if (conf->done)
    o->flags |= SLUICE_DONE_MARK;
  if (conf->files != NULL) {
    o->files = conf->files->elts;
    o->file_count = conf->files->nelts;
  }
  if (conf->max_payload != 0)
    o->max_payload = conf->max_payload;
  if (conf->max_output != 0)
    o->max_output = conf->max_output;
  if (conf->max_items != 0)
    o->max_items = (uint32_t)conf->max_items;
}

void ngx_http_sluice_request_options(const ngx_http_sluice_loc_conf_t *conf,
                                     sluice_request_options *o)
{
  sluice_request_options_init(o);
  o->model = str(&conf->model);
  o->separator = str(&conf->separator);
  o->flags = (uint32_t)conf->upstream;
  if (conf->drop_tools)
    o->flags |= SLUICE_REQUEST_DROP_TOOLS;
  if (conf->drop_items)
    o->flags |= SLUICE_REQUEST_DROP_ITEMS;
  if (conf->tools != NULL) {
    o->hosted = conf->tools->elts;
    o->hosted_count = conf->tools->nelts;
  }
  if (conf->omit != NULL) {
    o->omit = conf->omit->elts;
    o->omit_count = conf->omit->nelts;
  }
  o->max_request = conf->max_request;
}

/* Whether the library takes the options as they are together. */
static char *try_out(ngx_conf_t *cf, const ngx_http_sluice_loc_conf_t *conf)
{
  sluice_options o;
  sluice_request_options ro;
  sluice_translator *translator = NULL;
  sluice_request *request = NULL;
  sluice_status translates, requests;

  ngx_http_sluice_options(conf, &o);
  translates = sluice_translator_new(&translator, &o, NULL, NULL);
  sluice_translator_free(translator);
  ngx_http_sluice_request_options(conf, &ro);
  requests = sluice_request_new(&request, &ro);
  sluice_request_free(request);
  if (translates == SLUICE_OK && requests == SLUICE_OK)
    return NGX_CONF_OK;
  if (translates == SLUICE_ERR_NOMEM || requests == SLUICE_ERR_NOMEM)
    return "no memory to try the sluice options of a location out";
  ngx_conf_log_error(
      NGX_LOG_EMERG, cf, 0, "%s",
      translates != SLUICE_OK
          ? "\"sluice_lenient\": think and cumulative do not go together"
          : "\"sluice_tool\" or \"sluice_separator\": a tool is a type and a "
            "function as JSON, {\"name\": ..., \"description\": ..., "
            "\"parameters\": {...}}, each name once, of at most 64 of "
            "[A-Za-z0-9_-]; a separator is at most 16 of these");
  return NGX_CONF_ERROR;
}

static char *merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
  ngx_http_sluice_loc_conf_t *prev = parent, *conf = child;
  ngx_http_core_loc_conf_t *core =
      ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
  int set_here = conf->on == 1;

  merge(conf, prev);
  if (!conf->on)
    return NGX_CONF_OK;
  if (set_here && core->handler == NULL) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"sluice on\" needs a \"proxy_pass\" to a "
                       "chat-completions server in the same location, \"%V\"",
                       &core->name);
    return NGX_CONF_ERROR;
  }
  return try_out(cf, conf);
}

/* ---- hooks ---- */

static ngx_int_t postconfiguration(ngx_conf_t *cf)
{
  ngx_http_core_main_conf_t *core =
      ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
  ngx_http_handler_pt *handler =
      ngx_array_push(&core->phases[NGX_HTTP_PRECONTENT_PHASE].handlers);

  if (handler == NULL)
    return NGX_ERROR;
  *handler = ngx_http_sluice_request_handler;
  ngx_http_sluice_answer_init();
  return NGX_OK;
}

static ngx_http_module_t context = {
    ngx_http_sluice_add_variables, /* preconfiguration */
    postconfiguration,
    create_main_conf,
    NULL, /* init main configuration */
    NULL, /* create server configuration */
    NULL, /* merge server configuration */
    create_loc_conf,
    merge_loc_conf,
};

ngx_module_t ngx_http_sluice_module = {
    NGX_MODULE_V1,
    &context,
    ngx_http_sluice_commands,
    NGX_HTTP_MODULE,
    NULL, /* init master */
    NULL, /* init module */
    NULL, /* init process */
    NULL, /* init thread */
    NULL, /* exit thread */
    NULL, /* exit process */
    NULL, /* exit master */
    NGX_MODULE_V1_PADDING,
};
