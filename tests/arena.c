/* SPDX-License-Identifier: MIT */
#include "arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POWERS 48

/* Before each block. Sizes are powers of two; blocks that came back wait in a
 * list for each size. */
struct block {
  size_t power;
  struct block *next;
};

/* Stands at the head of the memory it gives out, and so in each copy. */
struct arena {
  sluice_mem mem;
  size_t size, used, live;
  struct block *free[POWERS];
};

static void die(const char *what)
{
  fprintf(stderr, "tests/arena.c: %s\n", what);
  exit(99);
}

static struct block *block_of(void *p)
{
  return (struct block *)p - 1;
}

static void *give(void *user, size_t size)
{
  struct arena *a = (struct arena *)user;
  size_t power = 5;
  struct block *b;

  while (((size_t)1 << power) < size + sizeof(*b))
    power++;
  b = a->free[power];
  if (b != NULL) {
    a->free[power] = b->next;
  } else {
    if (((size_t)1 << power) > a->size - a->used)
      die("the arena is too small");
    b = (struct block *)((char *)a + a->used);
    a->used += (size_t)1 << power;
    b->power = power;
  }
  a->live++;
  return b + 1;
}

static void take(void *user, void *ptr)
{
  struct arena *a = (struct arena *)user;
  struct block *b;

  if (ptr == NULL)
    return;
  b = block_of(ptr);
  b->next = a->free[b->power];
  a->free[b->power] = b;
  a->live--;
}

static void *change(void *user, void *ptr, size_t size)
{
  size_t room;
  void *p;

  if (ptr == NULL)
    return give(user, size);
  room = ((size_t)1 << block_of(ptr)->power) - sizeof(struct block);
  if (size <= room)
    return ptr;
  p = give(user, size);
  memcpy(p, ptr, room);
  take(user, ptr);
  return p;
}

struct arena *arena_new(size_t size)
{
  struct arena *a = malloc(size);

  if (a == NULL)
    die("out of memory");
  memset(a, 0, sizeof(*a));
  a->mem.malloc = give;
  a->mem.realloc = change;
  a->mem.free = take;
  a->mem.user = a;
  a->size = size;
  a->used = (sizeof(*a) + 31) / 32 * 32;
  return a;
}

void arena_free(struct arena *a)
{
  free(a);
}

const sluice_mem *arena_mem(const struct arena *a)
{
  return &a->mem;
}

size_t arena_live(const struct arena *a)
{
  return a->live;
}

void arena_save(const struct arena *a, struct bytes *copy)
{
  bytes_clear(copy);
  bytes_put(copy, a, a->used);
}

void arena_restore(struct arena *a, const struct bytes *copy)
{
  memcpy(a, copy->p, copy->n);
}
