/* SPDX-License-Identifier: MIT */
/* folder.h - the recorded streams of a folder: its files NAME.sse. Each is read
 * once. */
#ifndef SLUICE_TOOLS_FOLDER_H
#define SLUICE_TOOLS_FOLDER_H

#include "buf.h"

struct recorded {
  char *name;        /* without .sse; ends with a NUL */
  struct buf file;   /* as it was read */
  sluice_str stream; /* without the comment at the head of the file */
};

struct folder {
  const char *path;      /* borrowed */
  struct recorded *list; /* by name */
  size_t count, cap;
};

/* Reads all streams of `path`. Returns how many there are, or -1 when one, or
 * the folder, cannot be read, which stderr then says. A folder that does not
 * exist is no trouble when `may_miss`: it has none. folder_free must follow in
 * any case. */
int folder_read(struct folder *folder, const char *path, int may_miss);

/* NULL when there is no such stream. */
const struct recorded *folder_find(const struct folder *folder,
                                   sluice_str name);

/* The stream NAME, or NAME-1, NAME-2, ... of a conversation, whose rounds are
 * numbered from 1. NULL when there is no such stream, or no such round. */
const struct recorded *folder_round(const struct folder *folder,
                                    sluice_str name, unsigned round);

void folder_free(struct folder *folder);

#endif
