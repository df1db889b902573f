/* SPDX-License-Identifier: MIT */
/* The memory of a stream and the bytes it gives for each byte it gets, for
 * streams that try to make them large, held against the formulas of
 * docs/limits.md. `bounds_test figures` prints what was measured. */
#include <sluice/sluice.h>

#include "check.h"

/* ---- memory that is counted ---------------------------------------------- */

#define HEAD 16 /* before each block: its size */

struct meter {
  sluice_mem mem;
  size_t live, peak, blocks;
};

static void count_in(struct meter *m, size_t n)
{
  m->live += n;
  m->blocks++;
  if (m->live > m->peak)
    m->peak = m->live;
}

static void count_out(struct meter *m, const char *block)
{
  size_t n;

  memcpy(&n, block, sizeof(n));
  assert_true(m->live >= n && m->blocks > 0);
  m->live -= n;
  m->blocks--;
}

static void *meter_malloc(void *user, size_t n)
{
  char *block = malloc(HEAD + n);

  if (block == NULL)
    return NULL;
  memcpy(block, &n, sizeof(n));
  count_in((struct meter *)user, n);
  return block + HEAD;
}

static void meter_free(void *user, void *p)
{
  char *block = (char *)p - HEAD;

  if (p == NULL)
    return;
  count_out((struct meter *)user, block);
  free(block);
}

/* As it may be at worst: both blocks are there at once. */
static void *meter_realloc(void *user, void *p, size_t n)
{
  void *grown = meter_malloc(user, n);
  size_t had;

  if (grown == NULL || p == NULL)
    return grown;
  memcpy(&had, (char *)p - HEAD, sizeof(had));
  memcpy(grown, p, had < n ? had : n);
  meter_free(user, p);
  return grown;
}

static void meter_init(struct meter *m)
{
  memset(m, 0, sizeof(*m));
  m->mem.malloc = meter_malloc;
  m->mem.realloc = meter_realloc;
  m->mem.free = meter_free;
  m->mem.user = m;
}

/* ---- streams ------------------------------------------------------------- */

#define DELTA "data:{\"choices\":[{\"delta\":{"
#define CLOSE "}}]}\n\n"
#define END                                                                    \
  "data:{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"         \
  "data:[DONE]\n\n"

/* A unit again and again, between a head and a tail that make it an event. A
 * unit that has %zu is numbered. */
struct hostile {
  const char *name;
  const char *start; /* of the stream; NULL: nothing */
  const char *head, *unit, *tail;
  size_t most; /* bytes in an event; LARGE: as many as may be */
  int tool;    /* sluice_tool_type of the tool f; -1: none */
  uint32_t flags;
  const char *open, *prefix, *close; /* of markers; NULL: as usual */
};

#define CALL_OF(arguments)                                                     \
  DELTA "\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":"    \
        "\"f\",\"arguments\":\"" arguments "\"}}]" CLOSE
#define MORE_OF                                                                \
  DELTA "\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\""
#define DEL   "\x7f" /* one byte, six when it is clean */
#define ENTRY "\"logprobs\":{\"content\":["
#define PLAIN -1, 0, NULL, NULL, NULL
#define LARGE SIZE_MAX
#define DENSE 8000 /* what a payload may hold of the shortest deltas */
#define ONE   0

static const struct hostile hostiles[] = {
    {"text", NULL, DELTA "\"content\":\"", "abcdefgh", "\"" CLOSE, LARGE,
     PLAIN},
    {"text of escapes", NULL, DELTA "\"content\":\"", "\\u0041", "\"" CLOSE,
     LARGE, PLAIN},
    {"text of DEL", NULL, DELTA "\"content\":\"", DEL, "\"" CLOSE, LARGE,
     PLAIN},
    {"thought of DEL", NULL, DELTA "\"reasoning\":\"", DEL, "\"" CLOSE, LARGE,
     PLAIN},
    {"letters", NULL, DELTA "\"content\":\"", "a", "\"" CLOSE, ONE, PLAIN},
    {"letters, padded", NULL, DELTA "\"content\":\"", "a", "\"" CLOSE, ONE, -1,
     SLUICE_OBFUSCATION, NULL, NULL, NULL},
    {"letters as parts", NULL, DELTA "\"content\":[\"a\"", ",\"a\"", "]" CLOSE,
     DENSE, PLAIN},
    {"letters as parts, padded", NULL, DELTA "\"content\":[\"a\"", ",\"a\"",
     "]" CLOSE, DENSE, -1, SLUICE_OBFUSCATION, NULL, NULL, NULL},
    {"thoughts as parts, padded", NULL, DELTA "\"reasoning\":[\"a\"", ",\"a\"",
     "]" CLOSE, DENSE, -1, SLUICE_OBFUSCATION, NULL, NULL, NULL},
    {"DEL as parts, padded", NULL, DELTA "\"content\":[\"a\"", ",\"" DEL "\"",
     "]" CLOSE, DENSE, -1, SLUICE_OBFUSCATION, NULL, NULL, NULL},
    {"log probabilities", NULL, "data:{\"choices\":[{" ENTRY "{}", ",{}",
     "]},\"delta\":{\"content\":\"a\"}}]}\n\n", DENSE, PLAIN},
    {"top log probabilities", NULL,
     "data:{\"choices\":[{" ENTRY "{\"top_logprobs\":[{}", ",{}",
     "]}]},\"delta\":{\"content\":\"a\"}}]}\n\n", DENSE, PLAIN},
    {"values", NULL,
     "data:{\"choices\":[{\"delta\":{\"content\":\"a\"}}],"
     "\"x\":[0",
     ",0", "]}\n\n", LARGE, PLAIN},
    {"letters as parts, at once", NULL, DELTA "\"content\":[\"a\"", ",\"a\"",
     "]" CLOSE, LARGE, PLAIN},
    {"log probabilities, at once", NULL, "data:{\"choices\":[{" ENTRY "{}",
     ",{}", "]},\"delta\":{\"content\":\"a\"}}]}\n\n", LARGE, PLAIN},
    {"choices", NULL, "data:{\"choices\":[{}", ",{}", "]}\n\n", LARGE, PLAIN},
    {"documents", NULL, "data:{\"choices\":[{}]}", "{}", "\n\n", LARGE, PLAIN},
    {"a number that is cut", NULL, "data:{\"x\":1", "1", "\n\n", LARGE, PLAIN},
    {"a string that is cut", NULL, "data:{\"x\":\"", "a", "\n\n", LARGE, PLAIN},
    {"brackets", NULL, "data:", "[", "\n\n", LARGE, PLAIN},
    {"an error of DEL", NULL, "data:{\"error\":{\"message\":\"", DEL,
     "\"}}\n\n", LARGE, PLAIN},
    {"arguments", CALL_OF("["), MORE_OF, "1,", "\"}}]" CLOSE, LARGE, PLAIN},
    {"arguments as JSON", NULL,
     DELTA "\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":[0",
     ",\"" DEL "\"", "]}}]" CLOSE, LARGE, PLAIN},
    {"input of a custom tool", CALL_OF("{\\\"input\\\":\\\""), MORE_OF, "ab",
     "\"}}]" CLOSE, LARGE, SLUICE_TOOL_CUSTOM, 0, NULL, NULL, NULL},
    {"queries", CALL_OF("{\\\"queries\\\":[\\\"a\\\""), MORE_OF, ",\\\"a\\\"",
     "\"}}]" CLOSE, LARGE, SLUICE_TOOL_FILE_SEARCH, 0, NULL, NULL, NULL},
    {"text beside hosted tools", NULL, DELTA "\"content\":\"", "abcdefgh",
     "\"" CLOSE, LARGE, SLUICE_TOOL_MCP, 0, NULL, NULL, NULL},
    {"text that waits", CALL_OF("["), DELTA "\"content\":\"", "abcdefgh",
     "\"" CLOSE, LARGE, PLAIN},
    {"text and refusals that wait", CALL_OF("["), DELTA "\"content\":[\"a\"",
     ",\"a\",{\"type\":\"refusal\",\"refusal\":"
     "\"a\"}",
     "]" CLOSE, DENSE, PLAIN},
    {"text and refusals", NULL, DELTA "\"content\":[\"a\"",
     ",\"a\",{\"type\":\"refusal\",\"refusal\":\"a\"}", "]" CLOSE, DENSE, -1,
     SLUICE_OBFUSCATION, NULL, NULL, NULL},
    {"calls", NULL, DELTA "\"tool_calls\":[{\"name\":\"f\"}",
     ",{\"index\":%zu,\"name\":\"f\"}", "]" CLOSE, DENSE, PLAIN},
    {"hosted calls", NULL, DELTA "\"tool_calls\":[{\"name\":\"f\"}",
     ",{\"index\":%zu,\"name\":\"f\"}", "]" CLOSE, DENSE,
     SLUICE_TOOL_CODE_INTERPRETER, 0, NULL, NULL, NULL},
    {"secret thoughts", NULL,
     DELTA "\"reasoning_details\":[{\"type\":\"reasoning.encrypted\",\"data\":"
           "\"a\"}",
     ",{\"type\":\"reasoning.encrypted\",\"data\":\"a\"}", "]" CLOSE, DENSE,
     PLAIN},
    {"citations", NULL, DELTA "\"content\":\"", "a<|file-a|>", "\"" CLOSE,
     DENSE, PLAIN},
    {"short citations", NULL, DELTA "\"content\":\"", "a<fa>", "\"" CLOSE,
     DENSE, -1, SLUICE_OBFUSCATION, "<", "f", ">"},
    {"half citations", NULL, DELTA "\"content\":\"", " <|file-", "\"" CLOSE,
     LARGE, PLAIN},
    {"URLs", NULL, DELTA "\"content\":\"a\",\"annotations\":[{\"url\":\"a\"}",
     ",{\"url\":\"%zu\"}", "]" CLOSE, DENSE, PLAIN},
    {"URLs that wait", CALL_OF("["),
     DELTA "\"content\":\"a\",\"annotations\":[{\"url\":\"a\"}",
     ",{\"url\":\"%zu\"}", "]" CLOSE, DENSE, PLAIN},
};

/* Limits, and how many bytes of its unit the stream has. */
struct setting {
  size_t max_payload, max_output;
  uint32_t max_items, max_annotations;
  size_t total;
};

struct measured {
  size_t in, out, peak;
  sluice_status status;
};

static size_t put_unit(struct bytes *in, const char *unit, size_t number)
{
  size_t before = in->n;
  const char *hole = strstr(unit, "%zu");

  if (hole == NULL) {
    bytes_puts(in, unit);
  } else {
    bytes_put(in, unit, (size_t)(hole - unit));
    bytes_printf(in, "%zu", number);
    bytes_puts(in, hole + 3);
  }
  return in->n - before;
}

/* The stream as a whole; no event is larger than max_payload. */
static void build(struct bytes *in, const struct hostile *h,
                  const struct setting *s)
{
  size_t all = h->most == ONE ? s->total / 16 : s->total;
  size_t most = s->max_payload - strlen(h->tail) - 32;
  size_t total = 0, number = 1, start, got;

  if (h->most < most)
    most = h->most;
  if (h->start != NULL)
    bytes_puts(in, h->start);
  while (total < all) {
    start = in->n;
    bytes_puts(in, h->head);
    do {
      got = put_unit(in, h->unit, number++);
      total += got;
    } while (total < all && in->n - start + got < most);
    bytes_puts(in, h->tail);
  }
  bytes_puts(in, END);
}

static int on_event(void *user, const sluice_event *e)
{
  struct measured *m = (struct measured *)user;

  m->out += e->wire.n;
  return 0;
}

static void set_options(sluice_options *o, const struct hostile *h,
                        const struct setting *s, sluice_tool *tool)
{
  sluice_options_init(o);
  o->max_payload = s->max_payload;
  o->max_output = s->max_output;
  o->max_items = s->max_items;
  o->max_annotations = s->max_annotations;
  o->max_depth = UINT32_MAX;
  o->flags = h->flags;
  if (h->open != NULL) {
    o->marker_open = (sluice_str){h->open, strlen(h->open)};
    o->marker_prefix = (sluice_str){h->prefix, strlen(h->prefix)};
    o->marker_close = (sluice_str){h->close, strlen(h->close)};
  }
  memset(tool, 0, sizeof(*tool));
  tool->name = (sluice_str){"f", 1};
  tool->type = (sluice_tool_type)h->tool;
  o->tools = h->tool < 0 ? NULL : tool;
  o->tool_count = h->tool < 0 ? 0 : 1;
}

/* In pieces, so that each event is kept until it is whole. */
static void measure(const struct hostile *h, const struct setting *s,
                    struct measured *m)
{
  struct bytes in = {0};
  sluice_translator *t = NULL;
  sluice_options o;
  sluice_tool tool;
  struct meter meter;
  size_t at, n;

  memset(m, 0, sizeof(*m));
  build(&in, h, s);
  meter_init(&meter);
  set_options(&o, h, s, &tool);
  o.mem = &meter.mem;
  assert_int_equal(sluice_translator_new(&t, &o, on_event, m), SLUICE_OK);
  for (at = 0; at < in.n && m->status == SLUICE_OK; at += n) {
    n = in.n - at < 4000 ? in.n - at : 4000;
    m->status = sluice_translator_feed(t, in.p + at, n, NULL);
  }
  m->in = at;
  m->status = sluice_translator_finish(t);
  m->peak = meter.peak;
  sluice_translator_free(t);
  assert_int_equal(meter.live, 0);
  assert_int_equal(meter.blocks, 0);
  bytes_free(&in);
}

/* ---- the formulas of docs/limits.md ---------------------------------------
 */

static double memory_bound(const struct setting *s)
{
  return 64.0 * (double)s->max_payload + 12.0 * (double)s->max_output +
         2048.0 * s->max_items + 512.0 * s->max_annotations + 524288.0;
}

/* But for the echo of a request, which the client pays for. */
static double output_bound(const struct setting *s, size_t in)
{
  return 112.0 * (double)in + 4096.0 * s->max_items +
         1024.0 * s->max_annotations + 163840.0;
}

/* One limit large at a time, then all. */
static const struct setting settings[] = {
    {16 << 10, 16 << 10, 16, 16, 12 << 10},
    {1 << 20, 16 << 10, 16, 16, (1 << 20) - 1024},
    {16 << 10, 1 << 20, 16, 16, (1 << 20) - 1024},
    {16 << 10, 512 << 10, 4096, 16, 512 << 10},
    {16 << 10, 1 << 20, 16, 4096, 512 << 10},
    {512 << 10, 1 << 20, 1024, 16384, 1 << 20},
};

static void check_bounds(const struct hostile *h, const struct setting *s,
                         int print)
{
  struct measured m;
  double memory, output;

  measure(h, s, &m);
  memory = (double)m.peak / memory_bound(s);
  output = (double)m.out / output_bound(s, m.in);
  if (print)
    printf("  %-28s %-13s %9zu %9zu %7.1f %9zu %5.2f %5.2f\n", h->name,
           sluice_status_name(m.status), m.in, m.out,
           (double)m.out / (double)m.in, m.peak, memory, output);
  else if (memory > 1 || output > 1)
    fail_msg("%s: %zu bytes of memory, %.2f of the bound; %zu bytes of output "
             "for %zu, %.2f of the bound",
             h->name, m.peak, memory, m.out, m.in, output);
}

static void check_all(int print)
{
  size_t i, k;

  for (k = 0; k < COUNT(settings); k++) {
    const struct setting *s = &settings[k];

    if (print)
      printf("\nmax_payload %zu, max_output %zu, max_items %u, max_annotations "
             "%u\n  %-28s %-13s %9s %9s %7s %9s %5s %5s\n",
             s->max_payload, s->max_output, s->max_items, s->max_annotations,
             "stream", "status", "in", "out", "out/in", "memory", "of", "of");
    for (i = 0; i < COUNT(hostiles); i++)
      check_bounds(&hostiles[i], s, print);
  }
}

static void memory_and_output_stay_within_the_formulas(void **state)
{
  (void)state;
  check_all(0);
}

/* ---- the echo of a request ------------------------------------------------
 */

static size_t lifecycle_bytes(const char *unit, size_t n, size_t *request)
{
  struct bytes json = {0};
  struct measured m = {0};
  sluice_translator *t = NULL;
  sluice_options o;
  size_t i;

  bytes_puts(&json, "{\"tools\":[");
  for (i = 0; i < n; i++) {
    bytes_puts(&json, i > 0 ? "," : "");
    bytes_puts(&json, unit);
  }
  bytes_puts(&json, "]}");
  sluice_options_init(&o);
  o.request = (sluice_str){json.p, json.n};
  assert_int_equal(sluice_translator_new(&t, &o, on_event, &m), SLUICE_OK);
  assert_int_equal(sluice_translator_feed(t, END, sizeof(END) - 1, NULL),
                   SLUICE_OK);
  assert_int_equal(sluice_translator_finish(t), SLUICE_OK);
  sluice_translator_free(t);
  *request = json.n;
  bytes_free(&json);
  return m.out;
}

/* Three events show the request, at most eight times as long: six for a
 * character that needs an escape, more for settings that are filled in. */
static void check_echo(int print)
{
  static const char *const units[] = {
      "{\"type\":\"web_search\"}",
      "{\"type\":\"web_search\",\"user_location\":{}}",
      "{\"type\":\"file_search\",\"vector_store_ids\":[]}",
      "{\"type\":\"mcp\",\"server_label\":\"" DEL DEL DEL DEL DEL DEL "\"}",
      "{\"type\":\"function\",\"name\":\"\"}"};
  size_t i, in = 0, out;

  if (print)
    printf("\nthe echo of a request\n");
  for (i = 0; i < COUNT(units); i++) {
    out = lifecycle_bytes(units[i], 5000, &in);
    if (print)
      printf("  %-46.46s %9zu %9zu %7.1f\n", units[i], in, out,
             (double)out / (double)in);
    assert_true(out <= 24 * in + 8192);
  }
}

static void a_request_is_shown_three_times(void **state)
{
  (void)state;
  check_echo(0);
}

/* ---- what tools give -------------------------------------------------------
 */

/* The words of a tool are shown twice, each byte by at most six. */
static void the_words_of_a_tool_count_as_input(void **state)
{
  static const char call[] = CALL_OF("{}") END;
  static char words[100000];
  sluice_tool tool = {.name = {"f", 1}, .type = SLUICE_TOOL_MCP};
  struct measured m = {0};
  sluice_translator *t = NULL;
  sluice_result result;
  sluice_options o;

  (void)state;
  memset(words, 0x7f, sizeof(words));
  memset(&result, 0, sizeof(result));
  result.output = (sluice_str){words, sizeof(words)};
  sluice_options_init(&o);
  o.tools = &tool;
  o.tool_count = 1;
  assert_int_equal(sluice_translator_new(&t, &o, on_event, &m), SLUICE_OK);
  assert_int_equal(sluice_translator_feed(t, call, sizeof(call) - 1, NULL),
                   SLUICE_OK);
  assert_int_equal(sluice_translator_end_round(t), SLUICE_MORE);
  assert_int_equal(sluice_translator_result(t, (sluice_text){"c", 1}, &result),
                   SLUICE_MORE);
  assert_int_equal(sluice_translator_finish(t), SLUICE_OK);
  assert_true(m.out >= 12 * sizeof(words));
  assert_true(m.out <= 12 * sizeof(words) + 16384);
  sluice_translator_free(t);
}

/* ---- one stream -----------------------------------------------------------
 */

#define TOKEN DELTA "\"content\":\" stream\"" CLOSE

/* Memory of a stream at three places. */
static void check_stream(int shared, int print)
{
  struct meter meter, other;
  struct measured m = {0};
  sluice_scratch *scratch = NULL;
  sluice_translator *t = NULL;
  sluice_options o;
  size_t idle, blocks, i, text = 0;
  double grown;

  meter_init(&meter);
  meter_init(&other);
  sluice_options_init(&o);
  o.mem = &meter.mem;
  if (shared)
    assert_int_equal(sluice_scratch_new(&scratch, &other.mem), SLUICE_OK);
  o.scratch = scratch;
  assert_int_equal(sluice_translator_new(&t, &o, on_event, &m), SLUICE_OK);
  if (print)
    printf("%s scratch: new %zu bytes in %zu blocks", shared ? "shared" : "own",
           meter.live, meter.blocks);
  assert_int_equal(sluice_translator_feed(t, TOKEN, sizeof(TOKEN) - 1, NULL),
                   SLUICE_OK);
  idle = meter.live;
  blocks = meter.blocks;
  for (i = 0; i < 100000; i++, text += 7)
    assert_int_equal(sluice_translator_feed(t, TOKEN, sizeof(TOKEN) - 1, NULL),
                     SLUICE_OK);
  grown = (double)(meter.live - idle) / (double)text;
  assert_int_equal(sluice_translator_feed(t, END, sizeof(END) - 1, NULL),
                   SLUICE_OK);
  if (print)
    printf(", idle within a text %zu in %zu; %.2f bytes more for each of text, "
           "%.2f at the end",
           idle, blocks, grown, (double)meter.peak / (double)text);
  if (print && shared)
    printf("; the scratch %zu, for the last event", other.live);
  if (print)
    printf("\n");
  assert_true(idle <= (shared ? 1280 : 20480) && blocks <= (shared ? 6 : 20));
  assert_true(grown <= (shared ? 2.0 : 4.0) &&
              (double)meter.peak <= 5.0 * (double)text);
  sluice_translator_free(t);
  sluice_scratch_free(scratch);
  assert_int_equal(meter.live + other.live, 0);
}

/* As large servers send it. */
#define CHUNK_OF(delta)                                                        \
  "data: {\"id\":\"chatcmpl-BxYzAbCdEfGhIjKlMnOpQrStUvWxY\",\"object\":"       \
  "\"chat.completion.chunk\",\"created\":1753000000,\"model\":"                \
  "\"gpt-4o-2024-08-06\",\"service_tier\":\"default\","                        \
  "\"system_fingerprint\":\"fp_07871e2ad8\",\"choices\":[{\"index\":0,"        \
  "\"delta\":{" delta "},\"logprobs\":null,\"finish_reason\":null}]}\n\n"
#define ROLE                                                                   \
  CHUNK_OF("\"role\":\"assistant\",\"content\":\"\",\"refusal\":null")
#define WORD  CHUNK_OF("\"content\":\" stream\"")
#define WORDS 30
#define IDLE  1024 /* bytes beside the text; see docs/limits.md */

/* The memory of streams in the middle of their text, for each, without the
 * buffer of the text. They share a scratch, and each event comes in one feed.
 */
static size_t idle_beside_text(size_t *blocks)
{
  sluice_translator *t[2] = {NULL, NULL};
  sluice_scratch *scratch = NULL;
  struct meter meter, other;
  struct measured m = {0};
  size_t i, k, text = 64;
  sluice_options o;

  meter_init(&meter);
  meter_init(&other);
  assert_int_equal(sluice_scratch_new(&scratch, &other.mem), SLUICE_OK);
  sluice_options_init(&o);
  o.mem = &meter.mem;
  o.scratch = scratch;
  for (k = 0; k < COUNT(t); k++) {
    assert_int_equal(sluice_translator_new(&t[k], &o, on_event, &m), SLUICE_OK);
    assert_int_equal(sluice_translator_feed(t[k], ROLE, sizeof(ROLE) - 1, NULL),
                     SLUICE_OK);
    for (i = 0; i < WORDS; i++)
      assert_int_equal(
          sluice_translator_feed(t[k], WORD, sizeof(WORD) - 1, NULL),
          SLUICE_OK);
  }
  while (text < WORDS * strlen(" stream")) /* a buffer doubles */
    text *= 2;
  i = meter.live / COUNT(t) - text;
  *blocks = meter.blocks / COUNT(t);
  for (k = 0; k < COUNT(t); k++)
    sluice_translator_free(t[k]);
  assert_int_equal(meter.live, 0);
  sluice_scratch_free(scratch);
  assert_int_equal(other.live, 0);
  return i;
}

static void print_idle(void)
{
  size_t blocks, idle = idle_beside_text(&blocks);

  printf("shared scratch, a role and %d pieces of text: %zu bytes beside the "
         "text, in %zu blocks with it\n",
         WORDS, idle, blocks);
}

static void an_idle_stream_holds_at_most_1_kib_beside_its_text(void **state)
{
  size_t blocks;

  (void)state;
  assert_in_range(idle_beside_text(&blocks), 1, IDLE);
  assert_in_range(blocks, 1, 8);
}

static void an_idle_stream_is_small(void **state)
{
  (void)state;
  check_stream(0, 0);
  check_stream(1, 0);
}

/* An event that comes in pieces, none of which is shown. */
static size_t left_by_event(size_t n)
{
  struct bytes in = {0};
  struct measured m = {0};
  struct meter meter, other;
  sluice_scratch *scratch = NULL;
  sluice_translator *t = NULL;
  sluice_options o;
  size_t before, left, at;

  meter_init(&meter);
  meter_init(&other);
  sluice_options_init(&o);
  o.mem = &meter.mem;
  assert_int_equal(sluice_scratch_new(&scratch, &other.mem), SLUICE_OK);
  o.scratch = scratch;
  assert_int_equal(sluice_translator_new(&t, &o, on_event, &m), SLUICE_OK);
  /* It is odd, so that there are counters from here on. */
  assert_int_equal(sluice_translator_feed(t, "data:1\n\n", 8, NULL), SLUICE_OK);
  before = meter.live;
  bytes_puts(&in, "data:\"");
  while (in.n < n + 4)
    bytes_puts(&in, "a");
  bytes_puts(&in, "\"\n\n");
  for (at = 0; at < in.n; at++)
    assert_int_equal(sluice_translator_feed(t, in.p + at, 1, NULL), SLUICE_OK);
  left = meter.live - before;
  sluice_translator_free(t);
  sluice_scratch_free(scratch);
  bytes_free(&in);
  return left;
}

static void a_large_event_leaves_nothing(void **state)
{
  (void)state;
  assert_int_equal(left_by_event(65536), 65536);
  assert_int_equal(left_by_event(65537), 0);
  assert_int_equal(left_by_event(1 << 20), 0);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(memory_and_output_stay_within_the_formulas),
      cmocka_unit_test(a_request_is_shown_three_times),
      cmocka_unit_test(the_words_of_a_tool_count_as_input),
      cmocka_unit_test(an_idle_stream_is_small),
      cmocka_unit_test(an_idle_stream_holds_at_most_1_kib_beside_its_text),
      cmocka_unit_test(a_large_event_leaves_nothing)};

  if (argc > 1 && strcmp(argv[1], "figures") == 0) {
    check_stream(0, 1);
    check_stream(1, 1);
    print_idle();
    check_echo(1);
    check_all(1);
    return 0;
  }
  return cmocka_run_group_tests_name("bounds", tests, NULL, NULL);
}
