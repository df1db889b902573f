/* SPDX-License-Identifier: MIT */
/* Names and texts of codes, and the options with their defaults. */
#include "status.h"

#include "check.h"

static const sluice_status all[] = {
#define X(NAME, value, text) SLUICE_##NAME,
    SLUICE_STATUSES(X)
#undef X
};

static void each_code_has_a_name_and_a_text(void **state)
{
  size_t i, k;

  (void)state;
  for (i = 0; i < COUNT(all); i++) {
    const char *name = sluice_status_name(all[i]);
    const char *text = sluice__status_text(all[i]);

    assert_true(strlen(name) >= 2 && strlen(text) >= 10);
    for (k = 0; k < i; k++) {
      assert_string_not_equal(name, sluice_status_name(all[k]));
      assert_string_not_equal(text, sluice__status_text(all[k]));
    }
  }
  assert_string_equal(sluice_status_name(SLUICE_ERR_LIMIT), "ERR_LIMIT");
  assert_string_equal(sluice__status_text(SLUICE_ERR_NOMEM), "out of memory");
}

static void numbers_that_are_no_code_have_neither(void **state)
{
  static const int none[] = {3, -3, -99, -104, -200, -208, INT32_MIN};
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(none); i++) {
    assert_string_equal(sluice_status_name((sluice_status)none[i]), "?");
    assert_string_equal(sluice__status_text((sluice_status)none[i]), "?");
  }
}

static void options_of_an_impossible_size_are_not_touched(void **state)
{
  sluice_options o;
  size_t i;

  (void)state;
  memset(&o, 0x5a, sizeof(o));
  sluice_options_init_sized(&o, sizeof(o.size) - 1);
  for (i = 0; i < sizeof(o); i++)
    assert_int_equal(((const unsigned char *)&o)[i], 0x5a);
  sluice_options_init_sized(&o, sizeof(o.size));
  assert_int_equal(o.size, sizeof(o.size));
  assert_int_equal(((const unsigned char *)&o)[sizeof(o.size)], 0x5a);
}

static void a_payload_is_never_longer_than_nodes_can_say(void **state)
{
  sluice_options o, all_set;

  (void)state;
  sluice_options_init(&o);
  o.max_payload = UINT32_MAX - 1;
  sluice__options(&all_set, &o);
  assert_true(all_set.max_payload == UINT32_MAX - 1);
  o.max_payload = SIZE_MAX;
  sluice__options(&all_set, &o);
  assert_true(all_set.max_payload == UINT32_MAX - 1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_code_has_a_name_and_a_text),
      cmocka_unit_test(numbers_that_are_no_code_have_neither),
      cmocka_unit_test(options_of_an_impossible_size_are_not_touched),
      cmocka_unit_test(a_payload_is_never_longer_than_nodes_can_say)};

  return cmocka_run_group_tests_name("status", tests, NULL, NULL);
}
