/* SPDX-License-Identifier: MIT */
/* report.h - what is said on stderr. */
#ifndef SLUICE_TOOLS_REPORT_H
#define SLUICE_TOOLS_REPORT_H

/* Writes `sluice: `, the text and a line feed. Whatever the text holds, it
 * stays one line of at most 1,000 bytes that no terminal obeys. */
__attribute__((format(printf, 1, 2))) void report(const char *format, ...);

/* The text of errno for `name`, a file or a stream. */
void report_errno(const char *name);

#endif
