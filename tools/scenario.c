/* SPDX-License-Identifier: MIT */
#include "scenario.h"

#include <stdio.h>
#include <stdlib.h>

#include "heap.h"
#include "report.h"

#define FORM                                                                   \
  "{\"tool_types\": {...}, \"rounds\": [{\"sse\": FILE, \"tool_results\": "    \
  "[...]}, ...]}"

static uint32_t get(const struct scenario *s, uint32_t object, const char *key)
{
  return sluice__json_get(&s->document.json, object, key);
}

static enum json_type type_of(const struct scenario *s, uint32_t node)
{
  return sluice__json_type(&s->document.json, node);
}

/* ---- the scenario ------------------------------------------------------ */

static int take_limit(struct scenario *s)
{
  uint32_t node = get(s, 0, "max_tool_calls");
  int64_t most = 0;

  if (type_of(s, node) <= JSON_NULL)
    return 0;
  if (type_of(s, node) != JSON_NUMBER ||
      !sluice__json_integral(&s->document.json, node, &most) || most < 1 ||
      most > UINT32_MAX)
    return document_fault(&s->document, node,
                          "max_tool_calls is no number above 0");
  s->max_tool_calls = (uint32_t)most;
  return 0;
}

int scenario_open(struct scenario *s, const char *path)
{
  uint32_t tools, files;

  memset(s, 0, sizeof(*s));
  files_init(&s->files);
  if (document_open(&s->document, path, FORM) != 0)
    return -1;
  tools = get(s, 0, "tool_types");
  if (type_of(s, tools) > JSON_NULL &&
      toolbox_take(&s->tools, &s->document, tools) != 0)
    return -1;
  files = get(s, 0, "citation_files");
  s->has_files = type_of(s, files) > JSON_NULL;
  if (s->has_files && files_take(&s->files, &s->document, files) != 0)
    return -1;
  s->rounds = get(s, 0, "rounds");
  if (sluice__json_child(&s->document.json, s->rounds) == JSON_ABSENT ||
      type_of(s, s->rounds) != JSON_ARRAY)
    return document_fault(&s->document, s->rounds,
                          "no rounds in it; it should be " FORM);
  return take_limit(s);
}

void scenario_close(struct scenario *s)
{
  toolbox_free(&s->tools);
  files_free(&s->files);
  document_close(&s->document);
  free(s->path);
  s->path = NULL;
}

uint32_t scenario_next(const struct scenario *s, uint32_t round)
{
  const struct json *j = &s->document.json;

  return round == JSON_ABSENT ? sluice__json_child(j, s->rounds)
                              : sluice__json_sibling(j, s->rounds, round);
}

const char *scenario_path(struct scenario *s, uint32_t round)
{
  const char *slash = strrchr(s->document.path, '/');
  int folder = slash == NULL ? 0 : (int)(slash - s->document.path) + 1;
  uint32_t node = get(s, round, "sse");
  sluice_str name;
  size_t size;

  if (type_of(s, node) != JSON_STRING) {
    document_fault(&s->document, round, "a round without a file in `sse`");
    return NULL;
  }
  if (document_text(&s->document, node, &name) != 0)
    return NULL;
  if (name.n > 0 && name.p[0] == '/')
    folder = 0;
  size = (size_t)folder + name.n + 1;
  free(s->path);
  s->path = (char *)malloc(size);
  if (s->path == NULL) {
    heap_report();
    return NULL;
  }
  snprintf(s->path, size, "%.*s%.*s", folder, s->document.path, (int)name.n,
           name.p);
  return s->path;
}

/* ---- results ----------------------------------------------------------- */

/* The id of the call that the result is for; without one in the file, that of
 * the first that is pending. */
static int find_id(struct scenario *s, uint32_t entry, sluice_translator *t,
                   char *id, size_t cap, sluice_text *out)
{
  uint32_t node = get(s, entry, "call_id");
  sluice_pending pending;
  sluice_str plain;

  if (type_of(s, node) <= JSON_NULL) {
    if (sluice_translator_pending(t, 0, &pending) != SLUICE_OK)
      return document_fault(&s->document, entry,
                            "a result, but no call of the round waits for one");
    *out = pending.call_id;
    return 0;
  }
  if (document_text(&s->document, node, &plain) != 0)
    return -1;
  out->p = id;
  out->n = sluice_text_encode(plain, id, cap);
  if (out->n > cap)
    return document_fault(&s->document, node, "a call_id that is too long");
  return 0;
}

static int hand_back(struct scenario *s, uint32_t entry, sluice_translator *t,
                     const sluice_result *result)
{
  char id[1024];
  sluice_text call_id = {"", 0};
  sluice_status status;

  if (find_id(s, entry, t, id, sizeof(id), &call_id) != 0)
    return -1;
  status = sluice_translator_result(t, call_id, result);
  /* A recorded result of a call that was skipped says just that. */
  if (status == SLUICE_ERR_STATE && s->max_tool_calls == 0)
    return document_fault(
        &s->document, entry,
        sluice_translator_status(t) == SLUICE_RESPONSE_IN_PROGRESS
            ? "a second result for a call"
            : "a result, but no call of the round waits for one");
  if (status != SLUICE_ERR_ARG)
    return 0; /* how the response ended is for others to say */
  return document_fault(&s->document, entry,
                        "a result for a call that does not wait for one, or "
                        "`results` that are no array");
}

static int take_result(struct scenario *s, uint32_t entry, sluice_translator *t)
{
  uint32_t files = get(s, entry, "files"), error = get(s, entry, "error");
  struct files known;
  sluice_result result;
  int rv = 0;

  memset(&result, 0, sizeof(result));
  files_init(&known);
  if (type_of(s, entry) != JSON_OBJECT)
    return document_fault(&s->document, entry, "a result is no object");
  if (document_text(&s->document, get(s, entry, "output"), &result.output) !=
          0 ||
      (type_of(s, error) != JSON_FALSE &&
       document_text(&s->document, error, &result.error) != 0) ||
      document_text(&s->document, get(s, entry, "results"), &result.results) !=
          0)
    return -1;
  if (type_of(s, files) > JSON_NULL)
    rv = files_take(&known, &s->document, files);
  if (rv == 0) {
    result.files = known.list;
    result.file_count = known.count;
    rv = hand_back(s, entry, t, &result);
  }
  files_free(&known);
  return rv;
}

int scenario_results(struct scenario *s, uint32_t round, sluice_translator *t)
{
  uint32_t list = get(s, round, "tool_results"), entry;
  const struct json *j = &s->document.json;

  if (type_of(s, list) <= JSON_NULL)
    return 0;
  if (type_of(s, list) != JSON_ARRAY)
    return document_fault(&s->document, list, "tool_results are no array");
  for (entry = sluice__json_child(j, list); entry != JSON_ABSENT;
       entry = sluice__json_sibling(j, list, entry))
    if (take_result(s, entry, t) != 0)
      return -1;
  return 0;
}

int scenario_mcp_tools(struct scenario *s, uint32_t holder,
                       sluice_translator *t)
{
  const struct json *j = &s->document.json;
  uint32_t list = get(s, holder, "mcp_tools"), entry;
  sluice_str label, tools, error;

  if (type_of(s, list) > JSON_NULL && type_of(s, list) != JSON_ARRAY)
    return document_fault(&s->document, list, "mcp_tools are no array");
  for (entry = sluice__json_child(j, list); entry != JSON_ABSENT;
       entry = sluice__json_sibling(j, list, entry)) {
    if (document_text(&s->document, get(s, entry, "server_label"), &label) !=
            0 ||
        document_text(&s->document, get(s, entry, "tools"), &tools) != 0 ||
        document_text(&s->document, get(s, entry, "error"), &error) != 0)
      return -1;
    if (sluice_translator_mcp_tools(t, label, tools, error) == SLUICE_ERR_ARG)
      return document_fault(&s->document, entry,
                            "`tools` of a server are no array");
  }
  return 0;
}
