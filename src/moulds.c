/* SPDX-License-Identifier: MIT */
#include "moulds.h"

#define PATIENCE      8    /* misses before a handle tries less */
#define SELDOM        32   /* and then only one payload in so many */
#define LONGEST_PAUSE 1024 /* payloads */
#define LIKELY        3    /* moulds that are tried first */

/* ---- what is likely ----------------------------------------------------- */

/* This one comes behind the last one: so it may again. */
static void follow(struct moulds *all, struct taste *taste, uint32_t number)
{
  struct mould *last = all->all[taste->last];

  last->stays = taste->last == number;
  if (!last->stays && last->next[0] != number) {
    last->next[1] = last->next[0];
    last->next[0] = (uint8_t)number;
  }
  taste->last = (uint8_t)number;
}

/* It fits: what the handle, and the mould before it, expect next. */
static void note_hit(struct moulds *all, struct taste *taste, uint32_t number,
                     size_t taken, int plain, struct cast *out)
{
  struct mould *m = all->all[number];

  follow(all, taste, number);
  taste->misses = 0;
  m->stamp = ++all->clock;
  m->hits++;
  out->mould = m->delta_count > 0 ? m : NULL;
  out->deltas = m->delta_count > 0 ? m->deltas : NULL;
  out->count = m->delta_count;
  out->taken = taken;
  out->plain = plain;
}

/* A handle whose payloads never fit tries only now and then. */
static int is_hopeless(const struct taste *taste)
{
  return taste->misses > PATIENCE && taste->misses % SELDOM != 0;
}

/* One more payload, that may fit none. */
static void note_try(struct taste *taste)
{
  taste->misses =
      (uint8_t)(taste->misses < UINT8_MAX ? taste->misses + 1 : PATIENCE);
}

/* Tries to take an event by one mould. */
static int take_event(struct moulds *all, struct taste *taste, uint32_t number,
                      sluice_str all_there, size_t max_payload,
                      uint32_t max_depth, struct cast *out)
{
  struct mould *m = all->all[number];
  size_t taken;
  int odd;

  if (m->depth > max_depth)
    return 0;
  taken = sluice__mould_fit(m, all_there.p, all_there.n, &odd);
  if (taken == 0 || taken - MOULD_AROUND > max_payload)
    return 0;
  note_hit(all, taste, number, taken, !odd, out);
  return 1;
}

/* The k-th mould that is likely: the last one, and those that came behind it.
 */
static uint32_t likely(const struct moulds *all, const struct taste *taste,
                       uint32_t k)
{
  const struct mould *last = all->all[taste->last];
  uint32_t number = last->stays
                        ? (k == 0 ? taste->last : last->next[k - 1])
                        : (k == LIKELY - 1 ? taste->last : last->next[k]);

  return number < all->count ? number : taste->last;
}

/* An event that fits a mould begins like this, and is all there. */
static int may_fit(const char *p, size_t n)
{
  size_t most = MOULD_BYTES + MOULD_AROUND;

  return n > MOULD_FRAME && p[MOULD_FRAME] == '{' &&
         memchr(p, '\n', n < most ? n : most) != NULL;
}

int sluice__moulds_event(struct moulds *all, struct taste *taste, const char *p,
                         size_t n, size_t max_payload, uint32_t max_depth,
                         struct cast *out)
{
  sluice_str all_there = {p, n};
  uint32_t k, number;

  /* Whole payloads say when too many missed. */
  if (all->count == 0 || taste->misses > PATIENCE || !may_fit(p, n))
    return 0;
  for (k = 0; k < LIKELY; k++) {
    number = likely(all, taste, k);
    if (all->all[number]->delta_count == 0) /* it is told as a payload */
      return 0;
    if (take_event(all, taste, number, all_there, max_payload, max_depth, out))
      return 1;
  }
  return 0;
}

/* The number of the k-th mould to try, up to all->count: the likely ones, and
 * then all others in turn. */
static uint32_t choice_of(const struct moulds *all, const struct taste *taste,
                          uint32_t k)
{
  return k < LIKELY ? likely(all, taste, k)
                    : (taste->last + 1 + k - LIKELY) % all->count;
}

int sluice__moulds_payload(struct moulds *all, struct taste *taste,
                           sluice_str payload, uint32_t max_depth,
                           struct json *nodes, struct cast *out)
{
  uint32_t i, number, tried = 0;
  int odd;

  note_try(taste);
  if (all->count == 0 || is_hopeless(taste))
    return 0;
  for (i = 0; i < all->count + LIKELY - 1; i++) {
    number = choice_of(all, taste, i);
    if (all->all[number]->depth > max_depth || (tried >> number & 1u) != 0)
      continue;
    tried |= 1u << number;
    if (!sluice__mould_fit_payload(all->all[number], payload, &odd, nodes))
      continue;
    note_hit(all, taste, number, payload.n, !odd, out);
    return 1;
  }
  return 0;
}

/* ---- learning ------------------------------------------------------------ */

int sluice__moulds_may_learn(struct moulds *all, const struct taste *taste)
{
  if (is_hopeless(taste))
    return 0;
  if (all->wait == 0)
    return 1;
  all->wait--;
  return 0;
}

/* The place for another one: a free one, else that of a mould which never
 * fitted, else that of the one which did so last of all. */
static uint32_t place_for(const struct moulds *all)
{
  uint32_t i, worst = 0;

  if (all->count < MOULD_COUNT)
    return all->count;
  for (i = 1; i < all->count; i++) {
    const struct mould *m = all->all[i], *w = all->all[worst];

    if ((m->hits == 0) != (w->hits == 0)
            ? m->hits == 0
            : all->clock - m->stamp > all->clock - w->stamp)
      worst = i;
  }
  return worst;
}

/* Puts it in. When moulds come and go unused, the next ones have to wait. */
void sluice__moulds_put(struct moulds *all, struct taste *taste,
                        struct mould *m)
{
  uint32_t place = place_for(all);

  if (place < all->count) {
    if (all->all[place]->hits > 0)
      all->pause = 0;
    else if (all->pause < LONGEST_PAUSE)
      all->pause = 2 * all->pause + 1;
    all->wait = all->pause;
    sluice__mould_free(all->mem, all->all[place]);
  } else {
    all->count++;
  }
  all->all[place] = m;
  m->next[0] = m->next[1] = MOULD_COUNT;
  m->stamp = ++all->clock;
  follow(all, taste, place);
}

/* ---- life -------------------------------------------------------------- */

void sluice__moulds_init(struct moulds *all, const sluice_mem *mem)
{
  memset(all, 0, sizeof(*all));
  all->mem = mem;
}

void sluice__moulds_free(struct moulds *all)
{
  uint32_t i;

  for (i = 0; i < all->count; i++)
    sluice__mould_free(all->mem, all->all[i]);
  sluice__moulds_init(all, all->mem);
}
