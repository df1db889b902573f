/* SPDX-License-Identifier: MIT */
#include "grow.h"
#include "check.h"

void grow_repeat(struct bytes *in, const char *s, size_t n)
{
  while (n-- > 0)
    bytes_puts(in, s);
}

/* A member of a delta whose string has n bytes. */
void grow_member(struct bytes *in, const char *before, size_t n,
                 const char *after)
{
  bytes_puts(in, DATA);
  bytes_puts(in, before);
  grow_repeat(in, "a", n);
  bytes_puts(in, after);
  bytes_puts(in, CLOSE);
}

void grow_text(struct bytes *in, size_t n)
{
  grow_member(in, "\"content\":\"", n, "\"");
}

void grow_letters(struct bytes *in, size_t n)
{
  grow_repeat(in, DATA "\"content\":\"a\"" CLOSE, n);
}

void grow_refusal(struct bytes *in, size_t n)
{
  grow_member(in, "\"refusal\":\"", n, "\"");
}

void grow_thought(struct bytes *in, size_t n)
{
  grow_member(in, "\"reasoning_content\":\"", n, "\"");
}

void grow_encrypted(struct bytes *in, size_t n)
{
  grow_member(
      in,
      "\"reasoning_details\":[{\"type\":\"reasoning.encrypted\",\"data\":\"", n,
      "\"}]");
}

void grow_arguments(struct bytes *in, size_t n)
{
  grow_member(
      in,
      "\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":"
      "\"f\",\"arguments\":\"",
      n, "\"}}]");
}

void grow_call_id(struct bytes *in, size_t n)
{
  grow_member(in, "\"tool_calls\":[{\"index\":0,\"id\":\"", n,
              "\",\"function\":{\"name\":\"f\"}}]");
}

void grow_call_name(struct bytes *in, size_t n)
{
  grow_member(
      in, "\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"",
      n, "\"}}]");
}

void grow_logprobs(struct bytes *in, size_t n)
{
  bytes_puts(in, "data: {\"choices\":[{\"index\":0,\"logprobs\":{\"content\":["
                 "{\"token\":\"");
  grow_repeat(in, "a", n);
  bytes_puts(in, ENTRY_REST "]},\"delta\":{\"content\":\"\"}}]}\n\n");
}

void grow_url(struct bytes *in, size_t n)
{
  grow_member(in,
              "\"annotations\":[{\"type\":\"url_citation\",\"url_citation\":{"
              "\"title\":\"t\",\"url\":\"",
              n, "\"}}]");
}

/* A member of the chunk itself. */
static void envelope(struct bytes *in, const char *name, size_t n)
{
  struct bytes value = {0};

  bytes_printf(&value, "\"%s\":\"", name);
  grow_repeat(&value, "a", n);
  bytes_puts(&value, "\",");
  bytes_printf(in, DATA_OF, value.p);
  bytes_free(&value);
}

void grow_model(struct bytes *in, size_t n)
{
  envelope(in, "model", n);
}

void grow_chunk_id(struct bytes *in, size_t n)
{
  envelope(in, "id", n);
}

void grow_tier(struct bytes *in, size_t n)
{
  envelope(in, "service_tier", n);
}

/* n bytes of data in one line; in two, joined by a line feed; as a body. */
void grow_one_line(struct bytes *in, size_t n)
{
  size_t before = in->n, around = sizeof(DATA "\"content\":\"\"}}]}") - 7;

  grow_text(in, n - around);
  assert_int_equal(in->n - before, n + 8);
}

void grow_two_lines(struct bytes *in, size_t n)
{
  static const char rest[] = "[{\"index\":0,\"delta\":{\"content\":\"\"}}]}";

  bytes_puts(in, "data: {\"choices\":\ndata: [{\"index\":0,\"delta\":{"
                 "\"content\":\"");
  grow_repeat(in, "a",
              n - (sizeof("{\"choices\":\n") - 1) - (sizeof(rest) - 1));
  bytes_puts(in, "\"}}]}\n\n");
}

void grow_body(struct bytes *in, size_t n)
{
  static const char close[] = "\"},\"finish_reason\":\"stop\"}]}";

  bytes_puts(in, "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"");
  grow_repeat(in, "a", n - in->n - (sizeof(close) - 1));
  bytes_puts(in, close);
}

void grow_levels(struct bytes *in, size_t n)
{
  struct bytes value = {0};

  bytes_puts(&value, "\"x\":");
  grow_repeat(&value, "[", n - 1);
  grow_repeat(&value, "]", n - 1);
  bytes_puts(&value, ",");
  bytes_printf(in, DATA_OF, value.p);
  bytes_free(&value);
}

/* The object, a key, the array and what is in it. */
void grow_values(struct bytes *in, size_t n)
{
  bytes_puts(in, "data: {\"x\":[0");
  grow_repeat(in, ",0", n - 4);
  bytes_puts(in, "]}\n\n");
}

/* Two deltas for chunk and choice, then one for each part; `pad` bytes more. */
static void parts_in(struct bytes *in, size_t n, size_t pad)
{
  bytes_puts(in, DATA "\"content\":[\"a\"");
  grow_repeat(in, ",\"a\"", n - 3);
  grow_repeat(in, " ", pad);
  bytes_puts(in, "]" CLOSE);
}

void grow_dense_deltas(struct bytes *in, size_t n)
{
  parts_in(in, n, 0);
}

void grow_many_deltas(struct bytes *in, size_t n)
{
  parts_in(in, n, (size_t)8 << 20);
}

/* Items in turn: thought, text, thought … */
void grow_items(struct bytes *in, size_t n)
{
  size_t i;

  for (i = 0; i < n; i++)
    (i % 2 == 0 ? grow_thought : grow_text)(in, 1);
}

void grow_kinds(struct bytes *in, size_t n)
{
  size_t i;

  for (i = 0; i < n; i++)
    (i % 2 == 0 ? grow_refusal : grow_text)(in, 1);
}

void grow_kinds_that_wait(struct bytes *in, size_t n)
{
  bytes_puts(in, OPEN_CALL);
  grow_kinds(in, n);
}

void grow_calls(struct bytes *in, size_t n)
{
  size_t i;

  for (i = 0; i < n; i++)
    bytes_printf(in,
                 DATA
                 "\"tool_calls\":[{\"index\":%zu,\"id\":\"c%zu\","
                 "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]" CLOSE,
                 i, i);
}

void grow_markers(struct bytes *in, size_t n)
{
  bytes_puts(in, DATA "\"content\":\"");
  grow_repeat(in, "<|file-a|>", n);
  bytes_puts(in, "\"" CLOSE);
}

void grow_markers_that_wait(struct bytes *in, size_t n)
{
  bytes_puts(in, OPEN_CALL);
  grow_markers(in, n);
}

void grow_urls(struct bytes *in, size_t n)
{
  size_t i;

  for (i = 1; i <= n; i++)
    grow_url(in, i);
}
