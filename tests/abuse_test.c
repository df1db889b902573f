/* SPDX-License-Identifier: MIT */
/* The calls of a translator in every order: all triples of the table on a new
 * handle, all pairs from each of many states (ABUSE_LENGTH=3 makes them
 * triples) and after each code that is sticky. Each call returns what the model
 * says; each event obeys the laws as it comes; at the end there is exactly one
 * terminal event, unless a callback or the memory was the end; and nothing is
 * left in memory.
 *
 * TEST_SAMPLE=N in the environment takes one of N sequences. */
#include "calls.h"
#include "check.h"
#include "heap.h"
#include "laws.h"
#include "model.h"

#define MAX_CALLS 16
#define END       CALL_COUNT /* of a row */

/* Where sequences begin: the calls that lead there. */
static const enum call starts[][MAX_CALLS] = {
    {END},
    {CALL_COMMENT, END},
    {CALL_TEXT, END},
    {CALL_TEXT, CALL_STOP, END},
    {CALL_TEXT, CALL_HALF, END},
    {CALL_HALF, END},
    {CALL_BODY, END},
    {CALL_COMMENT, CALL_BODY, END},
    {CALL_MCP, END},
    {CALL_HOSTED, END},
    {CALL_TEXT, CALL_HOSTED, CALL_CLIENT, CALL_STOP, END},
    {CALL_HOSTED, CALL_HOSTED, CALL_DONE, END},
    {CALL_HOSTED, CALL_HOSTED, CALL_STOP, CALL_END_ROUND, END},
    {CALL_HOSTED, CALL_CLIENT, CALL_STOP, CALL_END_ROUND, END},
    {CALL_HOSTED, CALL_DONE, CALL_RESULT, END},
    {CALL_HOSTED, CALL_DONE, CALL_END_ROUND, CALL_RESULT, END},
    {CALL_HOSTED, CALL_DONE, CALL_END_ROUND, CALL_RESULT, CALL_NEXT_ROUND, END},
    {CALL_HOSTED, CALL_DONE, CALL_END_ROUND, CALL_RESULT, CALL_NEXT_ROUND,
     CALL_TEXT, CALL_HOSTED, CALL_STOP, END},
    {CALL_CLIENT, CALL_STOP, CALL_DONE, END},
    {CALL_TEXT, CALL_STOP, CALL_FINISH, END},
    {CALL_TEXT, CALL_HOSTED, CALL_BAD, END},
    {CALL_FINISH, END},
    {CALL_TEXT, CALL_RESET, END},
};

/* One handle, the model of it, and what it said. */
struct subject {
  struct heap memory;
  struct caller caller;
  struct model model;
  struct laws *laws;
  const char *wrong; /* the law that was broken */
  size_t events;
  size_t abort_at; /* event at which the callback gives up; 0: none */
  enum call done[MAX_CALLS + 1];
  size_t count;
};

static size_t sequences, calls_made;

static int on_event(void *user, const sluice_event *e)
{
  struct subject *s = (struct subject *)user;

  s->events++;
  if (s->wrong == NULL)
    s->wrong = laws_event(s->laws, e->wire.p, e->wire.n);
  return s->events == s->abort_at ? -1 : 0;
}

static void subject_new(struct subject *s, void (*change)(sluice_options *o))
{
  sluice_options o;

  memset(s, 0, sizeof(*s));
  heap_init(&s->memory, HEAP_NEVER, 0);
  caller_options(&o);
  o.mem = &s->memory.mem;
  if (change != NULL)
    change(&o);
  s->laws = laws_new(SLUICE_UNIT_CODEPOINT);
  assert_int_equal(sluice_translator_new(&s->caller.t, &o, on_event, s),
                   SLUICE_OK);
}

static void blame(const struct subject *s, const char *what)
{
  size_t i;

  print_error("after these calls:\n");
  for (i = 0; i < s->count; i++)
    print_error("  %s\n", call_text(s->done[i]));
  fail_msg("%s", what);
}

static void name_id(char out[24], int id)
{
  if (id < 0)
    out[0] = '\0';
  else
    snprintf(out, 24, "c%d", id);
}

/* What can be read of the handle is what the model says. */
static void check_reading(const struct subject *s)
{
  const struct model *m = &s->model;
  sluice_response_status status = sluice_translator_status(s->caller.t);
  sluice_response_status expected =
      m->sticky == SLUICE_ERR_CALLBACK ? status
      : m->sticky != SLUICE_OK         ? SLUICE_RESPONSE_FAILED
      : m->phase == MODEL_ENDED        ? SLUICE_RESPONSE_COMPLETED
                                       : SLUICE_RESPONSE_IN_PROGRESS;

  if (sluice_translator_error(s->caller.t).status != m->sticky)
    blame(s, "the error is not the sticky code");
  if (status != expected)
    blame(s, "the status is another one");
}

static void make(struct subject *s, enum call call)
{
  size_t before = s->events;
  sluice_status expected, got;
  char message[128];

  s->done[s->count < MAX_CALLS ? s->count++ : s->count] = call;
  name_id(s->caller.first, model_first_pending(&s->model));
  name_id(s->caller.last, model_last_hosted(&s->model));
  if (call == CALL_RESET && s->wrong == NULL) {
    laws_free(s->laws);
    s->laws = laws_new(SLUICE_UNIT_CODEPOINT);
  }
  expected = model_do(&s->model, call);
  got = caller_do(&s->caller, call);
  if (call == CALL_RESET || call == CALL_NEXT_ROUND)
    s->caller.in_stream = got == SLUICE_OK ? 0 : s->caller.in_stream;
  calls_made++;
  if (got != expected) {
    snprintf(message, sizeof(message), "the last gave %s, and should give %s",
             sluice_status_name(got), sluice_status_name(expected));
    blame(s, message);
  }
  if (s->wrong != NULL)
    blame(s, s->wrong);
  if (s->events != before && (got == SLUICE_ERR_ARG || got == SLUICE_ERR_STATE))
    blame(s, "an event came of a call that was refused");
  check_reading(s);
}

static void subject_end(struct subject *s)
{
  sluice_status sticky;

  make(s, CALL_FINISH);
  sticky = s->model.sticky;
  if (sticky != SLUICE_ERR_CALLBACK && sticky != SLUICE_ERR_NOMEM)
    s->wrong = laws_end(s->laws);
  if (s->wrong != NULL)
    blame(s, s->wrong);
  sluice_translator_free(s->caller.t);
  if (s->memory.live != 0)
    blame(s, "memory was not freed");
  laws_free(s->laws);
}

/* ---- all sequences ------------------------------------------------------- */

static size_t from_environment(const char *name, size_t standard)
{
  const char *value = getenv(name);

  return value == NULL ? standard : (size_t)strtoul(value, NULL, 10);
}

/* The n-th sequence of the length: n in the base of the table. */
static void make_sequence(struct subject *s, size_t n, size_t length)
{
  while (length-- > 0) {
    make(s, (enum call)(n % CALL_COUNT));
    n /= CALL_COUNT;
  }
  sequences++;
}

static size_t count_sequences(size_t length)
{
  size_t all = 1;

  while (length-- > 0)
    all *= CALL_COUNT;
  return all;
}

static void every_sequence(size_t states, size_t length)
{
  size_t sample = sample_stride();
  size_t all = count_sequences(length), i, n, k;

  sequences = calls_made = 0;
  for (i = 0; i < states; i++)
    for (n = i % sample; n < all; n += sample) {
      struct subject s;

      subject_new(&s, NULL);
      for (k = 0; starts[i][k] != END; k++)
        make(&s, starts[i][k]);
      make_sequence(&s, n, length);
      subject_end(&s);
    }
  print_message("# %d calls, %zu states, %zu sequences of %zu: %zu calls\n",
                (int)CALL_COUNT, states, sequences, length, calls_made);
}

static void every_triple_of_a_new_handle(void **state)
{
  (void)state;
  every_sequence(1, 3);
}

static void every_sequence_from_every_state(void **state)
{
  size_t length = from_environment("ABUSE_LENGTH", 2);

  (void)state;
  assert_in_range(length, 1, 4);
  every_sequence(COUNT(starts), length);
}

/* ---- after each error ---------------------------------------------------- */

static void short_payload(sluice_options *o)
{
  o->max_payload = 5;
}

static void one_item(sluice_options *o)
{
  o->max_items = 1;
}

/* How each code comes to be. */
static const struct {
  sluice_status status;
  enum call calls[4];
  void (*change)(sluice_options *o);
  size_t abort_at;
  int no_memory;
} errors[] = {
    {SLUICE_ERR_NOT_A_STREAM,
     {CALL_BODY, CALL_HALF, CALL_FINISH, END},
     0,
     0,
     0},
    {SLUICE_ERR_JSON, {CALL_BAD, END}, 0, 0, 0},
    {SLUICE_ERR_EMPTY, {CALL_DONE, END}, 0, 0, 0},
    {SLUICE_ERR_TRUNCATED, {CALL_TEXT, CALL_FINISH, END}, 0, 0, 0},
    {SLUICE_ERR_UPSTREAM, {CALL_ERROR, END}, 0, 0, 0},
    {SLUICE_ERR_LIMIT, {CALL_TEXT, END}, short_payload, 0, 0},
    {SLUICE_ERR_LIMIT, {CALL_TEXT, CALL_HOSTED, END}, one_item, 0, 0},
    {SLUICE_ERR_CALLBACK, {CALL_TEXT, END}, 0, 1, 0},
    {SLUICE_ERR_CALLBACK, {CALL_TEXT, CALL_STOP, CALL_DONE, END}, 0, 9, 0},
    {SLUICE_ERR_NOMEM, {CALL_TEXT, END}, 0, 0, 1},
};

static void into_error(struct subject *s, size_t i)
{
  sluice_status got = SLUICE_OK;
  size_t k;

  subject_new(s, errors[i].change);
  s->abort_at = errors[i].abort_at;
  if (errors[i].no_memory)
    heap_arm(&s->memory, 2, 1);
  for (k = 0; errors[i].calls[k] != END; k++) {
    s->done[s->count++] = errors[i].calls[k];
    got = caller_do(&s->caller, errors[i].calls[k]);
  }
  if (got != errors[i].status)
    fail_msg("error %zu is %s", i, sluice_status_name(got));
  s->abort_at = 0;
  heap_heal(&s->memory);
  s->model.phase = MODEL_ENDED;
  s->model.sticky = got;
  s->model.made = s->caller.made;
}

/* Whatever is called then, the code stays, and no event comes, until reset. A
 * reset makes a limit and what else was wrong with it as it was before: so only
 * those that begin anew with good options go on after it. */
static void every_pair_after_every_error(void **state)
{
  size_t sample = sample_stride();
  size_t all = count_sequences(2), i, n;

  (void)state;
  for (i = 0; i < COUNT(errors); i++)
    for (n = i % sample; n < all; n += sample) {
      struct subject s;
      size_t events;

      if (errors[i].change != NULL &&
          (n % CALL_COUNT == CALL_RESET || n / CALL_COUNT == CALL_RESET))
        continue;
      into_error(&s, i);
      events = s.events;
      make_sequence(&s, n, 2);
      if (s.model.sticky == errors[i].status && s.events != events &&
          n % CALL_COUNT != CALL_RESET && n / CALL_COUNT != CALL_RESET)
        blame(&s, "an event came after the error");
      subject_end(&s);
    }
}

/* ---- two handles and one scratch ------------------------------------------
 */

/* A sibling with the same scratch is in the middle of a stream of its own while
 * each pair of calls is made, and is freed before them, between them or after.
 */
static void every_pair_beside_a_sibling(void **state)
{
  static sluice_scratch *scratch;
  size_t all = count_sequences(2), n;
  int gone;

  (void)state;
  assert_int_equal(sluice_scratch_new(&scratch, NULL), SLUICE_OK);
  for (gone = 0; gone < 3; gone++)
    for (n = 0; n < all; n += sample_stride()) {
      struct subject s, sibling;
      sluice_options o;

      memset(&sibling, 0, sizeof(sibling));
      caller_options(&o);
      o.scratch = scratch;
      subject_new(&s, NULL);
      sluice_translator_free(s.caller.t);
      assert_int_equal(sluice_translator_new(&s.caller.t, &o, on_event, &s),
                       SLUICE_OK);
      assert_int_equal(sluice_translator_new(&sibling.caller.t, &o, NULL, NULL),
                       SLUICE_OK);
      make(&s, CALL_TEXT);
      assert_int_equal(caller_do(&sibling.caller, CALL_TEXT), SLUICE_OK);
      assert_int_equal(caller_do(&sibling.caller, CALL_HALF), SLUICE_OK);
      if (gone == 0)
        sluice_translator_free(sibling.caller.t);
      make(&s, (enum call)(n % CALL_COUNT));
      if (gone == 1)
        sluice_translator_free(sibling.caller.t);
      make(&s, (enum call)(n / CALL_COUNT));
      subject_end(&s);
      if (gone == 2)
        sluice_translator_free(sibling.caller.t);
    }
  sluice_scratch_free(scratch);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_triple_of_a_new_handle),
      cmocka_unit_test(every_sequence_from_every_state),
      cmocka_unit_test(every_pair_after_every_error),
      cmocka_unit_test(every_pair_beside_a_sibling)};

  return cmocka_run_group_tests_name("abuse", tests, NULL, NULL);
}
