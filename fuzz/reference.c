/* SPDX-License-Identifier: MIT */
#include "reference.h"

#include <string.h>

#define NAME_MAX_ 64

/* The event that is being gathered. */
struct open {
  sluice_str name;
  uint64_t offset;
  int has_data;
};

static void dispatch(struct reference *r, struct open *o, int ended)
{
  sluice_sse_event e;

  if (o->has_data && !r->too_long) {
    e.name = o->name;
    e.data.p = r->data.p;
    e.data.n = r->data.n;
    e.offset = o->offset;
    e.ended = ended;
    r->event(r->user, &e);
  }
  memset(o, 0, sizeof(*o));
  bytes_clear(&r->data);
}

static void add(struct reference *r, const char *p, size_t n)
{
  if (r->data.n + n > r->max_payload)
    r->too_long = 1;
  else
    bytes_put(&r->data, p, n);
}

static int is(sluice_str s, const char *word)
{
  return s.n == strlen(word) && memcmp(s.p, word, s.n) == 0;
}

static void field(struct reference *r, struct open *o, sluice_str name,
                  sluice_str value, uint64_t offset)
{
  if (is(name, "error")) { /* an event of its own */
    dispatch(r, o, 1);
    o->name = name;
    o->offset = offset;
    o->has_data = 1;
    add(r, value.p, value.n);
  } else if (is(name, "data")) {
    if (o->has_data)
      add(r, "\n", 1);
    else
      o->offset = offset;
    o->has_data = 1;
    add(r, value.p, value.n);
  } else if (is(name, "event")) {
    o->name = value;
    if (o->name.n > NAME_MAX_)
      o->name.n = NAME_MAX_;
  }
}

/* One line; `whole`: it has an end. */
static void line(struct reference *r, struct open *o, const char *p, size_t n,
                 uint64_t at, int whole)
{
  const char *colon = n == 0 ? NULL : memchr(p, ':', n);
  sluice_str name = {p, n}, value = {p + n, 0};

  if (n == 0 && whole)
    dispatch(r, o, 1);
  if (n > 0 && p[0] == ':')
    r->comments++;
  if (n == 0 || p[0] == ':' || (colon == NULL && !whole))
    return;
  if (colon != NULL) {
    name.n = (size_t)(colon - p);
    value.p = colon + 1;
    if (value.p < p + n && *value.p == ' ')
      value.p++;
    value.n = (size_t)(p + n - value.p);
  }
  field(r, o, name, value, at + (size_t)(value.p - p));
  if (whole && is(name, "error"))
    dispatch(r, o, 1);
}

void reference_decode(struct reference *r, const char *p, size_t n)
{
  struct open o;
  size_t at = n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0 ? 3 : 0, end;

  memset(&o, 0, sizeof(o));
  r->comments = 0;
  r->too_long = 0;
  bytes_clear(&r->data);
  while (at < n && !r->too_long) {
    for (end = at; end < n && p[end] != '\n' && p[end] != '\r';)
      end++;
    line(r, &o, p + at, end - at, at, end < n);
    if (end + 1 < n && p[end] == '\r' && p[end + 1] == '\n')
      end++;
    at = end + 1;
  }
  dispatch(r, &o, 0);
}
