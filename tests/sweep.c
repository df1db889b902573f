/* SPDX-License-Identifier: MIT */
#include "sweep.h"

#include "check.h"
#include "laws.h"
#include "shortened.h"

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

/* NOMEM_SHOW=1 in the environment shows the events that are wrong. */
static void judge(const struct subject *s, const struct heap *h,
                  const struct outcome *o, struct seen *seen)
{
  char message[LAWS_MESSAGE];
  const char *wrong;
  size_t at = shortened_at(&o->out, &s->good);

  if (!s->events || o->refused || !remember(seen, &o->out))
    return;
  wrong = laws_stream(s->unit, o->out.p, o->out.n, message);
  if (wrong != NULL && shortened_may(wrong, &o->out, at, &s->good))
    wrong = NULL;
  if (wrong != NULL && getenv("NOMEM_SHOW") != NULL)
    print_error("%s", o->out.p);
  if (wrong != NULL)
    fail_at(s, h, wrong);
  if (!shortened_only_ends(&o->out, at))
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
