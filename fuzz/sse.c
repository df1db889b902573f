/* SPDX-License-Identifier: MIT */
/* The decoder of event streams alone, in pieces and with pauses, against the
 * plain one (reference.h): the same events, names, data, offsets and counts. */
#include <sluice/sse.h>
#include <string.h>

#include "../tests/heap.h"
#include "head.h"
#include "pieces.h"
#include "reference.h"
#include "target.h"

/* Both decoders write what they see as bytes. */
static void note(struct bytes *b, const sluice_sse_event *e)
{
  uint64_t numbers[4];

  numbers[0] = e->name.n;
  numbers[1] = e->data.n;
  numbers[2] = e->offset;
  numbers[3] = (uint64_t)e->ended;
  bytes_put(b, numbers, sizeof(numbers));
  bytes_put(b, e->name.p, e->name.n);
  bytes_put(b, e->data.p, e->data.n);
}

static void on_expected(void *user, const sluice_sse_event *e)
{
  note((struct bytes *)user, e);
}

struct got {
  sluice_sse *sse;
  struct bytes *events;
  size_t count, pause_at; /* every so many; 0: never */
};

static int on_got(void *user, const sluice_sse_event *e)
{
  struct got *g = (struct got *)user;

  FUZZ_CHECK(sluice_sse_feed(g->sse, "x", 1, NULL) == SLUICE_ERR_STATE);
  note(g->events, e);
  g->count++;
  FUZZ_CHECK(sluice_sse_counted(g->sse).events == g->count);
  return g->pause_at != 0 && g->count % g->pause_at == 0;
}

static sluice_status feed(struct got *g, const char *p, size_t n)
{
  sluice_status status;
  size_t consumed, before;

  do {
    consumed = n + 1;
    before = g->count;
    status = sluice_sse_feed(g->sse, p, n, &consumed);
    FUZZ_CHECK(consumed <= n && (status != SLUICE_OK || consumed == n));
    /* It goes on: the line end behind a bare `error` ends what came before it,
     * and is taken by the next call. */
    FUZZ_CHECK(status != SLUICE_PAUSED ||
               (g->pause_at > 0 && g->count > before));
    p += consumed;
    n -= consumed;
  } while (status == SLUICE_PAUSED);
  return status;
}

static sluice_status decode(struct got *g, const struct head *h)
{
  uint64_t state = h->push * 16 + h->seed;
  sluice_status status = SLUICE_OK;
  size_t at, n;

  for (at = 0; at < h->stream.n && status == SLUICE_OK; at += n) {
    n = pieces_next(&state, h->stream.n - at);
    status = feed(g, h->stream.p + at, n);
  }
  if (status == SLUICE_OK) {
    status = sluice_sse_finish(g->sse);
    FUZZ_CHECK(sluice_sse_finish(g->sse) == status);
    FUZZ_CHECK(sluice_sse_feed(g->sse, "x", 1, NULL) < 0);
  }
  return status;
}

static void run(const uint8_t *p, size_t n)
{
  static struct bytes expected, events;
  static struct reference r;
  struct heap memory;
  struct head head;
  struct got g = {NULL, &events, 0, 0};
  sluice_status status;
  int turn;

  if (!head_read(&head, p, n))
    return;
  bytes_clear(&expected);
  r.event = on_expected;
  r.user = &expected;
  r.max_payload = head.o.max_payload == 0 ? SIZE_MAX : head.o.max_payload;
  reference_decode(&r, head.stream.p, head.stream.n);
  heap_init(&memory, HEAP_NEVER, 0);
  head.o.mem = &memory.mem;
  g.pause_at = head.callback == HEAD_PAUSES ? head.callback_at : 0;
  FUZZ_CHECK(sluice_sse_new(&g.sse, &head.o, on_got, &g) == SLUICE_OK);
  for (turn = 0; turn < 2; turn++) { /* and again after a reset */
    bytes_clear(&events);
    g.count = 0;
    status = decode(&g, &head);
    FUZZ_CHECK(status == (r.too_long ? SLUICE_ERR_LIMIT : SLUICE_OK));
    FUZZ_CHECK(bytes_equal(&events, &expected));
    FUZZ_CHECK(r.too_long || sluice_sse_counted(g.sse).comments == r.comments);
    sluice_sse_reset(g.sse);
    head.seed++;
  }
  sluice_sse_free(g.sse);
  FUZZ_CHECK(memory.live == 0);
}

const struct fuzz_target fuzz_sse = {"sse", run, NULL, NULL};
