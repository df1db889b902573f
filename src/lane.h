/* SPDX-License-Identifier: MIT */
/* lane.h - the short way of a further piece of text. While one item is open and
 * nothing but more of its text comes, each piece makes one delta: it is kept,
 * written behind the head of the delta before, and handed out. A lane says
 * where to; whatever else happens closes it. It also remembers what the last
 * piece was, which holds longer: a piece that may be the start of a marker, or
 * ends within a character, closes the lane, but the next one is still another
 * of the same. */
#ifndef SLUICE_SRC_LANE_H
#define SLUICE_SRC_LANE_H

#include "message.h"
#include "toolcall.h"

/* What in a plain text may begin a marker. */
enum lane_markers { MARKERS_NOWHERE, MARKERS_AT_END, MARKERS_ANYWHERE };

struct lane {
  const struct mould *mould; /* another payload of this mould says another piece
                                and nothing else; NULL: nothing is known */
  struct message *message; /* more text only goes there; NULL: it may do more */
  struct item *item;       /* of that */
  struct buf *text;        /* where it is kept; NULL: the lane is closed */
  size_t *sent;     /* bytes of arguments that were sent; NULL: not counted */
  struct more more; /* what it is, and its last piece */
  char open;        /* the first byte of a marker */
  uint8_t markers;  /* enum lane_markers */
};

/* The event before was a delta of this item, and all that a further piece of
 * the kind (not KIND_CALL) makes is another one: opens the lane. 1, or 0. */
int sluice__lane_of_text(struct lane *lane, struct message *m, struct item *it,
                         enum kind kind);

/* The same for arguments. */
int sluice__lane_of_call(struct lane *lane, struct outlet *o, struct item *it);

/* 1 when the text, clean and not empty, makes no more than a delta. `plain` is
 * as in scan.h. */
static inline int sluice__lane_takes(const struct lane *lane, sluice_text text,
                                     int plain)
{
  if (lane->markers == MARKERS_NOWHERE)
    return 1;
  return text.p[text.n - 1] != ' ' &&
         ((plain && lane->markers == MARKERS_AT_END) ||
          memchr(text.p, lane->open, text.n) == NULL);
}

/* Another piece, which the lane takes, on an open lane of this outlet. `there`
 * is as in sluice__buf_copy. 0 or as sluice__outlet_send; also
 * SLUICE_ERR_LIMIT. */
int sluice__lane_go_on(const struct lane *lane, struct outlet *o,
                       sluice_text text, size_t there);

/* Another piece, not empty, that only goes to lane->message, which there is;
 * the lane is open or closed afterwards. Returns as above. */
int sluice__lane_say(struct lane *lane, struct outlet *o, sluice_text text);

/* Events that only bring a further piece. */
struct flow {
  size_t taken; /* bytes of those that the lane took, with the failed one */
  size_t event; /* of the last one */
  int rv;       /* what became of that: as sluice__lane_go_on */
  size_t next;  /* bytes of one more, whose text goes another way; or 0 */
  struct again again; /* that text */
};

/* Takes events like the last one of lane->mould from p on, until the callback
 * pauses, or one cannot be taken. */
void sluice__lane_run(const struct lane *lane, struct outlet *o, const char *p,
                      size_t n, size_t max_payload, struct flow *flow);

#endif
