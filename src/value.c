/* SPDX-License-Identifier: MIT */
#include "value.h"

#include <string.h>

#include "scan.h"
#include "text.h"

/* What may come next. The states from V_ZERO to V_EXPONENT are within a
 * number, and a number may end in those marked so. */
enum {
  V_VALUE,       /* a value */
  V_FIRST_VALUE, /* a value, or ] */
  V_FIRST_KEY,   /* a key, or } */
  V_KEY,         /* a key */
  V_COLON,       /* : */
  V_AFTER,       /* a comma or the closing bracket */
  V_STRING,      /* the rest of a string */
  V_KEY_STRING,  /* the rest of a key */
  V_ESCAPE,      /* the letter after a backslash */
  V_KEY_ESCAPE,  /* the same in a key */
  V_HEX,         /* a digit of \u */
  V_KEY_HEX,     /* the same in a key */
  V_MINUS,       /* a digit after - */
  V_ZERO,        /* may end */
  V_INTEGER,     /* may end */
  V_POINT,       /* a digit after . */
  V_FRACTION,    /* may end */
  V_E,           /* a sign or digit after e */
  V_SIGN,        /* a digit after the sign */
  V_EXPONENT,    /* may end */
  V_LITERAL,     /* the rest of true, false, null */
  V_COMPLETE,    /* white space */
  V_BAD          /* nothing can mend it */
};

static const char *const words[] = {"true", "false", "null"};

static int is_space(uint32_t c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static int is_digit(uint32_t c)
{
  return c >= '0' && c <= '9';
}

static int is_hex(uint32_t c)
{
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static uint8_t after_value(const struct value *v)
{
  return v->depth == 0 ? V_COMPLETE : V_AFTER;
}

static int in_object(const struct value *v)
{
  int level = v->depth - 1;

  return (v->objects[level / 8] >> (level % 8)) & 1;
}

static uint8_t open_level(struct value *v, int object)
{
  int level = v->depth;
  uint8_t bit = (uint8_t)(1 << (level % 8));

  if (level == VALUE_DEPTH)
    return V_BAD;
  v->depth++;
  v->objects[level / 8] &= (uint8_t)~bit;
  if (object)
    v->objects[level / 8] |= bit;
  return object ? V_FIRST_KEY : V_FIRST_VALUE;
}

/* A level is open: a bracket elsewhere is no place for a value's end. */
static uint8_t close_level(struct value *v, int object)
{
  if (in_object(v) != object)
    return V_BAD;
  v->depth--;
  return after_value(v);
}

static uint8_t start_value(struct value *v, uint32_t c)
{
  uint8_t w;

  switch (c) {
  case '{':
  case '[':
    return open_level(v, c == '{');
  case '"':
    return V_STRING;
  case '-':
    return V_MINUS;
  case '0':
    return V_ZERO;
  default:
    if (is_digit(c))
      return V_INTEGER;
    for (w = 0; w < 3; w++) {
      if (c == (unsigned char)words[w][0]) {
        v->word = w;
        v->letter = 1;
        return V_LITERAL;
      }
    }
    return V_BAD;
  }
}

static uint8_t step_structure(struct value *v, uint32_t c)
{
  if (is_space(c))
    return v->state;
  switch (v->state) {
  case V_FIRST_VALUE:
    return c == ']' ? close_level(v, 0) : start_value(v, c);
  case V_FIRST_KEY:
    if (c == '}')
      return close_level(v, 1);
    return c == '"' ? V_KEY_STRING : V_BAD;
  case V_KEY:
    return c == '"' ? V_KEY_STRING : V_BAD;
  case V_COLON:
    return c == ':' ? V_VALUE : V_BAD;
  case V_AFTER:
    if (c == ',')
      return in_object(v) ? V_KEY : V_VALUE;
    if (c == '}' || c == ']')
      return close_level(v, c == '}');
    return V_BAD;
  case V_COMPLETE:
    return V_BAD;
  default:
    return start_value(v, c);
  }
}

static uint8_t step_string(struct value *v, uint32_t c)
{
  int key = v->state == V_KEY_STRING || v->state == V_KEY_ESCAPE ||
            v->state == V_KEY_HEX;
  uint8_t string = key ? V_KEY_STRING : V_STRING;

  switch (v->state) {
  case V_ESCAPE:
  case V_KEY_ESCAPE:
    if (c == 'u') {
      v->letter = 4;
      return key ? V_KEY_HEX : V_HEX;
    }
    return c < 0x80 && c != 0 && strchr("\"\\/bfnrt", (int)c) ? string : V_BAD;
  case V_HEX:
  case V_KEY_HEX:
    if (!is_hex(c))
      return V_BAD;
    return --v->letter == 0 ? string : v->state;
  default:
    if (c == '"')
      return key ? V_COLON : after_value(v);
    if (c == '\\')
      return key ? V_KEY_ESCAPE : V_ESCAPE;
    return c < 0x20 ? V_BAD : string;
  }
}

static int number_may_end(uint8_t state)
{
  return state == V_ZERO || state == V_INTEGER || state == V_FRACTION ||
         state == V_EXPONENT;
}

static uint8_t step_number(struct value *v, uint32_t c)
{
  switch (v->state) {
  case V_MINUS:
    return c == '0' ? V_ZERO : is_digit(c) ? V_INTEGER : V_BAD;
  case V_POINT:
    return is_digit(c) ? V_FRACTION : V_BAD;
  case V_E:
    if (c == '+' || c == '-')
      return V_SIGN;
    return is_digit(c) ? V_EXPONENT : V_BAD;
  case V_SIGN:
    return is_digit(c) ? V_EXPONENT : V_BAD;
  default:
    break;
  }
  if (is_digit(c) && v->state != V_ZERO)
    return v->state;
  if (c == '.' && (v->state == V_ZERO || v->state == V_INTEGER))
    return V_POINT;
  if ((c == 'e' || c == 'E') && v->state != V_EXPONENT)
    return V_E;
  v->state = after_value(v);
  return step_structure(v, c);
}

static uint8_t step_literal(struct value *v, uint32_t c)
{
  const char *word = words[v->word];

  if (c != (unsigned char)word[v->letter])
    return V_BAD;
  v->letter++;
  return word[v->letter] == '\0' ? after_value(v) : V_LITERAL;
}

static uint8_t step(struct value *v, uint32_t c)
{
  if (v->state == V_BAD)
    return V_BAD;
  if (v->state == V_LITERAL)
    return step_literal(v, c);
  if (v->state >= V_MINUS && v->state <= V_EXPONENT)
    return step_number(v, c);
  if (v->state >= V_STRING && v->state <= V_KEY_HEX)
    return step_string(v, c);
  return step_structure(v, c);
}

void sluice__value_feed(struct value *v, sluice_text text)
{
  size_t i = 0;
  uint32_t c = 0;
  int odd = 0;

  while (i < text.n) {
    if (v->state == V_STRING || v->state == V_KEY_STRING)
      i += scan_plain(text.p + i, text.n - i, &odd); /* it only goes on */
    if (i == text.n)
      break;
    i += sluice__text_next(text.p + i, text.n - i, &c);
    v->state = step(v, c);
  }
}

void sluice__value_feed_plain(struct value *v, sluice_text text)
{
  if (v->state != V_STRING && v->state != V_KEY_STRING) /* it only goes on */
    sluice__value_feed(v, text);
}

void sluice__value_step(struct value *v, uint32_t codepoint)
{
  v->state = step(v, codepoint);
}

enum value_place sluice__value_place(const struct value *v)
{
  switch (v->state) {
  case V_KEY_STRING:
  case V_KEY_ESCAPE:
  case V_KEY_HEX:
    return VALUE_IN_KEY;
  case V_COLON:
    return VALUE_AFTER_KEY;
  case V_VALUE:
    return VALUE_BEFORE;
  case V_STRING:
  case V_ESCAPE:
  case V_HEX:
    return VALUE_IN_STRING;
  default:
    return VALUE_ELSEWHERE;
  }
}

int sluice__value_complete(const struct value *v)
{
  return v->state == V_COMPLETE || (v->depth == 0 && number_may_end(v->state));
}

int sluice__value_closed(const struct value *v)
{
  return v->state == V_COMPLETE;
}
