/* SPDX-License-Identifier: MIT */
/* think.h: a block of thought at the start of a text, at every cut. */
#include "think.h"

#include "check.h"

struct heard {
  struct bytes said; /* the thought, a bar, the text */
  int thought;       /* what came last was thought */
  int answer;        /* what the callback returns */
};

static int on_part(void *user, int thought, sluice_text text)
{
  struct heard *h = (struct heard *)user;

  assert_true(thought == h->thought || !thought); /* never back to thought */
  assert_true(text.n > 0);
  if (thought != h->thought)
    bytes_puts(&h->said, "|");
  h->thought = thought;
  bytes_put(&h->said, text.p, text.n);
  return h->answer;
}

static const struct row {
  const char *in, *expected;
} rows[] = {{"", ""},
            {"<think>a</think>b", "a|b"},
            {"<think></think>b", "|b"},
            {"<think>a</think>", "a"},
            {"<think>", ""},
            {"<think>a", "a"},
            {"<think>a<b </thin k>", "a<b </thin k>"},
            {"<think>a</thin", "a</thin"},
            {"<think>a</think>b<think>c</think>", "a|b<think>c</think>"},
            {" \\n\\r\\t <think>a</think>\\nb", "a|\\nb"},
            {"\\n", "|\\n"},
            {" ", "| "},
            {"\\u0001<think>a", "|\\u0001<think>a"},
            {"\\\\<think>a", "|\\\\<think>a"},
            {"a<think>b</think>", "|a<think>b</think>"},
            {"<thin", "|<thin"},
            {"<thing>a", "|<thing>a"},
            /* more blanks than are kept, without the tag in the same piece */
            {"                         <think>a</think>b", "a|b"}};

/* Clean text is never cut within an escape. */
static int may_cut(const char *in, size_t at)
{
  return at == 0 || in[at - 1] != '\\' || (at > 1 && in[at - 2] == '\\');
}

static void feed(struct think *t, const char *p, size_t n, struct heard *h)
{
  sluice_mem mem = sluice__mem(NULL);
  sluice_text text = {p, n};
  struct buf work;

  sluice__buf_init(&work, &mem);
  assert_int_equal(sluice__think_feed(t, text, &work, on_part, h), 0);
  sluice__buf_free(&work);
}

static void check(const struct row *row, size_t cut)
{
  struct think t = {0};
  struct heard h = {{0}, 1, 0};
  size_t n = strlen(row->in);

  bytes_puts(&h.said, "");
  feed(&t, row->in, cut, &h);
  feed(&t, row->in + cut, n - cut, &h);
  assert_int_equal(sluice__think_end(&t, on_part, &h), 0);
  if (strcmp(h.said.p, row->expected) != 0)
    fail_msg("%s cut at %zu: expected %s, got %s", row->in, cut, row->expected,
             h.said.p);
  bytes_free(&h.said);
}

static void thought_is_told_from_text_at_every_cut(void **state)
{
  size_t i, cut;

  (void)state;
  for (i = 0; i + 1 < COUNT(rows); i++)
    for (cut = 0; cut <= strlen(rows[i].in); cut++)
      if (may_cut(rows[i].in, cut))
        check(&rows[i], cut);
  check(&rows[i], 0); /* in one piece the blanks need not be kept */
}

/* A server that sends blanks for ever is not waited for. */
static void blanks_beyond_what_is_kept_are_text(void **state)
{
  static const struct row row = {"                        <think>a",
                                 "|                        <think>a"};

  (void)state;
  check(&row, 25); /* 24 blanks and `<` */
}

static void the_callback_stops_it_with_its_number(void **state)
{
  static const char in[] = "<think>a</think>b";
  sluice_mem mem = sluice__mem(NULL);
  sluice_text text = {in, sizeof(in) - 1};
  struct think t = {0};
  struct heard h = {{0}, 1, -7};
  struct buf work;

  (void)state;
  sluice__buf_init(&work, &mem);
  assert_int_equal(sluice__think_feed(&t, text, &work, on_part, &h), -7);
  assert_string_equal(h.said.p, "a"); /* and nothing behind it */
  bytes_free(&h.said);
  sluice__buf_free(&work);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(thought_is_told_from_text_at_every_cut),
      cmocka_unit_test(blanks_beyond_what_is_kept_are_text),
      cmocka_unit_test(the_callback_stops_it_with_its_number)};

  return cmocka_run_group_tests_name("think", tests, NULL, NULL);
}
