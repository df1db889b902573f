/* SPDX-License-Identifier: MIT */
/* output.h - the output items of a response, in order: opening, growing and
 * closing them is the only way to send an event about one.
 *
 * One item is open at a time: the head. What comes for a later item waits, and
 * is sent when its turn comes.
 */
#ifndef SLUICE_SRC_OUTPUT_H
#define SLUICE_SRC_OUTPUT_H

#include "lane.h"

/* What a response has that shows calls, or lists of tools. */
struct rounds {
  struct item *last; /* the last item before this round; NULL: none */
  struct item *pending, *last_pending; /* hosted calls that want a result */
  struct item *asked;                  /* the one of them asked for last */
  uint32_t asked_at;                   /* its place among them */
  uint32_t ran;                        /* hosted calls that did */
  struct tree ids;                     /* of calls, as they were shown */
};

struct output {
  struct outlet outlet;
  struct message message; /* the text of the head */
  const struct given *given;

  struct item *items, *last; /* in order of appearance */
  struct item *head;         /* the first that is not done */
  struct rounds *rounds;     /* NULL: there are neither calls nor lists */
  uint32_t item_count;
  uint8_t live;       /* response.created was sent */
  uint8_t round_over; /* no more deltas come in this round */
};

void sluice__output_init(struct output *o, struct base *base,
                         const struct given *given, sluice_event_cb cb,
                         void *user);
void sluice__output_free(struct output *o);
void sluice__output_clear(struct output *o); /* no items; settings are kept */

/* Those that are done, as a list in the scratch. NULL: none. */
const sluice_item *sluice__output_shown(const struct output *o);

/* All below return 0, SLUICE_ERR_CALLBACK, _LIMIT, _NOMEM or _PROTOCOL. */

/* response.created was sent: items may be shown. */
int sluice__output_begin(struct output *o);

/* Text of a kind (not KIND_CALL) came; arguments of a call; log probabilities
 * of the text that follows. */
int sluice__output_text(struct output *o, enum kind kind, sluice_text text);
int sluice__output_call(struct output *o, struct call *call, sluice_text text);
int sluice__output_logprobs(struct output *o, sluice_text entries);

/* The lane for lane->more. 1 when it is open: the event before was a delta of
 * the same item, and all that a further piece makes is another one. */
int sluice__output_lane(struct output *o, struct lane *lane);

/* Reasoning that only its maker can read; a citation of the provider's. */
int sluice__output_encrypted(struct output *o, sluice_text text);
int sluice__output_annotation(struct output *o, const struct said *said);

/* An mcp_list_tools item. Also SLUICE_ERR_ARG. */
int sluice__output_mcp_tools(struct output *o, sluice_str server_label,
                             sluice_str tools, sluice_str error);

/* Closes all items, and for CLOSE_COMPLETED adds a message with empty text if
 * there is neither message nor call. */
int sluice__output_close(struct output *o, enum closing how);

/* Memory ran out: the open item ends with what of it was sent; what waits for
 * its turn was never shown, and is not. Needs no memory. */
int sluice__output_cut(struct output *o);

/* ---- rounds ---- */

/* The round has ended well: closes its items up to the first hosted call that
 * has no result. */
int sluice__output_end_round(struct output *o);

/* The n-th hosted call without a result, once the round has ended; NULL: there
 * are not so many. */
struct item *sluice__output_pending(struct output *o, uint32_t n);

/* No more deltas come: the names of all calls are final. */
int sluice__output_settle_calls(struct output *o);

/* The hosted call of the round with this id; NULL: there is none. */
struct item *sluice__output_hosted(const struct output *o, sluice_text id);

/* Some call of the round is the embedder's / the client's to run. */
int sluice__output_round_hosted(const struct output *o);
int sluice__output_round_client(const struct output *o);

/* A result; goes on as far as it lets. Also SLUICE_ERR_ARG. */
int sluice__output_answer(struct output *o, struct item *it,
                          const sluice_result *result);

/* The tool calls of the round as the chat API has them, then a message for each
 * result; `said` is what the model said, raw. Complete JSON. */
void sluice__output_messages(const struct output *o, const struct buf *said,
                             struct buf *out);

/* The calls of the old round are gone from here on. */
void sluice__output_next_round(struct output *o);

#endif
