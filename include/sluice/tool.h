/* SPDX-License-Identifier: MIT */
/* tool.h - which tool is what, and how the rounds of one response go on.
 *
 * A hosted tool is run by the embedder, between two chat streams that make one
 * response:
 *
 *   feed the stream, then sluice_translator_end_round
 *   while it returns SLUICE_MORE:
 *     run each sluice_translator_pending call and hand back its
 *       sluice_translator_result
 *     when that returned SLUICE_OK, the response has ended (the round had a
 * call that is the client's to run); on SLUICE_MORE send the next chat request,
 * with sluice_translator_messages appended, sluice_translator_next_round, feed,
 * sluice_translator_end_round
 */
#ifndef SLUICE_TOOL_H
#define SLUICE_TOOL_H

#include <sluice/options.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a tool of the chat request is to the client. NAME, its name in files */
#define SLUICE_TOOL_TYPES(X)                                                   \
  X(FUNCTION, "function") /* the client runs it; what no table names */        \
  X(CUSTOM, "custom")     /* the client runs it; its input is free text */     \
  X(FILE_SEARCH, "file_search_call")                                           \
  X(WEB_SEARCH, "web_search_call")                                             \
  X(MCP, "mcp_call")                                                           \
  X(CODE_INTERPRETER, "code_interpreter_call")                                 \
  X(IMAGE_GENERATION, "image_generation_call")                                 \
  X(MCP_APPROVAL, "mcp_approval_request") /* an MCP tool that the client has   \
                                             to allow first; ends the response \
                                           */

typedef enum sluice_tool_type {
#define X(NAME, name) SLUICE_TOOL_##NAME,
  SLUICE_TOOL_TYPES(X)
#undef X
      SLUICE_TOOL_TYPE_COUNT
} sluice_tool_type;

/* One tool. Strings are plain UTF-8, empty when they do not apply. */
struct sluice_tool {
  sluice_str name; /* as the chat stream has it */
  sluice_tool_type type;
  sluice_str server_label; /* MCP: the server; shown in its items */
  sluice_str container_id; /* code interpreter */
  sluice_str name_space;   /* `namespace` of function and custom calls */
  sluice_str shown;        /* the name that items show; empty: `name` */
};

/* A call that waits for its result. Clean JSON text; lives until the next call
 * on the handle. */
typedef struct sluice_pending {
  sluice_text call_id, name; /* the id that the messages will have */
  sluice_text arguments;     /* as the model wrote them */
  sluice_tool_type type;
} sluice_pending;

/* What a hosted tool gave. Plain UTF-8 unless it says JSON. Zero it first. */
typedef struct sluice_result {
  sluice_str output; /* what the model is told */
  sluice_str error;  /* not empty: the tool failed, with these words. The model
                        is told `output`, or them if that is empty */
  /* JSON, or empty. file search: an array of results, shown in the item; web
   * search: an array of {"type":"url","url":…} as sources; code interpreter: an
   * array of outputs (default: one log, the output); image generation: not
   * read, the output is the image in base64 */
  sluice_str results;
  const sluice_file *files; /* that citations may name from here on */
  size_t file_count;
} sluice_result;

#ifdef __cplusplus
}
#endif
#endif
