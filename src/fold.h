/* SPDX-License-Identifier: MIT */
/* fold.h - raw deltas -> what was said: clean text, calls told apart. */
#ifndef SLUICE_SRC_FOLD_H
#define SLUICE_SRC_FOLD_H

#include <sluice/fold.h>

#include "base.h"
#include "call.h"
#include "kept.h"
#include "think.h"

enum kind { KIND_NONE, KIND_REASONING, KIND_TEXT, KIND_REFUSAL, KIND_CALL };

/* One choice. */
struct choice {
  struct choice *next;
  int64_t index;
  struct calls calls;
  struct thought *thought; /* NULL: it is not looked for */
  struct kept *kept;       /* its text; NULL: the fold keeps none */
  int source;              /* of the reasoning; -1: none yet */
  uint8_t finish;          /* sluice_finish */
  uint8_t last;            /* enum kind: what came last */
  struct carry carry;      /* of that, when it is text */
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
  int settled;      /* the rest of its chunk says nothing when it comes again */
};

/* 0 goes on; anything else is returned by the call that ran it. */
typedef int (*said_cb)(void *user, const struct said *said);

/* What a fold has that keeps all choices and their text. */
struct keeping {
  struct choice *last;
  struct tree by_index; /* of all choices */
  struct word *id, *fingerprint;
};

struct fold {
  struct base *base;
  struct choice *choices;  /* in order of appearance: the first is translated */
  struct keeping *keeping; /* NULL: only the first choice, and none of it */
  struct word *model;
  struct word *odd_tier; /* the last one, when no client knows it */
  int64_t created;
  sluice_usage *usage; /* NULL: none came */
  uint32_t lenient;
  uint8_t tier;      /* the last one that clients know (quirks.h) */
  uint8_t has_id;    /* kept or not */
  uint8_t has_whole; /* some choice was a whole message */

  said_cb cb; /* NULL: nobody listens. For the first choice only */
  void *user;
};

void sluice__fold_init(struct fold *f, struct base *base, uint32_t lenient);

/* All choices and their text are kept. 0 or SLUICE_ERR_NOMEM. */
int sluice__fold_keep(struct fold *f);
void sluice__fold_free(struct fold *f);
void sluice__fold_clear(struct fold *f); /* empty, its memory given up */

/* 0; what the sink returned; SLUICE_ERR_LIMIT; SLUICE_ERR_NOMEM. */
int sluice__fold_delta(struct fold *f, const sluice_delta *d);

/* A further piece of what came last, and the envelope it came in: learns the
 * one and cleans the other. `plain`: it is plain already (scan.h). more->kind,
 * call and carry are set. 0, SLUICE_ERR_LIMIT or _NOMEM. */
int sluice__fold_piece(struct fold *f, const sluice_delta *meta,
                       const sluice_delta *d, int plain, struct more *more);

/* The envelope says nothing but what is known. */
int sluice__fold_knows(const struct fold *f, const sluice_delta *meta);

/* Another piece of the same, raw: cleans it. 0 or SLUICE_ERR_NOMEM. */
static inline int sluice__fold_clean(struct fold *f, struct more *more,
                                     sluice_str raw)
{
  struct buf *out = &f->base->scratch->clean;

  sluice__buf_clear(out);
  return sluice__text_clean(more->carry, raw, out, &more->text,
                            &f->base->counts);
}

/* Counts and keeps the piece, and tells the sink. Returns as
 * sluice__fold_delta. */
int sluice__fold_say(struct fold *f, const struct more *more);

/* The service tier as it came last. */
sluice_text sluice__fold_tier(const struct fold *f);

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
