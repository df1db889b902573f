/* SPDX-License-Identifier: MIT */
/* sse.h: where the data of each event stands, and what the calls promise. What
 * an event is at all: eventstream_test.c. */
#include <sluice/sse.h>

#include "check.h"

/* Expected: [name|data|offset] for each event, [name|data|offset|half] for one
 * that no blank line ended. */
static const struct row {
  const char *name, *in;
  size_t n;
  const char *expected;
} rows[] = {
    {"behind the space", LIT("data: a\n\n"), "[|a|6]"},
    {"behind the colon", LIT("data:a\n\n"), "[|a|5]"},
    {"of two spaces one counts as data", LIT("data:  a\n\n"), "[| a|6]"},
    {"of empty data", LIT("data:\n\n"), "[||5]"},
    {"of empty data behind a space", LIT("data: \n\n"), "[||6]"},
    {"of data without a colon", LIT("data\n\n"), "[||4]"},
    {"of the first line of data", LIT("data: a\ndata: b\n\n"), "[|a\nb|6]"},
    {"of each event", LIT("data: a\n\ndata: b\n\n"), "[|a|6][|b|15]"},
    {"behind CRLF", LIT("data: a\r\n\r\ndata: b\r\n\r\n"), "[|a|6][|b|17]"},
    {"behind all line ends", LIT("\n\r\n\r\n\rdata: a\n\n"), "[|a|12]"},
    {"behind a comment", LIT(": hello\n\ndata: a\n\n"), "[|a|15]"},
    {"behind a name", LIT("event: ping\ndata: a\n\n"), "[ping|a|18]"},
    {"before a name", LIT("data: a\nevent: ping\n\n"), "[ping|a|6]"},
    {"behind other fields", LIT("id: 1\nretry: 10\ndata: a\n\n"), "[|a|22]"},
    {"behind a BOM",
     LIT("\xef\xbb\xbf"
         "data: a\n\n"),
     "[|a|9]"},
    {"of an error field", LIT("data: x\nerror: {}\ndata: y\n\n"),
     "[|x|6][error|{}|15][|y|24]"},
    {"of half an event", LIT("data: a"), "[|a|6|half]"},
    {"of a half one without data", LIT("data: a\n\ndata:"),
     "[|a|6][||14|half]"},
    {"of half an error", LIT("error: {}"), "[error|{}|7|half]"}};

static int show(void *user, const sluice_sse_event *e)
{
  struct bytes *out = (struct bytes *)user;
  size_t i;

  bytes_puts(out, "[");
  bytes_put(out, e->name.p, e->name.n);
  bytes_puts(out, "|");
  for (i = 0; i < e->data.n; i++)
    bytes_put(out, e->data.p[i] == '\0' ? "?" : e->data.p + i, 1);
  bytes_printf(out, "|%llu%s]", (unsigned long long)e->offset,
               e->ended ? "" : "|half");
  return 0;
}

/* A decoder, its output and the input, cut out to its exact size so that a
 * sanitizer sees each byte read beyond it. */
struct run {
  sluice_sse *sse;
  struct bytes out;
};

static void run_new(struct run *r, const sluice_options *o, sluice_sse_cb cb)
{
  memset(r, 0, sizeof(*r));
  bytes_puts(&r->out, "");
  assert_int_equal(sluice_sse_new(&r->sse, o, cb, &r->out), SLUICE_OK);
}

static void run_free(struct run *r)
{
  sluice_sse_free(r->sse);
  bytes_free(&r->out);
}

static sluice_status feed(struct run *r, const char *p, size_t n)
{
  char *exact = malloc(n == 0 ? 1 : n);
  size_t consumed = 99;
  sluice_status status;

  assert_non_null(exact);
  if (n > 0)
    memcpy(exact, p, n);
  status = sluice_sse_feed(r->sse, exact, n, &consumed);
  if (status == SLUICE_OK)
    assert_int_equal(consumed, n);
  else
    assert_true(consumed <= n);
  free(exact);
  return status;
}

static void check_cut(const struct row *row, size_t cut, size_t step)
{
  struct run r;
  size_t i, n;

  run_new(&r, NULL, show);
  assert_int_equal(feed(&r, row->in, cut), SLUICE_OK);
  for (i = cut; i < row->n; i += n) {
    n = row->n - i < step ? row->n - i : step;
    assert_int_equal(feed(&r, row->in + i, n), SLUICE_OK);
  }
  assert_int_equal(sluice_sse_finish(r.sse), SLUICE_OK);
  assert_int_equal(sluice_sse_finish(r.sse), SLUICE_OK);
  if (strcmp(r.out.p, row->expected) != 0)
    fail_msg("%s, cut at %zu, step %zu: expected %s, got %s", row->name, cut,
             step, row->expected, r.out.p);
  run_free(&r);
}

static void the_offset_is_that_of_the_data_at_any_cut(void **state)
{
  size_t i, cut;

  (void)state;
  for (i = 0; i < COUNT(rows); i++) {
    check_cut(&rows[i], 0, SIZE_MAX);
    check_cut(&rows[i], 0, 1);
    check_cut(&rows[i], 0, 2);
    check_cut(&rows[i], 0, 3);
    for (cut = 0; cut <= rows[i].n; cut++)
      check_cut(&rows[i], cut, SIZE_MAX);
  }
}

static void reset_gives_a_new_stream(void **state)
{
  struct run r;
  size_t i;

  (void)state;
  run_new(&r, NULL, show);
  for (i = 0; i < COUNT(rows); i++) {
    assert_int_equal(feed(&r, rows[i].in, rows[i].n), SLUICE_OK);
    if (i % 2 == 0)
      assert_int_equal(sluice_sse_finish(r.sse), SLUICE_OK);
    sluice_sse_reset(r.sse);
    bytes_clear(&r.out);
    assert_int_equal(sluice_sse_counted(r.sse).events, 0);
    assert_int_equal(feed(&r, rows[i].in, rows[i].n), SLUICE_OK);
    assert_int_equal(sluice_sse_finish(r.sse), SLUICE_OK);
    assert_string_equal(r.out.p, rows[i].expected);
    sluice_sse_reset(r.sse);
    bytes_clear(&r.out);
  }
  run_free(&r);
}

/* ---- random streams against a decoder that has the whole input ---------- */

static size_t line_end(const char *p, size_t n, size_t *skip)
{
  size_t i = 0;

  while (i < n && p[i] != '\n' && p[i] != '\r')
    i++;
  *skip = i == n ? 0 : p[i] == '\r' && i + 1 < n && p[i + 1] == '\n' ? 2 : 1;
  return i;
}

struct oracle {
  struct bytes name, data;
  size_t offset;
  int has_data;
};

static void oracle_line(struct oracle *o, const char *p, size_t n, size_t at)
{
  const char *colon = memchr(p, ':', n);
  size_t field = colon == NULL ? n : (size_t)(colon - p);
  size_t value = colon == NULL ? n : field + 1;

  if (value < n && p[value] == ' ')
    value++;
  if (field == 5 && memcmp(p, "event", 5) == 0) {
    bytes_clear(&o->name);
    bytes_put(&o->name, p + value, n - value < 64 ? n - value : 64);
  } else if (field == 4 && memcmp(p, "data", 4) == 0) {
    if (o->has_data)
      bytes_puts(&o->data, "\n");
    else
      o->offset = at + value;
    o->has_data = 1;
    bytes_put(&o->data, p + value, n - value);
  }
}

static void oracle_show(struct oracle *o, struct bytes *out, int ended)
{
  sluice_sse_event e = {
      {o->name.p, o->name.n}, {o->data.p, o->data.n}, o->offset, ended};

  if (o->has_data)
    show(out, &e);
  bytes_clear(&o->name);
  bytes_clear(&o->data);
  o->has_data = 0;
}

static void oracle_run(const char *p, size_t n, struct bytes *out)
{
  struct oracle o = {0};
  size_t at = 0, len, skip;

  if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
    at = 3;
  while (at < n) {
    len = line_end(p + at, n - at, &skip);
    if (len == 0)
      oracle_show(&o, out, 1);
    else if (skip > 0 || memchr(p + at, ':', len) != NULL)
      oracle_line(&o, p + at, len, at);
    at += len + skip;
  }
  oracle_show(&o, out, 0);
  bytes_free(&o.name);
  bytes_free(&o.data);
}

static void random_streams_match_a_simple_decoder(void **state)
{
  static const char *const words[] = {"data",
                                      "event",
                                      ":",
                                      " ",
                                      "\n",
                                      "\r",
                                      "\r\n",
                                      "\n\n",
                                      "a",
                                      "id",
                                      "data:",
                                      "data: x",
                                      "event: e",
                                      "\xef\xbb\xbf",
                                      ": c",
                                      "\0"
                                      "b",
                                      "{}"};
  uint64_t seed = 1;
  int turn;

  (void)state;
  for (turn = 0; turn < 4000; turn++) {
    struct bytes in = {0}, expected = {0};
    size_t i, n = 1 + random_below(&seed, 24), at = 0, step;
    struct run r;

    bytes_puts(&in, "");
    bytes_puts(&expected, "");
    for (i = 0; i < n; i++)
      bytes_puts(&in, words[random_below(&seed, COUNT(words))]);
    oracle_run(in.p, in.n, &expected);

    run_new(&r, NULL, show);
    for (at = 0; at < in.n; at += step) {
      step = 1 + random_below(&seed, 5);
      step = step < in.n - at ? step : in.n - at;
      assert_int_equal(feed(&r, in.p + at, step), SLUICE_OK);
    }
    assert_int_equal(sluice_sse_finish(r.sse), SLUICE_OK);

    if (strcmp(r.out.p, expected.p) != 0)
      fail_msg("turn %d: input {%s} expected %s got %s", turn, in.p, expected.p,
               r.out.p);
    run_free(&r);
    bytes_free(&in);
    bytes_free(&expected);
  }
}

/* ---- pause, abort, limits, states --------------------------------------- */

static int pause_each(void *user, const sluice_sse_event *e)
{
  show(user, e);
  return 1;
}

static void a_pause_stops_after_its_event(void **state)
{
  static const char in[] = "data: a\n\ndata: b\r\n\r\ndata: c\r\r: x\ndata: d";
  struct run r;
  size_t at = 0, consumed, pauses = 0, n = sizeof(in) - 1;
  sluice_status status;

  (void)state;
  run_new(&r, NULL, pause_each);
  while (at < n) {
    status = sluice_sse_feed(r.sse, in + at, n - at, &consumed);
    assert_true(consumed <= n - at);
    at += consumed;
    if (status == SLUICE_OK)
      break;
    assert_int_equal(status, SLUICE_PAUSED);
    pauses++;
    assert_true(pauses <= 3);
  }
  assert_int_equal(at, n);
  assert_int_equal(pauses, 3);
  assert_int_equal(sluice_sse_finish(r.sse), SLUICE_OK);
  assert_string_equal(r.out.p, "[|a|6][|b|15][|c|26][|d|39|half]");
  run_free(&r);
}

/* A line `error` ends the event before it and is one: two pauses. */
static void a_pause_before_an_error_line_keeps_it_whole(void **state)
{
  static const char in[] = "data: c\nerror\n: x\ndata: d";
  size_t at = 0, consumed, pauses = 0, n = sizeof(in) - 1;
  struct run r;

  (void)state;
  run_new(&r, NULL, pause_each);
  while (sluice_sse_feed(r.sse, in + at, n - at, &consumed) == SLUICE_PAUSED) {
    at += consumed;
    pauses++;
  }
  assert_int_equal(pauses, 2);
  assert_int_equal(sluice_sse_finish(r.sse), SLUICE_OK);
  assert_string_equal(r.out.p, "[|c|6][error||13][|d|24|half]");
  run_free(&r);
}

static int abort_second(void *user, const sluice_sse_event *e)
{
  struct bytes *out = (struct bytes *)user;

  show(user, e);
  return strstr(out->p, "b") != NULL ? -7 : 0;
}

static void an_abort_is_sticky(void **state)
{
  struct run r;

  (void)state;
  run_new(&r, NULL, abort_second);
  assert_int_equal(feed(&r, LIT("data: a\n\ndata: b\n\ndata: c\n\n")),
                   SLUICE_ERR_CALLBACK);
  assert_int_equal(feed(&r, LIT("data: d\n\n")), SLUICE_ERR_CALLBACK);
  assert_int_equal(sluice_sse_finish(r.sse), SLUICE_ERR_CALLBACK);
  assert_string_equal(r.out.p, "[|a|6][|b|15]");
  sluice_sse_reset(r.sse);
  bytes_clear(&r.out);
  assert_int_equal(feed(&r, LIT("data: d\n\n")), SLUICE_OK);
  assert_string_equal(r.out.p, "[|d|6]");
  run_free(&r);
}

static void max_payload_counts_the_data_of_one_event(void **state)
{
  static const struct {
    const char *in;
    size_t n;
    sluice_status status;
  } cases[] = {
      {LIT("data: 12345678\n\n"), SLUICE_OK},
      {LIT("data: 123456789\n\n"), SLUICE_ERR_LIMIT},
      {LIT("data: 123456789"), SLUICE_ERR_LIMIT},
      {LIT("data: 123\ndata: 5678\n\n"), SLUICE_OK},
      {LIT("data: 1234\ndata: 5678\n\n"), SLUICE_ERR_LIMIT},
      {LIT("data: 12345678\n\ndata: 12345678\n\n"), SLUICE_OK},
      {LIT("data: 1234567\ndata\n\n"), SLUICE_OK},
      {LIT("data: 12345678\ndata\n\n"), SLUICE_ERR_LIMIT},
      {LIT(": a comment may be longer\n"), SLUICE_OK},
      {LIT("unknown: a field may be longer\nid: 12345678901\n"), SLUICE_OK},
      {LIT("event: 123456789012\ndata: 12345678\n\n"), SLUICE_OK}};
  sluice_options o;
  size_t i, step;

  (void)state;
  sluice_options_init(&o);
  o.max_payload = 8;
  for (i = 0; i < COUNT(cases); i++) {
    for (step = 1; step <= 40; step++) {
      sluice_status status = SLUICE_OK;
      struct run r;
      size_t at;

      run_new(&r, &o, show);
      for (at = 0; at < cases[i].n && status == SLUICE_OK; at += step)
        status = feed(&r, cases[i].in + at,
                      cases[i].n - at < step ? cases[i].n - at : step);
      if (status != cases[i].status)
        fail_msg("{%s} in steps of %zu: expected %s, got %s", cases[i].in, step,
                 sluice_status_name(cases[i].status),
                 sluice_status_name(status));
      if (status < 0) {
        assert_int_equal(feed(&r, LIT("data: a\n\n")), status);
        assert_int_equal(sluice_sse_finish(r.sse), status);
        assert_string_equal(r.out.p, "");
      }
      run_free(&r);
    }
  }
}

static int call_inside(void *user, const sluice_sse_event *e)
{
  struct run *r = *(struct run **)user;
  size_t consumed = 9;

  assert_int_equal(e->data.n, 1);
  assert_int_equal(sluice_sse_feed(r->sse, "data: z\n\n", 9, &consumed),
                   SLUICE_ERR_STATE);
  assert_int_equal(consumed, 0);
  assert_int_equal(sluice_sse_finish(r->sse), SLUICE_ERR_STATE);
  sluice_sse_reset(r->sse);
  assert_int_equal(sluice_sse_counted(r->sse).events,
                   (uint64_t)(e->data.p[0] - 'a' + 1));
  return 0;
}

static void calls_from_inside_the_callback_are_refused(void **state)
{
  struct run r = {0}, *self = &r;

  (void)state;
  assert_int_equal(sluice_sse_new(&r.sse, NULL, call_inside, &self), SLUICE_OK);
  assert_int_equal(feed(&r, LIT("data: a\n\ndata: b\n\ndata: c")), SLUICE_OK);
  assert_int_equal(sluice_sse_finish(r.sse), SLUICE_OK);
  assert_int_equal(sluice_sse_counted(r.sse).events, 3);
  assert_int_equal(feed(&r, LIT("data: a\n\n")), SLUICE_ERR_STATE);
  run_free(&r);
}

static void wrong_arguments_are_refused(void **state)
{
  sluice_sse *sse = NULL;
  size_t consumed = 7;

  (void)state;
  assert_int_equal(sluice_sse_new(NULL, NULL, show, NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_sse_new(&sse, NULL, NULL, NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_sse_feed(NULL, "a", 1, &consumed), SLUICE_ERR_ARG);
  assert_int_equal(consumed, 0);
  assert_int_equal(sluice_sse_finish(NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_sse_counted(NULL).comments, 0);
  sluice_sse_reset(NULL);
  sluice_sse_free(NULL);
  assert_int_equal(sluice_sse_new(&sse, NULL, show, NULL), SLUICE_OK);
  assert_int_equal(sluice_sse_feed(sse, NULL, 0, NULL), SLUICE_OK);
  assert_int_equal(sluice_sse_feed(sse, NULL, 1, &consumed), SLUICE_ERR_ARG);
  assert_int_equal(consumed, 0);
  sluice_sse_free(sse);
}

static void everything_met_is_counted(void **state)
{
  sluice_sse_counts counts;
  struct run r;

  (void)state;
  run_new(&r, NULL, show);
  assert_int_equal(feed(&r, LIT(": a\n:\nfoo: x\nbar\nid: 1\nretry: 2\n"
                                "data: a\n\nevent: x\n\n{\"a\":1}\ndata: b\n")),
                   SLUICE_OK);
  assert_int_equal(sluice_sse_finish(r.sse), SLUICE_OK);

  counts = sluice_sse_counted(r.sse);

  assert_int_equal(counts.events, 2);
  assert_int_equal(counts.comments, 2);
  assert_int_equal(counts.ignored, 3);
  run_free(&r);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_offset_is_that_of_the_data_at_any_cut),
      cmocka_unit_test(reset_gives_a_new_stream),
      cmocka_unit_test(random_streams_match_a_simple_decoder),
      cmocka_unit_test(a_pause_stops_after_its_event),
      cmocka_unit_test(a_pause_before_an_error_line_keeps_it_whole),
      cmocka_unit_test(an_abort_is_sticky),
      cmocka_unit_test(max_payload_counts_the_data_of_one_event),
      cmocka_unit_test(calls_from_inside_the_callback_are_refused),
      cmocka_unit_test(wrong_arguments_are_refused),
      cmocka_unit_test(everything_met_is_counted)};

  return cmocka_run_group_tests_name("sse", tests, NULL, NULL);
}
