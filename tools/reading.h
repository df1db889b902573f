/* SPDX-License-Identifier: MIT */
/* reading.h - bytes out of a descriptor or a whole file. */
#ifndef SLUICE_TOOLS_READING_H
#define SLUICE_TOOLS_READING_H

#include "buf.h"

enum {
  READING_SOME = 128 * 1024,        /* what one read brings at most */
  READING_WHOLE = 256 * 1024 * 1024 /* what a whole file may have */
};

/* Appends what one read brings; waits for it. Returns its length; 0 at the end;
 * -1 when it does not work, which stderr then says about `name`. */
long reading_some(int fd, const char *name, struct buf *out);

/* Appends a whole file. Returns 0, or -1 when it cannot be read or has more
 * than 256 MiB, which stderr then says. */
int reading_whole(const char *path, struct buf *out);

/* From now on an interrupt (SIGINT) is the end of what is read, once. */
void reading_stop_on_interrupt(void);
int reading_stopped(void); /* it came */

#endif
