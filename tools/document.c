/* SPDX-License-Identifier: MIT */
#include "document.h"

#include "heap.h"
#include "plain.h"
#include "reading.h"
#include "report.h"

enum { MAX_DEPTH = 256 };

/* Where a text of `length` bytes stops being one object. */
static size_t astray(const struct json *json, size_t length)
{
  if (json->count == 0)
    return length;
  if (sluice__json_type(json, 0) != JSON_OBJECT)
    return json->nodes[0].at;
  return json->nodes[json->nodes[0].next].at;
}

int document_open(struct document *d, const char *path, const char *form)
{
  int rv;

  memset(d, 0, sizeof(*d));
  d->path = path;
  sluice__buf_init(&d->text, heap());
  sluice__buf_init(&d->strings, heap());
  sluice__json_init(&d->json, heap());
  if (reading_whole(path, &d->text) != 0)
    return -1;
  rv = sluice__json_parse(&d->json, (sluice_str){d->text.p, d->text.n},
                          MAX_DEPTH);
  if (rv == SLUICE_ERR_NOMEM) {
    heap_report();
    return -1;
  }
  if (rv != 0) {
    report("%s: byte %zu: %s; it should be %s", path, d->json.error_at,
           d->json.error_message, form);
    return -1;
  }
  if (sluice__json_type(&d->json, 0) != JSON_OBJECT ||
      d->json.nodes[0].next != d->json.count) {
    report("%s: byte %zu: this is not one JSON object; it should be %s", path,
           astray(&d->json, d->text.n), form);
    return -1;
  }
  /* What document_text made never moves: at worst each byte is none of UTF-8
   * and becomes U+FFFD, three bytes. */
  if (sluice__buf_reserve(&d->strings, 3 * d->text.n + 1) != 0) {
    heap_report();
    return -1;
  }
  return 0;
}

void document_close(struct document *d)
{
  sluice__json_free(&d->json);
  sluice__buf_free(&d->strings);
  sluice__buf_free(&d->text);
}

int document_fault(const struct document *d, uint32_t node, const char *what)
{
  size_t at = node < d->json.count ? d->json.nodes[node].at : 0;

  report("%s: byte %zu: %s", d->path, at, what);
  return -1;
}

int document_text(struct document *d, uint32_t node, sluice_str *out)
{
  struct buf *all = &d->strings;
  size_t start = all->n;
  int rv = 0;

  out->p = "";
  out->n = 0;
  if (sluice__json_type(&d->json, node) <= JSON_NULL)
    return 0;
  if (sluice__json_type(&d->json, node) == JSON_STRING ||
      sluice__json_type(&d->json, node) == JSON_KEY)
    rv = plain_append(all, sluice__json_raw(&d->json, node));
  else
    sluice__json_compact(&d->json, node, all);
  if (rv != 0 || all->failed) {
    heap_report();
    return -1;
  }
  out->p = all->p + start;
  out->n = all->n - start;
  return 0;
}
