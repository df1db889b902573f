/* SPDX-License-Identifier: MIT */
#include "report.h"

#include <string.h>

#include "target.h"

static double bytes_per_chunk(const struct row *row)
{
  return (double)row->streams->in.n / (double)row->streams->chunks;
}

/* A row of a table is the first of its workload. */
static int begins(const struct table *t, size_t i)
{
  return i == 0 || t->rows[i].workload != t->rows[i - 1].workload;
}

static double times_yajl(const struct table *t, const struct row *row)
{
  return table_ratio(t, row->workload->name, ROW_PARSE,
                     row->runner.contender->name);
}

/* ---- for people ------------------------------------------------------------
 */

static void text_rows(const struct table *t, FILE *out)
{
  size_t i;

  for (i = 0; i < t->count; i++) {
    const struct row *row = &t->rows[i];
    const struct streams *s = row->streams;
    const struct tally *tally = &row->runner.tally;

    if (begins(t, i))
      fprintf(out,
              "\n%s: %s\n  %zu chunks in %zu streams, %.1f bytes a chunk\n"
              "  %-24s %8s %7s %8s %7s %8s %8s\n",
              row->workload->name, row->workload->what, s->chunks, s->count,
              bytes_per_chunk(row), "", "ns/chunk", "spread", "MB/s", "yajl/it",
              "events", "B/event");
    fprintf(out, "  %-24s %8.1f  ±%4.1f%% %8.0f %7.2f",
            row->runner.contender->name, row->median, row->spread * 100,
            bytes_per_chunk(row) / row->median * 1e3, times_yajl(t, row));
    if (tally->bytes > 0)
      fprintf(out, " %8llu %8.1f", (unsigned long long)tally->events,
              (double)tally->bytes / (double)tally->events);
    fputc('\n', out);
  }
}

static void text_memory(const struct findings *f, FILE *out)
{
  size_t i;

  fprintf(out,
          "\nmemory\n  second half of the long stream: %zu allocations in %zu "
          "chunks with %zu citations\n",
          f->steady.calls, f->steady.chunks, f->steady.citations);
  for (i = 0; i < IDLE_SIZES; i++) {
    const struct idle *idle = &f->idle[i];

    if (idle->streams == 0)
      continue;
    fprintf(out,
            "  %zu streams open beside one scratch, %zu chunks each: %.0f B a "
            "stream, and %.0f B of text\n"
            "    %.0f B more with half an event waiting; the process grew by "
            "%.0f B a stream\n"
            "    fed a chunk each in turn: %.1f ns/chunk; yajl over the same: "
            "%.1f\n",
            idle->streams, idle->chunks, idle->rest, idle->text, idle->cut,
            idle->rss, idle->feed, idle->parse);
  }
}

static void text_others(const struct findings *f, FILE *out)
{
  const struct process *p = &f->process;
  unsigned i;

  if (f->crew_count > 0)
    fputs("\nthreads, over short, a scratch each (wall time; time of all "
          "processors)\n",
          out);
  for (i = 0; i < f->crew_count; i++)
    fprintf(out, "  %-3u %8.1f ns/chunk  %8.1f ns/chunk  speed-up %.2f\n",
            f->crews[i].threads, f->crews[i].wall, f->crews[i].cpu,
            f->crews[i].speedup);
  if (f->has_process)
    fprintf(out,
            "\nprocesses, over the file of long (CPU time, user and system)\n"
            "  into a pipe:   cat %.1f ns/chunk, sluice translate %.1f: %.2f "
            "x\n"
            "  to /dev/null:  cat %.1f ns/chunk, sluice translate %.1f: %.2f "
            "x\n",
            p->cat, p->sluice, p->ratio, p->cat_null, p->sluice_null,
            p->ratio_null);
}

static void text_targets(const struct findings *f, FILE *out)
{
  struct target targets[TARGETS];
  size_t count = targets_of(f, targets), i;

  fputs("\ntargets\n", out);
  for (i = 0; i < count; i++) {
    const struct target *t = &targets[i];

    fprintf(out, "  %-42s", t->name);
    if (t->measured)
      fprintf(out, " %9.*f %-2s", target_digits(t), t->value, t->unit);
    else
      fprintf(out, " %9s %-2s", "-", "");
    fprintf(out, "  %s %g  %s\n", t->at_least ? ">=" : "<=", t->bound,
            target_verdict(t));
  }
}

void report_text(const struct findings *f, FILE *out)
{
  fprintf(out, "%s\nCPU time of one thread, the median of %u rounds\n",
          f->machine, f->table.rounds);
  text_rows(&f->table, out);
  text_memory(f, out);
  text_others(f, out);
  text_targets(f, out);
}

/* ---- for programs ----------------------------------------------------------
 */

static void tsv_rows(const struct table *t, FILE *out)
{
  size_t i;

  fputs("# time\tworkload\tcontender\tns_per_chunk\tspread\tchunks\tstreams\t"
        "bytes\tevents_out\tbytes_out\tyajl_over_it\n",
        out);
  for (i = 0; i < t->count; i++) {
    const struct row *row = &t->rows[i];
    const struct streams *s = row->streams;

    fprintf(out, "time\t%s\t%s\t%.3f\t%.4f\t%zu\t%zu\t%zu\t%llu\t%llu\t%.4f\n",
            row->workload->name, row->runner.contender->name, row->median,
            row->spread, s->chunks, s->count, s->in.n,
            (unsigned long long)row->runner.tally.events,
            (unsigned long long)row->runner.tally.bytes, times_yajl(t, row));
  }
}

static void tsv_others(const struct findings *f, FILE *out)
{
  const struct process *p = &f->process;
  unsigned i;

  fprintf(out,
          "# steady\tchunks\tallocations\tcitations\nsteady\t%zu\t%zu\t%zu\n",
          f->steady.chunks, f->steady.calls, f->steady.citations);
  fputs("# idle\tstreams\tchunks\trest\ttext\tcut\trss\tfeed_ns\tyajl_ns\n",
        out);
  for (i = 0; i < IDLE_SIZES; i++)
    if (f->idle[i].streams > 0)
      fprintf(out, "idle\t%zu\t%zu\t%.1f\t%.1f\t%.1f\t%.1f\t%.2f\t%.2f\n",
              f->idle[i].streams, f->idle[i].chunks, f->idle[i].rest,
              f->idle[i].text, f->idle[i].cut, f->idle[i].rss, f->idle[i].feed,
              f->idle[i].parse);
  fputs("# threads\tthreads\twall_ns_per_chunk\tcpu_ns_per_chunk\tspeedup\n",
        out);
  for (i = 0; i < f->crew_count; i++)
    fprintf(out, "threads\t%u\t%.3f\t%.3f\t%.3f\n", f->crews[i].threads,
            f->crews[i].wall, f->crews[i].cpu, f->crews[i].speedup);
  if (f->has_process)
    fprintf(out,
            "# process\tsink\tcat_ns_per_chunk\tsluice_ns_per_chunk\tratio\n"
            "process\tpipe\t%.3f\t%.3f\t%.3f\n"
            "process\tnull\t%.3f\t%.3f\t%.3f\n",
            p->cat, p->sluice, p->ratio, p->cat_null, p->sluice_null,
            p->ratio_null);
}

void report_tsv(const struct findings *f, FILE *out)
{
  struct target targets[TARGETS];
  size_t count = targets_of(f, targets), i;

  fprintf(out, "# %s\n# %u rounds\n", f->machine, f->table.rounds);
  tsv_rows(&f->table, out);
  tsv_others(f, out);
  fputs("# target\tname\tvalue\tsense\tbound\tverdict\n", out);
  for (i = 0; i < count; i++)
    fprintf(out, "target\t%s\t%.5f\t%s\t%g\t%s\n", targets[i].name,
            targets[i].value,
            targets[i].at_least ? ">=" : "<=", targets[i].bound,
            target_verdict(&targets[i]));
}

/* ---- for README.md ---------------------------------------------------------
 */

static void cell(const struct table *t, const char *workload,
                 const char *contender, FILE *out)
{
  const struct row *row = table_find(t, workload, contender);

  fprintf(out, " %.1f ± %.1f %% |", row->median, row->spread * 100);
}

static void markdown_workloads(const struct table *t, FILE *out)
{
  static const char *const columns[] = {ROW_COPY, ROW_SCAN, ROW_PARSE, ROW_SLOW,
                                        ROW_SLUICE};
  size_t i, k;

  fputs("| workload | chunks | streams | bytes a chunk |", out);
  for (k = 0; k < sizeof(columns) / sizeof(columns[0]); k++)
    fprintf(out, " %s |", columns[k]);
  fputs(" yajl / sluice |\n|---|---|---|---|---|---|---|---|---|---|\n", out);
  for (i = 0; i < t->count; i++) {
    const struct row *row = &t->rows[i];
    const char *name = row->workload->name;

    if (!begins(t, i))
      continue;
    fprintf(out, "| %s | %zu | %zu | %.1f |", name, row->streams->chunks,
            row->streams->count, bytes_per_chunk(row));
    for (k = 0; k < sizeof(columns) / sizeof(columns[0]); k++)
      cell(t, name, columns[k], out);
    fprintf(out, " %.1f |\n", table_ratio(t, name, ROW_PARSE, ROW_SLUICE));
  }
}

static void markdown_pushes(const struct table *t, FILE *out)
{
  static const char *const names[] = {ROW_SLUICE, ROW_FRESH, ROW_EVENT,
                                      ROW_PACKET, ROW_COLD,  ROW_BYTE};
  size_t i;

  fputs("\n| short, pushed another way | ns a chunk | ns a byte | yajl / it |\n"
        "|---|---|---|---|\n",
        out);
  for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    const struct row *row = table_find(t, "short", names[i]);

    if (row == NULL)
      continue;
    fprintf(out, "| %s |",
            strcmp(names[i], ROW_SLUICE) == 0 ? "16 KiB pushes" : names[i]);
    cell(t, "short", names[i], out);
    fprintf(out, " %.2f | %.2f |\n", row->median / bytes_per_chunk(row),
            times_yajl(t, row));
  }
}

static void markdown_memory(const struct findings *f, FILE *out)
{
  unsigned i;

  fputs("\n| streams open, a chunk of each in turn | bytes of a stream | and "
        "text | and half an event | resident bytes of a stream | ns a chunk | "
        "yajl over the same |\n|---|---|---|---|---|---|---|\n",
        out);
  for (i = 0; i < IDLE_SIZES; i++)
    if (f->idle[i].streams > 0)
      fprintf(out, "| %zu | %.0f | %.0f | %.0f | %.0f | %.1f | %.1f |\n",
              f->idle[i].streams, f->idle[i].rest, f->idle[i].text,
              f->idle[i].cut, f->idle[i].rss, f->idle[i].feed,
              f->idle[i].parse);
  if (f->crew_count > 0)
    fputs("\n| threads | ns a chunk, wall time | ns a chunk, all processors | "
          "speed-up |\n|---|---|---|---|\n",
          out);
  for (i = 0; i < f->crew_count; i++)
    fprintf(out, "| %u | %.1f | %.1f | %.2f |\n", f->crews[i].threads,
            f->crews[i].wall, f->crews[i].cpu, f->crews[i].speedup);
}

static void markdown_process(const struct process *p, FILE *out)
{
  fprintf(out,
          "\n| as a process, over the file of long | cat | sluice translate | "
          "ratio |\n|---|---|---|---|\n"
          "| into a pipe | %.1f | %.1f | %.2f |\n"
          "| to /dev/null | %.1f | %.1f | %.2f |\n",
          p->cat, p->sluice, p->ratio, p->cat_null, p->sluice_null,
          p->ratio_null);
}

void report_markdown(const struct findings *f, FILE *out)
{
  struct target targets[TARGETS];
  size_t count = targets_of(f, targets), i;

  fprintf(out, "%s; the median of %u rounds.\n\n", f->machine, f->table.rounds);
  fputs("| what has to be shown | figure | at least or at most | |\n"
        "|---|---|---|---|\n",
        out);
  for (i = 0; i < count; i++) {
    const struct target *t = &targets[i];

    fprintf(out, "| %s | ", t->name);
    if (t->measured)
      fprintf(out, "%.*f %s", target_digits(t), t->value, t->unit);
    fprintf(out, " | %s %g | %s |\n", t->at_least ? "≥" : "≤", t->bound,
            target_verdict(t));
  }
  fputs("\nNanoseconds of a chunk:\n\n", out);
  markdown_workloads(&f->table, out);
  markdown_pushes(&f->table, out);
  markdown_memory(f, out);
  if (f->has_process)
    markdown_process(&f->process, out);
}
