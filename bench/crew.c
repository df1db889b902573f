/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "crew.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "runner.h"
#include "table.h"

#define THREADS_MAX 256
#define LEAST       200e6 /* ns that a run takes, so that its start is nothing */

/* Nothing of two threads lies side by side. */
struct worker {
  _Alignas(128) pthread_t thread;
  pthread_barrier_t *start, *end;
  struct streams part;
  struct runner runner;
  unsigned times; /* over its part */
};

static const struct contender sluice = {ROW_SLUICE, KIND_SLUICE, 16384,
                                        0,          0,           0};

static double wall_now(void)
{
  struct timespec t;

  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void *work(void *user)
{
  struct worker *w = user;
  unsigned i;

  runner_open(&w->runner, &sluice, NULL, NULL);
  runner_run(&w->runner, &w->part); /* its scratch has learned then */
  pthread_barrier_wait(w->start);
  for (i = 0; i < w->times; i++)
    runner_run(&w->runner, &w->part);
  pthread_barrier_wait(w->end);
  runner_close(&w->runner);
  return NULL;
}

/* The streams from `first` to before `end`. */
static struct streams share_of(const struct streams *s, size_t first,
                               size_t end)
{
  struct streams part = *s;
  size_t before = s->list[first].first, i;

  part.count = end - first;
  part.list = malloc(part.count * sizeof(*part.list));
  if (part.list == NULL)
    exit(2);
  memcpy(part.list, s->list + first, part.count * sizeof(*part.list));
  for (i = 0; i < part.count; i++)
    part.list[i].first -= before;
  part.events = s->events + before;
  part.event_count =
      part.list[part.count - 1].first + part.list[part.count - 1].events;
  return part;
}

static void begin(struct worker *w, const struct streams *s, unsigned number,
                  unsigned threads)
{
  w->part = share_of(s, s->count * number / threads,
                     s->count * (number + 1) / threads);
  if (pthread_create(&w->thread, NULL, work, w) != 0) {
    fputs("bench: no thread\n", stderr);
    exit(2);
  }
}

/* One run: its wall time, and in `cpu` its time of the processors. */
static double run(const struct streams *s, unsigned threads, unsigned times,
                  double *cpu)
{
  struct worker *workers = aligned_alloc(128, threads * sizeof(*workers));
  pthread_barrier_t start, end;
  double wall, began;
  unsigned i;

  if (workers == NULL || pthread_barrier_init(&start, NULL, threads + 1) != 0 ||
      pthread_barrier_init(&end, NULL, threads + 1) != 0)
    exit(2);
  for (i = 0; i < threads; i++) {
    workers[i].start = &start;
    workers[i].end = &end;
    workers[i].times = times;
    begin(&workers[i], s, i, threads);
  }
  pthread_barrier_wait(&start);
  wall = wall_now();
  began = cpu_now();
  pthread_barrier_wait(&end);
  wall = wall_now() - wall;
  *cpu = cpu_now() - began;
  for (i = 0; i < threads; i++) {
    pthread_join(workers[i].thread, NULL);
    free(workers[i].part.list);
  }
  pthread_barrier_destroy(&start);
  pthread_barrier_destroy(&end);
  free(workers);
  return wall;
}

static unsigned sizes(struct crew out[CREW_SIZES])
{
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  unsigned all = online < 1             ? 1
                 : online > THREADS_MAX ? THREADS_MAX
                                        : (unsigned)online;
  unsigned count = 0, n;

  for (n = 1; n <= 4 && n < all; n *= 2)
    out[count++].threads = n;
  out[count++].threads = all;
  return count;
}

unsigned crew_measure(const struct streams *s, unsigned rounds,
                      struct crew out[CREW_SIZES])
{
  double wall[CREW_SIZES][ROUNDS_MAX], cpu[CREW_SIZES][ROUNDS_MAX];
  double speedup[CREW_SIZES][ROUNDS_MAX], ignored, chunks;
  unsigned count = sizes(out), times, i, round;

  times = 1 + (unsigned)(LEAST / run(s, 1, 1, &ignored));
  for (round = 0; round < rounds; round++)
    for (i = 0; i < count; i++) {
      wall[i][round] = run(s, out[i].threads, times, &cpu[i][round]);
      speedup[i][round] = wall[0][round] / wall[i][round];
    }
  chunks = (double)s->chunks * times;
  for (i = 0; i < count; i++) {
    out[i].wall = median(wall[i], rounds) / chunks;
    out[i].cpu = median(cpu[i], rounds) / chunks;
    out[i].speedup = median(speedup[i], rounds);
  }
  return count;
}
