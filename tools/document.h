/* SPDX-License-Identifier: MIT */
/* document.h - a JSON file of the command line, read whole. */
#ifndef SLUICE_TOOLS_DOCUMENT_H
#define SLUICE_TOOLS_DOCUMENT_H

#include "json.h"

struct document {
  const char *path;
  struct buf text;
  struct json json;
  struct buf strings; /* that document_text made */
};

/* Reads and parses the file; it must hold one JSON object. Returns 0, or -1
 * when it does not, which stderr then says, with `form`: what it should be.
 * document_close must follow in either case. */
int document_open(struct document *d, const char *path, const char *form);
void document_close(struct document *d);

/* Says what is wrong at a node, and returns -1. */
int document_fault(const struct document *d, uint32_t node, const char *what);

/* A string as plain UTF-8; any other value as its compact JSON; nothing for
 * JSON_ABSENT and null. It lives until document_close. Returns 0, or -1 when
 * there is no memory, which stderr then says. */
int document_text(struct document *d, uint32_t node, sluice_str *out);

#endif
