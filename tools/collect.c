/* SPDX-License-Identifier: MIT */
/* collect.c - the command: a chat stream in, one Response object out. */
#include "heap.h"
#include "help.h"
#include "stream.h"

static const struct option options[] = {
    STREAM_OPTIONS,
    {NULL, NULL, OPTION_FLAG, 0, 0, NULL},
};

static int put_response(struct stream *s)
{
  sluice_str json;

  if (sluice_translator_response(s->translator, &json) != SLUICE_OK) {
    heap_report();
    return -1;
  }
  if (json.n > 0) {
    sink_put(&s->out, json.p, json.n);
    sink_put(&s->out, "\n", 1);
  }
  return sink_flush(&s->out);
}

static int run(const struct command *self, int argc, char **argv)
{
  struct stream_settings settings = {0};
  struct stream s;
  const char *path;
  int status = options_parse(self, argc, argv, &settings, &path);

  if (status >= 0)
    return status;
  if (input_is_terminal(path)) {
    help_hint(self);
    return EXIT_TROUBLE;
  }
  status = EXIT_TROUBLE;
  if (stream_open(&s, &settings, path, NULL) == 0 && stream_run(&s) == 0 &&
      put_response(&s) == 0)
    status = stream_status(&s);
  if (stream_close(&s) != 0)
    status = EXIT_TROUBLE;
  return status;
}

const struct command collect_command = {
    "collect",
    "[FILE]",
    "a chat stream in, one Response object out",
    "Reads a chat-completions stream, a whole chat.completion or a recording\n"
    "from FILE (stdin when it is - or absent) and writes one Response object:\n"
    "compact JSON on one line.\n",
    "  sluice collect recorded.sse\n"
    "  curl https://HOST/v1/chat/completions -d @request.json \\\n"
    "       -H 'Content-Type: application/json' | sluice collect\n",
    options,
    run,
};
