/* SPDX-License-Identifier: MIT */
#include "limit.h"

void sluice__caps_init(struct caps *c, const sluice_options *o)
{
  c->output = o->max_output;
  c->payload = (uint32_t)o->max_payload; /* which is not more, see status.c */
  c->depth = o->max_depth;
  c->deltas = LIMIT_DELTAS_MAX;
  c->items = o->max_items;
  c->annotations = o->max_annotations;
}

void sluice__limits_init(struct limits *l, const struct caps *caps)
{
  memset(l, 0, sizeof(*l));
  l->caps = caps;
}

void sluice__limits_clear(struct limits *l)
{
  l->output = 0;
  memset(l->used, 0, sizeof(l->used));
}

size_t sluice__limit_most(const struct limits *l, enum limit which)
{
  switch (which) {
  case LIMIT_PAYLOAD:
    return l->caps->payload;
  case LIMIT_DEPTH:
    return l->caps->depth;
  case LIMIT_OUTPUT:
    return l->caps->output;
  case LIMIT_ANNOTATIONS:
  case LIMIT_FILES:
    return l->caps->annotations;
  default:
    return l->caps->items;
  }
}

int sluice__limit_pass(struct limits *l, enum limit which)
{
  l->passed = which;
  return SLUICE_ERR_LIMIT;
}

int sluice__limit_take(struct limits *l, enum limit which, size_t n)
{
  size_t used =
      which == LIMIT_OUTPUT ? l->output : l->used[which - LIMIT_ITEMS];

  if (n > sluice__limit_most(l, which) - used)
    return sluice__limit_pass(l, which);
  if (which == LIMIT_OUTPUT)
    l->output += n;
  else
    l->used[which - LIMIT_ITEMS] += (uint32_t)n;
  return 0;
}

void sluice__limit_return(struct limits *l, enum limit which)
{
  l->used[which - LIMIT_ITEMS]--;
}

const char *sluice__limit_text(enum limit passed)
{
  /* ORDER LIMITS. A fixed limit has no option to name. */
  static const char *const texts[] = {
#define X(NAME, option, what)                                                  \
  sizeof(option) > 1 ? "more than " option " " what : "too many " what,
      LIMITS(X)
#undef X
  };

  return texts[passed];
}

void sluice__limit_put(const struct limits *l, struct buf *out)
{
  static const struct {
    const char *option, *what;
  } words[] = {
#define X(NAME, option, what) {option, what},
      LIMITS(X)
#undef X
  };
  const char *option = words[l->passed].option;
  const char *what = words[l->passed].what;

  sluice__buf_lit(out, "limit_exceeded: ");
  if (option[0] == '\0') {
    sluice__buf_lit(out, "too many");
  } else {
    sluice__buf_lit(out, "more than ");
    sluice__buf_put(out, option, strlen(option));
    sluice__buf_lit(out, " (");
    sluice__buf_uint(out, sluice__limit_most(l, l->passed));
    sluice__buf_byte(out, ')');
  }
  sluice__buf_byte(out, ' ');
  sluice__buf_put(out, what, strlen(what));
}
