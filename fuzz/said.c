/* SPDX-License-Identifier: MIT */
#include "said.h"

#include <jansson.h>
#include <string.h>

#include "memory.h"
#include "reference.h"

static void clear(struct said *s)
{
  bytes_clear(&s->text);
  bytes_clear(&s->thought);
  bytes_clear(&s->refusal);
  bytes_clear(&s->calls);
  s->unsure = 0;
}

static json_t *load(sluice_str s)
{
  return json_loadb(s.p, s.n, JSON_ALLOW_NUL, NULL);
}

static void add(struct bytes *b, json_t *string)
{
  if (json_is_string(string))
    bytes_put(b, json_string_value(string), json_string_length(string));
}

/* Empty arguments are those of a call without any; white space behind them is
 * nothing. */
static void add_call(struct said *s, json_t *call)
{
  json_t *arguments = json_object_get(call, "arguments");
  size_t before;

  add(&s->calls, json_object_get(call, "name"));
  bytes_puts(&s->calls, " ");
  before = s->calls.n;
  add(&s->calls, arguments);
  while (s->calls.n > before &&
         memchr(" \t\r\n", s->calls.p[s->calls.n - 1], 4) != NULL)
    s->calls.n--;
  if (s->calls.n == before)
    bytes_puts(&s->calls, "{}");
  bytes_puts(&s->calls, "\n");
}

/* ---- a stream ------------------------------------------------------------ */

/* Reading stops at the end mark. */
struct reading {
  struct said *said;
  int done;
};

/* Has the object no member but these? */
static int has_only(json_t *object, const char *const keys[])
{
  const char *key;
  json_t *v;
  size_t i;

  json_object_foreach(object, key, v)
  {
    for (i = 0; keys[i] != NULL && strcmp(keys[i], key) != 0;)
      i++;
    if (keys[i] == NULL)
      return 0;
  }
  return json_is_object(object);
}

/* A string, or nothing. Returns 0 for anything else. */
static int add_plain(struct bytes *b, json_t *v)
{
  add(b, v);
  return v == NULL || json_is_null(v) || json_is_string(v);
}

static int read_choice(struct said *s, json_t *choice)
{
  static const char *const keys[] = {"index", "delta", "finish_reason", NULL};
  static const char *const delta_keys[] = {
      "role", "content", "refusal", "reasoning_content", "tool_calls", NULL};
  json_t *index = json_object_get(choice, "index");
  json_t *delta = json_object_get(choice, "delta");

  return has_only(choice, keys) && has_only(delta, delta_keys) &&
         (index == NULL ||
          (json_is_integer(index) && json_integer_value(index) == 0)) &&
         add_plain(&s->thought, json_object_get(delta, "reasoning_content")) &&
         add_plain(&s->text, json_object_get(delta, "content")) &&
         add_plain(&s->refusal, json_object_get(delta, "refusal"));
}

static int read_chunk(struct said *s, json_t *chunk)
{
  static const char *const keys[] = {
      "id",      "object", "created",      "model",
      "choices", "usage",  "service_tier", "system_fingerprint",
      NULL};
  json_t *choices = json_object_get(chunk, "choices");

  if (!has_only(chunk, keys) || !json_is_array(choices) ||
      json_array_size(choices) > 1)
    return 0;
  return json_array_size(choices) == 0 ||
         read_choice(s, json_array_get(choices, 0));
}

static void on_event(void *user, const sluice_sse_event *e)
{
  struct reading *r = (struct reading *)user;

  if (r->done || r->said->unsure || e->data.n == 0)
    return;
  if (e->data.n == 6 && memcmp(e->data.p, "[DONE]", 6) == 0)
    r->done = 1;
  else if (e->name.n > 0 || !e->ended || !read_chunk(r->said, load(e->data)))
    r->said->unsure = 1;
}

/* What begins like JSON is a body in place of a stream. */
static int is_body(sluice_str stream)
{
  size_t i = stream.n >= 3 && memcmp(stream.p, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

  while (i < stream.n && memchr(" \t\r\n", stream.p[i], 4) != NULL)
    i++;
  return i < stream.n && (stream.p[i] == '{' || stream.p[i] == '[');
}

void said_by_stream(struct said *s, sluice_str stream)
{
  static struct reference reference;
  struct reading r = {s, 0};

  clear(s);
  s->unsure = is_body(stream);
  memory_of_json();
  reference.max_payload = SIZE_MAX;
  reference.event = on_event;
  reference.user = &r;
  reference_decode(&reference, stream.p, stream.n);
  memory_forget();
}

/* ---- whole objects ------------------------------------------------------- */

static void read_message(struct said *s, json_t *message)
{
  json_t *calls = json_object_get(message, "tool_calls"), *v;
  json_t *legacy = json_object_get(message, "function_call");
  json_t *thought = json_object_get(message, "reasoning_content");
  size_t i;

  if (thought == NULL)
    thought = json_object_get(message, "reasoning");
  if (thought == NULL)
    thought = json_object_get(message, "reasoning_text");
  if (json_object_get(message, "reasoning_details") != NULL)
    s->unsure = 1;
  add(&s->text, json_object_get(message, "content"));
  add(&s->refusal, json_object_get(message, "refusal"));
  add(&s->thought, thought);
  json_array_foreach(calls, i, v)
  {
    add_call(s, json_object_get(v, "function"));
  }
  if (legacy != NULL)
    add_call(s, legacy);
}

void said_by_completion(struct said *s, sluice_str json)
{
  json_t *choices;

  clear(s);
  memory_of_json();
  choices = json_object_get(load(json), "choices");
  if (json_array_size(choices) != 1)
    s->unsure = 1;
  read_message(s, json_object_get(json_array_get(choices, 0), "message"));
  memory_forget();
}

static void read_item(struct said *s, json_t *item)
{
  json_t *part;
  size_t i;

  json_array_foreach(json_object_get(item, "content"), i, part)
  {
    add(&s->text, json_object_get(part, "text"));
    add(&s->refusal, json_object_get(part, "refusal"));
  }
  json_array_foreach(json_object_get(item, "summary"), i, part)
  {
    add(&s->thought, json_object_get(part, "text"));
  }
  if (json_object_get(item, "arguments") != NULL)
    add_call(s, item);
}

void said_by_response(struct said *s, sluice_str json)
{
  json_t *item;
  size_t i;

  clear(s);
  memory_of_json();
  json_array_foreach(json_object_get(load(json), "output"), i, item)
  {
    read_item(s, item);
  }
  memory_forget();
}

int said_same(const struct said *a, const struct said *b, int calls)
{
  return bytes_equal(&a->text, &b->text) &&
         bytes_equal(&a->thought, &b->thought) &&
         bytes_equal(&a->refusal, &b->refusal) &&
         (!calls || bytes_equal(&a->calls, &b->calls));
}
