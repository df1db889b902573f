/* SPDX-License-Identifier: MIT */
/* event.h - the events of a Responses stream: what they hold and how they are
 * written. Names and members are those of OpenAI's published schema.
 */
#ifndef SLUICE_EVENT_H
#define SLUICE_EVENT_H

#include <sluice/chunk.h>

#ifdef __cplusplus
extern "C" {
#endif

/* NAME, type on the wire. Only ever appended to: skip what you do not know.
 * The members that each event sets stand in the table of src/event.c. */
#define SLUICE_EVENTS(X)                                                       \
  X(CREATED, "response.created")                                               \
  X(IN_PROGRESS, "response.in_progress")                                       \
  X(COMPLETED, "response.completed")                                           \
  X(INCOMPLETE, "response.incomplete")                                         \
  X(FAILED, "response.failed")                                                 \
  X(ERROR, "error")                                                            \
  X(ITEM_ADDED, "response.output_item.added")                                  \
  X(ITEM_DONE, "response.output_item.done")                                    \
  X(PART_ADDED, "response.content_part.added")                                 \
  X(PART_DONE, "response.content_part.done")                                   \
  X(TEXT_DELTA, "response.output_text.delta")                                  \
  X(TEXT_DONE, "response.output_text.done")                                    \
  X(ANNOTATION_ADDED, "response.output_text.annotation.added")                 \
  X(REFUSAL_DELTA, "response.refusal.delta")                                   \
  X(REFUSAL_DONE, "response.refusal.done")                                     \
  X(SUMMARY_PART_ADDED, "response.reasoning_summary_part.added")               \
  X(SUMMARY_PART_DONE, "response.reasoning_summary_part.done")                 \
  X(SUMMARY_DELTA, "response.reasoning_summary_text.delta")                    \
  X(SUMMARY_DONE, "response.reasoning_summary_text.done")                      \
  X(REASONING_DELTA, "response.reasoning_text.delta")                          \
  X(REASONING_DONE, "response.reasoning_text.done")                            \
  X(ARGUMENTS_DELTA, "response.function_call_arguments.delta")                 \
  X(ARGUMENTS_DONE, "response.function_call_arguments.done")                   \
  X(INPUT_DELTA, "response.custom_tool_call_input.delta")                      \
  X(INPUT_DONE, "response.custom_tool_call_input.done")                        \
  X(FILE_SEARCH_IN_PROGRESS, "response.file_search_call.in_progress")          \
  X(FILE_SEARCH_SEARCHING, "response.file_search_call.searching")              \
  X(FILE_SEARCH_COMPLETED, "response.file_search_call.completed")              \
  X(WEB_SEARCH_IN_PROGRESS, "response.web_search_call.in_progress")            \
  X(WEB_SEARCH_SEARCHING, "response.web_search_call.searching")                \
  X(WEB_SEARCH_COMPLETED, "response.web_search_call.completed")                \
  X(MCP_IN_PROGRESS, "response.mcp_call.in_progress")                          \
  X(MCP_ARGUMENTS_DELTA, "response.mcp_call_arguments.delta")                  \
  X(MCP_ARGUMENTS_DONE, "response.mcp_call_arguments.done")                    \
  X(MCP_COMPLETED, "response.mcp_call.completed")                              \
  X(MCP_FAILED, "response.mcp_call.failed")                                    \
  X(CODE_IN_PROGRESS, "response.code_interpreter_call.in_progress")            \
  X(CODE_DELTA, "response.code_interpreter_call_code.delta")                   \
  X(CODE_DONE, "response.code_interpreter_call_code.done")                     \
  X(CODE_INTERPRETING, "response.code_interpreter_call.interpreting")          \
  X(CODE_COMPLETED, "response.code_interpreter_call.completed")                \
  X(IMAGE_IN_PROGRESS, "response.image_generation_call.in_progress")           \
  X(IMAGE_GENERATING, "response.image_generation_call.generating")             \
  X(IMAGE_COMPLETED, "response.image_generation_call.completed")               \
  X(MCP_LIST_IN_PROGRESS, "response.mcp_list_tools.in_progress")               \
  X(MCP_LIST_COMPLETED, "response.mcp_list_tools.completed")                   \
  X(MCP_LIST_FAILED, "response.mcp_list_tools.failed")

typedef enum sluice_event_type {
#define X(NAME, wire) SLUICE_EVENT_##NAME,
  SLUICE_EVENTS(X)
#undef X
      SLUICE_EVENT_COUNT
} sluice_event_type;

/* The second column. Static; "?" for a number that is none. */
SLUICE_API const char *sluice_event_name(sluice_event_type type);

/* All text below is clean JSON text (common.h). The structs are made by the
 * library, live until the callback returns, and may grow at the end. */
typedef struct sluice_annotation {
  sluice_text file_id, filename;
  uint64_t index; /* in the unit of options.index_unit */
  const struct sluice_annotation *next;
  sluice_text url, title; /* url_citation; a file_citation has no url */
  uint64_t start, end;    /* its range: from start, before end */
} sluice_annotation;

typedef enum sluice_part_type {
  SLUICE_PART_TEXT,     /* output_text */
  SLUICE_PART_REFUSAL,  /* refusal */
  SLUICE_PART_SUMMARY,  /* summary_text */
  SLUICE_PART_REASONING /* reasoning_text */
} sluice_part_type;

typedef struct sluice_part {
  sluice_part_type type;
  sluice_text text;
  sluice_text logprobs; /* JSON: entries joined by commas, no brackets */
  const sluice_annotation *annotations; /* a list; NULL: none */
  const struct sluice_part *next;
} sluice_part;

typedef enum sluice_item_type {
  SLUICE_ITEM_MESSAGE,
  SLUICE_ITEM_REASONING,
  SLUICE_ITEM_FUNCTION_CALL,
  SLUICE_ITEM_CUSTOM_CALL,
  SLUICE_ITEM_FILE_SEARCH,
  SLUICE_ITEM_WEB_SEARCH,
  SLUICE_ITEM_MCP_CALL,
  SLUICE_ITEM_CODE_INTERPRETER,
  SLUICE_ITEM_IMAGE_GENERATION,
  SLUICE_ITEM_MCP_APPROVAL,
  SLUICE_ITEM_MCP_LIST
} sluice_item_type;

typedef enum sluice_item_status {
  SLUICE_ITEM_IN_PROGRESS,
  SLUICE_ITEM_COMPLETED,
  SLUICE_ITEM_INCOMPLETE,
  SLUICE_ITEM_FAILED
} sluice_item_status;

typedef struct sluice_item {
  sluice_item_type type;
  sluice_item_status status; /* reasoning items do not show theirs */
  sluice_text id;
  uint32_t output_index;
  const sluice_part *parts;  /* message, reasoning; a list */
  sluice_text call_id, name; /* of calls */
  sluice_text arguments;     /* of calls; or the input, or the code */
  const struct sluice_item *next;
  sluice_text name_space;   /* function and custom calls; empty: none */
  sluice_text server_label; /* MCP */
  sluice_text container_id; /* code interpreter */
  sluice_text queries;      /* searches: JSON strings joined by commas */
  sluice_text results;      /* JSON: results, sources, outputs, tools */
  sluice_text output;       /* MCP: what the tool gave; an image in base64 */
  sluice_text error;        /* MCP: why it failed */
  sluice_text encrypted;    /* reasoning: encrypted_content; empty: none */
} sluice_item;

typedef enum sluice_response_status {
  SLUICE_RESPONSE_IN_PROGRESS,
  SLUICE_RESPONSE_COMPLETED,
  SLUICE_RESPONSE_INCOMPLETE,
  SLUICE_RESPONSE_FAILED
} sluice_response_status;

typedef struct sluice_echo sluice_echo; /* opaque */

typedef struct sluice_response {
  sluice_response_status status;
  sluice_text id, model, service_tier;
  int64_t created_at, completed_at;      /* Unix seconds */
  sluice_finish reason;                  /* why it is incomplete */
  sluice_text error_code, error_message; /* when it failed */
  sluice_text error_type, error_param;   /* empty: null */
  const sluice_usage *usage;             /* NULL: none was sent */
  const sluice_item *items;              /* those that are done; a list */
  const sluice_echo *echo; /* of options.request; NULL: the API's defaults */
} sluice_response;

/* One event. Members that its type does not set are zero. */
typedef struct sluice_event {
  sluice_event_type type;
  uint64_t sequence_number;
  sluice_text item_id;
  uint32_t output_index;
  uint32_t part_index; /* content_index or summary_index */
  uint32_t annotation_index;
  sluice_text text; /* delta, text, refusal, arguments, input or code */
  sluice_text name; /* function_call_arguments.done */
  sluice_text logprobs;
  sluice_text obfuscation; /* of a delta; empty: none */
  const sluice_item *item;
  const sluice_part *part;
  const sluice_annotation *annotation;
  const sluice_response *response; /* lifecycle events, and error */

  /* The event as written: */
  sluice_str wire;   /* event: TYPE LF data: JSON LF LF */
  sluice_str json;   /* the JSON in it */
  sluice_str object; /* the item, part, annotation or response in that */
} sluice_event;

/* Called for each event. 0 goes on, above 0 pauses after the present SSE event,
 * below 0 aborts: no further event comes. Calls from inside: common.h. */
typedef int (*sluice_event_cb)(void *user, const sluice_event *event);

/* Writes `event` (all members above `wire` set by the caller) into the scratch
 * and sets wire, json and object, which live until the scratch is used again.
 * Members that the type does not show are not read; a wrong number in an item,
 * part or status is written as its first. Returns SLUICE_OK, SLUICE_ERR_ARG
 * (NULL, also of what the type shows; no such type), SLUICE_ERR_STATE (the
 * scratch is in use) or SLUICE_ERR_NOMEM. */
SLUICE_API sluice_status sluice_event_write(sluice_scratch *scratch,
                                            sluice_event *event);

#ifdef __cplusplus
}
#endif
#endif
