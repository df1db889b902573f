/* SPDX-License-Identifier: MIT */
/* chat.h - an input taken apart with the stages of the library: events, chunks,
 * and the chat.completion they fold into. */
#ifndef SLUICE_TOOLS_CHAT_H
#define SLUICE_TOOLS_CHAT_H

#include <sluice/fold.h>
#include <sluice/sse.h>

#include "input.h"

enum chat_look {
  CHAT_NOTHING, /* blanks, or not even those */
  CHAT_STREAM,  /* anything but */
  CHAT_BODY     /* a JSON text in place of a stream */
};

/* One event of a stream, or a document of a body. */
struct chat_event {
  const sluice_sse_event *sse;
  const sluice_chunk *chunk; /* no deltas when the payload is not JSON */
  sluice_error error;        /* of the payload; its offset counts from there */
  int half;                  /* it is not JSON because the input ended in it */
};

/* Each may be NULL. `event` runs while the bytes of the event are taken, then
 * `bytes` with those, which end where the event ends, or with the last ones. */
struct chat_calls {
  void (*event)(void *user, const struct chat_event *event);
  void (*bytes)(void *user, sluice_str bytes);
  void *user;
};

struct chat {
  struct chat_calls calls;
  sluice_sse *sse;
  sluice_parser *parser;
  sluice_fold *fold;
  enum chat_look look;
  struct buf body;
  uint64_t at;        /* bytes so far */
  int ended;          /* [DONE] or a failure: the fold takes no more */
  int has_choice;     /* one came */
  char first[200];    /* of the input */
  size_t first_n;     /* bytes of that */
  sluice_error error; /* the first; what ends the fold */
  struct buf message; /* of that, plain UTF-8 */
};

/* Returns 0, or -1 when there is no memory. chat_close must follow in either
 * case. */
int chat_open(struct chat *c, const sluice_options *o,
              const struct chat_calls *calls);

/* Takes it all, whatever it holds. */
void chat_feed(struct chat *c, sluice_str bytes);

/* The input is over: c->error says how it ended. */
void chat_finish(struct chat *c);

void chat_close(struct chat *c);

#endif
