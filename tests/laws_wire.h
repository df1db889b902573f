/* SPDX-License-Identifier: MIT */
/* laws_wire.h - the bytes of an event -> a parsed object, and lengths. */
#ifndef SLUICE_TESTS_LAWS_WIRE_H
#define SLUICE_TESTS_LAWS_WIRE_H

#include <jansson.h>
#include <sluice/options.h>

#include "bytes.h"

#define WIRE_NAME 80

/* `event: T` LF `data: {…}` LF LF: gives T and the object. Returns 1, or 0 with
 * what is wrong in `wrong`. */
int wire_parse(const char *wire, size_t n, char name[WIRE_NAME], json_t **event,
               struct bytes *wrong);

/* The string member, "" when there is none. */
const char *wire_string(json_t *object, const char *key);

/* How long a text is in the unit. */
uint64_t wire_length(sluice_unit unit, const struct bytes *text);

#endif
