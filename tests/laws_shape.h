/* SPDX-License-Identifier: MIT */
/* laws_shape.h - the shape of single objects: which members they have and of
 * which type. What belongs together over events is for laws.c. */
#ifndef SLUICE_TESTS_LAWS_SHAPE_H
#define SLUICE_TESTS_LAWS_SHAPE_H

#include <jansson.h>
#include <sluice/options.h>

#include "bytes.h"

/* A member and the types it may have, a letter each: o object, a array,
 * s string, S string that is not empty, i integer that is not negative,
 * r number, b boolean, n null. A '?' at the end: need not be there. */
struct member {
  const char *key, *types;
};

/* Each function returns 1, or 0 with what is wrong in `wrong`. `members` ends
 * with a NULL key; members that are not in the list are wrong. */
int shape_members(json_t *object, const struct member *members,
                  const char *what, struct bytes *wrong);

/* A Response object by itself: members, usage, error, incomplete_details. */
int shape_response(json_t *response, struct bytes *wrong);

/* The same but for status, output, usage, completed_at, service_tier, error and
 * incomplete_details. */
int shape_same_response(json_t *before, json_t *now, struct bytes *wrong);

/* An entry of logprobs; a whole array of them. */
int shape_logprobs(json_t *array, struct bytes *wrong);

/* An annotation that comes when the part has this text. */
int shape_note(json_t *note, sluice_unit unit, const struct bytes *text,
               struct bytes *wrong);

/* Padding makes the delta of an event a multiple of 16 characters long. */
int shape_padding(json_t *event, struct bytes *wrong);

#endif
