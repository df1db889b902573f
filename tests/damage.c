/* SPDX-License-Identifier: MIT */
#include "damage.h"

#include <string.h>

#include "check.h"

/* A part of a stream. */
struct span {
  size_t at, n;
};

/* Puts `n` bytes in place of a part. They may stand in `b` itself. */
static void put_at(struct bytes *b, struct span place, const char *p, size_t n)
{
  struct bytes out = {0};

  bytes_put(&out, b->p, place.at);
  bytes_put(&out, p, n);
  bytes_put(&out, b->p + place.at + place.n, b->n - place.at - place.n);
  bytes_free(b);
  *b = out;
}

/* ---- bytes, blocks, lines, events ---------------------------------------- */

enum unit { BYTE, BLOCK, LINE, EVENT };

static size_t line_end(const struct bytes *b, size_t at)
{
  while (at < b->n && b->p[at] != '\n' && b->p[at] != '\r')
    at++;
  if (at + 1 < b->n && b->p[at] == '\r' && b->p[at + 1] == '\n')
    at++;
  return at < b->n ? at + 1 : at;
}

static size_t event_end(const struct bytes *b, size_t at)
{
  while (at < b->n) {
    int blank = b->p[at] == '\n' || b->p[at] == '\r';

    at = line_end(b, at);
    if (blank)
      break;
  }
  return at;
}

/* One of the lines or events, each as likely as any other. */
static struct span pick_of(const struct bytes *b, uint64_t *seed,
                           size_t (*end)(const struct bytes *b, size_t at))
{
  struct span s = {0, 0};
  size_t at, count = 0, which;

  for (at = 0; at < b->n; at = end(b, at))
    count++;
  which = count == 0 ? 0 : random_below(seed, count);
  for (at = 0; at < b->n; at = end(b, at))
    if (which-- == 0) {
      s.at = at;
      s.n = end(b, at) - at;
      break;
    }
  return s;
}

static struct span pick(const struct bytes *b, enum unit unit, uint64_t *seed)
{
  struct span s = {0, 0};

  if (b->n == 0)
    return s;
  if (unit == LINE)
    return pick_of(b, seed, line_end);
  if (unit == EVENT)
    return pick_of(b, seed, event_end);
  s.at = random_below(seed, b->n);
  s.n = unit == BYTE ? 1 : 1 + random_below(seed, 300);
  if (s.n > b->n - s.at)
    s.n = b->n - s.at;
  return s;
}

static void lose(struct bytes *b, enum unit unit, uint64_t *seed)
{
  put_at(b, pick(b, unit, seed), "", 0);
}

static void twice(struct bytes *b, enum unit unit, uint64_t *seed)
{
  struct span s = pick(b, unit, seed), behind = {s.at + s.n, 0};

  put_at(b, behind, b->p + s.at, s.n);
}

/* Two that do not overlap change places. */
static void swap(struct bytes *b, enum unit unit, uint64_t *seed)
{
  struct span x = pick(b, unit, seed), y = pick(b, unit, seed);
  struct span first = x.at < y.at ? x : y, second = x.at < y.at ? y : x, all;
  struct bytes out = {0};

  if (first.at + first.n > second.at)
    return;
  all.at = first.at;
  all.n = second.at + second.n - first.at;
  bytes_put(&out, b->p + second.at, second.n);
  bytes_put(&out, b->p + first.at + first.n, second.at - first.at - first.n);
  bytes_put(&out, b->p + first.at, first.n);
  put_at(b, all, out.p, out.n);
  bytes_free(&out);
}

/* Comes at another place. */
static void move(struct bytes *b, enum unit unit, uint64_t *seed)
{
  struct span s = pick(b, unit, seed), to;
  struct bytes moved = {0};

  bytes_put(&moved, b->p + s.at, s.n);
  put_at(b, s, "", 0);
  to = pick(b, unit, seed);
  to.n = 0;
  put_at(b, to, moved.p, moved.n);
  bytes_free(&moved);
}

/* Comes from another stream, into it or in place of something. */
static void splice(struct bytes *b, const struct bytes *other, enum unit unit,
                   uint64_t *seed)
{
  struct span from = pick(other, unit, seed), to = pick(b, unit, seed);

  if (random_below(seed, 2) == 0)
    to.n = 0;
  put_at(b, to, other->p + from.at, from.n);
}

#define UNIT(unit, UNIT)                                                       \
  static void unit##_lost(struct bytes *b, const struct bytes *other,          \
                          uint64_t *seed)                                      \
  {                                                                            \
    (void)other;                                                               \
    lose(b, UNIT, seed);                                                       \
  }                                                                            \
  static void unit##_twice(struct bytes *b, const struct bytes *other,         \
                           uint64_t *seed)                                     \
  {                                                                            \
    (void)other;                                                               \
    twice(b, UNIT, seed);                                                      \
  }                                                                            \
  static void unit##_swapped(struct bytes *b, const struct bytes *other,       \
                             uint64_t *seed)                                   \
  {                                                                            \
    (void)other;                                                               \
    swap(b, UNIT, seed);                                                       \
  }                                                                            \
  static void unit##_moved(struct bytes *b, const struct bytes *other,         \
                           uint64_t *seed)                                     \
  {                                                                            \
    (void)other;                                                               \
    move(b, UNIT, seed);                                                       \
  }                                                                            \
  static void unit##_foreign(struct bytes *b, const struct bytes *other,       \
                             uint64_t *seed)                                   \
  {                                                                            \
    splice(b, other, UNIT, seed);                                              \
  }

UNIT(byte, BYTE)
UNIT(block, BLOCK)
UNIT(line, LINE)
UNIT(event, EVENT)

static void bit_flipped(struct bytes *b, const struct bytes *other,
                        uint64_t *seed)
{
  struct span s = pick(b, BYTE, seed);

  (void)other;
  if (s.n > 0)
    b->p[s.at] = (char)(b->p[s.at] ^ (1 << random_below(seed, 8)));
}

/* What breaks lines, JSON, characters and markers, then any byte. */
static char odd_byte(uint64_t *seed)
{
  static const char odd[] = "\"\\{}[],:\n\r\0 \t\x0b\x80\xbf\xc3\xe2\xed\xf0"
                            "\xff<|>udn019-.eE:";

  return random_below(seed, 2) == 0 ? odd[random_below(seed, sizeof(odd))]
                                    : (char)random_below(seed, 256);
}

static void byte_changed(struct bytes *b, const struct bytes *other,
                         uint64_t *seed)
{
  struct span s = pick(b, BYTE, seed);

  (void)other;
  if (s.n > 0)
    b->p[s.at] = odd_byte(seed);
}

static void byte_more(struct bytes *b, const struct bytes *other,
                      uint64_t *seed)
{
  struct span s = pick(b, BYTE, seed);
  char c = odd_byte(seed);

  (void)other;
  s.n = 0;
  put_at(b, s, &c, 1);
}

static void cut(struct bytes *b, const struct bytes *other, uint64_t *seed)
{
  struct span s = pick(b, BYTE, seed);

  (void)other;
  s.n = b->n - s.at;
  put_at(b, s, "", 0);
}

/* ---- JSON ---------------------------------------------------------------- */

/* A value, and its key and colon before it, if it has them. */
struct value {
  struct span whole; /* key, colon, value */
  size_t at;         /* the value itself, to the end of `whole` */
};

#define VALUES 600
#define DEPTH  40

struct scan {
  const char *p;
  size_t n, at; /* of the text; where the reading is */
  struct value values[VALUES];
  size_t count;
  size_t open[DEPTH], depth; /* values that are not closed yet */
  size_t key_at;             /* of the key that was just read; SIZE_MAX: none */
};

static size_t string_end(const struct scan *s, size_t at)
{
  for (at++; at < s->n && s->p[at] != '"'; at++)
    if (s->p[at] == '\\')
      at++;
  return at < s->n ? at + 1 : s->n;
}

static size_t word_end(const struct scan *s, size_t at)
{
  while (at < s->n && strchr(",:[]{}\" \t\r\n", s->p[at]) == NULL)
    at++;
  return at;
}

static void begin_value(struct scan *s, size_t end)
{
  struct value *v = &s->values[s->count++];

  v->at = s->at;
  v->whole.at = s->key_at == SIZE_MAX ? s->at : s->key_at;
  v->whole.n = end - v->whole.at;
  s->key_at = SIZE_MAX;
}

static void take_string(struct scan *s)
{
  size_t end = string_end(s, s->at), colon = end;

  while (colon < s->n && (s->p[colon] == ' ' || s->p[colon] == '\t'))
    colon++;
  if (colon < s->n && s->p[colon] == ':') {
    s->key_at = s->at;
    s->at = colon + 1;
  } else {
    begin_value(s, end);
    s->at = end;
  }
}

/* The values of what looks like JSON; good enough for damaging it. */
static void scan(struct scan *s)
{
  s->count = s->depth = 0;
  s->key_at = SIZE_MAX;
  while (s->at < s->n && s->count < VALUES) {
    char c = s->p[s->at];

    if (c == '"') {
      take_string(s);
    } else if (c == '{' || c == '[') {
      if (s->depth < DEPTH)
        s->open[s->depth++] = s->count;
      begin_value(s, s->n);
      s->at++;
    } else if (c == '}' || c == ']') {
      s->at++;
      if (s->depth > 0) {
        struct value *v = &s->values[s->open[--s->depth]];
        v->whole.n = s->at - v->whole.at;
      }
    } else if (strchr(",: \t\r\n", c) != NULL) {
      s->at++;
    } else {
      begin_value(s, word_end(s, s->at) + (word_end(s, s->at) == s->at));
      s->at =
          s->values[s->count - 1].whole.at + s->values[s->count - 1].whole.n;
    }
  }
}

/* A value of a line of `b`, or of the whole if that is JSON by itself. Returns
 * 0 when there is none. The places are those in `b`. */
static int pick_value(const struct bytes *b, uint64_t *seed, struct value *out)
{
  struct scan s;
  struct span in = pick(b, LINE, seed);
  const char *brace;
  int tries;

  for (tries = 0; tries < 8; tries++, in = pick(b, LINE, seed)) {
    if (b->n > 0 && (b->p[0] == '{' || b->p[0] == '[')) {
      in.at = 0;
      in.n = b->n;
    }
    brace = in.n == 0 ? NULL : memchr(b->p + in.at, '{', in.n);
    if (brace == NULL)
      continue;
    s.p = b->p;
    s.at = (size_t)(brace - b->p);
    s.n = in.at + in.n;
    while (s.n > s.at && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r'))
      s.n--;
    scan(&s);
    *out = s.values[random_below(seed, s.count)];
    return 1;
  }
  return 0;
}

static struct span value_alone(const struct value *v)
{
  struct span s = {v->at, v->whole.at + v->whole.n - v->at};

  return s;
}

static void value_changed(struct bytes *b, const struct bytes *other,
                          uint64_t *seed)
{
  static const char *const values[] = {
      "null",
      "1.0",
      "1e2",
      "256",
      "true",
      "false",
      "0",
      "-1",
      "1",
      "7",
      "0.5",
      "1e999",
      "-0",
      "1e-9",
      "9223372036854775807",
      "9223372036854775808",
      "4294967296",
      "18446744073709551616",
      "\"\"",
      "\" \"",
      "\"x\"",
      "\"0\"",
      "\"stop\"",
      "\"length\"",
      "\"content_filter\"",
      "\"error\"",
      "\"tool_calls\"",
      "\"<|file-1|>\"",
      "\"\\ud83d\"",
      "\"\\ude00\"",
      "\"\\u0000\"",
      "\"{\\\"a\\\":1}\"",
      "[]",
      "{}",
      "[null]",
      "[[]]",
      "[{}]",
      "{\"x\":1}",
      "{\"\":{}}",
      "[\"a\",1]",
      "{\"message\":\"died\",\"code\":429}",
      "[{\"type\":\"text\",\"text\":\"t\"}]",
      "{\"content\":\"c\"}",
      "[{\"index\":0,\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]"};
  const char *value = values[random_below(seed, COUNT(values))];
  struct value v;

  (void)other;
  if (pick_value(b, seed, &v))
    put_at(b, value_alone(&v), value, strlen(value));
}

/* A value, of this stream or another one, in place of one. */
static void value_foreign(struct bytes *b, const struct bytes *other,
                          uint64_t *seed)
{
  const struct bytes *from = random_below(seed, 2) == 0 ? other : b;
  struct value x, y;

  if (pick_value(b, seed, &x) && pick_value(from, seed, &y))
    put_at(b, value_alone(&x), from->p + y.at, value_alone(&y).n);
}

/* With the comma behind or before it, so that it stays JSON. */
static void member_lost(struct bytes *b, const struct bytes *other,
                        uint64_t *seed)
{
  struct value v;

  (void)other;
  if (!pick_value(b, seed, &v))
    return;
  if (v.whole.at + v.whole.n < b->n && b->p[v.whole.at + v.whole.n] == ',') {
    v.whole.n++;
  } else if (v.whole.at > 0 && b->p[v.whole.at - 1] == ',') {
    v.whole.at--;
    v.whole.n++;
  }
  put_at(b, v.whole, "", 0);
}

/* The same member once more, there or elsewhere: mostly with a key that the
 * object has already. */
static void member_twice(struct bytes *b, const struct bytes *other,
                         uint64_t *seed)
{
  struct bytes copy = {0};
  struct span place;
  struct value from, to;

  (void)other;
  if (!pick_value(b, seed, &from))
    return;
  to = from;
  if (random_below(seed, 2) == 0 && !pick_value(b, seed, &to))
    return;
  bytes_put(&copy, b->p + from.whole.at, from.whole.n);
  bytes_puts(&copy, ",");
  place.at = to.whole.at;
  place.n = 0;
  put_at(b, place, copy.p, copy.n);
  bytes_free(&copy);
}

/* Something inside a string: escapes, halves of characters, markers. */
static void string_changed(struct bytes *b, const struct bytes *other,
                           uint64_t *seed)
{
  static const char *const odd[] = {"\\ud83d",
                                    "\\ude00",
                                    "\\ud83d\\ude00",
                                    "\\u0000",
                                    "\\u2028",
                                    "\\n",
                                    "\\",
                                    "\\u12",
                                    "\\x",
                                    "\x01",
                                    "\t",
                                    "\xe2\x82",
                                    "\xf0\x9f",
                                    "\xed\xa0\x80",
                                    "\xc0\x80",
                                    "\xff",
                                    "<|",
                                    "<|file-",
                                    "<|file-1|>",
                                    " <|file-a_b|>",
                                    "|>",
                                    "<think>",
                                    "</think>",
                                    "\"",
                                    "}",
                                    "\xcc\x81",
                                    "\xef\xbb\xbf"};
  const char *what = odd[random_below(seed, COUNT(odd))];
  struct value v;
  struct span s;
  int tries = 0;

  (void)other;
  do {
    if (!pick_value(b, seed, &v))
      return;
  } while (b->p[v.at] != '"' && ++tries < 20);
  s = value_alone(&v);
  if (b->p[v.at] != '"' || s.n < 2)
    return;
  s.at += 1 + random_below(seed, s.n - 1);
  s.n = 0;
  put_at(b, s, what, strlen(what));
}

/* ---- characters and lines ------------------------------------------------ */

/* A character of several bytes, or an escape of six, loses some of them. */
static void character_cut(struct bytes *b, const struct bytes *other,
                          uint64_t *seed)
{
  size_t i, start = b->n == 0 ? 0 : random_below(seed, b->n);
  struct span s;

  (void)other;
  for (i = 0; i < b->n; i++) {
    unsigned char c;

    s.at = (start + i) % b->n;
    c = (unsigned char)b->p[s.at];
    s.n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 0;
    if (c == '\\' && s.at + 6 <= b->n && b->p[s.at + 1] == 'u')
      s.n = 6;
    if (s.n == 0 || s.at + s.n > b->n)
      continue;
    s.n = 1 + random_below(seed, s.n - 1);
    if (random_below(seed, 2) == 0)
      s.at++; /* the rest of it */
    put_at(b, s, "", 0);
    return;
  }
}

static void mix(struct bytes *b, const struct bytes *other, uint64_t *seed,
                int lines)
{
  const struct bytes *from[2] = {b, other};
  struct bytes out = {0};
  size_t at[2] = {0, 0};
  int turn = 0;

  bytes_puts(&out, "");
  for (; at[0] < b->n || at[1] < other->n; turn = !turn) {
    size_t n = 1 + random_below(seed, 200), left = from[turn]->n - at[turn];

    if (lines)
      n = line_end(from[turn], at[turn]) - at[turn];
    n = n < left ? n : left;
    if (n > 0)
      bytes_put(&out, from[turn]->p + at[turn], n);
    at[turn] += n;
  }
  bytes_free(b);
  *b = out;
}

static void mixed_bytes(struct bytes *b, const struct bytes *other,
                        uint64_t *seed)
{
  mix(b, other, seed, 0);
}

static void mixed_lines(struct bytes *b, const struct bytes *other,
                        uint64_t *seed)
{
  mix(b, other, seed, 1);
}

/* The head of this stream, the tail of another one. */
static void tail_foreign(struct bytes *b, const struct bytes *other,
                         uint64_t *seed)
{
  enum unit unit = random_below(seed, 2) == 0 ? BYTE : EVENT;
  struct span to = pick(b, unit, seed), from = pick(other, unit, seed);

  to.n = b->n - to.at;
  put_at(b, to, other->p + from.at, other->n - from.at);
}

static void line_ends(struct bytes *b, const struct bytes *other,
                      uint64_t *seed)
{
  static const char *const ends[] = {"\r\n",   "\r", "\n", "\n\r",
                                     "\r\n\n", "",   " ",  "\n\n"};
  size_t i, way = random_below(seed, 4);
  struct bytes out = {0};

  (void)other;
  bytes_puts(&out, "");
  for (i = 0; i < b->n; i++) {
    if (b->p[i] != '\n')
      bytes_put(&out, b->p + i, 1);
    else if (way < 2)
      bytes_puts(&out, ends[way]);
    else if (random_below(seed, 4) != 0)
      bytes_puts(&out, "\n");
    else
      bytes_puts(&out, ends[random_below(seed, way == 2 ? 3 : COUNT(ends))]);
  }
  bytes_free(b);
  *b = out;
}

/* ---- all ----------------------------------------------------------------- */

static void several(struct bytes *b, const struct bytes *other, uint64_t *seed)
{
  size_t n = 2 + random_below(seed, 5);

  while (n-- > 0)
    damages[random_below(seed, damage_count - 1)].run(b, other, seed);
}

#define UNITS(name, unit)                                                      \
  {name "-lost", unit##_lost}, {name "-twice", unit##_twice},                  \
      {name "-swapped", unit##_swapped}, {name "-moved", unit##_moved},        \
  {                                                                            \
    name "-foreign", unit##_foreign                                            \
  }

const struct damage damages[] = {{"bit-flipped", bit_flipped},
                                 {"byte-changed", byte_changed},
                                 {"byte-more", byte_more},
                                 UNITS("byte", byte),
                                 UNITS("block", block),
                                 UNITS("line", line),
                                 UNITS("event", event),
                                 {"value-changed", value_changed},
                                 {"value-foreign", value_foreign},
                                 {"member-lost", member_lost},
                                 {"member-twice", member_twice},
                                 {"string-changed", string_changed},
                                 {"character-cut", character_cut},
                                 {"line-ends", line_ends},
                                 {"mixed-bytes", mixed_bytes},
                                 {"mixed-lines", mixed_lines},
                                 {"tail-foreign", tail_foreign},
                                 {"cut", cut},
                                 {"several", several}};
const size_t damage_count = COUNT(damages);

size_t damage_all(size_t (*try_one)(size_t damage, uint64_t from,
                                    uint64_t count),
                  uint64_t from, uint64_t count, const char *what)
{
  size_t i, faults, all = 0;

  for (i = 0; i < damage_count; i++) {
    faults = try_one(i, from, count);
    all += faults;
    if (what == NULL)
      continue;
    printf("%-16s %8llu %s %4zu faults\n", damages[i].name,
           (unsigned long long)count, what, faults);
    fflush(stdout);
  }
  return all;
}

size_t damage_place(const struct bytes *before, const struct bytes *after)
{
  size_t n = before->n < after->n ? before->n : after->n, i = 0;

  while (i < n && before->p[i] == after->p[i])
    i++;
  return i;
}

size_t damage_events(const struct bytes *b, size_t n)
{
  size_t end = 0, next;

  while ((next = event_end(b, end)) <= n && next > end &&
         (b->p[next - 1] == '\n' || b->p[next - 1] == '\r'))
    end = next;
  return end;
}
