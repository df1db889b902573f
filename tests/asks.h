/* SPDX-License-Identifier: MIT */
/* asks.h - pieces of requests made to cost much: what hostile.c repeats. */
#ifndef SLUICE_TESTS_ASKS_H
#define SLUICE_TESTS_ASKS_H

#include "bytes.h"

#define ASKED "{\"model\":\"m\",\"input\":["
#define USER  "{\"role\":\"user\",\"content\":\"a\"},"
#define SAID  "{\"role\":\"user\",\"content\":\"q\"}]}"
#define ASKED_TOOLS                                                            \
  "{\"model\":\"m\",\"input\":\"q\",\"tools\":[{\"type\":\"custom\","          \
  "\"name\":\"c\"},"
#define OFFERED "{\"type\":\"function\",\"name\":\"f\"}]}"
#define OFFERED_FIRST                                                          \
  "{\"type\":\"function\",\"name\":\"f\"}],\"tool_choice\":{\"type\":"         \
  "\"allowed_tools\",\"tools\":["

void each_asked_pair(struct bytes *out, size_t i, size_t n);
void each_asked_reverse(struct bytes *out, size_t i, size_t n);
void each_asked_shell(struct bytes *out, size_t i, size_t n);
void each_asked_tool(struct bytes *out, size_t i, size_t n);
void each_asked_long(struct bytes *out, size_t i, size_t n);
void each_asked_space(struct bytes *out, size_t i, size_t n);

/* The tools of a namespace, then its description, as long again. */
void each_asked_tool_and_words(struct bytes *out, size_t i, size_t n);

#endif
