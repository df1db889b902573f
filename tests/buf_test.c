/* SPDX-License-Identifier: MIT */
/* mem.h and buf.h: an embedder's functions and what stands in for them, growth,
 * sizes that no size_t holds, failures that are remembered, numbers. */
#include "buf.h"
#include "check.h"

/* Memory that notes what it was asked for, and can be told to refuse. */
struct meter {
  size_t asked; /* bytes, the last time */
  unsigned calls;
  int refuse;
};

static void *meter_realloc(void *user, void *p, size_t n)
{
  struct meter *m = (struct meter *)user;

  m->asked = n;
  m->calls++;
  return m->refuse ? NULL : realloc(p, n);
}

static void *meter_malloc(void *user, size_t n)
{
  return meter_realloc(user, NULL, n);
}

static void meter_free(void *user, void *p)
{
  (void)user;
  free(p);
}

static sluice_mem metered(struct meter *m)
{
  sluice_mem mem = {meter_malloc, meter_realloc, meter_free, m};

  memset(m, 0, sizeof(*m));
  return mem;
}

/* ---- mem ---------------------------------------------------------------- */

static void memory_with_a_function_missing_is_the_standard_one(void **state)
{
  struct meter meter;
  sluice_mem full = metered(&meter), mem;
  void *p;
  int i;

  (void)state;
  mem = sluice__mem(&full);
  assert_true(mem.malloc == meter_malloc && mem.user == &meter);
  for (i = 0; i < 4; i++) {
    sluice_mem lacks = full;

    if (i == 1)
      lacks.malloc = NULL;
    else if (i == 2)
      lacks.realloc = NULL;
    else if (i == 3)
      lacks.free = NULL;
    mem = sluice__mem(i == 0 ? NULL : &lacks);
    assert_true(mem.malloc != meter_malloc && mem.realloc != meter_realloc &&
                mem.free != meter_free);
    p = mem.realloc(mem.user, mem.malloc(mem.user, 1), 100);
    assert_non_null(p);
    memset(p, 1, 100);
    mem.free(mem.user, p);
  }
  assert_int_equal(meter.calls, 0);
}

static void room_grows_to_the_least_the_double_or_the_need(void **state)
{
  struct meter meter;
  sluice_mem mem = metered(&meter);
  void *array = NULL;
  size_t cap = 0;

  (void)state;
  assert_int_equal(sluice__room(&mem, &array, &cap, 1, 5, 8), 0);
  assert_int_equal(cap, 5);
  assert_int_equal(meter.asked, 40);
  assert_int_equal(sluice__room(&mem, &array, &cap, 5, 5, 8), 0);
  assert_int_equal(meter.calls, 1); /* there is room */
  assert_int_equal(sluice__room(&mem, &array, &cap, 6, 5, 8), 0);
  assert_int_equal(cap, 10);
  assert_int_equal(sluice__room(&mem, &array, &cap, 100, 5, 8), 0);
  assert_int_equal(cap, 100);
  assert_int_equal(meter.asked, 800);
  free(array);
}

static void room_beyond_a_size_t_is_refused(void **state)
{
  struct meter meter;
  sluice_mem mem = metered(&meter);
  char one[16];
  void *array = one;
  size_t cap = 1;

  (void)state;
  assert_int_equal(sluice__room(&mem, &array, &cap, SIZE_MAX / 16 + 1, 1, 16),
                   SLUICE_ERR_NOMEM);
  assert_int_equal(meter.calls, 0);

  /* What cannot be doubled goes to the end, and not beyond. */
  meter.refuse = 1;
  cap = SIZE_MAX / 16 / 2 + 1;
  assert_int_equal(sluice__room(&mem, &array, &cap, cap + 1, 1, 16),
                   SLUICE_ERR_NOMEM);
  assert_int_equal(meter.asked, SIZE_MAX / 16 * 16);
  assert_int_equal(cap, SIZE_MAX / 16 / 2 + 1); /* as they were */
  assert_ptr_equal(array, one);
}

/* ---- buf ---------------------------------------------------------------- */

static void a_failure_is_remembered_until_clear(void **state)
{
  struct meter meter;
  sluice_mem mem = metered(&meter);
  struct buf b;

  (void)state;
  sluice__buf_init(&b, &mem);
  sluice__buf_lit(&b, "ab");
  meter.refuse = 1;
  assert_int_equal(sluice__buf_reserve(&b, 1000), SLUICE_ERR_NOMEM);
  assert_int_equal(sluice__buf_status(&b), SLUICE_ERR_NOMEM);
  meter.refuse = 0;
  meter.calls = 0;
  assert_int_equal(sluice__buf_reserve(&b, 1), SLUICE_ERR_NOMEM);
  sluice__buf_lit(&b, "c");
  assert_int_equal(meter.calls, 0);
  assert_int_equal(b.n, 2);
  sluice__buf_clear(&b);
  sluice__buf_lit(&b, "cd");
  assert_int_equal(sluice__buf_status(&b), 0);
  assert_memory_equal(b.p, "cd", 2);
  sluice__buf_free(&b);
}

static void more_bytes_than_a_size_t_are_refused(void **state)
{
  struct meter meter;
  sluice_mem mem = metered(&meter);
  struct buf b;

  (void)state;
  sluice__buf_init(&b, &mem);
  sluice__buf_lit(&b, "a");
  meter.calls = 0;
  assert_int_equal(sluice__buf_reserve(&b, SIZE_MAX), SLUICE_ERR_NOMEM);
  assert_int_equal(meter.calls, 0);
  sluice__buf_free(&b);
}

static void numbers_are_written_in_decimal(void **state)
{
  static const struct {
    int64_t v;
    const char *expected;
  } rows[] = {{0, "0"},
              {7, "7"},
              {-7, "-7"},
              {INT64_MAX, "9223372036854775807"},
              {INT64_MIN, "-9223372036854775808"}};
  sluice_mem mem = sluice__mem(NULL);
  struct buf b;
  size_t i;

  (void)state;
  sluice__buf_init(&b, &mem);
  for (i = 0; i < COUNT(rows); i++) {
    sluice__buf_clear(&b);
    sluice__buf_int(&b, rows[i].v);
    sluice__buf_byte(&b, '\0');
    assert_string_equal(b.p, rows[i].expected);
  }
  sluice__buf_clear(&b);
  sluice__buf_uint(&b, UINT64_MAX);
  sluice__buf_byte(&b, '\0');
  assert_string_equal(b.p, "18446744073709551615");
  sluice__buf_free(&b);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(memory_with_a_function_missing_is_the_standard_one),
      cmocka_unit_test(room_grows_to_the_least_the_double_or_the_need),
      cmocka_unit_test(room_beyond_a_size_t_is_refused),
      cmocka_unit_test(a_failure_is_remembered_until_clear),
      cmocka_unit_test(more_bytes_than_a_size_t_are_refused),
      cmocka_unit_test(numbers_are_written_in_decimal)};

  return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
