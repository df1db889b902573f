/* SPDX-License-Identifier: MIT */
/* heap.h - the memory of the command: malloc and its friends. */
#ifndef SLUICE_TOOLS_HEAP_H
#define SLUICE_TOOLS_HEAP_H

#include <sluice/options.h>

const sluice_mem *heap(void);

/* From here on a lack of memory ends the program with that line: for commands
 * that have nothing to say with a part of what they need to know. */
void heap_insist(void);

/* The line on stderr when there is none left. */
void heap_report(void);

#endif
