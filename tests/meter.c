/* SPDX-License-Identifier: MIT */
#include "meter.h"

#include <stdlib.h>
#include <string.h>

#define FRONT 16 /* bytes before each block, that hold its size */

static void count(struct meter *m, size_t size)
{
  m->calls++;
  m->live += size;
  if (m->live > m->peak)
    m->peak = m->live;
}

static void *keep(void *block, size_t size)
{
  if (block == NULL)
    abort(); /* a test has nothing to say without its memory */
  memcpy(block, &size, sizeof(size));
  return (char *)block + FRONT;
}

static size_t size_of(void *ptr)
{
  size_t size;

  memcpy(&size, (char *)ptr - FRONT, sizeof(size));
  return size;
}

static void *meter_malloc(void *user, size_t size)
{
  count((struct meter *)user, size);
  return keep(malloc(FRONT + size), size);
}

/* The old block and the new one are there at once. */
static void *meter_realloc(void *user, void *ptr, size_t size)
{
  struct meter *m = (struct meter *)user;
  size_t old;

  if (ptr == NULL)
    return meter_malloc(user, size);
  old = size_of(ptr);
  count(m, size);
  m->live -= old;
  return keep(realloc((char *)ptr - FRONT, FRONT + size), size);
}

static void meter_free(void *user, void *ptr)
{
  struct meter *m = (struct meter *)user;

  if (ptr == NULL)
    return;
  m->live -= size_of(ptr);
  free((char *)ptr - FRONT);
}

void meter_init(struct meter *m)
{
  memset(m, 0, sizeof(*m));
  m->mem.malloc = meter_malloc;
  m->mem.realloc = meter_realloc;
  m->mem.free = meter_free;
  m->mem.user = m;
}
