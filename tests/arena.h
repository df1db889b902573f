/* SPDX-License-Identifier: MIT */
/* arena.h - memory for handles that can be put back to what it was. A handle
 * keeps all it knows in the memory that it was given, so a copy of that memory
 * is a copy of the handle: at each byte of a stream a test can end it there,
 * look, and go on as if nothing had happened. */
#ifndef SLUICE_TESTS_ARENA_H
#define SLUICE_TESTS_ARENA_H

#include <sluice/common.h>

#include "bytes.h"

struct arena;

/* `size`: bytes at most; more ends the program. */
struct arena *arena_new(size_t size);
void arena_free(struct arena *a);

/* Gives the memory out; lives as long as the arena. */
const sluice_mem *arena_mem(const struct arena *a);

/* Blocks that were given out and are not back. */
size_t arena_live(const struct arena *a);

/* Puts all of it into `copy`, or back from it. */
void arena_save(const struct arena *a, struct bytes *copy);
void arena_restore(struct arena *a, const struct bytes *copy);

#endif
