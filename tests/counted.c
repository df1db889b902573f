/* SPDX-License-Identifier: MIT */
#include "counted.h"

#include "check.h"

static int begin(struct counted *c)
{
  c->calls++;
  if (c->look != NULL && !c->looking) {
    c->looking = 1;
    c->look(c->user);
    c->looking = 0;
  }
  return c->fail_from == 0 || c->calls < c->fail_from;
}

static void *counted_malloc(void *user, size_t size)
{
  struct counted *c = (struct counted *)user;
  void *p = begin(c) ? malloc(size == 0 ? 1 : size) : NULL;

  if (p != NULL)
    c->live++;
  return p;
}

static void *counted_realloc(void *user, void *ptr, size_t size)
{
  struct counted *c = (struct counted *)user;
  void *p = begin(c) ? realloc(ptr, size == 0 ? 1 : size) : NULL;

  if (p != NULL && ptr == NULL)
    c->live++;
  return p;
}

static void counted_free(void *user, void *ptr)
{
  struct counted *c = (struct counted *)user;

  (void)begin(c);
  if (ptr == NULL)
    return;
  assert_true(c->live > 0);
  c->live--;
  free(ptr);
}

void counted_init(struct counted *c)
{
  memset(c, 0, sizeof(*c));
  c->mem.malloc = counted_malloc;
  c->mem.realloc = counted_realloc;
  c->mem.free = counted_free;
  c->mem.user = c;
}

void counted_end(const struct counted *c, const char *what)
{
  if (c->live != 0)
    fail_msg("%s: %zu blocks were not freed", what, c->live);
}
