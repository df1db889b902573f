/* SPDX-License-Identifier: MIT */
/* recording.h - the five recorded streams of the corpus, taken apart: what the
 * workloads are made from. */
#ifndef SLUICE_BENCH_RECORDING_H
#define SLUICE_BENCH_RECORDING_H

#include "../tests/bytes.h"

#define RECORDINGS 5

struct token {
  char *plain; /* UTF-8 */
  char *json;  /* with its quotes, as the recording had it */
};

struct recording {
  struct token *tokens; /* what was said, a content delta each */
  size_t token_count;
  char **paddings; /* `obfuscation` of each chunk, in their order */
  size_t padding_count;
  char *model, *tier, *fingerprint; /* plain */
  char *finish;                     /* plain */
  char *usage;                      /* JSON; NULL: there was none */
};

/* Reads corpus/seed-000.sse to seed-004.sse. What is wrong with them ends the
 * program. */
void recordings_read(struct recording all[RECORDINGS]);
void recordings_free(struct recording all[RECORDINGS]);

/* A token with this text. */
struct token token_of(const char *plain, int ascii_only);

#endif
