/* SPDX-License-Identifier: MIT */
/* translate.h - the state machine: deltas in, a whole response out. */
#ifndef SLUICE_SRC_TRANSLATE_H
#define SLUICE_SRC_TRANSLATE_H

#include "echo.h"
#include "fold.h"
#include "output.h"

/* A response's life. A finish reason is no phase: it is noted, and content may
 * still follow it; the end of the stream decides.
 *
 *             a choice  a fault  the end  the end, with     results and
 *                                         hosted calls      the next round
 *   NEW       LIVE      ENDED    ENDED    -                 -
 *   LIVE      LIVE      ENDED    ENDED    OVER              -
 *   OVER      -         ENDED    ENDED    -                 LIVE
 *   ENDED     -         -        -        -                 -
 */
enum phase {
  PHASE_NEW,  /* nothing was sent */
  PHASE_LIVE, /* created and in_progress were sent */
  PHASE_OVER, /* a chat stream is over, the response is not */
  PHASE_ENDED /* the terminal event was sent */
};

/* How the end of a chat stream came. */
enum end {
  END_MARK,  /* [DONE] */
  END_INPUT, /* no more bytes, and no further round */
  END_ROUND  /* no more bytes, but there may be a further round */
};

/* The words for a failure, clean. */
struct failure {
  struct buf message, type, code, param;
};

/* What lifecycle events show is made when it is shown, of what is here. */
struct translate {
  struct given *given;
  struct base base;
  struct fold fold;
  struct output output;
  struct word *given_id; /* of the options; NULL: made from the seed */
  sluice_echo *echo;     /* of the client's request; NULL: none */
  sluice_usage *usage;   /* of the rounds that are over, summed; NULL: none */
  const char *why;       /* it failed: in words of our own. NULL: it did not */
  struct failure *failure; /* in better words; NULL: there are none */
  uint64_t error_at;       /* where, from the start of the stream */
  int64_t given_created, completed_at;
  int16_t error;       /* sluice_status; SLUICE_OK while nothing happened */
  uint8_t phase;       /* enum phase */
  uint8_t status;      /* sluice_response_status */
  uint8_t named;       /* it has an id, and what else it keeps to its end */
  uint8_t has_model;   /* the model is that of the stream */
  uint8_t has_created; /* so is the time */
  uint8_t tier;        /* of the stream, as the last event had it */
};

/* Takes `given`, which was made of the options; also when it fails. 0,
 * SLUICE_ERR_ARG or SLUICE_ERR_NOMEM; free it in any case. */
int sluice__translate_init(struct translate *t, struct given *given,
                           sluice_scratch *scratch, const sluice_options *o,
                           sluice_event_cb cb, void *user);
void sluice__translate_free(struct translate *t);
void sluice__translate_reset(struct translate *t, uint64_t seed);

/* What went wrong; in clean text, empty while nothing did. */
sluice_error sluice__translate_error(const struct translate *t);
sluice_text sluice__translate_message(const struct translate *t);

/* The response as the last lifecycle event had it, as JSON. Nothing, if there
 * was none. */
void sluice__translate_write(const struct translate *t, struct buf *out);

/* One delta, from stream offset `at`, of a response that has not ended. Returns
 * 0 or a negative status; the response has failed then (but for
 * SLUICE_ERR_CALLBACK: nothing more is sent). */
int sluice__translate_delta(struct translate *t, const sluice_delta *d,
                            uint64_t at);

/* The stream is over. Returns as above. */
int sluice__translate_end(struct translate *t, enum end end, uint64_t at);

/* The result of a pending call: it->tool. Returns as above, or
 * SLUICE_ERR_ARG. */
int sluice__translate_answer(struct translate *t, struct item *it,
                             const sluice_result *result);

/* All results are in: another chat stream begins. */
void sluice__translate_next_round(struct translate *t);

/* An mcp_list_tools item. Returns as above, or SLUICE_ERR_ARG. */
int sluice__translate_mcp_tools(struct translate *t, sluice_str server_label,
                                sluice_str tools, sluice_str error);

/* The embedder gave up; code and message are plain bytes. Returns as
 * sluice__translate_fail. */
int sluice__translate_give_up(struct translate *t, sluice_str code,
                              sluice_str message, uint64_t at);

/* Ends the response as failed, for a reason of our own: `why` (static ASCII)
 * and then, if not empty, what came (plain bytes, shown in quotes). Returns
 * `status`, or SLUICE_ERR_CALLBACK. */
int sluice__translate_fail(struct translate *t, sluice_status status,
                           uint64_t at, const char *why, sluice_str came);

/* The same for a limit that was passed. Returns SLUICE_ERR_LIMIT, or
 * SLUICE_ERR_CALLBACK. */
int sluice__translate_pass(struct translate *t, enum limit which, uint64_t at);

#endif
