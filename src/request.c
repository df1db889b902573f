/* SPDX-License-Identifier: MIT */
/* request.c - the public handle: what the options gave, and the reading of a
 * body from end to end. */
#include <sluice/request.h>

#include "dialogue.h"
#include "offering.h"
#include "status.h"
#include "text.h"
#include "unique.h"
#include "upstream.h"
#include "wish.h"

#define REQUEST_DEPTH 256 /* as deep as a translator reads a request */
#define SEPARATOR_MAX 16

struct sluice_request {
  struct wanted wanted;
  char *strings; /* of `wanted` */
  struct asked asked;
  struct wishes wishes;
  struct toolset tools;
  struct buf shown;   /* the request without its input */
  sluice_tool *table; /* for the translator */
  size_t table_count;
  struct buf upstream;  /* the last upstream's error */
  sluice_status status; /* of the last read */
  uint8_t busy;
};

/* ---- names of notes, defaults ------------------------------------------- */

const char *sluice_request_note_name(sluice_request_note note)
{
  static const char *const names[] = {
#define X(NAME, name, text) name,
      SLUICE_REQUEST_NOTES(X)
#undef X
  };

  return (unsigned)note < SLUICE_NOTE_COUNT ? names[note] : "?";
}

const char *sluice_request_note_text(sluice_request_note note)
{
  static const char *const texts[] = {
#define X(NAME, name, text) text,
      SLUICE_REQUEST_NOTES(X)
#undef X
  };

  return (unsigned)note < SLUICE_NOTE_COUNT ? texts[note] : "?";
}

void sluice_request_options_init_sized(sluice_request_options *o, size_t size)
{
  if (o == NULL || size < sizeof(o->size))
    return;
  memset(o, 0, size);
  o->size = size;
}

/* ---- options ----------------------------------------------------------- */

static int is_there(sluice_str s)
{
  return sluice__is_there(s.p, s.n);
}

static int hosted_ok(const sluice_hosted *h)
{
  return is_there(h->type) && is_there(h->server_label) &&
         is_there(h->function) && is_there(h->shown) && h->type.n > 0 &&
         h->function.n > 0 && (unsigned)h->call < SLUICE_TOOL_TYPE_COUNT;
}

static int options_ok(const sluice_request_options *o)
{
  uint32_t flags = 0;
  size_t i;

#define X(NAME, bit, name, text) flags |= (bit);
  SLUICE_REQUEST_FLAGS(X)
#undef X
  if ((o->flags & ~flags) != 0 || !is_there(o->model) ||
      !is_there(o->separator) ||
      !sluice__is_name(o->separator, SEPARATOR_MAX) ||
      !sluice__is_there(o->hosted, o->hosted_count) ||
      !sluice__is_there(o->omit, o->omit_count))
    return 0;
  for (i = 0; i < o->hosted_count; i++)
    if (!hosted_ok(&o->hosted[i]))
      return 0;
  for (i = 0; i < o->omit_count; i++)
    if (!is_there(o->omit[i]))
      return 0;
  return 1;
}

/* No more than any payload may have. */
static size_t most_bytes(size_t bytes)
{
  sluice_options o, all;

  sluice_options_init(&o);
  o.max_payload = bytes;
  (void)sluice__options(&all, &o);
  return all.max_payload;
}

/* A copy with every limit set. 0 or SLUICE_ERR_ARG. */
static int read_options(sluice_request_options *out,
                        const sluice_request_options *o)
{
  memset(out, 0, sizeof(*out));
  if (o != NULL && o->size < sizeof(o->size))
    return SLUICE_ERR_ARG;
  if (o != NULL)
    memcpy(out, o, o->size < sizeof(*out) ? o->size : sizeof(*out));
  if (out->max_request == 0)
    out->max_request = (size_t)64 << 20;
  out->max_request = most_bytes(out->max_request);
  if (out->max_depth == 0 || out->max_depth > REQUEST_DEPTH)
    out->max_depth = REQUEST_DEPTH;
  if (out->max_items == 0)
    out->max_items = 65536;
  if (out->max_tools == 0)
    out->max_tools = 1024;
  if (out->separator.n == 0)
    out->separator = SLUICE_STR("__");
  return options_ok(out) ? 0 : SLUICE_ERR_ARG;
}

static sluice_str copy(char **to, sluice_str from)
{
  sluice_str s = {*to, from.n};

  if (from.n > 0)
    memcpy(*to, from.p, from.n);
  *to += from.n;
  return s;
}

static size_t strings_size(const sluice_request_options *o)
{
  size_t n = o->model.n + o->separator.n, i;

  for (i = 0; i < o->hosted_count; i++)
    n += o->hosted[i].type.n + o->hosted[i].server_label.n +
         o->hosted[i].shown.n;
  for (i = 0; i < o->omit_count; i++)
    n += o->omit[i].n;
  return n + 1;
}

static void copy_strings(sluice_request *r, const sluice_request_options *o)
{
  struct wanted *w = &r->wanted;
  char *at = r->strings;
  size_t i;

  w->model = copy(&at, o->model);
  w->separator = copy(&at, o->separator);
  for (i = 0; i < o->hosted_count; i++) {
    w->hosted[i].is.type = copy(&at, o->hosted[i].type);
    w->hosted[i].is.server_label = copy(&at, o->hosted[i].server_label);
    w->hosted[i].is.shown = copy(&at, o->hosted[i].shown);
    w->hosted[i].is.call = o->hosted[i].call;
  }
  for (i = 0; i < o->omit_count; i++)
    w->omit[i] = copy(&at, o->omit[i]);
}

/* ,"key":value of a hosted function. */
static void put_function(const struct json *j, struct buf *out)
{
  static const char *const keys[] = {"description", "parameters", "strict"};
  uint32_t node;
  size_t i;

  for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
    node = sluice__json_get(j, 0, keys[i]);
    if (sluice__json_type(j, node) <= JSON_NULL)
      continue;
    sluice__buf_lit(out, ",\"");
    sluice__buf_put(out, keys[i], strlen(keys[i]));
    sluice__buf_lit(out, "\":");
    sluice__json_compact(j, node, out);
  }
}

/* Reads the function of a hosted tool: its name, and its compact form, which is
 * owned by the handle. 0, SLUICE_ERR_ARG or SLUICE_ERR_NOMEM. */
static int read_function(struct hosted *h, struct json *j, sluice_str function)
{
  struct buf out;
  sluice_str name;
  int rv = sluice__json_parse(j, function, REQUEST_DEPTH);

  if (rv != 0)
    return rv == SLUICE_ERR_NOMEM ? rv : SLUICE_ERR_ARG;
  name = sluice__json_string(j, sluice__json_get(j, 0, "name"));
  if (j->nodes[0].next != j->count || name.n == 0 ||
      !sluice__is_name(name, TOOL_NAME_MAX))
    return SLUICE_ERR_ARG;
  sluice__buf_init(&out, j->mem);
  sluice__buf_lit(&out, "{\"name\":\"");
  sluice__buf_str(&out, name);
  sluice__buf_byte(&out, '"');
  put_function(j, &out);
  sluice__buf_byte(&out, '}');
  if (out.failed) {
    sluice__buf_free(&out);
    return SLUICE_ERR_NOMEM;
  }
  h->is.function.p = out.p;
  h->is.function.n = out.n;
  h->name.p = out.p + sizeof("{\"name\":\"") - 1;
  h->name.n = name.n;
  return 0;
}

static int read_functions(sluice_request *r, const sluice_request_options *o)
{
  struct json *j = &r->asked.json;
  size_t i, k;
  int rv = 0;

  for (i = 0; rv == 0 && i < o->hosted_count; i++) {
    struct hosted *h = &r->wanted.hosted[i];

    rv = read_function(h, j, o->hosted[i].function);
    for (k = 0; rv == 0 && k < i; k++)
      if (h->name.n == h[-1 - (ptrdiff_t)k].name.n &&
          memcmp(h->name.p, h[-1 - (ptrdiff_t)k].name.p, h->name.n) == 0)
        rv = SLUICE_ERR_ARG;
  }
  sluice__json_free(j);
  return rv;
}

/* ---- making one -------------------------------------------------------- */

static int take_options(sluice_request *r, const sluice_request_options *o)
{
  struct wanted *w = &r->wanted;

  w->flags = o->flags;
  w->max_request = o->max_request;
  w->max_depth = o->max_depth;
  w->max_items = o->max_items;
  w->max_tools = o->max_tools;
  r->strings = (char *)sluice__new(&w->mem, strings_size(o));
  if (r->strings == NULL)
    return SLUICE_ERR_NOMEM;
  if (o->hosted_count > 0) {
    w->hosted = (struct hosted *)sluice__new(&w->mem, o->hosted_count *
                                                          sizeof(*w->hosted));
    if (w->hosted == NULL)
      return SLUICE_ERR_NOMEM;
    w->hosted_count = o->hosted_count;
  }
  if (o->omit_count > 0) {
    w->omit =
        (sluice_str *)sluice__new(&w->mem, o->omit_count * sizeof(*w->omit));
    if (w->omit == NULL)
      return SLUICE_ERR_NOMEM;
    w->omit_count = o->omit_count;
  }
  copy_strings(r, o);
  return read_functions(r, o);
}

sluice_status sluice_request_new(sluice_request **out,
                                 const sluice_request_options *o)
{
  sluice_request_options all;
  sluice_request *r;
  sluice_mem mem;
  int rv;

  if (out == NULL)
    return SLUICE_ERR_ARG;
  *out = NULL;
  rv = read_options(&all, o);
  if (rv != 0)
    return (sluice_status)rv;
  mem = sluice__mem(all.mem);
  r = (sluice_request *)sluice__new(&mem, sizeof(*r));
  if (r == NULL)
    return SLUICE_ERR_NOMEM;
  r->wanted.mem = mem;
  r->status = SLUICE_ERR_STATE;
  r->asked.wanted = &r->wanted;
  sluice__json_init(&r->asked.json, &r->wanted.mem);
  sluice__buf_init(&r->asked.chat, &r->wanted.mem);
  sluice__buf_init(&r->asked.work, &r->wanted.mem);
  sluice__fault_init(&r->asked.fault, &r->wanted.mem);
  sluice__toolset_init(&r->tools, &r->wanted.mem);
  sluice__buf_init(&r->shown, &r->wanted.mem);
  sluice__buf_init(&r->upstream, &r->wanted.mem);
  rv = take_options(r, &all);
  if (rv != 0)
    sluice_request_free(r);
  else
    *out = r;
  return (sluice_status)rv;
}

void sluice_request_free(sluice_request *r)
{
  sluice_mem mem;
  size_t i;

  if (r == NULL || r->busy)
    return;
  mem = r->wanted.mem;
  sluice__json_free(&r->asked.json);
  sluice__buf_free(&r->asked.chat);
  sluice__buf_free(&r->asked.work);
  sluice__fault_free(&r->asked.fault);
  sluice__toolset_free(&r->tools);
  sluice__buf_free(&r->shown);
  sluice__buf_free(&r->upstream);
  sluice__free(&mem, r->table);
  for (i = 0; i < r->wanted.hosted_count; i++)
    sluice__free(&mem, (void *)(uintptr_t)r->wanted.hosted[i].is.function.p);
  sluice__free(&mem, r->wanted.hosted);
  sluice__free(&mem, r->wanted.omit);
  sluice__free(&mem, r->strings);
  sluice__free(&mem, r);
}

/* ---- what the body is -------------------------------------------------- */

static int fault_with(struct asked *a, enum fault_kind kind, const char *words,
                      size_t number, int rv)
{
  struct buf *work = &a->work;
  sluice_str found;
  int set;

  sluice__buf_clear(work);
  sluice__buf_put(work, words, strlen(words));
  sluice__buf_uint(work, number);
  found.p = work->p;
  found.n = work->n;
  if (work->failed)
    return SLUICE_ERR_NOMEM;
  set = sluice__fault_set(&a->fault, kind, NULL, found);
  return set == SLUICE_ERR_REQUEST ? rv : set;
}

static int refuse_json(struct asked *a, int rv)
{
  struct buf *work = &a->work;

  if (rv == SLUICE_ERR_NOMEM)
    return rv;
  if (rv == SLUICE_ERR_LIMIT && a->json.passed == LIMIT_DEPTH)
    return fault_with(a, FAULT_TOO_DEEP, "more levels of JSON than ",
                      a->wanted->max_depth, rv);
  if (rv == SLUICE_ERR_LIMIT)
    return fault_with(a, FAULT_TOO_DEEP, "more JSON values than ",
                      LIMIT_VALUES_MAX, rv);
  sluice__buf_clear(work);
  return fault_with(a, FAULT_NOT_JSON, "it goes wrong at byte ",
                    a->json.error_at, rv);
}

static int parse(struct asked *a, sluice_str body)
{
  int rv;

  if (body.n > a->wanted->max_request)
    return fault_with(a, FAULT_TOO_LARGE, "", a->wanted->max_request,
                      SLUICE_ERR_LIMIT);
  rv = sluice__json_parse(&a->json, body, a->wanted->max_depth);
  if (rv != 0)
    return refuse_json(a, rv);
  if (sluice__json_type(&a->json, 0) != JSON_OBJECT ||
      a->json.nodes[0].next != a->json.count) {
    rv = sluice__asked_fault(a, FAULT_NOT_OBJECT, NULL, JSON_ABSENT);
    return rv == SLUICE_ERR_REQUEST ? SLUICE_ERR_JSON : rv;
  }
  return sluice__unique(&a->json);
}

/* ---- reading ----------------------------------------------------------- */

static int put_model(struct asked *a)
{
  struct buf *out = &a->chat;
  uint32_t model = JSON_ABSENT;
  int rv = 0;

  sluice__buf_lit(out, "{\"model\":");
  if (a->wanted->model.n > 0) {
    sluice__buf_byte(out, '"');
    sluice__text_escape(out, a->wanted->model);
    sluice__buf_byte(out, '"');
    return 0;
  }
  rv = sluice__asked_required(a, NULL, 0, "model", JSON_STRING, &model);
  if (rv == 0)
    sluice__json_compact(&a->json, model, out);
  return rv;
}

static int read_tools(struct asked *a, struct toolset *t)
{
  static const struct place place = {NULL, "tools", 0};
  uint32_t tools;
  int rv = sluice__asked_member(a, NULL, 0, "tools", JSON_ARRAY, &tools);

  return rv != 0 || tools == JSON_ABSENT
             ? rv
             : sluice__toolset_read(t, a, &place, tools);
}

static int put_messages(struct asked *a, struct toolset *t)
{
  struct pairing pairing;
  int rv;

  sluice__pairing_init(&pairing, a->chat.mem);
  rv = sluice__dialogue_read(a, t, &pairing);
  if (rv == 0)
    rv = sluice__dialogue_put(a, t, &pairing);
  sluice__pairing_free(&pairing);
  return rv;
}

/* The request as a response shows it: no input, and nothing is stored. */
static void put_shown(sluice_request *r)
{
  const struct json *j = &r->asked.json;
  struct buf *out = &r->shown;
  uint32_t k, end = j->nodes[0].next;

  sluice__buf_lit(out, "{\"store\":false");
  for (k = 1; k < end; k = j->nodes[k + 1].next) {
    if (sluice__json_type(j, k) != JSON_KEY || sluice__json_is(j, k, "input") ||
        sluice__json_is(j, k, "store"))
      continue;
    sluice__buf_byte(out, ',');
    sluice__json_compact(j, k, out);
    sluice__buf_byte(out, ':');
    sluice__json_compact(j, k + 1, out);
  }
  sluice__buf_byte(out, '}');
}

static int is_listed(const struct offer *offer)
{
  return offer->kind != OFFER_FUNCTION || offer->space.n > 0 ||
         offer->flat.n != offer->name.n ||
         memcmp(offer->flat.p, offer->name.p, offer->name.n) != 0;
}

static void list_offer(sluice_tool *tool, const struct offer *offer)
{
  tool->name = offer->flat;
  if (offer->kind == OFFER_HOSTED) {
    tool->type = offer->hosted->is.call;
    tool->server_label = offer->label;
    tool->container_id = offer->space;
    tool->shown = offer->hosted->is.shown;
    return;
  }
  tool->type =
      offer->kind == OFFER_CUSTOM ? SLUICE_TOOL_CUSTOM : SLUICE_TOOL_FUNCTION;
  tool->name_space = offer->space;
  tool->shown = offer->name;
}

/* Functions under their own names need no entry. */
static int make_table(sluice_request *r)
{
  const struct offer *offer;
  size_t n = 0;

  for (offer = r->tools.first; offer != NULL; offer = offer->next)
    n += sluice__offer_stands(offer) && is_listed(offer);
  if (n == 0)
    return 0;
  r->table = (sluice_tool *)sluice__new(&r->wanted.mem, n * sizeof(*r->table));
  if (r->table == NULL)
    return SLUICE_ERR_NOMEM;
  for (offer = r->tools.first; offer != NULL; offer = offer->next)
    if (sluice__offer_stands(offer) && is_listed(offer))
      list_offer(&r->table[r->table_count++], offer);
  return 0;
}

static int translate(sluice_request *r)
{
  struct asked *a = &r->asked;
  int rv = sluice__wish_check(a, &r->wishes);

  if (rv == 0)
    rv = put_model(a);
  if (rv == 0)
    rv = read_tools(a, &r->tools);
  if (rv == 0)
    rv = put_messages(a, &r->tools);
  if (rv == 0)
    rv = sluice__offering_put(a, &r->tools);
  if (rv == 0)
    rv = sluice__wish_put(a, &r->wishes);
  if (rv != 0)
    return a->chat.failed ? SLUICE_ERR_NOMEM : rv;
  sluice__buf_byte(&a->chat, '}');
  put_shown(r);
  rv = make_table(r);
  return rv != 0 || a->chat.failed || r->shown.failed ? SLUICE_ERR_NOMEM : 0;
}

static void forget(sluice_request *r)
{
  sluice__toolset_free(&r->tools);
  sluice__free(&r->wanted.mem, r->table);
  r->table = NULL;
  r->table_count = 0;
  sluice__buf_clear(&r->asked.chat);
  sluice__buf_clear(&r->shown);
  sluice__fault_clear(&r->asked.fault);
  memset(r->asked.notes, 0, sizeof(r->asked.notes));
  memset(&r->wishes, 0, sizeof(r->wishes));
}

sluice_status sluice_request_read(sluice_request *r, sluice_str body)
{
  int rv;

  if (r == NULL || !is_there(body))
    return SLUICE_ERR_ARG;
  if (r->busy)
    return SLUICE_ERR_STATE;
  r->busy = 1;
  forget(r);
  rv = parse(&r->asked, body);
  if (rv == 0)
    rv = translate(r);
  /* Between requests a handle holds no more than what it hands out. */
  sluice__json_free(&r->asked.json);
  sluice__buf_free(&r->asked.work);
  r->status = (sluice_status)rv;
  r->busy = 0;
  return r->status;
}

/* ---- what came of it --------------------------------------------------- */

sluice_str sluice_request_chat(const sluice_request *r)
{
  sluice_str chat = {"", 0};

  if (r != NULL && r->status == SLUICE_OK) {
    chat.p = r->asked.chat.p;
    chat.n = r->asked.chat.n;
  }
  return chat;
}

int sluice_request_streams(const sluice_request *r)
{
  return r != NULL && r->wishes.streams;
}

sluice_status sluice_request_apply(const sluice_request *r, sluice_options *o)
{
  /* A caller compiled against a later header has a longer struct, and one
   * against an earlier one, in which `request` was the last, a shorter. */
  if (r == NULL || o == NULL ||
      o->size < offsetof(sluice_options, request) + sizeof(o->request))
    return SLUICE_ERR_ARG;
  if (r->status != SLUICE_OK)
    return SLUICE_ERR_STATE;
  o->tools = r->table;
  o->tool_count = r->table_count;
  o->max_tool_calls = r->wishes.max_tool_calls;
  o->request.p = r->shown.p;
  o->request.n = r->shown.n;
  if (r->wishes.obfuscation)
    o->flags |= SLUICE_OBFUSCATION;
  return SLUICE_OK;
}

sluice_http_error sluice_request_error(const sluice_request *r)
{
  sluice_http_error none = {0, {"", 0}};

  if (r == NULL || r->status == SLUICE_OK || r->status == SLUICE_ERR_STATE)
    return none;
  return r->status == SLUICE_ERR_NOMEM ? sluice__fault_no_memory()
                                       : sluice__fault_told(&r->asked.fault);
}

sluice_status sluice_request_upstream_error(sluice_request *r, int http_status,
                                            sluice_str body,
                                            sluice_http_error *out)
{
  int rv;

  if (r == NULL || out == NULL || !is_there(body))
    return SLUICE_ERR_ARG;
  if (r->busy)
    return SLUICE_ERR_STATE;
  r->busy = 1;
  rv = sluice__upstream_error(&r->upstream, http_status, body, &out->status);
  r->busy = 0;
  out->body.p = r->upstream.p;
  out->body.n = r->upstream.n;
  if (rv != 0)
    *out = sluice__fault_no_memory();
  return (sluice_status)rv;
}

uint32_t sluice_request_count(const sluice_request *r, sluice_request_note note)
{
  return r != NULL && (unsigned)note < SLUICE_NOTE_COUNT ? r->asked.notes[note]
                                                         : 0;
}
