/* SPDX-License-Identifier: MIT */
/* value.h - is this, piece by piece, one complete JSON value (RFC 8259)?
 * Reads the arguments of a tool call as they come. */
#ifndef SLUICE_SRC_VALUE_H
#define SLUICE_SRC_VALUE_H

#include <sluice/common.h>

#define VALUE_DEPTH 256 /* deeper is never complete */

struct value {
  uint8_t state;
  uint8_t word;   /* of a literal: which; then how far */
  uint8_t letter; /* also hex digits left of a \u escape */
  uint16_t depth;
  uint8_t objects[VALUE_DEPTH / 8]; /* a bit a level: 1 = object, 0 = array */
};

/* Where the next character would stand. */
enum value_place {
  VALUE_ELSEWHERE,
  VALUE_IN_KEY,
  VALUE_AFTER_KEY, /* before its colon */
  VALUE_BEFORE,    /* before a value */
  VALUE_IN_STRING
};

/* All zero is the start. */
void sluice__value_feed(struct value *v, sluice_text text);

/* The same for text without quotes, backslashes and control characters. */
void sluice__value_feed_plain(struct value *v, sluice_text text);

/* One character. */
void sluice__value_step(struct value *v, uint32_t codepoint);

enum value_place sluice__value_place(const struct value *v);

/* 1 when all that was fed is exactly one JSON value, white space around it. */
int sluice__value_complete(const struct value *v);

/* The same, and nothing but white space could follow: a number could go on. */
int sluice__value_closed(const struct value *v);

#endif
