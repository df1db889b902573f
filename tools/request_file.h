/* SPDX-License-Identifier: MIT */
/* request_file.h - the file of --request: the client's Responses request. */
#ifndef SLUICE_TOOLS_REQUEST_FILE_H
#define SLUICE_TOOLS_REQUEST_FILE_H

#include <sluice/sluice.h>

#include "bounds.h"
#include "buf.h"

/* Appends the file's text, which is one JSON object. Returns 0, or -1 when it
 * cannot be read, passes a bound, or is something else, which stderr then says.
 */
int request_read(struct buf *text, const char *path,
                 const struct bounds *bounds);

/* Says on stderr how many values of the request are not shown as they are. */
void request_report(const char *path, const sluice_translator *t);

#endif
