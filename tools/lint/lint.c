/* SPDX-License-Identifier: MIT */
/* lint.c - the command: is this a Responses stream that every client takes? */
#include "findings.h"
#include "heap.h"
#include "help.h"
#include "input.h"
#include "options.h"
#include "page.h"
#include "progress.h"
#include "report.h"

struct lint_settings {
  int format;     /* enum lint_format */
  int index_unit; /* sluice_unit */
  int strict, quiet, all, json;
  const char *allow;
};

static const struct option options[] = {
    {"format", "sse|jsonl", OPTION_CHOICE,
     offsetof(struct lint_settings, format), 0,
     "the input: server-sent events, or one JSON event per line (sse)"},
    {"strict", NULL, OPTION_FLAG, offsetof(struct lint_settings, strict), 0,
     "errata count, too: where OpenAI's own streams are not as its schema "
     "says"},
    {"allow", "CODE[,CODE...]", OPTION_TEXT,
     offsetof(struct lint_settings, allow), 0,
     "leave these findings out; `shape.` stands for all that begin so"},
    {"index-unit", "codepoint|utf16|byte|grapheme", OPTION_CHOICE,
     offsetof(struct lint_settings, index_unit), 0,
     "what the index of a citation counts (codepoint)"},
    {"quiet", NULL, OPTION_FLAG, offsetof(struct lint_settings, quiet), 0,
     "show only what counts; nothing when the stream is clean"},
    {"all", NULL, OPTION_FLAG, offsetof(struct lint_settings, all), 0,
     "show each finding as it comes, not the first few of a kind at the end"},
    {"json", NULL, OPTION_FLAG, offsetof(struct lint_settings, json), 0,
     "write one JSON object, for machines"},
    {NULL, NULL, OPTION_FLAG, 0, 0, NULL},
};

static void findings_set(struct findings *f, const struct lint_settings *s)
{
  f->form = s->json ? FINDINGS_JSON : s->all ? FINDINGS_ALL : FINDINGS_GROUPED;
  f->strict = s->strict;
  f->quiet = s->quiet;
  f->allow = s->allow;
  f->colour = !s->json && page_wants_colour();
}

/* Leads the input through. Returns 0; what the checker returned; or -1 when
 * reading or writing does not work, which stderr then says. */
static int gather(struct lint *l, struct input *in, struct sink *out)
{
  sluice_str bytes;
  int more, rv = 0;

  while (rv == 0 && (more = input_next(in, &bytes)) != 0) {
    if (more < 0)
      return -1;
    rv = lint_feed(l, bytes.p, bytes.n);
    if (in->waits && sink_flush(out) != 0)
      return -1;
    if (out->failed)
      return -1;
    sink_settle(out);
  }
  return rv != 0 ? rv : lint_finish(l);
}

/* Why the input cannot be judged; NULL: it can. */
static const char *trouble(const struct lint *l, int rv)
{
  switch (rv) {
  case 0:
    return NULL;
  case SLUICE_ERR_NOT_A_STREAM:
    return lint_why(l);
  case SLUICE_ERR_LIMIT:
    return "an event of more than 64 MiB";
  default:
    return "out of memory";
  }
}

static int judge(struct lint *l, struct input *in, struct findings *f)
{
  int rv = gather(l, in, f->out);
  const char *why;

  if (rv == -1)
    return EXIT_TROUBLE;
  why = trouble(l, rv);
  if (findings_end(f, in->name, lint_events(l), why) != 0) {
    heap_report();
    return EXIT_TROUBLE;
  }
  if (why != NULL) {
    report("lint: %s: %s", in->name, why);
    return EXIT_TROUBLE;
  }
  return findings_clean(f) ? EXIT_COMPLETED : EXIT_FAILED;
}

static int lint(const struct lint_settings *settings, struct input *in)
{
  struct lint_options o = {(enum lint_format)settings->format,
                           (sluice_unit)settings->index_unit, heap()};
  struct findings findings;
  struct sink out;
  struct lint *l;
  int status = EXIT_TROUBLE;

  sink_init(&out);
  findings_init(&findings, &out);
  findings_set(&findings, settings);
  l = lint_new(&o, findings_add, &findings);
  if (l != NULL)
    status = judge(l, in, &findings);
  else
    heap_report();
  lint_free(l);
  findings_free(&findings);
  return sink_close(&out) != 0 ? EXIT_TROUBLE : status;
}

static int run(const struct command *self, int argc, char **argv)
{
  struct lint_settings settings = {0};
  struct input in;
  const char *path;
  int status = options_parse(self, argc, argv, &settings, &path);

  if (status >= 0)
    return status;
  if (input_is_terminal(path)) {
    help_hint(self);
    return EXIT_TROUBLE;
  }
  progress_start(1);
  heap_insist(); /* no finding can be told from one that is missing */
  status = EXIT_TROUBLE;
  if (input_open_plain(&in, path) == 0)
    status = lint(&settings, &in);
  input_close(&in);
  return status;
}

const struct command lint_command = {
    "lint",
    "[FILE]",
    "is this Responses stream one that every client takes?",
    "Reads the events of a Responses stream, of any producer, from FILE "
    "(stdin\n"
    "when it is - or absent) and says what is wrong: lines, JSON, members and\n"
    "their types, order, numbers, ids, texts that do not add up, the ending.\n"
    "Each finding names the event, its byte in the input, and the clients\n"
    "that are known to break.\n\n"
    "A violation is wrong; an erratum is not as the published schema says but\n"
    "as OpenAI's own streams do; a warning is allowed, but some client is\n"
    "worse off. Warnings never count, errata do with --strict.\n",
    "  curl -sN https://HOST/v1/responses -d @request.json \\\n"
    "       -H 'Content-Type: application/json' | sluice lint\n"
    "  sluice translate recorded.sse | sluice lint --strict\n"
    "  sluice lint --json events.sse | jq '.findings[].code'\n",
    options,
    run,
    "  0  nothing was found that counts\n"
    "  1  something was\n"
    "  2  wrong usage, input or output that does not work, or an input that\n"
    "     is no Responses stream\n",
};
