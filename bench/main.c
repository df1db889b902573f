/* SPDX-License-Identifier: MIT */
/* main.c - `make bench`; README.md says how to read what it prints.
 *
 *   bench DIR SLUICE   writes results.tsv, results.md and results.svg into DIR;
 *                      SLUICE is the command, for the row of processes
 *
 * BENCH_CHUNKS: of each workload (100000). BENCH_ROUNDS: of all rows (9).
 * BENCH_WORKLOADS: names between commas; only these, and nothing else. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_version.h>

#include "check.h"
#include "findings.h"
#include "plot.h"
#include "report.h"
#include "target.h"

#define WORKLOADS 32

static unsigned long setting(const char *name, unsigned long usual,
                             unsigned long most)
{
  const char *s = getenv(name);
  unsigned long n = s != NULL ? strtoul(s, NULL, 10) : usual;

  return n < 1 ? 1 : n > most ? most : n;
}

/* Is it in the list between commas? No list: all are. */
static int wanted(const char *list, const char *name)
{
  size_t n = strlen(name);
  const char *p;

  if (list == NULL || *list == '\0')
    return 1;
  for (p = list; (p = strstr(p, name)) != NULL; p += n)
    if ((p == list || p[-1] == ',') && (p[n] == ',' || p[n] == '\0'))
      return 1;
  return 0;
}

static void describe(char *out, size_t size)
{
  FILE *f = fopen("/proc/cpuinfo", "r");
  char line[256], *name = NULL;
  int yajl = yajl_version();

  while (name == NULL && f != NULL && fgets(line, sizeof(line), f) != NULL)
    if (strncmp(line, "model name", 10) == 0 &&
        (name = strchr(line, ':')) != NULL)
      name[strcspn(name, "\n")] = '\0';
  if (f != NULL)
    fclose(f);
  snprintf(out, size, "%s; compiled by %s %s; libyajl %d.%d.%d",
           name != NULL ? name + 2 : "an unknown processor",
#ifdef __clang__
           "clang",
#else
           "gcc",
#endif
           __VERSION__, yajl / 10000, yajl / 100 % 100, yajl % 100);
}

/* Returns 0 when something that is measured is not right. */
static int make_all(const struct recording *recordings, struct streams *streams)
{
  const char *list = getenv("BENCH_WORKLOADS");
  size_t chunks = setting("BENCH_CHUNKS", 100000, 10000000);
  const struct workload *w;
  struct checked checked;
  int good = 1;

  memset(streams, 0, WORKLOADS * sizeof(*streams));
  for (w = workloads; w->name != NULL; w++) {
    struct streams *s = &streams[w - workloads];

    if (!wanted(list, w->name))
      continue;
    workload_make(w, recordings, chunks, 1, s);
    if (!check_streams(w->name, s, &checked)) {
      good = 0;
      continue;
    }
    printf("checked %-12s %zu chunks, %llu events, %llu bytes out, hash "
           "%016llx\n",
           w->name, s->chunks, (unsigned long long)checked.events,
           (unsigned long long)checked.bytes, (unsigned long long)checked.hash);
    fflush(stdout);
  }
  return good;
}

static const struct streams *named(const struct streams *streams,
                                   const char *name)
{
  return &streams[workload_find(name) - workloads];
}

static void measure_others(struct findings *f, const struct streams *streams,
                           const char *dir, const char *command,
                           unsigned rounds)
{
  const struct streams *shorts = named(streams, "short");
  const struct streams *one = named(streams, "long");
  unsigned fewer = rounds < 5 ? rounds : 5;

  memory_steady(one, &f->steady);
  memory_idle(shorts, setting("BENCH_IDLE", 10000, 1000000), &f->idle[0]);
  memory_idle(shorts, 10 * f->idle[0].streams, &f->idle[1]);
  f->crew_count = crew_measure(shorts, fewer, f->crews);
  f->has_process = process_measure(one, dir, command, rounds, &f->process);
}

/* `make bench` has them counted before: a line `short TAB sluice TAB N`. */
static double read_instructions(const char *dir)
{
  char path[1024], line[128];
  double n = 0;
  FILE *f;

  snprintf(path, sizeof(path), "%s/count.tsv", dir);
  if ((f = fopen(path, "r")) == NULL)
    return 0;
  while (fgets(line, sizeof(line), f) != NULL)
    if (strncmp(line, "short\tsluice\t", 13) == 0)
      n = strtod(line + 13, NULL);
  fclose(f);
  return n;
}

static void write_file(const struct findings *f, const char *dir,
                       const char *name,
                       void (*write)(const struct findings *, FILE *))
{
  char path[1024];
  FILE *out;

  snprintf(path, sizeof(path), "%s/%s", dir, name);
  if ((out = fopen(path, "w")) == NULL) {
    perror(path);
    exit(2);
  }
  write(f, out);
  if (fclose(out) != 0) {
    perror(path);
    exit(2);
  }
}

int main(int argc, char **argv)
{
  struct recording recordings[RECORDINGS];
  static struct streams streams[WORKLOADS];
  static struct findings f;
  unsigned rounds = (unsigned)setting("BENCH_ROUNDS", 9, ROUNDS_MAX);
  const struct workload *w;

  if (argc != 3) {
    fputs("usage: bench DIR SLUICE\n", stderr);
    return 2;
  }
  recordings_read(recordings);
  if (!make_all(recordings, streams))
    return 1;
  describe(f.machine, sizeof(f.machine));
  f.instructions = read_instructions(argv[1]);
  if (getenv("BENCH_WORKLOADS") == NULL)
    measure_others(&f, streams, argv[1], argv[2], rounds);
  table_open(&f.table, streams);
  table_measure(&f.table, rounds);
  report_text(&f, stdout);
  write_file(&f, argv[1], "results.tsv", report_tsv);
  write_file(&f, argv[1], "results.md", report_markdown);
  write_file(&f, argv[1], "results.svg", plot_svg);
  table_close(&f.table);
  for (w = workloads; w->name != NULL; w++)
    streams_free(&streams[w - workloads]);
  recordings_free(recordings);
  return 0;
}
