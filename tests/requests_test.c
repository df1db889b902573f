/* SPDX-License-Identifier: MIT */
/* Every corpus/requests/NAME.json must give exactly what NAME.chat says, twice
 * in a row, and what comes out obeys the laws (chat_laws.h); a translator takes
 * what was made for it, and shows each tool by the client's name; and every
 * allocation may fail (sweep.h).
 *
 * GOLDEN=update in the environment writes the .chat files and says which
 * changed. */
#include "check.h"

#include <sluice/sluice.h>

#include "chat_laws.h"
#include "folder.h"
#include "request_case.h"
#include "sweep.h"

static void check_golden(const struct request_case *c, const struct bytes *told)
{
  const char *mode = getenv("GOLDEN");
  struct bytes expected = {0}, got = {0};
  char path[256];
  int there;

  snprintf(path, sizeof(path), REQUESTS "%s.chat", c->name);
  there = bytes_read(&expected, path);
  bytes_printf(&got, "# why: %.*s\n", (int)c->why.n, c->why.p);
  bytes_put(&got, told->p, told->n);
  if (mode != NULL && strcmp(mode, "update") == 0) {
    if (!bytes_equal(&expected, &got)) {
      print_message("changed: %s\n", path);
      bytes_write(&got, path);
    }
  } else if (!there) {
    fail_msg("%s is missing: `make golden` writes it", path);
  } else if (!bytes_equal(&expected, &got)) {
    bytes_difference(&expected, &got);
    fail_msg("%s is not what comes out", path);
  }
  bytes_free(&expected);
  bytes_free(&got);
}

static void check_laws(const struct request_case *c, const sluice_request *r,
                       sluice_status status)
{
  char message[CHAT_LAWS_MESSAGE];
  sluice_translator *t = NULL;
  const char *wrong;
  sluice_options o;

  sluice_options_init(&o);
  if (status != SLUICE_OK) {
    wrong = chat_laws_error(sluice_request_error(r).body, message);
  } else {
    assert_int_equal(sluice_request_apply(r, &o), SLUICE_OK);
    wrong = chat_laws(sluice_request_chat(r), &o, message);
    assert_int_equal(sluice_translator_new(&t, &o, NULL, NULL), SLUICE_OK);
    sluice_translator_free(t);
  }
  if (wrong != NULL)
    fail_msg("%s breaks a law: %s", c->name, wrong);
}

/* ,"key":"text", as an item shows it. */
static void put_shown(struct bytes *out, const char *key, sluice_str text)
{
  char clean[1024];
  size_t n = sluice_text_encode(text, clean, sizeof(clean));

  assert_true(n <= sizeof(clean));
  bytes_printf(out, ",\"%s\":\"%.*s\"", key, (int)n, clean);
}

/* A model that calls the tool by its name upstream: the client is shown its
 * own. */
static void check_way_back(const struct request_case *c,
                           const sluice_options *options,
                           const sluice_tool *tool)
{
  struct bytes stream = {0}, want = {0};
  sluice_translator *t = NULL;
  sluice_str json;

  bytes_printf(&stream,
               "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"id\":\"c\","
               "\"function\":{\"name\":\"%.*s\",\"arguments\":\"{}\"}}]},"
               "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
               (int)tool->name.n, tool->name.p);
  put_shown(&want, "name", tool->shown);
  if (tool->name_space.n > 0)
    put_shown(&want, "namespace", tool->name_space);
  assert_int_equal(sluice_translator_new(&t, options, NULL, NULL), SLUICE_OK);
  assert_int_equal(sluice_translator_feed(t, stream.p, stream.n, NULL),
                   SLUICE_OK);
  assert_int_equal(sluice_translator_finish(t), SLUICE_OK);
  assert_int_equal(sluice_translator_response(t, &json), SLUICE_OK);
  bytes_clear(&stream);
  bytes_put(&stream, json.p, json.n);
  if (strstr(stream.p, want.p) == NULL)
    fail_msg("%s: no %s in %s", c->name, want.p, stream.p);
  sluice_translator_free(t);
  bytes_free(&stream);
  bytes_free(&want);
}

static void check_ways_back(const struct request_case *c,
                            const sluice_request *r)
{
  sluice_options o;
  size_t i;

  sluice_options_init(&o);
  assert_int_equal(sluice_request_apply(r, &o), SLUICE_OK);
  for (i = 0; i < o.tool_count; i++)
    if (o.tools[i].type == SLUICE_TOOL_FUNCTION ||
        o.tools[i].type == SLUICE_TOOL_CUSTOM)
      check_way_back(c, &o, &o.tools[i]);
}

static void a_case_gives_what_it_says(void **state)
{
  const char *name = (const char *)*state;
  struct bytes told = {0}, again = {0};
  sluice_request *r = NULL;
  struct request_case c;
  sluice_status status;

  request_case_read(&c, name);
  assert_int_equal(sluice_request_new(&r, &c.o), SLUICE_OK);
  status = sluice_request_read(r, c.request);
  request_case_tell(r, status, &told);
  check_golden(&c, &told);
  check_laws(&c, r, status);
  if (status == SLUICE_OK)
    check_ways_back(&c, r);
  assert_int_equal(sluice_request_read(r, c.request), status);
  request_case_tell(r, status, &again);
  assert_true(bytes_equal(&told, &again));
  sluice_request_free(r);
  bytes_free(&told);
  bytes_free(&again);
  request_case_free(&c);
}

/* ---- no memory ---------------------------------------------------------- */

/* With memory again the same handle gives what it must; and what cannot be
 * told for lack of memory has an answer all the same. */
static void again(const struct subject *s, struct heap *h, sluice_request *r,
                  sluice_str request)
{
  sluice_http_error error = sluice_request_error(r);
  struct bytes told = {0};
  sluice_status status;

  assert_int_equal(error.status, 500);
  assert_true(error.body.n > 20);
  assert_int_equal(sluice_request_chat(r).n, 0);
  heap_heal(h);
  status = sluice_request_read(r, request);
  request_case_tell(r, status, &told);
  assert_int_equal(status, s->good_status);
  assert_true(bytes_equal(&told, &s->good));
  bytes_free(&told);
}

static void run_case(const struct subject *s, struct heap *h, struct outcome *o)
{
  struct request_case *c = (struct request_case *)s->user;
  sluice_request_options options = c->o;
  sluice_request *r = NULL;

  options.mem = &h->mem;
  o->status = sluice_request_new(&r, &options);
  o->refused = o->status < 0;
  if (o->refused)
    return;
  o->status = sluice_request_read(r, c->request);
  if (o->status == SLUICE_ERR_NOMEM)
    again(s, h, r, c->request);
  else
    request_case_tell(r, o->status, &o->out);
  sluice_request_free(r);
}

static void a_case_survives_each_failing_allocation(void **state)
{
  const struct folder *corpus = (const struct folder *)*state;
  struct figures figures = {0};
  size_t i;

  for (i = 0; i < corpus->count; i++) {
    struct subject s = {.name = corpus->names[i], .way = "request"};
    struct request_case c;

    request_case_read(&c, corpus->names[i]);
    s.user = &c;
    s.run = run_case;
    sweep(&s, &figures);
    request_case_free(&c);
  }
  figures_print(&figures, "requests");
}

static void run_upstream(const struct subject *s, struct heap *h,
                         struct outcome *o)
{
  const char *body = (const char *)s->user;
  sluice_request_options options;
  sluice_http_error error = {0, {"", 0}};
  sluice_request *r = NULL;

  sluice_request_options_init(&options);
  options.mem = &h->mem;
  o->status = sluice_request_new(&r, &options);
  o->refused = o->status < 0;
  if (o->refused)
    return;
  o->status = sluice_request_upstream_error(
      r, 429, (sluice_str){body, strlen(body)}, &error);
  assert_int_equal(error.status, o->status == SLUICE_ERR_NOMEM ? 500 : 429);
  if (o->status == SLUICE_OK)
    bytes_put(&o->out, error.body.p, error.body.n);
  sluice_request_free(r);
}

static void an_upstream_error_survives_each_failing_allocation(void **state)
{
  static const char *const bodies[] = {
      "{\"error\":{\"message\":\"a\\u00e9 \\ud800\",\"code\":\"c\"}}", "<html>",
      ""};
  struct figures figures = {0};
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(bodies); i++) {
    struct subject s = {.name = bodies[i], .way = "upstream"};

    s.user = (void *)(uintptr_t)bodies[i];
    s.run = run_upstream;
    sweep(&s, &figures);
  }
  figures_print(&figures, "upstream errors");
}

/* ---- from inside -------------------------------------------------------- */

static sluice_request *inside;
static int looked;

static void look(void *user)
{
  sluice_http_error error;
  sluice_str body = {"{}", 2};

  (void)user;
  looked++;
  assert_int_equal(sluice_request_read(inside, body), SLUICE_ERR_STATE);
  assert_int_equal(sluice_request_upstream_error(inside, 500, body, &error),
                   SLUICE_ERR_STATE);
  sluice_request_free(inside);
}

static void a_call_from_a_memory_function_does_nothing(void **state)
{
  sluice_str body = {"{\"model\":\"m\",\"input\":\"q\"}", 25};
  sluice_request_options o;
  sluice_http_error error;
  struct heap h;

  (void)state;
  heap_init(&h, HEAP_NEVER, 0);
  sluice_request_options_init(&o);
  o.mem = &h.mem;
  assert_int_equal(sluice_request_new(&inside, &o), SLUICE_OK);
  h.look = look;
  assert_int_equal(sluice_request_read(inside, body), SLUICE_OK);
  assert_int_equal(sluice_request_upstream_error(inside, 500, body, &error),
                   SLUICE_OK);
  assert_true(looked > 5);
  h.look = NULL;
  sluice_request_free(inside);
  assert_int_equal(h.live, 0);
}

int main(void)
{
  static const struct CMUnitTest rest[] = {
      cmocka_unit_test(an_upstream_error_survives_each_failing_allocation),
      cmocka_unit_test(a_call_from_a_memory_function_does_nothing)};
  struct CMUnitTest *tests;
  struct folder corpus;
  size_t i;
  int rv;

  folder_read(&corpus, REQUESTS, ".json");
  tests = (struct CMUnitTest *)calloc(corpus.count + 1, sizeof(*tests));
  if (tests == NULL)
    return 99;
  for (i = 0; i < corpus.count; i++) {
    tests[i].name = corpus.names[i];
    tests[i].test_func = a_case_gives_what_it_says;
    tests[i].initial_state = corpus.names[i];
  }
  tests[i].name = "a_case_survives_each_failing_allocation";
  tests[i].test_func = a_case_survives_each_failing_allocation;
  tests[i].initial_state = &corpus;
  rv = _cmocka_run_group_tests("requests", tests, corpus.count + 1, NULL, NULL);
  rv += cmocka_run_group_tests_name("requests_alone", rest, NULL, NULL);
  free(tests);
  folder_free(&corpus);
  return rv;
}
