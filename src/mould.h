/* SPDX-License-Identifier: MIT */
/* mould.h - the shapes of payloads that came before, so that the next one like
 * them is compared instead of parsed. mould.c explains the idea.
 *
 * Moulds live in a scratch: all streams of a thread share what one of them has
 * taught. They are bounded in number and size, and only ever a shortcut: what
 * fits none of them is parsed, and gives the same deltas. lesson.c makes them.
 */
#ifndef SLUICE_SRC_MOULD_H
#define SLUICE_SRC_MOULD_H

#include <sluice/chunk.h>

#include "json.h"

#define MOULD_FRAME  6    /* bytes of `data: ` */
#define MOULD_AROUND 8    /* bytes of that and two newlines */
#define MOULD_COUNT  16   /* in one scratch */
#define MOULD_BYTES  4096 /* of a payload that is learned */
#define MOULD_NODES  256
#define MOULD_HOLES  128
#define MOULD_DELTAS 8
#define MOULD_WORD   32 /* bytes of a finish reason */
#define MOULD_DIGITS 15 /* of a number that is bound: a double holds it */

/* How a hole is filled. */
enum fill {
  FILL_STRING, /* free */
  FILL_NUMBER, /* free */
  FILL_TEXT,   /* bound, not empty */
  FILL_COUNT   /* bound, a plain integer */
};

/* A value that may differ. Places are those in `bytes`. */
struct hole {
  uint32_t at, n;
  enum fill fill;
  sluice_str *text; /* what it is bound to, in `deltas` */
  int64_t *count;
};

/* What stands between two places that may differ, behind the text. */
struct piece {
  uint32_t at, n;
  enum fill fill; /* of the hole behind it */
  uint8_t more;   /* there is one */
};

struct mould {
  char *bytes; /* the payload that fitted last, framed */
  size_t n, cap;
  struct hole *holes;
  uint32_t hole_count;
  struct hole *text_hole; /* where a piece of text stands; NULL: nowhere */
  struct piece *pieces;   /* behind that */
  uint8_t bound_behind;   /* something else is bound behind it */
  uint32_t depth;         /* levels of nesting */
  uint32_t stamp;         /* when it fitted last */
  uint32_t hits;
  uint8_t next[2]; /* other moulds that fitted behind it; or MOULD_COUNT */
  uint8_t stays;   /* it was itself that fitted behind it */
  sluice_delta deltas[MOULD_DELTAS];
  size_t delta_count; /* 0: it must be read again */
  char word[MOULD_WORD];
  struct json_node *nodes; /* of one that is read again. A container's `used`
                              says how many holes begin before its end */
  uint32_t node_count;
};

struct moulds {
  const sluice_mem *mem;
  struct mould *all[MOULD_COUNT];
  uint32_t count;
  uint32_t clock; /* counts matches, to tell which one is the oldest */
  uint32_t wait;  /* payloads that are not learned from, after useless ones */
  uint32_t pause; /* how long the next wait is */
};

/* What one handle expects. Zero at first. */
struct taste {
  uint8_t last;   /* number of the mould that fitted last */
  uint8_t misses; /* payloads in a row that fitted none */
};

/* What a payload gave. */
struct cast {
  const struct mould *mould;  /* that has the deltas; NULL: none */
  const sluice_delta *deltas; /* NULL: the nodes must be read again */
  size_t count;
  size_t taken; /* bytes of input */
  int plain;    /* its text is plain (scan.h) */
};

/* The text of an event that is like another one but for it. */
struct again {
  sluice_str text;
  int odd; /* it is not plain (scan.h) */
};

void sluice__moulds_init(struct moulds *all, const sluice_mem *mem);
void sluice__moulds_free(struct moulds *all);

/* Looks for a mould that fits the whole payload and needs at most max_depth
 * levels. Returns 1 with `out` set: its strings point into the payload or into
 * the mould, until the next call. Without deltas, `nodes` holds the payload as
 * if it had been parsed: they are those of the scratch that the moulds are in,
 * and its moulds were learned from. 0: none fits. */
int sluice__mould_payload(struct moulds *all, struct taste *taste,
                          sluice_str payload, uint32_t max_depth,
                          struct json *nodes, struct cast *out);

/* The same at the start of a line of an event stream: `data: `, the payload and
 * two newlines must be there; out->taken counts all that. Only moulds that give
 * deltas, and only the likely ones are tried. */
int sluice__mould_event(struct moulds *all, struct taste *taste, const char *p,
                        size_t n, size_t max_payload, uint32_t max_depth,
                        struct cast *out);

/* One more event like the last one, which had a text: all that the deltas show
 * is the same but for the text, which is not empty. Returns the bytes of it, or
 * 0; out->text.p is NULL unless all before the text is the same. */
size_t sluice__mould_again(const struct mould *m, const char *p, size_t n,
                           struct again *out);

/* The same for a payload: 1 when the whole of it fits. */
int sluice__mould_again_payload(const struct mould *m, sluice_str payload,
                                struct again *out);

/* ---- for lesson.c ---- */

/* One that holds the payload, with room for as many holes and nodes. NULL: no
 * memory. */
struct mould *sluice__mould_new(const struct moulds *all, sluice_str payload,
                                size_t holes, size_t nodes);

/* 1 when the number can be bound: a plain integer of few digits. */
int sluice__mould_is_count(const char *p, size_t n);

/* Binds what is bound to what stands in the mould. */
void sluice__mould_bind(struct mould *m);

/* 1 when another mould may be learned now by this handle. */
int sluice__mould_may_learn(struct moulds *all, const struct taste *taste);

/* Puts it in, in the place of another one if need be; the handle expects it
 * next. */
void sluice__mould_put(struct moulds *all, struct taste *taste,
                       struct mould *m);

#endif
