/* SPDX-License-Identifier: MIT */
/* member.h: the string of one member, out of an object that comes in pieces and
 * may be badly written. */
#include "member.h"

#include "check.h"
#include "heap.h"

/* An object as the model wrote it (its text is made clean first), and what of
 * it the member `input` holds. */
static const struct row {
  const char *in, *expected;
} rows[] = {
    {"{\"input\":\"abc\"}", "abc"},
    {"{\"input\":\"\"}", ""},
    {"{\"input\":\"a\\n\\\"\\u0041\\u00e9\\/\"}", "a\\n\\\"A\xc3\xa9/"},
    {" { \"a\" : [{\"input\":\"x\"}] , \"input\" : \"b\" } ", "b"},
    {"{\"input\":\"a\",\"input\":\"b\"}", "a"},
    {"{\"input\":7,\"input\":\"b\"}", "b"},
    {"{\"input\":[\"a\"],\"input\":\"b\"}", "b"},
    {"{\"inpu\":\"a\"}", "-"},
    {"{\"inputs\":\"a\"}", "-"},
    {"{\"other\":\"a\"}", "-"},
    {"{\"in\\u0070ut\":\"a\"}", "-"}, /* keys are compared as they stand */
    {"{\"input", "-"},
    {"[\"input\",\"a\"]", "-"},
    /* what is no escape stands for itself */
    {"{\"input\":\"\\q\"}", "\\\\q"},
    {"{\"input\":\"\\\xc3\xa9\"}", "\\\\\xc3\xa9"},
    {"{\"input\":\"\\u12\xc3\xa9\"}", "\\\\u12\xc3\xa9"},
    {"{\"input\":\"\\u12g4\"}", "\\\\u12g4"},
    {"{\"input\":\"\\u12\"}", "\\\\u12"},
    {"{\"input\":\"raw\nline\"}", "raw\\nline"},
    /* cut off */
    {"{\"input\":\"a", "a"},
    {"{\"input\":\"a\\", "a\\\\"},
    {"{\"input\":\"a\\u00", "a\\\\u00"},
    {"{\"input\":\"\\ud83d", "\xef\xbf\xbd"},
    {"{\"input\":\"\\ud83d\\", "\xef\xbf\xbd\\\\"},
    {"{\"input\":\"\\ud83d\\ude", "\xef\xbf\xbd\\\\ude"},
    {"{\"input\":\"\\ud83d\\ude00\"}", "\xf0\x9f\x98\x80"}};

static void check(const char *in, const char *clean, size_t n, size_t cut,
                  const char *expected)
{
  sluice_mem mem = sluice__mem(NULL);
  sluice_text first = {clean, cut}, second = {clean + cut, n - cut};
  struct member m;
  struct buf work, out;
  int found;

  memset(&m, 0, sizeof(m));
  sluice__buf_init(&work, &mem);
  sluice__buf_init(&out, &mem);
  assert_int_equal(sluice__member_feed(&m, "input", first, &work, &out, NULL),
                   0);
  assert_int_equal(sluice__member_feed(&m, "input", second, &work, &out, NULL),
                   0);
  found = sluice__member_found(&m);
  sluice__member_end(&m, &work, &out, NULL);
  sluice__buf_byte(&out, '\0');
  if (found != (strcmp(expected, "-") != 0))
    fail_msg("%s cut at %zu: found %d", in, cut, found);
  if (found && strcmp(out.p, expected) != 0)
    fail_msg("%s cut at %zu: expected %s, got %s", in, cut, expected, out.p);
  sluice__buf_free(&work);
  sluice__buf_free(&out);
}

static void the_string_comes_out_clean_at_every_cut(void **state)
{
  char clean[512];
  size_t i, n, cut;
  uint32_t c;

  (void)state;
  for (i = 0; i < COUNT(rows); i++) {
    sluice_str in = {rows[i].in, strlen(rows[i].in)};

    n = sluice_text_encode(in, clean, sizeof(clean));
    assert_true(n <= sizeof(clean));
    for (cut = 0; cut < n; cut += sluice__text_next(clean + cut, n - cut, &c))
      check(rows[i].in, clean, n, cut, rows[i].expected);
  }
}

static void memory_may_fail_anywhere(void **state)
{
  static const char in[] = "{\\\"input\\\":\\\"a\\\\ud83d\\\\";
  sluice_text text = {in, sizeof(in) - 1};
  struct heap heap;
  size_t k;

  (void)state;
  heap.failed = 1;
  for (k = 0; heap.failed > 0; k++) {
    struct member m;
    struct buf work, out;
    int rv;

    assert_in_range(k, 0, 20);
    memset(&m, 0, sizeof(m));
    heap_init(&heap, k, 1);
    sluice__buf_init(&work, &heap.mem);
    sluice__buf_init(&out, &heap.mem);
    rv = sluice__member_feed(&m, "input", text, &work, &out, NULL);
    assert_int_equal(rv, heap.failed > 0 ? SLUICE_ERR_NOMEM : 0);
    sluice__member_end(&m, &work, &out, NULL);
    if (heap.failed == 0) {
      assert_int_equal(out.n, 6);
      assert_memory_equal(out.p, "a\xef\xbf\xbd\\\\", 6);
    }
    sluice__buf_free(&work);
    sluice__buf_free(&out);
    assert_int_equal(heap.live, 0);
  }
  assert_true(k > 2);
}

static void a_nul_is_neither_a_key_nor_an_escape(void **state)
{
  static const char key[] = "{\\\"input\\u0000\\\":\\\"a\\\"}";
  static const char escape[] = "{\\\"input\\\":\\\"\\\\\\u0000\\\"}";

  (void)state;
  check(key, key, sizeof(key) - 1, 0, "-");
  check(escape, escape, sizeof(escape) - 1, 0, "\\\\\\u0000");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_string_comes_out_clean_at_every_cut),
      cmocka_unit_test(memory_may_fail_anywhere),
      cmocka_unit_test(a_nul_is_neither_a_key_nor_an_escape)};

  return cmocka_run_group_tests_name("member", tests, NULL, NULL);
}
