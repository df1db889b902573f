/* SPDX-License-Identifier: MIT */
/* scratch.h - the buffers that are used only while a call runs. */
#ifndef SLUICE_SRC_SCRATCH_H
#define SLUICE_SRC_SCRATCH_H

#include <sluice/event.h>

#include "mould.h"

/* The event in `out`, when it is a delta that another one may follow with only
 * its text and its number changed. */
struct repeat {
  const void *owner; /* whose event it is; NULL: there is none */
  size_t head;       /* bytes of it before the text */
  sluice_str behind; /* what stands between the text and the number */
  char digits[20];   /* the number */
  size_t digits_n;
  sluice_event event;
};

struct sluice_scratch {
  sluice_mem mem;
  struct json json;     /* the nodes of the payload */
  struct moulds moulds; /* shapes of payloads that came before */
  sluice_delta *deltas; /* of the payload */
  size_t delta_count, delta_cap;
  size_t delta_max;  /* of this payload */
  struct buf made;   /* clean text that deltas point to */
  struct buf clean;  /* text of one delta, cleaned */
  struct buf work;   /* whatever one function needs for a moment */
  struct buf joined; /* text that was held back, and what follows it */
  struct buf out;    /* the event being written */
  struct repeat repeat;
  uint8_t busy; /* a call that uses it is running: no other may */
};

/* One more delta, zeroed, its type and choice set. NULL: out of memory, or
 * delta_max were there. Valid until the next one is added. */
sluice_delta *sluice__delta_add(sluice_scratch *s, sluice_delta_type type,
                                int64_t choice);

/* `out`, empty, for something else. */
struct buf *sluice__scratch_out(sluice_scratch *s);

/* The scratch of the options, or a new one (*own is 1 then). NULL: out of
 * memory. */
sluice_scratch *sluice__scratch_of(const sluice_options *o, int *own);

#endif
