/* SPDX-License-Identifier: MIT */
/* toolbox.h - which tool is what: {"name": "function", "other": {"type": …}}.
 */
#ifndef SLUICE_TOOLS_TOOLBOX_H
#define SLUICE_TOOLS_TOOLBOX_H

#include <sluice/tool.h>

#include "document.h"

struct toolbox {
  sluice_tool *tools; /* their strings live in the document */
  size_t count;
};

/* Takes the members of an object of the document, which must stay open.
 * Returns 0, or -1 when one is wrong, which stderr then says. */
int toolbox_take(struct toolbox *box, struct document *d, uint32_t object);

/* Sets the members of `o` that say which tools there are. */
void toolbox_set(const struct toolbox *box, sluice_options *o);
void toolbox_free(struct toolbox *box);

/* The type of tool that a node names. 0; or -1 when it is none, which stderr
 * then says, with `what`. */
int toolbox_type(const struct document *d, uint32_t node, const char *what,
                 sluice_tool_type *type);

/* A member of a tool: a string, or nothing. 0, or -1 when it is anything else,
 * which stderr then says. */
int toolbox_member(struct document *d, uint32_t object, const char *key,
                   sluice_str *out);

#endif
