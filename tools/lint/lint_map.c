/* SPDX-License-Identifier: MIT */
#include "lint_map.h"

void lint_map_init(struct lint_map *map, const sluice_mem *mem)
{
  memset(map, 0, sizeof(*map));
  sluice__buf_init(&map->keys, mem);
}

void lint_map_free(struct lint_map *map)
{
  const sluice_mem *mem = map->keys.mem;

  sluice__free(mem, map->entries);
  sluice__buf_free(&map->keys);
  lint_map_init(map, mem);
}

static struct lint_map_entry *slot_of(const struct lint_map *map,
                                      sluice_text key)
{
  uint64_t hash = 1469598103934665603u;
  size_t i;

  for (i = 0; i < key.n; i++)
    hash = (hash ^ (unsigned char)key.p[i]) * 1099511628211u;
  hash ^= hash >> 32;
  for (i = hash & (map->slots - 1);; i = (i + 1) & (map->slots - 1)) {
    struct lint_map_entry *e = &map->entries[i];
    if (e->value == SIZE_MAX ||
        (e->n == key.n && memcmp(map->keys.p + e->at, key.p, key.n) == 0))
      return e;
  }
}

static int grow(struct lint_map *map)
{
  const sluice_mem *mem = map->keys.mem;
  struct lint_map_entry *old = map->entries;
  size_t slots = map->slots, i;

  map->slots = slots == 0 ? 32 : slots * 2;
  map->entries = (struct lint_map_entry *)mem->malloc(
      mem->user, map->slots * sizeof(*map->entries));
  if (map->entries == NULL) {
    map->entries = old;
    map->slots = slots;
    return SLUICE_ERR_NOMEM;
  }
  for (i = 0; i < map->slots; i++)
    map->entries[i].value = SIZE_MAX;
  for (i = 0; i < slots; i++)
    if (old[i].value != SIZE_MAX)
      *slot_of(map, (sluice_text){map->keys.p + old[i].at, old[i].n}) = old[i];
  sluice__free(mem, old);
  return 0;
}

size_t lint_map_get(const struct lint_map *map, sluice_text key)
{
  return map->slots == 0 ? SIZE_MAX : slot_of(map, key)->value;
}

int lint_map_add(struct lint_map *map, sluice_text key, size_t value)
{
  struct lint_map_entry *e;
  size_t at = map->keys.n;

  if (lint_map_get(map, key) != SIZE_MAX)
    return 0;
  if (2 * map->used >= map->slots && grow(map) != 0)
    return SLUICE_ERR_NOMEM;
  e = slot_of(map, key);
  sluice__buf_text(&map->keys, key);
  sluice__buf_byte(&map->keys, '\0'); /* an empty key has a place, too */
  if (map->keys.failed)
    return SLUICE_ERR_NOMEM;
  *e = (struct lint_map_entry){at, key.n, value};
  map->used++;
  return 0;
}
