/* SPDX-License-Identifier: MIT */
/* said.h - what was said, read with another JSON library: by a plain stream, by
 * a chat.completion, by a Response. */
#ifndef SLUICE_FUZZ_SAID_H
#define SLUICE_FUZZ_SAID_H

#include <sluice/common.h>

#include "../tests/bytes.h"

struct said {
  struct bytes text, thought, refusal; /* joined */
  struct bytes calls; /* name and arguments of each call, a line each */
  int unsure;         /* not all of it was plain */
};

/* Each fills `s` anew. A stream is plain when it has one choice with strings in
 * the places of the published schema, and nothing else that could be text. Its
 * calls are not read. */
void said_by_stream(struct said *s, sluice_str stream);
void said_by_completion(struct said *s, sluice_str json);
void said_by_response(struct said *s, sluice_str json);

/* `calls` 0: those are not compared. */
int said_same(const struct said *a, const struct said *b, int calls);

#endif
