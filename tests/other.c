/* SPDX-License-Identifier: MIT */
#include "other.h"

#include <jansson.h>

static json_t *load(const char *p, size_t n)
{
  return json_loadb(p, n, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
}

int other_equal(const char *a, size_t a_n, const char *b, size_t b_n)
{
  json_t *x = load(a, a_n), *y = load(b, b_n);
  int result = x == NULL || y == NULL ? -1 : json_equal(x, y);

  json_decref(x);
  json_decref(y);
  return result;
}
