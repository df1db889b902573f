/* SPDX-License-Identifier: MIT */
#include "laws_shape.h"

#include <string.h>

#include "laws_wire.h"

static char letter_of(json_t *v)
{
  switch (json_typeof(v)) {
  case JSON_OBJECT:
    return 'o';
  case JSON_ARRAY:
    return 'a';
  case JSON_STRING:
    return 's';
  case JSON_INTEGER:
    return 'i';
  case JSON_REAL:
    return 'r';
  case JSON_TRUE:
  case JSON_FALSE:
    return 'b';
  case JSON_NULL:
  default:
    return 'n';
  }
}

static int has_type(json_t *v, const char *types)
{
  char is = letter_of(v);

  if (is == 's' && strchr(types, 'S') != NULL)
    return json_string_length(v) > 0;
  if (is == 'i' && strchr(types, 'r') != NULL)
    return 1;
  if (is == 'i' && json_integer_value(v) < 0)
    return 0;
  return strchr(types, is) != NULL;
}

static int is_member(const struct member *members, const char *key)
{
  for (; members->key != NULL; members++)
    if (strcmp(members->key, key) == 0)
      return 1;
  return 0;
}

int shape_members(json_t *object, const struct member *members,
                  const char *what, struct bytes *wrong)
{
  const struct member *m;
  const char *key;
  json_t *v;

  if (!json_is_object(object)) {
    bytes_printf(wrong, "%s is no object", what);
    return 0;
  }
  for (m = members; m->key != NULL; m++) {
    v = json_object_get(object, m->key);
    if (v == NULL && strchr(m->types, '?') != NULL)
      continue;
    if (v == NULL) {
      bytes_printf(wrong, "%s has no `%s`", what, m->key);
      return 0;
    }
    if (!has_type(v, m->types)) {
      bytes_printf(wrong, "`%s` of %s has a wrong value", m->key, what);
      return 0;
    }
  }
  json_object_foreach(object, key, v)
  {
    if (!is_member(members, key)) {
      bytes_printf(wrong, "%s has an unknown `%.40s`", what, key);
      return 0;
    }
  }
  return 1;
}

/* Every member that the published schema requires or that real responses have;
 * output_text is what SDKs compute. */
static const struct member response_members[] = {
    {"id", "S"},
    {"object", "s"},
    {"created_at", "i"},
    {"status", "s"},
    {"background", "b"},
    {"completed_at", "in"},
    {"conversation", "on?"},
    {"error", "on"},
    {"frequency_penalty", "r"},
    {"incomplete_details", "on"},
    {"instructions", "san"},
    {"max_output_tokens", "in"},
    {"max_tool_calls", "in"},
    {"metadata", "o"},
    {"model", "s"},
    {"moderation", "on?"},
    {"output", "a"},
    {"parallel_tool_calls", "b"},
    {"presence_penalty", "r"},
    {"previous_response_id", "sn"},
    {"prompt", "on?"},
    {"prompt_cache_key", "sn"},
    {"prompt_cache_options", "on?"},
    {"prompt_cache_retention", "sn"},
    {"reasoning", "on"},
    {"safety_identifier", "sn"},
    {"service_tier", "sn"},
    {"store", "b"},
    {"temperature", "rn"},
    {"text", "o"},
    {"tool_choice", "so"},
    {"tool_usage", "on?"},
    {"tools", "a"},
    {"top_logprobs", "in"},
    {"top_p", "rn"},
    {"truncation", "sn"},
    {"usage", "on"},
    {"user", "sn"},
    {NULL, NULL}};

static const struct member usage_members[] = {
    {"input_tokens", "i"},  {"input_tokens_details", "o"},
    {"output_tokens", "i"}, {"output_tokens_details", "o"},
    {"total_tokens", "i"},  {NULL, NULL}};

static const struct member input_members[] = {
    {"cached_tokens", "i"}, {"cache_write_tokens", "i"}, {NULL, NULL}};

static const struct member output_members[] = {{"reasoning_tokens", "i"},
                                               {NULL, NULL}};

static const struct member error_members[] = {
    {"code", "S"}, {"message", "S"}, {NULL, NULL}};

static const struct member incomplete_members[] = {{"reason", "S"},
                                                   {NULL, NULL}};

static const struct member logprob_members[] = {{"token", "s"},
                                                {"logprob", "r"},
                                                {"bytes", "an?"},
                                                {"top_logprobs", "a?"},
                                                {NULL, NULL}};

static json_int_t integer(json_t *object, const char *key)
{
  return json_integer_value(json_object_get(object, key));
}

static int usage_adds_up(json_t *usage, struct bytes *wrong)
{
  json_t *in = json_object_get(usage, "input_tokens_details");
  json_t *out = json_object_get(usage, "output_tokens_details");
  json_int_t input, output;

  if (!shape_members(usage, usage_members, "usage", wrong) ||
      !shape_members(in, input_members, "input_tokens_details", wrong) ||
      !shape_members(out, output_members, "output_tokens_details", wrong))
    return 0;
  input = integer(usage, "input_tokens");
  output = integer(usage, "output_tokens");
  if (integer(usage, "total_tokens") - output != input)
    bytes_puts(wrong, "total_tokens is not input + output");
  else if (integer(in, "cached_tokens") > input)
    bytes_puts(wrong, "cached_tokens is more than input_tokens");
  else if (integer(in, "cache_write_tokens") > input)
    bytes_puts(wrong, "cache_write_tokens is more than input_tokens");
  else if (integer(out, "reasoning_tokens") > output)
    bytes_puts(wrong, "reasoning_tokens is more than output_tokens");
  return wrong->n == 0;
}

int shape_response(json_t *response, struct bytes *wrong)
{
  json_t *v;

  if (!shape_members(response, response_members, "the response", wrong))
    return 0;
  v = json_object_get(response, "object");
  if (strcmp(json_string_value(v), "response") != 0) {
    bytes_puts(wrong, "`object` is not \"response\"");
    return 0;
  }
  v = json_object_get(response, "usage");
  if (!json_is_null(v) && !usage_adds_up(v, wrong))
    return 0;
  v = json_object_get(response, "error");
  if (!json_is_null(v) &&
      !shape_members(v, error_members, "`error` of the response", wrong))
    return 0;
  v = json_object_get(response, "incomplete_details");
  return json_is_null(v) ||
         shape_members(v, incomplete_members, "incomplete_details", wrong);
}

static int may_change(const char *key)
{
  static const char *const keys[] = {"status",
                                     "output",
                                     "usage",
                                     "completed_at",
                                     "error",
                                     "service_tier",
                                     "incomplete_details"};
  size_t i;

  for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
    if (strcmp(keys[i], key) == 0)
      return 1;
  return 0;
}

int shape_same_response(json_t *before, json_t *now, struct bytes *wrong)
{
  const char *key;
  json_t *v;

  json_object_foreach(before, key, v)
  {
    if (!may_change(key) && !json_equal(v, json_object_get(now, key))) {
      bytes_printf(wrong, "`%s` of the response changed", key);
      return 0;
    }
  }
  if (json_object_size(before) != json_object_size(now)) {
    bytes_puts(wrong, "the response gained a member");
    return 0;
  }
  return 1;
}

int shape_logprobs(json_t *array, struct bytes *wrong)
{
  json_t *entry;
  size_t i;

  if (!json_is_array(array)) {
    bytes_puts(wrong, "logprobs is no array");
    return 0;
  }
  json_array_foreach(array, i, entry)
  {
    if (!shape_members(entry, logprob_members, "an entry of logprobs", wrong))
      return 0;
  }
  return 1;
}

/* A citation stands where the text ends at its time, a URL in what was sent. */
int shape_note(json_t *note, sluice_unit unit, const struct bytes *text,
               struct bytes *wrong)
{
  static const struct member file[] = {{"type", "S"},
                                       {"file_id", "S"},
                                       {"filename", "S"},
                                       {"index", "i"},
                                       {NULL, NULL}};
  static const struct member url[] = {{"type", "S"},      {"url", "S"},
                                      {"title", "s"},     {"start_index", "i"},
                                      {"end_index", "i"}, {NULL, NULL}};
  int is_url = strcmp(wire_string(note, "type"), "url_citation") == 0;
  uint64_t length = wire_length(unit, text);

  if (!shape_members(note, is_url ? url : file, "the annotation", wrong))
    return 0;
  if (is_url) {
    if (integer(note, "start_index") > integer(note, "end_index") ||
        (uint64_t)integer(note, "end_index") > length)
      bytes_puts(wrong, "a range beyond the text so far");
  } else if (strcmp(wire_string(note, "type"), "file_citation") != 0) {
    bytes_puts(wrong, "an annotation of unknown type");
  } else if ((uint64_t)integer(note, "index") != length) {
    bytes_printf(wrong, "index %llu, but the text so far is %llu long",
                 (unsigned long long)integer(note, "index"),
                 (unsigned long long)length);
  }
  return wrong->n == 0;
}

int shape_padding(json_t *event, struct bytes *wrong)
{
  json_t *padding = json_object_get(event, "obfuscation");
  json_t *delta = json_object_get(event, "delta");
  struct bytes both = {0};
  uint64_t n;

  if (padding == NULL)
    return 1;
  bytes_put(&both, json_string_value(delta), json_string_length(delta));
  bytes_puts(&both, json_string_value(padding));
  n = wire_length(SLUICE_UNIT_CODEPOINT, &both);
  bytes_free(&both);
  if (n % 16 != 0)
    bytes_printf(wrong, "delta and obfuscation are %llu long",
                 (unsigned long long)n);
  return n % 16 == 0;
}
