/* SPDX-License-Identifier: MIT */
/* The short way of known payloads (src/mould.h) changes no byte. Every stream
 * of corpus/ and every scenario of corpus/rounds/ gives what its .events file
 * says, with the anomalies, the status, the offset and the message of it:
 *
 *   with SLUICE_NO_FAST_PATH, and without it;
 *   one after the other on one scratch, which learned from all before;
 *   three at a time in turns on one scratch, one of them with the flag and one
 *   that pauses: whole, an event at a time, cut anywhere.
 *
 * What is fed stands in a block of its own and is overwritten behind the call,
 * so that nothing may point to it any more. */
#include "check.h"
#include "folder.h"
#include "play.h"
#include "sample.h"

/* How the bytes of a stream come. */
enum cut { CUT_WHOLE, CUT_EVENTS, CUT_ANYWHERE, CUT_COUNT };

/* A stream that is being read. */
struct reader {
  const char *name;
  const struct bytes *in, *golden;
  struct setup setup; /* of the case, but for the scratch and the flag */
  struct run run;
  enum cut cut;
  uint64_t random;
  size_t at;
};

struct corpus {
  struct sample *samples;
  struct bytes *goldens; /* without the line that says why */
  size_t count;
};

struct rounds {
  struct folder names;
  struct play *plays;
  struct bytes *goldens;
};

static struct corpus corpus;
static struct rounds rounds;

/* ---- what is expected ---------------------------------------------------- */

static struct bytes read_golden(const char *folder, const char *name)
{
  struct bytes all = {0}, golden = {0};
  char path[512];
  size_t why;

  snprintf(path, sizeof(path), "%s%s.events", folder, name);
  if (!bytes_read(&all, path))
    fail_msg("no %s", path);
  why = strcspn(all.p, "\n") + 1;
  bytes_put(&golden, all.p + why, all.n - why);
  bytes_free(&all);
  return golden;
}

static void check(const char *name, const struct bytes *golden,
                  const struct run *r, const char *way)
{
  if (bytes_equal(golden, &r->text))
    return;
  bytes_difference(golden, &r->text);
  fail_msg("%s: other output %s", name, way);
}

static int read_all(void **state)
{
  size_t i;

  (void)state;
  corpus.samples = samples_read(&corpus.count);
  corpus.goldens = calloc(corpus.count, sizeof(*corpus.goldens));
  folder_read(&rounds.names, PLAY_CORPUS, ".json");
  rounds.plays = calloc(rounds.names.count, sizeof(*rounds.plays));
  rounds.goldens = calloc(rounds.names.count, sizeof(*rounds.goldens));
  if (corpus.goldens == NULL || rounds.plays == NULL || rounds.goldens == NULL)
    abort();
  for (i = 0; i < corpus.count; i++)
    corpus.goldens[i] = read_golden(CORPUS, corpus.samples[i].name);
  for (i = 0; i < rounds.names.count; i++) {
    play_read(&rounds.plays[i], rounds.names.names[i]);
    rounds.goldens[i] = read_golden(PLAY_CORPUS, rounds.names.names[i]);
  }
  return 0;
}

static int free_all(void **state)
{
  size_t i;

  (void)state;
  for (i = 0; i < corpus.count; i++)
    bytes_free(&corpus.goldens[i]);
  for (i = 0; i < rounds.names.count; i++) {
    play_free(&rounds.plays[i]);
    bytes_free(&rounds.goldens[i]);
  }
  samples_free(corpus.samples, corpus.count);
  free(corpus.goldens);
  free(rounds.plays);
  free(rounds.goldens);
  folder_free(&rounds.names);
  return 0;
}

static sluice_scratch *new_scratch(void)
{
  sluice_scratch *s = NULL;

  assert_int_equal(sluice_scratch_new(&s, NULL), SLUICE_OK);
  return s;
}

/* ---- reading --------------------------------------------------------------
 */

static void reader_open(struct reader *r, size_t which, sluice_scratch *scratch,
                        uint32_t flags, enum cut cut)
{
  const struct sample *s = &corpus.samples[which % corpus.count];

  memset(r, 0, sizeof(*r));
  r->name = s->name;
  r->in = &s->in;
  r->golden = &corpus.goldens[which % corpus.count];
  r->setup = s->setup;
  r->setup.o.scratch = scratch;
  r->setup.o.flags |= flags;
  r->cut = cut;
  r->random = which * 2654435761u + (uint64_t)cut;
  run_init(&r->run, &r->setup);
}

static size_t next_piece(struct reader *r)
{
  const char *p = r->in->p + r->at, *end;
  size_t rest = r->in->n - r->at, n = rest;

  if (r->cut == CUT_EVENTS) {
    end = strstr(p, "\n\n"); /* or up to a NUL: then the rest in one piece */
    n = end == NULL ? rest : (size_t)(end + 2 - p);
  } else if (r->cut == CUT_ANYWHERE) {
    n = random_below(&r->random, 8) == 0 ? random_below(&r->random, 4000)
                                         : random_below(&r->random, 300);
  }
  return n < rest ? n : rest;
}

/* Feeds one piece, up to the first pause. Returns 0 at the end. */
static int reader_step(struct reader *r)
{
  size_t n = next_piece(r), consumed = 0;
  char *piece;

  if (r->at == r->in->n || r->run.feed < 0)
    return 0;
  piece = malloc(n + (n == 0));
  if (piece == NULL)
    abort();
  memcpy(piece, r->in->p + r->at, n);
  r->run.feed = sluice_translator_feed(r->run.t, piece, n, &consumed);
  memset(piece, 'z', n);
  free(piece);
  assert_true(consumed <= n);
  r->at += consumed;
  return 1;
}

static void reader_close(struct reader *r, const char *way)
{
  while (reader_step(r))
    ;
  if (r->run.feed == SLUICE_PAUSED) /* as in the golden, where nobody pauses */
    r->run.feed = SLUICE_OK;
  r->run.pause = 0;
  run_finish(&r->run);
  check(r->name, r->golden, &r->run, way);
  run_free(&r->run);
}

/* ---- streams ---------------------------------------------------------------
 */

static void a_stream_alone(void **state)
{
  static const uint32_t flags[] = {SLUICE_NO_FAST_PATH, 0};
  struct reader r;
  size_t i, f;
  int cut;

  (void)state;
  for (i = 0; i < corpus.count; i += sample_stride())
    for (f = 0; f < COUNT(flags); f++)
      for (cut = CUT_WHOLE; cut < CUT_COUNT; cut++) {
        reader_open(&r, i, NULL, flags[f], (enum cut)cut);
        reader_close(&r, f == 0 ? "with SLUICE_NO_FAST_PATH" : "alone");
      }
}

/* Forth, and back: so each comes behind others. */
static void one_after_the_other(void **state)
{
  sluice_scratch *scratch = new_scratch();
  struct reader r;
  size_t i;
  int cut;

  (void)state;
  for (cut = CUT_WHOLE; cut < CUT_COUNT; cut++)
    for (i = 0; i < 2 * corpus.count; i += sample_stride()) {
      reader_open(&r, i < corpus.count ? i : 2 * corpus.count - 1 - i, scratch,
                  0, (enum cut)cut);
      reader_close(&r, "on a scratch that learned from others");
    }
  sluice_scratch_free(scratch);
}

/* In turns. The third has the flag, the second pauses at each event. */
static void together(const size_t which[3], sluice_scratch *scratch,
                     enum cut cut)
{
  struct reader r[3];
  size_t i;
  int going = 1;

  for (i = 0; i < COUNT(r); i++)
    reader_open(&r[i], which[i], scratch, i == 2 ? SLUICE_NO_FAST_PATH : 0,
                cut);
  r[1].run.pause = 1;
  while (going)
    for (going = 0, i = 0; i < COUNT(r); i++)
      going |= reader_step(&r[i]);
  for (i = 0; i < COUNT(r); i++)
    reader_close(&r[i], "in turns with others");
}

static void in_turns(void **state)
{
  sluice_scratch *scratch = new_scratch();
  size_t i;
  int cut;

  (void)state;
  for (cut = CUT_WHOLE; cut < CUT_COUNT; cut++)
    for (i = 0; i < corpus.count; i += sample_stride()) {
      size_t itself[] = {i, i, i}, others[] = {i, i * 7 + 3, i + 1};

      together(itself, scratch, (enum cut)cut);
      together(others, scratch, (enum cut)cut);
    }
  sluice_scratch_free(scratch);
}

/* ---- scenarios --------------------------------------------------------------
 */

static void open_play(struct run *r, struct setup *setup, const struct play *p,
                      sluice_scratch *scratch, uint32_t flags)
{
  *setup = p->setup;
  setup->o.scratch = scratch;
  setup->o.flags |= flags;
  run_init(r, setup);
}

static void rounds_alone_and_shared(void **state)
{
  static const size_t steps[] = {SIZE_MAX, 200, 7};
  sluice_scratch *scratch = new_scratch();
  struct setup setup;
  struct run r;
  size_t i, k, way;

  (void)state;
  for (k = 0; k < COUNT(steps); k++)
    for (i = 0; i < rounds.names.count; i++)
      for (way = 0; way < 3; way++) {
        open_play(&r, &setup, &rounds.plays[i], way == 0 ? NULL : scratch,
                  way == 1 ? 0 : SLUICE_NO_FAST_PATH);
        play_run(&rounds.plays[i], &r, steps[k]);
        check(rounds.names.names[i], &rounds.goldens[i], &r,
              way == 1 ? "on a scratch that learned from others"
                       : "with SLUICE_NO_FAST_PATH");
        run_free(&r);
      }
  sluice_scratch_free(scratch);
}

/* A scenario that is being played. */
struct player {
  const struct play *p;
  struct setup setup;
  struct run run;
  size_t round, at;
  int over;
};

/* Begins a round, feeds a piece of it, or ends it. */
static void player_step(struct player *q, size_t n)
{
  const struct bytes *in = &q->p->in[q->round];

  if (q->over)
    return;
  if (q->at == 0 && !play_begin(q->p, &q->run, q->round)) {
    q->over = 1;
    return;
  }
  if (n > in->n - q->at)
    n = in->n - q->at;
  run_feed(&q->run, in->p + q->at, n);
  q->at += n;
  if (q->at < in->n)
    return;
  q->at = 0;
  q->over = !play_end(q->p, &q->run, q->round) || ++q->round == q->p->rounds;
}

static void rounds_in_turns(void **state)
{
  sluice_scratch *scratch = new_scratch();
  struct player q[3];
  size_t i, k;

  (void)state;
  for (i = 0; i < rounds.names.count; i++) {
    memset(q, 0, sizeof(q));
    for (k = 0; k < COUNT(q); k++) {
      q[k].p = &rounds.plays[(i + k / 2) % rounds.names.count];
      open_play(&q[k].run, &q[k].setup, q[k].p, scratch,
                k == 1 ? SLUICE_NO_FAST_PATH : 0);
    }
    while (!q[0].over || !q[1].over || !q[2].over)
      for (k = 0; k < COUNT(q); k++)
        player_step(&q[k], 150 + 40 * k);
    for (k = 0; k < COUNT(q); k++) {
      run_finish(&q[k].run);
      check(q[k].p->name, &rounds.goldens[q[k].p - rounds.plays], &q[k].run,
            "in turns with others");
      run_free(&q[k].run);
    }
  }
  sluice_scratch_free(scratch);
}

/* What the next request needs is kept, also of text that could go the short
 * way. */
static void text_of_rounds_is_kept(void **state)
{
  static const sluice_tool tool = {.name = {"find", 4},
                                   .type = SLUICE_TOOL_FILE_SEARCH};
  static const char call[] =
      "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":"
      "\"c\",\"function\":{\"name\":\"find\",\"arguments\":\"{\"}}]}}]}\n\n"
      "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,"
      "\"function\":{\"arguments\":\"}\"}}]}}]}\n\n"
      "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n"
      "\n";
  sluice_result result = {.output = {"x", 1}};
  struct setup setup;
  sluice_str messages;
  char piece[96];
  struct run r;
  int i;

  (void)state;
  setup_init(&setup);
  setup.o.tools = &tool;
  setup.o.tool_count = 1;
  run_init(&r, &setup);
  for (i = 0; i < 8; i++) {
    snprintf(piece, sizeof(piece),
             "data: {\"choices\":[{\"delta\":{\"content\":\"%d,\"}}]}\n\n", i);
    run_feed(&r, piece, strlen(piece));
  }
  run_feed(&r, call, strlen(call));
  assert_int_equal(sluice_translator_end_round(r.t), SLUICE_MORE);
  assert_int_equal(
      sluice_translator_result(r.t, (sluice_text){"c", 1}, &result),
      SLUICE_MORE);
  assert_int_equal(sluice_translator_messages(r.t, &messages), SLUICE_OK);
  assert_non_null(strstr(messages.p, "\"content\":\"0,1,2,3,4,5,6,7,\""));
  assert_non_null(strstr(messages.p, "\"arguments\":\"{}\""));
  run_free(&r);
  setup_free(&setup);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_stream_alone),
      cmocka_unit_test(one_after_the_other),
      cmocka_unit_test(in_turns),
      cmocka_unit_test(rounds_alone_and_shared),
      cmocka_unit_test(rounds_in_turns),
      cmocka_unit_test(text_of_rounds_is_kept),
  };

  return cmocka_run_group_tests_name("mixed", tests, read_all, free_all);
}
