/* SPDX-License-Identifier: MIT */
#include "asks.h"

static void put_call(struct bytes *out, size_t id)
{
  bytes_printf(out,
               "{\"type\":\"function_call\",\"call_id\":\"c%zu\",\"name\":"
               "\"f\",\"arguments\":\"{}\"},",
               id);
}

static void put_output(struct bytes *out, size_t id)
{
  bytes_printf(out,
               "{\"type\":\"function_call_output\",\"call_id\":\"c%zu\","
               "\"output\":\"o\"},",
               id);
}

void each_asked_pair(struct bytes *out, size_t i, size_t n)
{
  (void)n;
  put_call(out, i);
  put_output(out, i);
}

/* The first half calls, the second answers. */
void each_asked_reverse(struct bytes *out, size_t i, size_t n)
{
  if (i < n / 2)
    put_call(out, i);
  else if (i < n / 2 * 2)
    put_output(out, n / 2 * 2 - 1 - i);
}

void each_asked_shell(struct bytes *out, size_t i, size_t n)
{
  (void)n;
  bytes_printf(out,
               "{\"type\":\"local_shell_call\",\"call_id\":\"c%zu\","
               "\"action\":{}},{\"type\":\"local_shell_call_output\",\"id\":"
               "\"c%zu\",\"output\":\"\"},",
               i, i);
}

void each_asked_tool(struct bytes *out, size_t i, size_t n)
{
  (void)n;
  bytes_printf(out, "{\"type\":\"custom\",\"name\":\"t%zu\"},", i);
}

void each_asked_long(struct bytes *out, size_t i, size_t n)
{
  (void)n;
  bytes_printf(out, "{\"type\":\"function\",\"name\":\"%064d%zu\"},", 0, i);
}

void each_asked_space(struct bytes *out, size_t i, size_t n)
{
  (void)n;
  bytes_printf(out,
               "{\"type\":\"namespace\",\"name\":\"n%zu\",\"tools\":[{"
               "\"type\":\"function\",\"name\":\"f\"}]},",
               i);
}

void each_asked_tool_and_words(struct bytes *out, size_t i, size_t n)
{
  if (i < n / 2)
    bytes_printf(out, "%s{\"type\":\"custom\",\"name\":\"t%zu\"}",
                 i > 0 ? "," : "", i);
  else
    bytes_puts(out, i == n / 2 ? "],\"description\":\"" : "words words words ");
}
