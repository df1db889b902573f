/* SPDX-License-Identifier: MIT */
#include "lint_clients.h"

#include <string.h>

/* The first row that fits counts. Clients are "name (effect)", parted by ", ".
 * `type` is the beginning of the event's type,
 * or, with a * before it, its end; `path` the end of the member's path. */
struct row {
  const char *code, *type, *path, *clients;
};

#define THROWS "openai-node (throws)"
#define LOST   "ai-sdk (tool call lost), codex (item lost)"
#define ENDLESS                                                                \
  "openai-node (takes half for the whole), agents (throws), "                  \
  "ai-sdk (finish=interrupted), langchain (takes half for the whole), "        \
  "codex (turn fails after retries)"
#define CALL_LOST "codex (result fits no call), agents (result fits no call)"
#define NO_ERROR                                                               \
  "langchain (takes half for the whole), agents (the message is lost)"

static const struct row rows[] = {
    /* the frame and JSON: every client's parser sees the same */
    {"json.syntax", "", "", "all (the event cannot be read)"},
    {"json.not-object", "", "", "all (the event cannot be read)"},
    {"sse.unterminated", "", "", "all (the event is dropped)"},
    {"event.unknown", "", "", "openai-node 6 and 7 (throws)"},
    {"event.unlisted", "", "", "openai-node 6 and 7 (throws)"},
    {"event.no-type", "", "", THROWS},

    /* members, as the schema names them */
    {"shape.missing", "response.created", "response.id",
     "openai-node (throws), ai-sdk (error)"},
    {"shape.missing", "response.created", "response.created_at",
     "ai-sdk (error)"},
    {"shape.missing", "response.created", "response.model", "ai-sdk (error)"},
    {"shape.missing", "response.completed", "response.id",
     "openai-node (throws), agents (throws), codex (turn fails)"},
    {"shape.missing", "response.completed", "response.output",
     "openai-node 5 and 6 (throws), agents (throws), langchain (throws)"},
    {"shape.", "response.", "cached_tokens", "codex (turn fails)"},
    {"shape.", "response.", "reasoning_tokens", "codex (turn fails)"},
    {"shape.", "response.", "total_tokens",
     "codex (turn fails), agents (total 0), langchain (total 0)"},
    {"shape.missing", "*.delta", "item_id",
     "openai-node (throws), ai-sdk (error)"},
    {"shape.", "response.", "output_index", THROWS},
    {"shape.", "response.", "content_index", THROWS},
    {"shape.", "response.", "summary_index", THROWS},
    {"shape.", "response.", "annotation_index", THROWS},
    {"shape.missing", "response.output_item.added", "item.id",
     "openai-node (throws), ai-sdk (error)"},
    {"shape.missing", "response.output_item.added", "item.call_id",
     "openai-node (throws), ai-sdk (error), langchain (call is invalid)"},
    {"shape.missing", "response.output_item.added", "item.arguments",
     "ai-sdk (error)"},
    {"shape.missing", "response.output_item.added", "item.name",
     "ai-sdk (error), langchain (tool has no name)"},
    {"shape.missing", "response.output_item.added", "item.content", THROWS},
    {"shape.", "response.output_text.annotation.added", "filename",
     "ai-sdk (error)"},
    {"shape.", "response.output_text.annotation.added", "index",
     "ai-sdk (error)"},
    {"shape.word", "response.output_text.annotation.added", "annotation.type",
     "ai-sdk (error)"},

    /* order and endings */
    {"order.first", "", "", THROWS},
    {"order.no-created", "", "", THROWS},
    {"order.no-terminal", "", "", ENDLESS},
    {"order.error-alone", "", "", "codex (turn fails after retries)"},
    {"order.failed-alone", "", "", NO_ERROR},
    {"order.error-flat", "", "",
     "openai-node (error unnoticed), openai-python (error unnoticed)"},
    {"response.id", "", "", THROWS},
    {"response.no-output", "", "",
     "openai-node (empty result), agents (loops to its limit of turns)"},
    {"usage.missing", "", "", ""},

    /* items */
    {"item.unknown", "*.delta", "",
     "openai-node (throws), ai-sdk (error), langchain (call is invalid), "
     "codex (shows no item)"},
    {"item.unknown", "", "", THROWS},
    {"item.index", "", "", THROWS},
    {"item.id", "", "", THROWS},
    {"item.changed", "", "id", THROWS},
    {"item.changed", "", "call_id", CALL_LOST},
    {"item.no-name", "", "", "langchain (tool has no name)"},
    {"item.no-call-id", "", "", CALL_LOST},
    {"item.status", "response.output_item.done", "", "ai-sdk (tool call lost)"},
    {"item.not-done", "", "function_call", LOST},
    {"item.not-done", "", "custom_tool_call", LOST},
    {"item.not-done", "", "message", "codex (item lost)"},
    {"args.no-delta", "", "", "langchain (arguments {})"},

    /* parts */
    {"part.unknown", "", "", THROWS},
    {"part.index", "", "", THROWS},
    {"summary.unknown", "", "", THROWS},
    {"summary.index", "", "", THROWS},
    {"text.no-delta", "", "", "ai-sdk (text empty), langchain (text empty)"},
    {"note.index", "", "", THROWS},
    {"note.not-added", "", "",
     "ai-sdk (no sources), langchain (no annotations)"},
};

/* A code that ends with a dot stands for all that begin so. */
static int code_fits(const char *code, const char *pattern)
{
  size_t n = strlen(pattern);

  return n > 0 && pattern[n - 1] == '.' ? strncmp(code, pattern, n) == 0
                                        : strcmp(code, pattern) == 0;
}

static int type_fits(sluice_text type, const char *pattern)
{
  size_t n = strlen(pattern);

  if (pattern[0] != '*')
    return type.n >= n && (n == 0 || memcmp(type.p, pattern, n) == 0);
  return type.n >= n - 1 &&
         memcmp(type.p + type.n - (n - 1), pattern + 1, n - 1) == 0;
}

/* The end of the path, whole names. */
static int path_fits(const char *path, const char *pattern)
{
  size_t n = strlen(path), k = strlen(pattern);

  if (k == 0)
    return 1;
  return n >= k && strcmp(path + n - k, pattern) == 0 &&
         (n == k || path[n - k - 1] == '.');
}

const char *lint_clients(const char *code, sluice_text type, const char *path)
{
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    if (code_fits(code, rows[i].code) && type_fits(type, rows[i].type) &&
        path_fits(path, rows[i].path))
      return rows[i].clients;
  return "";
}
