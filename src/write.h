/* SPDX-License-Identifier: MIT */
/* write.h - the nested shapes of events as JSON: response, item, part,
 * annotation. Values are clean text already and are copied. */
#ifndef SLUICE_SRC_WRITE_H
#define SLUICE_SRC_WRITE_H

#include <sluice/event.h>

#include "buf.h"

void sluice__write_annotation(struct buf *out, const sluice_annotation *a);
void sluice__write_part(struct buf *out, const sluice_part *part);
void sluice__write_item(struct buf *out, const sluice_item *item);
void sluice__write_response(struct buf *out, const sluice_response *r);

/* code, message and param, with or without the type before them. */
void sluice__write_error(struct buf *out, const sluice_response *r,
                         int with_type);

#endif
