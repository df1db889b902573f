/* SPDX-License-Identifier: MIT */
/* lesson.h - from a payload that was parsed and read to a mould (mould.h). */
#ifndef SLUICE_SRC_LESSON_H
#define SLUICE_SRC_LESSON_H

#include "moulds.h"

/* Learns from a payload that was parsed and read, without a fault. `nodes` know
 * what the reading looked at. `pure`: reading it counted nothing. Without
 * memory nothing is learned. Cost: some copies of the payload; the table is
 * bounded, and a handle whose payloads never fit seldom comes to it. */
void sluice__lesson_learn(struct moulds *moulds, struct taste *taste,
                          const struct json *nodes, sluice_str payload,
                          const sluice_delta *deltas, size_t count, int pure);

#endif
