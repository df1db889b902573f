/* SPDX-License-Identifier: MIT */
/* page.h - text in two columns, labels and values, within 80 columns. */
#ifndef SLUICE_TOOLS_PAGE_H
#define SLUICE_TOOLS_PAGE_H

#include "buf.h"

enum page_paint {
  PAGE_PLAIN,
  PAGE_BOLD,
  PAGE_DIM,
  PAGE_RED,
  PAGE_YELLOW,
  PAGE_GREEN
};

struct page {
  struct buf *out;
  size_t label; /* columns for labels */
  int colour;   /* a terminal shows it */
};

/* 1 when stdout takes colour: it is for terminals, and https://no-color.org
 * says how to refuse it. */
int page_wants_colour(void);

/* How many columns there are for values. */
size_t page_value(const struct page *page);

/* What follows looks so. Nothing without colour. */
void page_paint(struct page *page, enum page_paint paint);

/* A line above a group of rows, after an empty one. */
void page_heading(struct page *page, const char *text);

/* A row. The value is made harmless, and broken into at most `lines` lines. The
 * label may be empty. */
void page_row(struct page *page, const char *label, sluice_str value,
              int lines);

/* The same with a text that is made here and fits on a line. */
__attribute__((format(printf, 4, 5))) void page_say(struct page *page,
                                                    const char *label,
                                                    enum page_paint paint,
                                                    const char *format, ...);

/* A quotation: on one line, or its beginning and its end on one each. */
void page_quote(struct page *page, sluice_str text);

#endif
