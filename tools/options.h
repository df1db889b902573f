/* SPDX-License-Identifier: MIT */
/* options.h - the options of a command: one table, from which the command line
 * is read and the help is written. */
#ifndef SLUICE_TOOLS_OPTIONS_H
#define SLUICE_TOOLS_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "command.h"

enum option_kind {
  OPTION_FLAG,   /* int: 1 when given */
  OPTION_NUMBER, /* uint64_t, not below `least` */
  OPTION_COUNT,  /* the same, and at most UINT32_MAX */
  OPTION_CHOICE, /* int: which word of `value`, from 0 */
  OPTION_TEXT    /* const char *: points into the command line */
};

struct option {
  const char *name;  /* without the dashes */
  const char *value; /* as the help shows it; of a choice: its words */
  enum option_kind kind;
  size_t at; /* where in the settings of the command */
  uint64_t least;
  const char *help;
};

/* Reads argv[1…argc) into `settings`, which holds the defaults. Options may
 * stand before and after the operand; the last one given counts. `*operand` is
 * NULL when there is none. Returns -1 to go on; else the status to exit with:
 * help or version were shown, or a line on stderr says what is wrong. */
int options_parse(const struct command *command, int argc, char **argv,
                  void *settings, const char **operand);

/* The name in a list that is most like `word`, or NULL when none is near.
 * `names` ends with NULL. */
const char *options_nearest(const char *word, const char *const *names);

#endif
