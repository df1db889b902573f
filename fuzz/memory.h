/* SPDX-License-Identifier: MIT */
/* memory.h - memory that is counted, and that fails when told to; and memory
 * for the JSON library of the checks, given back all at once. */
#ifndef SLUICE_FUZZ_MEMORY_H
#define SLUICE_FUZZ_MEMORY_H

#include <sluice/common.h>

struct memory {
  sluice_mem mem;
  size_t calls;   /* allocations asked for */
  size_t fail_at; /* this one fails */
  int for_good;   /* and all after it */
  size_t failed;
  size_t live; /* blocks */
};

/* Nothing fails until fail_at is set. */
void memory_init(struct memory *m);

/* From here on jansson takes its memory out of one block. memory_forget gives
 * everything back that it took: no value may be used after that. */
void memory_of_json(void);
void memory_forget(void);

#endif
