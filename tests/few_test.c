/* SPDX-License-Identifier: MIT */
/* A few bytes at a time: within the data of an event they are only kept, by a
 * short way. What comes of a stream, and where it fails, is the same for pushes
 * of every small size. (All of the corpus goes byte by byte in golden_test.c.)
 */
#include "check.h"
#include "grow.h"
#include "run.h"

#define TEXT(text) DATA "\"content\":\"" text "\"" CLOSE
#define STEP_MAX   40 /* past what goes the short way */

static void run_steps(struct run *r, const struct setup *s,
                      const struct bytes *in, size_t step)
{
  size_t at, n;

  run_init(r, s);
  for (at = 0; at < in->n; at += n) {
    n = in->n - at < step ? in->n - at : step;
    run_feed(r, in->p + at, n);
  }
  run_finish(r);
}

static void check_steps(const char *opts, const struct bytes *in)
{
  struct setup s;
  struct run whole, r;
  sluice_error want, got;
  size_t step;

  setup_init(&s);
  setup_read(&s, opts);
  run_steps(&whole, &s, in, in->n);
  want = sluice_translator_error(whole.t);
  for (step = 1; step <= STEP_MAX; step++) {
    run_steps(&r, &s, in, step);
    got = sluice_translator_error(r.t);
    if (!bytes_equal(&whole.text, &r.text))
      bytes_difference(&whole.text, &r.text);
    assert_true(bytes_equal(&whole.text, &r.text));
    assert_int_equal(r.finish, whole.finish);
    assert_int_equal(got.status, want.status);
    assert_int_equal(got.offset, want.offset);
    run_free(&r);
  }
  run_free(&whole);
  setup_free(&s);
}

static void check_text(const char *opts, const char *text)
{
  struct bytes in = {NULL, 0, 0};

  bytes_puts(&in, text);
  check_steps(opts, &in);
  bytes_free(&in);
}

/* ---- streams ------------------------------------------------------------- */

/* Line ends of each kind, also within what comes at once; an event in several
 * lines; names, comments and fields that are not known between the data. */
static void lines_end_where_they_do(void **state)
{
  static const char *const streams[] = {
      TEXT("one") TEXT("two") END,
      TEXT("one") ": comment\n" TEXT("two") "id: 7\nwhat: ever\n" END,
      "data: {\"choices\":[{\"index\":0,\"delta\":\r\ndata: {\"content\":\"one"
      "\"}}]}\r\n\r\ndata: {\"choices\":[{\"index\":0,\"finish_reason\":"
      "\"stop\"}]}\r\rdata: [DONE]\r\n\r\n",
      TEXT("one") "data\ndata:\ndata: \n\n" END,
      TEXT("one") "event: error\ndata: {\"error\":{\"message\":\"m\"}}\n\n",
      TEXT("one") "error: {\"error\":{\"message\":\"m\"}}\n\n",
      TEXT("one") "data: "
                  "{\"choices\":[{\"index\":0,\"delta\":{\"content\":1\n\n",
      TEXT("one") "data: {\"choices\":[{\"index\":0,\"del",
      TEXT("one") END TEXT("after the end") "data: x\n\n",
  };
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(streams); i++) {
    check_text("", streams[i]);
    check_text("lenient=bad-events", streams[i]);
  }
}

/* Lines around every length at which a buffer grows. */
static void what_is_kept_grows(void **state)
{
  struct bytes in = {NULL, 0, 0};
  size_t n;

  (void)state;
  for (n = 60; n < 280; n += n % 64 == 4 ? 56 : 1) {
    bytes_clear(&in);
    bytes_puts(&in, TEXT("one"));
    grow_one_line(&in, n);
    bytes_puts(&in, END);
    check_steps("", &in);
  }
  bytes_free(&in);
}

static void the_payload_has_its_limit(void **state)
{
  struct bytes in = {NULL, 0, 0};
  size_t n;

  (void)state;
  for (n = 195; n <= 205; n++) {
    bytes_clear(&in);
    bytes_puts(&in, TEXT("one"));
    grow_one_line(&in, n);
    bytes_puts(&in, END);
    check_steps("max-payload=200", &in);
    bytes_clear(&in);
    bytes_puts(&in, TEXT("one"));
    grow_two_lines(&in, n);
    bytes_puts(&in, END);
    check_steps("max-payload=200", &in);
  }
  bytes_free(&in);
}

/* ---- calls --------------------------------------------------------------- */

static int feed_again(void *user, const sluice_event *event)
{
  sluice_translator **t = (sluice_translator **)user;

  (void)event;
  assert_int_equal(sluice_translator_feed(*t, "x", 1, NULL), SLUICE_ERR_STATE);
  return 0;
}

/* They are refused where other bytes are. */
static void a_byte_may_be_refused(void **state)
{
  static const char start[] =
      TEXT("one") TEXT("two") TEXT("three") TEXT("four") "data: {\"choices\":[";
  sluice_translator *t = NULL;
  size_t consumed = 7;

  (void)state;
  assert_int_equal(sluice_translator_new(&t, NULL, feed_again, &t), SLUICE_OK);
  assert_int_equal(sluice_translator_feed(t, LIT(start), NULL), SLUICE_OK);
  assert_int_equal(sluice_translator_feed(t, "{", 1, &consumed), SLUICE_OK);
  assert_int_equal(consumed, 1);
  assert_int_equal(sluice_translator_feed(t, "{", 0, &consumed), SLUICE_OK);
  assert_int_equal(consumed, 0);
  assert_int_equal(sluice_translator_feed(t, NULL, 0, NULL), SLUICE_OK);
  assert_int_equal(sluice_translator_feed(t, NULL, 1, NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_translator_feed(NULL, "{", 1, NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_translator_finish(t), SLUICE_ERR_TRUNCATED);
  consumed = 7;
  assert_int_equal(sluice_translator_feed(t, "{", 1, &consumed),
                   SLUICE_ERR_TRUNCATED);
  assert_int_equal(consumed, 0);
  assert_int_equal(sluice_translator_reset(t, 1), SLUICE_OK);
  assert_int_equal(sluice_translator_feed(t, LIT(start), NULL), SLUICE_OK);
  assert_int_equal(sluice_translator_feed(t, LIT("]}\n\n" END), NULL),
                   SLUICE_OK);
  assert_int_equal(sluice_translator_finish(t), SLUICE_OK);
  assert_int_equal(sluice_translator_feed(t, "{", 1, NULL), SLUICE_ERR_STATE);
  sluice_translator_free(t);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lines_end_where_they_do),
      cmocka_unit_test(what_is_kept_grows),
      cmocka_unit_test(the_payload_has_its_limit),
      cmocka_unit_test(a_byte_may_be_refused),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
