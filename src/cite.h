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

struct cite {
  const sluice_mem *mem;
  sluice_cite_cb cb;
  void *user;

  sluice_text open, prefix, close; /* clean, in `storage` */
  uint32_t max_marker;
  struct table files;
  uint8_t only_known; /* markers of other files are removed */

  uint8_t state; /* enum cite_state */
  uint32_t at;   /* bytes of the present bracket, prefix or id seen */
  char *held;    /* what may still become a marker */
  size_t held_n;
  sluice_text run;        /* text that goes out next */
  struct buf *joined;     /* its bytes, when they do not lie together */
  struct length length;   /* of the text that went out, as far as counted */
  int counts_later;       /* the stage above keeps what went out: */
  const struct buf *sent; /* there; NULL: nothing yet */
  size_t counted;         /* bytes of it */
  uint32_t unknown;
  int off;                  /* markers are text */
  struct removal *removals; /* of this text */
  size_t removal_count, removal_cap;
  uint64_t removed; /* units of them in all */
  char *storage;
};

/* 0, SLUICE_ERR_ARG (a marker too long, or one that cannot be told from an id)
 * or SLUICE_ERR_NOMEM. `joined` is used while a call runs. */
int sluice__cite_init(struct cite *c, const sluice_mem *mem,
                      const sluice_options *o, struct buf *joined,
                      sluice_cite_cb cb, void *user);
void sluice__cite_free(struct cite *c);

int sluice__cite_feed(struct cite *c, sluice_text text);

/* 1 when feeding the text would only hand it on, all of it at once. */
int sluice__cite_is_plain(const struct cite *c, sluice_text text);
int sluice__cite_finish(struct cite *c);

/* One more known file. 0 or SLUICE_ERR_NOMEM. */
int sluice__cite_add_file(struct cite *c, const sluice_file *file);
void sluice__cite_reset(struct cite *c); /* another text begins */

/* The length of the text that went out. */
uint64_t sluice__cite_length(struct cite *c);

/* Where a place of the text as it came stands in the text that went out. */
uint64_t sluice__cite_moved(const struct cite *c, uint64_t at);

#endif
