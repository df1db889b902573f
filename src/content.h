/* SPDX-License-Identifier: MIT */
/* content.h - what a message or the output of a tool holds: a string, or parts
 * of text, images, files and sound. */
#ifndef SLUICE_SRC_CONTENT_H
#define SLUICE_SRC_CONTENT_H

#include "asked.h"

/* What may stand there. */
enum content_of {
  CONTENT_TEXT, /* text alone: an assistant said it */
  CONTENT_ANY
};

/* Looks whether the content can be said to a chat model. *media counts parts
 * that are no text. 0; SLUICE_ERR_REQUEST with the fault set; SLUICE_ERR_NOMEM.
 */
int sluice__content_check(struct asked *a, const struct place *place,
                          uint32_t content, enum content_of of, size_t *media);

/* All below after the check. The texts, joined by line feeds: clean, without
 * quotes. */
void sluice__content_text(const struct asked *a, uint32_t content,
                          struct buf *out);

/* The parts as chat has them, parted by commas; without text those that are
 * media alone. */
void sluice__content_parts(const struct asked *a, uint32_t content, int text,
                           struct buf *out);

/* A string, or an array of parts when there is media. */
void sluice__content_put(const struct asked *a, uint32_t content, size_t media,
                         struct buf *out);

#endif
