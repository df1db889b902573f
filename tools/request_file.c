/* SPDX-License-Identifier: MIT */
#include "request_file.h"

#include "heap.h"
#include "json.h"
#include "reading.h"
#include "report.h"

/* The library's defaults. */
enum { MAX_DEPTH = 256, MAX_SIZE = 64 << 20 };

static int wrong_shape(const char *path, size_t at, const char *what)
{
  report("%s: byte %zu: %s; a request is one JSON object, {\"model\": ...}",
         path, at, what);
  return -1;
}

static int check(const struct buf *text, struct json *json, const char *path,
                 const struct bounds *bounds)
{
  uint64_t size = bounds->payload == 0 ? MAX_SIZE : bounds->payload;
  uint32_t depth = bounds->depth == 0 || bounds->depth > MAX_DEPTH
                       ? MAX_DEPTH
                       : (uint32_t)bounds->depth;
  int rv;

  if (text->n > size)
    return wrong_shape(path, (size_t)size, "larger than --max-payload");
  rv = sluice__json_parse(json, (sluice_str){text->p, text->n}, depth);
  if (rv == SLUICE_ERR_NOMEM) {
    heap_report();
    return -1;
  }
  if (rv != 0)
    return wrong_shape(path, json->error_at, json->error_message);
  if (sluice__json_type(json, 0) != JSON_OBJECT)
    return wrong_shape(path, json->nodes[0].at, "this is no JSON object");
  if (json->nodes[0].next < json->count)
    return wrong_shape(path, json->nodes[json->nodes[0].next].at,
                       "a second JSON text");
  return 0;
}

int request_read(struct buf *text, const char *path,
                 const struct bounds *bounds)
{
  struct json json;
  int rv;

  if (reading_whole(path, text) != 0)
    return -1;
  sluice__json_init(&json, heap());
  rv = check(text, &json, path, bounds);
  sluice__json_free(&json);
  return rv;
}

void request_report(const char *path, const sluice_translator *t)
{
  unsigned n = sluice_translator_count(t, SLUICE_ANOMALY_REQUEST_MEMBER);

  if (n > 0)
    report("%s: %u value%s that the Responses API does not have: left out, or "
           "shown as the default",
           path, n, n == 1 ? "" : "s");
}
