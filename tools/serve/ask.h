/* SPDX-License-Identifier: MIT */
/* ask.h - what the body of a request to /v1/chat/completions asks for. */
#ifndef SLUICE_TOOLS_ASK_H
#define SLUICE_TOOLS_ASK_H

#include "buf.h"

struct ask {
  struct buf model; /* plain UTF-8 */
  int stream;
  unsigned answered; /* how often tools answered since the user last spoke:
                        runs of messages with the role `tool` */
};

void ask_init(struct ask *ask);
void ask_free(struct ask *ask);

/* Reads the JSON `body`; members that are not about the answer are ignored.
 * Returns 0; -1 when it is no such request, with the reason, in plain text, in
 * `why`, and the member it is about, if any, in *param. */
int ask_read(struct ask *ask, sluice_str body, struct buf *why,
             const char **param);

#endif
