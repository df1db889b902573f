/* SPDX-License-Identifier: MIT */
#include "target.h"

/* The threads do not get their processors: others use them as well. */
#define BUSY 1.1

/* What is shared with the other threads may cost so much of the speed. */
#define LINEAR 0.9

struct list {
  struct target *targets;
  size_t count;
};

static void add(struct list *l, const char *name, double value, double bound,
                const char *unit, int at_least, int measured)
{
  struct target *t = &l->targets[l->count++];

  t->name = name;
  t->value = value;
  t->bound = bound;
  t->unit = unit;
  t->at_least = at_least;
  t->measured = measured;
}

/* yajl takes at least `bound` times as long. */
static void faster(struct list *l, const struct findings *f, const char *name,
                   const char *workload, const char *contender, double bound)
{
  double ratio = table_ratio(&f->table, workload, ROW_PARSE, contender);

  add(l, name, ratio, bound, "x", 1, ratio > 0);
}

/* It takes at most 1.1 times as long as without the fast path. */
static void no_dearer(struct list *l, const struct findings *f,
                      const char *name, const char *workload)
{
  double ratio = table_ratio(&f->table, workload, ROW_SLUICE, ROW_SLOW);

  add(l, name, ratio, 1.1, "x", 0, ratio > 0);
}

/* The same for whichever workload gains least. */
static void none_dearer(struct list *l, const struct findings *f)
{
  const struct workload *w;
  double most = 0, ratio;

  for (w = workloads; w->name != NULL; w++) {
    ratio = table_ratio(&f->table, w->name, ROW_SLUICE, ROW_SLOW);
    most = ratio > most ? ratio : most;
  }
  add(l, "sluice / without fast path, any workload", most, 1.1, "x", 0,
      most > 0);
}

static void ratios(struct list *l, const struct findings *f)
{
  faster(l, f, "yajl / sluice, short", "short", ROW_SLUICE, 10);
  faster(l, f, "yajl / sluice, long", "long", ROW_SLUICE, 15);
  faster(l, f, "yajl / sluice, tools", "tools", ROW_SLUICE, 10);
  faster(l, f, "yajl / sluice, short, one push per event", "short", ROW_EVENT,
         6);
  faster(l, f, "yajl / sluice, text as \\u escapes", "escaped", ROW_SLUICE, 4);
  no_dearer(l, f, "sluice / without fast path, misses", "misses");
  no_dearer(l, f, "sluice / without fast path, late misses", "late misses");
  none_dearer(l, f);
}

static void memory(struct list *l, const struct findings *f)
{
  const struct steady *s = &f->steady;
  const struct idle *idle = f->idle;

  double calls =
      s->calls > s->citations ? (double)(s->calls - s->citations) : 0;

  /* A text that doubles now and then is no allocation per chunk, nor is what
   * each citation keeps. */
  add(l, "allocations per chunk, steady",
      s->chunks > 0 ? calls / (double)s->chunks : 0, 0.001, "", 0,
      s->chunks > 0);
  add(l, "idle stream beside its text, 10,000 open", idle[0].rest, 1024, "B", 0,
      idle[0].streams > 0);
  add(l, "idle stream beside its text, 100,000 open", idle[1].rest, 1024, "B",
      0, idle[1].streams > 0);
}

static int busy(const struct crew *c)
{
  return c->wall * c->threads > BUSY * c->cpu;
}

static void threads(struct list *l, const struct findings *f)
{
  unsigned i = f->crew_count;

  if (i < 2)
    return;
  i--;
  add(l, "CPU time, a thread for each processor / one",
      f->crews[0].cpu > 0 ? f->crews[i].cpu / f->crews[0].cpu : 0, 1 / LINEAR,
      "x", 0, 1);
  add(l, "speed-up with a thread for each processor", f->crews[i].speedup,
      LINEAR * f->crews[i].threads, "x", 1,
      !busy(&f->crews[0]) && !busy(&f->crews[i]));
}

size_t targets_of(const struct findings *f, struct target out[TARGETS])
{
  const struct row *bytes = table_find(&f->table, "short", ROW_BYTE);
  struct list l = {out, 0};

  ratios(&l, f);
  add(&l, "1-byte pushes, a byte",
      bytes != NULL ? bytes->median * (double)bytes->streams->chunks /
                          (double)bytes->streams->in.n
                    : 0,
      10, "ns", 0, bytes != NULL);
  add(&l, "instructions per chunk, short", f->instructions, 900, "", 0,
      f->instructions > 0);
  memory(&l, f);
  threads(&l, f);
  add(&l, "sluice translate / cat, as processes", f->process.ratio, 4, "x", 0,
      f->has_process);
  return l.count;
}

int target_digits(const struct target *t)
{
  return t->value < 0.01 ? 5 : t->value < 2 ? 3 : t->value < 100 ? 2 : 0;
}

const char *target_verdict(const struct target *t)
{
  if (!t->measured)
    return "not measured";
  return (t->at_least ? t->value >= t->bound : t->value <= t->bound)
             ? "met"
             : "NOT met";
}
