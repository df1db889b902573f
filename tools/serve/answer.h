/* SPDX-License-Identifier: MIT */
/* answer.h - what `sluice serve` says to a request: which status, which bytes,
 * and how they are to go out. Knows no sockets. */
#ifndef SLUICE_TOOLS_ANSWER_H
#define SLUICE_TOOLS_ANSWER_H

#include "folder.h"
#include "plan.h"

struct answer {
  unsigned status;
  const char *type;  /* of the content */
  const char *allow; /* the method that would do; NULL: it was the right one */
  struct plan plan;
  int is_stream;    /* its length is not known beforehand */
  sluice_str body;  /* in `made`, or in the folder */
  struct buf made;  /* what is wrong with memory: made.failed */
  struct buf model; /* that is answered for, directives included */
};

/* `plan` is that of answers for which nothing else is asked. */
void answer_init(struct answer *a, const struct plan *plan);
void answer_free(struct answer *a);

/* Takes a directive of a header, before answer_find; `Model` stands in place of
 * the model of the body. One that is wrong makes the answer. Returns 0, or -1
 * then. */
int answer_direct(struct answer *a, sluice_str name, sluice_str value);

/* Makes the answer. The folder must stay while it is used. */
void answer_find(struct answer *a, const struct folder *folder,
                 const char *method, const char *path, sluice_str body);

/* The answer to a request whose body is longer than `most` bytes. */
void answer_too_long(struct answer *a, size_t most);

#endif
