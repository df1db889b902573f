/* SPDX-License-Identifier: MIT */
/* damage.h - what can happen to the bytes of a stream on their way: bits that
 * flip; bytes, blocks, lines and events that are lost, come twice, change
 * places or come from another stream; JSON values of another type; characters
 * cut in half; other line ends; an end before the end.
 */
#ifndef SLUICE_TESTS_DAMAGE_H
#define SLUICE_TESTS_DAMAGE_H

#include "bytes.h"

#include <stdint.h>

struct damage {
  const char *name; /* like "line-lost" */
  /* Changes `b`; `other` is another stream to take from. What it does depends
   * on nothing but the three; `seed` moves on. Some streams cannot be damaged
   * in some ways (nothing in it is a line): they stay as they are. */
  void (*run)(struct bytes *b, const struct bytes *other, uint64_t *seed);
};

/* All kinds. The last does several of the others. */
extern const struct damage damages[];
extern const size_t damage_count;

/* Tries each kind with `count` seeds from `from` on; `try_one` returns how many
 * faults it saw. `what` (NULL: silent) is what was damaged, for a line each.
 * Returns all faults. */
size_t damage_all(size_t (*try_one)(size_t damage, uint64_t from,
                                    uint64_t count),
                  uint64_t from, uint64_t count, const char *what);

/* How many bytes at the beginning are the same. */
size_t damage_place(const struct bytes *before, const struct bytes *after);

/* Where the last event ends that is whole, blank line and all, within the first
 * n bytes; 0 when there is none. */
size_t damage_events(const struct bytes *b, size_t n);

#endif
