/* SPDX-License-Identifier: MIT */
/* digest.h - the choices and calls of a picture, as plain text. */
#ifndef SLUICE_TOOLS_DIGEST_H
#define SLUICE_TOOLS_DIGEST_H

#include "picture.h"

struct digest_choice {
  int64_t index;
  const struct picture_choice *seen;
  struct buf text, reasoning, refusal;
  struct buf finish;    /* the reason as it came */
  const char *field;    /* that brought the reasoning */
  size_t logprobs;      /* tokens that have them */
  uint32_t node, calls; /* in the JSON of the picture */
};

enum digest_arguments {
  DIGEST_EMPTY,    /* there are none */
  DIGEST_COMPLETE, /* one JSON value */
  DIGEST_BROKEN    /* anything else */
};

struct digest_call {
  struct buf id, name, arguments;
  enum digest_arguments is;
  int has_id; /* in the stream; else it was made */
  int legacy; /* it came as `function_call` */
  uint32_t node;
};

/* The first choice after `*c`, which zeros make the first of all. Returns 1; 0
 * when there is none; -1 when there is no memory. In each case what `*c` held
 * before is freed. */
int digest_next_choice(const struct picture *p, struct digest_choice *c);

/* The same for the calls of a choice. */
int digest_next_call(const struct picture *p, const struct digest_choice *c,
                     struct digest_call *call);

/* A raw JSON string as plain text. Returns 0, or -1 without memory. */
int digest_plain(struct buf *out, sluice_str raw);

/* How many code points there are in plain text. */
uint64_t digest_characters(const struct buf *plain);

/* What a finish reason means, in words. */
const char *digest_finish(sluice_finish finish);

#endif
