/* SPDX-License-Identifier: MIT */
#include "hosted.h"

#include "heap.h"
#include "toolbox.h"

static int take_call(struct document *d, uint32_t object, sluice_hosted *tool)
{
  uint32_t node = sluice__json_get(&d->json, object, "call");

  if (node == JSON_ABSENT)
    return 0; /* a function of the client */
  return toolbox_type(d, node,
                      "`call` is no type of tool, such as "
                      "function, web_search_call, mcp_call",
                      &tool->call);
}

static int take_tool(struct hosted_file *h, uint32_t type, uint32_t object)
{
  struct document *d = &h->document;
  sluice_hosted *tool = &h->list[h->count];
  uint32_t function = sluice__json_get(&d->json, object, "function");

  if (sluice__json_type(&d->json, function) != JSON_OBJECT ||
      sluice__json_type(&d->json, sluice__json_get(&d->json, function,
                                                   "name")) != JSON_STRING)
    return document_fault(d, object,
                          "it should be {\"function\": {\"name\": ...}, "
                          "\"call\": \"...\"}");
  if (document_text(d, type, &tool->type) != 0 ||
      document_text(d, function, &tool->function) != 0 ||
      take_call(d, object, tool) != 0 ||
      toolbox_member(d, object, "server_label", &tool->server_label) != 0 ||
      toolbox_member(d, object, "name", &tool->shown) != 0)
    return -1;
  h->count++;
  return 0;
}

static int take_type(struct hosted_file *h, uint32_t key)
{
  struct document *d = &h->document;
  uint32_t value = key + 1, tool;
  int rv = 0;

  if (sluice__json_type(&d->json, value) != JSON_ARRAY)
    return take_tool(h, key, value);
  for (tool = sluice__json_child(&d->json, value);
       rv == 0 && tool != JSON_ABSENT;
       tool = sluice__json_sibling(&d->json, value, tool))
    rv = take_tool(h, key, tool);
  return rv;
}

int hosted_open(struct hosted_file *h, const char *path)
{
  struct document *d = &h->document;
  uint32_t key;
  int rv = 0;

  memset(h, 0, sizeof(*h));
  if (path == NULL)
    return 0;
  if (document_open(d, path,
                    "{\"web_search\": {\"function\": {...}, "
                    "\"call\": \"web_search_call\"}, ...}") != 0)
    return -1;
  h->list =
      (sluice_hosted *)sluice__new(heap(), d->json.count * sizeof(*h->list));
  if (h->list == NULL) {
    heap_report();
    return -1;
  }
  for (key = sluice__json_child(&d->json, 0); rv == 0 && key != JSON_ABSENT;
       key = sluice__json_sibling(&d->json, 0, key))
    rv = take_type(h, key);
  return rv;
}

void hosted_close(struct hosted_file *h)
{
  if (h->document.path != NULL)
    document_close(&h->document);
  sluice__free(heap(), h->list);
}
