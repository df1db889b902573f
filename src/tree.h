/* SPDX-License-Identifier: MIT */
/* tree.h - leaves in the order of their keys: found, added and removed in as
 * many steps as the logarithm of their number.
 *
 * The upstream chooses ids and indexes, and the library has no secret, so that
 * no hash of them is safe: somebody could choose keys that all meet in one
 * place. A balanced tree has no such keys. It needs no memory of its own
 * either: a leaf is a member of what it leads to.
 */
#ifndef SLUICE_SRC_TREE_H
#define SLUICE_SRC_TREE_H

#include <sluice/common.h>

struct leaf {
  sluice_text text; /* the key: a text, then a number; the text is borrowed */
  int64_t number;
  void *owner;           /* what it leads to */
  struct leaf *sides[2]; /* private to tree.c, as the level */
  int level;
};

struct tree {
  struct leaf *root; /* NULL: empty */
};

/* -1, 0 or 1: a comes before, equals, comes behind b. By bytes. */
int sluice__text_order(sluice_text a, sluice_text b);

/* Adds a leaf, its key and owner set. Keys may be equal. */
void sluice__tree_add(struct tree *t, struct leaf *leaf);
void sluice__tree_remove(struct tree *t, struct leaf *leaf); /* which is in */

/* The first leaf whose key is not before this one, or NULL. */
struct leaf *sluice__tree_from(const struct tree *t, sluice_text text,
                               int64_t number);

/* The owner of a leaf of exactly this key, or NULL. */
void *sluice__tree_find(const struct tree *t, sluice_text text, int64_t number);

/* A leaf of the lowest key, or NULL. */
struct leaf *sluice__tree_first(const struct tree *t);

#endif
