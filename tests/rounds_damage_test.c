/* SPDX-License-Identifier: MIT */
/* Scenarios of corpus/rounds and of the recordings with one stream cut at every
 * byte, or damaged in every way of damage.h: what comes out is right for every
 * checker, has one ending, and is the same in other pieces.
 *
 *   rounds_damage_test                     the tests
 *   rounds_damage_test seeds FROM COUNT    COUNT seeds of each damage
 *   rounds_damage_test write-cuts          outputs for another checker, as
 * those rounds_damage_test write-seeds FROM COUNT              of damage_test
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

static void write_cut(void *user, const struct bytes *wire)
{
  const struct place *place = (const struct place *)user;

  judge_write(place->play->name, "rounds-every-byte", place->round, wire);
}

/* The other checker knows no other unit of the index. */
static int is_plain(const struct play *p)
{
  return p->setup.o.index_unit == SLUICE_UNIT_CODEPOINT;
}

static struct cutter_count cut_scenarios(int writing)
{
  struct cutter_count count = {0, 0};
  struct place place;
  struct cutter_hooks hooks = {up_to_here, from_here,
                               writing ? write_cut : NULL, &place};
  size_t i;

  for (i = 0; i < play_count; i++)
    for (place.round = 0; place.round < plays[i].rounds; place.round++) {
      place.play = &plays[i];
      if (!writing || is_plain(&plays[i]))
        cutter_run(plays[i].name, &plays[i].setup, &plays[i].in[place.round],
                   &hooks, &count);
    }
  return count;
}

static void cut_at_every_byte(void **state)
{
  struct cutter_count count = cut_scenarios(0);

  (void)state;
  print_message("%zu scenarios, cut at %zu bytes, give %zu outputs\n",
                play_count, count.cuts, count.outputs);
}

static void write_cuts(void **state)
{
  (void)state;
  printf("inputs rounds-every-byte %zu\n", cut_scenarios(1).cuts);
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

/* A scenario of which one stream is damaged, or two; the options may be
 * others. */
struct damaged {
  struct play play;
  struct bytes opts;
};

static void damaged_init(struct damaged *d, size_t damage, uint64_t *dice,
                         unsigned keep)
{
  const struct play *source = &plays[random_below(dice, play_count)];
  size_t i, round = random_below(dice, source->rounds);
  struct play *p = &d->play;

  memset(d, 0, sizeof(*d));
  *p = *source;
  memset(p->in, 0, sizeof(p->in));
  for (i = 0; i < p->rounds; i++) {
    const struct bytes *in = &source->in[i];

    bytes_put(&p->in[i], in->p, in->n);
    if (i == round || random_below(dice, 4) == 0)
      damages[damage].run(
          &p->in[i], &sources.list[random_below(dice, sources.count)].in, dice);
  }
  setup_init(&p->setup);
  p->setup.o = source->setup.o;
  bytes_puts(&d->opts, "");
  if (p->setup.o.lenient == 0 && p->setup.o.request.n == 0)
    variant_roll(&d->opts, dice, keep | VARIANT_TOOLS);
  setup_read(&p->setup, d->opts.p);
  if (keep & VARIANT_UNIT)
    p->setup.o.index_unit = SLUICE_UNIT_CODEPOINT;
}

static void damaged_free(struct damaged *d)
{
  size_t i;

  setup_free(&d->play.setup);
  bytes_free(&d->opts);
  for (i = 0; i < d->play.rounds; i++)
    bytes_free(&d->play.in[i]);
}

static uint64_t dice_of(size_t damage, uint64_t seed)
{
  return (seed * damage_count + damage) * 7919 + 5;
}

/* Returns how many were wrong. */
static size_t try_damage(size_t damage, uint64_t from, uint64_t count)
{
  struct bytes why = {0};
  size_t faults = 0;
  uint64_t seed;

  for (seed = from; seed < from + count; seed++) {
    uint64_t dice = dice_of(damage, seed);
    struct damaged d;
    const char *wrong;

    damaged_init(&d, damage, &dice, VARIANT_ANY);
    bytes_clear(&why);
    wrong = compare(&d.play, &dice, &why);
    if (wrong != NULL && ++faults <= 3)
      print_error("%s%s, %s, seed %llu: %s\noptions:\n%s\n", d.play.folder,
                  d.play.name, damages[damage].name, (unsigned long long)seed,
                  wrong, d.opts.p);
    damaged_free(&d);
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

static int write_seeds(uint64_t from, uint64_t count)
{
  char kind[64];
  uint64_t seed;
  size_t i;

  for (i = 0; i < damage_count; i++) {
    snprintf(kind, sizeof(kind), "rounds-%s", damages[i].name);
    for (seed = from; seed < from + count; seed++) {
      uint64_t dice = dice_of(i, seed);
      struct damaged d;
      struct run r;

      damaged_init(&d, i, &dice, VARIANT_UNIT);
      run_init(&r, &d.play.setup);
      play_run(&d.play, &r, SIZE_MAX);
      judge_write(d.play.name, kind, seed, &r.wire);
      run_free(&r);
      damaged_free(&d);
    }
    printf("inputs %s %llu\n", kind, (unsigned long long)count);
  }
  return 0;
}

/* ---- the program ----------------------------------------------------------
 */

static int run_group(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(cut_at_every_byte),
                                     cmocka_unit_test(damaged)},
                          outputs[] = {cmocka_unit_test(write_cuts)};

  if (argc == 2 && strcmp(argv[1], "write-cuts") == 0)
    return cmocka_run_group_tests_name("rounds cuts", outputs, NULL, NULL);
  if (recorded == 0)
    printf("skip - recorded scenarios, damaged - no " RECORDINGS "\n");
  return cmocka_run_group_tests_name("rounds damage", tests, NULL, NULL);
}

int main(int argc, char **argv)
{
  uint64_t from = argc > 3 ? strtoull(argv[2], NULL, 10) : 0;
  uint64_t count = argc > 3 ? strtoull(argv[3], NULL, 10) : 0;
  int rv;

  sources_read(&sources);
  read_plays();
  if (count > 0 && strcmp(argv[1], "seeds") == 0)
    rv = damage_all(try_damage, from, count, "scenarios") > 0;
  else if (count > 0 && strcmp(argv[1], "write-seeds") == 0)
    rv = write_seeds(from, count);
  else
    rv = run_group(argc, argv);
  while (play_count > 0)
    play_free(&plays[--play_count]);
  free(plays);
  sources_free(&sources);
  return rv;
}
