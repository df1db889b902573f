/* SPDX-License-Identifier: MIT */
/* sse.h - bytes at any cut -> the events of a text/event-stream.
 *
 * Rules: WHATWG HTML, 9.2.6 "Interpreting an event stream": one leading BOM is
 * skipped; LF, CR and CRLF end a line; one space after the colon is dropped;
 * data lines are joined with LF; comments, unknown fields, `id` and `retry`
 * are skipped without being stored; a blank line dispatches when there was
 * data. Two additions: a field `error` counts as an event of that name (servers
 * send it), and finish() hands out an event that no blank line ended, marked
 * so.
 */
#ifndef SLUICE_SSE_H
#define SLUICE_SSE_H

#include <sluice/options.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sluice_sse sluice_sse;

typedef struct sluice_sse_event {
  sluice_str name; /* of `event:`, cut at 64 bytes; empty: "message" */
  sluice_str data; /* without the last LF; may be empty */
  uint64_t offset; /* of the first byte of data, from the stream's start */
  int ended;       /* 0: the input ended before the event's blank line */
} sluice_sse_event;

typedef struct sluice_sse_counts {
  uint64_t events, comments;
  uint64_t ignored; /* lines of no known field */
} sluice_sse_counts;

/* Called for each event; its strings live until it returns. Returns 0 to go
 * on, above 0 to pause after this event, below 0 to abort: no further event
 * comes. Calls from inside: common.h. */
typedef int (*sluice_sse_cb)(void *user, const sluice_sse_event *event);

/* Uses mem and max_payload of `o`; NULL means the defaults. Returns SLUICE_OK,
 * SLUICE_ERR_ARG (`out` or `cb` is NULL, a bad option) or SLUICE_ERR_NOMEM. */
SLUICE_API sluice_status sluice_sse_new(sluice_sse **out,
                                        const sluice_options *o,
                                        sluice_sse_cb cb, void *user);

/* Takes `len` bytes; `data` is read only during the call and may be NULL when
 * `len` is 0. `*consumed` (NULL allowed) is set always: `len`, or less when a
 * callback paused or an error came. Any cut of a stream gives the same events.
 * Returns SLUICE_OK, SLUICE_PAUSED (feed the rest again), SLUICE_ERR_ARG,
 * SLUICE_ERR_STATE (after finish, or from inside a callback),
 * SLUICE_ERR_CALLBACK, SLUICE_ERR_LIMIT (max_payload) or SLUICE_ERR_NOMEM; the
 * last three are sticky. Cost: each byte is looked at a fixed number of times,
 * for any cut. */
SLUICE_API sluice_status sluice_sse_feed(sluice_sse *s, const void *data,
                                         size_t len, size_t *consumed);

/* The input is over. Hands out an event that has data but no blank line, with
 * `ended` 0: the caller judges whether it is whole. A pause asked for here has
 * no effect. Returns SLUICE_OK, SLUICE_ERR_ARG, SLUICE_ERR_STATE (from inside a
 * callback) or a sticky error; a second call does nothing, and returns the
 * same. */
SLUICE_API sluice_status sluice_sse_finish(sluice_sse *s);

/* Back to the state after new; memory is kept. Does nothing from inside a
 * callback, or when `s` is NULL. */
SLUICE_API void sluice_sse_reset(sluice_sse *s);

/* What was met so far; each number stays at 2^32 - 1. NULL gives zeros. */
SLUICE_API sluice_sse_counts sluice_sse_counted(const sluice_sse *s);

/* NULL does nothing. From inside a callback: the running call is the last. */
SLUICE_API void sluice_sse_free(sluice_sse *s);

#ifdef __cplusplus
}
#endif
#endif
