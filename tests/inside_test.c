/* SPDX-License-Identifier: MIT */
/* Calls from inside what the library calls: from the event callback, the clock
 * and the memory functions, at each of their calls, each call of the table is
 * made on the handle itself and on a sibling with its scratch. It is refused
 * and the output is, byte for byte, that of a run in which nobody called. A
 * handle with another scratch works from inside. Freeing ends the running call.
 */
#include "calls.h"
#include "check.h"
#include "heap.h"

#define END CALL_COUNT

/* What is run, from new to finish; every kind of event is among it. */
static const enum call scripts[][12] = {
    {CALL_TEXT, CALL_CLIENT, CALL_STOP, CALL_DONE, CALL_FINISH, END},
    {CALL_TEXT, CALL_HOSTED, CALL_DONE, CALL_END_ROUND, CALL_RESULT,
     CALL_MESSAGES, CALL_NEXT_ROUND, CALL_TEXT, CALL_STOP, CALL_FINISH, END},
    {CALL_MCP, CALL_TEXT, CALL_ERROR, CALL_FINISH, END},
    {CALL_BODY, CALL_RESPONSE, CALL_FINISH, CALL_RESPONSE, END},
    {CALL_TEXT, CALL_FAIL, CALL_RESET, CALL_TEXT, CALL_FINISH, END},
};

/* From where calls are made. */
enum place { FROM_EVENT, FROM_CLOCK, FROM_MEMORY };

/* On what. */
enum target { ON_SELF, ON_SIBLING };

struct inside {
  struct heap memory;
  struct caller caller, sibling;
  sluice_scratch *scratch;
  struct bytes out; /* events, and what each call of the script returned */
  enum place place;
  enum target target;
  int call;     /* -1: none; CALL_COUNT: free */
  size_t at, n; /* the time of being called at which it is made; times so far */
  size_t events; /* so far */
  int begun, made, gone;
  sluice_status got; /* of the call */
};

static size_t calls_made;

/* ---- from inside ----------------------------------------------------------
 */

static void call_from_inside(struct inside *x, enum place place)
{
  struct caller *c = x->target == ON_SELF ? &x->caller : &x->sibling;
  struct caller copy = *c; /* what is refused does not count as made */

  if (!x->begun || place != x->place || x->n++ != x->at || x->call < 0)
    return;
  calls_made++;
  x->made = 1;
  if (x->call == CALL_COUNT) {
    sluice_translator_free(c->t);
    c->t = NULL;
    x->gone = x->target == ON_SELF;
  } else {
    x->got = caller_do(&copy, (enum call)x->call);
  }
}

static int on_event(void *user, const sluice_event *e)
{
  struct inside *x = (struct inside *)user;

  call_from_inside(x, FROM_EVENT);
  bytes_put(&x->out, e->wire.p, e->wire.n); /* the bytes are still there */
  x->events++;
  return 0;
}

static int64_t on_clock(void *user)
{
  call_from_inside((struct inside *)user, FROM_CLOCK);
  return 9;
}

static void on_memory(void *user)
{
  call_from_inside((struct inside *)user, FROM_MEMORY);
}

/* ---- a run -----------------------------------------------------------------
 */

static void begin(struct inside *x)
{
  sluice_options o;

  heap_init(&x->memory, HEAP_NEVER, 0);
  x->memory.look = on_memory;
  x->memory.user = x;
  caller_options(&o);
  o.mem = &x->memory.mem;
  o.clock = on_clock;
  o.clock_user = x;
  assert_int_equal(sluice_scratch_new(&x->scratch, o.mem), SLUICE_OK);
  o.scratch = x->scratch;
  bytes_puts(&x->out, "");
  assert_int_equal(sluice_translator_new(&x->sibling.t, &o, NULL, NULL),
                   SLUICE_OK);
  assert_int_equal(caller_do(&x->sibling, CALL_TEXT), SLUICE_OK);
  assert_int_equal(sluice_translator_new(&x->caller.t, &o, on_event, x),
                   SLUICE_OK);
  x->begun = 1;
}

static void end(struct inside *x)
{
  x->call = -1;
  sluice_translator_free(x->caller.t);
  sluice_translator_free(x->sibling.t);
  sluice_scratch_free(x->scratch);
  assert_int_equal(x->memory.live, 0);
}

/* Runs the script. A call that lasted when its handle was freed is the last. */
static sluice_status play(struct inside *x, const enum call *script)
{
  sluice_status status = SLUICE_OK;

  for (; *script != END; script++) {
    strcpy(x->caller.first, "c0");
    status = caller_do(&x->caller, *script);
    if (x->gone)
      return status;
    bytes_printf(&x->out, "# %s: %s\n", call_text(*script),
                 sluice_status_name(status));
    bytes_put(&x->out, x->caller.json.n > 0 ? x->caller.json.p : "",
              x->caller.json.n);
    x->caller.json.n = 0;
    if (*script == CALL_NEXT_ROUND || *script == CALL_RESET)
      x->caller.in_stream = 0;
  }
  return status;
}

/* Whether the headers allow the call from inside; the others are refused. */
static int is_allowed(enum call call)
{
  return call == CALL_LOOK || call == CALL_PENDING || call == CALL_PENDING_FAR;
}

static void check_refusal(const struct inside *x)
{
  sluice_status expected =
      x->call == CALL_NOWHERE ? SLUICE_ERR_ARG : SLUICE_ERR_STATE;

  if (is_allowed((enum call)x->call) || x->got == expected)
    return;
  fail_msg("\"%s\" from inside %d on %d, time %zu: %s",
           call_text((enum call)x->call), x->place, x->target, x->at,
           sluice_status_name(x->got));
}

/* One call at one time; 0 when that time does not come. */
static int refused_at(const struct bytes *plain, const enum call *script,
                      enum place place, enum target target, int call, size_t at)
{
  struct inside x;
  int made;

  memset(&x, 0, sizeof(x));
  x.place = place;
  x.target = target;
  x.call = call;
  x.at = at;
  begin(&x);
  play(&x, script);
  made = x.made;
  if (made)
    check_refusal(&x);
  if (!bytes_equal(plain, &x.out))
    fail_msg("\"%s\" from inside %d on %d, time %zu, changes the output",
             call_text((enum call)call), place, target, at);
  end(&x);
  bytes_free(&x.out);
  return made;
}

static void without_calls(struct bytes *plain, const enum call *script)
{
  struct inside x;

  memset(&x, 0, sizeof(x));
  x.call = -1;
  begin(&x);
  play(&x, script);
  end(&x);
  *plain = x.out;
}

/* From memory functions, calls at every third time are enough after the first
 * hundred: with several calls in a row the library is at the same place. */
static size_t next_time(enum place place, size_t at)
{
  return at + (place == FROM_MEMORY && at > 100 ? 3 : 1) * sample_stride();
}

static void every_call_from(enum place place)
{
  size_t i, at, before = calls_made;
  int target, call;

  for (i = 0; i < COUNT(scripts); i++) {
    struct bytes plain = {0};

    without_calls(&plain, scripts[i]);
    for (target = ON_SELF; target <= ON_SIBLING; target++)
      for (call = 0; call < CALL_COUNT; call++)
        for (at = (size_t)call % sample_stride(); refused_at(
                 &plain, scripts[i], place, (enum target)target, call, at);
             at = next_time(place, at))
          ;
    bytes_free(&plain);
  }
  print_message("# %zu calls from inside\n", calls_made - before);
  assert_true(calls_made > before);
}

static void every_call_from_the_event_callback(void **state)
{
  (void)state;
  every_call_from(FROM_EVENT);
}

static void every_call_from_the_clock(void **state)
{
  (void)state;
  every_call_from(FROM_CLOCK);
}

static void every_call_from_the_memory_functions(void **state)
{
  (void)state;
  every_call_from(FROM_MEMORY);
}

/* ---- freeing ----------------------------------------------------------------
 */

/* A sibling goes, and nobody notices. */
static void a_sibling_is_freed_from_inside(void **state)
{
  size_t i, at;
  int place;

  (void)state;
  for (i = 0; i < COUNT(scripts); i++) {
    struct bytes plain = {0};

    without_calls(&plain, scripts[i]);
    for (place = FROM_EVENT; place <= FROM_CLOCK; place++)
      for (at = 0;; at++) {
        struct inside x;
        int made;

        memset(&x, 0, sizeof(x));
        x.place = (enum place)place;
        x.target = ON_SIBLING;
        x.call = CALL_COUNT;
        x.at = at;
        begin(&x);
        play(&x, scripts[i]);
        made = x.made;
        assert_true(bytes_equal(&plain, &x.out));
        end(&x);
        bytes_free(&x.out);
        if (!made)
          break;
      }
    bytes_free(&plain);
  }
}

/* The handle goes: the running call says so, and no event comes after. */
static void the_handle_is_freed_from_inside(void **state)
{
  size_t i, at, events;
  int place;

  (void)state;
  for (i = 0; i < COUNT(scripts); i++)
    for (place = FROM_EVENT; place <= FROM_CLOCK; place++)
      for (at = 0;; at++) {
        struct inside x;
        sluice_status status;

        memset(&x, 0, sizeof(x));
        x.place = (enum place)place;
        x.call = CALL_COUNT;
        x.at = at;
        begin(&x);
        status = play(&x, scripts[i]);
        events = x.events;
        if (x.gone) {
          assert_int_equal(status, SLUICE_ERR_CALLBACK);
          if (place == FROM_EVENT)
            assert_int_equal(events, at + 1);
        }
        end(&x);
        bytes_free(&x.out);
        if (!x.gone)
          break;
      }
}

/* ---- the other stages on a scratch in use, and a whole handle on none -------
 */

struct around {
  sluice_options o;
  sluice_parser *parser;
  sluice_fold *fold;
  struct bytes out;
  size_t tried;
};

static int count_only(void *user, const sluice_event *e)
{
  (void)e;
  ++*(size_t *)user;
  return 0;
}

static int use_other_stages(void *user, const sluice_event *e)
{
  static const sluice_str payload = {LIT("{\"choices\":[{\"delta\":{}}]}")};
  struct around *x = (struct around *)user;
  sluice_delta done = {.type = SLUICE_DELTA_DONE};
  sluice_chunk chunk = {&done, 1};
  sluice_translator *t = NULL;
  sluice_str json = {"x", 1};
  sluice_event copy = *e;
  size_t events = 0;

  bytes_put(&x->out, e->wire.p, e->wire.n);
  x->tried++;
  assert_int_equal(sluice_parser_parse(x->parser, payload, payload, &chunk),
                   SLUICE_ERR_STATE);
  assert_int_equal(chunk.count, 0);
  chunk.deltas = &done;
  chunk.count = 1;
  assert_int_equal(sluice_fold_chunk(x->fold, &chunk), SLUICE_ERR_STATE);
  assert_int_equal(sluice_fold_finish(x->fold), SLUICE_ERR_STATE);
  assert_int_equal(sluice_fold_json(x->fold, &json), SLUICE_ERR_STATE);
  assert_int_equal(json.n, 0);
  sluice_fold_reset(x->fold);
  assert_int_equal(sluice_event_write(x->o.scratch, &copy), SLUICE_ERR_STATE);
  assert_int_equal(sluice_translator_new(&t, &x->o, NULL, NULL),
                   SLUICE_ERR_STATE);
  assert_null(t);

  assert_int_equal(sluice_translator_new(&t, NULL, count_only, &events),
                   SLUICE_OK);
  assert_int_equal(
      sluice_translator_feed(t,
                             LIT("data: {\"choices\":[{\"delta\":{\"content\":"
                                 "\"Hi\"}}]}\n\ndata: [DONE]\n\n"),
                             NULL),
      SLUICE_OK);
  assert_int_equal(sluice_translator_finish(t), SLUICE_OK);
  assert_int_equal(events, 9);
  sluice_translator_free(t);
  return 0;
}

/* The fold keeps what it had before. */
static void other_stages_wait_for_the_scratch(void **state)
{
  static const char in[] = "data: {\"choices\":[{\"delta\":{\"content\":\"a "
                           "<|file-b|>c\"}}]}\n\ndata: [DONE]\n\n";
  sluice_str payload = {LIT("{\"choices\":[{\"delta\":{\"content\":\"kept\"},"
                            "\"finish_reason\":\"stop\"}]}")};
  static const sluice_str nothing = {"", 0};
  sluice_translator *t = NULL;
  sluice_chunk chunk;
  sluice_str json;
  struct around x;

  (void)state;
  memset(&x, 0, sizeof(x));
  caller_options(&x.o);
  assert_int_equal(sluice_scratch_new(&x.o.scratch, NULL), SLUICE_OK);
  assert_int_equal(sluice_parser_new(&x.parser, &x.o), SLUICE_OK);
  assert_int_equal(sluice_fold_new(&x.fold, &x.o), SLUICE_OK);
  assert_int_equal(sluice_parser_parse(x.parser, nothing, payload, &chunk),
                   SLUICE_OK);
  assert_int_equal(sluice_fold_chunk(x.fold, &chunk), SLUICE_OK);
  assert_int_equal(sluice_translator_new(&t, &x.o, use_other_stages, &x),
                   SLUICE_OK);
  assert_int_equal(sluice_translator_feed(t, LIT(in), NULL), SLUICE_OK);
  assert_int_equal(sluice_translator_finish(t), SLUICE_OK);
  assert_true(x.tried > 8);
  assert_int_equal(sluice_fold_finish(x.fold), SLUICE_OK);
  assert_int_equal(sluice_fold_json(x.fold, &json), SLUICE_OK);
  assert_true(json.n > 0 && json.p != NULL);
  bytes_clear(&x.out);
  bytes_put(&x.out, json.p, json.n);
  assert_non_null(strstr(x.out.p, "\"content\":\"kept\""));
  sluice_translator_free(t);
  sluice_parser_free(x.parser);
  sluice_fold_free(x.fold);
  sluice_scratch_free(x.o.scratch);
  bytes_free(&x.out);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_call_from_the_event_callback),
      cmocka_unit_test(every_call_from_the_clock),
      cmocka_unit_test(every_call_from_the_memory_functions),
      cmocka_unit_test(a_sibling_is_freed_from_inside),
      cmocka_unit_test(the_handle_is_freed_from_inside),
      cmocka_unit_test(other_stages_wait_for_the_scratch)};

  return cmocka_run_group_tests_name("inside", tests, NULL, NULL);
}
