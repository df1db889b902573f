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
  lane->sent = NULL;
  lane->markers = MARKERS_NOWHERE;
  lane->text = sluice__message_repeats(m, it, kind);
  if (lane->text == NULL)
    return 0;
  if (kind == KIND_TEXT) {
    lane->markers = (uint8_t)markers_of(m->cite.marking);
    lane->open = m->cite.marking->open.p[0];
  }
  return 1;
}

int sluice__lane_of_call(struct lane *lane, struct outlet *o, struct item *it)
{
  lane->markers = MARKERS_NOWHERE;
  lane->text = sluice__toolcall_repeats(o, it);
  lane->sent = &it->tool->sent;
  return lane->text != NULL;
}

int sluice__lane_go_on(const struct lane *lane, struct outlet *o,
                       sluice_text text, size_t there)
{
  struct buf *all = lane->text;
  size_t n = all->n;
  int rv = sluice__limit_take_output(&o->base->limits, text.n);

  if (rv != 0)
    return rv;
  if (lane->more.call != NULL) {
    lane->more.call->empty = 0;
    sluice__call_take(lane->more.call, text);
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
