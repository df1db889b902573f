/* SPDX-License-Identifier: MIT */
#include "turn.h"

static const struct turn turns[] = {
    {"message", TURN_MESSAGE, NULL, NULL, 0},
    {"function_call", TURN_CALL, "arguments", NULL, 0},
    {"function_call_output", TURN_OUTPUT, "output", NULL, 0},
    {"custom_tool_call", TURN_CALL, "input", NULL, 0},
    {"custom_tool_call_output", TURN_OUTPUT, "output", NULL, 0},
    {"local_shell_call", TURN_CALL, "action", "local_shell", 1},
    {"local_shell_call_output", TURN_OUTPUT, "output", NULL, 0},
    {"shell_call", TURN_CALL, "action", "shell", 1},
    {"shell_call_output", TURN_OUTPUT, "output", NULL, 1},
    {"apply_patch_call", TURN_CALL, "operation", "apply_patch", 1},
    {"apply_patch_call_output", TURN_OUTPUT, "output", NULL, 0},
    {"tool_search_call", TURN_CALL, "arguments", "tool_search", 1},
    {"tool_search_output", TURN_OUTPUT, "tools", NULL, 1},
    {"reasoning", TURN_REASONING, NULL, NULL, 0},
    {"additional_tools", TURN_TOOLS, "tools", NULL, 0},
    {"web_search_call", TURN_PAST, NULL, NULL, 0},
    {"file_search_call", TURN_PAST, NULL, NULL, 0},
    {"code_interpreter_call", TURN_PAST, NULL, NULL, 0},
    {"image_generation_call", TURN_PAST, NULL, NULL, 0},
    {"mcp_call", TURN_PAST, NULL, NULL, 0},
    {"mcp_list_tools", TURN_PAST, NULL, NULL, 0},
    {"mcp_approval_request", TURN_PAST, NULL, NULL, 0},
    {"item_reference", TURN_REFERENCE, NULL, NULL, 0},
};

#define TURN_COUNT (sizeof(turns) / sizeof(turns[0]))

/* A search that the server ran has no call_id: its call is past, and its output
 * is tools. */
static const struct turn past = {"", TURN_PAST, NULL, NULL, 0};
static const struct turn tools = {"", TURN_TOOLS, "tools", NULL, 0};
static const struct turn other = {"", TURN_OTHER, NULL, NULL, 0};

static const struct turn *searched(const struct asked *a, uint32_t item,
                                   const struct turn *turn)
{
  int is_search =
      turn->as_json && strncmp(turn->type, "tool_search_", 12) == 0 &&
      !sluice__asked_given(a, sluice__json_get(&a->json, item, "call_id"));

  if (!is_search)
    return turn;
  return turn->kind == TURN_CALL ? &past : &tools;
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
      *turn = searched(a, item, &turns[i]);
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
