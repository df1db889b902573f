/* SPDX-License-Identifier: MIT */
/* cite.h - text in pieces -> text without citation markers, and the citations.
 *
 * A marker is `<|file-…|>`, cut over any number of pieces. It goes, and with it
 * one U+0020 right before it. Held back is only what may still become a marker:
 * at most max_marker characters and the brackets.
 */
#ifndef SLUICE_CITE_H
#define SLUICE_CITE_H

#include <sluice/options.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sluice_cite sluice_cite;

/* One piece of the result: text (`text` not empty), or a citation. */
typedef struct sluice_cite_piece {
  sluice_text text;
  sluice_text file_id, filename; /* empty for text */
  uint64_t index; /* of a citation: length of the clean text before it */
} sluice_cite_piece;

/* Strings live until it returns. 0 goes on; anything else is returned by the
 * call that ran it, at once, and the rest of that piece is lost. Calls from
 * inside: common.h. */
typedef int (*sluice_cite_cb)(void *user, const sluice_cite_piece *piece);

/* Uses mem, index_unit, marker_…, files and max_marker of `o`; NULL means the
 * defaults. Returns SLUICE_OK, SLUICE_ERR_ARG (NULL; a bad option; a marker
 * longer than 32 bytes, or one that cannot be told from an id: see options) or
 * SLUICE_ERR_NOMEM. */
SLUICE_API sluice_status sluice_cite_new(sluice_cite **out,
                                         const sluice_options *o,
                                         sluice_cite_cb cb, void *user);

/* Adds a piece of clean JSON text (sluice_text_encode makes it). Returns 0 or
 * what the callback returned; SLUICE_ERR_ARG when `c` or its text is NULL;
 * SLUICE_ERR_STATE from inside the callback; SLUICE_ERR_NOMEM, sticky until
 * the text is over: part of it is lost. What the callback returned is not
 * sticky, but the text has a gap then, too: sluice_cite_finish starts anew.
 * Cost: linear in text.n; memory only for text that was held back and goes out
 * with what follows. */
SLUICE_API int sluice_cite_feed(sluice_cite *c, sluice_text text);

/* The text is over: hands out what was held back, and starts anew, with index
 * 0. Returns as feed. */
SLUICE_API int sluice_cite_finish(sluice_cite *c);

/* How many markers named a file that is not in the table. NULL gives 0. */
SLUICE_API uint32_t sluice_cite_unknown(const sluice_cite *c);

/* NULL does nothing. From inside the callback: the running call is the last. */
SLUICE_API void sluice_cite_free(sluice_cite *c);

#ifdef __cplusplus
}
#endif
#endif
