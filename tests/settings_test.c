/* SPDX-License-Identifier: MIT */
/* A request as it is read: what it says to other stages, and when it is
 * refused. What the response shows of it: echo_test.c. */
#include "check.h"

#include <sluice/sluice.h>

#include "echo.h"

static const char request[] =
    "{\"model\":\"m\",\"max_tool_calls\":3,\"tools\":["
    "{\"type\":\"function\",\"name\":\"f\"},"
    "{\"type\":\"mcp\",\"server_label\":\"s\"},{\"type\":\"namespace\","
    "\"name\":\"n\",\"description\":\"d\",\"tools\":[{\"type\":\"custom\","
    "\"name\":\"c\"}]},{\"type\":\"wizardry\",\"name\":\"w\"}]}";

static sluice_echo *read_it(const char *p, size_t n)
{
  static const sluice_mem none;
  sluice_mem mem = sluice__mem(&none);
  sluice_options o;
  struct json json;
  sluice_echo *e = NULL;

  sluice_options_init(&o);
  o.request.p = p;
  o.request.n = n;
  o.max_payload = n;
  o.max_depth = 1000000;
  sluice__json_init(&json, &mem);
  (void)sluice__echo_new(&e, &o, &mem, &json);
  sluice__json_free(&json);
  return e;
}

static int is_text(const sluice_echo *e, struct span span, const char *want)
{
  sluice_text text = sluice__echo_text(e, span);

  return text.n == strlen(want) && memcmp(text.p, want, text.n) == 0;
}

/* Also one that the response cannot show. */
static void the_tools_are_kept(void **state)
{
  static const char *const want[][4] = {{"function", "f", "", ""},
                                        {"mcp", "", "", "s"},
                                        {"namespace", "n", "", ""},
                                        {"custom", "c", "n", ""},
                                        {"wizardry", "w", "", ""}};
  sluice_echo *e = read_it(LIT(request));
  size_t i;

  (void)state;
  assert_non_null(e);
  assert_int_equal(e->tool_count, COUNT(want));
  for (i = 0; i < e->tool_count; i++) {
    assert_true(is_text(e, e->tools[i].type, want[i][0]));
    assert_true(is_text(e, e->tools[i].name, want[i][1]));
    assert_true(is_text(e, e->tools[i].space, want[i][2]));
    assert_true(is_text(e, e->tools[i].label, want[i][3]));
  }
  sluice__echo_free(e);
}

static int64_t limit_of(const char *json)
{
  sluice_echo *e = read_it(json, strlen(json));
  int64_t limit;

  assert_non_null(e);
  limit = e->max_tool_calls;
  sluice__echo_free(e);
  return limit;
}

static void the_limit_of_calls_is_kept(void **state)
{
  (void)state;
  assert_int_equal(limit_of(request), 3);
  assert_int_equal(limit_of("{\"max_tool_calls\":0}"), 0);
  assert_int_equal(limit_of("{}"), -1);
  assert_int_equal(limit_of("{\"max_tool_calls\":-5}"), -1);
  assert_int_equal(limit_of("{\"max_tool_calls\":\"5\"}"), -1);
}

/* Values are written by functions that call themselves: however deep the
 * options allow payloads to be, a request is no deeper than 256. */
static void depth_has_a_limit_of_its_own(void **state)
{
  char deep[600];
  sluice_echo *e;
  size_t levels, n;

  (void)state;
  for (levels = 255; levels <= 256; levels++) {
    n = (size_t)snprintf(deep, sizeof(deep), "{\"a\":");
    memset(deep + n, '[', levels);
    memset(deep + n + levels, ']', levels);
    deep[n + 2 * levels] = '}';
    e = read_it(deep, n + 2 * levels + 1);
    assert_true((e != NULL) == (levels == 255));
    sluice__echo_free(e);
  }
}

/* ---- refusing ----------------------------------------------------------- */

static sluice_status new_with(const char *p, size_t n, size_t max_payload,
                              uint32_t max_depth)
{
  sluice_translator *t = NULL;
  sluice_options o;
  sluice_status status;

  sluice_options_init(&o);
  o.request.p = p;
  o.request.n = n;
  o.max_payload = max_payload;
  o.max_depth = max_depth;
  status = sluice_translator_new(&t, &o, NULL, NULL);
  assert_true((status == SLUICE_OK) == (t != NULL));
  sluice_translator_free(t);
  return status;
}

static void what_is_no_object_is_refused(void **state)
{
  static const char *const bad[] = {
      " ",   "[]",       "null", "5",  "\"a\"", "{",     "{} {}",
      "{}}", "{\"a\":}", "{},",  "hi", "{'a'}", "{} []", "{\"a\":01}"};
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(bad); i++)
    assert_int_equal(new_with(bad[i], strlen(bad[i]), 0, 0), SLUICE_ERR_ARG);
  assert_int_equal(new_with(NULL, 2, 0, 0), SLUICE_ERR_ARG);
  assert_int_equal(new_with(NULL, 0, 0, 0), SLUICE_OK);
  assert_int_equal(new_with(LIT("{\"a\":[]}"), 8, 2), SLUICE_OK);
  assert_int_equal(new_with(LIT("{\"a\":[]}"), 7, 2), SLUICE_ERR_ARG);
  assert_int_equal(new_with(LIT("{\"a\":[]}"), 8, 1), SLUICE_ERR_ARG);
}

/* ---- memory ------------------------------------------------------------- */

struct scarce {
  size_t left; /* allocations that still work */
  long in_use; /* blocks */
};

static void *scarce_malloc(void *user, size_t size)
{
  struct scarce *s = (struct scarce *)user;

  if (s->left == 0)
    return NULL;
  s->left--;
  s->in_use++;
  return malloc(size);
}

static void *scarce_realloc(void *user, void *ptr, size_t size)
{
  struct scarce *s = (struct scarce *)user;

  if (s->left == 0)
    return NULL;
  s->left--;
  s->in_use += ptr == NULL;
  return realloc(ptr, size);
}

static void scarce_free(void *user, void *ptr)
{
  ((struct scarce *)user)->in_use -= ptr != NULL;
  free(ptr);
}

static void without_memory_it_says_so(void **state)
{
  struct scarce scarce;
  sluice_mem mem = {scarce_malloc, scarce_realloc, scarce_free, &scarce};
  sluice_translator *t;
  sluice_options o;
  sluice_status status = SLUICE_ERR_NOMEM;
  size_t k;

  (void)state;
  sluice_options_init(&o);
  o.mem = &mem;
  o.request.p = request;
  o.request.n = sizeof(request) - 1;
  for (k = 0; status == SLUICE_ERR_NOMEM; k++) {
    assert_true(k < 200);
    t = NULL;
    scarce.left = k;
    scarce.in_use = 0;
    status = sluice_translator_new(&t, &o, NULL, NULL);
    sluice_translator_free(t);
    assert_int_equal(scarce.in_use, 0);
  }
  assert_int_equal(status, SLUICE_OK);
  assert_true(k > 5);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_tools_are_kept),
      cmocka_unit_test(the_limit_of_calls_is_kept),
      cmocka_unit_test(depth_has_a_limit_of_its_own),
      cmocka_unit_test(what_is_no_object_is_refused),
      cmocka_unit_test(without_memory_it_says_so),
  };

  return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
