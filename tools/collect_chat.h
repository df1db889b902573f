/* SPDX-License-Identifier: MIT */
/* collect_chat.h - the other half of the command collect: a chat stream in, one
 * chat.completion out. */
#ifndef SLUICE_TOOLS_COLLECT_CHAT_H
#define SLUICE_TOOLS_COLLECT_CHAT_H

#include "stream.h"

/* Returns the exit status. */
int collect_chat(const struct stream_settings *settings, const char *path);

#endif
