/* SPDX-License-Identifier: MIT */
/* json.h and value.h: limits, keys, integers; against another parser and the
 * RFC on random texts. What is JSON at all: grammar_test.c. */
#include "check.h"
#include "grammar.h"
#include "heap.h"
#include "json.h"
#include "other.h"
#include "rfc.h"
#include "value.h"

#define DEPTH 256

/* The library's own allocation hooks, as the public default. */
static const sluice_mem *plain_mem(void)
{
  static sluice_mem mem;

  mem = sluice__mem(NULL);
  return &mem;
}

static int parse(struct json *j, const char *p, size_t n, uint32_t depth)
{
  sluice_str s = {p, n};

  return sluice__json_parse(j, s, depth);
}

static void nesting_is_limited(void **state)
{
  static const char *const opens[] = {"[", "{\"a\":"}, *const closes[] = {"]",
                                                                          "}"};
  uint32_t limits[] = {1, 2, 3, 64, 256};
  struct json j;
  size_t i, k, n;

  (void)state;
  sluice__json_init(&j, plain_mem());
  for (i = 0; i < COUNT(limits); i++) {
    for (k = 0; k < 4; k++) {
      size_t depth = limits[i] + k % 2;
      struct bytes in = {0};

      for (n = 0; n < depth; n++)
        bytes_puts(&in, opens[k / 2]);
      bytes_puts(&in, "1");
      for (n = 0; n < depth; n++)
        bytes_puts(&in, closes[k / 2]);

      assert_int_equal(parse(&j, in.p, in.n, limits[i]),
                       k % 2 == 0 ? 0 : SLUICE_ERR_LIMIT);
      bytes_free(&in);
    }
  }
  sluice__json_free(&j);
}

/* yajl needs more memory for it than stands ready, and cannot cope without. */
static void any_depth_is_read_that_the_limit_allows(void **state)
{
  const size_t depth = 10000;
  struct heap heap;
  char *in = malloc(2 * depth);
  int status = SLUICE_ERR_NOMEM, granted, failed = 0;

  (void)state;
  assert_non_null(in);
  memset(in, '[', depth);
  memset(in + depth, ']', depth);
  for (granted = 0; status != 0; granted++) {
    struct json j;

    assert_in_range(granted, 0, 1000);
    heap_init(&heap, (size_t)granted, 1);
    sluice__json_init(&j, &heap.mem);
    status = parse(&j, in, 2 * depth, (uint32_t)depth);
    if (status == 0) {
      assert_int_equal(j.count, depth);
    } else {
      assert_int_equal(status, SLUICE_ERR_NOMEM);
      failed++;
    }
    sluice__json_free(&j);
    assert_int_equal(heap.live, 0);
  }
  assert_true(failed > 8); /* some of it behind what stands ready */
  free(in);
}

static void hostile_depth_is_refused_at_once(void **state)
{
  struct json j;
  char *in = malloc(1000000);

  (void)state;
  assert_non_null(in);
  memset(in, '[', 1000000);
  sluice__json_init(&j, plain_mem());
  assert_int_equal(parse(&j, in, 1000000, DEPTH), SLUICE_ERR_LIMIT);
  assert_int_equal(parse(&j, LIT("{\"a\":1}"), DEPTH), 0);
  sluice__json_free(&j);
  free(in);
}

/* An array of `n` ones. */
static char *ones(size_t n)
{
  char *in = malloc(2 * n + 1);
  size_t i;

  assert_non_null(in);
  for (i = 0; i < n; i++)
    memcpy(in + 2 * i, ",1", 2);
  in[0] = '[';
  in[2 * n] = ']';
  return in;
}

static void more_than_4_mi_values_are_refused(void **state)
{
  const size_t max = (size_t)4 << 20;
  char *fits = ones(max - 1), *many = ones(max);
  struct json j;

  (void)state;
  sluice__json_init(&j, plain_mem());
  assert_int_equal(parse(&j, fits, 2 * max - 1, DEPTH), 0);
  assert_int_equal(j.count, max);
  assert_int_equal(parse(&j, many, 2 * max + 1, DEPTH), SLUICE_ERR_LIMIT);
  sluice__json_free(&j);
  free(fits);
  free(many);
}

/* Counts what is asked for, and what of it is live. */
struct meter {
  size_t asked;
  long live;
};

static void *meter_malloc(void *user, size_t size)
{
  struct meter *m = (struct meter *)user;

  m->asked += size;
  m->live++;
  return malloc(size);
}

static void *meter_realloc(void *user, void *ptr, size_t size)
{
  struct meter *m = (struct meter *)user;

  m->asked += size;
  return realloc(ptr, size);
}

static void meter_free(void *user, void *ptr)
{
  struct meter *m = (struct meter *)user;

  m->live -= ptr != NULL;
  free(ptr);
}

/* The bytes asked for to parse `depth` arrays in each other. */
static size_t memory_of_depth(size_t depth)
{
  struct meter meter = {0, 0};
  sluice_mem mem = {meter_malloc, meter_realloc, meter_free, &meter};
  char *in = malloc(2 * depth);
  struct json j;

  assert_non_null(in);
  memset(in, '[', depth);
  memset(in + depth, ']', depth);
  sluice__json_init(&j, &mem);
  assert_int_equal(parse(&j, in, 2 * depth, UINT32_MAX), 0);
  assert_int_equal(j.count, depth);
  sluice__json_free(&j);
  assert_int_equal(meter.live, 0);
  free(in);
  return meter.asked;
}

static void deep_nesting_takes_memory_in_proportion(void **state)
{
  size_t depth;

  (void)state;
  for (depth = 1000; depth < 1000000; depth *= 3) {
    size_t once = memory_of_depth(depth), twice = memory_of_depth(2 * depth);

    if (2 * twice > 5 * once)
      fail_msg("%zu levels take %zu bytes, twice as many %zu", depth, once,
               twice);
    assert_true(once < 200 * depth + 10000);
  }
}

/* Nothing is read: there are no 4 GiB at `in`. */
static void places_beyond_32_bits_are_refused(void **state)
{
  const char in[] = "{}";
  struct json j;

  (void)state;
  sluice__json_init(&j, plain_mem());
  assert_int_equal(parse(&j, in, UINT32_MAX, DEPTH), SLUICE_ERR_LIMIT);
  assert_string_equal(j.error_message, "the JSON is longer than 4 GiB");
  assert_int_equal(parse(&j, in, SIZE_MAX, DEPTH), SLUICE_ERR_LIMIT);
  sluice__json_free(&j);
}

static void the_last_of_equal_keys_holds(void **state)
{
  static const struct {
    const char *in;
    size_t n;
    const char *key, *value; /* NULL: absent */
  } cases[] = {
      {LIT("{\"a\":1,\"a\":2}"), "a", "2"},
      {LIT("{\"a\":1,\"\\u0061\":2}"), "a", "2"},
      {LIT("{\"\\u0061\":2,\"a\":1}"), "a", "1"},
      {LIT("{\"\\u0063hoices\":[]}"), "choices", "[]"},
      {LIT("{\"choices\\u0000\":1}"), "choices", NULL},
      {LIT("{\"\\u0000choices\":1}"), "choices", NULL},
      {LIT("{\"choice\":1,\"choicess\":2}"), "choices", NULL},
      {LIT("{\"x\":{\"a\":1}}"), "a", NULL},
      {LIT("{\"x\":\"a\",\"y\":[\"a\"]}"), "a", NULL},
      {LIT("{\"b\":{\"a\":1},\"a\":{\"c\":[1,{}]}}"), "a", "{\"c\":[1,{}]}"},
      {LIT("{\"\":1}"), "", "1"},
      {LIT("{}"), "a", NULL},
      {LIT("[\"a\",1]"), "a", NULL},
      {LIT("\"a\""), "a", NULL},
      {LIT("{\"\\/\":1}"), "/", "1"},
      {LIT("{\"\\\"\\\\\":1}"), "\"\\", "1"},
      {LIT("{\"A\":1}"), "a", NULL}};
  struct json j;
  size_t i;

  (void)state;
  sluice__json_init(&j, plain_mem());
  for (i = 0; i < COUNT(cases); i++) {
    uint32_t found;
    sluice_str raw;

    assert_int_equal(parse(&j, cases[i].in, cases[i].n, DEPTH), 0);
    found = sluice__json_get(&j, 0, cases[i].key);
    if (cases[i].value == NULL) {
      assert_int_equal(found, JSON_ABSENT);
      continue;
    }
    assert_int_not_equal(found, JSON_ABSENT);
    raw = sluice__json_raw(&j, found);
    assert_int_equal(raw.n, strlen(cases[i].value));
    assert_memory_equal(raw.p, cases[i].value, raw.n);
  }
  sluice__json_free(&j);
}

static const struct integer {
  const char *in;
  int found;
  int64_t value;
} integers[] = {{"0", 1, 0},
                {"-0", 1, 0},
                {"7", 1, 7},
                {"-7", 1, -7},
                {"12.0", 1, 12},
                {"12.9", 1, 12},
                {"-12.9", 1, -12},
                {"0.999", 1, 0},
                {"1e3", 1, 1000},
                {"1.5e1", 1, 15},
                {"1.25e1", 1, 12},
                {"1E+2", 1, 100},
                {"1e-1", 1, 0},
                {"123e-2", 1, 1},
                {"1740552606.1176229", 1, 1740552606},
                {"9223372036854775807", 1, INT64_MAX},
                {"9223372036854775808", 1, INT64_MAX},
                {"-9223372036854775807", 1, -INT64_MAX},
                {"-9223372036854775808", 1, INT64_MIN},
                {"-9223372036854775809", 1, INT64_MIN},
                {"99999999999999999999", 1, INT64_MAX},
                {"1e999", 1, INT64_MAX},
                {"-1e999", 1, INT64_MIN},
                {"1e-999", 1, 0},
                {"0e999999999999", 1, 0},
                {"0.00001e5", 1, 1},
                {"1e99999999999999999999", 1, INT64_MAX},
                {"1e-99999999999999999999", 1, 0},
                {"\"12\"", 1, 12},
                {"\"1740552606\"", 1, 1740552606},
                {"\"0\"", 1, 0},
                {"\"99999999999999999999\"", 1, INT64_MAX},
                {"\"\"", 0, 0},
                {"\"x\"", 0, 0},
                {"\"1x\"", 0, 0},
                {"\"-\"", 0, 0},
                {"\"1.5\"", 1, 1},
                {"\"1.\"", 0, 0},
                {"\"1.x\"", 0, 0},
                {"\"1e2\"", 1, 100},
                {"\"1e\"", 0, 0},
                {"\"1e+\"", 0, 0},
                {"\"1e-\"", 0, 0},
                {"\"1e-2x\"", 0, 0},
                {"true", 0, 0},
                {"null", 0, 0},
                {"[1]", 0, 0},
                {"{}", 0, 0}};

static void integers_are_taken_from_any_form(void **state)
{
  struct json j;
  size_t i;

  (void)state;
  sluice__json_init(&j, plain_mem());
  for (i = 0; i < COUNT(integers); i++) {
    int64_t value = 42;
    int found;

    assert_int_equal(parse(&j, integers[i].in, strlen(integers[i].in), DEPTH),
                     0);
    found = sluice__json_int(&j, 0, &value);
    if (found != integers[i].found || value != (found ? integers[i].value : 42))
      fail_msg("%s: expected %d %lld, got %d %lld", integers[i].in,
               integers[i].found, (long long)integers[i].value, found,
               (long long)value);
  }
  assert_int_equal(sluice__json_int(&j, JSON_ABSENT, &(int64_t){0}), 0);
  sluice__json_free(&j);
}

static void numbers_with_a_fraction_are_no_integers(void **state)
{
  static const struct {
    const char *in;
    int integral, finite; /* finite: of numbers alone */
  } cases[] = {{"5", 1, 1},        {"5.0", 1, 1},    {"5.5", 0, 1},
               {"55e-1", 0, 1},    {"50e-1", 1, 1},  {"5e-400", 0, 1},
               {"0e-9", 1, 1},     {"1e307", 1, 1},  {"1e308", 1, 0},
               {"1e-99999", 0, 1}, {"\"x\"", 0, -1}, {"[5]", 0, -1}};
  struct json j;
  size_t i;

  (void)state;
  sluice__json_init(&j, plain_mem());
  for (i = 0; i < COUNT(cases); i++) {
    int64_t value = 0;

    assert_int_equal(parse(&j, cases[i].in, strlen(cases[i].in), DEPTH), 0);
    if (sluice__json_integral(&j, 0, &value) != cases[i].integral)
      fail_msg("%s: integral", cases[i].in);
    if (cases[i].finite >= 0 && sluice__json_finite(&j, 0) != cases[i].finite)
      fail_msg("%s: finite", cases[i].in);
  }
  sluice__json_free(&j);
}

/* Of keys that are written with escapes, the letters count. */
static void keys_are_compared_by_what_they_mean(void **state)
{
  static const char in[] = "{\"\\u0061\":1,\"\\u0061bc\":2,\"x\\u0079z\":3}";
  struct json j;
  int64_t v = 0;

  (void)state;
  sluice__json_init(&j, plain_mem());
  assert_int_equal(parse(&j, in, sizeof(in) - 1, DEPTH), 0);
  assert_true(sluice__json_int(&j, sluice__json_get(&j, 0, "a"), &v) && v == 1);
  assert_true(sluice__json_int(&j, sluice__json_get(&j, 0, "abc"), &v) &&
              v == 2);
  assert_true(sluice__json_int(&j, sluice__json_get(&j, 0, "xyz"), &v) &&
              v == 3);
  assert_int_equal(sluice__json_get(&j, 0, "ab"), JSON_ABSENT);
  assert_int_equal(sluice__json_get(&j, 0, "abcd"), JSON_ABSENT);
  assert_int_equal(sluice__json_get(&j, 0, "xy"), JSON_ABSENT);
  assert_int_equal(sluice__json_get(&j, 0, ""), JSON_ABSENT);
  assert_int_equal(sluice__json_raw(&j, JSON_ABSENT).n, 0);
  sluice__json_free(&j);
}

static void a_number_at_the_end_of_the_text_is_read(void **state)
{
  struct json j;
  int64_t value = 0;

  (void)state;
  sluice__json_init(&j, plain_mem());
  assert_int_equal(parse(&j, LIT("{} 1 \"\\n\" 1234"), DEPTH), 0);
  assert_int_equal(sluice__json_int(&j, (uint32_t)j.count - 1, &value), 1);
  assert_int_equal(value, 1234);
  sluice__json_free(&j);
}

/* ---- random texts ------------------------------------------------------- */

static void random_value(uint64_t *seed, struct bytes *out, int depth)
{
  static const char *const atoms[] = {"null",         "true",
                                      "false",        "0",
                                      "-1",           "12.5",
                                      "1e3",          "\"\"",
                                      "\"a\"",        "\"\\n\\\"\\\\\"",
                                      "\"\\u0041\"",  "\"\\ud83d\\ude00\"",
                                      "\"\xc3\xa9\"", "\"x y\"",
                                      "{}",           "[]",
                                      " 7 ",          "\"\\u0000\"",
                                      "\"\\/\""};
  static const char *const keys[] = {"\"a\"", "\"b\"", "\"c\\u0061\"",
                                     "\"d\\n\"", "\"e \""};
  size_t i, n = random_below(seed, 4), kind = random_below(seed, 4);

  if (depth == 0 || kind == 0) {
    bytes_puts(out, atoms[random_below(seed, COUNT(atoms))]);
    return;
  }
  bytes_puts(out, kind == 1 ? "[" : "{");
  for (i = 0; i < n; i++) {
    if (i > 0)
      bytes_puts(out, random_below(seed, 4) == 0 ? " ,\n" : ",");
    if (kind != 1) {
      bytes_puts(out, keys[(i + (size_t)depth) % COUNT(keys)]);
      bytes_puts(out, random_below(seed, 4) == 0 ? "\t: " : ":");
    }
    random_value(seed, out, depth - 1);
  }
  bytes_puts(out, kind == 1 ? "]" : "}");
}

static void compact_text_means_the_same(void **state)
{
  uint64_t seed = 7;
  struct json j;
  int turn;

  (void)state;
  sluice__json_init(&j, plain_mem());
  for (turn = 0; turn < 3000; turn++) {
    struct bytes in = {0};
    struct buf out;

    random_value(&seed, &in, 5);
    sluice__buf_init(&out, plain_mem());
    assert_int_equal(parse(&j, in.p, in.n, DEPTH), 0);

    sluice__json_compact(&j, 0, &out);

    if (other_equal(in.p, in.n, out.p, out.n) != 1)
      fail_msg("{%s} became {%.*s}", in.p, (int)out.n, out.p);
    assert_null(memchr(out.p, '\t', out.n));
    assert_null(memchr(out.p, '\n', out.n));
    sluice__buf_free(&out);
    bytes_free(&in);
  }
  sluice__json_free(&j);
}

/* One byte changed, added or taken away. */
static void mutate(uint64_t *seed, struct bytes *b)
{
  static const char odd[] = "{}[],:\"\\ \n\t\f\v0123-+.eEtrufalsn/x\0\x1f\x7f";
  size_t at = random_below(seed, b->n + 1);
  char c = odd[random_below(seed, sizeof(odd) - 1)];
  struct bytes out = {0};

  bytes_put(&out, b->p, at);
  if (random_below(seed, 3) != 0)
    bytes_put(&out, &c, 1);
  if (at < b->n && random_below(seed, 2) == 0)
    at++;
  bytes_put(&out, b->p + at, b->n - at);
  bytes_free(b);
  *b = out;
}

static void damaged_texts_are_judged_as_the_rfc_does(void **state)
{
  uint64_t seed = 11;
  struct json j;
  int turn, good = 0;

  (void)state;
  sluice__json_init(&j, plain_mem());
  for (turn = 0; turn < 60000; turn++) {
    struct bytes in = {0};
    int expected, got;
    char *exact;

    random_value(&seed, &in, 3);
    mutate(&seed, &in);
    if (turn % 3 == 0)
      mutate(&seed, &in);
    expected = rfc_values(in.p, in.n);
    exact = malloc(in.n == 0 ? 1 : in.n);
    assert_non_null(exact);
    memcpy(exact, in.p, in.n);

    got = parse(&j, exact, in.n, DEPTH);

    if ((got == 0) != expected)
      fail_msg("turn %d {%s}: expected %d, got %d", turn, in.p, expected, got);
    good += expected;
    free(exact);
    bytes_free(&in);
  }
  assert_true(good > 1000 && good < 59000);
  sluice__json_free(&j);
}

/* ---- value.h ------------------------------------------------------------ */

/* Arguments come as clean text, so what is fed is encoded piece by piece. */
static void feed_value(struct value *v, const char *p, size_t n)
{
  sluice_str plain = {p, n};
  sluice_text text;
  char *out = malloc(6 * n + 1);

  assert_non_null(out);
  text.p = out;
  text.n = sluice_text_encode(plain, out, 6 * n);
  assert_true(text.n <= 6 * n);
  sluice__value_feed(v, text);
  free(out);
}

static void check_value(const char *p, size_t n, size_t cut)
{
  size_t len = rfc_value(p, n);
  int expected;
  struct value v;

  while (len > 0 && len < n && p[len] != '\0' &&
         strchr(" \t\n\r", p[len]) != NULL)
    len++;
  expected = n > 0 && len == n;
  memset(&v, 0, sizeof(v));

  feed_value(&v, p, cut);
  feed_value(&v, p + cut, n - cut);

  if (sluice__value_complete(&v) != expected)
    fail_msg("{%.*s} cut at %zu: expected %d", (int)n, p, cut, expected);
}

static void a_value_in_pieces_is_complete_when_it_is_one(void **state)
{
  uint64_t seed = 5;
  size_t i, cut;
  int turn;

  (void)state;
  for (i = 0; i < grammar_count; i++)
    for (cut = 0; cut <= grammar_rows[i].n; cut++)
      check_value(grammar_rows[i].in, grammar_rows[i].n, cut);
  for (turn = 0; turn < 20000; turn++) {
    struct bytes in = {0};

    random_value(&seed, &in, 3);
    if (turn % 2 == 0)
      mutate(&seed, &in);
    check_value(in.p, in.n, random_below(&seed, in.n + 1));
    check_value(in.p, in.n / 2, in.n / 4);
    bytes_free(&in);
  }
}

static void half_an_exponent_is_no_number(void **state)
{
  static const char *const cases[] = {"1e",   "1e+", "1e+x", "1ex", "1.",
                                      "1.e1", "-",   "-x",   "1.x", "01"};
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(cases); i++) {
    struct value v;
    sluice_text text = {cases[i], strlen(cases[i])};

    memset(&v, 0, sizeof(v));
    sluice__value_feed(&v, text);
    if (sluice__value_complete(&v))
      fail_msg("%s is taken for a value", cases[i]);
  }
}

static void a_value_is_complete_up_to_its_depth(void **state)
{
  int depth, i;

  (void)state;
  for (depth = VALUE_DEPTH - 1; depth <= VALUE_DEPTH + 1; depth++) {
    struct value v;
    int k;

    memset(&v, 0, sizeof(v));
    for (k = 0; k < 2; k++)
      for (i = 0; i < depth; i++) {
        sluice_text piece = {k == 0 ? "[" : "]", 1};

        assert_int_equal(sluice__value_complete(&v), 0);
        sluice__value_feed(&v, piece);
      }
    assert_int_equal(sluice__value_complete(&v), depth <= VALUE_DEPTH);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nesting_is_limited),
      cmocka_unit_test(any_depth_is_read_that_the_limit_allows),
      cmocka_unit_test(hostile_depth_is_refused_at_once),
      cmocka_unit_test(more_than_4_mi_values_are_refused),
      cmocka_unit_test(deep_nesting_takes_memory_in_proportion),
      cmocka_unit_test(places_beyond_32_bits_are_refused),
      cmocka_unit_test(the_last_of_equal_keys_holds),
      cmocka_unit_test(integers_are_taken_from_any_form),
      cmocka_unit_test(numbers_with_a_fraction_are_no_integers),
      cmocka_unit_test(keys_are_compared_by_what_they_mean),
      cmocka_unit_test(a_number_at_the_end_of_the_text_is_read),
      cmocka_unit_test(compact_text_means_the_same),
      cmocka_unit_test(damaged_texts_are_judged_as_the_rfc_does),
      cmocka_unit_test(a_value_in_pieces_is_complete_when_it_is_one),
      cmocka_unit_test(half_an_exponent_is_no_number),
      cmocka_unit_test(a_value_is_complete_up_to_its_depth)};

  return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
