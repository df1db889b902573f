/* SPDX-License-Identifier: MIT */
/* table.h - what the embedder told us about names: files that citations may
 * name, tools that the model may call. */
#ifndef SLUICE_SRC_TABLE_H
#define SLUICE_SRC_TABLE_H

#include "buf.h"
#include "tree.h"

#define TABLE_TEXTS 4

/* All text is clean. */
struct entry {
  sluice_text name;
  sluice_text texts[TABLE_TEXTS];
  int type;
  struct leaf by_name; /* of two entries with a name, the younger holds */
  char bytes[];
};

struct table {
  const sluice_mem *mem;
  struct entry **entries;
  size_t count, cap;
  struct tree by_name;
};

void sluice__table_init(struct table *t, const sluice_mem *mem);
void sluice__table_free(struct table *t);

/* Adds an entry; plain bytes are escaped. 0 or SLUICE_ERR_NOMEM. */
int sluice__table_add(struct table *t, int type, sluice_str name,
                      const sluice_str texts[TABLE_TEXTS]);

/* The entry of the name, or NULL. */
const struct entry *sluice__table_find(const struct table *t, sluice_text name);

/* Keeps the first `count` entries that were added. */
void sluice__table_cut(struct table *t, size_t count);

#endif
