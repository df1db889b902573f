/* SPDX-License-Identifier: MIT */
#include "lines.h"

/* An event of more lines is no event that anybody sends. */
enum { LINES_KEPT = 4096 };

/* Within a line. */
enum { IN_NAME, AT_VALUE, IN_REST };

void lines_init(struct lines *l, const sluice_mem *mem)
{
  memset(l, 0, sizeof(*l));
  l->mem = mem;
  l->number = 1;
}

void lines_free(struct lines *l)
{
  l->mem->free(l->mem->user, l->data);
}

void lines_next(struct lines *l)
{
  l->count = 0;
}

uint64_t lines_counted(const struct lines *l)
{
  return l->number - (l->at == l->line_at);
}

static int reserve(struct lines *l)
{
  size_t cap = l->cap == 0 ? 16 : l->cap * 2;
  struct line *more;

  if (l->count < l->cap)
    return 0;
  more = (struct line *)l->mem->realloc(l->mem->user, l->data,
                                        cap * sizeof(*more));
  if (more == NULL)
    return -1;
  l->data = more;
  l->cap = cap;
  return 0;
}

/* The present line is one of data, its value begins at `value`. */
static int note(struct lines *l, uint64_t value)
{
  struct line *line;

  l->state = IN_REST;
  if (l->count >= LINES_KEPT)
    return 0;
  if (reserve(l) != 0)
    return -1;
  line = &l->data[l->count++];
  line->number = l->number;
  line->at = l->line_at;
  line->value = value;
  return 0;
}

static int is_data(const struct lines *l)
{
  return (l->word_n == 4 && memcmp(l->word, "data", 4) == 0) ||
         (l->word_n == 5 && memcmp(l->word, "error", 5) == 0);
}

static int end_line(struct lines *l, char c)
{
  int rv = 0;

  if (l->state == AT_VALUE || (l->state == IN_NAME && is_data(l)))
    rv = note(l, l->at);
  l->cr = c == '\r';
  l->state = IN_NAME;
  l->word_n = 0;
  l->number++;
  l->line_at = l->at + 1;
  return rv;
}

static void add_to_name(struct lines *l, char c)
{
  static const char bom[] = "\xef\xbb\xbf";

  if (l->at < 3 && l->word_n == 0 && c == bom[l->at])
    return;
  if (c == ':')
    l->state = is_data(l) ? AT_VALUE : IN_REST;
  else if (l->word_n < sizeof(l->word))
    l->word[l->word_n++] = c;
  else
    l->state = IN_REST;
}

static int add_byte(struct lines *l, char c)
{
  int rv = 0;

  if (l->cr && c == '\n') {
    l->cr = 0;
    l->line_at = l->at + 1;
  } else if (c == '\n' || c == '\r') {
    rv = end_line(l, c);
  } else {
    l->cr = 0;
    if (l->state == AT_VALUE)
      rv = note(l, l->at + (c == ' '));
    else if (l->state == IN_NAME)
      add_to_name(l, c);
  }
  l->at++;
  return rv;
}

/* Bytes in which nothing can begin: up to the end of the line. */
static size_t rest_of_line(const char *p, size_t n)
{
  const char *lf = (const char *)memchr(p, '\n', n);
  size_t most = lf == NULL ? n : (size_t)(lf - p);
  const char *cr = (const char *)memchr(p, '\r', most);

  return cr == NULL ? most : (size_t)(cr - p);
}

int lines_add(struct lines *l, sluice_str bytes)
{
  size_t i = 0, rest;
  int rv = 0;

  while (i < bytes.n && rv == 0) {
    if (l->state == IN_REST) {
      rest = rest_of_line(bytes.p + i, bytes.n - i);
      l->at += rest;
      i += rest;
    }
    if (i < bytes.n)
      rv = add_byte(l, bytes.p[i++]);
  }
  return rv;
}

struct line lines_find(const struct lines *l, sluice_str data, size_t at,
                       uint64_t *offset)
{
  struct line none = {l->number, l->line_at, l->at};
  size_t start = 0, which = 0, i;

  if (l->count == 0) {
    *offset = l->at;
    return none;
  }
  for (i = 0; i < at && i < data.n && which + 1 < l->count; i++) {
    if (data.p[i] == '\n') {
      start = i + 1;
      which++;
    }
  }
  *offset = l->data[which].value + (at - start);
  return l->data[which];
}
