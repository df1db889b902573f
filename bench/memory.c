/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../tests/meter.h"
#include "runner.h"
#include "table.h"

#define BLOCK    ((size_t)16384)
#define OPENING  2  /* chunks that open the response, its item, its part */
#define CHUNKS   30 /* that an idle stream has got */
#define A_STREAM ((size_t)12 * 1024) /* more than one takes */

static void need(int good, const char *what)
{
  if (good)
    return;
  fprintf(stderr, "bench: %s\n", what);
  exit(2);
}

/* ---- one stream ------------------------------------------------------------
 */

static int count_citations(void *user, const sluice_event *event)
{
  size_t *citations = user;

  *citations += event->type == SLUICE_EVENT_ANNOTATION_ADDED;
  return 0;
}

void memory_steady(const struct streams *one, struct steady *out)
{
  struct meter meter;
  sluice_options o;
  sluice_translator *t;
  size_t at, n, end = one->events[one->event_count - 2].whole.at, citations = 0;

  memset(out, 0, sizeof(*out));
  meter_init(&meter);
  sluice_options_init(&o);
  o.mem = &meter.mem;
  o.seed = 1;
  need(sluice_scratch_new(&o.scratch, &meter.mem) == SLUICE_OK &&
           sluice_translator_new(&t, &o, count_citations, &citations) ==
               SLUICE_OK,
       "no translator");
  /* Up to the finish reason: what a response holds at its end comes there. */
  for (at = 0; at < end; at += n) {
    n = end - at < BLOCK ? end - at : BLOCK;
    if (out->calls == 0 && at >= end / 2) {
      out->calls = meter.calls;
      out->citations = citations;
    }
    need(sluice_translator_feed(t, one->in.p + at, n, NULL) == SLUICE_OK,
         "a stream failed");
  }
  out->chunks = one->chunks / 2;
  out->calls = meter.calls - out->calls;
  out->citations = citations - out->citations;
  sluice_translator_free(t);
  sluice_scratch_free(o.scratch);
}

/* ---- many streams ----------------------------------------------------------
 */

struct crowd {
  const struct streams *from;
  sluice_translator **list;
  size_t count, text, events;
  sluice_options o;
};

static int on_event(void *user, const sluice_event *event)
{
  struct crowd *c = user;

  c->events++;
  if (event->type == SLUICE_EVENT_TEXT_DELTA)
    c->text += event->text.n;
  return 0;
}

static void open_all(struct crowd *c, const struct streams *from, size_t count,
                     const sluice_mem *mem)
{
  size_t i;

  memset(c, 0, sizeof(*c));
  c->from = from;
  c->count = count;
  c->list = malloc(count * sizeof(sluice_translator *));
  need(c->list != NULL, "no memory");
  sluice_options_init(&c->o);
  c->o.mem = mem;
  need(sluice_scratch_new(&c->o.scratch, NULL) == SLUICE_OK, "no scratch");
  for (i = 0; i < count; i++) {
    c->o.seed = i + 1;
    need(sluice_translator_new(&c->list[i], &c->o, on_event, c) == SLUICE_OK,
         "no translator");
  }
}

static void close_all(struct crowd *c)
{
  size_t i;

  for (i = 0; i < c->count; i++)
    sluice_translator_free(c->list[i]);
  sluice_scratch_free(c->o.scratch);
  free(c->list);
}

static const struct event *event_of(const struct crowd *c, size_t stream,
                                    size_t chunk)
{
  const struct stream *s = &c->from->list[stream % c->from->count];

  need(chunk + 2 < s->events, "a stream that is too short to be idle");
  return &c->from->events[s->first + chunk];
}

static void feed(struct crowd *c, size_t stream, const char *p, size_t n)
{
  need(sluice_translator_feed(c->list[stream], p, n, NULL) == SLUICE_OK,
       "a stream failed");
}

static void feed_all(struct crowd *c, size_t from, size_t to)
{
  size_t i, k;

  for (k = from; k < to; k++)
    for (i = 0; i < c->count; i++) {
      const struct event *e = event_of(c, i, k);

      feed(c, i, c->from->in.p + e->whole.at, e->whole.n);
    }
}

static void feed_halves(struct crowd *c)
{
  size_t i;

  for (i = 0; i < c->count; i++) {
    const struct event *e = event_of(c, i, CHUNKS);

    feed(c, i, c->from->in.p + e->whole.at, e->whole.n / 2);
  }
}

static double resident(void)
{
  unsigned long all, pages = 0;
  FILE *f = fopen("/proc/self/statm", "r");

  if (f == NULL)
    return 0;
  if (fscanf(f, "%lu %lu", &all, &pages) != 2)
    pages = 0;
  fclose(f);
  return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

/* The same chunks in the same order through yajl: a list of events in which
 * they stand so. */
static double parse_all(const struct crowd *c)
{
  static const struct contender yajl = {ROW_PARSE, KIND_PARSE, 0, 0, 0, 0};
  struct streams order = *c->from;
  struct runner r;
  double start, end;
  size_t i, k;

  order.event_count = 0;
  order.events = malloc(c->count * CHUNKS * sizeof(*order.events));
  need(order.events != NULL, "no memory");
  for (k = OPENING; k < CHUNKS; k++)
    for (i = 0; i < c->count; i++)
      order.events[order.event_count++] = *event_of(c, i, k);
  runner_open(&r, &yajl, NULL, NULL);
  start = cpu_now();
  runner_run(&r, &order);
  end = cpu_now();
  runner_close(&r);
  free(order.events);
  return end - start;
}

static void measure(const struct streams *many, size_t streams,
                    struct idle *out)
{
  double n = (double)streams, start;
  struct meter meter;
  struct crowd c;
  size_t live;

  memset(out, 0, sizeof(*out));
  out->streams = streams;
  out->chunks = CHUNKS;

  start = resident();
  open_all(&c, many, streams, NULL);
  feed_all(&c, 0, OPENING);
  out->feed = cpu_now();
  feed_all(&c, OPENING, CHUNKS);
  out->feed = (cpu_now() - out->feed) / n / (CHUNKS - OPENING);
  out->rss = (resident() - start) / n;
  out->parse = parse_all(&c) / n / (CHUNKS - OPENING);
  close_all(&c);

  meter_init(&meter);
  open_all(&c, many, streams, &meter.mem);
  feed_all(&c, 0, CHUNKS);
  out->text = (double)c.text / n;
  out->rest = (double)meter.live / n - out->text;
  live = meter.live;
  feed_halves(&c);
  out->cut = (double)(meter.live - live) / n;
  close_all(&c);
}

static int enough_memory(size_t streams)
{
  FILE *f = fopen("/proc/meminfo", "r");
  unsigned long kib;
  char line[128];
  int enough = 1;

  while (f != NULL && fgets(line, sizeof(line), f) != NULL)
    if (sscanf(line, "MemAvailable: %lu", &kib) == 1)
      enough = (size_t)kib * 1024 > streams * A_STREAM;
  if (f != NULL)
    fclose(f);
  return enough;
}

void memory_idle(const struct streams *many, size_t streams, struct idle *out)
{
  int ends[2], status;
  pid_t child = -1;

  memset(out, 0, sizeof(*out));
  if (!enough_memory(streams))
    return;
  fflush(NULL);
  need(pipe(ends) == 0 && (child = fork()) >= 0, "no process");
  if (child == 0) {
    measure(many, streams, out);
    _exit(write(ends[1], out, sizeof(*out)) != (ssize_t)sizeof(*out));
  }
  close(ends[1]);
  need(read(ends[0], out, sizeof(*out)) == (ssize_t)sizeof(*out) &&
           waitpid(child, &status, 0) == child && status == 0,
       "idle streams could not be measured");
  close(ends[0]);
}
