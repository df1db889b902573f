/* SPDX-License-Identifier: MIT */
#include "sweep.h"

#include "check.h"
#include "laws.h"

static void fail_at(const struct subject *s, const struct heap *h,
                    const char *what)
{
  fail_msg("%s, %s, allocation %zu%s: %s", s->name, s->way, h->fail_at,
           h->for_good ? " and all after it" : "", what);
}

/* ---- the laws ----------------------------------------------------------- */

/* Many runs give the same output: each is judged once. */
struct seen {
  uint64_t *hashes;
  size_t count;
};

static uint64_t hash_of(const struct bytes *b)
{
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  size_t i;

  for (i = 0; i < b->n; i++) /* FNV-1a */
    hash = (hash ^ (unsigned char)b->p[i]) * UINT64_C(0x100000001b3);
  return hash;
}

/* 1 when it is new. */
static int remember(struct seen *seen, const struct bytes *b)
{
  uint64_t hash = hash_of(b);
  size_t i;

  for (i = seen->count; i > 0; i--)
    if (seen->hashes[i - 1] == hash)
      return 0;
  seen->hashes =
      realloc(seen->hashes, (seen->count + 1) * sizeof(*seen->hashes));
  assert_non_null(seen->hashes);
  seen->hashes[seen->count++] = hash;
  return 1;
}

/* The length of the event at p: up to its blank line. */
static size_t event_length(const char *p)
{
  const char *end = strstr(p, "\n\n");

  return end == NULL ? strlen(p) : (size_t)(end - p) + 2;
}

static int ends_with(const char *p, size_t n, const char *end)
{
  size_t m = strlen(end);

  return n >= m && memcmp(p + n - m, end, m) == 0;
}

/* An event that only ends something, or begins the response. */
static int is_closing(const char *event)
{
  static const char *const ends[] = {".done", ".failed", ".completed"};
  static const char *const types[] = {"error\n", "response.created\n",
                                      "response.in_progress\n"};
  const char *type = event + strlen("event: ");
  size_t i;

  for (i = 0; i < COUNT(ends); i++)
    if (ends_with(type, strcspn(type, "\n"), ends[i]))
      return 1;
  for (i = 0; i < COUNT(types); i++)
    if (strncmp(type, types[i], strlen(types[i])) == 0)
      return 1;
  return 0;
}

/* How many bytes of events the two have in common. */
static size_t in_common(const struct bytes *out, const struct bytes *good)
{
  size_t at = 0, n;

  while (at < out->n) {
    n = event_length(out->p + at);
    if (at + n > good->n || memcmp(out->p + at, good->p + at, n) != 0)
      break;
    at += n;
  }
  return at;
}

/* Behind the first event that the good run does not have there come only such
 * that end what is open. */
static int adds_nothing(const struct bytes *out, size_t at)
{
  for (; at < out->n; at += event_length(out->p + at))
    if (!is_closing(out->p + at))
      return 0;
  return 1;
}

/* A response that failed ends with a message that is complete, which the laws
 * of a stream forbid: but here the good run shows that it was. It closed before
 * memory ran out, and the item behind it could not be shown. */
static int is_excused(const char *wrong, const struct bytes *out, size_t at,
                      const struct bytes *good)
{
  static const char item_done[] = "event: response.output_item.done\n";
  static const char item_added[] = "event: response.output_item.added\n";

  return strstr(wrong, "not completed, but its last message is") != NULL &&
         strstr(out->p + at, item_done) == NULL &&
         strstr(good->p + at, item_added) != NULL;
}

/* NOMEM_SHOW=1 in the environment shows the events that are wrong. */
static void judge(const struct subject *s, const struct heap *h,
                  const struct outcome *o, struct seen *seen)
{
  char message[LAWS_MESSAGE];
  const char *wrong;
  size_t at = in_common(&o->out, &s->good);

  if (!s->events || o->refused || !remember(seen, &o->out))
    return;
  wrong = laws_stream(s->unit, o->out.p, o->out.n, message);
  if (wrong != NULL && is_excused(wrong, &o->out, at, &s->good))
    wrong = NULL;
  if (wrong != NULL && getenv("NOMEM_SHOW") != NULL)
    print_error("%s", o->out.p);
  if (wrong != NULL)
    fail_at(s, h, wrong);
  if (!adds_nothing(&o->out, at))
    fail_at(s, h, "something is shown after memory ran out");
}

/* ---- one run ------------------------------------------------------------ */

static void check(const struct subject *s, const struct heap *h,
                  const struct outcome *o, struct figures *f)
{
  int same = bytes_equal(&o->out, &s->good) && o->status == s->good_status;

  f->runs++;
  if (h->live != 0)
    fail_at(s, h, "some blocks leaked");
  if (h->failed == 0 && !same)
    fail_at(s, h, "nothing failed, and the output differs");
  if (o->refused) {
    if (o->status != SLUICE_ERR_NOMEM || o->out.n != 0)
      fail_at(s, h, "there is no handle, for another reason than memory");
    f->refused++;
  } else if (same) {
    f->whole++;
  } else if (o->status == SLUICE_ERR_NOMEM) {
    f->short_of++;
  } else if (o->status == s->good_status && o->status < 0) {
    f->other++; /* it fails anyway, with fewer words */
  } else {
    fail_at(s, h, sluice_status_name(o->status));
  }
}

void sweep(struct subject *s, struct figures *f)
{
  struct outcome o = {SLUICE_OK, 0, {0}};
  struct seen seen = {NULL, 0};
  struct heap h;
  int for_good;
  size_t k = 0;

  bytes_clear(&s->good);
  bytes_clear(&o.out);
  heap_init(&h, HEAP_NEVER, 0);
  s->run(s, &h, &o);
  assert_int_equal(h.live, 0);
  assert_int_not_equal(o.status, SLUICE_ERR_NOMEM);
  bytes_put(&s->good, o.out.p, o.out.n);
  s->good_status = o.status;
  for (for_good = 0; for_good < 2; for_good++)
    for (k = 0;; k += sample_stride()) {
      bytes_clear(&o.out);
      o.refused = 0;
      heap_init(&h, k, for_good);
      s->run(s, &h, &o);
      check(s, &h, &o, f);
      judge(s, &h, &o, &seen);
      if (h.failed == 0)
        break;
    }
  f->subjects++;
  f->allocations += k;
  f->judged += seen.count;
  if (k > f->most) {
    f->most = k;
    snprintf(f->most_name, sizeof(f->most_name), "%s, %s", s->name, s->way);
  }
  free(seen.hashes);
  bytes_free(&o.out);
  bytes_free(&s->good);
}

void figures_print(const struct figures *f, const char *what)
{
  printf("# %s: %zu subjects, %zu allocations, %zu runs: %zu as if nothing "
         "had failed, %zu ERR_NOMEM, %zu another code, %zu without a handle; "
         "%zu different outputs judged; at most %zu allocations (%s)\n",
         what, f->subjects, f->allocations, f->runs, f->whole, f->short_of,
         f->other, f->refused, f->judged, f->most, f->most_name);
}
