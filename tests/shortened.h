/* SPDX-License-Identifier: MIT */
/* shortened.h - the events of a run that was short of memory, against those of
 * the same run with enough: the good one. */
#ifndef SLUICE_TESTS_SHORTENED_H
#define SLUICE_TESTS_SHORTENED_H

#include "bytes.h"

/* How many bytes of events the two have in common. */
size_t shortened_at(const struct bytes *out, const struct bytes *good);

/* Behind the first event that the good run does not have there come only such
 * that end what is open. */
int shortened_only_ends(const struct bytes *out, size_t at);

/* The one law that such a run may break. A response that failed ends with a
 * message that is complete, which the laws of a stream forbid: but here the
 * good run shows that it was. It closed before memory ran out, and the item
 * behind it could not be shown. `wrong`: what laws_stream says. */
int shortened_may(const char *wrong, const struct bytes *out, size_t at,
                  const struct bytes *good);

#endif
