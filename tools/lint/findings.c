/* SPDX-License-Identifier: MIT */
#include "findings.h"

#include <stdio.h>

#include "heap.h"
#include "page.h"
#include "shown.h"
#include "text.h"

#define lit sluice__buf_lit

/* How many of a kind are shown: of what counts, and of the rest. */
enum { SHOWN_EACH = 5, SHOWN_REST = 1 };

/* The findings of one code and severity. */
struct findings_group {
  enum lint_severity severity;
  const char *code;
  uint64_t count;
  struct buf lines; /* the first of them */
};

static const char *const severities[LINT_SEVERITIES] = {"violation", "erratum",
                                                        "warning"};

static const char *const clients[] = {"openai-node", "openai-python", "agents",
                                      "ai-sdk",      "langchain",     "codex"};

enum { CLIENTS = sizeof(clients) / sizeof(clients[0]) };

void findings_init(struct findings *f, struct sink *out)
{
  memset(f, 0, sizeof(*f));
  f->out = out;
  sluice__buf_init(&f->line, heap());
}

void findings_free(struct findings *f)
{
  for (size_t i = 0; i < f->group_count; i++)
    sluice__buf_free(&f->groups[i].lines);
  sluice__free(heap(), f->groups);
  sluice__buf_free(&f->line);
}

static void put(struct buf *out, const char *text)
{
  sluice__buf_put(out, text, strlen(text));
}

static int counts(const struct findings *f, enum lint_severity severity)
{
  return severity == LINT_VIOLATION || (severity == LINT_ERRATUM && f->strict);
}

int findings_clean(const struct findings *f)
{
  return f->counts[LINT_VIOLATION] == 0 &&
         !(f->strict && f->counts[LINT_ERRATUM] > 0);
}

/* `allow` is a list of codes with commas between; one that ends with a dot
 * stands for all that begin so. */
static int is_allowed(const struct findings *f, const char *code)
{
  const char *at = f->allow;

  while (at != NULL && *at != '\0') {
    size_t n = strcspn(at, ",");
    if (n > 0 && strncmp(at, code, n) == 0 &&
        (code[n] == '\0' || at[n - 1] == '.'))
      return 1;
    at += at[n] == ',' ? n + 1 : n;
  }
  return 0;
}

/* ---- lines for people ---- */

static void put_line(struct findings *f, const struct lint_finding *finding,
                     struct buf *out)
{
  static const enum page_paint paints[LINT_SEVERITIES] = {PAGE_RED, PAGE_YELLOW,
                                                          PAGE_DIM};
  struct page page = {out, 0, f->colour};

  page_paint(&page, paints[finding->severity]);
  put(out, severities[finding->severity]);
  page_paint(&page, PAGE_PLAIN);
  lit(out, " ");
  page_paint(&page, PAGE_BOLD);
  put(out, finding->code);
  page_paint(&page, PAGE_PLAIN);
  lit(out, ": event ");
  sluice__buf_uint(out, finding->event);
  if (finding->type.n > 0) {
    lit(out, " ");
    shown_head(out, finding->type, 60);
  }
  lit(out, ", byte ");
  sluice__buf_uint(out, finding->offset);
  lit(out, ": ");
  shown_head(out, (sluice_str){finding->message, strlen(finding->message)},
             1000);
  if (finding->clients[0] != '\0') {
    lit(out, "; breaks: ");
    put(out, finding->clients);
  } else if (finding->severity == LINT_VIOLATION) {
    lit(out, "; breaks: none known");
  }
  lit(out, "\n");
}

static struct findings_group *group_of(struct findings *f,
                                       const struct lint_finding *finding)
{
  void *groups = f->groups;
  struct findings_group *g;

  for (size_t i = 0; i < f->group_count; i++)
    if (f->groups[i].severity == finding->severity &&
        strcmp(f->groups[i].code, finding->code) == 0)
      return &f->groups[i];
  if (sluice__room(heap(), &groups, &f->group_cap, f->group_count + 1, 8,
                   sizeof(*g)) != 0)
    return NULL;
  f->groups = (struct findings_group *)groups;
  g = &f->groups[f->group_count++];
  memset(g, 0, sizeof(*g));
  g->severity = finding->severity;
  g->code = finding->code;
  sluice__buf_init(&g->lines, heap());
  return g;
}

static uint64_t shown_of(const struct findings *f, enum lint_severity severity)
{
  return counts(f, severity) ? SHOWN_EACH : SHOWN_REST;
}

static void gather(struct findings *f, const struct lint_finding *finding)
{
  struct findings_group *g = group_of(f, finding);

  if (g == NULL) {
    f->failed = 1;
    return;
  }
  if (g->count++ < shown_of(f, finding->severity))
    put_line(f, finding, &g->lines);
  f->failed |= g->lines.failed;
}

static void put_groups(struct findings *f, enum lint_severity severity)
{
  uint64_t shown = shown_of(f, severity);

  for (size_t i = 0; i < f->group_count; i++) {
    const struct findings_group *g = &f->groups[i];
    if (g->severity != severity)
      continue;
    sink_put(f->out, g->lines.p, g->lines.n);
    if (g->count <= shown)
      continue;
    sluice__buf_clear(&f->line);
    put(&f->line, severities[severity]);
    lit(&f->line, " ");
    put(&f->line, g->code);
    lit(&f->line, ": and ");
    shown_number(&f->line, g->count - shown);
    lit(&f->line, " more (--all shows each)\n");
    sink_put(f->out, f->line.p, f->line.n);
  }
}

/* ---- the sum ---- */

static void note_clients(struct findings *f, const char *text)
{
  for (unsigned i = 0; i < CLIENTS; i++)
    if (strstr(text, clients[i]) != NULL)
      f->clients |= 1u << i;
}

static void put_sum(struct findings *f, const char *name, uint64_t events)
{
  static const char *const many[LINT_SEVERITIES] = {"violations", "errata",
                                                    "warnings"};
  struct page page = {&f->line, 0, f->colour};
  int first = 1;

  sluice__buf_clear(&f->line);
  page_paint(&page, findings_clean(f) ? PAGE_GREEN : PAGE_RED);
  put(&f->line, findings_clean(f) ? "clean" : "NOT CLEAN");
  page_paint(&page, PAGE_PLAIN);
  lit(&f->line, ": ");
  shown_head(&f->line, (sluice_str){name, strlen(name)}, 200);
  lit(&f->line, ": ");
  shown_count(&f->line, events, "event");
  for (int i = 0; i < LINT_SEVERITIES; i++) {
    lit(&f->line, ", ");
    shown_number(&f->line, f->counts[i]);
    lit(&f->line, " ");
    put(&f->line, f->counts[i] == 1 ? severities[i] : many[i]);
  }
  for (unsigned i = 0; i < CLIENTS; i++)
    if ((f->clients >> i & 1) != 0) {
      put(&f->line, first ? "; breaks: " : ", ");
      put(&f->line, clients[i]);
      first = 0;
    }
  lit(&f->line, "\n");
  sink_put(f->out, f->line.p, f->line.n);
}

/* ---- JSON ---- */

static void put_string(struct buf *out, const char *p, size_t n)
{
  lit(out, "\"");
  sluice__text_escape(out, (sluice_str){p, n});
  lit(out, "\"");
}

static void put_clients(struct buf *out, const char *text)
{
  lit(out, "[");
  while (*text != '\0') {
    size_t name = strcspn(text, "("), effect = strcspn(text + name, ")");
    lit(out, "{\"name\":");
    put_string(out, text, name > 0 ? name - 1 : 0);
    lit(out, ",\"effect\":");
    put_string(out, text + name + 1, effect > 0 ? effect - 1 : 0);
    lit(out, "}");
    text += name + effect;
    text += *text == ')' ? 1 : 0;
    if (*text == ',') {
      lit(out, ",");
      text += 2;
    }
  }
  lit(out, "]");
}

static void put_json(struct findings *f, const struct lint_finding *finding)
{
  struct buf *out = &f->line;

  sluice__buf_clear(out);
  put(out, f->begun ? ",\n" : "{\"findings\":[\n");
  f->begun = 1;
  lit(out, "{\"severity\":\"");
  put(out, severities[finding->severity]);
  lit(out, "\",\"code\":\"");
  put(out, finding->code);
  lit(out, "\",\"event\":");
  sluice__buf_uint(out, finding->event);
  lit(out, ",\"type\":");
  if (finding->type.n > 0) /* clean JSON text already */
    sluice__buf_byte(out, '"');
  put(out, finding->type.n > 0 ? "" : "null");
  sluice__buf_put(out, finding->type.p, finding->type.n);
  if (finding->type.n > 0)
    sluice__buf_byte(out, '"');
  lit(out, ",\"offset\":");
  sluice__buf_uint(out, finding->offset);
  lit(out, ",\"message\":");
  put_string(out, finding->message, strlen(finding->message));
  lit(out, ",\"breaks\":");
  put_clients(out, finding->clients);
  lit(out, "}");
  sink_put(f->out, out->p, out->n);
}

static void end_json(struct findings *f, uint64_t events, const char *error)
{
  struct buf *out = &f->line;

  sluice__buf_clear(out);
  put(out, f->begun ? "\n]" : "{\"findings\":[]");
  lit(out, ",\"events\":");
  sluice__buf_uint(out, events);
  lit(out, ",\"violations\":");
  sluice__buf_uint(out, f->counts[LINT_VIOLATION]);
  lit(out, ",\"errata\":");
  sluice__buf_uint(out, f->counts[LINT_ERRATUM]);
  lit(out, ",\"warnings\":");
  sluice__buf_uint(out, f->counts[LINT_WARNING]);
  lit(out, ",\"error\":");
  if (error != NULL)
    put_string(out, error, strlen(error));
  else
    lit(out, "null");
  put(out, findings_clean(f) && error == NULL ? ",\"clean\":true}\n"
                                              : ",\"clean\":false}\n");
  sink_put(f->out, out->p, out->n);
}

/* ---- all ---- */

void findings_add(void *user, const struct lint_finding *finding)
{
  struct findings *f = (struct findings *)user;

  if (is_allowed(f, finding->code))
    return;
  f->counts[finding->severity]++;
  if (counts(f, finding->severity))
    note_clients(f, finding->clients);
  else if (f->quiet)
    return;
  if (f->form == FINDINGS_JSON) {
    put_json(f, finding);
  } else if (f->form == FINDINGS_GROUPED) {
    gather(f, finding);
  } else {
    sluice__buf_clear(&f->line);
    put_line(f, finding, &f->line);
    sink_put(f->out, f->line.p, f->line.n);
  }
  f->failed |= f->line.failed;
}

int findings_end(struct findings *f, const char *name, uint64_t events,
                 const char *error)
{
  if (f->form == FINDINGS_JSON) {
    end_json(f, events, error);
  } else if (error == NULL) {
    for (int i = 0; i < LINT_SEVERITIES; i++)
      put_groups(f, (enum lint_severity)i);
    if (!f->quiet || !findings_clean(f))
      put_sum(f, name, events);
  }
  return f->failed || f->line.failed ? -1 : 0;
}
