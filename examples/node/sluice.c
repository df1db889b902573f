/* SPDX-License-Identifier: MIT */
/* sluice.c - sluice for Node, by N-API; index.js puts streams around it.
 *
 *   new Translator(seed, request, maxOutput)
 *                  a BigInt; the bytes of the client's request, or none; bytes
 *                  of text at most, or 0. Throws what has a `status` of HTTP
 *                  and a `body` when the request cannot be served
 *   chat, streams  what to ask the upstream; whether the client wants a stream
 *   feed(bytes), finish(), fail(message)
 *                  what comes by the call, as an array of {type, json}
 *   status         of the last call: 'OK', 'ERR_TRUNCATED', …
 *   response()     the whole response as JSON
 *   upstreamError(status, bytes)
 *                  {status, body} for an upstream's answer that is no success
 */
#include <node_api.h>
#include <sluice/request.h>
#include <sluice/sluice.h>
#include <stdlib.h>

/* Behind each Translator, until the garbage collector takes it. */
struct handle {
  sluice_translator *t;
  sluice_batch *batch;
  sluice_status status;
};

#define TRY(call)                                                              \
  do {                                                                         \
    if ((call) != napi_ok)                                                     \
      return fault(env, "sluice: wrong argument");                             \
  } while (0)

static napi_value fault(napi_env env, const char *what)
{
  napi_throw_type_error(env, NULL, what);
  return NULL;
}

/* The handle and the argument of a call. */
static napi_value enter(napi_env env, napi_callback_info info,
                        struct handle **h, napi_value *argument)
{
  napi_value self;
  size_t count = 1;

  TRY(napi_get_cb_info(env, info, &count, argument, &self, NULL));
  TRY(napi_unwrap(env, self, (void **)h));
  return self;
}

/* The events. When the response failed, the last of them says so. */
static napi_value leave(napi_env env, struct handle *h, sluice_status status)
{
  sluice_batch_event e;
  napi_value events, event, type, json;

  h->status = status;
  if (status == SLUICE_ERR_STATE || status == SLUICE_ERR_CALLBACK)
    return fault(env, sluice_status_name(status));
  TRY(napi_create_array(env, &events));
  for (uint32_t i = 0; sluice_batch_next(h->batch, &e); i++) {
    TRY(napi_create_object(env, &event));
    TRY(napi_create_string_utf8(env, sluice_event_name(e.type),
                                NAPI_AUTO_LENGTH, &type));
    TRY(napi_create_string_utf8(env, e.json.p, e.json.n, &json));
    TRY(napi_set_named_property(env, event, "type", type));
    TRY(napi_set_named_property(env, event, "json", json));
    TRY(napi_set_element(env, events, i, event));
  }
  return events;
}

static napi_value feed(napi_env env, napi_callback_info info)
{
  struct handle *h;
  napi_value bytes;
  void *data;
  size_t n;

  if (enter(env, info, &h, &bytes) == NULL)
    return NULL;
  TRY(napi_get_buffer_info(env, bytes, &data, &n));
  return leave(env, h, sluice_translator_feed(h->t, data, n, NULL));
}

static napi_value fail(napi_env env, napi_callback_info info)
{
  char text[512];
  sluice_str code = {"", 0}, message = {text, 0};
  struct handle *h;
  napi_value words;

  if (enter(env, info, &h, &words) == NULL)
    return NULL;
  TRY(napi_get_value_string_utf8(env, words, text, sizeof(text), &message.n));
  return leave(env, h, sluice_translator_fail(h->t, code, message));
}

static napi_value finish(napi_env env, napi_callback_info info)
{
  struct handle *h;
  napi_value none;

  if (enter(env, info, &h, &none) == NULL)
    return NULL;
  return leave(env, h, sluice_translator_finish(h->t));
}

static napi_value response(napi_env env, napi_callback_info info)
{
  struct handle *h;
  sluice_str json;
  napi_value none, text;

  if (enter(env, info, &h, &none) == NULL)
    return NULL;
  (void)sluice_translator_response(h->t, &json);
  TRY(napi_create_string_utf8(env, json.p, json.n, &text));
  return text;
}

static napi_value status(napi_env env, napi_callback_info info)
{
  struct handle *h;
  napi_value none, name;

  if (enter(env, info, &h, &none) == NULL)
    return NULL;
  TRY(napi_create_string_utf8(env, sluice_status_name(h->status),
                              NAPI_AUTO_LENGTH, &name));
  return name;
}

static void release(napi_env env, void *data, void *hint)
{
  struct handle *h = (struct handle *)data;

  (void)env;
  (void)hint;
  if (h == NULL)
    return;
  sluice_translator_free(h->t);
  sluice_batch_free(h->batch);
  free(h);
}

static napi_value wrap(napi_env env, napi_value self, const sluice_options *o)
{
  struct handle *h = (struct handle *)calloc(1, sizeof(*h));
  sluice_status rv = SLUICE_ERR_NOMEM;

  if (h != NULL)
    rv = sluice_batch_new(&h->batch, NULL);
  if (rv == SLUICE_OK)
    rv = sluice_translator_new(&h->t, o, sluice_batch_add, h->batch);
  if (rv == SLUICE_OK && napi_wrap(env, self, h, release, NULL, NULL) == 0)
    return self;
  release(env, h, NULL);
  return fault(env, sluice_status_name(rv));
}

/* ---- the client's request ---- */

static napi_value tell(napi_env env, napi_value object, sluice_http_error e)
{
  napi_value status, body;

  TRY(napi_create_int32(env, e.status, &status));
  TRY(napi_create_string_utf8(env, e.body.p, e.body.n, &body));
  TRY(napi_set_named_property(env, object, "status", status));
  TRY(napi_set_named_property(env, object, "body", body));
  return object;
}

static napi_value refuse(napi_env env, sluice_http_error e)
{
  napi_value message, error;

  TRY(napi_create_string_utf8(env, "the request cannot be served",
                              NAPI_AUTO_LENGTH, &message));
  TRY(napi_create_error(env, NULL, message, &error));
  if (tell(env, error, e) != NULL)
    napi_throw(env, error);
  return NULL;
}

static napi_value take_request(napi_env env, napi_value self, sluice_request *r,
                               sluice_str body, sluice_options *o)
{
  sluice_str json;
  napi_value chat, streams;

  if (sluice_request_read(r, body) != SLUICE_OK)
    return refuse(env, sluice_request_error(r));
  (void)sluice_request_apply(r, o);
  json = sluice_request_chat(r);
  TRY(napi_create_string_utf8(env, json.p, json.n, &chat));
  TRY(napi_get_boolean(env, sluice_request_streams(r) == 1, &streams));
  TRY(napi_set_named_property(env, self, "chat", chat));
  TRY(napi_set_named_property(env, self, "streams", streams));
  return wrap(env, self, o);
}

static napi_value construct(napi_env env, napi_callback_info info)
{
  napi_value self, argv[3];
  sluice_request *r = NULL;
  sluice_str body = {NULL, 0};
  sluice_options o;
  size_t count = 3;
  int64_t max_output;
  void *bytes;
  bool whole;

  sluice_options_init(&o);
  TRY(napi_get_cb_info(env, info, &count, argv, &self, NULL));
  TRY(napi_get_value_bigint_uint64(env, argv[0], &o.seed, &whole));
  TRY(napi_get_buffer_info(env, argv[1], &bytes, &body.n));
  TRY(napi_get_value_int64(env, argv[2], &max_output));
  o.max_output = max_output < 0 ? 0 : (size_t)max_output;
  if (body.n == 0)
    return wrap(env, self, &o);
  body.p = (const char *)bytes;
  if (sluice_request_new(&r, NULL) != SLUICE_OK)
    return fault(env, "sluice: out of memory");
  self = take_request(env, self, r, body, &o);
  sluice_request_free(r); /* the translator has copies */
  return self;
}

/* (status, bytes) of an upstream's answer that is no success: what to tell. */
static napi_value upstream_error(napi_env env, napi_callback_info info)
{
  napi_value argv[2], told;
  sluice_request *r = NULL;
  sluice_http_error e;
  sluice_str body;
  size_t count = 2;
  int32_t http;
  void *bytes;

  TRY(napi_get_cb_info(env, info, &count, argv, NULL, NULL));
  TRY(napi_get_value_int32(env, argv[0], &http));
  TRY(napi_get_buffer_info(env, argv[1], &bytes, &body.n));
  TRY(napi_create_object(env, &told));
  body.p = (const char *)bytes;
  if (sluice_request_new(&r, NULL) != SLUICE_OK)
    return fault(env, "sluice: out of memory");
  (void)sluice_request_upstream_error(r, http, body, &e);
  told = tell(env, told, e);
  sluice_request_free(r);
  return told;
}

NAPI_MODULE_INIT()
{
  const napi_property_descriptor members[] = {
      {"feed", NULL, feed, NULL, NULL, NULL, napi_default, NULL},
      {"fail", NULL, fail, NULL, NULL, NULL, napi_default, NULL},
      {"finish", NULL, finish, NULL, NULL, NULL, napi_default, NULL},
      {"response", NULL, response, NULL, NULL, NULL, napi_default, NULL},
      {"status", NULL, NULL, status, NULL, NULL, napi_default, NULL},
  };
  napi_value class, function;

  TRY(napi_define_class(env, "Translator", NAPI_AUTO_LENGTH, construct, NULL,
                        sizeof(members) / sizeof(members[0]), members, &class));
  TRY(napi_create_function(env, NULL, 0, upstream_error, NULL, &function));
  TRY(napi_set_named_property(env, exports, "Translator", class));
  TRY(napi_set_named_property(env, exports, "upstreamError", function));
  return exports;
}
