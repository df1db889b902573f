/* SPDX-License-Identifier: MIT */
/* chunk.h - one SSE payload (JSON of a chat.completion.chunk, in any
 * provider's dialect) -> a short list of deltas, in one dialect.
 *
 * The stage has no memory of earlier payloads: what a delta belongs to, and
 * whether it repeats something, is for the fold (fold.h) to say.
 */
#ifndef SLUICE_CHUNK_H
#define SLUICE_CHUNK_H

#include <sluice/anomaly.h>
#include <sluice/options.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum sluice_delta_type {
  SLUICE_DELTA_META,      /* the chunk's envelope: meta */
  SLUICE_DELTA_CHOICE,    /* a choice stands in the chunk; comes before what
                             it holds. whole = 1: it was a `message` */
  SLUICE_DELTA_REASONING, /* text, source */
  SLUICE_DELTA_TEXT,      /* text */
  SLUICE_DELTA_REFUSAL,   /* text */
  SLUICE_DELTA_CALL,      /* call; text = a piece of the arguments */
  SLUICE_DELTA_LOGPROBS,  /* text = entries {"token":…}, joined by commas */
  SLUICE_DELTA_FINISH,    /* finish; text = the word as it came */
  SLUICE_DELTA_USAGE,     /* usage */
  SLUICE_DELTA_ERROR,     /* error; comes last */
  SLUICE_DELTA_DONE,      /* [DONE] */
  SLUICE_DELTA_ENCRYPTED, /* text: reasoning that only its maker can read */
  SLUICE_DELTA_ANNOTATION /* url, a citation; after the text of its chunk */
} sluice_delta_type;

typedef enum sluice_finish {
  SLUICE_FINISH_NONE,
  SLUICE_FINISH_STOP,   /* stop, tool_calls, function_call, unknown words */
  SLUICE_FINISH_LENGTH, /* the token limit was reached */
  SLUICE_FINISH_FILTER, /* a content filter stopped it */
  SLUICE_FINISH_ERROR   /* the upstream failed; an error delta follows */
} sluice_finish;

/* Token counts under their Responses names, all at least 0, and
 * total = input + output. */
typedef struct sluice_usage {
  int64_t input_tokens, cached_tokens, cache_write_tokens;
  int64_t output_tokens, reasoning_tokens;
  int64_t total_tokens;
} sluice_usage;

#define SLUICE_NO_INDEX     INT64_MIN       /* the entry had no usable index */
#define SLUICE_LEGACY_INDEX (INT64_MIN + 1) /* it was a `function_call` */

/* Strings of a delta are raw: the inside of a JSON string as it came, with its
 * escapes, not checked to be UTF-8; text of SLUICE_DELTA_LOGPROBS and of a call
 * with whole = 1 is clean already. They point into the payload or into the
 * scratch, and live until the next call that uses either. */
typedef struct sluice_delta {
  sluice_delta_type type;
  int64_t choice; /* its index; 0 when it had none */
  sluice_str text;
  union {
    struct {
      sluice_str id, model, service_tier, fingerprint; /* empty: not there */
      int64_t created;                                 /* 0: not there */
    } meta;
    int whole;  /* CHOICE */
    int source; /* REASONING: which field brought it, from 0 */
    struct {
      int64_t index;
      sluice_str id, name;
      int whole; /* the arguments came as JSON and are complete: text is clean
                    JSON text of the compact value */
    } call;
    sluice_finish finish;
    sluice_usage usage;
    struct {
      sluice_str code, type, message, param; /* empty: not there */
    } error;
    struct {
      sluice_str url, title;
      int64_t start, end; /* in the text as it came; -1: no range */
      int guessed;        /* it is of a list beside the choices */
    } url;
  } u;
} sluice_delta;

typedef struct sluice_chunk {
  const sluice_delta *deltas;
  size_t count;
} sluice_chunk;

typedef struct sluice_parser sluice_parser;

/* Uses mem, scratch, max_payload and max_depth of `o`; NULL means the defaults.
 * Returns SLUICE_OK, SLUICE_ERR_ARG (`out` is NULL, a bad option) or
 * SLUICE_ERR_NOMEM. */
SLUICE_API sluice_status sluice_parser_new(sluice_parser **out,
                                           const sluice_options *o);

/* Parses one payload: [DONE], one JSON document or several in a row. Blank
 * payloads and documents that hold nothing known give no delta and are counted.
 * `out` points into `payload` and the scratch until the next parse.
 * `event_name` is the name of the SSE event; "error" makes any object an error.
 * Returns SLUICE_OK; SLUICE_ERR_ARG (NULL); SLUICE_ERR_STATE (the scratch is in
 * use); SLUICE_ERR_JSON (not JSON; see
 * sluice_parser_error); SLUICE_ERR_LIMIT; SLUICE_ERR_NOMEM. No error is sticky;
 * on error `out` is empty. */
SLUICE_API sluice_status sluice_parser_parse(sluice_parser *p,
                                             sluice_str event_name,
                                             sluice_str payload,
                                             sluice_chunk *out);

/* Of the last parse that had its arguments; the offset counts from the
 * payload's start. NULL gives SLUICE_ERR_ARG. */
SLUICE_API sluice_error sluice_parser_error(const sluice_parser *p);

/* How often `a` was met. 0 for NULL and for a number that is none. */
SLUICE_API uint32_t sluice_parser_count(const sluice_parser *p,
                                        sluice_anomaly a);

/* NULL does nothing. */
SLUICE_API void sluice_parser_free(sluice_parser *p);

#ifdef __cplusplus
}
#endif
#endif
