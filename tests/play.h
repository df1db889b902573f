/* SPDX-License-Identifier: MIT */
/* play.h - one case of corpus/rounds/: a scenario, that is several chat streams
 * with tool results between them, and what the translator makes of it. */
#ifndef SLUICE_TESTS_PLAY_H
#define SLUICE_TESTS_PLAY_H

#include <jansson.h>

#include "run.h"

#define PLAY_CORPUS "corpus/rounds/"
#define PLAY_ROUNDS 8
#define PLAY_TOOLS  16

struct play {
  char name[128];
  json_t *scenario; /* as `sluice rounds` takes it; and `why`, and `options`: an
                       array of lines as in a .opts file */
  struct setup setup;
  sluice_tool tools[PLAY_TOOLS];
  struct bytes in[PLAY_ROUNDS];
  size_t rounds;
};

/* Reads NAME.json and its streams. What is wrong with them ends the program. */
void play_read(struct play *p, const char *name);
void play_free(struct play *p);

/* Plays it with the translator of `r`, `step` bytes a push, to the end. The
 * text of the run gets what each call of rounds returned, too:
 *   # mcp_tools LABEL STATUS
 *   # end_round STATUS
 *   # pending CALL_ID TYPE NAME ARGUMENTS     for each
 *   # answer CALL_ID     then the events of the result
 *   # result STATUS
 *   # messages JSON
 *   # next_round STATUS */
void play_run(const struct play *p, struct run *r, size_t step);

#endif
