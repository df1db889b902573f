/* SPDX-License-Identifier: MIT */
/* chunk.h - a payload -> deltas, for the other stages. */
#ifndef SLUICE_SRC_CHUNK_H
#define SLUICE_SRC_CHUNK_H

#include "count.h"
#include "scratch.h"

/* What the payload is part of: a stream, or a body that came in its place
 * (an array of documents is read as those documents then). */
enum chunk_source { CHUNK_OF_STREAM, CHUNK_OF_BODY };

/* Reads a payload. `taste` is what the handle expects of it; NULL: it is parsed
 * in any case. Returns 0 with the deltas in `out`, or SLUICE_ERR_JSON, _LIMIT
 * or _NOMEM with `error` set, its offset from the payload's start; for _LIMIT
 * `limits` knows which one was passed. */
int sluice__chunk_parse(sluice_scratch *scratch, enum chunk_source source,
                        struct taste *taste, sluice_str event_name,
                        sluice_str payload, struct limits *limits,
                        struct counts *counts, struct cast *out,
                        sluice_error *error);

#endif
