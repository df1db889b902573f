/* SPDX-License-Identifier: MIT */
#include "asked.h"

#include "text.h"

int sluice__asked_fault(struct asked *a, enum fault_kind kind,
                        const struct place *place, uint32_t found)
{
  return sluice__fault_set(&a->fault, kind, place,
                           sluice__json_raw(&a->json, found));
}

int sluice__asked_type(struct asked *a, const struct place *place,
                       const char *expected)
{
  sluice_str words = {expected, strlen(expected)};

  return sluice__fault_set(&a->fault, FAULT_TYPE, place, words);
}

int sluice__asked_too_many(struct asked *a, const struct place *place,
                           uint32_t most)
{
  sluice_str digits;
  int rv;

  sluice__buf_clear(&a->work);
  sluice__buf_uint(&a->work, most);
  digits.p = a->work.p;
  digits.n = a->work.n;
  rv = sluice__buf_status(&a->work);
  if (rv == 0)
    rv = sluice__fault_set(&a->fault, FAULT_TOO_MANY, place, digits);
  return rv == SLUICE_ERR_REQUEST ? SLUICE_ERR_LIMIT : rv;
}

static const char *type_name(enum json_type type)
{
  switch (type) {
  case JSON_STRING:
    return "a string";
  case JSON_NUMBER:
    return "a number";
  case JSON_TRUE:
    return "true or false";
  case JSON_ARRAY:
    return "an array";
  default:
    return "an object";
  }
}

int sluice__asked_member(struct asked *a, const struct place *in,
                         uint32_t object, const char *key, enum json_type type,
                         uint32_t *node)
{
  struct place place = sluice__place_member(in, key);
  enum json_type found;

  *node = sluice__json_get(&a->json, object, key);
  found = sluice__json_type(&a->json, *node);
  if (found <= JSON_NULL) {
    *node = JSON_ABSENT;
    return 0;
  }
  if (found == type || (type == JSON_TRUE && found == JSON_FALSE))
    return 0;
  return sluice__asked_type(a, &place, type_name(type));
}

int sluice__asked_required(struct asked *a, const struct place *in,
                           uint32_t object, const char *key,
                           enum json_type type, uint32_t *node)
{
  struct place place = sluice__place_member(in, key);
  int rv = sluice__asked_member(a, in, object, key, type, node);

  if (rv == 0 &&
      (*node == JSON_ABSENT ||
       (type == JSON_STRING && sluice__json_string(&a->json, *node).n == 0)))
    rv = sluice__asked_fault(a, FAULT_MISSING, &place, JSON_ABSENT);
  return rv;
}

void sluice__asked_put(const struct asked *a, uint32_t node, struct buf *out)
{
  size_t start = out->n;
  sluice_text clean;

  if (sluice__text_clean(NULL, sluice__json_string(&a->json, node), out, &clean,
                         NULL) == 0 &&
      out->n == start) /* it was clean: nothing was put */
    sluice__buf_text(out, clean);
}

int sluice__asked_is(struct asked *a, uint32_t node, sluice_str plain)
{
  struct buf *work = &a->work;
  sluice_text clean;
  size_t n;

  sluice__buf_clear(work);
  if (sluice__json_type(&a->json, node) != JSON_STRING &&
      sluice__json_type(&a->json, node) != JSON_KEY)
    return 0;
  sluice__json_compact(&a->json, node, work); /* with its quotes */
  n = work->n;
  if (sluice__buf_reserve(work, n) != 0) {
    a->chat.failed = 1;
    return 0;
  }
  clean.p = work->p + 1;
  clean.n = n - 2;
  n = sluice_text_decode(clean, work->p + n, n);
  return n == plain.n &&
         (n == 0 || memcmp(clean.p + clean.n + 1, plain.p, n) == 0);
}

/* ---- the chat request -------------------------------------------------- */

static void put_key(struct buf *out, const char *key)
{
  if (out->n > 0 && out->p[out->n - 1] != '{')
    sluice__buf_byte(out, ',');
  sluice__buf_byte(out, '"');
  sluice__buf_put(out, key, strlen(key));
  sluice__buf_lit(out, "\":");
}

int sluice__asked_begin(struct asked *a, const char *key)
{
  const struct wanted *w = a->wanted;
  size_t i;

  for (i = 0; i < w->omit_count; i++)
    if (w->omit[i].n == strlen(key) &&
        memcmp(w->omit[i].p, key, w->omit[i].n) == 0)
      return 0;
  put_key(&a->chat, key);
  return 1;
}

void sluice__asked_copy(struct asked *a, const char *key, uint32_t node)
{
  if (sluice__asked_given(a, node) && sluice__asked_begin(a, key))
    sluice__json_compact(&a->json, node, &a->chat);
}

void sluice__asked_copy_into(const struct asked *a, struct buf *out,
                             const char *key, uint32_t node)
{
  if (!sluice__asked_given(a, node))
    return;
  put_key(out, key);
  sluice__json_compact(&a->json, node, out);
}
