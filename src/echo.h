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
  struct buf text;              /* the settings; then what the spans mean */
  size_t at[SETTING_COUNT + 1]; /* where each begins; where they end */
  struct span model, tier;      /* clean text; empty: not given */
  int64_t max_tool_calls;       /* -1: no limit was given */
  struct echo_tool *tools;      /* those of a namespace follow it */
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

/* ,"name":value of each setting without a request, one behind the other. */
extern const char sluice__defaults[];

/* Where the setting begins there; for SETTING_COUNT, where they end. */
static inline size_t sluice__default_at(enum setting setting)
{
  enum {
#define X(NAME, name, shape, absent)                                           \
  AT_##NAME, LAST_##NAME = AT_##NAME + sizeof(",\"" name "\":" absent) - 2,
    SETTINGS(X)
#undef X
        AT_END
  };
  static const uint16_t at[SETTING_COUNT + 1] = {
#define X(NAME, name, shape, absent) AT_##NAME,
      SETTINGS(X)
#undef X
          AT_END};

  return at[setting];
}

/* ,"name":value for each setting from the first to the last. Inlined: what the
 * compiler knows of the two is then known of the length. */
static inline void sluice__echo_write(struct buf *out, const sluice_echo *e,
                                      enum setting first, enum setting last)
{
  enum setting next = (enum setting)(last + 1);

  if (e == NULL)
    sluice__buf_put(out, sluice__defaults + sluice__default_at(first),
                    sluice__default_at(next) - sluice__default_at(first));
  else
    sluice__buf_put(out, e->text.p + e->at[first], e->at[next] - e->at[first]);
}

#endif
