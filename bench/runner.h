/* SPDX-License-Identifier: MIT */
/* runner.h - those that run against each other: each goes once over all the
 * bytes of a workload. */
#ifndef SLUICE_BENCH_RUNNER_H
#define SLUICE_BENCH_RUNNER_H

#include <sluice/sluice.h>

#include "maker.h"

enum kind {
  KIND_COPY,  /* memcpy of the bytes in blocks of 64 KiB */
  KIND_SCAN,  /* memchr for each line end */
  KIND_PARSE, /* each payload through one yajl handle, with empty callbacks */
  KIND_SLUICE
};

#define PUSH_EVENT 0 /* one push for each SSE event */

struct contender {
  const char *name;
  enum kind kind;
  size_t push;    /* bytes, or PUSH_EVENT */
  uint32_t flags; /* of the options */
  int fresh;      /* a new handle for each stream, instead of a reset one */
  int cold;       /* the bytes come from memory, not from the cache */
};

struct tally {
  uint64_t events, bytes; /* that came out */
};

struct runner {
  const struct contender *contender;
  struct tally tally; /* of the last run; 0 when the callback is another's */
  double time;        /* of the last run, in nanoseconds of the processor */
  size_t stream;      /* the present one */
  sluice_scratch *scratch;
  sluice_translator *translator;
  sluice_options options;
  sluice_event_cb cb;
  void *user;
  void *parser; /* yajl's handle */
  char *block;
  unsigned char touched; /* so that nothing is done for nobody */
};

/* `cb` NULL: events are counted into the tally, and no more. What cannot be
 * made ends the program. The scratch, and what it has learned, lasts from here
 * to runner_close. */
void runner_open(struct runner *r, const struct contender *c,
                 sluice_event_cb cb, void *user);
void runner_close(struct runner *r);

/* Over all events. Stream number i has the seed i + 1. A response that does not
 * complete ends the program. */
void runner_run(struct runner *r, const struct streams *s);

/* The same in parts of 256 KiB. The bytes of each are read before it is run and
 * timed: they are in the cache then, as what has just come from a socket is.
 * (Not when the contender is to have it cold.) */
void runner_measure(struct runner *r, const struct streams *s);

/* CPU time of this process in nanoseconds. */
double cpu_now(void);

#endif
