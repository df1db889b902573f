/* SPDX-License-Identifier: MIT */
/* findings.h - what lint found, for a person or a machine. */
#ifndef SLUICE_TOOLS_FINDINGS_H
#define SLUICE_TOOLS_FINDINGS_H

#include "lint_check.h"
#include "sink.h"

enum findings_form {
  FINDINGS_GROUPED, /* at the end: by code, the first few of each */
  FINDINGS_ALL,     /* as they come */
  FINDINGS_JSON     /* as they come, in one JSON object */
};

struct findings {
  enum findings_form form;
  int strict; /* errata count */
  int quiet;  /* only what counts */
  int colour;
  const char *allow; /* codes that are not told; NULL: none */
  struct sink *out;
  uint64_t counts[LINT_SEVERITIES];
  struct findings_group *groups;
  size_t group_count, group_cap;
  struct buf line;
  unsigned clients; /* a bit for each that breaks */
  int begun;        /* of JSON: the list is open */
  int failed;       /* no memory */
};

void findings_init(struct findings *f, struct sink *out);
void findings_free(struct findings *f);

/* Takes one: a lint_cb, `user` the struct findings. */
void findings_add(void *user, const struct lint_finding *finding);

/* The end: what was gathered, and the sum. `error` (NULL: none) is why the
 * input cannot be judged: JSON says so too. Returns 0, or -1 when there was no
 * memory. */
int findings_end(struct findings *f, const char *name, uint64_t events,
                 const char *error);

/* 1 when nothing was found that counts. */
int findings_clean(const struct findings *f);

#endif
