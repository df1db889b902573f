/* SPDX-License-Identifier: MIT */
/* inspect.c - the command: what does a chat stream hold? */
#include "inspect.h"

#include "heap.h"
#include "help.h"
#include "moment.h"
#include "options.h"
#include "page.h"
#include "progress.h"
#include "reading.h"
#include "report.h"
#include "sink.h"

struct inspect_settings {
  int json;
};

static const struct option options[] = {
    {"json", NULL, OPTION_FLAG, offsetof(struct inspect_settings, json), 0,
     "write one JSON object, for machines"},
    {NULL, NULL, OPTION_FLAG, 0, 0, NULL},
};

/* Leads the input through. Returns 0, or -1 when a read failed. */
static int gather(struct picture *p, struct input *in)
{
  sluice_str bytes;
  int more;

  while ((more = input_next(in, &bytes)) > 0)
    picture_feed(p, bytes, moment_now());
  if (more == 0 && picture_finish(p, moment_now()) != 0) {
    heap_report();
    return -1;
  }
  if (in->first_at > 0)
    p->times.first_byte = in->first_at;
  return more;
}

static int show(const struct picture *p, const struct input *in, int json)
{
  struct inspected all = {p, in->name, in->replayed, in->waits, 0};
  struct sink out;
  int rv;

  all.stopped = reading_stopped();
  sink_init(&out);
  rv = json ? inspect_json(&all, &out.pending)
            : inspect_report(&all, page_wants_colour(), &out.pending);
  if (rv != 0)
    heap_report();
  return sink_close(&out) != 0 || rv != 0 ? -1 : 0;
}

static int status_of(const struct picture *p)
{
  switch (sluice_translator_status(p->translator)) {
  case SLUICE_RESPONSE_COMPLETED:
    return EXIT_COMPLETED;
  case SLUICE_RESPONSE_INCOMPLETE:
    return EXIT_INCOMPLETE;
  default:
    return EXIT_FAILED;
  }
}

static int inspect(struct picture *p, struct input *in, uint64_t start,
                   int json)
{
  sluice_options o;

  sluice_options_init(&o);
  o.mem = heap();
  if ((in->files.count > 0 && files_set(&in->files, &o) != 0) ||
      picture_open(p, &o) != 0) {
    heap_report();
    return EXIT_TROUBLE;
  }
  p->times.start = start;
  if (gather(p, in) != 0 || show(p, in, json) != 0)
    return EXIT_TROUBLE;
  return status_of(p);
}

static int run(const struct command *self, int argc, char **argv)
{
  struct inspect_settings settings = {0};
  struct picture picture;
  struct input in;
  const char *path;
  uint64_t start = moment_now();
  int status = options_parse(self, argc, argv, &settings, &path);

  if (status >= 0)
    return status;
  if (input_is_terminal(path)) {
    help_hint(self);
    return EXIT_TROUBLE;
  }
  heap_insist(); /* half a picture would be a wrong one */
  progress_start(0);
  reading_stop_on_interrupt();
  status = EXIT_TROUBLE;
  memset(&picture, 0, sizeof(picture));
  if (input_open(&in, path) == 0) {
    status = inspect(&picture, &in, start, settings.json);
    picture_close(&picture);
  }
  input_close(&in);
  return status;
}

const struct command inspect_command = {
    "inspect",
    "[FILE]",
    "what a chat stream holds, and what is odd about it",
    "Reads a chat-completions stream, a whole chat.completion or a recording\n"
    "from FILE (stdin when it is - or absent) and shows what is in it: how\n"
    "the response would end, the input and its chunks, each choice with its\n"
    "text and calls, what is odd about the server with the place where it was\n"
    "first met, the first bad byte, and when things came if they came live.\n\n"
    "An interrupt (control-C) ends the input, and shows what came so far.\n",
    "  curl -sN ... | sluice inspect\n"
    "  sluice inspect recorded.sse\n"
    "  sluice inspect --json recorded.sse | jq '.anomalies[].name'\n",
    options,
    run,
    "  0  the response would complete\n"
    "  1  it would fail\n"
    "  2  wrong usage, or input or output that does not work\n"
    "  3  it would be incomplete\n",
};
