/* SPDX-License-Identifier: MIT */
/* quirks.h - all that is known about how providers differ. No other file names
 * one. docs/quirks.md lists the rows. */
#ifndef SLUICE_SRC_QUIRKS_H
#define SLUICE_SRC_QUIRKS_H

#include "count.h"
#include "scratch.h"

/* The chunk that is being read. */
struct reading {
  sluice_scratch *scratch;
  const struct json *json; /* of the scratch */
  struct counts *counts;   /* anomalies */
  struct limits *limits;
  int64_t choice; /* index of the present choice */
};

/* 1 when the payload is the end mark of a stream. */
int sluice__quirk_is_done(sluice_str payload);

/* What a finish reason means; SLUICE_FINISH_NONE when it says nothing. `why` is
 * set for SLUICE_FINISH_ERROR: a message in raw text. */
sluice_finish sluice__quirk_finish(const struct reading *r, uint32_t node,
                                   sluice_str *why);

/* The index of a tool call, or SLUICE_NO_INDEX. */
int64_t sluice__quirk_index(const struct reading *r, uint32_t node);

/* Adds the deltas of a choice's reasoning fields. 0 or an error. */
int sluice__quirk_reasoning(struct reading *r, uint32_t delta);

/* The field of a delta that a source of reasoning stands for, and the member of
 * a whole message that has the same text. */
const char *sluice__quirk_reasoning_field(int source);
const char *sluice__quirk_reasoning_member(int source);

/* Adds the deltas of a content that is no string. 0 or an error. */
int sluice__quirk_parts(struct reading *r, uint32_t content);

/* Fills in an error from whatever stands for one. 1 when it is one. */
int sluice__quirk_error(const struct reading *r, uint32_t node,
                        sluice_delta *error);

/* An error in a place of the provider's own. 1 when there is one. */
int sluice__quirk_hidden_error(const struct reading *r, uint32_t document,
                               sluice_delta *error);

/* The error of a document that has no `error` member but is one itself, as
 * some bodies are. 1 when it is one. */
int sluice__quirk_bare_error(const struct reading *r, uint32_t document,
                             sluice_delta *error);

/* The usage of a document, wherever it stands. 1 when there was one. */
int sluice__quirk_usage(const struct reading *r, uint32_t document,
                        sluice_usage *usage);

/* Adds the citations of a delta, or of a list beside the choices (opt-in:
 * guessed). 0 or an error. */
int sluice__quirk_annotations(struct reading *r, uint32_t delta);
int sluice__quirk_citation_list(struct reading *r, uint32_t document);

/* Counts images and audio that are not passed on. */
void sluice__quirk_media(const struct reading *r, uint32_t delta);

/* The code that response.error shows for an upstream's error: one that clients
 * act on, else server_error. */
sluice_text sluice__quirk_error_code(sluice_text code, sluice_text type);

/* The same for an answer with an HTTP status (400 … 599), of which the message
 * (raw text) may say more than the code; empty when nothing known is said. */
sluice_text sluice__quirk_http_code(int status, sluice_text code,
                                    sluice_text type, sluice_str message);

/* The number of a service tier that the published schema has, from 1; 0: it has
 * none of that name. And its name; empty for 0. */
uint8_t sluice__quirk_tier(sluice_text tier);
sluice_text sluice__quirk_tier_name(uint8_t number);

#endif
