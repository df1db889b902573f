/* SPDX-License-Identifier: MIT */
#include "toolbox.h"

#include "heap.h"
#include "report.h"

static const char *const types[] = {
#define X(NAME, name) name,
    SLUICE_TOOL_TYPES(X)
#undef X
};

int toolbox_type(const struct document *d, uint32_t node, const char *what,
                 sluice_tool_type *type)
{
  int i;

  for (i = 0; i < SLUICE_TOOL_TYPE_COUNT; i++) {
    if (sluice__json_is(&d->json, node, types[i])) {
      *type = (sluice_tool_type)i;
      return 0;
    }
  }
  return document_fault(d, node, what);
}

static int take_type(struct document *d, uint32_t node, sluice_tool *tool)
{
  return toolbox_type(
      d, node,
      "no type of tool; there are function, custom, file_search_call, "
      "web_search_call, mcp_call, code_interpreter_call, "
      "image_generation_call, mcp_approval_request",
      &tool->type);
}

int toolbox_member(struct document *d, uint32_t object, const char *key,
                   sluice_str *out)
{
  uint32_t node = sluice__json_get(&d->json, object, key);

  if (sluice__json_type(&d->json, node) > JSON_NULL &&
      sluice__json_type(&d->json, node) != JSON_STRING)
    return document_fault(d, node, "a member of a tool that is no string");
  return document_text(d, node, out);
}

static int take_tool(struct document *d, uint32_t key, sluice_tool *tool)
{
  uint32_t value = key + 1;

  if (document_text(d, key, &tool->name) != 0)
    return -1;
  if (sluice__json_type(&d->json, value) == JSON_STRING)
    return take_type(d, value, tool);
  if (sluice__json_type(&d->json, value) != JSON_OBJECT)
    return document_fault(d, value, "a tool is a type or an object with one");
  if (take_type(d, sluice__json_get(&d->json, value, "type"), tool) != 0 ||
      toolbox_member(d, value, "server_label", &tool->server_label) != 0 ||
      toolbox_member(d, value, "container_id", &tool->container_id) != 0 ||
      toolbox_member(d, value, "namespace", &tool->name_space) != 0 ||
      toolbox_member(d, value, "name", &tool->shown) != 0)
    return -1;
  return 0;
}

int toolbox_take(struct toolbox *box, struct document *d, uint32_t object)
{
  uint32_t key;
  size_t most = 0;

  if (sluice__json_type(&d->json, object) != JSON_OBJECT)
    return document_fault(d, object, "the tools are no object");
  for (key = sluice__json_child(&d->json, object); key != JSON_ABSENT;
       key = sluice__json_sibling(&d->json, object, key))
    most++;
  box->tools =
      (sluice_tool *)sluice__new(heap(), (most + 1) * sizeof(*box->tools));
  if (box->tools == NULL) {
    heap_report();
    return -1;
  }
  for (key = sluice__json_child(&d->json, object); key != JSON_ABSENT;
       key = sluice__json_sibling(&d->json, object, key))
    if (take_tool(d, key, &box->tools[box->count++]) != 0)
      return -1;
  return 0;
}

void toolbox_set(const struct toolbox *box, sluice_options *o)
{
  o->tools = box->tools;
  o->tool_count = box->count;
}

void toolbox_free(struct toolbox *box)
{
  sluice__free(heap(), box->tools);
  box->tools = NULL;
  box->count = 0;
}
