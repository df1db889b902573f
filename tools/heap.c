/* SPDX-License-Identifier: MIT */
#include "heap.h"

#include <stdlib.h>

#include "command.h"
#include "mem.h"
#include "report.h"

static int insisting;

void heap_insist(void)
{
  insisting = 1;
}

void heap_report(void)
{
  report("out of memory");
}

static void *or_end(void *p)
{
  if (p == NULL) {
    heap_report();
    exit(EXIT_TROUBLE);
  }
  return p;
}

static void *sure_malloc(void *user, size_t size)
{
  (void)user;
  return or_end(malloc(size));
}

static void *sure_realloc(void *user, void *ptr, size_t size)
{
  (void)user;
  return or_end(realloc(ptr, size));
}

static void sure_free(void *user, void *ptr)
{
  (void)user;
  free(ptr);
}

const sluice_mem *heap(void)
{
  static const sluice_mem sure = {sure_malloc, sure_realloc, sure_free, NULL};
  static sluice_mem standard;

  standard = sluice__mem(NULL);
  return insisting ? &sure : &standard;
}
