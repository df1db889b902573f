/* SPDX-License-Identifier: MIT */
/* turn.h - what the items of a conversation are: one table. */
#ifndef SLUICE_SRC_TURN_H
#define SLUICE_SRC_TURN_H

#include "asked.h"

enum turn_kind {
  TURN_MESSAGE,
  TURN_CALL,   /* of a tool that the client runs */
  TURN_OUTPUT, /* of such a call */
  TURN_REASONING,
  TURN_TOOLS, /* more tools, from here on */
  TURN_DONE,  /* of a hosted tool: a call with its output, as one item */
  /* From here on, what no chat message says. */
  TURN_PAST,      /* what a hosted tool did, without its output */
  TURN_REFERENCE, /* to an item that is stored */
  TURN_OTHER
};

/* In which form the arguments or the output are told. */
enum told {
  TOLD_AS_IS, /* arguments: a string of JSON; output: text or parts */
  TOLD_TEXT,  /* arguments: {"input": the string}, by the member's name */
  TOLD_JSON   /* the text of its JSON; what is no object as with TOLD_TEXT */
};

struct turn {
  const char *type;
  enum turn_kind kind;
  /* The member with the arguments, the output or the tools. */
  const char *holds;
  enum told told;
  /* Of the function, when the item names none; NULL: it does. */
  const char *name;
  /* Of TURN_DONE: the member with the output. */
  const char *gives;
};

/* What an item is. 0; or SLUICE_ERR_REQUEST with the fault set when it is no
 * object or says not what it is; or SLUICE_ERR_NOMEM. */
int sluice__turn_of(struct asked *a, const struct place *place, uint32_t item,
                    const struct turn **turn);

/* The node of the id that ties a call to its output; JSON_ABSENT: none. */
uint32_t sluice__turn_id(const struct asked *a, const struct turn *turn,
                         uint32_t item, const char **key);

#endif
