/* SPDX-License-Identifier: MIT */
/* wish.h - the members of a request besides its model, input and tools, as a
 * chat request says them. docs/requests.md has the table for people. */
#ifndef SLUICE_SRC_WISH_H
#define SLUICE_SRC_WISH_H

#include "asked.h"

/* What the translator, not the upstream, is told. */
struct wishes {
  int streams, obfuscation;
  uint32_t max_tool_calls; /* 0: any */
};

/* Refuses what cannot be served without a store. 0; SLUICE_ERR_REQUEST with the
 * fault set; SLUICE_ERR_NOMEM. */
int sluice__wish_check(struct asked *a, struct wishes *w);

/* Writes the members. Returns the same. */
int sluice__wish_put(struct asked *a, const struct wishes *w);

#endif
