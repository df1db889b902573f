/* SPDX-License-Identifier: MIT */
/* fold.h - the chunks of a stream -> one chat.completion: what was said so far.
 *
 * The fold decides what belongs together: which tool call a fragment continues,
 * which field is the source of the reasoning, which finish reason holds, which
 * usage is the last. All choices are kept (n > 1).
 */
#ifndef SLUICE_FOLD_H
#define SLUICE_FOLD_H

#include <sluice/chunk.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sluice_fold sluice_fold;

/* Uses mem, scratch, seed and the limits of `o`; NULL means the defaults.
 * Returns SLUICE_OK, SLUICE_ERR_ARG (`out` is NULL, a bad option) or
 * SLUICE_ERR_NOMEM. */
SLUICE_API sluice_status sluice_fold_new(sluice_fold **out,
                                         const sluice_options *o);

/* Adds one chunk. Its strings are copied; they may stand in the scratch of the
 * fold. A delta of no known type is passed over, a finish that is none counts
 * as stop. What follows [DONE] or an error delta is ignored and counted.
 * Returns SLUICE_OK; SLUICE_ERR_ARG; SLUICE_ERR_STATE (after a finish that was
 * OK, or the scratch is in use); SLUICE_ERR_LIMIT or SLUICE_ERR_NOMEM, which
 * are sticky, as the errors of finish are. */
SLUICE_API sluice_status sluice_fold_chunk(sluice_fold *f,
                                           const sluice_chunk *chunk);

/* The input is over: characters that were cut and never completed are added as
 * U+FFFD. Returns how the stream ended; a second call returns the same.
 *   SLUICE_OK             each choice has a finish reason, or [DONE] or a whole
 *                         message came (then sluice_fold_reason says more)
 *   SLUICE_ERR_UPSTREAM   the upstream sent an error
 *   SLUICE_ERR_TRUNCATED  it ended before that, or within the arguments of a
 *                         call that has no finish reason
 *   SLUICE_ERR_EMPTY      no choice ever came
 *   SLUICE_ERR_ARG; SLUICE_ERR_STATE (the scratch is in use); or the sticky
 *   error of an earlier call */
SLUICE_API sluice_status sluice_fold_finish(sluice_fold *f);

/* The finish reason that holds for the choice that came first. NULL, or no
 * reason so far, gives SLUICE_FINISH_NONE. */
SLUICE_API sluice_finish sluice_fold_reason(const sluice_fold *f);

/* What went wrong, in clean JSON text: the message of the upstream's error, or
 * a static text. Empty while nothing did. Lives until reset or free. */
SLUICE_API sluice_text sluice_fold_message(const sluice_fold *f);

/* The whole as a chat.completion object, as a call without streaming would have
 * returned it. `json` lives until the next call on the handle or its scratch.
 * Choices are in rising order of their index; reasoning stands under the name
 * it came under; a call without id has one made from the seed; members nobody
 * sent are left out; `usage` is null when none came. May be called at any time,
 * again and again, also after an error; cost: linear in the text kept. Returns
 * SLUICE_OK, SLUICE_ERR_ARG, SLUICE_ERR_STATE (the scratch is in use) or
 * SLUICE_ERR_NOMEM; `json` is empty then. */
SLUICE_API sluice_status sluice_fold_json(sluice_fold *f, sluice_str *json);

/* Empties the fold: ready for another stream. Does nothing when `f` is NULL or
 * the scratch is in use. */
SLUICE_API void sluice_fold_reset(sluice_fold *f);

/* How often `a` was met. 0 for NULL and for a number that is none. */
SLUICE_API uint32_t sluice_fold_count(const sluice_fold *f, sluice_anomaly a);

/* NULL does nothing. */
SLUICE_API void sluice_fold_free(sluice_fold *f);

#ifdef __cplusplus
}
#endif
#endif
