/* SPDX-License-Identifier: MIT */
/* text.h and the text functions of common.h: raw JSON text -> clean JSON text,
 * over cuts; bytes -> clean text and back; lengths. What is UTF-8 at all:
 * utf8_test.c. */
#include <sluice/anomaly.h>

#include "check.h"
#include "text.h"

static const sluice_mem *plain_mem(void)
{
  static sluice_mem mem;

  mem = sluice__mem(NULL);
  return &mem;
}

static sluice_str str(const char *p, size_t n)
{
  sluice_str s = {p, n};

  return s;
}

/* ---- plain bytes -> clean text ------------------------------------------- */

static void a_small_buffer_gets_the_beginning_and_the_whole_length(void **state)
{
  static const char in[] = "a\n\x01\xc3\xa9\xff";
  static const char encoded[] = "a\\n\\u0001\xc3\xa9\xef\xbf\xbd";
  static const char decoded[] = "a\n\x01\xc3\xa9\xef\xbf\xbd";
  sluice_text text = {encoded, sizeof(encoded) - 1};
  size_t cap;

  (void)state;
  for (cap = 0; cap < sizeof(encoded) + 2; cap++) {
    char *out = malloc(cap + 1);
    size_t fits;

    assert_non_null(out);
    out[cap] = '#';
    assert_int_equal(sluice_text_encode(str(in, 6), cap == 0 ? NULL : out, cap),
                     sizeof(encoded) - 1);
    fits = cap < sizeof(encoded) - 1 ? cap : sizeof(encoded) - 1;
    assert_memory_equal(out, encoded, fits);
    assert_int_equal(out[cap], '#');

    assert_int_equal(sluice_text_decode(text, cap == 0 ? NULL : out, cap),
                     sizeof(decoded) - 1);
    fits = cap < sizeof(decoded) - 1 ? cap : sizeof(decoded) - 1;
    assert_memory_equal(out, decoded, fits);
    assert_int_equal(out[cap], '#');
    free(out);
  }
}

/* ---- raw JSON text -> clean text ---------------------------------------- */

#define FFFD "\xef\xbf\xbd"

static const struct row {
  const char *raw;
  size_t n;
  const char *clean;
  uint32_t bad;
} rows[] = {
    {LIT(""), "", 0},
    {LIT("hello"), "hello", 0},
    {LIT("a\\nb"), "a\\nb", 0},
    {LIT("\\\"\\\\\\b\\f\\n\\r\\t"), "\\\"\\\\\\b\\f\\n\\r\\t", 0},
    {LIT("a\\/b"), "a/b", 0},
    {LIT("\\u0041"), "A", 0},
    {LIT("\\u0022\\u005c\\u005C"), "\\\"\\\\\\\\", 0},
    {LIT("\\u000a\\u000D\\u0009\\u0008\\u000c"), "\\n\\r\\t\\b\\f", 0},
    {LIT("\\u0000\\u001f\\u001F"), "\\u0000\\u001f\\u001f", 0},
    {LIT("\\u007F\\u007f"), "\\u007f\\u007f", 0},
    {LIT("\x7f"), "\\u007f", 0},
    {LIT("\xc2\x80\xc2\x85\xc2\x9f\xc2\xa0"), "\\u0080\\u0085\\u009f\xc2\xa0",
     0},
    {LIT("\\u0085\\u00a0\\u00e9"), "\\u0085\xc2\xa0\xc3\xa9", 0},
    {LIT("\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa"), "\\u2028\\u2029\xe2\x80\xaa",
     0},
    {LIT("\\u2028\\u2029"), "\\u2028\\u2029", 0},
    {LIT("\\uD83D\\uDE00"), "\xf0\x9f\x98\x80", 0},
    {LIT("\\ud83d\\ude00!"), "\xf0\x9f\x98\x80!", 0},
    {LIT("\\udbff\\udfff"), "\xf4\x8f\xbf\xbf", 0},
    {LIT("\\ufffe\\uffff\\ufeff"), "\xef\xbf\xbe\xef\xbf\xbf\xef\xbb\xbf", 0},
    {LIT("\\u003c|file-a|\\u003e"), "<|file-a|>", 0},
    {LIT("\\\\u0041"), "\\\\u0041", 0},
    {LIT("\\\\ud83d"), "\\\\ud83d", 0},
    /* lone surrogates */
    {LIT("x\\ud83d"), "x" FFFD, 1},
    {LIT("\\ude00y"), FFFD "y", 1},
    {LIT("\\ud83d\\u0041"), FFFD "A", 1},
    {LIT("\\ud83dA"), FFFD "A", 1},
    {LIT("\\ud83d\\n"), FFFD "\\n", 1},
    {LIT("\\ud83d\\ud83d\\ude00"), FFFD "\xf0\x9f\x98\x80", 1},
    {LIT("\\ude00\\ud83d"), FFFD FFFD, 2},
    {LIT("\\ud83d\\ud83d"), FFFD FFFD, 2},
    {LIT("\\ude00\\ude00"), FFFD FFFD, 2},
    {LIT("\\ud83d\\\\ude00"), FFFD "\\\\ude00", 1},
    {LIT("\\ud83d\xf0\x9f\x92\x80"), FFFD "\xf0\x9f\x92\x80", 1},
    {LIT("\\uD888\\u1234"), FFFD "\xe1\x88\xb4", 1},
    /* what no JSON string holds, and a caller of the stages may */
    {LIT("a\"b"), "a\\\"b", 0},
    {LIT("a\nb"), "a\\nb", 0},
    {LIT("a\\qb"), "a" FFFD "b", 1},
    {LIT("a\\"), "a" FFFD, 1},
    {LIT("\\\0b"), FFFD "b", 1},
    {LIT("\\u"), FFFD, 1},
    {LIT("\\u004"), FFFD "004", 1},
    {LIT("\\u00!1"), FFFD "00!1", 1},
    {LIT("\\u00:1"), FFFD "00:1", 1},
    {LIT("\\u00@1"), FFFD "00@1", 1},
    {LIT("\\u00G1"), FFFD "00G1", 1},
    {LIT("\\u00`1"), FFFD "00`1", 1},
    {LIT("\\u00g1"), FFFD "00g1", 1},
    {LIT("\\u004A\\u004a\\u0069\\u00aF"), "JJi\xc2\xaf", 0},
    /* bytes that are not UTF-8, one U+FFFD for each maximal subpart */
    {LIT("a\xff"
         "b"),
     "a" FFFD "b", 1},
    {LIT("\xc0\x80"), FFFD FFFD, 2},
    {LIT("\xed\xa0\x80"), FFFD FFFD FFFD, 3},
    {LIT("\xed\xa0\xbd\xed\xb8\x80"), FFFD FFFD FFFD FFFD FFFD FFFD, 6},
    {LIT("\xf4\x90\x80\x80"), FFFD FFFD FFFD FFFD, 4},
    {LIT("\xe2\x82"), FFFD, 1},
    {LIT("\xe2\x82"
         "A"),
     FFFD "A", 1},
    {LIT("\xf0\x9f\x98"), FFFD, 1},
    {LIT("\xf0\x9f\x98\\u0041"), FFFD "A", 1},
    {LIT("\xf0\x9f\xf0\x9f\x98\x80"), FFFD "\xf0\x9f\x98\x80", 1},
    {LIT("\xe2\x82\xac\xe2"), "\xe2\x82\xac" FFFD, 1}};

static void a_text_that_stands_alone_is_cleaned(void **state)
{
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(rows); i++) {
    struct counts counts;
    char *exact = malloc(rows[i].n + 1);
    sluice_text clean;
    struct buf out;

    assert_non_null(exact);
    memcpy(exact, rows[i].raw, rows[i].n);
    sluice__buf_init(&out, plain_mem());
    sluice__counts_init(&counts, plain_mem());

    assert_int_equal(
        sluice__text_clean(NULL, str(exact, rows[i].n), &out, &clean, &counts),
        0);

    if (clean.n != strlen(rows[i].clean) ||
        memcmp(clean.p, rows[i].clean, clean.n) != 0)
      fail_msg("row %zu {%s}: expected %s, got %.*s", i, rows[i].raw,
               rows[i].clean, (int)clean.n, clean.p);
    assert_int_equal(sluice__count_of(&counts, SLUICE_ANOMALY_BAD_TEXT),
                     rows[i].bad);
    assert_int_equal(sluice__count_of(&counts, SLUICE_ANOMALY_JOINED_TEXT), 0);
    sluice__counts_free(&counts);
    sluice__buf_free(&out);
    free(exact);
  }
}

/* Callers may hand in text that is not clean: nothing is read beyond it. */
static void text_that_is_not_clean_is_decoded_as_it_may(void **state)
{
  static const struct {
    const char *in;
    size_t n;
    const char *expected;
    size_t expected_n;
  } cases[] = {{LIT("a\\"), LIT("a\\")},
               {LIT("\\q"), LIT("q")},
               {LIT("\\\0z"), LIT("\0z")},
               {LIT("\\u12"), LIT("u12")},
               {LIT("\xff\xe2\x82"), LIT(FFFD FFFD FFFD)},
               {LIT("\"\n"), LIT("\"\n")}};
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(cases); i++) {
    char *exact = malloc(cases[i].n), out[16];
    sluice_text text = {exact, cases[i].n};

    assert_non_null(exact);
    memcpy(exact, cases[i].in, cases[i].n);
    assert_int_equal(sluice_text_decode(text, out, sizeof(out)),
                     cases[i].expected_n);
    assert_memory_equal(out, cases[i].expected, cases[i].expected_n);
    free(exact);
  }
}

static void a_text_is_cut_between_characters(void **state)
{
  static const struct {
    const char *raw;
    size_t max, n;
  } cases[] = {{"abc", 3, 3},
               {"abc", 2, 2},
               {"a\xc3\xa9", 2, 1},
               {"a\\n", 2, 1},
               {"ab\\ud83d", 4, 2},
               {"ab\\ud83d\\ude00", 8, 2},
               {"ab\\ud83d\\ude00", 14, 14},
               {"", 0, 0}};
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(cases); i++)
    assert_int_equal(
        sluice__text_cut(str(cases[i].raw, strlen(cases[i].raw)), cases[i].max)
            .n,
        cases[i].n);
}

static void blank_and_equal_are_told_of_any_text(void **state)
{
  (void)state;
  assert_true(sluice__text_blank(SLUICE_TEXT("")));
  assert_true(sluice__text_blank(SLUICE_TEXT(" \\t\\n\\r\t")));
  assert_false(sluice__text_blank(SLUICE_TEXT(" \\b")));
  assert_true(sluice__text_blank(SLUICE_TEXT(" \\u0020")));
  assert_false(sluice__text_blank(SLUICE_TEXT("r")));
  assert_true(sluice__text_eq((sluice_text){NULL, 0}, SLUICE_TEXT("")));
  assert_true(sluice__text_eq(SLUICE_TEXT("ab"), SLUICE_TEXT("ab")));
  assert_false(sluice__text_eq(SLUICE_TEXT("ab"), SLUICE_TEXT("ac")));
  assert_false(sluice__text_eq(SLUICE_TEXT("ab"), SLUICE_TEXT("a")));
}

static void clean_text_is_handed_on_without_a_copy(void **state)
{
  static const char raw[] = "caf\xc3\xa9 \\n \\u2028 \xf0\x9f\x98\x80";
  sluice_text clean;
  struct buf out;

  (void)state;
  sluice__buf_init(&out, plain_mem());
  assert_int_equal(
      sluice__text_clean(NULL, str(raw, sizeof(raw) - 1), &out, &clean, NULL),
      0);
  assert_ptr_equal(clean.p, raw);
  assert_int_equal(out.n, 0);
  sluice__buf_free(&out);
}

/* ---- pieces ------------------------------------------------------------- */

/* Units that no delta cuts, and bytes that it may. */
static const char *const units[] = {
    "a",       "<|",   "\\n",  "\\u0041",  "\\ud83d", "\\ude00",
    "\\u2028", "\\/",  "\xf0", "\x9f",     "\x98",    "\x80",
    "\xe2",    "\x82", "\xac", "\xc3\xa9", "\xff",    "\xed",
    "\xa0",    " ",    "\\\\", "\\\"",     "\x7f",    "\xf0\x9f\x98\x80"};

static void put_piece(struct carry *carry, const struct bytes *raw,
                      struct bytes *joined)
{
  char *exact = malloc(raw->n == 0 ? 1 : raw->n);
  sluice_text clean;
  struct buf out;

  assert_non_null(exact);
  if (raw->n > 0)
    memcpy(exact, raw->p, raw->n);
  sluice__buf_init(&out, plain_mem());
  sluice__buf_lit(&out, "before"); /* it adds at the end */
  assert_int_equal(
      sluice__text_clean(carry, str(exact, raw->n), &out, &clean, NULL), 0);
  bytes_put(joined, clean.p, clean.n);
  assert_memory_equal(out.p, "before", 6);
  sluice__buf_free(&out);
  free(exact);
}

static void pieces_join_to_the_text_as_a_whole(void **state)
{
  uint64_t seed = 3;
  int turn;

  (void)state;
  for (turn = 0; turn < 30000; turn++) {
    struct bytes whole = {0}, piece = {0}, joined = {0}, expected = {0};
    size_t i, n = 1 + random_below(&seed, 12);
    struct carry carry = {0}, alone = {0};
    sluice_text rest;

    bytes_puts(&whole, "");
    bytes_puts(&piece, "");
    for (i = 0; i < n; i++) {
      const char *unit = units[random_below(&seed, COUNT(units))];

      bytes_puts(&whole, unit);
      bytes_puts(&piece, unit);
      if (random_below(&seed, 3) == 0) {
        put_piece(&carry, &piece, &joined);
        bytes_clear(&piece);
      }
    }
    put_piece(&carry, &piece, &joined);
    rest = sluice__text_flush(&carry, NULL);
    bytes_put(&joined, rest.p, rest.n);
    assert_int_equal(carry.n + carry.high, 0);

    put_piece(&alone, &whole, &expected);
    rest = sluice__text_flush(&alone, NULL);
    bytes_put(&expected, rest.p, rest.n);

    if (!bytes_equal(&joined, &expected))
      fail_msg("turn %d {%s}: expected %s, got %s", turn, whole.p, expected.p,
               joined.p);
    bytes_free(&whole);
    bytes_free(&piece);
    bytes_free(&joined);
    bytes_free(&expected);
  }
}

static void a_character_cut_in_two_waits_for_its_rest(void **state)
{
  static const struct {
    const char *first, *second, *before, *after;
    uint32_t joined, bad;
  } cases[] = {
      {"x\\ud83d", "\\ude00y", "x", "\xf0\x9f\x98\x80y", 1, 0},
      {"x\\ud83d", "y", "x", FFFD "y", 0, 1},
      {"x\\ud83d", "\\ud83d\\ude00", "x", FFFD "\xf0\x9f\x98\x80", 0, 1},
      {"x\\ud83d", "\\u0041", "x", FFFD "A", 0, 1},
      {"\xe2\x82", "\xac!", "", "\xe2\x82\xac!", 1, 0},
      {"\xe2", "\x82\xac", "", "\xe2\x82\xac", 1, 0},
      {"\xf0\x9f\x98", "\x80", "", "\xf0\x9f\x98\x80", 1, 0},
      {"\xf0", "\x9f\x98\x80", "", "\xf0\x9f\x98\x80", 1, 0},
      {"\xf0\x9f", "abc", "", FFFD "abc", 0, 1},
      {"\xf0\x9f", "\\n", "", FFFD "\\n", 0, 1},
      {"\xe2\x80", "\xa8", "", "\\u2028", 1, 0},
      {"\xc2", "\x85", "", "\\u0085", 1, 0},
      {"a\\ude00", "b", "a" FFFD, "b", 0, 1}};
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(cases); i++) {
    struct counts counts;
    struct carry carry = {0};
    sluice_text clean;
    struct buf out;

    sluice__buf_init(&out, plain_mem());
    sluice__counts_init(&counts, plain_mem());
    assert_int_equal(
        sluice__text_clean(&carry, str(cases[i].first, strlen(cases[i].first)),
                           &out, &clean, &counts),
        0);
    assert_int_equal(clean.n, strlen(cases[i].before));
    assert_memory_equal(clean.p, cases[i].before, clean.n);

    sluice__buf_clear(&out);
    assert_int_equal(sluice__text_clean(
                         &carry, str(cases[i].second, strlen(cases[i].second)),
                         &out, &clean, &counts),
                     0);
    assert_int_equal(clean.n, strlen(cases[i].after));
    assert_memory_equal(clean.p, cases[i].after, clean.n);
    assert_int_equal(sluice__count_of(&counts, SLUICE_ANOMALY_JOINED_TEXT),
                     cases[i].joined);
    assert_int_equal(sluice__count_of(&counts, SLUICE_ANOMALY_BAD_TEXT),
                     cases[i].bad);
    assert_int_equal(sluice__text_flush(&carry, &counts).n, 0);
    sluice__counts_free(&counts);
    sluice__buf_free(&out);
  }
}

static void the_end_turns_half_a_character_into_one_replacement(void **state)
{
  static const char *const halves[] = {"\\ud83d", "\xe2", "\xe2\x82",
                                       "\xf0\x9f\x98"};
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(halves); i++) {
    struct counts counts;
    struct carry carry = {0};
    sluice_text clean, rest;
    struct buf out;

    sluice__buf_init(&out, plain_mem());
    sluice__counts_init(&counts, plain_mem());
    sluice__text_clean(&carry, str(halves[i], strlen(halves[i])), &out, &clean,
                       &counts);
    assert_int_equal(clean.n, 0);
    rest = sluice__text_flush(&carry, &counts);
    assert_int_equal(rest.n, 3);
    assert_memory_equal(rest.p, FFFD, 3);
    assert_int_equal(sluice__count_of(&counts, SLUICE_ANOMALY_BAD_TEXT), 1);
    assert_int_equal(sluice__text_flush(&carry, &counts).n, 0);
    sluice__counts_free(&counts);
    sluice__buf_free(&out);
  }
}

/* ---- lengths ------------------------------------------------------------ */

static void lengths_count_in_their_unit_at_any_cut(void **state)
{
  /* clean text in pieces that a stream may bring; code points, UTF-16 units,
   * bytes, grapheme clusters */
  static const struct {
    const char *pieces[6];
    uint64_t lengths[4];
  } cases[] = {
      {{"abc"}, {3, 3, 3, 3}},
      {{""}, {0, 0, 0, 0}},
      {{"a\\nb"}, {3, 3, 3, 3}},
      {{"\\\"\\\\\\t"}, {3, 3, 3, 3}},
      {{"\\u0000\\u007f"}, {2, 2, 2, 2}},
      {{"\\u0085"}, {1, 1, 2, 1}},
      {{"\\u2028"}, {1, 1, 3, 1}},
      {{"\xc3\xa9"}, {1, 1, 2, 1}},
      {{"\xe2\x82\xac"}, {1, 1, 3, 1}},
      {{"\xf0\x9f\x98\x80"}, {1, 2, 4, 1}},
      {{"e", "\xcc\x81"}, {2, 2, 3, 1}},
      {{"e\xcc\x81", "x"}, {3, 3, 4, 2}},
      {{"\xf0\x9f\x91\xa9", "\xe2\x80\x8d", "\xf0\x9f\x92\xbb"}, {3, 5, 11, 1}},
      {{"\xf0\x9f\x87\xa9", "\xf0\x9f\x87\xaa", "\xf0\x9f\x87\xab",
        "\xf0\x9f\x87\xb7"},
       {4, 8, 16, 2}},
      {{"\\r", "\\n"}, {2, 2, 2, 1}},
      {{"\xed\x95\x9c"}, {1, 1, 3, 1}},
      {{"\xe1\x84\x92", "\xe1\x85\xa1", "\xe1\x86\xab"}, {3, 3, 9, 1}}};
  size_t i, k;
  int unit;

  (void)state;
  for (i = 0; i < COUNT(cases); i++)
    for (unit = SLUICE_UNIT_CODEPOINT; unit <= SLUICE_UNIT_GRAPHEME; unit++) {
      struct length one, many;
      struct bytes whole = {0};
      sluice_text text;

      sluice__length_init(&one, (sluice_unit)unit);
      sluice__length_init(&many, (sluice_unit)unit);
      for (k = 0; k < 6 && cases[i].pieces[k] != NULL; k++) {
        text.p = cases[i].pieces[k];
        text.n = strlen(text.p);
        sluice__length_add(&many, text);
        bytes_puts(&whole, cases[i].pieces[k]);
      }
      text.p = whole.p;
      text.n = whole.n;
      sluice__length_add(&one, text);
      if (one.n != cases[i].lengths[unit] || many.n != one.n)
        fail_msg("case %zu, unit %d: expected %d, got %d and %d", i, unit,
                 (int)cases[i].lengths[unit], (int)one.n, (int)many.n);
      bytes_free(&whole);
    }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_small_buffer_gets_the_beginning_and_the_whole_length),
      cmocka_unit_test(a_text_that_stands_alone_is_cleaned),
      cmocka_unit_test(text_that_is_not_clean_is_decoded_as_it_may),
      cmocka_unit_test(a_text_is_cut_between_characters),
      cmocka_unit_test(blank_and_equal_are_told_of_any_text),
      cmocka_unit_test(clean_text_is_handed_on_without_a_copy),
      cmocka_unit_test(pieces_join_to_the_text_as_a_whole),
      cmocka_unit_test(a_character_cut_in_two_waits_for_its_rest),
      cmocka_unit_test(the_end_turns_half_a_character_into_one_replacement),
      cmocka_unit_test(lengths_count_in_their_unit_at_any_cut)};

  return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
