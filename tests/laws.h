/* SPDX-License-Identifier: MIT */
/* laws.h - the laws of a Responses stream, checked on every run of every test.
 *
 * The checker knows nothing of the library but the names of its units: it reads
 * the bytes that a client would read, parses them with another JSON library,
 * and follows response, items, parts, deltas and annotations.
 */
#ifndef SLUICE_TESTS_LAWS_H
#define SLUICE_TESTS_LAWS_H

#include <sluice/options.h>
#include <stddef.h>

struct laws;

/* `unit`: what the index of a file citation counts. */
struct laws *laws_new(sluice_unit unit);

/* One event as written: `event: T`, `data: {…}`, a blank line. Returns NULL, or
 * what is wrong, beginning with "event N" and its type. After the first fault
 * the same message comes again. */
const char *laws_event(struct laws *l, const char *wire, size_t n);

/* The stream is over: NULL when it ended as it must. */
const char *laws_end(struct laws *l);

void laws_free(struct laws *l);

/* All events in one string, end included. NULL or the message, which lives in
 * `message`. */
#define LAWS_MESSAGE 512
const char *laws_stream(sluice_unit unit, const char *wire, size_t n,
                        char message[LAWS_MESSAGE]);

#endif
