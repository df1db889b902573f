/* SPDX-License-Identifier: MIT */
/* ids.h - ids made from a seed: the same seed and number, the same id. */
#ifndef SLUICE_SRC_IDS_H
#define SLUICE_SRC_IDS_H

#include <sluice/common.h>

#define SLUICE_ID_MAX 40 /* bytes, with room to spare */

/* A number that looks random, the same for the same two. */
uint64_t sluice__id_mix(uint64_t seed, uint64_t number);

/* prefix, then 16 hex digits of the seed that all ids of a response share, then
 * 16 of the seed and `number`; as in OpenAI's streams, where the first digits
 * of a response and its items are the same. Returns the length. */
size_t sluice__id_make(char out[SLUICE_ID_MAX], const char *prefix,
                       uint64_t seed, uint64_t number);

/* `call_` and 24 letters and digits. */
size_t sluice__id_call(char out[SLUICE_ID_MAX], uint64_t seed, uint64_t number);

#endif
