/* SPDX-License-Identifier: MIT */
/* Hosted calls that want a result, asked for and answered in any order: the
 * translator lists what a plain list of them holds. */
#include "check.h"

#include <sluice/sluice.h>

#define CALLS 12

static const char before[] =
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[";
static const char behind[] =
    "]},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n";

/* All calls in one chunk; every third is the client's. */
static void make_stream(struct bytes *in)
{
  int i;

  bytes_puts(in, before);
  for (i = 0; i < CALLS; i++)
    bytes_printf(in,
                 "%s{\"index\":%d,\"id\":\"call_%d\",\"function\":{\"name\":"
                 "\"%s\",\"arguments\":\"{}\"}}",
                 i > 0 ? "," : "", i, i, i % 3 == 2 ? "mine" : "look");
  bytes_puts(in, behind);
}

/* The numbers of the calls that want a result, in order. */
struct model {
  int calls[CALLS];
  size_t n;
};

static void check_pending(sluice_translator *t, const struct model *m, size_t n)
{
  sluice_pending p;
  char id[16];
  int length;

  if (n >= m->n) {
    assert_int_equal(sluice_translator_pending(t, (uint32_t)n, &p),
                     SLUICE_ERR_ARG);
    return;
  }
  assert_int_equal(sluice_translator_pending(t, (uint32_t)n, &p), SLUICE_OK);
  length = snprintf(id, sizeof(id), "call_%d", m->calls[n]);
  assert_int_equal(p.call_id.n, length);
  assert_memory_equal(p.call_id.p, id, p.call_id.n);
}

static void answer(sluice_translator *t, struct model *m, size_t n)
{
  sluice_result result;
  sluice_pending p;
  sluice_status status;

  memset(&result, 0, sizeof(result));
  result.output.p = "found";
  result.output.n = 5;
  assert_int_equal(sluice_translator_pending(t, (uint32_t)n, &p), SLUICE_OK);
  status = sluice_translator_result(t, p.call_id, &result);
  m->n--;
  memmove(&m->calls[n], &m->calls[n + 1], (m->n - n) * sizeof(m->calls[0]));
  assert_int_equal(status, m->n > 0 ? SLUICE_MORE : SLUICE_OK);
}

static void play(sluice_translator *t, uint64_t *random)
{
  struct model m = {{0}, 0};
  size_t asked;
  int i;

  for (i = 0; i < CALLS; i++)
    if (i % 3 != 2)
      m.calls[m.n++] = i;
  while (m.n > 0) {
    for (asked = random_below(random, 6); asked > 0; asked--)
      check_pending(t, &m, random_below(random, CALLS));
    answer(t, &m, random_below(random, m.n));
  }
}

static void test_lists_what_was_not_answered(void **state)
{
  static const sluice_tool look = {.name = {"look", 4},
                                   .type = SLUICE_TOOL_WEB_SEARCH};
  struct bytes in = {NULL, 0, 0};
  sluice_translator *t;
  sluice_options o;
  uint64_t random = 5;
  int turn;

  (void)state;
  make_stream(&in);
  sluice_options_init(&o);
  o.tools = &look;
  o.tool_count = 1;
  assert_int_equal(sluice_translator_new(&t, &o, NULL, NULL), SLUICE_OK);
  for (turn = 0; turn < 500; turn++) {
    assert_int_equal(sluice_translator_feed(t, in.p, in.n, NULL), SLUICE_OK);
    assert_int_equal(sluice_translator_end_round(t), SLUICE_MORE);
    play(t, &random);
    assert_int_equal(sluice_translator_reset(t, (uint64_t)turn), SLUICE_OK);
  }
  sluice_translator_free(t);
  bytes_free(&in);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_lists_what_was_not_answered),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
