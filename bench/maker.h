/* SPDX-License-Identifier: MIT */
/* maker.h - chat streams, one after the other, chunk by chunk, from templates;
 * with the place of each stream and event, and what the model said in them. */
#ifndef SLUICE_BENCH_MAKER_H
#define SLUICE_BENCH_MAKER_H

#include <stdint.h>

#include "recording.h"

struct span {
  size_t at, n;
};

struct event {
  struct span whole; /* from its first byte to behind its blank line */
  struct span data;  /* the JSON in it, or [DONE] */
};

struct stream {
  struct span whole, said;
  size_t first, events; /* of the list of events; the last one is [DONE] */
};

/* Streams, with all that a run needs to know of them. */
struct streams {
  struct bytes in;
  struct stream *list;
  size_t count;
  struct event *events;
  size_t event_count;
  size_t chunks;     /* the events that hold JSON */
  struct bytes said; /* plain UTF-8, without markers: reasoning, text, and the
                        arguments of one call after the other */
};

/* What a template can show, each by its letter. A new stream has a new id;
 * all else is as it was set. */
struct maker {
  struct streams *out;
  const struct recording *recordings;
  char id[64];             /* $i */
  unsigned long created;   /* $c */
  const char *model;       /* $m */
  const char *tier;        /* $s */
  const char *fingerprint; /* $f */
  const char *padding;     /* $p */
  const char *token;       /* $t, JSON with its quotes */
  const char *finish;      /* $r, JSON */
  const char *usage;       /* $u, JSON */
  const char *extra;       /* $x, further members */
  const char *logprobs;    /* $l, JSON */
  unsigned index;          /* $k */
  unsigned long number;    /* $n: the chunks of this stream so far */

  uint64_t random;
  size_t padding_at;
  struct bytes reasoning, text, arguments; /* what this stream said so far */
  size_t before;                           /* bytes of it that no event has */
};

/* `out` all zero. Another seed gives other ids. */
void maker_init(struct maker *m, struct streams *out,
                const struct recording *recordings, unsigned seed);
void maker_free(struct maker *m);

/* The model's names are those of the recording, the id is a fresh one. */
void maker_begin(struct maker *m, const struct recording *r);
/* Lines of no event, such as comments. */
void maker_lines(struct maker *m, const char *lines);
/* An event with the template as its data. */
void maker_put(struct maker *m, const char *template);
/* [DONE]. */
void maker_end(struct maker *m);

/* The token is the next one, and said as text, reasoning or arguments. */
void maker_text(struct maker *m, const struct token *t);
void maker_reasoning(struct maker *m, const struct token *t);
void maker_arguments(struct maker *m, const struct token *t);

/* A random number below `n`, the same in every run. */
unsigned maker_random(struct maker *m, unsigned n);

void streams_free(struct streams *s);

#endif
