/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "reading.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "heap.h"
#include "report.h"

/* ---- an interrupt that ends the input ---- */

static volatile sig_atomic_t stopped;

static void stop(int number)
{
  (void)number;
  stopped = 1;
}

void reading_stop_on_interrupt(void)
{
  struct sigaction action;

  memset(&action, 0, sizeof(action));
  action.sa_handler = stop;
  action.sa_flags = (int)SA_RESETHAND; /* the second one is as usual */
  sigaction(SIGINT, &action, NULL);
}

int reading_stopped(void)
{
  return stopped;
}

/* ---- reading ---- */

/* A pipe that someone made non-blocking: waits until it has more. */
static int wait_readable(int fd)
{
  struct pollfd ready = {fd, POLLIN, 0};
  return poll(&ready, 1, -1);
}

long reading_some(int fd, const char *name, struct buf *out)
{
  ssize_t n;

  if (sluice__buf_reserve(out, READING_SOME) != 0) {
    heap_report();
    return -1;
  }
  for (;;) {
    n = stopped ? 0 : read(fd, out->p + out->n, READING_SOME);
    if (n >= 0)
      break;
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      wait_readable(fd);
    } else if (errno != EINTR) {
      report_errno(name);
      return -1;
    }
  }
  out->n += (size_t)n;
  return (long)n;
}

int reading_whole(const char *path, struct buf *out)
{
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  long n = 1;

  if (fd < 0) {
    report_errno(path);
    return -1;
  }
  while (n > 0 && out->n <= READING_WHOLE)
    n = reading_some(fd, path, out);
  close(fd);
  if (n > 0)
    report("%s: more than 256 MiB", path);
  return n == 0 ? 0 : -1;
}
