/* SPDX-License-Identifier: MIT */
/* hostile.h - streams made to cost much, by name and size: what is repeated N
 * times, how it is fed, and what it may keep. */
#ifndef SLUICE_TESTS_HOSTILE_H
#define SLUICE_TESTS_HOSTILE_H

#include "bytes.h"

/* What is run on the stream. */
enum hostile_way {
  HOSTILE_TRANSLATE,
  HOSTILE_PAUSED, /* the same, and each event asks for a pause */
  HOSTILE_FOLD,   /* decoder, parser and fold, each by itself */
  HOSTILE_LINT, /* the checker of `sluice lint`, on what the translator made */
  HOSTILE_EVENTS,  /* the same checker; the stream is of events already */
  HOSTILE_ASK,     /* the same, but it is read for a chat request */
  HOSTILE_REQUEST, /* it is no stream, but the client's request */
  HOSTILE_ANSWERS, /* results come in order, then a round cites their files */
  HOSTILE_REVERSE, /* all pending calls are listed; results from the last */
  HOSTILE_ROUNDS   /* N rounds: the stream, a result with a file */
};

struct hostile {
  const char *name;
  const char *why;  /* what it goes for */
  const char *head; /* NULL: none; then N times ... */
  const char *piece;
  void (*each)(struct bytes *out, size_t i, size_t n); /* ... or by this */
  const char *tail;                                    /* NULL: none */
  const char *opts; /* lines of a .opts file; limits are out of reach */
  size_t push;      /* bytes of a feed; 0: all at once */
  enum hostile_way way;
  unsigned kept; /* bytes of memory for a byte of input; 0: none in the long
                    run, whatever N is */
  size_t n;      /* that shows what is worse than linear, see tests/cost.c */
};

/* A table, the last row without a name. */
extern const struct hostile hostile_rows[];

/* The row of that name, or NULL. */
const struct hostile *hostile_find(const char *name);

/* Its stream of size n, appended. */
void hostile_make(const struct hostile *h, size_t n, struct bytes *out);

#endif
