/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "page.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "shown.h"

#define lit sluice__buf_lit

enum { COLUMNS = 79, INDENT = 2 };

int page_wants_colour(void)
{
  const char *no = getenv("NO_COLOR");
  const char *terminal = getenv("TERM");

  return isatty(STDOUT_FILENO) && (no == NULL || *no == '\0') &&
         (terminal == NULL || strcmp(terminal, "dumb") != 0);
}

size_t page_value(const struct page *page)
{
  return COLUMNS - INDENT - page->label;
}

void page_paint(struct page *page, enum page_paint paint)
{
  static const char *const codes[] = {"\x1b[0m",  "\x1b[1m",  "\x1b[2m",
                                      "\x1b[31m", "\x1b[33m", "\x1b[32m"};

  if (page->colour)
    sluice__buf_put(page->out, codes[paint], strlen(codes[paint]));
}

static void blanks(struct page *page, size_t n)
{
  while (n-- > 0)
    sluice__buf_byte(page->out, ' ');
}

void page_heading(struct page *page, const char *text)
{
  lit(page->out, "\n");
  page_paint(page, PAGE_BOLD);
  sluice__buf_put(page->out, text, strlen(text));
  page_paint(page, PAGE_PLAIN);
  lit(page->out, "\n");
}

static void label_of(struct page *page, const char *label)
{
  size_t n = strlen(label);

  blanks(page, INDENT);
  if (n > 0) {
    page_paint(page, PAGE_DIM);
    sluice__buf_put(page->out, label, n);
    page_paint(page, PAGE_PLAIN);
  }
  blanks(page, n < page->label ? page->label - n : 1);
}

/* How many bytes of the text go on a line: up to the last blank that leaves the
 * rest for the next one, or all that fits. */
static size_t line_of(sluice_str s, size_t columns)
{
  size_t blank = 0;

  for (size_t n = 1; n <= s.n; n++) {
    if (n < s.n && (s.p[n] & 0xc0) == 0x80)
      continue; /* within a character */
    if (shown_width((sluice_str){s.p, n}) > columns)
      return blank > 0 ? blank : n - 1;
    if (n < s.n && s.p[n] == ' ')
      blank = n;
  }
  return s.n;
}

void page_row(struct page *page, const char *label, sluice_str value, int lines)
{
  for (;;) {
    size_t n = lines > 1 ? line_of(value, page_value(page)) : value.n;
    size_t shown = n;
    while (shown > 0 && value.p[shown - 1] == ' ')
      shown--;
    label_of(page, label);
    shown_head(page->out, (sluice_str){value.p, shown}, page_value(page));
    lit(page->out, "\n");
    value.p += n;
    value.n -= n;
    while (value.n > 0 && *value.p == ' ') {
      value.p++;
      value.n--;
    }
    if (value.n == 0)
      return;
    label = "";
    lines--;
  }
}

void page_say(struct page *page, const char *label, enum page_paint paint,
              const char *format, ...)
{
  char text[256];
  va_list arguments;
  int n;

  va_start(arguments, format);
  n = vsnprintf(text, sizeof(text), format, arguments);
  va_end(arguments);
  if (n < 0)
    return;
  label_of(page, label);
  if (paint != PAGE_PLAIN)
    page_paint(page, paint);
  shown_head(page->out, (sluice_str){text, strlen(text)}, page_value(page));
  if (paint != PAGE_PLAIN)
    page_paint(page, PAGE_PLAIN);
  lit(page->out, "\n");
}

void page_quote(struct page *page, sluice_str text)
{
  size_t columns = page_value(page) - 2;
  /* A long text need not be measured to its end. */
  int is_long = text.n > 16 * columns || shown_width(text) > columns;

  label_of(page, "");
  lit(page->out, "\xe2\x80\x9c");
  shown_head(page->out, text, columns);
  if (is_long) {
    lit(page->out, "\n");
    label_of(page, "");
    blanks(page, 1);
    shown_tail(page->out, text, columns);
  }
  lit(page->out, "\xe2\x80\x9d\n");
}
