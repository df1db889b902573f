/* SPDX-License-Identifier: MIT */
/* The callback stops at each event of each stream of the corpus. When it aborts
 * there, what came is the beginning of what would have come, up to that event,
 * and nothing comes after. When it pauses there, `consumed` is the end of the
 * SSE event that asked, not a byte more or less, and the events are the same as
 * without. */
#include "check.h"
#include "sample.h"

struct stop {
  sluice_translator *t;
  struct bytes wire;
  size_t events;
  size_t at;  /* the event to stop at, from 0 */
  int answer; /* what the callback returns there */
};

static int on_event(void *user, const sluice_event *e)
{
  struct stop *s = (struct stop *)user;

  bytes_put(&s->wire, e->wire.p, e->wire.n);
  return s->events++ == s->at ? s->answer : 0;
}

static void stop_new(struct stop *s, const struct sample *of, size_t at,
                     int answer)
{
  memset(s, 0, sizeof(*s));
  bytes_puts(&s->wire, "");
  s->at = at;
  s->answer = answer;
  assert_int_equal(sluice_translator_new(&s->t, &of->setup.o, on_event, s),
                   SLUICE_OK);
}

static void stop_free(struct stop *s)
{
  sluice_translator_free(s->t);
  bytes_free(&s->wire);
}

static int is_beginning(const struct bytes *part, const struct bytes *whole)
{
  return part->n <= whole->n && memcmp(part->p, whole->p, part->n) == 0;
}

/* ---- aborting --------------------------------------------------------------
 */

static void abort_at(const struct sample *of, const struct run *plain,
                     size_t at)
{
  struct stop s;
  size_t consumed = 0;
  sluice_status status;

  stop_new(&s, of, at, at % 2 == 0 ? -1 : INT32_MIN);
  status = sluice_translator_feed(s.t, of->in.p, of->in.n, &consumed);
  assert_true(consumed <= of->in.n);
  if (status == SLUICE_OK)
    status = sluice_translator_finish(s.t);
  if (status != SLUICE_ERR_CALLBACK || s.events != at + 1)
    fail_msg("%s, aborted at %zu: %s after %zu events", of->name, at,
             sluice_status_name(status), s.events);
  if (!is_beginning(&s.wire, &plain->wire))
    fail_msg("%s, aborted at %zu: other events", of->name, at);
  assert_int_equal(sluice_translator_feed(s.t, of->in.p, of->in.n, NULL),
                   SLUICE_ERR_CALLBACK);
  assert_int_equal(sluice_translator_finish(s.t), SLUICE_ERR_CALLBACK);
  assert_int_equal(sluice_translator_error(s.t).status, SLUICE_ERR_CALLBACK);
  assert_int_equal(s.events, at + 1);
  stop_free(&s);
}

/* ---- pausing ----------------------------------------------------------------
 */

/* Events that the first n bytes bring. */
static size_t events_of(const struct sample *of, size_t n)
{
  struct stop s;
  size_t events;

  stop_new(&s, of, SIZE_MAX, 0);
  sluice_translator_feed(s.t, of->in.p, n, NULL);
  events = s.events;
  stop_free(&s);
  return events;
}

static void pause_at(const struct sample *of, const struct run *plain,
                     size_t at)
{
  struct stop s;
  size_t consumed = 0, events;
  sluice_status status;

  stop_new(&s, of, at, at % 2 == 0 ? 1 : INT32_MAX);
  status = sluice_translator_feed(s.t, of->in.p, of->in.n, &consumed);
  events = s.events;
  if (status == SLUICE_PAUSED &&
      (events <= at || events_of(of, consumed) != events ||
       (consumed > 0 && events_of(of, consumed - 1) > at)))
    fail_msg("%s, paused at %zu: %zu bytes are wrong", of->name, at, consumed);
  if (status == SLUICE_PAUSED)
    status = sluice_translator_feed(s.t, of->in.p + consumed,
                                    of->in.n - consumed, NULL);
  if (status != plain->feed)
    fail_msg("%s, paused at %zu: feed gives %s", of->name, at,
             sluice_status_name(status));
  assert_int_equal(sluice_translator_finish(s.t), plain->finish);
  if (!bytes_equal(&s.wire, &plain->wire))
    fail_msg("%s, paused at %zu: other events", of->name, at);
  stop_free(&s);
}

/* ---- all --------------------------------------------------------------------
 */

static void at_every_event(void (*stop)(const struct sample *of,
                                        const struct run *plain, size_t at))
{
  size_t count, i, at, stops = 0;
  struct sample *samples = samples_read(&count);

  for (i = 0; i < count; i++) {
    struct run plain;

    run_init(&plain, &samples[i].setup);
    sample_run(&samples[i], &plain, SIZE_MAX);
    for (at = 0; at < plain.events; at += sample_stride(), stops++)
      stop(&samples[i], &plain, at);
    run_free(&plain);
  }
  print_message("# %zu streams, %zu events to stop at\n", count, stops);
  samples_free(samples, count);
}

static void an_abort_at_every_event(void **state)
{
  (void)state;
  at_every_event(abort_at);
}

static void a_pause_at_every_event(void **state)
{
  (void)state;
  at_every_event(pause_at);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(an_abort_at_every_event),
                                     cmocka_unit_test(a_pause_at_every_event)};

  return cmocka_run_group_tests_name("stop", tests, NULL, NULL);
}
