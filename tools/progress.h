/* SPDX-License-Identifier: MIT */
/* progress.h - one line on stderr while a long input is read: only when stderr
 * is a terminal, and only after 16 MiB or two seconds. It goes before anything
 * else is said there. */
#ifndef SLUICE_TOOLS_PROGRESS_H
#define SLUICE_TOOLS_PROGRESS_H

#include <stdint.h>

/* From now on what is read is counted, and shown when that is called for. With
 * `beside`, output comes meanwhile: then nothing is shown when that goes to a
 * terminal, too. */
void progress_start(int beside);

/* `bytes` more were read, of an input of `total` bytes (0: nobody knows). Does
 * nothing before progress_start. */
void progress_add(uint64_t bytes, uint64_t total);

/* Takes the line away. */
void progress_clear(void);

#endif
