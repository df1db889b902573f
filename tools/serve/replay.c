/* SPDX-License-Identifier: MIT */
#include "replay.h"

#include <string.h>

#include "moment.h"

#define BOM "\xef\xbb\xbf"

static const char error_event[] =
    "data: {\"error\":{\"message\":\"The server had an error while processing "
    "your request (sluice serve was asked for it)\",\"type\":\"server_error\","
    "\"param\":null,\"code\":\"server_error\"}}\n\n";

static const char garbage[] =
    "\0\x01\xff\xfe\x80 this is no event {\"not\": json\r\n"
    "\xc3\x28 <<<< \xed\xa0\x80 nor this\n\n\x1b\x7f";

/* ---- where events end ---- */

/* The length of the first line, and in *end that of its end: LF, CR or CRLF. */
static size_t line_length(const char *p, size_t n, size_t *end)
{
  size_t at = 0;

  while (at < n && p[at] != '\n' && p[at] != '\r')
    at++;
  *end = at == n ? 0 : 1;
  if (at + 1 < n && p[at] == '\r' && p[at + 1] == '\n')
    *end = 2;
  return at;
}

static size_t bom_length(const char *p, size_t n)
{
  return n >= 3 && memcmp(p, BOM, 3) == 0 ? 3 : 0;
}

size_t replay_event(sluice_str stream)
{
  size_t at = bom_length(stream.p, stream.n);
  int begun = 0; /* there is more than comments */

  while (at < stream.n) {
    size_t end, length = line_length(stream.p + at, stream.n - at, &end);
    if (length > 0 && stream.p[at] != ':')
      begun = 1;
    at += length + end;
    if (length == 0 && begun)
      break;
  }
  return at;
}

size_t replay_head(char *file, size_t n)
{
  size_t bom = bom_length(file, n), at = bom, end, length;

  while (at < n && file[at] == ':') {
    length = line_length(file + at, n - at, &end);
    at += length + end;
  }
  if (at == bom)
    return 0;
  length = line_length(file + at, n - at, &end);
  if (length == 0)
    at += end;
  memmove(file + at - bom, file, bom);
  return at - bom;
}

/* ---- when they are due ---- */

static int is_stalled(const struct replay *r)
{
  return r->events >= r->plan->after[FAULT_STALL];
}

/* When the event in that place is due, counted from 0. */
static uint64_t due_time(const struct replay *r, uint64_t place)
{
  uint64_t pace = r->plan->pace, due = 0;

  if (is_stalled(r) && r->plan->stall == PLAN_NEVER)
    return PLAN_NEVER;
  if (pace > 0)
    due = place / pace * MOMENT_SECOND + place % pace * MOMENT_SECOND / pace;
  return due + (is_stalled(r) ? r->plan->stall : 0);
}

/* An end comes right after the event before it. */
static uint64_t end_time(const struct replay *r)
{
  return due_time(r, r->events > 0 ? r->events - 1 : 0);
}

/* ---- what is next ---- */

void replay_start(struct replay *r, sluice_str stream, const struct plan *plan)
{
  memset(r, 0, sizeof(*r));
  r->plan = plan;
  r->rest = stream;
}

/* The fault whose time has come; FAULT_COUNT when there is none. A stall only
 * moves the time. */
static int fault_here(const struct replay *r)
{
  for (int f = FAULT_STALL + 1; f < FAULT_COUNT; f++)
    if (r->events >= r->plan->after[f])
      return f;
  return FAULT_COUNT;
}

static void begin(struct replay *r, const char *p, size_t n)
{
  r->event.p = p;
  r->event.n = n;
  r->events++;
}

/* Begins the next event (or what comes in its place), if `now` is its time. */
static enum replay_act advance(struct replay *r, uint64_t now, uint64_t *due)
{
  int fault = fault_here(r);
  int is_end = fault == FAULT_END || fault == FAULT_CUT ||
               fault == FAULT_RESET || (fault == FAULT_COUNT && r->rest.n == 0);

  if (r->last)
    return REPLAY_END;
  *due = is_end ? end_time(r) : due_time(r, r->events);
  if (*due > now)
    return REPLAY_WAIT;
  if (is_end)
    return fault == FAULT_CUT     ? REPLAY_CUT
           : fault == FAULT_RESET ? REPLAY_RESET
                                  : REPLAY_END;
  r->last = fault != FAULT_COUNT;
  if (fault == FAULT_ERROR) {
    begin(r, error_event, sizeof(error_event) - 1);
  } else if (fault == FAULT_GARBAGE) {
    begin(r, garbage, sizeof(garbage) - 1);
  } else {
    begin(r, r->rest.p, replay_event(r->rest));
    r->rest.p += r->event.n;
    r->rest.n -= r->event.n;
  }
  return REPLAY_SEND;
}

enum replay_act replay_next(struct replay *r, uint64_t now, size_t most,
                            sluice_str *bytes, uint64_t *due)
{
  uint64_t split = r->plan->split;

  if (r->event.n == 0) {
    enum replay_act act = advance(r, now, due);
    if (act != REPLAY_SEND)
      return act;
  }
  if (split > 0 && r->writes % split + 1 < most)
    most = (size_t)(r->writes % split + 1);
  bytes->p = r->event.p;
  bytes->n = r->event.n < most ? r->event.n : most;
  r->event.p += bytes->n;
  r->event.n -= bytes->n;
  r->writes++;
  return REPLAY_SEND;
}
