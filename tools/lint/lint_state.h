/* SPDX-License-Identifier: MIT */
/* lint_state.h - what the checker knows of a stream so far, and the steps that
 * follow it: the response (lint_response.c), its items (lint_item.c), their
 * parts (lint_part.c). For the files of the checker only.
 *
 * A step reads the event at hand in l->doc, whose node 0 is the event. It must
 * expect any shape: that was reported before, by the table of the schema.
 */
#ifndef SLUICE_TOOLS_LINT_STATE_H
#define SLUICE_TOOLS_LINT_STATE_H

#include "lint_check.h"
#include "lint_doc.h"
#include "lint_frame.h"
#include "lint_map.h"
#include "lint_shape.h"

/* A content part, a part of a reasoning summary, or a command of a shell. */
struct lint_part {
  struct buf type;
  struct buf text;      /* the deltas, joined */
  struct buf logprobs;  /* JSON, joined by commas */
  struct buf notes;     /* annotations: JSON, joined by commas */
  struct buf final;     /* the part of its done event: JSON */
  struct length length; /* of the text, in the unit of citations */
  uint64_t deltas, note_count;
  int text_done, closed;
  int no_logprobs; /* its done event left them out */
};

struct lint_item {
  int64_t index; /* its output_index */
  struct buf id;
  int has_id;
  struct buf type;
  struct buf first; /* the item of its added event: JSON */
  struct buf done;  /* the item of its done event: JSON */
  struct buf
      args; /* arguments, input or code: the deltas, then what was done */
  struct lint_part *parts, *summary, *commands;
  size_t part_count, part_cap, summary_count, summary_cap;
  size_t command_count, command_cap;
  uint64_t deltas; /* of arguments, input or code */
  int args_done;
  int rank; /* of its last progress event; -1 */
  int64_t images;
  int is_done;
  int unfinished; /* done, but as in_progress or incomplete */
};

struct lint_route;

struct lint {
  sluice_mem mem;
  struct lint_options options;
  lint_cb cb;
  void *user;
  struct lint_index index;
  struct lint_frame frame;
  int status; /* sticky */
  const char *why;

  /* the event at hand */
  struct lint_doc doc;
  struct lint_at at;
  sluice_text type;
  const struct lint_route *route;
  uint64_t events, known;
  struct lint_doc other; /* JSON that was kept */
  struct buf message, shown, work;

  /* the stream */
  int64_t sequence; /* the next one */
  int created, progress, errored, warned_before_progress;
  int terminal;
  uint64_t lifecycles;
  int has_id;
  struct buf response_id;
  struct buf first_json; /* the response of response.created */
  struct lint_doc first;

  struct lint_item *items;
  size_t item_count, item_cap;
  size_t open, open_hosted; /* items that are not done */
  size_t first_open;        /* no item before this one is open */
  struct lint_map by_id, by_index;
};

/* What is done with an event of one type. */
struct lint_route {
  const char *type;
  void (*run)(struct lint *l, const struct lint_route *route);
  const char *item;  /* the type of the item that it is for */
  const char *field; /* its member, or the type of the part */
  int rank;          /* of a progress event */
};

/* ---- telling ---- */

/* `path` (NULL: none) is the member in question, for finding the clients. */
__attribute__((format(printf, 5, 6))) void
lint_say(struct lint *l, enum lint_severity severity, const char *code,
         const char *path, const char *format, ...);

/* A value of the event at hand, for a message; lives until the next event. */
const char *lint_shown(struct lint *l, uint32_t node);
const char *lint_shown_text(struct lint *l, sluice_text text);
/* The same of bytes as they came. */
const char *lint_shown_bytes(struct lint *l, const char *p, size_t n);

/* ---- reading ---- */

/* A member of the event at hand. */
static inline uint32_t lint_member(const struct lint *l, const char *name)
{
  return lint_get(&l->doc, 0, name);
}

/* Reads kept JSON into l->other. Returns 1, or 0 with l->status set. */
int lint_reread(struct lint *l, const struct buf *json);
/* The same for values that were joined by commas: as an array. */
int lint_reread_list(struct lint *l, const struct buf *values);

/* Puts the source of a value in place of what `out` holds. */
void lint_keep(struct lint *l, struct buf *out, uint32_t node);

/* Holds a text that was added up against the one an event gives. */
void lint_compare(struct lint *l, const char *code, const char *what,
                  const struct buf *sum, uint32_t node);

/* ---- the steps ---- */

void lint_lifecycle(struct lint *l, const struct lint_route *route);
void lint_error(struct lint *l, const struct lint_route *route);
void lint_end(struct lint *l);

void lint_item_added(struct lint *l, const struct lint_route *route);
void lint_item_done(struct lint *l, const struct lint_route *route);
void lint_args_delta(struct lint *l, const struct lint_route *route);
void lint_args_done(struct lint *l, const struct lint_route *route);
void lint_progress(struct lint *l, const struct lint_route *route);
void lint_command_added(struct lint *l, const struct lint_route *route);
void lint_command_delta(struct lint *l, const struct lint_route *route);
void lint_command_done(struct lint *l, const struct lint_route *route);
void lint_nothing(struct lint *l, const struct lint_route *route);

void lint_part_added(struct lint *l, const struct lint_route *route);
void lint_part_done(struct lint *l, const struct lint_route *route);
void lint_text_delta(struct lint *l, const struct lint_route *route);
void lint_text_done(struct lint *l, const struct lint_route *route);
void lint_annotation(struct lint *l, const struct lint_route *route);
void lint_summary_added(struct lint *l, const struct lint_route *route);
void lint_summary_done(struct lint *l, const struct lint_route *route);
void lint_summary_delta(struct lint *l, const struct lint_route *route);
void lint_summary_text(struct lint *l, const struct lint_route *route);

/* The item that the event names, NULL (reported) when there is none or it is
 * done. */
struct lint_item *lint_item_of(struct lint *l, const struct lint_route *route);
int lint_item_is(const struct lint_item *it, const char *type);
void lint_item_free(struct lint_item *it);

/* The parts of an item that is done, against the item. */
void lint_parts_match(struct lint *l, struct lint_item *it, uint32_t item);
/* One more part in *parts, or NULL. */
struct lint_part *lint_part_new(struct lint *l, struct lint_part **parts,
                                size_t *count, size_t *cap);
void lint_parts_free(struct lint_part *parts, size_t count);

#endif
