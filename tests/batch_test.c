/* SPDX-License-Identifier: MIT */
/* A batch gives the events of every stream of the corpus as the callback would
 * have got them: all at once, one by one, and some of both; and it survives
 * each failing allocation. */
#include "check.h"
#include "heap.h"
#include "sample.h"

#define STEP 97 /* bytes a push */

/* A translator that adds to a batch, and what is to come. */
struct pair {
  sluice_batch *batch;
  sluice_translator *t;
  struct run want;
  struct bytes wire, text; /* as in want, but for its summary */
};

/* The first `fetch` of those that came one by one, the others together. */
static void fetch(struct pair *p, size_t one_by_one)
{
  sluice_batch_event e;
  sluice_str rest;

  for (; one_by_one > 0 && sluice_batch_next(p->batch, &e); one_by_one--) {
    bytes_put(&p->wire, e.wire.p, e.wire.n);
    bytes_printf(&p->text, "%s ", sluice_event_name(e.type));
    bytes_put(&p->text, e.json.p, e.json.n);
    bytes_puts(&p->text, "\n");
  }
  rest = sluice_batch_take(p->batch);
  bytes_put(&p->wire, rest.p, rest.n);
  assert_int_equal(sluice_batch_take(p->batch).n, 0);
  assert_int_equal(sluice_batch_next(p->batch, &e), 0);
  assert_true(e.wire.n == 0 && e.json.n == 0 && e.wire.p == NULL);
}

static void run_pair(struct pair *p, const struct sample *s, size_t one_by_one,
                     int at_once)
{
  size_t at, n;

  memset(p, 0, sizeof(*p));
  run_init(&p->want, &s->setup);
  sample_run(s, &p->want, s->in.n + 1);
  assert_int_equal(sluice_batch_new(&p->batch, NULL), SLUICE_OK);
  assert_int_equal(
      sluice_translator_new(&p->t, &s->setup.o, sluice_batch_add, p->batch),
      SLUICE_OK);
  for (at = 0; at < s->in.n; at += n) {
    n = s->in.n - at < STEP ? s->in.n - at : STEP;
    if (sluice_translator_feed(p->t, s->in.p + at, n, NULL) < 0)
      break;
    if (!at_once)
      fetch(p, one_by_one);
  }
  (void)sluice_translator_finish(p->t);
  fetch(p, one_by_one);
}

static void end_pair(struct pair *p)
{
  sluice_translator_free(p->t);
  sluice_batch_free(p->batch);
  run_free(&p->want);
  bytes_free(&p->wire);
  bytes_free(&p->text);
}

static void check_corpus(size_t one_by_one, int at_once)
{
  size_t count, i;
  struct sample *samples = samples_read(&count);
  struct pair p;

  for (i = 0; i < count; i++) {
    run_pair(&p, &samples[i], one_by_one, at_once);
    if (!bytes_equal(&p.wire, &p.want.wire))
      fail_msg("%s: the batch holds something else", samples[i].name);
    if (one_by_one == SIZE_MAX &&
        (p.text.n > p.want.text.n ||
         memcmp(p.text.p, p.want.text.p, p.text.n) != 0))
      fail_msg("%s: the events differ", samples[i].name);
    end_pair(&p);
  }
  samples_free(samples, count);
}

static void all_at_once(void **state)
{
  (void)state;
  check_corpus(0, 0);
  check_corpus(0, 1);
}

static void one_by_one(void **state)
{
  (void)state;
  check_corpus(SIZE_MAX, 0);
  check_corpus(SIZE_MAX, 1);
}

static void some_of_both(void **state)
{
  (void)state;
  check_corpus(1, 0);
  check_corpus(3, 1);
}

/* ---- what is not there --------------------------------------------------- */

static void nothing_is_nothing(void **state)
{
  sluice_event event = {.type = SLUICE_EVENT_ERROR};
  sluice_batch *b = NULL;
  sluice_batch_event e;

  (void)state;
  assert_int_equal(sluice_batch_new(NULL, NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_batch_add(NULL, &event), -1);
  assert_int_equal(sluice_batch_take(NULL).n, 0);
  assert_int_equal(sluice_batch_next(NULL, &e), 0);
  sluice_batch_free(NULL);
  assert_int_equal(sluice_batch_new(&b, NULL), SLUICE_OK);
  assert_int_equal(sluice_batch_add(b, NULL), -1);
  assert_int_equal(sluice_batch_next(b, NULL), 0);
  assert_int_equal(sluice_batch_next(b, &e), 0);
  assert_int_equal(sluice_batch_take(b).n, 0);
  sluice_batch_free(b);
}

/* ---- memory -------------------------------------------------------------- */

/* Adds `count` events of 1, 2, … bytes. Returns how many were taken. */
static size_t add_some(sluice_batch *b, size_t count)
{
  char bytes[64];
  sluice_event event = {.type = SLUICE_EVENT_TEXT_DELTA};
  size_t i, taken = 0;

  for (i = 1; i <= count; i++) {
    memset(bytes, 'a' + (int)(i % 26), sizeof(bytes));
    event.wire = (sluice_str){bytes, i};
    event.json = (sluice_str){bytes + i / 2, i / 3};
    taken += sluice_batch_add(b, &event) == 0;
  }
  return taken;
}

static size_t fetch_all(sluice_batch *b)
{
  sluice_batch_event e;
  size_t n = 0, last = 0;

  for (; sluice_batch_next(b, &e); n++) {
    assert_true(e.wire.n > last); /* in their order, whole */
    assert_int_equal(e.wire.p[0], 'a' + (int)(e.wire.n % 26));
    assert_int_equal(e.wire.p[e.wire.n - 1], e.wire.p[0]);
    assert_ptr_equal(e.json.p, e.wire.p + e.wire.n / 2);
    assert_int_equal(e.json.n, e.wire.n / 3);
    assert_int_equal(e.type, SLUICE_EVENT_TEXT_DELTA);
    last = e.wire.n;
  }
  return n;
}

static size_t run_short_of(size_t fail_at, int for_good)
{
  struct heap heap;
  sluice_batch *b = NULL;
  sluice_status status;

  heap_init(&heap, fail_at, for_good);
  status = sluice_batch_new(&b, &heap.mem);
  assert_int_equal(status, heap.failed ? SLUICE_ERR_NOMEM : SLUICE_OK);
  if (status == SLUICE_OK) {
    size_t taken = add_some(b, 60);
    assert_true(heap.failed ? taken < 60 : taken == 60);
    assert_int_equal(fetch_all(b), taken);
    heap_heal(&heap);
    assert_int_equal(add_some(b, 60), 60);
    assert_int_equal(fetch_all(b), 60);
  }
  sluice_batch_free(b);
  assert_int_equal(heap.live, 0);
  return heap.failed;
}

static void memory_may_run_out(void **state)
{
  size_t k;

  (void)state;
  for (k = 0; run_short_of(k, 0) > 0; k++)
    assert_true(run_short_of(k, 1) > 0);
  assert_true(k > 4); /* the handle, the bytes and the marks, that grow */
}

/* A batch without memory ends the stream by the code of a callback. */
static void the_stream_ends_with_it(void **state)
{
  static const char in[] = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}"
                           "]}\n\n";
  struct heap heap;
  sluice_batch *b = NULL;
  sluice_translator *t = NULL;

  (void)state;
  heap_init(&heap, 1, 1);
  assert_int_equal(sluice_batch_new(&b, &heap.mem), SLUICE_OK);
  assert_int_equal(sluice_translator_new(&t, NULL, sluice_batch_add, b),
                   SLUICE_OK);
  assert_int_equal(sluice_translator_feed(t, LIT(in), NULL),
                   SLUICE_ERR_CALLBACK);
  assert_int_equal(sluice_translator_finish(t), SLUICE_ERR_CALLBACK);
  assert_int_equal(sluice_batch_take(b).n, 0);
  sluice_translator_free(t);
  sluice_batch_free(b);
  assert_int_equal(heap.live, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_at_once),
      cmocka_unit_test(one_by_one),
      cmocka_unit_test(some_of_both),
      cmocka_unit_test(nothing_is_nothing),
      cmocka_unit_test(memory_may_run_out),
      cmocka_unit_test(the_stream_ends_with_it),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
