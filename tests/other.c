/* SPDX-License-Identifier: MIT */
#include "other.h"

#include <jansson.h>

/* An integer beyond 64 bits is JSON too: read as a real then. */
static json_t *load(const char *p, size_t n)
{
  size_t flags = JSON_DECODE_ANY | JSON_ALLOW_NUL;
  json_t *v = json_loadb(p, n, flags, NULL);

  return v != NULL ? v
                   : json_loadb(p, n, flags | JSON_DECODE_INT_AS_REAL, NULL);
}

int other_equal(const char *a, size_t a_n, const char *b, size_t b_n)
{
  json_t *x = load(a, a_n), *y = load(b, b_n);
  int result = x == NULL || y == NULL ? -1 : json_equal(x, y);

  json_decref(x);
  json_decref(y);
  return result;
}
