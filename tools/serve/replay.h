/* SPDX-License-Identifier: MIT */
/* replay.h - a recorded stream as events: which bytes go out when, and which
 * fault comes among them. Knows no socket and no clock, and takes no memory. */
#ifndef SLUICE_TOOLS_REPLAY_H
#define SLUICE_TOOLS_REPLAY_H

#include "plan.h"

/* How much of a stream is its first event: its lines and the blank line after
 * them, with comments and blank lines before. All of it when no blank line
 * ends it; 0 for nothing. Cost: linear in the event. */
size_t replay_event(sluice_str stream);

/* Where the stream in a file of the corpus begins: after the first run of
 * comment lines, which say why the file exists, and the blank line after it. A
 * mark of the byte order before them is moved to where the stream begins. */
size_t replay_head(char *file, size_t n);

enum replay_act {
  REPLAY_SEND,  /* *bytes are to be sent */
  REPLAY_WAIT,  /* nothing before *due */
  REPLAY_END,   /* the answer is over */
  REPLAY_CUT,   /* close the connection as it stands */
  REPLAY_RESET, /* reset the connection */
};

/* One answer on its way. */
struct replay {
  const struct plan *plan;
  sluice_str rest;  /* of the stream: not begun */
  sluice_str event; /* what is left of the event that was begun */
  uint64_t events;  /* begun */
  uint64_t writes;
  int last; /* the event is the last, whatever is left of the stream */
};

/* Both must stay while the replay is used. */
void replay_start(struct replay *r, sluice_str stream, const struct plan *plan);

/* What comes next, `now` nanoseconds after the start: event I is due after
 * I / pace seconds, however late the others were. At most `most` (not 0) bytes
 * are handed out, never of two events. *due is PLAN_NEVER when nothing comes
 * any more, but the answer does not end. */
enum replay_act replay_next(struct replay *r, uint64_t now, size_t most,
                            sluice_str *bytes, uint64_t *due);

#endif
