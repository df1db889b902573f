/* SPDX-License-Identifier: MIT */
/* journal.h - a file that holds what was asked: the body of each request, one
 * JSON text a line. */
#ifndef SLUICE_TOOLS_JOURNAL_H
#define SLUICE_TOOLS_JOURNAL_H

#include <sluice/common.h>

/* Opens the file, to append to it. Returns a descriptor, which close(2) ends,
 * or -1 when it cannot be opened, which stderr then says. */
int journal_open(const char *path);

/* Appends a body that is JSON without its white space, any other as a JSON
 * string. Returns 0, or -1 when that does not work, which stderr then says.
 * Cost: linear. */
int journal_write(int fd, sluice_str body);

#endif
