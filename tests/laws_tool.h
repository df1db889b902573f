/* SPDX-License-Identifier: MIT */
/* laws_tool.h - the life of a call, or of what a tool server says: which
 * members the item has, which events come between added and done, and in which
 * order. */
#ifndef SLUICE_TESTS_LAWS_TOOL_H
#define SLUICE_TESTS_LAWS_TOOL_H

#include "laws_shape.h"

struct tool_kind;

/* How far an item has come. Each step is an event. */
enum tool_stage {
  TOOL_ADDED,
  TOOL_BEGUN, /* in_progress */
  TOOL_CONTENT_DONE,
  TOOL_AT_WORK, /* searching, interpreting, generating */
  TOOL_COMPLETED,
  TOOL_FAILED
};

/* NULL: the item is neither. */
const struct tool_kind *tool_kind_of(json_t *item);

/* Each function returns 1, or 0 with what is wrong in `wrong`. */
int tool_shape(const struct tool_kind *k, json_t *item, struct bytes *wrong);
int tool_is_new(const struct tool_kind *k, json_t *item, struct bytes *wrong);

/* The members that an event of any such item has. NULL: it is of none. `*name`
 * becomes the static form of the type. */
const struct member *tool_event_keys(const char *type, const char **name);

/* An event of the family of the open item. `text` gathers its deltas. */
int tool_event(const struct tool_kind *k, enum tool_stage *stage,
               const char *type, json_t *event, struct bytes *text,
               struct bytes *wrong);

/* The item when it is done; `added` is what it was. */
int tool_done(const struct tool_kind *k, enum tool_stage stage, json_t *added,
              json_t *item, const struct bytes *text, struct bytes *wrong);

/* A hosted tool may have no result: then its item is incomplete or failed in a
 * response that completed. */
int tool_is_hosted(const struct tool_kind *k);

/* A list of tools is no answer to anyone. */
int tool_is_answer(const struct tool_kind *k);

#endif
