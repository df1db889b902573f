/* SPDX-License-Identifier: MIT */
#include "mem.h"

#include <stdlib.h>
#include <string.h>

static void *std_malloc(void *user, size_t size)
{
  (void)user;
  return malloc(size);
}

static void *std_realloc(void *user, void *ptr, size_t size)
{
  (void)user;
  return realloc(ptr, size);
}

static void std_free(void *user, void *ptr)
{
  (void)user;
  free(ptr);
}

sluice_mem sluice__mem(const sluice_mem *mem)
{
  static const sluice_mem standard = {std_malloc, std_realloc, std_free, NULL};

  if (mem == NULL || !mem->malloc || !mem->realloc || !mem->free)
    return standard;
  return *mem;
}

void *sluice__new(const sluice_mem *mem, size_t size)
{
  void *p = mem->malloc(mem->user, size);

  if (p != NULL)
    memset(p, 0, size);
  return p;
}

void sluice__free(const sluice_mem *mem, void *ptr)
{
  if (ptr != NULL)
    mem->free(mem->user, ptr);
}

/* A larger capacity for `need` elements: at least doubled from `cap`, at least
 * `least`, 0 when the bytes of it would overflow a size_t. */
static size_t grown_cap(size_t cap, size_t need, size_t least, size_t each)
{
  size_t max = SIZE_MAX / each;
  size_t grown = cap > max / 2 ? max : cap * 2;

  if (need > max)
    return 0;
  if (grown < least)
    grown = least;
  return grown < need ? need : grown;
}

int sluice__room(const sluice_mem *mem, void **array, size_t *cap, size_t need,
                 size_t least, size_t each)
{
  size_t grown;
  void *p;

  if (need <= *cap)
    return 0;
  grown = grown_cap(*cap, need, least, each);
  if (grown == 0)
    return SLUICE_ERR_NOMEM;
  if (*array == NULL)
    p = mem->malloc(mem->user, grown * each);
  else
    p = mem->realloc(mem->user, *array, grown * each);
  if (p == NULL)
    return SLUICE_ERR_NOMEM;
  *array = p;
  *cap = grown;
  return 0;
}
