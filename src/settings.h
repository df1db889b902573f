/* SPDX-License-Identifier: MIT */
/* settings.h - the settings of a Responses request that the response shows
 * again: their names, their defaults, and what the published schema says a
 * value may be. */
#ifndef SLUICE_SRC_SETTINGS_H
#define SLUICE_SRC_SETTINGS_H

#include "shape.h"

/* In the order in which a response shows them. */
enum setting {
  SETTING_BACKGROUND,
  SETTING_CONVERSATION,
  SETTING_FREQUENCY_PENALTY,
  SETTING_INSTRUCTIONS,
  SETTING_MAX_OUTPUT_TOKENS,
  SETTING_MAX_TOOL_CALLS,
  SETTING_PARALLEL_TOOL_CALLS,
  SETTING_PRESENCE_PENALTY,
  SETTING_PREVIOUS_RESPONSE_ID,
  SETTING_PROMPT,
  SETTING_PROMPT_CACHE_KEY,
  SETTING_PROMPT_CACHE_RETENTION,
  SETTING_REASONING,
  SETTING_SAFETY_IDENTIFIER,
  SETTING_SERVICE_TIER,
  SETTING_STORE,
  SETTING_TEMPERATURE,
  SETTING_TEXT,
  SETTING_TOOL_CHOICE,
  SETTING_TOOLS,
  SETTING_TOP_LOGPROBS,
  SETTING_TOP_P,
  SETTING_TRUNCATION,
  SETTING_USER,
  SETTING_METADATA,
  SETTING_COUNT
};

/* One for each setting; `absent` is the default. */
extern const struct field sluice__settings[SETTING_COUNT];

#endif
