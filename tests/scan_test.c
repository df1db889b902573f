/* SPDX-License-Identifier: MIT */
/* scan.h, with vectors and without, is held against a byte at a time: each of
 * the 256 bytes, at each place of texts of up to 40 bytes, alone and before
 * another one. Each text ends where its block does, so that AddressSanitizer
 * sees what is read behind it. */
#include "scan.h"

#include "check.h"
#include "scan_plain.h"

#define LONGEST 40

static size_t scan_with_vectors(const char *p, size_t n, int *odd)
{
  return scan_plain(p, n, odd);
}

static const struct form {
  const char *name;
  size_t (*scan)(const char *p, size_t n, int *odd);
} forms[] = {{"as it is here", scan_with_vectors},
             {"without vectors", scan_without_vectors}};

/* What scan.h promises, one byte at a time. */
static size_t reference(const char *p, size_t n, int *odd)
{
  size_t i;

  for (i = 0; i < n; i++) {
    unsigned char c = (unsigned char)p[i];

    if (c == '"' || c == '\\' || c < ' ')
      break;
    if (c == '<' || c > '~')
      *odd = 1;
  }
  return i;
}

static void compare(const char *p, size_t n)
{
  int want_odd = 0, odd;
  size_t want = reference(p, n, &want_odd), got, i;

  for (i = 0; i < COUNT(forms); i++) {
    odd = 0;
    got = forms[i].scan(p, n, &odd);
    if (got != want || odd != want_odd)
      fail_msg("%s, %zu bytes: %zu odd=%d, not %zu odd=%d", forms[i].name, n,
               got, odd, want, want_odd);
  }
}

/* Also in front of each kind of byte, one or nine bytes further on. */
static void each_byte(char *p, size_t n, size_t at)
{
  static const char others[] = {'"', '\\', '\n', '<', '\x7f', '\xc3', 0};
  size_t i, far;
  int c;

  for (c = 0; c < 256; c++) {
    p[at] = (char)c;
    compare(p, n);
    for (far = 1; far <= 9 && at + far < n; far += 8)
      for (i = 0; i < COUNT(others); i++) {
        p[at + far] = others[i];
        compare(p, n);
        p[at + far] = 'b';
      }
  }
  p[at] = 'a';
}

static void each_byte_at_each_place(void **state)
{
  size_t n, at;
  char *p;

  (void)state;
  for (n = 0; n <= LONGEST; n++) {
    p = malloc(n + (n == 0));
    assert_non_null(p);
    memset(p, 'a', n);
    compare(p, n);
    for (at = 0; at < n; at++)
      each_byte(p, n, at);
    free(p);
  }
}

/* One bit differs, or none. */
static void what_two_texts_have_in_common(void **state)
{
  size_t n, at;
  char *a, *b;

  (void)state;
  for (n = 0; n <= LONGEST; n++) {
    a = malloc(n + (n == 0));
    b = malloc(n + (n == 0));
    assert_true(a != NULL && b != NULL);
    memset(a, '\xff', n);
    memset(b, '\xff', n);
    assert_int_equal(scan_common(a, b, n), n);
    assert_int_equal(common_without_vectors(a, b, n), n);
    for (at = n; at-- > 0;) {
      b[at] = (char)(b[at] ^ (1 << at % 8)); /* and all behind it */
      assert_int_equal(scan_common(a, b, n), at);
      assert_int_equal(common_without_vectors(a, b, n), at);
    }
    free(a);
    free(b);
  }
}

static void what_was_odd_stays_odd(void **state)
{
  size_t i;
  int odd;

  (void)state;
  for (i = 0; i < COUNT(forms); i++) {
    odd = 1;
    assert_int_equal(forms[i].scan(LIT("plain text of some length\""), &odd),
                     25);
    assert_int_equal(odd, 1);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_byte_at_each_place),
      cmocka_unit_test(what_two_texts_have_in_common),
      cmocka_unit_test(what_was_odd_stays_odd),
  };

  return cmocka_run_group_tests_name("scan", tests, NULL, NULL);
}
