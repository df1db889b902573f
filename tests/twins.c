/* SPDX-License-Identifier: MIT */
#include "twins.h"

#include "check.h"

/* ---- deltas, as text ------------------------------------------------------
 */

static void put_str(struct bytes *out, const char *name, sluice_str s)
{
  bytes_printf(out, " %s=%zu:", name, s.n);
  bytes_put(out, s.n == 0 ? "" : s.p, s.n);
}

static void put_int(struct bytes *out, const char *name, int64_t v)
{
  bytes_printf(out, " %s=%lld", name, (long long)v);
}

static void put_usage(struct bytes *out, const sluice_usage *u)
{
  put_int(out, "input", u->input_tokens);
  put_int(out, "cached", u->cached_tokens);
  put_int(out, "written", u->cache_write_tokens);
  put_int(out, "output", u->output_tokens);
  put_int(out, "reasoning", u->reasoning_tokens);
  put_int(out, "total", u->total_tokens);
}

static void put_url(struct bytes *out, const sluice_delta *d)
{
  put_str(out, "url", d->u.url.url);
  put_str(out, "title", d->u.url.title);
  put_int(out, "start", d->u.url.start);
  put_int(out, "end", d->u.url.end);
  put_int(out, "guessed", d->u.url.guessed);
}

static void put_call(struct bytes *out, const sluice_delta *d)
{
  put_int(out, "index", d->u.call.index);
  put_str(out, "id", d->u.call.id);
  put_str(out, "name", d->u.call.name);
  put_int(out, "whole", d->u.call.whole);
}

static void put_meta(struct bytes *out, const sluice_delta *d)
{
  put_str(out, "id", d->u.meta.id);
  put_str(out, "model", d->u.meta.model);
  put_str(out, "tier", d->u.meta.service_tier);
  put_str(out, "fingerprint", d->u.meta.fingerprint);
  put_int(out, "created", d->u.meta.created);
}

static void put_error(struct bytes *out, const sluice_delta *d)
{
  put_str(out, "code", d->u.error.code);
  put_str(out, "type", d->u.error.type);
  put_str(out, "message", d->u.error.message);
  put_str(out, "param", d->u.error.param);
}

static void put_delta(struct bytes *out, const sluice_delta *d)
{
  bytes_printf(out, "%d", (int)d->type);
  put_int(out, "choice", d->choice);
  put_str(out, "text", d->text);
  if (d->type == SLUICE_DELTA_META)
    put_meta(out, d);
  else if (d->type == SLUICE_DELTA_CHOICE)
    put_int(out, "whole", d->u.whole);
  else if (d->type == SLUICE_DELTA_REASONING)
    put_int(out, "source", d->u.source);
  else if (d->type == SLUICE_DELTA_CALL)
    put_call(out, d);
  else if (d->type == SLUICE_DELTA_FINISH)
    put_int(out, "finish", (int)d->u.finish);
  else if (d->type == SLUICE_DELTA_USAGE)
    put_usage(out, &d->u.usage);
  else if (d->type == SLUICE_DELTA_ERROR)
    put_error(out, d);
  else if (d->type == SLUICE_DELTA_ANNOTATION)
    put_url(out, d);
  bytes_puts(out, "\n");
}

/* ---- parsing --------------------------------------------------------------
 */

static void parse(sluice_parser *p, const char *payload, size_t n,
                  struct bytes *out)
{
  static const sluice_str name = {"", 0};
  char *block = malloc(n + (n == 0));
  sluice_error error;
  sluice_chunk chunk;
  size_t i;
  int a;

  if (block == NULL)
    abort();
  memcpy(block, payload, n);
  bytes_clear(out);
  bytes_printf(
      out, "%d\n",
      (int)sluice_parser_parse(p, name, (sluice_str){block, n}, &chunk));
  for (i = 0; i < chunk.count; i++)
    put_delta(out, &chunk.deltas[i]);
  memset(block, 'z', n);
  free(block);
  error = sluice_parser_error(p);
  bytes_printf(out, "%d at %llu: %s\n", (int)error.status,
               (unsigned long long)error.offset, error.message);
  for (a = 0; a < SLUICE_ANOMALY_COUNT; a++)
    if (sluice_parser_count(p, (sluice_anomaly)a) > 0)
      bytes_printf(out, " %s=%u", sluice_anomaly_name((sluice_anomaly)a),
                   sluice_parser_count(p, (sluice_anomaly)a));
}

void twins_parse(struct twins *t, const char *p, size_t n)
{
  static struct bytes fast, slow;

  parse(t->slow, p, n, &slow);
  parse(t->fast, p, n, &fast);
  if (bytes_equal(&slow, &fast))
    return;
  bytes_difference(&slow, &fast);
  print_error("%.*s\n", (int)n, p);
  fail_msg("the fast path gives something else");
}

/* ---- life -----------------------------------------------------------------
 */

void twins_init(struct twins *t, const sluice_options *o,
                sluice_scratch *scratch)
{
  sluice_options mine;

  sluice_options_init(&mine);
  if (o != NULL)
    mine = *o;
  t->own = scratch == NULL;
  t->scratch = scratch;
  if (t->own)
    assert_int_equal(sluice_scratch_new(&t->scratch, NULL), SLUICE_OK);
  mine.scratch = t->scratch;
  assert_int_equal(sluice_parser_new(&t->fast, &mine), SLUICE_OK);
  mine.scratch = NULL;
  mine.flags |= SLUICE_NO_FAST_PATH;
  assert_int_equal(sluice_parser_new(&t->slow, &mine), SLUICE_OK);
}

void twins_free(struct twins *t)
{
  sluice_parser_free(t->fast);
  sluice_parser_free(t->slow);
  if (t->own)
    sluice_scratch_free(t->scratch);
}

uint32_t twins_hits(const sluice_scratch *scratch)
{
  uint32_t i, n = 0;

  for (i = 0; i < scratch->moulds.count; i++)
    n += scratch->moulds.all[i]->hits;
  return n;
}
