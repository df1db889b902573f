/* SPDX-License-Identifier: MIT */
#include "cutter.h"

#include "arena.h"
#include "check.h"
#include "judge.h"
#include "trial.h"

enum {
  ARENA_BYTES = 32 << 20,
  LONG_LINE = 2000,
  HEAD = 512,
  STRIDE = 97,
  REAL_ENDS = 7
};

struct cutter {
  const char *name;
  const struct bytes *in;
  const struct cutter_hooks *hooks;
  struct setup setup;
  struct arena *arena;
  struct run run;
  struct bytes saved, last; /* the memory; the output that was looked at last */
  struct bytes why;
};

static void start(const struct cutter *c, struct run *r)
{
  if (c->hooks->start != NULL)
    c->hooks->start(c->hooks->user, r);
}

static void finish(const struct cutter *c, struct run *r)
{
  if (c->hooks->finish != NULL)
    c->hooks->finish(c->hooks->user, r);
  else
    run_finish(r);
}

static void look(struct cutter *c, size_t at, struct cutter_count *count)
{
  const char *wrong = trial_ending(&c->run);

  if (wrong == NULL && !bytes_equal(&c->last, &c->run.wire)) {
    wrong = judge_all(&c->why, c->setup.o.index_unit, &c->run.wire);
    bytes_clear(&c->last);
    bytes_put(&c->last, c->run.wire.p, c->run.wire.n);
    count->outputs++;
    if (c->hooks->output != NULL)
      c->hooks->output(c->hooks->user, &c->last);
  }
  if (wrong != NULL)
    fail_msg("%s, cut at byte %zu: %s", c->name, at, wrong);
  count->cuts++;
}

/* Ends the stream here, looks at it, and makes it undone. */
static void end_here(struct cutter *c, size_t at, struct cutter_count *count)
{
  struct run before = c->run;

  arena_save(c->arena, &c->saved);
  finish(c, &c->run);
  look(c, at, count);
  arena_restore(c->arena, &c->saved);
  c->run.wire.n = before.wire.n;
  c->run.text.n = before.text.n;
  c->run.events = before.events;
  c->run.feed = before.feed;
}

/* Is what was looked at last what a stream that is as short really gives? */
static void end_really(struct cutter *c, size_t at)
{
  struct setup setup = c->setup;
  struct run r;

  setup.o.mem = NULL;
  run_init(&r, &setup);
  start(c, &r);
  run_feed(&r, c->in->p, at);
  finish(c, &r);
  if (!bytes_equal(&c->last, &r.wire))
    fail_msg("%s, cut at byte %zu: other output when it ends there at once",
             c->name, at);
  run_free(&r);
}

/* How far it is to the next cut. */
static size_t stride(const struct cutter *c, size_t at)
{
  size_t n = 0, sample = sample_stride();

  if ((check_sanitized() || sample > 1) && at > HEAD / sample)
    return STRIDE * sample;
  while (n < LONG_LINE && n < at && c->in->p[at - n - 1] != '\n')
    n++;
  return n < LONG_LINE ? 1 : STRIDE;
}

static size_t next_cut(const struct cutter *c, size_t at)
{
  size_t n = stride(c, at);

  return n < c->in->n - at ? at + n : c->in->n;
}

static void cut_all(struct cutter *c, struct cutter_count *count)
{
  size_t at = 0, real = 0, next;

  for (;; at = next) {
    end_here(c, at, count);
    if (at >= real) {
      end_really(c, at);
      real = at + 1 + c->in->n / REAL_ENDS;
    }
    if (at == c->in->n)
      break;
    next = next_cut(c, at);
    run_feed(&c->run, c->in->p + at, next - at);
  }
}

void cutter_run(const char *name, const struct setup *setup,
                const struct bytes *in, const struct cutter_hooks *hooks,
                struct cutter_count *count)
{
  struct cutter c;

  memset(&c, 0, sizeof(c));
  c.name = name;
  c.in = in;
  c.hooks = hooks;
  c.setup = *setup;
  c.arena = arena_new(ARENA_BYTES);
  c.setup.o.mem = arena_mem(c.arena);
  bytes_puts(&c.last, "");
  run_init(&c.run, &c.setup);
  start(&c, &c.run);
  cut_all(&c, count);
  run_free(&c.run);
  if (arena_live(c.arena) != 0)
    fail_msg("%s: memory that did not come back", name);
  arena_free(c.arena);
  bytes_free(&c.saved);
  bytes_free(&c.last);
  bytes_free(&c.why);
}
