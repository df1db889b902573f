/* SPDX-License-Identifier: MIT */
/* lint_shape.h - one event against the table of the published schema. */
#ifndef SLUICE_TOOLS_LINT_SHAPE_H
#define SLUICE_TOOLS_LINT_SHAPE_H

#include "lint_doc.h"
#include "lint_table.h"

enum lint_fault {
  LINT_MISSING, /* the member is not there */
  LINT_TYPE,    /* a value of another type */
  LINT_WORD,    /* a string that is none of the words */
  LINT_RANGE,   /* too small, too large, too short, too long, a wrong letter */
  LINT_UNKNOWN  /* a member that the schema does not name */
};

/* Called for each fault. `path` is like response.output[0].id, the member
 * itself included; `wanted` is a TYPE of the table; `node` the value, or
 * JSON_ABSENT. */
typedef void (*lint_shape_cb)(void *user, enum lint_fault fault,
                              const char *path, sluice_str wanted,
                              uint32_t node);

/* The rows by name. */
struct lint_index {
  const sluice_mem *mem;
  const struct lint_row **slots;
  size_t count; /* a power of two */
};

/* Returns 0 or SLUICE_ERR_NOMEM. */
int lint_index_init(struct lint_index *index, const sluice_mem *mem);
void lint_index_free(struct lint_index *index);

/* NULL when there is no such row. */
const struct lint_row *lint_index_find(const struct lint_index *index,
                                       sluice_str name);

/* Holds the object `node` against the members of a row. Members that begin the
 * path are those of the event itself: type, sequence_number and obfuscation
 * are no business of this. */
void lint_shape_check(const struct lint_index *index,
                      const struct lint_row *row, const struct lint_doc *doc,
                      uint32_t node, lint_shape_cb cb, void *user);

/* Walks all rows: NULL when each is well formed and names only rows that there
 * are, else the name of one that does not. For the tests. */
const char *lint_index_wrong(const struct lint_index *index);

#endif
