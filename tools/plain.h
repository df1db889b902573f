/* SPDX-License-Identifier: MIT */
/* plain.h - strings of a JSON text as plain UTF-8. */
#ifndef SLUICE_TOOLS_PLAIN_H
#define SLUICE_TOOLS_PLAIN_H

#include "buf.h"

/* Appends the text of a JSON string, given as it stands between its quotes.
 * Returns 0, or -1 when there is no memory. */
int plain_append(struct buf *out, sluice_str raw);

#endif
