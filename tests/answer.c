/* SPDX-License-Identifier: MIT */
#include "answer.h"

#include <jansson.h>
#include <string.h>

static void add(struct bytes *sum, json_t *object, const char *key)
{
  json_t *v = json_object_get(object, key);

  bytes_put(sum, json_string_value(v), json_string_length(v));
}

static void add_parts(struct answer *a, json_t *item)
{
  json_t *part, *list = json_object_get(item, "content");
  int thought = json_object_get(item, "summary") != NULL;
  size_t i;

  json_array_foreach(list, i, part)
  {
    if (json_object_get(part, "refusal") != NULL)
      add(&a->refusal, part, "refusal");
    else
      add(thought ? &a->thought : &a->text, part, "text");
  }
  list = json_object_get(item, "summary");
  json_array_foreach(list, i, part) add(&a->thought, part, "text");
}

static void add_item(struct answer *a, json_t *item)
{
  const char *type = json_string_value(json_object_get(item, "type"));

  if (type != NULL && strcmp(type, "function_call") == 0) {
    if (a->call_count == ANSWER_CALLS)
      return;
    bytes_puts(&a->calls[a->call_count].name, "");
    bytes_puts(&a->calls[a->call_count].arguments, "");
    add(&a->calls[a->call_count].name, item, "name");
    add(&a->calls[a->call_count++].arguments, item, "arguments");
  } else {
    add_parts(a, item);
  }
}

/* The data of the last event. */
static const char *last_data(const struct bytes *wire)
{
  const char *at = wire->p, *last = NULL;

  while ((at = strstr(at, "\ndata: ")) != NULL)
    last = at += 7;
  return last;
}

int answer_read(struct answer *a, const struct bytes *wire)
{
  const char *data = last_data(wire);
  json_t *event =
             data == NULL
                 ? NULL
                 : json_loads(data, JSON_ALLOW_NUL | JSON_DISABLE_EOF_CHECK,
                              NULL),
         *response = json_object_get(event, "response"), *item, *output;
  size_t i;

  memset(a, 0, sizeof(*a));
  bytes_puts(&a->text, "");
  bytes_puts(&a->thought, "");
  bytes_puts(&a->refusal, "");
  output = json_object_get(response, "output");
  json_array_foreach(output, i, item) add_item(a, item);
  i = response != NULL;
  json_decref(event);
  return i != 0;
}

void answer_free(struct answer *a)
{
  bytes_free(&a->text);
  bytes_free(&a->thought);
  bytes_free(&a->refusal);
  while (a->call_count > 0) {
    a->call_count--;
    bytes_free(&a->calls[a->call_count].name);
    bytes_free(&a->calls[a->call_count].arguments);
  }
}
