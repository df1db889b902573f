/* SPDX-License-Identifier: MIT */
/* Streams made to cost much (hostile.c): what is thrown away takes no memory,
 * what is kept takes a stated multiple of the stream, the limits hold for all,
 * and each stream, whatever it is, gives a lawful response with one end. Their
 * time is counted elsewhere, by tools/verify/cost.sh. */
#include "check.h"
#include "hostile.h"
#include "laws.h"
#include "meter.h"
#include "siege.h"

/* Rows that give a response. */
static int is_translated(const struct hostile *h)
{
  return h->way != HOSTILE_FOLD && h->way != HOSTILE_LINT &&
         h->way != HOSTILE_EVENTS && h->way != HOSTILE_ASK;
}

/* ---- memory -------------------------------------------------------------- */

static void no_limits(sluice_options *o)
{
  (void)o;
}

/* The peak of a run of n pieces. */
static size_t peak_of(const struct hostile *h, size_t n,
                      void (*limit)(sluice_options *o), size_t *bytes)
{
  struct meter meter;
  struct siege s;

  meter_init(&meter);
  siege_init(&s, h, n, &meter.mem);
  limit(&s.setup.o);
  siege_run(&s);
  if (meter.live != 0)
    fail_msg("%s: %zu bytes were not given back", h->name, meter.live);
  *bytes = s.in.n * (h->way == HOSTILE_ROUNDS ? n : 1) + s.next.n;
  siege_free(&s);
  return meter.peak;
}

#define SMALL_CHANGE ((size_t)128 << 10) /* bytes, whatever the stream is */

static void test_what_is_kept_is_a_multiple(void **state)
{
  const struct hostile *h;
  size_t bytes, peak;

  (void)state;
  for (h = hostile_rows; h->name != NULL; h++) {
    if (h->kept == 0)
      continue;
    peak = peak_of(h, h->n / 4, no_limits, &bytes);
    if (peak > h->kept * bytes + SMALL_CHANGE)
      fail_msg("%s: %zu bytes for a stream of %zu: more than %u times", h->name,
               peak, bytes, h->kept);
  }
}

static void test_what_is_not_kept_takes_no_memory(void **state)
{
  const struct hostile *h;
  size_t bytes, once, twice;

  (void)state;
  for (h = hostile_rows; h->name != NULL; h++) {
    if (h->kept != 0)
      continue;
    once = peak_of(h, h->n / 4, no_limits, &bytes);
    twice = peak_of(h, h->n / 2, no_limits, &bytes);
    if (once != twice)
      fail_msg("%s: %zu bytes for %zu pieces, %zu for %zu", h->name, once,
               h->n / 4, twice, h->n / 2);
  }
}

/* Each limit far below what the streams ask for. */
static void low_limits(sluice_options *o)
{
  o->max_payload = 8192;
  o->max_output = 8192;
  o->max_items = 16;
  o->max_annotations = 16;
  o->max_depth = 32;
}

#define LIMITED ((size_t)512 << 10) /* bytes, with these limits */

static void test_limits_hold_for_all(void **state)
{
  const struct hostile *h;
  size_t bytes, peak;

  (void)state;
  for (h = hostile_rows; h->name != NULL; h++) {
    if (!is_translated(h) || h->way >= HOSTILE_REQUEST)
      continue;
    peak = peak_of(h, h->n / 2, low_limits, &bytes);
    if (peak > LIMITED)
      fail_msg("%s: %zu bytes, whatever the limits say", h->name, peak);
  }
}

/* ---- laws ---------------------------------------------------------------- */

struct watcher {
  struct laws *laws;
  const char *wrong;
};

static int watch(void *user, const sluice_event *e)
{
  struct watcher *w = (struct watcher *)user;

  if (w->wrong == NULL)
    w->wrong = laws_event(w->laws, e->wire.p, e->wire.n);
  return 0;
}

static void check_laws(const struct hostile *h, size_t n,
                       void (*limit)(sluice_options *o))
{
  struct watcher w;
  struct siege s;

  siege_init(&s, h, n, NULL);
  limit(&s.setup.o);
  w.laws = laws_new(s.setup.o.index_unit);
  w.wrong = NULL;
  s.watch = watch;
  s.watch_user = &w;
  siege_run(&s);
  if (w.wrong == NULL)
    w.wrong = laws_end(w.laws);
  if (w.wrong != NULL)
    fail_msg("%s of %zu: %s", h->name, n, w.wrong);
  if (s.created != 1 || s.terminal != 1)
    fail_msg("%s of %zu: it begins %u times and ends %u times", h->name, n,
             (unsigned)s.created, (unsigned)s.terminal);
  laws_free(w.laws);
  siege_free(&s);
}

static void test_each_gives_a_lawful_response(void **state)
{
  static const size_t sizes[] = {1, 2, 60};
  const struct hostile *h;
  size_t i;

  (void)state;
  for (h = hostile_rows; h->name != NULL; h++)
    for (i = 0; i < COUNT(sizes); i++)
      if (is_translated(h))
        check_laws(h, sizes[i], no_limits);
}

static void test_each_is_lawful_within_limits(void **state)
{
  const struct hostile *h;

  (void)state;
  for (h = hostile_rows; h->name != NULL; h++)
    if (is_translated(h) && h->way < HOSTILE_REQUEST)
      check_laws(h, 200, low_limits);
}

/* ---- the table ----------------------------------------------------------- */

static void test_each_is_named_once(void **state)
{
  const struct hostile *h;

  (void)state;
  for (h = hostile_rows; h->name != NULL; h++) {
    assert_ptr_equal(hostile_find(h->name), h);
    assert_true((h->piece != NULL) != (h->each != NULL));
    assert_true(h->n >= 100);
  }
  assert_null(hostile_find("none"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_each_is_named_once),
      cmocka_unit_test(test_what_is_kept_is_a_multiple),
      cmocka_unit_test(test_what_is_not_kept_takes_no_memory),
      cmocka_unit_test(test_limits_hold_for_all),
      cmocka_unit_test(test_each_gives_a_lawful_response),
      cmocka_unit_test(test_each_is_lawful_within_limits),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
