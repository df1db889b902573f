/* SPDX-License-Identifier: MIT */
/* show.c - what goes in and what comes out, side by side. Reads a recorded
 * chat stream, feeds the library one SSE event at a time, and prints the chunk
 * on the left and the Responses events that it caused on the right.
 *
 *   cc show.c $(pkg-config --cflags --libs sluice) -o show
 *   ./show FILE.sse
 */
#define _POSIX_C_SOURCE 200809L
#include <sluice/sluice.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LEFT_WIDTH = 29, RIGHT_WIDTH = 43, PAGE_WIDTH = 76 };
enum { ROWS = 48, ROW_BYTES = 320 }; /* of one chunk; of one column */
enum { SHOWN_OF_A_RUN = 3 };         /* of chunks that pass straight through */

enum colour { PLAIN, DIM, TEXT, BOLD, CITATION, BAD };

struct row {
  char text[ROW_BYTES];
  enum colour colour;
};

struct show {
  sluice_sse *sse;
  sluice_parser *parser;
  sluice_translator *translator;
  const char *bytes;
  size_t n;

  /* the chunk at hand */
  uint64_t chunk;
  char left[ROW_BYTES];
  sluice_str only_text; /* what it says, when it says nothing else */
  struct row rows[ROWS];
  size_t row_count;
  const char *why_none; /* what to say when no event comes of it */
  int passed;           /* it became one delta with the same text */

  /* a run of chunks that pass straight through */
  size_t run, folded;
  char last_left[ROW_BYTES];
  struct row last_row;

  uint64_t events, held;
  FILE *ending; /* what is printed below the table */
  char *ending_bytes;
  size_t ending_n;
};

/* ---- paint ---- */

static const char *paint(enum colour colour)
{
  static const char *const codes[] = {"\033[0m", "\033[2m",    "\033[32m",
                                      "\033[1m", "\033[1;33m", "\033[1;31m"};
  const char *no = getenv("NO_COLOR");
  const char *terminal = getenv("TERM");

  if (!isatty(STDOUT_FILENO) || (no != NULL && *no != '\0') ||
      terminal == NULL || strcmp(terminal, "dumb") == 0)
    return "";
  return codes[colour];
}

static int begins_character(char c)
{
  return ((unsigned char)c & 0xc0) != 0x80;
}

/* Prints at most `width` characters, cut by an ellipsis, and fills up with
 * blanks when asked to. */
static void put_cell(const char *text, int width, enum colour colour, int fill)
{
  int count = 0;
  size_t cut = 0;

  for (size_t i = 0; text[i] != '\0'; i++) {
    if (begins_character(text[i]) && ++count == width)
      cut = i;
  }
  fputs(paint(colour), stdout);
  if (count > width)
    printf("%.*s\u2026", (int)cut, text);
  else
    fputs(text, stdout);
  fputs(paint(PLAIN), stdout);
  for (; fill && count < width; count++)
    putchar(' ');
}

static void put_row(const char *number, const char *left, const char *right,
                    enum colour colour)
{
  printf("%s%4s%s  ", paint(DIM), number, paint(PLAIN));
  put_cell(left, LEFT_WIDTH, PLAIN, 1);
  fputs("  ", stdout);
  put_cell(right, RIGHT_WIDTH, colour, 0);
  putchar('\n');
}

static void put_rule(void)
{
  fputs(paint(DIM), stdout);
  for (int i = 0; i < 6 + LEFT_WIDTH + 2 + RIGHT_WIDTH; i++)
    fputs(i == 4 || i == 5 || i == 6 + LEFT_WIDTH || i == 7 + LEFT_WIDTH
              ? " "
              : "\u2500",
          stdout);
  puts(paint(PLAIN));
}

/* ---- left: what the server sent ---- */

static void say(struct show *s, const char *what, sluice_str text, int quoted)
{
  size_t at = strlen(s->left);

  snprintf(s->left + at, sizeof(s->left) - at, "%s%s%s%.*s%s",
           at > 0 ? ", " : "", what, quoted ? "\"" : "",
           (int)(text.n < 200 ? text.n : 200), text.p, quoted ? "\"" : "");
  for (char *c = s->left; *c != '\0'; c++)
    if ((unsigned char)*c < 0x20 || *c == 0x7f)
      *c = '?';
}

static void say_call(struct show *s, const sluice_delta *d)
{
  if (d->u.call.name.n > 0)
    say(s, "calls ", d->u.call.name, 0);
  if (d->text.n > 0)
    say(s, "arguments ", d->text, 1);
  s->why_none = "announced with its first arguments";
}

static void say_usage(struct show *s, const sluice_usage *usage)
{
  char counts[64];
  int n =
      snprintf(counts, sizeof(counts), "%lld in, %lld out",
               (long long)usage->input_tokens, (long long)usage->output_tokens);

  say(s, "tokens: ", (sluice_str){counts, (size_t)n}, 0);
}

static void say_delta(struct show *s, const sluice_delta *d)
{
  sluice_str nothing = {"", 0};

  switch (d->type) {
  case SLUICE_DELTA_TEXT:
    say(s, "", d->text, 1);
    s->why_none = "held back: may become a citation";
    break;
  case SLUICE_DELTA_REASONING:
    say(s, "thinks ", d->text, 1);
    break;
  case SLUICE_DELTA_REFUSAL:
    say(s, "refuses ", d->text, 1);
    break;
  case SLUICE_DELTA_CALL:
    say_call(s, d);
    break;
  case SLUICE_DELTA_FINISH:
    say(s, "finish_reason ", d->text, 1);
    s->why_none = "kept for the end: usage may follow";
    break;
  case SLUICE_DELTA_USAGE:
    say_usage(s, &d->u.usage);
    s->why_none = "kept for the end";
    break;
  case SLUICE_DELTA_ERROR:
    say(s, "error ", d->u.error.message, 1);
    break;
  case SLUICE_DELTA_DONE:
    say(s, "[DONE]", nothing, 0);
    s->chunk--; /* it is none */
    break;
  default: /* the envelope */
    break;
  }
}

static void say_chunk(struct show *s, const sluice_sse_event *event)
{
  sluice_chunk chunk;
  size_t told = 0;

  s->left[0] = '\0';
  s->why_none = "";
  s->only_text.n = 0;
  if (sluice_parser_parse(s->parser, event->name, event->data, &chunk) != 0) {
    say(s, "no JSON: ", event->data, 0);
    return;
  }
  for (size_t i = 0; i < chunk.count; i++) {
    const sluice_delta *d = &chunk.deltas[i];
    if (d->text.n == 0 && d->type <= SLUICE_DELTA_REFUSAL)
      continue;
    if (d->type != SLUICE_DELTA_META && d->type != SLUICE_DELTA_LOGPROBS)
      told++;
    if (d->type == SLUICE_DELTA_TEXT)
      s->only_text = d->text;
    say_delta(s, d);
  }
  if (told != 1)
    s->only_text.n = 0;
  if (s->left[0] == '\0')
    snprintf(s->left, sizeof(s->left), "(no text yet)");
}

/* ---- right: what came out ---- */

static const char *item_name(const sluice_item *item)
{
  switch (item->type) {
  case SLUICE_ITEM_MESSAGE:
    return "message";
  case SLUICE_ITEM_REASONING:
    return "reasoning";
  case SLUICE_ITEM_FUNCTION_CALL:
    return "function_call";
  default:
    return "item";
  }
}

/* The one thing worth knowing about an event besides its name. */
static sluice_text essence(const sluice_event *e, const char **quote)
{
  sluice_text none = {"", 0};

  *quote = "";
  if (e->annotation != NULL)
    return e->annotation->filename;
  if (e->type == SLUICE_EVENT_ERROR)
    return e->response->error_message;
  if (e->item != NULL && e->item->name.n > 0)
    return e->item->name;
  if (e->text.n == 0)
    return none;
  *quote = "\"";
  return e->text;
}

static enum colour colour_of(const sluice_event *e)
{
  switch (e->type) {
  case SLUICE_EVENT_TEXT_DELTA:
  case SLUICE_EVENT_REFUSAL_DELTA:
  case SLUICE_EVENT_SUMMARY_DELTA:
  case SLUICE_EVENT_REASONING_DELTA:
  case SLUICE_EVENT_ARGUMENTS_DELTA:
    return TEXT;
  case SLUICE_EVENT_ANNOTATION_ADDED:
    return CITATION;
  case SLUICE_EVENT_COMPLETED:
    return BOLD;
  case SLUICE_EVENT_INCOMPLETE:
  case SLUICE_EVENT_FAILED:
  case SLUICE_EVENT_ERROR:
    return BAD;
  default:
    return DIM;
  }
}

/* Names are shown without `response.`, where that leaves two words. */
static const char *short_name(sluice_event_type type)
{
  const char *name = sluice_event_name(type);

  if (type == SLUICE_EVENT_ANNOTATION_ADDED)
    return "annotation.added \u2605";
  if (strncmp(name, "response.", 9) == 0 && strchr(name + 9, '.') != NULL)
    return name + 9;
  return name;
}

static void add_row(struct show *s, const sluice_event *e)
{
  struct row *row = &s->rows[s->row_count++];
  const char *quote;
  sluice_text text = essence(e, &quote);
  int n = snprintf(row->text, sizeof(row->text), "%s", short_name(e->type));
  size_t at = (size_t)n;

  if (e->item != NULL)
    at += (size_t)snprintf(row->text + at, sizeof(row->text) - at, " %s",
                           item_name(e->item));
  if (text.n > 0)
    snprintf(row->text + at, sizeof(row->text) - at, " %s%.*s%s", quote,
             (int)(text.n < 200 ? text.n : 200), text.p, quote);
  row->colour = colour_of(e);
}

static void tell_ending(struct show *s, const sluice_response *response);

static int on_event(void *user, const sluice_event *e)
{
  struct show *s = (struct show *)user;

  s->events++;
  s->passed = s->row_count == 0 && e->type == SLUICE_EVENT_TEXT_DELTA &&
              e->text.n == s->only_text.n &&
              memcmp(e->text.p, s->only_text.p, e->text.n) == 0;
  if (s->row_count < ROWS)
    add_row(s, e);
  if (e->type == SLUICE_EVENT_COMPLETED || e->type == SLUICE_EVENT_INCOMPLETE ||
      e->type == SLUICE_EVENT_FAILED)
    tell_ending(s, e->response);
  return 0;
}

/* ---- the table ---- */

static void end_run(struct show *s)
{
  char more[48];

  if (s->folded > 1) {
    snprintf(more, sizeof(more), "%zu more like these", s->folded - 1);
    put_row("\u22ee   ", more, "each out the moment its chunk is in", DIM);
  }
  if (s->folded > 0)
    put_row("", s->last_left, s->last_row.text, s->last_row.colour);
  s->run = s->folded = 0;
}

static void show_rows(const struct show *s, const char *number)
{
  for (size_t i = 0; i < s->row_count; i++)
    put_row(i == 0 ? number : "", i == 0 ? s->left : "", s->rows[i].text,
            s->rows[i].colour);
}

static void show_chunk(struct show *s)
{
  char number[24];
  int is_done = strcmp(s->left, "[DONE]") == 0;

  if (s->passed && ++s->run > SHOWN_OF_A_RUN) {
    s->folded++;
    memcpy(s->last_left, s->left, sizeof(s->left));
    s->last_row = s->rows[0];
    return;
  }
  if (!s->passed)
    end_run(s);
  snprintf(number, sizeof(number), "%llu", (unsigned long long)s->chunk);
  if (s->row_count > 0) {
    show_rows(s, is_done ? "" : number);
    return;
  }
  s->held += s->only_text.n > 0;
  put_row(is_done ? "" : number, s->left, s->why_none,
          s->only_text.n > 0 ? CITATION : DIM);
}

/* Asks for a pause after each event, so that feed() returns there. */
static int on_sse_event(void *user, const sluice_sse_event *event)
{
  struct show *s = (struct show *)user;

  s->chunk++;
  say_chunk(s, event);
  return 1;
}

/* The bytes up to the end of the next SSE event, or all that is left. */
static sluice_status feed_next(struct show *s, size_t *at)
{
  size_t used;
  int got_one;
  sluice_status rv = sluice_sse_feed(s->sse, s->bytes + *at, s->n - *at, &used);

  if (rv < 0)
    return rv;
  got_one = rv == SLUICE_PAUSED;
  s->row_count = 0;
  s->passed = 0;
  rv = sluice_translator_feed(s->translator, s->bytes + *at, used, NULL);
  *at += used;
  if (got_one)
    show_chunk(s);
  return rv;
}

static void run(struct show *s)
{
  size_t at = 0;

  while (at < s->n && feed_next(s, &at) >= 0)
    continue;
  end_run(s);
  s->row_count = 0;
  s->passed = 0;
  s->only_text.n = 0;
  snprintf(s->left, sizeof(s->left), "(end of input)");
  sluice_translator_finish(s->translator); /* always: the stream must end */
  if (s->row_count > 0)
    show_rows(s, "");
}

/* ---- below the table ---- */

enum { MARK_ON = 1, MARK_OFF = 2 }; /* bytes around the number of a citation */

/* The text with [1], [2] ... where it cites; to be freed. */
static char *with_marks(const sluice_part *part, unsigned *number)
{
  const sluice_annotation *a = part->annotations;
  size_t n = part->text.n, characters = 0, length = 0;
  char *text = (char *)malloc(n + 1);
  char *marked = NULL;
  FILE *out = open_memstream(&marked, &length);

  if (text == NULL || out == NULL)
    exit(2);
  n = sluice_text_decode(part->text, text, n);
  for (size_t i = 0; i <= n; i++) {
    int first = i == n || begins_character(text[i]);
    for (; first && a != NULL && a->index <= characters; a = a->next)
      fprintf(out, "%c[%u]%c", MARK_ON, ++*number, MARK_OFF);
    characters += (size_t)first;
    if (i < n)
      putc((unsigned char)text[i] < 0x20 && text[i] != '\n' ? ' ' : text[i],
           out);
  }
  fclose(out);
  free(text);
  return marked;
}

static size_t width_of(const char *p, size_t n)
{
  size_t width = 0;

  for (size_t i = 0; i < n; i++)
    width += p[i] != MARK_ON && p[i] != MARK_OFF && begins_character(p[i]);
  return width;
}

static void wrap(FILE *out, const char *text)
{
  size_t column = 0;

  fputs("  ", out);
  while (*text != '\0') {
    size_t n = strcspn(text, " \n");
    size_t width = width_of(text, n);
    if (column > 0 && column + 1 + width > PAGE_WIDTH) {
      fputs("\n  ", out);
      column = 0;
    } else if (column > 0) {
      putc(' ', out);
      column++;
    }
    for (size_t i = 0; i < n; i++)
      if (text[i] == MARK_ON || text[i] == MARK_OFF)
        fputs(paint(text[i] == MARK_ON ? CITATION : PLAIN), out);
      else
        putc(text[i], out);
    column += width;
    text += n;
    if (*text == '\n') {
      fputs("\n  ", out);
      column = 0;
    }
    text += *text != '\0';
  }
  putc('\n', out);
}

static void tell_part(FILE *out, const sluice_part *part)
{
  unsigned number = 0, listed = 0;
  char *text = with_marks(part, &number);

  wrap(out, text);
  free(text);
  for (const sluice_annotation *a = part->annotations; a != NULL; a = a->next)
    fprintf(out, "\n  %s[%u]%s %.*s, after %llu characters", paint(CITATION),
            ++listed, paint(PLAIN), (int)a->filename.n, a->filename.p,
            (unsigned long long)a->index);
  if (listed > 0)
    putc('\n', out);
}

static void tell_call(FILE *out, const sluice_item *item)
{
  size_t n = item->arguments.n;
  char *plain = (char *)malloc(n + 1);

  if (plain == NULL)
    exit(2);
  plain[sluice_text_decode(item->arguments, plain, n)] = '\0';
  for (char *c = plain; *c != '\0'; c++)
    if ((unsigned char)*c < 0x20)
      *c = ' ';
  fprintf(out, "  %.*s %s\n", (int)item->name.n, item->name.p, plain);
  free(plain);
}

static void tell_items(FILE *out, const sluice_item *item)
{
  for (; item != NULL; item = item->next) {
    fprintf(out, "\n%s%s%s\n", paint(BOLD), item_name(item), paint(PLAIN));
    if (item->type == SLUICE_ITEM_FUNCTION_CALL)
      tell_call(out, item);
    for (const sluice_part *p = item->parts; p != NULL; p = p->next)
      tell_part(out, p);
  }
}

static void tell_ending(struct show *s, const sluice_response *response)
{
  static const char *const words[] = {"in progress", "completed", "incomplete",
                                      "failed"};
  const sluice_usage *usage = response->usage;
  FILE *out = s->ending;

  tell_items(out, response->items);
  fprintf(out, "\n%s%s%s: %llu chunks in, %llu events out",
          paint(response->status == SLUICE_RESPONSE_COMPLETED ? BOLD : BAD),
          words[response->status], paint(PLAIN), (unsigned long long)s->chunk,
          (unsigned long long)s->events);
  if (s->held > 0)
    fprintf(out, "; %llu held back for a moment", (unsigned long long)s->held);
  if (usage != NULL)
    fprintf(out, "\ntokens: %lld in (%lld cached), %lld out (%lld reasoning)",
            (long long)usage->input_tokens, (long long)usage->cached_tokens,
            (long long)usage->output_tokens,
            (long long)usage->reasoning_tokens);
  else
    fprintf(out, "\ntokens: the server sent no usage");
  if (response->model.n > 0)
    fprintf(out, "; model: %.*s", (int)response->model.n, response->model.p);
  putc('\n', out);
  if (response->error_message.n > 0)
    fprintf(out, "%s%.*s%s\n", paint(BAD), (int)response->error_message.n,
            response->error_message.p, paint(PLAIN));
}

/* ---- */

static char *read_file(const char *path, size_t *n)
{
  FILE *file = fopen(path, "rb");
  char *bytes = NULL, block[4096];
  size_t got;
  FILE *whole = open_memstream(&bytes, n);

  if (file == NULL || whole == NULL) {
    perror(path);
    exit(2);
  }
  while ((got = fread(block, 1, sizeof(block), file)) > 0)
    fwrite(block, 1, got, whole);
  fclose(file);
  fclose(whole);
  return bytes;
}

static void show_file(struct show *s, const char *path)
{
  printf("%ssluice%s  %s: %zu bytes, fed one chunk at a time\n\n", paint(BOLD),
         paint(PLAIN), path, s->n);
  put_row("#", "chat chunks in", "Responses events out", PLAIN);
  put_rule();
  run(s);
  fclose(s->ending);
  fputs(s->ending_bytes, stdout);
}

int main(int argc, char **argv)
{
  static struct show s;
  char *bytes;

  if (argc != 2) {
    fprintf(stderr, "usage: %s FILE.sse\n", argv[0]);
    return 2;
  }
  s.bytes = bytes = read_file(argv[1], &s.n);
  s.ending = open_memstream(&s.ending_bytes, &s.ending_n);
  if (s.ending == NULL ||
      sluice_sse_new(&s.sse, NULL, on_sse_event, &s) != SLUICE_OK ||
      sluice_parser_new(&s.parser, NULL) != SLUICE_OK ||
      sluice_translator_new(&s.translator, NULL, on_event, &s) != SLUICE_OK) {
    fprintf(stderr, "out of memory\n");
    return 2;
  }
  show_file(&s, argv[1]);
  sluice_translator_free(s.translator);
  sluice_parser_free(s.parser);
  sluice_sse_free(s.sse);
  free(s.ending_bytes);
  free(bytes);
  return 0;
}
