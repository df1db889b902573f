/* SPDX-License-Identifier: MIT */
/* lint_report.h - how the checker says what it found, and what it reads again
 * to find it. For the files of the checker only. */
#ifndef SLUICE_TOOLS_LINT_REPORT_H
#define SLUICE_TOOLS_LINT_REPORT_H

#include "lint_check.h"
#include "lint_doc.h"

/* ---- telling ---- */

/* `path` (NULL: none) is the member in question, for finding the clients. */
__attribute__((format(printf, 5, 6))) void
lint_say(struct lint *l, enum lint_severity severity, const char *code,
         const char *path, const char *format, ...);

/* A value of the event at hand, for a message; lives until the next event. */
const char *lint_shown(struct lint *l, uint32_t node);
const char *lint_shown_text(struct lint *l, sluice_text text);
/* The same of bytes as they came. */
const char *lint_shown_bytes(struct lint *l, const char *p, size_t n);

/* Holds a text that was added up against the one an event gives. */
void lint_compare(struct lint *l, const char *code, const char *what,
                  const struct buf *sum, uint32_t node);

/* ---- kept JSON ---- */

/* Puts the source of a value in place of what `out` holds. */
void lint_keep(struct lint *l, struct buf *out, uint32_t node);

/* Reads kept JSON into l->other. Returns 1, or 0 with l->status set. */
int lint_reread(struct lint *l, const struct buf *json);
/* The same for values that were joined by commas: as an array. */
int lint_reread_list(struct lint *l, const struct buf *values);

#endif
