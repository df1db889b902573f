/* SPDX-License-Identifier: MIT */
/* toolcall.h - the item of a tool call: what it is to the client, its arguments
 * and, when it is hosted, its result. Only shown when it is its turn. */
#ifndef SLUICE_SRC_TOOLCALL_H
#define SLUICE_SRC_TOOLCALL_H

#include <sluice/tool.h>

#include "item.h"

/* All return 0, SLUICE_ERR_CALLBACK or SLUICE_ERR_NOMEM. */

/* The embedder runs it, and its item waits for the result. */
int sluice__toolcall_hosted(const struct item *it);

/* What the table calls it. */
sluice_tool_type sluice__toolcall_type(const struct item *it);

/* Its arguments are complete. */
int sluice__toolcall_complete(const struct item *it);

/* Its name is final: settles its type, name and id, though its turn may be yet
 * to come. */
int sluice__toolcall_settle(struct outlet *o, const struct table *tools,
                            struct tree *ids, struct item *it);

/* The same for further arguments; all that is kept of them must be sent. */
struct buf *sluice__toolcall_repeats(const struct outlet *o,
                                     const struct item *it);

/* Shows what can be shown: announces the item once its name is final, sends
 * arguments that were not sent. `tools` says what the name means; `ids` holds
 * the ids that are taken; `later`: another item follows. */
int sluice__toolcall_show(struct outlet *o, const struct table *tools,
                          struct tree *ids, struct item *it, int later);

/* No more arguments come: closes them, and says that a hosted tool works. */
int sluice__toolcall_end(struct outlet *o, const struct table *tools,
                         struct tree *ids, struct item *it, enum closing how);

/* Closes it, but for output_item.done, and settles its status. */
int sluice__toolcall_close(struct outlet *o, const struct table *tools,
                           struct tree *ids, struct item *it, enum closing how);

/* Closes the open one with what of it was sent. Needs no memory. */
int sluice__toolcall_cut(struct outlet *o, struct item *it);

/* Keeps the result. Also returns SLUICE_ERR_ARG: `results` is no JSON array. */
int sluice__toolcall_answer(struct outlet *o, struct item *it,
                            const sluice_result *result);

/* A list of tools, as an item that is complete at once. Returns as above. */
int sluice__toolcall_list(struct outlet *o, struct item *it,
                          sluice_str server_label, sluice_str tools,
                          sluice_str error);

#endif
