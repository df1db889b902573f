/* SPDX-License-Identifier: MIT */
/* run.h - one case of the corpus: its options, and what the translator makes of
 * its bytes, as the text of a .events file. */
#ifndef SLUICE_TESTS_RUN_H
#define SLUICE_TESTS_RUN_H

#include <sluice/sluice.h>

#include "bytes.h"

#define SETUP_STRINGS 96
#define SETUP_TOOLS   16

struct setup {
  sluice_options o;
  int64_t now; /* what the clock says, when the case has one */
  sluice_file files[16];
  sluice_tool tools[SETUP_TOOLS];
  struct bytes why; /* the first comment */
  char *strings[SETUP_STRINGS];
  size_t string_count;
};

/* Options from the text of a .opts file: a line each, `name=value` or `name`;
 * `# ` begins a comment, the first of which is the reason of the case. An
 * unknown line ends the program. The names are those of the command, and
 * `tool=NAME=TYPE`, once for each tool. */
void setup_init(struct setup *s);
void setup_read(struct setup *s, const char *opts);
void setup_free(struct setup *s);

/* corpus/NAME.sse with the options of NAME.opts; both are the caller's to
 * free. No such stream ends the program. */
#define CORPUS "corpus/"
void setup_stream(struct setup *s, struct bytes *in, const char *name);

/* What came out. `text` grows by a line for each event. */
struct run {
  sluice_translator *t;
  const struct setup *setup;
  struct bytes wire; /* the events as written, one after the other */
  struct bytes text; /* TYPE SP JSON LF for each, and the summary at the end */
  size_t events;
  int pause; /* what the callback returns */
  sluice_status feed, finish;
};

void run_init(struct run *r, const struct setup *s);
/* Feeds until an error; the rest is fed again after each pause. */
void run_feed(struct run *r, const char *p, size_t n);
/* Finishes, and puts the summary. */
void run_finish(struct run *r);
/* Ready for the next run: reset with the seed of the setup. */
void run_again(struct run *r);
void run_free(struct run *r);

#endif
