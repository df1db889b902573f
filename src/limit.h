/* SPDX-License-Identifier: MIT */
/* limit.h - how much one response may hold. The stages that keep something
 * count it here, so that one place knows what was passed, and has the words for
 * it. docs/limits.md is the same table for people. */
#ifndef SLUICE_SRC_LIMIT_H
#define SLUICE_SRC_LIMIT_H

#include <sluice/options.h>

#include "buf.h"

/* Fixed, since no sane input comes near them. JSON values in one payload; what
 * they say, as deltas (also not more than one in 8 bytes, and 1,024); raw bytes
 * of each string of an error, the rest of which is cut off. */
#define LIMIT_VALUES_MAX ((size_t)4 << 20)
#define LIMIT_DELTAS_MAX ((size_t)1 << 20)
#define LIMIT_WORDS_MAX  8192

/* NAME, option (empty: fixed), what there is too much of */
#define LIMITS(X)                                                              \
  X(PAYLOAD, "max_payload", "bytes in one event or JSON body")                 \
  X(DEPTH, "max_depth", "levels of JSON in one event")                         \
  X(VALUES, "", "JSON values in one event")                                    \
  X(DELTAS, "", "pieces of text, calls or choices in one event")               \
  X(OUTPUT, "max_output", "bytes of text in the response")                     \
  X(ITEMS, "max_items", "output items")                                        \
  X(PARTS, "max_items", "parts of text")                                       \
  X(CALLS, "max_items", "tool calls")                                          \
  X(CHOICES, "max_items", "choices")                                           \
  X(ANNOTATIONS, "max_annotations", "annotations")                             \
  X(FILES, "max_annotations", "files from tool results")

enum limit {
#define X(NAME, option, what) LIMIT_##NAME,
  LIMITS(X)
#undef X
      LIMIT_COUNT
};

/* The numbers that the options have, and the fixed one for deltas. */
struct caps {
  size_t output;
  uint32_t payload, depth, deltas, items, annotations;
};

struct limits {
  const struct caps *caps;                  /* borrowed */
  size_t output;                            /* taken by the response so far */
  uint32_t used[LIMIT_COUNT - LIMIT_ITEMS]; /* the same, of ITEMS and on */
  enum limit passed; /* the last one that was, for the words */
};

/* `o` has all its defaults (status.h). */
void sluice__caps_init(struct caps *c, const sluice_options *o);

void sluice__limits_init(struct limits *l, const struct caps *caps);
void sluice__limits_clear(struct limits *l); /* another response */

/* How much there may be, of what an option limits. */
size_t sluice__limit_most(const struct limits *l, enum limit which);

/* `n` more, of OUTPUT or ITEMS and on. 0, or SLUICE_ERR_LIMIT with nothing
 * taken. */
int sluice__limit_take(struct limits *l, enum limit which, size_t n);

/* The same for n of OUTPUT, which is asked for each piece of text. */
static inline int sluice__limit_take_output(struct limits *l, size_t n)
{
  if (n > l->caps->output - l->output)
    return sluice__limit_take(l, LIMIT_OUTPUT, n);
  l->output += n;
  return 0;
}

/* One of those that were taken is there no more; not of OUTPUT. */
void sluice__limit_return(struct limits *l, enum limit which);

/* Notes what was passed; returns SLUICE_ERR_LIMIT. */
int sluice__limit_pass(struct limits *l, enum limit which);

/* What was passed: static, "more than max_items output items"; and as the
 * message of a failed response, with the number that the option has. */
const char *sluice__limit_text(enum limit passed);
void sluice__limit_put(const struct limits *l, struct buf *out);

#endif
