/* SPDX-License-Identifier: MIT */
/* cost.c - runs hostile streams and says what they cost. It is no test:
 *
 *   cost                  lists all: name, N, why
 *   cost NAME N...        for each size: bytes, milliseconds, peak of memory
 *   cost -w NAME N        writes the stream
 *
 * tools/verify/cost.sh counts the instructions of siege_run() instead, which
 * are the same on a busy machine. */
#define _POSIX_C_SOURCE 199309L

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hostile.h"
#include "meter.h"
#include "siege.h"

static double now(void)
{
  struct timespec t;

  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void measure(const struct hostile *h, size_t n)
{
  struct meter meter;
  struct siege s;
  double start, end;

  meter_init(&meter);
  siege_init(&s, h, n, &meter.mem);
  meter.peak = meter.live; /* of the run alone */
  start = now();
  siege_run(&s);
  end = now();
  printf("%-24s %9zu %11zu B %10.1f ms %12zu B %6.2f  %s %llu events %llu B\n",
         h->name, n, s.in.n, end - start, meter.peak,
         s.in.n > 0 ? (double)meter.peak / (double)s.in.n : 0.0,
         sluice_status_name(s.status), (unsigned long long)s.events,
         (unsigned long long)s.out);
  siege_free(&s);
}

static void list(void)
{
  const struct hostile *h;

  for (h = hostile_rows; h->name != NULL; h++)
    printf("%s %zu %s\n", h->name, h->n, h->why);
}

int main(int argc, char **argv)
{
  int write = argc == 4 && strcmp(argv[1], "-w") == 0, i;
  const struct hostile *h;
  struct bytes out = {NULL, 0, 0};

  if (argc == 1) {
    list();
    return 0;
  }
  h = argc > 2 ? hostile_find(argv[write ? 2 : 1]) : NULL;
  if (h == NULL) {
    fprintf(stderr, "usage: cost [[-w] NAME N...]; cost alone lists names\n");
    return 2;
  }
  if (write) {
    hostile_make(h, strtoull(argv[3], NULL, 10), &out);
    fwrite(out.p, 1, out.n, stdout);
    bytes_free(&out);
    return 0;
  }
  for (i = 2; i < argc; i++)
    measure(h, strtoull(argv[i], NULL, 10));
  return 0;
}
