/* SPDX-License-Identifier: MIT */
/* Every allocation fails once over scenarios of corpus/rounds: the k-th alone,
 * and all from the k-th on, for k = 0 … until nothing fails. Nothing crashes or
 * leaks, and what comes out is the whole response or the lawful beginning of
 * one that ends with ERR_NOMEM. */
#include "check.h"
#include "laws.h"
#include "play.h"

struct heap {
  sluice_mem mem;
  size_t calls, fail_at, failed, live;
  int for_good;
};

static int fails(struct heap *h)
{
  size_t n = h->calls++;

  if (n != h->fail_at && !(h->for_good && n > h->fail_at))
    return 0;
  h->failed++;
  return 1;
}

static void *heap_realloc(void *user, void *ptr, size_t size)
{
  struct heap *h = (struct heap *)user;
  void *p;

  if (fails(h))
    return NULL;
  p = realloc(ptr, size == 0 ? 1 : size);
  assert_non_null(p);
  h->live += ptr == NULL;
  return p;
}

static void *heap_malloc(void *user, size_t size)
{
  return heap_realloc(user, NULL, size);
}

static void heap_free(void *user, void *ptr)
{
  ((struct heap *)user)->live -= ptr != NULL;
  free(ptr);
}

/* What the laws say of the events as they come. */
struct judged {
  struct laws *laws;
  struct bytes wire;
  const char *wrong;
};

static int on_judged(void *user, const sluice_event *e)
{
  struct judged *j = (struct judged *)user;

  bytes_put(&j->wire, e->wire.p, e->wire.n);
  if (j->wrong == NULL)
    j->wrong = laws_event(j->laws, e->wire.p, e->wire.n);
  return 0;
}

/* Memory that was missing while items were closed leaves them open; when it is
 * missing for the terminal event alone, all items are complete. No other law
 * may break. */
static int is_excused(const char *wrong)
{
  return (strstr(wrong, " error: an item is still open") != NULL ||
          strstr(wrong, " response.failed: an item is still open") != NULL ||
          strstr(wrong, " response.failed: not completed, but its last "
                        "message is") != NULL);
}

/* One run in that memory. Returns how it ended. */
static sluice_status play_in(const struct play *p, struct heap *h,
                             struct judged *j)
{
  sluice_options o = p->setup.o;
  sluice_status status;
  struct run r;

  memset(&r, 0, sizeof(r));
  r.setup = &p->setup;
  bytes_puts(&r.text, "");
  bytes_clear(&j->wire);
  j->wrong = NULL;
  j->laws = laws_new(o.index_unit);
  h->mem.malloc = heap_malloc;
  h->mem.realloc = heap_realloc;
  h->mem.free = heap_free;
  h->mem.user = h;
  o.mem = &h->mem;
  status = sluice_translator_new(&r.t, &o, on_judged, j);
  if (status == SLUICE_OK) {
    play_run(p, &r, 200);
    status = r.finish;
  }
  if (j->wrong != NULL && !(h->failed > 0 && is_excused(j->wrong)))
    fail_msg("%s, allocation %zu: %s", p->name, h->fail_at, j->wrong);
  laws_free(j->laws);
  run_free(&r);
  if (h->live != 0)
    fail_msg("%s, allocation %zu: %zu blocks leaked", p->name, h->fail_at,
             h->live);
  return status;
}

static void sweep(const char *name)
{
  struct bytes whole = {0};
  struct judged j = {NULL, {0}, NULL};
  struct play p;
  struct heap h;
  sluice_status status;
  size_t k;
  int for_good;

  play_read(&p, name);
  memset(&h, 0, sizeof(h));
  h.fail_at = SIZE_MAX;
  assert_int_equal(play_in(&p, &h, &j), SLUICE_OK);
  bytes_put(&whole, j.wire.p, j.wire.n);
  for (for_good = 0; for_good < 2; for_good++)
    for (k = 0;; k++) {
      memset(&h, 0, sizeof(h));
      h.fail_at = k;
      h.for_good = for_good;
      status = play_in(&p, &h, &j);
      if (h.failed == 0)
        break;
      /* Memory that fails for the messages alone ends nothing. */
      if (status != SLUICE_ERR_NOMEM && !bytes_equal(&j.wire, &whole))
        fail_msg("%s, allocation %zu: %s, but other events", name, k,
                 sluice_status_name(status));
    }
  assert_true(k > 20);
  assert_int_equal(status, SLUICE_OK);
  assert_true(bytes_equal(&j.wire, &whole));
  bytes_free(&whole);
  bytes_free(&j.wire);
  play_free(&p);
}

static void rounds_survive_each_failing_allocation(void **state)
{
  static const char *const names[] = {
      "results-reversed-kinds", "files-registered", "mcp-list-failed",
      "max-calls-over-rounds",  "custom-namespace", "ids-twice-over-rounds",
      "said-with-markers"};
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(names); i++)
    sweep(names[i]);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rounds_survive_each_failing_allocation)};

  return cmocka_run_group_tests_name("rounds_nomem", tests, NULL, NULL);
}
