/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "heap.h"
#include "moment.h"
#include "progress.h"
#include "recording.h"
#include "report.h"

enum { READ_BYTES = 64 * 1024, WHOLE_BYTES = 256 * 1024 * 1024 };

/* ---- an interrupt that ends the input ---- */

static volatile sig_atomic_t stopped;

static void stop(int number)
{
  (void)number;
  stopped = 1;
}

void input_stop_on_interrupt(void)
{
  struct sigaction action;

  memset(&action, 0, sizeof(action));
  action.sa_handler = stop;
  action.sa_flags = (int)SA_RESETHAND; /* the second one is as usual */
  sigaction(SIGINT, &action, NULL);
}

int input_stopped(void)
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

/* Appends what one read brings. Returns its length, 0 at the end, -1. */
static ssize_t read_some(int fd, const char *name, struct buf *out)
{
  ssize_t n;

  if (sluice__buf_reserve(out, READ_BYTES) != 0) {
    heap_report();
    return -1;
  }
  for (;;) {
    n = stopped ? 0 : read(fd, out->p + out->n, READ_BYTES);
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
  return n;
}

int input_whole(const char *path, struct buf *out)
{
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t n = 1;

  if (fd < 0) {
    report_errno(path);
    return -1;
  }
  while (n > 0 && out->n <= WHOLE_BYTES)
    n = read_some(fd, path, out);
  close(fd);
  if (n > 0)
    report("%s: more than 256 MiB", path);
  return n == 0 ? 0 : -1;
}

/* ---- what is it? ---- */

/* Where the first byte stands that is not blank, from `at` on; a mark of the
 * byte order is blank too. `n` when there is none yet. */
static size_t skip_blanks(const char *p, size_t n, size_t at)
{
  if (at == 0 && n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
    at = 3;
  while (at < n && (p[at] == ' ' || (p[at] >= '\t' && p[at] <= '\r')))
    at++;
  return at;
}

static int read_more(struct input *in)
{
  ssize_t n = read_some(in->fd, in->name, &in->held);

  if (n > 0 && in->first_at == 0)
    in->first_at = moment_now();
  if (n > 0)
    progress_add((uint64_t)n, in->size);
  if (n == 0) {
    in->ended = 1;
    progress_clear();
  }
  return n < 0 ? -1 : 0;
}

static int replay(struct input *in, size_t at)
{
  struct buf stream;
  int rv;

  sluice__buf_init(&stream, heap());
  rv = recording_replay((sluice_str){in->held.p + at, in->held.n - at}, &stream,
                        &in->files);
  if (rv == 1) {
    sluice__buf_free(&in->held);
    in->held = stream;
    in->replayed = 1;
    return 0;
  }
  sluice__buf_free(&stream);
  if (rv < 0)
    heap_report();
  return rv;
}

/* Blanks at the beginning cause no event, so they may be held back. */
static int look(struct input *in)
{
  size_t at = 0;

  while (at == in->held.n && at < READ_BYTES && !in->ended) {
    if (read_more(in) != 0)
      return -1;
    at = skip_blanks(in->held.p, in->held.n, at);
  }
  if (at == in->held.n || in->held.p[at] != '{')
    return 0;
  while (!in->ended && in->held.n <= WHOLE_BYTES)
    if (read_more(in) != 0)
      return -1;
  return in->ended ? replay(in, at) : 0;
}

/* ---- the input of a command ---- */

static int is_stdin(const char *path)
{
  return path == NULL || strcmp(path, "-") == 0;
}

int input_is_terminal(const char *path)
{
  return path == NULL && isatty(STDIN_FILENO);
}

int input_open_plain(struct input *in, const char *path)
{
  struct stat about;

  memset(in, 0, sizeof(*in));
  in->name = is_stdin(path) ? "stdin" : path;
  sluice__buf_init(&in->held, heap());
  files_init(&in->files);
  in->fd = is_stdin(path) ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  if (in->fd < 0 || fstat(in->fd, &about) != 0) {
    report_errno(in->name);
    return -1;
  }
  in->waits = !S_ISREG(about.st_mode);
  in->size = in->waits ? 0 : (uint64_t)about.st_size;
  return 0;
}

int input_open(struct input *in, const char *path)
{
  return input_open_plain(in, path) == 0 ? look(in) : -1;
}

int input_next(struct input *in, sluice_str *bytes)
{
  if (in->taken) {
    sluice__buf_clear(&in->held);
    in->taken = 0;
  }
  while (in->held.n == 0 && !in->ended)
    if (read_more(in) != 0)
      return -1;
  bytes->p = in->held.p;
  bytes->n = in->held.n;
  in->taken = 1;
  return bytes->n > 0;
}

void input_close(struct input *in)
{
  if (in->fd > STDIN_FILENO)
    close(in->fd);
  files_free(&in->files);
  sluice__buf_free(&in->held);
}
