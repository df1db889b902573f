/* SPDX-License-Identifier: MIT */
#include "agenda.h"

#include <stdlib.h>

/* Room for one more. */
static int grow(struct agenda *agenda)
{
  size_t cap = agenda->cap > 0 ? agenda->cap * 2 : 64;
  void *entries;

  if (agenda->count < agenda->cap)
    return 0;
  if (cap > SIZE_MAX / sizeof(*agenda->entries))
    return -1;
  entries = realloc(agenda->entries, cap * sizeof(*agenda->entries));
  if (entries == NULL)
    return -1;
  agenda->entries = entries;
  agenda->cap = cap;
  return 0;
}

int agenda_add(struct agenda *agenda, uint64_t due, void *what)
{
  size_t at = agenda->count;

  if (grow(agenda) != 0)
    return -1;
  agenda->count++;
  while (at > 0 && agenda->entries[(at - 1) / 2].due > due) {
    agenda->entries[at] = agenda->entries[(at - 1) / 2];
    at = (at - 1) / 2;
  }
  agenda->entries[at] = (struct agenda_entry){due, what};
  return 0;
}

uint64_t agenda_due(const struct agenda *agenda)
{
  return agenda->count > 0 ? agenda->entries[0].due : UINT64_MAX;
}

/* Sets the entry that belongs somewhere below the top into its place. */
static void sink_down(struct agenda *agenda, struct agenda_entry entry)
{
  size_t at = 0, child;

  while ((child = 2 * at + 1) < agenda->count) {
    if (child + 1 < agenda->count &&
        agenda->entries[child + 1].due < agenda->entries[child].due)
      child++;
    if (agenda->entries[child].due >= entry.due)
      break;
    agenda->entries[at] = agenda->entries[child];
    at = child;
  }
  agenda->entries[at] = entry;
}

void *agenda_take(struct agenda *agenda, uint64_t now)
{
  void *what;

  if (agenda->count == 0 || agenda->entries[0].due > now)
    return NULL;
  what = agenda->entries[0].what;
  agenda->count--;
  if (agenda->count > 0)
    sink_down(agenda, agenda->entries[agenda->count]);
  return what;
}

void agenda_free(struct agenda *agenda)
{
  free(agenda->entries);
  *agenda = (struct agenda){0};
}
