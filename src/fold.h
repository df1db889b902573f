/* SPDX-License-Identifier: MIT */
/* fold.h - raw deltas -> what was said: clean text, calls told apart. */
#ifndef SLUICE_SRC_FOLD_H
#define SLUICE_SRC_FOLD_H

#include <sluice/fold.h>

#include "call.h"
#include "scratch.h"
#include "think.h"

enum kind { KIND_NONE, KIND_REASONING, KIND_TEXT, KIND_REFUSAL, KIND_CALL };

/* The text of a choice. */
struct kept {
  struct buf text, refusal, reasoning, logprobs;
  struct buf annotations; /* JSON, joined by commas */
};

/* One choice. */
struct choice {
  struct choice *next;
  int64_t index;
  struct leaf by_index;
  enum kind last;                /* what came last */
  struct carry carry[KIND_CALL]; /* of each kind of text */
  int source;                    /* of the reasoning; -1: none yet */
  struct think think;            /* opt-in */
  struct buf waiting; /* log probabilities of text that may be thought */
  sluice_finish finish;
  struct buf word; /* the finish reason as it came, clean */
  struct calls calls;
  struct kept *kept; /* its text, when the fold keeps text */
};

enum said_type {
  SAID_START, /* the choice exists */
  SAID_REASONING,
  SAID_TEXT,
  SAID_REFUSAL,
  SAID_ARGUMENTS, /* of `call`; the text may be empty */
  SAID_LOGPROBS,
  SAID_ENCRYPTED, /* reasoning that only its maker can read */
  SAID_ANNOTATION /* text is the URL; title; the rest is in `delta` */
};

struct said {
  enum said_type type;
  sluice_text text; /* clean; lives until the sink returns */
  sluice_text title;
  struct call *call;
  const sluice_delta *delta;
};

/* A further piece of what came last. */
struct more {
  enum kind kind;
  struct call *call; /* of arguments; NULL: none */
  struct carry *carry;
  sluice_text text; /* clean, may be empty: it only cut a character */
};

/* 0 goes on; anything else is returned by the call that ran it. */
typedef int (*said_cb)(void *user, const struct said *said);

struct fold {
  const sluice_mem *mem;
  sluice_scratch *scratch;
  uint32_t *counts;
  uint64_t seed;
  uint32_t lenient;
  struct limits *limits; /* of the response */
  int keep; /* all choices and their text; else only the first choice */

  struct choice *choices; /* in order of appearance: the first is translated */
  struct choice *last_choice;
  struct tree by_index;
  struct buf id, model, tier, known_tier, fingerprint;
  int64_t created;
  sluice_usage usage;
  uint8_t has_usage, has_whole; /* some choice was a whole message */

  said_cb cb; /* NULL: nobody listens. For the first choice only */
  void *user;
};

void sluice__fold_init(struct fold *f, const sluice_mem *mem,
                       sluice_scratch *scratch, const sluice_options *o,
                       struct limits *limits, uint32_t *counts);
void sluice__fold_clear(struct fold *f); /* empty, its memory given up */

/* 0; what the sink returned; SLUICE_ERR_LIMIT; SLUICE_ERR_NOMEM. */
int sluice__fold_delta(struct fold *f, const sluice_delta *d);

/* The deltas of a chunk are no more than a further piece of what came last:
 * cleans it. `plain`: it is ASCII without escapes. Returns 1; 0 when they are
 * more, and nothing is done; SLUICE_ERR_NOMEM. */
int sluice__fold_more(struct fold *f, const sluice_delta *deltas, size_t count,
                      int plain, struct more *more);

/* Counts and keeps the piece, and tells the sink. Returns as
 * sluice__fold_delta. */
int sluice__fold_say(struct fold *f, const struct more *more);

/* Another stream of the same response: its choices are gone, what it said of
 * itself stays. */
void sluice__fold_next(struct fold *f);

/* No more deltas: says what was held back of cut characters. Returns as
 * above. */
int sluice__fold_end(struct fold *f);

/* The text of the first choice, with its markers. There is one, and the fold
 * keeps text. */
const struct buf *sluice__fold_said(const struct fold *f);

#endif
