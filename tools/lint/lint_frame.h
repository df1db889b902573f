/* SPDX-License-Identifier: MIT */
/* lint_frame.h - the bytes of a stream -> events, and what is wrong with the
 * lines around them. The events themselves come from sluice_sse; this watches
 * the lines that it passes on. */
#ifndef SLUICE_TOOLS_LINT_FRAME_H
#define SLUICE_TOOLS_LINT_FRAME_H

#include <sluice/sse.h>

#include "buf.h"

/* What was seen of the event at hand. */
struct lint_at {
  uint64_t offset;      /* of its first line */
  unsigned names, data; /* lines event: and data: */
  unsigned fields;      /* lines of any field */
  int name_late;        /* event: after data: */
  int unknown;          /* a line of no known field */
  int ended;            /* its blank line came */
};

struct lint;

/* What is done with each event. `name` NULL: there is no such line, nor need
 * be. An error in l->status stops the reading. */
typedef void (*lint_event_cb)(struct lint *l, const sluice_str *name,
                              sluice_str json);

struct lint_frame {
  lint_event_cb on_event;
  sluice_sse *sse;
  uint64_t offset; /* of the next byte */
  struct buf line; /* of JSONL: the whole; else its first bytes */
  uint64_t line_offset;
  int bad_utf8;                                 /* in the line at hand */
  unsigned char utf8_need, utf8_low, utf8_high; /* of the character at hand */
  int after_cr, cr_seen, done_seen;
  struct buf head; /* the first bytes of the input, to say what it is */
};

int lint_frame_open(struct lint *l, lint_event_cb on_event);
int lint_frame_feed(struct lint *l, const char *p, size_t n);
int lint_frame_finish(struct lint *l);
void lint_frame_close(struct lint *l);

/* What the first bytes look like, when no event was in them. */
const char *lint_frame_guess(const struct lint *l);

#endif
