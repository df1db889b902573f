/* SPDX-License-Identifier: MIT */
/* completion.c - the fold alone, behind its public handle: the deltas of a
 * stream, and the chat.completion that a call without streaming would have
 * returned. */
#include "fold.h"

#include "ids.h"
#include "quirks.h"
#include "status.h"

#define lit sluice__buf_lit

struct sluice_fold {
  struct fold core;
  sluice_mem mem;
  struct caps caps;
  struct base base;
  int own_scratch;
  int done;             /* [DONE] came */
  int failed;           /* the upstream sent an error */
  int finished;         /* finish was called */
  sluice_status status; /* sticky; after finish: how it ended */
  struct buf message;   /* of the upstream's error, clean */
};

/* ---- the completion ---------------------------------------------------- */

static void quoted(struct buf *out, sluice_text text)
{
  sluice__buf_byte(out, '"');
  sluice__buf_text(out, text);
  sluice__buf_byte(out, '"');
}

static void quoted_or_null(struct buf *out, sluice_text text)
{
  if (text.n > 0)
    quoted(out, text);
  else
    lit(out, "null");
}

/* ,"key":"text" unless the text is empty. */
static void member(struct buf *out, const char *key, sluice_text text)
{
  if (text.n == 0)
    return;
  lit(out, ",\"");
  sluice__buf_put(out, key, strlen(key));
  lit(out, "\":");
  quoted(out, text);
}

static void write_function(struct buf *out, const struct call *k)
{
  lit(out, "{\"name\":");
  quoted(out, sluice__buf_as_text(&k->name));
  lit(out, ",\"arguments\":");
  if (k->empty)
    lit(out, "\"{}\"");
  else
    quoted(out, sluice__buf_as_text(k->kept));
  lit(out, "}");
}

/* Clients answer a call by its id, so one that came without, or with that of a
 * call before it (F09), gets one. */
static void write_call(struct buf *out, const struct choice *c,
                       const struct call *k, uint64_t seed, uint64_t number)
{
  sluice_text id = sluice__buf_as_text(&k->id);
  char minted[SLUICE_ID_MAX];

  lit(out, "{\"id\":\"");
  if (id.n > 0 && sluice__tree_find(&c->calls.ids, id, 0) == k)
    sluice__buf_text(out, id);
  else
    sluice__buf_put(out, minted, sluice__id_call(minted, seed, number));
  lit(out, "\",\"type\":\"function\",\"function\":");
  write_function(out, k);
  lit(out, "}");
}

/* A message that has both forms is read by tool_calls alone (F16), so the older
 * form is for a call that has no other beside it. */
static void write_calls(struct buf *out, const struct choice *c, uint64_t seed,
                        uint64_t *number)
{
  const struct call *k = c->calls.first;

  if (k != NULL && k->next == NULL && k->index == SLUICE_LEGACY_INDEX) {
    lit(out, ",\"function_call\":");
    write_function(out, k);
    return;
  }
  if (k == NULL)
    return;
  lit(out, ",\"tool_calls\":[");
  for (; k != NULL; k = k->next) {
    if (k != c->calls.first)
      lit(out, ",");
    write_call(out, c, k, seed, (*number)++);
  }
  lit(out, "]");
}

/* An answer that is nothing but over is an empty text, not none. */
static int is_empty_answer(const struct choice *c)
{
  return c->finish != SLUICE_FINISH_NONE && c->kept->refusal.n == 0 &&
         c->kept->reasoning.n == 0 && c->calls.first == NULL;
}

static void write_message(struct buf *out, const struct choice *c,
                          uint64_t seed, uint64_t *number)
{
  lit(out, "{\"role\":\"assistant\",\"content\":");
  if (is_empty_answer(c))
    quoted(out, sluice__buf_as_text(&c->kept->text));
  else
    quoted_or_null(out, sluice__buf_as_text(&c->kept->text));
  member(out, sluice__quirk_reasoning_member(c->source),
         sluice__buf_as_text(&c->kept->reasoning));
  lit(out, ",\"refusal\":");
  quoted_or_null(out, sluice__buf_as_text(&c->kept->refusal));
  if (c->kept->annotations.n > 0) {
    lit(out, ",\"annotations\":[");
    sluice__buf_put(out, c->kept->annotations.p, c->kept->annotations.n);
    lit(out, "]");
  }
  write_calls(out, c, seed, number);
  lit(out, "}");
}

static void write_choice(struct buf *out, const struct choice *c, uint64_t seed,
                         uint64_t *number)
{
  lit(out, "{\"index\":");
  sluice__buf_int(out, c->index);
  lit(out, ",\"message\":");
  write_message(out, c, seed, number);
  lit(out, ",\"logprobs\":");
  if (c->kept->logprobs.n > 0) {
    lit(out, "{\"content\":[");
    sluice__buf_put(out, c->kept->logprobs.p, c->kept->logprobs.n);
    lit(out, "],\"refusal\":null}");
  } else {
    lit(out, "null");
  }
  lit(out, ",\"finish_reason\":");
  quoted_or_null(out, sluice__word_text(c->kept->finish));
  lit(out, "}");
}

/* The choice with the lowest index above that of `before`. */
static const struct choice *next_choice(const struct fold *f,
                                        const struct choice *before)
{
  const struct leaf *next;

  if (before != NULL && before->index == INT64_MAX)
    return NULL;
  next = sluice__tree_from(&f->keeping->by_index, SLUICE_TEXT(""),
                           before == NULL ? INT64_MIN : before->index + 1);
  return next == NULL ? NULL : (const struct choice *)next->owner;
}

static void write_usage(struct buf *out, const struct fold *f)
{
  const sluice_usage *u = f->usage;

  if (u == NULL) {
    lit(out, "null");
    return;
  }
  lit(out, "{\"prompt_tokens\":");
  sluice__buf_int(out, u->input_tokens);
  lit(out, ",\"completion_tokens\":");
  sluice__buf_int(out, u->output_tokens);
  lit(out, ",\"total_tokens\":");
  sluice__buf_int(out, u->total_tokens);
  lit(out, ",\"prompt_tokens_details\":{\"cached_tokens\":");
  sluice__buf_int(out, u->cached_tokens);
  lit(out, "},\"completion_tokens_details\":{\"reasoning_tokens\":");
  sluice__buf_int(out, u->reasoning_tokens);
  lit(out, "}}");
}

static void write_completion(struct buf *out, const struct fold *f)
{
  const struct choice *c;
  uint64_t number = 0; /* of the call, for ids that are made */
  int first = 1;

  lit(out, "{\"id\":");
  quoted(out, sluice__word_text(f->keeping->id));
  lit(out, ",\"object\":\"chat.completion\",\"created\":");
  sluice__buf_int(out, f->created);
  lit(out, ",\"model\":");
  quoted(out, sluice__word_text(f->model));
  lit(out, ",\"choices\":[");
  for (c = next_choice(f, NULL); c != NULL; c = next_choice(f, c)) {
    if (!first)
      lit(out, ",");
    first = 0;
    write_choice(out, c, f->base->seed, &number);
  }
  lit(out, "],\"usage\":");
  write_usage(out, f);
  member(out, "service_tier", sluice__fold_tier(f));
  member(out, "system_fingerprint", sluice__word_text(f->keeping->fingerprint));
  lit(out, "}");
}

sluice_status sluice_fold_json(sluice_fold *f, sluice_str *json)
{
  struct buf *out;

  if (f == NULL || json == NULL)
    return SLUICE_ERR_ARG;
  json->p = "";
  json->n = 0;
  if (f->base.scratch->busy)
    return SLUICE_ERR_STATE;
  f->base.scratch->busy = 1;
  out = sluice__scratch_out(f->base.scratch);
  write_completion(out, &f->core);
  f->base.scratch->busy = 0;
  if (out->failed)
    return SLUICE_ERR_NOMEM;
  json->p = out->p;
  json->n = out->n;
  return SLUICE_OK;
}

/* ---- what comes in ----------------------------------------------------- */

/* The first error holds, and is the end, as [DONE] is. */
static int take_error(sluice_fold *f, const sluice_delta *d)
{
  sluice_text text;
  int rv;

  f->failed = 1;
  sluice__buf_clear(&f->base.scratch->clean);
  rv = sluice__text_clean(NULL,
                          sluice__text_cut(d->u.error.message, LIMIT_WORDS_MAX),
                          &f->base.scratch->clean, &text, &f->base.counts);
  if (rv != 0)
    return rv;
  sluice__buf_text(&f->message, text);
  return sluice__buf_status(&f->message);
}

static int take_delta(sluice_fold *f, const sluice_delta *d)
{
  if (d->type == SLUICE_DELTA_ERROR)
    return take_error(f, d);
  if (d->type == SLUICE_DELTA_DONE)
    f->done = 1;
  return sluice__fold_delta(&f->core, d);
}

sluice_status sluice_fold_chunk(sluice_fold *f, const sluice_chunk *chunk)
{
  size_t i;
  int rv = 0;

  if (f == NULL || chunk == NULL ||
      !sluice__is_there(chunk->deltas, chunk->count))
    return SLUICE_ERR_ARG;
  if (f->base.scratch->busy)
    return SLUICE_ERR_STATE;
  if (f->status < 0)
    return f->status;
  if (f->finished)
    return SLUICE_ERR_STATE;
  f->base.scratch->busy = 1;
  if ((f->done || f->failed) && chunk->count > 0)
    sluice__count(&f->base.counts, SLUICE_ANOMALY_AFTER_DONE);
  for (i = 0; rv == 0 && i < chunk->count && !f->done && !f->failed; i++)
    rv = take_delta(f, &chunk->deltas[i]);
  f->base.scratch->busy = 0;
  f->status = (sluice_status)rv;
  return f->status;
}

/* ---- the end ----------------------------------------------------------- */

static int all_calls_complete(const struct choice *c)
{
  const struct call *k;

  for (k = c->calls.first; k != NULL; k = k->next)
    if (!sluice__call_complete(k))
      return 0;
  return 1;
}

/* Of a choice without a reason the end must be sure, and its calls whole. */
static int is_whole(const sluice_fold *f, const struct choice *c)
{
  if (c->finish != SLUICE_FINISH_NONE)
    return 1;
  return (f->done || f->core.has_whole) && all_calls_complete(c);
}

static sluice_status decide(const sluice_fold *f)
{
  const struct choice *c;

  if (f->failed)
    return SLUICE_ERR_UPSTREAM;
  if (f->core.choices == NULL)
    return SLUICE_ERR_EMPTY;
  for (c = f->core.choices; c != NULL; c = c->next)
    if (!is_whole(f, c))
      return SLUICE_ERR_TRUNCATED;
  return SLUICE_OK;
}

sluice_status sluice_fold_finish(sluice_fold *f)
{
  if (f == NULL)
    return SLUICE_ERR_ARG;
  if (f->base.scratch->busy)
    return SLUICE_ERR_STATE;
  if (f->finished)
    return f->status;
  f->finished = 1;
  f->base.scratch->busy = 1;
  if (f->status == SLUICE_OK)
    f->status = (sluice_status)sluice__fold_end(&f->core);
  if (f->status == SLUICE_OK)
    f->status = decide(f);
  f->base.scratch->busy = 0;
  return f->status;
}

sluice_finish sluice_fold_reason(const sluice_fold *f)
{
  if (f == NULL || f->core.choices == NULL)
    return SLUICE_FINISH_NONE;
  return (sluice_finish)f->core.choices->finish;
}

sluice_text sluice_fold_message(const sluice_fold *f)
{
  sluice_text text = {"", 0};

  if (f == NULL)
    return text;
  if (f->failed)
    return sluice__buf_as_text(&f->message);
  if (f->status == SLUICE_OK)
    return text;
  text.p = f->status == SLUICE_ERR_LIMIT
               ? sluice__limit_text(f->base.limits.passed)
               : sluice__status_text(f->status);
  text.n = strlen(text.p);
  return text;
}

uint32_t sluice_fold_count(const sluice_fold *f, sluice_anomaly a)
{
  return f == NULL ? 0 : sluice__count_of(&f->base.counts, a);
}

/* ---- life -------------------------------------------------------------- */

sluice_status sluice_fold_new(sluice_fold **out, const sluice_options *o)
{
  sluice_options all;
  sluice_mem mem;
  sluice_scratch *scratch;
  sluice_fold *f;

  if (out == NULL || sluice__options(&all, o) != 0)
    return SLUICE_ERR_ARG;
  mem = sluice__mem(all.mem);
  f = (sluice_fold *)sluice__new(&mem, sizeof(*f));
  if (f == NULL)
    return SLUICE_ERR_NOMEM;
  f->mem = mem;
  scratch = sluice__scratch_of(&all, &f->own_scratch);
  if (scratch == NULL) {
    sluice__free(&mem, f);
    return SLUICE_ERR_NOMEM;
  }
  sluice__buf_init(&f->message, &f->mem);
  sluice__caps_init(&f->caps, &all);
  sluice__base_init(&f->base, &f->mem, scratch, &f->caps, all.seed);
  sluice__fold_init(&f->core, &f->base, all.lenient);
  if (sluice__fold_keep(&f->core) != 0) {
    sluice_fold_free(f);
    return SLUICE_ERR_NOMEM;
  }
  *out = f;
  return SLUICE_OK;
}

void sluice_fold_reset(sluice_fold *f)
{
  if (f == NULL || f->base.scratch->busy)
    return;
  f->base.scratch->busy = 1;
  sluice__fold_clear(&f->core);
  sluice__base_clear(&f->base);
  f->base.scratch->busy = 0;
  sluice__buf_clear(&f->message);
  f->done = f->failed = f->finished = 0;
  f->status = SLUICE_OK;
}

void sluice_fold_free(sluice_fold *f)
{
  sluice_mem mem;

  if (f == NULL)
    return;
  mem = f->mem;
  sluice__fold_free(&f->core);
  sluice__counts_free(&f->base.counts);
  sluice__buf_free(&f->message);
  if (f->own_scratch)
    sluice_scratch_free(f->base.scratch);
  sluice__free(&mem, f);
}
