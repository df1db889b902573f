/* SPDX-License-Identifier: MIT */
/* lint_steps.h - the steps that follow a stream, one for each kind of event:
 * the response (lint_response.c), its items (lint_item.c), their parts
 * (lint_part.c). For the files of the checker only.
 *
 * A step reads the event at hand in l->doc, whose node 0 is the event. It must
 * expect any shape: that was reported before, by the table of the schema.
 */
#ifndef SLUICE_TOOLS_LINT_STEPS_H
#define SLUICE_TOOLS_LINT_STEPS_H

#include "lint_state.h"

void lint_lifecycle(struct lint *l, const struct lint_route *route);
void lint_error(struct lint *l, const struct lint_route *route);
void lint_end(struct lint *l);

void lint_item_added(struct lint *l, const struct lint_route *route);
void lint_item_done(struct lint *l, const struct lint_route *route);
void lint_args_delta(struct lint *l, const struct lint_route *route);
void lint_args_done(struct lint *l, const struct lint_route *route);
void lint_progress(struct lint *l, const struct lint_route *route);
void lint_command_added(struct lint *l, const struct lint_route *route);
void lint_command_delta(struct lint *l, const struct lint_route *route);
void lint_command_done(struct lint *l, const struct lint_route *route);
void lint_nothing(struct lint *l, const struct lint_route *route);

void lint_part_added(struct lint *l, const struct lint_route *route);
void lint_part_done(struct lint *l, const struct lint_route *route);
void lint_text_delta(struct lint *l, const struct lint_route *route);
void lint_text_done(struct lint *l, const struct lint_route *route);
void lint_annotation(struct lint *l, const struct lint_route *route);
void lint_summary_added(struct lint *l, const struct lint_route *route);
void lint_summary_done(struct lint *l, const struct lint_route *route);
void lint_summary_delta(struct lint *l, const struct lint_route *route);
void lint_summary_text(struct lint *l, const struct lint_route *route);

/* The parts of an item that is done, against the item. */
void lint_parts_match(struct lint *l, struct lint_item *it, uint32_t item);

#endif
