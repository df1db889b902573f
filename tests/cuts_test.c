/* SPDX-License-Identifier: MIT */
/* What has a limit without an error: it is cut, or let be text, or not shown;
 * at the last place where it is not, and one past it. And the options at their
 * extremes. docs/limits.md has a row for each test. */
#include "check.h"
#include "count.h"
#include "grow.h"
#include "ids.h"
#include "laws.h"
#include "limit.h"
#include "run.h"
#include "status.h"

static void check_lawful(const char *name, const struct run *r)
{
  char message[LAWS_MESSAGE];
  const char *wrong =
      laws_stream(r->setup->o.index_unit, r->wire.p, r->wire.n, message);

  if (wrong != NULL)
    fail_msg("%s: %s", name, wrong);
}

/* ---- what is cut, or let be ---------------------------------------------- */

/* Runs a stream to its end, and looks for something in the events. */
static int shows(const char *opts, const struct bytes *in, const char *what)
{
  struct setup setup;
  struct run r;
  int found;

  setup_init(&setup);
  setup_read(&setup, opts);
  run_init(&r, &setup);
  run_feed(&r, in->p, in->n);
  run_finish(&r);
  check_lawful(what, &r);
  found = strstr(r.text.p, what) != NULL;
  run_free(&r);
  setup_free(&setup);
  return found;
}

static void a_longer_id_is_text(void **state)
{
  static const struct {
    const char *opts;
    size_t fits; /* behind file- */
  } cases[] = {{"", 59},
               {"max-marker=10", 5},
               {"max-marker=65536", 65531},
               {"max-marker=4294967295", 65531}};
  size_t i, more;

  (void)state;
  for (i = 0; i < COUNT(cases); i++)
    for (more = 0; more < 2; more++) {
      struct bytes in = {0};

      grow_member(&in, "\"content\":\"a<|file-", cases[i].fits + more, "|>\"");
      bytes_puts(&in, END);
      assert_int_equal(shows(cases[i].opts, &in, "file_citation"), !more);
      bytes_free(&in);
    }
}

static void the_words_of_an_error_are_cut(void **state)
{
  static const struct {
    const char *end; /* of the words; what is before it is no matter */
    size_t before;
    const char *shown; /* of the end */
  } cases[] = {{"e", LIMIT_WORDS_MAX - 1, "e"},
               {"ef", LIMIT_WORDS_MAX - 1, "e"},
               {"\\u00e9", LIMIT_WORDS_MAX - 1, ""},
               {"\\u00e9", LIMIT_WORDS_MAX - 6, "\xc3\xa9"},
               {"\xc3\xa9", LIMIT_WORDS_MAX - 1, ""},
               {"\\ud83d\\ude00", LIMIT_WORDS_MAX - 6, ""},
               {"\\ud83d\\ude00", LIMIT_WORDS_MAX - 12, "\xf0\x9f\x98\x80"}};
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(cases); i++) {
    struct bytes in = {0}, cut = {0};

    bytes_puts(&in, START "data: {\"error\":{\"message\":\"");
    grow_repeat(&in, "x", cases[i].before);
    bytes_puts(&in, cases[i].end);
    bytes_puts(&in, "\"}}\n\n");
    grow_repeat(&cut, "x", cases[i].before);
    bytes_puts(&cut, cases[i].shown);
    bytes_puts(&cut, "\"");
    assert_true(shows("", &in, cut.p));
    bytes_free(&in);
    bytes_free(&cut);
  }
}

static void a_message_shows_200_bytes_of_a_bad_event(void **state)
{
  size_t n;

  (void)state;
  for (n = 200; n <= 201; n++) {
    struct bytes in = {0}, all = {0};

    bytes_puts(&in, "data: ");
    grow_repeat(&in, "x", n);
    bytes_puts(&in, "\n\n");
    bytes_puts(&all, "\\\"");
    grow_repeat(&all, "x", n);
    bytes_puts(&all, "\\\"");
    assert_int_equal(shows("", &in, all.p), n == 200);
    bytes_free(&in);
    bytes_free(&all);
  }
}

static void made_ids_have_room(void **state)
{
  char id[SLUICE_ID_MAX];

  (void)state;
  assert_true(sluice__id_make(id, "mcpl_", UINT64_MAX, UINT64_MAX) <=
              sizeof(id));
  assert_true(sluice__id_call(id, UINT64_MAX, UINT64_MAX) <= sizeof(id));
}

static void sixteen_bad_events_are_skipped(void **state)
{
  size_t n;

  (void)state;
  for (n = 16; n <= 17; n++) {
    struct bytes in = {0};

    bytes_puts(&in, START);
    grow_repeat(&in, "data: {\n\n", n);
    bytes_puts(&in, END);
    assert_int_equal(shows("lenient=bad-events", &in, "response.completed"),
                     n == 16);
    bytes_free(&in);
  }
}

static void a_url_is_known_again_among_the_last_64(void **state)
{
  size_t n;

  (void)state;
  for (n = 64; n <= 65; n++) {
    struct bytes in = {0};

    bytes_puts(&in, START);
    grow_urls(&in, n);
    grow_url(&in, 1);
    bytes_puts(&in, END);
    assert_int_equal(
        shows("", &in,
              n == 64 ? "\"annotation_index\":64" : "\"annotation_index\":65"),
        n == 65);
    bytes_free(&in);
  }
}

static void a_tag_may_have_so_much_white_space_before_it(void **state)
{
  size_t n;

  (void)state;
  for (n = 24; n <= 25; n++) {
    struct bytes in = {0};

    bytes_puts(&in, DATA "\"content\":\"");
    grow_repeat(&in, " ", n);
    bytes_puts(&in,
               "\"" CLOSE DATA "\"content\":\"<think>t</think>a\"" CLOSE END);
    assert_int_equal(shows("lenient=think", &in, "reasoning_summary"), n == 24);
    bytes_free(&in);
  }
}

/* Deeper arguments are kept as they are, but never known to be complete. */
static void arguments_may_be_256_deep(void **state)
{
  size_t n;

  (void)state;
  for (n = 256; n <= 257; n++) {
    struct bytes in = {0};

    bytes_puts(&in,
               DATA "\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{"
                    "\"name\":\"f\",\"arguments\":\"");
    grow_repeat(&in, "[", n);
    grow_repeat(&in, "]", n);
    bytes_puts(&in, "\"}}]" CLOSE "data: [DONE]\n\n");
    assert_int_equal(shows("", &in, "response.completed"), n == 256);
    bytes_free(&in);
  }
}

static void counters_stay_at_their_maximum(void **state)
{
  static const sluice_anomaly a = SLUICE_ANOMALY_BAD_TEXT;
  sluice_mem mem = sluice__mem(NULL);
  struct counts counts;

  (void)state;
  sluice__counts_init(&counts, &mem);
  sluice__count_many(&counts, a, UINT32_MAX - 1);
  sluice__count(&counts, a);
  assert_int_equal(sluice__count_of(&counts, a), UINT32_MAX);
  sluice__count(&counts, a);
  assert_int_equal(sluice__count_of(&counts, a), UINT32_MAX);
  sluice__counts_free(&counts);
}

/* What waits for its turn and is too much must not keep a failure from closing
 * its item. When it is itself the failure, nothing is shown behind the hole. */
static void a_failure_closes_what_waits(void **state)
{
  static const char *const ends[] = {"data: {\n\n", END};
  size_t i, n;

  (void)state;
  for (i = 0; i < COUNT(ends); i++)
    for (n = 3; n <= 5; n++) {
      struct bytes in = {0};

      bytes_puts(&in, START);
      grow_markers_that_wait(&in, n);
      grow_text(&in, 3);
      grow_refusal(&in, 3);
      bytes_puts(&in, ends[i]);
      assert_int_equal(shows("max-annotations=3", &in, "response.failed"),
                       i == 0 || n > 3);
      assert_int_equal(shows("max-annotations=3", &in, "refusal.delta"),
                       i == 0 || n == 3);
      bytes_free(&in);
    }
}

/* ---- the values of the options ------------------------------------------- */

static const char *const limit_names[] = {"max-payload", "max-output",
                                          "max-depth",   "max-items",
                                          "max-marker",  "max-annotations"};

static void extreme_values_are_values(void **state)
{
  static const struct {
    const char *value;
    int all; /* no limit is in the way */
  } cases[] = {{"0", 1},
               {"1", 0},
               {"2", 0},
               {"4294967295", 1},
               {"18446744073709551615", 1}};
  struct bytes in = {0};
  size_t i, k;

  (void)state;
  bytes_puts(&in, START);
  grow_markers(&in, 3);
  grow_calls(&in, 2);
  bytes_puts(&in, END);
  for (i = 0; i < COUNT(limit_names); i++)
    for (k = 0; k < COUNT(cases); k++) {
      struct bytes opts = {0};
      int completed;

      bytes_printf(&opts, "%s=%s", limit_names[i], cases[k].value);
      completed = shows(opts.p, &in, "response.completed");
      if (completed !=
          (cases[k].all || strcmp(limit_names[i], "max-marker") == 0))
        fail_msg("%s: completed %d", opts.p, completed);
      bytes_free(&opts);
    }
  bytes_free(&in);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_longer_id_is_text),
      cmocka_unit_test(the_words_of_an_error_are_cut),
      cmocka_unit_test(a_message_shows_200_bytes_of_a_bad_event),
      cmocka_unit_test(made_ids_have_room),
      cmocka_unit_test(sixteen_bad_events_are_skipped),
      cmocka_unit_test(a_url_is_known_again_among_the_last_64),
      cmocka_unit_test(a_tag_may_have_so_much_white_space_before_it),
      cmocka_unit_test(arguments_may_be_256_deep),
      cmocka_unit_test(counters_stay_at_their_maximum),
      cmocka_unit_test(a_failure_closes_what_waits),
      cmocka_unit_test(extreme_values_are_values)};

  return cmocka_run_group_tests_name("cuts", tests, NULL, NULL);
}
