/* SPDX-License-Identifier: MIT */
/* help.h - the texts of --help and --version, 80 columns wide. */
#ifndef SLUICE_TOOLS_HELP_H
#define SLUICE_TOOLS_HELP_H

#include "command.h"

/* All about one command, on stdout. These return the exit status: nothing is
 * wrong but a stdout that cannot be written. */
int help_command(const struct command *command);

/* What sluice is and its commands, a list that ends with NULL. */
int help_overview(const struct command *const *commands);

int help_version(void);

/* Two lines for someone who typed too little, on stderr. */
void help_hint(const struct command *command);

#endif
