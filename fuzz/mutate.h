/* SPDX-License-Identifier: MIT */
/* mutate.h - makes another stream of one, or of two, by changes that leave most
 * of it sound: events come, go and move, members of chunks are edited, texts
 * are cut over events. For inputs with a head (head.h). */
#ifndef SLUICE_FUZZ_MUTATE_H
#define SLUICE_FUZZ_MUTATE_H

#include <stddef.h>
#include <stdint.h>

size_t mutate_stream(uint8_t *p, size_t n, size_t cap, unsigned seed);
size_t mutate_cross(const uint8_t *a, size_t an, const uint8_t *b, size_t bn,
                    uint8_t *out, size_t cap, unsigned seed);

#endif
