/* SPDX-License-Identifier: MIT */
#include "judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../tools/lint/lint_check.h"
#include "laws.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Where real streams are not as the schema says, sluice does as they do. */
static int is_habit(const struct lint_finding *f)
{
  return f->severity == LINT_ERRATUM &&
         (strcmp(f->code, "shape.usage-null") == 0 ||
          strcmp(f->code, "shape.user-null") == 0 ||
          strcmp(f->code, "shape.error-code") == 0);
}

/* What other producers may do, and sluice never does. */
static int is_law(const struct lint_finding *f)
{
  static const char *const codes[] = {"note.late",     "order.error-alone",
                                      "args.no-delta", "args.not-done",
                                      "delta.empty",   "part.interleaved"};

  for (size_t i = 0; i < COUNT(codes); i++)
    if (strcmp(f->code, codes[i]) == 0)
      return 1;
  return 0;
}

static void on_finding(void *user, const struct lint_finding *f)
{
  struct said *s = (struct said *)user;

  bytes_printf(&s->text, "%d %s event %llu byte %llu %.*s: %s (%s)\n",
               (int)f->severity, f->code, (unsigned long long)f->event,
               (unsigned long long)f->offset,
               (int)(f->type.n < 100 ? f->type.n : 100), f->type.p, f->message,
               f->clients);
  if ((f->severity != LINT_WARNING || is_law(f)) && !is_habit(f))
    s->wrong++;
}

void judge(struct said *s, sluice_unit unit, const char *p, size_t n,
           size_t step)
{
  struct lint_options o = {LINT_SSE, unit, NULL};
  struct lint *l = lint_new(&o, on_finding, s);

  if (l == NULL)
    abort();
  bytes_clear(&s->text);
  s->wrong = 0;
  for (size_t at = 0; at < n; at += step)
    lint_feed(l, p + at, n - at < step ? n - at : step);
  s->status = lint_finish(l);
  lint_free(l);
}

size_t judge_endings(const struct bytes *wire)
{
  static const char *const lines[] = {"event: response.completed\n",
                                      "event: response.incomplete\n",
                                      "event: response.failed\n"};
  const char *line = wire->p, *end = wire->p + wire->n, *lf;
  size_t count = 0;

  for (; line < end; line = lf + 1) {
    lf = memchr(line, '\n', (size_t)(end - line));
    if (lf == NULL)
      break;
    for (size_t i = 0; i < COUNT(lines); i++)
      count += (size_t)(lf + 1 - line) == strlen(lines[i]) &&
               memcmp(line, lines[i], strlen(lines[i])) == 0;
  }
  return count;
}

const char *judge_all(struct bytes *why, sluice_unit unit,
                      const struct bytes *wire)
{
  char message[LAWS_MESSAGE];
  struct said said = {{0}, 0, 0};
  const char *law = laws_stream(unit, wire->p, wire->n, message);
  size_t endings = judge_endings(wire);

  bytes_clear(why);
  judge(&said, unit, wire->p, wire->n, SIZE_MAX);
  if (law != NULL)
    bytes_printf(why, "the laws: %s; ", law);
  if (said.wrong > 0 || said.status != 0) {
    bytes_printf(why, "lint, status %d: ", said.status);
    bytes_put(why, said.text.p, said.text.n);
  }
  if (endings != 1)
    bytes_printf(why, "%zu terminal events", endings);
  bytes_free(&said.text);
  return why->n == 0 ? NULL : why->p;
}

void judge_write(const char *stream, const char *damage, uint64_t seed,
                 const struct bytes *wire)
{
  struct bytes why = {0};
  int wrong = judge_all(&why, SLUICE_UNIT_CODEPOINT, wire) != NULL;

  printf("output %s %s %llu %d %zu\n", stream, damage, (unsigned long long)seed,
         wrong, wire->n);
  fwrite(wire->p, 1, wire->n, stdout);
  bytes_free(&why);
}
