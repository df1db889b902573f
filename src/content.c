/* SPDX-License-Identifier: MIT */
#include "content.h"

enum part_kind {
  PART_NONE,
  PART_TEXT,
  PART_REFUSAL,
  PART_IMAGE,
  PART_FILE,
  PART_AUDIO
};

static const struct {
  const char *type;
  enum part_kind kind;
} part_types[] = {
    {"input_text", PART_TEXT},     {"output_text", PART_TEXT},
    {"text", PART_TEXT},           {"summary_text", PART_TEXT},
    {"reasoning_text", PART_TEXT}, {"refusal", PART_REFUSAL},
    {"input_image", PART_IMAGE},   {"input_file", PART_FILE},
    {"input_audio", PART_AUDIO},
};

static enum part_kind kind_of(const struct asked *a, uint32_t part)
{
  uint32_t type = sluice__json_get(&a->json, part, "type");
  size_t i;

  for (i = 0; i < sizeof(part_types) / sizeof(part_types[0]); i++)
    if (sluice__json_is(&a->json, type, part_types[i].type))
      return part_types[i].kind;
  return PART_NONE;
}

static uint32_t get(const struct asked *a, uint32_t object, const char *key)
{
  return sluice__json_get(&a->json, object, key);
}

static int is_said(enum part_kind kind)
{
  return kind == PART_TEXT || kind == PART_REFUSAL;
}

/* ---- checking ---------------------------------------------------------- */

/* One of the members has to be there, and none that leads to a store. */
static int check_source(struct asked *a, const struct place *place,
                        uint32_t part, const char *key, const char *stored)
{
  struct place at = sluice__place_member(place, stored);
  uint32_t source, other;
  int rv = sluice__asked_member(a, place, part, key, JSON_STRING, &source);

  if (rv != 0 || source != JSON_ABSENT)
    return rv;
  other = get(a, part, stored);
  if (sluice__asked_given(a, other))
    return sluice__asked_fault(a, FAULT_FILE, &at, JSON_ABSENT);
  return sluice__asked_required(a, place, part, key, JSON_STRING, &source);
}

static int check_file(struct asked *a, const struct place *place, uint32_t part)
{
  uint32_t id;
  int rv = sluice__asked_member(a, place, part, "file_id", JSON_STRING, &id);

  if (rv != 0 || id != JSON_ABSENT)
    return rv; /* chat has files by id, too: the upstream may know it */
  return check_source(a, place, part, "file_data", "file_url");
}

static int check_part(struct asked *a, const struct place *place, uint32_t part,
                      enum content_of of, size_t *media)
{
  struct place at = sluice__place_member(place, "type");
  enum part_kind kind;
  uint32_t type, node;
  int rv;

  if (sluice__json_type(&a->json, part) != JSON_OBJECT)
    return sluice__asked_type(a, place, "an object");
  rv = sluice__asked_required(a, place, part, "type", JSON_STRING, &type);
  if (rv != 0)
    return rv;
  kind = kind_of(a, part);
  if (kind == PART_NONE || (of == CONTENT_TEXT && !is_said(kind)))
    return sluice__asked_fault(a, FAULT_PART, &at, type);
  *media += !is_said(kind);
  switch (kind) {
  case PART_IMAGE:
    return check_source(a, place, part, "image_url", "file_id");
  case PART_FILE:
    return check_file(a, place, part);
  case PART_AUDIO:
    return sluice__asked_required(a, place, part, "input_audio", JSON_OBJECT,
                                  &node);
  case PART_REFUSAL:
    return sluice__asked_member(a, place, part, "refusal", JSON_STRING, &node);
  default:
    return sluice__asked_member(a, place, part, "text", JSON_STRING, &node);
  }
}

int sluice__content_check(struct asked *a, const struct place *place,
                          uint32_t content, enum content_of of, size_t *media)
{
  uint32_t part;
  size_t i = 0;
  int rv = 0;

  *media = 0;
  if (!sluice__asked_given(a, content) ||
      sluice__json_type(&a->json, content) == JSON_STRING)
    return 0;
  if (sluice__json_type(&a->json, content) != JSON_ARRAY)
    return sluice__asked_type(a, place, "a string or an array of parts");
  for (part = sluice__json_child(&a->json, content);
       rv == 0 && part != JSON_ABSENT;
       part = sluice__json_sibling(&a->json, content, part), i++) {
    struct place at = sluice__place_entry(place, i);

    rv = check_part(a, &at, part, of, media);
  }
  return rv;
}

/* ---- writing ----------------------------------------------------------- */

static uint32_t said_by(const struct asked *a, uint32_t part,
                        enum part_kind kind)
{
  return get(a, part, kind == PART_REFUSAL ? "refusal" : "text");
}

void sluice__content_text(const struct asked *a, uint32_t content,
                          struct buf *out)
{
  uint32_t part;
  int first = 1;

  if (sluice__json_type(&a->json, content) == JSON_STRING) {
    sluice__asked_put(a, content, out);
    return;
  }
  for (part = sluice__json_child(&a->json, content); part != JSON_ABSENT;
       part = sluice__json_sibling(&a->json, content, part)) {
    enum part_kind kind = kind_of(a, part);

    if (!is_said(kind))
      continue;
    if (!first)
      sluice__buf_lit(out, "\\n");
    first = 0;
    sluice__asked_put(a, said_by(a, part, kind), out);
  }
}

static void put_image(const struct asked *a, uint32_t part, struct buf *out)
{
  uint32_t detail = get(a, part, "detail");

  sluice__buf_lit(out, "{\"type\":\"image_url\",\"image_url\":{");
  sluice__asked_copy_into(a, out, "url", get(a, part, "image_url"));
  if (sluice__json_is(&a->json, detail, "original"))
    sluice__buf_lit(out, ",\"detail\":\"high\""); /* chat has no more */
  else
    sluice__asked_copy_into(a, out, "detail", detail);
  sluice__buf_lit(out, "}}");
}

static void put_file(const struct asked *a, uint32_t part, struct buf *out)
{
  static const char *const keys[] = {"file_data", "file_id", "filename"};
  size_t i;

  sluice__buf_lit(out, "{\"type\":\"file\",\"file\":{");
  for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
    sluice__asked_copy_into(a, out, keys[i], get(a, part, keys[i]));
  sluice__buf_lit(out, "}}");
}

static void put_part(const struct asked *a, uint32_t part, enum part_kind kind,
                     struct buf *out)
{
  switch (kind) {
  case PART_IMAGE:
    put_image(a, part, out);
    break;
  case PART_FILE:
    put_file(a, part, out);
    break;
  case PART_AUDIO:
    sluice__buf_lit(out, "{\"type\":\"input_audio\"");
    sluice__asked_copy_into(a, out, "input_audio", get(a, part, "input_audio"));
    sluice__buf_byte(out, '}');
    break;
  default:
    sluice__buf_lit(out, "{\"type\":\"text\",\"text\":\"");
    sluice__asked_put(a, said_by(a, part, kind), out);
    sluice__buf_lit(out, "\"}");
    break;
  }
}

void sluice__content_parts(const struct asked *a, uint32_t content, int text,
                           struct buf *out)
{
  uint32_t part;
  int first = 1;

  for (part = sluice__json_child(&a->json, content); part != JSON_ABSENT;
       part = sluice__json_sibling(&a->json, content, part)) {
    enum part_kind kind = kind_of(a, part);

    if (!text && is_said(kind))
      continue;
    if (!first)
      sluice__buf_byte(out, ',');
    first = 0;
    put_part(a, part, kind, out);
  }
}

void sluice__content_put(const struct asked *a, uint32_t content, size_t media,
                         struct buf *out)
{
  sluice__buf_byte(out, media > 0 ? '[' : '"');
  if (media > 0)
    sluice__content_parts(a, content, 1, out);
  else
    sluice__content_text(a, content, out);
  sluice__buf_byte(out, media > 0 ? ']' : '"');
}
