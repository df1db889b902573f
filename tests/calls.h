/* SPDX-License-Identifier: MIT */
/* calls.h - the calls of a translator as a table, each with arguments of its
 * own, so that a test can make them in any order and from anywhere. */
#ifndef SLUICE_TESTS_CALLS_H
#define SLUICE_TESTS_CALLS_H

#include <sluice/sluice.h>

/* NAME, what it does */
#define CALLS(X)                                                               \
  X(TEXT, "feed a chunk with text")                                            \
  X(HOSTED, "feed a chunk with a call of a hosted tool")                       \
  X(CLIENT, "feed a chunk with a call of the client's")                        \
  X(STOP, "feed a chunk with a finish reason")                                 \
  X(DONE, "feed [DONE]")                                                       \
  X(BAD, "feed an event that is no JSON")                                      \
  X(ERROR, "feed an error of the upstream's")                                  \
  X(COMMENT, "feed a comment")                                                 \
  X(HALF, "feed half an event that is no JSON")                                \
  X(BODY, "feed a completion without a stream")                                \
  X(NOTHING, "feed no bytes")                                                  \
  X(NOWHERE, "feed bytes at NULL")                                             \
  X(FINISH, "finish")                                                          \
  X(END_ROUND, "end_round")                                                    \
  X(PENDING, "ask for the first pending call")                                 \
  X(PENDING_FAR, "ask for a pending call past the last")                       \
  X(RESULT, "the result of the first pending call")                            \
  X(RESULT_LAST, "the result of the last hosted call")                         \
  X(RESULT_OTHER, "the result of a call that nobody made")                     \
  X(RESULT_WRONG, "results that are no JSON")                                  \
  X(MESSAGES, "messages")                                                      \
  X(NEXT_ROUND, "next_round")                                                  \
  X(MCP, "mcp_tools")                                                          \
  X(MCP_WRONG, "mcp_tools with a list that is none")                           \
  X(FAIL, "fail")                                                              \
  X(RESPONSE, "response")                                                      \
  X(RESET, "reset")                                                            \
  X(LOOK, "status, error, message and count")

enum call {
#define X(NAME, text) CALL_##NAME,
  CALLS(X)
#undef X
      CALL_COUNT
};

const char *call_text(enum call call);

/* A translator with a table of tools, and what the calls need to know. */
struct caller {
  sluice_translator *t;
  uint32_t made;      /* calls of tools that were fed, ever: the next id */
  uint32_t in_stream; /* in this chat stream: the next index */
  char first[24];     /* id of the first pending call; empty: none */
  char last[24];      /* id of the last hosted call of the round */
  size_t consumed;    /* of the last feed */
  sluice_str json;    /* what response or messages gave */
  sluice_pending pending;
};

/* Options with the table of tools that the calls go by. */
void caller_options(sluice_options *o);

/* Makes the call, with bytes that are gone afterwards. What is wrong with
 * something beside the status fails the test: `consumed` above the length, or
 * not all on SLUICE_OK; json or pending not empty without SLUICE_OK. LOOK gives
 * SLUICE_OK. */
sluice_status caller_do(struct caller *c, enum call call);

#endif
