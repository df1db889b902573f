/* SPDX-License-Identifier: MIT */
/* A payload alone. It is taken if and only if it is JSON by RFC 8259 (one text
 * or several) and within our depth; what was read of it is what another parser
 * reads; arguments in pieces are one value if and only if they are one. */
#include "json.h"

#include <sluice/chunk.h>

#include "../tests/heap.h"
#include "../tests/other.h"
#include "../tests/rfc.h"
#include "head.h"
#include "memory.h"
#include "pieces.h"
#include "target.h"
#include "text.h"
#include "value.h"

#define DEPTH 256

/* The deepest level before the payload goes wrong, at most. */
static uint32_t deepest(sluice_str s)
{
  uint32_t depth = 0, most = 0;
  int in_string = 0;
  size_t i;

  for (i = 0; i < s.n; i++) {
    if (in_string && s.p[i] == '\\')
      i++;
    else if (s.p[i] == '"')
      in_string = !in_string;
    else if (!in_string && (s.p[i] == '[' || s.p[i] == '{'))
      most = ++depth > most ? depth : most;
    else if (!in_string && (s.p[i] == ']' || s.p[i] == '}') && depth > 0)
      depth--;
  }
  return most;
}

static void check_verdict(sluice_status status, sluice_str s, uint32_t depth)
{
  int deep = deepest(s) > depth;

  if (status == SLUICE_ERR_LIMIT)
    FUZZ_CHECK(deep);
  else if (rfc_values(s.p, s.n))
    FUZZ_CHECK(status == SLUICE_OK && !deep);
  else if (status != SLUICE_ERR_JSON)
    fuzz_fail("%s for what is not JSON", sluice_status_name(status));
}

/* ---- json.h -------------------------------------------------------------- */

/* One value, written anew. */
static void check_written(const struct json *j, sluice_str s,
                          const sluice_mem *mem)
{
  struct buf out;

  sluice__buf_init(&out, mem);
  if (j->nodes[0].next == j->count) {
    sluice__json_compact(j, 0, &out);
    memory_of_json();
    FUZZ_CHECK(other_equal(out.p, out.n, out.p, out.n) != 0);
    FUZZ_CHECK(other_equal(s.p, s.n, out.p, out.n) != 0);
    memory_forget();
  }
  sluice__buf_free(&out);
}

static void check_nodes(const struct json *j, sluice_str s)
{
  size_t i;

  for (i = 0; i < j->count; i++) {
    FUZZ_CHECK(j->nodes[i].at <= s.n && j->nodes[i].n <= s.n - j->nodes[i].at);
    FUZZ_CHECK(j->nodes[i].next > i && j->nodes[i].next <= j->count);
  }
}

static void check_json(sluice_str s, uint32_t depth, const sluice_mem *mem)
{
  struct json j;
  int status;

  sluice__json_init(&j, mem);
  status = sluice__json_parse(&j, s, depth);
  check_verdict((sluice_status)status, s, depth);
  if (status == 0) {
    check_nodes(&j, s);
    check_written(&j, s, mem);
  } else {
    FUZZ_CHECK(j.error_at <= s.n && j.error_message != NULL);
  }
  sluice__json_free(&j);
}

/* ---- chunk.h ------------------------------------------------------------- */

static size_t touched;

static void touch(sluice_str s)
{
  size_t i;

  for (i = 0; i < s.n; i++)
    touched += (unsigned char)s.p[i];
}

static void touch_delta(const sluice_delta *d)
{
  touch(d->text);
  if (d->type == SLUICE_DELTA_META) {
    touch(d->u.meta.id);
    touch(d->u.meta.model);
    touch(d->u.meta.service_tier);
    touch(d->u.meta.fingerprint);
  } else if (d->type == SLUICE_DELTA_CALL) {
    touch(d->u.call.id);
    touch(d->u.call.name);
  } else if (d->type == SLUICE_DELTA_ERROR) {
    touch(d->u.error.code);
    touch(d->u.error.type);
    touch(d->u.error.message);
    touch(d->u.error.param);
  } else if (d->type == SLUICE_DELTA_ANNOTATION) {
    touch(d->u.url.url);
    touch(d->u.url.title);
  } else if (d->type == SLUICE_DELTA_USAGE) {
    FUZZ_CHECK(d->u.usage.input_tokens >= 0 && d->u.usage.output_tokens >= 0);
    FUZZ_CHECK(d->u.usage.total_tokens ==
               d->u.usage.input_tokens + d->u.usage.output_tokens);
  }
}

/* Blank, a comment, or the end: read_special of chunk.c. */
static int is_special(const sluice_chunk *chunk, sluice_str s)
{
  size_t i = 0;

  while (i < s.n &&
         (s.p[i] == ' ' || s.p[i] == '\t' || s.p[i] == '\r' || s.p[i] == '\n'))
    i++;
  return i == s.n || s.p[i] == ':' ||
         (chunk->count == 1 && chunk->deltas[0].type == SLUICE_DELTA_DONE);
}

static void check_chunk(const struct head *h, const sluice_mem *mem)
{
  static const sluice_str names[] = {{"", 0}, {"error", 5}};
  sluice_options o = h->o;
  sluice_parser *p;
  sluice_chunk chunk;
  sluice_status status;
  size_t i;

  o.mem = mem;
  o.max_output = 0; /* what is made of log probabilities counts, too */
  FUZZ_CHECK(sluice_parser_new(&p, &o) == SLUICE_OK);
  status = sluice_parser_parse(p, names[h->seed & 1], h->stream, &chunk);
  FUZZ_CHECK(sluice_parser_error(p).status == status);
  if (o.max_payload != 0 && h->stream.n > o.max_payload)
    FUZZ_CHECK(status == SLUICE_ERR_LIMIT);
  else if (is_special(&chunk, h->stream))
    FUZZ_CHECK(status == SLUICE_OK && chunk.count <= 1);
  else
    check_verdict(status, h->stream, o.max_depth == 0 ? DEPTH : o.max_depth);
  for (i = 0; i < chunk.count; i++)
    touch_delta(&chunk.deltas[i]);
  FUZZ_CHECK(status == SLUICE_OK || chunk.count == 0);
  sluice_parser_free(p);
}

/* ---- value.h ------------------------------------------------------------- */

static int is_one_value(sluice_str s)
{
  size_t i = rfc_value(s.p, s.n);

  if (i == 0)
    return 0;
  while (i < s.n &&
         (s.p[i] == ' ' || s.p[i] == '\t' || s.p[i] == '\r' || s.p[i] == '\n'))
    i++;
  return i == s.n;
}

/* The bytes as arguments: clean text, in pieces that cut no escape. */
static void check_value(const struct head *h, const sluice_mem *mem)
{
  uint64_t state = h->push * 16 + h->seed;
  struct value v = {0};
  struct buf clean;
  sluice_text piece;
  uint32_t codepoint;
  size_t at, want;

  sluice__buf_init(&clean, mem);
  sluice__text_escape(&clean, h->stream);
  for (at = 0; at < clean.n; at += piece.n) {
    piece.p = clean.p + at;
    want = pieces_next(&state, clean.n - at);
    for (piece.n = 0; piece.n < want;)
      piece.n += sluice__text_next(piece.p + piece.n, clean.n - at - piece.n,
                                   &codepoint);
    sluice__value_feed(&v, piece);
  }
  if (deepest(h->stream) <= VALUE_DEPTH)
    FUZZ_CHECK(sluice__value_complete(&v) == is_one_value(h->stream));
  FUZZ_CHECK(!sluice__value_closed(&v) || sluice__value_complete(&v));
  sluice__buf_free(&clean);
}

static void run(const uint8_t *p, size_t n)
{
  struct heap memory;
  struct head h;

  if (!head_read(&h, p, n))
    return;
  heap_init(&memory, HEAP_NEVER, 0);
  check_json(h.stream, h.o.max_depth == 0 ? DEPTH : h.o.max_depth, &memory.mem);
  check_chunk(&h, &memory.mem);
  check_value(&h, &memory.mem);
  FUZZ_CHECK(memory.live == 0);
}

const struct fuzz_target fuzz_json = {"json", run, NULL, NULL};
