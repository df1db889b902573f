/* SPDX-License-Identifier: MIT */
/* inspect.h - the two forms in which a picture is shown. */
#ifndef SLUICE_TOOLS_INSPECT_H
#define SLUICE_TOOLS_INSPECT_H

#include "picture.h"

/* What is known beside the picture. */
struct inspected {
  const struct picture *picture;
  const char *name; /* of the input */
  int replayed;     /* it was a recording */
  int live;         /* the times mean something */
  int stopped;      /* an interrupt ended it */
};

/* For people; with the colours of a terminal, or without. Returns 0, or -1
 * when there is no memory. */
int inspect_report(const struct inspected *in, int colour, struct buf *out);

/* For machines: one JSON object and a line feed. Returns as above. */
int inspect_json(const struct inspected *in, struct buf *out);

/* In a few words. */
const char *inspect_kind(enum picture_kind kind);

#endif
