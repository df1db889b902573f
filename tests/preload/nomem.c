/* SPDX-License-Identifier: MIT */
/* Preloaded into a program (LD_PRELOAD), lets its allocations fail: the one of
 * the number NOMEM_AT, from 0 and counted from main on, and with NOMEM_ALL=1
 * all after it. At the end it writes how many there were to the file
 * NOMEM_COUNT. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* glibc's own names for them, so that no symbol has to be looked up. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *ptr, size_t size);

static int in_main, for_good;
static unsigned long calls, fail_at = (unsigned long)-1;

static int fails(void)
{
  unsigned long n;

  if (!in_main)
    return 0;
  n = __atomic_fetch_add(&calls, 1, __ATOMIC_RELAXED);
  if (n != fail_at && !(for_good && n > fail_at))
    return 0;
  errno = ENOMEM;
  return 1;
}

void *malloc(size_t size)
{
  return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
  return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *ptr, size_t size)
{
  return fails() ? NULL : __libc_realloc(ptr, size);
}

__attribute__((destructor)) static void tell(void)
{
  const char *path = getenv("NOMEM_COUNT");
  char digits[24];
  size_t i = sizeof(digits);
  unsigned long n = calls;
  int fd = path == NULL ? -1 : open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

  in_main = 0;
  digits[--i] = '\n';
  do {
    digits[--i] = (char)('0' + n % 10);
    n /= 10;
  } while (n != 0);
  if (fd >= 0 && write(fd, digits + i, sizeof(digits) - i) < 0)
    _exit(99);
  if (fd >= 0)
    close(fd);
}

static int (*real_main)(int, char **, char **);

static int counted_main(int argc, char **argv, char **envp)
{
  const char *at = getenv("NOMEM_AT"), *all = getenv("NOMEM_ALL");

  if (at != NULL)
    fail_at = strtoul(at, NULL, 10);
  for_good = all != NULL && strcmp(all, "1") == 0;
  in_main = 1;
  return real_main(argc, argv, envp);
}

/* What the program's first instructions call. */
int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv,
                      void (*init)(void), void (*fini)(void),
                      void (*rtld_fini)(void), void *stack_end)
{
  int (*start)(int (*)(int, char **, char **), int, char **, void (*)(void),
               void (*)(void), void (*)(void), void *);

  *(void **)&start = dlsym(RTLD_NEXT, "__libc_start_main");
  real_main = main;
  return start(counted_main, argc, argv, init, fini, rtld_fini, stack_end);
}
