/* SPDX-License-Identifier: MIT */
#include "chat.h"

#include "heap.h"
#include "json.h"
#include "plain.h"

enum { MAX_DEPTH = 256 };

/* ---- what goes wrong --------------------------------------------------- */

/* The first failure holds, and none comes after [DONE]. `shown`: what came, as
 * the end of the message. */
static void fail(struct chat *c, sluice_status status, uint64_t offset,
                 const char *text, sluice_str shown)
{
  if (c->ended)
    return;
  c->ended = 1;
  c->error.status = status;
  c->error.offset = offset;
  c->error.message = text;
  sluice__buf_put(&c->message, text, strlen(text));
  if (shown.n == 0)
    return;
  sluice__buf_lit(&c->message, ": ");
  sluice__buf_put(&c->message, shown.p, shown.n < 200 ? shown.n : 200);
}

static void fail_bare(struct chat *c, sluice_status status, uint64_t offset)
{
  const char *text = "out_of_memory: there is none left";

  if (status == SLUICE_ERR_LIMIT) /* of the events: the others have words */
    text = "limit_exceeded: more than max_payload bytes in one event";
  fail(c, status, offset, text, (sluice_str){"", 0});
}

/* `what`: as the stage below says which limit it was. */
static void fail_limit(struct chat *c, uint64_t offset, const char *what)
{
  if (c->ended)
    return;
  fail(c, SLUICE_ERR_LIMIT, offset, "limit_exceeded", (sluice_str){"", 0});
  sluice__buf_lit(&c->message, ": ");
  sluice__buf_put(&c->message, what, strlen(what));
}

static int is_error_event(const sluice_sse_event *e)
{
  return e->name.n == 5 && memcmp(e->name.p, "error", 5) == 0;
}

static void fail_payload(struct chat *c, const struct chat_event *event)
{
  const sluice_sse_event *e = event->sse;
  uint64_t at = e->offset + event->error.offset;

  if (event->half)
    return;
  if (event->error.status == SLUICE_ERR_LIMIT)
    fail_limit(c, at, event->error.message);
  else if (event->error.status != SLUICE_ERR_JSON)
    fail_bare(c, event->error.status, at);
  else if (c->look == CHAT_BODY)
    fail(c, SLUICE_ERR_NOT_A_STREAM, at,
         "upstream_not_a_stream: the upstream sent a body that is neither an "
         "event stream nor JSON",
         e->data);
  else if (is_error_event(e))
    fail(c, SLUICE_ERR_UPSTREAM, at, "the upstream sent an error", e->data);
  else
    fail(c, SLUICE_ERR_JSON, at,
         "upstream_malformed: an event of the stream is not JSON", e->data);
}

/* ---- payloads ---------------------------------------------------------- */

/* The message of an upstream's error is a text of its own. */
static void fail_upstream(struct chat *c, uint64_t at)
{
  sluice_text text = sluice_fold_message(c->fold);

  fail(c, SLUICE_ERR_UPSTREAM, at, "", (sluice_str){"", 0});
  if (plain_append(&c->message, (sluice_str){text.p, text.n}) != 0)
    c->message.failed = 1;
}

static void fold(struct chat *c, const sluice_chunk *chunk, uint64_t at)
{
  sluice_status rv = sluice_fold_chunk(c->fold, chunk);
  size_t i;

  if (rv == SLUICE_ERR_LIMIT) /* a static text */
    fail_limit(c, at, sluice_fold_message(c->fold).p);
  else if (rv != SLUICE_OK)
    fail_bare(c, rv, at);
  for (i = 0; i < chunk->count && !c->ended; i++) {
    switch (chunk->deltas[i].type) {
    case SLUICE_DELTA_CHOICE:
      c->has_choice = 1;
      break;
    case SLUICE_DELTA_DONE:
      c->ended = 1;
      break;
    case SLUICE_DELTA_ERROR:
      fail_upstream(c, at);
      break;
    default:
      break;
    }
  }
}

static void take(struct chat *c, const sluice_sse_event *e)
{
  sluice_chunk chunk;
  struct chat_event event = {e, &chunk, {SLUICE_OK, 0, ""}, 0};
  sluice_status rv = sluice_parser_parse(c->parser, e->name, e->data, &chunk);

  if (rv == SLUICE_OK) {
    if (!c->ended)
      fold(c, &chunk, e->offset);
  } else {
    event.error = sluice_parser_error(c->parser);
    event.half = rv == SLUICE_ERR_JSON && !e->ended;
    fail_payload(c, &event);
  }
  if (c->calls.event != NULL)
    c->calls.event(c->calls.user, &event);
}

static int on_event(void *user, const sluice_sse_event *e)
{
  take((struct chat *)user, e);
  return 1; /* so that the bytes taken end where the event does */
}

/* ---- bytes ------------------------------------------------------------- */

static void taken(struct chat *c, sluice_str bytes)
{
  c->at += bytes.n;
  if (c->calls.bytes != NULL && bytes.n > 0)
    c->calls.bytes(c->calls.user, bytes);
}

static void feed_stream(struct chat *c, sluice_str bytes)
{
  sluice_status rv = SLUICE_PAUSED;
  size_t n;

  while (rv == SLUICE_PAUSED && bytes.n > 0) {
    rv = sluice_sse_feed(c->sse, bytes.p, bytes.n, &n);
    taken(c, (sluice_str){bytes.p, n});
    bytes.p += n;
    bytes.n -= n;
  }
  if (rv < 0) {
    fail_bare(c, rv, c->at);
    taken(c, bytes);
  }
}

static void feed_body(struct chat *c, sluice_str bytes)
{
  sluice__buf_put(&c->body, bytes.p, bytes.n);
  if (c->body.failed)
    fail_bare(c, SLUICE_ERR_NOMEM, c->at);
  taken(c, bytes);
}

/* How many bytes come before the first one that says what the input is. */
static size_t look_at(struct chat *c, sluice_str bytes)
{
  static const char bom[] = "\xef\xbb\xbf";
  size_t i = 0;

  while (i < bytes.n && c->at + i < 3 && bytes.p[i] == bom[c->at + i])
    i++;
  while (i < bytes.n && (bytes.p[i] == ' ' || bytes.p[i] == '\t' ||
                         bytes.p[i] == '\r' || bytes.p[i] == '\n'))
    i++;
  if (i < bytes.n)
    c->look = bytes.p[i] == '{' || bytes.p[i] == '[' ? CHAT_BODY : CHAT_STREAM;
  return i;
}

static void remember_first(struct chat *c, sluice_str bytes)
{
  size_t room = sizeof(c->first) - c->first_n;
  size_t n = bytes.n < room ? bytes.n : room;

  memcpy(c->first + c->first_n, bytes.p, n);
  c->first_n += n;
}

void chat_feed(struct chat *c, sluice_str bytes)
{
  remember_first(c, bytes);
  if (c->look == CHAT_NOTHING) {
    size_t n = look_at(c, bytes);
    feed_stream(c, (sluice_str){bytes.p, n});
    bytes.p += n;
    bytes.n -= n;
  }
  if (bytes.n == 0)
    return;
  if (c->look == CHAT_BODY)
    feed_body(c, bytes);
  else
    feed_stream(c, bytes);
}

/* ---- the end ----------------------------------------------------------- */

/* A body of several chunks in a list. Returns 0, or -1 without memory. */
static int take_list(struct chat *c, sluice_sse_event *e)
{
  sluice_str body = e->data;
  uint64_t at = e->offset;
  struct json json;
  uint32_t node;
  int rv;

  sluice__json_init(&json, heap());
  rv = sluice__json_parse(&json, body, MAX_DEPTH);
  /* [DONE], or what the parser will complain of */
  if (rv == SLUICE_ERR_JSON || rv == SLUICE_ERR_LIMIT)
    take(c, e);
  if (rv == 0 && sluice__json_type(&json, 0) == JSON_ARRAY) {
    for (node = sluice__json_child(&json, 0); node != JSON_ABSENT;
         node = sluice__json_sibling(&json, 0, node)) {
      e->data = sluice__json_raw(&json, node);
      e->offset = at + (uint64_t)(e->data.p - body.p);
      if (sluice__json_type(&json, node) == JSON_OBJECT)
        take(c, e);
    }
  }
  sluice__json_free(&json);
  return rv == SLUICE_ERR_NOMEM ? -1 : 0;
}

static void read_body(struct chat *c)
{
  sluice_sse_event e = {{"", 0}, {c->body.p, c->body.n}, 0, 1};

  e.offset = c->at - c->body.n;
  if (e.data.p[0] == '{')
    take(c, &e);
  else if (take_list(c, &e) != 0)
    fail_bare(c, SLUICE_ERR_NOMEM, e.offset);
}

static void fail_nothing(struct chat *c)
{
  sluice_str first = {c->first, c->first_n};
  sluice_sse_counts counts = sluice_sse_counted(c->sse);

  if (c->look == CHAT_BODY)
    fail(c, SLUICE_ERR_NOT_A_STREAM, c->at - c->body.n,
         "upstream_not_a_stream: the upstream sent JSON that is no chat "
         "completion",
         first);
  else if (counts.events == 0 && counts.ignored > 0)
    fail(c, SLUICE_ERR_NOT_A_STREAM, 0,
         "upstream_not_a_stream: the upstream sent something that is not an "
         "event stream",
         first);
  else
    fail(c, SLUICE_ERR_EMPTY, c->at,
         "upstream_empty: the upstream ended the stream without any choice",
         (sluice_str){"", 0});
}

void chat_finish(struct chat *c)
{
  sluice_status rv = sluice_sse_finish(c->sse);

  if (rv < 0)
    fail_bare(c, rv, c->at);
  if (c->look == CHAT_BODY && !c->body.failed)
    read_body(c);
  if (c->error.status != SLUICE_OK)
    return;
  c->ended = 0; /* [DONE] alone does not make an end */
  rv = sluice_fold_finish(c->fold);
  if (rv == SLUICE_ERR_TRUNCATED)
    fail(c, rv, c->at,
         "upstream_truncated: the stream ended before a finish reason or "
         "[DONE]",
         (sluice_str){"", 0});
  else if (rv == SLUICE_ERR_EMPTY)
    fail_nothing(c);
  else if (rv < 0)
    fail_bare(c, rv, c->at);
}

/* ---- life -------------------------------------------------------------- */

int chat_open(struct chat *c, const sluice_options *o,
              const struct chat_calls *calls)
{
  memset(c, 0, sizeof(*c));
  if (calls != NULL)
    c->calls = *calls;
  sluice__buf_init(&c->body, heap());
  sluice__buf_init(&c->message, heap());
  if (sluice_sse_new(&c->sse, o, on_event, c) != SLUICE_OK ||
      sluice_parser_new(&c->parser, o) != SLUICE_OK ||
      sluice_fold_new(&c->fold, o) != SLUICE_OK)
    return -1;
  return 0;
}

void chat_close(struct chat *c)
{
  sluice_sse_free(c->sse);
  sluice_parser_free(c->parser);
  sluice_fold_free(c->fold);
  sluice__buf_free(&c->body);
  sluice__buf_free(&c->message);
}
