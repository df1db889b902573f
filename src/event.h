/* SPDX-License-Identifier: MIT */
/* event.h - what each event shows, for those who check it. */
#ifndef SLUICE_SRC_EVENT_H
#define SLUICE_SRC_EVENT_H

#include <sluice/event.h>

#include "scratch.h"

/* Writes the event into scratch->out and points its wire, json and object into
 * that. 0 or SLUICE_ERR_NOMEM. */
int sluice__event_write(sluice_scratch *scratch, sluice_event *event);

/* The event, which ends with its object, was written last: writes it once more
 * as one of another type with the same members, and with the number that it has
 * now. 0 or SLUICE_ERR_NOMEM. */
int sluice__event_write_as(sluice_scratch *scratch, sluice_event *event,
                           sluice_event_type type);

#endif
