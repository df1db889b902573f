/* SPDX-License-Identifier: MIT */
/* sluice.h - the whole line: the bytes of a chat-completions stream in, the
 * events of a Responses stream out.
 *
 *   sluice_options o;
 *   sluice_options_init(&o);
 *   o.seed = …;                                 each response its own
 *   sluice_translator_new(&t, &o, on_event, user);
 *   while (bytes come)
 *     if (sluice_translator_feed(t, data, len, NULL) < 0)
 *       break;                                  the client got response.failed
 *   sluice_translator_finish(t);                always: it says how it ended
 *   sluice_translator_free(t);
 */
#ifndef SLUICE_H
#define SLUICE_H

#include <sluice/anomaly.h>
#include <sluice/batch.h>
#include <sluice/chunk.h>
#include <sluice/cite.h>
#include <sluice/common.h>
#include <sluice/event.h>
#include <sluice/fold.h>
#include <sluice/options.h>
#include <sluice/sse.h>
#include <sluice/tool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sluice_translator sluice_translator;

/* `o` NULL means the defaults; `cb` NULL writes no events (the response can
 * still be asked for). Everything but the scratch is copied. The scratch, if
 * any, must outlive the handle. Memory for the end of the response is kept from
 * here on: when it runs out later, the client still gets one terminal event.
 * Returns SLUICE_OK, SLUICE_ERR_ARG (`out` NULL or a bad option),
 * SLUICE_ERR_STATE (the scratch is in use) or SLUICE_ERR_NOMEM; `*out` is set
 * on SLUICE_OK alone. */
SLUICE_API sluice_status sluice_translator_new(sluice_translator **out,
                                               const sluice_options *o,
                                               sluice_event_cb cb, void *user);

/* Takes `len` bytes and runs the callback for each event they complete. `data`
 * is read only during the call and may be NULL when `len` is 0. `*consumed`
 * (NULL allowed) is set always: `len` on SLUICE_OK; on SLUICE_PAUSED the end of
 * the SSE event whose events asked for it (feed the rest again); on an error
 * not more than the faulty place. Any cut of a stream gives the same events.
 *
 * Returns
 *   SLUICE_OK            also for anything after [DONE], which is ignored
 *   SLUICE_PAUSED        a callback returned a positive number
 *   SLUICE_ERR_ARG       `t` or `data` is NULL
 *   SLUICE_ERR_STATE     after finish or end_round, or from inside a callback
 *   SLUICE_ERR_CALLBACK  a callback returned a negative number; no event came
 *                        after that one
 *   SLUICE_ERR_LIMIT, _NOMEM, _JSON, _PROTOCOL, _UPSTREAM; and, at [DONE],
 *   SLUICE_ERR_EMPTY, _TRUNCATED
 *                        the response failed: the open items were closed and
 *                        response.failed was sent; after NOMEM the open item
 *                        ends with what of it was sent, and what had not
 *                        begun is left out. Sticky.
 * Cost: linear in the bytes, for any cut. */
SLUICE_API sluice_status sluice_translator_feed(sluice_translator *t,
                                                const void *data, size_t len,
                                                size_t *consumed);

/* The input is over: sends the terminal event if none was sent yet. A pause
 * asked for here has no effect. Returns SLUICE_OK (completed or incomplete),
 * SLUICE_ERR_TRUNCATED, _EMPTY, _NOT_A_STREAM or another code of feed (failed);
 * SLUICE_ERR_STATE from inside a callback. A second call returns the same. */
SLUICE_API sluice_status sluice_translator_finish(sluice_translator *t);

/* This chat stream is over, but the response may go on (tool.h). When hosted
 * calls wait for results, or others need to be told that they were skipped,
 * returns SLUICE_MORE and sends no terminal event, also when called again. Else
 * it is sluice_translator_finish, which ends a response at any time. */
SLUICE_API sluice_status sluice_translator_end_round(sluice_translator *t);

/* The calls whose results are wanted, from 0; those that came first, first.
 * Returns SLUICE_OK; SLUICE_ERR_ARG when there are not so many (always, while
 * no round is over), or NULL; `out` is zero then. Cost: the distance from the
 * one that was asked for before. */
SLUICE_API sluice_status sluice_translator_pending(const sluice_translator *t,
                                                   uint32_t n,
                                                   sluice_pending *out);

/* The result of a pending call; the order does not matter. `call_id` is clean
 * text as sluice_translator_pending gave it; everything is copied. Sends the
 * events of the items that are done by it. Returns SLUICE_MORE (more results,
 * or the next round, are wanted); SLUICE_OK when the response has ended by it,
 * since the round also called a tool of the client; SLUICE_ERR_ARG (no such
 * call, or results that are no JSON of the right type); SLUICE_ERR_STATE (the
 * call has its result, or was skipped; no round is over; from inside a
 * callback); or a sticky code as feed. */
SLUICE_API sluice_status sluice_translator_result(sluice_translator *t,
                                                  sluice_text call_id,
                                                  const sluice_result *result);

/* The chat messages to append to the next request, as a JSON array: what the
 * model said in this round with its calls, then a tool message for each result.
 * Lives until the next call on the handle or its scratch; empty on an error.
 * Returns SLUICE_OK; SLUICE_ERR_STATE unless end_round was called and all
 * results are in, or from inside a callback; SLUICE_ERR_ARG; SLUICE_ERR_NOMEM;
 * or a sticky code. */
SLUICE_API sluice_status sluice_translator_messages(sluice_translator *t,
                                                    sluice_str *json);

/* The next chat stream begins: what is fed from here on is a stream of its own;
 * items, indexes, sequence numbers and usage run on, and offsets count from its
 * start. Returns as sluice_translator_messages, but for SLUICE_ERR_NOMEM. */
SLUICE_API sluice_status sluice_translator_next_round(sluice_translator *t);

/* Shows that an MCP server listed its tools: an mcp_list_tools item. `tools` is
 * a JSON array of {name, description, input_schema, annotations}, or empty;
 * `error` not empty: it failed, with these words. The item comes at its turn;
 * before response.created it waits for that. Returns SLUICE_OK, SLUICE_ERR_ARG
 * (NULL; `tools` is no JSON array), SLUICE_ERR_STATE (the response has ended,
 * or from inside a callback), SLUICE_ERR_LIMIT or a sticky code as feed. */
SLUICE_API sluice_status sluice_translator_mcp_tools(sluice_translator *t,
                                                     sluice_str server_label,
                                                     sluice_str tools,
                                                     sluice_str error);

/* Ends the response as failed for a reason of the embedder's (a timeout, a
 * refused connection). `code` and `message` are plain UTF-8; an empty code is
 * server_error, and an empty message says that no reason was given. Returns
 * SLUICE_ERR_UPSTREAM, or the code of an earlier end; SLUICE_OK when the
 * response had ended well; SLUICE_ERR_CALLBACK; SLUICE_ERR_ARG;
 * SLUICE_ERR_STATE from inside a callback. */
SLUICE_API sluice_status sluice_translator_fail(sluice_translator *t,
                                                sluice_str code,
                                                sluice_str message);

/* The Response object as JSON, as in the last lifecycle event: empty before
 * response.created. Lives until the next call on the handle or its scratch.
 * Returns SLUICE_OK, also after an error; SLUICE_ERR_ARG; SLUICE_ERR_STATE
 * (from inside a callback); SLUICE_ERR_NOMEM. Cost: linear in the text kept. */
SLUICE_API sluice_status sluice_translator_response(sluice_translator *t,
                                                    sluice_str *json);

/* How the response ended; SLUICE_RESPONSE_IN_PROGRESS before its end, and when
 * a callback ended it before its terminal event. */
SLUICE_API sluice_response_status
sluice_translator_status(const sluice_translator *t);

/* What went wrong, status SLUICE_OK while nothing did. NULL: SLUICE_ERR_ARG. */
SLUICE_API sluice_error sluice_translator_error(const sluice_translator *t);

/* The message of response.error, in clean JSON text: more than the static text
 * of sluice_translator_error. Empty when the response did not fail. Lives until
 * reset or free. */
SLUICE_API sluice_text sluice_translator_message(const sluice_translator *t);

/* How often `a` was met; what was met while there was no memory for counters is
 * not counted. 0 for NULL and for a number that is none. */
SLUICE_API uint32_t sluice_translator_count(const sluice_translator *t,
                                            sluice_anomaly a);

/* Ready for another stream with the same options but this seed. The known files
 * stay. Returns SLUICE_OK, SLUICE_ERR_ARG or SLUICE_ERR_STATE (from inside a
 * callback). */
SLUICE_API sluice_status sluice_translator_reset(sluice_translator *t,
                                                 uint64_t seed);

/* NULL does nothing. From inside a callback: no further event comes, the
 * running call returns SLUICE_ERR_CALLBACK and the handle is gone then. */
SLUICE_API void sluice_translator_free(sluice_translator *t);

#ifdef __cplusplus
}
#endif
#endif
