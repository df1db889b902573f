/* SPDX-License-Identifier: MIT */
/* output.h - the output items of a response: opening, growing and closing them
 * is the only way to send an event about one.
 *
 * One item is open at a time. What comes for a later item waits, and is sent
 * when its turn comes.
 */
#ifndef SLUICE_SRC_OUTPUT_H
#define SLUICE_SRC_OUTPUT_H

#include <sluice/event.h>

#include "cite.h"
#include "fold.h"
#include "ids.h"

/*  WAITING -> OPEN -> DONE      an item that is announced when its turn comes
 *     `-----------------^       one that had nothing to show */
enum item_state { ITEM_WAITING, ITEM_OPEN, ITEM_DONE };

struct note {
  sluice_annotation pub;
  char bytes[]; /* of its strings */
};

struct part {
  sluice_part pub;
  struct buf text, logprobs;
  struct note *last_note;
  uint32_t notes;
  uint8_t text_done; /* its text was closed, the part not yet */
};

/* Text that waits: one kind, all that came together. */
struct run {
  struct run *next;
  enum kind kind;
  struct buf text, logprobs;
};

struct item {
  sluice_item pub;
  struct item *next;
  enum item_state state;
  struct part *part, *last_part; /* the open one; the last one */
  uint32_t part_count;
  struct run *runs, *last_run; /* while it waits */
  struct call *call;           /* of a function_call */
  struct buf arguments;
  size_t sent; /* of the arguments */
  char id[SLUICE_ID_MAX], minted[SLUICE_ID_MAX];
};

/* How the items end. */
enum closing { CLOSE_COMPLETED, CLOSE_CUT, CLOSE_FAILED };

struct output {
  const sluice_mem *mem;
  sluice_scratch *scratch;
  uint32_t *counts;
  sluice_event_cb cb; /* NULL: nobody listens */
  void *user;
  uint64_t seed;
  sluice_reasoning reasoning;
  uint32_t max_items, max_annotations;
  int citations;

  struct item *items, *last; /* in order of appearance */
  struct item *head;         /* the first that is not done */
  const sluice_item *done;   /* those that are done, linked by pub.next */
  sluice_item *last_done;
  uint32_t item_count, added, annotations;
  uint64_t sequence;
  int paused, aborted;

  enum kind showing;   /* the kind of text that head is in */
  struct cite cite;    /* of that text */
  struct buf logprobs; /* that go with the next text */
};

/* 0, or what sluice__cite_init returns. */
int sluice__output_init(struct output *o, const sluice_mem *mem,
                        sluice_scratch *scratch, const sluice_options *options,
                        uint32_t *counts, sluice_event_cb cb, void *user);
void sluice__output_free(struct output *o);
void sluice__output_clear(struct output *o); /* no items; settings kept */

/* All below return 0, SLUICE_ERR_CALLBACK, _LIMIT, _NOMEM or _PROTOCOL. */

/* Numbers, writes and sends one event. */
int sluice__output_send(struct output *o, sluice_event *e);

/* Text of a kind (not KIND_CALL) came; arguments of a call; log probabilities
 * of the text that follows. */
int sluice__output_text(struct output *o, enum kind kind, sluice_text text);
int sluice__output_call(struct output *o, struct call *call, sluice_text text);
int sluice__output_logprobs(struct output *o, sluice_text entries);

/* Closes all items, and for CLOSE_COMPLETED adds a message with empty text if
 * there is neither message nor call. */
int sluice__output_close(struct output *o, enum closing how);

#endif
