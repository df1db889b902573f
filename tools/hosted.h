/* SPDX-License-Identifier: MIT */
/* hosted.h - what stands for the hosted tools of a request:
 *   {"web_search": {"function": {"name": …}, "call": "web_search_call"}, …}
 * A type with several functions, as that of MCP servers, has a list of them. */
#ifndef SLUICE_TOOLS_HOSTED_H
#define SLUICE_TOOLS_HOSTED_H

#include <sluice/request.h>

#include "document.h"

struct hosted_file {
  struct document document;
  sluice_hosted *list; /* their strings live in the document */
  size_t count;
};

/* Reads the file; NULL: there is none. Returns 0, or -1 when it does not work
 * or is wrong, which stderr then says. hosted_close must follow in either case.
 */
int hosted_open(struct hosted_file *h, const char *path);
void hosted_close(struct hosted_file *h);

#endif
