/* SPDX-License-Identifier: MIT */
/* unique.h - objects in which a key stands more than once: the last holds. */
#ifndef SLUICE_SRC_UNIQUE_H
#define SLUICE_SRC_UNIQUE_H

#include "json.h"

/* Makes each key that stands again later in its object a JSON_NONE node, in
 * the whole list; keys are compared in their clean form. From then on, members
 * are walked by the `next` of their values, and the marked ones passed over.
 * Returns 0 or SLUICE_ERR_NOMEM. Cost: n log n in the members of an object. */
int sluice__unique(struct json *j);

#endif
