/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "sink.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "heap.h"
#include "report.h"

enum { WORTH_A_WRITE = 128 * 1024 };

void sink_init(struct sink *out)
{
  memset(out, 0, sizeof(*out));
  sluice__buf_init(&out->pending, heap());
}

static void fail(struct sink *out)
{
  if (!out->failed && errno != EPIPE)
    report_errno("stdout");
  out->failed = 1;
}

void sink_put(struct sink *out, const char *p, size_t n)
{
  if (out->failed)
    return;
  sluice__buf_put(&out->pending, p, n);
  if (out->pending.failed) {
    errno = ENOMEM;
    fail(out);
  }
}

void sink_text(struct sink *out, const char *text)
{
  sink_put(out, text, strlen(text));
}

void sink_settle(struct sink *out)
{
  if (out->pending.n >= WORTH_A_WRITE)
    sink_flush(out);
}

/* A pipe that someone made non-blocking: waits until it takes more. */
static int wait_writable(void)
{
  struct pollfd stdout_ready = {STDOUT_FILENO, POLLOUT, 0};
  return poll(&stdout_ready, 1, -1);
}

int sink_flush(struct sink *out)
{
  size_t at = 0;
  while (!out->failed && at < out->pending.n) {
    ssize_t n = write(STDOUT_FILENO, out->pending.p + at, out->pending.n - at);
    if (n >= 0)
      at += (size_t)n;
    else if (errno == EAGAIN || errno == EWOULDBLOCK)
      wait_writable();
    else if (errno != EINTR)
      fail(out);
  }
  sluice__buf_clear(&out->pending);
  return out->failed ? -1 : 0;
}

int sink_close(struct sink *out)
{
  int rv = sink_flush(out);
  sluice__buf_free(&out->pending);
  return rv;
}
