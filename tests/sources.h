/* SPDX-License-Identifier: MIT */
/* sources.h - every chat stream that is at hand: those of corpus/ and
 * corpus/rounds/, and the recordings of ../shared, where they are. */
#ifndef SLUICE_TESTS_SOURCES_H
#define SLUICE_TESTS_SOURCES_H

#include "bytes.h"

#define RECORDINGS "../shared/recordings/"

struct source {
  char name[160]; /* its path, without the end */
  struct bytes in;
  struct bytes opts; /* its .opts file; empty without one */
};

struct sources {
  struct source *list;
  size_t count;
  int recorded; /* the recordings are among them */
};

void sources_read(struct sources *s);
void sources_free(struct sources *s);

#endif
