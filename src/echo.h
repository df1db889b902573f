/* SPDX-License-Identifier: MIT */
/* echo.h - the client's Responses request, as far as the response shows it
 * again. Read once, then only copied. */
#ifndef SLUICE_SRC_ECHO_H
#define SLUICE_SRC_ECHO_H

#include <sluice/event.h>

#include "settings.h"

/* A piece of echo.text. */
struct span {
  size_t at, n;
};

/* A tool that the request declares. All clean text, empty when not given. */
struct echo_tool {
  struct span type, name;
  struct span space; /* the namespace that it stands in */
  struct span label; /* server_label of an MCP server */
};

struct sluice_echo {
  sluice_mem mem;
  struct buf text;                     /* what the spans point into */
  struct span settings[SETTING_COUNT]; /* JSON; empty: the default */
  struct span model;                   /* clean text */
  int64_t max_tool_calls;              /* -1: no limit was given */
  struct echo_tool *tools;             /* those of a namespace follow it */
  size_t tool_count, tool_cap;
  uint32_t wrong; /* values that were wrong, and left out or replaced */
};

/* Reads the request of the options (all set), with the nodes of `j`; *out is
 * NULL when there is none. Returns 0; SLUICE_ERR_ARG when it is not one JSON
 * object within the limits; SLUICE_ERR_NOMEM. */
int sluice__echo_new(sluice_echo **out, const sluice_options *o,
                     const sluice_mem *mem, struct json *j);
void sluice__echo_free(sluice_echo *e); /* NULL does nothing */

/* All below take NULL for an echo without a request. */

/* ,"name":value for each setting from the first to the last. */
void sluice__echo_write(struct buf *out, const sluice_echo *e,
                        enum setting first, enum setting last);

/* Empty when the request names none. */
sluice_text sluice__echo_model(const sluice_echo *e);
sluice_text sluice__echo_tier(const sluice_echo *e);

uint32_t sluice__echo_wrong(const sluice_echo *e);

static inline sluice_text sluice__echo_text(const sluice_echo *e,
                                            struct span span)
{
  sluice_text text = {span.n > 0 ? e->text.p + span.at : "", span.n};

  return text;
}

#endif
