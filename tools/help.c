/* SPDX-License-Identifier: MIT */
#include "help.h"

#include <stdio.h>
#include <string.h>

#include "options.h"
#include "report.h"
#include "sink.h"

enum { COLUMNS = 79, OPTION_COLUMN = 26 };

static void put_blanks(struct sink *out, size_t n)
{
  while (n-- > 0)
    sink_put(out, " ", 1);
}

/* Words up to the end of the line, wrapped, from column `at`; the lines that
 * follow begin at column `left`. */
static void put_wrapped(struct sink *out, const char *text, size_t at,
                        size_t left)
{
  int first = 1;

  while (*text != '\0') {
    size_t n = strcspn(text, " ");
    if (!first && at + 1 + n > COLUMNS) {
      sink_text(out, "\n");
      put_blanks(out, left);
      at = left;
    } else if (!first) {
      sink_text(out, " ");
      at++;
    }
    sink_put(out, text, n);
    at += n;
    text += n;
    text += strspn(text, " ");
    first = 0;
  }
  sink_text(out, "\n");
}

/* `  --name value      what it does`, on two lines when the name is long. */
static void put_entry(struct sink *out, const char *name, const char *value,
                      const char *help)
{
  size_t n = 2 + strlen(name) + (value == NULL ? 0 : 1 + strlen(value));

  sink_text(out, "  ");
  sink_text(out, name);
  if (value != NULL) {
    sink_text(out, " ");
    sink_text(out, value);
  }
  if (n + 2 > OPTION_COLUMN) {
    sink_text(out, "\n");
    n = 0;
  }
  put_blanks(out, OPTION_COLUMN - n);
  put_wrapped(out, help, OPTION_COLUMN, OPTION_COLUMN);
}

static void put_options(struct sink *out, const struct option *options)
{
  char name[64];

  sink_text(out, "\nOptions:\n");
  for (; options->name != NULL; options++) {
    snprintf(name, sizeof(name), "--%s", options->name);
    put_entry(out, name, options->value, options->help);
  }
  put_entry(out, "-h, --help", NULL, "show this text");
  put_entry(out, "--version", NULL, "show the version");
}

/* `statuses` NULL: those of a response. */
static void put_exit_statuses(struct sink *out, const char *statuses)
{
  sink_text(out, "\nExit status:\n");
  sink_text(out,
            statuses != NULL
                ? statuses
                : "  0  the response completed\n"
                  "  1  it failed; stderr says why and at which byte\n"
                  "  2  wrong usage, or input or output that does not work\n"
                  "  3  the response is incomplete\n");
}

int help_command(const struct command *command)
{
  struct sink out;

  sink_init(&out);
  sink_text(&out, "usage: sluice ");
  sink_text(&out, command->name);
  sink_text(&out, " [OPTION...]");
  if (command->operand != NULL) {
    sink_text(&out, " ");
    sink_text(&out, command->operand);
  }
  sink_text(&out, "\n\n");
  sink_text(&out, command->about);
  put_options(&out, command->options);
  put_exit_statuses(&out, command->statuses);
  sink_text(&out, "\nExamples:\n");
  sink_text(&out, command->examples);
  return sink_close(&out) == 0 ? EXIT_COMPLETED : EXIT_TROUBLE;
}

int help_overview(const struct command *const *commands)
{
  struct sink out;

  sink_init(&out);
  sink_text(&out, "usage: sluice COMMAND [OPTION...] [FILE]\n\n"
                  "Turns a chat-completions stream into Responses events.\n\n"
                  "Commands:\n");
  for (; *commands != NULL; commands++)
    put_entry(&out, (*commands)->name, (*commands)->operand,
              (*commands)->summary);
  put_entry(&out, "help", "[COMMAND]", "show this text, or all of a command");
  sink_text(&out, "\nOptions:\n");
  put_entry(&out, "-h, --help", NULL, "show this text");
  put_entry(&out, "--version", NULL, "show the version");
  put_exit_statuses(&out, NULL);
  sink_text(&out, "\nExamples:\n"
                  "  curl -N ... | sluice translate\n"
                  "  sluice collect recorded.sse\n"
                  "  sluice help translate\n");
  return sink_close(&out) == 0 ? EXIT_COMPLETED : EXIT_TROUBLE;
}

int help_version(void)
{
  struct sink out;

  sink_init(&out);
  sink_text(&out, "sluice " SLUICE_VERSION "\n");
  return sink_close(&out) == 0 ? EXIT_COMPLETED : EXIT_TROUBLE;
}

void help_hint(const struct command *command)
{
  if (command == NULL) {
    report("no command given; usage: sluice COMMAND [OPTION...] [FILE]");
    report("the commands: sluice --help");
  } else {
    report("no FILE given, and stdin is a terminal; usage: sluice %s "
           "[OPTION...] %s",
           command->name, command->operand);
    report("all about it: sluice %s --help", command->name);
  }
}
