/* SPDX-License-Identifier: MIT */
/* lint_check.h - reads a stream of Responses events, any producer's, and tells
 * what is wrong with it and which clients that breaks. docs/lint.md lists what
 * is looked at.
 *
 * Memory: the text of the open and the finished items, and the event at hand;
 * not the number of events. Time: linear in the bytes.
 */
#ifndef SLUICE_TOOLS_LINT_CHECK_H
#define SLUICE_TOOLS_LINT_CHECK_H

#include <sluice/options.h>

struct lint;

enum lint_severity {
  LINT_VIOLATION,
  LINT_ERRATUM, /* not as the schema says, but as OpenAI's own streams do */
  LINT_WARNING  /* allowed, but unusual, or some client is worse off */
};

#define LINT_SEVERITIES 3

struct lint_finding {
  enum lint_severity severity;
  const char *code;    /* like "item.index"; static */
  uint64_t event;      /* its number, from 0 */
  uint64_t offset;     /* of the event's first byte in the input */
  sluice_str type;     /* of the event; empty when it has none */
  const char *message; /* one line without control characters */
  const char *clients; /* "name (what happens), ..."; empty: none is known */
};

/* The finding lives until the callback returns. */
typedef void (*lint_cb)(void *user, const struct lint_finding *finding);

enum lint_format { LINT_SSE, LINT_JSONL };

struct lint_options {
  enum lint_format format;
  sluice_unit index_unit; /* what the index of a file citation counts */
  const sluice_mem *mem;  /* NULL: malloc and its friends */
};

/* NULL when there is no memory. */
struct lint *lint_new(const struct lint_options *options, lint_cb cb,
                      void *user);

/* Takes bytes, cut anywhere. Returns SLUICE_OK; SLUICE_ERR_NOT_A_STREAM when
 * the input is of another kind (lint_why says which); SLUICE_ERR_LIMIT for an
 * event of more than 64 MiB; SLUICE_ERR_NOMEM. Errors are sticky. */
int lint_feed(struct lint *l, const void *data, size_t n);

/* The input is over: the last findings come. Returns as lint_feed, and
 * SLUICE_ERR_NOT_A_STREAM when no event of the Responses API was in it. */
int lint_finish(struct lint *l);

/* How many events there were, the unreadable ones included. */
uint64_t lint_events(const struct lint *l);

/* What the input is in place of a Responses stream. Static. */
const char *lint_why(const struct lint *l);

/* NULL does nothing. */
void lint_free(struct lint *l);

#endif
