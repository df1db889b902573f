/* SPDX-License-Identifier: MIT */
/* tree.c - an AA tree (A. Andersson, "Balanced search trees made simple",
 * 1993): a left child is one level down, a right child at most one, and a right
 * grandchild is lower than its grandparent. Its height is at most twice the
 * logarithm of its size, and so is the depth of each recursion here. */
#include "tree.h"

#include <string.h>

enum { LEFT, RIGHT };

/* ---- order ------------------------------------------------------------- */

int sluice__text_order(sluice_text a, sluice_text b)
{
  size_t n = a.n < b.n ? a.n : b.n;
  int order = n == 0 ? 0 : memcmp(a.p, b.p, n);

  if (order != 0)
    return order < 0 ? -1 : 1;
  return a.n < b.n ? -1 : a.n > b.n;
}

static int order(const struct leaf *leaf, sluice_text text, int64_t number)
{
  int by_text = sluice__text_order(leaf->text, text);

  if (by_text != 0)
    return by_text;
  return leaf->number < number ? -1 : leaf->number > number;
}

/* Which side of `at` a leaf is on. Of equal keys the address decides, so that
 * each leaf has its one place. */
static int side_of(const struct leaf *at, const struct leaf *leaf)
{
  int rv = order(at, leaf->text, leaf->number);

  if (rv != 0)
    return rv < 0 ? RIGHT : LEFT;
  return (uintptr_t)at < (uintptr_t)leaf ? RIGHT : LEFT;
}

/* ---- balance ----------------------------------------------------------- */

static int level(const struct leaf *leaf)
{
  return leaf == NULL ? 0 : leaf->level;
}

/* A left child of the same level becomes the parent. */
static struct leaf *skew(struct leaf *at)
{
  struct leaf *left = at == NULL ? NULL : at->sides[LEFT];

  if (left == NULL || left->level != at->level)
    return at;
  at->sides[LEFT] = left->sides[RIGHT];
  left->sides[RIGHT] = at;
  return left;
}

/* Of three of one level in a row, the middle one becomes the parent. */
static struct leaf *split(struct leaf *at)
{
  struct leaf *right = at == NULL ? NULL : at->sides[RIGHT];

  if (right == NULL || level(right->sides[RIGHT]) != at->level)
    return at;
  at->sides[RIGHT] = right->sides[LEFT];
  right->sides[LEFT] = at;
  right->level++;
  return right;
}

/* Below `at` a leaf is gone. */
static struct leaf *mend(struct leaf *at)
{
  int left = level(at->sides[LEFT]), right = level(at->sides[RIGHT]);
  int most = (left < right ? left : right) + 1;
  struct leaf *next;

  if (at->level > most) {
    at->level = most;
    if (right > most)
      at->sides[RIGHT]->level = most;
  }
  at = skew(at);
  at->sides[RIGHT] = next = skew(at->sides[RIGHT]);
  if (next != NULL)
    next->sides[RIGHT] = skew(next->sides[RIGHT]);
  at = split(at);
  at->sides[RIGHT] = split(at->sides[RIGHT]);
  return at;
}

/* ---- adding, removing -------------------------------------------------- */

static struct leaf *add(struct leaf *at, struct leaf *leaf)
{
  int side;

  if (at == NULL)
    return leaf;
  side = side_of(at, leaf);
  at->sides[side] = add(at->sides[side], leaf);
  return split(skew(at));
}

void sluice__tree_add(struct tree *t, struct leaf *leaf)
{
  leaf->sides[LEFT] = leaf->sides[RIGHT] = NULL;
  leaf->level = 1;
  t->root = add(t->root, leaf);
}

/* Takes the leftmost leaf out of what is below `at`, which is not empty. */
static struct leaf *take_first(struct leaf *at, struct leaf **first)
{
  if (at->sides[LEFT] == NULL) {
    *first = at;
    return at->sides[RIGHT];
  }
  at->sides[LEFT] = take_first(at->sides[LEFT], first);
  return mend(at);
}

/* What stands in the place of `leaf` when it is gone. */
static struct leaf *without(struct leaf *leaf)
{
  struct leaf *heir, *right;

  if (leaf->sides[RIGHT] == NULL) /* then it has no left child either */
    return leaf->sides[LEFT];
  right = take_first(leaf->sides[RIGHT], &heir);
  heir->sides[LEFT] = leaf->sides[LEFT];
  heir->sides[RIGHT] = right;
  heir->level = leaf->level;
  return mend(heir);
}

static struct leaf *cut(struct leaf *at, struct leaf *leaf)
{
  int side;

  if (at == leaf)
    return without(leaf);
  side = side_of(at, leaf);
  at->sides[side] = cut(at->sides[side], leaf);
  return mend(at);
}

void sluice__tree_remove(struct tree *t, struct leaf *leaf)
{
  t->root = cut(t->root, leaf);
}

/* ---- finding ----------------------------------------------------------- */

struct leaf *sluice__tree_from(const struct tree *t, sluice_text text,
                               int64_t number)
{
  struct leaf *at = t->root, *found = NULL;

  while (at != NULL) {
    if (order(at, text, number) < 0) {
      at = at->sides[RIGHT];
    } else {
      found = at;
      at = at->sides[LEFT];
    }
  }
  return found;
}

void *sluice__tree_find(const struct tree *t, sluice_text text, int64_t number)
{
  struct leaf *leaf = sluice__tree_from(t, text, number);

  return leaf != NULL && order(leaf, text, number) == 0 ? leaf->owner : NULL;
}

struct leaf *sluice__tree_first(const struct tree *t)
{
  struct leaf *at = t->root;

  while (at != NULL && at->sides[LEFT] != NULL)
    at = at->sides[LEFT];
  return at;
}
