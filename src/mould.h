/* SPDX-License-Identifier: MIT */
/* mould.h - the shapes of payloads that came before, so that the next one like
 * them is compared instead of parsed. mould.c explains the idea.
 *
 * Moulds live in a scratch: all streams of a thread share what one of them has
 * taught. They are bounded in number and size, and only ever a shortcut: what
 * fits none of them is parsed, and gives the same deltas.
 */
#ifndef SLUICE_SRC_MOULD_H
#define SLUICE_SRC_MOULD_H

#include <sluice/chunk.h>

#include "json.h"

#define MOULD_FRAME  6    /* bytes of `data: ` */
#define MOULD_COUNT  16   /* in one scratch */
#define MOULD_BYTES  4096 /* of a payload that is learned */
#define MOULD_NODES  256
#define MOULD_HOLES  128
#define MOULD_DELTAS 8

struct mould;

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
  uint8_t last;   /* its number */
  uint8_t misses; /* payloads in a row that fitted none */
};

/* What a mould gave. */
struct cast {
  const sluice_delta *deltas; /* NULL: the nodes must be read again */
  size_t count;
  size_t taken; /* bytes of input */
  int plain;    /* its text is plain (scan.h) */
};

void sluice__moulds_init(struct moulds *m, const sluice_mem *mem);
void sluice__moulds_free(struct moulds *m);

/* Looks for a mould that fits the whole payload and needs at most max_depth
 * levels. Returns 1 with `out` set: its strings point into the payload or into
 * the mould, until the next call. Without deltas, `nodes` holds the payload as
 * if it had been parsed. 0: none fits, or no memory for the nodes. */
int sluice__mould_payload(struct moulds *m, struct taste *taste,
                          sluice_str payload, uint32_t max_depth,
                          struct json *nodes, struct cast *out);

/* The same at the start of a line of an event stream: `data: `, the payload and
 * two newlines must be there; out->taken counts all that. Only moulds that give
 * deltas, and only the likely ones are tried. */
int sluice__mould_event(struct moulds *m, struct taste *taste, const char *p,
                        size_t n, size_t max_payload, uint32_t max_depth,
                        struct cast *out);

/* The mould that gave this handle its last deltas, in the same call. */
struct mould *sluice__mould_last(struct moulds *m, const struct taste *taste);

/* One more event like the last one: all that the deltas show is the same but
 * for the text, which is plain (scan.h) and not empty. Returns the bytes of it,
 * or 0. */
size_t sluice__mould_again(struct mould *m, const char *p, size_t n,
                           size_t max_payload, sluice_text *text);

/* Learns from a payload that was parsed and read, without a fault. `nodes` know
 * what the reading looked at (json.h). `pure`: reading it counted nothing, and
 * the deltas are all it gave. */
void sluice__mould_learn(struct moulds *m, struct taste *taste,
                         const struct json *nodes, sluice_str payload,
                         const sluice_delta *deltas, size_t count, int pure);

#endif
