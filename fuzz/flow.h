/* SPDX-License-Identifier: MIT */
/* flow.h - one stream through one translator, and what must be so whatever the
 * stream is. */
#ifndef SLUICE_FUZZ_FLOW_H
#define SLUICE_FUZZ_FLOW_H

#include "../tests/bytes.h"
#include "../tests/heap.h"
#include "head.h"

struct flow {
  sluice_translator *t; /* NULL: there was no memory, or it was freed */
  const struct head *head;
  struct heap *memory; /* NULL: the library's own */
  struct bytes wire;   /* the events, without the mark of the end */
  struct bytes last;   /* the response of the last lifecycle event */
  size_t events;       /* so far */
  size_t terminals;
  sluice_event_type terminal; /* the last of those */
  int pauses;                 /* asked for in this call */
  int aborted;                /* a callback said so */
  sluice_status fed;          /* what the last feed returned */
  sluice_status finished;
};

/* Makes the translator. `scratch` NULL: its own. Returns SLUICE_OK or
 * SLUICE_ERR_NOMEM. */
sluice_status flow_open(struct flow *f, const struct head *head,
                        struct heap *memory, sluice_scratch *scratch);

/* Feeds, again after each pause, until an error. */
void flow_feed(struct flow *f, const char *p, size_t n);

/* The stream of the head, in pieces of `push` bytes; 0: all at once. */
void flow_feed_all(struct flow *f, size_t push);

/* Finishes, and checks that all that is said about the end agrees. */
void flow_finish(struct flow *f);

/* Empty again, for another stream. */
void flow_again(struct flow *f);

/* Frees the translator, not what came out. */
void flow_close(struct flow *f);

/* The laws of a Responses stream over what came out. `good`, when memory
 * failed: the same run with enough; else NULL. What comes behind the place
 * where memory ran out only ends what was open. */
void flow_judge(const struct flow *f, const struct flow *good);

#endif
