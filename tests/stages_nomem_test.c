/* SPDX-License-Identifier: MIT */
/* Memory runs out (sweep.h) in the stages alone, over every stream of the
 * corpus with its options:
 *
 *   chat    sse, parser and fold, one behind the other: the completion; then
 *           there is memory again: reset, they give what they must
 *   cite    the bytes of the stream as text, 5 a piece
 *   event   the events of the stream, written into another scratch
 *
 * sluice_text_encode and _decode take no memory. */
#include "check.h"
#include "folder.h"
#include "run.h"
#include "sweep.h"

struct stream {
  struct setup setup;
  struct bytes in;
};

/* ---- sse, parser, fold --------------------------------------------------- */

struct chat {
  sluice_sse *sse;
  sluice_parser *parser;
  sluice_fold *fold;
  sluice_status status; /* the first NOMEM of any */
};

static sluice_status note(struct chat *c, sluice_status status)
{
  if (status == SLUICE_ERR_NOMEM)
    c->status = status;
  return status;
}

static int on_payload(void *user, const sluice_sse_event *e)
{
  struct chat *c = (struct chat *)user;
  sluice_chunk chunk;

  if (note(c, sluice_parser_parse(c->parser, e->name, e->data, &chunk)) ==
      SLUICE_OK)
    (void)note(c, sluice_fold_chunk(c->fold, &chunk));
  return c->status == SLUICE_ERR_NOMEM ? -1 : 0;
}

/* The completion, and how it ended. */
static sluice_status fold_stream(struct chat *c, const struct stream *s,
                                 struct bytes *out)
{
  sluice_status end;
  sluice_str json;
  size_t at, n;

  c->status = SLUICE_OK;
  for (at = 0; at < s->in.n && c->status == SLUICE_OK; at += n) {
    n = s->in.n - at < 40 ? s->in.n - at : 40;
    (void)note(c, sluice_sse_feed(c->sse, s->in.p + at, n, NULL));
  }
  if (c->status == SLUICE_OK)
    (void)note(c, sluice_sse_finish(c->sse));
  end = c->status == SLUICE_OK ? sluice_fold_finish(c->fold) : c->status;
  if (end != SLUICE_ERR_NOMEM &&
      note(c, sluice_fold_json(c->fold, &json)) == SLUICE_OK)
    bytes_put(out, json.p, json.n);
  return c->status == SLUICE_OK ? end : c->status;
}

/* What is spent says so; what keeps nothing of the past goes on; and all of it
 * is as good as new after a reset. */
static void fold_again(const struct subject *s, struct chat *c)
{
  static const char payload[] = "{}";
  const sluice_str none = {"", 0}, in = {payload, sizeof(payload) - 1};
  const struct stream *stream = (const struct stream *)s->user;
  struct bytes out = {0};
  sluice_chunk chunk;

  if (sluice_sse_feed(c->sse, "", 0, NULL) == SLUICE_ERR_NOMEM)
    assert_int_equal(sluice_sse_finish(c->sse), SLUICE_ERR_NOMEM);
  assert_int_equal(sluice_parser_parse(c->parser, none, in, &chunk), SLUICE_OK);
  assert_int_equal(chunk.count, 1);
  if (sluice_fold_finish(c->fold) == SLUICE_ERR_NOMEM)
    assert_int_equal(sluice_fold_finish(c->fold), SLUICE_ERR_NOMEM);
  sluice_sse_reset(c->sse);
  sluice_fold_reset(c->fold);
  bytes_clear(&out);
  if (fold_stream(c, stream, &out) != s->good_status ||
      !bytes_equal(&out, &s->good))
    fail_msg("%s: after a reset the fold gives something else", s->name);
  bytes_free(&out);
}

static void run_chat(const struct subject *s, struct heap *h, struct outcome *o)
{
  const struct stream *stream = (const struct stream *)s->user;
  sluice_options options = stream->setup.o;
  struct chat c = {NULL, NULL, NULL, SLUICE_OK};

  options.mem = &h->mem;
  o->status = sluice_sse_new(&c.sse, &options, on_payload, &c);
  if (o->status == SLUICE_OK)
    o->status = sluice_parser_new(&c.parser, &options);
  if (o->status == SLUICE_OK)
    o->status = sluice_fold_new(&c.fold, &options);
  o->refused = o->status < 0;
  if (!o->refused) {
    o->status = fold_stream(&c, stream, &o->out);
    heap_heal(h);
    if (o->status == SLUICE_ERR_NOMEM)
      fold_again(s, &c);
  }
  sluice_sse_free(c.sse);
  sluice_parser_free(c.parser);
  sluice_fold_free(c.fold);
}

/* ---- cite ---------------------------------------------------------------- */

static int on_piece(void *user, const sluice_cite_piece *p)
{
  struct bytes *out = (struct bytes *)user;

  bytes_put(out, p->text.p, p->text.n);
  if (p->file_id.n > 0) {
    bytes_printf(out, "[%llu:", (unsigned long long)p->index);
    bytes_put(out, p->file_id.p, p->file_id.n);
    bytes_puts(out, "=");
    bytes_put(out, p->filename.p, p->filename.n);
    bytes_puts(out, "]");
  }
  return 0;
}

static sluice_status cite_text(sluice_cite *c, sluice_text text)
{
  int status = 0, end;
  sluice_text piece;
  size_t at;

  for (at = 0; at < text.n && status == 0; at += piece.n) {
    piece.p = text.p + at;
    piece.n = text.n - at < 5 ? text.n - at : 5;
    status = sluice_cite_feed(c, piece);
  }
  if (status != 0)
    assert_int_equal(sluice_cite_feed(c, text), status);
  end = sluice_cite_finish(c);
  if (status != 0)
    assert_int_equal(end, status);
  return (sluice_status)end;
}

/* Its own markers make the bytes of any stream worth looking at. */
static sluice_text text_of(const struct stream *s)
{
  static const char marks[] = " <|file-a|><|file-<|file-b|> <|file-c";
  struct bytes all = {0};
  sluice_text text = {NULL, 0};
  size_t i;
  char *clean;

  for (i = 0; i < s->in.n && i < 2000; i += 50) {
    bytes_put(&all, s->in.p + i, s->in.n - i < 50 ? s->in.n - i : 50);
    bytes_puts(&all, marks);
  }
  clean = malloc(6 * all.n + 1);
  assert_non_null(clean);
  text.n = sluice_text_encode((sluice_str){all.p, all.n}, clean, 6 * all.n);
  text.p = clean;
  bytes_free(&all);
  return text;
}

static void run_cite(const struct subject *s, struct heap *h, struct outcome *o)
{
  const struct stream *stream = (const struct stream *)s->user;
  sluice_options options = stream->setup.o;
  sluice_text text = text_of(stream);
  struct bytes out = {0};
  sluice_cite *c = NULL;

  bytes_clear(&out);
  options.mem = &h->mem;
  o->status = sluice_cite_new(&c, &options, on_piece, &out);
  o->refused = o->status < 0;
  if (!o->refused) {
    o->status = cite_text(c, text);
    bytes_put(&o->out, out.p, out.n);
    heap_heal(h);
    bytes_clear(&out);
    if (o->status == SLUICE_ERR_NOMEM &&
        (cite_text(c, text) != SLUICE_OK || !bytes_equal(&out, &s->good)))
      fail_msg("%s: with memory again it cites something else", s->name);
  }
  sluice_cite_free(c);
  bytes_free(&out);
  free((void *)(uintptr_t)text.p);
}

/* ---- event --------------------------------------------------------------- */

struct copier {
  const struct subject *subject;
  struct heap *heap;
  sluice_scratch *scratch;
  struct outcome *o;
};

static int on_event(void *user, const sluice_event *e)
{
  struct copier *c = (struct copier *)user;
  sluice_event copy = *e;
  sluice_status status = sluice_event_write(c->scratch, &copy);

  if (status == SLUICE_OK) {
    bytes_put(&c->o->out, copy.wire.p, copy.wire.n);
    return 0;
  }
  heap_heal(c->heap);
  c->o->status = status;
  assert_int_equal(sluice_event_write(c->scratch, &copy), SLUICE_OK);
  if (copy.wire.n != e->wire.n ||
      memcmp(copy.wire.p, e->wire.p, e->wire.n) != 0)
    fail_msg("%s: the event is another one", c->subject->name);
  return -1;
}

static void run_event(const struct subject *s, struct heap *h,
                      struct outcome *o)
{
  const struct stream *stream = (const struct stream *)s->user;
  struct copier c = {s, h, NULL, o};
  sluice_translator *t = NULL;

  o->status = sluice_scratch_new(&c.scratch, &h->mem);
  o->refused = o->status < 0;
  if (o->refused)
    return;
  assert_int_equal(sluice_translator_new(&t, &stream->setup.o, on_event, &c),
                   SLUICE_OK);
  (void)sluice_translator_feed(t, stream->in.p, stream->in.n, NULL);
  (void)sluice_translator_finish(t);
  sluice_translator_free(t);
  sluice_scratch_free(c.scratch);
}

/* ---- the corpus ---------------------------------------------------------- */

static const struct stage {
  const char *name;
  void (*run)(const struct subject *s, struct heap *h, struct outcome *o);
} stages[] = {{"chat", run_chat}, {"cite", run_cite}, {"event", run_event}};

static void a_stage_survives_each_failing_allocation(void **state)
{
  const struct stage *stage = (const struct stage *)*state;
  struct figures figures = {0};
  struct folder corpus;
  size_t i;

  folder_read(&corpus, CORPUS, ".sse");
  for (i = 0; i < corpus.count; i++) {
    struct stream stream = {0};
    struct subject s = {.name = corpus.names[i], .way = stage->name};

    setup_stream(&stream.setup, &stream.in, corpus.names[i]);
    s.user = &stream;
    s.run = stage->run;
    sweep(&s, &figures);
    setup_free(&stream.setup);
    bytes_free(&stream.in);
  }
  folder_free(&corpus);
  figures_print(&figures, stage->name);
}

int main(void)
{
  struct CMUnitTest tests[COUNT(stages)];
  size_t i;

  memset(tests, 0, sizeof(tests));
  for (i = 0; i < COUNT(stages); i++) {
    tests[i].name = stages[i].name;
    tests[i].test_func = a_stage_survives_each_failing_allocation;
    tests[i].initial_state = (void *)(uintptr_t)&stages[i];
  }
  return cmocka_run_group_tests_name("stages_nomem", tests, NULL, NULL);
}
