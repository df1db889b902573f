/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "process.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "table.h"

static double nanoseconds(const struct timeval *t)
{
  return (double)t->tv_sec * 1e9 + (double)t->tv_usec * 1e3;
}

static void run_child(char *const argv[], int out)
{
  dup2(out, 1);
  execvp(argv[0], argv);
  _exit(127);
}

static void drain(int from)
{
  static char block[65536];

  while (read(from, block, sizeof(block)) > 0)
    ;
}

/* The CPU time of the child; below 0: it failed. */
static double run(char *const argv[], int into_pipe)
{
  int ends[2] = {-1, -1}, status, null = open("/dev/null", O_WRONLY);
  struct rusage used;
  pid_t child;

  if (null < 0 || (into_pipe && pipe(ends) != 0))
    return -1;
  fflush(NULL);
  child = fork();
  if (child == 0) {
    close(ends[0]);
    run_child(argv, into_pipe ? ends[1] : null);
  }
  close(null);
  if (into_pipe) {
    close(ends[1]);
    drain(ends[0]);
    close(ends[0]);
  }
  if (child < 0 || wait4(child, &status, 0, &used) != child || status != 0)
    return -1;
  return nanoseconds(&used.ru_utime) + nanoseconds(&used.ru_stime);
}

/* Both in turn. Returns 0 when one of them fails. */
static int compare(char *const cat[], char *const sluice[], int into_pipe,
                   unsigned rounds, double result[3])
{
  double a[ROUNDS_MAX], b[ROUNDS_MAX], ratio[ROUNDS_MAX];
  unsigned i;

  for (i = 0; i < rounds; i++) {
    a[i] = run(cat, into_pipe);
    b[i] = run(sluice, into_pipe);
    if (a[i] < 0 || b[i] < 0)
      return 0;
    ratio[i] = a[i] > 0 ? b[i] / a[i] : 0;
  }
  result[0] = median(a, rounds);
  result[1] = median(b, rounds);
  result[2] = median(ratio, rounds);
  return 1;
}

int process_measure(const struct streams *one, const char *dir,
                    const char *command, unsigned rounds, struct process *out)
{
  double chunks = (double)one->chunks, piped[3], null[3];
  char path[1024], name[1024];
  char cat_name[] = "cat", verb[] = "translate";
  char *cat[] = {cat_name, path, NULL};
  char *sluice[] = {name, verb, path, NULL};

  if (access(command, X_OK) != 0)
    return 0;
  snprintf(name, sizeof(name), "%s", command);
  snprintf(path, sizeof(path), "%s/one.sse", dir);
  bytes_write(&one->in, path);
  if (!compare(cat, sluice, 1, rounds, piped) ||
      !compare(cat, sluice, 0, rounds, null))
    return 0;
  out->cat = piped[0] / chunks;
  out->sluice = piped[1] / chunks;
  out->ratio = piped[2];
  out->cat_null = null[0] / chunks;
  out->sluice_null = null[1] / chunks;
  out->ratio_null = null[2];
  return 1;
}
