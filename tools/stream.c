/* SPDX-License-Identifier: MIT */
#include "stream.h"

#include "heap.h"
#include "report.h"
#include "request_file.h"

static int set_options(struct stream *s, sluice_options *o)
{
  const struct stream_settings *settings = s->settings;

  sluice_options_init(o);
  o->seed = settings->seed;
  bounds_set(&settings->bounds, o);
  o->reasoning = (sluice_reasoning)settings->reasoning;
  o->index_unit = (sluice_unit)settings->index_unit;
  o->request.p = s->request.p;
  o->request.n = s->request.n;
  if (settings->no_error_event)
    o->flags |= SLUICE_NO_ERROR_EVENT;
  if (settings->done && settings->format == STREAM_SSE)
    o->flags |= SLUICE_DONE_MARK;
  if (settings->obfuscation)
    o->flags |= SLUICE_OBFUSCATION;
  o->lenient = s->lenient;
  if (settings->tools != NULL)
    toolbox_set(&s->tools, o);
  if (settings->context != NULL) {
    if (settings->tools == NULL)
      toolbox_set(settings->context->tools, o);
    o->max_tool_calls = settings->context->max_tool_calls;
  }
  if (settings->citation_files != NULL)
    return files_set(&s->files, o);
  if (settings->context != NULL && settings->context->files != NULL)
    return files_set(settings->context->files, o);
  if (s->in.files.count > 0)
    return files_set(&s->in.files, o);
  return 0;
}

static const struct {
  const char *name;
  uint32_t bit;
} lenients[] = {
#define X(NAME, bit, name, text) {name, bit},
    SLUICE_LENIENTS(X)
#undef X
};

/* Names with commas between. */
static int read_lenient(struct stream *s, const char *names)
{
  size_t count = sizeof(lenients) / sizeof(lenients[0]), n, i;

  for (; *names != '\0'; names += n + (names[n] == ',')) {
    n = strcspn(names, ",");
    for (i = 0; i < count; i++)
      if (strlen(lenients[i].name) == n &&
          memcmp(lenients[i].name, names, n) == 0)
        break;
    if (i == count) {
      report("--lenient: no guess is called '%.*s'; there are think, "
             "cumulative, bad-events, choices, citations",
             (int)n, names);
      return -1;
    }
    s->lenient |= lenients[i].bit;
  }
  if ((s->lenient & SLUICE_LENIENT_THINK) != 0 &&
      (s->lenient & SLUICE_LENIENT_CUMULATIVE) != 0) {
    report("--lenient: think and cumulative do not go together");
    return -1;
  }
  return 0;
}

static int read_tools(struct stream *s, const char *path)
{
  if (document_open(&s->tools_file, path,
                    "{\"tool name\": \"function|custom|...\", ...}") != 0)
    return -1;
  return toolbox_take(&s->tools, &s->tools_file, 0);
}

int stream_put_event(void *stream, const sluice_event *event)
{
  struct stream *s = (struct stream *)stream;

  if (s->settings->format == STREAM_JSONL) {
    sink_put(&s->out, event->json.p, event->json.n);
    sink_put(&s->out, "\n", 1);
  } else {
    sink_put(&s->out, event->wire.p, event->wire.n);
  }
  sink_settle(&s->out);
  return s->out.failed ? -1 : 0;
}

int stream_turn(struct stream *s, const char *path)
{
  input_close(&s->in);
  return input_open(&s->in, path);
}

int stream_open(struct stream *s, const struct stream_settings *settings,
                const char *path, sluice_event_cb cb)
{
  sluice_options o;

  memset(s, 0, sizeof(*s));
  s->settings = settings;
  sink_init(&s->out);
  files_init(&s->files);
  sluice__buf_init(&s->request, heap());
  if (settings->citation_files != NULL &&
      files_read(&s->files, settings->citation_files) != 0)
    return -1;
  if (settings->request != NULL &&
      request_read(&s->request, settings->request, &settings->bounds) != 0)
    return -1;
  if (settings->lenient != NULL && read_lenient(s, settings->lenient) != 0)
    return -1;
  if (settings->tools != NULL && read_tools(s, settings->tools) != 0)
    return -1;
  if (input_open(&s->in, path) != 0)
    return -1;
  if (set_options(s, &o) != 0 ||
      sluice_translator_new(&s->translator, &o, cb, s) != SLUICE_OK) {
    heap_report();
    return -1;
  }
  if (settings->request != NULL)
    request_report(settings->request, s->translator);
  return 0;
}

/* All that one read brought, in pieces of the size asked for. */
static sluice_status feed(struct stream *s, sluice_str bytes)
{
  uint64_t most = s->settings->push;
  sluice_status rv = SLUICE_OK;

  while (bytes.n > 0 && rv == SLUICE_OK) {
    size_t n = most > 0 && most < bytes.n ? (size_t)most : bytes.n;
    rv = sluice_translator_feed(s->translator, bytes.p, n, NULL);
    bytes.p += n;
    bytes.n -= n;
  }
  return rv;
}

int stream_pump(struct stream *s)
{
  sluice_str bytes;
  sluice_status status = SLUICE_OK;
  int more = 1;

  while (status == SLUICE_OK && (more = input_next(&s->in, &bytes)) > 0) {
    status = feed(s, bytes);
    if (s->in.waits && sink_flush(&s->out) != 0)
      return -1;
  }
  return more < 0 ? -1 : 0;
}

int stream_run(struct stream *s)
{
  int rv = stream_pump(s);

  sluice_translator_finish(s->translator); /* how it ended: stream_status */
  return sink_flush(&s->out) != 0 ? -1 : rv;
}

static void report_failure(const struct stream *s)
{
  enum { MOST = 600 };
  sluice_text text = sluice_translator_message(s->translator);
  sluice_error error = sluice_translator_error(s->translator);
  char message[MOST];
  size_t n = sluice_text_decode(text, message, sizeof(message));
  const char *more = n > sizeof(message) ? "..." : "";

  if (n > sizeof(message))
    n = sizeof(message);
  for (size_t i = 0; i < n; i++)
    if (message[i] == '\0')
      message[i] = '?'; /* it would end the text */
  report(
      "%s: byte %llu%s: %.*s%s", s->in.name, (unsigned long long)error.offset,
      s->in.replayed ? " of the stream it holds" : "", (int)n, message, more);
}

int stream_status(const struct stream *s)
{
  switch (sluice_translator_status(s->translator)) {
  case SLUICE_RESPONSE_COMPLETED:
    return EXIT_COMPLETED;
  case SLUICE_RESPONSE_INCOMPLETE:
    return EXIT_INCOMPLETE;
  case SLUICE_RESPONSE_FAILED:
  case SLUICE_RESPONSE_IN_PROGRESS: /* nothing more could be written */
  default:
    report_failure(s);
    return EXIT_FAILED;
  }
}

int stream_close(struct stream *s)
{
  int rv = sink_close(&s->out);

  sluice_translator_free(s->translator);
  input_close(&s->in);
  files_free(&s->files);
  toolbox_free(&s->tools);
  if (s->tools_file.path != NULL)
    document_close(&s->tools_file);
  sluice__buf_free(&s->request);
  return rv;
}
