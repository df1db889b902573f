/* SPDX-License-Identifier: MIT */
/* agenda.h - what waits for its time: a heap, the earliest on top. */
#ifndef SLUICE_TOOLS_AGENDA_H
#define SLUICE_TOOLS_AGENDA_H

#include <stddef.h>
#include <stdint.h>

struct agenda_entry {
  uint64_t due;
  void *what;
};

/* All zero is empty. */
struct agenda {
  struct agenda_entry *entries;
  size_t count, cap;
};

/* Returns 0, or -1 when there is no memory. */
int agenda_add(struct agenda *agenda, uint64_t due, void *what);

/* When the earliest is due; UINT64_MAX when nothing waits. */
uint64_t agenda_due(const struct agenda *agenda);

/* Takes the earliest, if it is due at `now`; NULL when none is. */
void *agenda_take(struct agenda *agenda, uint64_t now);

void agenda_free(struct agenda *agenda);

#endif
