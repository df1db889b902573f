/* SPDX-License-Identifier: MIT */
/* command.h - what a command of sluice is. Each stands in a file of its own;
 * main.c has the list. */
#ifndef SLUICE_TOOLS_COMMAND_H
#define SLUICE_TOOLS_COMMAND_H

/* What the process returns. */
enum exit_status {
  EXIT_COMPLETED = 0,
  EXIT_FAILED = 1,  /* the response failed */
  EXIT_TROUBLE = 2, /* wrong usage, or reading or writing does not work */
  EXIT_INCOMPLETE = 3
};

struct command {
  const char *name;
  const char *operand;          /* as in the usage line; NULL: none */
  const char *summary;          /* one line */
  const char *about;            /* paragraphs, parted by blank lines */
  const char *examples;         /* lines */
  const struct option *options; /* up to one without a name */
  int (*run)(const struct command *self, int argc, char **argv);
  const char *statuses; /* of the exit: lines; NULL: those of a response */
};

extern const struct command request_command;
extern const struct command translate_command;
extern const struct command collect_command;
extern const struct command rounds_command;
extern const struct command inspect_command;
extern const struct command lint_command;
extern const struct command serve_command;

#endif
