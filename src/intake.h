/* SPDX-License-Identifier: MIT */
/* intake.h - what comes in: looks at the first bytes (a stream, a JSON body in
 * its place, or neither), and brings each payload to the translation the
 * shortest way. */
#ifndef SLUICE_SRC_INTAKE_H
#define SLUICE_SRC_INTAKE_H

#include "sse.h"
#include "translate.h"

/* What the input looks like. */
enum look {
  LOOK_NEW,    /* white space, or nothing, so far */
  LOOK_STREAM, /* anything but */
  LOOK_BODY    /* a JSON text */
};

struct intake {
  struct translate translate;
  struct sse sse;      /* a body is gathered in its data */
  struct first *first; /* NULL: there is none, or no need of it any more */
  struct taste taste;  /* what its payloads look like */
  uint8_t may_skip;    /* events that are not JSON (A19, opt-in) */
  uint8_t look;        /* enum look */
  uint8_t bom_n;       /* bytes of a BOM seen */
  uint8_t half;        /* the input ended within an event */
};

/* Zeroed before. Takes `given`, which was made of the options; also when it
 * fails. 0 or as sluice__translate_init; free it in any case. */
int sluice__intake_init(struct intake *in, struct given *given,
                        sluice_scratch *scratch, const sluice_options *o,
                        sluice_event_cb cb, void *user);
void sluice__intake_free(struct intake *in);

/* Ready for the first bytes of a stream. */
void sluice__intake_begin(struct intake *in);

/* Bytes that were fed. */
uint64_t sluice__intake_fed(const struct intake *in);

/* What is about to happen is nothing that a lane could go on from. */
void sluice__intake_close_lane(const struct intake *in);

/* Takes bytes; *taken as sluice__sse_feed. 0; 1 when a callback asked for a
 * pause; or a negative status, as sluice__translate_delta. */
int sluice__intake_feed(struct intake *in, const char *p, size_t n,
                        size_t *taken);

/* A few bytes in the middle of something, of which nothing comes yet. 1; 0 when
 * they are anything else, and nothing was done. */
static inline int sluice__intake_add(struct intake *in, const char *p, size_t n)
{
  return in->first == NULL && sluice__sse_add(&in->sse, p, n);
}

/* No more bytes. Returns as sluice__translate_end. */
int sluice__intake_end(struct intake *in, enum end end);

#endif
