/* SPDX-License-Identifier: MIT */
/* moulds.h: the table of a scratch. It is bounded; what is useful stays, what
 * is not goes; handles whose payloads never fit do not wear it out; handles
 * with other limits use it; without memory nothing is learned and all else is
 * as it is. */
#include "check.h"
#include "heap.h"
#include "twins.h"

#define LIKE "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"}}],%s}"

/* The i-th shape, with that text. */
static void put_shape(struct bytes *out, size_t i, const char *text)
{
  char key[48];

  snprintf(key, sizeof(key), "\"key%zu\":null", i);
  bytes_clear(out);
  bytes_printf(out, LIKE, text, key);
}

static void parse_shape(struct twins *t, size_t i, const char *text)
{
  struct bytes p = {0};

  put_shape(&p, i, text);
  twins_parse(t, p.p, p.n);
  bytes_free(&p);
}

/* 1 when the next one of this shape fits. */
static int is_known(struct twins *t, size_t i)
{
  uint32_t before = twins_hits(t->scratch);

  parse_shape(t, i, "known?");
  return twins_hits(t->scratch) > before;
}

/* ---- what stays -------------------------------------------------------------
 */

static void the_least_useful_goes(void **state)
{
  struct twins t, more;
  size_t i;

  (void)state;
  twins_init(&t, NULL, NULL);
  for (i = 0; i < MOULD_COUNT; i++) {
    parse_shape(&t, i, "a");
    if (i != 5)
      assert_true(is_known(&t, i));
  }
  assert_int_equal(t.scratch->moulds.count, MOULD_COUNT);
  assert_true(is_known(&t, 0)); /* the one that was used last */

  parse_shape(&t, 100, "a"); /* goes to the place of 5, which never fitted */
  assert_int_equal(t.scratch->moulds.count, MOULD_COUNT);
  assert_true(is_known(&t, 100));
  parse_shape(&t, 101, "a");       /* so another one has to wait */
  assert_false(is_known(&t, 101)); /* then goes to that of 1, the oldest */
  assert_true(is_known(&t, 101));
  assert_true(is_known(&t, 0));
  twins_init(&more, NULL, t.scratch); /* which is not tired of misses yet */
  assert_true(is_known(&more, 2));
  assert_int_equal(t.scratch->moulds.wait, 0);
  assert_false(is_known(&more, 1));
  assert_true(is_known(&more, 1));
  twins_free(&more);
  twins_free(&t);
}

/* Each handle brings one payload of its own. */
static void strangers_have_to_wait(void **state)
{
  struct twins t, stranger;
  uint32_t most = 0;
  size_t i;

  (void)state;
  twins_init(&t, NULL, NULL);
  for (i = 0; i < 6000; i++) {
    twins_init(&stranger, NULL, t.scratch);
    parse_shape(&stranger, i, "a");
    twins_free(&stranger);
    if (t.scratch->moulds.pause > most)
      most = t.scratch->moulds.pause;
  }
  assert_int_equal(t.scratch->moulds.count, MOULD_COUNT);
  assert_in_range(most, 1000, 2047);
  for (; t.scratch->moulds.wait > 0; i++) {
    twins_init(&stranger, NULL, t.scratch);
    parse_shape(&stranger, i, "a");
    twins_free(&stranger);
  }
  parse_shape(&t, i, "a");
  assert_true(is_known(&t, i)); /* then one is learned again */
  twins_free(&t);
}

/* A handle whose payloads never fit comes only now and then; and is back at
 * once when one does. */
static void who_never_fits_tries_less(void **state)
{
  struct twins t;
  size_t i;

  (void)state;
  twins_init(&t, NULL, NULL);
  for (i = 0; i < 600; i++)
    parse_shape(&t, i, "a");
  assert_int_equal(twins_hits(t.scratch), 0);
  assert_in_range(t.scratch->moulds.clock, 1, 200);
  for (i = 0; i < 4000 && !is_known(&t, 1000); i++)
    ;
  assert_in_range(i, 0, 3999);
  assert_true(is_known(&t, 1000));
  twins_free(&t);
}

/* ---- what is not learned
 * ----------------------------------------------------- */

static void put_many(struct bytes *out, size_t n, const char *each)
{
  bytes_clear(out);
  bytes_puts(out, "{\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"x\":[0");
  while (n-- > 0)
    bytes_puts(out, each);
  bytes_puts(out, "]}");
}

static void only_what_is_small_is_learned(void **state)
{
  static const struct {
    size_t n;
    const char *each;
    uint32_t learned;
  } rows[] = {{100, ",1", 1},
              {MOULD_HOLES - 2, ",1", 1},
              {MOULD_HOLES - 1, ",1", 0},
              {200, ",{}", 1},
              {300, ",{}", 0},
              {40, ",            \"0123456789\"", 1},
              {100, ",                                          {}", 0}};
  struct bytes p = {0};
  struct twins t;
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(rows); i++) {
    twins_init(&t, NULL, NULL);
    put_many(&p, rows[i].n, rows[i].each);
    twins_parse(&t, p.p, p.n);
    twins_parse(&t, p.p, p.n);
    assert_int_equal(t.scratch->moulds.count, rows[i].learned);
    assert_int_equal(twins_hits(t.scratch), rows[i].learned);
    twins_free(&t);
  }
  bytes_free(&p);
}

/* A mould has room for longer payloads, up to an end. */
static void longer_ones_fit_up_to_an_end(void **state)
{
  struct bytes text = {0}, p = {0};
  uint32_t hits;
  struct twins t;
  size_t n, long_ones = 0, fitted = 0;

  (void)state;
  twins_init(&t, NULL, NULL);
  for (n = 0; n < 6000; n += 97) {
    bytes_puts(&text, "a text that gets longer at each turn, \\u00e9, ");
    bytes_clear(&p);
    /* What is bound in front of it changes, too: it is kept, not only read. */
    bytes_printf(&p, "{\"id\":\"%s\",", n % 2 == 0 ? "a" : "bb");
    bytes_puts(&p, "\"choices\":[{\"delta\":{\"content\":\"");
    bytes_put(&p, text.p, text.n);
    bytes_puts(&p, "\"}}]}");
    hits = twins_hits(t.scratch);
    twins_parse(&t, p.p, p.n);
    long_ones += p.n > 1024;
    fitted += twins_hits(t.scratch) > hits;
  }
  assert_in_range(fitted, 10, n / 97 - 1);
  assert_in_range(long_ones, 10, n / 97);
  twins_free(&t);
  bytes_free(&text);
  bytes_free(&p);
}

/* ---- limits
 * ------------------------------------------------------------------ */

/* A mould that one handle taught may be too deep for another one. */
static void each_handle_keeps_to_its_depth(void **state)
{
  struct twins deep, flat;
  sluice_options o;
  uint32_t depth;

  (void)state;
  for (depth = 1; depth < 8; depth++) {
    twins_init(&deep, NULL, NULL);
    sluice_options_init(&o);
    o.max_depth = depth;
    twins_init(&flat, &o, deep.scratch);
    parse_shape(&deep, 0, "a");
    assert_true(is_known(&deep, 0));
    parse_shape(&flat, 0, "b");
    assert_int_equal(is_known(&flat, 0), depth >= 4);
    twins_free(&flat);
    twins_free(&deep);
  }
}

static void each_handle_keeps_to_its_size(void **state)
{
  struct twins large, small;
  struct bytes p = {0};
  sluice_options o;
  size_t n;

  (void)state;
  for (n = 60; n < 90; n++) {
    twins_init(&large, NULL, NULL);
    sluice_options_init(&o);
    o.max_payload = n;
    twins_init(&small, &o, large.scratch);
    put_shape(&p, 0, "abcdefgh");
    twins_parse(&large, p.p, p.n);
    twins_parse(&small, p.p, p.n);
    put_shape(&p, 0, "ijklmnopqr");
    twins_parse(&small, p.p, p.n);
    twins_free(&small);
    twins_free(&large);
  }
  bytes_free(&p);
}

/* ---- memory
 * ------------------------------------------------------------------ */

/* With `fail_at` all of what learning asks for fails in turn. */
static size_t learn_without(size_t fail_at, const char *payload)
{
  sluice_scratch *scratch = NULL;
  struct heap heap;
  struct twins warm, t;
  sluice_options o;
  size_t failed;

  heap_init(&heap, HEAP_NEVER, 0);
  assert_int_equal(sluice_scratch_new(&scratch, &heap.mem), SLUICE_OK);
  sluice_options_init(&o);
  o.flags = SLUICE_NO_FAST_PATH;
  twins_init(&warm, &o, scratch); /* all that parsing needs is there then */
  twins_parse(&warm, payload, strlen(payload));
  twins_init(&t, NULL, scratch);
  heap_arm(&heap, fail_at, 0);
  twins_parse(&t, payload, strlen(payload));
  failed = heap.failed;
  heap_arm(&heap, HEAP_NEVER, 0);
  assert_int_equal(scratch->moulds.count, failed == 0);
  twins_parse(&t, payload, strlen(payload));
  twins_parse(&t, payload, strlen(payload));
  assert_true(twins_hits(scratch) > 0);
  twins_free(&t);
  twins_free(&warm);
  sluice_scratch_free(scratch);
  assert_int_equal(heap.live, 0);
  return failed;
}

static void without_memory_nothing_is_learned(void **state)
{
  static const char *const payloads[] = {
      "{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}",
      "{\"choices\":[],\"usage\":{\"prompt_tokens\":1}}", "{}"};
  size_t i, k;

  (void)state;
  for (i = 0; i < COUNT(payloads); i++) {
    for (k = 0; learn_without(k, payloads[i]) > 0; k++)
      ;
    assert_in_range(k, 2, 9); /* there were some */
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_least_useful_goes),
      cmocka_unit_test(strangers_have_to_wait),
      cmocka_unit_test(who_never_fits_tries_less),
      cmocka_unit_test(only_what_is_small_is_learned),
      cmocka_unit_test(longer_ones_fit_up_to_an_end),
      cmocka_unit_test(each_handle_keeps_to_its_depth),
      cmocka_unit_test(each_handle_keeps_to_its_size),
      cmocka_unit_test(without_memory_nothing_is_learned),
  };

  return cmocka_run_group_tests_name("moulds", tests, NULL, NULL);
}
