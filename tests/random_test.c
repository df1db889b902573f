/* SPDX-License-Identifier: MIT */
/* Streams put together at random: texts, thoughts, refusals, calls in turns,
 * broken characters, markers, reasons, usage, errors, noise. Whatever comes,
 * the laws hold, any cut gives the same, and nothing is lost: the terminal
 * response has every text and every argument, in order, once. */
#include "answer.h"
#include "check.h"
#include "damage.h"
#include "laws.h"
#include "run.h"

#define CALLS 4

/* A stream, and what must arrive of it. */
struct stream {
  uint64_t seed;
  struct bytes in;
  struct bytes text, thought, refusal;
  struct bytes arguments[CALLS];
  int started[CALLS], whole[CALLS];
  int begun; /* the choice that is translated was there */
  int odd;   /* something in it makes the sums unsure */
};

static size_t below(struct stream *s, size_t n)
{
  return random_below(&s->seed, n);
}

/* ---- one chunk ---------------------------------------------------------- */

static void chunk(struct stream *s, const char *delta, const char *reason)
{
  static const char *const ends[] = {"\n\n", "\r\n\r\n", "\n: x\n\n", "\r\r"};

  s->begun = 1;
  if (below(s, 30) == 0)
    bytes_puts(&s->in, ": ping\n\n");
  bytes_puts(&s->in, below(s, 4) == 0 ? "data:" : "data: ");
  bytes_puts(&s->in, "{\"id\":\"c\",\"model\":\"m\",\"created\":7,\"choices\":"
                     "[{\"index\":0,\"delta\":{");
  bytes_puts(&s->in, delta);
  bytes_puts(&s->in, "},\"finish_reason\":");
  bytes_puts(&s->in, reason);
  bytes_puts(&s->in, "}]}");
  bytes_puts(&s->in, ends[below(s, 8) < 5 ? 0 : below(s, COUNT(ends))]);
}

static const char *const pieces[] = {"a",
                                     "bc ",
                                     " ",
                                     "<",
                                     "<|",
                                     "file-x",
                                     "|>",
                                     "<|file-1|>",
                                     " <|file-2|>",
                                     "\xc3\xa9",
                                     "\xf0\x9f\x98\x80",
                                     "x.",
                                     "  "};
/* These change on the way: the sums are left out. */
static const char *const odd_pieces[] = {
    "\\ud83d", "\\ude00", "\xe2\x82", "\xac",
    "\xff",    "\\n",     "\\u0000",  "\\u003c|file-9|>"};

static const char *piece(struct stream *s)
{
  if (below(s, 25) == 0) {
    s->odd = 1;
    return odd_pieces[below(s, COUNT(odd_pieces))];
  }
  return pieces[below(s, COUNT(pieces))];
}

static void say(struct stream *s, const char *key, struct bytes *sum)
{
  struct bytes delta = {0};
  const char *what = piece(s);

  bytes_printf(&delta, "\"%s\":\"%s\"", key, what);
  bytes_puts(sum, what);
  chunk(s, delta.p, "null");
  bytes_free(&delta);
}

/* Some more of a call's arguments: `[1,1,…` and at last `1]`. */
static void call(struct stream *s)
{
  size_t k = below(s, CALLS);
  struct bytes delta = {0};
  const char *more;

  if (s->whole[k])
    return; /* more of it might come after its end, which is an error */
  more = !s->started[k] ? "[" : below(s, 3) == 0 ? "1]" : "1,";
  s->whole[k] = strcmp(more, "1]") == 0;
  bytes_printf(&delta, "\"tool_calls\":[{\"index\":%zu", k);
  if (!s->started[k])
    bytes_printf(&delta, ",\"id\":\"call_%zu\"", k);
  bytes_puts(&delta, ",\"function\":{");
  if (!s->started[k])
    bytes_printf(&delta, "\"name\":\"f%zu\",", k);
  bytes_printf(&delta, "\"arguments\":\"%s\"}}]", more);
  bytes_puts(&s->arguments[k], more);
  s->started[k] = 1;
  chunk(s, delta.p, "null");
  bytes_free(&delta);
}

static void noise(struct stream *s)
{
  static const char *const all[] = {
      "data: {\"type\":\"ping\"}\n\n",
      "data:\n\n",
      "event: ping\ndata: {}\n\n",
      "data: {\"choices\":[]}\n\n",
      "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,"
      "\"completion_tokens\":2}}\n\n",
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\","
      "\"tool_calls\":[]}}],\"service_tier\":\"default\"}\n\n",
      "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"other\"}}]}"
      "\n\n"};

  /* the last is another choice, which must not be the first that comes */
  bytes_puts(&s->in, all[below(s, COUNT(all) - (s->begun ? 0 : 1))]);
}

static void ending(struct stream *s)
{
  static const char *const reasons[] = {"\"stop\"",   "\"tool_calls\"",
                                        "\"length\"", "\"content_filter\"",
                                        "\"\"",       "null"};

  chunk(s, "", reasons[below(s, COUNT(reasons))]);
  switch (below(s, 8)) {
  case 0:
    bytes_puts(&s->in, "data: {\"error\":{\"message\":\"died\"}}\n\n");
    break;
  case 1:
    bytes_puts(&s->in, "data: {\"choices\":[{\"del");
    break;
  case 2:
    break;
  default:
    bytes_puts(&s->in, "data: [DONE]\n\n");
  }
}

/* `ended`: with an ending, of any kind. */
static void build(struct stream *s, uint64_t seed, int ended)
{
  size_t i, n, favourite;

  memset(s, 0, sizeof(*s));
  s->seed = seed * 977 + 1;
  bytes_puts(&s->text, "");
  bytes_puts(&s->thought, "");
  bytes_puts(&s->refusal, "");
  for (i = 0; i < CALLS; i++)
    bytes_puts(&s->arguments[i], "");
  n = below(s, 24);
  favourite = below(s, 5);
  for (i = 0; i < n; i++)
    switch (below(s, 2) == 0 ? favourite : below(s, 5)) {
    case 0:
      say(s, "content", &s->text);
      break;
    case 1:
      say(s, "reasoning_content", &s->thought);
      break;
    case 2:
      say(s, "refusal", &s->refusal);
      break;
    case 3:
      call(s);
      break;
    default:
      noise(s);
    }
  if (ended)
    ending(s);
  bytes_puts(&s->in, "");
}

static void stream_free(struct stream *s)
{
  size_t i;

  bytes_free(&s->in);
  bytes_free(&s->text);
  bytes_free(&s->thought);
  bytes_free(&s->refusal);
  for (i = 0; i < CALLS; i++)
    bytes_free(&s->arguments[i]);
}

/* ---- what arrived -------------------------------------------------------- */

/* What came before must be the beginning of what arrived. */
static void begins(const char *what, uint64_t seed, const struct stream *s,
                   const struct bytes *expected, const struct bytes *got)
{
  if (expected->n > got->n || memcmp(expected->p, got->p, expected->n) != 0)
    fail_msg("stream %llu, %s before the damage: {%s}, got {%s}\n%s",
             (unsigned long long)seed, what, expected->p, got->p, s->in.p);
}

static void is_sum(const char *what, uint64_t seed, const struct stream *s,
                   const struct bytes *expected, const struct bytes *got)
{
  if (!bytes_equal(expected, got))
    fail_msg("stream %llu, %s: expected {%s}, got {%s}\n%s",
             (unsigned long long)seed, what, expected->p, got->p, s->in.p);
}

static void check_sums(uint64_t seed, const struct stream *s,
                       const struct run *r)
{
  struct bytes arguments[CALLS] = {{0}};
  struct answer got;
  size_t i;

  assert_true(answer_read(&got, &r->wire));
  is_sum("text", seed, s, &s->text, &got.text);
  is_sum("reasoning", seed, s, &s->thought, &got.thought);
  is_sum("refusal", seed, s, &s->refusal, &got.refusal);
  for (i = 0; i < got.call_count; i++)
    bytes_put(&arguments[got.calls[i].name.p[1] - '0'],
              got.calls[i].arguments.p, got.calls[i].arguments.n);
  for (i = 0; i < CALLS; i++) {
    is_sum("arguments", seed, s, &s->arguments[i], &arguments[i]);
    bytes_free(&arguments[i]);
  }
  answer_free(&got);
}

static void check_laws(uint64_t seed, const struct stream *s,
                       const struct run *r)
{
  char message[LAWS_MESSAGE];
  const char *wrong =
      laws_stream(r->setup->o.index_unit, r->wire.p, r->wire.n, message);

  if (wrong != NULL)
    fail_msg("stream %llu breaks a law: %s\n%s", (unsigned long long)seed,
             wrong, s->in.p);
}

/* ---- tests -------------------------------------------------------------- */

static void run_cut(struct run *r, struct stream *s, size_t most)
{
  size_t at, n;

  run_again(r);
  for (at = 0; at < s->in.n; at += n) {
    n = 1 + below(s, most);
    n = n < s->in.n - at ? n : s->in.n - at;
    run_feed(r, s->in.p + at, n);
  }
  run_finish(r);
}

static void try_streams(uint64_t from, uint64_t to, const struct setup *setup,
                        int sums)
{
  struct run whole, cut;
  struct stream s;
  uint64_t seed;

  run_init(&whole, setup);
  run_init(&cut, setup);
  for (seed = from; seed < to; seed += sample_stride()) {
    build(&s, seed, 1);
    run_again(&whole);
    run_feed(&whole, s.in.p, s.in.n);
    run_finish(&whole);
    check_laws(seed, &s, &whole);
    if (sums && !s.odd)
      check_sums(seed, &s, &whole);
    run_cut(&cut, &s, 7);
    if (!bytes_equal(&whole.text, &cut.text))
      fail_msg("stream %llu: other output when cut\n%s",
               (unsigned long long)seed, s.in.p);
    run_cut(&cut, &s, 200);
    assert_true(bytes_equal(&whole.text, &cut.text));
    stream_free(&s);
  }
  run_free(&whole);
  run_free(&cut);
}

static void nothing_is_lost(void **state)
{
  struct setup setup;

  (void)state;
  setup_init(&setup);
  setup.o.flags = SLUICE_NO_CITATIONS;
  try_streams(0, 6000, &setup, 1);
  setup_free(&setup);
}

static void the_laws_hold_with_every_option(void **state)
{
  static const char *const options[] = {
      "",
      "reasoning=text\nindex-unit=utf16\n",
      "reasoning=off\nindex-unit=byte\n",
      "index-unit=grapheme\ncitation-files={\"file-1\":\"one\"}\n",
      "no-error-event\nmax-items=3\n",
      "max-output=40\nmax-annotations=2\n",
      "max-payload=130\nmax-marker=6\n"};
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(options); i++) {
    struct setup setup;

    setup_init(&setup);
    setup_read(&setup, options[i]);
    try_streams(10000 + i * 1500, 11500 + i * 1500, &setup, 0);
    setup_free(&setup);
  }
}

static void check_beginnings(uint64_t seed, const struct stream *s,
                             const struct run *r)
{
  struct bytes arguments[CALLS] = {{0}};
  struct answer got;
  size_t i, which;

  assert_true(answer_read(&got, &r->wire));
  begins("text", seed, s, &s->text, &got.text);
  begins("reasoning", seed, s, &s->thought, &got.thought);
  begins("refusal", seed, s, &s->refusal, &got.refusal);
  for (i = 0; i < CALLS; i++)
    bytes_puts(&arguments[i], "");
  for (i = 0; i < got.call_count; i++) {
    which = got.calls[i].name.n == 2 ? (size_t)(got.calls[i].name.p[1] - '0')
                                     : CALLS; /* of the damaged part */
    if (which < CALLS)
      bytes_put(&arguments[which], got.calls[i].arguments.p,
                got.calls[i].arguments.n);
  }
  for (i = 0; i < CALLS; i++) {
    begins("arguments", seed, s, &s->arguments[i], &arguments[i]);
    bytes_free(&arguments[i]);
  }
  answer_free(&got);
}

/* A good beginning, and behind it another stream, damaged: all that was said
 * before arrives. */
static void damage_takes_nothing_back(void **state)
{
  struct setup setup;
  struct run r;
  uint64_t seed;

  (void)state;
  setup_init(&setup);
  setup.o.flags = SLUICE_NO_CITATIONS;
  run_init(&r, &setup);
  for (seed = 30000; seed < 34000; seed++) {
    struct stream s, tail;

    build(&s, seed, 0);
    build(&tail, seed + 1000000, 1);
    damages[below(&tail, damage_count)].run(&tail.in, &s.in, &tail.seed);
    bytes_put(&s.in, tail.in.p, tail.in.n);
    run_again(&r);
    run_feed(&r, s.in.p, s.in.n);
    run_finish(&r);
    check_laws(seed, &s, &r);
    if (!s.odd)
      check_beginnings(seed, &s, &r);
    stream_free(&s);
    stream_free(&tail);
  }
  run_free(&r);
  setup_free(&setup);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_is_lost),
      cmocka_unit_test(damage_takes_nothing_back),
      cmocka_unit_test(the_laws_hold_with_every_option)};

  return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
