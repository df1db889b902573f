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

/* Each of the eight nibbles in a byte of its own, the first on top. */
static uint64_t spread(uint32_t v)
{
  uint64_t x = v;

  x = (x | x << 16) & UINT64_C(0x0000ffff0000ffff);
  x = (x | x << 8) & UINT64_C(0x00ff00ff00ff00ff);
  return (x | x << 4) & UINT64_C(0x0f0f0f0f0f0f0f0f);
}

/* Eight digits at once: '0', or for those past nine 'a' - 10, is added. */
static void put_digits(char *out, uint32_t v)
{
  const uint64_t ones = UINT64_C(0x0101010101010101);
  uint64_t x = spread(v);
  uint64_t letters = ((x + 6 * ones) >> 4) & ones;

  x += '0' * ones + ('a' - '0' - 10) * letters;
  out[0] = (char)(x >> 56); /* compilers make one store of these */
  out[1] = (char)(x >> 48);
  out[2] = (char)(x >> 40);
  out[3] = (char)(x >> 32);
  out[4] = (char)(x >> 24);
  out[5] = (char)(x >> 16);
  out[6] = (char)(x >> 8);
  out[7] = (char)x;
}

static size_t put_hex(char *out, uint64_t v)
{
  put_digits(out, (uint32_t)(v >> 32));
  put_digits(out + 8, (uint32_t)v);
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
