/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* strdup */

#include "asking.h"

/* ' is ", and ~ is '. */
char *quoted(const char *s)
{
  char *copy = strdup(s), *p;

  assert_non_null(copy);
  for (p = copy; *p != '\0'; p++)
    *p = *p == '\'' ? '"' : *p == '~' ? '\'' : *p;
  return copy;
}

sluice_str str(const char *s)
{
  sluice_str text = {s, strlen(s)};

  return text;
}

sluice_request *new_with(uint32_t flags)
{
  sluice_request_options o;
  sluice_request *r = NULL;

  sluice_request_options_init(&o);
  o.flags = flags;
  assert_int_equal(sluice_request_new(&r, &o), SLUICE_OK);
  return r;
}

void same(const char *row, sluice_str got, const char *want)
{
  if (got.n == strlen(want) && memcmp(got.p, want, got.n) == 0)
    return;
  fail_msg("%s\n gives %.*s\n not   %s", row, (int)got.n, got.p, want);
}

/* The request must give the chat request. */
void gives(sluice_request *r, const char *body, const char *want)
{
  char *in = quoted(body), *out = quoted(want);
  sluice_status rv = sluice_request_read(r, str(in));

  if (rv != SLUICE_OK)
    fail_msg("%s: %s %.*s", in, sluice_status_name(rv),
             (int)sluice_request_error(r).body.n,
             sluice_request_error(r).body.p);
  same(in, sluice_request_chat(r), out);
  assert_int_equal(sluice_request_error(r).status, 0);
  free(in);
  free(out);
}

void run_rows(const struct row *rows, size_t count, const char *in_head,
              const char *in_tail, const char *out_head, const char *out_tail)
{
  struct bytes in = {0}, out = {0};
  size_t i;

  for (i = 0; i < count; i++) {
    sluice_request *r = new_with(rows[i].flags);

    bytes_clear(&in);
    bytes_clear(&out);
    bytes_printf(&in, "%s%s%s", in_head, rows[i].in, in_tail);
    bytes_printf(&out, "%s%s%s", out_head, rows[i].out, out_tail);
    gives(r, in.p, out.p);
    sluice_request_free(r);
  }
  bytes_free(&in);
  bytes_free(&out);
}

/* What the translator is told of the tools, as "flat type space/name", one
 * behind the other. */
void table_is(const sluice_request *r, const char *want)
{
  struct bytes got = {0};
  sluice_options o;
  size_t i;

  bytes_puts(&got, "");
  sluice_options_init(&o);
  assert_int_equal(sluice_request_apply(r, &o), SLUICE_OK);
  for (i = 0; i < o.tool_count; i++)
    bytes_printf(
        &got, "%s%.*s %d %.*s/%.*s", i > 0 ? ", " : "", (int)o.tools[i].name.n,
        o.tools[i].name.p, (int)o.tools[i].type, (int)o.tools[i].name_space.n,
        o.tools[i].name_space.p, (int)o.tools[i].shown.n, o.tools[i].shown.p);
  assert_string_equal(got.p, want);
  bytes_free(&got);
}

void read_it(sluice_request *r, const char *body, sluice_status want)
{
  char *in = quoted(body);

  assert_int_equal(sluice_request_read(r, str(in)), want);
  free(in);
}

/* "key":"value" or "key":null of an error's body. */
void has(const char *row, sluice_str body, const char *key, const char *value)
{
  struct bytes want = {0};
  char *copy = strndup(body.p, body.n);

  bytes_printf(&want, value == NULL ? "\"%s\":null" : "\"%s\":\"%s\"", key,
               value);
  if (strstr(copy, want.p) == NULL)
    fail_msg("%s: no %s in %s", row, want.p, copy);
  free(copy);
  bytes_free(&want);
}
