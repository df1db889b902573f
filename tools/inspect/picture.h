/* SPDX-License-Identifier: MIT */
/* picture.h - what a chat stream holds, gathered while it passes. */
#ifndef SLUICE_TOOLS_PICTURE_H
#define SLUICE_TOOLS_PICTURE_H

#include <sluice/sluice.h>

#include "chat.h"
#include "json.h"
#include "lines.h"
#include "words.h"

enum picture_kind {
  PICTURE_NOTHING,    /* no byte but blanks */
  PICTURE_STREAM,     /* events */
  PICTURE_COMPLETION, /* JSON with a whole message */
  PICTURE_CHUNKS,     /* JSON with chunks */
  PICTURE_ERROR,      /* JSON with an error */
  PICTURE_JSON,       /* other JSON */
  PICTURE_BROKEN,     /* what begins like JSON */
  PICTURE_RESPONSES,  /* a stream of the Responses API */
  PICTURE_HTML,
  PICTURE_OTHER
};

struct place {
  uint64_t offset; /* of the event's data, from the start of the stream */
  uint64_t line;   /* from 1 */
  uint64_t event;  /* from 1; 0: no event */
};

/* A byte that should not be there. */
struct bad_byte {
  const char *why;    /* NULL: there is none */
  struct place place; /* of the byte itself */
  uint64_t column;    /* in bytes, from 1 */
  char around[256];   /* bytes of its line */
  size_t around_n, at;
};

/* Of one choice: what its chat.completion no longer shows. */
struct picture_choice {
  int64_t index;
  uint64_t text_deltas, reasoning_deltas, refusal_deltas, call_deltas;
  int source; /* of the reasoning; -1: none */
  sluice_finish finish;
  struct picture_choice *next;
};

/* Moments of moment.h; 0: it never came. */
struct picture_times {
  uint64_t start, first_byte, first_event, first_content, last_content;
  uint64_t last_event, end;
  uint64_t gap, gap_before; /* the longest wait for an event, and which */
};

struct picture {
  struct chat chat;
  sluice_translator *translator;
  struct lines lines;

  /* the input */
  enum picture_kind kind;
  uint64_t bytes, line_count;
  uint64_t events, comments, ignored, chunks, bad_events;
  uint64_t after_end; /* events after [DONE] or a failure */
  int has_done, has_error, has_finish, has_whole;
  struct place failure; /* where the translator gave up */
  struct words ids, models, created, tiers, fingerprints, names, call_ids;

  /* what it says */
  struct picture_choice *choices; /* in order of appearance */
  int has_usage;
  sluice_usage usage;
  struct buf completion; /* a chat.completion: its text, and its nodes */
  struct json json;

  /* what is unusual */
  uint64_t counts[SLUICE_ANOMALY_COUNT];
  struct place first[SLUICE_ANOMALY_COUNT];
  struct bad_byte bad;

  struct picture_times times;
  /* private to picture.c */
  uint64_t now;
  struct place here; /* of the present event */
  uint32_t seen[SLUICE_ANOMALY_COUNT];
  int is_event;    /* the bytes to come end an event */
  int over;        /* [DONE] or a failure came */
  struct buf data; /* of the event with the bad byte */
  size_t bad_at;   /* in that */
  size_t bad_base; /* of that, in a body */
};

/* Returns 0, or -1 when there is no memory. picture_close must follow in either
 * case. */
int picture_open(struct picture *p, const sluice_options *o);

/* Bytes that came at the moment `now`. */
void picture_feed(struct picture *p, sluice_str bytes, uint64_t now);

/* The input is over. Returns 0, or -1 when there is no memory. */
int picture_finish(struct picture *p, uint64_t now);

void picture_close(struct picture *p);

#endif
