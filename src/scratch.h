/* SPDX-License-Identifier: MIT */
/* scratch.h - the buffers that are used only while a call runs. */
#ifndef SLUICE_SRC_SCRATCH_H
#define SLUICE_SRC_SCRATCH_H

#include <sluice/chunk.h>
#include <sluice/event.h>

#include "moulds.h"
#include "repeat.h"
#include "text.h"
#include "word.h"

/* What several handles have in common. */
struct shared {
  const sluice_mem *mem; /* its own */
  uint32_t refs;         /* handles that have it, and the scratch */
  struct word *key;      /* what it was made of */
  void (*free)(struct shared *s);
};

struct sluice_scratch {
  sluice_mem mem;
  struct json json;     /* the nodes of the payload */
  struct moulds moulds; /* shapes of payloads that came before */
  sluice_delta *deltas; /* of the payload */
  size_t delta_count, delta_cap;
  size_t delta_max;       /* of this payload */
  struct buf made;        /* clean text that deltas point to */
  struct buf clean;       /* text of one delta, cleaned */
  struct buf work;        /* whatever one function needs for a moment */
  struct joined joined;   /* text that was held back, and what follows it */
  struct buf out;         /* the event being written */
  struct repeat repeat;   /* of that, when it is a delta */
  struct lane *lane;      /* lane.h; NULL: none was made yet */
  const void *lane_owner; /* the handle that may go on on it; NULL: none. What
                             it stands on is untouched since */
  sluice_item *items;     /* of the response, for its last event */
  size_t item_cap;
  struct shared *last; /* of the last handle: the next one may be like it */
  uint8_t busy;        /* a call that uses it is running: no other may */
};

/* One more delta, zeroed, its type and choice set. NULL: out of memory, or
 * delta_max were there. Valid until the next one is added. */
sluice_delta *sluice__delta_add(sluice_scratch *s, sluice_delta_type type,
                                int64_t choice);

/* `out`, empty, for something else. */
struct buf *sluice__scratch_out(sluice_scratch *s);
/* Takes it for the next handle, in place of the last. */
void sluice__scratch_keep(sluice_scratch *s, struct shared *shared);
void sluice__shared_drop(struct shared *s); /* one less has it; NULL: nothing */

/* Room for n items, which never gets less. NULL: out of memory, or n is 0. */
sluice_item *sluice__scratch_items(sluice_scratch *s, size_t n);

/* The scratch of the options, or a new one (*own is 1 then). NULL: out of
 * memory. */
sluice_scratch *sluice__scratch_of(const sluice_options *o, int *own);

#endif
