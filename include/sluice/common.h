/* SPDX-License-Identifier: MIT */
/* common.h - strings, memory, status codes, limits and options that all
 * stages of sluice share. Every stage can be used alone: include its header
 * (sse.h, chunk.h, fold.h, cite.h, event.h) or sluice.h for the whole line.
 *
 * Threads: a handle belongs to one thread at a time; different handles are
 * independent. The library has no global state, reads no clock, no locale and
 * no environment, prints nothing and never aborts.
 */
#ifndef SLUICE_COMMON_H
#define SLUICE_COMMON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SLUICE_API __attribute__((visibility("default")))
#else
#define SLUICE_API
#endif

#define SLUICE_VERSION     "0.1.0"
#define SLUICE_VERSION_NUM 0x000100 /* 0xMMmmpp */

/* The version of the linked library, as SLUICE_VERSION_NUM. Never fails. */
SLUICE_API uint32_t sluice_version(void);

/* Bytes with their length, not NUL-terminated. `n` 0 is the empty string,
 * whatever `p` is. Borrowed: each function says for how long. */
typedef struct sluice_str {
  const char *p;
  size_t n;
} sluice_str;

/* Clean JSON text: what stands between the quotes of a JSON string. It is
 * valid UTF-8 and escaped by one rule, so it can be copied into a JSON
 * document as it is: \" \\ \b \f \n \r \t, and \u00xx (lower case) or \u2028
 * and \u2029 for the other control characters and the two line separators.
 * All text that sluice hands out has this form: it is escaped once, on the way
 * in, and copied from then on. */
typedef struct sluice_text {
  const char *p;
  size_t n;
} sluice_text;

/* Decodes clean JSON text into plain UTF-8. Writes at most `cap` bytes to
 * `out` (NULL allowed when `cap` is 0) and no NUL. Returns the length of the
 * whole result in bytes, which is never more than text.n; when it is more
 * than `cap`, the output was cut. Cost: linear in text.n. */
SLUICE_API size_t sluice_text_decode(sluice_text text, char *out, size_t cap);

/* The reverse: escapes plain bytes into clean JSON text; bytes that are not
 * UTF-8 become U+FFFD, one for each maximal subpart (Unicode 15, 3.9). Same
 * rules as above; the result is at most 6 times as long as `bytes`. */
SLUICE_API size_t sluice_text_encode(sluice_str bytes, char *out, size_t cap);

/* Memory functions of the embedder, all three set; `user` is passed through.
 * A NULL sluice_mem pointer means malloc(3), realloc(3), free(3). The struct is
 * copied, not kept. malloc and realloc may return NULL: the call that needed
 * the memory then returns SLUICE_ERR_NOMEM. */
typedef struct sluice_mem {
  void *(*malloc)(void *user, size_t size);
  void *(*realloc)(void *user, void *ptr, size_t size);
  void (*free)(void *user, void *ptr);
  void *user;
} sluice_mem;

/* What every call returns. 0 and above is success; below 0 is an error; below
 * SLUICE_ERR_FATAL the handle is spent: each later call returns the same code
 * until it is reset. */
/* NAME, value, what it means */
#define SLUICE_STATUSES(X)                                                     \
  X(OK, 0, "all input was taken")                                              \
  X(PAUSED, 1, "a callback asked for a pause; feed the rest later")            \
  X(MORE, 2, "the response needs another round")                               \
  X(ERR_ARG, -1, "an argument is not valid; nothing was changed")              \
  X(ERR_STATE, -2, "the call is not allowed now; nothing was changed")         \
  X(ERR_FATAL, -100, "no code of its own: the codes below are sticky")         \
  X(ERR_NOMEM, -101, "out of memory")                                          \
  X(ERR_CALLBACK, -102, "a callback returned a negative number")               \
  X(ERR_LIMIT, -103, "a limit of the options was passed")                      \
  X(ERR_NOT_A_STREAM, -201, "the input is not an event stream")                \
  X(ERR_JSON, -202, "a payload is not JSON")                                   \
  X(ERR_PROTOCOL, -203, "a delta for something that is closed")                \
  X(ERR_EMPTY, -204, "the stream ended without any choice")                    \
  X(ERR_TRUNCATED, -205, "the stream ended before its end")                    \
  X(ERR_UPSTREAM, -206, "the upstream sent an error")

typedef enum sluice_status {
#define X(NAME, value, text) SLUICE_##NAME = value,
  SLUICE_STATUSES(X)
#undef X
} sluice_status;

/* "OK", "ERR_JSON", …; "?" for a number that is none. Static. */
SLUICE_API const char *sluice_status_name(sluice_status status);

typedef struct sluice_error {
  sluice_status status; /* SLUICE_OK while nothing happened */
  uint64_t offset;      /* bytes from the start of the stream */
  const char *message;  /* static printable ASCII, never NULL */
} sluice_error;

/* Buffers that are needed only while a call runs. One scratch can serve all
 * handles of one thread, so that an idle stream holds none of them. Free it
 * after the handles that use it. */
typedef struct sluice_scratch sluice_scratch;

/* Returns SLUICE_OK, SLUICE_ERR_ARG (`out` is NULL) or SLUICE_ERR_NOMEM. */
SLUICE_API sluice_status sluice_scratch_new(sluice_scratch **out,
                                            const sluice_mem *mem);
/* NULL does nothing. */
SLUICE_API void sluice_scratch_free(sluice_scratch *scratch);

/* Where the chain of thought goes. */
typedef enum sluice_reasoning {
  SLUICE_REASONING_SUMMARY, /* reasoning_summary_text: every client shows it */
  SLUICE_REASONING_TEXT,    /* reasoning_text */
  SLUICE_REASONING_OFF      /* nowhere */
} sluice_reasoning;

/* What `index` of a citation counts. */
typedef enum sluice_unit {
  SLUICE_UNIT_CODEPOINT,
  SLUICE_UNIT_UTF16,
  SLUICE_UNIT_BYTE,    /* of UTF-8 */
  SLUICE_UNIT_GRAPHEME /* extended grapheme clusters, UAX 29 by utf8proc */
} sluice_unit;

/* A file that citations may name. */
typedef struct sluice_file {
  sluice_str id;
  sluice_str name; /* empty: the id is shown */
} sluice_file;

#define SLUICE_NO_ERROR_EVENT 0x1u /* a failure is response.failed alone */
#define SLUICE_NO_CITATIONS   0x2u /* markers are text */

typedef struct sluice_tool sluice_tool; /* tool.h */

/* Options of every stage; each reads the members it needs. Zero is the default
 * of each member. Members are only ever added at the end. Everything a member
 * points to is copied by the call that takes the options, but `scratch`, which
 * is kept. */
typedef struct sluice_options {
  size_t size; /* set by sluice_options_init: which members exist */
  const sluice_mem *mem;
  sluice_scratch *scratch; /* NULL: the handle makes its own */

  uint64_t seed;          /* all ids come from it: give each response its own */
  sluice_str response_id; /* empty: made from the seed. Printable ASCII */
  sluice_str model;       /* shown when the stream names none */
  int64_t created_at;     /* Unix seconds; used when the stream has none */
  int64_t (*clock)(void *user); /* for completed_at; NULL: created_at */
  void *clock_user;

  sluice_reasoning reasoning;
  sluice_unit index_unit;
  uint32_t flags; /* SLUICE_NO_… */

  /* A citation is marker_open, marker_prefix and 1… characters of
   * [A-Za-z0-9_-], marker_close; at most 32 bytes each. Empty: "<|", "file-",
   * "|>". The prefix is made of those characters, neither bracket begins with
   * one of them, and marker_open does not begin with a space. */
  sluice_str marker_open, marker_prefix, marker_close;
  /* NULL: every id is annotated. Else only these; other markers are removed
   * and counted. */
  const sluice_file *files;
  size_t file_count;

  /* Limits. What passes one ends the response with SLUICE_ERR_LIMIT. */
  size_t max_payload;  /* bytes of one SSE event or JSON body; 64 MiB */
  size_t max_output;   /* bytes of text kept for one response; 64 MiB */
  uint32_t max_depth;  /* nesting of a payload; 256 */
  uint32_t max_items;  /* output items, tool calls or choices; 1,024 */
  uint32_t max_marker; /* characters of a citation's id; 64. Longer is text */
  uint32_t max_annotations; /* of one response; 65,536 */

  /* Tools that are no functions of the client (tool.h); NULL: all are. With
   * hosted ones among them, the text of a round is kept once more, as it came:
   * the next request needs it. */
  const sluice_tool *tools;
  size_t tool_count;
  uint32_t max_tool_calls; /* hosted calls run in one response; 0: any */

  /* The client's Responses request: one JSON object of at most max_payload
   * bytes and max_depth levels; anything else is SLUICE_ERR_ARG. Empty: none.
   * The response shows its settings again, with the defaults of the API for
   * what it leaves out; without a request the defaults stand. A setting with a
   * value that the API does not have is shown as its default, and counted
   * (request-member); members that are no settings are passed over. What a
   * client keeps to itself is not shown: of an MCP server the authorization,
   * the values of its headers and the path of its URL; the values of domain
   * secrets. `model` is used when neither the stream nor the option names one,
   * `service_tier` until the stream does. Read once, and kept over resets;
   * cost: linear in its bytes, then a copy in each lifecycle event. */
  sluice_str request;
} sluice_options;

/* Sets every member to its default and records the size of the struct that the
 * caller was compiled with. NULL does nothing. */
SLUICE_API void sluice_options_init_sized(sluice_options *o, size_t size);
#define sluice_options_init(o) sluice_options_init_sized((o), sizeof(*(o)))

#ifdef __cplusplus
}
#endif
#endif
