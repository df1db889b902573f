/* SPDX-License-Identifier: MIT */
#include "turn.h"

static const struct turn turns[] = {
    {"message", TURN_MESSAGE, NULL, TOLD_AS_IS, NULL, NULL},
    {"function_call", TURN_CALL, "arguments", TOLD_AS_IS, NULL, NULL},
    {"function_call_output", TURN_OUTPUT, "output", TOLD_AS_IS, NULL, NULL},
    {"custom_tool_call", TURN_CALL, "input", TOLD_TEXT, NULL, NULL},
    {"custom_tool_call_output", TURN_OUTPUT, "output", TOLD_AS_IS, NULL, NULL},
    {"local_shell_call", TURN_CALL, "action", TOLD_JSON, "local_shell", NULL},
    {"local_shell_call_output", TURN_OUTPUT, "output", TOLD_AS_IS, NULL, NULL},
    {"shell_call", TURN_CALL, "action", TOLD_JSON, "shell", NULL},
    {"shell_call_output", TURN_OUTPUT, "output", TOLD_JSON, NULL, NULL},
    {"apply_patch_call", TURN_CALL, "operation", TOLD_JSON, "apply_patch",
     NULL},
    {"apply_patch_call_output", TURN_OUTPUT, "output", TOLD_AS_IS, NULL, NULL},
    {"tool_search_call", TURN_CALL, "arguments", TOLD_JSON, "tool_search",
     NULL},
    {"tool_search_output", TURN_OUTPUT, "tools", TOLD_JSON, NULL, NULL},
    {"reasoning", TURN_REASONING, NULL, TOLD_AS_IS, NULL, NULL},
    {"additional_tools", TURN_TOOLS, "tools", TOLD_AS_IS, NULL, NULL},
    {"mcp_call", TURN_DONE, "arguments", TOLD_AS_IS, NULL, "output"},
    {"code_interpreter_call", TURN_DONE, "code", TOLD_TEXT, "code_interpreter",
     "outputs"},
    {"file_search_call", TURN_DONE, "queries", TOLD_JSON, "file_search",
     "results"},
    {"web_search_call", TURN_PAST, NULL, TOLD_AS_IS, NULL, NULL},
    {"image_generation_call", TURN_PAST, NULL, TOLD_AS_IS, NULL, NULL},
    {"mcp_list_tools", TURN_PAST, NULL, TOLD_AS_IS, NULL, NULL},
    {"mcp_approval_request", TURN_PAST, NULL, TOLD_AS_IS, NULL, NULL},
    {"item_reference", TURN_REFERENCE, NULL, TOLD_AS_IS, NULL, NULL},
};

#define TURN_COUNT (sizeof(turns) / sizeof(turns[0]))

static const struct turn past = {"", TURN_PAST, NULL, TOLD_AS_IS, NULL, NULL};
static const struct turn tools = {"",         TURN_TOOLS, "tools",
                                  TOLD_AS_IS, NULL,       NULL};
static const struct turn other = {"", TURN_OTHER, NULL, TOLD_AS_IS, NULL, NULL};

static int has(const struct asked *a, uint32_t item, const char *key)
{
  return sluice__asked_given(a, sluice__json_get(&a->json, item, key));
}

/* What the item is, by what it has besides its type. */
static const struct turn *refined(const struct asked *a, uint32_t item,
                                  const struct turn *turn)
{
  /* A search that the server ran has no call_id: its call is past, and its
   * output is tools. */
  if (strncmp(turn->type, "tool_search_", 12) == 0 && !has(a, item, "call_id"))
    return turn->kind == TURN_CALL ? &past : &tools;
  if (turn->kind == TURN_DONE && !has(a, item, turn->gives) &&
      !has(a, item, "error"))
    return &past; /* nothing came of it, or it is not told */
  return turn;
}

int sluice__turn_of(struct asked *a, const struct place *place, uint32_t item,
                    const struct turn **turn)
{
  uint32_t type;
  size_t i;
  int rv;

  *turn = &other;
  if (sluice__json_type(&a->json, item) != JSON_OBJECT)
    return sluice__asked_type(a, place, "an object");
  if (!sluice__asked_given(a, sluice__json_get(&a->json, item, "type")) &&
      sluice__asked_given(a, sluice__json_get(&a->json, item, "role"))) {
    *turn = &turns[0];
    return 0;
  }
  rv = sluice__asked_required(a, place, item, "type", JSON_STRING, &type);
  for (i = 0; rv == 0 && i < TURN_COUNT; i++)
    if (sluice__json_is(&a->json, type, turns[i].type))
      *turn = refined(a, item, &turns[i]);
  return rv;
}

uint32_t sluice__turn_id(const struct asked *a, const struct turn *turn,
                         uint32_t item, const char **key)
{
  uint32_t node = sluice__json_get(&a->json, item, "call_id");

  *key = "call_id";
  if (sluice__asked_given(a, node) ||
      strcmp(turn->type, "local_shell_call_output") != 0)
    return node;
  *key = "id"; /* the published form of that item has no other */
  return sluice__json_get(&a->json, item, "id");
}
