/* SPDX-License-Identifier: MIT */
/* folder.h - the names of the cases in a folder. */
#ifndef SLUICE_TESTS_FOLDER_H
#define SLUICE_TESTS_FOLDER_H

#include <stddef.h>

struct folder {
  char **names; /* sorted, without the end */
  size_t count;
};

/* The files whose names end so. No folder, or none of them, ends the program:
 * tests run from the repository's root. */
void folder_read(struct folder *f, const char *path, const char *end);
/* The same for a folder that need not be there; "" takes all that is in it. */
void folder_find(struct folder *f, const char *path, const char *end);
void folder_free(struct folder *f);

#endif
