/* SPDX-License-Identifier: MIT */
#include "request_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void die(const struct request_case *c, const char *what)
{
  fprintf(stderr, "tests/request_case.c: %s: %s\n", c->name, what);
  exit(99);
}

static sluice_str member(const struct request_case *c, uint32_t object,
                         const char *key)
{
  uint32_t node = sluice__json_get(&c->json, object, key);
  sluice_str none = {"", 0};

  return node == JSON_ABSENT ? none : sluice__json_raw(&c->json, node);
}

static int64_t number(const struct request_case *c, const char *key)
{
  int64_t n = 0;

  (void)sluice__json_int(&c->json, sluice__json_get(&c->json, 0, key), &n);
  return n;
}

static void read_flags(struct request_case *c)
{
  uint32_t list = sluice__json_get(&c->json, 0, "flags"), entry;

  for (entry = sluice__json_child(&c->json, list); entry != JSON_ABSENT;
       entry = sluice__json_sibling(&c->json, list, entry)) {
    uint32_t before = c->o.flags;

#define X(NAME, bit, name, text)                                               \
  if (sluice__json_is(&c->json, entry, name))                                  \
    c->o.flags |= (bit);
    SLUICE_REQUEST_FLAGS(X)
#undef X
    if (c->o.flags == before)
      die(c, "a flag that is none, or twice");
  }
}

static void read_omit(struct request_case *c)
{
  uint32_t list = sluice__json_get(&c->json, 0, "omit"), entry;

  for (entry = sluice__json_child(&c->json, list); entry != JSON_ABSENT;
       entry = sluice__json_sibling(&c->json, list, entry)) {
    if (c->o.omit_count == CASE_OMIT)
      die(c, "more in omit than there is room for");
    c->omit[c->o.omit_count++] = sluice__json_raw(&c->json, entry);
  }
  c->o.omit = c->omit;
}

static const char *const calls[] = {
#define X(NAME, name) name,
    SLUICE_TOOL_TYPES(X)
#undef X
};

static void read_hosted(struct request_case *c)
{
  uint32_t list = sluice__json_get(&c->json, 0, "hosted"), entry;
  int type;

  for (entry = sluice__json_child(&c->json, list); entry != JSON_ABSENT;
       entry = sluice__json_sibling(&c->json, list, entry)) {
    sluice_hosted *h = &c->hosted[c->o.hosted_count];

    if (c->o.hosted_count++ == CASE_HOSTED)
      die(c, "more in hosted than there is room for");
    h->type = member(c, entry, "type");
    h->server_label = member(c, entry, "server_label");
    h->function = member(c, entry, "function");
    h->shown = member(c, entry, "shown");
    for (type = 0; type < SLUICE_TOOL_TYPE_COUNT; type++)
      if (sluice__json_is(&c->json, sluice__json_get(&c->json, entry, "call"),
                          calls[type]))
        h->call = (sluice_tool_type)type;
  }
  c->o.hosted = c->hosted;
}

void request_case_read(struct request_case *c, const char *name)
{
  char path[256];

  memset(c, 0, sizeof(*c));
  snprintf(c->name, sizeof(c->name), "%s", name);
  snprintf(path, sizeof(path), REQUESTS "%s.json", name);
  c->mem = sluice__mem(NULL);
  sluice__json_init(&c->json, &c->mem);
  if (!bytes_read(&c->file, path) ||
      sluice__json_parse(&c->json, (sluice_str){c->file.p, c->file.n}, 512) !=
          0)
    die(c, "it is no JSON");
  sluice_request_options_init(&c->o);
  c->why = member(c, 0, "why");
  c->request = member(c, 0, "request");
  c->o.model = member(c, 0, "model");
  c->o.separator = member(c, 0, "separator");
  if (c->why.n < 10 || c->request.n == 0)
    die(c, "it needs a `why` and a `request`");
  c->o.max_request = (size_t)number(c, "max_request");
  c->o.max_depth = (uint32_t)number(c, "max_depth");
  c->o.max_items = (uint32_t)number(c, "max_items");
  c->o.max_tools = (uint32_t)number(c, "max_tools");
  read_flags(c);
  read_omit(c);
  read_hosted(c);
}

void request_case_free(struct request_case *c)
{
  sluice__json_free(&c->json);
  bytes_free(&c->file);
}

/* ---- telling ------------------------------------------------------------ */

/* Compact JSON with a line break before each member of the outermost object and
 * each entry of its arrays. */
static void put_lines(struct bytes *out, sluice_str json)
{
  int depth = 0, in_string = 0;
  size_t i;

  for (i = 0; i < json.n; i++) {
    char c = json.p[i];

    bytes_put(out, &c, 1);
    if (c == '\\' && in_string) {
      i++;
      bytes_put(out, json.p + i, 1);
      continue;
    }
    if (c == '"')
      in_string = !in_string;
    if (in_string)
      continue;
    depth += (c == '{' || c == '[') - (c == '}' || c == ']');
    if ((c == ',' && depth <= 2 && (depth < 2 || json.p[i + 1] == '{')) ||
        (c == '[' && depth == 2 && json.p[i + 1] == '{'))
      bytes_puts(out, depth == 1 ? "\n " : "\n  ");
  }
  bytes_puts(out, "\n");
}

static void put_table(struct bytes *out, const sluice_options *o)
{
  size_t i;

  for (i = 0; i < o->tool_count; i++) {
    const sluice_tool *t = &o->tools[i];

    bytes_printf(out, "tool: %.*s = %s", (int)t->name.n, t->name.p,
                 calls[t->type]);
    if (t->name_space.n > 0)
      bytes_printf(out, " of %.*s", (int)t->name_space.n, t->name_space.p);
    if (t->shown.n > 0)
      bytes_printf(out, " as %.*s", (int)t->shown.n, t->shown.p);
    if (t->server_label.n > 0)
      bytes_printf(out, " at %.*s", (int)t->server_label.n, t->server_label.p);
    if (t->container_id.n > 0)
      bytes_printf(out, " in %.*s", (int)t->container_id.n, t->container_id.p);
    bytes_puts(out, "\n");
  }
}

void request_case_tell(const sluice_request *r, sluice_status status,
                       struct bytes *out)
{
  sluice_http_error error = sluice_request_error(r);
  sluice_options o;
  int note;

  bytes_printf(out, "%s\n", sluice_status_name(status));
  if (status != SLUICE_OK) {
    bytes_printf(out, "HTTP %d\n", error.status);
    bytes_put(out, error.body.p, error.body.n);
    bytes_puts(out, "\n");
    return;
  }
  put_lines(out, sluice_request_chat(r));
  sluice_options_init(&o);
  (void)sluice_request_apply(r, &o);
  put_table(out, &o);
  bytes_puts(out, "shown: ");
  bytes_put(out, o.request.p, o.request.n);
  bytes_puts(out, "\n");
  for (note = 0; note < SLUICE_NOTE_COUNT; note++)
    if (sluice_request_count(r, (sluice_request_note)note) > 0)
      bytes_printf(
          out, "note: %s %lu\n",
          sluice_request_note_name((sluice_request_note)note),
          (unsigned long)sluice_request_count(r, (sluice_request_note)note));
}
