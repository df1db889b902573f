/* SPDX-License-Identifier: MIT */
#include "play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void die(const struct play *p, const char *what)
{
  fprintf(stderr, "tests/play.c: %s: %s\n", p->name, what);
  exit(99);
}

static sluice_str str_of(json_t *v)
{
  sluice_str s = {"", 0};

  if (json_is_string(v)) {
    s.p = json_string_value(v);
    s.n = json_string_length(v);
  }
  return s;
}

static sluice_str member(json_t *object, const char *key)
{
  return str_of(json_object_get(object, key));
}

/* ---- reading ------------------------------------------------------------ */

static sluice_tool_type type_of(const struct play *p, json_t *v)
{
  static const char *const names[] = {
#define X(NAME, name) name,
      SLUICE_TOOL_TYPES(X)
#undef X
  };
  int i;

  for (i = 0; i < SLUICE_TOOL_TYPE_COUNT; i++)
    if (json_is_string(v) && strcmp(json_string_value(v), names[i]) == 0)
      return (sluice_tool_type)i;
  die(p, "no type of tool");
  return SLUICE_TOOL_FUNCTION;
}

static void read_tools(struct play *p)
{
  json_t *v;
  const char *name;

  json_object_foreach(json_object_get(p->scenario, "tool_types"), name, v)
  {
    sluice_tool *tool = &p->tools[p->setup.o.tool_count];

    if (p->setup.o.tool_count++ == PLAY_TOOLS)
      die(p, "too many tools");
    tool->name.p = name;
    tool->name.n = strlen(name);
    tool->type = type_of(p, json_is_object(v) ? json_object_get(v, "type") : v);
    tool->server_label = member(v, "server_label");
    tool->container_id = member(v, "container_id");
    tool->name_space = member(v, "namespace");
    tool->shown = member(v, "name");
  }
  p->setup.o.tools = p->tools;
}

static size_t read_files(const struct play *p, json_t *object,
                         sluice_file files[16])
{
  size_t n = 0;
  const char *id;
  json_t *v;

  json_object_foreach(object, id, v)
  {
    if (n == 16)
      die(p, "too many files");
    files[n].id.p = id;
    files[n].id.n = strlen(id);
    files[n++].name = str_of(v);
  }
  return n;
}

static void read_options(struct play *p)
{
  json_t *files = json_object_get(p->scenario, "citation_files"), *line;
  size_t i;

  json_array_foreach(json_object_get(p->scenario, "options"), i, line)
  {
    setup_read(&p->setup, json_string_value(line));
  }
  if (files != NULL) {
    p->setup.o.file_count = read_files(p, files, p->setup.files);
    p->setup.o.files = p->setup.files;
  }
  p->setup.o.max_tool_calls = (uint32_t)json_integer_value(
      json_object_get(p->scenario, "max_tool_calls"));
}

static void read_streams(struct play *p)
{
  json_t *round;
  char path[512];
  size_t i;

  json_array_foreach(json_object_get(p->scenario, "rounds"), i, round)
  {
    if (i == PLAY_ROUNDS)
      die(p, "too many rounds");
    snprintf(path, sizeof(path), "%s%s", p->folder, member(round, "sse").p);
    if (!bytes_read(&p->in[i], path))
      die(p, path);
    p->rounds = i + 1;
  }
  if (p->rounds == 0)
    die(p, "no rounds");
}

void play_read(struct play *p, const char *name)
{
  play_read_in(p, PLAY_CORPUS, name);
}

void play_read_in(struct play *p, const char *folder, const char *name)
{
  char path[512];
  json_error_t error;

  memset(p, 0, sizeof(*p));
  snprintf(p->name, sizeof(p->name), "%s", name);
  snprintf(p->folder, sizeof(p->folder), "%s", folder);
  snprintf(path, sizeof(path), "%s%s.json", folder, name);
  p->scenario = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
  if (p->scenario == NULL)
    die(p, error.text);
  setup_init(&p->setup);
  read_tools(p);
  read_options(p);
  read_streams(p);
}

void play_free(struct play *p)
{
  size_t i;

  for (i = 0; i < p->rounds; i++)
    bytes_free(&p->in[i]);
  setup_free(&p->setup);
  json_decref(p->scenario);
}

/* ---- playing ------------------------------------------------------------ */

static void show_text(struct run *r, sluice_text text)
{
  bytes_puts(&r->text, " ");
  bytes_put(&r->text, text.n == 0 ? "" : text.p, text.n);
}

/* JSON of another type than string stands in the scenario as itself. */
static sluice_str as_json(json_t *v, char **owned)
{
  sluice_str s = str_of(v);

  *owned = NULL;
  if (v == NULL || json_is_string(v) || json_is_null(v))
    return s;
  *owned = json_dumps(v, JSON_COMPACT | JSON_ENCODE_ANY);
  s.p = *owned;
  s.n = strlen(*owned);
  return s;
}

static void mcp_tools(struct run *r, json_t *holder)
{
  json_t *entry;
  size_t i;

  json_array_foreach(json_object_get(holder, "mcp_tools"), i, entry)
  {
    sluice_str label = member(entry, "server_label");
    char *owned;
    sluice_str tools = as_json(json_object_get(entry, "tools"), &owned);
    sluice_status status =
        sluice_translator_mcp_tools(r->t, label, tools, member(entry, "error"));

    bytes_printf(&r->text, "# mcp_tools %s %s\n", label.p,
                 sluice_status_name(status));
    free(owned);
  }
}

static void show_pending(struct run *r)
{
  static const char *const names[] = {
#define X(NAME, name) name,
      SLUICE_TOOL_TYPES(X)
#undef X
  };
  sluice_pending call;
  uint32_t n;

  for (n = 0; sluice_translator_pending(r->t, n, &call) == SLUICE_OK; n++) {
    bytes_puts(&r->text, "# pending");
    show_text(r, call.call_id);
    bytes_printf(&r->text, " %s", names[call.type]);
    show_text(r, call.name);
    show_text(r, call.arguments);
    bytes_puts(&r->text, "\n");
  }
}

/* A result without an id is for the call that waits longest. */
static sluice_status answer(const struct play *p, struct run *r, json_t *entry)
{
  sluice_str id = member(entry, "call_id");
  char *owned, encoded[256], *output;
  sluice_file files[16];
  sluice_result result;
  sluice_pending call;
  sluice_text call_id = {encoded, 0};
  sluice_status status;

  memset(&result, 0, sizeof(result));
  call_id.n = sluice_text_encode(id, encoded, sizeof(encoded));
  if (id.n == 0 && sluice_translator_pending(r->t, 0, &call) == SLUICE_OK) {
    call_id.n = call.call_id.n;
    memcpy(encoded, call.call_id.p, call_id.n);
  }
  result.output = as_json(json_object_get(entry, "output"), &output);
  result.error = member(entry, "error");
  result.results = as_json(json_object_get(entry, "results"), &owned);
  result.file_count = read_files(p, json_object_get(entry, "files"), files);
  result.files = files;
  bytes_puts(&r->text, "# answer");
  show_text(r, call_id);
  bytes_puts(&r->text, "\n");
  status = sluice_translator_result(r->t, call_id, &result);
  bytes_printf(&r->text, "# result %s\n", sluice_status_name(status));
  free(owned);
  free(output);
  return status;
}

/* Returns 1 when the next round may begin. */
static int results(const struct play *p, struct run *r, json_t *round)
{
  sluice_str messages;
  sluice_status status = SLUICE_MORE;
  json_t *entry;
  size_t i;

  show_pending(r);
  json_array_foreach(json_object_get(round, "tool_results"), i, entry)
  {
    status = answer(p, r, entry);
    if (status != SLUICE_MORE)
      return 0;
  }
  status = sluice_translator_messages(r->t, &messages);
  if (status == SLUICE_OK) {
    bytes_puts(&r->text, "# messages ");
    bytes_put(&r->text, messages.p, messages.n);
    bytes_puts(&r->text, "\n");
  } else {
    bytes_printf(&r->text, "# messages %s\n", sluice_status_name(status));
  }
  return status == SLUICE_OK || status == SLUICE_ERR_NOMEM;
}

static int next_round(struct run *r)
{
  sluice_status status = sluice_translator_next_round(r->t);

  bytes_printf(&r->text, "# next_round %s\n", sluice_status_name(status));
  return status == SLUICE_OK;
}

static void feed(struct run *r, const struct bytes *in, size_t step)
{
  size_t at, n;

  for (at = 0; at < in->n; at += n) {
    n = in->n - at < step ? in->n - at : step;
    run_feed(r, in->p + at, n);
  }
}

static json_t *round_at(const struct play *p, size_t i)
{
  return json_array_get(json_object_get(p->scenario, "rounds"), i);
}

int play_begin(const struct play *p, struct run *r, size_t i)
{
  if (i == 0)
    mcp_tools(r, p->scenario);
  else if (!next_round(r))
    return 0;
  mcp_tools(r, round_at(p, i));
  return 1;
}

int play_end(const struct play *p, struct run *r, size_t i)
{
  sluice_status status = sluice_translator_end_round(r->t);

  bytes_printf(&r->text, "# end_round %s\n", sluice_status_name(status));
  return status == SLUICE_MORE && results(p, r, round_at(p, i));
}

void play_rest(const struct play *p, struct run *r, size_t i, size_t step)
{
  for (; i < p->rounds && play_begin(p, r, i); i++) {
    feed(r, &p->in[i], step);
    if (!play_end(p, r, i))
      break;
  }
  run_finish(r);
}

void play_run(const struct play *p, struct run *r, size_t step)
{
  play_rest(p, r, 0, step);
}
