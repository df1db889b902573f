/* SPDX-License-Identifier: MIT */
/* seed.c - FOLDER: writes the seeds of every target there, FOLDER/TARGET/NAME,
 * from corpus/. What a head can say of NAME.opts stands in its head. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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
    snprintf(path, sizeof(path), "%s/%s/%s", folder, targets[i]->name, name);
    bytes_write(seed, path);
  }
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
  }
  setup_free(&setup);
  bytes_free(&in);
  bytes_free(&opts);
  bytes_free(&seed);
}

static void make_folder(const char *path)
{
  if (mkdir(path, 0777) != 0 && errno != EEXIST) {
    perror(path);
    exit(1);
  }
}

int main(int argc, char **argv)
{
  struct dirent *entry;
  char path[1024], name[256];
  DIR *dir = opendir("corpus");
  size_t i, n;

  if (argc != 2 || dir == NULL) {
    fputs("usage: seed FOLDER, where corpus/ is\n", stderr);
    return 2;
  }
  make_folder(argv[1]);
  for (i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
    snprintf(path, sizeof(path), "%s/%s", argv[1], targets[i]->name);
    make_folder(path);
  }
  while ((entry = readdir(dir)) != NULL) {
    n = strlen(entry->d_name);
    if (n < 5 || n - 4 >= sizeof(name) ||
        strcmp(entry->d_name + n - 4, ".sse") != 0)
      continue;
    memcpy(name, entry->d_name, n - 4);
    name[n - 4] = '\0';
    seed_of_stream(argv[1], name);
  }
  closedir(dir);
  return 0;
}
