/* SPDX-License-Identifier: MIT */
/* dialogue.h - instructions and input items -> chat messages.
 *
 * What stands together becomes one message: the system messages at the head;
 * what the assistant said and called until somebody else's turn. The outputs of
 * its calls follow such a message at once, in the order of the calls, and then
 * what of them is no text, as a message of the user. */
#ifndef SLUICE_SRC_DIALOGUE_H
#define SLUICE_SRC_DIALOGUE_H

#include "pairing.h"
#include "toolset.h"

/* Pairs the calls, and adds the tools that the input brings. 0;
 * SLUICE_ERR_REQUEST or SLUICE_ERR_LIMIT with the fault set; SLUICE_ERR_NOMEM.
 */
int sluice__dialogue_read(struct asked *a, struct toolset *t,
                          struct pairing *p);

/* Writes the member `messages`. Returns the same. */
int sluice__dialogue_put(struct asked *a, struct toolset *t,
                         const struct pairing *p);

#endif
