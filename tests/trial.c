/* SPDX-License-Identifier: MIT */
#include "trial.h"

#include <string.h>

#include "answer.h"
#include "check.h"
#include "damage.h"
#include "judge.h"

/* ---- making one -----------------------------------------------------------
 */

void trial_init(struct trial *t, const struct sources *sources, size_t damage,
                uint64_t seed, unsigned keep)
{
  uint64_t dice = (seed * damage_count + damage) * 6007 + 17;
  const struct source *other;

  memset(t, 0, sizeof(*t));
  random_next(&dice);
  t->seed = seed;
  t->damage = damages[damage].name;
  t->source = &sources->list[random_below(&dice, sources->count)];
  other = &sources->list[random_below(&dice, sources->count)];
  bytes_put(&t->in, t->source->in.p, t->source->in.n);
  damages[damage].run(&t->in, &other->in, &dice);
  if (random_below(&dice, 3) > 0)
    variant_roll(&t->opts, &dice, keep);
  else
    bytes_put(&t->opts, t->source->opts.p, t->source->opts.n);

  setup_init(&t->setup);
  setup_read(&t->setup, t->opts.p);
  if (keep & VARIANT_UNIT)
    t->setup.o.index_unit = SLUICE_UNIT_CODEPOINT;
  heap_init(&t->heap, HEAP_NEVER, 0);
  t->setup.o.mem = &t->heap.mem;
}

void trial_free(struct trial *t)
{
  setup_free(&t->setup);
  bytes_free(&t->in);
  bytes_free(&t->opts);
}

/* ---- what must hold -------------------------------------------------------
 */

static void feed_in_pieces(struct run *r, const struct bytes *in, size_t n,
                           uint64_t *dice)
{
  size_t at, step, most = 1 + random_below(dice, 400);

  for (at = 0; at < n; at += step) {
    step = 1 + random_below(dice, most);
    step = step < n - at ? step : n - at;
    run_feed(r, in->p + at, step);
  }
}

const char *trial_ending(const struct run *r)
{
  static const char *const events[] = {"", "event: response.completed\n",
                                       "event: response.incomplete\n",
                                       "event: response.failed\n"};
  sluice_response_status status = sluice_translator_status(r->t);

  if (status == SLUICE_RESPONSE_IN_PROGRESS)
    return "the response did not end";
  if ((status == SLUICE_RESPONSE_FAILED) != (r->finish < 0))
    return "what finish returned does not fit the status";
  if (r->feed < 0 && r->finish != r->feed)
    return "finish returned another code than feed";
  if (strstr(r->wire.p, events[status]) == NULL)
    return "the terminal event is not that of the status";
  return NULL;
}

/* The first text that a marker could have begun with, at the end of another
 * one: what is held back. */
static void leave_out_held(struct bytes *text, const struct setup *s)
{
  char first = s->o.marker_open.n > 0 ? s->o.marker_open.p[0] : '<';
  size_t i, reach = s->o.max_marker + 100;

  if (s->o.flags & SLUICE_NO_CITATIONS)
    return;
  for (i = text->n; i > 0 && text->n - i < reach; i--)
    if (text->p[i - 1] == first)
      text->n = i - 1;
  while (text->n > 0 && text->p[text->n - 1] == ' ')
    text->n--;
}

/* A character that is cut in half at the end is U+FFFD there. */
static void leave_out_half(struct bytes *text)
{
  while (text->n >= 3 && memcmp(text->p + text->n - 3, "\xef\xbf\xbd", 3) == 0)
    text->n -= 3;
}

static const char *begins(struct bytes *why, const char *what,
                          struct bytes *head, const struct bytes *all)
{
  leave_out_half(head);
  if (head->n <= all->n && memcmp(head->p, all->p, head->n) == 0)
    return NULL;
  bytes_printf(why, "lost: %s that came before the damage: ", what);
  bytes_put(why, head->p, head->n);
  bytes_puts(why, "\nleft: ");
  bytes_put(why, all->p, all->n);
  return why->p;
}

/* Is what an end gave the beginning of what more gave? Left out are text that
 * was held back since a marker could become of it, halves of characters, and {}
 * for arguments that never came: they are there only at an end. */
static const char *comes_before(struct bytes *why, const struct setup *s,
                                struct answer *head, const struct answer *all)
{
  const char *wrong;
  size_t i;

  leave_out_half(&head->text);
  leave_out_held(&head->text, s);
  wrong = begins(why, "text", &head->text, &all->text);
  if (wrong == NULL)
    wrong = begins(why, "thoughts", &head->thought, &all->thought);
  if (wrong == NULL)
    wrong = begins(why, "a refusal", &head->refusal, &all->refusal);
  for (i = 0; wrong == NULL && i < head->call_count; i++) {
    static const struct bytes none = {(char *)(uintptr_t) "", 0, 0};

    if (strcmp(head->calls[i].arguments.p, "{}") == 0)
      continue;
    wrong = begins(why, "arguments", &head->calls[i].arguments,
                   i < all->call_count ? &all->calls[i].arguments : &none);
  }
  return wrong;
}

/* A body has no events: it is whole, or it is none. */
static int is_body(const struct bytes *in)
{
  const char *p = in->p;

  if (in->n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
    p += 3;
  p += strspn(p, " \t\r\n");
  return *p == '{' || *p == '[';
}

/* Guesses that change what was said before; and a limit that was passed, which
 * cuts what waited: a failure of another kind shows it. */
static int may_take_back(const struct trial *t, const struct run *all)
{
  return (t->setup.o.lenient &
          (SLUICE_LENIENT_CUMULATIVE | SLUICE_LENIENT_THINK)) != 0 ||
         is_body(&t->source->in) || all->finish == SLUICE_ERR_LIMIT;
}

/* What the undamaged stream gave before the damage, against all that the
 * damaged one gave. */
static const char *loses_nothing(struct trial *t, const struct run *all,
                                 uint64_t *dice, struct bytes *why)
{
  size_t place = damage_place(&t->source->in, &t->in);
  size_t events = damage_events(&t->in, place);
  const char *wrong = NULL;
  struct answer head, whole;
  struct run r;

  run_init(&r, &t->setup);
  feed_in_pieces(&r, &t->source->in, place, dice);
  if (r.wire.n > all->wire.n || memcmp(r.wire.p, all->wire.p, r.wire.n) != 0) {
    bytes_printf(why, "other events before byte %zu, the first damaged one",
                 place);
    wrong = why->p;
  }
  run_again(&r);
  feed_in_pieces(&r, &t->source->in, events, dice);
  run_finish(&r);
  if (wrong == NULL && !may_take_back(t, all)) {
    answer_read(&head, &r.wire);
    answer_read(&whole, &all->wire);
    wrong = comes_before(why, &t->setup, &head, &whole);
    answer_free(&head);
    answer_free(&whole);
  }
  run_free(&r);
  return wrong;
}

void trial_output(struct trial *t, struct bytes *wire)
{
  struct run r;

  run_init(&r, &t->setup);
  run_feed(&r, t->in.p, t->in.n);
  run_finish(&r);
  bytes_put(wire, r.wire.p, r.wire.n);
  run_free(&r);
}

const char *trial_wrong(struct trial *t, struct bytes *why)
{
  uint64_t dice = t->seed + 1;
  const char *wrong;
  struct run all, pieces;

  run_init(&all, &t->setup);
  run_feed(&all, t->in.p, t->in.n);
  run_finish(&all);
  wrong = judge_all(why, t->setup.o.index_unit, &all.wire);
  if (wrong == NULL)
    wrong = trial_ending(&all);
  run_init(&pieces, &t->setup);
  feed_in_pieces(&pieces, &t->in, t->in.n, &dice);
  run_finish(&pieces);
  if (wrong == NULL && !bytes_equal(&all.text, &pieces.text))
    wrong = "other output in other pieces";
  if (wrong == NULL)
    wrong = loses_nothing(t, &all, &dice, why);
  run_free(&all);
  run_free(&pieces);
  if (wrong == NULL && t->heap.live != 0)
    wrong = "memory that did not come back";
  return wrong;
}
