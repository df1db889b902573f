/* SPDX-License-Identifier: MIT */
/* memory.h - memory for the JSON library of the checks, given back all at
 * once. (That of the library under test is tests/heap.h.) */
#ifndef SLUICE_FUZZ_MEMORY_H
#define SLUICE_FUZZ_MEMORY_H

/* From here on jansson takes its memory out of one block. memory_forget gives
 * everything back that it took: no value may be used after that. */
void memory_of_json(void);
void memory_forget(void);

#endif
