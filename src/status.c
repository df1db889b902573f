/* SPDX-License-Identifier: MIT */
/* status.c - names of codes, and the defaults of the options. */
#include <string.h>

#include <sluice/anomaly.h>
#include <sluice/event.h>
#include <sluice/tool.h>

#include "status.h"

/* json.h counts in 32 bits; and a size twice as large must fit a size_t, also
 * where that has no more: yajl doubles what it keeps, and then may abort. */
#define MOST_PAYLOAD                                                           \
  (SIZE_MAX / 4 < UINT32_MAX - 1 ? SIZE_MAX / 4 : (size_t)UINT32_MAX - 1)

#define MARKER_MAX 65536 /* characters: a place for them is there at once */

uint32_t sluice_version(void)
{
  return SLUICE_VERSION_NUM;
}

const char *sluice_status_name(sluice_status status)
{
  switch (status) {
#define X(NAME, value, text)                                                   \
  case SLUICE_##NAME:                                                          \
    return #NAME;
    SLUICE_STATUSES(X)
#undef X
  }
  return "?";
}

const char *sluice__status_text(sluice_status status)
{
  switch (status) {
#define X(NAME, value, text)                                                   \
  case SLUICE_##NAME:                                                          \
    return text;
    SLUICE_STATUSES(X)
#undef X
  }
  return "?";
}

const char *sluice_anomaly_name(sluice_anomaly a)
{
  static const char *const names[] = {
#define X(NAME, name, text) name,
      SLUICE_ANOMALIES(X)
#undef X
  };

  return (unsigned)a < SLUICE_ANOMALY_COUNT ? names[a] : "?";
}

const char *sluice_anomaly_text(sluice_anomaly a)
{
  static const char *const texts[] = {
#define X(NAME, name, text) text,
      SLUICE_ANOMALIES(X)
#undef X
  };

  return (unsigned)a < SLUICE_ANOMALY_COUNT ? texts[a] : "?";
}

void sluice_options_init_sized(sluice_options *o, size_t size)
{
  if (o == NULL || size < sizeof(o->size))
    return;
  memset(o, 0, size);
  o->size = size;
}

static void limit(size_t *value, size_t standard)
{
  if (*value == 0)
    *value = standard;
}

static void limit32(uint32_t *value, uint32_t standard)
{
  if (*value == 0)
    *value = standard;
}

static int str_ok(sluice_str s)
{
  return sluice__is_there(s.p, s.n);
}

static int all_there(const sluice_options *o)
{
  size_t i;

  if (!str_ok(o->response_id) || !str_ok(o->model) || !str_ok(o->request) ||
      !str_ok(o->marker_open) || !str_ok(o->marker_prefix) ||
      !str_ok(o->marker_close) || !sluice__is_there(o->files, o->file_count) ||
      !sluice__is_there(o->tools, o->tool_count))
    return 0;
  for (i = 0; i < o->file_count; i++)
    if (!str_ok(o->files[i].id) || !str_ok(o->files[i].name))
      return 0;
  for (i = 0; i < o->tool_count; i++)
    if (!str_ok(o->tools[i].name) || !str_ok(o->tools[i].server_label) ||
        !str_ok(o->tools[i].container_id) || !str_ok(o->tools[i].name_space) ||
        !str_ok(o->tools[i].shown))
      return 0;
  return 1;
}

int sluice__options(sluice_options *out, const sluice_options *o)
{
  memset(out, 0, sizeof(*out));
  if (o != NULL && o->size < sizeof(o->size))
    return SLUICE_ERR_ARG;
  /* A caller compiled against an older header has a shorter struct. */
  if (o != NULL)
    memcpy(out, o, o->size < sizeof(*out) ? o->size : sizeof(*out));
  out->size = sizeof(*out);
  limit(&out->max_payload, (size_t)64 << 20);
  limit(&out->max_output, (size_t)64 << 20);
  if (out->max_payload > MOST_PAYLOAD)
    out->max_payload = MOST_PAYLOAD;
  limit32(&out->max_depth, 256);
  limit32(&out->max_items, 1024);
  limit32(&out->max_marker, 64);
  if (out->max_marker > MARKER_MAX)
    out->max_marker = MARKER_MAX;
  limit32(&out->max_annotations, 65536);
  return all_there(out) ? 0 : SLUICE_ERR_ARG;
}
