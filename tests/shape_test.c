/* SPDX-License-Identifier: MIT */
/* shape.h: a value of each kind at its limits and one past them, and what must
 * not be shown. How the settings of a request look: echo_test.c. */
#include "shape.h"

#include "check.h"
#include "heap.h"
#include "unique.h"

#define WORD_70                                                                \
  "0123456789012345678901234567890123456789012345678901234567890123456789"

static const struct shape any_int = {.kind = SHAPE_INT};
static const struct shape int_1_to_3 = {
    .kind = SHAPE_INT, .least = 1, .most = 3};
static const struct shape number_1_to_3 = {
    .kind = SHAPE_NUMBER, .least = 1, .most = 3};
static const struct shape around_0 = {
    .kind = SHAPE_NUMBER, .least = -2, .most = 2};
static const struct shape string_2_to_3 = {
    .kind = SHAPE_STRING, .least = 2, .most = 3};
static const struct shape words = {.kind = SHAPE_WORD,
                                   .words = WORD_70 "|one|two"};
static const struct shape name_2_to_3 = {
    .kind = SHAPE_NAME, .least = 2, .most = 3};
static const struct shape prefixed = {
    .kind = SHAPE_NAME, .least = 4, .most = 4, .words = "t_"};
static const struct shape list_1_to_2 = {
    .kind = SHAPE_LIST, .each = &any_int, .least = 1, .most = 2};
static const struct shape hidden = {.kind = SHAPE_HIDDEN};
static const struct shape url = {.kind = SHAPE_URL};
static const struct shape secret = {.kind = SHAPE_SECRET};

/* What is written; NULL: refused. Quotes are single here. */
static const struct row {
  const struct shape *shape;
  const char *in, *expected;
  uint32_t wrong;
} rows[] = {
    {&any_int, "-5", NULL, 0},
    {&any_int, "99999999999999999999", "99999999999999999999", 0},
    {&any_int, "5.0", NULL, 0},
    {&any_int, "'5'", NULL, 0},
    {&int_1_to_3, "0", NULL, 0},
    {&int_1_to_3, "1", "1", 0},
    {&int_1_to_3, "3", "3", 0},
    {&int_1_to_3, "4", NULL, 0},
    {&number_1_to_3, "0.999", NULL, 0},
    {&number_1_to_3, "1", "1", 0},
    {&number_1_to_3, "1.001", "1.001", 0},
    {&number_1_to_3, "2.999", "2.999", 0},
    {&number_1_to_3, "30e-1", "30e-1", 0},
    {&number_1_to_3, "3.001", NULL, 0},
    {&number_1_to_3, "-1", NULL, 0},
    {&number_1_to_3, "-1.5", NULL, 0},
    {&around_0, "-2", "-2", 0},
    {&around_0, "-1.999", "-1.999", 0},
    {&around_0, "-0.5", "-0.5", 0},
    {&around_0, "-2.001", NULL, 0},
    {&around_0, "-3", NULL, 0},
    {&around_0, "1.999", "1.999", 0},
    {&around_0, "2.001", NULL, 0},
    {&string_2_to_3, "'a'", NULL, 0},
    {&string_2_to_3, "'ab'", "'ab'", 0},
    {&string_2_to_3, "'\\n\\u00e9\\ud83d\\ude00'",
     "'\\n\xc3\xa9\xf0\x9f\x98\x80'", 0},
    {&string_2_to_3, "'abcd'", NULL, 0},
    {&words, "'two'", "'two'", 0},
    {&words, "'three'", NULL, 0},
    {&words, "'" WORD_70 "'", NULL, 0}, /* no table has words as long */
    {&words, "2", NULL, 0},
    {&name_2_to_3, "'aZ_'", "'aZ_'", 0},
    {&name_2_to_3, "'0-9'", "'0-9'", 0},
    {&name_2_to_3, "'a'", NULL, 0},
    {&name_2_to_3, "'abcd'", NULL, 0},
    {&name_2_to_3, "'a@'", NULL, 0},
    {&name_2_to_3, "'a['", NULL, 0},
    {&name_2_to_3, "'a`'", NULL, 0},
    {&name_2_to_3, "'a{'", NULL, 0},
    {&name_2_to_3, "'a/'", NULL, 0},
    {&name_2_to_3, "'a:'", NULL, 0},
    {&prefixed, "'t_a0'", "'t_a0'", 0},
    {&prefixed, "'t-a0'", NULL, 0},
    {&prefixed, "'t_A0'", NULL, 0},
    {&prefixed, "'t_a'", NULL, 0},
    {&list_1_to_2, "[]", NULL, 0},
    {&list_1_to_2, "['a']", NULL, 0},
    {&list_1_to_2, "[1,2]", "[1,2]", 0},
    {&list_1_to_2, "[1,2,3,4]", "[1,2]", 1},
    {&list_1_to_2, "['a',1,'b',2]", "[1,2]", 2},
    {&list_1_to_2, "{}", NULL, 0},
    {&hidden, "'a'", NULL, 0},
    {&secret, "'a'", "'<redacted>'", 0},
    {&secret, "5", NULL, 0},
    {&url, "'https://host'", "'https://host'", 0},
    {&url, "'https://host/'", "'https://host'", 0},
    {&url, "'https://key@host/a?b=key'", "'https://host/<redacted>'", 0},
    {&url, "'https://host#key'", "'https://host/<redacted>'", 0},
    {&url, "'https://a@b@host'", "'https://host'", 0},
    {&url, "'https://'", "'https://'", 0},
    {&url, "'https:/'", "'<redacted>'", 0},
    {&url, "'data:key'", "'<redacted>'", 0},
    {&url, "'key'", "'<redacted>'", 0},
    {&url, "'ke\\ny://host'", "'<redacted>'", 0},
    {&url, "'https://ho\\nst'", "'https://ho/<redacted>'", 0},
    {&url, "''", "'<redacted>'", 0},
    {&url, "['https://host']", NULL, 0}};

static void quoted(struct bytes *out, const char *text)
{
  bytes_clear(out);
  bytes_puts(out, "");
  for (; *text != '\0'; text++)
    bytes_put(out, *text == '\'' ? "\"" : text, 1);
}

static void check(const struct row *row)
{
  sluice_mem mem = sluice__mem(NULL);
  struct bytes in = {0}, expected = {0};
  struct json j;
  struct buf out;
  uint32_t wrong = 7;
  sluice_str text;
  int put;

  quoted(&in, row->in);
  quoted(&expected, row->expected == NULL ? "" : row->expected);
  text.p = in.p;
  text.n = in.n;
  sluice__json_init(&j, &mem);
  sluice__buf_init(&out, &mem);
  sluice__buf_lit(&out, "before");
  assert_int_equal(sluice__json_parse(&j, text, 8), 0);
  assert_int_equal(sluice__unique(&j), 0);

  put = sluice__shape_put(row->shape, &j, 0, &out, &wrong);

  sluice__buf_byte(&out, '\0');
  if (put != (row->expected != NULL) || strcmp(out.p + 6, expected.p) != 0 ||
      wrong != 7 + row->wrong)
    fail_msg("%s: expected %s and %u wrong, got %d, %s and %u", row->in,
             row->expected == NULL ? "nothing" : row->expected, row->wrong, put,
             out.p + 6, wrong - 7);
  sluice__buf_free(&out);
  sluice__json_free(&j);
  bytes_free(&in);
  bytes_free(&expected);
}

static void each_kind_holds_its_limits(void **state)
{
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(rows); i++)
    check(&rows[i]);
}

/* Keys have to be mended before they can be compared. */
static void keys_are_unique_or_memory_failed(void **state)
{
  static const char in[] = "{\"\\u0061\":1,\"b\":2,\"a\":3}";
  sluice_str text = {in, sizeof(in) - 1};
  struct heap heap;
  size_t k;
  int rv = SLUICE_ERR_NOMEM;

  (void)state;
  for (k = 0; rv != 0; k++) {
    struct json j;

    assert_in_range(k, 0, 20);
    heap_init(&heap, HEAP_NEVER, 0);
    sluice__json_init(&j, &heap.mem);
    assert_int_equal(sluice__json_parse(&j, text, 8), 0);
    heap_arm(&heap, k, 0);
    rv = sluice__unique(&j);
    assert_int_equal(rv, heap.failed > 0 ? SLUICE_ERR_NOMEM : 0);
    if (rv == 0) {
      assert_int_equal(sluice__json_type(&j, 1), JSON_NONE);
      assert_int_equal(sluice__json_type(&j, 5), JSON_KEY);
    }
    sluice__json_free(&j);
    assert_int_equal(heap.live, 0);
  }
  assert_true(k > 2);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_kind_holds_its_limits),
      cmocka_unit_test(keys_are_unique_or_memory_failed)};

  return cmocka_run_group_tests_name("shape", tests, NULL, NULL);
}
