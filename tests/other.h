/* SPDX-License-Identifier: MIT */
/* other.h - another JSON library behind a few plain functions, for tests that
 * include src/json.h, whose names are the same. */
#ifndef SLUICE_TESTS_OTHER_H
#define SLUICE_TESTS_OTHER_H

#include <stddef.h>

/* 1 when both are the same JSON value, 0 when not, -1 when one is no JSON that
 * the other library takes (strict; invalid UTF-8 and lone surrogates refused,
 * \u0000 allowed). */
int other_equal(const char *a, size_t a_n, const char *b, size_t b_n);

#endif
