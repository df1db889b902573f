/* SPDX-License-Identifier: MIT */
#include "memory.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "target.h"

/* ---- counted memory ----------------------------------------------------- */

static int fails(struct memory *m)
{
  size_t n = m->calls++;

  if (n != m->fail_at && !(m->for_good && n > m->fail_at))
    return 0;
  m->failed++;
  return 1;
}

static void *memory_realloc(void *user, void *ptr, size_t size)
{
  struct memory *m = (struct memory *)user;
  void *p;

  if (fails(m))
    return NULL;
  FUZZ_CHECK(size > 0);
  p = realloc(ptr, size);
  FUZZ_CHECK(p != NULL);
  m->live += ptr == NULL;
  return p;
}

static void *memory_malloc(void *user, size_t size)
{
  return memory_realloc(user, NULL, size);
}

static void memory_free(void *user, void *ptr)
{
  struct memory *m = (struct memory *)user;

  if (ptr == NULL)
    return;
  FUZZ_CHECK(m->live > 0);
  m->live--;
  free(ptr);
}

void memory_init(struct memory *m)
{
  memset(m, 0, sizeof(*m));
  m->mem.malloc = memory_malloc;
  m->mem.realloc = memory_realloc;
  m->mem.free = memory_free;
  m->mem.user = m;
  m->fail_at = SIZE_MAX;
}

/* ---- memory for jansson -------------------------------------------------- */

/* Blocks in a row, the newest first; memory_forget keeps the first that was
 * made. What is larger gets a block of its own. */
struct block {
  struct block *next;
  size_t used, size;
  max_align_t bytes[];
};

#define BLOCK ((size_t)1 << 20)

static struct block *blocks;

static struct block *new_block(size_t size)
{
  struct block *b;

  size = size > BLOCK ? size : BLOCK;
  b = malloc(sizeof(*b) + size);
  if (b == NULL)
    abort();
  b->next = blocks;
  b->used = 0;
  b->size = size;
  return b;
}

static void *json_malloc(size_t size)
{
  void *p;

  size = (size + 15) & ~(size_t)15;
  if (blocks == NULL || blocks->size - blocks->used < size)
    blocks = new_block(size);
  p = (char *)blocks->bytes + blocks->used;
  blocks->used += size;
  return p;
}

static void json_no_free(void *p)
{
  (void)p;
}

void memory_of_json(void)
{
  json_set_alloc_funcs(json_malloc, json_no_free);
  json_object_seed(1);
}

void memory_forget(void)
{
  struct block *b;

  while (blocks != NULL && blocks->next != NULL) {
    b = blocks->next;
    free(blocks);
    blocks = b;
  }
  if (blocks != NULL)
    blocks->used = 0;
}
