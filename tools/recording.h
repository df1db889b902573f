/* SPDX-License-Identifier: MIT */
/* recording.h - a request and its response kept in one JSON file:
 *   {"request": {"body": {"messages": [...]}},
 *    "response": {"body": [{"__data__": chunk}, ...]}}
 * is played back as the stream that it was. */
#ifndef SLUICE_TOOLS_RECORDING_H
#define SLUICE_TOOLS_RECORDING_H

#include "files.h"

/* When `json` has this form, appends to `stream` what the server sent (a body
 * that is no list is a whole completion), and to `files` those that the tool
 * results of the request offered. Returns 1; 0 when it is something else;
 * -1 when there is no memory. */
int recording_replay(sluice_str json, struct buf *stream, struct files *files);

#endif
