/* SPDX-License-Identifier: MIT */
/* quirks.c - the dialects of chat completions, brought to one.
 *
 * Tables first, then the readers that use them. The letters and numbers in
 * comments are rows of docs/quirks.md.
 */
#include "quirks.h"

#include "status.h"
#include "text.h"
#include "usage.h"

/* ---- tables ------------------------------------------------------------ */

/* G09-G16. Compared without case, `-` as `_`. */
static const struct {
  const char *word;
  sluice_finish finish;
} finish_words[] = {
    {"stop", SLUICE_FINISH_STOP},
    {"tool_calls", SLUICE_FINISH_STOP},
    {"function_call", SLUICE_FINISH_STOP},
    {"end_turn", SLUICE_FINISH_STOP},
    {"stop_sequence", SLUICE_FINISH_STOP},
    {"eos", SLUICE_FINISH_STOP},
    {"eos_token", SLUICE_FINISH_STOP},
    {"tool_use", SLUICE_FINISH_STOP},
    {"completed", SLUICE_FINISH_STOP},
    {"length", SLUICE_FINISH_LENGTH},
    {"max_tokens", SLUICE_FINISH_LENGTH},
    {"model_length", SLUICE_FINISH_LENGTH}, /* Mistral */
    {"max_output_tokens", SLUICE_FINISH_LENGTH},
    {"content_filter", SLUICE_FINISH_FILTER},
    {"sensitive", SLUICE_FINISH_FILTER}, /* Zhipu */
    {"safety", SLUICE_FINISH_FILTER},    /* Gemini */
    {"refusal", SLUICE_FINISH_FILTER},   /* Anthropic */
    {"error", SLUICE_FINISH_ERROR},
    {"network_error", SLUICE_FINISH_ERROR},                /* Zhipu */
    {"insufficient_system_resource", SLUICE_FINISH_ERROR}, /* DeepSeek */
    {"abort", SLUICE_FINISH_ERROR},
    {"failed", SLUICE_FINISH_ERROR},
    {"null", SLUICE_FINISH_NONE}, /* G02: the word, as a string */
};

/* E04-E07, in the order in which they are trusted. A field is a string, or an
 * object with `text`, or an array of such (the last one). */
static const char *const reasoning_fields[] = {
    "reasoning_content", /* DeepSeek, vLLM, SGLang */
    "reasoning",         /* OpenRouter, Groq, Ollama, newer vLLM */
    "reasoning_text",    /* Copilot */
    "reasoning_details", /* OpenRouter: parts, some of them encrypted */
};

#define FIELD_COUNT  (sizeof(reasoning_fields) / sizeof(reasoning_fields[0]))
#define SOURCE_PARTS ((int)FIELD_COUNT) /* parts of `content` */

/* B03. Clients act on these; the first twenty are the published enum. */
static const char *const error_codes[] = {
    "server_error",
    "rate_limit_exceeded",
    "invalid_prompt",
    "data_residency_mismatch",
    "bio_policy",
    "vector_store_timeout",
    "invalid_image",
    "invalid_image_format",
    "invalid_base64_image",
    "invalid_image_url",
    "image_too_large",
    "image_too_small",
    "image_parse_error",
    "image_content_policy_violation",
    "invalid_image_mode",
    "image_file_too_large",
    "unsupported_image_media_type",
    "empty_image_file",
    "failed_to_download_image",
    "image_file_not_found",
    "insufficient_quota",
    "context_length_exceeded",
    "usage_not_included",
};

#define TIER(name)                                                             \
  {                                                                            \
    name, sizeof(name) - 1                                                     \
  }
static const sluice_text service_tiers[] = {TIER("auto"),     TIER("default"),
                                            TIER("flex"),     TIER("scale"),
                                            TIER("priority"), TIER("fast")};

/* ---- small readers ----------------------------------------------------- */

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static int in_table(const char *const *table, size_t n, sluice_text word)
{
  size_t i;

  for (i = 0; i < n; i++)
    if (strlen(table[i]) == word.n && memcmp(table[i], word.p, word.n) == 0)
      return 1;
  return 0;
}

static char folded(char c)
{
  if (c >= 'A' && c <= 'Z')
    return (char)(c - 'A' + 'a');
  return c == '-' ? '_' : c;
}

/* 1 when `s`, without case and with - as _, is `word`. */
static int is_word(sluice_str s, const char *word)
{
  size_t i;

  if (s.n != strlen(word))
    return 0;
  for (i = 0; i < s.n; i++)
    if (folded(s.p[i]) != word[i])
      return 0;
  return 1;
}

static sluice_str trimmed(sluice_str s)
{
  while (s.n > 0 && strchr(" \t\r\n", *s.p) != NULL && *s.p != '\0') {
    s.p++;
    s.n--;
  }
  while (s.n > 0 && strchr(" \t\r\n", s.p[s.n - 1]) != NULL &&
         s.p[s.n - 1] != '\0')
    s.n--;
  return s;
}

static int add_text(struct reading *r, sluice_delta_type type, sluice_str text,
                    int source)
{
  sluice_delta *d;

  if (text.n == 0)
    return 0;
  d = sluice__delta_add(r->scratch, type, r->choice);
  if (d == NULL)
    return SLUICE_ERR_NOMEM;
  d->text = text;
  if (type == SLUICE_DELTA_REASONING)
    d->u.source = source;
  return 0;
}

/* ---- end marks, reasons, indexes --------------------------------------- */

int sluice__quirk_is_done(sluice_str payload) /* A17 */
{
  sluice_str s = trimmed(payload);

  if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"') {
    s.p++;
    s.n -= 2;
  }
  return is_word(trimmed(s), "[done]");
}

sluice_finish sluice__quirk_finish(const struct reading *r, uint32_t node,
                                   sluice_str *why)
{
  sluice_str word = trimmed(sluice__json_string(r->json, node));
  size_t i;

  if (word.n == 0) { /* G01 */
    if (sluice__json_type(r->json, node) > JSON_NULL &&
        sluice__json_type(r->json, node) != JSON_STRING)
      sluice__count(r->counts, SLUICE_ANOMALY_WRONG_TYPE);
    return SLUICE_FINISH_NONE;
  }
  for (i = 0; i < COUNT_OF(finish_words); i++) {
    if (is_word(word, finish_words[i].word)) {
      if (finish_words[i].finish == SLUICE_FINISH_ERROR)
        *why = word;
      return finish_words[i].finish;
    }
  }
  sluice__count(r->counts, SLUICE_ANOMALY_FINISH_UNKNOWN); /* G14 */
  return SLUICE_FINISH_STOP;
}

int64_t sluice__quirk_index(const struct reading *r,
                            uint32_t node) /* F02-F03 */
{
  enum json_type type = sluice__json_type(r->json, node);
  int64_t index = SLUICE_NO_INDEX;

  if (type > JSON_NULL && !sluice__json_integral(r->json, node, &index)) {
    sluice__count(r->counts, SLUICE_ANOMALY_WRONG_TYPE);
    return SLUICE_NO_INDEX;
  }
  return index <= SLUICE_LEGACY_INDEX ? SLUICE_NO_INDEX : index;
}

/* ---- reasoning and parts ----------------------------------------------- */

static int add_thoughts(struct reading *r, uint32_t node, int source,
                        int depth);

/* A part that only its maker can read (E07). */
static int add_encrypted(struct reading *r, uint32_t part)
{
  sluice_str data =
      sluice__json_string(r->json, sluice__json_get(r->json, part, "data"));

  return add_text(r, SLUICE_DELTA_ENCRYPTED, data, 0);
}

/* The members of a part that may hold its text, in order. */
static int add_thought_members(struct reading *r, uint32_t part, int source,
                               int depth)
{
  static const char *const members[] = {"text", "thinking", "reasoning",
                                        "summary", "content"};
  uint32_t node;
  size_t i;

  if (sluice__json_is(r->json, sluice__json_get(r->json, part, "type"),
                      "reasoning.encrypted"))
    return add_encrypted(r, part);
  for (i = 0; i < COUNT_OF(members); i++) {
    node = sluice__json_get(r->json, part, members[i]);
    if (sluice__json_type(r->json, node) > JSON_NULL)
      return add_thoughts(r, node, source, depth + 1);
  }
  return 0;
}

/* A string, an object with text, or an array of either (E03, E05, E07). */
static int add_thoughts(struct reading *r, uint32_t node, int source, int depth)
{
  uint32_t child;
  int rv = 0;

  switch (sluice__json_type(r->json, node)) {
  case JSON_STRING:
    return add_text(r, SLUICE_DELTA_REASONING,
                    sluice__json_string(r->json, node), source);
  case JSON_OBJECT:
    return depth < 8 ? add_thought_members(r, node, source, depth) : 0;
  case JSON_ARRAY:
    for (child = sluice__json_child(r->json, node);
         rv == 0 && child != JSON_ABSENT && depth < 8;
         child = sluice__json_sibling(r->json, node, child))
      rv = add_thoughts(r, child, source, depth + 1);
    return rv;
  case JSON_NONE:
  case JSON_NULL:
    return 0;
  default:
    sluice__count(r->counts, SLUICE_ANOMALY_WRONG_TYPE);
    return 0;
  }
}

int sluice__quirk_reasoning(struct reading *r, uint32_t delta)
{
  size_t i;
  int rv = 0;

  for (i = 0; rv == 0 && i < FIELD_COUNT; i++)
    rv = add_thoughts(r, sluice__json_get(r->json, delta, reasoning_fields[i]),
                      (int)i, 0);
  return rv;
}

const char *sluice__quirk_reasoning_field(int source)
{
  return (unsigned)source < FIELD_COUNT ? reasoning_fields[source] : "content";
}

const char *sluice__quirk_reasoning_member(int source)
{
  /* The last of the fields and the parts of `content` are lists. */
  return (unsigned)source < FIELD_COUNT - 1 ? reasoning_fields[source]
                                            : reasoning_fields[0];
}

static int add_part(struct reading *r, uint32_t part)
{
  const struct json *j = r->json;
  uint32_t type = sluice__json_get(j, part, "type");

  if (sluice__json_type(j, part) == JSON_STRING)
    return add_text(r, SLUICE_DELTA_TEXT, sluice__json_string(j, part), 0);
  if (sluice__json_is(j, type, "thinking") ||
      sluice__json_is(j, type, "reasoning"))
    return add_thoughts(r, part, SOURCE_PARTS, 0);
  if (sluice__json_is(j, type, "refusal"))
    return add_text(
        r, SLUICE_DELTA_REFUSAL,
        sluice__json_string(j, sluice__json_get(j, part, "refusal")), 0);
  if (type == JSON_ABSENT || sluice__json_is(j, type, "text") ||
      sluice__json_is(j, type, "output_text")) {
    uint32_t text = sluice__json_get(j, part, "text");

    if (sluice__json_type(j, text) == JSON_STRING)
      return add_text(r, SLUICE_DELTA_TEXT, sluice__json_string(j, text), 0);
  }
  sluice__count(r->counts, SLUICE_ANOMALY_UNKNOWN_PART);
  return 0;
}

int sluice__quirk_parts(struct reading *r, uint32_t content) /* E03 */
{
  uint32_t part;
  int rv = 0;

  switch (sluice__json_type(r->json, content)) {
  case JSON_NONE:
  case JSON_NULL:
    return 0;
  case JSON_OBJECT:
    sluice__count(r->counts, SLUICE_ANOMALY_PARTS);
    return add_part(r, content);
  case JSON_ARRAY:
    sluice__count(r->counts, SLUICE_ANOMALY_PARTS);
    for (part = sluice__json_child(r->json, content);
         rv == 0 && part != JSON_ABSENT;
         part = sluice__json_sibling(r->json, content, part))
      rv = add_part(r, part);
    return rv;
  default:
    sluice__count(r->counts, SLUICE_ANOMALY_WRONG_TYPE);
    return 0;
  }
}

/* ---- citations of the provider's ---------------------------------------- */

static int add_url(struct reading *r, sluice_str url, uint32_t object,
                   int guessed)
{
  sluice_delta *d =
      sluice__delta_add(r->scratch, SLUICE_DELTA_ANNOTATION, r->choice);

  if (d == NULL)
    return SLUICE_ERR_NOMEM;
  d->u.url.url = url;
  d->u.url.title =
      sluice__json_string(r->json, sluice__json_get(r->json, object, "title"));
  d->u.url.start = d->u.url.end = -1;
  d->u.url.guessed = guessed;
  if (!sluice__json_int(r->json,
                        sluice__json_get(r->json, object, "start_index"),
                        &d->u.url.start) ||
      !sluice__json_int(r->json, sluice__json_get(r->json, object, "end_index"),
                        &d->u.url.end) ||
      d->u.url.start < 0 || d->u.url.end < d->u.url.start)
    d->u.url.start = d->u.url.end = -1;
  return 0;
}

/* {"type":"url_citation","url_citation":{…}}, or flat as in Responses (I01). */
static int add_annotation(struct reading *r, uint32_t node)
{
  uint32_t inner = sluice__json_get(r->json, node, "url_citation");
  sluice_str url;

  if (sluice__json_type(r->json, inner) != JSON_OBJECT)
    inner = node;
  url = sluice__json_string(r->json, sluice__json_get(r->json, inner, "url"));
  if (url.n == 0) {
    sluice__count(r->counts, SLUICE_ANOMALY_ANNOTATION_DROPPED);
    return 0;
  }
  return add_url(r, url, inner, 0);
}

int sluice__quirk_annotations(struct reading *r, uint32_t delta)
{
  uint32_t list = sluice__json_get(r->json, delta, "annotations"), a;
  int rv = 0;

  if (sluice__json_type(r->json, list) == JSON_OBJECT)
    return add_annotation(r, list);
  if (sluice__json_type(r->json, list) != JSON_ARRAY) {
    if (sluice__json_type(r->json, list) > JSON_NULL)
      sluice__count(r->counts, SLUICE_ANOMALY_WRONG_TYPE);
    return 0;
  }
  for (a = sluice__json_child(r->json, list); rv == 0 && a != JSON_ABSENT;
       a = sluice__json_sibling(r->json, list, a))
    rv = add_annotation(r, a);
  return rv;
}

/* `citations`: URLs, on each chunk or the last one (I03: Perplexity, xAI). */
int sluice__quirk_citation_list(struct reading *r, uint32_t document)
{
  uint32_t list = sluice__json_get(r->json, document, "citations"), a;
  sluice_str url;
  int rv = 0;

  if (sluice__json_type(r->json, list) != JSON_ARRAY)
    return 0;
  for (a = sluice__json_child(r->json, list); rv == 0 && a != JSON_ABSENT;
       a = sluice__json_sibling(r->json, list, a)) {
    url = sluice__json_string(r->json, a);
    if (url.n == 0)
      url = sluice__json_string(r->json, sluice__json_get(r->json, a, "url"));
    if (url.n > 0)
      rv = add_url(r, url, a, 1);
  }
  return rv;
}

void sluice__quirk_media(const struct reading *r, uint32_t delta) /* E14, E15 */
{
  static const char *const members[] = {"audio", "images"};
  size_t i;

  for (i = 0; i < COUNT_OF(members); i++)
    if (sluice__json_child(r->json,
                           sluice__json_get(r->json, delta, members[i])) !=
        JSON_ABSENT)
      sluice__count(r->counts, SLUICE_ANOMALY_MEDIA_DROPPED);
}

/* ---- errors ------------------------------------------------------------ */

/* A string, or a number as it is written; else empty. */
static sluice_str scalar(const struct json *j, uint32_t object, const char *key)
{
  uint32_t node = sluice__json_get(j, object, key);
  sluice_str none = {"", 0};

  if (sluice__json_type(j, node) == JSON_STRING ||
      sluice__json_type(j, node) == JSON_NUMBER)
    return sluice__json_raw(j, node);
  return none;
}

static sluice_str first_scalar(const struct json *j, uint32_t object,
                               const char *const *keys)
{
  sluice_str s = {"", 0};

  while (s.n == 0 && *keys != NULL)
    s = scalar(j, object, *keys++);
  return s;
}

static int is_429(sluice_str s)
{
  return s.n == 3 && memcmp(s.p, "429", 3) == 0;
}

static void fill_error(const struct json *j, uint32_t object, sluice_delta *d)
{
  static const char *const codes[] = {"code", "status_code", "status", NULL};
  static const char *const messages[] = {"message", "detail", "msg", "error",
                                         NULL};

  d->u.error.code = first_scalar(j, object, codes);
  if (is_429(scalar(j, object, "status_code")) ||
      is_429(scalar(j, object, "status")))
    d->u.error.code = SLUICE_STR("429"); /* clients know what to do with it */
  d->u.error.type = scalar(j, object, "type");
  d->u.error.message = first_scalar(j, object, messages);
  d->u.error.param = scalar(j, object, "param");
}

int sluice__quirk_error(const struct reading *r, uint32_t node, sluice_delta *d)
{
  sluice_str s = sluice__json_string(r->json, node);

  switch (sluice__json_type(r->json, node)) {
  case JSON_STRING: /* B09 */
    d->u.error.message = s;
    return s.n > 0;
  case JSON_OBJECT:
    fill_error(r->json, node, d);
    return sluice__json_child(r->json, node) != JSON_ABSENT; /* B05 */
  case JSON_TRUE:
  case JSON_NUMBER:
  case JSON_ARRAY:
    return 1; /* something is wrong; no words for it */
  default:
    return 0;
  }
}

/* {"code":0,"message":"success"} */
static int is_success(sluice_str code)
{
  return is_word(code, "0") || is_word(code, "200");
}

int sluice__quirk_hidden_error(const struct reading *r, uint32_t document,
                               sluice_delta *d)
{
  const struct json *j = r->json;
  uint32_t groq = sluice__json_get(j, document, "x_groq");
  uint32_t base = sluice__json_get(j, document, "base_resp"); /* MiniMax */
  int64_t code = 0;

  if (sluice__quirk_error(r, sluice__json_get(j, groq, "error"), d)) /* H05 */
    return 1;
  if (!sluice__json_int(j, sluice__json_get(j, base, "status_code"), &code) ||
      code == 0)
    return 0;
  d->u.error.code = scalar(j, base, "status_code");
  d->u.error.message = scalar(j, base, "status_msg");
  return 1;
}

int sluice__quirk_bare_error(const struct reading *r, uint32_t document,
                             sluice_delta *d)
{
  const struct json *j = r->json;
  uint32_t object = sluice__json_get(j, document, "object");

  fill_error(j, document, d);
  if (sluice__json_is(j, object, "error")) /* vLLM */
    return 1;
  if (scalar(j, document, "detail").n > 0) /* FastAPI servers */
    return 1;
  return scalar(j, document, "message").n > 0 && d->u.error.code.n > 0 &&
         !is_success(d->u.error.code);
}

sluice_text sluice__quirk_error_code(sluice_text code, sluice_text type)
{
  if (in_table(error_codes, COUNT_OF(error_codes), code))
    return code;
  if (sluice__text_eq(code, SLUICE_TEXT("429")))
    return SLUICE_TEXT("rate_limit_exceeded");
  if (in_table(error_codes, COUNT_OF(error_codes), type))
    return type;
  return SLUICE_TEXT("server_error");
}

/* B10. How servers say that the conversation is too long, in lower case. */
static const char *const too_long[] = {
    "maximum context length", /* vLLM, OpenAI, Mistral, OpenRouter */
    "context length",         /* LM Studio, Groq */
    "context window",         /* Bedrock, Ollama */
    "context size",           /* llama.cpp */
    "prompt is too long",     /* Anthropic */
};

static const char *const no_quota[] = {"quota", "billing", "credit"};

/* 1 when the text, without case, has one of the phrases. */
static int says(sluice_str s, const char *const *phrases, size_t count)
{
  size_t i, k, n;

  for (k = 0; k < count; k++) {
    n = strlen(phrases[k]);
    for (i = 0; i + n <= s.n; i++) {
      sluice_str at = {s.p + i, n};

      if (is_word(at, phrases[k]))
        return 1;
    }
  }
  return 0;
}

sluice_text sluice__quirk_http_code(int status, sluice_text code,
                                    sluice_text type, sluice_str message)
{
  static const sluice_text none = {"", 0};
  sluice_text known = sluice__quirk_error_code(code, type);

  if (!sluice__text_eq(known, SLUICE_TEXT("server_error")) &&
      !sluice__text_eq(known, SLUICE_TEXT("rate_limit_exceeded")))
    return known;
  if (sluice__text_eq(type, SLUICE_TEXT("exceed_context_size_error")) ||
      (status < 500 && status != 429 &&
       says(message, too_long, COUNT_OF(too_long))))
    return SLUICE_TEXT("context_length_exceeded");
  if (status == 402 ||
      (status == 429 && says(message, no_quota, COUNT_OF(no_quota))))
    return SLUICE_TEXT("insufficient_quota");
  if (status == 429 || known.n != sizeof("server_error") - 1)
    return SLUICE_TEXT("rate_limit_exceeded");
  return status >= 500 ? known : none;
}

uint8_t sluice__quirk_tier(sluice_text tier)
{
  uint8_t number = COUNT_OF(service_tiers);

  while (number > 0 && !sluice__text_eq(sluice__quirk_tier_name(number), tier))
    number--;
  return number;
}

sluice_text sluice__quirk_tier_name(uint8_t number)
{
  static const sluice_text none = {"", 0};

  return number == 0 ? none : service_tiers[number - 1];
}

/* ---- usage ------------------------------------------------------------- */

/* The first of the keys that holds a count, at least 0. 1 when one did. */
static int count_of(const struct reading *r, uint32_t object,
                    const char *const *keys, enum usage_count which,
                    int64_t counts[USAGE_COUNTS])
{
  uint32_t node;

  for (; *keys != NULL; keys++) {
    node = sluice__json_get(r->json, object, *keys);
    if (sluice__json_int(r->json, node, &counts[which])) {
      r->json->nodes[node].count = (uint8_t)(which + 1);
      if (counts[which] < 0) {
        counts[which] = 0;
        sluice__count(r->counts, SLUICE_ANOMALY_USAGE_MENDED);
      }
      return 1;
    }
  }
  return 0;
}

static uint32_t first_member(const struct json *j, uint32_t object,
                             const char *a, const char *b)
{
  uint32_t node = sluice__json_get(j, object, a);

  return sluice__json_type(j, node) == JSON_OBJECT
             ? node
             : sluice__json_get(j, object, b);
}

static int read_usage(const struct reading *r, uint32_t node, sluice_usage *u)
{
  static const char *const in[] = {"prompt_tokens", "input_tokens", NULL};
  static const char *const out[] = {"completion_tokens", "output_tokens", NULL};
  static const char *const total[] = {"total_tokens", NULL};
  static const char *const cached[] = {"cached_tokens",
                                       "prompt_cache_hit_tokens", NULL};
  static const char *const written[] = {"cache_write_tokens", NULL};
  static const char *const reasoning[] = {"reasoning_tokens", NULL};
  uint32_t in_details = first_member(r->json, node, "prompt_tokens_details",
                                     "input_tokens_details");
  uint32_t out_details = first_member(
      r->json, node, "completion_tokens_details", "output_tokens_details");
  int64_t counts[USAGE_COUNTS] = {0};
  int found;

  if (sluice__json_type(r->json, node) > JSON_NULL &&
      sluice__json_type(r->json, node) != JSON_OBJECT)
    sluice__count(r->counts, SLUICE_ANOMALY_WRONG_TYPE);
  found = count_of(r, node, in, USAGE_INPUT, counts);
  found |= count_of(r, node, out, USAGE_OUTPUT, counts);
  found |= count_of(r, node, total, USAGE_TOTAL, counts);
  if (!found)
    return 0;
  if (!count_of(r, in_details, cached, USAGE_CACHED, counts)) /* H06 */
    (void)count_of(r, node, cached, USAGE_CACHED, counts);
  (void)count_of(r, in_details, written, USAGE_WRITTEN, counts);
  if (!count_of(r, out_details, reasoning, USAGE_REASONING, counts))
    (void)count_of(r, node, reasoning, USAGE_REASONING, counts);
  if (sluice__usage_settle(counts, u))
    sluice__count(r->counts, SLUICE_ANOMALY_USAGE_MENDED);
  return 1;
}

int sluice__quirk_usage(const struct reading *r, uint32_t document,
                        sluice_usage *u)
{
  const struct json *j = r->json;
  uint32_t choices = sluice__json_get(j, document, "choices");
  uint32_t choice;

  if (read_usage(r, sluice__json_get(j, document, "usage"), u))
    return 1;
  for (choice = sluice__json_child(j, choices); choice != JSON_ABSENT;
       choice = sluice__json_sibling(j, choices, choice)) {
    if (read_usage(r, sluice__json_get(j, choice, "usage"), u)) { /* H04 */
      sluice__count(r->counts, SLUICE_ANOMALY_USAGE_PLACE);
      return 1;
    }
  }
  document = sluice__json_get(j, document, "x_groq"); /* H05 */
  if (!read_usage(r, sluice__json_get(j, document, "usage"), u))
    return 0;
  sluice__count(r->counts, SLUICE_ANOMALY_USAGE_PLACE);
  return 1;
}
