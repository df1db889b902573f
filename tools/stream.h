/* SPDX-License-Identifier: MIT */
/* stream.h - an input led through a translator, from the command line to the
 * exit status. What the commands for one chat stream have in common. */
#ifndef SLUICE_TOOLS_STREAM_H
#define SLUICE_TOOLS_STREAM_H

#include <sluice/sluice.h>

#include "bounds.h"
#include "input.h"
#include "options.h"
#include "sink.h"
#include "toolbox.h"

/* What a scenario says of all its streams, in place of options. */
struct stream_context {
  const struct toolbox *tools;
  struct files *files; /* that citations may name; NULL: any */
  uint32_t max_tool_calls;
};

struct stream_settings {
  const struct stream_context *context; /* NULL: none */
  const char *citation_files;
  const char *tools;
  const char *request;
  int index_unit; /* sluice_unit */
  int reasoning;  /* sluice_reasoning */
  uint64_t seed;
  uint64_t push; /* bytes at a time; 0: all that a read brings */
  struct bounds bounds;
  int format; /* enum stream_format */
  int no_error_event;
  int done, obfuscation;
  const char *lenient; /* names, with commas between */
};

enum stream_format { STREAM_SSE, STREAM_JSONL };

/* Rows of an option table; the settings are those above. */
/* clang-format off */
#define STREAM_OPTIONS                                                         \
  {"citation-files", "FILE", OPTION_TEXT,                                      \
   offsetof(struct stream_settings, citation_files), 0,                        \
   "JSON {\"file-id\": \"filename\", ...}: the files that citations may name. "\
   "Other citations are removed. Without it every id is a citation"},          \
  {"request", "FILE", OPTION_TEXT,                                             \
   offsetof(struct stream_settings, request), 0,                               \
   "JSON, the client's Responses request: the response shows its settings "    \
   "again, as the API does. Without it, the API's defaults"},                  \
  {"tools", "FILE", OPTION_TEXT,                                               \
   offsetof(struct stream_settings, tools), 0,                                 \
   "JSON {\"tool\": \"function|custom|file_search_call|...\", ...}: what each "  \
   "tool of the chat stream is to the client. Without it all are functions"},  \
  {"index-unit", "codepoint|utf16|byte|grapheme", OPTION_CHOICE,               \
   offsetof(struct stream_settings, index_unit), 0,                            \
   "what the index of a citation counts (codepoint)"},                         \
  {"reasoning", "summary|text|off", OPTION_CHOICE,                             \
   offsetof(struct stream_settings, reasoning), 0,                             \
   "where the chain of thought goes (summary)"},                               \
  {"seed", "N", OPTION_NUMBER,                                                 \
   offsetof(struct stream_settings, seed), 0,                                  \
   "make all ids from N; same N, same ids (0)"},                               \
  {"lenient", "NAME[,NAME...]", OPTION_TEXT,                                   \
   offsetof(struct stream_settings, lenient), 0,                               \
   "guesses that help with some servers and hurt good streams: think, "        \
   "cumulative, bad-events, choices, citations"},                              \
  BOUNDS_OPTIONS(struct stream_settings),                                      \
  {"push", "N", OPTION_NUMBER,                                                 \
   offsetof(struct stream_settings, push), 1,                                  \
   "feed N bytes at a time; the output stays the same"}

/* And those of the commands that write events. */
#define EVENT_OPTIONS                                                          \
  {"format", "sse|jsonl", OPTION_CHOICE,                                       \
   offsetof(struct stream_settings, format), 0,                                \
   "server-sent events, or one JSON event per line (sse)"},                    \
  {"done", NULL, OPTION_FLAG,                                                  \
   offsetof(struct stream_settings, done), 0,                                  \
   "end with data: [DONE], as some clients want; OpenAI sends none"},          \
  {"obfuscation", NULL, OPTION_FLAG,                                           \
   offsetof(struct stream_settings, obfuscation), 0,                           \
   "pad the deltas with random letters, as the API does"},                     \
  {"no-error-event", NULL, OPTION_FLAG,                                        \
   offsetof(struct stream_settings, no_error_event), 0,                        \
   "a failure is response.failed alone, without the event error before it"}
/* clang-format on */

struct stream {
  const struct stream_settings *settings;
  struct input in;
  struct files files;
  struct buf request; /* the client's; empty: none */
  struct document tools_file;
  struct toolbox tools;
  uint32_t lenient;
  sluice_translator *translator;
  struct sink out;
};

/* Opens FILE and makes a translator for it; `cb` gets `s`, and NULL is
 * allowed. Returns 0, or -1 when it does not work, which stderr then says.
 * stream_close must follow in either case. */
int stream_open(struct stream *s, const struct stream_settings *settings,
                const char *path, sluice_event_cb cb);

/* The callback that writes each event in the format of the settings. */
int stream_put_event(void *stream, const sluice_event *event);

/* Closes the input and opens the next one of the same response. Returns as
 * open. */
int stream_turn(struct stream *s, const char *path);

/* Leads the whole input through, but does not end it. Returns as run. */
int stream_pump(struct stream *s);

/* Leads the whole input through, and writes what was put into `out` before a
 * read could wait. Returns 0, or -1 when reading or writing did not work, which
 * stderr then says: the response ended all the same. */
int stream_run(struct stream *s);

/* How the response ended, as an exit status; why it failed, on stderr. */
int stream_status(const struct stream *s);

/* Returns -1 when the last of the output could not be written. */
int stream_close(struct stream *s);

#endif
