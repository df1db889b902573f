/* SPDX-License-Identifier: MIT */
#include "outlet.h"

#include "event.h"

int sluice__outlet_send(struct outlet *o, sluice_event *e)
{
  int rv;

  if (o->aborted)
    return SLUICE_ERR_CALLBACK;
  e->sequence_number = o->sequence;
  if (o->cb == NULL) {
    o->sequence++;
    return 0;
  }
  rv = sluice__event_write(o->scratch, e);
  if (rv != 0)
    return rv;
  o->sequence++;
  rv = o->cb(o->user, e);
  if (rv < 0) {
    o->aborted = 1;
    return SLUICE_ERR_CALLBACK;
  }
  if (rv > 0)
    o->paused = 1;
  return 0;
}
