/* SPDX-License-Identifier: MIT */
#include "limit.h"

void sluice__limits_init(struct limits *l, const sluice_options *o)
{
  memset(l, 0, sizeof(*l));
  l->most[LIMIT_PAYLOAD] = o->max_payload;
  l->most[LIMIT_DEPTH] = o->max_depth;
  l->most[LIMIT_VALUES] = LIMIT_VALUES_MAX;
  l->most[LIMIT_DELTAS] = LIMIT_DELTAS_MAX;
  l->most[LIMIT_OUTPUT] = o->max_output;
  l->most[LIMIT_ITEMS] = o->max_items;
  l->most[LIMIT_PARTS] = o->max_items;
  l->most[LIMIT_CALLS] = o->max_items;
  l->most[LIMIT_CHOICES] = o->max_items;
  l->most[LIMIT_ANNOTATIONS] = o->max_annotations;
  l->most[LIMIT_FILES] = o->max_annotations;
}

void sluice__limits_clear(struct limits *l)
{
  memset(l->used, 0, sizeof(l->used));
}

int sluice__limit_pass(struct limits *l, enum limit which)
{
  l->passed = which;
  return SLUICE_ERR_LIMIT;
}

int sluice__limit_take(struct limits *l, enum limit which, size_t n)
{
  if (n > l->most[which] - l->used[which])
    return sluice__limit_pass(l, which);
  l->used[which] += n;
  return 0;
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
    sluice__buf_uint(out, l->most[l->passed]);
    sluice__buf_byte(out, ')');
  }
  sluice__buf_byte(out, ' ');
  sluice__buf_put(out, what, strlen(what));
}
