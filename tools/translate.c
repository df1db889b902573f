/* SPDX-License-Identifier: MIT */
/* translate.c - the command: a chat stream in, Responses events out. */
#include "help.h"
#include "progress.h"
#include "stream.h"

static const struct option options[] = {
    STREAM_OPTIONS,
    EVENT_OPTIONS,
    {NULL, NULL, OPTION_FLAG, 0, 0, NULL},
};

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
  progress_start(1);
  status = EXIT_TROUBLE;
  if (stream_open(&s, &settings, path, stream_put_event) == 0 &&
      stream_run(&s) == 0)
    status = stream_status(&s);
  if (stream_close(&s) != 0)
    status = EXIT_TROUBLE;
  return status;
}

const struct command translate_command = {
    "translate",
    "[FILE]",
    "a chat stream in, Responses events out, as they come",
    "Reads a chat-completions stream from FILE (stdin when it is - or absent)\n"
    "and writes the events of a Responses stream. What one read brings is\n"
    "written before the next read: live input shows each event at once.\n\n"
    "FILE may also hold a whole chat.completion, or a recording: one JSON\n"
    "object with a `request` and the chunks of its `response`.\n",
    "  curl -N https://HOST/v1/chat/completions -d @request.json \\\n"
    "       -H 'Content-Type: application/json' | sluice translate\n"
    "  sluice translate --citation-files files.json recorded.sse\n"
    "  sluice translate --format jsonl recorded.sse | grep output_text.delta\n",
    options,
    run,
    NULL,
};
