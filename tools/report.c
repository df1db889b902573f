/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "report.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "progress.h"
#include "utf8.h"

enum { LINE_MAX_BYTES = 1000 };

/* Characters that act on a terminal, or turn the order of what is shown:
 * controls, line and paragraph separators, marks of writing direction. */
static int is_harmful(uint32_t c)
{
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x200e || c == 0x200f ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* Copies the text; what is harmful or no UTF-8 becomes a question mark, white
 * space a blank. Returns the length, at most cap. */
static size_t make_harmless(char *out, size_t cap, const char *p, size_t n)
{
  size_t at = 0, length = 0;
  while (at < n) {
    uint32_t c = 0;
    int step = sluice__utf8_next(p + at, n - at, &c);
    size_t bytes = step > 0 ? (size_t)step : step < 0 ? (size_t)-step : n - at;
    if (length + bytes > cap)
      break;
    if (step > 0 && !is_harmful(c)) {
      memcpy(out + length, p + at, bytes);
      length += bytes;
    } else {
      out[length++] = step > 0 && c >= '\t' && c <= '\r' ? ' ' : '?';
    }
    at += bytes;
  }
  return length;
}

static void write_line(const char *p, size_t n)
{
  while (n > 0) {
    ssize_t done = write(STDERR_FILENO, p, n);
    if (done < 0 && errno != EINTR)
      return; /* nowhere left to complain */
    if (done > 0) {
      p += done;
      n -= (size_t)done;
    }
  }
}

void report(const char *format, ...)
{
  char raw[LINE_MAX_BYTES], line[LINE_MAX_BYTES + 8];
  va_list arguments;
  va_start(arguments, format);
  int n = vsnprintf(raw, sizeof(raw), format, arguments);
  va_end(arguments);
  if (n < 0)
    return;
  size_t length = (size_t)n < sizeof(raw) ? (size_t)n : sizeof(raw) - 1;

  memcpy(line, "sluice: ", 8);
  size_t end = 8 + make_harmless(line + 8, LINE_MAX_BYTES - 9, raw, length);
  line[end++] = '\n';
  progress_clear();
  write_line(line, end);
}

void report_errno(const char *name)
{
  report("%s: %s", name, strerror(errno));
}
