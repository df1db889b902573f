/* SPDX-License-Identifier: MIT */
/* The stages one by one, down to one chat.completion: it is strict JSON, and
 * says what the events say. The same completion as a body gives the same
 * answer. */
#include <sluice/fold.h>
#include <sluice/sse.h>
#include <string.h>

#include "../tests/other.h"
#include "flow.h"
#include "memory.h"
#include "mutate.h"
#include "said.h"
#include "target.h"

struct stages {
  sluice_sse *sse;
  sluice_parser *parser;
  sluice_fold *fold;
  sluice_status failed; /* of the parser */
};

static int on_event(void *user, const sluice_sse_event *e)
{
  struct stages *s = (struct stages *)user;
  sluice_chunk chunk;

  s->failed = sluice_parser_parse(s->parser, e->name, e->data, &chunk);
  return s->failed != SLUICE_OK
             ? -1
             : (int)sluice_fold_chunk(s->fold, &chunk); /* <= 0 */
}

static void open_stages(struct stages *s, const sluice_options *o)
{
  memset(s, 0, sizeof(*s));
  FUZZ_CHECK(sluice_sse_new(&s->sse, o, on_event, s) == SLUICE_OK);
  FUZZ_CHECK(sluice_parser_new(&s->parser, o) == SLUICE_OK);
  FUZZ_CHECK(sluice_fold_new(&s->fold, o) == SLUICE_OK);
}

static void close_stages(struct stages *s)
{
  sluice_fold_free(s->fold);
  sluice_parser_free(s->parser);
  sluice_sse_free(s->sse);
}

/* The completion as it stands, which must be JSON at any time. */
static void completion(struct stages *s, struct bytes *out)
{
  sluice_str json;

  FUZZ_CHECK(sluice_fold_json(s->fold, &json) == SLUICE_OK);
  memory_of_json();
  FUZZ_CHECK(other_equal(json.p, json.n, json.p, json.n) == 1);
  memory_forget();
  bytes_clear(out);
  bytes_put(out, json.p, json.n);
}

/* Returns how the fold ended. `late`: ids that it found too late. */
static sluice_status fold(const struct head *h, const sluice_mem *mem,
                          struct bytes *out, uint32_t *late)
{
  sluice_options o = h->o;
  sluice_status status;
  struct stages s;
  size_t half = h->stream.n / 2;

  o.mem = mem;
  open_stages(&s, &o);
  status = sluice_sse_feed(s.sse, h->stream.p, half, NULL);
  completion(&s, out);
  if (status == SLUICE_OK)
    status =
        sluice_sse_feed(s.sse, h->stream.p + half, h->stream.n - half, NULL);
  if (status == SLUICE_OK)
    status = sluice_sse_finish(s.sse);
  if (status == SLUICE_OK)
    status = sluice_fold_finish(s.fold);
  FUZZ_CHECK(status >= 0 || sluice_fold_finish(s.fold) < 0 || s.failed < 0 ||
             status == SLUICE_ERR_LIMIT);
  completion(&s, out);
  *late = sluice_fold_count(s.fold, SLUICE_ANOMALY_CALL_ID_CHANGED);
  close_stages(&s);
  return status;
}

/* What a translator shows of these bytes. */
static sluice_status translate(const struct head *h, sluice_str bytes,
                               struct said *said, uint32_t *late)
{
  struct head head = *h;
  sluice_str last;
  struct flow f;

  head.stream = bytes;
  flow_open(&f, &head, NULL, NULL);
  flow_feed_all(&f, 0);
  flow_finish(&f);
  flow_judge(&f, NULL);
  last.p = f.last.p;
  last.n = f.last.n;
  said_by_response(said, last);
  *late = sluice_translator_count(f.t, SLUICE_ANOMALY_CALL_ID_CHANGED);
  flow_close(&f);
  return f.finished;
}

/* An id that comes behind arguments is taken by the fold, and comes too late
 * for the translator, which has shown the call with another by then. What comes
 * for that id without an index continues the call for one, and is a new one for
 * the other: then the calls are not compared (`calls` 0). */
static void compare(const char *what, const struct said *a,
                    const struct said *b, int calls)
{
  if (!said_same(a, b, calls))
    fuzz_fail("%s: {%s} {%s} {%s} {%s}, not {%s} {%s} {%s} {%s}", what,
              b->thought.p, b->text.p, b->refusal.p, b->calls.p, a->thought.p,
              a->text.p, a->refusal.p, a->calls.p);
}

static void run(const uint8_t *p, size_t n)
{
  static struct said events, chat, body;
  static struct bytes json;
  struct heap memory;
  struct head head;
  sluice_status folded, translated;
  uint32_t late, too_late;
  sluice_str whole;

  if (!head_read(&head, p, n))
    return;
  head.callback = HEAD_GOES_ON;
  head.o.reasoning = SLUICE_REASONING_SUMMARY;
  head.o.flags |= SLUICE_NO_CITATIONS;
  head.o.lenient = 0;
  head.o.tools = NULL;
  head.o.tool_count = 0;
  heap_init(&memory, HEAP_NEVER, 0);
  folded = fold(&head, &memory.mem, &json, &late);
  FUZZ_CHECK(memory.live == 0);
  translated = translate(&head, head.stream, &events, &too_late);
  whole.p = json.p;
  whole.n = json.n;
  said_by_completion(&chat, whole);
  if (folded != SLUICE_OK || translated != SLUICE_OK || chat.unsure)
    return;
  compare("the completion", &events, &chat, late == too_late);
  if (translate(&head, whole, &body, &late) == SLUICE_OK)
    compare("the completion as a body", &chat, &body, 1);
}

const struct fuzz_target fuzz_collect = {"collect", run, mutate_stream,
                                         mutate_cross};
