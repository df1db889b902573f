/* SPDX-License-Identifier: MIT */
/* The checker of `sluice lint`, tools/lint/lint_*.c, against the tests' own,
 * laws.c:
 *
 *   every stream that the corpus gives is right for both;
 *   of copies with one event lost, doubled or moved, none is right for only
 *   one of them;
 *   however the bytes are cut, the findings are the same.
 */
#include "../tools/lint/lint_shape.h"
#include "check.h"
#include "folder.h"
#include "judge.h"
#include "laws.h"
#include "run.h"

#define CORPUS "corpus/"
#define ROUNDS "corpus/rounds/"

/* ---- damaged copies ---- */

/* The events of a stream, as written. */
struct stream {
  const char *at[4096];
  size_t n[4096], count;
};

static void cut(struct stream *s, const struct bytes *wire)
{
  const char *p = wire->p, *end = wire->p + wire->n;

  s->count = 0;
  while (p < end && s->count < COUNT(s->at)) {
    const char *blank = strstr(p, "\n\n");
    size_t n = blank == NULL ? (size_t)(end - p) : (size_t)(blank + 2 - p);

    s->at[s->count] = p;
    s->n[s->count++] = n;
    p += n;
  }
}

/* Adds the event with this number in its sequence. */
static void put_event(struct bytes *out, const struct stream *s, size_t i,
                      size_t number)
{
  static const char name[] = "\"sequence_number\":";
  const char *p = strstr(s->at[i], name), *rest;
  size_t before;

  assert_non_null(p);
  p += sizeof(name) - 1;
  before = (size_t)(p - s->at[i]);
  rest = p + strspn(p, "0123456789");
  bytes_put(out, s->at[i], before);
  bytes_printf(out, "%zu", number);
  bytes_put(out, rest, s->n[i] - (size_t)(rest - s->at[i]));
}

enum damage { LOST, DOUBLED, SWAPPED, DAMAGES };

static void put_damaged(struct bytes *out, const struct stream *s,
                        enum damage damage, size_t place)
{
  size_t number = 0;

  bytes_clear(out);
  for (size_t i = 0; i < s->count; i++) {
    size_t from = i;

    if (damage == LOST && i == place)
      continue;
    if (damage == SWAPPED && i == place && i + 1 < s->count)
      from = i + 1;
    if (damage == SWAPPED && i > 0 && i == place + 1)
      from = place;
    put_event(out, s, from, number++);
    if (damage == DOUBLED && i == place)
      put_event(out, s, i, number++);
  }
}

/* Some 12 places of a stream, the beginning and the end among them. */
static void damaged_copies(const char *name, sluice_unit unit,
                           const struct bytes *wire)
{
  static const char *const words[] = {"lost", "doubled", "swapped"};
  static struct stream s;
  struct bytes copy = {0};
  struct said said = {{0}, 0, 0};
  char message[LAWS_MESSAGE];

  cut(&s, wire);
  for (size_t place = 0; place < s.count;
       place += place < 6 || place + 6 >= s.count ? 1 : s.count / 12 + 1)
    for (int damage = LOST; damage < DAMAGES; damage++) {
      const char *law;

      put_damaged(&copy, &s, (enum damage)damage, place);
      law = laws_stream(unit, copy.p, copy.n, message);
      judge(&said, unit, copy.p, copy.n, SIZE_MAX);
      if ((law == NULL) != (said.wrong == 0 && said.status == 0))
        fail_msg("%s, event %zu %s: laws: %s; lint: %s", name, place,
                 words[damage], law == NULL ? "right" : law, said.text.p);
    }
  bytes_free(&copy);
  bytes_free(&said.text);
}

/* ---- the corpus ---- */

static void a_case(const char *name)
{
  char path[300], message[LAWS_MESSAGE];
  struct bytes in = {0}, opts = {0};
  struct said said = {{0}, 0, 0};
  struct setup setup;
  struct run run;
  const char *law;

  snprintf(path, sizeof(path), CORPUS "%s.sse", name);
  assert_int_equal(bytes_read(&in, path), 1);
  setup_init(&setup);
  snprintf(path, sizeof(path), CORPUS "%s.opts", name);
  if (bytes_read(&opts, path))
    setup_read(&setup, opts.p);
  run_init(&run, &setup);
  run_feed(&run, in.p, in.n);
  run_finish(&run);

  law = laws_stream(setup.o.index_unit, run.wire.p, run.wire.n, message);
  judge(&said, setup.o.index_unit, run.wire.p, run.wire.n, SIZE_MAX);
  if (law != NULL || said.wrong > 0 || said.status != 0)
    fail_msg("%s: laws: %s; lint: %s", name, law == NULL ? "right" : law,
             said.text.p);
  damaged_copies(name, setup.o.index_unit, &run.wire);

  run_free(&run);
  setup_free(&setup);
  bytes_free(&in);
  bytes_free(&opts);
  bytes_free(&said.text);
}

/* What several rounds gave: a line `TYPE JSON` for each event. */
static void a_scenario(const char *name)
{
  char path[300], message[LAWS_MESSAGE];
  struct bytes lines = {0}, wire = {0};
  struct said said = {{0}, 0, 0};
  const char *law;

  snprintf(path, sizeof(path), ROUNDS "%s.events", name);
  assert_int_equal(bytes_read(&lines, path), 1);
  for (const char *p = lines.p; *p != '\0'; p += *p == '\n') {
    size_t n = strcspn(p, "\n"), type = strcspn(p, " ");

    if (*p != '#' && type < n) {
      bytes_printf(&wire, "event: %.*s\ndata: ", (int)type, p);
      bytes_put(&wire, p + type + 1, n - type - 1);
      bytes_puts(&wire, "\n\n");
    }
    p += n;
  }
  law = laws_stream(SLUICE_UNIT_CODEPOINT, wire.p, wire.n, message);
  judge(&said, SLUICE_UNIT_CODEPOINT, wire.p, wire.n, SIZE_MAX);
  if (law != NULL || said.wrong > 0 || said.status != 0)
    fail_msg("%s: laws: %s; lint: %s", name, law == NULL ? "right" : law,
             said.text.p);
  bytes_free(&lines);
  bytes_free(&wire);
  bytes_free(&said.text);
}

/* Runs all cases of a folder whose files end so; returns how many. */
static size_t each(const char *path, const char *end,
                   void (*run_case)(const char *name))
{
  struct folder f;
  size_t i, count;

  folder_read(&f, path, end);
  for (i = 0; i < f.count; i++)
    run_case(f.names[i]);
  count = f.count;
  folder_free(&f);
  return count;
}

static void corpus(void **state)
{
  (void)state;
  assert_true(each(CORPUS, ".sse", a_case) > 100);
}

static void rounds(void **state)
{
  (void)state;
  assert_true(each(ROUNDS, ".events", a_scenario) > 10);
}

/* ---- any cut ---- */

/* The stream of tests/data with all kinds of events, with faults put in: each
 * seventh event lost. */
static void put_faulty(struct bytes *out)
{
  struct bytes lines = {0};
  size_t i = 0;

  assert_int_equal(bytes_read(&lines, "tests/data/every-event.jsonl"), 1);
  bytes_puts(out, ": caf\xc3\xa9\r\nfoo: x\r\n\r\n");
  for (const char *p = lines.p; *p != '\0'; i++) {
    size_t n = strcspn(p, "\n");

    if (i % 7 != 3) {
      bytes_printf(out, "event: %.*s\ndata: ", (int)strcspn(p + 9, "\""),
                   p + 9);
      bytes_put(out, p, n);
      bytes_puts(out, i % 5 == 4 ? "\r\n\r\n" : "\n\n");
    }
    p += n + (p[n] == '\n');
  }
  bytes_puts(out, "data: {\"type\":\"x\xff\"}\n\n");
  /* An error field is an event of its own, also without a value. */
  bytes_puts(out, "data: {}\nerror: x\nbar\nerror\nbar\nevent: half");
  bytes_free(&lines);
}

static void any_cut(void **state)
{
  struct bytes in = {0};
  struct said whole = {{0}, 0, 0}, pieces = {{0}, 0, 0};

  (void)state;
  put_faulty(&in);
  judge(&whole, SLUICE_UNIT_CODEPOINT, in.p, in.n, SIZE_MAX);
  assert_true(whole.wrong > 30);
  for (size_t step = 1; step < 5000; step += step < 40 ? 1 : step / 3) {
    judge(&pieces, SLUICE_UNIT_CODEPOINT, in.p, in.n, step);
    if (!bytes_equal(&whole.text, &pieces.text))
      fail_msg("other findings at %zu bytes a time", step);
  }
  bytes_free(&in);
  bytes_free(&whole.text);
  bytes_free(&pieces.text);
}

/* ---- the table ---- */

static void table(void **state)
{
  struct lint_index index;
  sluice_mem mem = sluice__mem(NULL);
  const char *wrong;

  (void)state;
  assert_int_equal(lint_index_init(&index, &mem), 0);
  wrong = lint_index_wrong(&index);
  if (wrong != NULL)
    fail_msg("the row %s is not well formed", wrong);
  lint_index_free(&index);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(table),
      cmocka_unit_test(any_cut),
      cmocka_unit_test(corpus),
      cmocka_unit_test(rounds),
  };

  return cmocka_run_group_tests_name("lint", tests, NULL, NULL);
}
