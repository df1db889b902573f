/* SPDX-License-Identifier: MIT */
/* Streams that are cut at every byte, and streams that are damaged in every way
 * of damage.h: the output is always one that a client can read (trial.h).
 *
 *   damage_test                     the tests
 *   damage_test seeds FROM COUNT    COUNT seeds of each damage, from FROM on
 */
#include "check.h"
#include "cutter.h"
#include "damage.h"
#include "trial.h"

#define SEEDS 250 /* of each damage, in a run of all tests */

static struct sources sources;

/* ---- cut at every byte ----------------------------------------------------
 */

static void cut_at_every_byte(void **state)
{
  static const struct cutter_hooks plain = {NULL, NULL, NULL};
  struct cutter_count count = {0, 0};
  size_t i;

  (void)state;
  for (i = 0; i < sources.count; i++) {
    struct setup setup;

    setup_init(&setup);
    setup_read(&setup, sources.list[i].opts.p);
    cutter_run(sources.list[i].name, &setup, &sources.list[i].in, &plain,
               &count);
    setup_free(&setup);
  }
  print_message("%zu streams, cut at %zu bytes, give %zu outputs\n",
                sources.count, count.cuts, count.outputs);
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
  size_t i, faults = 0;

  (void)state;
  for (i = 0; i < damage_count; i++)
    faults += try_damage(i, 0, SEEDS);
  assert_int_equal(faults, 0);
}

/* ---- the program ----------------------------------------------------------
 */

static int try_seeds(uint64_t from, uint64_t count)
{
  size_t i, faults, all = 0;

  for (i = 0; i < damage_count; i++) {
    faults = try_damage(i, from, count);
    printf("%-16s %8llu streams %4zu faults\n", damages[i].name,
           (unsigned long long)count, faults);
    fflush(stdout);
    all += faults;
  }
  return all > 0;
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(cut_at_every_byte),
                                     cmocka_unit_test(damaged)};
  int rv;

  sources_read(&sources);
  if (argc == 4 && strcmp(argv[1], "seeds") == 0) {
    rv = try_seeds(strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10));
  } else {
    if (!sources.recorded)
      printf("skip - recorded streams, damaged - no " RECORDINGS "\n");
    rv = cmocka_run_group_tests_name("damage", tests, NULL, NULL);
  }
  sources_free(&sources);
  return rv;
}
