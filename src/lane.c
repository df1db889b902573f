/* SPDX-License-Identifier: MIT */
#include "lane.h"

#include "scan.h"

/* Where markers can begin that a scan for plain text does not see. */
static enum lane_markers markers_of(const struct marking *marking)
{
  int odd = 0;

  if (marking->off)
    return MARKERS_NOWHERE;
  (void)scan_plain(marking->open.p, 1, &odd);
  return odd ? MARKERS_AT_END : MARKERS_ANYWHERE;
}

int sluice__lane_of_text(struct lane *lane, struct message *m, struct item *it,
                         enum kind kind)
{
  lane->message = m;
  lane->item = it;
  lane->sent = NULL;
  lane->markers = MARKERS_NOWHERE;
  lane->text = sluice__message_repeats(m, it, kind);
  if (kind == KIND_TEXT) {
    lane->markers = (uint8_t)markers_of(m->cite.marking);
    lane->open = m->cite.marking->open.p[0];
  }
  return lane->text != NULL;
}

int sluice__lane_say(struct lane *lane, struct outlet *o, sluice_text text)
{
  enum kind kind = lane->more.kind;
  int rv = sluice__limit_take_output(&o->base->limits, text.n);

  if (rv == 0)
    rv = sluice__message_show(lane->message, lane->item, kind, text);
  lane->text =
      rv == 0 ? sluice__message_repeats(lane->message, lane->item, kind) : NULL;
  return rv;
}

int sluice__lane_of_call(struct lane *lane, struct outlet *o, struct item *it)
{
  lane->markers = MARKERS_NOWHERE;
  lane->text = sluice__toolcall_repeats(o, it);
  lane->sent = &it->tool->sent;
  return lane->text != NULL;
}

/* Inlined into the loop below. */
SLUICE_HOT int go_on(const struct lane *lane, struct outlet *o,
                     sluice_text text, size_t there, int plain)
{
  struct buf *all = lane->text;
  size_t n = all->n;
  int rv = sluice__limit_take_output(&o->base->limits, text.n);

  if (rv != 0)
    return rv;
  if (lane->more.call != NULL) {
    lane->more.call->empty = 0;
    sluice__call_take(lane->more.call, text, plain);
  }
  if (sluice__buf_need(all, text.n + BUF_SLACK) != 0)
    return SLUICE_ERR_NOMEM;
  sluice__buf_copy(all->p + n, text.p, text.n, there);
  all->n += text.n;
  rv = sluice__outlet_repeat(o, text, there);
  if (rv != 0 && rv != SLUICE_ERR_CALLBACK)
    all->n = n;
  else if (lane->sent != NULL && rv == 0)
    *lane->sent = all->n;
  return rv;
}

int sluice__lane_go_on(const struct lane *lane, struct outlet *o,
                       sluice_text text, size_t there)
{
  return go_on(lane, o, text, there, 0);
}

void sluice__lane_run(const struct lane *lane, struct outlet *o, const char *p,
                      size_t n, size_t max_payload, struct flow *flow)
{
  const char *end = p + n, *at = p;
  sluice_text text;
  size_t event;

  flow->event = 0;
  flow->rv = 0;
  while (event = 0, at < end && flow->rv == 0 && !o->paused) {
    event = sluice__mould_again(lane->mould, at, (size_t)(end - at), 0,
                                &flow->again);
    if (event > max_payload + MOULD_AROUND)
      event = 0;
    text.p = flow->again.text.p;
    text.n = flow->again.text.n;
    if (event == 0 || lane->text == NULL || flow->again.odd ||
        !sluice__lane_takes(lane, text, 1))
      break;
    flow->rv = go_on(lane, o, text, (size_t)(end - text.p), 1);
    flow->event = event;
    at += event;
  }
  flow->next = event;
  flow->taken = (size_t)(at - p);
}
