/* SPDX-License-Identifier: MIT */
/* item.h - one output item: its parts or its arguments, and what waits for its
 * turn. */
#ifndef SLUICE_SRC_ITEM_H
#define SLUICE_SRC_ITEM_H

#include "fold.h"
#include "ids.h"
#include "member.h"
#include "outlet.h"
#include "table.h"
#include "tree.h"

/*  WAITING -> OPEN -> DONE      an item that is announced when its turn comes
 *     `-----------------^       one that had nothing to show */
enum item_state { ITEM_WAITING, ITEM_OPEN, ITEM_DONE };

/* How an item ends: well; because the answer was cut; because of a fault. */
enum closing { CLOSE_COMPLETED, CLOSE_CUT, CLOSE_FAILED };

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

/* What a call has sent behind its arguments, step by step. */
enum tool_step { TOOL_ARGUMENTS, TOOL_ARGUMENTS_DONE, TOOL_WORKING };

/* What only calls have. */
struct tooling {
  struct call *call;    /* while its round lasts */
  struct buf names;     /* name, then call_id */
  sluice_text name, id; /* in there: as the chat has them, final */
  struct leaf by_id;    /* once they are final */
  struct buf arguments; /* as the model wrote them */
  struct buf content;   /* input or code, decoded from them */
  struct member member;
  size_t decoded, sent; /* bytes of the arguments; of what is shown */
  struct buf queries, results, output, error;
  char minted[SLUICE_ID_MAX];
  uint8_t settled;  /* its type, name and id are final */
  uint8_t step;     /* enum tool_step */
  uint8_t complete; /* the arguments were one JSON value */
  uint8_t answered; /* the result is in */
};

struct item {
  sluice_item pub;
  struct item *next;
  uint32_t number; /* in order of appearance, from 0 */
  enum item_state state;
  struct part *part, *last_part; /* the open one; the last one */
  uint32_t part_count;
  enum kind last_kind;                        /* of the text that came for it */
  struct run *runs, *last_run;                /* while it waits */
  struct item *next_pending, *before_pending; /* while its result is wanted */
  struct buf encrypted;                       /* of reasoning */
  struct tooling *tool; /* of calls, and of what a tool server says */
  char id[SLUICE_ID_MAX];
};

/* A new item; with tooling for any type but message and reasoning. NULL: no
 * memory. */
struct item *sluice__item_new(const sluice_mem *mem, sluice_item_type type);
void sluice__item_free(const sluice_mem *mem, struct item *it);
void sluice__run_free(const sluice_mem *mem, struct run *r);
void sluice__part_free(const sluice_mem *mem, struct part *p);

/* An event about the item, its ids and indexes set. */
sluice_event sluice__item_event(sluice_event_type type, const struct item *it);

/* Mints the item's id, gives it the next index, and sends
 * response.output_item.added. 0 or as sluice__outlet_send. */
int sluice__item_announce(struct outlet *o, struct item *it);

/* Sends response.output_item.done. */
int sluice__item_send_done(struct outlet *o, struct item *it);

#endif
