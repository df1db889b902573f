/* SPDX-License-Identifier: MIT */
/* head.h - the first bytes of an input choose the options and what happens to
 * the stream; the rest is the stream.
 *
 * Of each byte the low four bits count, so that a line of the digits 0 stands
 * for the defaults, and a head can be read and written in an editor.
 */
#ifndef SLUICE_FUZZ_HEAD_H
#define SLUICE_FUZZ_HEAD_H

#include <sluice/sluice.h>

/* The places, by the first byte of each. */
enum {
  HEAD_MODE,          /* reasoning, unit */
  HEAD_FLAGS,         /* SLUICE_NO_ERROR_EVENT … */
  HEAD_LENIENT,       /* SLUICE_LENIENT_THINK … _CHOICES */
  HEAD_MORE,          /* _CITATIONS; a clock; response_id; model and time */
  HEAD_LIMITS,        /* payload, output, depth, items: is it HEAD_LIMIT? */
  HEAD_LIMITS2,       /* marker, annotations, tool calls; half of it */
  HEAD_LIMIT,         /* two digits */
  HEAD_TOOLS = 8,     /* which table of tools */
  HEAD_FILES,         /* which table of files */
  HEAD_REQUEST,       /* which request of the client */
  HEAD_MARKERS,       /* how citations look */
  HEAD_PUSH,          /* two digits: bytes a push; 0: all */
  HEAD_CALLBACK = 14, /* what a callback does: enum head_callback */
  HEAD_CALLBACK_AT,   /* two digits: at which event */
  HEAD_MEMORY = 17,   /* enum head_memory */
  HEAD_MEMORY_AT,     /* three digits: at which allocation */
  HEAD_END = 21,      /* enum head_end, HEAD_NO_FAST_PATH */
  HEAD_SEED,          /* of ids and of random cuts */
  HEAD_NEWLINE,       /* not read */
  HEAD_BYTES
};

enum head_callback {
  HEAD_GOES_ON,
  HEAD_PAUSES, /* after every HEAD_CALLBACK_AT events */
  HEAD_ABORTS, /* at that event */
  HEAD_FREES,  /* frees the handle at that event */
  HEAD_CALLS   /* calls the handle at that event */
};

enum head_memory { HEAD_ENOUGH, HEAD_FAILS_ONCE, HEAD_FAILS_FOR_GOOD };

enum head_end {
  HEAD_FINISH,
  HEAD_END_ROUND, /* and then finish */
  HEAD_FAIL,
  HEAD_STOP /* freed in the middle */
};

#define HEAD_NO_FAST_PATH 4u /* beside it */

struct head {
  sluice_options o;
  size_t push;
  enum head_callback callback;
  size_t callback_at;
  enum head_memory memory;
  size_t memory_at;
  enum head_end end;
  uint64_t seed;
  sluice_str stream;
};

/* Returns 0 when the input is too short. What the options point to is static.
 */
int head_read(struct head *h, const uint8_t *p, size_t n);

/* The bytes of a head for these options, as near as a head can say them. */
void head_write(uint8_t head[HEAD_BYTES], const sluice_options *o);

#endif
