/* SPDX-License-Identifier: MIT */
/* mem.h - the embedder's memory functions behind one guard. */
#ifndef SLUICE_SRC_MEM_H
#define SLUICE_SRC_MEM_H

#include <sluice/common.h>

/* `mem` NULL or without functions: malloc(3) and friends. */
sluice_mem sluice__mem(const sluice_mem *mem);

/* Zeroed memory, or NULL. */
void *sluice__new(const sluice_mem *mem, size_t size);
void sluice__free(const sluice_mem *mem, void *ptr);

/* Makes room for `need` elements of `each` bytes in *array of *cap. Returns 0
 * or SLUICE_ERR_NOMEM, with *array and *cap as they were. */
int sluice__room(const sluice_mem *mem, void **array, size_t *cap, size_t need,
                 size_t least, size_t each);

#endif
