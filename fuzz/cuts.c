/* SPDX-License-Identifier: MIT */
/* Any cut of a stream, by whatever way it comes, with the fast path and without
 * it, gives the same bytes, the same end and the same counts. */
#include <string.h>

#include "flow.h"
#include "pieces.h"
#include "target.h"

/* All that an embedder can see of a run. */
struct seen {
  struct bytes wire, message;
  sluice_status finished;
  sluice_error error;
  uint32_t counts[SLUICE_ANOMALY_COUNT];
};

static void look(struct seen *s, const struct flow *f)
{
  sluice_text message = sluice_translator_message(f->t);
  int a;

  bytes_clear(&s->wire);
  bytes_put(&s->wire, f->wire.p, f->wire.n);
  bytes_clear(&s->message);
  bytes_put(&s->message, message.p, message.n);
  s->finished = f->finished;
  s->error = sluice_translator_error(f->t);
  for (a = 0; a < SLUICE_ANOMALY_COUNT; a++)
    s->counts[a] = sluice_translator_count(f->t, (sluice_anomaly)a);
}

static void compare(const struct seen *a, const struct seen *b, const char *way)
{
  int i;

  if (!bytes_equal(&a->wire, &b->wire))
    fuzz_fail("%s: other bytes", way);
  if (!bytes_equal(&a->message, &b->message))
    fuzz_fail("%s: another message", way);
  if (a->finished != b->finished || a->error.status != b->error.status)
    fuzz_fail("%s: finish %s, not %s", way, sluice_status_name(b->finished),
              sluice_status_name(a->finished));
  if (a->error.offset != b->error.offset)
    fuzz_fail("%s: the offset is %llu, not %llu", way,
              (unsigned long long)b->error.offset,
              (unsigned long long)a->error.offset);
  for (i = 0; i < SLUICE_ANOMALY_COUNT; i++)
    if (a->counts[i] != b->counts[i])
      fuzz_fail("%s: %s %u times, not %u", way,
                sluice_anomaly_name((sluice_anomaly)i), b->counts[i],
                a->counts[i]);
}

/* ---- the ways ------------------------------------------------------------ */

static sluice_scratch *scratch; /* of one input, for those that share one */

static void feed_cut(struct flow *f, uint64_t state)
{
  const sluice_str *s = &f->head->stream;
  size_t at, n;

  for (at = 0; at < s->n && f->fed >= 0; at += n) {
    n = pieces_next(&state, s->n - at);
    flow_feed(f, s->p + at, n);
  }
}

static void whole(struct flow *f, const struct head *head)
{
  flow_open(f, head, NULL, NULL);
  flow_feed_all(f, 0);
  flow_finish(f);
}

static void cut(struct flow *f, const struct head *head)
{
  flow_open(f, head, NULL, NULL);
  feed_cut(f, head->push * 16 + head->seed);
  flow_finish(f);
}

/* Another stream uses the same scratch between each two pieces. */
static void beside_another(struct flow *f, const struct head *head)
{
  struct flow other;
  uint64_t state = head->push * 16 + head->seed + 7;
  const sluice_str *s = &head->stream;
  size_t at, n, m, at_other = s->n / 3;

  flow_open(f, head, NULL, scratch);
  flow_open(&other, head, NULL, scratch);
  for (at = 0; at < s->n && f->fed >= 0; at += n) {
    n = pieces_next(&state, s->n - at);
    flow_feed(f, s->p + at, n);
    m = pieces_next(&state, s->n - at_other);
    if (other.fed >= 0)
      flow_feed(&other, s->p + at_other, m);
    at_other += m;
  }
  flow_finish(&other);
  flow_finish(f);
  flow_close(&other);
}

/* The handle was used before, and the first stream was left in the middle. */
static void after_reset(struct flow *f, const struct head *head)
{
  const sluice_str *s = &head->stream;

  flow_open(f, head, NULL, NULL);
  flow_feed(f, s->p, s->n / 2);
  flow_again(f);
  flow_feed_all(f, head->push == 0 ? 1 : head->push);
  flow_finish(f);
}

/* The same options, but with the fast path where the head has none, and without
 * it where it has. Lives until the next call. */
static const struct head *other_path(const struct head *head)
{
  static struct head other;

  other = *head;
  other.o.flags ^= SLUICE_NO_FAST_PATH;
  return &other;
}

/* Up to the next blank line, or all. */
static size_t event_length(const char *p, size_t n)
{
  size_t i;

  for (i = 1; i < n; i++)
    if (p[i] == '\n' && p[i - 1] == '\n')
      return i + 1;
  return n;
}

static void by_the_other_path(struct flow *f, const struct head *head)
{
  flow_open(f, other_path(head), NULL, NULL);
  flow_feed_all(f, 0);
  flow_finish(f);
}

/* The scratch has learned from the same stream before; and events of the
 * same stream on another handle come between, which goes the other way. */
static void mixed(struct flow *f, const struct head *head)
{
  struct flow other;
  uint64_t state = head->push * 16 + head->seed + 3;
  const sluice_str *s = &head->stream;
  size_t at, n;

  flow_open(f, head, NULL, scratch);
  flow_open(&other, other_path(head), NULL, scratch);
  for (at = 0; at < s->n && f->fed >= 0; at += n) {
    n = event_length(s->p + at, s->n - at);
    if (pieces_next(&state, 4) > 1) /* most of them alone */
      n += event_length(s->p + at + n, s->n - at - n);
    flow_feed(f, s->p + at, n);
    if (other.fed >= 0)
      flow_feed(&other, s->p + at, n);
  }
  flow_finish(&other);
  flow_finish(f);
  flow_close(&other);
}

/* A way to be compared with the first is one row more. */
static const struct way {
  const char *name;
  void (*go)(struct flow *f, const struct head *head);
} ways[] = {{"whole", whole},
            {"cut", cut},
            {"beside another stream", beside_another},
            {"after a reset", after_reset},
            {"by the other path", by_the_other_path},
            {"mixed", mixed}};

static void run(const uint8_t *p, size_t n)
{
  static struct seen first, seen;
  struct head head;
  struct flow f;
  size_t i;

  if (!head_read(&head, p, n))
    return;
  FUZZ_CHECK(sluice_scratch_new(&scratch, NULL) == SLUICE_OK);
  if (head.callback != HEAD_PAUSES)
    head.callback = HEAD_GOES_ON;
  for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
    ways[i].go(&f, &head);
    look(i == 0 ? &first : &seen, &f);
    flow_close(&f);
    if (i > 0)
      compare(&first, &seen, ways[i].name);
  }
  sluice_scratch_free(scratch);
}

const struct fuzz_target fuzz_cuts = {"cuts", run, NULL, NULL};
