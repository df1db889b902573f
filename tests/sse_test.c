/* SPDX-License-Identifier: MIT */
/* sse.h: the rules of WHATWG HTML 9.2.6 as a table. Each row is fed whole, byte
 * by byte and at every two-way cut. */
#include <sluice/sse.h>

#include "check.h"

/* Expected: [name|data|offset] for each event, [name|data|offset|half] for one
 * that no blank line ended. */
static const struct row {
  const char *name, *in;
  size_t n;
  const char *expected;
} rows[] = {
    {"nothing", LIT(""), ""},
    {"one event", LIT("data: a\n\n"), "[|a|6]"},
    {"two events", LIT("data: a\n\ndata: b\n\n"), "[|a|6][|b|15]"},
    {"no space after the colon", LIT("data:a\n\n"), "[|a|5]"},
    {"only one space is dropped", LIT("data:  a\n\n"), "[| a|6]"},
    {"a tab is not dropped", LIT("data:\ta\n\n"), "[|\ta|5]"},
    {"spaces at the end stay", LIT("data: a \n\n"), "[|a |6]"},
    {"empty data is an event", LIT("data:\n\n"), "[||5]"},
    {"empty data after a space", LIT("data: \n\n"), "[||6]"},
    {"data without a colon", LIT("data\n\n"), "[||4]"},
    {"colons in the data stay", LIT("data: a:b: c\n\n"), "[|a:b: c|6]"},
    {"lines of data are joined by LF", LIT("data: a\ndata: b\n\n"),
     "[|a\nb|6]"},
    {"three lines of data", LIT("data:a\ndata:b\ndata:c\n\n"), "[|a\nb\nc|5]"},
    {"empty lines of data are joined, too", LIT("data:\ndata:\n\n"), "[|\n|5]"},
    {"an empty line of data in the middle", LIT("data:a\ndata\ndata:b\n\n"),
     "[|a\n\nb|5]"},
    {"the last LF of the data only is dropped", LIT("data:a\ndata:\n\n"),
     "[|a\n|5]"},
    {"CRLF ends lines", LIT("data: a\r\ndata: b\r\n\r\n"), "[|a\nb|6]"},
    {"CR ends lines", LIT("data: a\rdata: b\r\r"), "[|a\nb|6]"},
    {"CR and then finish", LIT("data: a\r\r"), "[|a|6]"},
    {"a CR without the second one", LIT("data: a\r"), "[|a|6|half]"},
    {"mixed line ends", LIT("data: a\rdata: b\ndata: c\r\n\r"), "[|a\nb\nc|6]"},
    {"LF CR is two line ends", LIT("data: a\n\rdata: b\n\r"), "[|a|6][|b|15]"},
    {"CRLF is one line end", LIT("data: a\r\ndata: b\r\n\n"), "[|a\nb|6]"},
    {"CRLF CRLF between events", LIT("data: a\r\n\r\ndata: b\r\n\r\n"),
     "[|a|6][|b|17]"},
    {"line ends before the first event", LIT("\n\r\n\r\n\rdata: a\n\n"),
     "[|a|12]"},
    {"U+2028, U+2029, U+0085, VT and FF end no line",
     LIT("data: a\xe2\x80\xa8\xe2\x80\xa9\xc2\x85\v\f\x1c\x1e"
         "b\n\n"),
     "[|a\xe2\x80\xa8\xe2\x80\xa9\xc2\x85\v\f\x1c\x1e"
     "b|6]"},
    {"a comment", LIT(": hello\n\ndata: a\n\n"), "[|a|15]"},
    {"a bare colon", LIT(":\n\ndata: a\n\n"), "[|a|9]"},
    {"a comment between the lines of an event", LIT("data: a\n:x\ndata: b\n\n"),
     "[|a\nb|6]"},
    {"a comment that looks like data", LIT(":data: x\n\n"), ""},
    {"comments alone dispatch nothing", LIT(": a\n\n: b\n\n:\n\n"), ""},
    {"a name", LIT("event: ping\ndata: a\n\n"), "[ping|a|18]"},
    {"a name after the data", LIT("data: a\nevent: ping\n\n"), "[ping|a|6]"},
    {"a name without a space", LIT("event:error\ndata:{}\n\n"),
     "[error|{}|17]"},
    {"the last name holds", LIT("event: a\nevent: b\ndata: x\n\n"), "[b|x|24]"},
    {"an empty name takes it back", LIT("event: a\nevent\ndata: x\n\n"),
     "[|x|21]"},
    {"a name is for one event", LIT("event: a\ndata: x\n\ndata: y\n\n"),
     "[a|x|15][|y|24]"},
    {"a name without data dispatches nothing", LIT("event: a\n\ndata: x\n\n"),
     "[|x|16]"},
    {"a name of 64 bytes",
     LIT("event: 0123456789012345678901234567890123456789012345678901234567890"
         "123\ndata: x\n\n"),
     "[0123456789012345678901234567890123456789012345678901234567890123|x|"
     "78]"},
    {"a name is cut at 64 bytes",
     LIT("event: 0123456789012345678901234567890123456789012345678901234567890"
         "1234567\ndata: x\n\n"),
     "[0123456789012345678901234567890123456789012345678901234567890123|x|"
     "82]"},
    {"id and retry are skipped", LIT("id: 1\nretry: 10\ndata: a\n\n"),
     "[|a|22]"},
    {"id alone dispatches nothing", LIT("id: 7\n\nretry: 3\n\n"), ""},
    {"unknown fields are skipped", LIT("foo: bar\ndata: a\nbaz\n\n"),
     "[|a|15]"},
    {"a field's name is case sensitive", LIT("Data: x\nDATA: y\n\n"), ""},
    {"a space before the field makes it another", LIT(" data: x\n\n"), ""},
    {"a longer name is another field", LIT("datax: x\ndata: a\n\n"), "[|a|15]"},
    {"a shorter name is another field", LIT("dat: x\nd\nda:y\ndata: a\n\n"),
     "[|a|20]"},
    {"a line that begins as a field", LIT("data x: y\n\n"), ""},
    {"a BOM is skipped",
     LIT("\xef\xbb\xbf"
         "data: a\n\n"),
     "[|a|9]"},
    {"a BOM before a comment", LIT("\xef\xbb\xbf: x\ndata: a\n\n"), "[|a|13]"},
    {"a BOM and nothing else", LIT("\xef\xbb\xbf"), ""},
    {"only one BOM is skipped",
     LIT("\xef\xbb\xbf\xef\xbb\xbf"
         "data: a\ndata: b\n\n"),
     "[|b|20]"},
    {"a BOM later is data",
     LIT("data: \xef\xbb\xbf"
         "a\n\n\xef\xbb\xbf"
         "data: b\n\n"),
     "[|\xef\xbb\xbf"
     "a|6]"},
    {"two bytes of a BOM belong to the field",
     LIT("\xef\xbb"
         "data: a\n\n"),
     ""},
    {"one byte of a BOM belongs to the field",
     LIT("\xef"
         "data: a\n\n"),
     ""},
    {"a NUL is data", LIT("data: a\0b\n\n"),
     "[|a"
     "?b|6]"},
    {"bytes that are not UTF-8 are data", LIT("data: \xff\xfe\n\n"),
     "[|\xff\xfe|6]"},
    {"an error field", LIT("error: {\"a\":1}\n\n"), "[error|{\"a\":1}|7]"},
    {"an error field without a space", LIT("error:{}\ndata: x\n\n"),
     "[error|{}|6][|x|15]"},
    {"an error field ends the event before it",
     LIT("data: x\nerror: {}\ndata: y\n\n"), "[|x|6][error|{}|15][|y|24]"},
    {"an error field at the end of the input", LIT("error: {}"),
     "[error|{}|7|half]"},
    {"no blank line at the end", LIT("data: a\n"), "[|a|6|half]"},
    {"no line end at the end", LIT("data: a"), "[|a|6|half]"},
    {"CRLF and the end", LIT("data: a\r\n"), "[|a|6|half]"},
    {"a name and half a line of data", LIT("event: x\ndata: {\"a"),
     "[x|{\"a|15|half]"},
    {"half a field at the end", LIT("data: a\n\ndat"), "[|a|6]"},
    {"the name of the field at the end", LIT("data: a\n\ndata"), "[|a|6]"},
    {"the colon of the field at the end", LIT("data: a\n\ndata:"),
     "[|a|6][||14|half]"},
    {"data and half a second line", LIT("data: a\ndata: b"), "[|a\nb|6|half]"},
    {"data and half another field", LIT("data: a\nev"), "[|a|6|half]"},
    {"half a comment at the end", LIT("data: a\n\n: x"), "[|a|6]"},
    {"a name at the end", LIT("data: a\n\nevent: x\n"), "[|a|6]"},
    {"no events without data", LIT("\n\n\n\n"), ""},
    {"a page of another kind", LIT("<!DOCTYPE html>\n<p>data: x\n"), ""}};

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

static void every_row_gives_its_events_at_any_cut(void **state)
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
      cmocka_unit_test(every_row_gives_its_events_at_any_cut),
      cmocka_unit_test(reset_gives_a_new_stream),
      cmocka_unit_test(random_streams_match_a_simple_decoder),
      cmocka_unit_test(a_pause_stops_after_its_event),
      cmocka_unit_test(an_abort_is_sticky),
      cmocka_unit_test(max_payload_counts_the_data_of_one_event),
      cmocka_unit_test(calls_from_inside_the_callback_are_refused),
      cmocka_unit_test(wrong_arguments_are_refused),
      cmocka_unit_test(everything_met_is_counted)};

  return cmocka_run_group_tests_name("sse", tests, NULL, NULL);
}
