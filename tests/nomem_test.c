/* SPDX-License-Identifier: MIT */
/* Every allocation fails once, for every stage and for streams of the corpus:
 * the k-th alone, and all from the k-th on, for k = 0 … until nothing fails.
 * Nothing crashes or leaks, each handle can be freed, and what comes out is the
 * whole answer or the lawful beginning of one that ends with ERR_NOMEM. */
#include "check.h"
#include "laws.h"
#include "run.h"

/* ---- memory that fails -------------------------------------------------- */

struct heap {
  sluice_mem mem;
  size_t calls;   /* allocations asked for */
  size_t fail_at; /* this one fails */
  int for_good;   /* and all after it */
  size_t failed, live;
};

static int fails(struct heap *h)
{
  size_t n = h->calls++;

  if (n != h->fail_at && !(h->for_good && n > h->fail_at))
    return 0;
  h->failed++;
  return 1;
}

static void *heap_malloc(void *user, size_t size)
{
  struct heap *h = (struct heap *)user;
  void *p;

  if (fails(h))
    return NULL;
  p = malloc(size == 0 ? 1 : size);
  assert_non_null(p);
  h->live++;
  return p;
}

static void *heap_realloc(void *user, void *ptr, size_t size)
{
  struct heap *h = (struct heap *)user;
  void *p;

  if (fails(h))
    return NULL;
  p = realloc(ptr, size == 0 ? 1 : size);
  assert_non_null(p);
  if (ptr == NULL)
    h->live++;
  return p;
}

static void heap_free(void *user, void *ptr)
{
  struct heap *h = (struct heap *)user;

  if (ptr == NULL)
    return;
  assert_true(h->live > 0);
  h->live--;
  free(ptr);
}

static void heap_init(struct heap *h, size_t fail_at, int for_good)
{
  memset(h, 0, sizeof(*h));
  h->mem.malloc = heap_malloc;
  h->mem.realloc = heap_realloc;
  h->mem.free = heap_free;
  h->mem.user = h;
  h->fail_at = fail_at;
  h->for_good = for_good;
}

/* ---- the whole line ------------------------------------------------------ */

struct out {
  struct bytes wire;
  struct laws *laws;
  const char *wrong;
};

static int on_event(void *user, const sluice_event *e)
{
  struct out *o = (struct out *)user;

  bytes_put(&o->wire, e->wire.p, e->wire.n);
  if (o->wrong == NULL)
    o->wrong = laws_event(o->laws, e->wire.p, e->wire.n);
  return 0;
}

/* One run; returns what finish returned. */
static sluice_status translate(const char *name, const struct setup *s,
                               const struct bytes *in, struct heap *h,
                               struct out *o)
{
  sluice_options options = s->o;
  sluice_translator *t = NULL;
  sluice_status status, end;
  sluice_str json;
  size_t at, n;

  options.mem = &h->mem;
  status = sluice_translator_new(&t, &options, on_event, o);
  if (status != SLUICE_OK) {
    assert_int_equal(status, SLUICE_ERR_NOMEM);
    assert_null(t);
    return status;
  }
  for (at = 0; at < in->n && status == SLUICE_OK; at += n) {
    n = in->n - at < 300 ? in->n - at : 300;
    status = sluice_translator_feed(t, in->p + at, n, NULL);
  }
  end = sluice_translator_finish(t);
  if (status < 0)
    assert_int_equal(end, status);
  assert_int_equal(sluice_translator_finish(t), end);
  if (end < 0 && sluice_translator_error(t).status != end)
    fail_msg("%s, allocation %zu: finish says %s, the error %s", name,
             h->fail_at, sluice_status_name(end),
             sluice_status_name(sluice_translator_error(t).status));
  (void)sluice_translator_response(t, &json);
  (void)sluice_translator_message(t);
  sluice_translator_free(t);
  return end;
}

/* Memory that was missing while items were closed leaves them open; when it was
 * missing for the terminal event alone, they are closed as completed. No other
 * law may break. */
static int is_excused(const struct out *o, sluice_status status)
{
  return status < 0 &&
         (strstr(o->wrong, "an item is still open") != NULL ||
          strstr(o->wrong, "not completed, but its last message is") != NULL) &&
         (strstr(o->wrong, " error: ") != NULL ||
          strstr(o->wrong, " response.failed: ") != NULL);
}

static void check_output(const char *name, sluice_status status,
                         const struct heap *h, struct out *o,
                         sluice_status whole_status, const struct bytes *whole)
{
  if (o->wrong != NULL && !is_excused(o, status))
    fail_msg("%s, allocation %zu%s: %s", name, h->fail_at,
             h->for_good ? " and all after it" : "", o->wrong);
  if (h->live != 0)
    fail_msg("%s, allocation %zu: %zu blocks leaked", name, h->fail_at,
             h->live);
  if (status == SLUICE_ERR_NOMEM) {
    assert_true(h->failed > 0);
    return;
  }
  if (status != whole_status)
    fail_msg("%s, allocation %zu: %s", name, h->fail_at,
             sluice_status_name(status));
  /* What failed anyway keeps its code; some of its last events may miss. */
  if (!bytes_equal(&o->wire, whole) && !(status < 0 && h->failed > 0))
    fail_msg("%s, allocation %zu: %s, but other events", name, h->fail_at,
             sluice_status_name(status));
}

static const char *const names[] = {"e08-everything",
                                    "f18-interleaved",
                                    "call-waiting-kinds",
                                    "call-waiting-cut",
                                    "cite-in-ten",
                                    "cite-known",
                                    "cite-many-brackets",
                                    "b06-body-calls",
                                    "b06-body-error",
                                    "b07-html",
                                    "i07-logprobs",
                                    "i07-logprobs-of-a-marker",
                                    "g07-cut",
                                    "f11-arguments-object",
                                    "f08-no-id",
                                    "f09-id-twice",
                                    "d06-two-choices",
                                    "c03-surrogates",
                                    "c12-raw-newline",
                                    "b03-error-odd-bytes",
                                    "a09-data-in-lines",
                                    "c10-depth",
                                    "seed-002-wire"};

static void read_case(const char *name, struct setup *s, struct bytes *in)
{
  struct bytes opts = {0};
  char path[256];

  snprintf(path, sizeof(path), "corpus/%s.sse", name);
  if (!bytes_read(in, path))
    fail_msg("%s is missing", path);
  setup_init(s);
  snprintf(path, sizeof(path), "corpus/%s.opts", name);
  if (bytes_read(&opts, path))
    setup_read(s, opts.p);
  bytes_free(&opts);
}

static void sweep(const char *name)
{
  struct bytes in = {0};
  struct out whole = {{0}, NULL, NULL}, o = {{0}, NULL, NULL};
  struct setup s;
  struct heap h;
  sluice_status whole_status, status;
  size_t k;
  int for_good;

  read_case(name, &s, &in);
  heap_init(&h, SIZE_MAX, 0);
  whole.laws = laws_new(s.o.index_unit);
  whole_status = translate(name, &s, &in, &h, &whole);
  assert_int_not_equal(whole_status, SLUICE_ERR_NOMEM);
  for (for_good = 0; for_good < 2; for_good++)
    for (k = 0;; k++) {
      bytes_clear(&o.wire);
      o.laws = laws_new(s.o.index_unit);
      o.wrong = NULL;
      heap_init(&h, k, for_good);
      status = translate(name, &s, &in, &h, &o);
      check_output(name, status, &h, &o, whole_status, &whole.wire);
      laws_free(o.laws);
      if (h.failed == 0)
        break;
    }
  assert_true(k > 3);
  laws_free(whole.laws);
  bytes_free(&whole.wire);
  bytes_free(&o.wire);
  bytes_free(&in);
  setup_free(&s);
}

static void a_translator_survives_each_failing_allocation(void **state)
{
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(names); i++)
    sweep(names[i]);
}

/* ---- the stages alone ---------------------------------------------------- */

static int sse_seen(void *user, const sluice_sse_event *e)
{
  (void)user;
  (void)e;
  return 0;
}

static sluice_status use_sse(const sluice_options *o)
{
  sluice_sse *s = NULL;
  sluice_status status = sluice_sse_new(&s, o, sse_seen, NULL);
  size_t i;

  for (i = 0; i < 100 && status == SLUICE_OK; i++)
    status = sluice_sse_feed(s, "data: 0123456789\nda", 19, NULL);
  if (status == SLUICE_OK)
    status = sluice_sse_finish(s);
  sluice_sse_free(s);
  return status;
}

/* Parses into a fold, and asks for the completion after each chunk. */
static sluice_status use_fold(const sluice_options *o)
{
  static const char *const payloads[] = {
      "{\"id\":\"i\",\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":"
      "\"a\\ud83d\"},\"logprobs\":{\"content\":[{\"token\":\"a\",\"logprob\":"
      "-1}]}}]}",
      "{\"choices\":[{\"index\":1,\"delta\":{\"content\":[{\"type\":\"text\","
      "\"text\":\"b\"}],\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":"
      "{\"name\":\"f\",\"arguments\":{\"a\":[1,2,3]}}}]}}]}",
      "{\"choices\":[{\"delta\":{\"reasoning\":\"r\\n\",\"refusal\":\"n\"},"
      "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1}}"};
  sluice_parser *p = NULL;
  sluice_fold *f = NULL;
  sluice_str none = {NULL, 0}, in, json;
  sluice_chunk chunk;
  sluice_status status = sluice_parser_new(&p, o);
  size_t i;

  if (status == SLUICE_OK)
    status = sluice_fold_new(&f, o);
  for (i = 0; i < COUNT(payloads) && status == SLUICE_OK; i++) {
    in.p = payloads[i];
    in.n = strlen(payloads[i]);
    status = sluice_parser_parse(p, none, in, &chunk);
    if (status == SLUICE_OK)
      status = sluice_fold_chunk(f, &chunk);
    if (status == SLUICE_OK)
      status = sluice_fold_json(f, &json);
  }
  sluice_parser_free(p);
  sluice_fold_free(f);
  return status;
}

static int cite_seen(void *user, const sluice_cite_piece *p)
{
  (void)user;
  (void)p;
  return 0;
}

static sluice_status use_cite(const sluice_options *o)
{
  sluice_file files[20];
  sluice_options all = *o;
  sluice_text text = {"a <|file-a|> b <|file-", 22};
  sluice_cite *c = NULL;
  sluice_status status;
  size_t i;

  for (i = 0; i < COUNT(files); i++) {
    files[i].id.p = "file-abcdefghijklmnopqrst";
    files[i].id.n = 6 + i;
    files[i].name.p = "name";
    files[i].name.n = 4;
  }
  all.files = files;
  all.file_count = COUNT(files);
  status = sluice_cite_new(&c, &all, cite_seen, NULL);
  if (status == SLUICE_OK)
    status = (sluice_status)sluice_cite_feed(c, text);
  if (status == SLUICE_OK)
    status = (sluice_status)sluice_cite_finish(c);
  sluice_cite_free(c);
  return status;
}

static sluice_status use_event(const sluice_options *o)
{
  sluice_scratch *scratch = NULL;
  sluice_status status = sluice_scratch_new(&scratch, o->mem);
  sluice_event e;
  char text[5000];

  memset(&e, 0, sizeof(e));
  memset(text, 'x', sizeof(text));
  e.type = SLUICE_EVENT_TEXT_DELTA;
  e.text.p = text;
  e.text.n = sizeof(text);
  if (status == SLUICE_OK)
    status = sluice_event_write(scratch, &e);
  sluice_scratch_free(scratch);
  return status;
}

static void each_stage_survives_each_failing_allocation(void **state)
{
  sluice_status (*const stages[])(const sluice_options *) = {
      use_sse, use_fold, use_cite, use_event};
  size_t i, k;
  int for_good;

  (void)state;
  for (i = 0; i < COUNT(stages); i++)
    for (for_good = 0; for_good < 2; for_good++)
      for (k = 0;; k++) {
        sluice_options o;
        struct heap h;
        sluice_status status;

        sluice_options_init(&o);
        heap_init(&h, k, for_good);
        o.mem = &h.mem;
        status = stages[i](&o);
        if (status != (h.failed > 0 ? SLUICE_ERR_NOMEM : SLUICE_OK))
          fail_msg("stage %zu, allocation %zu: %s", i, k,
                   sluice_status_name(status));
        assert_int_equal(h.live, 0);
        if (h.failed == 0) {
          assert_true(k > 0);
          break;
        }
      }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_translator_survives_each_failing_allocation),
      cmocka_unit_test(each_stage_survives_each_failing_allocation)};

  return cmocka_run_group_tests_name("nomem", tests, NULL, NULL);
}
