/* SPDX-License-Identifier: MIT */
#include "echo.h"

#include "unique.h"

#define DEPTH_MAX 256 /* values are written by recursion */

/* ---- reading ----------------------------------------------------------- */

/* The text of a string node; nothing when it is none. */
static struct span keep_text(sluice_echo *e, const struct json *j,
                             uint32_t node)
{
  struct span span = {e->text.n + 1, 0};

  if (sluice__json_string(j, node).n == 0)
    return span;
  sluice__json_compact(j, node, &e->text);
  if (!e->text.failed)
    span.n = e->text.n - span.at - 1; /* without its quotes */
  return span;
}

/* ,"name":value at the end of the text, with the default for what is not given
 * or wrong. 1 when the value is the request's. */
static int keep_setting(sluice_echo *e, const struct json *j,
                        enum setting setting)
{
  const struct field *f = &sluice__settings[setting];
  uint32_t node = sluice__json_get(j, 0, f->name);
  int given = sluice__shape_given(j, node);

  e->at[setting] = e->text.n;
  sluice__buf_lit(&e->text, ",\"");
  sluice__buf_put(&e->text, f->name, strlen(f->name));
  sluice__buf_lit(&e->text, "\":");
  if (given && sluice__shape_put(f->shape, j, node, &e->text, &e->wrong))
    return 1;
  if (given)
    e->wrong++;
  sluice__buf_put(&e->text, f->absent, strlen(f->absent));
  return 0;
}

static void keep_settings(sluice_echo *e, const struct json *j)
{
  uint8_t given[SETTING_COUNT];
  int i;

  for (i = 0; i < SETTING_COUNT; i++)
    given[i] = (uint8_t)keep_setting(e, j, (enum setting)i);
  e->at[SETTING_COUNT] = e->text.n;
  e->max_tool_calls = -1;
  if (given[SETTING_MAX_TOOL_CALLS])
    (void)sluice__json_int(j, sluice__json_get(j, 0, "max_tool_calls"),
                           &e->max_tool_calls);
  if (given[SETTING_SERVICE_TIER])
    e->tier = keep_text(e, j, sluice__json_get(j, 0, "service_tier"));
}

static int keep_tools(sluice_echo *e, const struct json *j, uint32_t tools,
                      struct span space);

static int keep_tool(sluice_echo *e, const struct json *j, uint32_t tool,
                     struct span space)
{
  void *list = e->tools;
  struct echo_tool *t;
  int rv;

  rv = sluice__room(&e->mem, &list, &e->tool_cap, e->tool_count + 1, 8,
                    sizeof(*t));
  if (rv != 0)
    return rv;
  e->tools = (struct echo_tool *)list;
  t = &e->tools[e->tool_count++];
  t->space = space;
  t->type = keep_text(e, j, sluice__json_get(j, tool, "type"));
  t->name = keep_text(e, j, sluice__json_get(j, tool, "name"));
  t->label = keep_text(e, j, sluice__json_get(j, tool, "server_label"));
  if (space.n > 0 || t->name.n == 0) /* namespaces are one within none */
    return 0;
  return keep_tools(e, j, sluice__json_get(j, tool, "tools"), t->name);
}

/* What the list declares, also where the response cannot show it again. */
static int keep_tools(sluice_echo *e, const struct json *j, uint32_t tools,
                      struct span space)
{
  uint32_t k, end;
  int rv = 0;

  if (sluice__json_type(j, tools) != JSON_ARRAY)
    return 0;
  end = j->nodes[tools].next;
  for (k = tools + 1; rv == 0 && k < end; k = j->nodes[k].next)
    if (sluice__json_type(j, k) == JSON_OBJECT)
      rv = keep_tool(e, j, k, space);
  return rv;
}

static int read_request(sluice_echo *e, const struct json *j)
{
  uint32_t node = sluice__json_get(j, 0, "model");
  static const struct span none = {0, 0};
  int rv;

  keep_settings(e, j);
  e->model = keep_text(e, j, node);
  if (sluice__shape_given(j, node) && sluice__json_type(j, node) != JSON_STRING)
    e->wrong++;
  rv = keep_tools(e, j, sluice__json_get(j, 0, "tools"), none);
  return rv == 0 ? sluice__buf_status(&e->text) : rv;
}

static int parse(const sluice_options *o, struct json *j)
{
  uint32_t depth = o->max_depth < DEPTH_MAX ? o->max_depth : DEPTH_MAX;
  int rv;

  if (o->request.n > o->max_payload)
    return SLUICE_ERR_ARG;
  rv = sluice__json_parse(j, o->request, depth);
  if (rv != 0)
    return rv == SLUICE_ERR_NOMEM ? rv : SLUICE_ERR_ARG;
  if (sluice__json_type(j, 0) != JSON_OBJECT || j->nodes[0].next != j->count)
    return SLUICE_ERR_ARG;
  return sluice__unique(j);
}

int sluice__echo_new(sluice_echo **out, const sluice_options *o,
                     const sluice_mem *mem, struct json *j)
{
  sluice_echo *e;
  int rv;

  *out = NULL;
  if (o->request.n == 0)
    return 0;
  rv = parse(o, j);
  if (rv != 0)
    return rv;
  e = (sluice_echo *)sluice__new(mem, sizeof(*e));
  if (e == NULL)
    return SLUICE_ERR_NOMEM;
  e->mem = *mem;
  sluice__buf_init(&e->text, &e->mem);
  rv = read_request(e, j);
  if (rv != 0) {
    sluice__echo_free(e);
    return rv;
  }
  *out = e;
  return 0;
}

void sluice__echo_free(sluice_echo *e)
{
  sluice_mem mem;

  if (e == NULL)
    return;
  mem = e->mem;
  sluice__buf_free(&e->text);
  sluice__free(&mem, e->tools);
  sluice__free(&mem, e);
}

/* ---- showing ----------------------------------------------------------- */

#define X(NAME, name, shape, absent) ",\"" name "\":" absent
const char sluice__defaults[] = SETTINGS(X);
#undef X

sluice_text sluice__echo_model(const sluice_echo *e)
{
  sluice_text none = {"", 0};

  return e == NULL ? none : sluice__echo_text(e, e->model);
}

sluice_text sluice__echo_tier(const sluice_echo *e)
{
  sluice_text none = {"", 0};

  return e == NULL ? none : sluice__echo_text(e, e->tier);
}

uint32_t sluice__echo_wrong(const sluice_echo *e)
{
  return e == NULL ? 0 : e->wrong;
}
