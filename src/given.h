/* SPDX-License-Identifier: MIT */
/* given.h - what the options gave and nothing changes: the same for most
 * streams of a gateway. Handles of one scratch that are made one after the
 * other with the same options share it; that of the last one stays with the
 * scratch. */
#ifndef SLUICE_SRC_GIVEN_H
#define SLUICE_SRC_GIVEN_H

#include "cite.h"
#include "limit.h"
#include "scratch.h"
#include "word.h"

struct given {
  struct shared shared; /* first: the scratch knows this of it */
  sluice_mem mem;       /* of the handles; its own is the scratch's */
  struct caps caps;
  struct marking marking;
  struct table tools;
  struct word *model;
  int64_t (*clock)(void *user);
  void *clock_user;
  uint32_t flags, lenient, max_tool_calls;
  uint8_t reasoning;  /* sluice_reasoning */
  uint8_t has_hosted; /* some tool of the table is hosted */
};

/* `o` has all its defaults; `scratch` is that of the options, or the handle's
 * own. 0, SLUICE_ERR_ARG or SLUICE_ERR_NOMEM. To be given back with
 * sluice__shared_drop, before the scratch goes. */
int sluice__given_get(struct given **out, sluice_scratch *scratch,
                      const sluice_options *o);

#endif
