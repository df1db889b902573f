/* SPDX-License-Identifier: MIT */
#include "plan.h"

#include <string.h>

#include "moment.h"

enum { HOUR = 3600 };

#define UNKNOWN                                                                \
  "there is no such directive; there are pace, split, delay, status, html, "   \
  "stall, error, garbage, end, cut and reset"

/* A directive whose value is one number. */
static const struct row {
  const char *name;
  size_t at; /* in struct plan */
  uint64_t least, most;
  const char *needs;
} rows[] = {
    {"pace", offsetof(struct plan, pace), 0, 1000000,
     "needs events a second, 0 to 1000000"},
    {"split", offsetof(struct plan, split), 0, 1000000,
     "needs bytes, 0 to 1000000"},
    {"delay", offsetof(struct plan, delay), 0, (uint64_t)HOUR * 1000,
     "needs milliseconds, 0 to 3600000"},
    {"status", offsetof(struct plan, status), 400, 599,
     "needs a status of HTTP, 400 to 599"},
    {"html", offsetof(struct plan, html), 0, 1, "needs nothing, or 0 or 1"},
    {"error", offsetof(struct plan, after[FAULT_ERROR]), 0, PLAN_NEVER - 1,
     "needs a number of events"},
    {"garbage", offsetof(struct plan, after[FAULT_GARBAGE]), 0, PLAN_NEVER - 1,
     "needs a number of events"},
    {"end", offsetof(struct plan, after[FAULT_END]), 0, PLAN_NEVER - 1,
     "needs a number of events"},
    {"cut", offsetof(struct plan, after[FAULT_CUT]), 0, PLAN_NEVER - 1,
     "needs a number of events"},
    {"reset", offsetof(struct plan, after[FAULT_RESET]), 0, PLAN_NEVER - 1,
     "needs a number of events"},
};

void plan_init(struct plan *plan)
{
  memset(plan, 0, sizeof(*plan));
  for (size_t i = 0; i < FAULT_COUNT; i++)
    plan->after[i] = PLAN_NEVER;
}

static int is_same(sluice_str word, const char *name)
{
  size_t i = 0;

  for (; i < word.n && name[i] != '\0'; i++) {
    char c = word.p[i];
    if (c >= 'A' && c <= 'Z')
      c = (char)(c - 'A' + 'a');
    if (c != name[i])
      return 0;
  }
  return i == word.n && name[i] == '\0';
}

/* Digits alone. Returns 0 when `text` is not a number below 2^64 - 1. */
static int read_number(sluice_str text, uint64_t *out)
{
  uint64_t n = 0;

  for (size_t i = 0; i < text.n; i++) {
    uint64_t digit = (uint64_t)text.p[i] - '0';
    if (text.p[i] < '0' || digit > 9 || n > (PLAN_NEVER - 1 - digit) / 10)
      return 0;
    n = n * 10 + digit;
  }
  *out = n;
  return text.n > 0;
}

/* EVENTS, or EVENTS:SECONDS. */
static const char *set_stall(struct plan *plan, sluice_str value)
{
  uint64_t events, seconds = PLAN_NEVER;
  const char *colon = value.n > 0 ? memchr(value.p, ':', value.n) : NULL;
  sluice_str first = value;

  if (colon != NULL) {
    sluice_str second = {colon + 1, value.n - 1 - (size_t)(colon - value.p)};
    first.n = (size_t)(colon - value.p);
    if (!read_number(second, &seconds) || seconds > HOUR)
      seconds = PLAN_NEVER - 1;
  }
  if (!read_number(first, &events) || seconds == PLAN_NEVER - 1)
    return "needs a number of events, or EVENTS:SECONDS with 0 to 3600 seconds";
  plan->after[FAULT_STALL] = events;
  plan->stall = seconds == PLAN_NEVER ? PLAN_NEVER : seconds * MOMENT_SECOND;
  return NULL;
}

const char *plan_set(struct plan *plan, sluice_str name, sluice_str value)
{
  if (is_same(name, "stall"))
    return set_stall(plan, value);
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    const struct row *row = &rows[i];
    uint64_t number = 1;
    if (!is_same(name, row->name))
      continue;
    if (value.n > 0 ? !read_number(value, &number)
                    : row->at != offsetof(struct plan, html))
      return row->needs;
    if (number < row->least || number > row->most)
      return row->needs;
    memcpy((char *)plan + row->at, &number, sizeof(number));
    return NULL;
  }
  return UNKNOWN;
}

static int is_separator(char c)
{
  return c == ';' || c == '?' || c == '&';
}

const char *plan_read(struct plan *plan, sluice_str directives,
                      sluice_str *wrong)
{
  size_t at = 0;

  while (at < directives.n) {
    sluice_str one = {directives.p + at, 0}, value = {NULL, 0};
    const char *fault, *equals;
    while (at + one.n < directives.n && !is_separator(one.p[one.n]))
      one.n++;
    at += one.n + 1;
    if (one.n == 0)
      continue;
    *wrong = one;
    equals = memchr(one.p, '=', one.n);
    if (equals != NULL) {
      value.p = equals + 1;
      value.n = one.n - 1 - (size_t)(equals - one.p);
      one.n = (size_t)(equals - one.p);
    }
    fault = plan_set(plan, one, value);
    if (fault != NULL)
      return fault;
  }
  return NULL;
}
