/* SPDX-License-Identifier: MIT */
/* Memory runs out (sweep.h) over every scenario of corpus/rounds, at several
 * sizes of a push: while calls are shown, while their results come, in the
 * streams of later rounds. Then there is memory again: the handle is reset and
 * plays the scenario as it must. */
#include "check.h"
#include "folder.h"
#include "play.h"
#include "sweep.h"

struct stage {
  struct play play;
  size_t step;
};

static int on_event(void *user, const sluice_event *e)
{
  bytes_put((struct bytes *)user, e->wire.p, e->wire.n);
  return 0;
}

/* The callback writes to `out` for as long as the handle lives. */
static void run_scenario(const struct subject *s, struct heap *h,
                         struct outcome *o)
{
  const struct stage *stage = (const struct stage *)s->user;
  sluice_options options = stage->play.setup.o;
  struct bytes out = {0};
  struct run r;

  memset(&r, 0, sizeof(r));
  r.setup = &stage->play.setup;
  bytes_puts(&r.text, "");
  bytes_clear(&out);
  options.mem = &h->mem;
  o->status = sluice_translator_new(&r.t, &options, on_event, &out);
  o->refused = o->status < 0;
  if (!o->refused) {
    play_run(&stage->play, &r, stage->step);
    o->status = r.finish;
    bytes_put(&o->out, out.p, out.n);
  }
  heap_heal(h);
  if (o->status == SLUICE_ERR_NOMEM && !o->refused) {
    bytes_clear(&out);
    run_again(&r);
    play_run(&stage->play, &r, stage->step);
    if (r.finish != s->good_status || !bytes_equal(&out, &s->good))
      fail_msg("%s: after a reset it gives other events", s->name);
  }
  run_free(&r);
  bytes_free(&out);
}

static void a_scenario_survives_each_failing_allocation(void **state)
{
  static const size_t steps[] = {SIZE_MAX, 200, 7};
  struct figures figures = {0};
  struct folder corpus;
  size_t i, k;

  (void)state;
  folder_read(&corpus, PLAY_CORPUS, ".json");
  for (i = 0; i < corpus.count; i++)
    for (k = 0; k < COUNT(steps); k++) {
      struct stage stage;
      struct subject s = {.name = corpus.names[i], .way = "whole", .events = 1};

      play_read(&stage.play, corpus.names[i]);
      stage.step = steps[k];
      if (k > 0)
        s.way = k == 1 ? "200 bytes a push" : "7 bytes a push";
      s.unit = stage.play.setup.o.index_unit;
      s.user = &stage;
      s.run = run_scenario;
      sweep(&s, &figures);
      play_free(&stage.play);
    }
  folder_free(&corpus);
  figures_print(&figures, "rounds");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_scenario_survives_each_failing_allocation)};

  return cmocka_run_group_tests_name("rounds_nomem", tests, NULL, NULL);
}
