/* SPDX-License-Identifier: MIT */
/* bytes.h - growing bytes and whole files, for the tests. What fails here ends
 * the program: a test has nothing to say without its input. */
#ifndef SLUICE_TESTS_BYTES_H
#define SLUICE_TESTS_BYTES_H

#include <stddef.h>

/* All zero is empty. After every put, p[n] is a NUL that n does not count. */
struct bytes {
  char *p;
  size_t n, cap;
};

void bytes_put(struct bytes *b, const void *p, size_t n);
void bytes_puts(struct bytes *b, const char *s);
void bytes_printf(struct bytes *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void bytes_clear(struct bytes *b); /* empty, memory kept */
void bytes_free(struct bytes *b);
int bytes_equal(const struct bytes *a, const struct bytes *b);

/* Tells on stderr where they differ: the line in both, its number, the byte. */
void bytes_difference(const struct bytes *expected, const struct bytes *got);

/* The whole file. Returns 1, or 0 when there is no such file. */
int bytes_read(struct bytes *b, const char *path);
void bytes_write(const struct bytes *b, const char *path);

#endif
