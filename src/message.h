/* SPDX-License-Identifier: MIT */
/* message.h - the text of messages and reasoning items: parts, deltas,
 * citations. Only for the item whose turn it is. */
#ifndef SLUICE_SRC_MESSAGE_H
#define SLUICE_SRC_MESSAGE_H

#include "given.h"
#include "item.h"

#define SEEN 64 /* URLs that a repetition is looked for among */

/* URLs that wait for their text: by the place where it has to be, and by the
 * place where they begin. */
struct urls {
  struct tree by_end, by_start;
  int64_t count;       /* that came so far */
  uint64_t seen[SEEN]; /* hashes of the last ones: a ring */
  uint32_t seen_n;
};

/* What the present item is saying. */
struct message {
  struct outlet *outlet;
  struct item *item; /* whose text it is */
  uint8_t reasoning; /* sluice_reasoning */
  uint8_t showing;   /* enum kind: what kind of text it is in */
  uint8_t failing;   /* it has failed: annotations past the limit are dropped */
  struct cite cite;  /* of that text */
  struct buf *logprobs; /* that go with the next text; NULL: none came */
  struct urls *urls;    /* that the provider cites; NULL: none came */
  uint64_t base; /* of this text in all that the round said, as it came */
};

void sluice__message_init(struct message *m, struct outlet *outlet,
                          const struct given *given);
void sluice__message_free(struct message *m);
void sluice__message_clear(struct message *m); /* settings are kept */

/* More text of the item; announces it and opens its part when the first delta
 * is ready. 0 or a negative status; on failure nothing half-sent is kept. */
int sluice__message_show(struct message *m, struct item *it, enum kind kind,
                         sluice_text text);

/* Where the item's text is kept, when a further piece of that kind, without the
 * start of a marker, makes a delta like the event before and nothing else; NULL
 * when more would come of it. */
struct buf *sluice__message_repeats(struct message *m, const struct item *it,
                                    enum kind kind);

/* Appends entries to a list of them, which is made with the first, or leaves it
 * as it was. 0 or SLUICE_ERR_NOMEM. */
int sluice__logprobs_add(struct buf **all, const sluice_mem *mem,
                         sluice_text entries);

/* No log probabilities wait for the next text any more. */
void sluice__message_forget_logprobs(struct message *m);

/* Its text ends: what was held back goes out, the part closes. `last`: no more
 * text comes, so that every URL that waits belongs here. */
int sluice__message_end(struct message *m, struct item *it, int last);

/* Its open part closes with what of it was sent. Needs no memory. */
int sluice__message_cut(struct message *m, struct item *it);

/* A citation of the provider's; it is shown when its text was. `it` is the item
 * whose turn it is, or NULL. */
int sluice__message_annotate(struct message *m, struct item *it,
                             const struct said *said);

/* All text was closed: what still waits is dropped, and counted. */
void sluice__message_drop_notes(struct message *m);

/* An empty text part, for an answer without any text. */
int sluice__message_show_empty(struct message *m, struct item *it);

#endif
