/* SPDX-License-Identifier: MIT */
/* member.h - the string in one member of a JSON object, decoded while the
 * object comes in pieces: the input of a custom tool, the code of an
 * interpreter, out of the arguments of a call. */
#ifndef SLUICE_SRC_MEMBER_H
#define SLUICE_SRC_MEMBER_H

#include "text.h"
#include "value.h"

struct member {
  struct value value; /* where in the object we are */
  struct carry carry; /* a character cut over pieces */
  uint8_t state;      /* private to member.c */
  uint8_t matched;    /* letters of the present key that fit; 255: none */
  uint8_t escape_n;   /* an escape cut over pieces */
  char escape[6];
};

/* All zero is the start. Reads a piece of the object (clean text: the text of a
 * JSON text) and appends what it holds of the member's string to `out`, clean.
 * `work` is used for a moment. 0 or SLUICE_ERR_NOMEM. Only members of the
 * outermost object count, and only the first string of the name. */
int sluice__member_feed(struct member *m, const char *name, sluice_text piece,
                        struct buf *work, struct buf *out,
                        struct counts *counts);

/* 1 when the string has begun, even if it is empty. */
int sluice__member_found(const struct member *m);

/* The object is over: appends what was held back of a cut character. */
void sluice__member_end(struct member *m, struct buf *work, struct buf *out,
                        struct counts *counts);

#endif
