/* SPDX-License-Identifier: MIT */
/* target.h - what a fuzzer runs: one function over the bytes of one input, and
 * how it says that a law is broken. */
#ifndef SLUICE_FUZZ_TARGET_H
#define SLUICE_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

struct fuzz_target {
  const char *name;
  void (*run)(const uint8_t *p, size_t n);
  /* Makes another input of p (n bytes, room for cap) and returns its length.
   * NULL: any change of bytes will do. */
  size_t (*mutate)(uint8_t *p, size_t n, size_t cap, unsigned seed);
  /* The same of two inputs. NULL: as above. */
  size_t (*cross)(const uint8_t *a, size_t an, const uint8_t *b, size_t bn,
                  uint8_t *out, size_t cap, unsigned seed);
};

/* Each stands in the file of its name. */
#define FUZZ_TARGETS(X)                                                        \
  X(translate)                                                                 \
  X(cuts)                                                                      \
  X(chunks)                                                                    \
  X(rounds)                                                                    \
  X(collect)                                                                   \
  X(sse)                                                                       \
  X(json)                                                                      \
  X(lint)                                                                      \
  X(request)

#define X(name) extern const struct fuzz_target fuzz_##name;
FUZZ_TARGETS(X)
#undef X

/* Who runs the target says what happens then; does not return. */
_Noreturn void fuzz_fail(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* What must hold. */
#define FUZZ_CHECK(condition)                                                  \
  ((condition)                                                                 \
       ? (void)0                                                               \
       : fuzz_fail("%s:%d: not so: %s", __FILE__, __LINE__, #condition))

/* The mutations of the fuzzer itself; 0 when it has none to lend. */
size_t fuzz_mutate_bytes(uint8_t *p, size_t n, size_t cap);

#endif
