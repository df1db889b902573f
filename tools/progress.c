/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#include "moment.h"

#define LONG_BYTES   ((uint64_t)16 << 20)
#define LONG_TIME    ((uint64_t)2 * MOMENT_SECOND)
#define STEP         (MOMENT_SECOND / 10)
#define BYTES_OF_MIB ((double)(1 << 20))

static struct {
  int wanted;
  int width; /* of the line that stands there; 0: none */
  uint64_t started, next;
  uint64_t bytes;
} progress;

void progress_start(int beside)
{
  progress.wanted = isatty(STDERR_FILENO) && !(beside && isatty(STDOUT_FILENO));
  progress.started = moment_now();
  progress.bytes = 0;
}

static void show(const char *line, int n)
{
  /* A progress line that cannot be written is no loss. */
  if (write(STDERR_FILENO, line, (size_t)n) == n)
    progress.width = n;
}

void progress_clear(void)
{
  char blank[100];
  int n = progress.width;

  if (n == 0)
    return;
  n = snprintf(blank, sizeof(blank), "\r%*s\r", n, "");
  progress.width = 0;
  if (write(STDERR_FILENO, blank, (size_t)n) != n)
    progress.wanted = 0;
}

static int format_line(char *line, size_t cap, uint64_t total, uint64_t now)
{
  double mib = (double)progress.bytes / BYTES_OF_MIB;
  double seconds = (double)(now - progress.started) / (double)MOMENT_SECOND;

  if (total > 0 && progress.bytes <= total)
    return snprintf(line, cap, "\rreading: %.1f of %.1f MiB (%.0f %%), %.1f s",
                    mib, (double)total / BYTES_OF_MIB,
                    100.0 * (double)progress.bytes / (double)total, seconds);
  return snprintf(line, cap, "\rreading: %.1f MiB, %.1f s", mib, seconds);
}

void progress_add(uint64_t bytes, uint64_t total)
{
  char line[80];
  uint64_t now;
  int n;

  if (!progress.wanted)
    return;
  progress.bytes += bytes;
  now = moment_now();
  if (now < progress.next ||
      (progress.bytes < LONG_BYTES && now - progress.started < LONG_TIME))
    return;
  n = format_line(line, sizeof(line), total, now);
  if (n > 0 && n < (int)sizeof(line))
    show(line, n);
  progress.next = now + STEP;
}
