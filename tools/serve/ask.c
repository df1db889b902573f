/* SPDX-License-Identifier: MIT */
#include "ask.h"

#include <stdio.h>

#include "heap.h"
#include "json.h"
#include "plain.h"

enum { MAX_DEPTH = 256 };

void ask_init(struct ask *ask)
{
  sluice__buf_init(&ask->model, heap());
  ask->stream = 0;
  ask->answered = 0;
}

void ask_free(struct ask *ask)
{
  sluice__buf_free(&ask->model);
}

static int refuse(struct buf *why, const char *text)
{
  sluice__buf_put(why, text, strlen(text));
  return -1;
}

/* Results of calls that were made together come one behind the other. A message
 * of the user right behind them belongs to them: so a gateway hands in
 * pictures, which a result cannot hold. */
static void count_answers(struct ask *ask, const struct json *json)
{
  uint32_t messages = sluice__json_get(json, 0, "messages");
  uint32_t message = sluice__json_child(json, messages);
  int in_answer = 0;

  while (message != JSON_ABSENT) {
    uint32_t role = sluice__json_get(json, message, "role");
    int is_answer = sluice__json_is(json, role, "tool");
    int is_user = sluice__json_is(json, role, "user");
    if (is_user && !in_answer)
      ask->answered = 0;
    if (is_answer && !in_answer)
      ask->answered++;
    in_answer = is_answer || (is_user && in_answer);
    message = sluice__json_sibling(json, messages, message);
  }
}

static int read_members(struct ask *ask, const struct json *json,
                        struct buf *why, const char **param)
{
  uint32_t model = sluice__json_get(json, 0, "model");
  uint32_t stream = sluice__json_get(json, 0, "stream");

  if (sluice__json_type(json, 0) != JSON_OBJECT)
    return refuse(why, "The body is no JSON object");
  *param = "model";
  if (sluice__json_type(json, model) != JSON_STRING)
    return refuse(why, "The member `model` is missing, or is no string");
  if (plain_append(&ask->model, sluice__json_string(json, model)) != 0)
    return refuse(why, "Out of memory");
  if (sluice__json_type(json, sluice__json_get(json, 0, "messages")) ==
      JSON_ARRAY)
    count_answers(ask, json);
  *param = "stream";
  switch (sluice__json_type(json, stream)) {
  case JSON_TRUE:
    ask->stream = 1;
    return 0;
  case JSON_NONE:
  case JSON_NULL:
  case JSON_FALSE:
    return 0;
  default:
    return refuse(why, "The member `stream` is neither true nor false");
  }
}

int ask_read(struct ask *ask, sluice_str body, struct buf *why,
             const char **param)
{
  struct json json;
  char at[64];
  int rv;

  *param = NULL;
  if (body.n == 0)
    return refuse(why, "The body is empty; it should be a JSON object");
  sluice__json_init(&json, heap());
  rv = sluice__json_parse(&json, body, MAX_DEPTH);
  if (rv == 0 && json.count == 0) {
    rv = refuse(why, "The body is blank; it should be a JSON object");
  } else if (rv == 0 && json.nodes[0].next < json.count) {
    rv = refuse(why, "The body holds more than one JSON text");
  } else if (rv == 0) {
    rv = read_members(ask, &json, why, param);
  } else if (rv == SLUICE_ERR_NOMEM) {
    rv = refuse(why, "Out of memory");
  } else {
    snprintf(at, sizeof(at), "The body is no JSON: byte %zu: ", json.error_at);
    refuse(why, at);
    rv = refuse(why, json.error_message);
  }
  sluice__json_free(&json);
  return rv;
}
