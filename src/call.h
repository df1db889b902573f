/* SPDX-License-Identifier: MIT */
/* call.h - the tool calls of a choice: which one does a fragment continue?
 * docs/quirks.md, section F, says how servers differ. */
#ifndef SLUICE_SRC_CALL_H
#define SLUICE_SRC_CALL_H

#include <sluice/chunk.h>

#include "text.h"
#include "tree.h"
#include "value.h"

struct call {
  struct call *next;
  uint32_t number; /* in order of appearance, from 0 */
  int64_t index;   /* its label in the stream; SLUICE_NO_INDEX: none */
  struct leaf by_index, by_id;
  struct buf id, name;
  size_t arguments_n; /* bytes of clean text so far */
  struct value value; /* is that one JSON value? */
  struct carry carry; /* of the arguments */
  struct buf *kept;   /* the arguments, when the fold keeps text */
  uint8_t name_final; /* arguments came, or another item began */
  uint8_t id_final;   /* it was shown */
  uint8_t empty;      /* its arguments came as an object: {} */
  void *owner;        /* for the stage above */
};

struct calls {
  struct call *first, *last; /* in order of appearance */
  struct tree indexes, ids;  /* of two calls with an id, the first */
};

/* An entry of tool_calls; its strings clean. */
struct fragment {
  int64_t index;
  sluice_text id, name;
  int has_arguments;
};

/* The call that the fragment continues, or NULL: it begins one. */
struct call *sluice__call_find(struct calls *calls, const struct fragment *g,
                               struct counts *counts);

/* A new call. With `keep` it has a buffer for its arguments. NULL: no memory.
 */
struct call *sluice__call_add(struct calls *calls, const sluice_mem *mem,
                              int64_t index, int keep);

/* Takes the fragment's id and name, if they are news. 0 or
 * SLUICE_ERR_NOMEM. */
int sluice__call_learn(struct calls *calls, struct call *k,
                       const struct fragment *g, struct counts *counts);

/* More arguments came, clean and not empty: no more of the name comes. `plain`:
 * without quotes, backslashes and control characters. */
static inline void sluice__call_take(struct call *k, sluice_text arguments,
                                     int plain)
{
  k->name_final = 1;
  k->arguments_n += arguments.n;
  if (plain)
    sluice__value_feed_plain(&k->value, arguments);
  else
    sluice__value_feed(&k->value, arguments);
}

/* Its arguments are one JSON value. */
int sluice__call_complete(const struct call *k);

void sluice__calls_free(struct calls *calls, const sluice_mem *mem);

#endif
