/* SPDX-License-Identifier: MIT */
/* What options give is held once for handles of a scratch that are made with
 * the same ones, and never for those that are not. */
#include <sluice/sluice.h>

#include "check.h"
#include "heap.h"

#define HANDLES 3

static int64_t no_time(void *user)
{
  (void)user;
  return 0;
}

/* Changes one thing that is shared; 0: there is no more. */
static int change(sluice_options *o, size_t which)
{
  static const sluice_file files[] = {{{"a", 1}, {"b", 1}},
                                      {{"a", 1}, {"c", 1}}};
  static const sluice_tool tools[] = {
      {.name = {"f", 1}, .type = SLUICE_TOOL_CUSTOM},
      {.name = {"f", 1}, .type = SLUICE_TOOL_MCP}};

  o->files = &files[which == 1];
  o->file_count = which == 2 ? 0 : 1;
  o->tools = &tools[which == 3];
  o->tool_count = which == 4 ? 0 : 1;
  o->model = (sluice_str){"model", which == 5 ? 4 : 5};
  o->marker_open = (sluice_str){"<<", which == 6 ? 1 : 2};
  o->flags = which == 7 ? SLUICE_DONE_MARK : 0;
  o->lenient = which == 8 ? SLUICE_LENIENT_CHOICES : 0;
  o->clock = which == 9 ? no_time : NULL;
  o->max_items = which == 10 ? 7 : 0;
  return which <= 10;
}

static void handles_with_the_same_options_share(void **state)
{
  sluice_translator *t[HANDLES] = {NULL};
  sluice_scratch *scratch = NULL;
  size_t which, i, live = 0;
  struct heap heap;
  sluice_options o;

  (void)state;
  heap_init(&heap, HEAP_NEVER, 0);
  for (which = 0;; which++) {
    sluice_options_init(&o);
    if (!change(&o, which))
      break;
    assert_int_equal(sluice_scratch_new(&scratch, &heap.mem), SLUICE_OK);
    o.scratch = scratch;
    for (i = 0; i < HANDLES; i++) {
      (void)change(&o, i == 0 ? 0 : which);
      o.seed = i; /* each response its own */
      o.response_id = (sluice_str){"resp", 1 + i};
      o.created_at = (int64_t)i;
      assert_int_equal(sluice_translator_new(&t[i], &o, NULL, NULL), SLUICE_OK);
      if (i == 1 && (which == 0) != (heap.live == live))
        fail_msg("change %zu: %zu blocks after %zu", which, heap.live, live);
      if (i == 2)
        assert_int_equal(heap.live, live);
      live = heap.live;
    }
    for (i = 0; i < HANDLES; i++)
      sluice_translator_free(t[i]);
    sluice_scratch_free(scratch);
    assert_int_equal(heap.live, 0);
  }
}

static void memory_may_fail_at_any_of_it(void **state)
{
  sluice_status status = SLUICE_ERR_NOMEM;
  sluice_scratch *scratch = NULL;
  sluice_translator *t = NULL;
  struct heap heap;
  sluice_options o;
  size_t k;

  (void)state;
  sluice_options_init(&o);
  (void)change(&o, 0);
  for (k = 0; status != SLUICE_OK; k++) {
    heap_init(&heap, HEAP_NEVER, 0);
    assert_int_equal(sluice_scratch_new(&scratch, &heap.mem), SLUICE_OK);
    o.scratch = scratch;
    heap_arm(&heap, k, 0);
    status = sluice_translator_new(&t, &o, NULL, NULL);
    assert_int_equal(status, heap.failed > 0 ? SLUICE_ERR_NOMEM : SLUICE_OK);
    if (status == SLUICE_OK)
      sluice_translator_free(t);
    sluice_scratch_free(scratch);
    assert_int_equal(heap.live, 0);
  }
  assert_true(k > 5);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(handles_with_the_same_options_share),
      cmocka_unit_test(memory_may_fail_at_any_of_it),
  };

  return cmocka_run_group_tests_name("given", tests, NULL, NULL);
}
