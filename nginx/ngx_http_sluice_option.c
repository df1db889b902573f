/* SPDX-License-Identifier: MIT */
/* ngx_http_sluice_option.c - the directives. What a directive does not allow
 * is refused when nginx reads its configuration, with what it does allow. */
#include "ngx_http_sluice.h"

typedef ngx_http_sluice_loc_conf_t conf_t;

enum { LARGEST = 1024 * 1024 * 1024 }; /* of sizes and counts */

/* ---- words ---- */

typedef struct {
  const char *name;
  ngx_uint_t value;
} word_t;

static const word_t reasoning_words[] = {
    {"summary", SLUICE_REASONING_SUMMARY},
    {"content", SLUICE_REASONING_TEXT},
    {"off", SLUICE_REASONING_OFF},
    {NULL, 0},
};
static const word_t unit_words[] = {
    {"codepoint", SLUICE_UNIT_CODEPOINT},
    {"utf16", SLUICE_UNIT_UTF16},
    {"byte", SLUICE_UNIT_BYTE},
    {"grapheme", SLUICE_UNIT_GRAPHEME},
    {NULL, 0},
};
static const word_t policy_words[] = {
    {"refuse", 0},
    {"drop", 1},
    {NULL, 0},
};
static const word_t lenient_words[] = {
#define X(NAME, bit, name, text) {name, bit},
    SLUICE_LENIENTS(X)
#undef X
        {"off", 0},
    {NULL, 0},
};
/* The other flags of a request have directives of their own. */
static const word_t upstream_words[] = {
    {"developer", SLUICE_REQUEST_DEVELOPER},
    {"system-first", SLUICE_REQUEST_SYSTEM_FIRST},
    {"reasoning", SLUICE_REQUEST_REASONING},
    {"max-completion-tokens", SLUICE_REQUEST_MAX_COMPLETION_TOKENS},
    {"unknown", SLUICE_REQUEST_PASS_UNKNOWN},
    {"off", 0},
    {NULL, 0},
};
static const word_t call_words[] = {
#define X(NAME, name) {name, SLUICE_TOOL_##NAME},
    SLUICE_TOOL_TYPES(X)
#undef X
        {NULL, 0},
};

/* ---- what is wrong ---- */

static char *refuse(ngx_conf_t *cf, const ngx_str_t *directive,
                    const ngx_str_t *value, const char *allowed)
{
  ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" takes %s, not \"%V\"",
                     directive, allowed, value);
  return NGX_CONF_ERROR;
}

static char *refuse_word(ngx_conf_t *cf, const ngx_str_t *directive,
                         const ngx_str_t *value, const word_t *words)
{
  u_char text[512], *p = text, *end = text + sizeof(text) - 1;
  const word_t *word;

  for (word = words; word->name != NULL; word++)
    p = ngx_slprintf(p, end, "%s%s", p == text ? "" : ", ", word->name);
  *p = '\0';
  ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                     "\"%V\" takes one of: %s; not \"%V\"", directive, text,
                     value);
  return NGX_CONF_ERROR;
}

static const word_t *find_word(const word_t *words, const ngx_str_t *name)
{
  for (; words->name != NULL; words++)
    if (name->len == ngx_strlen(words->name) &&
        ngx_strncmp(name->data, words->name, name->len) == 0)
      return words;
  return NULL;
}

/* ---- setters: cmd->post says what is allowed ---- */

/* One word of a list. */
static char *set_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
  ngx_str_t *args = cf->args->elts;
  ngx_uint_t *to = (ngx_uint_t *)(void *)((char *)conf + cmd->offset);
  const word_t *word = find_word(cmd->post, &args[1]);

  if (*to != NGX_CONF_UNSET_UINT)
    return "is duplicate";
  if (word == NULL)
    return refuse_word(cf, &args[0], &args[1], cmd->post);
  *to = word->value;
  return NGX_CONF_OK;
}

/* Any words of a list: bits. */
static char *set_bits(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
  ngx_str_t *args = cf->args->elts;
  ngx_uint_t *to = (ngx_uint_t *)(void *)((char *)conf + cmd->offset);
  ngx_uint_t i;

  if (*to != NGX_CONF_UNSET_UINT)
    return "is duplicate";
  *to = 0;
  for (i = 1; i < cf->args->nelts; i++) {
    const word_t *word = find_word(cmd->post, &args[i]);

    if (word == NULL)
      return refuse_word(cf, &args[0], &args[i], cmd->post);
    *to |= word->value;
  }
  return NGX_CONF_OK;
}

static char *set_size(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
  ngx_str_t *args = cf->args->elts;
  size_t *to = (size_t *)(void *)((char *)conf + cmd->offset);
  ssize_t n = ngx_parse_size(&args[1]);

  if (*to != NGX_CONF_UNSET_SIZE)
    return "is duplicate";
  if (n < 1 || n > LARGEST)
    return refuse(cf, &args[0], &args[1],
                  "a size from 1 to 1024m, such as 64m");
  *to = (size_t)n;
  return NGX_CONF_OK;
}

static char *set_count(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
  ngx_str_t *args = cf->args->elts;
  ngx_uint_t *to = (ngx_uint_t *)(void *)((char *)conf + cmd->offset);
  ngx_int_t n = ngx_atoi(args[1].data, args[1].len);

  if (*to != NGX_CONF_UNSET_UINT)
    return "is duplicate";
  if (n < 1 || n > LARGEST)
    return refuse(cf, &args[0], &args[1], "a number above 0, such as 1024");
  *to = (ngx_uint_t)n;
  return NGX_CONF_OK;
}

static char *set_time(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
  ngx_str_t *args = cf->args->elts;
  ngx_msec_t *to = (ngx_msec_t *)(void *)((char *)conf + cmd->offset);
  ngx_int_t ms;

  if (*to != NGX_CONF_UNSET_MSEC)
    return "is duplicate";
  if (args[1].len == 3 && ngx_strncmp(args[1].data, "off", 3) == 0) {
    *to = 0;
    return NGX_CONF_OK;
  }
  ms = ngx_parse_time(&args[1], 0);
  if (ms == NGX_ERROR || ms < 100 || ms > 24 * 3600 * 1000)
    return refuse(cf, &args[0], &args[1],
                  "off, or a time from 100ms to 1d, such as 15s");
  *to = (ngx_msec_t)ms;
  return NGX_CONF_OK;
}

static sluice_str str(const ngx_str_t *s)
{
  sluice_str to;

  to.p = (const char *)s->data;
  to.n = s->len;
  return to;
}

/* One more element of the array at cmd->offset, zero; NULL: out of memory. */
static void *one_more(ngx_conf_t *cf, ngx_command_t *cmd, void *conf,
                      size_t size)
{
  ngx_array_t **array = (ngx_array_t **)(void *)((char *)conf + cmd->offset);
  void *element;

  if (*array == NGX_CONF_UNSET_PTR)
    *array = ngx_array_create(cf->pool, 4, size);
  if (*array == NULL)
    return NULL;
  element = ngx_array_push(*array);
  if (element != NULL)
    ngx_memzero(element, size);
  return element;
}

/* sluice_file ID [NAME] */
static char *set_file(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
  ngx_str_t *args = cf->args->elts;
  sluice_file *file = one_more(cf, cmd, conf, sizeof(*file));

  if (file == NULL)
    return NGX_CONF_ERROR;
  if (args[1].len == 0)
    return refuse(cf, &args[0], &args[1], "the id of a file, and its name");
  file->id = str(&args[1]);
  if (cf->args->nelts > 2)
    file->name = str(&args[2]);
  return NGX_CONF_OK;
}

/* sluice_omit MEMBER... */
static char *set_omit(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
  ngx_str_t *args = cf->args->elts;
  ngx_uint_t i;

  for (i = 1; i < cf->args->nelts; i++) {
    sluice_str *member = one_more(cf, cmd, conf, sizeof(*member));

    if (member == NULL)
      return NGX_CONF_ERROR;
    *member = str(&args[i]);
  }
  return NGX_CONF_OK;
}

/* `name=VALUE` in `arg`: the value in `to`. */
static int parameter(const ngx_str_t *arg, const char *name, ngx_str_t *to)
{
  size_t n = ngx_strlen(name);

  if (arg->len < n || ngx_strncmp(arg->data, name, n) != 0)
    return 0;
  to->data = arg->data + n;
  to->len = arg->len - n;
  return 1;
}

/* sluice_tool TYPE FUNCTION [call=TYPE] [server=LABEL] [shown=NAME] */
static char *set_tool(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
  ngx_str_t *args = cf->args->elts, value;
  sluice_hosted *tool = one_more(cf, cmd, conf, sizeof(*tool));
  ngx_uint_t i;

  if (tool == NULL)
    return NGX_CONF_ERROR;
  tool->type = str(&args[1]);
  tool->function = str(&args[2]);
  for (i = 3; i < cf->args->nelts; i++) {
    if (parameter(&args[i], "call=", &value)) {
      const word_t *word = find_word(call_words, &value);

      if (word == NULL)
        return refuse_word(cf, &args[0], &args[i], call_words);
      tool->call = (sluice_tool_type)word->value;
    } else if (parameter(&args[i], "server=", &value)) {
      tool->server_label = str(&value);
    } else if (parameter(&args[i], "shown=", &value)) {
      tool->shown = str(&value);
    } else {
      return refuse(cf, &args[0], &args[i],
                    "a type of tool, a function as JSON, then call=, server= "
                    "or shown=");
    }
  }
  return NGX_CONF_OK;
}

static char *set_string(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
  ngx_str_t *args = cf->args->elts;

  if (args[1].len == 0)
    return refuse(cf, &args[0], &args[1], "a name");
  return ngx_conf_set_str_slot(cf, cmd, conf);
}

/* ---- the table ---- */

#define EVERYWHERE (NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF)
#define ONE(name, args, set, member, post)                                     \
  {                                                                            \
    ngx_string(name), EVERYWHERE | (args), set, NGX_HTTP_LOC_CONF_OFFSET,      \
        offsetof(conf_t, member), (void *)(uintptr_t)(post)                    \
  }

ngx_command_t ngx_http_sluice_commands[] = {
    {ngx_string("sluice"), NGX_HTTP_LOC_CONF | NGX_CONF_FLAG,
     ngx_conf_set_flag_slot, NGX_HTTP_LOC_CONF_OFFSET, offsetof(conf_t, on),
     NULL},
    /* the answer */
    ONE("sluice_reasoning", NGX_CONF_TAKE1, set_word, reasoning,
        reasoning_words),
    ONE("sluice_citations", NGX_CONF_FLAG, ngx_conf_set_flag_slot, citations,
        NULL),
    ONE("sluice_citation_unit", NGX_CONF_TAKE1, set_word, unit, unit_words),
    ONE("sluice_file", NGX_CONF_TAKE12, set_file, files, NULL),
    ONE("sluice_lenient", NGX_CONF_1MORE, set_bits, lenient, lenient_words),
    ONE("sluice_done", NGX_CONF_FLAG, ngx_conf_set_flag_slot, done, NULL),
    ONE("sluice_keepalive", NGX_CONF_TAKE1, set_time, keepalive, NULL),
    /* the request */
    ONE("sluice_model", NGX_CONF_TAKE1, set_string, model, NULL),
    ONE("sluice_tools", NGX_CONF_TAKE1, set_word, drop_tools, policy_words),
    ONE("sluice_items", NGX_CONF_TAKE1, set_word, drop_items, policy_words),
    ONE("sluice_tool", NGX_CONF_2MORE, set_tool, tools, NULL),
    ONE("sluice_separator", NGX_CONF_TAKE1, set_string, separator, NULL),
    ONE("sluice_upstream", NGX_CONF_1MORE, set_bits, upstream, upstream_words),
    ONE("sluice_omit", NGX_CONF_1MORE, set_omit, omit, NULL),
    /* limits */
    ONE("sluice_max_request", NGX_CONF_TAKE1, set_size, max_request, NULL),
    ONE("sluice_max_payload", NGX_CONF_TAKE1, set_size, max_payload, NULL),
    ONE("sluice_max_output", NGX_CONF_TAKE1, set_size, max_output, NULL),
    ONE("sluice_max_items", NGX_CONF_TAKE1, set_count, max_items, NULL),
    ngx_null_command,
};
