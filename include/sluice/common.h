/* SPDX-License-Identifier: MIT */
/* common.h - strings, memory and status codes that all stages of sluice share.
 * Every stage can be used alone: include its header (sse.h, chunk.h, fold.h,
 * cite.h, event.h) or sluice.h for the whole line.
 *
 * Threads: a handle belongs to one thread at a time, and so do all handles of
 * one scratch; different ones are independent. The library has no global state,
 * reads no clock, no locale and no environment, prints nothing and never
 * aborts.
 *
 * Calls from inside: while the library runs a callback, the clock or a memory
 * function of the embedder's, the handle and its scratch are in use. A call on
 * it, or on another handle of that scratch, returns SLUICE_ERR_STATE and does
 * nothing; a reset that returns nothing does nothing. Allowed are the calls
 * that take a const handle, all calls on handles of another scratch, and free:
 * from inside a callback it lets no further one run, the running call returns
 * SLUICE_ERR_CALLBACK, and then the handle is gone. Memory functions must not
 * free a handle that is in use, and nobody a scratch. A callback has to return:
 * one that leaves by longjmp or an exception leaves the handle in use for good.
 */
#ifndef SLUICE_COMMON_H
#define SLUICE_COMMON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SLUICE_API __attribute__((visibility("default")))
#else
#define SLUICE_API
#endif

#define SLUICE_VERSION     "0.1.0"
#define SLUICE_VERSION_NUM 0x000100 /* 0xMMmmpp */

/* The version of the linked library, as SLUICE_VERSION_NUM. Never fails. */
SLUICE_API uint32_t sluice_version(void);

/* Bytes with their length, not NUL-terminated. `n` 0 is the empty string,
 * whatever `p` is; `p` NULL with another `n` is SLUICE_ERR_ARG. Borrowed: each
 * function says for how long. */
typedef struct sluice_str {
  const char *p;
  size_t n;
} sluice_str;

/* Clean JSON text: what stands between the quotes of a JSON string. It is
 * valid UTF-8 and escaped by one rule, so it can be copied into a JSON
 * document as it is: \" \\ \b \f \n \r \t, and \u00xx (lower case) or \u2028
 * and \u2029 for the other control characters and the two line separators.
 * All text that sluice hands out has this form: it is escaped once, on the way
 * in, and copied from then on. */
typedef struct sluice_text {
  const char *p;
  size_t n;
} sluice_text;

/* Decodes clean JSON text into plain UTF-8. Writes at most `cap` bytes to
 * `out` (none when it is NULL) and no NUL. Returns the length of the whole
 * result in bytes, which is never more than text.n; when it is more than `cap`,
 * the output was cut. Text that is not clean gives any bytes, and does no harm.
 * Cost: linear in text.n. */
SLUICE_API size_t sluice_text_decode(sluice_text text, char *out, size_t cap);

/* The reverse: escapes plain bytes into clean JSON text; bytes that are not
 * UTF-8 become U+FFFD, one for each maximal subpart (Unicode 15, 3.9). Same
 * rules as above; the result is at most 6 times as long as `bytes`. */
SLUICE_API size_t sluice_text_encode(sluice_str bytes, char *out, size_t cap);

/* Memory functions of the embedder; `user` is passed through. A NULL sluice_mem
 * pointer, or one function that is NULL, means malloc(3), realloc(3), free(3).
 * The struct is copied, not kept. malloc and realloc may return NULL: the call
 * that needed the memory then returns SLUICE_ERR_NOMEM. */
typedef struct sluice_mem {
  void *(*malloc)(void *user, size_t size);
  void *(*realloc)(void *user, void *ptr, size_t size);
  void (*free)(void *user, void *ptr);
  void *user;
} sluice_mem;

/* What every call returns. 0 and above is success; below 0 is an error; below
 * SLUICE_ERR_FATAL the handle is spent: each later call that would go on
 * returns the same code until it is reset. Only new, parse, the calls that
 * write what there is (response, messages, json) and all of request.h can be
 * tried again. Of several
 * codes the first counts: ERR_ARG for what is NULL; ERR_STATE from inside; the
 * code that is sticky; ERR_STATE, as each call says; ERR_ARG for what it reads.
 */
/* NAME, value, what it means */
#define SLUICE_STATUSES(X)                                                     \
  X(OK, 0, "all input was taken")                                              \
  X(PAUSED, 1, "a callback asked for a pause; feed the rest later")            \
  X(MORE, 2, "the response needs another round")                               \
  X(ERR_ARG, -1, "an argument is not valid; nothing was changed")              \
  X(ERR_STATE, -2, "the call is not allowed now; nothing was changed")         \
  X(ERR_FATAL, -100, "no code of its own: the codes below are sticky")         \
  X(ERR_NOMEM, -101, "out of memory")                                          \
  X(ERR_CALLBACK, -102, "a callback returned a negative number")               \
  X(ERR_LIMIT, -103, "a limit of the options was passed")                      \
  X(ERR_NOT_A_STREAM, -201, "the input is not an event stream")                \
  X(ERR_JSON, -202, "a payload is not JSON")                                   \
  X(ERR_PROTOCOL, -203, "a delta for something that is closed")                \
  X(ERR_EMPTY, -204, "the stream ended without any choice")                    \
  X(ERR_TRUNCATED, -205, "the stream ended before its end")                    \
  X(ERR_UPSTREAM, -206, "the upstream sent an error")                          \
  X(ERR_REQUEST, -207, "the request cannot be served")

typedef enum sluice_status {
#define X(NAME, value, text) SLUICE_##NAME = value,
  SLUICE_STATUSES(X)
#undef X
} sluice_status;

/* "OK", "ERR_JSON", …; "?" for a number that is none. Static. */
SLUICE_API const char *sluice_status_name(sluice_status status);

typedef struct sluice_error {
  sluice_status status; /* SLUICE_OK while nothing happened */
  uint64_t offset;      /* bytes from the start of the stream */
  const char *message;  /* static printable ASCII, never NULL */
} sluice_error;

/* Buffers that are needed only while a call runs, and what translators made one
 * after the other with the same options have in common: a copy of their files,
 * tools and settings; that of the last one stays. One scratch can serve all
 * handles of one thread, so that an idle stream holds none of this. It serves
 * one call at a time (see above). Free it after the handles that use it. */
typedef struct sluice_scratch sluice_scratch;

/* Returns SLUICE_OK, SLUICE_ERR_ARG (`out` is NULL) or SLUICE_ERR_NOMEM. */
SLUICE_API sluice_status sluice_scratch_new(sluice_scratch **out,
                                            const sluice_mem *mem);
/* NULL does nothing. */
SLUICE_API void sluice_scratch_free(sluice_scratch *scratch);

#ifdef __cplusplus
}
#endif
#endif
