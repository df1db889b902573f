/* SPDX-License-Identifier: MIT */
/* utf8.h - code points and grapheme clusters. utf8.c is the only file that
 * includes utf8proc. */
#ifndef SLUICE_SRC_UTF8_H
#define SLUICE_SRC_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Decodes the character at p (n > 0 bytes). Returns its length, 1 to 4, with
 * *codepoint set; or the negative length of the maximal subpart that is not
 * UTF-8 (Unicode 15, 3.9, table 3-7), -1 to -3; or 0 when the bytes are the
 * start of a character that n cuts off. */
int sluice__utf8_next(const char *p, size_t n, uint32_t *codepoint);

/* Writes the code point (no surrogate, below 0x110000) and returns its length,
 * 1 to 4. */
size_t sluice__utf8_put(char *out, uint32_t codepoint);

/* 1 when a grapheme cluster ends between the two code points. *state starts as
 * 0 and is kept over a text. */
int sluice__utf8_break(uint32_t before, uint32_t after, int32_t *state);

#endif
