/* SPDX-License-Identifier: MIT */
#include "answer.h"

#include <stdarg.h>
#include <stdio.h>
#include <strings.h>

#include "ask.h"
#include "heap.h"
#include "text.h"
#include "whole.h"

enum {
  OK = 200,
  BAD_REQUEST = 400,
  NOT_FOUND = 404,
  METHOD_NOT_ALLOWED = 405,
  TOO_LONG = 413,
  TOO_MANY_REQUESTS = 429,
  SERVER_ERROR = 500,
  BAD_GATEWAY = 502,
  SHOWN = 200 /* bytes of a request that a message shows */
};

static const char page[] =
    "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>\n"
    "<body><h1>502 Bad Gateway</h1></body></html>\n";

void answer_init(struct answer *a, const struct plan *plan)
{
  memset(a, 0, sizeof(*a));
  a->plan = *plan;
  sluice__buf_init(&a->made, heap());
  sluice__buf_init(&a->model, heap());
}

void answer_free(struct answer *a)
{
  sluice__buf_free(&a->made);
  sluice__buf_free(&a->model);
}

/* ---- bodies that are made ---- */

/* What was made goes out at once and whole, after the delay. */
static void finish(struct answer *a, unsigned status, const char *type)
{
  uint64_t delay = a->plan.delay;

  plan_init(&a->plan);
  a->plan.delay = delay;
  a->status = status;
  a->type = type;
  a->body.p = a->made.p;
  a->body.n = a->made.n;
}

/* "text" as a JSON string; null when it is NULL. */
static void put_string(struct buf *out, const char *text)
{
  if (text == NULL) {
    sluice__buf_lit(out, "null");
    return;
  }
  sluice__buf_byte(out, '"');
  sluice__text_escape(out, (sluice_str){text, strlen(text)});
  sluice__buf_byte(out, '"');
}

static const char *error_type(unsigned status)
{
  if (status >= SERVER_ERROR)
    return "server_error";
  return status == TOO_MANY_REQUESTS ? "rate_limit_error"
                                     : "invalid_request_error";
}

/* An answer in the form of OpenAI's errors. */
__attribute__((format(printf, 5, 6))) static void
refuse(struct answer *a, unsigned status, const char *param, const char *code,
       const char *format, ...)
{
  char message[4 * SHOWN];
  va_list arguments;

  va_start(arguments, format);
  vsnprintf(message, sizeof(message), format, arguments);
  va_end(arguments);
  sluice__buf_clear(&a->made);
  sluice__buf_lit(&a->made, "{\"error\":{\"message\":");
  put_string(&a->made, message);
  sluice__buf_lit(&a->made, ",\"type\":");
  put_string(&a->made, error_type(status));
  sluice__buf_lit(&a->made, ",\"param\":");
  put_string(&a->made, param);
  sluice__buf_lit(&a->made, ",\"code\":");
  put_string(&a->made, code);
  sluice__buf_lit(&a->made, "}}\n");
  finish(a, status, "application/json");
}

void answer_too_long(struct answer *a, size_t most)
{
  refuse(a, TOO_LONG, NULL, NULL, "The body has more than %zu bytes", most);
}

static int shown(sluice_str text)
{
  return (int)(text.n < SHOWN ? text.n : SHOWN);
}

static void refuse_directive(struct answer *a, const char *param,
                             sluice_str directive, const char *why)
{
  refuse(a, BAD_REQUEST, param, "invalid_directive", "Directive '%.*s': %s",
         shown(directive), directive.p, why);
}

int answer_direct(struct answer *a, sluice_str name, sluice_str value)
{
  const char *why;

  if (name.n == 5 && strncasecmp(name.p, "Model", 5) == 0) {
    sluice__buf_put(&a->model, value.p, value.n);
    return 0;
  }
  why = plan_set(&a->plan, name, value);
  if (why == NULL)
    return 0;
  refuse_directive(a, "X-Sluice", name, why);
  return -1;
}

/* ---- the models ---- */

static void list_models(struct answer *a, const struct folder *folder)
{
  sluice__buf_lit(&a->made, "{\"object\":\"list\",\"data\":[");
  for (size_t i = 0; i < folder->count; i++) {
    if (i > 0)
      sluice__buf_byte(&a->made, ',');
    sluice__buf_lit(&a->made, "{\"id\":");
    put_string(&a->made, folder->list[i].name);
    sluice__buf_lit(&a->made, ",\"object\":\"model\",\"created\":0,"
                              "\"owned_by\":\"sluice\"}");
  }
  sluice__buf_lit(&a->made, "]}\n");
  finish(a, OK, "application/json");
}

/* ---- a completion ---- */

/* How much of the name of a model is that of its stream: directives may
 * follow. */
static sluice_str name_of(sluice_str model)
{
  sluice_str name = {model.p, 0};

  while (name.n < model.n && model.p[name.n] != ';' && model.p[name.n] != '?')
    name.n++;
  return name;
}

static void refuse_model(struct answer *a, const struct folder *folder,
                         sluice_str name, unsigned answered)
{
  if (answered == 0 || folder_round(folder, name, 1) == NULL)
    refuse(a, NOT_FOUND, "model", "model_not_found",
           "There is no model '%.*s'; GET /v1/models lists those that there "
           "are",
           shown(name), name.p);
  else
    refuse(a, BAD_REQUEST, "messages", "no_such_round",
           "The model '%.*s' has no round %u: tools have answered %u time%s "
           "since the user last spoke",
           shown(name), name.p, answered + 1, answered,
           answered == 1 ? "" : "s");
}

/* The stream that the model names, maybe followed by directives, which the plan
 * takes. NULL: the answer says what is wrong. */
static const struct recorded *
find_stream(struct answer *a, const struct folder *folder, unsigned answered)
{
  sluice_str model = {a->model.p, a->model.n};
  const struct recorded *r = folder_find(folder, model);
  sluice_str name = name_of(model), directives, wrong;
  const char *why;

  if (r != NULL)
    return r;
  directives.p = model.p + name.n;
  directives.n = model.n - name.n;
  r = folder_round(folder, name, answered + 1);
  if (r == NULL) {
    refuse_model(a, folder, name, answered);
    return NULL;
  }
  why = plan_read(&a->plan, directives, &wrong);
  if (why != NULL)
    refuse_directive(a, "model", wrong, why);
  return why == NULL ? r : NULL;
}

/* A whole completion is one event. */
static void send_whole(struct answer *a, const struct recorded *r)
{
  struct plan plan = a->plan;
  int status = whole_write(r->stream, &a->made);

  if (status < 0) {
    a->made.failed = 1;
  } else if (status == 0) {
    refuse(a, BAD_GATEWAY, NULL, NULL,
           "The stream %.*s holds no completion; ask for it with stream: true",
           SHOWN, r->name);
  } else {
    finish(a, (unsigned)status, "application/json");
    a->plan = plan;
    a->is_stream = 1;
  }
}

static void send_asked(struct answer *a, const struct folder *folder,
                       const struct ask *ask)
{
  const struct recorded *r;

  if (a->model.n == 0)
    sluice__buf_put(&a->model, ask->model.p, ask->model.n);
  r = find_stream(a, folder, ask->answered);

  if (r == NULL)
    return;
  if (a->plan.status != 0) {
    refuse(a, (unsigned)a->plan.status, NULL,
           a->plan.status == TOO_MANY_REQUESTS ? "rate_limit_exceeded" : NULL,
           "sluice serve was asked for the status %u",
           (unsigned)a->plan.status);
  } else if (a->plan.html) {
    sluice__buf_put(&a->made, page, sizeof(page) - 1);
    finish(a, OK, "text/html");
  } else if (!ask->stream) {
    send_whole(a, r);
  } else {
    a->status = OK;
    a->type = "text/event-stream";
    a->body = r->stream;
    a->is_stream = 1;
  }
}

static void complete(struct answer *a, const struct folder *folder,
                     sluice_str body)
{
  struct ask ask;
  struct buf why;
  const char *param;

  ask_init(&ask);
  sluice__buf_init(&why, heap());
  if (ask_read(&ask, body, &why, &param) != 0)
    refuse(a, BAD_REQUEST, param, NULL, "%.*s", (int)why.n, why.p);
  else
    send_asked(a, folder, &ask);
  if (why.failed)
    a->made.failed = 1;
  sluice__buf_free(&why);
  ask_free(&ask);
}

/* ---- which of them ---- */

static int is_method(struct answer *a, const char *method, const char *wanted)
{
  if (strcmp(method, wanted) == 0)
    return 1;
  refuse(a, METHOD_NOT_ALLOWED, NULL, NULL, "This path takes %s, not %.*s",
         wanted, SHOWN, method);
  a->allow = wanted;
  return 0;
}

void answer_find(struct answer *a, const struct folder *folder,
                 const char *method, const char *path, sluice_str body)
{
  if (strcmp(path, "/v1/models") == 0) {
    if (is_method(a, method, "GET"))
      list_models(a, folder);
  } else if (strcmp(path, "/v1/chat/completions") == 0) {
    if (is_method(a, method, "POST"))
      complete(a, folder, body);
  } else {
    refuse(a, NOT_FOUND, NULL, NULL,
           "There is no %.*s; there are GET /v1/models and POST "
           "/v1/chat/completions",
           SHOWN, path);
  }
}
