/* SPDX-License-Identifier: MIT */
#include "further.h"

#define PIECE 2 /* the delta behind the envelope and its choice */

/* ---- what comes is more of the same ---------------------------------------
 */

/* The choice is the one that is translated, and goes on. There is one: the
 * response has begun, and text that is kept does not come here. */
static int is_going_on(const struct choice *c, const sluice_delta *d)
{
  return c->finish == SLUICE_FINISH_NONE && d->type == SLUICE_DELTA_CHOICE &&
         d->choice == c->index && !d->u.whole;
}

/* The call that a piece of arguments belongs to, if it is plain that it is the
 * last one. */
static struct call *going_on(const struct choice *c, const sluice_delta *d)
{
  struct call *k = c->calls.last;

  return c->last == KIND_CALL && k->index == d->u.call.index && k->index >= 0 &&
                 d->u.call.id.n == 0 && d->u.call.name.n == 0 &&
                 !d->u.call.whole && d->text.n > 0
             ? k
             : NULL;
}

/* What a delta says, if it is text of the kind that came last. */
static enum kind kind_going_on(const struct choice *c, const sluice_delta *d)
{
  enum kind kind =
      d->type == SLUICE_DELTA_TEXT      ? KIND_TEXT
      : d->type == SLUICE_DELTA_REFUSAL ? KIND_REFUSAL
      : d->type == SLUICE_DELTA_REASONING && c->source == d->u.source
          ? KIND_REASONING
          : KIND_NONE;

  return kind == c->last ? kind : KIND_NONE;
}

/* What goes on; 0 when the delta is something else. */
static int find_more(struct choice *c, const sluice_delta *d, struct more *more)
{
  if (d->type == SLUICE_DELTA_CALL) {
    more->kind = KIND_CALL;
    more->call = going_on(c, d);
    if (more->call == NULL)
      return 0;
    more->carry = &more->call->carry;
    return 1;
  }
  more->kind = kind_going_on(c, d);
  more->call = NULL;
  more->carry = &c->carry;
  return more->kind != KIND_NONE;
}

/* The deltas of a chunk are no more than that, in an envelope. Their mould has
 * only one piece of text, this one. */
static int is_more(const struct fold *f, const sluice_delta *deltas,
                   size_t count, struct more *more)
{
  return count == PIECE + 1 && f->keeping == NULL && f->lenient == 0 &&
         is_going_on(f->choices, &deltas[1]) &&
         find_more(f->choices, &deltas[PIECE], more);
}

/* ---- where it goes ------------------------------------------------------- */

/* Says lane->more, and leaves the lane open for the next piece, if it can be.
 */
static int say_more(struct translate *t, struct lane *lane, int plain)
{
  const struct more *more = &lane->more;
  int rv;

  if (!sluice__output_lane(&t->output, lane) || more->text.n == 0 ||
      !sluice__lane_takes(lane, more->text, plain)) {
    lane->text = NULL;
    return sluice__fold_say(&t->fold, more);
  }
  rv = sluice__lane_go_on(lane, &t->output.outlet, more->text, more->text.n);
  if (!sluice__carry_is_empty(more->carry))
    lane->text = NULL;
  return rv;
}

/* The same for a piece of which it is known where it goes. */
static int say_there(struct translate *t, struct lane *lane, int plain)
{
  struct outlet *o = &t->output.outlet;
  const struct more *more = &lane->more;
  int rv;

  if (more->text.n == 0)
    return say_more(t, lane, plain);
  if (lane->text != NULL && sluice__lane_takes(lane, more->text, plain))
    rv = sluice__lane_go_on(lane, o, more->text, more->text.n);
  else if (lane->message != NULL)
    rv = sluice__lane_say(lane, o, more->text);
  else
    return say_more(t, lane, plain);
  if (!sluice__carry_is_empty(more->carry))
    lane->text = NULL;
  return rv;
}

int sluice__further_more(struct translate *t, const struct cast *cast,
                         uint64_t at, struct lane *lane, int *rv)
{
  struct more *more = &lane->more;

  lane->text = NULL;
  lane->message = NULL;
  lane->mould = NULL;
  if (t->phase != PHASE_LIVE ||
      !is_more(&t->fold, cast->deltas, cast->count, more))
    return 0;
  *rv = sluice__fold_piece(&t->fold, &cast->deltas[0], &cast->deltas[PIECE],
                           cast->plain, more);
  if (*rv == 0)
    *rv = say_more(t, lane, cast->plain);
  *rv = sluice__translate_settle(t, *rv, at);
  if (*rv == 0 && more->settled)
    lane->mould = cast->mould;
  return 1;
}

void sluice__further_took(const struct translate *t, const struct cast *cast,
                          struct lane *lane)
{
  if (cast->mould != NULL && t->phase == PHASE_LIVE &&
      is_more(&t->fold, cast->deltas, cast->count, &lane->more) &&
      sluice__fold_knows(&t->fold, &cast->deltas[0]))
    lane->mould = cast->mould;
}

int sluice__further_again(struct translate *t, struct lane *lane,
                          const struct again *again, uint64_t at)
{
  struct more *more = &lane->more;
  int rv = 0;

  more->text.p = again->text.p;
  more->text.n = again->text.n;
  if (again->odd || !sluice__carry_is_empty(more->carry))
    rv = sluice__fold_clean(&t->fold, more, again->text);
  if (rv == 0)
    rv = say_there(t, lane, !again->odd);
  return sluice__translate_settle(t, rv, at);
}

size_t sluice__further_run(struct translate *t, struct lane *lane,
                           const char *p, size_t n, uint64_t at, int *rv)
{
  size_t max = t->base.limits.caps->payload, taken = 0;
  struct outlet *o = &t->output.outlet;
  struct flow flow;

  do {
    sluice__lane_run(lane, o, p + taken, n - taken, max, &flow);
    taken += flow.taken;
    if (flow.rv != 0)
      *rv = sluice__translate_settle(t, flow.rv,
                                     at + taken - flow.event + MOULD_FRAME);
    else if (flow.next > 0)
      *rv =
          sluice__further_again(t, lane, &flow.again, at + taken + MOULD_FRAME);
    taken += flow.next;
    if (*rv == 0)
      *rv = o->paused;
  } while (*rv == 0 && flow.next > 0);
  return taken;
}
