/* SPDX-License-Identifier: MIT */
/* lane.h over several calls: what was open at the end of one push is used at
 * the beginning of the next, unless anything happened between them that it
 * stands on. Whatever that is, the same events come out as from a handle of its
 * own that goes the long way. */
#include "check.h"
#include "grow.h"
#include "run.h"
#include "scratch.h"

#define TEXT(text) DATA "\"content\":\"" text "\"" CLOSE
#define ARGS(text)                                                             \
  DATA "\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"" text      \
       "\"}}]" CLOSE

/* Pieces of a text, then of arguments; a marker, a cut character, an escape, an
 * empty piece and a blank one are among them. */
static const char *const events[] = {
    TEXT("one"),         TEXT(" two"),
    TEXT(" three"),      TEXT(" fo"),
    TEXT("ur "),         TEXT("<|fi"),
    TEXT("le-a|>"),      TEXT("."),
    TEXT("\xc3"),        TEXT("\xa9t\xc3\xa9"),
    TEXT("\\u00e9"),     TEXT(" \\ud83d"),
    TEXT("\\ude00"),     TEXT(""),
    TEXT(" five"),       TEXT(" six"),
    OPEN_CALL,           ARGS("1,"),
    ARGS("\\\"a b\\\""), ARGS(",23"),
    ARGS(" ]"),          END,
};

/* What stands around a handle whose stream comes event by event. */
struct scene {
  sluice_scratch *scratch;
  struct setup setup;
  struct run run;   /* the handle */
  struct run other; /* another one of the scratch, with a stream like it */
  sluice_parser *parser;
};

static void nothing(struct scene *s)
{
  (void)s;
}

static void another_stream(struct scene *s)
{
  run_feed(&s->other, LIT(TEXT("other")));
}

/* Its id is another one: the shape is kept with that. */
static void another_id(struct scene *s)
{
  run_feed(&s->other, LIT("data: {\"id\":\"b\",\"choices\":[{\"index\":0,"
                          "\"delta\":{\"content\":\"other\"}}]}\n\n"));
}

static void a_parser(struct scene *s)
{
  static const char payload[] =
      "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"parsed\"}}]}";
  sluice_str name = {"", 0}, data = {payload, sizeof(payload) - 1};
  sluice_chunk chunk;

  assert_int_equal(sluice_parser_parse(s->parser, name, data, &chunk), 0);
  assert_true(chunk.count > 0);
}

static void the_response(struct scene *s)
{
  sluice_str json;

  assert_int_equal(sluice_translator_response(s->run.t, &json), 0);
}

static void an_event_of_ours(struct scene *s)
{
  sluice_event e;

  memset(&e, 0, sizeof(e));
  e.type = SLUICE_EVENT_TEXT_DELTA;
  assert_int_equal(sluice_event_write(s->scratch, &e), 0);
}

static void a_handle_comes_and_goes(struct scene *s)
{
  struct run r;

  run_init(&r, &s->setup);
  run_feed(&r, LIT(TEXT("short life")));
  run_feed(&r, LIT(TEXT(", this")));
  run_free(&r);
}

static void the_other_begins_anew(struct scene *s)
{
  another_stream(s);
  run_again(&s->other);
}

static void a_call_that_is_refused(struct scene *s)
{
  assert_int_equal(sluice_translator_next_round(s->run.t), SLUICE_ERR_STATE);
}

static void a_comment(struct scene *s)
{
  run_feed(&s->run, LIT(": nothing\n\n"));
}

static void half_a_line(struct scene *s)
{
  run_feed(&s->run, LIT(": noth"));
  another_stream(s);
  run_feed(&s->run, LIT("ing\n"));
}

static const struct {
  const char *name;
  void (*happens)(struct scene *s);
  int stays; /* a lane that was open is still the handle's */
} between[] = {
    {"nothing", nothing, 1},
    {"another stream", another_stream, 0},
    {"another stream with another id", another_id, 0},
    {"a parser", a_parser, 0},
    {"the response", the_response, 0},
    {"an event of the embedder's", an_event_of_ours, 1},
    {"a handle that comes and goes", a_handle_comes_and_goes, 0},
    {"the other handle begins anew", the_other_begins_anew, 0},
    {"a call that is refused", a_call_that_is_refused, 1},
    {"a comment", a_comment, 1},
    {"half a line, and another stream", half_a_line, 0},
};

static void scene_init(struct scene *s, uint32_t flags)
{
  memset(s, 0, sizeof(*s));
  setup_init(&s->setup);
  assert_int_equal(sluice_scratch_new(&s->scratch, NULL), 0);
  s->setup.o.scratch = s->scratch;
  s->setup.o.flags |= flags;
  run_init(&s->run, &s->setup);
  run_init(&s->other, &s->setup);
  assert_int_equal(sluice_parser_new(&s->parser, &s->setup.o), 0);
}

static void scene_free(struct scene *s)
{
  sluice_parser_free(s->parser);
  run_free(&s->other);
  run_free(&s->run);
  sluice_scratch_free(s->scratch);
  setup_free(&s->setup);
}

/* The handle whose lane it is; NULL: nobody's. */
static const void *owner(const struct scene *s)
{
  return s->scratch->lane_owner;
}

/* Feeds event by event with that between them. Counts how often the lane was
 * the handle's before and behind it. */
static void play(struct scene *s, void (*happens)(struct scene *s),
                 size_t *open, size_t *still_open)
{
  const void *before;
  size_t i;

  for (i = 0; i < COUNT(events); i++) {
    run_feed(&s->run, events[i], strlen(events[i]));
    before = owner(s);
    *open += before != NULL;
    happens(s);
    *still_open += before != NULL && owner(s) == before;
  }
  run_finish(&s->run);
}

static void whatever_happens_between_two_calls(void **state)
{
  struct scene fast, slow;
  size_t i, open, still, ignored;

  (void)state;
  for (i = 0; i < COUNT(between); i++) {
    open = still = ignored = 0;
    scene_init(&fast, 0);
    scene_init(&slow, SLUICE_NO_FAST_PATH);
    play(&fast, between[i].happens, &open, &still);
    play(&slow, between[i].happens, &ignored, &ignored);
    if (!bytes_equal(&slow.run.text, &fast.run.text)) {
      bytes_difference(&slow.run.text, &fast.run.text);
      fail_msg("%s: other output", between[i].name);
    }
    if (open < 8 || (between[i].stays ? still != open : still != 0))
      fail_msg("%s: the lane is its own %zu times, and %zu times behind it",
               between[i].name, open, still);
    scene_free(&fast);
    scene_free(&slow);
  }
}

/* A handle is made where one was freed: the lane is not its. */
static void a_lane_ends_with_its_handle(void **state)
{
  struct scene s;
  size_t i;

  (void)state;
  scene_init(&s, 0);
  for (i = 0; i < 3; i++)
    run_feed(&s.run, events[i], strlen(events[i]));
  assert_non_null(owner(&s));
  sluice_translator_free(s.run.t);
  assert_null(owner(&s));
  assert_int_equal(sluice_translator_new(&s.run.t, &s.setup.o, NULL, NULL), 0);
  scene_free(&s);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(whatever_happens_between_two_calls),
      cmocka_unit_test(a_lane_ends_with_its_handle),
  };

  return cmocka_run_group_tests_name("lane", tests, NULL, NULL);
}
