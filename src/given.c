/* SPDX-License-Identifier: MIT */
#include "given.h"

#include <sluice/tool.h>

/* ---- are two the same? ------------------------------------------------- */

static void put_number(struct buf *key, uint64_t n)
{
  sluice__buf_put(key, &n, sizeof(n));
}

static void put_string(struct buf *key, sluice_str s)
{
  put_number(key, s.n);
  sluice__buf_str(key, s);
}

static void put_files(struct buf *key, const sluice_options *o)
{
  size_t i;

  put_number(key, o->files != NULL);
  put_number(key, o->file_count);
  for (i = 0; i < o->file_count; i++) {
    put_string(key, o->files[i].id); /* NOLINT: all_there in status.c */
    put_string(key, o->files[i].name);
  }
}

static void put_tools(struct buf *key, const sluice_options *o)
{
  size_t i;

  put_number(key, o->tool_count);
  for (i = 0; i < o->tool_count; i++) {
    put_number(key, (uint64_t)o->tools[i].type);
    put_string(key, o->tools[i].name);
    put_string(key, o->tools[i].server_label);
    put_string(key, o->tools[i].container_id);
    put_string(key, o->tools[i].name_space);
    put_string(key, o->tools[i].shown);
  }
}

/* All that is read of the options below, and nothing else. */
static void put_key(struct buf *key, const sluice_options *o)
{
  sluice_mem mem = sluice__mem(o->mem);

  sluice__buf_put(key, &mem, sizeof(mem));
  sluice__buf_put(key, &o->clock, sizeof(o->clock));
  sluice__buf_put(key, &o->clock_user, sizeof(o->clock_user));
  put_number(key, o->flags);
  put_number(key, o->lenient);
  put_number(key, (uint64_t)o->reasoning);
  put_number(key, (uint64_t)o->index_unit);
  put_number(key, o->max_payload);
  put_number(key, o->max_output);
  put_number(key, o->max_depth);
  put_number(key, o->max_items);
  put_number(key, o->max_marker);
  put_number(key, o->max_annotations);
  put_number(key, o->max_tool_calls);
  put_string(key, o->model);
  put_string(key, o->marker_open);
  put_string(key, o->marker_prefix);
  put_string(key, o->marker_close);
  put_files(key, o);
  put_tools(key, o);
}

/* ---- making one -------------------------------------------------------- */

static int keep_model(struct given *g, sluice_scratch *scratch,
                      sluice_str model)
{
  struct buf *clean = &scratch->clean;

  sluice__buf_clear(clean);
  sluice__text_escape(clean, model);
  return clean->failed ? SLUICE_ERR_NOMEM
                       : sluice__word_set(&g->model, g->shared.mem,
                                          sluice__buf_as_text(clean));
}

static int keep_tools(struct given *g, const sluice_options *o)
{
  sluice_str texts[TABLE_TEXTS];
  size_t i;
  int rv = 0;

  sluice__table_init(&g->tools, g->shared.mem);
  for (i = 0; rv == 0 && i < o->tool_count; i++) {
    const sluice_tool *tool = &o->tools[i];

    if ((unsigned)tool->type >= SLUICE_TOOL_TYPE_COUNT)
      return SLUICE_ERR_ARG;
    if (tool->type != SLUICE_TOOL_FUNCTION &&
        tool->type != SLUICE_TOOL_CUSTOM &&
        tool->type != SLUICE_TOOL_MCP_APPROVAL)
      g->has_hosted = 1;
    texts[0] = tool->server_label;
    texts[1] = tool->container_id;
    texts[2] = tool->name_space;
    texts[3] = tool->shown;
    rv = sluice__table_add(&g->tools, (int)tool->type, tool->name, texts);
  }
  return rv;
}

static void free_given(struct shared *shared)
{
  struct given *g = (struct given *)shared;
  const sluice_mem *mem = shared->mem;

  sluice__marking_free(&g->marking);
  if (g->tools.mem != NULL)
    sluice__table_free(&g->tools);
  sluice__word_free(&g->model, mem);
  sluice__word_free(&shared->key, mem);
  sluice__free(mem, g);
}

static int fill(struct given *g, sluice_scratch *scratch,
                const sluice_options *o)
{
  int rv;

  g->mem = sluice__mem(o->mem);
  sluice__caps_init(&g->caps, o);
  g->clock = o->clock;
  g->clock_user = o->clock_user;
  g->flags = o->flags;
  g->lenient = o->lenient;
  g->max_tool_calls = o->max_tool_calls;
  g->reasoning = (uint8_t)o->reasoning;
  rv = sluice__marking_init(&g->marking, g->shared.mem, o);
  if (rv == 0)
    rv = keep_tools(g, o);
  return rv == 0 ? keep_model(g, scratch, o->model) : rv;
}

static int new_given(struct given **out, sluice_scratch *scratch,
                     const sluice_options *o)
{
  struct given *g = (struct given *)sluice__new(&scratch->mem, sizeof(*g));
  int rv;

  if (g == NULL)
    return SLUICE_ERR_NOMEM;
  g->shared.mem = &scratch->mem;
  g->shared.free = free_given;
  g->shared.refs = 1;
  rv = fill(g, scratch, o);
  if (rv != 0)
    free_given(&g->shared);
  else
    *out = g;
  return rv;
}

/* Shares that of the handle before, or makes one that the next can share. */
static int share(struct given **out, sluice_scratch *scratch,
                 const sluice_options *o)
{
  struct buf *key = &scratch->work;
  sluice_text same;
  int rv;

  sluice__buf_clear(key);
  put_key(key, o);
  if (key->failed)
    return SLUICE_ERR_NOMEM;
  same = sluice__buf_as_text(key);
  if (scratch->last != NULL &&
      sluice__text_eq(sluice__word_text(scratch->last->key), same)) {
    scratch->last->refs++;
    *out = (struct given *)scratch->last;
    return 0;
  }
  rv = new_given(out, scratch, o);
  if (rv != 0)
    return rv;
  rv = sluice__word_set(&(*out)->shared.key, &scratch->mem, same);
  if (rv != 0)
    free_given(&(*out)->shared);
  else
    sluice__scratch_keep(scratch, &(*out)->shared);
  return rv;
}

int sluice__given_get(struct given **out, sluice_scratch *scratch,
                      const sluice_options *o)
{
  return o->scratch != NULL ? share(out, scratch, o)
                            : new_given(out, scratch, o);
}
