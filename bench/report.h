/* SPDX-License-Identifier: MIT */
/* report.h - what was found, for people, for programs and for README.md. */
#ifndef SLUICE_BENCH_REPORT_H
#define SLUICE_BENCH_REPORT_H

#include <stdio.h>

#include "findings.h"

void report_text(const struct findings *f, FILE *out);

/* Lines of fields between tabs; the first field says which line it is, and
 * lines that begin with # name the fields. */
void report_tsv(const struct findings *f, FILE *out);

void report_markdown(const struct findings *f, FILE *out);

#endif
