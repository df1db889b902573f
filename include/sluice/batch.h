/* SPDX-License-Identifier: MIT */
/* batch.h - events kept until they are fetched: for languages that C calls back
 * slowly, or not everywhere (Lua, Python, Java, …), and for all that would
 * rather pull. They need no struct of event.h.
 *
 *   sluice_batch_new(&b, NULL);
 *   sluice_translator_new(&t, &o, sluice_batch_add, b);
 *   while (bytes come) {
 *     status = sluice_translator_feed(t, data, len, NULL);
 *     send sluice_batch_take(b) to the client
 *     if (status < 0)
 *       break;
 *   }
 *   sluice_translator_finish(t);
 *   send sluice_batch_take(b) to the client
 *
 * A batch that is emptied after each call can serve all translators of one
 * thread, so that an idle stream holds none.
 */
#ifndef SLUICE_BATCH_H
#define SLUICE_BATCH_H

#include <sluice/event.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sluice_batch sluice_batch;

/* Strings as in sluice_event. */
typedef struct sluice_batch_event {
  sluice_event_type type;
  sluice_str wire, json;
} sluice_batch_event;

/* Returns SLUICE_OK, SLUICE_ERR_ARG (`out` is NULL) or SLUICE_ERR_NOMEM; `*out`
 * is set on SLUICE_OK alone. */
SLUICE_API sluice_status sluice_batch_new(sluice_batch **out,
                                          const sluice_mem *mem);

/* The callback (a sluice_event_cb; `batch` is the sluice_batch) that copies the
 * event. Returns 0, or -1 when there is no memory or an argument is NULL: then
 * the translator stops with SLUICE_ERR_CALLBACK, and what was added before
 * stays. Cost: linear in the event. */
SLUICE_API int sluice_batch_add(void *batch, const sluice_event *event);

/* All events that were not fetched yet, as written, one after the other; empty
 * when there are none, or `b` is NULL. They live until the next is added, or
 * free. Cost: none. */
SLUICE_API sluice_str sluice_batch_take(sluice_batch *b);

/* The first event that was not fetched yet, for as long. Returns 1; or 0, with
 * `*out` zero, when there is none or an argument is NULL. */
SLUICE_API int sluice_batch_next(sluice_batch *b, sluice_batch_event *out);

/* NULL does nothing. After the translators that add to it. */
SLUICE_API void sluice_batch_free(sluice_batch *b);

#ifdef __cplusplus
}
#endif
#endif
