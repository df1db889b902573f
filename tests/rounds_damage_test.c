/* SPDX-License-Identifier: MIT */
/* Scenarios of corpus/rounds and of the recordings with one stream cut at every
 * byte, or damaged in every way of damage.h: what comes out is right for every
 * checker, has one ending, and is the same in other pieces.
 *
 *   rounds_damage_test                     the tests
 *   rounds_damage_test seeds FROM COUNT    COUNT seeds of each damage
 */
#include "check.h"
#include "cutter.h"
#include "damage.h"
#include "folder.h"
#include "judge.h"
#include "play.h"
#include "sources.h"
#include "trial.h"

#define SEEDS 60 /* of each damage, in a run of all tests */

static struct play *plays;
static size_t play_count, recorded;
static struct sources sources; /* what is put into other streams */

static void add(const char *folder, const char *name)
{
  plays = realloc(plays, (play_count + 1) * sizeof(*plays));
  if (plays == NULL)
    abort();
  play_read_in(&plays[play_count++], folder, name);
}

static void read_plays(void)
{
  struct folder f;
  char path[160];
  size_t i;

  folder_find(&f, PLAY_CORPUS, ".json");
  for (i = 0; i < f.count; i++)
    add(PLAY_CORPUS, f.names[i]);
  folder_free(&f);
  folder_find(&f, RECORDINGS "rounds/", "");
  for (i = 0; i < f.count; i++) {
    snprintf(path, sizeof(path), RECORDINGS "rounds/%s/", f.names[i]);
    add(path, "scenario");
  }
  recorded = f.count;
  folder_free(&f);
  /* Their options point into them. */
  for (i = 0; i < play_count; i++) {
    plays[i].setup.o.tools = plays[i].tools;
    if (plays[i].setup.o.files != NULL)
      plays[i].setup.o.files = plays[i].setup.files;
  }
}

/* ---- cut at every byte ----------------------------------------------------
 */

/* One stream of a scenario. */
struct place {
  const struct play *play;
  size_t round;
};

static void up_to_here(void *user, struct run *r)
{
  const struct place *place = (const struct place *)user;
  size_t i;

  for (i = 0; i < place->round && play_begin(place->play, r, i); i++) {
    run_feed(r, place->play->in[i].p, place->play->in[i].n);
    if (!play_end(place->play, r, i))
      return;
  }
  play_begin(place->play, r, i);
}

static void from_here(void *user, struct run *r)
{
  const struct place *place = (const struct place *)user;

  if (play_end(place->play, r, place->round))
    play_rest(place->play, r, place->round + 1, SIZE_MAX);
  else
    run_finish(r);
}

static void cut_at_every_byte(void **state)
{
  struct cutter_count count = {0, 0};
  struct place place;
  struct cutter_hooks hooks = {up_to_here, from_here, &place};
  size_t i;

  (void)state;
  for (i = 0; i < play_count; i++)
    for (place.round = 0; place.round < plays[i].rounds; place.round++) {
      place.play = &plays[i];
      cutter_run(plays[i].name, &plays[i].setup, &plays[i].in[place.round],
                 &hooks, &count);
    }
  print_message("%zu scenarios, cut at %zu bytes, give %zu outputs\n",
                play_count, count.cuts, count.outputs);
}

/* ---- damaged --------------------------------------------------------------
 */

static const char *compare(const struct play *p, uint64_t *dice,
                           struct bytes *why)
{
  const char *wrong;
  struct run all, pieces;

  run_init(&all, &p->setup);
  play_run(p, &all, SIZE_MAX);
  wrong = judge_all(why, p->setup.o.index_unit, &all.wire);
  if (wrong == NULL)
    wrong = trial_ending(&all);
  run_init(&pieces, &p->setup);
  play_run(p, &pieces, 1 + random_below(dice, 400));
  if (wrong == NULL && !bytes_equal(&all.text, &pieces.text))
    wrong = "other output in other pieces";
  run_free(&all);
  run_free(&pieces);
  return wrong;
}

/* One stream of a scenario is damaged, or two of them; the options may be
 * others. */
static const char *try_one(size_t damage, uint64_t seed, struct bytes *why)
{
  uint64_t dice = (seed * damage_count + damage) * 7919 + 5;
  const struct play *source = &plays[random_below(&dice, play_count)];
  struct play p = *source;
  struct bytes opts = {0};
  const char *wrong;
  size_t i, round = random_below(&dice, p.rounds);

  memset(p.in, 0, sizeof(p.in));
  for (i = 0; i < p.rounds; i++) {
    const struct bytes *in = &source->in[i];

    bytes_put(&p.in[i], in->p, in->n);
    if (i == round || random_below(&dice, 4) == 0)
      damages[damage].run(&p.in[i],
                          &sources.list[random_below(&dice, sources.count)].in,
                          &dice);
  }
  setup_init(&p.setup);
  p.setup.o = source->setup.o;
  if (p.setup.o.lenient == 0 && p.setup.o.request.n == 0)
    variant_roll(&opts, &dice, VARIANT_TOOLS);
  setup_read(&p.setup, opts.n > 0 ? opts.p : "");
  wrong = compare(&p, &dice, why);
  if (wrong != NULL)
    print_error("%s%s, %s, seed %llu: %s\noptions:\n%s\n", p.folder, p.name,
                damages[damage].name, (unsigned long long)seed, wrong,
                opts.n > 0 ? opts.p : "");
  setup_free(&p.setup);
  bytes_free(&opts);
  for (i = 0; i < p.rounds; i++)
    bytes_free(&p.in[i]);
  return wrong;
}

static size_t try_damage(size_t damage, uint64_t from, uint64_t count)
{
  struct bytes why = {0};
  size_t faults = 0;
  uint64_t seed;

  for (seed = from; seed < from + count; seed++) {
    bytes_clear(&why);
    faults += try_one(damage, seed, &why) != NULL;
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

static int try_seeds(uint64_t from, uint64_t count)
{
  size_t i, faults, all = 0;

  for (i = 0; i < damage_count; i++) {
    faults = try_damage(i, from, count);
    printf("%-16s %8llu scenarios %4zu faults\n", damages[i].name,
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
  read_plays();
  if (argc == 4 && strcmp(argv[1], "seeds") == 0) {
    rv = try_seeds(strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10));
  } else {
    if (recorded == 0)
      printf("skip - recorded scenarios, damaged - no " RECORDINGS "\n");
    rv = cmocka_run_group_tests_name("rounds damage", tests, NULL, NULL);
  }
  while (play_count > 0)
    play_free(&plays[--play_count]);
  free(plays);
  sources_free(&sources);
  return rv;
}
