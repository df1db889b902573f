/* SPDX-License-Identifier: MIT */
/* grammar.h - what is JSON and what is not, class by class: RFC 8259, and what
 * sluice decided where it leaves a choice (docs/json.md). */
#ifndef SLUICE_TESTS_GRAMMAR_H
#define SLUICE_TESTS_GRAMMAR_H

#include <stddef.h>

enum grammar_verdict {
  GRAMMAR_TAKE,       /* the RFC says so */
  GRAMMAR_REFUSE,     /* the same */
  GRAMMAR_MAY_TAKE,   /* a parser may refuse it, or it depends: we take it */
  GRAMMAR_MAY_REFUSE, /* a parser may take it: we refuse it */
  GRAMMAR_BLANK       /* no JSON, but an event that says nothing (A03) */
};

struct grammar {
  const char *why; /* the class, a colon, the case */
  const char *in;
  size_t n;
  enum grammar_verdict verdict;
  const char *text; /* of a string: what it means, as clean text; else NULL */
};

extern const struct grammar grammar_rows[];
extern const size_t grammar_count;

#endif
