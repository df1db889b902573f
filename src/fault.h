/* SPDX-License-Identifier: MIT */
/* fault.h - what can be wrong with a request: the answer for the client, in the
 * form of the API. */
#ifndef SLUICE_SRC_FAULT_H
#define SLUICE_SRC_FAULT_H

#include <sluice/request.h>

#include "buf.h"

/* NAME, HTTP status, code (empty: null), message: @ is the place, % is what was
 * found there, or what was expected. */
#define FAULTS(X)                                                              \
  X(NOT_JSON, 400, "invalid_json", "The body of the request is not JSON: %.")  \
  X(NOT_OBJECT, 400, "invalid_json",                                           \
    "The body of the request is not one JSON object, such as "                 \
    "{\"model\": \"…\", \"input\": \"…\"}.")                                   \
  X(TOO_LARGE, 413, "request_too_large",                                       \
    "The request has more bytes than this gateway takes (%).")                 \
  X(TOO_DEEP, 400, "request_too_deep", "The request has %.")                   \
  X(TOO_MANY, 400, "array_above_max_length",                                   \
    "'@' has more entries than this gateway takes (%).")                       \
  X(MISSING, 400, "missing_required_parameter",                                \
    "Missing required parameter: '@'.")                                        \
  X(TYPE, 400, "invalid_type", "Invalid type for '@': expected %.")            \
  X(VALUE, 400, "invalid_value", "Invalid value for '@': '%'.")                \
  X(EMPTY, 400, "empty_input", "'@' holds nothing to answer.")                 \
  X(PREVIOUS, 400, "previous_response_not_found",                              \
    "No response is stored here, so '@' leads nowhere: send the whole "        \
    "conversation as input.")                                                  \
  X(CONVERSATION, 400, "unsupported_parameter",                                \
    "No conversation is stored here: leave '@' out, and send it all as "       \
    "input.")                                                                  \
  X(BACKGROUND, 400, "unsupported_parameter",                                  \
    "No response is stored here, so none can run in the background: set '@' "  \
    "to false.")                                                               \
  X(PROMPT, 400, "unsupported_parameter",                                      \
    "No prompt templates are stored here: in place of '@' send instructions "  \
    "and input.")                                                              \
  X(REFERENCE, 400, "unsupported_value",                                       \
    "No items are stored here, so '@' cannot refer to one: send the item "     \
    "itself (some SDKs do with store: false).")                                \
  X(ITEM, 400, "unsupported_value",                                            \
    "Input items of the type '%' cannot be said to a chat model ('@').")       \
  X(PART, 400, "unsupported_value",                                            \
    "Content of the type '%' cannot be said to a chat model here ('@').")      \
  X(FILE, 400, "unsupported_value",                                            \
    "'@' cannot be used, since no files are stored or fetched here: send the " \
    "data itself.")                                                            \
  X(TOOL, 400, "unsupported_value",                                            \
    "Tools of the type '%' are not offered here ('@').")                       \
  X(FORMAT, 400, "unsupported_value",                                          \
    "Output of the format '%' cannot be asked for here ('@').")                \
  X(CHOICE, 400, "invalid_value",                                              \
    "'@' is '%', which is none of the tools of this request.")                 \
  X(NO_TOOL, 400, "invalid_value",                                             \
    "'@' demands a call, but the request has no tool.")                        \
  X(NO_CALL, 400, "tool_call_not_found",                                       \
    "'@' is '%', but no call before it with that id waits for an output.")     \
  X(NO_OUTPUT, 400, "tool_output_not_found",                                   \
    "'@' is '%', but no output for that call follows.")                        \
  X(CALL_TWICE, 400, "invalid_value",                                          \
    "'@' is '%', as that of an earlier call that has no output yet.")

enum fault_kind {
#define X(NAME, http, code, text) FAULT_##NAME,
  FAULTS(X)
#undef X
      FAULT_COUNT
};

/* Where something stands: input[3].call_id. Each on the stack of the function
 * that goes into it. */
struct place {
  const struct place *in; /* NULL: the request */
  const char *key;        /* NULL: an entry of a list */
  size_t index;
};

struct fault {
  int http; /* 0: none */
  struct buf body;
  struct buf clean; /* for what a message shows */
};

void sluice__fault_init(struct fault *f, const sluice_mem *mem);
void sluice__fault_free(struct fault *f);
void sluice__fault_clear(struct fault *f);

/* Sets it. `place` may be NULL; `found` is raw text, of which 200 bytes are
 * shown. Returns SLUICE_ERR_REQUEST, or SLUICE_ERR_NOMEM. */
int sluice__fault_set(struct fault *f, enum fault_kind kind,
                      const struct place *place, sluice_str found);

/* For SLUICE_ERR_NOMEM: static. */
sluice_http_error sluice__fault_no_memory(void);

/* As what is to be told. */
sluice_http_error sluice__fault_told(const struct fault *f);

#endif
