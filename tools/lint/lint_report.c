/* SPDX-License-Identifier: MIT */
#include "lint_report.h"

#include <stdarg.h>
#include <stdio.h>

#include "lint_clients.h"
#include "lint_state.h"

enum { MESSAGE_BYTES = 600 };

/* ---- telling ---- */

void lint_say(struct lint *l, enum lint_severity severity, const char *code,
              const char *path, const char *format, ...)
{
  char message[MESSAGE_BYTES];
  struct lint_finding finding = {
      severity, code, l->events, l->at.offset, {l->type.p, l->type.n},
      message,  ""};
  va_list arguments;

  va_start(arguments, format);
  vsnprintf(message, sizeof(message), format, arguments);
  va_end(arguments);
  finding.clients = lint_clients(code, l->type, path != NULL ? path : "");
  l->cb(l->user, &finding);
}

const char *lint_shown_text(struct lint *l, sluice_text text)
{
  size_t at = l->shown.n, room = l->shown.cap;

  /* What was handed out stays where it is: never grown, see lint_new. */
  if (room - at < 200)
    at = l->shown.n = 0;
  lint_show_text(text, &l->shown);
  sluice__buf_byte(&l->shown, '\0');
  return l->shown.failed ? "" : l->shown.p + at;
}

const char *lint_shown_bytes(struct lint *l, const char *p, size_t n)
{
  enum { MOST = 80 }; /* more than is shown */
  sluice_str bytes = {p, n < MOST ? n : MOST};
  char clean[6 * MOST];
  sluice_text text = {clean, sluice_text_encode(bytes, clean, sizeof(clean))};

  return lint_shown_text(l, text);
}

const char *lint_shown(struct lint *l, uint32_t node)
{
  size_t at;

  if (l->shown.cap - l->shown.n < 200)
    l->shown.n = 0;
  at = l->shown.n;
  lint_show(&l->doc, node, &l->shown);
  sluice__buf_byte(&l->shown, '\0');
  return l->shown.failed ? "" : l->shown.p + at;
}

/* ---- kept JSON ---- */

int lint_reread(struct lint *l, const struct buf *json)
{
  int rv = lint_doc_read(&l->other, (sluice_str){json->p, json->n});

  if (rv == SLUICE_ERR_NOMEM)
    l->status = rv;
  return rv == 0;
}

int lint_reread_list(struct lint *l, const struct buf *values)
{
  sluice__buf_clear(&l->work);
  sluice__buf_byte(&l->work, '[');
  sluice__buf_put(&l->work, values->p, values->n);
  sluice__buf_byte(&l->work, ']');
  if (l->work.failed) {
    l->status = SLUICE_ERR_NOMEM;
    return 0;
  }
  return lint_reread(l, &l->work);
}

void lint_keep(struct lint *l, struct buf *out, uint32_t node)
{
  sluice__buf_clear(out);
  if (lint_type(&l->doc, node) == JSON_STRING) { /* raw has no quotes */
    sluice__buf_byte(out, '"');
    sluice__buf_str(out, sluice__json_raw(&l->doc.json, node));
    sluice__buf_byte(out, '"');
  } else if (lint_type(&l->doc, node) >= JSON_ARRAY) {
    sluice__buf_str(out, sluice__json_raw(&l->doc.json, node));
  } else {
    sluice__json_compact(&l->doc.json, node, out);
  }
  if (out->failed)
    l->status = SLUICE_ERR_NOMEM;
}

static sluice_text behind(sluice_text text, size_t n)
{
  if (n > 0) { /* an empty sum may be no place at all */
    text.p += n;
    text.n -= n;
  }
  return text;
}

void lint_compare(struct lint *l, const char *code, const char *what,
                  const struct buf *sum, uint32_t node)
{
  sluice_text text = lint_text(&l->doc, node);
  size_t at = 0, back;

  if (sluice__text_eq(sluice__buf_as_text(sum), text) ||
      lint_type(&l->doc, node) != JSON_STRING)
    return;
  while (at < sum->n && at < text.n && sum->p[at] == text.p[at])
    at++;
  for (back = at; back > 0 && at - back < 3 && back < sum->n &&
                  ((unsigned char)sum->p[back] & 0xc0) == 0x80;)
    back--;
  lint_say(l, LINT_VIOLATION, code, NULL,
           "%s: %zu bytes of deltas, %zu here; from byte %zu on \"%s\" / "
           "\"%s\"",
           what, sum->n, text.n, back,
           lint_shown_text(l, behind(sluice__buf_as_text(sum), back)),
           lint_shown_text(l, behind(text, back)));
}
