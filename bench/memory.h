/* SPDX-License-Identifier: MIT */
/* memory.h - what streams take while they are open, counted through the
 * embedder's memory functions. */
#ifndef SLUICE_BENCH_MEMORY_H
#define SLUICE_BENCH_MEMORY_H

#include "maker.h"

/* One stream, in pushes of 16 KiB. */
struct steady {
  /* In its second half: */
  size_t chunks;
  size_t calls;     /* malloc and realloc, also of the scratch */
  size_t citations; /* each of them is kept until the response ends */
};

/* Many streams beside one scratch, a chunk of each in turn. */
struct idle {
  size_t streams;     /* 0: not measured, there is too little memory */
  size_t chunks;      /* that each has got */
  double rest;        /* bytes asked for, of a stream, without its text */
  double text;        /* bytes of text that a stream has said */
  double cut;         /* bytes more when half of an event waits */
  double rss;         /* the process has grown by so much for a stream */
  double feed, parse; /* ns of a chunk, from the third on; yajl alone, over the
                         same */
};

void memory_steady(const struct streams *one, struct steady *out);

/* In a process of its own. */
void memory_idle(const struct streams *many, size_t streams, struct idle *out);

#endif
