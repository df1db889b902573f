/* SPDX-License-Identifier: MIT */
/* shown.h - text from anywhere as a terminal may show it: on one line, cut to
 * a width, with nothing that a terminal obeys. */
#ifndef SLUICE_TOOLS_SHOWN_H
#define SLUICE_TOOLS_SHOWN_H

#include "buf.h"

/* How wide the bytes are when they are shown. Escapes of control characters
 * (\n, \x1b, \u200e) and of bytes that are no UTF-8 (\xff) are counted. */
size_t shown_width(sluice_str s);

/* Appends them, cut at the end to `columns` with an ellipsis. Returns the width
 * of what was added. */
size_t shown_head(struct buf *out, sluice_str s, size_t columns);

/* The same, cut at the beginning. */
size_t shown_tail(struct buf *out, sluice_str s, size_t columns);

/* The number with commas between groups of three digits. */
void shown_number(struct buf *out, uint64_t n);

/* `count` of a thing: 1 event, 2 events. */
void shown_count(struct buf *out, uint64_t n, const char *thing);

#endif
