/* SPDX-License-Identifier: MIT */
#include "collect_chat.h"

#include "chat.h"
#include "heap.h"
#include "report.h"

/* These change a Response, and a chat.completion has nothing of the kind. */
static int refuse(const struct stream_settings *settings)
{
  const char *name = settings->citation_files != NULL ? "citation-files"
                     : settings->request != NULL      ? "request"
                     : settings->tools != NULL        ? "tools"
                     : settings->lenient != NULL      ? "lenient"
                     : settings->index_unit != 0      ? "index-unit"
                     : settings->reasoning != 0       ? "reasoning"
                                                      : NULL;

  if (name != NULL)
    report("collect: --%s does not go with --chat, which keeps all as it came",
           name);
  return name != NULL;
}

/* Returns 0, or -1 when a read failed. */
static int feed(struct chat *c, struct input *in, uint64_t push)
{
  sluice_str bytes;
  int more = 1;

  while (c->error.status == SLUICE_OK && (more = input_next(in, &bytes)) > 0) {
    while (bytes.n > 0) {
      size_t n = push > 0 && push < bytes.n ? (size_t)push : bytes.n;
      chat_feed(c, (sluice_str){bytes.p, n});
      bytes.p += n;
      bytes.n -= n;
    }
  }
  chat_finish(c);
  return more < 0 ? -1 : 0;
}

static int put_completion(struct chat *c)
{
  struct sink out;
  sluice_str json;

  if (!c->has_choice)
    return 0;
  if (sluice_fold_json(c->fold, &json) != SLUICE_OK) {
    heap_report();
    return -1;
  }
  sink_init(&out);
  sink_put(&out, json.p, json.n);
  sink_put(&out, "\n", 1);
  return sink_close(&out);
}

static int status_of(struct chat *c, const struct input *in)
{
  sluice_finish reason = sluice_fold_reason(c->fold);

  for (size_t i = 0; i < c->message.n; i++)
    if (c->message.p[i] == '\0')
      c->message.p[i] = '?'; /* it would end the text */
  if (c->error.status != SLUICE_OK) {
    report("%s: byte %llu%s: %.*s", in->name,
           (unsigned long long)c->error.offset,
           in->replayed ? " of the stream it holds" : "", (int)c->message.n,
           c->message.p);
    return EXIT_FAILED;
  }
  return reason == SLUICE_FINISH_LENGTH || reason == SLUICE_FINISH_FILTER
             ? EXIT_INCOMPLETE
             : EXIT_COMPLETED;
}

int collect_chat(const struct stream_settings *settings, const char *path)
{
  struct input in;
  struct chat c;
  sluice_options o;
  int status = EXIT_TROUBLE;

  if (refuse(settings))
    return EXIT_TROUBLE;
  sluice_options_init(&o);
  o.seed = settings->seed;
  bounds_set(&settings->bounds, &o);
  if (input_open(&in, path) != 0) {
    input_close(&in);
    return EXIT_TROUBLE;
  }
  if (chat_open(&c, &o, NULL) != 0)
    heap_report();
  else if (feed(&c, &in, settings->push) == 0 && put_completion(&c) == 0)
    status = status_of(&c, &in);
  chat_close(&c);
  input_close(&in);
  return status;
}
