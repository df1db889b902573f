/* SPDX-License-Identifier: MIT */
/* Streams whose chunks are mostly sound (mutate.h), so that it goes deep: the
 * laws hold, and what a plain stream says arrives, in order, once. */
#include "flow.h"
#include "mutate.h"
#include "target.h"

static void run(const uint8_t *p, size_t n)
{
  struct head head;
  struct flow f;

  if (!head_read(&head, p, n))
    return;
  head.callback = HEAD_GOES_ON;
  flow_open(&f, &head, NULL, NULL);
  flow_feed_all(&f, head.push);
  flow_finish(&f);
  flow_judge(&f);
  flow_close(&f);
}

const struct fuzz_target fuzz_chunks = {"chunks", run, mutate_stream,
                                        mutate_cross};
