/* SPDX-License-Identifier: MIT */
/* lines.h - where the lines of an event stream stand: the data of an event as
 * sluice_sse hands it out no longer shows that. */
#ifndef SLUICE_TOOLS_LINES_H
#define SLUICE_TOOLS_LINES_H

#include "buf.h"

struct line {
  uint64_t number; /* from 1 */
  uint64_t at;     /* of its first byte, from the start of the stream */
  uint64_t value;  /* of the first byte of what the field says */
};

struct lines {
  uint64_t at; /* bytes so far */
  uint64_t number, line_at;
  int state;
  int cr; /* the last byte was a CR */
  char word[6];
  size_t word_n;
  struct line *data; /* lines of data since lines_next, the first LINES_KEPT */
  size_t count, cap;
  const sluice_mem *mem;
};

void lines_init(struct lines *l, const sluice_mem *mem);
void lines_free(struct lines *l);

/* The next bytes of the stream. Returns 0, or -1 when there is no memory. */
int lines_add(struct lines *l, sluice_str bytes);

/* The event is over: its lines are forgotten. */
void lines_next(struct lines *l);

/* How many lines there are so far, one that has not ended included. */
uint64_t lines_counted(const struct lines *l);

/* The line of the event on which byte `at` of its data stands; `*offset`: where
 * in the stream. */
struct line lines_find(const struct lines *l, sluice_str data, size_t at,
                       uint64_t *offset);

#endif
