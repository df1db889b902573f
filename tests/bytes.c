/* SPDX-License-Identifier: MIT */
#include "bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void die(const char *what, const char *which)
{
  fprintf(stderr, "%s: %s\n", what, which);
  exit(99);
}

static void room(struct bytes *b, size_t n)
{
  size_t cap = b->cap == 0 ? 256 : b->cap;
  char *p;

  if (b->n + n + 1 <= b->cap)
    return;
  while (cap < b->n + n + 1)
    cap *= 2;
  p = realloc(b->p, cap);
  if (p == NULL)
    die("out of memory", "tests/bytes.c");
  b->p = p;
  b->cap = cap;
}

void bytes_put(struct bytes *b, const void *p, size_t n)
{
  room(b, n);
  if (n > 0)
    memcpy(b->p + b->n, p, n);
  b->n += n;
  b->p[b->n] = '\0';
}

void bytes_puts(struct bytes *b, const char *s)
{
  bytes_put(b, s, strlen(s));
}

void bytes_printf(struct bytes *b, const char *format, ...)
{
  char line[1024];
  va_list ap;
  int n;

  va_start(ap, format);
  n = vsnprintf(line, sizeof(line), format, ap);
  va_end(ap);
  if (n < 0 || (size_t)n >= sizeof(line))
    die("line too long", format);
  bytes_put(b, line, (size_t)n);
}

void bytes_clear(struct bytes *b)
{
  b->n = 0;
  bytes_put(b, "", 0);
}

void bytes_free(struct bytes *b)
{
  free(b->p);
  b->p = NULL;
  b->n = b->cap = 0;
}

int bytes_equal(const struct bytes *a, const struct bytes *b)
{
  return a->n == b->n && (a->n == 0 || memcmp(a->p, b->p, a->n) == 0);
}

void bytes_difference(const struct bytes *expected, const struct bytes *got)
{
  size_t i = 0, line = 1, start = 0;

  while (i < expected->n && i < got->n && expected->p[i] == got->p[i]) {
    if (expected->p[i++] == '\n') {
      line++;
      start = i;
    }
  }
  fprintf(stderr, "line %zu, byte %zu:\n  expected %.*s\n  got      %.*s\n",
          line, i - start, (int)strcspn(expected->p + start, "\n"),
          expected->p + start, (int)strcspn(got->p + start, "\n"),
          got->p + start);
}

int bytes_read(struct bytes *b, const char *path)
{
  char block[65536];
  size_t n;
  FILE *f = fopen(path, "rb");

  bytes_clear(b);
  if (f == NULL)
    return 0;
  while ((n = fread(block, 1, sizeof(block), f)) > 0)
    bytes_put(b, block, n);
  if (ferror(f))
    die("cannot read", path);
  fclose(f);
  return 1;
}

void bytes_write(const struct bytes *b, const char *path)
{
  FILE *f = fopen(path, "wb");

  if (f == NULL || fwrite(b->p, 1, b->n, f) != b->n || fclose(f) != 0)
    die("cannot write", path);
}
