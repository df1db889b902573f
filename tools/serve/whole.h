/* SPDX-License-Identifier: MIT */
/* whole.h - what a server that sends this stream would have answered had it
 * not been asked to stream. */
#ifndef SLUICE_TOOLS_WHOLE_H
#define SLUICE_TOOLS_WHOLE_H

#include "buf.h"

/* Appends the JSON: the chat.completion, as far as the stream goes, or the
 * error that the stream holds. Returns the status of HTTP that goes with it; 0
 * and no JSON when the stream holds neither; -1 when there is no memory. */
int whole_write(sluice_str stream, struct buf *json);

#endif
