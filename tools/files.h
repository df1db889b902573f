/* SPDX-License-Identifier: MIT */
/* files.h - the files that citations may name. */
#ifndef SLUICE_TOOLS_FILES_H
#define SLUICE_TOOLS_FILES_H

#include <sluice/options.h>

#include "buf.h"
#include "document.h"

struct files {
  sluice_file *list; /* in the order of adding */
  size_t count, cap;
  sluice_file *table; /* made by files_set: by id, each once */
};

void files_init(struct files *files);
void files_free(struct files *files);

/* Adds one; both strings are plain UTF-8 and are copied. Of an id added twice
 * the last one counts. Returns 0, or -1 when there is no memory. */
int files_add(struct files *files, sluice_str id, sluice_str name);

/* Adds what an object {"id": "name", ...} of a document holds; a name may be
 * null. Returns 0, or -1 when it is something else, which stderr then says. */
int files_take(struct files *files, struct document *d, uint32_t object);

/* Adds what a JSON file {"id": "name", ...} holds. Returns 0, or -1 when it
 * cannot be read or is something else, which stderr then says. */
int files_read(struct files *files, const char *path);

/* Adds the files that the text of a tool's result offers: lines like
 *   [1] document_id: ID, ... 'filename': 'NAME', ... (cite as <|ID|>)
 * Returns 0, or -1 when there is no memory. */
int files_offer(struct files *files, sluice_str text);

/* Sets the members of `o` that say which files are known: these and no others,
 * even when there are none. `files` must stay as it is while `o` is used.
 * Returns 0, or -1 when there is no memory. */
int files_set(struct files *files, sluice_options *o);

#endif
