/* SPDX-License-Identifier: MIT */
#include "memory.h"

#include <jansson.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

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
