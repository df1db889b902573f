/* SPDX-License-Identifier: MIT */
/* heap.h - the memory of the command: malloc and its friends. */
#ifndef SLUICE_TOOLS_HEAP_H
#define SLUICE_TOOLS_HEAP_H

#include <sluice/options.h>

const sluice_mem *heap(void);

/* The line on stderr when there is none left. */
void heap_report(void);

#endif
