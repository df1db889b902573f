/* SPDX-License-Identifier: MIT */
/* translate.h - the state machine: deltas in, a whole response out. */
#ifndef SLUICE_SRC_TRANSLATE_H
#define SLUICE_SRC_TRANSLATE_H

#include "fold.h"
#include "output.h"

/* A response's life. A finish reason is no phase: it is noted, and content may
 * still follow it; the end of the stream decides.
 *
 *             a choice   an error   the end
 *   NEW       LIVE       ENDED      ENDED     nothing was sent
 *   LIVE      LIVE       ENDED      ENDED     created and in_progress were sent
 *   ENDED     -          -          -         the terminal event was sent
 */
enum phase { PHASE_NEW, PHASE_LIVE, PHASE_ENDED };

/* How the end of the input came. */
enum end {
  END_MARK, /* [DONE], or a whole body */
  END_INPUT /* no more bytes */
};

struct translate {
  enum phase phase;
  struct fold fold;
  struct output output;
  sluice_response response; /* what lifecycle events show */
  struct buf model, message, error_type, error_code, error_param;
  char id[SLUICE_ID_MAX];
  struct buf given_id, given_model; /* of the options */
  int64_t given_created;
  int64_t (*clock)(void *user);
  void *clock_user;
  uint32_t flags;
  uint32_t *counts;
  sluice_error error;
};

/* 0, SLUICE_ERR_ARG or SLUICE_ERR_NOMEM; free it in any case. */
int sluice__translate_init(struct translate *t, const sluice_mem *mem,
                           sluice_scratch *scratch, const sluice_options *o,
                           uint32_t *counts, sluice_event_cb cb, void *user);
void sluice__translate_free(struct translate *t);
void sluice__translate_reset(struct translate *t, uint64_t seed);

/* One delta, from stream offset `at`. Does nothing when the response has ended.
 * Returns 0 or a negative status; the response has failed then (but for
 * SLUICE_ERR_CALLBACK: nothing more is sent). */
int sluice__translate_delta(struct translate *t, const sluice_delta *d,
                            uint64_t at);

/* The input is over. Returns as above. */
int sluice__translate_end(struct translate *t, enum end end, uint64_t at);

/* Ends the response as failed, for a reason of our own: `why` (static ASCII)
 * and then, if not empty, what came (plain bytes, shown in quotes). Returns
 * `status`, or SLUICE_ERR_CALLBACK. */
int sluice__translate_fail(struct translate *t, sluice_status status,
                           uint64_t at, const char *why, sluice_str came);

#endif
