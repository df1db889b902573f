/* SPDX-License-Identifier: MIT */
#include "ids.h"

#include <string.h>

/* The finaliser of SplitMix64 (Steele, Lea, Flood 2014): every bit of the
 * input changes about half of the output, and no two inputs collide. */
static uint64_t mix(uint64_t x)
{
  x += UINT64_C(0x9e3779b97f4a7c15);
  x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
  return x ^ (x >> 31);
}

uint64_t sluice__id_mix(uint64_t seed, uint64_t number)
{
  return mix(mix(seed) + number);
}

static size_t put_hex(char *out, uint64_t v)
{
  int i;

  for (i = 0; i < 16; i++)
    out[i] = "0123456789abcdef"[(v >> (60 - 4 * i)) & 15];
  return 16;
}

size_t sluice__id_make(char out[SLUICE_ID_MAX], const char *prefix,
                       uint64_t seed, uint64_t number)
{
  size_t n = strlen(prefix);
  uint64_t shared = mix(seed);

  memcpy(out, prefix, n);
  n += put_hex(out + n, shared);
  n += put_hex(out + n, mix(shared + number + 1));
  return n;
}

size_t sluice__id_call(char out[SLUICE_ID_MAX], uint64_t seed, uint64_t number)
{
  static const char digits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  uint64_t v = mix(~mix(seed) + number);
  size_t n = 5, i;

  memcpy(out, "call_", n);
  for (i = 0; i < 24; i++) {
    if (i % 8 == 0)
      v = mix(v + i);
    out[n++] = digits[v % 62];
    v /= 62;
  }
  return n;
}
