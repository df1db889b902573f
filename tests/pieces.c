/* SPDX-License-Identifier: MIT */
#include "pieces.h"

#define LLU(i) ((unsigned long long)(i))

/* A number that looks like any, and is another for each i. */
static unsigned long long spread(size_t i)
{
  return LLU(i) * 0x9e3779b97f4a7c15u;
}

/* ---- calls --------------------------------------------------------------- */

static void call_at(struct bytes *b, long long index, size_t id)
{
  bytes_printf(b,
               "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":"
               "%lld,\"id\":\"call_%llu\"," FUNCTION("f", "{}") "}]}}]}\n\n",
               index, LLU(id));
}

void each_calls_ascending(struct bytes *b, size_t i, size_t n)
{
  (void)n;
  call_at(b, (long long)i, i);
}

void each_calls_descending(struct bytes *b, size_t i, size_t n)
{
  call_at(b, (long long)(n - i), i);
}

void each_calls_sparse(struct bytes *b, size_t i, size_t n)
{
  (void)n;
  call_at(b, (long long)(spread(i) >> 1), i);
}

void each_calls_negative(struct bytes *b, size_t i, size_t n)
{
  (void)n;
  call_at(b, -(long long)(spread(i) >> 1), i);
}

void each_calls_one_index(struct bytes *b, size_t i, size_t n)
{
  (void)n;
  call_at(b, 0, i);
}

void each_calls_one_id(struct bytes *b, size_t i, size_t n)
{
  (void)n;
  call_at(b, (long long)i, 0);
}

/* From 2^31 to beyond 2^64: the last ones are one and the same. */
void each_calls_beyond(struct bytes *b, size_t i, size_t n)
{
  (void)n;
  bytes_printf(b,
               "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":"
               "%llu%s,\"id\":\"call_%llu\"," FUNCTION("f", "{}") "}]}}]}\n\n",
               spread(i) | 0x80000000u, i % 2 ? "" : "7", LLU(i));
}

void each_calls_no_id(struct bytes *b, size_t i, size_t n)
{
  (void)n;
  bytes_printf(b,
               "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":"
               "%llu," FUNCTION("f", "{}") "}]}}]}\n\n",
               LLU(i));
}

void each_calls_no_index(struct bytes *b, size_t i, size_t n)
{
  (void)n;
  bytes_printf(b,
               "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"id\":"
               "\"call_%llu\"," FUNCTION("f", "{}") "}]}}]}\n\n",
               LLU(i));
}

/* All are begun, then all go on, in the order of their numbers. */
static void robin(struct bytes *b, size_t i, size_t n, const char *label)
{
  size_t half = (n + 1) / 2;

  if (i < half)
    bytes_printf(b,
                 "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{%s%llu"
                 "\"," FUNCTION("f", "[") "}]}}]}\n\n",
                 label, LLU(i));
  else
    bytes_printf(b,
                 "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{%s%llu"
                 "\"," MORE("]") "}]}}]}\n\n",
                 label, LLU(i - half));
}

void each_calls_robin(struct bytes *b, size_t i, size_t n)
{
  robin(b, i, n, "\"index\":\"");
}

void each_calls_robin_ids(struct bytes *b, size_t i, size_t n)
{
  robin(b, i, n, "\"id\":\"call_");
}

/* The id of each call comes with its second piece. */
void each_calls_late_ids(struct bytes *b, size_t i, size_t n)
{
  size_t half = (n + 1) / 2;

  if (i < half)
    each_calls_no_id(b, i, n);
  else
    bytes_printf(b,
                 "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\""
                 ":%llu,\"id\":\"call_%llu\"}]}}]}\n\n",
                 LLU(i - half), LLU(i));
}

/* Arguments at a label that nobody knows, and a half of a character, which is
 * none yet: the last call takes the label again and again. */
void each_calls_stray(struct bytes *b, size_t i, size_t n)
{
  (void)n;
  bytes_printf(b,
               "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":"
               "%llu," MORE("\\ud83d") "}]}}]}\n\n",
               LLU(i));
}

void each_call_entry(struct bytes *b, size_t i, size_t n)
{
  (void)n;
  bytes_printf(
      b, "%s{\"index\":%llu,\"id\":\"call_%llu\"," FUNCTION("f", "{}") "}",
      i > 0 ? "," : "", LLU(i), LLU(i));
}

void each_call_unnamed(struct bytes *b, size_t i, size_t n)
{
  (void)n;
  bytes_printf(b,
               "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":"
               "%llu,\"id\":\"call_%llu\"}]}}]}\n\n",
               LLU(i), LLU(i));
}

void each_hosted_call(struct bytes *b, size_t i, size_t n)
{
  (void)n;
  bytes_printf(b,
               "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":"
               "%llu,\"id\":\"call_%llu\"," FUNCTION("look", "{}") "}]}}]}\n\n",
               LLU(i), LLU(i));
}

/* ---- choices ------------------------------------------------------------- */

static void choice_at(struct bytes *b, unsigned long long index)
{
  bytes_printf(b,
               "data: {\"choices\":[{\"index\":%llu,\"delta\":{\"content\":"
               "\"a\"},\"finish_reason\":\"stop\"}]}\n\n",
               index);
}

void each_choices_ascending(struct bytes *b, size_t i, size_t n)
{
  (void)n;
  choice_at(b, i);
}

void each_choices_descending(struct bytes *b, size_t i, size_t n)
{
  choice_at(b, n - i);
}

void each_choices_robin(struct bytes *b, size_t i, size_t n)
{
  choice_at(b, i % ((n + 1) / 2));
}

void each_choice_entry(struct bytes *b, size_t i, size_t n)
{
  (void)n;
  bytes_printf(b, "%s{\"index\":%llu,\"delta\":{\"content\":\"a\"}}",
               i > 0 ? "," : "", LLU(i));
}

/* ---- citations ----------------------------------------------------------- */

void each_marker(struct bytes *b, size_t i, size_t n)
{
  (void)n;
  bytes_printf(b, " <|file-%llu|>", LLU(i));
}

/* One character a delta. */
void each_marker_letter(struct bytes *b, size_t i, size_t n)
{
  static const char text[] = "a <|file-abc|>";

  (void)n;
  bytes_printf(b, "data: {\"choices\":[{\"delta\":{\"content\":\"%c\"}}]}\n\n",
               text[i % (sizeof(text) - 1)]);
}

static void url(struct bytes *b, size_t i, unsigned long long from,
                unsigned long long to)
{
  bytes_printf(b,
               "data: {\"choices\":[{\"delta\":{\"annotations\":[{\"type\":"
               "\"url_citation\",\"url_citation\":{\"url\":\"http://a/%llu"
               "\",\"title\":\"a\",\"start_index\":%llu,\"end_index\":%llu}}"
               "]}}]}\n\n",
               LLU(i), from, to);
}

/* They wait for text that comes a letter at a time: those that came last are
 * shown first. */
void each_urls_staggered(struct bytes *b, size_t i, size_t n)
{
  size_t half = (n + 1) / 2;

  if (i < half)
    url(b, i, 0, half - i);
  else
    bytes_puts(b, TEXT("a"));
}

/* They wait for what never comes, while one item after the other ends. */
void each_urls_waiting(struct bytes *b, size_t i, size_t n)
{
  size_t half = (n + 1) / 2;

  if (i < half)
    url(b, i, 1000000000, 1000000001);
  else
    bytes_puts(b, i % 2 ? TEXT("a") : THOUGHT("a"));
}

void each_urls_no_text(struct bytes *b, size_t i, size_t n)
{
  (void)n;
  url(b, i, 0, i);
}

/* Each cites the text behind many markers that were taken out. */
void each_urls_behind_markers(struct bytes *b, size_t i, size_t n)
{
  size_t half = (n + 1) / 2;

  if (i < half)
    bytes_puts(b, TEXT("a <|file-a|>"));
  else
    url(b, i, 1, 12 * half - (i - half));
}

void each_url_entry(struct bytes *b, size_t i, size_t n)
{
  (void)n;
  bytes_printf(b,
               "%s{\"type\":\"url_citation\",\"url\":\"http://a/%llu\","
               "\"start_index\":0,\"end_index\":1}",
               i > 0 ? "," : "", LLU(i));
}

void each_url_string(struct bytes *b, size_t i, size_t n)
{
  (void)n;
  bytes_printf(b, "%s\"http://a/%llu\"", i > 0 ? "," : "", LLU(i));
}

/* ---- JSON ---------------------------------------------------------------- */

void each_key(struct bytes *b, size_t i, size_t n)
{
  (void)n;
  bytes_printf(b, "\"k%llu\":1,", LLU(i));
}

void each_string_key(struct bytes *b, size_t i, size_t n)
{
  (void)n;
  bytes_printf(b, "\"k%llu\":\"v\",", LLU(i));
}

void each_same_key(struct bytes *b, size_t i, size_t n)
{
  (void)i;
  (void)n;
  bytes_puts(b, "\"content\":\"a\",");
}

/* Half the pieces go down a level, half go up again. */
void each_nested(struct bytes *b, size_t i, size_t n)
{
  bytes_puts(b, i < (n + 1) / 2 ? "[" : "]");
  if (i == n - 1 && n % 2 == 1)
    bytes_puts(b, "]");
}

void each_nul(struct bytes *b, size_t i, size_t n)
{
  (void)i;
  (void)n;
  bytes_put(b, "", 1);
}

void each_tool(struct bytes *b, size_t i, size_t n)
{
  (void)n;
  bytes_printf(b,
               "%s{\"type\":\"function\",\"name\":\"f%llu\",\"parameters\":"
               "{\"type\":\"object\"}}",
               i > 0 ? "," : "", LLU(i));
}

void each_cumulative(struct bytes *b, size_t i, size_t n)
{
  size_t k;

  (void)n;
  bytes_puts(b, OPEN_TEXT);
  for (k = 0; k <= i; k++)
    bytes_puts(b, "ab ");
  bytes_puts(b, CLOSE_TEXT);
}

/* All that a stream says of itself is another thing in each chunk. */
void each_meta(struct bytes *b, size_t i, size_t n)
{
  (void)n;
  bytes_printf(b,
               "data: {\"id\":\"c%llu\",\"model\":\"m%llu\",\"created\":%llu"
               ",\"service_tier\":\"%s\",\"system_fingerprint\":\"p%llu\","
               "\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n",
               LLU(i), LLU(i), LLU(i), i % 2 ? "default" : "odd", LLU(i));
}

/* ---- events -------------------------------------------------------------- */

/* All items are added, then all are done, the last one first. */
void each_items_nested(struct bytes *b, size_t i, size_t n)
{
  size_t half = (n + 1) / 2;
  size_t at = i < half ? i : n - 1 - i;

  bytes_printf(b,
               "event: response.output_item.%s\ndata: {\"type\":\""
               "response.output_item.%s\",\"output_index\":%llu,\"item\":"
               "{\"id\":\"i%llu\",\"type\":\"message\",\"content\":[]}}"
               "\n\n",
               i < half ? "added" : "done", i < half ? "added" : "done",
               LLU(at), LLU(at));
}

/* Something grows, then is said to be done again and again. */
void each_text_again(struct bytes *b, size_t i, size_t n)
{
  if (i < (n + 1) / 2)
    bytes_puts(b,
               EVENT_PART("output_text.delta", "\"delta\":\"" A16 "\","
                                               "\"logprobs\":[" LOGPROB "]"));
  else
    bytes_puts(
        b, EVENT_PART("output_text.done", "\"text\":\"a\",\"logprobs\":[]"));
}

void each_part_again(struct bytes *b, size_t i, size_t n)
{
  if (i < (n + 1) / 2)
    bytes_puts(b,
               EVENT_PART("output_text.delta", "\"delta\":\"" A16 "\","
                                               "\"logprobs\":[" LOGPROB "]"));
  else
    bytes_puts(b, EVENT_PART("content_part.done",
                             "\"part\":{\"type\":"
                             "\"output_text\",\"text\":\"a\"}"));
}

void each_item_again(struct bytes *b, size_t i, size_t n)
{
  if (i < (n + 1) / 2)
    bytes_puts(b,
               EVENT_PART("output_text.delta", "\"delta\":\"" A16 "\","
                                               "\"logprobs\":[" LOGPROB "]"));
  else
    bytes_puts(b, EVENT_ITEM("done", "message", ",\"content\":[]"));
}

void each_arguments_again(struct bytes *b, size_t i, size_t n)
{
  if (i < (n + 1) / 2)
    bytes_puts(b, EVENT_PART("function_call_arguments.delta",
                             "\"delta\":\"" A64 "\""));
  else
    bytes_puts(
        b, EVENT_PART("function_call_arguments.done", "\"arguments\":\"1\""));
}
