/* SPDX-License-Identifier: MIT */
/* options.h - what the embedder decides: one struct for all stages. */
#ifndef SLUICE_OPTIONS_H
#define SLUICE_OPTIONS_H

#include <sluice/common.h>

#ifdef __cplusplus
extern "C" {
#endif

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

#define SLUICE_NO_ERROR_EVENT 0x1u  /* a failure is response.failed alone */
#define SLUICE_NO_CITATIONS   0x2u  /* markers are text */
#define SLUICE_OBFUSCATION    0x4u  /* deltas are padded, as the API does */
#define SLUICE_DONE_MARK      0x8u  /* data: [DONE] behind the last event */
#define SLUICE_NO_FAST_PATH   0x10u /* each payload is parsed, none compared */

/* Guesses that help with some servers and would hurt good streams. THINK and
 * CUMULATIVE do not go together. NAME, bit, name, what is guessed */
#define SLUICE_LENIENTS(X)                                                     \
  X(THINK, 0x1u, "think",                                                      \
    "<think>…</think> at the start of the text is reasoning")                  \
  X(CUMULATIVE, 0x2u, "cumulative", "each delta repeats all text so far")      \
  X(BAD_EVENTS, 0x4u, "bad-events",                                            \
    "up to 16 events that are not JSON are "                                   \
    "skipped")                                                                 \
  X(CHOICES, 0x8u, "choices", "all choice indexes are one choice")             \
  X(CITATIONS, 0x10u, "citations",                                             \
    "a list of URLs beside the choices is cited at the end of the text")

enum {
#define X(NAME, bit, name, text) SLUICE_LENIENT_##NAME = bit,
  SLUICE_LENIENTS(X)
#undef X
};

typedef struct sluice_tool sluice_tool; /* tool.h */

/* Options of every stage; each reads the members it needs. Zero is the default
 * of each member. Members are only ever added at the end. Everything a member
 * points to is copied by the call that takes the options, but `scratch`, which
 * is kept. A bad option (SLUICE_ERR_ARG) is a `size` of less than itself, an
 * array or a string that is NULL and not empty, and what the member says. */
typedef struct sluice_options {
  size_t size; /* set by sluice_options_init: which members exist. Those behind
                  it have their defaults; those that we do not know are not
                  read */
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
  uint32_t flags; /* SLUICE_NO_…, SLUICE_OBFUSCATION, SLUICE_DONE_MARK */

  /* A citation is marker_open, marker_prefix and 1… characters of
   * [A-Za-z0-9_-], marker_close; at most 32 bytes each. Empty: "<|", "file-",
   * "|>". The prefix is made of those characters, neither bracket begins with
   * one of them, and marker_open does not begin with a space. */
  sluice_str marker_open, marker_prefix, marker_close;
  /* NULL: every id is annotated. Else only these; other markers are removed
   * and counted. */
  const sluice_file *files;
  size_t file_count;

  /* Limits. What passes one ends the response with SLUICE_ERR_LIMIT, and the
   * message says which one. docs/limits.md tells what counts, what else is
   * bounded, and how much memory that is. */
  size_t max_payload;  /* bytes of one SSE event or JSON body; 64 MiB. More than
                          4 GiB - 2 (1 GiB on machines of 32 bits) is that */
  size_t max_output;   /* bytes of text kept for one response, with names, ids,
                          log probabilities and results of tools; 64 MiB */
  uint32_t max_depth;  /* nesting of a payload; 256 */
  uint32_t max_items;  /* output items; parts of text; tool calls; choices: of
                          each so many; 1,024 */
  uint32_t max_marker; /* characters of a citation's id; 64. Longer is text.
                          Above 65,536 it is that */
  uint32_t max_annotations; /* of one response; also files that results bring;
                               65,536 */

  /* Tools that are no functions of the client (tool.h); NULL: all are. With
   * hosted ones among them, the text of a round is kept once more, as it came:
   * the next request needs it. */
  const sluice_tool *tools;
  size_t tool_count;
  uint32_t max_tool_calls; /* hosted calls run in one response; 0: any */
  uint32_t lenient;        /* SLUICE_LENIENT_…; 0: no guesses */

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
