/* SPDX-License-Identifier: MIT */
/* entry.c - one target as libFuzzer and AFL++ call it. FUZZ_ENTRY is the name
 * of the target. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "target.h"

#define JOIN(a, b)  JOIN_(a, b)
#define JOIN_(a, b) a##b
#define TARGET      JOIN(fuzz_, FUZZ_ENTRY)

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
size_t LLVMFuzzerCustomMutator(uint8_t *p, size_t n, size_t cap, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t an, const uint8_t *b,
                                 size_t bn, uint8_t *out, size_t cap,
                                 unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *p, size_t n, size_t cap) __attribute__((weak));

void fuzz_fail(const char *format, ...)
{
  va_list ap;

  fprintf(stderr, "fuzz: %s: ", TARGET.name);
  va_start(ap, format);
  vfprintf(stderr, format, ap);
  va_end(ap);
  fputc('\n', stderr);
  abort();
}

size_t fuzz_mutate_bytes(uint8_t *p, size_t n, size_t cap)
{
  return LLVMFuzzerMutate == NULL ? 0 : LLVMFuzzerMutate(p, n, cap);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
  TARGET.run(p, n);
  return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *p, size_t n, size_t cap, unsigned seed)
{
  return TARGET.mutate == NULL ? fuzz_mutate_bytes(p, n, cap)
                               : TARGET.mutate(p, n, cap, seed);
}

/* Of length 0 the fuzzer makes another mutation. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t an, const uint8_t *b,
                                 size_t bn, uint8_t *out, size_t cap,
                                 unsigned seed)
{
  return TARGET.cross == NULL ? 0 : TARGET.cross(a, an, b, bn, out, cap, seed);
}
