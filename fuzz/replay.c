/* SPDX-License-Identifier: MIT */
/* replay.c - FOLDER...: runs every input of FOLDER/TARGET/ through its target,
 * without a fuzzer. Says `ok - TARGET` or `not ok - …` as a test does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../tests/bytes.h"
#include "../tests/folder.h"
#include "target.h"

static const struct fuzz_target *const targets[] = {
#define X(name) &fuzz_##name,
    FUZZ_TARGETS(X)
#undef X
};

static jmp_buf failed;
static char path[1024];

/* What the target held is not given back: it may be broken. */
void fuzz_fail(const char *format, ...)
{
  va_list ap;

  printf("not ok - %s - ", path);
  va_start(ap, format);
  vprintf(format, ap);
  va_end(ap);
  printf("\n");
  longjmp(failed, 1);
}

size_t fuzz_mutate_bytes(uint8_t *p, size_t n, size_t cap)
{
  (void)p;
  (void)cap;
  return n;
}

/* In a block of just that size, so that reading past it is seen. */
static void run(const struct fuzz_target *target, const struct bytes *in)
{
  uint8_t *copy = malloc(in->n == 0 ? 1 : in->n);

  if (copy == NULL)
    abort();
  memcpy(copy, in->p, in->n);
  target->run(copy, in->n);
  free(copy);
}

static int survives(const struct fuzz_target *target, const struct bytes *in)
{
  if (setjmp(failed) != 0)
    return 0;
  run(target, in);
  return 1;
}

/* Returns how many inputs failed; adds to *count how many there were. */
static int run_folder(const struct fuzz_target *target, const char *folder,
                      size_t *count)
{
  static struct bytes in;
  struct folder inputs;
  int faults = 0;
  size_t i;

  snprintf(path, sizeof(path), "%s/%s", folder, target->name);
  folder_find(&inputs, path, "");
  for (i = 0; i < inputs.count; i++) {
    snprintf(path, sizeof(path), "%s/%s/%s", folder, target->name,
             inputs.names[i]);
    if (!bytes_read(&in, path))
      continue;
    ++*count;
    faults += !survives(target, &in);
  }
  folder_free(&inputs);
  return faults;
}

int main(int argc, char **argv)
{
  int all = 0, i;
  size_t t, count;

  setvbuf(stdout, NULL, _IOLBF, 0);
  for (t = 0; t < sizeof(targets) / sizeof(targets[0]); t++) {
    int faults = 0;

    count = 0;
    for (i = 1; i < argc; i++)
      faults += run_folder(targets[t], argv[i], &count);
    if (count == 0)
      printf("not ok - %s - no input\n", targets[t]->name);
    else if (faults == 0)
      printf("ok - %s: %zu inputs\n", targets[t]->name, count);
    all += faults + (count == 0);
  }
  return all > 0;
}
