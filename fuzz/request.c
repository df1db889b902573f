/* SPDX-License-Identifier: MIT */
/* A Responses request with any options. Either the client is told what is wrong
 * in the form of the API, or the chat request obeys the laws (chat_laws.h), is
 * no longer than it may be, and a translator takes what was made for it; read
 * again it is the same; without memory it says so, and works when there is
 * some. The same bytes as an upstream's answer give an error of the API.
 *
 * The first eight bytes choose the options, by their low four bits. */
#include <sluice/request.h>
#include <sluice/sluice.h>
#include <string.h>

#include "../tests/bytes.h"
#include "../tests/chat_laws.h"
#include "../tests/heap.h"
#include "memory.h"
#include "pieces.h"
#include "target.h"

enum {
  AT_FLAGS,      /* two digits */
  AT_TABLES = 2, /* hosted tools, omitted members, separator, model */
  AT_LIMITS,     /* small ones: depth, items, tools, bytes */
  AT_MEMORY,     /* two digits: at which allocation it fails; 0: never */
  AT_FOR_GOOD = 6,
  AT_NEWLINE, /* not read */
  HEAD
};

#define S(literal)                                                             \
  {                                                                            \
    literal, sizeof(literal) - 1                                               \
  }
#define NO                                                                     \
  {                                                                            \
    NULL, 0                                                                    \
  }

static const sluice_hosted hosted[] = {
    {S("web_search"), NO, S("{\"name\":\"search\",\"description\":\"d\"}"),
     SLUICE_TOOL_WEB_SEARCH, NO},
    {S("mcp"), S("wiki"), S("{\"name\":\"wiki_ask\"}"), SLUICE_TOOL_MCP,
     S("ask")},
    {S("mcp"), NO, S("{\"name\":\"ask\"}"), SLUICE_TOOL_MCP, NO},
};
static const sluice_str omit[] = {S("tool_choice"), S("verbosity"), S("stop")};

static unsigned digit(const uint8_t *p, int at)
{
  return p[at] & 15u;
}

static void read_options(sluice_request_options *o, const uint8_t *p)
{
  static const sluice_str dash = S("-"), model = S("other\"\xff");
  unsigned tables = digit(p, AT_TABLES), limits = digit(p, AT_LIMITS);

  sluice_request_options_init(o);
  o->flags = (digit(p, AT_FLAGS) << 4 | digit(p, AT_FLAGS + 1)) & 0x7f;
  if (tables & 1) {
    o->hosted = hosted;
    o->hosted_count = sizeof(hosted) / sizeof(hosted[0]);
  }
  if (tables & 2) {
    o->omit = omit;
    o->omit_count = sizeof(omit) / sizeof(omit[0]);
  }
  if (tables & 4)
    o->separator = dash;
  if (tables & 8)
    o->model = model;
  o->max_depth = limits & 1 ? 5 : 0;
  o->max_items = limits & 2 ? 3 : 0;
  o->max_tools = limits & 4 ? 3 : 0;
  o->max_request = limits & 8 ? 1000 : 0;
}

static void check_laws(const char *wrong)
{
  memory_forget();
  if (wrong != NULL)
    fuzz_fail("%s", wrong);
}

/* What the options can add: the longest model, function and name. */
static size_t most(size_t body)
{
  return 8 * body + 1024;
}

static void check_answer(const sluice_request *r, sluice_status status,
                         size_t body)
{
  static char message[CHAT_LAWS_MESSAGE];
  sluice_str chat = sluice_request_chat(r);
  sluice_http_error error = sluice_request_error(r);
  sluice_translator *t = NULL;
  sluice_options o;

  sluice_options_init(&o);
  if (status != SLUICE_OK) {
    FUZZ_CHECK(status == SLUICE_ERR_REQUEST || status == SLUICE_ERR_JSON ||
               status == SLUICE_ERR_LIMIT || status == SLUICE_ERR_NOMEM);
    FUZZ_CHECK(chat.n == 0);
    FUZZ_CHECK(error.status >= 400 && error.status <= 500);
    FUZZ_CHECK(sluice_request_apply(r, &o) == SLUICE_ERR_STATE);
    memory_of_json();
    check_laws(chat_laws_error(error.body, message));
    return;
  }
  FUZZ_CHECK(error.status == 0);
  FUZZ_CHECK(sluice_request_apply(r, &o) == SLUICE_OK);
  FUZZ_CHECK(chat.n <= most(body));
  memory_of_json();
  check_laws(chat_laws(chat, &o, message));
  FUZZ_CHECK(sluice_translator_new(&t, &o, NULL, NULL) == SLUICE_OK);
  sluice_translator_free(t);
}

static void keep(const sluice_request *r, struct bytes *out)
{
  sluice_str chat = sluice_request_chat(r);
  sluice_http_error error = sluice_request_error(r);

  bytes_clear(out);
  bytes_put(out, chat.p, chat.n);
  bytes_put(out, error.body.p, error.body.n);
}

static void check_upstream(sluice_request *r, sluice_str body, int http)
{
  static char message[CHAT_LAWS_MESSAGE];
  sluice_http_error error;

  FUZZ_CHECK(sluice_request_upstream_error(r, http, body, &error) == SLUICE_OK);
  FUZZ_CHECK(error.status >= 400 && error.status <= 599);
  memory_of_json();
  check_laws(chat_laws_error(error.body, message));
}

static void run(const uint8_t *p, size_t n)
{
  static struct bytes first, second;
  sluice_request_options o;
  sluice_request *r = NULL;
  sluice_status status, good;
  struct heap memory;
  sluice_str body;
  size_t fail_at;

  if (n < HEAD)
    return;
  body.p = (const char *)p + HEAD;
  body.n = n - HEAD;
  read_options(&o, p);
  heap_init(&memory, HEAP_NEVER, 0);
  o.mem = &memory.mem;
  FUZZ_CHECK(sluice_request_new(&r, &o) == SLUICE_OK);
  good = sluice_request_read(r, body);
  FUZZ_CHECK(good != SLUICE_ERR_NOMEM);
  check_answer(r, good, body.n);
  keep(r, &first);
  fail_at = digit(p, AT_MEMORY) << 4 | digit(p, AT_MEMORY + 1);
  if (fail_at > 0) {
    heap_arm(&memory, fail_at - 1, (int)digit(p, AT_FOR_GOOD) & 1);
    status = sluice_request_read(r, body);
    /* what is refused anyway may be refused before the lack is noticed */
    FUZZ_CHECK(status == SLUICE_ERR_NOMEM ||
               (status == good && (good != SLUICE_OK || memory.failed == 0)));
    check_answer(r, status, body.n);
    heap_heal(&memory);
  }
  (void)sluice_request_read(r, body);
  keep(r, &second);
  FUZZ_CHECK(bytes_equal(&first, &second));
  check_upstream(r, body, 300 + (int)digit(p, AT_FLAGS) * 20);
  sluice_request_free(r);
  FUZZ_CHECK(memory.live == 0);
}

/* ---- mutations ---------------------------------------------------------- */

/* The end of the JSON value at `at`, or what stands for one. */
static size_t value_end(const uint8_t *p, size_t n, size_t at)
{
  int depth = 0, in_string = 0;

  for (; at < n; at++) {
    if (in_string && p[at] == '\\')
      at++;
    else if (p[at] == '"')
      in_string = !in_string;
    else if (!in_string && (p[at] == '{' || p[at] == '['))
      depth++;
    else if (!in_string && (p[at] == '}' || p[at] == ']'))
      depth--;
    if (!in_string && depth <= 0 && at < n)
      return at + (p[at] == '"' || p[at] == '}' || p[at] == ']');
  }
  return n;
}

/* The start of one of the values, by chance. */
static size_t value_start(const uint8_t *p, size_t n, uint64_t *random)
{
  size_t tries, at;

  for (tries = 0; tries < 200; tries++) {
    at = HEAD + pieces_random(random) % (n - HEAD);
    if (p[at] == '{' || p[at] == '[' ||
        (p[at] == '"' && (p[at - 1] == ':' || p[at - 1] == ',' ||
                          p[at - 1] == '[' || p[at - 1] == '{')))
      return at;
  }
  return n;
}

/* A value takes the place of another, stands twice, or goes. */
static size_t mutate(uint8_t *p, size_t n, size_t cap, unsigned seed)
{
  static uint8_t piece[4096];
  uint64_t random = seed;
  size_t from, from_n, to, to_n, how = pieces_random(&random) % 4;

  if (n <= HEAD + 2 || how == 3)
    return fuzz_mutate_bytes(p, n, cap);
  from = value_start(p, n, &random);
  from_n = value_end(p, n, from) - from;
  to = value_start(p, n, &random);
  to_n = how == 1 ? 0 : value_end(p, n, to) - to;
  if (how == 2)
    from_n = 0;
  if (from_n > sizeof(piece) - 1 || to >= n || from >= n ||
      n - to_n + from_n + 1 > cap)
    return fuzz_mutate_bytes(p, n, cap);
  memcpy(piece, p + from, from_n);
  if (how == 1)
    piece[from_n++] = ',';
  if (how == 2 && to + to_n < n && p[to + to_n] == ',')
    to_n++;
  memmove(p + to + from_n, p + to + to_n, n - to - to_n);
  memcpy(p + to, piece, from_n);
  return n - to_n + from_n;
}

const struct fuzz_target fuzz_request = {"request", run, mutate, NULL};
