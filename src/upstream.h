/* SPDX-License-Identifier: MIT */
/* upstream.h - what an upstream answers in place of a completion, in the form
 * of the API. */
#ifndef SLUICE_SRC_UPSTREAM_H
#define SLUICE_SRC_UPSTREAM_H

#include <sluice/request.h>

#include "buf.h"

/* Writes the body of the error into `out`, and the HTTP status that the client
 * gets into *status. 0 or SLUICE_ERR_NOMEM. */
int sluice__upstream_error(struct buf *out, int http_status, sluice_str body,
                           int *status);

#endif
