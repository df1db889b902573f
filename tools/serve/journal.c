/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "heap.h"
#include "json.h"
#include "report.h"
#include "text.h"

enum { MAX_DEPTH = 256 };

int journal_open(const char *path)
{
  int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

  if (fd < 0)
    report_errno(path);
  return fd;
}

static int write_all(int fd, const char *p, size_t n)
{
  while (n > 0) {
    ssize_t written = write(fd, p, n);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0) {
      report_errno("the log of requests");
      return -1;
    }
    p += written;
    n -= (size_t)written;
  }
  return 0;
}

static void put_line(struct buf *line, sluice_str body)
{
  struct json json;

  sluice__json_init(&json, heap());
  if (sluice__json_parse(&json, body, MAX_DEPTH) == 0 && json.count > 0 &&
      json.nodes[0].next == json.count) {
    sluice__json_compact(&json, 0, line);
  } else {
    sluice__buf_byte(line, '"');
    sluice__text_escape(line, body);
    sluice__buf_byte(line, '"');
  }
  sluice__buf_byte(line, '\n');
  sluice__json_free(&json);
}

int journal_write(int fd, sluice_str body)
{
  struct buf line;
  int rv = -1;

  sluice__buf_init(&line, heap());
  put_line(&line, body);
  if (line.failed)
    heap_report();
  else
    rv = write_all(fd, line.p, line.n);
  sluice__buf_free(&line);
  return rv;
}
