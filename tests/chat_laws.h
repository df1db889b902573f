/* SPDX-License-Identifier: MIT */
/* chat_laws.h - what every chat request must be like that sluice makes, so that
 * a strict server takes it:
 *
 *   it is strict JSON, an object with a model and messages;
 *   a message has a known role, and content of the form that goes with it;
 *   behind calls of the assistant stand their outputs, all, in their order, and
 *   no output stands anywhere else;
 *   functions have names of at most 64 letters, digits, _ and -, each another;
 *   a choice names one of them, and there is none without tools;
 *   the table for the translator names only them, each once, and no two lead to
 *   the same tool of the client. */
#ifndef SLUICE_TESTS_CHAT_LAWS_H
#define SLUICE_TESTS_CHAT_LAWS_H

#include <sluice/tool.h>

#define CHAT_LAWS_MESSAGE 256

/* NULL when all holds, else what does not, in `message`. `o` is what
 * sluice_request_apply made. */
const char *chat_laws(sluice_str chat, const sluice_options *o,
                      char message[CHAT_LAWS_MESSAGE]);

/* The same for the body of an error: {"error":{message, type, param, code}}. */
const char *chat_laws_error(sluice_str body, char message[CHAT_LAWS_MESSAGE]);

#endif
