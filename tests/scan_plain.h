/* SPDX-License-Identifier: MIT */
/* scan_plain.h - src/scan.h as it is on machines without SSE2. */
#ifndef SLUICE_TESTS_SCAN_PLAIN_H
#define SLUICE_TESTS_SCAN_PLAIN_H

#include <stddef.h>

/* As scan_plain of src/scan.h. */
size_t scan_without_vectors(const char *p, size_t n, int *odd);

/* As scan_common. */
size_t common_without_vectors(const char *a, const char *b, size_t n);

#endif
