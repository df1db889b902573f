/* SPDX-License-Identifier: MIT */
#include "mutate.h"

#include <string.h>

#include "../tests/bytes.h"
#include "../tests/rfc.h"
#include "head.h"
#include "target.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define EVENTS_MAX   256

/* A stream that is being changed, and where its events begin. */
struct work {
  struct bytes s;
  size_t at[EVENTS_MAX + 1]; /* [events]: the end */
  size_t events;
  uint64_t random;
};

/* ---- what is put in ------------------------------------------------------ */

#define CHUNK(members)  "data: {" members "}\n\n"
#define CHOICE(members) CHUNK("\"choices\":[{\"index\":0," members "}]")
#define DELTA(members)  CHOICE("\"delta\":{" members "}")
#define CALL(members)   DELTA("\"tool_calls\":[{" members "}]")

static const char *const stock_events[] = {
    DELTA("\"role\":\"assistant\",\"content\":\"\""),
    DELTA("\"content\":\"a\""),
    DELTA("\"content\":\" <|file-a|>\""),
    DELTA("\"content\":\"<|file-\""),
    DELTA("\"content\":\"\\ud83d\""),
    DELTA("\"content\":\"\\ude00\""),
    DELTA("\"content\":\"<think>\""),
    DELTA("\"content\":\"</think>b\""),
    DELTA("\"content\":[{\"type\":\"text\",\"text\":\"p\"}]"),
    DELTA("\"reasoning_content\":\"r\""),
    DELTA("\"reasoning\":\"s\""),
    DELTA("\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":"
          "\"d\"}]"),
    DELTA("\"reasoning_details\":[{\"type\":\"reasoning.encrypted\",\"data\":"
          "\"e\"}]"),
    DELTA("\"refusal\":\"n\""),
    DELTA("\"function_call\":{\"name\":\"f\",\"arguments\":\"{}\"}"),
    DELTA("\"annotations\":[{\"type\":\"url_citation\",\"url_citation\":{"
          "\"url\":\"u\",\"title\":\"t\",\"start_index\":0,\"end_index\":1}}]"),
    CALL("\"index\":0,\"id\":\"call_1\",\"function\":{\"name\":\"f\","
         "\"arguments\":\"{\"}"),
    CALL("\"index\":0,\"function\":{\"arguments\":\"\\\"a\\\":1\"}"),
    CALL("\"index\":0,\"function\":{\"arguments\":\"}\"}"),
    CALL("\"index\":1,\"id\":\"call_2\",\"function\":{\"name\":\"g\","
         "\"arguments\":\"{}\"}"),
    CALL("\"id\":\"call_3\",\"function\":{\"name\":\"h\",\"arguments\":{\"a\":"
         "[1]}}"),
    CALL("\"index\":2,\"id\":\"call_4\",\"function\":{\"name\":\"search\","
         "\"arguments\":\"{\\\"queries\\\":[\\\"q\\\"]}\"}"),
    CALL("\"index\":3,\"id\":\"call_5\",\"function\":{\"name\":\"patch\","
         "\"arguments\":\"{\\\"input\\\":\\\"x\"}"),
    CALL("\"index\":3,\"function\":{\"arguments\":\"\\\\n\\\"}\"}"),
    CALL("\"index\":4,\"id\":\"call_6\",\"function\":{\"name\":\"python\","
         "\"arguments\":\"{\\\"code\\\":\\\"1\\\"}\"}"),
    CHOICE("\"delta\":{},\"finish_reason\":\"stop\""),
    CHOICE("\"delta\":{},\"finish_reason\":\"length\""),
    CHOICE("\"delta\":{},\"finish_reason\":\"tool_calls\""),
    CHOICE("\"delta\":{},\"finish_reason\":\"content_filter\""),
    CHOICE("\"message\":{\"content\":\"m\"},\"finish_reason\":\"stop\""),
    CHOICE("\"delta\":{\"content\":\"l\"},\"logprobs\":{\"content\":[{"
           "\"token\":\"l\",\"logprob\":-1,\"bytes\":[108],\"top_logprobs\":"
           "[]}]}"),
    "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"o\"}}]}\n\n",
    CHUNK("\"choices\":[],\"usage\":{\"prompt_tokens\":3,"
          "\"completion_tokens\":2,\"total_tokens\":5}"),
    "data: {\"id\":\"c\",\"model\":\"m\",\"created\":7,\"choices\":[]}\n\n",
    "data: {\"error\":{\"message\":\"died\",\"code\":429}}\n\n",
    "event: error\ndata: {\"message\":\"died\"}\n\n",
    "data: [DONE]\n\n",
    ": ping\n\n",
    "data:\n\n"};

static const char *const stock_values[] = {"null",
                                           "true",
                                           "0",
                                           "1",
                                           "-1",
                                           "2",
                                           "1e999",
                                           "0.5",
                                           "9223372036854775807",
                                           "-9223372036854775808",
                                           "18446744073709551616",
                                           "\"\"",
                                           "\"0\"",
                                           "\"a\"",
                                           "\"f\"",
                                           "\"stop\"",
                                           "\"length\"",
                                           "\"call_1\"",
                                           "[]",
                                           "{}",
                                           "[null]",
                                           "[{}]",
                                           "{\"a\":1}",
                                           "\"\\u0000\"",
                                           "\"\\ud83d\\ude00\"",
                                           "\"\xff\"",
                                           "\"\xf0\x9f\x98\x80\"",
                                           "\"\xe2\x82\"",
                                           "\"<|file-1|>\""};

static const char *const stock_keys[] = {"\"content\"",
                                         "\"reasoning_content\"",
                                         "\"reasoning\"",
                                         "\"refusal\"",
                                         "\"tool_calls\"",
                                         "\"function\"",
                                         "\"function_call\"",
                                         "\"arguments\"",
                                         "\"name\"",
                                         "\"id\"",
                                         "\"index\"",
                                         "\"delta\"",
                                         "\"message\"",
                                         "\"choices\"",
                                         "\"finish_reason\"",
                                         "\"usage\"",
                                         "\"error\"",
                                         "\"code\"",
                                         "\"type\"",
                                         "\"text\"",
                                         "\"logprobs\"",
                                         "\"token\"",
                                         "\"model\"",
                                         "\"created\"",
                                         "\"service_tier\"",
                                         "\"annotations\"",
                                         "\"url\"",
                                         "\"thinking\"",
                                         "\"reasoning_details\"",
                                         "\"custom\"",
                                         "\"input\"",
                                         "\"citations\"",
                                         "\"total_tokens\"",
                                         "\"prompt_tokens\""};

static const char *const stock_pieces[] = {" ",          "<",
                                           "<|",         "file-",
                                           "a",          "|>",
                                           "<|file-1|>", " <|file-a|>",
                                           "<think>",    "</think>",
                                           "\\ud83d",    "\\ude00",
                                           "\\n",        "\\u0000",
                                           "\\\"",       "\\\\",
                                           "{",          "}",
                                           "[",          "]",
                                           ",",          ":",
                                           "\xc3\xa9",   "\xf0\x9f\x98\x80",
                                           "\xcc\x81",   "\xe2\x80\x8d",
                                           "\xff",       "\xe2\x82",
                                           "\xac",       "\\u2028",
                                           "\\u003c"};

/* ---- tools --------------------------------------------------------------- */

static size_t below(struct work *w, size_t n)
{
  w->random = w->random * 6364136223846793005u + 1442695040888963407u;
  return n == 0 ? 0 : (size_t)(w->random >> 33) % n;
}

static void replace(struct bytes *b, size_t at, size_t n, const char *with,
                    size_t with_n)
{
  size_t rest = b->n - at - n;

  bytes_put(b, with, with_n); /* for the room */
  memmove(b->p + at + with_n, b->p + at + n, rest);
  memcpy(b->p + at, with, with_n);
  b->n = at + with_n + rest;
  b->p[b->n] = '\0';
}

/* Where the events of the stream begin: behind each blank line. */
static void find_events(struct work *w)
{
  const char *p = w->s.p;
  size_t i, n = w->s.n;

  w->events = 0;
  w->at[0] = 0;
  for (i = 1; i < n && w->events + 1 < EVENTS_MAX; i++)
    if (p[i] == '\n' &&
        (p[i - 1] == '\n' || (i > 2 && p[i - 1] == '\r' && p[i - 2] == '\n')))
      w->at[++w->events] = i + 1;
  if (w->at[w->events] < n)
    w->at[++w->events] = n;
}

static size_t event_length(const struct work *w, size_t i)
{
  return w->at[i + 1] - w->at[i];
}

/* A copy, since the bytes move. */
static struct bytes *copy_of(const struct work *w, size_t at, size_t n)
{
  static struct bytes copy;

  bytes_clear(&copy);
  bytes_put(&copy, w->s.p + at, n);
  return &copy;
}

/* ---- whole events -------------------------------------------------------- */

static void drop_event(struct work *w)
{
  size_t i = below(w, w->events);

  replace(&w->s, w->at[i], event_length(w, i), "", 0);
}

static void double_event(struct work *w)
{
  size_t i = below(w, w->events), to = w->at[below(w, w->events + 1)];
  const struct bytes *copy = copy_of(w, w->at[i], event_length(w, i));

  replace(&w->s, to, 0, copy->p, copy->n);
}

static void swap_events(struct work *w)
{
  size_t i = below(w, w->events - 1), n = event_length(w, i);
  const struct bytes *copy = copy_of(w, w->at[i], n);

  replace(&w->s, w->at[i], n, "", 0);
  replace(&w->s, w->at[i + 1 + below(w, w->events - i - 1) + 1] - n, 0, copy->p,
          copy->n);
}

static void insert_event(struct work *w)
{
  const char *event = stock_events[below(w, COUNT(stock_events))];

  replace(&w->s, w->at[below(w, w->events + 1)], 0, event, strlen(event));
}

static void cut_stream(struct work *w)
{
  size_t at = below(w, 4) == 0 ? below(w, w->s.n) : w->at[below(w, w->events)];

  replace(&w->s, at, w->s.n - at, "", 0);
}

/* ---- inside of events ---------------------------------------------------- */

/* The length of the JSON value or key that begins there; 0: none does. */
static size_t value_at(const struct work *w, size_t at)
{
  char c = w->s.p[at];

  if (strchr("\"{[-0123456789tfn", c) == NULL || c == '\0')
    return 0;
  if (c != '"' && at > 0 && strchr(":,[ ", w->s.p[at - 1]) == NULL)
    return 0;
  if (c == '"' && at > 0 && strchr(":,[{ \n", w->s.p[at - 1]) == NULL)
    return 0;
  return rfc_value(w->s.p + at, w->s.n - at);
}

/* A value anywhere. Returns its length, 0 when none was found. */
static size_t any_value(struct work *w, size_t *at)
{
  size_t from = below(w, w->s.n), i, n;

  for (i = from; i < w->s.n && i < from + 400; i++) {
    n = value_at(w, i);
    if (n > 0) {
      *at = i;
      return n;
    }
  }
  return 0;
}

static size_t any_string(struct work *w, size_t *at)
{
  size_t tries, n;

  for (tries = 0; tries < 8; tries++) {
    n = any_value(w, at);
    if (n > 0 && w->s.p[*at] == '"')
      return n;
  }
  return 0;
}

static int is_key(const struct work *w, size_t at, size_t n)
{
  return w->s.p[at] == '"' && at + n < w->s.n && w->s.p[at + n] == ':';
}

static void edit_value(struct work *w)
{
  size_t at, n = any_value(w, &at), other, other_n;
  const char *with;
  const struct bytes *copy;

  if (n == 0)
    return;
  if (is_key(w, at, n)) {
    with = stock_keys[below(w, COUNT(stock_keys))];
    replace(&w->s, at, n, with, strlen(with));
  } else if (below(w, 2) == 0) {
    with = stock_values[below(w, COUNT(stock_values))];
    replace(&w->s, at, n, with, strlen(with));
  } else {
    other_n = any_value(w, &other);
    copy = copy_of(w, other_n == 0 ? 0 : other, other_n);
    replace(&w->s, at, n, copy->p, copy->n);
  }
}

static void wrap_value(struct work *w)
{
  static const char *const around[][2] = {
      {"[", "]"}, {"{\"text\":", "}"}, {"{\"value\":", "}"}, {"[null,", "]"}};
  size_t at, n = any_value(w, &at), i = below(w, COUNT(around));

  if (n == 0 || is_key(w, at, n))
    return;
  replace(&w->s, at + n, 0, around[i][1], 1);
  replace(&w->s, at, 0, around[i][0], strlen(around[i][0]));
}

/* A member and the comma behind it; 0: none was found. */
static size_t any_member(struct work *w, size_t *at)
{
  size_t tries, n, value;

  for (tries = 0; tries < 8; tries++) {
    n = any_string(w, at);
    if (n == 0 || !is_key(w, *at, n))
      continue;
    value = rfc_value(w->s.p + *at + n + 1, w->s.n - *at - n - 1);
    if (value == 0)
      continue;
    n += 1 + value;
    return n + (*at + n < w->s.n && w->s.p[*at + n] == ',');
  }
  return 0;
}

static void drop_member(struct work *w)
{
  size_t at, n = any_member(w, &at);

  if (n == 0)
    return;
  if (w->s.p[at + n - 1] != ',' && at > 0 && w->s.p[at - 1] == ',')
    at--, n++;
  replace(&w->s, at, n, "", 0);
}

/* Puts a copy of a member, or a new one, before another member. */
static void add_member(struct work *w)
{
  size_t at, to, n = any_member(w, &at);
  struct bytes *copy;

  if (n == 0)
    return;
  copy = copy_of(w, at, n);
  if (below(w, 2) == 0) {
    bytes_clear(copy);
    bytes_puts(copy, stock_keys[below(w, COUNT(stock_keys))]);
    bytes_puts(copy, ":");
    bytes_puts(copy, stock_values[below(w, COUNT(stock_values))]);
  }
  if (copy->p[copy->n - 1] != ',')
    bytes_puts(copy, ",");
  if (any_member(w, &to) > 0)
    replace(&w->s, to, 0, copy->p, copy->n);
}

static void edit_text(struct work *w)
{
  size_t at, n = any_string(w, &at), inside;
  const char *piece = stock_pieces[below(w, COUNT(stock_pieces))];

  if (n < 2 || is_key(w, at, n))
    return;
  inside = below(w, 3) == 0 ? n - 2 : below(w, n - 1);
  replace(&w->s, at + 1 + inside, 0, piece, strlen(piece));
}

/* The event twice, with the first half of a string of it and with the second.
 */
static void cut_text(struct work *w)
{
  size_t at, n = any_string(w, &at), i, half, from, to;
  struct bytes *copy;

  if (n < 4 || is_key(w, at, n))
    return;
  for (i = 0; i + 1 < w->events && w->at[i + 1] <= at;)
    i++;
  from = w->at[i];
  to = w->at[i + 1];
  half = 1 + below(w, n - 2);
  copy = copy_of(w, from, to - from);
  if (at + n > to)
    return;
  replace(copy, at - from + 1, half, "", 0);
  replace(&w->s, to, 0, copy->p, copy->n);
  replace(&w->s, at + 1 + half, n - 2 - half, "", 0);
}

/* ---- the mutator --------------------------------------------------------- */

static void (*const changes[])(struct work *) = {
    drop_event, double_event, swap_events, insert_event, insert_event,
    edit_value, edit_value,   wrap_value,  drop_member,  add_member,
    edit_text,  edit_text,    cut_text,    cut_text,     cut_stream};

static void change(struct work *w)
{
  find_events(w);
  if (w->events < 2)
    insert_event(w);
  else
    changes[below(w, COUNT(changes))](w);
}

/* Mostly the defaults: with many options at once little happens. */
static void change_head(struct work *w, uint8_t *head)
{
  size_t i = below(w, HEAD_BYTES);

  if (below(w, 3) == 0)
    head[i] = '0';
  else if (i != HEAD_NEWLINE)
    head[i] = (uint8_t)('0' + below(w, 16));
}

static size_t put_back(const struct work *w, uint8_t *p, size_t cap)
{
  size_t n = w->s.n < cap - HEAD_BYTES ? w->s.n : cap - HEAD_BYTES;

  if (n > 0)
    memcpy(p + HEAD_BYTES, w->s.p, n);
  return HEAD_BYTES + n;
}

size_t mutate_stream(uint8_t *p, size_t n, size_t cap, unsigned seed)
{
  static struct work w;
  size_t turns;

  if (n < HEAD_BYTES || cap < HEAD_BYTES)
    return fuzz_mutate_bytes(p, n, cap);
  w.random = seed;
  if (below(&w, 8) == 0)
    change_head(&w, p);
  if (below(&w, 6) == 0)
    return HEAD_BYTES +
           fuzz_mutate_bytes(p + HEAD_BYTES, n - HEAD_BYTES, cap - HEAD_BYTES);
  bytes_clear(&w.s);
  bytes_put(&w.s, p + HEAD_BYTES, n - HEAD_BYTES);
  for (turns = 1 + below(&w, 4); turns > 0; turns--)
    change(&w);
  return put_back(&w, p, cap);
}

/* Some events of b go into a, in the place of some. */
size_t mutate_cross(const uint8_t *a, size_t an, const uint8_t *b, size_t bn,
                    uint8_t *out, size_t cap, unsigned seed)
{
  static struct work w, other;
  size_t from, to, i, j;

  if (an < HEAD_BYTES || bn < HEAD_BYTES || cap < HEAD_BYTES)
    return 0;
  bytes_clear(&w.s);
  bytes_put(&w.s, (const char *)a + HEAD_BYTES, an - HEAD_BYTES);
  bytes_clear(&other.s);
  bytes_put(&other.s, (const char *)b + HEAD_BYTES, bn - HEAD_BYTES);
  w.random = seed;
  find_events(&w);
  find_events(&other);
  if (w.events == 0 || other.events == 0)
    return 0;
  from = below(&w, other.events);
  to = from + 1 + below(&w, other.events - from);
  i = below(&w, w.events + 1);
  j = i + below(&w, w.events + 1 - i);
  replace(&w.s, w.at[i], w.at[j] - w.at[i], other.s.p + other.at[from],
          other.at[to] - other.at[from]);
  memcpy(out, a, HEAD_BYTES);
  return put_back(&w, out, cap);
}
