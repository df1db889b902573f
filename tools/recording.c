/* SPDX-License-Identifier: MIT */
#include "recording.h"

#include "heap.h"
#include "json.h"
#include "plain.h"

/* What a chunk may nest, and the recording around it. */
enum { MAX_DEPTH = 256 + 16 };

/* ---- the request: which files its tool results offer ---- */

static int offer_string(const struct json *json, uint32_t node,
                        struct files *files)
{
  struct buf text;
  int rv = -1;

  sluice__buf_init(&text, heap());
  if (plain_append(&text, sluice__json_string(json, node)) == 0)
    rv = files_offer(files, (sluice_str){text.p, text.n});
  sluice__buf_free(&text);
  return rv;
}

/* A string, or a list of parts with a text. */
static int offer_content(const struct json *json, uint32_t content,
                         struct files *files)
{
  uint32_t part;

  if (sluice__json_type(json, content) == JSON_STRING)
    return offer_string(json, content, files);
  if (sluice__json_type(json, content) != JSON_ARRAY)
    return 0;
  for (part = sluice__json_child(json, content); part != JSON_ABSENT;
       part = sluice__json_sibling(json, content, part))
    if (offer_string(json, sluice__json_get(json, part, "text"), files) != 0)
      return -1;
  return 0;
}

/* Messages of the role tool, or items of the type function_call_output. */
static int offer_list(const struct json *json, uint32_t list,
                      struct files *files)
{
  uint32_t entry;
  int rv = 0;

  if (sluice__json_type(json, list) != JSON_ARRAY)
    return 0;
  for (entry = sluice__json_child(json, list); entry != JSON_ABSENT && rv == 0;
       entry = sluice__json_sibling(json, list, entry)) {
    if (sluice__json_is(json, sluice__json_get(json, entry, "role"), "tool"))
      rv = offer_content(json, sluice__json_get(json, entry, "content"), files);
    else if (sluice__json_is(json, sluice__json_get(json, entry, "type"),
                             "function_call_output"))
      rv = offer_content(json, sluice__json_get(json, entry, "output"), files);
  }
  return rv;
}

static int offer_request(const struct json *json, uint32_t request,
                         struct files *files)
{
  uint32_t body = sluice__json_get(json, request, "body");

  if (offer_list(json, sluice__json_get(json, body, "messages"), files) != 0)
    return -1;
  return offer_list(json, sluice__json_get(json, body, "input"), files);
}

/* ---- the response ---- */

/* The recorder wraps what it kept: {"__type__": ..., "__data__": chunk}. */
static uint32_t unwrap(const struct json *json, uint32_t node)
{
  uint32_t data = sluice__json_get(json, node, "__data__");

  return data == JSON_ABSENT ? node : data;
}

static void replay_body(const struct json *json, uint32_t body,
                        struct buf *stream)
{
  uint32_t chunk;

  if (sluice__json_type(json, body) != JSON_ARRAY) {
    sluice__json_compact(json, unwrap(json, body), stream);
    return;
  }
  for (chunk = sluice__json_child(json, body); chunk != JSON_ABSENT;
       chunk = sluice__json_sibling(json, body, chunk)) {
    sluice__buf_lit(stream, "data: ");
    sluice__json_compact(json, unwrap(json, chunk), stream);
    sluice__buf_lit(stream, "\n\n");
  }
  sluice__buf_lit(stream, "data: [DONE]\n\n");
}

static int replay(const struct json *json, struct buf *stream,
                  struct files *files)
{
  uint32_t request = sluice__json_get(json, 0, "request");
  uint32_t body =
      sluice__json_get(json, sluice__json_get(json, 0, "response"), "body");
  enum json_type type = sluice__json_type(json, body);

  if (json->count == 0 || json->nodes[0].next < json->count ||
      sluice__json_type(json, request) != JSON_OBJECT ||
      (type != JSON_ARRAY && type != JSON_OBJECT))
    return 0;
  replay_body(json, body, stream);
  if (offer_request(json, request, files) != 0 || stream->failed)
    return -1;
  return 1;
}

int recording_replay(sluice_str text, struct buf *stream, struct files *files)
{
  struct json json;
  int rv;

  sluice__json_init(&json, heap());
  rv = sluice__json_parse(&json, text, MAX_DEPTH);
  if (rv == 0)
    rv = replay(&json, stream, files);
  else
    rv = rv == SLUICE_ERR_NOMEM ? -1 : 0;
  sluice__json_free(&json);
  return rv;
}
