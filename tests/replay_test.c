/* SPDX-License-Identifier: MIT */
/* What `sluice serve` sends when, without any server. In tools/serve/: replay.h
 * (events, due times, faults), plan.h (directives), agenda.h (who is next). */
#include "../tools/moment.h"
#include "../tools/serve/agenda.h"
#include "../tools/serve/replay.h"
#include "check.h"

#define MS (MOMENT_SECOND / 1000)

/* ---- where events end ---- */

/* The stream with a bar after each event. */
static void cut_up(struct bytes *out, const char *p, size_t n)
{
  bytes_clear(out);
  while (n > 0) {
    size_t length = replay_event((sluice_str){p, n});
    assert_in_range(length, 1, n);
    bytes_put(out, p, length);
    bytes_puts(out, "|");
    p += length;
    n -= length;
  }
}

static void test_events(void **state)
{
  static const struct {
    const char *stream, *cut;
  } cases[] = {
      {"", ""},
      {"data: a\n\ndata: b\n\n", "data: a\n\n|data: b\n\n|"},
      {"data: a\r\n\r\ndata: b\r\n\r\n", "data: a\r\n\r\n|data: b\r\n\r\n|"},
      {"data: a\r\rdata: b\r\r", "data: a\r\r|data: b\r\r|"},
      {"data: a\n\r\ndata: b\r\n\n", "data: a\n\r\n|data: b\r\n\n|"},
      {"event: e\ndata: a\n\nerror: x\n\n",
       "event: e\ndata: a\n\n|error: x\n\n|"},
      {": ping\n\ndata: a\n\n: pong\n\n", ": ping\n\ndata: a\n\n|: pong\n\n|"},
      {"\n\ndata: a\n\n\n\n", "\n\ndata: a\n\n|\n\n|"},
      {"data: a\n\ndata: b\n", "data: a\n\n|data: b\n|"},
      {"data: a\n\ndata: b", "data: a\n\n|data: b|"},
      {"{\"a\": 1}", "{\"a\": 1}|"},
      {"\xef\xbb\xbf: c\n\ndata: a\n\n", "\xef\xbb\xbf: c\n\ndata: a\n\n|"},
      {"data: a\n \ndata: b\n\n", "data: a\n \ndata: b\n\n|"},
  };
  struct bytes out = {0};

  (void)state;
  for (size_t i = 0; i < COUNT(cases); i++) {
    cut_up(&out, cases[i].stream, strlen(cases[i].stream));
    assert_int_equal(out.n, strlen(cases[i].cut));
    assert_memory_equal(out.p, cases[i].cut, out.n);
  }
  bytes_free(&out);
}

static void test_head(void **state)
{
  static const struct {
    const char *file, *stream;
  } cases[] = {
      {"", ""},
      {": why\n\ndata: a\n\n", "data: a\n\n"},
      {": why\n: and where\n\ndata: a\n\n", "data: a\n\n"},
      {": why\r\n\r\ndata: a\r\n\r\n", "data: a\r\n\r\n"},
      {": why\r\rdata: a\r\r", "data: a\r\r"},
      {": why\ndata: a\n\n", "data: a\n\n"},
      {": why\n\n: ping\n\ndata: a\n\n", ": ping\n\ndata: a\n\n"},
      {": why\n\n\ndata: a\n\n", "\ndata: a\n\n"},
      {"data: a\n\n: ping\n\n", "data: a\n\n: ping\n\n"},
      {"\n: ping\n\n", "\n: ping\n\n"},
      {": why", ""},
      {"\xef\xbb\xbf: why\n\ndata: a\n\n", "\xef\xbb\xbf"
                                           "data: a\n\n"},
      {"\xef\xbb\xbf"
       "data: a\n\n",
       "\xef\xbb\xbf"
       "data: a\n\n"},
      {"\xef\xbb\xbf", "\xef\xbb\xbf"},
  };

  (void)state;
  for (size_t i = 0; i < COUNT(cases); i++) {
    size_t n = strlen(cases[i].file), at;
    char *exact = malloc(n + 1); /* so that a step too far is seen */

    assert_non_null(exact);
    memcpy(exact, cases[i].file, n);
    at = replay_head(exact, n);
    assert_in_range(at, 0, n);
    assert_int_equal(n - at, strlen(cases[i].stream));
    assert_memory_equal(exact + at, cases[i].stream, n - at);
    free(exact);
  }
}

/* ---- what goes out when ---- */

/* Plays STREAM with the directives and a clock that jumps to whatever is due;
 * writes what came as `MS:bytes|` (without the time when it stays the same),
 * and how it ended. */
static void play(struct bytes *out, const char *stream, const char *directives,
                 size_t most)
{
  static const char *const ends[] = {"?", "WAIT", "END", "CUT", "RESET"};
  struct plan plan;
  struct replay r;
  sluice_str bytes, wrong;
  uint64_t now = 0, shown = 0, due = 0;
  enum replay_act act;

  bytes_clear(out);
  plan_init(&plan);
  assert_null(
      plan_read(&plan, (sluice_str){directives, strlen(directives)}, &wrong));
  replay_start(&r, (sluice_str){stream, strlen(stream)}, &plan);
  for (;;) {
    act = replay_next(&r, now, most, &bytes, &due);
    if (act == REPLAY_WAIT && due != PLAN_NEVER) {
      assert_true(due > now);
      now = due;
      continue;
    }
    if (now != shown)
      bytes_printf(out, "%llu:", (unsigned long long)(now / MS));
    shown = now;
    if (act != REPLAY_SEND)
      break;
    assert_in_range(bytes.n, 1, most);
    bytes_put(out, bytes.p, bytes.n);
    bytes_puts(out, "|");
  }
  bytes_puts(out, ends[act]);
}

#define ABC   "a\n\nb\n\nc\n\n"
#define OOPS  "data: {\"error\":{\"message\":"
#define WASTE "\0\x01\xff\xfe\x80 this is no event"

static void test_play(void **state)
{
  static const struct {
    const char *directives, *played;
  } cases[] = {
      {"", "a\n\n|b\n\n|c\n\n|END"},
      {"pace=0", "a\n\n|b\n\n|c\n\n|END"},
      {"pace=10", "a\n\n|100:b\n\n|200:c\n\n|END"},
      {"pace=3", "a\n\n|333:b\n\n|666:c\n\n|END"},
      {"end=0", "END"},
      {"end=2", "a\n\n|b\n\n|END"},
      {"end=9", "a\n\n|b\n\n|c\n\n|END"},
      {"cut=0", "CUT"},
      {"cut=1;pace=10", "a\n\n|CUT"},
      {"cut=3", "a\n\n|b\n\n|c\n\n|CUT"},
      {"cut=4", "a\n\n|b\n\n|c\n\n|END"},
      {"reset=2;pace=10", "a\n\n|100:b\n\n|RESET"},
      {"cut=2;reset=1", "a\n\n|RESET"},
      {"stall=0", "WAIT"},
      {"stall=2", "a\n\n|b\n\n|WAIT"},
      {"stall=3", "a\n\n|b\n\n|c\n\n|WAIT"},
      {"stall=1:2", "a\n\n|2000:b\n\n|c\n\n|END"},
      {"stall=1:0", "a\n\n|b\n\n|c\n\n|END"},
      {"stall=3:2", "a\n\n|b\n\n|c\n\n|2000:END"},
      {"stall=1:2;pace=10", "a\n\n|2100:b\n\n|2200:c\n\n|END"},
      {"stall=1:2;cut=1", "a\n\n|2000:CUT"},
      {"stall=1:2;cut=2", "a\n\n|2000:b\n\n|CUT"},
      {"split=1", "a|\n|\n|b|\n|\n|c|\n|\n|END"},
      {"split=2", "a|\n\n|b|\n\n|c|\n\n|END"},
      {"split=3;cut=1", "a|\n\n|CUT"},
      {"split=4;pace=10", "a|\n\n|100:b\n\n|200:c\n\n|END"},
  };
  struct bytes out = {0};

  (void)state;
  for (size_t i = 0; i < COUNT(cases); i++) {
    play(&out, ABC, cases[i].directives, 100);
    assert_string_equal(out.p, cases[i].played);
  }
  play(&out, ABC, "", 2);
  assert_string_equal(out.p, "a\n|\n|b\n|\n|c\n|\n|END");
  play(&out, "", "pace=10", 2);
  assert_string_equal(out.p, "END");
  bytes_free(&out);
}

/* Both take the place of an event, and the rest of the stream. */
static void test_play_other_bytes(void **state)
{
  struct bytes out = {0};

  (void)state;
  play(&out, ABC, "error=1;pace=10", 1000);
  assert_memory_equal(out.p, "a\n\n|100:" OOPS, strlen("a\n\n|100:" OOPS));
  assert_memory_equal(out.p + out.n - 8, "}}\n\n|END", 8);
  assert_null(strstr(out.p, "b\n\n"));
  play(&out, ABC, "error=3", 1000);
  assert_memory_equal(out.p, "a\n\n|b\n\n|c\n\n|" OOPS,
                      strlen("a\n\n|b\n\n|c\n\n|" OOPS));
  play(&out, ABC, "garbage=0", 1000);
  assert_memory_equal(out.p, WASTE, sizeof(WASTE) - 1);
  assert_memory_equal(out.p + out.n - 4, "|END", 4);
  bytes_free(&out);
}

/* However late one event goes out, the next is due at its own time. */
static void test_no_drift(void **state)
{
  struct plan plan;
  struct replay r;
  sluice_str bytes;
  uint64_t due = 0;

  (void)state;
  plan_init(&plan);
  plan.pace = 3;
  replay_start(&r, (sluice_str){ABC, strlen(ABC)}, &plan);
  assert_int_equal(replay_next(&r, 70 * MS, 9, &bytes, &due), REPLAY_SEND);
  assert_int_equal(replay_next(&r, 80 * MS, 9, &bytes, &due), REPLAY_WAIT);
  assert_int_equal(due, MOMENT_SECOND / 3);
  assert_int_equal(replay_next(&r, due - 1, 9, &bytes, &due), REPLAY_WAIT);
  assert_int_equal(replay_next(&r, 900 * MS, 9, &bytes, &due), REPLAY_SEND);
  assert_int_equal(replay_next(&r, 900 * MS, 9, &bytes, &due), REPLAY_SEND);
  assert_int_equal(replay_next(&r, 900 * MS, 9, &bytes, &due), REPLAY_END);
  plan.pace = 7;
  replay_start(&r, (sluice_str){ABC, strlen(ABC)}, &plan);
  r.events = 7000000001; /* after thirty years */
  assert_int_equal(replay_next(&r, 0, 9, &bytes, &due), REPLAY_WAIT);
  assert_int_equal(due, 1000000000 * MOMENT_SECOND + MOMENT_SECOND / 7);
}

/* ---- directives ---- */

static void test_directives(void **state)
{
  static const struct {
    const char *text, *wrong; /* NULL: they are right */
  } cases[] = {
      {"", NULL},
      {";", NULL},
      {"?pace=50;cut=3", NULL},
      {"?pace=50&cut=3", NULL},
      {";html", NULL},
      {";html=0", NULL},
      {"PACE=1;Stall=3:4", NULL},
      {"stall=3:3600", NULL},
      {"cut=18446744073709551614", NULL},
      {"pace", "pace"},
      {"pace=", "pace="},
      {"cut=3;pace=-1;end=1", "pace=-1"},
      {"pace=1000001", "pace=1000001"},
      {"pace=1.5", "pace=1.5"},
      {"cut=18446744073709551615", "cut=18446744073709551615"},
      {"cut=18446744073709551616", "cut=18446744073709551616"},
      {"cut=x", "cut=x"},
      {"cuts=1", "cuts=1"},
      {"cu=1", "cu=1"},
      {"=1", "=1"},
      {"status=200", "status=200"},
      {"status=600", "status=600"},
      {"html=2", "html=2"},
      {"delay=3600001", "delay=3600001"},
      {"stall", "stall"},
      {"stall=", "stall="},
      {"stall=:1", "stall=:1"},
      {"stall=1:", "stall=1:"},
      {"stall=1:3601", "stall=1:3601"},
      {"stall=1:2:3", "stall=1:2:3"},
  };

  (void)state;
  for (size_t i = 0; i < COUNT(cases); i++) {
    struct plan plan;
    sluice_str text = {cases[i].text, strlen(cases[i].text)}, wrong = {"", 0};
    const char *why;

    plan_init(&plan);
    why = plan_read(&plan, text, &wrong);
    if (cases[i].wrong == NULL) {
      assert_null(why);
      continue;
    }
    assert_non_null(why);
    assert_int_equal(wrong.n, strlen(cases[i].wrong));
    assert_memory_equal(wrong.p, cases[i].wrong, wrong.n);
  }
}

static void test_directive_values(void **state)
{
  static const char text[] =
      ";pace=1;split=2;delay=3;status=404;html;error=5;garbage=6;end=7;cut=8;"
      "reset=9;stall=10:11;pace=12";
  struct plan plan;
  sluice_str wrong;

  (void)state;
  plan_init(&plan);
  assert_int_equal(plan.after[FAULT_CUT], PLAN_NEVER);
  assert_null(plan_read(&plan, (sluice_str){text, sizeof(text) - 1}, &wrong));
  assert_int_equal(plan.pace, 12);
  assert_int_equal(plan.split, 2);
  assert_int_equal(plan.delay, 3);
  assert_int_equal(plan.status, 404);
  assert_int_equal(plan.html, 1);
  assert_int_equal(plan.after[FAULT_ERROR], 5);
  assert_int_equal(plan.after[FAULT_GARBAGE], 6);
  assert_int_equal(plan.after[FAULT_END], 7);
  assert_int_equal(plan.after[FAULT_CUT], 8);
  assert_int_equal(plan.after[FAULT_RESET], 9);
  assert_int_equal(plan.after[FAULT_STALL], 10);
  assert_int_equal(plan.stall, 11 * MOMENT_SECOND);
}

/* ---- the agenda ---- */

static void test_agenda(void **state)
{
  enum { MANY = 1000 };
  static uint64_t dues[MANY];
  struct agenda agenda = {0};
  uint64_t seed = 1, before = 0, *due;
  size_t taken = 0;

  (void)state;
  assert_int_equal(agenda_due(&agenda), UINT64_MAX);
  assert_null(agenda_take(&agenda, UINT64_MAX));
  for (size_t i = 0; i < MANY; i++) {
    dues[i] = random_below(&seed, 300) + 1;
    assert_int_equal(agenda_add(&agenda, dues[i], &dues[i]), 0);
  }
  assert_null(agenda_take(&agenda, 0));
  for (uint64_t now = 50; now <= 300; now += 50) {
    while ((due = agenda_take(&agenda, now)) != NULL) {
      assert_in_range(*due, before, now);
      before = *due;
      *due = 0; /* each comes once */
      taken++;
    }
    assert_true(agenda_due(&agenda) > now);
  }
  assert_int_equal(taken, MANY);
  agenda_free(&agenda);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_events),
      cmocka_unit_test(test_head),
      cmocka_unit_test(test_play),
      cmocka_unit_test(test_play_other_bytes),
      cmocka_unit_test(test_no_drift),
      cmocka_unit_test(test_directives),
      cmocka_unit_test(test_directive_values),
      cmocka_unit_test(test_agenda),
  };

  return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}
