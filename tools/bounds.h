/* SPDX-License-Identifier: MIT */
/* bounds.h - the limits of the library (docs/limits.md) as options. */
#ifndef SLUICE_TOOLS_BOUNDS_H
#define SLUICE_TOOLS_BOUNDS_H

#include <sluice/options.h>

#include "options.h"

/* As they were given; 0: the library's default. */
struct bounds {
  uint64_t payload, output, depth, items, marker, annotations;
};

/* Rows of an option table; `settings` has a struct bounds called `bounds`. */
/* clang-format off */
#define BOUNDS_OPTIONS(settings)                                               \
  {"max-payload", "N", OPTION_NUMBER, offsetof(settings, bounds.payload), 1,   \
   "bytes of one event or JSON body of the input (67108864)"},                 \
  {"max-output", "N", OPTION_NUMBER, offsetof(settings, bounds.output), 1,     \
   "bytes of text in one response (67108864)"},                                \
  {"max-depth", "N", OPTION_COUNT, offsetof(settings, bounds.depth), 1,        \
   "levels of JSON in one event (256)"},                                       \
  {"max-items", "N", OPTION_COUNT, offsetof(settings, bounds.items), 1,        \
   "output items, parts, tool calls, choices: of each so many (1024)"},        \
  {"max-marker", "N", OPTION_COUNT, offsetof(settings, bounds.marker), 1,      \
   "characters of a citation's id; a longer one is text (64)"},                \
  {"max-annotations", "N", OPTION_COUNT,                                       \
   offsetof(settings, bounds.annotations), 1,                                  \
   "annotations of one response (65536)"}
/* clang-format on */

void bounds_set(const struct bounds *b, sluice_options *o);

#endif
