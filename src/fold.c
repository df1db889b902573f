/* SPDX-License-Identifier: MIT */
#include "fold.h"

#include "quirks.h"
#include "status.h"

#define SOURCE_THINK INT32_MAX /* reasoning out of the text */

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
  struct said said = {.type = type, .text = text};

  return say(f, c, &said);
}

/* Counts text that will be kept, here or above. */
static int charge(struct fold *f, size_t n)
{
  return sluice__limit_take(&f->base->limits, LIMIT_OUTPUT, n);
}

/* The clean form of raw text, in the scratch until the next one. */
static int clean(struct fold *f, struct carry *carry, sluice_str raw,
                 sluice_text *text)
{
  sluice__buf_clear(&f->base->scratch->clean);
  return sluice__text_clean(carry, raw, &f->base->scratch->clean, text,
                            &f->base->counts);
}

/* Cleans a short text that takes the place of one of `had` bytes. */
static int clean_short(struct fold *f, sluice_str raw, size_t had,
                       sluice_text *text)
{
  int rv = clean(f, NULL, raw, text);

  return rv == 0 && text->n > had ? charge(f, text->n - had) : rv;
}

static int set(struct fold *f, struct word **word, sluice_str raw)
{
  sluice_text text;
  int rv = clean_short(f, raw, sluice__word_text(*word).n, &text);

  return rv == 0 ? sluice__word_set(word, f->base->mem, text) : rv;
}

/* ---- choices ----------------------------------------------------------- */

static struct choice *find_choice(const struct fold *f, int64_t index)
{
  struct choice *c = f->choices;

  if ((f->lenient & SLUICE_LENIENT_CHOICES) != 0)
    return c; /* all are the first one (D05, D06) */
  if (c == NULL || c->index == index)
    return c;
  return f->keeping == NULL
             ? NULL
             : (struct choice *)sluice__tree_find(&f->keeping->by_index,
                                                  SLUICE_TEXT(""), index);
}

static void free_choice(const sluice_mem *mem, struct choice *c)
{
  sluice__calls_free(&c->calls, mem);
  sluice__thought_free(mem, c->thought);
  sluice__kept_free(mem, c->kept);
  sluice__free(mem, c);
}

/* What the fold was asked for beside what was said. */
static int equip(const struct fold *f, struct choice *c)
{
  const sluice_mem *mem = f->base->mem;

  if (f->keeping != NULL && (c->kept = sluice__kept_new(mem)) == NULL)
    return SLUICE_ERR_NOMEM;
  if ((f->lenient & SLUICE_LENIENT_THINK) != 0 &&
      (c->thought = sluice__thought_new(mem)) == NULL)
    return SLUICE_ERR_NOMEM;
  return 0;
}

static int add_choice(struct fold *f, int64_t index, struct choice **out)
{
  struct choice *c;
  int rv = sluice__limit_take(&f->base->limits, LIMIT_CHOICES, 1);

  if (rv != 0)
    return rv;
  c = (struct choice *)sluice__new(f->base->mem, sizeof(*c));
  if (c == NULL)
    return SLUICE_ERR_NOMEM;
  c->index = index;
  c->source = -1;
  if (equip(f, c) != 0) {
    free_choice(f->base->mem, c);
    return SLUICE_ERR_NOMEM;
  }
  if (f->choices == NULL)
    f->choices = c;
  *out = c;
  if (f->keeping == NULL) /* then it is the only one */
    return 0;
  if (f->keeping->last != NULL)
    f->keeping->last->next = c;
  f->keeping->last = c;
  c->kept->by_index.text = SLUICE_TEXT("");
  c->kept->by_index.number = index;
  c->kept->by_index.owner = c;
  sluice__tree_add(&f->keeping->by_index, &c->kept->by_index);
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

/* What a delta adds to text that it repeats (E10, opt-in: text is kept). */
static sluice_text news(struct fold *f, const struct buf *sofar,
                        sluice_text text)
{
  return sofar == NULL || (f->lenient & SLUICE_LENIENT_CUMULATIVE) == 0
             ? text
             : sluice__kept_news(sofar, text, &f->base->counts);
}

static int pass_logprobs(struct fold *f, struct choice *c, sluice_text text)
{
  if (c->kept != NULL && sluice__kept_logprobs(c->kept, text) != 0)
    return SLUICE_ERR_NOMEM;
  return say_text(f, c, SAID_LOGPROBS, text);
}

/* A choice whose text may begin with a block of thought (E09, opt-in). */
struct thinking {
  struct fold *fold;
  struct choice *choice;
};

/* What was said is thought, or text: so are its log probabilities. */
static int settle_waiting(struct fold *f, struct choice *c, int thought)
{
  sluice_text text = sluice__buf_as_text(&c->thought->waiting);
  int rv = 0;

  if (text.n > 0 && thought)
    sluice__count(&f->base->counts, SLUICE_ANOMALY_LOGPROBS_DROPPED);
  else if (text.n > 0)
    rv = pass_logprobs(f, c, text);
  sluice__buf_clear(&c->thought->waiting);
  return rv;
}

static int on_thought(void *user, int thought, sluice_text text)
{
  struct thinking *t = (struct thinking *)user;

  int rv = settle_waiting(t->fold, t->choice, thought);

  if (thought && t->choice->source < 0)
    t->choice->source = SOURCE_THINK;
  return rv != 0 ? rv
                 : pass_text(t->fold, t->choice,
                             thought ? KIND_REASONING : KIND_TEXT, text);
}

static int split_text(struct fold *f, struct choice *c, sluice_text text)
{
  struct thinking t = {f, c};

  if (c->source >= 0 && c->source != SOURCE_THINK)
    c->thought->think.state =
        THINK_OUT; /* the thoughts have a field of their own */
  return sluice__think_feed(&c->thought->think, text, &f->base->scratch->work,
                            on_thought, &t);
}

/* What an earlier kind left of a cut character, or of a tag, will not be mended
 * now. */
static int flush_last(struct fold *f, struct choice *c)
{
  struct thinking t = {f, c};
  sluice_text rest;
  int rv, split;

  if (c->last == KIND_NONE || c->last == KIND_CALL)
    return 0;
  split = c->last == KIND_TEXT && (f->lenient & SLUICE_LENIENT_THINK) != 0;
  rest = sluice__text_flush(&c->carry, &f->base->counts);
  rv = charge(f, rest.n);
  if (rv == 0 && rest.n > 0)
    rv = split ? split_text(f, c, rest)
               : pass_text(f, c, (enum kind)c->last, rest);
  return rv == 0 && split
             ? sluice__think_end(&c->thought->think, on_thought, &t)
             : rv;
}

/* Another item begins: no more of the name of the call before it comes. */
static void end_name(struct choice *c)
{
  if (c->calls.last != NULL)
    c->calls.last->name_final = 1;
}

/* Something of a kind comes: what is before it ends. */
static int begin(struct fold *f, struct choice *c, enum kind kind)
{
  int rv = 0;

  if (c->finish != SLUICE_FINISH_NONE)
    sluice__count(&f->base->counts, SLUICE_ANOMALY_AFTER_FINISH);
  if (c->last != kind)
    rv = flush_last(f, c);
  if (kind != KIND_CALL)
    end_name(c);
  c->last = (uint8_t)kind;
  return rv;
}

static int on_text(struct fold *f, struct choice *c, enum kind kind,
                   sluice_str raw)
{
  sluice_text text;
  int rv = begin(f, c, kind);

  if (rv == 0)
    rv = clean(f, &c->carry, raw, &text);
  if (rv != 0)
    return rv;
  text = news(f, kept_of(c, kind), text);
  rv = charge(f, text.n);
  if (rv != 0 || text.n == 0)
    return rv;
  if (kind == KIND_TEXT && (f->lenient & SLUICE_LENIENT_THINK) != 0)
    return split_text(f, c, text);
  return pass_text(f, c, kind, text);
}

/* One source a stream: the first field that brings text (E06). */
static int on_reasoning(struct fold *f, struct choice *c, const sluice_delta *d)
{
  if (c->source < 0)
    c->source = d->u.source;
  if (c->source != d->u.source) {
    sluice__count(&f->base->counts, SLUICE_ANOMALY_REASONING_SOURCE);
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
  if ((f->lenient & SLUICE_LENIENT_THINK) != 0 &&
      c->thought->think.state != THINK_OUT) { /* their text is not judged yet */
    sluice__buf_clear(&c->thought->waiting);
    sluice__buf_text(&c->thought->waiting, text);
    return sluice__buf_status(&c->thought->waiting);
  }
  return pass_logprobs(f, c, text);
}

/* ---- calls -------------------------------------------------------------- */

static int add_arguments(struct fold *f, struct choice *c, struct call *k,
                         sluice_text text)
{
  struct said said = {.type = SAID_ARGUMENTS, .text = text, .call = k};

  if (text.n > 0)
    sluice__call_take(k, text, 0);
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
  if (rv == 0 && !d->u.call.whole)
    text = news(f, k->kept, text);
  if (rv == 0)
    rv = charge(f, text.n);
  if (text.n > 0)
    k->empty = 0;
  /* {} as an object may only hold the place of what follows (F11). */
  if (d->u.call.whole && k->arguments_n == 0 &&
      sluice__text_eq(text, SLUICE_TEXT("{}"))) {
    k->empty = 1;
    k->name_final = 1;
    text.n = 0;
  }
  return rv == 0 ? add_arguments(f, c, k, text) : rv;
}

/* Fills in the fragment; its id and name stay in the scratch's work buffer. */
static int read_fragment(struct fold *f, const sluice_delta *d,
                         struct fragment *g)
{
  struct buf *work = &f->base->scratch->work;
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
  g->has_arguments = !sluice__text_blank((sluice_text){d->text.p, d->text.n});
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
  struct call *k = sluice__call_find(&c->calls, g, &f->base->counts);

  if (before != NULL && k != before)
    before->name_final = 1; /* another item begins, or goes on */
  if (k == NULL) {
    if (sluice__limit_take(&f->base->limits, LIMIT_CALLS, 1) != 0)
      return SLUICE_ERR_LIMIT;
    k = sluice__call_add(&c->calls, f->base->mem, g->index, f->keeping != NULL);
  }
  *out = k;
  return k == NULL ? SLUICE_ERR_NOMEM : 0;
}

static int learn(struct fold *f, struct choice *c, struct call *k,
                 const struct fragment *g)
{
  size_t had = k->id.n + k->name.n;
  int rv = sluice__call_learn(&c->calls, k, g, &f->base->counts);
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
  rv = begin(f, c, KIND_CALL); /* it may need the work buffer */
  if (rv == 0)
    rv = read_fragment(f, d, &g);
  if (rv == 0)
    rv = call_of(f, c, &g, &k);
  if (rv == 0)
    rv = learn(f, c, k, &g);
  return rv == 0 ? pass_arguments(f, c, k, d) : rv;
}

/* ---- the rest ---------------------------------------------------------- */

/* The last one that clients know is the one that is shown. */
static int learn_tier(struct fold *f, sluice_str raw)
{
  sluice_text text;
  uint8_t tier;
  int rv = clean_short(f, raw, sluice__fold_tier(f).n, &text);

  if (rv != 0)
    return rv;
  tier = sluice__quirk_tier(text);
  if (tier == 0) {
    sluice__count(&f->base->counts, SLUICE_ANOMALY_TIER_UNKNOWN);
    return sluice__word_set(&f->odd_tier, f->base->mem, text);
  }
  sluice__word_free(&f->odd_tier, f->base->mem);
  f->tier = tier;
  return 0;
}

sluice_text sluice__fold_tier(const struct fold *f)
{
  return f->odd_tier != NULL ? sluice__word_text(f->odd_tier)
                             : sluice__quirk_tier_name(f->tier);
}

/* The id of the stream counts as text, though only a completion shows it. */
static int learn_id(struct fold *f, sluice_str raw)
{
  sluice_text text;
  int rv = clean_short(f, raw, 0, &text);

  if (rv != 0)
    return rv;
  f->has_id = 1;
  return f->keeping != NULL
             ? sluice__word_set(&f->keeping->id, f->base->mem, text)
             : 0;
}

/* The same tier stands in each chunk: no work for that. */
static int is_known_tier(const struct fold *f, sluice_str raw)
{
  sluice_text tier = sluice__fold_tier(f);

  return raw.n == 0 || (tier.n == raw.n && memcmp(tier.p, raw.p, raw.n) == 0);
}

/* All that an envelope says, but for its tier. */
static int learn_meta(struct fold *f, const sluice_delta *d)
{
  int rv = 0;

  if (!f->has_id && d->u.meta.id.n > 0)
    rv = learn_id(f, d->u.meta.id);
  if (rv == 0 && f->model == NULL && d->u.meta.model.n > 0)
    rv = set(f, &f->model, d->u.meta.model);
  if (f->created == 0)
    f->created = d->u.meta.created;
  if (rv == 0 && f->keeping != NULL && f->keeping->fingerprint == NULL &&
      d->u.meta.fingerprint.n > 0)
    rv = set(f, &f->keeping->fingerprint, d->u.meta.fingerprint);
  return rv;
}

static int on_meta(struct fold *f, const sluice_delta *d)
{
  int rv = learn_meta(f, d);

  return rv == 0 && !is_known_tier(f, d->u.meta.service_tier)
             ? learn_tier(f, d->u.meta.service_tier)
             : rv;
}

/* The first reason holds, but a cut or filtered answer stays that (G05). */
static int on_finish(struct fold *f, struct choice *c, const sluice_delta *d)
{
  int stronger =
      d->u.finish != SLUICE_FINISH_STOP && c->finish == SLUICE_FINISH_STOP;

  if (c->finish != SLUICE_FINISH_NONE)
    sluice__count(&f->base->counts, SLUICE_ANOMALY_FINISH_TWICE);
  if (c->finish != SLUICE_FINISH_NONE && !stronger)
    return 0;
  c->finish = SLUICE_FINISH_STOP;
  if ((unsigned)d->u.finish <= SLUICE_FINISH_ERROR) /* else not of our parser */
    c->finish = (uint8_t)d->u.finish;
  return f->keeping != NULL ? set(f, &c->kept->finish, d->text) : 0;
}

static int on_choice(struct fold *f, const sluice_delta *d)
{
  struct choice *c = find_choice(f, d->choice);
  int rv;

  if (c == NULL && f->choices != NULL && f->keeping == NULL) {
    sluice__count(&f->base->counts, SLUICE_ANOMALY_OTHER_CHOICE);
    return 0;
  }
  if (d->u.whole)
    f->has_whole = 1;
  if (c != NULL)
    return 0;
  rv = add_choice(f, d->choice, &c);
  return rv == 0 ? say_text(f, c, SAID_START, SLUICE_TEXT("")) : rv;
}

static int on_encrypted(struct fold *f, struct choice *c, sluice_str raw)
{
  sluice_text text;
  int rv = clean(f, NULL, raw, &text);

  end_name(c); /* here, too, where no such item is kept */
  if (rv == 0)
    rv = charge(f, text.n);
  return rv == 0 ? say_text(f, c, SAID_ENCRYPTED, text) : rv;
}

/* URL and title, clean, one behind the other in the work buffer. */
static int on_annotation(struct fold *f, struct choice *c,
                         const sluice_delta *d)
{
  struct said said = {.type = SAID_ANNOTATION, .delta = d};
  struct buf *work = &f->base->scratch->work;
  sluice_text url, title;
  int rv;

  if (d->u.url.guessed && (f->lenient & SLUICE_LENIENT_CITATIONS) == 0) {
    sluice__count(&f->base->counts, SLUICE_ANOMALY_ANNOTATION_DROPPED);
    return 0;
  }
  sluice__buf_clear(work);
  rv = clean(f, NULL, d->u.url.url, &url);
  if (rv == 0) {
    sluice__buf_text(work, url);
    rv = clean(f, NULL, d->u.url.title, &title);
  }
  if (rv == 0) {
    sluice__buf_text(work, title);
    rv = work->failed ? SLUICE_ERR_NOMEM : charge(f, work->n);
  }
  if (rv != 0)
    return rv;
  said.text.p = work->p;
  said.text.n = url.n;
  said.title.p = work->p + url.n;
  said.title.n = work->n - url.n;
  if (c->kept != NULL &&
      sluice__kept_annotation(c->kept, d, said.text, said.title) != 0)
    return SLUICE_ERR_NOMEM;
  return say(f, c, &said);
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
  case SLUICE_DELTA_ENCRYPTED:
    return on_encrypted(f, c, d->text);
  case SLUICE_DELTA_ANNOTATION:
    return on_annotation(f, c, d);
  case SLUICE_DELTA_FINISH:
    return on_finish(f, c, d);
  default:
    return 0;
  }
}

/* The last one holds, never a sum (H02). */
static int on_usage(struct fold *f, const sluice_delta *d)
{
  const sluice_mem *mem = f->base->mem;

  if (f->usage != NULL)
    sluice__count(&f->base->counts, SLUICE_ANOMALY_USAGE_REPEATED);
  else if ((f->usage = (sluice_usage *)sluice__new(mem, sizeof(*f->usage))) ==
           NULL)
    return SLUICE_ERR_NOMEM;
  *f->usage = d->u.usage;
  return 0;
}

int sluice__fold_delta(struct fold *f, const sluice_delta *d)
{
  switch (d->type) {
  case SLUICE_DELTA_META:
    return on_meta(f, d);
  case SLUICE_DELTA_CHOICE:
    return on_choice(f, d);
  case SLUICE_DELTA_USAGE:
    return on_usage(f, d);
  case SLUICE_DELTA_ERROR: /* both ends are for the stages above */
  case SLUICE_DELTA_DONE:
    return 0;
  default:
    return on_choice_delta(f, d);
  }
}

/* ---- more of the same ---------------------------------------------------- */

int sluice__fold_knows(const struct fold *f, const sluice_delta *meta)
{
  return is_known_tier(f, meta->u.meta.service_tier);
}

int sluice__fold_piece(struct fold *f, const sluice_delta *meta,
                       const sluice_delta *d, int plain, struct more *more)
{
  int rv = learn_meta(f, meta);

  if (rv == 0 && !sluice__fold_knows(f, meta))
    rv = learn_tier(f, meta->u.meta.service_tier);
  more->settled = sluice__fold_knows(f, meta);
  more->text.p = d->text.p;
  more->text.n = d->text.n;
  if (rv == 0 && (!plain || !sluice__carry_is_empty(more->carry)))
    rv = clean(f, more->carry, d->text, &more->text);
  return rv;
}

int sluice__fold_say(struct fold *f, const struct more *more)
{
  struct choice *c = f->choices;
  int rv = charge(f, more->text.n);

  if (rv != 0 || more->text.n == 0)
    return rv;
  if (more->call == NULL)
    return pass_text(f, c, more->kind, more->text);
  more->call->empty = 0;
  return add_arguments(f, c, more->call, more->text);
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
      rest = sluice__text_flush(&k->carry, &f->base->counts);
      if (rest.n > 0)
        rv = add_arguments(f, c, k, rest);
    }
  }
  return rv;
}

void sluice__fold_init(struct fold *f, struct base *base, uint32_t lenient)
{
  memset(f, 0, sizeof(*f));
  f->base = base;
  f->lenient = lenient;
}

int sluice__fold_keep(struct fold *f)
{
  f->keeping = (struct keeping *)sluice__new(f->base->mem, sizeof(*f->keeping));
  return f->keeping == NULL ? SLUICE_ERR_NOMEM : 0;
}

void sluice__fold_free(struct fold *f)
{
  sluice__fold_clear(f);
  sluice__free(f->base->mem, f->keeping);
}

void sluice__fold_next(struct fold *f)
{
  struct choice *c, *next;

  for (c = f->choices; c != NULL; c = next) {
    next = c->next;
    sluice__limit_return(&f->base->limits, LIMIT_CHOICES);
    free_choice(f->base->mem, c);
  }
  f->choices = NULL;
  if (f->keeping != NULL) {
    f->keeping->last = NULL;
    f->keeping->by_index.root = NULL;
  }
  sluice__free(f->base->mem, f->usage);
  f->usage = NULL;
  f->has_whole = 0;
}

void sluice__fold_clear(struct fold *f)
{
  const sluice_mem *mem = f->base->mem;

  sluice__fold_next(f);
  f->created = 0;
  f->tier = f->has_id = 0;
  sluice__word_free(&f->model, mem);
  sluice__word_free(&f->odd_tier, mem);
  if (f->keeping != NULL) {
    sluice__word_free(&f->keeping->id, mem);
    sluice__word_free(&f->keeping->fingerprint, mem);
  }
}

const struct buf *sluice__fold_said(const struct fold *f)
{
  return &f->choices->kept->text;
}
