/* SPDX-License-Identifier: MIT */
/* chunk.h - a payload -> deltas, for the other stages. */
#ifndef SLUICE_SRC_CHUNK_H
#define SLUICE_SRC_CHUNK_H

#include "count.h"
#include "scratch.h"

/* What the payload is part of: a stream, or a body that came in its place
 * (an array of documents is read as those documents then). */
enum chunk_source { CHUNK_OF_STREAM, CHUNK_OF_BODY };

/* Parses a payload into the scratch's deltas. Returns 0, or SLUICE_ERR_JSON,
 * _LIMIT or _NOMEM with `error` set, its offset from the payload's start; for
 * _LIMIT `limits` knows which one was passed. */
int sluice__chunk_parse(sluice_scratch *scratch, enum chunk_source source,
                        sluice_str event_name, sluice_str payload,
                        struct limits *limits, struct counts *counts,
                        sluice_error *error);

#endif
