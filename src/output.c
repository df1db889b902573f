/* SPDX-License-Identifier: MIT */
#include "output.h"

#include "status.h"

/* ---- items ------------------------------------------------------------- */

static void append(struct output *o, struct item *it)
{
  if (o->last != NULL)
    o->last->next = it;
  else
    o->items = it;
  o->last = it;
  if (o->head == NULL)
    o->head = it;
  if (it->tool != NULL)
    it->tool->number = o->item_count;
  o->item_count++;
}

static struct item *new_item(struct output *o, sluice_item_type type)
{
  const sluice_mem *mem = o->outlet.base->mem;

  if (type != SLUICE_ITEM_MESSAGE && type != SLUICE_ITEM_REASONING &&
      o->rounds == NULL) {
    o->rounds = (struct rounds *)sluice__new(mem, sizeof(*o->rounds));
    if (o->rounds == NULL)
      return NULL;
  }
  return sluice__item_new(mem, type);
}

static int add_item(struct output *o, sluice_item_type type, struct item **out)
{
  *out = new_item(o, type);
  if (*out == NULL)
    return SLUICE_ERR_NOMEM;
  append(o, *out);
  return 0;
}

/* An item that the stream asks for: those are counted. */
static int add_wanted(struct output *o, sluice_item_type type,
                      struct item **out)
{
  int rv = sluice__limit_take(&o->outlet.base->limits, LIMIT_ITEMS, 1);

  return rv == 0 ? add_item(o, type, out) : rv;
}

const sluice_item *sluice__output_shown(const struct output *o)
{
  sluice_item *shown =
      sluice__scratch_items(o->outlet.base->scratch, o->outlet.added);
  const struct item *it;
  size_t n = 0;

  for (it = o->items; it != NULL; it = it->next) {
    if (it->state != ITEM_DONE || it->id_n == 0)
      continue; /* open when all ended, or never announced */
    shown[n] = sluice__item_shown(it);
    if (n > 0)
      shown[n - 1].next = &shown[n];
    n++;
  }
  return n > 0 ? shown : NULL;
}

/* ---- whose turn it is -------------------------------------------------- */

/* A reasoning item may hold nothing but what its maker can read. */
static int keep_encrypted(struct output *o, struct item *it)
{
  int rv;

  if (sluice__own_text(it->encrypted).n == 0)
    return 0;
  rv = sluice__outlet_promise(&o->outlet, it->encrypted->n);
  if (rv == 0 && it->state == ITEM_WAITING)
    rv = sluice__item_announce(&o->outlet, it);
  if (rv == 0)
    it->shows_encrypted = 1;
  return rv;
}

static int close_item(struct output *o, struct item *it, enum closing how)
{
  int whole = how == CLOSE_COMPLETED || (how == CLOSE_CUT && it->next != NULL);
  int rv;

  if (it->tool != NULL) {
    rv = sluice__toolcall_close(&o->outlet, &o->given->tools, &o->rounds->ids,
                                it, how);
  } else {
    rv = keep_encrypted(o, it);
    if (rv == 0) /* which may announce it */
      rv = sluice__message_end(&o->message, it, it->next == NULL);
    it->status = whole ? SLUICE_ITEM_COMPLETED : SLUICE_ITEM_INCOMPLETE;
  }
  if (rv == 0 && it->state == ITEM_OPEN)
    rv = sluice__item_send_done(&o->outlet, it);
  if (rv != 0)
    return rv;
  it->state = ITEM_DONE;
  o->head = it->next;
  return 0;
}

static int is_list(const struct item *it)
{
  return it->type == SLUICE_ITEM_MCP_LIST;
}

/* No text behind a hole: what waits is not shown any more. */
static void drop_runs(struct output *o, struct item *it)
{
  struct run *r;

  while ((r = it->runs) != NULL) {
    it->runs = r->next;
    sluice__run_free(o->outlet.base->mem, r);
  }
}

/* Shows what waited in the item whose turn it is now. */
static int release(struct output *o, struct item *it)
{
  struct run *r;
  int rv = 0;

  if (is_list(it))
    return 0; /* it comes and goes at once */
  if (it->tool != NULL)
    return sluice__toolcall_show(&o->outlet, &o->given->tools, &o->rounds->ids,
                                 it, it->next != NULL || o->round_over);
  while (rv == 0 && (r = it->runs) != NULL) {
    it->runs = r->next;
    if (r->logprobs != NULL) {
      sluice__message_forget_logprobs(&o->message);
      rv = sluice__logprobs_add(&o->message.logprobs, o->outlet.base->mem,
                                sluice__buf_as_text(r->logprobs));
    }
    if (rv == 0)
      rv = sluice__message_show(&o->message, it, r->kind,
                                sluice__buf_as_text(&r->text));
    sluice__run_free(o->outlet.base->mem, r);
  }
  if (rv != 0)
    drop_runs(o, it);
  return rv;
}

/* An item with another behind it is done when it can be: text always, a call
 * when its arguments are one JSON value, a hosted one when its result is in. */
static int may_close(const struct item *it)
{
  if (is_list(it))
    return 1;
  if (it->tool != NULL && sluice__toolcall_hosted(it))
    return it->tool->answered;
  if (it->next == NULL)
    return 0;
  return it->tool == NULL ||
         (sluice__toolcall_complete(it) && it->tool->call->name.n > 0);
}

/* A hosted call whose arguments are complete says that its tool works. */
static int end_hosted(struct output *o, struct item *it)
{
  if (it->tool == NULL || it->next == NULL || it->state != ITEM_OPEN ||
      !sluice__toolcall_hosted(it) || !sluice__toolcall_complete(it))
    return 0;
  return sluice__toolcall_end(&o->outlet, &o->given->tools, &o->rounds->ids, it,
                              CLOSE_COMPLETED);
}

/* Sends what can be sent now. */
static int advance(struct output *o)
{
  int rv = 0;

  while (rv == 0 && o->live && o->head != NULL) {
    rv = release(o, o->head);
    if (rv == 0)
      rv = end_hosted(o, o->head);
    if (rv != 0 || !may_close(o->head))
      break;
    rv = close_item(o, o->head, CLOSE_COMPLETED);
  }
  return rv;
}

int sluice__output_begin(struct output *o)
{
  o->live = 1;
  return advance(o);
}

/* ---- waiting ----------------------------------------------------------- */

/* Moves the log probabilities at hand to the run they belong to. */
static int keep_logprobs(struct output *o, struct run *r)
{
  int rv;

  if (r->kind != KIND_TEXT)
    return 0;
  rv = sluice__logprobs_add(&r->logprobs, o->outlet.base->mem,
                            sluice__own_text(o->message.logprobs));
  sluice__message_forget_logprobs(&o->message);
  return rv;
}

static int wait_for_turn(struct output *o, struct item *it, enum kind kind,
                         sluice_text text)
{
  struct run *r = it->last_run;

  if (it->runs == NULL || r->kind != kind) {
    r = (struct run *)sluice__new(o->outlet.base->mem, sizeof(*r));
    if (r == NULL)
      return SLUICE_ERR_NOMEM;
    r->kind = kind;
    sluice__buf_init(&r->text, o->outlet.base->mem);
    if (it->runs == NULL)
      it->runs = r;
    else
      it->last_run->next = r;
    it->last_run = r;
  }
  sluice__buf_text(&r->text, text);
  return r->text.failed ? SLUICE_ERR_NOMEM : keep_logprobs(o, r);
}

/* ---- what comes in ----------------------------------------------------- */

int sluice__output_text(struct output *o, enum kind kind, sluice_text text)
{
  sluice_item_type type =
      kind == KIND_REASONING ? SLUICE_ITEM_REASONING : SLUICE_ITEM_MESSAGE;
  struct item *it = o->last;
  int another = it == NULL || it->state == ITEM_DONE || it->type != type;
  int rv = 0;

  if (kind == KIND_REASONING && o->message.reasoning == SLUICE_REASONING_OFF)
    return 0;
  if (another)
    rv = sluice__limit_take(&o->outlet.base->limits, LIMIT_ITEMS, 1);
  if (rv == 0 && (another || it->last_kind != kind)) /* a part of its own */
    rv = sluice__limit_take(&o->outlet.base->limits, LIMIT_PARTS, 1);
  if (rv == 0 && another)
    rv = add_item(o, type, &it);
  if (rv == 0 && another)
    rv = advance(o);
  if (rv != 0)
    return rv;
  it->last_kind = (uint8_t)kind;
  return o->head == it ? sluice__message_show(&o->message, it, kind, text)
                       : wait_for_turn(o, it, kind, text);
}

int sluice__output_encrypted(struct output *o, sluice_text text)
{
  struct item *it = o->last;
  int rv = 0;

  if (o->message.reasoning == SLUICE_REASONING_OFF)
    return 0;
  if (it == NULL || it->state == ITEM_DONE ||
      it->type != SLUICE_ITEM_REASONING ||
      sluice__own_text(it->encrypted).n > 0)
    rv = add_wanted(o, SLUICE_ITEM_REASONING, &it);
  if (rv == 0)
    rv = sluice__buf_own(&it->encrypted, o->outlet.base->mem);
  if (rv != 0)
    return rv;
  sluice__buf_text(it->encrypted, text);
  return it->encrypted->failed ? SLUICE_ERR_NOMEM : advance(o);
}

int sluice__output_annotation(struct output *o, const struct said *said)
{
  return sluice__message_annotate(&o->message, o->head, said);
}

int sluice__output_call(struct output *o, struct call *call, sluice_text text)
{
  struct item *it = (struct item *)call->owner;
  int rv;

  if (it == NULL) {
    rv = add_wanted(o, SLUICE_ITEM_FUNCTION_CALL, &it);
    if (rv != 0)
      return rv;
    it->tool->call = call;
    call->owner = it;
  }
  if (it->state == ITEM_DONE || it->tool->step != TOOL_ARGUMENTS)
    return sluice__text_blank(text) ? 0 : SLUICE_ERR_PROTOCOL;
  sluice__buf_text(&it->tool->arguments, text);
  if (it->tool->arguments.failed)
    return SLUICE_ERR_NOMEM;
  return advance(o);
}

int sluice__output_lane(struct output *o, struct lane *lane)
{
  enum kind kind = lane->more.kind;
  struct item *it = o->head;

  lane->text = NULL;
  lane->message = NULL;
  if (it == NULL || it != o->last || it->state != ITEM_OPEN)
    return 0;
  if (kind == KIND_CALL)
    return lane->more.call->owner == it &&
           sluice__lane_of_call(lane, &o->outlet, it);
  return it->last_kind == kind &&
         sluice__lane_of_text(lane, &o->message, it, kind);
}

int sluice__output_logprobs(struct output *o, sluice_text entries)
{
  return sluice__logprobs_add(&o->message.logprobs, o->outlet.base->mem,
                              entries);
}

/* What a tool or its server said counts as text, too. */
static int count_answer(struct output *o, const struct item *it)
{
  const struct tooling *tool = it->tool;

  return sluice__limit_take(&o->outlet.base->limits, LIMIT_OUTPUT,
                            tool->results.n + tool->output.n + tool->error.n);
}

int sluice__output_mcp_tools(struct output *o, sluice_str server_label,
                             sluice_str tools, sluice_str error)
{
  struct item *it = NULL;
  int rv = sluice__limit_take(&o->outlet.base->limits, LIMIT_ITEMS, 1);

  if (rv == 0 && (it = new_item(o, SLUICE_ITEM_MCP_LIST)) == NULL)
    rv = SLUICE_ERR_NOMEM;
  if (rv == 0)
    rv = sluice__toolcall_list(&o->outlet, it, server_label, tools, error);
  if (rv == 0)
    rv = count_answer(o, it);
  if (rv != 0) {
    if (it != NULL)
      sluice__item_free(o->outlet.base->mem, it);
    return rv;
  }
  append(o, it);
  return advance(o);
}

/* So that every client has an answer. */
static int add_empty_message(struct output *o)
{
  struct item *it;
  int rv = add_item(o, SLUICE_ITEM_MESSAGE, &it);

  sluice__count(&o->outlet.base->counts, SLUICE_ANOMALY_MESSAGE_ADDED);
  if (rv == 0)
    rv = sluice__message_show_empty(&o->message, it);
  return rv == 0 ? close_item(o, it, CLOSE_COMPLETED) : rv;
}

/* A message, or a call that somebody still has to deal with. */
static int has_answer(const struct output *o)
{
  const struct item *it;

  for (it = o->items; it != NULL; it = it->next) {
    if (it->id_n == 0 || it->type == SLUICE_ITEM_REASONING || is_list(it))
      continue; /* never shown, or no answer */
    if (it->tool == NULL || !it->tool->answered)
      return 1;
  }
  return 0;
}

static void count_unknown(struct output *o)
{
  sluice__count_many(&o->outlet.base->counts, SLUICE_ANOMALY_CITATION_UNKNOWN,
                     o->message.cite.unknown);
  o->message.cite.unknown = 0;
}

int sluice__output_close(struct output *o, enum closing how)
{
  int rv = 0;

  o->message.failing = how == CLOSE_FAILED; /* no limit keeps an item open */
  while (rv == 0 && o->head != NULL) {
    rv = release(o, o->head);
    if (rv == 0)
      rv = close_item(o, o->head, how);
  }
  if (rv == 0)
    sluice__message_drop_notes(&o->message);
  if (rv == 0 && sluice__own_text(o->message.logprobs).n > 0)
    sluice__count(&o->outlet.base->counts, SLUICE_ANOMALY_LOGPROBS_DROPPED);
  if (rv == 0 && how == CLOSE_COMPLETED && !has_answer(o))
    rv = add_empty_message(o);
  count_unknown(o);
  return rv;
}

int sluice__output_cut(struct output *o)
{
  struct item *it = o->head;
  int rv = 0;

  if (it != NULL && it->state == ITEM_OPEN) {
    rv = it->tool != NULL ? sluice__toolcall_cut(&o->outlet, it)
                          : sluice__message_cut(&o->message, it);
    if (rv == 0)
      rv = sluice__item_send_done(&o->outlet, it);
    if (rv == 0)
      it->state = ITEM_DONE;
  }
  o->head = NULL;
  count_unknown(o);
  return rv;
}

/* ---- rounds ------------------------------------------------------------ */

static struct item *round_first(const struct output *o)
{
  return o->rounds != NULL && o->rounds->last != NULL ? o->rounds->last->next
                                                      : o->items;
}

/* A call that the model made in this round. */
static int is_call(const struct item *it)
{
  return it->tool != NULL && !is_list(it);
}

int sluice__output_round_hosted(const struct output *o)
{
  const struct item *it;

  for (it = round_first(o); it != NULL; it = it->next)
    if (is_call(it) && sluice__toolcall_hosted(it))
      return 1;
  return 0;
}

int sluice__output_round_client(const struct output *o)
{
  const struct item *it;

  for (it = round_first(o); it != NULL; it = it->next)
    if (is_call(it) && !sluice__toolcall_hosted(it))
      return 1;
  return 0;
}

/* From the one that was asked for before: mostly it is next to that. */
struct item *sluice__output_pending(struct output *o, uint32_t n)
{
  struct rounds *r = o->rounds;
  struct item *it;
  uint32_t at;

  if (r == NULL || n == 0)
    return r == NULL ? NULL : r->pending;
  it = r->asked != NULL ? r->asked : r->pending;
  at = r->asked != NULL ? r->asked_at : 0;
  for (; it != NULL && at < n; at++)
    it = it->tool->next_pending;
  for (; it != NULL && at > n; at--)
    it = it->tool->before_pending;
  if (it != NULL) {
    r->asked = it;
    r->asked_at = n;
  }
  return it;
}

static void add_pending(struct rounds *r, struct item *it)
{
  it->tool->before_pending = r->last_pending;
  it->tool->next_pending = NULL;
  if (r->last_pending != NULL)
    r->last_pending->tool->next_pending = it;
  else
    r->pending = it;
  r->last_pending = it;
}

static void take_pending(struct rounds *r, struct item *it)
{
  if (it->tool->before_pending != NULL)
    it->tool->before_pending->tool->next_pending = it->tool->next_pending;
  else
    r->pending = it->tool->next_pending;
  if (it->tool->next_pending != NULL)
    it->tool->next_pending->tool->before_pending = it->tool->before_pending;
  else
    r->last_pending = it->tool->before_pending;
  if (r->asked == NULL || it->tool->number > r->asked->tool->number)
    return;
  if (r->asked == it)
    r->asked = it->tool->before_pending;
  if (r->asked != NULL)
    r->asked_at--;
}

struct item *sluice__output_hosted(const struct output *o, sluice_text id)
{
  struct item *it =
      o->rounds == NULL
          ? NULL
          : (struct item *)sluice__tree_find(&o->rounds->ids, id, 0);

  /* A call of an earlier round has no call any more. */
  return it != NULL && it->tool->call != NULL && sluice__toolcall_hosted(it)
             ? it
             : NULL;
}

/* What the model is told of a call that was one too many. */
static int skip(struct output *o, struct item *it)
{
  struct buf *words = &o->outlet.base->scratch->work;
  sluice_result result;

  sluice__buf_clear(words);
  sluice__buf_lit(words, "Tool call skipped: maximum tool calls limit (");
  sluice__buf_uint(words, o->given->max_tool_calls);
  sluice__buf_lit(words, ") reached.");
  if (words->failed)
    return SLUICE_ERR_NOMEM;
  memset(&result, 0, sizeof(result));
  result.output.p = words->p;
  result.output.n = words->n;
  return sluice__toolcall_answer(&o->outlet, it, &result);
}

int sluice__output_settle_calls(struct output *o)
{
  struct item *it;
  int rv = 0;

  for (it = round_first(o); rv == 0 && it != NULL; it = it->next)
    if (is_call(it))
      rv = sluice__toolcall_settle(&o->outlet, &o->given->tools,
                                   &o->rounds->ids, it);
  return rv;
}

/* Hosted calls wait for their results, or are one too many. */
static int count_calls(struct output *o)
{
  struct item *it;
  int rv = 0;

  for (it = round_first(o); rv == 0 && it != NULL; it = it->next) {
    if (!is_call(it) || !sluice__toolcall_hosted(it))
      continue;
    if (o->given->max_tool_calls > 0 &&
        o->rounds->ran >= o->given->max_tool_calls) {
      rv = skip(o, it);
    } else {
      o->rounds->ran++;
      add_pending(o->rounds, it);
    }
  }
  return rv;
}

/* Closes what can be closed of a round that is over. */
static int drain(struct output *o)
{
  int rv = 0;

  while (rv == 0 && o->head != NULL) {
    struct item *it = o->head;

    rv = release(o, it);
    if (rv == 0 && is_call(it))
      rv = sluice__toolcall_end(&o->outlet, &o->given->tools, &o->rounds->ids,
                                it, CLOSE_COMPLETED);
    if (rv == 0 && is_call(it) && sluice__toolcall_hosted(it) &&
        !it->tool->answered)
      break;
    if (rv == 0)
      rv = close_item(o, it, CLOSE_COMPLETED);
  }
  return rv;
}

int sluice__output_end_round(struct output *o)
{
  int rv;

  o->round_over = 1;
  rv = count_calls(o);
  return rv == 0 ? drain(o) : rv;
}

static int add_file(struct output *o, const sluice_file *file)
{
  int rv = sluice__limit_take(&o->outlet.base->limits, LIMIT_FILES, 1);

  if (rv == 0)
    rv = sluice__limit_take(&o->outlet.base->limits, LIMIT_OUTPUT,
                            file->id.n + file->name.n);
  return rv == 0 ? sluice__cite_add_file(&o->message.cite, file) : rv;
}

int sluice__output_answer(struct output *o, struct item *it,
                          const sluice_result *result)
{
  size_t i;
  int rv = sluice__toolcall_answer(&o->outlet, it, result);

  if (rv == 0)
    rv = count_answer(o, it);
  if (it->tool->answered)
    take_pending(o->rounds, it);
  for (i = 0; rv == 0 && i < result->file_count; i++)
    rv = add_file(o, &result->files[i]);
  return rv == 0 ? drain(o) : rv;
}

static void put_call(struct buf *out, const struct item *it)
{
  sluice__buf_lit(out, "{\"id\":\"");
  sluice__buf_text(out, it->tool->id);
  sluice__buf_lit(out, "\",\"type\":\"function\",\"function\":{\"name\":\"");
  sluice__buf_text(out, it->tool->name);
  sluice__buf_lit(out, "\",\"arguments\":\"");
  sluice__buf_text(out, sluice__buf_as_text(&it->tool->arguments));
  sluice__buf_lit(out, "\"}}");
}

static void put_result(struct buf *out, const struct item *it)
{
  const struct tooling *tool = it->tool;

  sluice__buf_lit(out, ",{\"role\":\"tool\",\"tool_call_id\":\"");
  sluice__buf_text(out, tool->id);
  sluice__buf_lit(out, "\",\"content\":\"");
  sluice__buf_text(out, sluice__buf_as_text(tool->output.n > 0 ? &tool->output
                                                               : &tool->error));
  sluice__buf_lit(out, "\"}");
}

void sluice__output_messages(const struct output *o, const struct buf *said,
                             struct buf *out)
{
  const struct item *it;
  int first = 1;

  sluice__buf_lit(out, "[{\"role\":\"assistant\",\"content\":");
  if (said->n > 0) {
    sluice__buf_byte(out, '"');
    sluice__buf_text(out, sluice__buf_as_text(said));
    sluice__buf_byte(out, '"');
  } else {
    sluice__buf_lit(out, "null");
  }
  sluice__buf_lit(out, ",\"tool_calls\":[");
  for (it = round_first(o); it != NULL; it = it->next) {
    if (!is_call(it))
      continue;
    if (!first)
      sluice__buf_byte(out, ',');
    first = 0;
    put_call(out, it);
  }
  sluice__buf_lit(out, "]}");
  for (it = round_first(o); it != NULL; it = it->next)
    if (is_call(it))
      put_result(out, it);
  sluice__buf_byte(out, ']');
}

void sluice__output_next_round(struct output *o)
{
  struct item *it;

  sluice__message_drop_notes(&o->message);

  for (it = round_first(o); it != NULL; it = it->next)
    if (it->tool != NULL)
      it->tool->call = NULL;
  o->rounds->last = o->last;
  o->round_over = 0;
}

/* ---- life -------------------------------------------------------------- */

void sluice__output_init(struct output *o, struct base *base,
                         const struct given *given, sluice_event_cb cb,
                         void *user)
{
  memset(o, 0, sizeof(*o));
  o->given = given;
  o->outlet.base = base;
  o->outlet.cb = cb;
  o->outlet.user = user;
  o->outlet.flags =
      (uint8_t)(given->flags & (SLUICE_OBFUSCATION | SLUICE_DONE_MARK));
  sluice__message_init(&o->message, &o->outlet, given);
}

static void free_items(struct output *o)
{
  struct item *it, *next;

  for (it = o->items; it != NULL; it = next) {
    next = it->next;
    sluice__item_free(o->outlet.base->mem, it);
  }
  sluice__free(o->outlet.base->mem, o->rounds);
  o->rounds = NULL;
}

void sluice__output_clear(struct output *o)
{
  free_items(o);
  o->items = o->last = o->head = NULL;
  o->item_count = 0;
  o->live = o->round_over = 0;
  sluice__outlet_clear(&o->outlet);
  sluice__message_clear(&o->message);
}

void sluice__output_free(struct output *o)
{
  sluice__outlet_clear(&o->outlet);
  free_items(o);
  sluice__message_free(&o->message);
}
