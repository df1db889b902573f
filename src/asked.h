/* SPDX-License-Identifier: MIT */
/* asked.h - a Responses request while it is read: its values, what the embedder
 * wants, the chat request that is being written, and what goes wrong. */
#ifndef SLUICE_SRC_ASKED_H
#define SLUICE_SRC_ASKED_H

#include "fault.h"
#include "json.h"

/* What stands for a hosted tool, and the name in its function. */
struct hosted {
  sluice_hosted is;
  sluice_str name;
};

/* What the options gave; its strings are copies. */
struct wanted {
  sluice_mem mem;
  sluice_str model, separator;
  struct hosted *hosted;
  size_t hosted_count;
  sluice_str *omit;
  size_t omit_count;
  uint32_t flags;
  size_t max_request;
  uint32_t max_depth, max_items, max_tools;
};

struct asked {
  const struct wanted *wanted;
  struct json json; /* the body; object 0 */
  struct buf chat;  /* the chat request so far */
  struct buf work;  /* for one function, for a moment */
  struct fault fault;
  uint32_t notes[SLUICE_NOTE_COUNT];
};

static inline void sluice__asked_note(struct asked *a, sluice_request_note note)
{
  a->notes[note]++; /* a request has less than 2^32 values */
}

/* 1 when there is a value, and it is not null. */
static inline int sluice__asked_given(const struct asked *a, uint32_t node)
{
  return sluice__json_type(&a->json, node) > JSON_NULL;
}

/* The place of a member of the request, or of a value within another. */
static inline struct place sluice__place_member(const struct place *in,
                                                const char *key)
{
  struct place p = {in, key, 0};

  return p;
}

static inline struct place sluice__place_entry(const struct place *in,
                                               size_t index)
{
  struct place p = {in, NULL, index};

  return p;
}

/* Each returns SLUICE_ERR_REQUEST with the fault set, or SLUICE_ERR_NOMEM. */

int sluice__asked_fault(struct asked *a, enum fault_kind kind,
                        const struct place *place, uint32_t found);
/* The value has another type than this one: "a string". */
int sluice__asked_type(struct asked *a, const struct place *place,
                       const char *expected);

/* The list has more entries than `most`. SLUICE_ERR_LIMIT, or as above. */
int sluice__asked_too_many(struct asked *a, const struct place *place,
                           uint32_t most);

/* The member `key` of `object`, which stands at `in`; *node is JSON_ABSENT when
 * it is not given. 0; or the fault when it has another type. */
int sluice__asked_member(struct asked *a, const struct place *in,
                         uint32_t object, const char *key, enum json_type type,
                         uint32_t *node);
/* The same, and it has to be there; a string not empty. */
int sluice__asked_required(struct asked *a, const struct place *in,
                           uint32_t object, const char *key,
                           enum json_type type, uint32_t *node);

/* The clean text of a string node, without quotes. */
void sluice__asked_put(const struct asked *a, uint32_t node, struct buf *out);

/* 1 when a string or key node is this plain text. Without memory it is not, and
 * the chat request has failed. */
int sluice__asked_is(struct asked *a, uint32_t node, sluice_str plain);

/* ,"key": in the chat request. 0 when the member is not wanted there. */
int sluice__asked_begin(struct asked *a, const char *key);
/* The same with the value of a node, when it is given. */
void sluice__asked_copy(struct asked *a, const char *key, uint32_t node);
/* The same within an object that is being written. */
void sluice__asked_copy_into(const struct asked *a, struct buf *out,
                             const char *key, uint32_t node);

#endif
