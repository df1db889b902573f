/* SPDX-License-Identifier: MIT */
/* cite.h: citations out of text in pieces. Held against a search over the whole
 * text, at every cut of chosen texts and at random cuts of random ones; and
 * nothing is held back that can no longer become a marker. */
#include <sluice/cite.h>

#include "check.h"
#include "text.h"

/* ---- what comes out, as text: `clean text{id=name@index}` ---------------- */

struct sink {
  struct bytes out;
  struct bytes text; /* without the citations */
  size_t pieces;
};

static int show(void *user, const sluice_cite_piece *p)
{
  struct sink *s = (struct sink *)user;

  s->pieces++;
  if (p->file_id.n == 0) {
    assert_true(p->text.n > 0);
    assert_int_equal(p->filename.n, 0);
    bytes_put(&s->out, p->text.p, p->text.n);
    bytes_put(&s->text, p->text.p, p->text.n);
    return 0;
  }
  assert_int_equal(p->text.n, 0);
  bytes_puts(&s->out, "{");
  bytes_put(&s->out, p->file_id.p, p->file_id.n);
  bytes_puts(&s->out, "=");
  bytes_put(&s->out, p->filename.p, p->filename.n);
  bytes_printf(&s->out, "@%llu}", (unsigned long long)p->index);
  return 0;
}

static void sink_clear(struct sink *s)
{
  bytes_clear(&s->out);
  bytes_clear(&s->text);
  s->pieces = 0;
}

static void sink_free(struct sink *s)
{
  bytes_free(&s->out);
  bytes_free(&s->text);
}

static void feed(sluice_cite *c, const char *p, size_t n)
{
  char *exact = malloc(n + 1);
  sluice_text text;

  assert_non_null(exact);
  memcpy(exact, p, n);
  text.p = exact;
  text.n = n;
  assert_int_equal(sluice_cite_feed(c, text), 0);
  free(exact);
}

static sluice_cite *new_cite(const sluice_options *o, struct sink *s)
{
  sluice_cite *c = NULL;

  assert_int_equal(sluice_cite_new(&c, o, show, s), SLUICE_OK);
  sink_clear(s);
  return c;
}

/* ---- the search over a whole text ---------------------------------------- */

#define MAX_ID 64

static int is_id(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* The length of `<|file-…|>` at p, or 0. */
static size_t marker_at(const char *p, size_t n)
{
  size_t id = 5;

  if (n < 7 || memcmp(p, "<|file-", 7) != 0)
    return 0;
  while (2 + id < n && is_id(p[2 + id]))
    id++;
  if (id == 5 || id > MAX_ID || 2 + id + 2 > n ||
      memcmp(p + 2 + id, "|>", 2) != 0)
    return 0;
  return 2 + id + 2;
}

static uint64_t codepoints(const struct bytes *clean)
{
  struct length l;
  sluice_text text = {clean->p, clean->n};

  sluice__length_init(&l, SLUICE_UNIT_CODEPOINT);
  sluice__length_add(&l, text);
  return l.n;
}

static void search(const char *p, size_t n, struct sink *s)
{
  size_t i = 0, space, len;

  sink_clear(s);
  while (i < n) {
    space = p[i] == ' ' && i + 1 < n ? 1 : 0;
    len = marker_at(p + i + space, n - i - space);
    if (len == 0) {
      bytes_put(&s->out, p + i, 1);
      bytes_put(&s->text, p + i, 1);
      i++;
      continue;
    }
    bytes_puts(&s->out, "{");
    bytes_put(&s->out, p + i + space + 2, len - 4);
    bytes_puts(&s->out, "=");
    bytes_put(&s->out, p + i + space + 2, len - 4);
    bytes_printf(&s->out, "@%llu}", (unsigned long long)codepoints(&s->text));
    i += space + len;
  }
}

/* How long the end of the text is that may still become a marker. */
static size_t undecided(const char *p, size_t n)
{
  static const char open[] = "<|file-";
  size_t i, k, m;

  for (i = 0; i < n; i++) {
    k = i + (p[i] == ' ' ? 1 : 0);
    for (m = 0; m < 7 && k + m < n && p[k + m] == open[m];)
      m++;
    k += m;
    if (k == n)
      return n - i;
    if (m < 7)
      continue;
    for (m = 5; k < n && is_id(p[k]); m++)
      k++;
    if (m > MAX_ID)
      continue;
    if (k == n || (m > 5 && k + 1 == n && p[k] == '|'))
      return n - i;
  }
  return 0;
}

/* ---- tests -------------------------------------------------------------- */

#define X10 "xxxxxxxxxx"
#define X59 X10 X10 X10 X10 X10 "xxxxxxxxx"

static const char *const texts[] = {
    "",
    " ",
    "plain",
    "a <|file-a|>.",
    "a<|file-a|>b",
    "a  <|file-a|> b",
    "<|file-a|>",
    " <|file-a|>",
    "<|file-a|><|file-b|> <|file-c|>",
    "a <|file-a|> <|file-b|>. <|file-a|>",
    "<|file-|>",
    "<|file-a",
    "<|file-a|",
    "<|file-a>",
    "<|file-a||>",
    "<|file-a |>",
    "<|file-a b|>",
    "<|file a|>",
    "<file-a>",
    "<|File-a|>",
    "<|python_tag|> <|uuid|> <|eot_id|>",
    "<<|file-a|>>",
    "< <|file-a|>",
    "<|<|file-a|>|>",
    "<|fi<|file-a|>",
    "<|file-<|file-a|>",
    "<|file-a<|file-b|>",
    "<|file-a|<|file-b|>",
    " < <| <|f <|fi",
    "caf\xc3\xa9 <|file-\xc3\xa9|> \xf0\x9f\x98\x80 <|file-a|>",
    "a\\n<|file-a|>\\\" <|file-b|>\\u2028<|file-c|>",
    "a\\t <|file-a\\n|>",
    "<|file-" X59 "|>",
    "<|file-" X59 "x|>",
    " <|file-" X59 "x|> <|file-a|>",
    "<|file-" X59 X59 X59 "|>.",
    "<|file-Az_09-|>"};

/* Clean text is not cut within an escape or a character. */
static int may_cut(const char *p, size_t at)
{
  size_t i = 0;
  uint32_t cp;

  while (i < at)
    i += sluice__text_next(p + i, strlen(p) - i, &cp);
  return i == at;
}

static void every_cut_gives_the_same(void **state)
{
  struct sink expected = {{0}, {0}, 0}, got = {{0}, {0}, 0};
  sluice_cite *c = new_cite(NULL, &got);
  size_t i, cut, cut2, n;

  (void)state;
  for (i = 0; i < COUNT(texts); i++) {
    n = strlen(texts[i]);
    search(texts[i], n, &expected);
    for (cut = 0; cut <= n; cut++)
      for (cut2 = cut; cut2 <= n; cut2 += n > 60 ? 7 : 1) {
        if (!may_cut(texts[i], cut) || !may_cut(texts[i], cut2))
          continue;
        sink_clear(&got);
        feed(c, texts[i], cut);
        feed(c, texts[i] + cut, cut2 - cut);
        feed(c, texts[i] + cut2, n - cut2);
        assert_int_equal(sluice_cite_finish(c), 0);
        if (!bytes_equal(&expected.out, &got.out))
          fail_msg("{%s} cut at %zu and %zu: expected %s, got %s", texts[i],
                   cut, cut2, expected.out.p, got.out.p);
      }
  }
  sluice_cite_free(c);
  sink_free(&expected);
  sink_free(&got);
}

static const char *const units[] = {"<",
                                    "|",
                                    ">",
                                    "file-",
                                    "f",
                                    "ile-a",
                                    "a",
                                    " ",
                                    "<|",
                                    "|>",
                                    "<|fi",
                                    "<|file-",
                                    "x_9-",
                                    X10,
                                    "\\n",
                                    "\xc3\xa9",
                                    "  ",
                                    "|> ",
                                    ".",
                                    "<|file-a|>",
                                    " <|file-b|>",
                                    "\\u2028",
                                    "\xf0\x9f\x98\x80"};

static void random_texts_match_a_search(void **state)
{
  struct sink expected = {{0}, {0}, 0}, got = {{0}, {0}, 0};
  sluice_cite *c = new_cite(NULL, &got);
  uint64_t seed = 21;
  int turn;

  (void)state;
  for (turn = 0; turn < 40000; turn++) {
    struct bytes whole = {0};
    size_t i, n = random_below(&seed, 16);

    bytes_puts(&whole, "");
    sink_clear(&got);
    for (i = 0; i < n; i++) {
      const char *unit = units[random_below(&seed, COUNT(units))];

      bytes_puts(&whole, unit);
      feed(c, unit, strlen(unit));
    }
    assert_int_equal(sluice_cite_finish(c), 0);
    search(whole.p, whole.n, &expected);
    if (!bytes_equal(&expected.out, &got.out))
      fail_msg("turn %d {%s}: expected %s, got %s", turn, whole.p,
               expected.out.p, got.out.p);
    bytes_free(&whole);
  }
  sluice_cite_free(c);
  sink_free(&expected);
  sink_free(&got);
}

static void only_what_may_become_a_marker_is_held_back(void **state)
{
  struct sink decided = {{0}, {0}, 0}, got = {{0}, {0}, 0};
  sluice_cite *c = new_cite(NULL, &got);
  uint64_t seed = 4;
  int turn;

  (void)state;
  for (turn = 0; turn < 8000; turn++) {
    struct bytes whole = {0};
    size_t i, n = random_below(&seed, 14);

    bytes_puts(&whole, "");
    sink_clear(&got);
    for (i = 0; i < n; i++) {
      const char *unit = units[random_below(&seed, COUNT(units))];

      bytes_puts(&whole, unit);
      feed(c, unit, strlen(unit));
      search(whole.p, whole.n - undecided(whole.p, whole.n), &decided);
      if (!bytes_equal(&decided.out, &got.out))
        fail_msg("turn %d after {%s}: decided is %s, sent was %s", turn,
                 whole.p, decided.out.p, got.out.p);
    }
    assert_int_equal(sluice_cite_finish(c), 0);
    bytes_free(&whole);
  }
  sluice_cite_free(c);
  sink_free(&decided);
  sink_free(&got);
}

static void a_table_of_files_decides(void **state)
{
  sluice_file files[] = {{SLUICE_STR("file-a"), SLUICE_STR("a \"x\"\n.txt")},
                         {SLUICE_STR("file-b"), {NULL, 0}}};
  struct sink got = {{0}, {0}, 0};
  sluice_options o;
  sluice_cite *c;

  (void)state;
  sluice_options_init(&o);
  o.files = files;
  o.file_count = 2;
  c = new_cite(&o, &got);
  memset(files, 0, sizeof(files)); /* they were copied */
  feed(c, LIT("1 <|file-a|> 2 <|file-x|> 3 <|file-b|> 4<|file-aa|>"));
  assert_int_equal(sluice_cite_finish(c), 0);
  assert_string_equal(got.out.p, "1{file-a=a \\\"x\\\"\\n.txt@1} 2 3"
                                 "{file-b=file-b@5} 4");
  assert_int_equal(sluice_cite_unknown(c), 2);
  sluice_cite_free(c);

  o.file_count = 0; /* an empty table knows no file */
  c = new_cite(&o, &got);
  feed(c, LIT("1 <|file-a|>."));
  assert_int_equal(sluice_cite_finish(c), 0);
  assert_string_equal(got.out.p, "1.");
  assert_int_equal(sluice_cite_unknown(c), 1);
  sluice_cite_free(c);
  assert_int_equal(sluice_cite_unknown(NULL), 0);
  sink_free(&got);
}

static void the_index_counts_in_the_unit(void **state)
{
  static const struct {
    sluice_unit unit;
    const char *expected;
  } cases[] = {{SLUICE_UNIT_CODEPOINT, "2}\xf0\x9f\x98\x80\\n{file-b=file-b@4"},
               {SLUICE_UNIT_UTF16, "2}\xf0\x9f\x98\x80\\n{file-b=file-b@5"},
               {SLUICE_UNIT_BYTE, "3}\xf0\x9f\x98\x80\\n{file-b=file-b@8"},
               {SLUICE_UNIT_GRAPHEME, "1}\xf0\x9f\x98\x80\\n{file-b=file-b@3"}};
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(cases); i++) {
    struct sink got = {{0}, {0}, 0};
    sluice_options o;
    sluice_cite *c;

    sluice_options_init(&o);
    o.index_unit = cases[i].unit;
    c = new_cite(&o, &got);
    feed(c, LIT("e"));
    feed(c, LIT("\xcc\x81 <|file-a|>\xf0\x9f\x98\x80\\n<|file-b|>"));
    assert_int_equal(sluice_cite_finish(c), 0);
    if (strstr(got.out.p, cases[i].expected) == NULL)
      fail_msg("unit %d: expected %s in %s", (int)cases[i].unit,
               cases[i].expected, got.out.p);
    sluice_cite_free(c);
    sink_free(&got);
  }
}

static void brackets_and_prefix_can_be_set(void **state)
{
  static const struct {
    const char *open, *prefix, *close, *in, *expected;
  } cases[] = {
      {"[[", "", "", "a [[file-1|> [[x|>", "a{file-1=file-1@1} [[x|>"},
      {"[[", "doc_", "]]", "a [[doc_1]] <|file-1|>",
       "a{doc_1=doc_1@1} <|file-1|>"},
      {"(", "f", ")", "(f1)(g1)(f)((f2)", "{f1=f1@0}(g1)(f)({f2=f2@8}"},
      {"\xe3\x80\x90", "s", "\xe3\x80\x91",
       "a \xe3\x80\x90s1\xe3\x80\x91\xe3\x80\x90", "a{s1=s1@1}\xe3\x80\x90"},
      {"((*", "a", ")", "(((*x) ((((*ab)).", "(((*x) (({ab=ab@9})."}};
  size_t i, cut;

  (void)state;
  for (i = 0; i < COUNT(cases); i++) {
    struct sink got = {{0}, {0}, 0};
    sluice_options o;
    sluice_cite *c;
    size_t n = strlen(cases[i].in);

    sluice_options_init(&o);
    o.marker_open.p = cases[i].open;
    o.marker_open.n = strlen(cases[i].open);
    o.marker_prefix.p = cases[i].prefix;
    o.marker_prefix.n = strlen(cases[i].prefix);
    o.marker_close.p = cases[i].close;
    o.marker_close.n = strlen(cases[i].close);
    c = new_cite(&o, &got);
    for (cut = 0; cut <= n; cut++) {
      if (!may_cut(cases[i].in, cut))
        continue;
      sink_clear(&got);
      feed(c, cases[i].in, cut);
      feed(c, cases[i].in + cut, n - cut);
      assert_int_equal(sluice_cite_finish(c), 0);
      if (strcmp(got.out.p, cases[i].expected) != 0)
        fail_msg("{%s} cut at %zu: expected %s, got %s", cases[i].in, cut,
                 cases[i].expected, got.out.p);
    }
    sluice_cite_free(c);
    sink_free(&got);
  }
}

static void the_length_of_an_id_is_limited(void **state)
{
  uint32_t max;

  (void)state;
  for (max = 1; max < 12; max++) {
    struct sink got = {{0}, {0}, 0};
    struct bytes expected = {0};
    sluice_options o;
    sluice_cite *c;
    uint32_t n;

    sluice_options_init(&o);
    o.max_marker = max;
    c = new_cite(&o, &got);
    for (n = 6; n < 14; n++) {
      char in[64], id[32];

      snprintf(id, sizeof(id), "file-%.*s", (int)n - 5, "abcdefghijk");
      snprintf(in, sizeof(in), "<|%s|>", id);
      feed(c, in, strlen(in));
      if (n <= max)
        bytes_printf(&expected, "{%s=%s@0}", id, id);
      else
        bytes_puts(&expected, in);
    }
    assert_int_equal(sluice_cite_finish(c), 0);
    assert_string_equal(got.out.p, expected.p);
    sluice_cite_free(c);
    bytes_free(&expected);
    sink_free(&got);
  }
}

static int stop(void *user, const sluice_cite_piece *p)
{
  int *left = (int *)user;

  (void)p;
  return --*left == 0 ? 42 : 0;
}

static void what_the_callback_returns_is_handed_on(void **state)
{
  sluice_text text = SLUICE_TEXT("a <|file-a|> b <|file-b");
  sluice_cite *c = NULL;
  int left;

  (void)state;
  assert_int_equal(sluice_cite_new(&c, NULL, stop, &left), SLUICE_OK);
  for (left = 1; left <= 3;) {
    int was = left, rv = sluice_cite_feed(c, text);

    assert_int_equal(rv, 42);
    left = 99;
    sluice_cite_finish(c);
    left = was + 1;
  }
  left = 99;
  assert_int_equal(sluice_cite_feed(c, text), 0);
  left = 1;
  assert_int_equal(sluice_cite_finish(c), 42);
  sluice_cite_free(c);
}

static void wrong_arguments_are_refused(void **state)
{
  static const struct {
    sluice_str open, prefix, close;
    sluice_status status;
  } cases[] = {
      {{LIT("<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<")}, {0}, {0}, SLUICE_OK},
      {{LIT("<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<")}, {0}, {0}, SLUICE_ERR_ARG},
      {{0}, {LIT("a12345678901234567890123456789bc")}, {0}, SLUICE_OK},
      {{0}, {LIT("a12345678901234567890123456789bcd")}, {0}, SLUICE_ERR_ARG},
      {{0}, {0}, {LIT(">>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>")}, SLUICE_OK},
      {{0}, {0}, {LIT(">>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>")}, SLUICE_ERR_ARG},
      {{0}, {0}, {LIT("a>")}, SLUICE_ERR_ARG},
      {{LIT(" <")}, {0}, {0}, SLUICE_ERR_ARG},
      {{LIT("a<")}, {0}, {0}, SLUICE_ERR_ARG},
      {{0}, {LIT("a|")}, {0}, SLUICE_ERR_ARG}};
  struct sink got = {{0}, {0}, 0};
  sluice_text none = {NULL, 0};
  sluice_options o;
  sluice_cite *c = NULL;
  size_t i;

  (void)state;
  sluice_options_init(&o);
  o.file_count = 1;
  assert_int_equal(sluice_cite_new(&c, &o, show, &got), SLUICE_ERR_ARG);
  assert_int_equal(sluice_cite_new(NULL, NULL, show, &got), SLUICE_ERR_ARG);
  assert_int_equal(sluice_cite_new(&c, NULL, NULL, &got), SLUICE_ERR_ARG);
  for (i = 0; i < COUNT(cases); i++) {
    sluice_options_init(&o);
    o.marker_open = cases[i].open;
    o.marker_prefix = cases[i].prefix;
    o.marker_close = cases[i].close;
    c = NULL;
    assert_int_equal(sluice_cite_new(&c, &o, show, &got), cases[i].status);
    sluice_cite_free(c);
  }
  assert_int_equal(sluice_cite_feed(NULL, none), SLUICE_ERR_ARG);
  assert_int_equal(sluice_cite_finish(NULL), SLUICE_ERR_ARG);
  c = new_cite(NULL, &got);
  assert_int_equal(sluice_cite_feed(c, none), 0);
  assert_int_equal(sluice_cite_finish(c), 0);
  assert_int_equal(got.pieces, 0);
  sluice_cite_free(NULL);
  sluice_cite_free(c);
  sink_free(&got);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_cut_gives_the_same),
      cmocka_unit_test(random_texts_match_a_search),
      cmocka_unit_test(only_what_may_become_a_marker_is_held_back),
      cmocka_unit_test(a_table_of_files_decides),
      cmocka_unit_test(the_index_counts_in_the_unit),
      cmocka_unit_test(brackets_and_prefix_can_be_set),
      cmocka_unit_test(the_length_of_an_id_is_limited),
      cmocka_unit_test(what_the_callback_returns_is_handed_on),
      cmocka_unit_test(wrong_arguments_are_refused)};

  return cmocka_run_group_tests_name("cite", tests, NULL, NULL);
}
