/* SPDX-License-Identifier: MIT */
#include "variant.h"

#include <sluice/tool.h>

#include "check.h"

/* One of these, mostly the first, which is the default. */
struct choice {
  const char *lines[8];
};

static const struct choice choices[] = {
    {{"", "reasoning=text\n", "reasoning=off\n"}},
    {{"", "no-citations\n", "marker-open=[[\nmarker-close=]]\n",
      "citation-files={\"file-1\":\"one.txt\",\"file-a\":\"\"}\n",
      "max-marker=3\n", "citation-files={}\n"}},
    {{"", "no-error-event\n"}},
    {{"", "obfuscation\n"}},
    {{"", "lenient=think\n", "lenient=cumulative\n", "lenient=bad-events\n",
      "lenient=bad-events\nlenient=think\nlenient=choices\n"}},
    {{"", "lenient=choices\n"}},
    {{"", "lenient=citations\n"}},
    {{"", "max-items=1\n", "max-items=2\n", "max-items=3\n"}},
    {{"", "max-output=1\n", "max-output=40\n", "max-output=300\n"}},
    {{"", "max-payload=90\n", "max-payload=200\n", "max-payload=400\n"}},
    {{"", "max-depth=3\n", "max-depth=5\n", "max-depth=8\n"}},
    {{"", "max-annotations=1\n"}},
    {{"", "max-tool-calls=1\n"}},
    {{"", "model=m \"x\"\n", "response-id=resp_given\n", "clock=99\n",
      "created-at=7\nclock=3\n"}}};

/* Not with limits, which hold for requests, too. */
static const struct choice requests = {
    {"",
     "request={\"model\":\"asked\",\"tools\":[{\"type\":\"function\","
     "\"name\":\"f\",\"parameters\":{}}],\"temperature\":0.2}\n",
     "request={\"model\":5,\"tools\":7,\"tool_choice\":[],\"text\":{}}\n",
     "request={\"metadata\":{\"a\":\"b\"},\"store\":false,\"instructions\":"
     "\"say \\ud83d\",\"max_output_tokens\":9,\"service_tier\":\"flex\"}\n"}};

static const char *const units[] = {"utf16", "byte", "grapheme"};

/* Names that recorded streams and those of the corpus call. */
static const char *const tools[] = {
    "f",    "g",   "search",           "patch", "ask",  "get_weather", "python",
    "mine", "web", "knowledge_search", "draw",  "wipe", "web_search"};

static void roll_tools(struct bytes *opts, uint64_t *seed)
{
  static const char *const types[] = {
#define X(NAME, name) name,
      SLUICE_TOOL_TYPES(X)
#undef X
  };
  size_t i;

  for (i = 0; i < COUNT(tools); i++)
    if (random_below(seed, 2) == 0)
      bytes_printf(opts, "tool=%s=%s\n", tools[i],
                   types[random_below(seed, COUNT(types))]);
}

static void roll_one(struct bytes *opts, uint64_t *seed,
                     const struct choice *choice)
{
  size_t n = 1;

  while (n < COUNT(choice->lines) && choice->lines[n] != NULL)
    n++;
  bytes_puts(opts, choice->lines[random_below(seed, n)]);
}

void variant_roll(struct bytes *opts, uint64_t *seed, unsigned keep)
{
  size_t i, odds = 2 + random_below(seed, 12);

  bytes_puts(opts, "");
  if (random_below(seed, 4) == 0)
    return;
  for (i = 0; i < COUNT(choices); i++)
    if (random_below(seed, odds) == 0)
      roll_one(opts, seed, &choices[i]);
  if (strstr(opts->p, "max-payload") == NULL &&
      strstr(opts->p, "max-depth") == NULL)
    roll_one(opts, seed, &requests);
  if ((keep & VARIANT_UNIT) == 0 && random_below(seed, odds) == 0)
    bytes_printf(opts, "index-unit=%s\n",
                 units[random_below(seed, COUNT(units))]);
  if ((keep & VARIANT_TOOLS) == 0 && random_below(seed, 3) == 0)
    roll_tools(opts, seed);
}
