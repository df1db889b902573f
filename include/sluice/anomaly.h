/* SPDX-License-Identifier: MIT */
/* anomaly.h - names for everything unusual that an input can hold and that is
 * taken in silence. Each stage counts; nothing is ever printed. */
#ifndef SLUICE_ANOMALY_H
#define SLUICE_ANOMALY_H

#include <sluice/common.h>

#ifdef __cplusplus
extern "C" {
#endif

/* NAME, name for people and logs, what was seen. Only ever appended to. */
#define SLUICE_ANOMALIES(X)                                                    \
  X(COMMENT, "comment", "an SSE comment (keep-alive)")                         \
  X(EMPTY_DATA, "empty-data", "an event with empty or blank data")             \
  X(DATA_COMMENT, "data-comment", "an SSE comment wrapped in a data line")     \
  X(ERROR_EVENT, "error-event", "an event or a field of the name error")       \
  X(UNTERMINATED, "unterminated", "the last event had no blank line")          \
  X(HALF_EVENT, "half-event", "the input ended within an event")               \
  X(AFTER_DONE, "after-done", "an event after [DONE]")                         \
  X(JSON_BODY, "json-body", "a JSON body in place of a stream")                \
  X(SEVERAL_DOCUMENTS, "several-documents", "several JSON texts in one event") \
  X(NOT_OBJECT, "not-object", "a payload that is no JSON object")              \
  X(UNKNOWN_CHUNK, "unknown-chunk", "an object with nothing known in it")      \
  X(WRONG_TYPE, "wrong-type", "a member with a value of another type")         \
  X(BAD_TEXT, "bad-text", "bytes or surrogates replaced by U+FFFD")            \
  X(JOINED_TEXT, "joined-text", "a character cut over two deltas, joined")     \
  X(WHOLE_MESSAGE, "whole-message", "`message` in place of `delta`")           \
  X(PARTS, "parts", "content as an array of parts")                            \
  X(UNKNOWN_PART, "unknown-part", "a content part of unknown type")            \
  X(MEDIA_DROPPED, "media-dropped",                                            \
    "images or audio, which are not passed on")                                \
  X(REASONING_SOURCE, "reasoning-source", "reasoning under a second name")     \
  X(OTHER_CHOICE, "other-choice", "a delta of a choice not translated")        \
  X(CALL_NO_INDEX, "call-no-index", "a tool call without index")               \
  X(CALL_INDEX_REUSED, "call-index-reused", "a new call at a used index")      \
  X(CALL_INDEX_STRAY, "call-index-stray", "arguments at an unknown index")     \
  X(CALL_ID_MINTED, "call-id-minted", "a tool call without id")                \
  X(CALL_ID_TWICE, "call-id-twice", "a call id used for two calls")            \
  X(CALL_ID_CHANGED, "call-id-changed", "another id for a call that has one")  \
  X(CALL_NAME_CHANGED, "call-name-changed", "another name after the first")    \
  X(CALL_NO_NAME, "call-no-name", "a tool call that never got a name")         \
  X(CALL_LEGACY, "call-legacy", "`function_call` in place of `tool_calls`")    \
  X(ARGUMENTS_VALUE, "arguments-value", "arguments as JSON, not as a string")  \
  X(ARGUMENTS_INVALID, "arguments-invalid", "arguments that are not JSON")     \
  X(ARGUMENTS_EMPTY, "arguments-empty", "a call without arguments: {}")        \
  X(FINISH_UNKNOWN, "finish-unknown", "a finish reason of unknown name")       \
  X(FINISH_TWICE, "finish-twice", "a second finish reason")                    \
  X(FINISH_MISSING, "finish-missing", "[DONE] without a finish reason")        \
  X(AFTER_FINISH, "after-finish", "content after a finish reason")             \
  X(USAGE_REPEATED, "usage-repeated", "usage on more than one chunk")          \
  X(USAGE_PLACE, "usage-place", "usage elsewhere than at the top")             \
  X(USAGE_MENDED, "usage-mended", "token counts that did not add up")          \
  X(TIER_UNKNOWN, "tier-unknown", "a service tier of unknown name")            \
  X(CITATION_UNKNOWN, "citation-unknown", "a citation of an unknown file")     \
  X(ANNOTATION_DROPPED, "annotation-dropped",                                  \
    "an annotation whose text was over, or of unknown type")                   \
  X(BAD_EVENT, "bad-event", "an event that is not JSON, skipped")              \
  X(NOT_CUMULATIVE, "not-cumulative", "a delta that repeats no text so far")   \
  X(LOGPROBS_DROPPED, "logprobs-dropped", "log probabilities without text")    \
  X(MESSAGE_ADDED, "message-added", "an empty message, since none came")       \
  X(REQUEST_MEMBER, "request-member", "a wrong value in the client's request")

typedef enum sluice_anomaly {
#define X(NAME, name, text) SLUICE_ANOMALY_##NAME,
  SLUICE_ANOMALIES(X)
#undef X
      SLUICE_ANOMALY_COUNT
} sluice_anomaly;

/* The second and third column. Static; "?" for a number that is none. */
SLUICE_API const char *sluice_anomaly_name(sluice_anomaly a);
SLUICE_API const char *sluice_anomaly_text(sluice_anomaly a);

#ifdef __cplusplus
}
#endif
#endif
