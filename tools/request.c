/* SPDX-License-Identifier: MIT */
/* request.c - the command: a Responses request in, a chat request out. */
#include <stdlib.h>

#include "heap.h"
#include "help.h"
#include "hosted.h"
#include "input.h"
#include "options.h"
#include "reading.h"
#include "report.h"
#include "sink.h"

enum { OMIT_MOST = 64, FLAG_MOST = 32 };

/* What of it is shown. */
enum show { SHOW_CHAT, SHOW_TOOLS, SHOW_ECHO };

struct settings {
  const char *model, *separator, *hosted, *omit;
  int show; /* enum show */
  uint64_t upstream_error;
  uint64_t max_request, max_depth, max_items, max_tools;
  int flags[FLAG_MOST]; /* those of the library, in the order of its table */
};

enum {
#define X(NAME, bit, name, text) FLAG_##NAME,
  SLUICE_REQUEST_FLAGS(X)
#undef X
      FLAG_COUNT
};

_Static_assert((int)FLAG_COUNT <= (int)FLAG_MOST, "a flag for each");

/* clang-format off */
static const struct option options[] = {
  {"model", "NAME", OPTION_TEXT, offsetof(struct settings, model), 0,
   "ask for this model in place of the request's"},
  {"separator", "TEXT", OPTION_TEXT, offsetof(struct settings, separator), 0,
   "between a namespace and the name of a tool (__)"},
  {"hosted", "FILE", OPTION_TEXT, offsetof(struct settings, hosted), 0,
   "JSON {\"web_search\": {\"function\": {\"name\": ...}, \"call\": "
   "\"web_search_call\"}, ...}: what stands for hosted tools upstream"},
  {"omit", "NAME[,NAME...]", OPTION_TEXT, offsetof(struct settings, omit), 0,
   "members of the chat request that the upstream would refuse"},
#define X(NAME, bit, name, text)                                               \
  {name, NULL, OPTION_FLAG,                                                    \
   offsetof(struct settings, flags) + FLAG_##NAME * sizeof(int), 0, text},
  SLUICE_REQUEST_FLAGS(X)
#undef X
  {"show", "chat|tools|echo", OPTION_CHOICE, offsetof(struct settings, show), 0,
   "the chat request; or which tool is what, for --tools of translate; or what "
   "the response shows of the request, for its --request (chat)"},
  {"upstream-error", "STATUS", OPTION_COUNT,
   offsetof(struct settings, upstream_error), 100,
   "FILE is what an upstream answered with this HTTP status: show the error "
   "that the client gets"},
  {"max-request", "N", OPTION_NUMBER, offsetof(struct settings, max_request), 1,
   "bytes of a request (67108864)"},
  {"max-depth", "N", OPTION_COUNT, offsetof(struct settings, max_depth), 1,
   "levels of JSON in it, at most 256 (256)"},
  {"max-items", "N", OPTION_COUNT, offsetof(struct settings, max_items), 1,
   "items of its input (65536)"},
  {"max-tools", "N", OPTION_COUNT, offsetof(struct settings, max_tools), 1,
   "tools, those of namespaces counted (1024)"},
  {NULL, NULL, OPTION_FLAG, 0, 0, NULL},
};
/* clang-format on */

static sluice_str str(const char *s)
{
  sluice_str text = {s == NULL ? "" : s, s == NULL ? 0 : strlen(s)};

  return text;
}

static uint32_t flags_of(const struct settings *s)
{
  uint32_t flags = 0;

#define X(NAME, bit, name, text) flags |= s->flags[FLAG_##NAME] ? (bit) : 0u;
  SLUICE_REQUEST_FLAGS(X)
#undef X
  return flags;
}

/* Names with commas between. Returns how many, or -1 when they are too many. */
static int split(const char *names, sluice_str *list)
{
  int count = 0;

  while (names != NULL && *names != '\0') {
    size_t n = strcspn(names, ",");

    if (count == OMIT_MOST) {
      report("request: --omit takes at most %d names", OMIT_MOST);
      return -1;
    }
    list[count].p = names;
    list[count++].n = n;
    names += n + (names[n] == ',');
  }
  return count;
}

static int new_request(sluice_request **r, const struct settings *s,
                       const struct hosted_file *hosted)
{
  sluice_str omit[OMIT_MOST];
  sluice_request_options o;
  int count = split(s->omit, omit);
  sluice_status rv;

  if (count < 0)
    return -1;
  sluice_request_options_init(&o);
  o.mem = heap();
  o.model = str(s->model);
  o.separator = str(s->separator);
  o.hosted = hosted->list;
  o.hosted_count = hosted->count;
  o.omit = omit;
  o.omit_count = (size_t)count;
  o.flags = flags_of(s);
  o.max_request = s->max_request > SIZE_MAX ? SIZE_MAX : (size_t)s->max_request;
  o.max_depth = (uint32_t)s->max_depth;
  o.max_items = (uint32_t)s->max_items;
  o.max_tools = (uint32_t)s->max_tools;
  rv = sluice_request_new(r, &o);
  if (rv == SLUICE_ERR_NOMEM)
    heap_report();
  else if (rv != SLUICE_OK)
    report("request: --separator takes at most 16 letters, digits, _ and -; "
           "the names of --hosted functions at most 64, each another");
  return rv == SLUICE_OK ? 0 : -1;
}

/* ---- showing ----------------------------------------------------------- */

static void put_line(struct sink *out, sluice_str text)
{
  sink_put(out, text.p, text.n);
  sink_text(out, "\n");
}

/* ,"key":"text" */
static void put_member(struct buf *out, const char *key, sluice_str text)
{
  if (text.n == 0)
    return;
  sluice__buf_lit(out, ",\"");
  sluice__buf_put(out, key, strlen(key));
  sluice__buf_lit(out, "\":\"");
  if (sluice__buf_reserve(out, 6 * text.n) == 0)
    out->n += sluice_text_encode(text, out->p + out->n, 6 * text.n);
  sluice__buf_byte(out, '"');
}

static void put_tool(struct buf *out, const sluice_tool *tool)
{
  static const char *const types[] = {
#define X(NAME, name) name,
      SLUICE_TOOL_TYPES(X)
#undef X
  };

  sluice__buf_lit(out, "\"");
  sluice__buf_str(out, tool->name); /* of letters that need no escape */
  sluice__buf_lit(out, "\":{\"type\":\"");
  sluice__buf_put(out, types[tool->type], strlen(types[tool->type]));
  sluice__buf_byte(out, '"');
  put_member(out, "server_label", tool->server_label);
  put_member(out, "container_id", tool->container_id);
  put_member(out, "namespace", tool->name_space);
  put_member(out, "name", tool->shown);
  sluice__buf_byte(out, '}');
}

static int put_tools(struct sink *out, const sluice_options *o)
{
  struct buf text;
  size_t i;
  int failed;

  sluice__buf_init(&text, heap());
  sluice__buf_byte(&text, '{');
  for (i = 0; i < o->tool_count; i++) {
    if (i > 0)
      sluice__buf_byte(&text, ',');
    put_tool(&text, &o->tools[i]);
  }
  sluice__buf_byte(&text, '}');
  failed = text.failed;
  if (failed)
    heap_report();
  else
    put_line(out, (sluice_str){text.p, text.n});
  sluice__buf_free(&text);
  return failed ? -1 : 0;
}

/* What is not as it came, on stderr. */
static void report_notes(const sluice_request *r, const char *name)
{
  int i;

  for (i = 0; i < SLUICE_NOTE_COUNT; i++) {
    sluice_request_note note = (sluice_request_note)i;
    uint32_t count = sluice_request_count(r, note);

    if (count > 0)
      report("request: %s: %s (%s), %lu", name, sluice_request_note_text(note),
             sluice_request_note_name(note), (unsigned long)count);
  }
}

static int put_request(struct sink *out, const sluice_request *r, int show)
{
  sluice_options o;

  if (show == SHOW_CHAT) {
    put_line(out, sluice_request_chat(r));
    return 0;
  }
  sluice_options_init(&o);
  (void)sluice_request_apply(r, &o);
  if (show == SHOW_TOOLS)
    return put_tools(out, &o);
  put_line(out, o.request);
  return 0;
}

static int show_read(struct sink *out, sluice_request *r, sluice_str body,
                     const char *name, int show)
{
  sluice_status rv = sluice_request_read(r, body);
  sluice_http_error error;

  if (rv == SLUICE_ERR_NOMEM) {
    heap_report();
    return EXIT_TROUBLE;
  }
  if (rv == SLUICE_OK) {
    report_notes(r, name);
    return put_request(out, r, show) == 0 ? EXIT_COMPLETED : EXIT_TROUBLE;
  }
  error = sluice_request_error(r);
  report("request: %s: refused with HTTP status %d: %.*s", name, error.status,
         (int)(error.body.n > 900 ? 900 : error.body.n), error.body.p);
  put_line(out, error.body);
  return EXIT_FAILED;
}

static int show_upstream(struct sink *out, sluice_request *r, sluice_str body,
                         const char *name, int http_status)
{
  sluice_http_error error;

  if (sluice_request_upstream_error(r, http_status, body, &error) !=
      SLUICE_OK) {
    heap_report();
    return EXIT_TROUBLE;
  }
  report("request: %s: HTTP status %d", name, error.status);
  put_line(out, error.body);
  return EXIT_COMPLETED;
}

/* ---- reading ----------------------------------------------------------- */

/* The whole input. Returns 0, or -1 when it does not work, which stderr then
 * says. */
static int read_body(const char *path, struct buf *body)
{
  struct input in;
  sluice_str bytes;
  int more = -1;

  if (input_open_plain(&in, path) == 0)
    while ((more = input_next(&in, &bytes)) > 0 && body->n <= READING_WHOLE)
      sluice__buf_str(body, bytes);
  if (more > 0)
    report("request: %s: more than 256 MiB", in.name);
  if (body->failed)
    heap_report();
  input_close(&in);
  return more == 0 && !body->failed ? 0 : -1;
}

/* ---- the command ------------------------------------------------------- */

static int show(const struct settings *s, const char *path,
                const struct hosted_file *hosted)
{
  const char *name = path == NULL || strcmp(path, "-") == 0 ? "stdin" : path;
  sluice_request *r = NULL;
  struct buf body;
  struct sink out;
  int status = EXIT_TROUBLE;

  sink_init(&out);
  sluice__buf_init(&body, heap());
  if (new_request(&r, s, hosted) == 0 && read_body(path, &body) == 0) {
    sluice_str bytes = {body.p, body.n};

    status = s->upstream_error != 0
                 ? show_upstream(&out, r, bytes, name, (int)s->upstream_error)
                 : show_read(&out, r, bytes, name, s->show);
  }
  sluice_request_free(r);
  sluice__buf_free(&body);
  return sink_close(&out) == 0 ? status : EXIT_TROUBLE;
}

static int run(const struct command *self, int argc, char **argv)
{
  struct settings settings = {0};
  struct hosted_file hosted;
  const char *path;
  int status = options_parse(self, argc, argv, &settings, &path);

  if (status >= 0)
    return status;
  if (input_is_terminal(path)) {
    help_hint(self);
    return EXIT_TROUBLE;
  }
  status = EXIT_TROUBLE;
  if (hosted_open(&hosted, settings.hosted) == 0)
    status = show(&settings, path, &hosted);
  hosted_close(&hosted);
  return status;
}

const struct command request_command = {
    .name = "request",
    .operand = "[FILE]",
    .summary = "a Responses request in, a chat request out",
    .about =
        "Reads a Responses request from FILE (stdin when it is - or absent) "
        "and\n"
        "writes the chat-completions request that asks for the same, as a\n"
        "gateway sends it. A request that cannot be served gives the error "
        "that\n"
        "the client would get. What was left out or renamed is said on "
        "stderr.\n",
    .examples =
        "  sluice request request.json | jq .messages\n"
        "  sluice request --drop-tools --model qwen3 request.json |\n"
        "    curl -N https://HOST/v1/chat/completions -d @- \\\n"
        "         -H 'Content-Type: application/json' > answer.sse\n"
        "  sluice request --drop-tools --show tools request.json > tools.json\n"
        "  sluice translate --tools tools.json --request request.json "
        "answer.sse\n"
        "  sluice request --upstream-error 429 answer.json\n",
    .options = options,
    .run = run,
    .statuses = "  0  the chat request was written\n"
                "  1  the request is refused; stdout has the error\n"
                "  2  wrong usage, or input or output that does not work\n",
};
