/* SPDX-License-Identifier: MIT */
/* lint_map.h - texts and a number for each. */
#ifndef SLUICE_TOOLS_LINT_MAP_H
#define SLUICE_TOOLS_LINT_MAP_H

#include "buf.h"

struct lint_map_entry {
  size_t at, n; /* in `keys` */
  size_t value; /* SIZE_MAX: an empty slot */
};

struct lint_map {
  struct buf keys;
  struct lint_map_entry *entries;
  size_t slots, used; /* slots is a power of two */
};

void lint_map_init(struct lint_map *map, const sluice_mem *mem);
void lint_map_free(struct lint_map *map);

/* SIZE_MAX when the key is not there. */
size_t lint_map_get(const struct lint_map *map, sluice_text key);

/* Adds a key, unless it is there already. Returns 0 or SLUICE_ERR_NOMEM. */
int lint_map_add(struct lint_map *map, sluice_text key, size_t value);

#endif
