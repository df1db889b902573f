/* SPDX-License-Identifier: MIT */
/* mould.h - the shape of a payload that was read, so that the next one like it
 * is compared instead of parsed. mould.c explains the idea; moulds.h keeps
 * several, and lesson.c makes them. */
#ifndef SLUICE_SRC_MOULD_H
#define SLUICE_SRC_MOULD_H

#include <sluice/chunk.h>

#include "json.h"
#include "scan.h"
#include "usage.h"

#define MOULD_FRAME  6 /* bytes of `data: ` */
#define MOULD_END    2 /* of the newlines behind an event */
#define MOULD_AROUND (MOULD_FRAME + MOULD_END)
#define MOULD_BYTES  4096 /* of a payload that is learned */
#define MOULD_NODES  256
#define MOULD_HOLES  128
#define MOULD_DELTAS 8
#define MOULD_WORD   32 /* bytes of a finish reason */
#define MOULD_DIGITS 15 /* of a number that is bound: a double holds it */
#define MOULD_BAD    SIZE_MAX

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
  uint8_t usage; /* it is the number usage_count of usage, less 1; 0: none */
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
  size_t delta_count;  /* 0: it must be read again */
  sluice_usage *usage; /* among the deltas; NULL: there is none */
  char word[MOULD_WORD];
  struct json_node *nodes; /* of one that is read again. A container's `used`
                              says how many holes begin before its end */
  uint32_t node_count;
};

/* The text of an event that is like another one but for it. */
struct again {
  sluice_str text; /* p is NULL unless all before the text is the same */
  int odd;         /* it is not plain (scan.h) */
};

/* One that holds the payload, with room for as many holes and nodes. NULL: no
 * memory. */
struct mould *sluice__mould_new(const sluice_mem *mem, sluice_str payload,
                                size_t holes, size_t nodes);
void sluice__mould_free(const sluice_mem *mem, struct mould *m);

/* 1 when the number can be bound: a plain integer of few digits. */
int sluice__mould_is_count(const char *p, size_t n);

/* Binds what is bound to what stands in the mould. */
void sluice__mould_bind(struct mould *m);

/* Whether an event stands at p: `data: `, a payload like this one, and two
 * newlines. Returns the bytes of it, or 0. The deltas are bound to it then;
 * there are some. *odd: its text is not plain (scan.h). */
size_t sluice__mould_fit(struct mould *m, const char *p, size_t n, int *odd);

/* The same for a payload: 1 when the whole of it fits. Without deltas, `nodes`
 * holds it then as if it had been parsed; the mould was learned from them. */
int sluice__mould_fit_payload(struct mould *m, sluice_str payload, int *odd,
                              struct json *nodes);

/* How far the string at p goes, whatever is in it: to the place of the quote
 * behind it; MOULD_BAD when it is none. `odd` as in scan_plain. */
size_t sluice__mould_any_string(const char *p, size_t n, int *odd);

size_t sluice__mould_number(const char *p, size_t n); /* the same */

/* Most strings are short, and plain. */
static inline size_t sluice__mould_string(const char *p, size_t n, int *odd)
{
  size_t i = n < SCAN_STEP ? SCAN_STEP : scan_quote(p);

  return i < SCAN_STEP ? i : sluice__mould_any_string(p, n, odd);
}

/* memcmp, for pieces that are mostly long, and else of some 4 to 16 bytes. */
static inline int sluice__mould_is_same(const char *a, const char *b, size_t n)
{
  uint64_t a1, a2, b1, b2;
  uint32_t c1, c2, d1, d2;

  if (n < sizeof(c1) || n > 2 * sizeof(a1))
    return memcmp(a, b, n) == 0;
  if (n < sizeof(a1)) {
    memcpy(&c1, a, sizeof(c1));
    memcpy(&d1, b, sizeof(d1));
    memcpy(&c2, a + n - sizeof(c2), sizeof(c2));
    memcpy(&d2, b + n - sizeof(d2), sizeof(d2));
    return c1 == d1 && c2 == d2;
  }
  memcpy(&a1, a, sizeof(a1));
  memcpy(&b1, b, sizeof(b1));
  memcpy(&a2, a + n - sizeof(a2), sizeof(a2));
  memcpy(&b2, b + n - sizeof(b2), sizeof(b2));
  return a1 == b1 && a2 == b2;
}

/* One more event like the last one, which had a text: what is bound besides the
 * text must be as it was, so that only the text, which is not empty, and the
 * free holes behind it are looked through. `bare`: a payload, of which more may
 * follow. Returns the bytes of it, or 0. Inlined, since nearly all events pass
 * here. */
SLUICE_HOT size_t sluice__mould_again(const struct mould *m, const char *p,
                                      size_t n, int bare, struct again *out)
{
  const struct piece *piece = m->pieces;
  size_t from = bare ? MOULD_FRAME : 0, len = m->text_hole->at - from, i = len;

  out->text.p = NULL;
  out->odd = 0;
  if (n < len || memcmp(p, m->bytes + from, len) != 0)
    return 0;
  out->text.p = p + i;
  out->text.n = len = sluice__mould_string(p + i, n - i, &out->odd);
  if (len == MOULD_BAD || len == 0)
    return 0;
  for (i += len; piece->more; piece++, i += len) {
    len = piece->n;
    if (n - i < len || !sluice__mould_is_same(p + i, m->bytes + piece->at, len))
      return 0;
    i += len;
    len = piece->fill == FILL_STRING ? sluice__mould_string(p + i, n - i, NULL)
                                     : sluice__mould_number(p + i, n - i);
    if (len == MOULD_BAD)
      return 0;
  }
  len = piece->n - (bare ? MOULD_END : 0);
  if (n - i < len || !sluice__mould_is_same(p + i, m->bytes + piece->at, len))
    return 0;
  return i + len;
}

/* Whether the whole payload is like the last one. */
int sluice__mould_again_payload(const struct mould *m, sluice_str payload,
                                struct again *out);

#endif
