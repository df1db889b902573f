/* SPDX-License-Identifier: MIT */
#include "heap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void die(const char *what)
{
  fprintf(stderr, "tests/heap.c: %s\n", what);
  abort();
}

static void look(struct heap *h)
{
  if (h->look == NULL || h->looking)
    return;
  h->looking = 1;
  h->look(h->user);
  h->looking = 0;
}

static int fails(struct heap *h)
{
  size_t n = h->calls++;

  if (h->healed || (n != h->fail_at && !(h->for_good && n > h->fail_at)))
    return 0;
  h->failed++;
  return 1;
}

static void *heap_realloc(void *user, void *ptr, size_t size)
{
  struct heap *h = (struct heap *)user;
  void *p;

  look(h);
  if (size == 0)
    die("a block of nothing was asked for");
  if (fails(h))
    return NULL;
  p = realloc(ptr, size);
  if (p == NULL)
    die("the machine is out of memory");
  h->live += ptr == NULL;
  return p;
}

static void *heap_malloc(void *user, size_t size)
{
  return heap_realloc(user, NULL, size);
}

static void heap_free(void *user, void *ptr)
{
  struct heap *h = (struct heap *)user;

  look(h);
  if (ptr == NULL)
    return;
  if (h->live == 0)
    die("more was freed than there was");
  h->live--;
  free(ptr);
}

void heap_init(struct heap *h, size_t fail_at, int for_good)
{
  memset(h, 0, sizeof(*h));
  h->mem.malloc = heap_malloc;
  h->mem.realloc = heap_realloc;
  h->mem.free = heap_free;
  h->mem.user = h;
  heap_arm(h, fail_at, for_good);
}

void heap_heal(struct heap *h)
{
  h->healed = 1;
}

void heap_arm(struct heap *h, size_t fail_at, int for_good)
{
  h->calls = h->failed = 0;
  h->healed = 0;
  h->fail_at = fail_at;
  h->for_good = for_good;
}
