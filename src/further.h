/* SPDX-License-Identifier: MIT */
/* further.h - a further piece of what came last: to the lane when it is open,
 * else as straight to its item as can be. */
#ifndef SLUICE_SRC_FURTHER_H
#define SLUICE_SRC_FURTHER_H

#include "translate.h"

/* A chunk that says no more than a further piece of what came last. Returns 1
 * with *rv as sluice__translate_delta; or 0 when it says more, and nothing is
 * done. Afterwards the lane says what may go on, for as long as nothing else is
 * called. */
int sluice__further_more(struct translate *t, const struct cast *cast,
                         uint64_t at, struct lane *lane, int *rv);

/* A stage below returned rv: closes the response if that is a failure and the
 * response is not closed. Returns as sluice__translate_delta. */
int sluice__translate_settle(struct translate *t, int rv, uint64_t at);

/* A chunk that says no more than a further piece of what came last. Returns 1
 * with *rv as sluice__translate_delta; or 0 when it says more, and nothing is
 * done. Afterwards the lane says what may go on, for as long as nothing else is
 * called. */
int sluice__further_more(struct translate *t, const struct cast *cast,
                         uint64_t at, struct lane *lane, int *rv);

/* A stage below returned rv: closes the response if that is a failure and the
 * response is not closed. Returns as sluice__translate_delta. */
int sluice__translate_settle(struct translate *t, int rv, uint64_t at);

/* sluice__translate_go_on, when there is more to look at. */
int sluice__translate_slowly(struct translate *t, struct lane *lane,
                             sluice_str raw, int plain, uint64_t at);

/* The deltas were just taken, one by one. The lane says what may go on. */
void sluice__further_took(const struct translate *t, const struct cast *cast,
                          struct lane *lane);

/* Another piece of the same, in a payload like the last one of lane->mould.
 * Returns as above. */
int sluice__further_again(struct translate *t, struct lane *lane,
                          const struct again *again, uint64_t at);

/* As many events that bring such pieces as there are at p, which is the start
 * of a line. Returns the bytes of those; *rv as above, or 1 when a callback
 * asked for a pause. */
size_t sluice__further_run(struct translate *t, struct lane *lane,
                           const char *p, size_t n, uint64_t at, int *rv);

#endif
