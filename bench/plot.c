/* SPDX-License-Identifier: MIT */
#include "plot.h"

#include <math.h>
#include <string.h>

#define WIDTH  960.0
#define LEFT   130.0 /* the names of the workloads stand before it */
#define RIGHT  230.0 /* room for the figure behind the longest bar */
#define TOP    96.0
#define BAR    15.0
#define APART  3.0  /* between two bars */
#define GROUP  16.0 /* between two workloads */
#define BOTTOM 44.0

struct series {
  const char *contender, *label, *colour;
};

static const struct series series[] = {
    {ROW_COPY, "memcpy of the bytes", "#9aa3ad"},
    {ROW_SLUICE, "sluice, whole", "#0b6e99"},
    {ROW_SLOW, "sluice, fast path off", "#8cc5dc"},
    {ROW_PARSE, "yajl, parsing alone", "#d9822b"},
};
#define SERIES (sizeof(series) / sizeof(series[0]))

static double largest(const struct table *t)
{
  double most = 1;
  size_t i, k;

  for (i = 0; i < t->count; i++)
    for (k = 0; k < SERIES; k++)
      if (strcmp(t->rows[i].runner.contender->name, series[k].contender) == 0 &&
          t->rows[i].median > most)
        most = t->rows[i].median;
  return most;
}

static void text(FILE *out, double x, double y, const char *more,
                 const char *words)
{
  fprintf(out, "<text x=\"%.1f\" y=\"%.1f\"%s>%s</text>\n", x, y, more, words);
}

static void legend(FILE *out)
{
  double x = LEFT;
  size_t k;

  text(out, LEFT - 110, 34, " class=\"title\"",
       "One chunk in, its events out: nanoseconds of one processor");
  text(out, LEFT - 110, 54, " class=\"soft\"",
       "shorter is better; each the median of all rounds, in one process");
  x = LEFT - 110;
  for (k = 0; k < SERIES; k++) {
    fprintf(out,
            "<rect x=\"%.1f\" y=\"68\" width=\"12\" height=\"12\" "
            "fill=\"%s\"/>\n",
            x, series[k].colour);
    text(out, x + 18, 79, "", series[k].label);
    x += 30 + 7.6 * (double)strlen(series[k].label);
  }
}

/* 1, 2 or 5 times a power of ten: about eight lines. */
static double step_of(double most)
{
  double step = pow(10, floor(log10(most / 4)));

  return most / step <= 8 ? step : most / step <= 20 ? 2.5 * step : 5 * step;
}

static void grid(FILE *out, double most, double scale, double bottom)
{
  double step = step_of(most), at;
  char label[32];

  for (at = 0; at <= most; at += step) {
    double x = LEFT + at * scale;

    fprintf(out,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" "
            "stroke=\"#e3e6e9\"/>\n",
            x, TOP, x, bottom);
    snprintf(label, sizeof(label), "%g", at);
    text(out, x, bottom + 18, " class=\"soft\" text-anchor=\"middle\"", label);
  }
  text(out, LEFT + most * scale / 2, bottom + 36,
       " class=\"soft\" text-anchor=\"middle\"", "ns a chunk");
}

static void bar(const struct table *t, const char *workload, size_t k, double y,
                double scale, FILE *out)
{
  const struct row *row = table_find(t, workload, series[k].contender);
  char label[80];

  if (row == NULL)
    return;
  fprintf(out,
          "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
          "fill=\"%s\"/>\n",
          LEFT, y, row->median * scale, BAR, series[k].colour);
  if (strcmp(series[k].contender, ROW_SLUICE) == 0)
    snprintf(label, sizeof(label), "%.0f: %.1f times as fast as yajl",
             row->median, table_ratio(t, workload, ROW_PARSE, ROW_SLUICE));
  else
    snprintf(label, sizeof(label), "%.0f", row->median);
  text(out, LEFT + row->median * scale + 6, y + BAR - 3,
       strcmp(series[k].contender, ROW_SLUICE) == 0 ? " class=\"bold\"" : "",
       label);
}

void plot_svg(const struct findings *f, FILE *out)
{
  const struct table *t = &f->table;
  const double group = (double)SERIES * (BAR + APART) + GROUP;
  double most = largest(t), scale = (WIDTH - LEFT - RIGHT) / most, y = TOP + 8;
  size_t i, k, groups = 0;

  for (i = 0; i < t->count; i++)
    groups += i == 0 || t->rows[i].workload != t->rows[i - 1].workload;
  fprintf(out,
          "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" "
          "height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\">\n"
          "<!-- SPDX-License-Identifier: MIT; written by make bench -->\n"
          "<style>text{font:13px sans-serif;fill:#20262c}"
          ".title{font-size:18px;font-weight:bold}.soft{fill:#5b6670}"
          ".bold{font-weight:bold}</style>\n"
          "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n",
          WIDTH, TOP + (double)groups * group + BOTTOM, WIDTH,
          TOP + (double)groups * group + BOTTOM);
  legend(out);
  grid(out, most, scale, TOP + (double)groups * group);
  for (i = 0; i < t->count; i++) {
    const char *name = t->rows[i].workload->name;

    if (i > 0 && t->rows[i].workload == t->rows[i - 1].workload)
      continue;
    text(out, LEFT - 12, y + 2 * (BAR + APART) + 3,
         " class=\"bold\" text-anchor=\"end\"", name);
    for (k = 0; k < SERIES; k++)
      bar(t, name, k, y + (double)k * (BAR + APART), scale, out);
    y += group;
  }
  fputs("</svg>\n", out);
}
