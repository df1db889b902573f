/* SPDX-License-Identifier: MIT */
/* Threads, as common.h allows them: each with handles and a scratch of its own
 * over the whole corpus at once, and one handle that goes from thread to thread
 * between its calls. What comes out is what one thread alone makes. The step
 * `tsan` of `make verify` runs this under ThreadSanitizer. */
#include <pthread.h>

#include "check.h"
#include "sample.h"

#define THREADS 4
#define PIECE   61 /* bytes a push */

static struct sample *samples;
static size_t sample_count;
static struct bytes *expected; /* the text of each run, by one thread */

static void run_alone(void)
{
  size_t i;

  samples = samples_read(&sample_count);
  expected = calloc(sample_count, sizeof(*expected));
  assert_non_null(expected);
  for (i = 0; i < sample_count; i++) {
    struct run r;

    run_init(&r, &samples[i].setup);
    sample_run(&samples[i], &r, PIECE);
    expected[i] = r.text;
    memset(&r.text, 0, sizeof(r.text));
    run_free(&r);
  }
}

static int read_samples(void **state)
{
  (void)state;
  run_alone();
  return 0;
}

static int free_samples(void **state)
{
  size_t i;

  (void)state;
  for (i = 0; i < sample_count; i++)
    bytes_free(&expected[i]);
  free(expected);
  samples_free(samples, sample_count);
  return 0;
}

/* ---- handles of their own ---------------------------------------------------
 */

struct worker {
  pthread_t thread;
  size_t number;
  size_t runs;
  const char *wrong; /* the name of the first stream that came out otherwise */
};

/* What all share, the sample, is only read. */
static void run_one(struct worker *w, size_t i, sluice_scratch *scratch)
{
  struct setup setup = samples[i].setup;
  struct run r;

  setup.o.scratch = scratch;
  run_init(&r, &setup);
  sample_run(&samples[i], &r, PIECE);
  if (!bytes_equal(&r.text, &expected[i]) && w->wrong == NULL)
    w->wrong = samples[i].name;
  w->runs++;
  run_free(&r);
}

/* Each begins elsewhere, so that all do different things at a time; half of
 * them have one scratch for all their handles. */
static void *work(void *user)
{
  struct worker *w = (struct worker *)user;
  sluice_scratch *scratch = NULL;
  size_t i;

  if (w->number % 2 == 0 && sluice_scratch_new(&scratch, NULL) != SLUICE_OK)
    w->wrong = "no scratch";
  for (i = 0; i < sample_count; i++)
    run_one(w, (i + w->number * sample_count / THREADS) % sample_count,
            scratch);
  sluice_scratch_free(scratch);
  return NULL;
}

static void each_thread_has_handles_of_its_own(void **state)
{
  struct worker workers[THREADS];
  size_t i, runs = 0;

  (void)state;
  memset(workers, 0, sizeof(workers));
  for (i = 0; i < THREADS; i++) {
    workers[i].number = i;
    assert_int_equal(
        pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
  }
  for (i = 0; i < THREADS; i++) {
    assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
    runs += workers[i].runs;
  }
  for (i = 0; i < THREADS; i++)
    if (workers[i].wrong != NULL)
      fail_msg("thread %zu: %s comes out otherwise", i, workers[i].wrong);
  assert_int_equal(runs, THREADS * sample_count);
  print_message("# %d threads, %zu runs\n", THREADS, runs);
}

/* ---- one handle, handed on
 * ---------------------------------------------------- */

/* Whose turn it is; the mutex is all that the threads have in common beside the
 * handle. */
static struct {
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  size_t turn;
  struct run run;
  const struct sample *sample;
  size_t at;
  size_t calls;
} relay = {.mutex = PTHREAD_MUTEX_INITIALIZER,
           .changed = PTHREAD_COND_INITIALIZER};

/* The next piece, or the end. */
static void relay_step(void)
{
  size_t left = relay.sample->in.n - relay.at;
  size_t n = left < PIECE ? left : PIECE;

  relay.calls++;
  run_feed(&relay.run, relay.sample->in.p + relay.at, n);
  relay.at += n;
  if (relay.at == relay.sample->in.n) {
    run_finish(&relay.run);
    relay.sample = NULL;
  }
}

static void *take_turns(void *user)
{
  size_t number = *(const size_t *)user;
  int over = 0;

  while (!over) {
    pthread_mutex_lock(&relay.mutex);
    while (relay.turn != number)
      pthread_cond_wait(&relay.changed, &relay.mutex);
    if (relay.sample != NULL)
      relay_step();
    over = relay.sample == NULL;
    relay.turn = (number + 1) % THREADS;
    pthread_cond_broadcast(&relay.changed);
    pthread_mutex_unlock(&relay.mutex);
  }
  return NULL;
}

static void a_handle_goes_from_thread_to_thread(void **state)
{
  size_t i, k;

  (void)state;
  relay.calls = 0;
  for (i = 0; i < sample_count; i += 3) {
    pthread_t threads[THREADS];
    size_t numbers[THREADS];

    relay.turn = relay.at = 0;
    relay.sample = &samples[i];
    run_init(&relay.run, &samples[i].setup);
    for (k = 0; k < THREADS; k++) {
      numbers[k] = k;
      assert_int_equal(
          pthread_create(&threads[k], NULL, take_turns, &numbers[k]), 0);
    }
    for (k = 0; k < THREADS; k++)
      assert_int_equal(pthread_join(threads[k], NULL), 0);
    if (!bytes_equal(&relay.run.text, &expected[i]))
      fail_msg("%s comes out otherwise, handed on", samples[i].name);
    run_free(&relay.run);
  }
  print_message("# %zu calls, each by the next thread\n", relay.calls);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_thread_has_handles_of_its_own),
      cmocka_unit_test(a_handle_goes_from_thread_to_thread)};

  return cmocka_run_group_tests_name("threads", tests, read_samples,
                                     free_samples);
}
