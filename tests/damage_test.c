/* SPDX-License-Identifier: MIT */
/* Streams that are cut at every byte, and streams that are damaged in every way
 * of damage.h: the output is always one that a client can read (trial.h).
 *
 *   damage_test                     the tests
 *   damage_test cuts                each stream cut, those of scenarios, too
 *   damage_test seeds FROM COUNT    COUNT seeds of each damage, from FROM on
 *   damage_test write-cuts
 *   damage_test write-seeds FROM COUNT
 *
 * The last two show the outputs to another checker (tests/damage_agree.py): for
 * each a line `output STREAM DAMAGE SEED WRONG BYTES`, where WRONG is 1 when
 * one of ours finds something wrong, and the bytes; at the end of each damage a
 * line `inputs DAMAGE NUMBER`, since cuts that give the output of the cut
 * before are not shown again.
 */
#include "check.h"
#include "cutter.h"
#include "damage.h"
#include "judge.h"
#include "trial.h"

#define SEEDS 250 /* of each damage, in a run of all tests */

static struct sources sources;

/* ---- cut at every byte ----------------------------------------------------
 */

/* Streams of scenarios are cut there (rounds_damage_test.c); the recordings
 * are there twice, with and without what the recorder added. */
static int is_cut_elsewhere(const struct source *s)
{
  return strstr(s->name, "/rounds/") != NULL ||
         strncmp(s->name, RECORDINGS "stream/", strlen(RECORDINGS "stream/")) ==
             0;
}

static struct cutter_count cut_streams(int all, struct cutter_hooks *hooks)
{
  struct cutter_count count = {0, 0};
  size_t i, streams = 0;

  for (i = 0; i < sources.count; i++) {
    struct setup setup;

    if (!all && is_cut_elsewhere(&sources.list[i]))
      continue;
    setup_init(&setup);
    setup_read(&setup, sources.list[i].opts.p);
    if (hooks->output != NULL)
      setup.o.index_unit = SLUICE_UNIT_CODEPOINT;
    hooks->user = &sources.list[i];
    cutter_run(sources.list[i].name, &setup, &sources.list[i].in, hooks,
               &count);
    setup_free(&setup);
    streams++;
  }
  if (hooks->output == NULL)
    print_message("%zu streams, cut at %zu bytes, give %zu outputs\n", streams,
                  count.cuts, count.outputs);
  return count;
}

static int all_cuts; /* asked for */

static void cut_at_every_byte(void **state)
{
  struct cutter_hooks hooks = {NULL, NULL, NULL, NULL};

  (void)state;
  cut_streams(all_cuts, &hooks);
}

/* ---- damaged --------------------------------------------------------------
 */

/* What is needed to see it again. */
static void show(const struct trial *t, const char *wrong)
{
  const char *keep = getenv("DAMAGE_KEEP");
  char path[300];

  print_error("%s, %s, seed %llu: %s\noptions:\n%s", t->source->name, t->damage,
              (unsigned long long)t->seed, wrong, t->opts.p);
  if (keep == NULL) {
    print_error("(DAMAGE_KEEP=FOLDER keeps such streams)\n");
    return;
  }
  snprintf(path, sizeof(path), "%s/%s-%llu.sse", keep, t->damage,
           (unsigned long long)t->seed);
  bytes_write(&t->in, path);
  snprintf(path, sizeof(path), "%s/%s-%llu.opts", keep, t->damage,
           (unsigned long long)t->seed);
  bytes_write(&t->opts, path);
}

/* Returns how many were wrong. */
static size_t try_damage(size_t damage, uint64_t from, uint64_t count)
{
  struct bytes why = {0};
  size_t faults = 0;
  uint64_t seed;

  for (seed = from; seed < from + count; seed++) {
    struct trial t;
    const char *wrong;

    trial_init(&t, &sources, damage, seed, VARIANT_ANY);
    bytes_clear(&why);
    wrong = trial_wrong(&t, &why);
    if (wrong != NULL && ++faults <= 3)
      show(&t, wrong);
    trial_free(&t);
  }
  bytes_free(&why);
  return faults;
}

static void damaged(void **state)
{
  uint64_t seeds = (check_sanitized() ? SEEDS / 5 : SEEDS) / sample_stride();

  (void)state;
  assert_int_equal(damage_all(try_damage, 0, seeds + 1, NULL), 0);
}

/* ---- the program ----------------------------------------------------------
 */

/* ---- outputs for another checker ------------------------------------------
 */

static void write_cut(void *user, const struct bytes *wire)
{
  judge_write(((const struct source *)user)->name, "every-byte", 0, wire);
}

static void write_cuts(void **state)
{
  struct cutter_hooks hooks = {NULL, NULL, write_cut, NULL};

  (void)state;
  printf("inputs every-byte %zu\n", cut_streams(1, &hooks).cuts);
}

static void write_input(const struct trial *t)
{
  printf("input %s %s %llu 0 %zu\n", t->source->name, t->damage,
         (unsigned long long)t->seed, t->in.n);
  fwrite(t->in.p, 1, t->in.n, stdout);
}

static int write_seeds(uint64_t from, uint64_t count, int inputs)
{
  struct bytes wire = {0};
  uint64_t seed;
  size_t i;

  for (i = 0; i < damage_count; i++) {
    for (seed = from; seed < from + count; seed++) {
      struct trial t;

      trial_init(&t, &sources, i, seed, VARIANT_UNIT);
      bytes_clear(&wire);
      if (inputs) {
        write_input(&t);
      } else {
        trial_output(&t, &wire);
        judge_write(t.source->name, t.damage, seed, &wire);
      }
      trial_free(&t);
    }
    printf("inputs %s%s %llu\n", inputs ? "command-" : "", damages[i].name,
           (unsigned long long)count);
  }
  bytes_free(&wire);
  return 0;
}

static int run_group(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(cut_at_every_byte),
                                     cmocka_unit_test(damaged)},
                          cuts[] = {cmocka_unit_test(cut_at_every_byte)},
                          outputs[] = {cmocka_unit_test(write_cuts)};

  if (argc == 2 && strcmp(argv[1], "write-cuts") == 0)
    return cmocka_run_group_tests_name("cuts", outputs, NULL, NULL);
  if (argc == 2 && strcmp(argv[1], "cuts") == 0) {
    all_cuts = 1;
    return cmocka_run_group_tests_name("cuts", cuts, NULL, NULL);
  }
  if (!sources.recorded)
    printf("skip - recorded streams, damaged - no " RECORDINGS "\n");
  return cmocka_run_group_tests_name("damage", tests, NULL, NULL);
}

int main(int argc, char **argv)
{
  uint64_t from = argc > 3 ? strtoull(argv[2], NULL, 10) : 0;
  uint64_t count = argc > 3 ? strtoull(argv[3], NULL, 10) : 0;
  int rv;

  sources_read(&sources);
  if (count > 0 && strcmp(argv[1], "seeds") == 0)
    rv = damage_all(try_damage, from, count, "streams") > 0;
  else if (count > 0 && strcmp(argv[1], "write-seeds") == 0)
    rv = write_seeds(from, count, 0);
  else if (count > 0 && strcmp(argv[1], "write-inputs") == 0)
    rv = write_seeds(from, count, 1);
  else
    rv = run_group(argc, argv);
  sources_free(&sources);
  return rv;
}
