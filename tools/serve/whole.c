/* SPDX-License-Identifier: MIT */
#include "whole.h"

#include <stdlib.h>

#include "chat.h"
#include "text.h"

enum { HTTP_OK = 200, HTTP_ERROR = 500 };

/* The first error of a stream, as JSON. */
struct error {
  struct buf *json;
  int status; /* 0: there was none */
};

static void put_member(struct buf *out, const char *name, sluice_str raw)
{
  struct buf made;
  sluice_text clean;

  sluice__buf_init(&made, out->mem);
  if (sluice__text_clean(NULL, raw, &made, &clean, NULL) != 0)
    out->failed = 1;
  sluice__buf_put(out, name, strlen(name));
  if (!out->failed && clean.n > 0) {
    sluice__buf_byte(out, '"');
    sluice__buf_text(out, clean);
    sluice__buf_byte(out, '"');
  } else {
    sluice__buf_lit(out, "null");
  }
  sluice__buf_free(&made);
}

/* The status of HTTP, if the code is one. */
static int status_of(sluice_str code)
{
  char digits[4] = {0};
  long status = 0;

  if (code.n == 3) {
    memcpy(digits, code.p, 3);
    status = strtol(digits, NULL, 10);
  }
  return status >= 400 && status <= 599 ? (int)status : HTTP_ERROR;
}

static void take_error(void *user, const struct chat_event *event)
{
  struct error *error = user;
  const sluice_delta *delta = event->chunk->deltas;

  for (size_t i = 0; i < event->chunk->count; i++, delta++) {
    if (delta->type != SLUICE_DELTA_ERROR || error->status != 0)
      continue;
    error->status = status_of(delta->u.error.code);
    put_member(error->json, "{\"error\":{\"message\":", delta->u.error.message);
    put_member(error->json, ",\"type\":", delta->u.error.type);
    put_member(error->json, ",\"param\":", delta->u.error.param);
    put_member(error->json, ",\"code\":", delta->u.error.code);
    sluice__buf_lit(error->json, "}}\n");
  }
}

static int write_whole(struct chat *c, struct buf *json)
{
  sluice_str completion;

  if (!c->has_choice)
    return 0;
  if (sluice_fold_json(c->fold, &completion) != SLUICE_OK)
    return -1;
  sluice__buf_str(json, completion);
  sluice__buf_byte(json, '\n');
  return HTTP_OK;
}

int whole_write(sluice_str stream, struct buf *json)
{
  struct chat c;
  struct error error = {json, 0};
  struct chat_calls calls = {take_error, NULL, &error};
  size_t before = json->n;
  int rv = -1;

  if (chat_open(&c, NULL, &calls) == 0) {
    chat_feed(&c, stream);
    chat_finish(&c);
    if (c.error.status == SLUICE_ERR_UPSTREAM) {
      rv = error.status;
    } else if (c.error.status != SLUICE_ERR_NOMEM) {
      json->n = before; /* an error after [DONE] is none */
      rv = write_whole(&c, json);
    }
  }
  chat_close(&c);
  return json->failed ? -1 : rv;
}
