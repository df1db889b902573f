/* SPDX-License-Identifier: MIT */
/* cite.h - the citation scanner, to be embedded in other handles. */
#ifndef SLUICE_SRC_CITE_H
#define SLUICE_SRC_CITE_H

#include <sluice/cite.h>

#include "table.h"
#include "text.h"

/* How far a marker has been seen. */
enum cite_state {
  CITE_NOTHING,
  CITE_SPACE,  /* the space that would go with it */
  CITE_OPEN,   /* within the opening bracket */
  CITE_PREFIX, /* within the prefix */
  CITE_ID,     /* within the id, behind the prefix */
  CITE_CLOSE   /* within the closing bracket */
};

/* A marker that was taken out, in units of the text as it came. */
struct removal {
  uint64_t at, n;
  uint64_t before; /* units of those before it */
};

struct removals {
  size_t count, cap;
  uint64_t units; /* of them in all */
  struct removal *list;
};

/* What markers look like, and the files that they may name. */
struct marking {
  sluice_text open, prefix, close; /* clean, in `storage` */
  uint32_t max_marker;
  sluice_unit unit; /* of lengths */
  struct table files;
  uint8_t only_known; /* markers of other files are removed */
  uint8_t off;        /* markers are text */
  char *storage;
};

struct cite {
  const sluice_mem *mem;
  const struct marking *marking; /* borrowed */
  sluice_cite_cb cb;
  void *user;

  char *held;  /* what may still become a marker; NULL: it is in `few` */
  char few[8]; /* mostly it is a space, or nothing */
  uint32_t held_n;
  uint32_t at; /* bytes of the present bracket, prefix or id seen */
  uint32_t unknown;
  uint8_t state;             /* enum cite_state */
  uint8_t counts_later;      /* the stage above keeps what went out */
  struct joined *joined;     /* what goes out next, while a call runs */
  struct length length;      /* of the text that went out, as far as counted */
  const struct buf *sent;    /* that text; NULL: nothing yet, or not kept */
  size_t counted;            /* bytes of it */
  struct removals *removals; /* of this text; NULL: none yet */
  struct table *files;       /* that came with results; NULL: none */
};

/* 0, SLUICE_ERR_ARG (a marker too long, or one that cannot be told from an id)
 * or SLUICE_ERR_NOMEM; to be freed in any case. */
int sluice__marking_init(struct marking *m, const sluice_mem *mem,
                         const sluice_options *o);
void sluice__marking_free(struct marking *m);

/* `joined` is used while a call runs. */
void sluice__cite_init(struct cite *c, const sluice_mem *mem,
                       const struct marking *marking, struct joined *joined,
                       sluice_cite_cb cb, void *user);
void sluice__cite_free(struct cite *c);

int sluice__cite_feed(struct cite *c, sluice_text text);
int sluice__cite_finish(struct cite *c);

/* One more known file, until they are forgotten. 0 or SLUICE_ERR_NOMEM. */
int sluice__cite_add_file(struct cite *c, const sluice_file *file);
void sluice__cite_forget_files(struct cite *c);

/* Units of the markers that were taken out of this text. */
static inline uint64_t sluice__cite_removed(const struct cite *c)
{
  return c->removals == NULL ? 0 : c->removals->units;
}

void sluice__cite_reset(struct cite *c); /* another text begins */

/* The length of the text that went out. */
uint64_t sluice__cite_length(struct cite *c);

/* Where a place of the text as it came stands in the text that went out. */
uint64_t sluice__cite_moved(const struct cite *c, uint64_t at);

#endif
