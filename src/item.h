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
  struct buf text;
  struct buf *logprobs; /* NULL: none came */
  struct note *last_note;
  uint32_t notes;
  uint8_t text_done; /* its text was closed, the part not yet */
};

/* Text that waits: one kind, all that came together. */
struct run {
  struct run *next;
  enum kind kind;
  struct buf text;
  struct buf *logprobs; /* NULL: none came */
};

/* What a call has sent behind its arguments, step by step. */
enum tool_step { TOOL_ARGUMENTS, TOOL_ARGUMENTS_DONE, TOOL_WORKING };

/* What only calls have. */
struct tooling {
  sluice_item pub; /* what it shows of a call */
  uint32_t number; /* in order of appearance among all items, from 0 */
  struct item *next_pending, *before_pending; /* while its result is wanted */
  struct call *call;                          /* while its round lasts */
  struct buf names;                           /* name, then call_id */
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
  struct item *next;
  struct part *parts, *last_part;
  struct run *runs, *last_run; /* while it waits */
  struct buf *encrypted;       /* of reasoning; NULL: none came */
  struct tooling *tool;        /* of calls, and of what a tool server says */
  uint32_t part_count;
  uint32_t output_index;
  uint8_t type;            /* sluice_item_type */
  uint8_t status;          /* sluice_item_status */
  uint8_t state;           /* enum item_state */
  uint8_t last_kind;       /* enum kind: of the text that came for it */
  uint8_t shows_encrypted; /* there is room for it in the last event */
  uint8_t part_open;       /* the last one is */
  uint8_t id_n;            /* 0: it was not announced */
  char id[SLUICE_ID_MAX];
};

/* A new item; with tooling for any type but message and reasoning. NULL: no
 * memory. */
struct item *sluice__item_new(const sluice_mem *mem, sluice_item_type type);
void sluice__item_free(const sluice_mem *mem, struct item *it);
void sluice__run_free(const sluice_mem *mem, struct run *r);
void sluice__part_free(const sluice_mem *mem, struct part *p);

/* A buffer of its own, in *b. 0, also when there is one, or SLUICE_ERR_NOMEM.
 */
int sluice__buf_own(struct buf **b, const sluice_mem *mem);
void sluice__buf_disown(struct buf **b);

/* NULL is empty. */
static inline sluice_text sluice__own_text(const struct buf *b)
{
  return b == NULL ? SLUICE_TEXT("") : sluice__buf_as_text(b);
}

/* NULL: none is open. */
static inline struct part *sluice__open_part(const struct item *it)
{
  return it->part_open ? it->last_part : NULL;
}

/* The item as events show it. */
sluice_item sluice__item_shown(const struct item *it);

/* An event about the item, its ids and indexes set. */
sluice_event sluice__item_event(sluice_event_type type, const struct item *it);

/* Mints the item's id, gives it the next index, and sends
 * response.output_item.added. 0 or as sluice__outlet_send. */
int sluice__item_announce(struct outlet *o, struct item *it);

/* Sends response.output_item.done. */
int sluice__item_send_done(struct outlet *o, struct item *it);

#endif
