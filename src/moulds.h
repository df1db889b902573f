/* SPDX-License-Identifier: MIT */
/* moulds.h - the moulds of a scratch, and which of them a payload is likely to
 * fit. All streams of a thread share what one of them has taught. They are
 * bounded in number and size, and only ever a shortcut: what fits none of them
 * is parsed, and gives the same deltas. */
#ifndef SLUICE_SRC_MOULDS_H
#define SLUICE_SRC_MOULDS_H

#include "mould.h"

#define MOULD_COUNT 16 /* in one scratch */

struct moulds {
  const sluice_mem *mem;
  struct mould *all[MOULD_COUNT];
  uint32_t count;
  uint32_t clock; /* counts matches, to tell which one is the oldest */
  uint32_t wait;  /* payloads that are not learned from, after useless ones */
  uint32_t pause; /* how long the next wait is */
};

/* What one handle expects. Zero at first. */
struct taste {
  uint8_t last;   /* number of the mould that fitted last */
  uint8_t misses; /* payloads in a row that fitted none */
};

/* What a payload gave. */
struct cast {
  const struct mould *mould;  /* that has the deltas; NULL: none */
  const sluice_delta *deltas; /* NULL: the nodes must be read again */
  size_t count;
  size_t taken; /* bytes of input */
  int plain;    /* its text is plain (scan.h) */
};

void sluice__moulds_init(struct moulds *all, const sluice_mem *mem);
void sluice__moulds_free(struct moulds *all);

/* Looks for a mould that fits the whole payload and needs at most max_depth
 * levels. Returns 1 with `out` set: its strings point into the payload or into
 * the mould, until the next call. Without deltas, `nodes` holds the payload as
 * if it had been parsed: they are those of the scratch that the moulds are in,
 * and its moulds were learned from. 0: none fits. */
int sluice__moulds_payload(struct moulds *all, struct taste *taste,
                           sluice_str payload, uint32_t max_depth,
                           struct json *nodes, struct cast *out);

/* The same at the start of a line of an event stream: `data: `, the payload and
 * two newlines must be there; out->taken counts all that. Only moulds that give
 * deltas, and only the likely ones are tried. */
int sluice__moulds_event(struct moulds *all, struct taste *taste, const char *p,
                         size_t n, size_t max_payload, uint32_t max_depth,
                         struct cast *out);

/* 1 when another mould may be learned now by this handle. */
int sluice__moulds_may_learn(struct moulds *all, const struct taste *taste);

/* Puts it in, in the place of another one if need be; the handle expects it
 * next. */
void sluice__moulds_put(struct moulds *all, struct taste *taste,
                        struct mould *m);

#endif
