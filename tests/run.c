/* SPDX-License-Identifier: MIT */
#include "run.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void die(const char *what, const char *which)
{
  fprintf(stderr, "tests/run.c: %s: %s\n", what, which);
  exit(99);
}

/* ---- options ------------------------------------------------------------ */

static sluice_str keep(struct setup *s, const char *p, size_t n)
{
  char *copy = malloc(n + 1);
  sluice_str str = {copy, n};

  if (copy == NULL || s->string_count == SETUP_STRINGS)
    die("too many strings", p);
  memcpy(copy, p, n);
  copy[n] = '\0';
  s->strings[s->string_count++] = copy;
  return str;
}

static int64_t clock_of(void *user)
{
  return ((struct setup *)user)->now;
}

static void read_files(struct setup *s, const char *json)
{
  json_t *all = json_loads(json, JSON_REJECT_DUPLICATES, NULL), *name;
  const char *id;

  if (!json_is_object(all) ||
      json_object_size(all) > sizeof(s->files) / sizeof(s->files[0]))
    die("not a table of files", json);
  s->o.files = s->files;
  json_object_foreach(all, id, name)
  {
    sluice_file *f = &s->files[s->o.file_count++];

    f->id = keep(s, id, strlen(id));
    f->name = keep(s, json_string_value(name), json_string_length(name));
  }
  json_decref(all);
}

static int word(const char *value, const char *const words[])
{
  int i;

  for (i = 0; words[i] != NULL; i++)
    if (strcmp(words[i], value) == 0)
      return i;
  die("unknown word", value);
  return 0;
}

/* One guess by its name; more of them stand in lines of their own. */
static uint32_t guess(const char *value)
{
#define X(NAME, bit, name, text)                                               \
  if (strcmp(value, name) == 0)                                                \
    return bit;
  SLUICE_LENIENTS(X)
#undef X
  die("unknown guess", value);
  return 0;
}

/* `NAME=TYPE` */
static void read_tool(struct setup *s, const char *value)
{
  static const char *const types[] = {
#define X(NAME, name) name,
      SLUICE_TOOL_TYPES(X)
#undef X
          NULL};
  const char *type = strrchr(value, '=');
  sluice_tool *tool = &s->tools[s->o.tool_count];

  if (type == NULL || s->o.tool_count++ == SETUP_TOOLS)
    die("no tool, or too many", value);
  tool->name = keep(s, value, (size_t)(type - value));
  tool->type = (sluice_tool_type)word(type + 1, types);
  s->o.tools = s->tools;
}

static int set_string(struct setup *s, const char *name, const char *value)
{
  const struct {
    const char *name;
    sluice_str *slot;
  } strings[] = {{"model", &s->o.model},
                 {"request", &s->o.request},
                 {"response-id", &s->o.response_id},
                 {"marker-open", &s->o.marker_open},
                 {"marker-prefix", &s->o.marker_prefix},
                 {"marker-close", &s->o.marker_close}};
  size_t i;

  for (i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
    if (strcmp(strings[i].name, name) == 0) {
      *strings[i].slot = keep(s, value, strlen(value));
      return 1;
    }
  return 0;
}

static int set_number(struct setup *s, const char *name, const char *value)
{
  uint64_t v = strtoull(value, NULL, 10);

  if (strcmp(name, "seed") == 0)
    s->o.seed = v;
  else if (strcmp(name, "created-at") == 0)
    s->o.created_at = (int64_t)v;
  else if (strcmp(name, "max-payload") == 0)
    s->o.max_payload = (size_t)v;
  else if (strcmp(name, "max-output") == 0)
    s->o.max_output = (size_t)v;
  else if (strcmp(name, "max-depth") == 0)
    s->o.max_depth = (uint32_t)v;
  else if (strcmp(name, "max-items") == 0)
    s->o.max_items = (uint32_t)v;
  else if (strcmp(name, "max-marker") == 0)
    s->o.max_marker = (uint32_t)v;
  else if (strcmp(name, "max-annotations") == 0)
    s->o.max_annotations = (uint32_t)v;
  else if (strcmp(name, "max-tool-calls") == 0)
    s->o.max_tool_calls = (uint32_t)v;
  else
    return 0;
  return 1;
}

static void set(struct setup *s, const char *name, const char *value)
{
  static const char *const reasoning[] = {"summary", "text", "off", NULL};
  static const char *const units[] = {"codepoint", "utf16", "byte", "grapheme",
                                      NULL};

  if (strcmp(name, "reasoning") == 0) {
    s->o.reasoning = (sluice_reasoning)word(value, reasoning);
  } else if (strcmp(name, "index-unit") == 0) {
    s->o.index_unit = (sluice_unit)word(value, units);
  } else if (strcmp(name, "no-error-event") == 0) {
    s->o.flags |= SLUICE_NO_ERROR_EVENT;
  } else if (strcmp(name, "no-citations") == 0) {
    s->o.flags |= SLUICE_NO_CITATIONS;
  } else if (strcmp(name, "obfuscation") == 0) {
    s->o.flags |= SLUICE_OBFUSCATION;
  } else if (strcmp(name, "lenient") == 0) {
    s->o.lenient |= guess(value);
  } else if (strcmp(name, "tool") == 0) {
    read_tool(s, value);
  } else if (strcmp(name, "citation-files") == 0) {
    read_files(s, value);
  } else if (strcmp(name, "clock") == 0) {
    s->now = strtoll(value, NULL, 10);
    s->o.clock = clock_of;
    s->o.clock_user = s;
  } else if (!set_string(s, name, value) && !set_number(s, name, value)) {
    die("unknown option", name);
  }
}

void setup_init(struct setup *s)
{
  memset(s, 0, sizeof(*s));
  sluice_options_init(&s->o);
}

void setup_read(struct setup *s, const char *opts)
{
  while (*opts != '\0') {
    size_t n = strcspn(opts, "\n");
    char *line = (char *)(uintptr_t)keep(s, opts, n).p;
    char *value = strchr(line, '=');

    opts += n + (opts[n] == '\n');
    if (line[0] == '#') {
      if (s->why.n == 0)
        bytes_puts(&s->why, line + 1 + (line[1] == ' '));
    } else if (line[0] != '\0') {
      if (value != NULL)
        *value++ = '\0';
      set(s, line, value == NULL ? "" : value);
    }
  }
}

void setup_free(struct setup *s)
{
  size_t i;

  for (i = 0; i < s->string_count; i++)
    free(s->strings[i]);
  bytes_free(&s->why);
}

void setup_stream(struct setup *s, struct bytes *in, const char *name)
{
  struct bytes opts = {0};
  char path[256];

  snprintf(path, sizeof(path), CORPUS "%s.sse", name);
  if (!bytes_read(in, path))
    die("no such stream", path);
  setup_init(s);
  snprintf(path, sizeof(path), CORPUS "%s.opts", name);
  if (bytes_read(&opts, path))
    setup_read(s, opts.p);
  bytes_free(&opts);
}

/* ---- runs --------------------------------------------------------------- */

static int on_event(void *user, const sluice_event *e)
{
  struct run *r = (struct run *)user;

  bytes_put(&r->wire, e->wire.p, e->wire.n);
  bytes_puts(&r->text, sluice_event_name(e->type));
  bytes_puts(&r->text, " ");
  bytes_put(&r->text, e->json.p, e->json.n);
  bytes_puts(&r->text, "\n");
  r->events++;
  return r->pause;
}

void run_init(struct run *r, const struct setup *s)
{
  memset(r, 0, sizeof(*r));
  r->setup = s;
  bytes_puts(&r->wire, "");
  bytes_puts(&r->text, "");
  if (sluice_translator_new(&r->t, &s->o, on_event, r) != SLUICE_OK)
    die("no translator", "sluice_translator_new");
}

void run_feed(struct run *r, const char *p, size_t n)
{
  size_t consumed, turns = 0, limit = 2 * n + 1000;

  if (r->feed < 0)
    return;
  do {
    consumed = n + 1;
    r->feed = sluice_translator_feed(r->t, p, n, &consumed);
    if (consumed > n || (r->feed == SLUICE_OK && consumed != n) ||
        (r->feed == SLUICE_PAUSED && r->pause == 0) || turns++ > limit)
      die("wrong consumed", sluice_status_name(r->feed));
    p += consumed;
    n -= consumed;
  } while (r->feed == SLUICE_PAUSED);
}

static const char *status_of(const sluice_translator *t)
{
  static const char *const names[] = {"in_progress", "completed", "incomplete",
                                      "failed"};

  return names[sluice_translator_status(t)];
}

void run_finish(struct run *r)
{
  sluice_error error;
  int a;

  r->finish = sluice_translator_finish(r->t);
  error = sluice_translator_error(r->t);
  bytes_printf(&r->text, "# status: %s feed=%s finish=%s", status_of(r->t),
               sluice_status_name(r->feed), sluice_status_name(r->finish));
  if (error.status != SLUICE_OK)
    bytes_printf(&r->text, " offset=%llu: %s", (unsigned long long)error.offset,
                 error.message);
  bytes_puts(&r->text, "\n# anomalies:");
  for (a = 0; a < SLUICE_ANOMALY_COUNT; a++) {
    uint32_t n = sluice_translator_count(r->t, (sluice_anomaly)a);

    if (n > 0)
      bytes_printf(&r->text, " %s=%u", sluice_anomaly_name((sluice_anomaly)a),
                   n);
  }
  bytes_puts(&r->text, "\n");
}

void run_again(struct run *r)
{
  if (sluice_translator_reset(r->t, r->setup->o.seed) != SLUICE_OK)
    die("no reset", "sluice_translator_reset");
  bytes_clear(&r->wire);
  bytes_clear(&r->text);
  r->events = 0;
  r->feed = r->finish = SLUICE_OK;
}

void run_free(struct run *r)
{
  sluice_translator_free(r->t);
  bytes_free(&r->wire);
  bytes_free(&r->text);
}
