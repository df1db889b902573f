/* SPDX-License-Identifier: MIT */
/* model.h - what each call of the table must return, and why: a model of the
 * headers, written without a look at the library, that knows no bytes. */
#ifndef SLUICE_TESTS_MODEL_H
#define SLUICE_TESTS_MODEL_H

#include "calls.h"

#define MODEL_CALLS 16 /* calls of hosted tools in a round */

enum model_phase {
  MODEL_NEW,  /* no event was sent */
  MODEL_LIVE, /* response.created was sent */
  MODEL_OVER, /* the round is over, the response is not */
  MODEL_ENDED /* the terminal event was sent */
};

/* What the bytes of a chat stream turned out to be. */
enum model_input { INPUT_NONE, INPUT_STREAM, INPUT_BODY, INPUT_BROKEN_BODY };

struct model {
  enum model_phase phase;
  sluice_status sticky; /* SLUICE_OK: none */
  int finished;         /* finish or end_round was called for this stream */

  enum model_input input;
  int half;    /* within an event */
  int events;  /* some event came */
  int strange; /* a line came that is none of a stream */
  int choice, stop;

  struct {
    uint32_t id;
    int answered;
  } hosted[MODEL_CALLS]; /* of this round */
  uint32_t hosted_count;
  int client;    /* the round has a call of the client's */
  uint32_t made; /* calls ever */
};

/* What the call must return; and then the state is the one after it. */
sluice_status model_do(struct model *m, enum call call);

/* Ids of the first pending and the last hosted call; -1: none. */
int model_first_pending(const struct model *m);
int model_last_hosted(const struct model *m);

#endif
