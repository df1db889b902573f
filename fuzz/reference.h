/* SPDX-License-Identifier: MIT */
/* reference.h - an event stream decoded in the plainest way: the whole of it at
 * once, line by line, as the standard says it, to compare with. */
#ifndef SLUICE_FUZZ_REFERENCE_H
#define SLUICE_FUZZ_REFERENCE_H

#include <sluice/sse.h>

#include "../tests/bytes.h"

struct reference {
  size_t max_payload;
  /* Called for each event. */
  void (*event)(void *user, const sluice_sse_event *e);
  void *user;
  uint64_t comments;
  int too_long; /* an event was; nothing comes after that */
  struct bytes data;
};

/* `event`, `user` and `max_payload` are set. */
void reference_decode(struct reference *r, const char *p, size_t n);

#endif
