/* SPDX-License-Identifier: MIT */
/* Every corpus/NAME.sse, with the options of NAME.opts, must give exactly what
 * NAME.events says, however its bytes come:
 *
 *   whole; at 1 … 31 bytes a push; at every two-way cut (with sanitizers, which
 *   the environment says in SANITIZE, of a file above 2 KiB: each within its
 *   first 512 bytes, then some 200, evenly spread); before a page that must not
 *   be read; after resets; with one scratch for two handles in turns; with a
 *   pause at each event; decoded by the first stage and framed anew.
 *
 * TEST_SAMPLE=N in the environment takes one of N pushes and cuts.
 * GOLDEN=update writes the .events files and says which changed. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */

#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "folder.h"
#include "laws.h"
#include "run.h"
#include "schema.h"

#define FEW_CUTS  200
#define HEAD_CUTS 512
#define ALL_CUTS  2048

struct test {
  char name[128];
  struct setup setup;
  struct bytes in, why;
  struct run first; /* the run that all others are held against */
};

/* ---- a case ------------------------------------------------------------- */

static void path_of(char out[256], const char *name, const char *end)
{
  snprintf(out, 256, CORPUS "%s%s", name, end);
}

/* The first comment line of the stream, else of the options. */
static void read_why(struct test *t)
{
  const char *p = t->in.p;
  size_t n;

  if (t->in.n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
    p += 3;
  if (*p == ':') {
    p += p[1] == ' ' ? 2 : 1;
    n = strcspn(p, "\r\n");
    bytes_put(&t->why, p, n);
  } else {
    bytes_put(&t->why, t->setup.why.p, t->setup.why.n);
  }
  if (t->why.n < 10)
    fail_msg("%s does not say why it exists: begin it with `: why`", t->name);
}

static void read_case(struct test *t, const char *name)
{
  memset(t, 0, sizeof(*t));
  snprintf(t->name, sizeof(t->name), "%s", name);
  setup_stream(&t->setup, &t->in, name);
  read_why(t);
}

static void free_case(struct test *t)
{
  run_free(&t->first);
  setup_free(&t->setup);
  bytes_free(&t->in);
  bytes_free(&t->why);
}

/* ---- comparing ---------------------------------------------------------- */

static void same(const struct test *t, const struct run *r, const char *way,
                 size_t number)
{
  if (bytes_equal(&t->first.text, &r->text) &&
      bytes_equal(&t->first.wire, &r->wire))
    return;
  bytes_difference(&t->first.text, &r->text);
  fail_msg("%s: other output %s %zu", t->name, way, number);
}

static void check_laws(const struct test *t)
{
  char message[LAWS_MESSAGE];
  const char *wrong = laws_stream(t->setup.o.index_unit, t->first.wire.p,
                                  t->first.wire.n, message);

  if (wrong != NULL)
    fail_msg("%s breaks a law: %s", t->name, wrong);
}

/* Each event by itself, where the published schema is at hand. */
static void check_schema(const struct test *t, json_t *schema)
{
  struct bytes wrong = {0};
  const char *line = t->first.text.p, *json;
  json_t *event;

  for (; schema != NULL && *line != '\0' && *line != '#';
       line += strcspn(line, "\n") + 1) {
    json = strchr(line, ' ') + 1;
    event = json_loadb(json, strcspn(json, "\n"), JSON_ALLOW_NUL, NULL);
    if (!schema_check(schema, event, &wrong))
      fail_msg("%s is not as the schema says: %s", t->name, wrong.p);
    json_decref(event);
  }
  bytes_free(&wrong);
}

static void check_golden(const struct test *t)
{
  const char *mode = getenv("GOLDEN");
  struct bytes expected = {0}, got = {0};
  char path[256];
  int there;

  path_of(path, t->name, ".events");
  there = bytes_read(&expected, path);
  bytes_puts(&got, "# why: ");
  bytes_put(&got, t->why.p, t->why.n);
  bytes_puts(&got, "\n");
  bytes_put(&got, t->first.text.p, t->first.text.n);
  if (mode != NULL && strcmp(mode, "update") == 0) {
    if (!bytes_equal(&expected, &got)) {
      print_message("changed: %s\n", path);
      bytes_write(&got, path);
    }
  } else if (!there) {
    fail_msg("%s is missing: `make golden` writes it", path);
  } else if (!bytes_equal(&expected, &got)) {
    bytes_difference(&expected, &got);
    fail_msg("%s is not what comes out", path);
  }
  bytes_free(&expected);
  bytes_free(&got);
}

/* ---- ways to feed ------------------------------------------------------- */

static void in_pushes_of(struct run *r, const struct test *t, size_t step)
{
  size_t at, n;

  for (at = 0; at < t->in.n; at += n) {
    n = t->in.n - at < step ? t->in.n - at : step;
    run_feed(r, t->in.p + at, n);
  }
  run_finish(r);
}

static void small_pushes(const struct test *t, struct run *r)
{
  size_t step;

  for (step = 1; step <= 31; step += sample_stride()) {
    run_again(r);
    in_pushes_of(r, t, step);
    same(t, r, "at a push of", step);
  }
}

static void two_way_cuts(const struct test *t, struct run *r)
{
  const char *sanitize = getenv("SANITIZE");
  int few = sanitize != NULL && *sanitize != '\0' && t->in.n > ALL_CUTS;
  size_t cut, stride = few ? t->in.n / FEW_CUTS : 1;

  for (cut = 1; cut < t->in.n;
       cut += sample_stride() * (cut < HEAD_CUTS ? 1 : stride)) {
    run_again(r);
    run_feed(r, t->in.p, cut);
    run_feed(r, t->in.p + cut, t->in.n - cut);
    run_finish(r);
    same(t, r, "cut at", cut);
  }
}

/* Feeds bytes that end where the readable memory does. */
static void guarded(struct run *r, const char *p, size_t n)
{
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  size_t room = (n + page - 1) / page * page;
  char *map = mmap(NULL, room + page, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  assert_true(map != MAP_FAILED);
  assert_int_equal(mprotect(map + room, page, PROT_NONE), 0);
  memcpy(map + room - n, p, n);
  run_feed(r, map + room - n, n);
  munmap(map, room + page);
}

static void guard_page(const struct test *t, struct run *r)
{
  size_t cuts[] = {0, 1, 7, t->in.n / 3, t->in.n / 2, t->in.n - 1};
  size_t i;

  for (i = 0; i < COUNT(cuts); i++) {
    if (cuts[i] >= t->in.n)
      continue;
    run_again(r);
    guarded(r, t->in.p, cuts[i]);
    guarded(r, t->in.p + cuts[i], t->in.n - cuts[i]);
    run_finish(r);
    same(t, r, "before a guard page, cut at", cuts[i]);
  }
}

/* A reset in the middle leaves nothing behind. */
static void reset_within(const struct test *t, struct run *r)
{
  size_t i;

  for (i = 0; i <= 8; i++) {
    run_again(r);
    run_feed(r, t->in.p, t->in.n * i / 8);
    run_again(r);
    in_pushes_of(r, t, SIZE_MAX);
    same(t, r, "after a reset in eighth", i);
  }
}

static void shared_scratch(const struct test *t)
{
  struct setup setup = t->setup;
  sluice_scratch *scratch = NULL;
  struct run a, b;
  size_t at, n;

  assert_int_equal(sluice_scratch_new(&scratch, NULL), SLUICE_OK);
  setup.o.scratch = scratch;
  run_init(&a, &setup);
  run_init(&b, &setup);
  for (at = 0; at < t->in.n; at += n) {
    n = t->in.n - at < 97 ? t->in.n - at : 97;
    run_feed(&a, t->in.p + at, n);
    run_feed(&b, t->in.p + at, n / 2);
    run_feed(&b, t->in.p + at + n / 2, n - n / 2);
  }
  run_finish(&a);
  run_finish(&b);
  same(t, &a, "with one scratch for two, handle", 1);
  same(t, &b, "with one scratch for two, handle", 2);
  run_free(&a);
  run_free(&b);
  sluice_scratch_free(scratch);
}

static void pausing(const struct test *t, struct run *r)
{
  size_t step;

  r->pause = 1;
  for (step = 1; step < 200; step = step * 5 + 1) {
    run_again(r);
    in_pushes_of(r, t, step == 1 ? SIZE_MAX : step);
    if (r->feed == SLUICE_PAUSED)
      r->feed = SLUICE_OK;
    same(t, r, "with a pause at each event, push", step);
  }
  r->pause = 0;
}

/* ---- the first stage, then the whole line -------------------------------- */

struct reframed {
  struct bytes out;
  int whole; /* each event had its blank line */
};

static int on_sse(void *user, const sluice_sse_event *e)
{
  struct reframed *f = (struct reframed *)user;
  size_t at = 0, n;

  f->whole = f->whole && e->ended;
  if (e->name.n > 0) {
    bytes_puts(&f->out, "event:");
    bytes_put(&f->out, e->name.p, e->name.n);
    bytes_puts(&f->out, "\n");
  }
  do {
    const char *lf =
        at < e->data.n ? memchr(e->data.p + at, '\n', e->data.n - at) : NULL;

    n = lf == NULL ? e->data.n - at : (size_t)(lf - e->data.p) - at;
    bytes_puts(&f->out, "data: ");
    bytes_put(&f->out, n == 0 ? "" : e->data.p + at, n);
    bytes_puts(&f->out, "\n");
    at += n + 1;
  } while (at <= e->data.n);
  bytes_puts(&f->out, "\n");
  return 0;
}

/* The events alone, without comments and odd line ends, say the same. */
static void stage_by_stage(const struct test *t, struct run *r)
{
  struct reframed f = {{0}, 1};
  sluice_sse *sse = NULL;

  assert_int_equal(sluice_sse_new(&sse, &t->setup.o, on_sse, &f), SLUICE_OK);
  if (sluice_sse_feed(sse, t->in.p, t->in.n, NULL) == SLUICE_OK)
    sluice_sse_finish(sse);
  if (f.whole && f.out.n > 0 && t->first.finish != SLUICE_ERR_LIMIT) {
    run_again(r);
    run_feed(r, f.out.p, f.out.n);
    run_finish(r);
    if (!bytes_equal(&t->first.wire, &r->wire)) {
      bytes_difference(&t->first.wire, &r->wire);
      fail_msg("%s: other output when framed anew", t->name);
    }
  }
  sluice_sse_free(sse);
  bytes_free(&f.out);
}

/* What each test gets: its name, and what all share. */
struct entry {
  const char *name;
  json_t *schema; /* NULL: not at hand */
};

static void a_case(void **state)
{
  const struct entry *entry = (const struct entry *)*state;
  struct test t;
  struct run r;

  read_case(&t, entry->name);
  run_init(&t.first, &t.setup);
  in_pushes_of(&t.first, &t, SIZE_MAX);
  check_laws(&t);
  check_schema(&t, entry->schema);
  check_golden(&t);

  run_init(&r, &t.setup);
  small_pushes(&t, &r);
  two_way_cuts(&t, &r);
  guard_page(&t, &r);
  reset_within(&t, &r);
  shared_scratch(&t);
  pausing(&t, &r);
  stage_by_stage(&t, &r);
  run_free(&r);
  free_case(&t);
}

/* ---- the list ----------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A file beside no stream is a test that nobody runs. */
static int orphans(const struct folder *streams, const char *end)
{
  struct folder files;
  size_t i;
  int found = 0;

  folder_find(&files, CORPUS, end);
  for (i = 0; i < files.count; i++)
    if (bsearch(&files.names[i], streams->names, streams->count,
                sizeof(*streams->names), by_name) == NULL) {
      fprintf(stderr, CORPUS "%s%s belongs to no .sse\n", files.names[i], end);
      found = 1;
    }
  folder_free(&files);
  return found;
}

static int run_all(const struct folder *streams)
{
  struct CMUnitTest *tests = calloc(streams->count, sizeof(*tests));
  struct entry *entries = calloc(streams->count, sizeof(*entries));
  json_t *schema = schema_load();
  int failed;
  size_t i;

  if (tests == NULL || entries == NULL)
    abort();
  if (schema == NULL)
    printf("skip - events against the schema - no " SCHEMA_PATH "\n");
  for (i = 0; i < streams->count; i++) {
    entries[i].name = tests[i].name = streams->names[i];
    entries[i].schema = schema;
    tests[i].test_func = a_case;
    tests[i].initial_state = &entries[i];
  }
  failed = _cmocka_run_group_tests("golden", tests, streams->count, NULL, NULL);
  json_decref(schema);
  free(entries);
  free(tests);
  return failed;
}

int main(void)
{
  struct folder streams;
  int failed;

  folder_read(&streams, CORPUS, ".sse");
  failed = orphans(&streams, ".events") + orphans(&streams, ".opts");
  failed += run_all(&streams);
  folder_free(&streams);
  return failed == 0 ? 0 : 1;
}
