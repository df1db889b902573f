/* SPDX-License-Identifier: MIT */
/* siege.h - a hostile stream against what it is made for. */
#ifndef SLUICE_TESTS_SIEGE_H
#define SLUICE_TESTS_SIEGE_H

#include <sluice/sluice.h>

#include "bytes.h"
#include "hostile.h"
#include "run.h"

struct siege {
  const struct hostile *hostile;
  struct setup setup;
  struct bytes in;   /* the stream, or the request */
  struct bytes next; /* the stream of the round behind it */
  size_t rounds;

  /* what came out */
  uint64_t events, out; /* and their bytes */
  uint64_t created, terminal;
  sluice_status status;  /* of the last call */
  sluice_event_cb watch; /* NULL, or gets each event */
  void *watch_user;
};

/* The stream of size n and its options; limits that the options do not name are
 * out of reach. `mem` may be NULL. */
void siege_init(struct siege *s, const struct hostile *h, size_t n,
                const sluice_mem *mem);

/* The whole run, from new to free. tools/verify/cost.sh counts it by name. */
void siege_run(struct siege *s);

void siege_free(struct siege *s);

#endif
