/* SPDX-License-Identifier: MIT */
/* The counters of a handle: none until one is needed. */
#include "count.h"

#include "check.h"
#include "heap.h"

static void they_are_made_with_the_first(void **state)
{
  struct counts counts;
  struct heap heap;

  (void)state;
  heap_init(&heap, HEAP_NEVER, 0);
  sluice__counts_init(&counts, &heap.mem);
  assert_int_equal(sluice__count_of(&counts, SLUICE_ANOMALY_COMMENT), 0);
  sluice__count_many(&counts, SLUICE_ANOMALY_COMMENT, 0);
  sluice__count(NULL, SLUICE_ANOMALY_COMMENT);
  assert_null(counts.of);
  sluice__count(&counts, SLUICE_ANOMALY_COMMENT);
  sluice__count_many(&counts, SLUICE_ANOMALY_COMMENT, 2);
  assert_int_equal(sluice__count_of(&counts, SLUICE_ANOMALY_COMMENT), 3);
  assert_int_equal(sluice__count_of(&counts, SLUICE_ANOMALY_PARTS), 0);
  assert_int_equal(sluice__count_of(&counts, SLUICE_ANOMALY_COUNT), 0);
  sluice__counts_free(&counts);
  assert_int_equal(sluice__count_of(&counts, SLUICE_ANOMALY_COMMENT), 0);
  sluice__counts_free(&counts);
  assert_int_equal(heap.live, 0);
}

static void without_memory_they_are_lost(void **state)
{
  struct counts counts;
  struct heap heap;

  (void)state;
  heap_init(&heap, 0, 1);
  sluice__counts_init(&counts, &heap.mem);
  sluice__count(&counts, SLUICE_ANOMALY_COMMENT);
  assert_int_equal(sluice__count_of(&counts, SLUICE_ANOMALY_COMMENT), 0);
  sluice__counts_free(&counts);
  assert_int_equal(heap.live, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(they_are_made_with_the_first),
      cmocka_unit_test(without_memory_they_are_lost),
  };

  return cmocka_run_group_tests_name("count", tests, NULL, NULL);
}
