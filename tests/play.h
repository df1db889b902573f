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
  char name[160];
  char folder[160];
  json_t *scenario; /* as `sluice rounds` takes it; and `why`, and `options`: an
                       array of lines as in a .opts file */
  struct setup setup;
  sluice_tool tools[PLAY_TOOLS];
  struct bytes in[PLAY_ROUNDS];
  size_t rounds;
};

/* Reads NAME.json and its streams. What is wrong with them ends the program. */
void play_read(struct play *p, const char *name);
/* The same in another folder than PLAY_CORPUS; its path ends with a slash. */
void play_read_in(struct play *p, const char *folder, const char *name);
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

/* The same in steps. play_begin begins round `i`; play_end ends it and hands
 * its results back; both return 1 when the response goes on. play_rest plays
 * all rounds from `i` on, and finishes. */
int play_begin(const struct play *p, struct run *r, size_t i);
int play_end(const struct play *p, struct run *r, size_t i);
void play_rest(const struct play *p, struct run *r, size_t i, size_t step);

#endif
