/* SPDX-License-Identifier: MIT */
/* rfc.h - RFC 8259 and RFC 3629 in the plainest form, to compare with. */
#ifndef SLUICE_TESTS_RFC_H
#define SLUICE_TESTS_RFC_H

#include <stddef.h>
#include <stdint.h>

/* The length of the JSON value at p, white space before it included; 0 when
 * there is none. Bytes above 0x7f count as characters of a string. */
size_t rfc_value(const char *p, size_t n);

/* 1 when the bytes are JSON values in a row, at least one. */
int rfc_values(const char *p, size_t n);

/* The code point at p (n > 0): its length, or, when there is none, minus the
 * length of the maximal subpart (Unicode 15, 3.9). */
int rfc_utf8(const unsigned char *p, size_t n, uint32_t *codepoint);

#endif
