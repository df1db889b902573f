/* SPDX-License-Identifier: MIT */
/* seed.c - FOLDER: writes the seeds of every target there, FOLDER/TARGET/NAME,
 * from corpus/. What a head can say of NAME.opts stands in its head. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../tests/folder.h"
#include "../tests/request_case.h"
#include "../tests/run.h"
#include "head.h"
#include "target.h"

#define SEED_MAX 16384 /* what is longer only makes each run slow */

static const struct fuzz_target *const targets[] = {
#define X(name) &fuzz_##name,
    FUZZ_TARGETS(X)
#undef X
};

void fuzz_fail(const char *format, ...)
{
  fprintf(stderr, "fuzz/seed: %s\n", format);
  exit(1);
}

size_t fuzz_mutate_bytes(uint8_t *p, size_t n, size_t cap)
{
  (void)p;
  (void)cap;
  return n;
}

static void write_for_all(const char *folder, const char *name,
                          const struct bytes *seed)
{
  char path[1024];
  size_t i;

  for (i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
    if (targets[i] == &fuzz_request) /* which reads no streams */
      continue;
    snprintf(path, sizeof(path), "%s/%s/%s", folder, targets[i]->name, name);
    bytes_write(seed, path);
  }
}

/* Lines `TYPE JSON` of a .events file as the events that were sent. */
static void seed_of_events(const char *folder, const char *name)
{
  struct bytes in = {0}, seed = {0};
  char path[1024], *line, *end, *json;

  snprintf(path, sizeof(path), "corpus/%s.events", name);
  if (!bytes_read(&in, path) || in.n > SEED_MAX)
    in.n = 0;
  bytes_puts(&seed, "00000000000000000000000\n");
  for (line = in.p; in.n > 0 && (end = strchr(line, '\n')) != NULL;
       line = end + 1) {
    *end = '\0';
    json = strchr(line, ' ');
    if (*line == '#' || json == NULL)
      continue;
    *json = '\0';
    bytes_puts(&seed, "event: ");
    bytes_puts(&seed, line);
    bytes_puts(&seed, "\ndata: ");
    bytes_puts(&seed, json + 1);
    bytes_puts(&seed, "\n\n");
  }
  snprintf(path, sizeof(path), "%s/lint/%s.events", folder, name);
  if (in.n > 0)
    bytes_write(&seed, path);
  bytes_free(&in);
  bytes_free(&seed);
}

/* A scenario: its streams, and what comes between them. */
static void seed_of_scenario(const char *folder, const char *name)
{
  static const char next[] = "\001e\n\001m\n\001r00found\n\001r02[]\n"
                             "\001r04more\n\001r01failed\n\001m\n\001n\n";
  struct bytes in = {0}, seed = {0};
  char path[1024];
  int i;

  bytes_puts(&seed, "00000000100000000000000\n\001t0\n");
  for (i = 1; i <= 8; i++) {
    snprintf(path, sizeof(path), "corpus/rounds/%s-%d.sse", name, i);
    if (!bytes_read(&in, path))
      break;
    bytes_put(&seed, in.p, in.n);
    bytes_puts(&seed, next);
  }
  bytes_puts(&seed, "\001p\n\001f\n\001x\n");
  snprintf(path, sizeof(path), "%s/rounds/round-%s", folder, name);
  if (i > 1 && seed.n <= SEED_MAX)
    bytes_write(&seed, path);
  bytes_free(&in);
  bytes_free(&seed);
}

/* The first payload of the stream alone. */
static void seed_of_payload(const char *folder, const char *name,
                            const struct bytes *in)
{
  struct bytes seed = {0};
  const char *at = in->n == 0 ? NULL : strstr(in->p, "data: {");
  char path[1024];

  if (at == NULL)
    return;
  bytes_puts(&seed, "00000000000000000000000\n");
  bytes_put(&seed, at + 6, strcspn(at + 6, "\r\n"));
  snprintf(path, sizeof(path), "%s/json/%s.payload", folder, name);
  bytes_write(&seed, path);
  bytes_free(&seed);
}

static void seed_of_stream(const char *folder, const char *name)
{
  struct bytes in = {0}, opts = {0}, seed = {0};
  char path[512];
  uint8_t head[HEAD_BYTES];
  struct setup setup;

  setup_init(&setup);
  snprintf(path, sizeof(path), "corpus/%s.opts", name);
  if (bytes_read(&opts, path))
    setup_read(&setup, opts.p);
  snprintf(path, sizeof(path), "corpus/%s.sse", name);
  if (bytes_read(&in, path) && in.n <= SEED_MAX) {
    head_write(head, &setup.o);
    bytes_put(&seed, head, sizeof(head));
    bytes_put(&seed, in.p, in.n);
    write_for_all(folder, name, &seed);
    seed_of_payload(folder, name, &in);
    seed_of_events(folder, name);
  }
  setup_free(&setup);
  bytes_free(&in);
  bytes_free(&opts);
  bytes_free(&seed);
}

/* The request, with the flags of its case (request.c). */
static void seed_of_request(const char *folder, const char *name)
{
  struct request_case c;
  struct bytes seed = {0};
  char path[1024];

  request_case_read(&c, name);
  bytes_printf(&seed, "%c%c%c0000\n", (int)('0' + (c.o.flags >> 4)),
               (int)('0' + (c.o.flags & 15)), c.o.hosted_count > 0 ? '1' : '0');
  bytes_put(&seed, c.request.p, c.request.n);
  snprintf(path, sizeof(path), "%s/request/%s", folder, name);
  bytes_write(&seed, path);
  bytes_free(&seed);
  request_case_free(&c);
}

static void make_folder(const char *path)
{
  if (mkdir(path, 0777) != 0 && errno != EEXIST) {
    perror(path);
    exit(1);
  }
}

/* Calls `each` with the names of the files that end so, without the end. */
static void for_names(const char *from, const char *suffix, const char *folder,
                      void (*each)(const char *folder, const char *name))
{
  struct folder files;
  size_t i;

  folder_read(&files, from, suffix);
  for (i = 0; i < files.count; i++)
    each(folder, files.names[i]);
  folder_free(&files);
}

int main(int argc, char **argv)
{
  char path[1024];
  size_t i;

  if (argc != 2) {
    fputs("usage: seed FOLDER, where corpus/ is\n", stderr);
    return 2;
  }
  make_folder(argv[1]);
  for (i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
    snprintf(path, sizeof(path), "%s/%s", argv[1], targets[i]->name);
    make_folder(path);
  }
  for_names("corpus", ".sse", argv[1], seed_of_stream);
  for_names("corpus/rounds", ".json", argv[1], seed_of_scenario);
  for_names("corpus/requests", ".json", argv[1], seed_of_request);
  return 0;
}
