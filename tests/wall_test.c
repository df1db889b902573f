/* SPDX-License-Identifier: MIT */
/* json.c is the wall around yajl. Here the linker puts a watchman at its gate
 * (-Wl,--wrap, see the Makefile): over all that the library does with the
 * corpus and with random bytes, whole and in small pushes,
 *
 *   yajl gets one complete payload per handle and then the end mark;
 *   it sees no backslash, form feed or vertical tab, and each other byte as it
 * is; it converts no number, and no option makes it take what is not JSON; all
 * its memory comes from the arena, none from malloc(3); after control has left
 * it by longjmp, it is not called again. */
#include <yajl/yajl_parse.h>

#include "check.h"
#include "folder.h"
#include "heap.h"
#include "json.h"
#include "run.h"

#define END_MARK " null "
#define DEPTH    256

/* The fortified name, when the library is built that way. */
#if defined(__USE_FORTIFY_LEVEL) && __USE_FORTIFY_LEVEL > 0
#define REAL_LONGJMP __real___longjmp_chk
#define WRAP_LONGJMP __wrap___longjmp_chk
#else
#define REAL_LONGJMP __real_longjmp
#define WRAP_LONGJMP __wrap_longjmp
#endif

/* malloc(3) can be watched where nothing else has taken its place. */
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) &&                    \
    !defined(__SANITIZE_THREAD__)
#define WATCH_MALLOC 1
#else
#define WATCH_MALLOC 0
#endif

yajl_handle __real_yajl_alloc(const yajl_callbacks *callbacks,
                              yajl_alloc_funcs *funcs, void *ctx);
int __real_yajl_config(yajl_handle h, yajl_option option, ...);
yajl_status __real_yajl_parse(yajl_handle h, const unsigned char *text,
                              size_t n);
size_t __real_yajl_get_bytes_consumed(yajl_handle h);
void REAL_LONGJMP(jmp_buf env, int value) __attribute__((noreturn));

yajl_handle __wrap_yajl_alloc(const yajl_callbacks *callbacks,
                              yajl_alloc_funcs *funcs, void *ctx);
int __wrap_yajl_config(yajl_handle h, yajl_option option, ...);
yajl_status __wrap_yajl_parse(yajl_handle h, const unsigned char *text,
                              size_t n);
size_t __wrap_yajl_get_bytes_consumed(yajl_handle h);
void WRAP_LONGJMP(jmp_buf env, int value) __attribute__((noreturn));

/* ---- the watchman ------------------------------------------------------- */

static struct watch {
  yajl_handle handle;     /* the last one; NULL when it must not be used */
  yajl_alloc_funcs arena; /* what the library gave */
  yajl_status status;     /* of the last parse */
  int parses;             /* of this handle */
  int inside;             /* control is in yajl, or in what it calls */
  int ours;               /* … in the memory functions below */
  size_t handles, payloads, requests, jumps, direct;
  struct bytes seen; /* all payloads, each with a NUL behind it */
} watch;

static void *watch_malloc(void *ctx, size_t size)
{
  assert_ptr_equal(ctx, &watch);
  assert_true(watch.inside);
  watch.requests++;
  return watch.arena.malloc(watch.arena.ctx, size);
}

static void *watch_realloc(void *ctx, void *ptr, size_t size)
{
  assert_ptr_equal(ctx, &watch);
  assert_true(watch.inside);
  watch.requests++;
  return watch.arena.realloc(watch.arena.ctx, ptr, size);
}

static void watch_free(void *ctx, void *ptr)
{
  assert_ptr_equal(ctx, &watch);
  watch.arena.free(watch.arena.ctx, ptr);
}

yajl_handle __wrap_yajl_alloc(const yajl_callbacks *callbacks,
                              yajl_alloc_funcs *funcs, void *ctx)
{
  yajl_alloc_funcs watched = {watch_malloc, watch_realloc, watch_free, &watch};

  assert_false(watch.inside);
  assert_non_null(funcs);
  assert_true(funcs->malloc != NULL && funcs->realloc != NULL &&
              funcs->free != NULL);
  assert_true(callbacks->yajl_number != NULL);
  assert_true(callbacks->yajl_integer == NULL);
  assert_true(callbacks->yajl_double == NULL);
  watch.arena = *funcs;
  watch.parses = 0;
  watch.handles++;
  watch.handle = NULL;
  watch.inside = 1;
  watch.handle = __real_yajl_alloc(callbacks, &watched, ctx);
  watch.inside = 0;
  return watch.handle;
}

int __wrap_yajl_config(yajl_handle h, yajl_option option, ...)
{
  int value;
  va_list ap;

  va_start(ap, option);
  value = va_arg(ap, int);
  va_end(ap);
  assert_true(h != NULL && h == watch.handle);
  assert_int_equal(watch.parses, 0);
  assert_true(option == yajl_dont_validate_strings ||
              option == yajl_allow_multiple_values);
  return __real_yajl_config(h, option, value);
}

static void see_payload(const char *text, size_t n)
{
  assert_true(n > 0);
  assert_null(memchr(text, '\\', n));
  assert_null(memchr(text, '\f', n));
  assert_null(memchr(text, '\v', n));
  watch.payloads++;
  bytes_put(&watch.seen, text, n);
  bytes_put(&watch.seen, "", 1);
}

yajl_status __wrap_yajl_parse(yajl_handle h, const unsigned char *text,
                              size_t n)
{
  assert_true(h != NULL && h == watch.handle);
  assert_false(watch.inside);
  if (watch.parses++ == 0) {
    see_payload((const char *)text, n);
  } else { /* only when the payload was taken, and once */
    assert_int_equal(watch.parses, 2);
    assert_int_equal(watch.status, yajl_status_ok);
    assert_int_equal(n, sizeof(END_MARK) - 1);
    assert_memory_equal(text, END_MARK, n);
  }
  watch.inside = 1;
  watch.status = __real_yajl_parse(h, text, n);
  watch.inside = 0;
  return watch.status;
}

size_t __wrap_yajl_get_bytes_consumed(yajl_handle h)
{
  assert_true(h != NULL && h == watch.handle);
  return __real_yajl_get_bytes_consumed(h);
}

/* Only the library's own jump comes here: cmocka is a library of its own. */
void WRAP_LONGJMP(jmp_buf env, int value)
{
  assert_true(watch.inside);
  watch.inside = 0;
  watch.handle = NULL;
  watch.jumps++;
  REAL_LONGJMP(env, value);
}

#if WATCH_MALLOC
/* What yajl asks of malloc(3) itself comes here, too: this program's functions
 * stand before those of libc. */
void *__libc_malloc(size_t size);
void *__libc_realloc(void *ptr, size_t size);

void *malloc(size_t size)
{
  watch.direct += watch.inside && !watch.ours;
  return __libc_malloc(size);
}

void *realloc(void *ptr, size_t size)
{
  watch.direct += watch.inside && !watch.ours;
  return __libc_realloc(ptr, size);
}
#endif

/* ---- the memory of the library ------------------------------------------ */

static struct heap heap;

static void *mem_malloc(void *user, size_t size)
{
  void *p;

  watch.ours++;
  p = heap.mem.malloc(user, size);
  watch.ours--;
  return p;
}

static void *mem_realloc(void *user, void *ptr, size_t size)
{
  void *p;

  watch.ours++;
  p = heap.mem.realloc(user, ptr, size);
  watch.ours--;
  return p;
}

static void mem_free(void *user, void *ptr)
{
  heap.mem.free(user, ptr);
}

static const sluice_mem memory = {mem_malloc, mem_realloc, mem_free, &heap};

static void watch_again(void)
{
  struct bytes seen = watch.seen;

  bytes_clear(&seen);
  memset(&watch, 0, sizeof(watch));
  watch.seen = seen;
  heap_arm(&heap, HEAP_NEVER, 0);
}

static void nothing_went_round_the_arena(void)
{
  assert_false(watch.inside);
  assert_int_equal(watch.direct, 0);
  assert_true(watch.requests >= 3 * watch.handles);
}

/* ---- the corpus --------------------------------------------------------- */

static void run_stream(const struct setup *setup, const struct bytes *in,
                       size_t step)
{
  struct run r;
  size_t at, n;

  watch_again();
  run_init(&r, setup);
  for (at = 0; at < in->n; at += n) {
    n = in->n - at < step ? in->n - at : step;
    run_feed(&r, in->p + at, n);
  }
  run_finish(&r);
  run_free(&r);
  assert_int_equal(heap.live, 0);
  nothing_went_round_the_arena();
}

/* However the bytes come, yajl sees the same payloads, each whole. Returns how
 * many. */
static size_t try_stream(const char *name, struct setup *setup,
                         const struct bytes *in)
{
  static const size_t steps[] = {1, 7, 64, 1000};
  struct bytes whole = {0};
  size_t i, payloads;

  setup->o.mem = &memory;
  run_stream(setup, in, SIZE_MAX);
  payloads = watch.payloads;
  bytes_puts(&whole, "");
  bytes_put(&whole, watch.seen.p, watch.seen.n);
  for (i = 0; i < COUNT(steps); i++) {
    run_stream(setup, in, steps[i]);
    if (!bytes_equal(&whole, &watch.seen))
      fail_msg("%s: yajl sees other payloads at %zu bytes a push", name,
               steps[i]);
  }
  bytes_free(&whole);
  return payloads;
}

static size_t try_file(const char *name)
{
  struct bytes in = {0}, opts = {0};
  struct setup setup;
  char path[300];
  size_t payloads;

  snprintf(path, sizeof(path), "corpus/%s.opts", name);
  setup_init(&setup);
  if (bytes_read(&opts, path))
    setup_read(&setup, opts.p);
  snprintf(path, sizeof(path), "corpus/%s.sse", name);
  assert_int_equal(bytes_read(&in, path), 1);
  payloads = try_stream(name, &setup, &in);
  setup_free(&setup);
  bytes_free(&in);
  bytes_free(&opts);
  return payloads;
}

static void the_corpus_shows_yajl_nothing_but_whole_payloads(void **state)
{
  struct folder streams;
  size_t i, payloads = 0;

  (void)state;
  folder_read(&streams, "corpus", ".sse");
  for (i = 0; i < streams.count; i++)
    payloads += try_file(streams.names[i]);
  print_message("# yajl saw %zu payloads of %zu streams\n", payloads,
                streams.count);
  assert_true(payloads > streams.count);
  folder_free(&streams);
}

/* ---- random bytes ------------------------------------------------------- */

/* Pieces that make JSON likely, and all that yajl must not see. */
static const char *const pieces[] = {"{",        "}",       "[",
                                     "]",        ":",       ",",
                                     "\"a\"",    "\"",      "\\",
                                     "\\\"",     "\\\\",    "\\u0041",
                                     "\\ud83d",  "\\ude00", "\\ud800",
                                     "\\u0",     "\\udbff", "1",
                                     "-0.5e+7",  "12345",   "true",
                                     "false",    "null",    "nul",
                                     " ",        "\n",      "\f",
                                     "\v",       "/* */",   "// x\n",
                                     "\xc0\x80", "\xff",    "\xed\xa0\x80",
                                     "\x01",     "\x7f"};

static void random_text(uint64_t *seed, struct bytes *in)
{
  size_t n = 1 + random_below(seed, 14);
  char c;

  bytes_clear(in);
  while (n-- > 0) {
    c = (char)random_below(seed, 256);
    if (random_below(seed, 12) == 0)
      bytes_put(in, &c, 1);
    else
      bytes_puts(in, pieces[random_below(seed, COUNT(pieces))]);
  }
}

/* Each byte is seen as it is, those of an escape as x; a payload that is not
 * seen was refused before. */
static void check_seen(const struct bytes *in, int status)
{
  size_t i;

  if (watch.payloads == 0) {
    assert_int_equal(status, SLUICE_ERR_JSON);
    return;
  }
  assert_int_equal(watch.payloads, 1);
  assert_int_equal(watch.handles, 1);
  assert_int_equal(watch.seen.n, in->n + 1);
  for (i = 0; i < in->n; i++)
    assert_true(watch.seen.p[i] == in->p[i] || watch.seen.p[i] == 'x');
}

static void random_bytes_show_yajl_no_escape(void **state)
{
  uint64_t seed = 17;
  struct bytes in = {0};
  size_t taken = 0, shown = 0, turn;
  struct json j;

  (void)state;
  sluice__json_init(&j, &memory);
  for (turn = 0; turn < 200000; turn++) {
    sluice_str payload;
    int status;

    random_text(&seed, &in);
    payload.p = in.p;
    payload.n = in.n;
    watch_again();
    status = sluice__json_parse(&j, payload, DEPTH);
    check_seen(&in, status);
    nothing_went_round_the_arena();
    taken += status == 0;
    shown += watch.payloads;
  }
  sluice__json_free(&j);
  assert_int_equal(heap.live, 0);
  assert_true(taken > 1000 && shown > taken && shown < turn);
  bytes_free(&in);
}

static void random_streams_show_yajl_whole_payloads(void **state)
{
  uint64_t seed = 23;
  struct bytes in = {0}, text = {0};
  struct setup setup;
  size_t turn, events, payloads = 0;

  (void)state;
  setup_init(&setup);
  setup.o.lenient = SLUICE_LENIENT_BAD_EVENTS;
  for (turn = 0; turn < 2000; turn++) {
    bytes_clear(&in);
    for (events = random_below(&seed, 6); events > 0; events--) {
      random_text(&seed, &text);
      bytes_puts(&in, "data: {\"x\":");
      bytes_put(&in, text.p, text.n);
      bytes_puts(&in, "}\n\n");
    }
    bytes_puts(&in, "data: [DONE]\n\n");
    payloads += try_stream("random bytes", &setup, &in);
  }
  setup_free(&setup);
  bytes_free(&in);
  bytes_free(&text);
  assert_true(payloads > turn);
}

/* ---- the jump ----------------------------------------------------------- */

/* Payloads for which yajl needs more than the arena has at first. */
static void big_payload(struct bytes *in, int kind)
{
  size_t i;

  bytes_clear(in);
  switch (kind) {
  case 0: /* its stack */
    for (i = 0; i < 20000; i++)
      bytes_puts(in, "[");
    for (i = 0; i < 20000; i++)
      bytes_puts(in, "]");
    break;
  case 1: /* its copy of a number that ends the text */
    for (i = 0; i < 20000; i++)
      bytes_puts(in, "7");
    break;
  default: /* its copy of a string that does not end */
    bytes_puts(in, "[\"\\n");
    for (i = 0; i < 20000; i++)
      bytes_puts(in, "x");
    break;
  }
}

/* All allocations from the k-th on fail. Returns 0 when none did. */
static int parse_with(struct json *j, sluice_str payload, size_t k)
{
  int status;

  watch_again();
  heap_arm(&heap, k, 1);
  status = sluice__json_parse(j, payload, UINT32_MAX);
  if (status != SLUICE_ERR_NOMEM) {
    assert_int_equal(watch.jumps, 0);
    return 0;
  }
  assert_true(watch.jumps <= 1);
  if (watch.jumps == 1) {
    assert_null(watch.handle);
    assert_int_equal(j->count, 0);
  }
  return 1;
}

static void nothing_of_yajl_is_used_after_the_jump(void **state)
{
  struct bytes in = {0};
  int kind;

  (void)state;
  for (kind = 0; kind < 3; kind++) {
    size_t k, jumps = 0;
    struct json j;

    big_payload(&in, kind);
    for (k = 0;; k++) {
      sluice_str payload = {in.p, in.n}, small = {"[1]", 3};
      int failed;

      sluice__json_init(&j, &memory);
      failed = parse_with(&j, payload, k);
      jumps += watch.jumps;
      watch_again();
      assert_int_equal(sluice__json_parse(&j, small, DEPTH), 0);
      assert_int_equal(j.count, 2);
      sluice__json_free(&j);
      assert_int_equal(heap.live, 0);
      if (!failed)
        break;
    }
    if (jumps < 1)
      fail_msg("kind %d: yajl never ran out of memory", kind);
  }
  bytes_free(&in);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_corpus_shows_yajl_nothing_but_whole_payloads),
      cmocka_unit_test(random_bytes_show_yajl_no_escape),
      cmocka_unit_test(random_streams_show_yajl_whole_payloads),
      cmocka_unit_test(nothing_of_yajl_is_used_after_the_jump)};
  int failed;

  heap_init(&heap, HEAP_NEVER, 0);
  failed = cmocka_run_group_tests_name("wall", tests, NULL, NULL);

  if (!WATCH_MALLOC)
    printf("skip - malloc(3) is not watched - it is not libc's own here\n");
  bytes_free(&watch.seen);
  return failed;
}
