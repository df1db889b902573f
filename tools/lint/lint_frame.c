/* SPDX-License-Identifier: MIT */
#include "lint_frame.h"

#include "lint_report.h"
#include "lint_state.h"

enum {
  HEAD_BYTES = 4096,
  FIELD_BYTES = 96,     /* enough to tell a field and its event name */
  LINE_BYTES = 64 << 20 /* of JSONL, as the limit of an SSE event */
};

#define BOM "\xef\xbb\xbf"

static int on_sse(void *user, const sluice_sse_event *e);

int lint_frame_open(struct lint *l, lint_event_cb on_event)
{
  sluice_options o;

  l->frame.on_event = on_event;
  sluice__buf_init(&l->frame.line, &l->mem);
  sluice__buf_init(&l->frame.head, &l->mem);
  sluice_options_init(&o);
  o.mem = &l->mem;
  return sluice_sse_new(&l->frame.sse, &o, on_sse, l);
}

void lint_frame_close(struct lint *l)
{
  sluice_sse_free(l->frame.sse);
  sluice__buf_free(&l->frame.line);
  sluice__buf_free(&l->frame.head);
}

/* ---- UTF-8 (Unicode 15, table 3-7) ---- */

/* Takes the first byte of a character. Returns 1 when none begins so. */
static int utf8_begin(struct lint_frame *f, unsigned char c)
{
  f->utf8_low = 0x80;
  f->utf8_high = 0xbf;
  if (c < 0x80)
    return 0;
  if (c < 0xc2 || c > 0xf4)
    return 1;
  f->utf8_need = (unsigned char)(c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3);
  if (c == 0xe0)
    f->utf8_low = 0xa0;
  if (c == 0xed)
    f->utf8_high = 0x9f;
  if (c == 0xf0)
    f->utf8_low = 0x90;
  if (c == 0xf4)
    f->utf8_high = 0x8f;
  return 0;
}

/* Returns 1 when the bytes so far cannot be UTF-8. */
static int utf8_wrong(struct lint_frame *f, const char *p, size_t n)
{
  int wrong = 0;

  for (size_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)p[i];
    if (f->utf8_need == 0) {
      wrong |= utf8_begin(f, c);
    } else if (c < f->utf8_low || c > f->utf8_high) {
      f->utf8_need = 0;
      wrong = 1;
    } else {
      f->utf8_need--;
      f->utf8_low = 0x80;
      f->utf8_high = 0xbf;
    }
  }
  return wrong;
}

/* ---- lines of server-sent events ---- */

static int is_field(sluice_str line, const char *name)
{
  size_t n = strlen(name);

  return line.n >= n && memcmp(line.p, name, n) == 0 &&
         (line.n == n || line.p[n] == ':');
}

static void new_event(struct lint *l, uint64_t offset)
{
  memset(&l->at, 0, sizeof(l->at));
  l->at.offset = offset;
}

static void blank_line(struct lint *l)
{
  struct lint_at *at = &l->at;

  if (at->fields > 0 && at->data == 0)
    lint_say(l, LINT_VIOLATION, "sse.no-data", NULL,
             "an event without data: clients skip it");
  at->ended = 1;
}

static void field_line(struct lint *l, sluice_str line)
{
  struct lint_at *at = &l->at;

  if (at->ended || at->fields == 0)
    new_event(l, l->frame.line_offset);
  at->fields++;
  if (is_field(line, "data")) {
    at->data++;
  } else if (is_field(line, "event")) {
    at->names++;
    at->name_late |= at->data > 0;
  } else if (!is_field(line, "id") && !is_field(line, "retry")) {
    at->unknown = 1;
    if (l->status == 0)
      lint_say(l, LINT_VIOLATION, "sse.field", NULL,
               "a line of no known field: %s",
               lint_shown_bytes(l, line.p, line.n));
  }
}

/* One line is there, as far as it is kept. */
static void line_end(struct lint *l)
{
  struct lint_frame *f = &l->frame;
  sluice_str line = {f->line.p, f->line.n};

  if (f->line_offset == 0 && line.n >= 3 && memcmp(line.p, BOM, 3) == 0) {
    lint_say(l, LINT_WARNING, "sse.bom", NULL,
             "a byte order mark at the start");
    line.p += 3;
    line.n -= 3;
  }
  if (f->bad_utf8 || f->utf8_need > 0) {
    if (l->at.ended || l->at.fields == 0)
      l->at.offset = f->line_offset;
    lint_say(l, LINT_VIOLATION, "sse.utf8", NULL,
             "the line at byte %llu is not UTF-8",
             (unsigned long long)f->line_offset);
    f->bad_utf8 = f->utf8_need = 0;
  }
  if (l->options.format == LINT_JSONL) {
    new_event(l, f->line_offset);
    l->frame.on_event(l, NULL, line);
  } else if (line.n == 0) {
    blank_line(l);
  } else if (line.p[0] != ':') {
    field_line(l, line);
  }
  sluice__buf_clear(&f->line);
}

static int keep_line(struct lint *l, const char *p, size_t n)
{
  struct lint_frame *f = &l->frame;
  size_t most = l->options.format == LINT_JSONL ? LINE_BYTES : FIELD_BYTES;
  size_t room = most - f->line.n;

  f->bad_utf8 |= utf8_wrong(f, p, n);
  if (n > room && l->options.format == LINT_JSONL)
    return SLUICE_ERR_LIMIT;
  sluice__buf_put(&f->line, p, n < room ? n : room);
  return sluice__buf_status(&f->line);
}

/* ---- events ---- */

static int on_sse(void *user, const sluice_sse_event *e)
{
  struct lint *l = (struct lint *)user;

  if (!e->ended)
    return 0; /* lint_frame_finish says so */
  if (e->data.n == 6 && memcmp(e->data.p, "[DONE]", 6) == 0) {
    l->frame.done_seen = 1;
    return 0;
  }
  l->frame.on_event(l, &e->name, e->data);
  return l->status == 0 ? 0 : -1;
}

static void feed_sse(struct lint *l, const char *p, size_t n)
{
  int rv;

  if (l->options.format != LINT_SSE || l->status != 0)
    return;
  rv = sluice_sse_feed(l->frame.sse, p, n, NULL);
  if (rv < 0 && l->status == 0)
    l->status = rv;
}

/* The length of the line at p, without its end; n when it has none. */
static size_t line_length(const struct lint *l, const char *p, size_t n)
{
  const char *lf = (const char *)memchr(p, '\n', n), *cr;
  size_t length = lf != NULL ? (size_t)(lf - p) : n;

  if (l->options.format == LINT_JSONL)
    return length;
  cr = (const char *)memchr(p, '\r', length);
  return cr != NULL ? (size_t)(cr - p) : length;
}

static void watch_end(struct lint *l, char end)
{
  struct lint_frame *f = &l->frame;

  if (end == '\r' && !f->cr_seen) {
    f->cr_seen = 1;
    lint_say(l, LINT_WARNING, "sse.cr", NULL, "lines end with CR");
  }
  if (!(end == '\n' && f->after_cr && f->line.n == 0))
    line_end(l);
  f->after_cr = end == '\r';
}

/* The field `error` is an event of its own: it ends what was open before it,
 * and its line ends it. */
static int is_error_line(const struct lint *l)
{
  const struct lint_frame *f = &l->frame;
  sluice_str line = {f->line.p, f->line.n};

  if (f->line_offset == 0 && line.n >= 3 && memcmp(line.p, BOM, 3) == 0) {
    line.p += 3;
    line.n -= 3;
  }
  return is_field(line, "error");
}

/* The stage behind gets all bytes; what it makes of a blank line comes before
 * this looks at the next line. */
int lint_frame_feed(struct lint *l, const char *p, size_t n)
{
  struct lint_frame *f = &l->frame;
  size_t at = 0, passed = 0;

  if (f->head.n < HEAD_BYTES)
    sluice__buf_put(&f->head, p,
                    n < HEAD_BYTES - f->head.n ? n : HEAD_BYTES - f->head.n);
  while (at < n && l->status == 0) {
    size_t length = line_length(l, p + at, n - at);
    int ends = f->line.n == 0 && length == 0; /* an event */

    l->status = keep_line(l, p + at, length);
    if (length > 0)
      f->after_cr = 0;
    at += length;
    if (at == n || l->status != 0)
      break;
    if (is_error_line(l)) {
      ends = 1;
      feed_sse(l, p + passed, at - passed);
      passed = at;
    }
    watch_end(l, p[at++]);
    if (ends) {
      feed_sse(l, p + passed, at - passed);
      passed = at;
    }
    f->line_offset = f->offset + at;
  }
  feed_sse(l, p + passed, n - passed);
  f->offset += n;
  return l->status;
}

int lint_frame_finish(struct lint *l)
{
  struct lint_frame *f = &l->frame;

  if (l->options.format == LINT_JSONL) {
    if (f->line.n > 0)
      line_end(l);
    return l->status;
  }
  if (l->status != 0)
    return l->status;
  sluice_sse_finish(f->sse);
  if (f->line.n > 0 || (l->at.fields > 0 && !l->at.ended)) {
    if (l->at.fields == 0 || l->at.ended)
      new_event(l, f->line_offset);
    lint_say(l, LINT_VIOLATION, "sse.unterminated", NULL,
             "the input ends within an event: clients drop it");
  }
  return l->status;
}

/* ---- what else it could be ---- */

static int head_has(const struct lint *l, const char *word)
{
  const struct buf *head = &l->frame.head;
  size_t n = strlen(word);

  for (size_t i = 0; i + n <= head->n; i++)
    if (memcmp(head->p + i, word, n) == 0)
      return 1;
  return 0;
}

const char *lint_frame_guess(const struct lint *l)
{
  const struct buf *head = &l->frame.head;
  size_t i = head->n >= 3 && memcmp(head->p, BOM, 3) == 0 ? 3 : 0;

  while (i < head->n && strchr(" \t\r\n", head->p[i]) != NULL)
    i++;
  if (i == head->n)
    return "the input is empty";
  if (head_has(l, "chat.completion.chunk"))
    return "this is a chat-completions stream; lint reads Responses events "
           "(try: sluice translate | sluice lint)";
  if (head_has(l, "\"chat.completion\""))
    return "this is a whole chat completion; lint reads Responses events "
           "(try: sluice translate | sluice lint)";
  if (head->p[i] == '<')
    return "this is a page of HTML or XML, not a Responses stream";
  if (l->options.format == LINT_JSONL && head_has(l, "data:"))
    return "these are server-sent events (try without --format jsonl)";
  if (l->options.format == LINT_SSE && head->p[i] == '{' &&
      head_has(l, "\"response.created\""))
    return "this looks like JSON lines (try --format jsonl)";
  if (head->p[i] == '{' && head_has(l, "\"output\""))
    return "this is one JSON object, not the events of a stream";
  return "no event of the Responses API is in it";
}
