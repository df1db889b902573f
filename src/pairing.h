/* SPDX-License-Identifier: MIT */
/* pairing.h - the calls of a conversation and their outputs. An output belongs
 * to the last call before it with its id that has none: ids of some servers
 * come again in later turns. */
#ifndef SLUICE_SRC_PAIRING_H
#define SLUICE_SRC_PAIRING_H

#include "tree.h"
#include "turn.h"

struct pair {
  uint32_t call, output;   /* items */
  size_t output_at;        /* its index in the input */
  const struct turn *turn; /* of the output */
  sluice_text id;
  struct leaf by_id;
};

struct pairing {
  const sluice_mem *mem;
  struct pair *pairs; /* in the order of the calls */
  size_t count;
  struct tree open; /* those without output so far */
  struct buf ids;
};

void sluice__pairing_init(struct pairing *p, const sluice_mem *mem);
void sluice__pairing_free(struct pairing *p);

/* Pairs the items of the list at `place`, of each of which sluice__turn_of knew
 * what it is. 0; SLUICE_ERR_REQUEST with the fault
 * set; SLUICE_ERR_NOMEM. Cost: n log n in the calls. */
int sluice__pairing_read(struct pairing *p, struct asked *a,
                         const struct place *place, uint32_t list);

#endif
