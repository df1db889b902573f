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

struct limits {
  size_t most[LIMIT_COUNT];
  size_t used[LIMIT_COUNT]; /* by the response so far */
  enum limit passed;        /* the last one that was, for the words */
};

/* `o` has all its defaults (status.h). */
void sluice__limits_init(struct limits *l, const sluice_options *o);
void sluice__limits_clear(struct limits *l); /* another response */

/* `n` more. 0, or SLUICE_ERR_LIMIT with nothing taken. */
int sluice__limit_take(struct limits *l, enum limit which, size_t n);

/* Notes what was passed; returns SLUICE_ERR_LIMIT. */
int sluice__limit_pass(struct limits *l, enum limit which);

/* What was passed: static, "more than max_items output items"; and as the
 * message of a failed response, with the number that the option has. */
const char *sluice__limit_text(enum limit passed);
void sluice__limit_put(const struct limits *l, struct buf *out);

#endif
