/* SPDX-License-Identifier: MIT */
#include "fold.h"

#include "ids.h"
#include "status.h"

/* The text of a choice. */
struct kept {
  struct buf text, refusal, reasoning, logprobs;
};

#define lit sluice__buf_lit

/* ---- small things ------------------------------------------------------ */

static int say(struct fold *f, const struct choice *c, const struct said *said)
{
  if (f->cb == NULL || c != f->choices)
    return 0;
  return f->cb(f->user, said);
}

static int say_text(struct fold *f, const struct choice *c, enum said_type type,
                    sluice_text text)
{
  struct said said = {SAID_START, {"", 0}, NULL, NULL};

  said.type = type;
  said.text = text;
  return say(f, c, &said);
}

/* Counts text that will be kept, here or above. */
static int charge(struct fold *f, size_t n)
{
  if (n > f->max_output || f->bytes > f->max_output - n)
    return SLUICE_ERR_LIMIT;
  f->bytes += n;
  return 0;
}

/* The clean form of raw text, in the scratch until the next one. */
static int clean(struct fold *f, struct carry *carry, sluice_str raw,
                 sluice_text *text)
{
  sluice__buf_clear(&f->scratch->clean);
  return sluice__text_clean(carry, raw, &f->scratch->clean, text, f->counts);
}

/* Keeps a short string in a buffer of its own. */
static int set(struct fold *f, struct buf *b, sluice_str raw)
{
  sluice_text text;
  int rv = clean(f, NULL, raw, &text);

  if (rv == 0)
    rv = charge(f, text.n);
  if (rv != 0)
    return rv;
  sluice__buf_clear(b);
  sluice__buf_text(b, text);
  return sluice__buf_status(b);
}

/* ---- choices ----------------------------------------------------------- */

static struct choice *find_choice(const struct fold *f, int64_t index)
{
  struct choice *c = f->choices;

  while (c != NULL && c->index != index)
    c = c->next;
  return c;
}

static struct kept *new_kept(const sluice_mem *mem)
{
  struct kept *k = (struct kept *)sluice__new(mem, sizeof(*k));

  if (k == NULL)
    return NULL;
  sluice__buf_init(&k->text, mem);
  sluice__buf_init(&k->refusal, mem);
  sluice__buf_init(&k->reasoning, mem);
  sluice__buf_init(&k->logprobs, mem);
  return k;
}

static void free_kept(const sluice_mem *mem, struct kept *k)
{
  if (k == NULL)
    return;
  sluice__buf_free(&k->text);
  sluice__buf_free(&k->refusal);
  sluice__buf_free(&k->reasoning);
  sluice__buf_free(&k->logprobs);
  sluice__free(mem, k);
}

static int add_choice(struct fold *f, int64_t index, struct choice **out)
{
  struct choice *c, **at = &f->choices;

  if (f->choice_count >= f->max_items)
    return SLUICE_ERR_LIMIT;
  c = (struct choice *)sluice__new(f->mem, sizeof(*c));
  if (c == NULL)
    return SLUICE_ERR_NOMEM;
  c->index = index;
  c->source = -1;
  sluice__buf_init(&c->word, f->mem);
  if (f->keep && (c->kept = new_kept(f->mem)) == NULL) {
    sluice__free(f->mem, c);
    return SLUICE_ERR_NOMEM;
  }
  while (*at != NULL)
    at = &(*at)->next;
  *at = c;
  f->choice_count++;
  *out = c;
  return 0;
}

/* ---- text -------------------------------------------------------------- */

static enum said_type said_of(enum kind kind)
{
  return kind == KIND_REASONING ? SAID_REASONING
         : kind == KIND_TEXT    ? SAID_TEXT
                                : SAID_REFUSAL;
}

static struct buf *kept_of(struct choice *c, enum kind kind)
{
  if (c->kept == NULL)
    return NULL;
  return kind == KIND_REASONING ? &c->kept->reasoning
         : kind == KIND_TEXT    ? &c->kept->text
                                : &c->kept->refusal;
}

static int pass_text(struct fold *f, struct choice *c, enum kind kind,
                     sluice_text text)
{
  struct buf *kept = kept_of(c, kind);

  if (kept != NULL) {
    sluice__buf_text(kept, text);
    if (kept->failed)
      return SLUICE_ERR_NOMEM;
  }
  return say_text(f, c, said_of(kind), text);
}

/* What an earlier kind left of a cut character will not be mended now. */
static int flush_last(struct fold *f, struct choice *c)
{
  sluice_text rest;
  int rv;

  if (c->last == KIND_NONE || c->last == KIND_CALL)
    return 0;
  rest = sluice__text_flush(&c->carry[c->last], f->counts);
  rv = charge(f, rest.n);
  return rv != 0 || rest.n == 0 ? rv : pass_text(f, c, c->last, rest);
}

/* Something of a kind comes: what is before it ends. */
static int begin(struct fold *f, struct choice *c, enum kind kind)
{
  int rv = 0;

  if (c->finish != SLUICE_FINISH_NONE)
    sluice__count(f->counts, SLUICE_ANOMALY_AFTER_FINISH);
  if (c->last != kind)
    rv = flush_last(f, c);
  if (kind != KIND_CALL && c->calls.last != NULL)
    c->calls.last->name_final = 1;
  c->last = kind;
  return rv;
}

static int on_text(struct fold *f, struct choice *c, enum kind kind,
                   sluice_str raw)
{
  sluice_text text;
  int rv = begin(f, c, kind);

  if (rv == 0)
    rv = clean(f, &c->carry[kind], raw, &text);
  if (rv == 0)
    rv = charge(f, text.n);
  return rv != 0 || text.n == 0 ? rv : pass_text(f, c, kind, text);
}

/* One source a stream: the first field that brings text (E06). */
static int on_reasoning(struct fold *f, struct choice *c, const sluice_delta *d)
{
  if (c->source < 0)
    c->source = d->u.source;
  if (c->source != d->u.source) {
    sluice__count(f->counts, SLUICE_ANOMALY_REASONING_SOURCE);
    return 0;
  }
  return on_text(f, c, KIND_REASONING, d->text);
}

static int on_logprobs(struct fold *f, struct choice *c, const sluice_delta *d)
{
  sluice_text text = {d->text.p, d->text.n};
  int rv = charge(f, text.n);

  if (rv != 0 || text.n == 0)
    return rv;
  if (c->kept != NULL) {
    if (c->kept->logprobs.n > 0)
      sluice__buf_byte(&c->kept->logprobs, ',');
    sluice__buf_text(&c->kept->logprobs, text);
    if (c->kept->logprobs.failed)
      return SLUICE_ERR_NOMEM;
  }
  return say_text(f, c, SAID_LOGPROBS, text);
}

/* ---- calls -------------------------------------------------------------- */

static int add_arguments(struct fold *f, struct choice *c, struct call *k,
                         sluice_text text)
{
  struct said said = {SAID_ARGUMENTS, {"", 0}, NULL, NULL};

  said.text = text;
  said.call = k;
  if (text.n > 0) {
    k->name_final = 1;
    k->arguments_n += text.n;
    sluice__value_feed(&k->value, text);
  }
  if (k->kept != NULL) {
    sluice__buf_text(k->kept, text);
    if (k->kept->failed)
      return SLUICE_ERR_NOMEM;
  }
  return say(f, c, &said);
}

static int pass_arguments(struct fold *f, struct choice *c, struct call *k,
                          const sluice_delta *d)
{
  sluice_text text = {d->text.p, d->text.n};
  int rv = 0;

  if (!d->u.call.whole)
    rv = clean(f, &k->carry, d->text, &text);
  if (rv == 0)
    rv = charge(f, text.n);
  return rv == 0 ? add_arguments(f, c, k, text) : rv;
}

/* Fills in the fragment; its id and name stay in the scratch's work buffer. */
static int read_fragment(struct fold *f, const sluice_delta *d,
                         struct fragment *g)
{
  struct buf *work = &f->scratch->work;
  sluice_text id, name;
  size_t id_n;
  int rv;

  sluice__buf_clear(work);
  rv = clean(f, NULL, d->u.call.id, &id);
  sluice__buf_text(work, id);
  id_n = work->n;
  if (rv == 0)
    rv = clean(f, NULL, d->u.call.name, &name);
  if (rv != 0)
    return rv;
  sluice__buf_text(work, name);
  if (work->failed)
    return SLUICE_ERR_NOMEM;
  g->index = d->u.call.index;
  g->id.p = work->p;
  g->id.n = id_n;
  g->name.p = work->n > id_n ? work->p + id_n : "";
  g->name.n = work->n - id_n;
  return 0;
}

/* The call of the fragment; a new one when it continues none. */
static int call_of(struct fold *f, struct choice *c, const struct fragment *g,
                   struct call **out)
{
  struct call *before = c->calls.last;
  struct call *k = sluice__call_find(&c->calls, g, f->counts);

  if (k != before && before != NULL)
    before->name_final = 1; /* another item begins, or goes on */
  if (k == NULL) {
    if (c->calls.count >= f->max_items)
      return SLUICE_ERR_LIMIT;
    k = sluice__call_add(&c->calls, f->mem, g->index, f->keep);
  }
  *out = k;
  return k == NULL ? SLUICE_ERR_NOMEM : 0;
}

static int learn(struct fold *f, struct call *k, const struct fragment *g)
{
  size_t had = k->id.n + k->name.n;
  int rv = sluice__call_learn(k, g, f->counts);
  size_t has = k->id.n + k->name.n;

  return rv == 0 && has > had ? charge(f, has - had) : rv;
}

static int on_call(struct fold *f, struct choice *c, const sluice_delta *d)
{
  struct fragment g;
  struct call *k = NULL;
  int rv;

  /* Metadata alone is no call (F17). */
  if (d->u.call.id.n == 0 && d->u.call.name.n == 0 && d->text.n == 0)
    return 0;
  rv = read_fragment(f, d, &g);
  if (rv == 0)
    rv = begin(f, c, KIND_CALL);
  if (rv == 0)
    rv = call_of(f, c, &g, &k);
  if (rv == 0)
    rv = learn(f, k, &g);
  return rv == 0 ? pass_arguments(f, c, k, d) : rv;
}

/* ---- the rest ---------------------------------------------------------- */

static int on_meta(struct fold *f, const sluice_delta *d)
{
  int rv = 0;

  if (f->id.n == 0 && d->u.meta.id.n > 0)
    rv = set(f, &f->id, d->u.meta.id);
  if (rv == 0 && f->model.n == 0 && d->u.meta.model.n > 0)
    rv = set(f, &f->model, d->u.meta.model);
  if (f->created == 0)
    f->created = d->u.meta.created;
  /* The same tier and fingerprint stand in each chunk: no work for those. */
  if (rv == 0 && d->u.meta.service_tier.n > 0 &&
      (f->tier.n != d->u.meta.service_tier.n ||
       memcmp(f->tier.p, d->u.meta.service_tier.p, f->tier.n) != 0))
    rv = set(f, &f->tier, d->u.meta.service_tier);
  if (rv == 0 && f->keep && f->fingerprint.n == 0 &&
      d->u.meta.fingerprint.n > 0)
    rv = set(f, &f->fingerprint, d->u.meta.fingerprint);
  return rv;
}

/* The first reason holds, but a cut or filtered answer stays that (G05). */
static int on_finish(struct fold *f, struct choice *c, const sluice_delta *d)
{
  int stronger =
      d->u.finish != SLUICE_FINISH_STOP && c->finish == SLUICE_FINISH_STOP;

  if (c->finish != SLUICE_FINISH_NONE)
    sluice__count(f->counts, SLUICE_ANOMALY_FINISH_TWICE);
  if (c->finish != SLUICE_FINISH_NONE && !stronger)
    return 0;
  c->finish = d->u.finish;
  return f->keep ? set(f, &c->word, d->text) : 0;
}

static int on_choice(struct fold *f, const sluice_delta *d)
{
  struct choice *c = find_choice(f, d->choice);
  int rv;

  if (c == NULL && f->choices != NULL && !f->keep) {
    sluice__count(f->counts, SLUICE_ANOMALY_OTHER_CHOICE);
    return 0;
  }
  if (d->u.whole)
    f->has_whole = 1;
  if (c != NULL)
    return 0;
  rv = add_choice(f, d->choice, &c);
  return rv == 0 ? say_text(f, c, SAID_START, SLUICE_TEXT("")) : rv;
}

static int on_error(struct fold *f, const sluice_delta *d)
{
  struct said said = {SAID_ERROR, {"", 0}, NULL, NULL};

  said.delta = d;
  return f->cb == NULL ? 0 : f->cb(f->user, &said);
}

static int on_choice_delta(struct fold *f, const sluice_delta *d)
{
  struct choice *c = find_choice(f, d->choice);

  if (c == NULL) /* not translated, and counted with its start */
    return 0;
  switch (d->type) {
  case SLUICE_DELTA_REASONING:
    return on_reasoning(f, c, d);
  case SLUICE_DELTA_TEXT:
    return on_text(f, c, KIND_TEXT, d->text);
  case SLUICE_DELTA_REFUSAL:
    return on_text(f, c, KIND_REFUSAL, d->text);
  case SLUICE_DELTA_CALL:
    return on_call(f, c, d);
  case SLUICE_DELTA_LOGPROBS:
    return on_logprobs(f, c, d);
  case SLUICE_DELTA_FINISH:
    return on_finish(f, c, d);
  default:
    return 0;
  }
}

int sluice__fold_delta(struct fold *f, const sluice_delta *d)
{
  switch (d->type) {
  case SLUICE_DELTA_META:
    return on_meta(f, d);
  case SLUICE_DELTA_CHOICE:
    return on_choice(f, d);
  case SLUICE_DELTA_USAGE: /* the last one holds, never a sum (H02) */
    if (f->has_usage)
      sluice__count(f->counts, SLUICE_ANOMALY_USAGE_REPEATED);
    f->usage = d->u.usage;
    f->has_usage = 1;
    return 0;
  case SLUICE_DELTA_ERROR:
    return on_error(f, d);
  case SLUICE_DELTA_DONE:
    return 0;
  default:
    return on_choice_delta(f, d);
  }
}

int sluice__fold_end(struct fold *f)
{
  struct choice *c;
  struct call *k;
  sluice_text rest;
  int rv = 0;

  for (c = f->choices; rv == 0 && c != NULL; c = c->next) {
    rv = flush_last(f, c);
    for (k = c->calls.first; rv == 0 && k != NULL; k = k->next) {
      rest = sluice__text_flush(&k->carry, f->counts);
      if (rest.n > 0)
        rv = add_arguments(f, c, k, rest);
    }
  }
  return rv;
}

void sluice__fold_init(struct fold *f, const sluice_mem *mem,
                       sluice_scratch *scratch, const sluice_options *o,
                       uint32_t *counts)
{
  memset(f, 0, sizeof(*f));
  f->mem = mem;
  f->scratch = scratch;
  f->counts = counts;
  f->max_items = o->max_items;
  f->max_output = o->max_output;
  sluice__buf_init(&f->id, mem);
  sluice__buf_init(&f->model, mem);
  sluice__buf_init(&f->tier, mem);
  sluice__buf_init(&f->fingerprint, mem);
}

void sluice__fold_clear(struct fold *f)
{
  struct choice *c, *next;

  for (c = f->choices; c != NULL; c = next) {
    next = c->next;
    sluice__calls_free(&c->calls, f->mem);
    sluice__buf_free(&c->word);
    free_kept(f->mem, c->kept);
    sluice__free(f->mem, c);
  }
  f->choices = NULL;
  f->choice_count = 0;
  f->bytes = 0;
  sluice__buf_free(&f->id);
  sluice__buf_free(&f->model);
  sluice__buf_free(&f->tier);
  sluice__buf_free(&f->fingerprint);
  f->created = 0;
  f->has_usage = 0;
  f->has_whole = 0;
}

/* ---- the completion ---------------------------------------------------- */

static void quoted(struct buf *out, const struct buf *text)
{
  sluice__buf_byte(out, '"');
  sluice__buf_put(out, text->p, text->n);
  sluice__buf_byte(out, '"');
}

/* ,"key":"text" unless the text is empty. */
static void member(struct buf *out, const char *key, const struct buf *text)
{
  if (text->n == 0)
    return;
  lit(out, ",\"");
  sluice__buf_put(out, key, strlen(key));
  lit(out, "\":");
  quoted(out, text);
}

static void write_calls(struct buf *out, const struct choice *c)
{
  const struct call *k;

  if (c->calls.first == NULL)
    return;
  lit(out, ",\"tool_calls\":[");
  for (k = c->calls.first; k != NULL; k = k->next) {
    if (k != c->calls.first)
      lit(out, ",");
    lit(out, "{\"id\":");
    quoted(out, &k->id);
    lit(out, ",\"type\":\"function\",\"function\":{\"name\":");
    quoted(out, &k->name);
    lit(out, ",\"arguments\":");
    quoted(out, k->kept);
    lit(out, "}}");
  }
  lit(out, "]");
}

static void write_choice(struct buf *out, const struct choice *c)
{
  lit(out, "{\"index\":");
  sluice__buf_int(out, c->index);
  lit(out, ",\"message\":{\"role\":\"assistant\",\"content\":");
  if (c->kept->text.n > 0)
    quoted(out, &c->kept->text);
  else
    lit(out, "null");
  member(out, "reasoning_content", &c->kept->reasoning);
  lit(out, ",\"refusal\":");
  if (c->kept->refusal.n > 0)
    quoted(out, &c->kept->refusal);
  else
    lit(out, "null");
  write_calls(out, c);
  lit(out, "},\"logprobs\":");
  if (c->kept->logprobs.n > 0) {
    lit(out, "{\"content\":[");
    sluice__buf_put(out, c->kept->logprobs.p, c->kept->logprobs.n);
    lit(out, "],\"refusal\":null}");
  } else {
    lit(out, "null");
  }
  lit(out, ",\"finish_reason\":");
  if (c->word.n > 0)
    quoted(out, &c->word);
  else
    lit(out, "null");
  lit(out, "}");
}

/* The choice with the lowest index above that of `before`. */
static const struct choice *next_choice(const struct fold *f,
                                        const struct choice *before)
{
  const struct choice *c, *next = NULL;

  for (c = f->choices; c != NULL; c = c->next)
    if ((before == NULL || c->index > before->index) &&
        (next == NULL || c->index < next->index))
      next = c;
  return next;
}

static void write_usage(struct buf *out, const struct fold *f)
{
  const sluice_usage *u = &f->usage;

  if (!f->has_usage) {
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

void sluice__fold_write(const struct fold *f, struct buf *out)
{
  const struct choice *c;
  int first = 1;

  lit(out, "{\"id\":");
  quoted(out, &f->id);
  lit(out, ",\"object\":\"chat.completion\",\"created\":");
  sluice__buf_int(out, f->created);
  lit(out, ",\"model\":");
  quoted(out, &f->model);
  lit(out, ",\"choices\":[");
  for (c = next_choice(f, NULL); c != NULL; c = next_choice(f, c)) {
    if (!first)
      lit(out, ",");
    first = 0;
    write_choice(out, c);
  }
  lit(out, "],\"usage\":");
  write_usage(out, f);
  member(out, "service_tier", &f->tier);
  member(out, "system_fingerprint", &f->fingerprint);
  lit(out, "}");
}

/* ---- the stage alone --------------------------------------------------- */

struct sluice_fold {
  struct fold core;
  sluice_mem mem;
  sluice_scratch *scratch;
  int own_scratch;
  sluice_status status; /* sticky */
  uint32_t counts[SLUICE_ANOMALY_COUNT];
};

sluice_status sluice_fold_new(sluice_fold **out, const sluice_options *o)
{
  sluice_options all;
  sluice_mem mem;
  sluice_fold *f;

  if (out == NULL)
    return SLUICE_ERR_ARG;
  sluice__options(&all, o);
  mem = sluice__mem(all.mem);
  f = (sluice_fold *)sluice__new(&mem, sizeof(*f));
  if (f == NULL)
    return SLUICE_ERR_NOMEM;
  f->mem = mem;
  f->scratch = sluice__scratch_of(&all, &f->own_scratch);
  if (f->scratch == NULL) {
    sluice__free(&mem, f);
    return SLUICE_ERR_NOMEM;
  }
  sluice__fold_init(&f->core, &f->mem, f->scratch, &all, f->counts);
  f->core.keep = 1;
  *out = f;
  return SLUICE_OK;
}

sluice_status sluice_fold_chunk(sluice_fold *f, const sluice_chunk *chunk)
{
  size_t i;
  int rv = 0;

  if (f == NULL || chunk == NULL || (chunk->deltas == NULL && chunk->count > 0))
    return SLUICE_ERR_ARG;
  if (f->status < 0)
    return f->status;
  for (i = 0; rv == 0 && i < chunk->count; i++)
    rv = sluice__fold_delta(&f->core, &chunk->deltas[i]);
  f->status = (sluice_status)rv;
  return f->status;
}

sluice_status sluice_fold_json(sluice_fold *f, sluice_str *json)
{
  struct buf *out;

  if (f == NULL || json == NULL)
    return SLUICE_ERR_ARG;
  out = &f->scratch->out;
  sluice__buf_clear(out);
  sluice__fold_write(&f->core, out);
  json->p = out->failed ? "" : out->p;
  json->n = out->failed ? 0 : out->n;
  return (sluice_status)sluice__buf_status(out);
}

void sluice_fold_reset(sluice_fold *f)
{
  if (f == NULL)
    return;
  sluice__fold_clear(&f->core);
  memset(f->counts, 0, sizeof(f->counts));
  f->status = SLUICE_OK;
}

uint32_t sluice_fold_count(const sluice_fold *f, sluice_anomaly a)
{
  return f == NULL || (unsigned)a >= SLUICE_ANOMALY_COUNT ? 0 : f->counts[a];
}

void sluice_fold_free(sluice_fold *f)
{
  sluice_mem mem;

  if (f == NULL)
    return;
  mem = f->mem;
  sluice__fold_clear(&f->core);
  if (f->own_scratch)
    sluice_scratch_free(f->scratch);
  sluice__free(&mem, f);
}
