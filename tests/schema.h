/* SPDX-License-Identifier: MIT */
/* schema.h - is an event as the published schema says? Knows the part of JSON
 * Schema that the schema of the Responses events uses. */
#ifndef SLUICE_TESTS_SCHEMA_H
#define SLUICE_TESTS_SCHEMA_H

#include <jansson.h>

#include "bytes.h"

/* Not part of the project: where it is absent, these checks are skipped. */
#define SCHEMA_PATH "../shared/spec/responses-events.schema.json"

/* NULL when there is none. json_decref frees it. */
json_t *schema_load(void);

/* 1, or 0 with what is wrong in `wrong`. Members that the schema does not name
 * are wrong, but those that real streams have, too. */
int schema_check(json_t *schema, json_t *event, struct bytes *wrong);

#endif
