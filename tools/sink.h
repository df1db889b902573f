/* SPDX-License-Identifier: MIT */
/* sink.h - what goes to stdout, gathered into large writes. */
#ifndef SLUICE_TOOLS_SINK_H
#define SLUICE_TOOLS_SINK_H

#include "buf.h"

struct sink {
  struct buf pending;
  int failed; /* a write failed and was reported: nothing more is taken */
};

void sink_init(struct sink *out);

/* Adds bytes. */
void sink_put(struct sink *out, const char *p, size_t n);
void sink_text(struct sink *out, const char *text);

/* What was added is whole: it may be written, if it is worth a write. To be
 * called between events, so that no write ends within one. */
void sink_settle(struct sink *out);

/* Writes all that was added. Returns 0, or -1 when this or an earlier write
 * failed. A reader that went away is no reason for a message. */
int sink_flush(struct sink *out);

/* Flushes and frees. Returns as flush. */
int sink_close(struct sink *out);

#endif
