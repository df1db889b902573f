/* SPDX-License-Identifier: MIT */
/* outlet.h - where events leave: numbered, written, handed to the callback. */
#ifndef SLUICE_SRC_OUTLET_H
#define SLUICE_SRC_OUTLET_H

#include <sluice/event.h>

#include "scratch.h"

struct outlet {
  const sluice_mem *mem;
  sluice_scratch *scratch;
  uint32_t *counts;      /* anomalies */
  struct limits *limits; /* of the response */
  sluice_event_cb cb;    /* NULL: nobody listens */
  void *user;
  uint64_t seed;     /* of all ids */
  uint64_t sequence; /* number of the next event */
  uint32_t added;    /* items announced so far: the next output_index */
  uint32_t flags;    /* SLUICE_OBFUSCATION, SLUICE_DONE_MARK */
  int paused, aborted;
};

/* Numbers, writes and sends one event. 0, SLUICE_ERR_CALLBACK or
 * SLUICE_ERR_NOMEM; only a sent event has used its number. */
int sluice__outlet_send(struct outlet *o, sluice_event *e);

#endif
