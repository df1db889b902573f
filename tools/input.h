/* SPDX-License-Identifier: MIT */
/* input.h - the bytes of a FILE or of stdin, as they come. */
#ifndef SLUICE_TOOLS_INPUT_H
#define SLUICE_TOOLS_INPUT_H

#include "files.h"

struct input {
  const char *name; /* for messages */
  int fd;
  int waits;         /* a read may have to wait for somebody */
  int ended;         /* nothing is left to read */
  int replayed;      /* it was a recording: the bytes are those of its stream */
  uint64_t size;     /* of a regular file; else 0 */
  uint64_t first_at; /* when the first bytes came (moment.h); 0: never */
  struct files files; /* that the recording offered; no table when empty */
  struct buf held;    /* read; handed out already when `taken` */
  int taken;
};

/* Opens FILE, or stdin when `path` is NULL or "-", and reads until it is clear
 * what comes: a stream needs one byte that is not blank; JSON is read whole, to
 * see if it is a recording. JSON of more than 256 MiB is not one. Returns 0, or
 * -1 when it does not work, which stderr then says. */
int input_open(struct input *in, const char *path);

/* The same without reading: the bytes come as they are. */
int input_open_plain(struct input *in, const char *path);

/* The next bytes, all that one read brought; they live until the next call.
 * Returns 1; 0 at the end; -1 when a read failed, which stderr then says. */
int input_next(struct input *in, sluice_str *bytes);

void input_close(struct input *in);

/* 1 when nobody but a person at a terminal could provide the input. */
int input_is_terminal(const char *path);

#endif
