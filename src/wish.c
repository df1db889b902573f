/* SPDX-License-Identifier: MIT */
#include "wish.h"

/* ---- the table --------------------------------------------------------- */

enum wish_rule {
  WISH_COPY,   /* under the name `chat`, when it has this type */
  WISH_KNOWN,  /* read elsewhere, or nothing for an upstream */
  WISH_STORED, /* needs a store: refused when it is given and not false */
  WISH_CHAT    /* a member of chat requests that is never passed on: it is
                  written from what the API has in its place */
};

static const struct wish {
  const char *name;
  enum wish_rule rule;
  const char *chat;
  enum json_type type;
  enum fault_kind fault;
} wishes[] = {
#define COPY(name, chat, type)                                                 \
  {                                                                            \
    name, WISH_COPY, chat, type, FAULT_COUNT                                   \
  }
#define KNOWN(name)                                                            \
  {                                                                            \
    name, WISH_KNOWN, NULL, JSON_NONE, FAULT_COUNT                             \
  }
#define STORED(name, fault)                                                    \
  {                                                                            \
    name, WISH_STORED, NULL, JSON_NONE, fault                                  \
  }
#define CHAT(name)                                                             \
  {                                                                            \
    name, WISH_CHAT, NULL, JSON_NONE, FAULT_COUNT                              \
  }
    COPY("temperature", "temperature", JSON_NUMBER),
    COPY("top_p", "top_p", JSON_NUMBER),
    COPY("frequency_penalty", "frequency_penalty", JSON_NUMBER),
    COPY("presence_penalty", "presence_penalty", JSON_NUMBER),
    COPY("service_tier", "service_tier", JSON_STRING),
    COPY("user", "user", JSON_STRING),
    COPY("safety_identifier", "safety_identifier", JSON_STRING),
    COPY("prompt_cache_key", "prompt_cache_key", JSON_STRING),
    COPY("prompt_cache_retention", "prompt_cache_retention", JSON_STRING),
    KNOWN("model"),
    KNOWN("instructions"),
    KNOWN("input"),
    KNOWN("tools"),
    KNOWN("tool_choice"),
    KNOWN("parallel_tool_calls"),
    KNOWN("max_tool_calls"),
    KNOWN("max_output_tokens"),
    KNOWN("top_logprobs"),
    KNOWN("include"),
    KNOWN("reasoning"),
    KNOWN("text"),
    KNOWN("stream"),
    KNOWN("stream_options"),
    /* Of a store, or for people: the response shows it, or nobody does. */
    KNOWN("metadata"),
    KNOWN("store"),
    KNOWN("truncation"),
    KNOWN("context_management"),
    KNOWN("client_metadata"),
    STORED("previous_response_id", FAULT_PREVIOUS),
    STORED("conversation", FAULT_CONVERSATION),
    STORED("background", FAULT_BACKGROUND),
    STORED("prompt", FAULT_PROMPT),
    CHAT("messages"),
    CHAT("n"),
    CHAT("functions"),
    CHAT("function_call"),
    CHAT("max_tokens"),
    CHAT("max_completion_tokens"),
    CHAT("reasoning_effort"),
    CHAT("response_format"),
    CHAT("verbosity"),
    CHAT("logprobs"),
};

#define WISH_COUNT (sizeof(wishes) / sizeof(wishes[0]))

static uint32_t get(const struct asked *a, uint32_t object, const char *key)
{
  return sluice__json_get(&a->json, object, key);
}

/* ---- what is refused, and what the translator is told ------------------ */

static int read_stream(struct asked *a, struct wishes *w)
{
  static const struct place place = {NULL, "stream_options", 0};
  uint32_t stream, options, obfuscation;
  int rv = sluice__asked_member(a, NULL, 0, "stream", JSON_TRUE, &stream);

  w->streams = sluice__json_type(&a->json, stream) == JSON_TRUE;
  if (rv == 0)
    rv = sluice__asked_member(a, NULL, 0, "stream_options", JSON_OBJECT,
                              &options);
  if (rv == 0)
    rv = sluice__asked_member(a, &place, options, "include_obfuscation",
                              JSON_TRUE, &obfuscation);
  if (rv == 0)
    w->obfuscation = sluice__json_type(&a->json, obfuscation) == JSON_TRUE;
  return rv;
}

static int read_max_calls(struct asked *a, struct wishes *w)
{
  static const struct place place = {NULL, "max_tool_calls", 0};
  uint32_t node;
  int64_t calls = 0;
  int rv =
      sluice__asked_member(a, NULL, 0, "max_tool_calls", JSON_NUMBER, &node);

  if (rv != 0 || node == JSON_ABSENT)
    return rv;
  if (!sluice__json_integral(&a->json, node, &calls) || calls < 1)
    return sluice__asked_fault(a, FAULT_VALUE, &place, node);
  w->max_tool_calls = calls < UINT32_MAX ? (uint32_t)calls : UINT32_MAX;
  return 0;
}

int sluice__wish_check(struct asked *a, struct wishes *w)
{
  size_t i;
  int rv;

  memset(w, 0, sizeof(*w));
  rv = read_stream(a, w);
  for (i = 0; rv == 0 && i < WISH_COUNT; i++) {
    struct place place = sluice__place_member(NULL, wishes[i].name);
    uint32_t node = get(a, 0, wishes[i].name);

    if (wishes[i].rule == WISH_STORED && sluice__asked_given(a, node) &&
        sluice__json_type(&a->json, node) != JSON_FALSE)
      rv = sluice__asked_fault(a, wishes[i].fault, &place, JSON_ABSENT);
  }
  return rv == 0 ? read_max_calls(a, w) : rv;
}

/* ---- members with a form of their own ---------------------------------- */

static int put_schema(struct asked *a, const struct place *place,
                      uint32_t format)
{
  static const char *const keys[] = {"name", "description", "schema", "strict"};
  uint32_t name, schema;
  size_t i;
  int rv;

  rv = sluice__asked_required(a, place, format, "name", JSON_STRING, &name);
  if (rv == 0)
    rv = sluice__asked_required(a, place, format, "schema", JSON_OBJECT,
                                &schema);
  if (rv != 0 || !sluice__asked_begin(a, "response_format"))
    return rv;
  sluice__buf_lit(&a->chat, "{\"type\":\"json_schema\",\"json_schema\":{");
  for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
    sluice__asked_copy_into(a, &a->chat, keys[i], get(a, format, keys[i]));
  sluice__buf_lit(&a->chat, "}}");
  return 0;
}

static int put_format(struct asked *a, uint32_t format)
{
  static const struct place text = {NULL, "text", 0};
  static const struct place place = {&text, "format", 0};
  static const struct place type_place = {&place, "type", 0};
  uint32_t type;
  int rv;

  if (format == JSON_ABSENT)
    return 0;
  rv = sluice__asked_required(a, &place, format, "type", JSON_STRING, &type);
  if (rv != 0 || sluice__json_is(&a->json, type, "text"))
    return rv;
  if (sluice__json_is(&a->json, type, "json_schema"))
    return put_schema(a, &place, format);
  if (!sluice__json_is(&a->json, type, "json_object"))
    return sluice__asked_fault(a, FAULT_FORMAT, &type_place, type);
  if (sluice__asked_begin(a, "response_format"))
    sluice__buf_lit(&a->chat, "{\"type\":\"json_object\"}");
  return 0;
}

static int put_text(struct asked *a)
{
  static const struct place place = {NULL, "text", 0};
  uint32_t text, format, verbosity;
  int rv = sluice__asked_member(a, NULL, 0, "text", JSON_OBJECT, &text);

  if (rv == 0)
    rv = sluice__asked_member(a, &place, text, "format", JSON_OBJECT, &format);
  if (rv == 0)
    rv = sluice__asked_member(a, &place, text, "verbosity", JSON_STRING,
                              &verbosity);
  if (rv == 0)
    rv = put_format(a, format);
  if (rv == 0)
    sluice__asked_copy(a, "verbosity", verbosity);
  return rv;
}

static int put_effort(struct asked *a)
{
  static const struct place place = {NULL, "reasoning", 0};
  uint32_t reasoning, effort;
  int rv =
      sluice__asked_member(a, NULL, 0, "reasoning", JSON_OBJECT, &reasoning);

  if (rv == 0)
    rv = sluice__asked_member(a, &place, reasoning, "effort", JSON_STRING,
                              &effort);
  if (rv == 0)
    sluice__asked_copy(a, "reasoning_effort", effort);
  return rv;
}

static int put_logprobs(struct asked *a)
{
  uint32_t include, top, entry;
  int64_t count = 0;
  int wanted = 0;
  int rv = sluice__asked_member(a, NULL, 0, "include", JSON_ARRAY, &include);

  if (rv == 0)
    rv = sluice__asked_member(a, NULL, 0, "top_logprobs", JSON_NUMBER, &top);
  if (rv != 0)
    return rv;
  for (entry = sluice__json_child(&a->json, include); entry != JSON_ABSENT;
       entry = sluice__json_sibling(&a->json, include, entry))
    wanted |= sluice__json_is(&a->json, entry, "message.output_text.logprobs");
  (void)sluice__json_int(&a->json, top, &count);
  if (!wanted && count == 0)
    return 0;
  if (sluice__asked_begin(a, "logprobs"))
    sluice__buf_lit(&a->chat, "true");
  if (count != 0)
    sluice__asked_copy(a, "top_logprobs", top);
  return 0;
}

static int put_max_tokens(struct asked *a)
{
  uint32_t node;
  int rv =
      sluice__asked_member(a, NULL, 0, "max_output_tokens", JSON_NUMBER, &node);

  if (rv == 0)
    sluice__asked_copy(a,
                       a->wanted->flags & SLUICE_REQUEST_MAX_COMPLETION_TOKENS
                           ? "max_completion_tokens"
                           : "max_tokens",
                       node);
  return rv;
}

/* Usage comes with a stream only for those who ask. */
static void put_stream(struct asked *a, const struct wishes *w)
{
  if (!w->streams)
    return;
  if (sluice__asked_begin(a, "stream"))
    sluice__buf_lit(&a->chat, "true");
  if (sluice__asked_begin(a, "stream_options"))
    sluice__buf_lit(&a->chat, "{\"include_usage\":true}");
}

/* ---- all of them ------------------------------------------------------- */

static int put_copies(struct asked *a)
{
  uint32_t node;
  size_t i;
  int rv = 0;

  for (i = 0; rv == 0 && i < WISH_COUNT; i++) {
    if (wishes[i].rule != WISH_COPY)
      continue;
    rv =
        sluice__asked_member(a, NULL, 0, wishes[i].name, wishes[i].type, &node);
    if (rv == 0)
      sluice__asked_copy(a, wishes[i].chat, node);
  }
  return rv;
}

static const struct wish *wish_of(const struct asked *a, uint32_t key)
{
  size_t i;

  for (i = 0; i < WISH_COUNT; i++)
    if (sluice__json_is(&a->json, key, wishes[i].name))
      return &wishes[i];
  return NULL;
}

static int is_omitted(struct asked *a, uint32_t key)
{
  size_t i;

  for (i = 0; i < a->wanted->omit_count; i++)
    if (sluice__asked_is(a, key, a->wanted->omit[i]))
      return 1;
  return 0;
}

/* Members that the API does not have. */
static void put_unknown(struct asked *a)
{
  uint32_t k, end = a->json.nodes[0].next;

  for (k = 1; k < end; k = a->json.nodes[k + 1].next) {
    const struct wish *wish;

    if (sluice__json_type(&a->json, k) != JSON_KEY)
      continue;
    wish = wish_of(a, k);
    if (wish != NULL && wish->rule != WISH_CHAT)
      continue;
    if (wish != NULL || !(a->wanted->flags & SLUICE_REQUEST_PASS_UNKNOWN) ||
        is_omitted(a, k)) {
      sluice__asked_note(a, SLUICE_NOTE_MEMBER_DROPPED);
      continue;
    }
    sluice__asked_note(a, SLUICE_NOTE_MEMBER_PASSED);
    sluice__buf_byte(&a->chat, ',');
    sluice__json_compact(&a->json, k, &a->chat);
    sluice__buf_byte(&a->chat, ':');
    sluice__json_compact(&a->json, k + 1, &a->chat);
  }
}

int sluice__wish_put(struct asked *a, const struct wishes *w)
{
  int rv = put_max_tokens(a);

  if (rv == 0)
    rv = put_copies(a);
  if (rv == 0)
    rv = put_effort(a);
  if (rv == 0)
    rv = put_text(a);
  if (rv == 0)
    rv = put_logprobs(a);
  if (rv != 0)
    return rv;
  put_stream(a, w);
  put_unknown(a);
  return 0;
}
