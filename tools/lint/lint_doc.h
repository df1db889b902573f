/* SPDX-License-Identifier: MIT */
/* lint_doc.h - one JSON text, read to be judged: its strings as clean text, its
 * members by name, and where two values differ. */
#ifndef SLUICE_TOOLS_LINT_DOC_H
#define SLUICE_TOOLS_LINT_DOC_H

#include "json.h"
#include "text.h"

/* A member in the table of all members of all objects of a text. */
struct lint_slot {
  uint32_t object, key; /* nodes; key JSON_ABSENT: an empty slot */
};

/* Where the clean text of a string stands. */
struct lint_string {
  size_t at, n;
  int cleaned; /* in `clean`, else in the payload */
};

struct lint_doc {
  struct json json;
  struct buf clean;
  struct lint_string *strings; /* one for each node */
  size_t string_cap;
  struct lint_slot *slots;
  size_t slot_cap, slot_count; /* the count is a power of two */
  uint32_t duplicate;          /* a key that stands twice; JSON_ABSENT */
  int replaced;                /* a surrogate or byte that is no character */
};

#define LINT_DEPTH 512

void lint_doc_init(struct lint_doc *d, const sluice_mem *mem);
void lint_doc_free(struct lint_doc *d);

/* Reads one JSON value, which must stay while the document is used. Returns 0;
 * SLUICE_ERR_JSON or SLUICE_ERR_LIMIT, with json.error_at and error_message
 * set; SLUICE_ERR_NOMEM. */
int lint_doc_read(struct lint_doc *d, sluice_str payload);

static inline enum json_type lint_type(const struct lint_doc *d, uint32_t node)
{
  return sluice__json_type(&d->json, node);
}

/* "integer" for 1, "number" for 1.0, "missing" for no node, … */
const char *lint_type_name(const struct lint_doc *d, uint32_t node);

int lint_is_integer(const struct lint_doc *d, uint32_t node);

/* The value of an integer, clamped; 0 when it is none. */
int64_t lint_integer(const struct lint_doc *d, uint32_t node);

/* The text of a string or key; empty for anything else. */
sluice_text lint_text(const struct lint_doc *d, uint32_t node);

/* 1 when the node is a string, and this one. */
int lint_is(const struct lint_doc *d, uint32_t node, const char *s);

/* The member's value or JSON_ABSENT. Cost: constant, for any object. */
uint32_t lint_get(const struct lint_doc *d, uint32_t object, const char *key);
uint32_t lint_get_text(const struct lint_doc *d, uint32_t object,
                       sluice_text key);

/* How many members or values. Cost: linear. */
size_t lint_count(const struct lint_doc *d, uint32_t parent);

/* What does not count as a difference. */
enum lint_leave {
  LINT_LEAVE_NONE,
  LINT_LEAVE_ENCRYPTED, /* encrypted_content and fingerprint */
  LINT_LEAVE_LOGPROBS,  /* members `logprobs` */
  LINT_LEAVE_ROUNDING   /* log probabilities beyond five decimals */
};

/* Where two values differ first, appended to `where` (NULL: not said). Returns
 * 1 when they do. JSON equality: 1 is 1.0, the order of members is free. */
int lint_differ(const struct lint_doc *a, uint32_t x, const struct lint_doc *b,
                uint32_t y, enum lint_leave leave, struct buf *where);

/* Appends the value as a person can read it, cut at some 60 bytes: nothing in
 * it acts on a terminal. */
void lint_show(const struct lint_doc *d, uint32_t node, struct buf *out);
void lint_show_text(sluice_text text, struct buf *out);

#endif
