/* SPDX-License-Identifier: MIT */
/* Streams whose chunks are mostly sound (mutate.h), so that it goes deep: the
 * laws hold, and what a plain stream says arrives, in order, once. */
#include "flow.h"
#include "mutate.h"
#include "said.h"
#include "target.h"

static void check_nothing_lost(const struct flow *f)
{
  static struct said sent, shown;
  sluice_str last = {f->last.p, f->last.n};

  said_by_stream(&sent, f->head->stream);
  if (sent.unsure)
    return;
  said_by_response(&shown, last);
  if (!said_same(&sent, &shown, 0))
    fuzz_fail("said {%s} {%s} {%s}, shown {%s} {%s} {%s}", sent.thought.p,
              sent.text.p, sent.refusal.p, shown.thought.p, shown.text.p,
              shown.refusal.p);
}

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
  flow_judge(&f, NULL);
  if (f.finished == SLUICE_OK && head.o.lenient == 0 &&
      head.o.reasoning == SLUICE_REASONING_SUMMARY &&
      (head.o.flags & SLUICE_NO_CITATIONS) != 0)
    check_nothing_lost(&f);
  flow_close(&f);
}

const struct fuzz_target fuzz_chunks = {"chunks", run, mutate_stream,
                                        mutate_cross};
