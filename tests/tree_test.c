/* SPDX-License-Identifier: MIT */
/* The tree of ids and indexes: it holds what a plain list holds, stays shallow
 * for every order of keys, and gives up leaves of equal keys one by one. */
#include "../src/tree.h"

#include "check.h"

#define LEAVES 2000

static const sluice_text none = {"", 0};

static size_t height(const struct leaf *leaf)
{
  size_t left, right;

  if (leaf == NULL)
    return 0;
  left = height(leaf->sides[0]);
  right = height(leaf->sides[1]);
  return 1 + (left > right ? left : right);
}

/* The laws of the tree, by the book. Returns how many leaves there are. */
static size_t check_levels(const struct leaf *leaf)
{
  const struct leaf *left, *right;

  if (leaf == NULL)
    return 0;
  left = leaf->sides[0];
  right = leaf->sides[1];
  assert_int_equal(leaf->level, left == NULL ? 1 : left->level + 1);
  if (right == NULL)
    assert_int_equal(leaf->level, 1);
  else
    assert_true(right->level == leaf->level || right->level == leaf->level - 1);
  if (right != NULL && right->sides[1] != NULL)
    assert_true(right->sides[1]->level < leaf->level);
  return 1 + check_levels(left) + check_levels(right);
}

static void fill(struct tree *t, struct leaf *leaves, int64_t (*key)(size_t i))
{
  size_t i;

  memset(leaves, 0, LEAVES * sizeof(*leaves));
  t->root = NULL;
  for (i = 0; i < LEAVES; i++) {
    leaves[i].text = none;
    leaves[i].number = key(i);
    leaves[i].owner = &leaves[i];
    sluice__tree_add(t, &leaves[i]);
  }
}

static int64_t ascending(size_t i)
{
  return (int64_t)i;
}

static int64_t descending(size_t i)
{
  return INT64_MAX - (int64_t)i;
}

static int64_t sparse(size_t i)
{
  return (int64_t)((uint64_t)i * UINT64_C(0x9e3779b97f4a7c15));
}

static int64_t same(size_t i)
{
  (void)i;
  return 7;
}

static int64_t (*const orders[])(size_t i) = {ascending, descending, sparse,
                                              same};

static void test_shallow_for_every_order(void **state)
{
  static struct leaf leaves[LEAVES];
  struct tree t;
  size_t o;

  (void)state;
  for (o = 0; o < COUNT(orders); o++) {
    fill(&t, leaves, orders[o]);
    assert_int_equal(check_levels(t.root), LEAVES);
    assert_true(height(t.root) <= 22); /* twice the logarithm of 2,000 */
  }
}

static void test_removes_in_any_order(void **state)
{
  static struct leaf leaves[LEAVES];
  size_t o, i, at, left;
  uint64_t random = 1;
  struct tree t;

  (void)state;
  for (o = 0; o < COUNT(orders); o++) {
    size_t places[LEAVES];

    fill(&t, leaves, orders[o]);
    for (i = 0; i < LEAVES; i++)
      places[i] = i;
    for (left = LEAVES; left > 0; left--) {
      at = random_below(&random, left);
      sluice__tree_remove(&t, &leaves[places[at]]);
      places[at] = places[left - 1];
      if (left % 97 == 1)
        assert_int_equal(check_levels(t.root), left - 1);
    }
    assert_null(t.root);
  }
}

/* A tree and a table of what is in it, changed at random. */
static void test_finds_what_a_list_finds(void **state)
{
  static struct leaf leaves[64];
  uint8_t in[64] = {0};
  struct tree t = {NULL};
  uint64_t random = 2;
  size_t step, i;

  (void)state;
  for (i = 0; i < 64; i++) {
    leaves[i].text = none;
    leaves[i].number = (int64_t)i * 2;
    leaves[i].owner = &leaves[i];
  }
  for (step = 0; step < 20000; step++) {
    i = random_below(&random, 64);
    if (in[i])
      sluice__tree_remove(&t, &leaves[i]);
    else
      sluice__tree_add(&t, &leaves[i]);
    in[i] = !in[i];
    i = random_below(&random, 64);
    assert_ptr_equal(sluice__tree_find(&t, none, (int64_t)i * 2),
                     in[i] ? &leaves[i] : NULL);
    assert_null(sluice__tree_find(&t, none, (int64_t)i * 2 + 1));
    while (i < 64 && !in[i])
      i++;
    if (i < 64)
      assert_ptr_equal(sluice__tree_from(&t, none, (int64_t)i * 2 - 1),
                       &leaves[i]);
    for (i = 0; i < 64 && !in[i]; i++)
      ;
    assert_ptr_equal(sluice__tree_first(&t), i < 64 ? &leaves[i] : NULL);
  }
}

static void test_orders_texts_by_bytes(void **state)
{
  static const struct {
    sluice_text a, b;
    int order;
  } rows[] = {{{LIT("")}, {LIT("")}, 0},      {{LIT("")}, {LIT("a")}, -1},
              {{LIT("a")}, {LIT("ab")}, -1},  {{LIT("b")}, {LIT("ab")}, 1},
              {{LIT("\xc3")}, {LIT("a")}, 1}, {{LIT("a\0")}, {LIT("a")}, 1},
              {{LIT("ab")}, {LIT("ab")}, 0}};
  struct leaf leaves[COUNT(rows)];
  struct tree t = {NULL};
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(rows); i++) {
    assert_int_equal(sluice__text_order(rows[i].a, rows[i].b), rows[i].order);
    assert_int_equal(sluice__text_order(rows[i].b, rows[i].a), -rows[i].order);
    leaves[i].text = rows[i].b;
    leaves[i].number = 0;
    leaves[i].owner = &leaves[i];
    sluice__tree_add(&t, &leaves[i]);
  }
  assert_non_null(sluice__tree_find(&t, (sluice_text){LIT("a")}, 0));
  assert_null(sluice__tree_find(&t, (sluice_text){LIT("b")}, 0));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_shallow_for_every_order),
      cmocka_unit_test(test_removes_in_any_order),
      cmocka_unit_test(test_finds_what_a_list_finds),
      cmocka_unit_test(test_orders_texts_by_bytes),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
