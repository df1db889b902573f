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
 * Returns SLUICE_OK, SLUICE_ERR_ARG or SLUICE_ERR_NOMEM. */
SLUICE_API sluice_status sluice_fold_new(sluice_fold **out,
                                         const sluice_options *o);

/* Adds one chunk. Its strings are copied. Returns SLUICE_OK, SLUICE_ERR_ARG,
 * SLUICE_ERR_LIMIT or SLUICE_ERR_NOMEM; the last two are sticky. An error
 * delta is kept (sluice_fold_json shows what came before it). */
SLUICE_API sluice_status sluice_fold_chunk(sluice_fold *f,
                                           const sluice_chunk *chunk);

/* The whole as a chat.completion object, as a call without streaming would have
 * returned it. `json` lives until the next call on the handle. Choices are in
 * rising order of their index; members nobody sent are left out; `usage` is
 * null when none came. May be called at any time, again and again; cost: linear
 * in the text kept. Returns SLUICE_OK, SLUICE_ERR_ARG or SLUICE_ERR_NOMEM. */
SLUICE_API sluice_status sluice_fold_json(sluice_fold *f, sluice_str *json);

/* Empties the fold. NULL does nothing. */
SLUICE_API void sluice_fold_reset(sluice_fold *f);

/* How often `a` was met. 0 for NULL and for a number that is none. */
SLUICE_API uint32_t sluice_fold_count(const sluice_fold *f, sluice_anomaly a);

/* NULL does nothing. */
SLUICE_API void sluice_fold_free(sluice_fold *f);

#ifdef __cplusplus
}
#endif
#endif
