/* SPDX-License-Identifier: MIT */
/* cutter.h - a stream that comes byte by byte, and is ended at each of them: at
 * each byte the handle is put aside (arena.h), the stream ends, all checkers
 * look at what came out, and the handle is put back. So all cuts of a stream
 * together cost little more than the stream itself. */
#ifndef SLUICE_TESTS_CUTTER_H
#define SLUICE_TESTS_CUTTER_H

#include "run.h"

/* How a stream begins and ends. */
struct cutter_hooks {
  /* From a new handle to where the stream begins; NULL: that is there. */
  void (*start)(void *user, struct run *r);
  /* The stream is over: all that follows, run_finish included; NULL: just that.
   */
  void (*finish)(void *user, struct run *r);
  /* Gets each output that differs from the one before it; NULL: nobody does. */
  void (*output)(void *user, const struct bytes *wire);
  void *user;
};

struct cutter_count {
  size_t cuts, outputs; /* outputs that differ from that of the cut before */
};

/* Cuts the stream at every byte, and adds up how many those were. Of a line of
 * more than 2,000 bytes those behind are cut at each 97th; with sanitizers (the
 * environment says so in SANITIZE) or in a sample (check.h) this begins
 * earlier. `setup` gets memory of its own. What is wrong fails the test. */
void cutter_run(const char *name, const struct setup *setup,
                const struct bytes *in, const struct cutter_hooks *hooks,
                struct cutter_count *count);

#endif
