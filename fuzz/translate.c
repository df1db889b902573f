/* SPDX-License-Identifier: MIT */
/* Any bytes, with any options, cut, paused, aborted, short of memory: the laws
 * hold over what comes out, the end is told once and the same everywhere,
 * nothing leaks, and the handle can be used again. */
#include "flow.h"
#include "target.h"

static void end(struct flow *f)
{
  static const sluice_str code = {"rate_limit_exceeded", 19},
                          message = {"gone\n\xff", 6};

  if (f->t == NULL || f->head->end == HEAD_STOP)
    return;
  if (f->head->end == HEAD_END_ROUND)
    f->fed = sluice_translator_end_round(f->t);
  else if (f->head->end == HEAD_FAIL)
    f->fed = sluice_translator_fail(f->t, code, message);
  flow_finish(f);
}

static void play(struct flow *f)
{
  flow_feed_all(f, f->head->push);
  end(f);
}

/* The laws over what was played; a run that was short of memory is held against
 * one with enough. */
static void judge(const struct flow *f)
{
  struct flow good;

  if (f->memory->failed == 0) {
    flow_judge(f, NULL);
    return;
  }
  FUZZ_CHECK(flow_open(&good, f->head, NULL, NULL) == SLUICE_OK);
  play(&good);
  flow_judge(f, &good);
  flow_close(&good);
}

/* What a handle makes of this is the same, whatever it went through. */
static void check_usable(struct flow *f)
{
  static const char in[] = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},"
                           "\"finish_reason\":\"stop\"}]}\n\n";
  struct head head = *f->head;

  head.callback = HEAD_GOES_ON;
  head.end = HEAD_FINISH;
  head.push = 0;
  head.stream.p = in;
  head.stream.n = sizeof(in) - 1;
  f->head = &head;
  flow_again(f);
  play(f);
  if (head.o.max_payload == 0 && head.o.max_output == 0 &&
      head.o.max_depth == 0 && f->memory->failed == 0)
    FUZZ_CHECK(f->terminal == SLUICE_EVENT_COMPLETED);
  judge(f);
}

static void run(const uint8_t *p, size_t n)
{
  struct heap memory;
  struct head head;
  struct flow f;

  if (!head_read(&head, p, n))
    return;
  heap_init(&memory, HEAP_NEVER, 0);
  memory.for_good = head.memory == HEAD_FAILS_FOR_GOOD;
  memory.fail_at = head.memory == HEAD_ENOUGH ? HEAP_NEVER : head.memory_at;
  if (flow_open(&f, &head, &memory, NULL) == SLUICE_OK) {
    play(&f);
    judge(&f);
    if (f.t != NULL)
      check_usable(&f);
  }
  flow_close(&f);
  FUZZ_CHECK(memory.live == 0);
}

const struct fuzz_target fuzz_translate = {"translate", run, NULL, NULL};
