/* SPDX-License-Identifier: MIT */
/* request.h - a Responses request in, the chat-completions request that asks
 * for the same out; and the errors of a gateway in the form of the API.
 *
 *   sluice_request_new(&r, &ro);
 *   if (sluice_request_read(r, body) == SLUICE_OK) {
 *     sluice_options_init(&o);
 *     sluice_request_apply(r, &o);     tools and echo, for the translator
 *     sluice_translator_new(&t, &o, …) which copies what it was given
 *     send sluice_request_chat(r)      to /v1/chat/completions
 *     when that does not answer 2xx: sluice_request_upstream_error
 *   } else
 *     answer with sluice_request_error(r): HTTP status and JSON body
 *   sluice_request_free(r);
 *
 * docs/requests.md says for each member and item what becomes of it.
 */
#ifndef SLUICE_REQUEST_H
#define SLUICE_REQUEST_H

#include <sluice/tool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sluice_request sluice_request;

/* A hosted tool of the request that the embedder runs, or that its upstream
 * knows as a function. Of several that fit one tool of the request each is
 * offered: an MCP server has many. Strings are plain UTF-8. */
typedef struct sluice_hosted {
  sluice_str type; /* of the tool in the request: "web_search", "mcp", …
                      It also stands for its previews and dated forms */
  sluice_str server_label; /* of an MCP server; empty: any */
  sluice_str function; /* JSON: {"name":…,"description":…,"parameters":…}, as
                          a chat request has it; the name at most 64 of
                          [A-Za-z0-9_-], and no other one's */
  sluice_tool_type call; /* what its calls are to the client */
  sluice_str shown;      /* the name that items show; empty: the function's */
} sluice_hosted;

/* What is done differently. NAME, bit, its name in files, what it does */
#define SLUICE_REQUEST_FLAGS(X)                                                \
  X(DROP_TOOLS, 0x1u, "drop-tools",                                            \
    "hosted tools that nothing stands for are left out, not refused")          \
  X(DROP_ITEMS, 0x2u, "drop-items",                                            \
    "input items that no chat message can say are left out, not refused")      \
  X(PASS_UNKNOWN, 0x4u, "pass-unknown",                                        \
    "members that the API does not have go to the upstream as they are")       \
  X(DEVELOPER, 0x8u, "developer",                                              \
    "instructions and developer messages keep the role developer")             \
  X(SYSTEM_FIRST, 0x10u, "system-first",                                       \
    "a system message behind others is a user message")                        \
  X(REASONING, 0x20u, "reasoning",                                             \
    "the text of reasoning items goes back, as reasoning_content")             \
  X(MAX_COMPLETION_TOKENS, 0x40u, "max-completion-tokens",                     \
    "the limit of output is max_completion_tokens, not max_tokens")

enum {
#define X(NAME, bit, name, text) SLUICE_REQUEST_##NAME = bit,
  SLUICE_REQUEST_FLAGS(X)
#undef X
};

/* Zero is the default of each member. Members are only ever added at the end.
 * Everything that is pointed to is copied. A bad option (SLUICE_ERR_ARG) is a
 * `size` of less than itself, an array or a string that is NULL and not empty,
 * a flag that is none, a hosted tool without type or function, or whose
 * function, type of call or name is wrong, and what the member says. */
typedef struct sluice_request_options {
  size_t size; /* set by sluice_request_options_init */
  const sluice_mem *mem;
  sluice_str model;     /* not empty: asked for in place of the request's */
  sluice_str separator; /* between a namespace and a name; empty: "__". At most
                           16 of [A-Za-z0-9_-] */
  const sluice_hosted *hosted;
  size_t hosted_count;
  const sluice_str *omit; /* members of the chat request that the upstream
                             would refuse: they are never written */
  size_t omit_count;
  uint32_t flags; /* SLUICE_REQUEST_… */

  /* Limits. What passes one is SLUICE_ERR_LIMIT; docs/limits.md has them. */
  size_t max_request; /* bytes of a body; 64 MiB. At most as max_payload */
  uint32_t max_depth; /* nesting; 256, and not more */
  uint32_t max_items; /* input items; 65,536 */
  uint32_t max_tools; /* tools, those of namespaces counted; 1,024 */
} sluice_request_options;

/* Sets every member to its default and records the size of the struct that the
 * caller was compiled with. NULL does nothing. */
SLUICE_API void sluice_request_options_init_sized(sluice_request_options *o,
                                                  size_t size);
#define sluice_request_options_init(o)                                         \
  sluice_request_options_init_sized((o), sizeof(*(o)))

/* `o` NULL means the defaults. Returns SLUICE_OK, SLUICE_ERR_ARG (`out` is
 * NULL, a bad option) or SLUICE_ERR_NOMEM. */
SLUICE_API sluice_status sluice_request_new(sluice_request **out,
                                            const sluice_request_options *o);

/* Reads one body, in place of the one before. `body` is needed only during the
 * call. Returns
 *   SLUICE_OK           sluice_request_chat has the chat request
 *   SLUICE_ERR_REQUEST  the request is wrong, or asks for what cannot be served
 *   SLUICE_ERR_JSON     the body is not one JSON object
 *   SLUICE_ERR_LIMIT    it passes a limit of the options
 *   SLUICE_ERR_NOMEM
 *   SLUICE_ERR_ARG      `r` is NULL, or the body's bytes
 *   SLUICE_ERR_STATE    from inside a memory function
 * After all but the last two sluice_request_error has the answer for the
 * client. None is sticky. Cost: n log n in the bytes of the body. */
SLUICE_API sluice_status sluice_request_read(sluice_request *r,
                                             sluice_str body);

/* The chat request: compact JSON, valid UTF-8. Empty unless the last read was
 * OK. Lives, as all that the functions below hand out, until the next read,
 * upstream_error or free. */
SLUICE_API sluice_str sluice_request_chat(const sluice_request *r);

/* 1 when the client asked for a stream; also known of a body that was JSON but
 * was refused. */
SLUICE_API int sluice_request_streams(const sluice_request *r);

/* Sets the members of `o`, which is initialised, that the request decides:
 * `tools` and `tool_count`, `request` (without its input, so that it is short;
 * "store" is false there, since nothing is stored), `max_tool_calls`, and
 * SLUICE_OBFUSCATION when the client asks for it. They point into `r`, which
 * has to stay as it is until a translator was made with `o`. max_payload of
 * `o` must not be smaller than that request. Returns SLUICE_OK; SLUICE_ERR_ARG;
 * or SLUICE_ERR_STATE when the last read was not OK: `o` is as it was then. */
SLUICE_API sluice_status sluice_request_apply(const sluice_request *r,
                                              sluice_options *o);

/* An answer that is no success. */
typedef struct sluice_http_error {
  int status;      /* of HTTP, 400 … 599; 0: there is no error */
  sluice_str body; /* {"error":{"message":…,"type":…,"param":…,"code":…}} */
} sluice_http_error;

/* What to tell the client of the last read that failed. Zero when it was OK. */
SLUICE_API sluice_http_error sluice_request_error(const sluice_request *r);

/* Brings an upstream's answer that is no success into the form of the API. The
 * error is found where servers put it; a body that is no JSON (a proxy's page)
 * is shown cut to 200 bytes. The HTTP status stays when it is 400 … 599, else
 * it is 502. `code` is one that clients act on (rate_limit_exceeded,
 * insufficient_quota, context_length_exceeded, …) where the answer says so in
 * any way that is known. The chat request and what apply gave stay. Returns
 * SLUICE_OK; SLUICE_ERR_NOMEM, with a static `out` that says so;
 * SLUICE_ERR_ARG; SLUICE_ERR_STATE from inside a memory function. */
SLUICE_API sluice_status sluice_request_upstream_error(sluice_request *r,
                                                       int http_status,
                                                       sluice_str body,
                                                       sluice_http_error *out);

/* What of a request is not as it came. NAME, name for logs, what was seen */
#define SLUICE_REQUEST_NOTES(X)                                                \
  X(TOOL_DROPPED, "tool-dropped", "a hosted tool left out")                    \
  X(TOOL_RENAMED, "tool-renamed", "a tool under another name upstream")        \
  X(TOOL_TWICE, "tool-twice", "a tool declared again; the last one holds")     \
  X(ITEM_DROPPED, "item-dropped", "an input item left out")                    \
  X(REASONING_DROPPED, "reasoning-dropped", "a reasoning item left out")       \
  X(ARGUMENTS_WRAPPED, "arguments-wrapped",                                    \
    "arguments of a call that are no JSON object, sent as {\"input\": …}")     \
  X(MEDIA_MOVED, "media-moved",                                                \
    "images or files of a tool's output, sent as a user message")              \
  X(MEMBER_DROPPED, "member-dropped", "an unknown member left out")            \
  X(MEMBER_PASSED, "member-passed", "an unknown member passed on")

typedef enum sluice_request_note {
#define X(NAME, name, text) SLUICE_NOTE_##NAME,
  SLUICE_REQUEST_NOTES(X)
#undef X
      SLUICE_NOTE_COUNT
} sluice_request_note;

/* The second and third column. Static; "?" for a number that is none. */
SLUICE_API const char *sluice_request_note_name(sluice_request_note note);
SLUICE_API const char *sluice_request_note_text(sluice_request_note note);

/* How often it was so in the last read. 0 for NULL and for no note. */
SLUICE_API uint32_t sluice_request_count(const sluice_request *r,
                                         sluice_request_note note);

/* NULL does nothing; nor does a call from inside a memory function. */
SLUICE_API void sluice_request_free(sluice_request *r);

#ifdef __cplusplus
}
#endif
#endif
