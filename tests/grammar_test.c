/* SPDX-License-Identifier: MIT */
/* What sluice takes for JSON: the classes of grammar.c, each row as a whole
 * payload, as a member that nobody reads, and as the content of a delta; then
 * every text of a few bytes or tokens. A plain reading of RFC 8259 (rfc.c) is
 * the other judge. Rows in which the RFC leaves a choice are decided in
 * docs/json.md. */
#define _DEFAULT_SOURCE /* strndup */

#include <sluice/chunk.h>

#include "check.h"
#include "grammar.h"
#include "json.h"
#include "rfc.h"
#include "run.h"

#define DEPTH 256 /* the default of max_depth */
#define CHUNK "{\"choices\":[{\"index\":0,\"delta\":{\"content\":"
#define REST  "},\"finish_reason\":null}]"

static const sluice_mem *plain_mem(void)
{
  static sluice_mem mem;

  mem = sluice__mem(NULL);
  return &mem;
}

/* The payload, cut out to its exact size. */
static sluice_status parse(sluice_parser *p, const struct bytes *payload,
                           sluice_chunk *chunk)
{
  static char *exact; /* the chunk's strings point into it */
  sluice_str none = {"", 0}, s;

  free(exact);
  exact = malloc(payload->n == 0 ? 1 : payload->n);
  assert_non_null(exact);
  if (payload->n > 0)
    memcpy(exact, payload->p, payload->n);
  s.p = exact;
  s.n = payload->n;
  return sluice_parser_parse(p, none, s, chunk);
}

static sluice_parser *parser_new(void)
{
  sluice_parser *p = NULL;

  assert_int_equal(sluice_parser_new(&p, NULL), SLUICE_OK);
  return p;
}

static int is_taken(const struct grammar *row)
{
  return row->verdict == GRAMMAR_TAKE || row->verdict == GRAMMAR_MAY_TAKE;
}

/* 1 when the row is one value: as a member it is judged the same. */
static int is_value(const struct grammar *row)
{
  size_t n = rfc_value(row->in, row->n);

  while (n > 0 && n < row->n && strchr(" \t\r\n", row->in[n]) != NULL)
    n++;
  return n > 0 && n == row->n;
}

static void bytes_set(struct bytes *b, const char *p, size_t n)
{
  bytes_clear(b);
  bytes_put(b, p, n);
}

/* ---- a whole payload ---------------------------------------------------- */

static void check_payload(sluice_parser *p, struct json *j,
                          const struct grammar *row)
{
  int expected = is_taken(row) ? SLUICE_OK : SLUICE_ERR_JSON, got;
  sluice_str payload = {row->in, row->n};
  struct bytes in = {0};
  sluice_chunk chunk;

  bytes_set(&in, row->in, row->n);
  if (rfc_values(row->in, row->n) != is_taken(row))
    fail_msg("%s: the judges differ", row->why);
  got = sluice__json_parse(j, payload, DEPTH);
  if (got != expected)
    fail_msg("%s: expected %d, got %d", row->why, expected, got);
  if (got != 0) {
    assert_true(j->error_at <= row->n);
    assert_true(strlen(j->error_message) > 0);
    assert_int_equal(j->count, 0);
  }
  got = parse(p, &in, &chunk);
  if (row->verdict == GRAMMAR_BLANK)
    expected = SLUICE_OK;
  if (got != expected)
    fail_msg("%s: the parser says %s", row->why,
             sluice_status_name((sluice_status)got));
  bytes_free(&in);
}

static void each_class_as_a_whole_payload(void **state)
{
  size_t i, count[GRAMMAR_BLANK + 1] = {0};
  sluice_parser *p = parser_new();
  struct json j;

  (void)state;
  sluice__json_init(&j, plain_mem());
  for (i = 0; i < grammar_count; i++) {
    check_payload(p, &j, &grammar_rows[i]);
    count[grammar_rows[i].verdict]++;
  }
  sluice__json_free(&j);
  sluice_parser_free(p);
  print_message("# %zu texts: %zu must be taken, %zu refused; of those that "
                "may be either %zu are taken and %zu refused; %zu blank\n",
                i, count[GRAMMAR_TAKE], count[GRAMMAR_REFUSE],
                count[GRAMMAR_MAY_TAKE], count[GRAMMAR_MAY_REFUSE],
                count[GRAMMAR_BLANK]);
}

/* ---- a member that nobody reads ----------------------------------------- */

static void each_class_as_a_member_nobody_reads(void **state)
{
  sluice_parser *p = parser_new();
  struct bytes in = {0};
  size_t i, k, texts;

  (void)state;
  for (i = 0; i < grammar_count; i++) {
    const struct grammar *row = &grammar_rows[i];
    int expected = is_taken(row) && is_value(row), got;
    sluice_chunk chunk;

    bytes_clear(&in);
    bytes_puts(&in, CHUNK "\"ok\"" REST ",\"x\":");
    bytes_put(&in, row->in, row->n);
    bytes_puts(&in, "}");
    assert_int_equal(rfc_values(in.p, in.n), expected);
    got = parse(p, &in, &chunk);
    if (got != (expected ? SLUICE_OK : SLUICE_ERR_JSON))
      fail_msg("%s, as a member: %s", row->why,
               sluice_status_name((sluice_status)got));
    for (k = texts = 0; k < chunk.count; k++)
      if (chunk.deltas[k].type == SLUICE_DELTA_TEXT) {
        assert_int_equal(chunk.deltas[k].text.n, 2);
        assert_memory_equal(chunk.deltas[k].text.p, "ok", 2);
        texts++;
      }
    assert_int_equal(texts, expected);
  }
  bytes_free(&in);
  sluice_parser_free(p);
}

/* ---- content ------------------------------------------------------------ */

/* The text as an event; line ends in it begin another line of data. */
static void put_event(struct bytes *in, const struct bytes *payload)
{
  size_t i;

  bytes_puts(in, "data: ");
  for (i = 0; i < payload->n; i++) {
    char c = payload->p[i];

    if (c == '\r' && i + 1 < payload->n && payload->p[i + 1] == '\n')
      continue;
    if (c == '\r' || c == '\n')
      bytes_puts(in, "\ndata: ");
    else
      bytes_put(in, &c, 1);
  }
  bytes_puts(in, "\n\n");
}

/* What the event of this type says under `key`; NULL when there is none. */
static char *said(const struct run *r, const char *type, const char *key)
{
  const char *at = strstr(r->text.p, type), *end;

  if (at == NULL)
    return NULL;
  at = strstr(at, key);
  assert_non_null(at);
  at += strlen(key);
  end = at;
  while (*end != '"')
    end += *end == '\\' ? 2 : 1;
  return strndup(at, (size_t)(end - at));
}

static void check_content(const struct grammar *row, const struct run *r,
                          int expected)
{
  char *text = said(r, "\nresponse.output_text.done ", "\"text\":\"");

  if (r->finish != (expected ? SLUICE_OK : SLUICE_ERR_JSON))
    fail_msg("%s, as content: %s", row->why, sluice_status_name(r->finish));
  if (!expected) {
    assert_null(text); /* nothing was said before */
  } else if (row->text != NULL) {
    if (text == NULL || strcmp(text, row->text) != 0)
      fail_msg("%s: expected {%s}, got {%s}", row->why, row->text, text);
  } else if (memchr(row->in, '[', row->n) == NULL &&
             memchr(row->in, '{', row->n) == NULL) {
    assert_string_equal(text, ""); /* a message, as the choice has ended */
  }
  free(text);
}

static void each_class_as_content(void **state)
{
  struct bytes in = {0}, payload = {0};
  struct setup setup;
  size_t i, texts = 0;

  (void)state;
  setup_init(&setup);
  for (i = 0; i < grammar_count; i++) {
    const struct grammar *row = &grammar_rows[i];
    struct run r;

    bytes_clear(&in);
    bytes_clear(&payload);
    bytes_puts(&payload, CHUNK);
    bytes_put(&payload, row->in, row->n);
    bytes_puts(&payload, REST "}");
    put_event(&in, &payload);
    bytes_puts(&in, "data: {\"choices\":[{\"index\":0,\"delta\":{},"
                    "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
    run_init(&r, &setup);
    run_feed(&r, in.p, in.n);
    run_finish(&r);
    check_content(row, &r, is_taken(row) && is_value(row));
    run_free(&r);
    texts += row->text != NULL;
  }
  setup_free(&setup);
  bytes_free(&in);
  bytes_free(&payload);
  assert_true(texts > 100);
}

/* ---- all that is short -------------------------------------------------- */

struct judged {
  struct json j;
  size_t taken, refused;
};

static void judge(struct judged *g, const char *p, size_t n)
{
  sluice_str payload = {p, n};
  int expected = rfc_values(p, n);
  int got = sluice__json_parse(&g->j, payload, DEPTH) == 0;

  if (got != expected)
    fail_msg("{%.*s}: expected %d, got %d", (int)n, p, expected, got);
  g->taken += (size_t)got;
  g->refused += (size_t)!got;
}

static void judge_end(struct judged *g, const char *what)
{
  print_message("# %s: %zu taken, %zu refused\n", what, g->taken, g->refused);
  assert_true(g->taken > 0 && g->refused > g->taken);
  sluice__json_free(&g->j);
}

static void all_texts_of_two_bytes(void **state)
{
  struct judged g = {0};
  unsigned a, b;
  char in[2];

  (void)state;
  sluice__json_init(&g.j, plain_mem());
  for (a = 0; a < 256; a++) {
    in[0] = (char)a;
    judge(&g, in, 1);
    for (b = 0; b < 256; b++) {
      in[1] = (char)b;
      judge(&g, in, 2);
    }
  }
  judge_end(&g, "texts of one and two bytes");
}

/* Any byte, at each place of these. */
static void any_byte_at_any_place(void **state)
{
  static const char *const texts[] = {"{\"a\":[1,{\"b\":null}],\"c\":\"d\"}",
                                      "[-12.50e+3,0]", " [ true , false ] ",
                                      "\"\\ud83d\\ude00\\n\\\\\""};
  struct judged g = {0};
  size_t i, at, n;
  unsigned c;

  (void)state;
  sluice__json_init(&g.j, plain_mem());
  for (i = 0; i < COUNT(texts); i++) {
    n = strlen(texts[i]);
    for (at = 0; at <= n; at++)
      for (c = 0; c < 256; c++) {
        char in[64];

        memcpy(in, texts[i], n);
        if (at < n) {
          in[at] = (char)c;
          judge(&g, in, n);
        }
        memcpy(in, texts[i], at);
        in[at] = (char)c;
        memcpy(in + at + 1, texts[i] + at, n - at);
        judge(&g, in, n + 1);
      }
  }
  judge_end(&g, "one byte changed or added");
}

static void all_texts_of_five_tokens(void **state)
{
  static const char *const tokens[] = {"",  "{",  "}", "[",  "]",    ":",
                                       ",", "\"", "a", "1",  "0",    "-",
                                       ".", "e",  " ", "\\", "null", "\"a\""};
  struct judged g = {0};
  size_t at[5] = {0}, i;
  char in[64];

  (void)state;
  sluice__json_init(&g.j, plain_mem());
  do {
    in[0] = '\0';
    for (i = 0; i < COUNT(at); i++)
      strcat(in, tokens[at[i]]);
    judge(&g, in, strlen(in));
    for (i = 0; i < COUNT(at) && ++at[i] == COUNT(tokens); i++)
      at[i] = 0;
  } while (i < COUNT(at));
  judge_end(&g, "texts of up to five tokens");
}

/* ---- all that is large -------------------------------------------------- */

static void put_times(struct bytes *b, const char *s, size_t times)
{
  while (times-- > 0)
    bytes_puts(b, s);
}

/* `inner` within `n` times open and close, as a payload. */
static sluice_status large(const char *open, const char *inner,
                           const char *close, size_t n)
{
  sluice_parser *p = parser_new();
  struct bytes in = {0};
  sluice_chunk chunk;
  sluice_status status;

  put_times(&in, open, n);
  bytes_puts(&in, inner);
  put_times(&in, close, n);
  status = parse(p, &in, &chunk);
  assert_int_equal(rfc_values(in.p, in.n), 1);
  bytes_free(&in);
  sluice_parser_free(p);
  return status;
}

static void size_alone_is_no_reason_to_refuse(void **state)
{
  (void)state;
  assert_int_equal(large("[", "", "]", DEPTH), SLUICE_OK);
  assert_int_equal(large("[", "", "]", DEPTH + 1), SLUICE_ERR_LIMIT);
  assert_int_equal(large("{\"a\":", "1", "}", DEPTH), SLUICE_OK);
  assert_int_equal(large("{\"a\":", "1", "}", DEPTH + 1), SLUICE_ERR_LIMIT);
  assert_int_equal(large("1", "", "0", 100000), SLUICE_OK);
  assert_int_equal(large("1", ".", "0", 100000), SLUICE_OK);
  assert_int_equal(large("1", "e", "9", 100000), SLUICE_OK);
  assert_int_equal(large(" ", "1", " ", 100000), SLUICE_OK);
  assert_int_equal(large("\n", "{}", "\t", 100000), SLUICE_OK);
  assert_int_equal(large("1[1]", "", "", 1000), SLUICE_OK);
  assert_int_equal(large("\"\"1", "", "", 1000), SLUICE_OK);
  assert_int_equal(large("{}", "", "", 1000), SLUICE_OK);
}

static void a_long_string_is_one_value(void **state)
{
  static const char *const units[] = {
      "a", "\\n", "\\u0000", "\\ud83d\\ude00", "\xe2\x82\xac", "\\\\"};
  sluice_parser *p = parser_new();
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(units); i++) {
    struct bytes in = {0};
    sluice_chunk chunk;

    bytes_puts(&in, CHUNK "\"");
    put_times(&in, units[i], 100000);
    bytes_puts(&in, "\"" REST "}");
    assert_int_equal(parse(p, &in, &chunk), SLUICE_OK);
    assert_int_equal(chunk.deltas[chunk.count - 1].type, SLUICE_DELTA_TEXT);
    assert_int_equal(chunk.deltas[chunk.count - 1].text.n,
                     100000 * strlen(units[i]));
    bytes_free(&in);
  }
  sluice_parser_free(p);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_class_as_a_whole_payload),
      cmocka_unit_test(each_class_as_a_member_nobody_reads),
      cmocka_unit_test(each_class_as_content),
      cmocka_unit_test(all_texts_of_two_bytes),
      cmocka_unit_test(any_byte_at_any_place),
      cmocka_unit_test(all_texts_of_five_tokens),
      cmocka_unit_test(size_alone_is_no_reason_to_refuse),
      cmocka_unit_test(a_long_string_is_one_value)};

  return cmocka_run_group_tests_name("grammar", tests, NULL, NULL);
}
