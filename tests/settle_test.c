/* SPDX-License-Identifier: MIT */
/* usage.h: numbers of servers, made consistent. Each row says what comes in and
 * what must come out, and whether that is a change. */
#include "check.h"
#include "usage.h"

static const struct {
  const char *why;
  int64_t
      in[USAGE_COUNTS]; /* input, output, total, cached, written, reasoning */
  sluice_usage out;     /* input, cached, written, output, reasoning, total */
  int changed;
} rows[] = {
    {"nothing", {0}, {0}, 0},
    {"as it is", {7, 5, 12, 3, 2, 4}, {7, 3, 2, 5, 4, 12}, 0},
    {"no total", {7, 5, 0, 0, 0, 0}, {7, 0, 0, 5, 0, 12}, 0},
    {"another total", {7, 5, 13, 0, 0, 0}, {7, 0, 0, 5, 0, 12}, 1},
    {"a total that is too small", {7, 5, 3, 0, 0, 2}, {7, 0, 0, 5, 2, 12}, 1},
    {"reasoning beside the output",
     {7, 5, 15, 0, 0, 3},
     {7, 0, 0, 8, 3, 15},
     1},
    {"reasoning, but another rest",
     {7, 5, 16, 0, 0, 3},
     {7, 0, 0, 5, 3, 12},
     1},
    {"more cached than there was", {7, 5, 12, 8, 0, 0}, {7, 7, 0, 5, 0, 12}, 1},
    {"more written than there was",
     {7, 5, 12, 0, 9, 0},
     {7, 0, 7, 5, 0, 12},
     1},
    {"more thought than said", {7, 5, 12, 0, 0, 6}, {7, 0, 0, 5, 5, 12}, 1},
    {"too much for a number",
     {INT64_MAX, 5, 0, 0, 0, 0},
     {INT64_MAX, 0, 0, 0, 0, INT64_MAX},
     1},
};

static void each_row(void **state)
{
  sluice_usage out;
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(rows); i++) {
    int changed = sluice__usage_settle(rows[i].in, &out);

    if (changed != rows[i].changed ||
        memcmp(&out, &rows[i].out, sizeof(out)) != 0)
      fail_msg("%s: %lld %lld %lld %lld %lld %lld, %d", rows[i].why,
               (long long)out.input_tokens, (long long)out.cached_tokens,
               (long long)out.cache_write_tokens, (long long)out.output_tokens,
               (long long)out.reasoning_tokens, (long long)out.total_tokens,
               changed);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(each_row)};

  return cmocka_run_group_tests_name("settle", tests, NULL, NULL);
}
