/* SPDX-License-Identifier: MIT */
#include "flow.h"

#include <stdlib.h>
#include <string.h>

#include "../tests/laws.h"
#include "../tests/shortened.h"
#include "memory.h"
#include "target.h"

/* Buffers of flows that are over, for the next ones. */
#define KEPT 8
static struct bytes kept[KEPT];
static size_t kept_count;

static struct bytes take(void)
{
  struct bytes b = {0};

  if (kept_count > 0)
    b = kept[--kept_count];
  bytes_clear(&b);
  return b;
}

static void give(struct bytes *b)
{
  if (kept_count < KEPT)
    kept[kept_count++] = *b;
  else
    bytes_free(b);
  memset(b, 0, sizeof(*b));
}

/* ---- events -------------------------------------------------------------- */

static int is_terminal(sluice_event_type type)
{
  return type == SLUICE_EVENT_COMPLETED || type == SLUICE_EVENT_INCOMPLETE ||
         type == SLUICE_EVENT_FAILED;
}

static void remember(struct flow *f, const sluice_event *e)
{
  static const char mark[] = "data: [DONE]\n\n";
  size_t n = e->wire.n;

  FUZZ_CHECK(f->terminals == 0);
  FUZZ_CHECK(e->sequence_number == f->events);
  if (is_terminal(e->type)) {
    f->terminals++;
    f->terminal = e->type;
    if ((f->head->o.flags & SLUICE_DONE_MARK) != 0) {
      FUZZ_CHECK(n > sizeof(mark) - 1);
      n -= sizeof(mark) - 1;
      FUZZ_CHECK(memcmp(e->wire.p + n, mark, sizeof(mark) - 1) == 0);
    }
  }
  if (e->response != NULL && e->type != SLUICE_EVENT_ERROR) {
    bytes_clear(&f->last);
    bytes_put(&f->last, e->object.p, e->object.n);
  }
  bytes_put(&f->wire, e->wire.p, n);
  f->events++;
}

/* What must be refused from inside a callback, and what is allowed. */
static void call_back(struct flow *f)
{
  sluice_result result;
  sluice_text id = {"call_1", 6};
  sluice_str none = {"", 0}, json;

  memset(&result, 0, sizeof(result));
  FUZZ_CHECK(sluice_translator_feed(f->t, "x", 1, NULL) == SLUICE_ERR_STATE);
  FUZZ_CHECK(sluice_translator_finish(f->t) == SLUICE_ERR_STATE);
  FUZZ_CHECK(sluice_translator_end_round(f->t) == SLUICE_ERR_STATE);
  FUZZ_CHECK(sluice_translator_next_round(f->t) == SLUICE_ERR_STATE);
  FUZZ_CHECK(sluice_translator_reset(f->t, 1) == SLUICE_ERR_STATE);
  FUZZ_CHECK(sluice_translator_result(f->t, id, &result) == SLUICE_ERR_STATE);
  FUZZ_CHECK(sluice_translator_messages(f->t, &json) == SLUICE_ERR_STATE);
  FUZZ_CHECK(sluice_translator_response(f->t, &json) == SLUICE_ERR_STATE);
  FUZZ_CHECK(sluice_translator_mcp_tools(f->t, none, none, none) ==
             SLUICE_ERR_STATE);
  FUZZ_CHECK(sluice_translator_fail(f->t, none, none) == SLUICE_ERR_STATE);
  (void)sluice_translator_error(f->t);
  (void)sluice_translator_message(f->t);
  (void)sluice_translator_status(f->t);
}

static int on_event(void *user, const sluice_event *e)
{
  struct flow *f = (struct flow *)user;

  FUZZ_CHECK(!f->aborted);
  remember(f, e);
  if (f->head->callback == HEAD_PAUSES &&
      f->events % f->head->callback_at == 0) {
    f->pauses++;
    return 1;
  }
  if (f->events != f->head->callback_at)
    return 0;
  if (f->head->callback == HEAD_CALLS)
    call_back(f);
  if (f->head->callback != HEAD_ABORTS && f->head->callback != HEAD_FREES)
    return 0;
  f->aborted = 1;
  if (f->head->callback == HEAD_ABORTS)
    return -1;
  sluice_translator_free(f->t);
  f->t = NULL;
  return 0;
}

/* ---- one run ------------------------------------------------------------- */

sluice_status flow_open(struct flow *f, const struct head *head,
                        struct heap *memory, sluice_scratch *scratch)
{
  sluice_options o = head->o;
  sluice_status status;

  memset(f, 0, sizeof(*f));
  f->head = head;
  f->memory = memory;
  f->wire = take();
  f->last = take();
  o.mem = memory == NULL ? NULL : &memory->mem;
  o.scratch = scratch;
  status = sluice_translator_new(&f->t, &o, on_event, f);
  FUZZ_CHECK(status == SLUICE_OK || (status == SLUICE_ERR_NOMEM &&
                                     memory != NULL && memory->failed > 0));
  FUZZ_CHECK((status == SLUICE_OK) == (f->t != NULL));
  return status;
}

void flow_feed(struct flow *f, const char *p, size_t n)
{
  size_t consumed;

  if (f->t == NULL)
    return;
  do {
    consumed = n + 1;
    f->pauses = 0;
    f->fed = sluice_translator_feed(f->t, p, n, &consumed);
    FUZZ_CHECK(consumed <= n);
    FUZZ_CHECK(f->fed != SLUICE_OK || consumed == n);
    FUZZ_CHECK(f->fed != SLUICE_PAUSED || f->pauses > 0); /* so it goes on */
    FUZZ_CHECK(f->fed != SLUICE_ERR_CALLBACK || f->aborted);
    FUZZ_CHECK(f->fed <= SLUICE_PAUSED && f->fed != SLUICE_ERR_ARG &&
               f->fed != SLUICE_ERR_FATAL);
    p += consumed;
    n -= consumed;
  } while (f->fed == SLUICE_PAUSED);
}

void flow_feed_all(struct flow *f, size_t push)
{
  const sluice_str *s = &f->head->stream;
  size_t at, n;
  char *piece;

  if (push == 0) {
    flow_feed(f, s->p, s->n);
    return;
  }
  /* Each in a block of its own, so that reading past it is seen. */
  for (at = 0; at < s->n && f->t != NULL && f->fed >= 0; at += n) {
    n = s->n - at < push ? s->n - at : push;
    piece = malloc(n);
    FUZZ_CHECK(piece != NULL);
    memcpy(piece, s->p + at, n);
    flow_feed(f, piece, n);
    free(piece);
  }
}

/* ---- the end ------------------------------------------------------------- */

static sluice_response_status status_of(sluice_event_type terminal)
{
  return terminal == SLUICE_EVENT_COMPLETED    ? SLUICE_RESPONSE_COMPLETED
         : terminal == SLUICE_EVENT_INCOMPLETE ? SLUICE_RESPONSE_INCOMPLETE
                                               : SLUICE_RESPONSE_FAILED;
}

static int memory_failed(const struct flow *f)
{
  return f->memory != NULL && f->memory->failed > 0;
}

static void check_response(struct flow *f)
{
  sluice_str json;
  sluice_status status = sluice_translator_response(f->t, &json);

  FUZZ_CHECK(status == SLUICE_OK ||
             (status == SLUICE_ERR_NOMEM && memory_failed(f)));
  if (status == SLUICE_OK && f->terminals > 0)
    FUZZ_CHECK(json.n == f->last.n && memcmp(json.p, f->last.p, json.n) == 0);
}

void flow_finish(struct flow *f)
{
  sluice_error error;

  if (f->t == NULL)
    return;
  f->finished = sluice_translator_finish(f->t);
  if (f->t == NULL) { /* freed by its callback */
    FUZZ_CHECK(f->finished == SLUICE_ERR_CALLBACK);
    return;
  }
  FUZZ_CHECK(f->fed >= 0 || f->fed == SLUICE_ERR_STATE ||
             f->finished == f->fed);
  FUZZ_CHECK(sluice_translator_finish(f->t) == f->finished);
  FUZZ_CHECK((f->finished == SLUICE_ERR_CALLBACK) == f->aborted);
  error = sluice_translator_error(f->t);
  FUZZ_CHECK(error.status == f->finished);
  FUZZ_CHECK(error.message != NULL);
  check_response(f);
  if (f->aborted)
    return;
  FUZZ_CHECK(f->finished != SLUICE_ERR_NOMEM || memory_failed(f));
  FUZZ_CHECK(f->terminals == 1);
  FUZZ_CHECK((f->terminal == SLUICE_EVENT_FAILED) == (f->finished < 0));
  FUZZ_CHECK(f->finished <= 0);
  FUZZ_CHECK(sluice_translator_status(f->t) == status_of(f->terminal));
  FUZZ_CHECK((sluice_translator_message(f->t).n > 0) == (f->finished < 0));
}

void flow_again(struct flow *f)
{
  if (f->t == NULL)
    return;
  FUZZ_CHECK(sluice_translator_reset(f->t, f->head->seed) == SLUICE_OK);
  FUZZ_CHECK(sluice_translator_status(f->t) == SLUICE_RESPONSE_IN_PROGRESS);
  FUZZ_CHECK(sluice_translator_error(f->t).status == SLUICE_OK);
  FUZZ_CHECK(sluice_translator_message(f->t).n == 0);
  bytes_clear(&f->wire);
  bytes_clear(&f->last);
  f->events = f->terminals = 0;
  f->aborted = 0;
  f->fed = f->finished = SLUICE_OK;
}

void flow_close(struct flow *f)
{
  sluice_translator_free(f->t);
  f->t = NULL;
  give(&f->wire);
  give(&f->last);
}

/* ---- the laws ------------------------------------------------------------ */

/* What may be wrong, whatever the stream is: it was not ended, or it has the
 * upstream's log probabilities, and JSON knows no largest integer. */
static int is_excused(const struct flow *f, const char *wrong)
{
  if (strstr(wrong, "no terminal event") != NULL)
    return f->terminals == 0 && (f->aborted || f->finished == SLUICE_OK);
  return strstr(wrong, "not JSON: too big ") != NULL;
}

void flow_judge(const struct flow *f, const struct flow *good)
{
  char message[LAWS_MESSAGE];
  size_t at = good == NULL ? 0 : shortened_at(&f->wire, &good->wire);
  const char *wrong;

  memory_of_json();
  wrong = laws_stream(f->head->o.index_unit, f->wire.p, f->wire.n, message);
  memory_forget();
  if (wrong != NULL && !is_excused(f, wrong) &&
      (good == NULL || !shortened_may(wrong, &f->wire, at, &good->wire)))
    fuzz_fail("a law is broken: %s", wrong);
  if (good != NULL && !shortened_only_ends(&f->wire, at))
    fuzz_fail("something is shown after memory ran out: %s", f->wire.p + at);
}
