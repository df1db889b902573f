/* SPDX-License-Identifier: MIT */
/* settings.h - the settings of a Responses request that the response shows
 * again: their names, their defaults, and what the published schema says a
 * value may be. */
#ifndef SLUICE_SRC_SETTINGS_H
#define SLUICE_SRC_SETTINGS_H

#include "shape.h"

/* In the order in which a response shows them: NAME, its name there, its shape
 * (settings.c), and the default. */
#define SETTINGS(X)                                                            \
  X(BACKGROUND, "background", boolean, "false")                                \
  X(CONVERSATION, "conversation", conversation, "null")                        \
  X(FREQUENCY_PENALTY, "frequency_penalty", penalty, "0.0")                    \
  X(INSTRUCTIONS, "instructions", string, "null")                              \
  X(MAX_OUTPUT_TOKENS, "max_output_tokens", from_1, "null")                    \
  X(MAX_TOOL_CALLS, "max_tool_calls", count, "null")                           \
  X(PARALLEL_TOOL_CALLS, "parallel_tool_calls", boolean, "true")               \
  X(PRESENCE_PENALTY, "presence_penalty", penalty, "0.0")                      \
  X(PREVIOUS_RESPONSE_ID, "previous_response_id", string, "null")              \
  X(PROMPT, "prompt", prompt, "null")                                          \
  X(PROMPT_CACHE_KEY, "prompt_cache_key", string, "null")                      \
  X(PROMPT_CACHE_RETENTION, "prompt_cache_retention", cache_retention, "null") \
  X(REASONING, "reasoning", reasoning, "{\"effort\":null,\"summary\":null}")   \
  X(SAFETY_IDENTIFIER, "safety_identifier", string_to_64, "null")              \
  X(SERVICE_TIER, "service_tier", service_tier, "\"auto\"")                    \
  X(STORE, "store", boolean, "true")                                           \
  X(TEMPERATURE, "temperature", number_to_2, "1.0")                            \
  X(TEXT, "text", text,                                                        \
    "{\"format\":{\"type\":\"text\"},\"verbosity\":\"medium\"}")               \
  X(TOOL_CHOICE, "tool_choice", tool_choice, "\"auto\"")                       \
  X(TOOLS, "tools", tools, "[]")                                               \
  X(TOP_LOGPROBS, "top_logprobs", to_20, "0")                                  \
  X(TOP_P, "top_p", number_to_1, "1.0")                                        \
  X(TRUNCATION, "truncation", truncation, "\"disabled\"")                      \
  X(USER, "user", string, "null")                                              \
  X(METADATA, "metadata", string_map, "{}")

enum setting {
#define X(NAME, name, shape, absent) SETTING_##NAME,
  SETTINGS(X)
#undef X
      SETTING_COUNT
};

extern const struct field sluice__settings[SETTING_COUNT];

#endif
