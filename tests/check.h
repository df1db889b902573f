/* SPDX-License-Identifier: MIT */
/* check.h - what every test program includes: cmocka with the headers it wants
 * before it, random numbers with a fixed start, and literals with a length. */
#ifndef SLUICE_TESTS_CHECK_H
#define SLUICE_TESTS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bytes.h"

/* The same numbers on every machine and in every run. */
static inline uint32_t random_next(uint64_t *state)
{
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(*state >> 33);
}

/* TEST_SAMPLE=N in the environment asks a test that tries very much to take one
 * of N, for tools under which all of it would take hours. */
static inline size_t sample_stride(void)
{
  const char *value = getenv("TEST_SAMPLE");
  size_t n = value == NULL ? 1 : (size_t)strtoul(value, NULL, 10);

  return n == 0 ? 1 : n;
}

/* 0 … n - 1 */
static inline size_t random_below(uint64_t *state, size_t n)
{
  return random_next(state) % n;
}

/* Tests under sanitizers take ten times as long. */
static inline int check_sanitized(void)
{
  const char *flags = getenv("SANITIZE");

  return flags != NULL && *flags != '\0';
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A literal with its length, NULs included, as a table's two members. */
#define LIT(literal) (literal), sizeof(literal) - 1

#endif
