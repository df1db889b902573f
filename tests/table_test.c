/* SPDX-License-Identifier: MIT */
/* table.h: names and what was told about them, in any order, more than once,
 * empty; cut back to what was there before. */
#include "table.h"

#include "check.h"

static sluice_mem mem;

static sluice_str str(const char *s)
{
  sluice_str v = {s, strlen(s)};

  return v;
}

static void add(struct table *t, int type, const char *name, const char *text)
{
  sluice_str texts[TABLE_TEXTS] = {{"", 0}};

  texts[1] = str(text);
  assert_int_equal(sluice__table_add(t, type, str(name), texts), 0);
}

static void must_be(struct table *t, const char *name, int type,
                    const char *text)
{
  const struct entry *e =
      sluice__table_find(t, (sluice_text){name, strlen(name)});

  assert_non_null(e);
  assert_int_equal(e->type, type);
  assert_int_equal(e->texts[1].n, strlen(text));
  assert_memory_equal(e->texts[1].p, text, strlen(text));
  assert_int_equal(e->texts[0].n + e->texts[2].n + e->texts[3].n, 0);
}

static void must_miss(struct table *t, const char *name)
{
  assert_null(sluice__table_find(t, (sluice_text){name, strlen(name)}));
}

static void each_name_is_found_whatever_the_order(void **state)
{
  uint64_t seed = 1;
  struct table t;
  char name[16];
  int turn, i, order[50];

  (void)state;
  for (turn = 0; turn < 20; turn++) {
    sluice__table_init(&t, &mem);
    must_miss(&t, "n0"); /* nothing is there yet */
    for (i = 0; i < 50; i++)
      order[i] = i;
    for (i = 49; i > 0; i--) {
      size_t k = random_below(&seed, (size_t)i + 1);
      int was = order[i];

      order[i] = order[k];
      order[k] = was;
    }
    for (i = 0; i < 50; i++) {
      snprintf(name, sizeof(name), "n%d", order[i]);
      add(&t, order[i], name, name);
    }
    for (i = 0; i < 50; i++) {
      snprintf(name, sizeof(name), "n%d", i);
      must_be(&t, name, i, name);
    }
    must_miss(&t, "n");
    must_miss(&t, "n50");
    must_miss(&t, "");
    sluice__table_free(&t);
  }
}

static void of_two_entries_with_a_name_the_younger_holds(void **state)
{
  struct table t;
  int i, round;

  (void)state;
  sluice__table_init(&t, &mem);
  for (round = 0; round < 4; round++)
    for (i = 0; i < 6; i++) {
      char name[2] = {(char)('a' + i % 3), '\0'};

      add(&t, 10 * round + i, name, "");
    }
  must_be(&t, "a", 33, "");
  must_be(&t, "b", 34, "");
  must_be(&t, "c", 35, "");

  sluice__table_cut(&t, 20); /* up to round 3, i = 1 */
  must_be(&t, "a", 30, "");
  must_be(&t, "b", 31, "");
  must_be(&t, "c", 25, "");
  sluice__table_cut(&t, 2);
  must_be(&t, "a", 0, "");
  must_be(&t, "b", 1, "");
  must_miss(&t, "c");
  sluice__table_free(&t);
}

static void names_are_kept_clean_and_may_be_empty(void **state)
{
  struct table t;

  (void)state;
  sluice__table_init(&t, &mem);
  add(&t, 1, "", "");
  add(&t, 2, "a\"\n\xff", "b\\");
  must_be(&t, "", 1, "");
  must_be(&t, "a\\\"\\n\xef\xbf\xbd", 2, "b\\\\");
  must_miss(&t, "a\"\n\xff");
  sluice__table_free(&t);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_name_is_found_whatever_the_order),
      cmocka_unit_test(of_two_entries_with_a_name_the_younger_holds),
      cmocka_unit_test(names_are_kept_clean_and_may_be_empty)};

  mem = sluice__mem(NULL);
  return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
