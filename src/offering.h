/* SPDX-License-Identifier: MIT */
/* offering.h - the tools of a request and the choice among them, as a chat
 * request says it. */
#ifndef SLUICE_SRC_OFFERING_H
#define SLUICE_SRC_OFFERING_H

#include "toolset.h"

/* Writes tools, tool_choice and parallel_tool_calls. 0; SLUICE_ERR_REQUEST with
 * the fault set; SLUICE_ERR_NOMEM. */
int sluice__offering_put(struct asked *a, struct toolset *t);

#endif
