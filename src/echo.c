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

static void keep_setting(sluice_echo *e, const struct json *j,
                         enum setting setting)
{
  const struct field *f = &sluice__settings[setting];
  uint32_t node = sluice__json_get(j, 0, f->name);
  struct span *span = &e->settings[setting];

  if (!sluice__shape_given(j, node))
    return;
  span->at = e->text.n;
  if (sluice__shape_put(f->shape, j, node, &e->text, &e->wrong))
    span->n = e->text.n - span->at;
  else
    e->wrong++;
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
  int i, rv;

  for (i = 0; i < SETTING_COUNT; i++)
    keep_setting(e, j, (enum setting)i);
  e->model = keep_text(e, j, node);
  if (sluice__shape_given(j, node) && sluice__json_type(j, node) != JSON_STRING)
    e->wrong++;
  e->max_tool_calls = -1;
  if (e->settings[SETTING_MAX_TOOL_CALLS].n > 0)
    (void)sluice__json_int(j, sluice__json_get(j, 0, "max_tool_calls"),
                           &e->max_tool_calls);
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

void sluice__echo_write(struct buf *out, const sluice_echo *e,
                        enum setting first, enum setting last)
{
  const struct field *f = &sluice__settings[first];
  const struct field *end = &sluice__settings[last] + 1;
  const struct span *span = e == NULL ? NULL : &e->settings[first];

  for (; f < end; f++) {
    sluice__buf_lit(out, ",\"");
    sluice__buf_put(out, f->name, strlen(f->name));
    sluice__buf_lit(out, "\":");
    if (span != NULL && span->n > 0)
      sluice__buf_put(out, e->text.p + span->at, span->n);
    else
      sluice__buf_put(out, f->absent, strlen(f->absent));
    if (span != NULL)
      span++;
  }
}

sluice_text sluice__echo_model(const sluice_echo *e)
{
  sluice_text none = {"", 0};

  return e == NULL ? none : sluice__echo_text(e, e->model);
}

sluice_text sluice__echo_tier(const sluice_echo *e)
{
  sluice_text tier = {"", 0};
  struct span span;

  if (e == NULL || e->settings[SETTING_SERVICE_TIER].n == 0)
    return tier;
  span = e->settings[SETTING_SERVICE_TIER];
  span.at++; /* without its quotes */
  span.n -= 2;
  return sluice__echo_text(e, span);
}

uint32_t sluice__echo_wrong(const sluice_echo *e)
{
  return e == NULL ? 0 : e->wrong;
}
