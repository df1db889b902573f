/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "heap.h"
#include "moment.h"
#include "progress.h"
#include "reading.h"
#include "recording.h"
#include "report.h"

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
  long n = reading_some(in->fd, in->name, &in->held);

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

  while (at == in->held.n && at < READING_SOME && !in->ended) {
    if (read_more(in) != 0)
      return -1;
    at = skip_blanks(in->held.p, in->held.n, at);
  }
  if (at == in->held.n || in->held.p[at] != '{')
    return 0;
  while (!in->ended && in->held.n <= READING_WHOLE)
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
