/* SPDX-License-Identifier: MIT */
#include "laws_wire.h"

#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#include "laws.h"

/* Control characters and line separators that must be escaped, raw. */
static int raw_control(const char *p, size_t n)
{
  size_t i;

  for (i = 0; i < n; i++) {
    const unsigned char *c = (const unsigned char *)p + i;

    if (*c < 0x20 || *c == 0x7f)
      return 1;
    if (*c == 0xc2 && i + 1 < n && c[1] < 0xa0)
      return 1;
    if (*c == 0xe2 && i + 2 < n && c[1] == 0x80 &&
        (c[2] == 0xa8 || c[2] == 0xa9))
      return 1;
  }
  return 0;
}

int wire_parse(const char *wire, size_t n, char name[WIRE_NAME], json_t **event,
               struct bytes *wrong)
{
  json_error_t error;
  const char *data, *end;

  *event = NULL;
  if (n < 8 || memcmp(wire, "event: ", 7) != 0) {
    bytes_puts(wrong, "no `event: ` at the start");
    return 0;
  }
  end = memchr(wire, '\n', n);
  if (end == NULL || end - wire - 7 >= WIRE_NAME) {
    bytes_puts(wrong, "no end of the line `event:`");
    return 0;
  }
  memcpy(name, wire + 7, (size_t)(end - wire) - 7);
  name[end - wire - 7] = '\0';
  data = end + 1;
  n -= (size_t)(data - wire);
  if (n < 9 || memcmp(data, "data: {", 7) != 0)
    bytes_puts(wrong, "no `data: {` in the second line");
  else if (memcmp(data + n - 3, "}\n\n", 3) != 0)
    bytes_puts(wrong, "no blank line at the end");
  else if (raw_control(data, n - 2))
    bytes_puts(wrong, "a raw control character or line separator");
  else
    *event = json_loadb(data + 6, n - 8,
                        JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
  if (*event == NULL && wrong->n == 0)
    bytes_printf(wrong, "not JSON: %.120s at %d", error.text, error.position);
  if (*event == NULL)
    return 0;
  if (strcmp(wire_string(*event, "type"), name) == 0)
    return 1;
  bytes_printf(wrong, "the line `event: %s`, but another `type`", name);
  return 0;
}

const char *wire_string(json_t *object, const char *key)
{
  const char *s = json_string_value(json_object_get(object, key));

  return s == NULL ? "" : s;
}

uint64_t wire_length(sluice_unit unit, const struct bytes *text)
{
  const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)text->p;
  utf8proc_ssize_t at = 0, all = (utf8proc_ssize_t)text->n, step;
  utf8proc_int32_t cp = 0, before = -1, state = 0;
  uint64_t n = 0;

  while (at < all) {
    step = utf8proc_iterate(p + at, all - at, &cp);
    if (step <= 0)
      return UINT64_MAX; /* jansson lets none through */
    if (unit == SLUICE_UNIT_BYTE)
      n += (uint64_t)step;
    else if (unit == SLUICE_UNIT_UTF16)
      n += cp > 0xffff ? 2 : 1;
    else if (unit == SLUICE_UNIT_CODEPOINT || before < 0 ||
             utf8proc_grapheme_break_stateful(before, cp, &state))
      n++;
    before = cp;
    at += step;
  }
  return n;
}

const char *laws_stream(sluice_unit unit, const char *wire, size_t n,
                        char message[LAWS_MESSAGE])
{
  struct laws *l = laws_new(unit);
  const char *wrong = NULL;
  size_t at = 0, end;

  while (at < n && wrong == NULL) {
    for (end = at; end < n && (end < at + 2 || wire[end - 1] != '\n' ||
                               wire[end - 2] != '\n');)
      end++;
    wrong = laws_event(l, wire + at, end - at);
    at = end;
  }
  if (wrong == NULL)
    wrong = laws_end(l);
  if (wrong != NULL)
    snprintf(message, LAWS_MESSAGE, "%s", wrong);
  laws_free(l);
  return wrong == NULL ? NULL : message;
}
