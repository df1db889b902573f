/* SPDX-License-Identifier: MIT */
#define SLUICE_PLAIN_C
#include "scan_plain.h"

#include "scan.h"

size_t scan_without_vectors(const char *p, size_t n, int *odd)
{
  return scan_plain(p, n, odd);
}

size_t common_without_vectors(const char *a, const char *b, size_t n)
{
  return scan_common(a, b, n);
}
