/* SPDX-License-Identifier: MIT */
/* json.h - a complete JSON text -> a flat list of nodes. json.c is the only
 * file that includes yajl.
 *
 * A node is a number, its place in the list; children follow their parent, and
 * `next` leads over a whole value. Strings are not copied: a node says where
 * the raw text stands in the payload.
 */
#ifndef SLUICE_SRC_JSON_H
#define SLUICE_SRC_JSON_H

#include "limit.h"

enum json_type {
  JSON_NONE, /* no such node */
  JSON_NULL,
  JSON_FALSE,
  JSON_TRUE,
  JSON_NUMBER,
  JSON_STRING,
  JSON_KEY, /* stands before each member's value */
  JSON_ARRAY,
  JSON_OBJECT
};

/* How a value was used since it was parsed, besides asking for its type. A
 * member that was only passed over in search of another was not used. */
#define JSON_TAKEN   0x1u /* a string was handed out as it is */
#define JSON_COUNTED 0x2u /* it was read as an integer */
#define JSON_JUDGED  0x4u /* what it is was looked at */

struct json_node {
  uint8_t type;
  uint8_t count; /* it gave the number usage_count of usage, less 1; 0: none */
  uint16_t used;
  uint32_t at, n; /* the raw value in the payload; strings without quotes */
  uint32_t next;  /* the node after this value */
};

struct json {
  const sluice_mem *mem;
  struct json_node *nodes;
  size_t count, cap;
  uint32_t depth; /* levels of nesting */
  const char *payload;
  int escaped;               /* there is a backslash in it */
  size_t error_at;           /* bytes into the payload */
  const char *error_message; /* static */
  enum limit passed;         /* for SLUICE_ERR_LIMIT */
  /* private to json.c */
  struct buf masked;
  char *block;
};

#define JSON_ABSENT UINT32_MAX /* a node that is not there */

void sluice__json_init(struct json *j, const sluice_mem *mem);
void sluice__json_free(struct json *j);

/* Parses one text, or several in a row: the first is node 0, the others follow
 * by `next`. `payload` must stay while the nodes are used. Returns 0;
 * SLUICE_ERR_JSON; SLUICE_ERR_LIMIT (depth, more nodes than LIMIT_VALUES_MAX,
 * or 4 GiB of text) with error_at and error_message set; SLUICE_ERR_NOMEM. */
int sluice__json_parse(struct json *j, sluice_str payload, uint32_t max_depth);

/* The length of the escape at p, which is a backslash; 0: it is none of JSON's,
 * or not all there. */
size_t sluice__json_escape(const char *p, size_t n);

static inline enum json_type sluice__json_type(const struct json *j,
                                               uint32_t node)
{
  return node < j->count ? (enum json_type)j->nodes[node].type : JSON_NONE;
}

/* The member's value, the last one when the key stands twice; JSON_ABSENT when
 * there is none, or `object` is no object. */
uint32_t sluice__json_get(const struct json *j, uint32_t object,
                          const char *key);

/* Walking: first child (of an array: a value; of an object: a key, whose value
 * is the node after it), next sibling; JSON_ABSENT at the end. */
uint32_t sluice__json_child(const struct json *j, uint32_t parent);
uint32_t sluice__json_sibling(const struct json *j, uint32_t parent,
                              uint32_t node);

/* The raw text of a string, key or number, or the whole source of a container;
 * empty for other types. Judged. */
sluice_str sluice__json_raw(const struct json *j, uint32_t node);

/* The raw text of a string node, empty for any other type. Taken: what it says
 * is judged by nobody, but for being empty or not. */
sluice_str sluice__json_string(const struct json *j, uint32_t node);

/* 1 when a string or key node equals `s` (its escapes decoded). */
int sluice__json_is(const struct json *j, uint32_t node, const char *s);

/* An integer: numbers (fractions cut off), strings of digits; clamped to
 * int64_t. Returns 1 when there was one, else 0 with *out untouched. */
int sluice__json_int(const struct json *j, uint32_t node, int64_t *out);

/* The same, but a number with a fraction is none. *out may be changed. */
int sluice__json_integral(const struct json *j, uint32_t node, int64_t *out);

/* `node` is a number: 1 when a double can hold it. */
int sluice__json_finite(const struct json *j, uint32_t node);

/* The value written compactly, its strings clean. */
void sluice__json_compact(const struct json *j, uint32_t node, struct buf *out);

#endif
