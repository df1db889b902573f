/* SPDX-License-Identifier: MIT */
/* lint_clients.h - which clients a fault breaks, and how: what was measured
 * with openai-node 5 to 7, OpenAI's Agents SDK, the AI SDK, LangChain and Codex
 * against streams with one fault each (docs/lint.md). */
#ifndef SLUICE_TOOLS_LINT_CLIENTS_H
#define SLUICE_TOOLS_LINT_CLIENTS_H

#include <sluice/options.h>

/* `path` is the member in question, "" for none. Returns a static text like
 * "openai-node (throws), codex (turn lost)"; "" when none is known to care. */
const char *lint_clients(const char *code, sluice_text type, const char *path);

#endif
