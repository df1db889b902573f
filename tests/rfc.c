/* SPDX-License-Identifier: MIT */
#include "rfc.h"

#include <string.h>

static size_t space(const char *p, size_t n)
{
  size_t i = 0;

  while (i < n && p[i] != '\0' && strchr(" \t\n\r", p[i]) != NULL)
    i++;
  return i;
}

static size_t hex(const char *p, size_t n)
{
  size_t i = 0;

  while (i < n && i < 4 && p[i] != '\0' &&
         strchr("0123456789abcdefABCDEF", p[i]) != NULL)
    i++;
  return i;
}

static size_t string(const char *p, size_t n)
{
  size_t i = 1;

  while (i < n && p[i] != '"') {
    if ((unsigned char)p[i] < 0x20)
      return 0;
    if (p[i] != '\\') {
      i++;
      continue;
    }
    if (i + 1 >= n || p[i + 1] == '\0' ||
        strchr("\"\\/bfnrtu", p[i + 1]) == NULL)
      return 0;
    if (p[i + 1] == 'u' && hex(p + i + 2, n - i - 2) != 4)
      return 0;
    i += p[i + 1] == 'u' ? 6 : 2;
  }
  return i < n ? i + 1 : 0;
}

static size_t digits(const char *p, size_t n)
{
  size_t i = 0;

  while (i < n && p[i] >= '0' && p[i] <= '9')
    i++;
  return i;
}

static size_t number(const char *p, size_t n)
{
  size_t i = p[0] == '-' ? 1 : 0, d;

  d = digits(p + i, n - i);
  if (d == 0)
    return 0;
  i += p[i] == '0' ? 1 : d;
  if (i + 1 < n && p[i] == '.' && digits(p + i + 1, n - i - 1) > 0)
    i += 1 + digits(p + i + 1, n - i - 1);
  else if (i < n && p[i] == '.')
    return 0;
  if (i < n && (p[i] == 'e' || p[i] == 'E')) {
    i++;
    if (i < n && (p[i] == '+' || p[i] == '-'))
      i++;
    d = i < n ? digits(p + i, n - i) : 0;
    if (d == 0)
      return 0;
    i += d;
  }
  return i;
}

static size_t container(const char *p, size_t n, char close)
{
  size_t i = 1 + space(p + 1, n - 1), len;

  if (i < n && p[i] == close)
    return i + 1;
  for (;;) {
    if (close == '}') {
      i += space(p + i, n - i);
      len = i < n && p[i] == '"' ? string(p + i, n - i) : 0;
      i += len;
      i += space(p + i, n - i);
      if (len == 0 || i >= n || p[i++] != ':')
        return 0;
    }
    len = rfc_value(p + i, n - i);
    i += len;
    i += space(p + i, n - i);
    if (len == 0 || i >= n)
      return 0;
    if (p[i] == close)
      return i + 1;
    if (p[i++] != ',')
      return 0;
  }
}

size_t rfc_value(const char *p, size_t n)
{
  static const char *const words[] = {"null", "true", "false"};
  size_t i = space(p, n), len = 0, w;

  if (i == n)
    return 0;
  p += i;
  n -= i;
  for (w = 0; w < 3; w++)
    if (n >= strlen(words[w]) && memcmp(p, words[w], strlen(words[w])) == 0)
      return i + strlen(words[w]);
  if (*p == '"')
    len = string(p, n);
  else if (*p == '[')
    len = container(p, n, ']');
  else if (*p == '{')
    len = container(p, n, '}');
  else if (*p == '-' || (*p >= '0' && *p <= '9'))
    len = number(p, n);
  return len == 0 ? 0 : i + len;
}

int rfc_values(const char *p, size_t n)
{
  size_t i = 0, len;
  int values = 0;

  while (i + space(p + i, n - i) < n) {
    len = rfc_value(p + i, n - i);
    if (len == 0)
      return 0;
    i += len;
    values++;
  }
  return values > 0;
}

int rfc_utf8(const unsigned char *p, size_t n, uint32_t *codepoint)
{
  unsigned char low = 0x80, high = 0xbf;
  uint32_t cp;
  int need, i;

  if (p[0] < 0x80) {
    *codepoint = p[0];
    return 1;
  }
  if (p[0] < 0xc2 || p[0] > 0xf4)
    return -1;
  need = p[0] < 0xe0 ? 1 : p[0] < 0xf0 ? 2 : 3;
  if (p[0] == 0xe0)
    low = 0xa0;
  if (p[0] == 0xed)
    high = 0x9f;
  if (p[0] == 0xf0)
    low = 0x90;
  if (p[0] == 0xf4)
    high = 0x8f;
  cp = p[0] & (0x3fu >> need);
  for (i = 1; i <= need; i++) {
    if ((size_t)i >= n || p[i] < low || p[i] > high)
      return -i;
    cp = cp << 6 | (p[i] & 0x3f);
    low = 0x80;
    high = 0xbf;
  }
  *codepoint = cp;
  return need + 1;
}
