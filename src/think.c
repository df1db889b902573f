/* SPDX-License-Identifier: MIT */
#include "think.h"

static const char open_tag[] = "<think>";
static const char close_tag[] = "</think>";

/* The white space at the start of clean text. */
static size_t blank(const char *p, size_t n)
{
  size_t i = 0;

  for (;;) {
    if (i < n && p[i] == ' ')
      i++;
    else if (i + 1 < n && p[i] == '\\' &&
             (p[i + 1] == 'n' || p[i + 1] == 'r' || p[i + 1] == 't'))
      i += 2;
    else
      return i;
  }
}

/* 1 when the n bytes at p are the start of `tag`, or begin with it. */
static int may_be(const char *p, size_t n, const char *tag, size_t tag_n)
{
  return memcmp(p, tag, n < tag_n ? n : tag_n) == 0;
}

static int say(think_cb cb, void *user, int thought, const char *p, size_t n)
{
  sluice_text text = {p, n};

  return n == 0 ? 0 : cb(user, thought, text);
}

/* Keeps what may become a tag for the next piece. */
static void hold(struct think *t, const char *p, size_t n)
{
  memcpy(t->held, p, n);
  t->held_n = (uint8_t)n;
}

/* At the start. Sets *rest to what is not decided by it. */
static int at_start(struct think *t, sluice_text *rest)
{
  size_t n = sizeof(open_tag) - 1;
  size_t space = blank(rest->p, rest->n);
  size_t left = rest->n - space;

  if (may_be(rest->p + space, left, open_tag, n)) {
    if (left >= n) {
      t->state = THINK_INSIDE;
      rest->p += space + n;
      rest->n -= space + n;
      return 1;
    }
    if (rest->n <= sizeof(t->held)) {
      hold(t, rest->p, rest->n);
      return 0;
    }
  }
  t->state = THINK_OUT;
  return 1;
}

/* Within the block: thought up to the tag, or up to what may become it. */
static int inside(struct think *t, sluice_text *rest, think_cb cb, void *user)
{
  size_t n = sizeof(close_tag) - 1, i = 0, left;
  const char *p = rest->p, *found;
  int rv;

  while (i < rest->n) {
    found = (const char *)memchr(p + i, '<', rest->n - i);
    i = found == NULL ? rest->n : (size_t)(found - p);
    left = rest->n - i;
    if (left == 0 || may_be(p + i, left, close_tag, n))
      break;
    i++;
  }
  left = rest->n - i;
  rv = say(cb, user, 1, p, i);
  if (left < n) {
    hold(t, p + i, left);
    rest->n = 0;
    return rv;
  }
  t->state = THINK_OUT;
  rest->p = p + i + n;
  rest->n = left - n;
  return rv;
}

int sluice__think_feed(struct think *t, sluice_text text, struct buf *work,
                       think_cb cb, void *user)
{
  sluice_text rest = text;
  int rv = 0;

  if (t->held_n > 0) {
    sluice__buf_clear(work);
    sluice__buf_put(work, t->held, t->held_n);
    sluice__buf_text(work, text);
    if (work->failed)
      return SLUICE_ERR_NOMEM;
    t->held_n = 0;
    rest = sluice__buf_as_text(work);
  }
  if (t->state == THINK_START && !at_start(t, &rest))
    return 0;
  if (t->state == THINK_INSIDE)
    rv = inside(t, &rest, cb, user);
  if (rv == 0 && t->state == THINK_OUT)
    rv = say(cb, user, 0, rest.p, rest.n);
  return rv;
}

int sluice__think_end(struct think *t, think_cb cb, void *user)
{
  size_t n = t->held_n;

  t->held_n = 0;
  if (t->state == THINK_START && n > 0)
    t->state = THINK_OUT; /* text has begun, after all */
  return say(cb, user, t->state == THINK_INSIDE, t->held, n);
}

struct thought *sluice__thought_new(const sluice_mem *mem)
{
  struct thought *t = (struct thought *)sluice__new(mem, sizeof(*t));

  if (t != NULL)
    sluice__buf_init(&t->waiting, mem);
  return t;
}

void sluice__thought_free(const sluice_mem *mem, struct thought *t)
{
  if (t == NULL)
    return;
  sluice__buf_free(&t->waiting);
  sluice__free(mem, t);
}
