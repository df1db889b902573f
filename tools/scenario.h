/* SPDX-License-Identifier: MIT */
/* scenario.h - the file that sluice rounds plays: several chat streams, with
 * tool results between them, as one response. */
#ifndef SLUICE_TOOLS_SCENARIO_H
#define SLUICE_TOOLS_SCENARIO_H

#include <sluice/sluice.h>

#include "files.h"
#include "toolbox.h"

struct scenario {
  struct document document;
  struct toolbox tools;
  struct files files;
  int has_files; /* citation_files stands in it */
  uint32_t max_tool_calls;
  uint32_t rounds; /* node: the array */
  char *path;      /* of one round; made by scenario_path */
};

/* Reads it. Returns 0, or -1 when something in it is wrong, which stderr then
 * says. scenario_close must follow in either case. */
int scenario_open(struct scenario *s, const char *path);
void scenario_close(struct scenario *s);

/* Rounds, from JSON_ABSENT; JSON_ABSENT at the end. */
uint32_t scenario_next(const struct scenario *s, uint32_t round);

/* The file of a round, beside the scenario; it lives until the next call. NULL:
 * it has none, which stderr then says. */
const char *scenario_path(struct scenario *s, uint32_t round);

/* The lists of tools that servers gave: node 0 holds those before the first
 * round, each round its own. Returns 0, or -1 when one is wrong, which stderr
 * then says. */
int scenario_mcp_tools(struct scenario *s, uint32_t holder,
                       sluice_translator *t);

/* Hands the results of a round to the translator. Returns 0, or -1 when one is
 * wrong, which stderr then says. */
int scenario_results(struct scenario *s, uint32_t round, sluice_translator *t);

#endif
