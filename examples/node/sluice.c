/* SPDX-License-Identifier: MIT */
/* sluice.c - sluice for Node, by N-API; index.js puts streams around it.
 *
 *   new Translator(seed, request, maxOutput)
 *                  a BigInt; the client's request or ''; bytes, 0: the default
 *   feed(bytes), finish(), fail(message)
 *                  what comes by the call, as an array of {type, json}
 *   status         of the last call: 'OK', 'ERR_TRUNCATED', …
 */
#include <node_api.h>
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

static napi_value construct(napi_env env, napi_callback_info info)
{
  napi_value self, argv[3];
  sluice_options o;
  size_t count = 3, n;
  int64_t max_output;
  bool whole;
  char *request;

  sluice_options_init(&o);
  TRY(napi_get_cb_info(env, info, &count, argv, &self, NULL));
  TRY(napi_get_value_bigint_uint64(env, argv[0], &o.seed, &whole));
  TRY(napi_get_value_string_utf8(env, argv[1], NULL, 0, &n));
  TRY(napi_get_value_int64(env, argv[2], &max_output));
  o.max_output = max_output < 0 ? 0 : (size_t)max_output;
  o.request.p = request = (char *)malloc(n + 1);
  if (request == NULL)
    return fault(env, "sluice: out of memory");
  napi_get_value_string_utf8(env, argv[1], request, n + 1, &o.request.n);
  self = wrap(env, self, &o);
  free(request); /* the translator has a copy */
  return self;
}

NAPI_MODULE_INIT()
{
  const napi_property_descriptor members[] = {
      {"feed", NULL, feed, NULL, NULL, NULL, napi_default, NULL},
      {"fail", NULL, fail, NULL, NULL, NULL, napi_default, NULL},
      {"finish", NULL, finish, NULL, NULL, NULL, napi_default, NULL},
      {"status", NULL, NULL, status, NULL, NULL, napi_default, NULL},
  };
  napi_value class;

  TRY(napi_define_class(env, "Translator", NAPI_AUTO_LENGTH, construct, NULL,
                        sizeof(members) / sizeof(members[0]), members, &class));
  TRY(napi_set_named_property(env, exports, "Translator", class));
  return exports;
}
