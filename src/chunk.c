/* SPDX-License-Identifier: MIT */
/* chunk.c - walks a chat.completion.chunk (or a whole chat.completion) in
 * OpenAI's shape and lists its deltas; what has another shape is for quirks.c.
 *
 * Order within a choice: reasoning, log probabilities, text, refusal,
 * annotations, calls, finish. A delta is acted on only when its whole payload
 * was read, so a key that stands twice counts once (the last one).
 */
#include "chunk.h"

#include "lesson.h"
#include "quirks.h"
#include "status.h"
#include "text.h"

static sluice_delta *add(struct reading *r, sluice_delta_type type)
{
  return sluice__delta_add(r->scratch, type, r->choice);
}

/* ---- log probabilities ------------------------------------------------- */

/* One byte as all clients read it: 1e2 and 72.0 are no integers to many. */
static int is_byte(const struct json *j, uint32_t node)
{
  sluice_str raw = sluice__json_raw(j, node);
  int n = 0;
  size_t i;

  if (sluice__json_type(j, node) != JSON_NUMBER || raw.n > 3)
    return 0;
  for (i = 0; i < raw.n; i++) {
    if (raw.p[i] < '0' || raw.p[i] > '9')
      return 0;
    n = n * 10 + (raw.p[i] - '0');
  }
  return n <= 255;
}

/* A value of the type that clients expect; an array holds bytes. */
static int is_wanted(const struct reading *r, uint32_t node,
                     enum json_type type)
{
  const struct json *j = r->json;
  uint32_t e;

  if (sluice__json_type(j, node) != type)
    return 0;
  if (type == JSON_NUMBER)
    return sluice__json_finite(j, node);
  for (e = sluice__json_child(j, node); e != JSON_ABSENT;
       e = sluice__json_sibling(j, node, e))
    if (!is_byte(j, e))
      return 0;
  return 1;
}

/* The member when it has the type that clients expect, else the standard. */
static void put_member(struct reading *r, uint32_t object, const char *key,
                       enum json_type type, const char *standard)
{
  struct buf *out = &r->scratch->made;
  uint32_t node = sluice__json_get(r->json, object, key);
  int ok = is_wanted(r, node, type);

  sluice__buf_byte(out, '"');
  sluice__buf_put(out, key, strlen(key));
  sluice__buf_lit(out, "\":");
  if (ok)
    sluice__json_compact(r->json, node, out);
  else
    sluice__buf_put(out, standard, strlen(standard));
  if (!ok && sluice__json_type(r->json, node) > JSON_NULL)
    sluice__count(r->counts, SLUICE_ANOMALY_WRONG_TYPE);
}

/* Entries grow by what they lack: more was made than may ever be kept. */
static int is_too_much(const struct reading *r)
{
  if (r->scratch->made.n <= r->limits->caps->output)
    return 0;
  (void)sluice__limit_pass(r->limits, LIMIT_OUTPUT);
  return 1;
}

/* One entry in the shape of the published LogProb: token, logprob, bytes. What
 * no double can hold is shown as the API shows an impossible token. */
static void put_logprob(struct reading *r, uint32_t entry)
{
  sluice__buf_byte(&r->scratch->made, '{');
  put_member(r, entry, "token", JSON_STRING, "\"\"");
  sluice__buf_byte(&r->scratch->made, ',');
  put_member(r, entry, "logprob", JSON_NUMBER, "-9999.0");
  sluice__buf_byte(&r->scratch->made, ',');
  put_member(r, entry, "bytes", JSON_ARRAY, "[]");
}

static void put_top_logprobs(struct reading *r, uint32_t entry)
{
  struct buf *out = &r->scratch->made;
  uint32_t top = sluice__json_get(r->json, entry, "top_logprobs");
  uint32_t t;
  int first = 1;

  sluice__buf_lit(out, ",\"top_logprobs\":[");
  if (sluice__json_type(r->json, top) == JSON_ARRAY) {
    for (t = sluice__json_child(r->json, top); t != JSON_ABSENT;
         t = sluice__json_sibling(r->json, top, t)) {
      if (sluice__json_type(r->json, t) != JSON_OBJECT)
        continue;
      if (!first)
        sluice__buf_byte(out, ',');
      first = 0;
      put_logprob(r, t);
      sluice__buf_byte(out, '}');
      if (is_too_much(r))
        return; /* add_logprobs sees it, too */
    }
  }
  sluice__buf_lit(out, "]}");
}

static int add_logprobs(struct reading *r, uint32_t choice)
{
  uint32_t logprobs = sluice__json_get(r->json, choice, "logprobs");
  uint32_t list = sluice__json_get(r->json, logprobs, "content");
  struct buf *out = &r->scratch->made;
  size_t start = out->n;
  sluice_delta *d;
  uint32_t e;

  if (sluice__json_type(r->json, list) != JSON_ARRAY) {
    if (sluice__json_type(r->json, list) > JSON_NULL ||
        (sluice__json_type(r->json, logprobs) > JSON_NULL &&
         sluice__json_type(r->json, logprobs) != JSON_OBJECT))
      sluice__count(r->counts, SLUICE_ANOMALY_WRONG_TYPE);
    return 0;
  }
  for (e = sluice__json_child(r->json, list); e != JSON_ABSENT;
       e = sluice__json_sibling(r->json, list, e)) {
    if (sluice__json_type(r->json, e) != JSON_OBJECT) {
      sluice__count(r->counts, SLUICE_ANOMALY_WRONG_TYPE);
      continue;
    }
    if (out->n > start)
      sluice__buf_byte(out, ',');
    put_logprob(r, e);
    put_top_logprobs(r, e);
    if (is_too_much(r))
      return SLUICE_ERR_LIMIT;
  }
  if (out->n == start)
    return sluice__buf_status(out);
  d = add(r, SLUICE_DELTA_LOGPROBS);
  if (d == NULL || out->failed)
    return SLUICE_ERR_NOMEM;
  d->text.p = (const char *)(uintptr_t)start; /* see settle_made */
  d->text.n = out->n - start;
  return 0;
}

/* ---- tool calls -------------------------------------------------------- */

/* The arguments: a string, or a value that becomes the text of itself. */
static int set_arguments(struct reading *r, uint32_t node, sluice_delta *d)
{
  struct buf *work = &r->scratch->work, *out = &r->scratch->made;
  size_t start = out->n;
  sluice_str compact;

  switch (sluice__json_type(r->json, node)) {
  case JSON_NONE:
  case JSON_NULL:
    return 0;
  case JSON_STRING:
    d->text = sluice__json_string(r->json, node);
    return 0;
  case JSON_OBJECT: /* F11 */
  case JSON_ARRAY:
    sluice__count(r->counts, SLUICE_ANOMALY_ARGUMENTS_VALUE);
    sluice__buf_clear(work);
    sluice__json_compact(r->json, node, work);
    compact.p = work->p;
    compact.n = work->n;
    sluice__text_escape(out, compact);
    d->u.call.whole = 1;
    d->text.p = (const char *)(uintptr_t)start; /* see settle_made */
    d->text.n = out->n - start;
    return work->failed || out->failed ? SLUICE_ERR_NOMEM : 0;
  default:
    sluice__count(r->counts, SLUICE_ANOMALY_WRONG_TYPE);
    return 0;
  }
}

static sluice_str string_member(const struct reading *r, uint32_t object,
                                const char *key)
{
  uint32_t node = sluice__json_get(r->json, object, key);

  if (sluice__json_type(r->json, node) > JSON_NULL &&
      sluice__json_type(r->json, node) != JSON_STRING)
    sluice__count(r->counts, SLUICE_ANOMALY_WRONG_TYPE);
  return sluice__json_string(r->json, node);
}

static int add_call(struct reading *r, uint32_t entry, int64_t index)
{
  uint32_t function = sluice__json_get(r->json, entry, "function");
  sluice_delta *d;

  if (sluice__json_type(r->json, entry) != JSON_OBJECT) {
    sluice__count(r->counts, SLUICE_ANOMALY_WRONG_TYPE);
    return 0;
  }
  d = add(r, SLUICE_DELTA_CALL);
  if (d == NULL)
    return SLUICE_ERR_NOMEM;
  if (sluice__json_type(r->json, function) != JSON_OBJECT)
    function = entry; /* the legacy form: no `function` around it */
  d->u.call.index = index;
  d->u.call.id = string_member(r, entry, "id");
  d->u.call.name = string_member(r, function, "name");
  return set_arguments(r, sluice__json_get(r->json, function, "arguments"), d);
}

static int add_calls(struct reading *r, uint32_t delta)
{
  uint32_t calls = sluice__json_get(r->json, delta, "tool_calls");
  uint32_t legacy = sluice__json_get(r->json, delta, "function_call");
  uint32_t e;
  int rv = 0;

  if (sluice__json_type(r->json, calls) == JSON_OBJECT) { /* F15 */
    sluice__count(r->counts, SLUICE_ANOMALY_WRONG_TYPE);
    rv = add_call(
        r, calls,
        sluice__quirk_index(r, sluice__json_get(r->json, calls, "index")));
  } else if (sluice__json_type(r->json, calls) == JSON_ARRAY) {
    for (e = sluice__json_child(r->json, calls); rv == 0 && e != JSON_ABSENT;
         e = sluice__json_sibling(r->json, calls, e))
      rv = add_call(
          r, e, sluice__quirk_index(r, sluice__json_get(r->json, e, "index")));
  } else if (sluice__json_type(r->json, calls) > JSON_NULL) {
    sluice__count(r->counts, SLUICE_ANOMALY_WRONG_TYPE);
  }
  /* F16. Beside tool_calls it is the same call once more, for old clients. */
  if (rv == 0 && sluice__json_type(r->json, legacy) == JSON_OBJECT &&
      sluice__json_child(r->json, calls) == JSON_ABSENT) {
    sluice__count(r->counts, SLUICE_ANOMALY_CALL_LEGACY);
    rv = add_call(r, legacy, SLUICE_LEGACY_INDEX);
  }
  return rv;
}

/* ---- choices ----------------------------------------------------------- */

static int add_string(struct reading *r, sluice_delta_type type,
                      sluice_str text)
{
  sluice_delta *d;

  if (text.n == 0) /* E01: an empty string is nothing */
    return 0;
  d = add(r, type);
  if (d == NULL)
    return SLUICE_ERR_NOMEM;
  d->text = text;
  return 0;
}

static int add_content(struct reading *r, uint32_t delta)
{
  uint32_t content = sluice__json_get(r->json, delta, "content");

  if (sluice__json_type(r->json, content) != JSON_STRING)
    return sluice__quirk_parts(r, content);
  return add_string(r, SLUICE_DELTA_TEXT,
                    sluice__json_string(r->json, content));
}

static int add_finish(struct reading *r, uint32_t choice, sluice_delta *error)
{
  uint32_t node = sluice__json_get(r->json, choice, "finish_reason");
  sluice_str why = {"", 0};
  sluice_finish finish = sluice__quirk_finish(r, node, &why);
  sluice_delta *d;

  if (finish == SLUICE_FINISH_NONE)
    return 0;
  d = add(r, SLUICE_DELTA_FINISH);
  if (d == NULL)
    return SLUICE_ERR_NOMEM;
  d->u.finish = finish;
  d->text = sluice__json_string(r->json, node);
  if (finish == SLUICE_FINISH_ERROR && error->type != SLUICE_DELTA_ERROR) {
    error->type = SLUICE_DELTA_ERROR;
    error->u.error.type = why;
    error->u.error.message =
        SLUICE_STR("the upstream gave an error as its finish reason");
  }
  return 0;
}

static void find_error(struct reading *r, uint32_t object, sluice_delta *error)
{
  uint32_t node = sluice__json_get(r->json, object, "error");

  if (error->type != SLUICE_DELTA_ERROR && sluice__quirk_error(r, node, error))
    error->type = SLUICE_DELTA_ERROR;
}

/* Log probabilities belong to the text of their chunk. When that has none, they
 * wait for the next text, unless the chunk shows that they are of something
 * else: then they are emptied. `from` is the choice's first delta. */
static void judge_logprobs(struct reading *r, size_t from)
{
  sluice_delta *logprobs = NULL, *d;
  int text = 0, other = 0;

  for (; from < r->scratch->delta_count; from++) {
    d = &r->scratch->deltas[from];
    if (d->type == SLUICE_DELTA_LOGPROBS)
      logprobs = d;
    text |= d->type == SLUICE_DELTA_TEXT;
    other |= d->type == SLUICE_DELTA_REASONING ||
             d->type == SLUICE_DELTA_REFUSAL || d->type == SLUICE_DELTA_CALL;
  }
  if (logprobs == NULL || text || !other)
    return;
  logprobs->text.n = 0;
  sluice__count(r->counts, SLUICE_ANOMALY_LOGPROBS_DROPPED);
}

static int add_delta(struct reading *r, uint32_t choice, uint32_t delta)
{
  size_t from = r->scratch->delta_count;
  int rv = sluice__quirk_reasoning(r, delta);

  if (rv == 0)
    rv = add_logprobs(r, choice);
  if (rv == 0)
    rv = add_content(r, delta);
  if (rv == 0)
    rv =
        add_string(r, SLUICE_DELTA_REFUSAL, string_member(r, delta, "refusal"));
  if (rv == 0)
    rv = sluice__quirk_annotations(r, delta);
  if (rv == 0)
    rv = add_calls(r, delta);
  judge_logprobs(r, from);
  sluice__quirk_media(r, delta);
  return rv;
}

/* A delta that is no object: if a string, it can only be text. */
static int add_bare_delta(struct reading *r, uint32_t choice)
{
  uint32_t delta = sluice__json_get(r->json, choice, "delta");
  enum json_type type = sluice__json_type(r->json, delta);

  if (type <= JSON_NULL || type == JSON_OBJECT)
    return 0;
  sluice__count(r->counts, SLUICE_ANOMALY_WRONG_TYPE);
  return add_string(r, SLUICE_DELTA_TEXT, sluice__json_string(r->json, delta));
}

static int add_choice(struct reading *r, uint32_t choice, sluice_delta *error)
{
  uint32_t index = sluice__json_get(r->json, choice, "index");
  uint32_t delta = sluice__json_get(r->json, choice, "delta");
  sluice_delta *d;
  int whole = 0, rv;

  if (sluice__json_type(r->json, choice) != JSON_OBJECT) {
    sluice__count(r->counts, SLUICE_ANOMALY_WRONG_TYPE);
    return 0;
  }
  r->choice = 0;
  if (sluice__json_type(r->json, index) > JSON_NULL &&
      !sluice__json_int(r->json, index, &r->choice))
    sluice__count(r->counts, SLUICE_ANOMALY_WRONG_TYPE);
  if (sluice__json_type(r->json, delta) != JSON_OBJECT) { /* D11 */
    delta = sluice__json_get(r->json, choice, "message");
    whole = sluice__json_type(r->json, delta) == JSON_OBJECT;
    if (whole)
      sluice__count(r->counts, SLUICE_ANOMALY_WHOLE_MESSAGE);
  }
  d = add(r, SLUICE_DELTA_CHOICE);
  if (d == NULL)
    return SLUICE_ERR_NOMEM;
  d->u.whole = whole;
  find_error(r, choice, error);
  find_error(r, delta, error);
  rv = add_delta(r, choice, delta);
  if (rv == 0)
    rv = add_bare_delta(r, choice);
  return rv == 0 ? add_finish(r, choice, error) : rv;
}

/* ---- documents --------------------------------------------------------- */

static int add_meta(struct reading *r, uint32_t document)
{
  sluice_delta *d = add(r, SLUICE_DELTA_META);
  uint32_t created = sluice__json_get(r->json, document, "created");

  if (d == NULL)
    return SLUICE_ERR_NOMEM;
  d->u.meta.id = string_member(r, document, "id");
  d->u.meta.model = string_member(r, document, "model");
  d->u.meta.service_tier = string_member(r, document, "service_tier");
  d->u.meta.fingerprint = string_member(r, document, "system_fingerprint");
  /* D09: a number in any form; what no clock can show is not there */
  if (sluice__json_int(r->json, created, &d->u.meta.created) &&
      (d->u.meta.created < 0 || d->u.meta.created > INT64_C(1) << 53))
    d->u.meta.created = 0;
  return 0;
}

static int add_choices(struct reading *r, uint32_t choices, sluice_delta *error)
{
  uint32_t c;
  int rv = 0;

  if (sluice__json_type(r->json, choices) == JSON_OBJECT) { /* as F15 */
    sluice__count(r->counts, SLUICE_ANOMALY_WRONG_TYPE);
    return add_choice(r, choices, error);
  }
  if (sluice__json_type(r->json, choices) > JSON_NULL && /* D03 */
      sluice__json_type(r->json, choices) != JSON_ARRAY)
    sluice__count(r->counts, SLUICE_ANOMALY_WRONG_TYPE);
  if (sluice__json_type(r->json, choices) != JSON_ARRAY)
    return 0;
  for (c = sluice__json_child(r->json, choices); rv == 0 && c != JSON_ABSENT;
       c = sluice__json_sibling(r->json, choices, c))
    rv = add_choice(r, c, error);
  return rv;
}

static int add_error(struct reading *r, const sluice_delta *error)
{
  sluice_delta *d = add(r, SLUICE_DELTA_ERROR);

  if (d == NULL)
    return SLUICE_ERR_NOMEM;
  d->u = error->u;
  if (d->u.error.message.n == 0)
    d->u.error.message =
        SLUICE_STR("the upstream sent an error without a message");
  return 0;
}

static int add_object(struct reading *r, uint32_t document, int is_error)
{
  sluice_delta error, *d;
  size_t before = r->scratch->delta_count;
  sluice_usage usage;
  int rv;

  memset(&error, 0, sizeof(error));
  rv = add_meta(r, document);
  find_error(r, document, &error);
  if (error.type != SLUICE_DELTA_ERROR &&
      sluice__quirk_hidden_error(r, document, &error))
    error.type = SLUICE_DELTA_ERROR;
  if (rv == 0)
    rv = add_choices(r, sluice__json_get(r->json, document, "choices"), &error);
  if (rv == 0 && r->scratch->delta_count > before + 1)
    rv = sluice__quirk_citation_list(r, document);
  if (rv == 0 && sluice__quirk_usage(r, document, &usage)) {
    d = add(r, SLUICE_DELTA_USAGE);
    if (d == NULL)
      return SLUICE_ERR_NOMEM;
    d->u.usage = usage;
  }
  if (rv == 0 && error.type != SLUICE_DELTA_ERROR &&
      (is_error || r->scratch->delta_count == before + 1)) {
    if (sluice__quirk_bare_error(r, document, &error) || is_error)
      error.type = SLUICE_DELTA_ERROR;
  }
  if (rv == 0 && error.type == SLUICE_DELTA_ERROR)
    return add_error(r, &error);
  if (rv == 0 && r->scratch->delta_count == before + 1 &&
      sluice__json_get(r->json, document, "choices") == JSON_ABSENT)
    sluice__count(r->counts, SLUICE_ANOMALY_UNKNOWN_CHUNK); /* A16 */
  return rv;
}

/* The data of an event named error, when it is a string. */
static int add_bare_string(struct reading *r, uint32_t node)
{
  sluice_delta error;

  memset(&error, 0, sizeof(error));
  (void)sluice__quirk_error(r, node, &error);
  return add_error(r, &error);
}

static int add_document(struct reading *r, uint32_t node,
                        enum chunk_source source, int is_error)
{
  uint32_t e;
  int rv = 0;

  r->choice = 0;
  switch (sluice__json_type(r->json, node)) {
  case JSON_OBJECT:
    return add_object(r, node, is_error);
  case JSON_ARRAY:
    if (source != CHUNK_OF_BODY)
      break;
    for (e = sluice__json_child(r->json, node); rv == 0 && e != JSON_ABSENT;
         e = sluice__json_sibling(r->json, node, e))
      rv = add_document(r, e, CHUNK_OF_STREAM, is_error);
    return rv;
  case JSON_STRING:
    if (is_error)
      return add_bare_string(r, node);
    break;
  default:
    break;
  }
  sluice__count(r->counts, SLUICE_ANOMALY_NOT_OBJECT);
  return 0;
}

static int add_documents(struct reading *r, enum chunk_source source,
                         int is_error)
{
  uint32_t node;
  int rv = 0;

  for (node = 0; rv == 0 && node < r->json->count;
       node = r->json->nodes[node].next) {
    if (node > 0)
      sluice__count(r->counts, SLUICE_ANOMALY_SEVERAL_DOCUMENTS); /* A21 */
    rv = add_document(r, node, source, is_error);
  }
  return rv;
}

/* While deltas were made, the buffer that some point to could move: they held
 * places in it. */
static void settle_made(sluice_scratch *s)
{
  size_t i;

  for (i = 0; i < s->delta_count; i++) {
    sluice_delta *d = &s->deltas[i];

    if (d->type == SLUICE_DELTA_LOGPROBS ||
        (d->type == SLUICE_DELTA_CALL && d->u.call.whole))
      d->text.p = s->made.p + (uintptr_t)d->text.p;
  }
}

/* The first character that is not white space, or -1. */
static int first_char(sluice_str s)
{
  size_t i;

  for (i = 0; i < s.n; i++)
    if (s.p[i] != ' ' && s.p[i] != '\t' && s.p[i] != '\r' && s.p[i] != '\n')
      return (unsigned char)s.p[i];
  return -1;
}

/* Payloads that are no JSON: nothing, a comment (A13), the end. 1 when it was
 * one of them. */
static int read_special(struct reading *r, sluice_str payload, int *rv)
{
  int first = first_char(payload);

  if (first < 0) {
    sluice__count(r->counts, SLUICE_ANOMALY_EMPTY_DATA);
    return 1;
  }
  if (first == ':') {
    sluice__count(r->counts, SLUICE_ANOMALY_DATA_COMMENT);
    return 1;
  }
  if (!sluice__quirk_is_done(payload))
    return 0;
  if (add(r, SLUICE_DELTA_DONE) == NULL)
    *rv = SLUICE_ERR_NOMEM;
  return 1;
}

/* A delta is much larger than the shortest JSON that makes one. A payload that
 * is dense with them is none of a model's. */
static size_t most_deltas(size_t n, const struct limits *limits)
{
  size_t most = n / 8 + 1024;

  return most < limits->caps->deltas ? most : limits->caps->deltas;
}

/* Reads what stands in the nodes; a first meeting is learned from. */
static int read_nodes(struct reading *r, enum chunk_source source,
                      struct taste *taste, sluice_str payload, int is_error)
{
  sluice_scratch *s = r->scratch;
  uint32_t met = taste == NULL ? 0 : r->counts->met;
  int rv = add_documents(r, source, is_error);

  if (taste != NULL && rv == 0 && !is_error)
    sluice__lesson_learn(&s->moulds, taste, r->json, payload, s->deltas,
                         s->delta_count, r->counts->met == met);
  return rv;
}

static int fail(sluice_error *error, int rv, uint64_t offset,
                const char *message)
{
  error->status = (sluice_status)rv;
  error->offset = offset;
  error->message = message;
  return rv;
}

static int read_payload(struct reading *r, enum chunk_source source,
                        struct taste *taste, sluice_str payload, int is_error,
                        sluice_error *error)
{
  sluice_scratch *s = r->scratch;
  int rv = 0;

  if (read_special(r, payload, &rv))
    return rv;
  rv = sluice__json_parse(&s->json, payload, r->limits->caps->depth);
  if (rv == SLUICE_ERR_LIMIT)
    r->limits->passed = s->json.passed;
  if (rv == SLUICE_ERR_LIMIT || rv == SLUICE_ERR_JSON)
    return fail(error, rv, s->json.error_at, s->json.error_message);
  return rv == 0 ? read_nodes(r, source, taste, payload, is_error) : rv;
}

/* The payload fits a mould. 1 with all of `out` set, or *rv. */
static int read_cast(struct reading *r, enum chunk_source source,
                     struct taste *taste, sluice_str payload, struct cast *out,
                     int *rv)
{
  if (taste == NULL || payload.n == 0 || payload.p[0] != '{' ||
      !sluice__moulds_payload(&r->scratch->moulds, taste, payload,
                              r->limits->caps->depth, &r->scratch->json, out))
    return 0;
  if (out->deltas == NULL)
    *rv = add_documents(r, source, 0);
  return 1;
}

int sluice__chunk_parse(sluice_scratch *scratch, enum chunk_source source,
                        struct taste *taste, sluice_str event_name,
                        sluice_str payload, struct limits *limits,
                        struct counts *counts, struct cast *out,
                        sluice_error *error)
{
  struct reading r = {scratch, &scratch->json, counts, limits, 0};
  int is_error = event_name.n == 5 && memcmp(event_name.p, "error", 5) == 0;
  int rv = 0;

  memset(out, 0, sizeof(*out));
  error->status = SLUICE_OK;
  scratch->lane_owner = NULL; /* the moulds may change */
  scratch->delta_count = 0;
  scratch->delta_max = most_deltas(payload.n, limits);
  sluice__buf_clear(&scratch->made);
  if (!read_cast(&r, source, is_error ? NULL : taste, payload, out, &rv))
    rv = read_payload(&r, source, taste, payload, is_error, error);
  else if (out->deltas != NULL)
    return 0;
  if (rv != 0 && error->status != SLUICE_OK)
    return rv; /* the parser knows where */
  if (rv == SLUICE_ERR_NOMEM && scratch->delta_count == scratch->delta_max)
    rv = sluice__limit_pass(limits, LIMIT_DELTAS);
  if (rv == SLUICE_ERR_LIMIT)
    return fail(error, rv, 0, sluice__limit_text(limits->passed));
  if (rv != 0)
    return fail(error, rv, 0, sluice__status_text((sluice_status)rv));
  settle_made(scratch);
  out->deltas = scratch->deltas;
  out->count = scratch->delta_count;
  out->plain = 0;
  return 0;
}

/* ---- the stage alone --------------------------------------------------- */

struct sluice_parser {
  sluice_mem mem;
  sluice_scratch *scratch;
  int own_scratch;
  struct caps caps;
  struct limits limits;
  struct taste taste, *tasting; /* NULL: no fast path */
  struct counts counts;
  sluice_error error;
};

sluice_status sluice_parser_new(sluice_parser **out, const sluice_options *o)
{
  sluice_options all;
  sluice_mem mem;
  sluice_parser *p;

  if (out == NULL || sluice__options(&all, o) != 0)
    return SLUICE_ERR_ARG;
  mem = sluice__mem(all.mem);
  p = (sluice_parser *)sluice__new(&mem, sizeof(*p));
  if (p == NULL)
    return SLUICE_ERR_NOMEM;
  p->mem = mem;
  sluice__caps_init(&p->caps, &all);
  sluice__limits_init(&p->limits, &p->caps);
  sluice__counts_init(&p->counts, &p->mem);
  p->error.message = sluice__status_text(SLUICE_OK);
  p->tasting = (all.flags & SLUICE_NO_FAST_PATH) == 0 ? &p->taste : NULL;
  p->scratch = sluice__scratch_of(&all, &p->own_scratch);
  if (p->scratch == NULL) {
    sluice__free(&mem, p);
    return SLUICE_ERR_NOMEM;
  }
  *out = p;
  return SLUICE_OK;
}

sluice_status sluice_parser_parse(sluice_parser *p, sluice_str event_name,
                                  sluice_str payload, sluice_chunk *out)
{
  struct cast cast;
  int rv;

  if (out == NULL)
    return SLUICE_ERR_ARG;
  out->deltas = NULL;
  out->count = 0;
  if (p == NULL || !sluice__is_there(payload.p, payload.n) ||
      !sluice__is_there(event_name.p, event_name.n))
    return SLUICE_ERR_ARG;
  if (p->scratch->busy)
    return SLUICE_ERR_STATE;
  if (payload.n > p->caps.payload)
    return (sluice_status)fail(&p->error, SLUICE_ERR_LIMIT, p->caps.payload,
                               sluice__limit_text(LIMIT_PAYLOAD));
  p->scratch->busy = 1;
  rv = sluice__chunk_parse(p->scratch, CHUNK_OF_STREAM, p->tasting, event_name,
                           payload, &p->limits, &p->counts, &cast, &p->error);
  p->scratch->busy = 0;
  if (rv != 0)
    return (sluice_status)rv;
  p->error.status = SLUICE_OK;
  p->error.offset = 0;
  p->error.message = sluice__status_text(SLUICE_OK);
  out->deltas = cast.deltas;
  out->count = cast.count;
  return SLUICE_OK;
}

sluice_error sluice_parser_error(const sluice_parser *p)
{
  sluice_error none = {SLUICE_ERR_ARG, 0, "no parser"};

  return p == NULL ? none : p->error;
}

uint32_t sluice_parser_count(const sluice_parser *p, sluice_anomaly a)
{
  return p == NULL ? 0 : sluice__count_of(&p->counts, a);
}

void sluice_parser_free(sluice_parser *p)
{
  sluice_mem mem;

  if (p == NULL)
    return;
  mem = p->mem;
  sluice__counts_free(&p->counts);
  if (p->own_scratch)
    sluice_scratch_free(p->scratch);
  sluice__free(&mem, p);
}
