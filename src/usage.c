/* SPDX-License-Identifier: MIT */
#include "usage.h"

/* *part is no more than the whole. 1 when it was. */
static int bound(int64_t *part, int64_t whole)
{
  if (*part <= whole)
    return 0;
  *part = whole;
  return 1;
}

int sluice__usage_settle(const int64_t counts[USAGE_COUNTS],
                         sluice_usage *usage)
{
  sluice_usage u = {.input_tokens = counts[USAGE_INPUT],
                    .cached_tokens = counts[USAGE_CACHED],
                    .cache_write_tokens = counts[USAGE_WRITTEN],
                    .output_tokens = counts[USAGE_OUTPUT],
                    .reasoning_tokens = counts[USAGE_REASONING]};
  int64_t total = counts[USAGE_TOTAL], sum;
  int changed = bound(&u.output_tokens, INT64_MAX - u.input_tokens);

  sum = u.input_tokens + u.output_tokens;
  if (u.reasoning_tokens > 0 && total > sum &&
      total - sum == u.reasoning_tokens) {
    u.output_tokens += u.reasoning_tokens;
    sum = total;
    changed = 1;
  }
  u.total_tokens = sum;
  changed |= total != 0 && total != sum;
  changed |= bound(&u.cached_tokens, u.input_tokens);
  changed |= bound(&u.cache_write_tokens, u.input_tokens);
  changed |= bound(&u.reasoning_tokens, u.output_tokens);
  *usage = u;
  return changed;
}
