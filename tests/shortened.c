/* SPDX-License-Identifier: MIT */
#include "shortened.h"

#include <string.h>

/* The length of the event at p: up to its blank line. */
static size_t event_length(const char *p)
{
  const char *end = strstr(p, "\n\n");

  return end == NULL ? strlen(p) : (size_t)(end - p) + 2;
}

static int ends_with(const char *p, size_t n, const char *end)
{
  size_t m = strlen(end);

  return n >= m && memcmp(p + n - m, end, m) == 0;
}

/* An event that only ends something, or begins the response. */
static int is_closing(const char *event)
{
  static const char *const ends[] = {".done", ".failed", ".completed"};
  static const char *const types[] = {"error\n", "response.created\n",
                                      "response.in_progress\n"};
  const char *type = event + strlen("event: ");
  size_t i;

  for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
    if (ends_with(type, strcspn(type, "\n"), ends[i]))
      return 1;
  for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
    if (strncmp(type, types[i], strlen(types[i])) == 0)
      return 1;
  return 0;
}

size_t shortened_at(const struct bytes *out, const struct bytes *good)
{
  size_t at = 0, n;

  while (at < out->n) {
    n = event_length(out->p + at);
    if (at + n > good->n || memcmp(out->p + at, good->p + at, n) != 0)
      break;
    at += n;
  }
  return at;
}

int shortened_only_ends(const struct bytes *out, size_t at)
{
  for (; at < out->n; at += event_length(out->p + at))
    if (!is_closing(out->p + at))
      return 0;
  return 1;
}

int shortened_may(const char *wrong, const struct bytes *out, size_t at,
                  const struct bytes *good)
{
  static const char item_done[] = "event: response.output_item.done\n";
  static const char item_added[] = "event: response.output_item.added\n";

  return strstr(wrong, "not completed, but its last message is") != NULL &&
         strstr(out->p + at, item_done) == NULL &&
         strstr(good->p + at, item_added) != NULL;
}
