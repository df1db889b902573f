/* SPDX-License-Identifier: MIT */
/* collect.c - the command: a chat stream in, one object out. */
#include "collect_chat.h"
#include "heap.h"
#include "help.h"
#include "progress.h"
#include "stream.h"

struct collect_settings {
  struct stream_settings stream; /* first, as its rows of options want it */
  int chat;
};

static const struct option options[] = {
    STREAM_OPTIONS,
    {"chat", NULL, OPTION_FLAG, offsetof(struct collect_settings, chat), 0,
     "write one chat.completion, as a call without streaming would return it; "
     "of the options above only --seed, --push and the limits go with it"},
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
  struct collect_settings settings = {0};
  struct stream s;
  const char *path;
  int status = options_parse(self, argc, argv, &settings, &path);

  if (status >= 0)
    return status;
  if (input_is_terminal(path)) {
    help_hint(self);
    return EXIT_TROUBLE;
  }
  progress_start(0);
  if (settings.chat)
    return collect_chat(&settings.stream, path);
  status = EXIT_TROUBLE;
  if (stream_open(&s, &settings.stream, path, NULL) == 0 &&
      stream_run(&s) == 0 && put_response(&s) == 0)
    status = stream_status(&s);
  if (stream_close(&s) != 0)
    status = EXIT_TROUBLE;
  return status;
}

const struct command collect_command = {
    "collect",
    "[FILE]",
    "a chat stream in, one Response or chat.completion out",
    "Reads a chat-completions stream, a whole chat.completion or a recording\n"
    "from FILE (stdin when it is - or absent) and writes one Response object:\n"
    "compact JSON on one line. With --chat it is one chat.completion, and\n"
    "when the stream fails, what came before is written all the same.\n",
    "  sluice collect recorded.sse\n"
    "  sluice collect --chat recorded.sse | jq -r '.choices[].message.content'"
    "\n"
    "  curl https://HOST/v1/chat/completions -d @request.json \\\n"
    "       -H 'Content-Type: application/json' | sluice collect\n",
    options,
    run,
    NULL,
};
