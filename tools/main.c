/* SPDX-License-Identifier: MIT */
/* main.c - the commands of sluice, and which of them is meant. */
#include <string.h>

#include "help.h"
#include "options.h"
#include "report.h"

static const struct command *const commands[] = {
    &request_command, &translate_command, &collect_command, &rounds_command,
    &inspect_command, &lint_command,      &serve_command,   NULL,
};

static const struct command *find(const char *name)
{
  for (size_t i = 0; commands[i] != NULL; i++)
    if (strcmp(commands[i]->name, name) == 0)
      return commands[i];
  return NULL;
}

static int unknown(const char *word)
{
  const char *names[sizeof(commands) / sizeof(commands[0]) + 1] = {"help"};
  const char *near;

  for (size_t i = 0; commands[i] != NULL; i++)
    names[i + 1] = commands[i]->name;
  near = options_nearest(word, names);
  if (word[0] == '-')
    report("unknown option %s (options of a command follow its name)", word);
  else if (near != NULL)
    report("unknown command '%s' (did you mean %s?)", word, near);
  else
    report("unknown command '%s' (see: sluice --help)", word);
  return EXIT_TROUBLE;
}

static int run_help(int argc, char **argv)
{
  const struct command *command;

  if (argc < 2 || strcmp(argv[1], "--help") == 0)
    return help_overview(commands);
  if (argc > 2) {
    report("help: one COMMAND only");
    return EXIT_TROUBLE;
  }
  command = find(argv[1]);
  return command != NULL ? help_command(command) : unknown(argv[1]);
}

int main(int argc, char **argv)
{
  const struct command *command;

  if (argc < 2) {
    help_hint(NULL);
    return EXIT_TROUBLE;
  }
  if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
    return help_overview(commands);
  if (strcmp(argv[1], "--version") == 0)
    return help_version();
  if (strcmp(argv[1], "help") == 0)
    return run_help(argc - 1, argv + 1);
  command = find(argv[1]);
  if (command == NULL)
    return unknown(argv[1]);
  return command->run(command, argc - 1, argv + 1);
}
