/* SPDX-License-Identifier: MIT */
/* sse.c - a line at a time, without ever holding a line that does not matter.
 *
 *   BOM -> LINE -> FIELD -> SPACE -> VALUE -> LINE    a known field
 *           |        `--> SKIP --> LINE               an unknown one
 *           `--> SKIP --> LINE                        a comment
 *
 * Data that lies whole within one feed, in one line, is handed out as it lies;
 * all else goes through one buffer.
 */
#include "sse.h"

#include "status.h"

#define KEPT_MAX 65536 /* bytes of memory that stay for the next event */

/* The fields that count. `error` is not in the standard. */
enum { FIELD_DATA, FIELD_EVENT, FIELD_ERROR, FIELD_OTHER };

/* One feed: where it stands. */
struct input {
  const char *p, *end;
  sluice_str whole; /* one line's data, where it lies; else it is in `data` */
};

#define WINDOW 256 /* bytes that are looked through at first */

/* ---- events ------------------------------------------------------------ */

static void forget_event(struct sse *s, struct input *in)
{
  if (s->data.cap > KEPT_MAX)
    sluice__buf_free(&s->data);
  sluice__buf_clear(&s->data);
  in->whole.p = NULL;
  in->whole.n = 0;
  s->has_data = 0;
  s->name_n = 0;
}

static int dispatch(struct sse *s, struct input *in, int ended)
{
  sluice_sse_event e = {{"", s->name_n}, in->whole, s->data_at, ended};
  int rv;

  if (s->field == FIELD_ERROR) {
    e.name.p = "error";
    e.name.n = 5;
  } else if (s->name_n > 0) {
    e.name.p = s->name;
  }
  if (in->whole.p == NULL) {
    e.data.p = s->data.p;
    e.data.n = s->data.n;
  }
  if (!s->has_data) {
    forget_event(s, in);
    return 0;
  }
  sluice__sse_count(&s->events);
  rv = s->cb(s->user, &e);
  forget_event(s, in);
  return rv;
}

/* Data in the caller's bytes goes to the buffer: more follows, or the bytes end
 * before the event does. */
static int keep_data(struct sse *s, struct input *in)
{
  if (in->whole.p != NULL)
    sluice__buf_str(&s->data, in->whole);
  in->whole.p = NULL;
  return sluice__buf_status(&s->data);
}

static int add_data(struct sse *s, struct input *in, const char *p, size_t n,
                    int line_ends)
{
  size_t had = in->whole.p != NULL ? in->whole.n : s->data.n;

  if (s->deaf)
    return 0;
  if (n > s->max_payload - had)
    return SLUICE_ERR_LIMIT;
  if (line_ends && s->data.n == 0) { /* the first line, and in one piece */
    in->whole.p = p;
    in->whole.n = n;
    return 0;
  }
  if (keep_data(s, in) != 0)
    return SLUICE_ERR_NOMEM;
  sluice__buf_put(&s->data, p, n);
  return sluice__buf_status(&s->data);
}

static size_t min(size_t a, size_t b)
{
  return a < b ? a : b;
}

/* ---- fields ------------------------------------------------------------ */

static int is_word(const struct sse *s, const char *word, size_t n)
{
  return s->word_n == n && memcmp(s->word, word, n) == 0;
}

/* The field's name is complete; its value begins at stream offset `at`. */
static int begin_field(struct sse *s, struct input *in, uint64_t at)
{
  int rv = 0;

  s->field = FIELD_OTHER;
  if (is_word(s, "data", 4)) {
    s->field = FIELD_DATA;
    if (s->has_data) /* a further line of the same event */
      rv = add_data(s, in, "\n", 1, 0);
    else
      s->data_at = at;
    s->has_data = 1;
  } else if (is_word(s, "event", 5)) {
    s->field = FIELD_EVENT;
    s->name_n = 0;
  } else if (is_word(s, "error", 5)) {
    rv = dispatch(s, in, 1); /* an event of its own: what was open ends here */
    s->field = FIELD_ERROR;
    s->data_at = at;
    s->has_data = 1;
  } else if (!is_word(s, "id", 2) && !is_word(s, "retry", 5)) {
    sluice__sse_count(&s->ignored);
  }
  return rv;
}

/* Of a field that is known: the others' values are skipped. */
static int add_value(struct sse *s, struct input *in, const char *p, size_t n,
                     int line_ends)
{
  size_t room = SSE_NAME_MAX - s->name_n;

  if (s->field == FIELD_DATA || s->field == FIELD_ERROR)
    return add_data(s, in, p, n, line_ends);
  if (s->name == NULL)
    s->name = (char *)s->data.mem->malloc(s->data.mem->user, SSE_NAME_MAX);
  if (s->name == NULL)
    return SLUICE_ERR_NOMEM;
  if (n > room)
    n = room;
  memcpy(s->name + s->name_n, p, n);
  s->name_n = (uint8_t)(s->name_n + n);
  return 0;
}

/* A line ended in the present state. */
static int end_line(struct sse *s, struct input *in)
{
  int rv = 0;

  if (s->state == SSE_LINE)
    return dispatch(s, in, 1);
  s->state = SSE_LINE;
  if (s->field == FIELD_ERROR)
    rv = dispatch(s, in, 1);
  s->field = FIELD_OTHER;
  return rv;
}

/* ---- bytes ------------------------------------------------------------- */

static void take(struct sse *s, struct input *in, size_t n)
{
  in->p += n;
  s->at += n;
}

/* The next line end at or behind in->p, or in->end. Looks no further than about
 * twice as far as that is: in a stream of CRs there may be no LF at all. */
static const char *find_end(const struct input *in)
{
  size_t window = WINDOW, n;
  const char *p = in->p, *lf, *cr;

  for (; p < in->end; p += n, window *= 2) {
    n = min(window, (size_t)(in->end - p));
    lf = (const char *)memchr(p, '\n', n);
    cr = (const char *)memchr(p, '\r', lf != NULL ? (size_t)(lf - p) : n);
    if (cr != NULL || lf != NULL)
      return cr != NULL ? cr : lf;
  }
  return in->end;
}

static void step_bom(struct sse *s, struct input *in)
{
  static const char bom[] = "\xef\xbb\xbf";

  if (*in->p == bom[s->word_n]) {
    take(s, in, 1);
    if (++s->word_n < 3)
      return;
    s->word_n = 0;
    s->state = SSE_LINE;
    return;
  }
  if (s->word_n > 0) { /* half a BOM: the start of an unknown name */
    s->word_n = sizeof(s->word);
    s->state = SSE_FIELD;
    return;
  }
  s->state = SSE_LINE;
}

static int step_field(struct sse *s, struct input *in)
{
  char c = *in->p;

  if (c == ':') {
    int rv;

    take(s, in, 1);
    s->state = SSE_SPACE;
    rv = begin_field(s, in, s->at);
    if (s->field == FIELD_OTHER)
      s->state = SSE_SKIP;
    return rv;
  }
  if (s->word_n < sizeof(s->word))
    s->word[s->word_n++] = c; /* longer names are unknown ones */
  take(s, in, 1);
  return 0;
}

static int step_line(struct sse *s, struct input *in)
{
  s->word_n = 0;
  s->field = FIELD_OTHER;
  if (*in->p == ':') {
    sluice__sse_count(&s->comments);
    s->state = SSE_SKIP;
    return 0;
  }
  s->state = SSE_FIELD;
  return 0;
}

static int step_value(struct sse *s, struct input *in)
{
  const char *end = find_end(in);
  size_t n = (size_t)(end - in->p);
  int rv = add_value(s, in, in->p, n, end < in->end);

  if (rv == 0)
    take(s, in, n);
  return rv;
}

static int is_line_end(char c)
{
  return c == '\n' || c == '\r';
}

/* Takes at least one byte, or changes the state. */
static int step(struct sse *s, struct input *in)
{
  char c = *in->p;

  if (s->skip_lf) {
    s->skip_lf = 0;
    if (c == '\n') {
      take(s, in, 1);
      return 0;
    }
  }
  if (s->state == SSE_BOM) {
    step_bom(s, in);
    return 0;
  }
  if (s->state == SSE_SPACE) {
    s->state = SSE_VALUE;
    if (c == ' ') {
      if (s->data_at == s->at) /* the value begins behind the space */
        s->data_at++;
      take(s, in, 1);
      return 0;
    }
  }
  if (is_line_end(c) && s->state == SSE_FIELD) {
    s->state = SSE_VALUE; /* a name without a colon: an empty value */
    return begin_field(s, in, s->at);
  }
  if (is_line_end(c)) {
    s->skip_lf = c == '\r';
    take(s, in, 1);
    return end_line(s, in);
  }
  switch (s->state) {
  case SSE_LINE:
    return step_line(s, in);
  case SSE_FIELD:
    return step_field(s, in);
  case SSE_VALUE:
    return step_value(s, in);
  default:
    take(s, in, (size_t)(find_end(in) - in->p));
    return 0;
  }
}

/* At the start of a line: an event that the stage above knows as it stands. */
static int take_known(struct sse *s, struct input *in, int *rv)
{
  size_t n;

  if (s->known == NULL ||
      (s->state != SSE_LINE && (s->state != SSE_BOM || s->word_n > 0)) ||
      s->has_data || s->name_n > 0 || s->skip_lf || s->deaf)
    return 0;
  n = s->known(s->user, in->p, (size_t)(in->end - in->p), rv);
  if (n == 0)
    return 0;
  sluice__sse_count(&s->events);
  s->state = SSE_LINE;
  take(s, in, n);
  return 1;
}

int sluice__sse_feed(struct sse *s, const char *p, size_t n, size_t *taken)
{
  struct input in = {p, p, {NULL, 0}};
  int rv = 0, kept;

  if (n > 0)
    in.end = p + n;
  while (rv == 0 && in.p < in.end)
    if (!take_known(s, &in, &rv))
      rv = step(s, &in);
  kept = keep_data(s, &in);
  s->keeping = rv == 0 && kept == 0 && s->state == SSE_VALUE && !s->deaf &&
               (s->field == FIELD_DATA || s->field == FIELD_ERROR);
  *taken = (size_t)(in.p - p);
  return rv < 0 || kept == 0 ? rv : kept;
}

int sluice__sse_finish(struct sse *s)
{
  struct input none = {NULL, NULL, {NULL, 0}};

  /* A line that was cut within its first word: no field, unless it could have
   * become one. */
  if (s->state == SSE_FIELD &&
      memcmp("data", s->word, min(s->word_n, 4)) != 0 &&
      memcmp("event", s->word, min(s->word_n, 5)) != 0)
    sluice__sse_count(&s->ignored);
  s->state = SSE_SKIP;
  return dispatch(s, &none, 0);
}

void sluice__sse_init(struct sse *s, const sluice_mem *mem, size_t max_payload,
                      sluice_sse_cb cb, void *user)
{
  memset(s, 0, sizeof(*s));
  s->max_payload = (uint32_t)max_payload; /* which is not more: status.c */
  s->cb = cb;
  s->user = user;
  sluice__buf_init(&s->data, mem);
}

void sluice__sse_free(struct sse *s)
{
  sluice__free(s->data.mem, s->name);
  sluice__buf_free(&s->data);
}

void sluice__sse_reset(struct sse *s)
{
  struct sse old = *s;

  sluice__sse_init(s, old.data.mem, old.max_payload, old.cb, old.user);
  s->known = old.known;
  s->name = old.name;
  s->data = old.data;
  sluice__buf_clear(&s->data);
}

/* ---- the stage alone --------------------------------------------------- */

struct sluice_sse {
  struct sse core;
  sluice_mem mem;
  sluice_sse_cb cb;
  void *user;
  sluice_status status; /* sticky */
  int busy, finished;
  int unwanted; /* free was called from inside the callback */
};

/* A negative number of the embedder's must not be taken for one of ours. */
static int call_back(void *user, const sluice_sse_event *event)
{
  sluice_sse *s = (sluice_sse *)user;
  int rv = s->cb(s->user, event);

  return rv < 0 || s->unwanted ? SLUICE_ERR_CALLBACK : rv;
}

sluice_status sluice_sse_new(sluice_sse **out, const sluice_options *o,
                             sluice_sse_cb cb, void *user)
{
  sluice_options all;
  sluice_mem mem;
  sluice_sse *s;

  if (out == NULL || cb == NULL || sluice__options(&all, o) != 0)
    return SLUICE_ERR_ARG;
  mem = sluice__mem(all.mem);
  s = (sluice_sse *)sluice__new(&mem, sizeof(*s));
  if (s == NULL)
    return SLUICE_ERR_NOMEM;
  s->mem = mem;
  s->cb = cb;
  s->user = user;
  sluice__sse_init(&s->core, &s->mem, all.max_payload, call_back, s);
  *out = s;
  return SLUICE_OK;
}

/* What a core call returned, for the caller. */
static sluice_status leave(sluice_sse *s, int rv)
{
  s->busy = 0;
  if (s->unwanted) {
    sluice_sse_free(s);
    return SLUICE_ERR_CALLBACK;
  }
  if (rv == 0)
    return SLUICE_OK;
  if (rv > 0)
    return SLUICE_PAUSED;
  s->status = (sluice_status)rv;
  return s->status;
}

sluice_status sluice_sse_feed(sluice_sse *s, const void *data, size_t len,
                              size_t *consumed)
{
  size_t taken = 0;
  int rv;

  if (consumed != NULL)
    *consumed = 0;
  if (s == NULL || !sluice__is_there(data, len))
    return SLUICE_ERR_ARG;
  if (s->busy)
    return SLUICE_ERR_STATE;
  if (s->status < 0)
    return s->status;
  if (s->finished)
    return SLUICE_ERR_STATE;
  s->busy = 1;
  rv = sluice__sse_feed(&s->core, (const char *)data, len, &taken);
  if (consumed != NULL)
    *consumed = taken;
  return leave(s, rv);
}

sluice_status sluice_sse_finish(sluice_sse *s)
{
  int rv;

  if (s == NULL)
    return SLUICE_ERR_ARG;
  if (s->busy)
    return SLUICE_ERR_STATE;
  if (s->status < 0 || s->finished)
    return s->status;
  s->finished = 1;
  s->busy = 1;
  rv = sluice__sse_finish(&s->core);
  return leave(s, rv > 0 ? 0 : rv);
}

void sluice_sse_reset(sluice_sse *s)
{
  if (s == NULL || s->busy)
    return;
  sluice__sse_reset(&s->core);
  s->status = SLUICE_OK;
  s->finished = 0;
}

sluice_sse_counts sluice_sse_counted(const sluice_sse *s)
{
  sluice_sse_counts counts = {0, 0, 0};

  if (s == NULL)
    return counts;
  counts.events = s->core.events;
  counts.comments = s->core.comments;
  counts.ignored = s->core.ignored;
  return counts;
}

void sluice_sse_free(sluice_sse *s)
{
  sluice_mem mem;

  if (s == NULL)
    return;
  if (s->busy) {
    s->unwanted = 1;
    return;
  }
  s->busy = 1; /* for memory functions that call */
  mem = s->mem;
  sluice__sse_free(&s->core);
  sluice__free(&mem, s);
}
