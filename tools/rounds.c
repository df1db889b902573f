/* SPDX-License-Identifier: MIT */
/* rounds.c - the command: several chat streams, with tool results between them,
 * as one response. */
#include "help.h"
#include "report.h"
#include "scenario.h"
#include "stream.h"

static const struct option options[] = {
    STREAM_OPTIONS,
    EVENT_OPTIONS,
    {NULL, NULL, OPTION_FLAG, 0, 0, NULL},
};

/* The response has ended. Returns 0, or -1 when the scenario says more than the
 * streams asked for. A failure is for the exit status to tell. */
static int after_end(struct stream *s, struct scenario *scenario,
                     uint32_t round)
{
  uint32_t next = scenario_next(scenario, round);
  sluice_response_status status = sluice_translator_status(s->translator);

  if (status == SLUICE_RESPONSE_FAILED)
    return 0;
  if (next != JSON_ABSENT)
    return document_fault(&scenario->document, next,
                          "a round too many: the response has ended");
  return status == SLUICE_RESPONSE_COMPLETED
             ? scenario_results(scenario, round, s->translator)
             : 0;
}

/* Between two streams. Returns 1 to go on, 0 when the response has ended, -1
 * when the scenario does not fit, which stderr then says. */
static int between(struct stream *s, struct scenario *scenario, uint32_t round)
{
  uint32_t next = scenario_next(scenario, round);
  sluice_pending pending;

  if (sluice_translator_end_round(s->translator) != SLUICE_MORE)
    return after_end(s, scenario, round);
  if (scenario_results(scenario, round, s->translator) != 0)
    return -1;
  if (next == JSON_ABSENT)
    return 0;
  if (sluice_translator_pending(s->translator, 0, &pending) == SLUICE_OK)
    return document_fault(&scenario->document, round,
                          "a round follows, but a call still waits for its "
                          "result");
  if (sluice_translator_next_round(s->translator) != SLUICE_OK)
    return sluice_translator_status(s->translator) == SLUICE_RESPONSE_FAILED
               ? 0
               : document_fault(&scenario->document, next,
                                "a round too many: the response has ended");
  return 1;
}

static int play(struct stream *s, struct scenario *scenario,
                const struct stream_settings *settings)
{
  uint32_t round = scenario_next(scenario, JSON_ABSENT);
  const char *path = scenario_path(scenario, round);
  int more;

  if (path == NULL || stream_open(s, settings, path, stream_put_event) != 0 ||
      scenario_mcp_tools(scenario, 0, s->translator) != 0)
    return -1;
  for (;;) {
    if (scenario_mcp_tools(scenario, round, s->translator) != 0 ||
        stream_pump(s) != 0)
      return -1;
    more = between(s, scenario, round);
    if (more <= 0)
      return more;
    round = scenario_next(scenario, round);
    path = scenario_path(scenario, round);
    if (path == NULL || stream_turn(s, path) != 0)
      return -1;
  }
}

static int run(const struct command *self, int argc, char **argv)
{
  struct stream_settings settings = {0};
  struct stream_context context = {0};
  struct scenario scenario;
  struct stream s = {0};
  const char *path;
  int status = options_parse(self, argc, argv, &settings, &path);

  if (status >= 0)
    return status;
  if (path == NULL) {
    help_hint(self);
    return EXIT_TROUBLE;
  }
  status = EXIT_TROUBLE;
  if (scenario_open(&scenario, path) == 0) {
    context.tools = &scenario.tools;
    context.files = scenario.has_files ? &scenario.files : NULL;
    context.max_tool_calls = scenario.max_tool_calls;
    settings.context = &context;
    status = play(&s, &scenario, &settings) == 0 ? 0 : EXIT_TROUBLE;
    if (s.translator != NULL) {
      sluice_translator_finish(s.translator); /* whatever was missing */
      if (sink_flush(&s.out) != 0)
        status = EXIT_TROUBLE;
      else if (status == 0)
        status = stream_status(&s);
    }
    if (s.settings != NULL && stream_close(&s) != 0)
      status = EXIT_TROUBLE;
  }
  scenario_close(&scenario);
  return status;
}

const struct command rounds_command = {
    "rounds",
    "SCENARIO",
    "several chat streams, with tool results, as one response",
    "Plays a scenario: a JSON file with\n"
    "  tool_types      {\"tool name\": "
    "\"function|custom|file_search_call|...\"}\n"
    "  citation_files  {\"file-id\": \"filename\"}: no others are cited\n"
    "  max_tool_calls  how many hosted calls may run\n"
    "  mcp_tools       [{server_label, tools, error}]: lists to show first\n"
    "  rounds          [{sse: FILE beside the scenario, mcp_tools,\n"
    "                    tool_results:\n"
    "                    [{call_id, output, error, results, files}]}]\n"
    "and writes the events of the one response that the rounds make. Other\n"
    "members are ignored.\n",
    "  sluice rounds scenario.json\n"
    "  sluice rounds --format jsonl scenario.json | jq -r .type\n",
    options,
    run,
    NULL,
};
