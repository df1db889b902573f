/* SPDX-License-Identifier: MIT */
/* mould.h and lesson.h: a payload that fits a mould gives what parsing it
 * gives, and nothing else fits.
 *
 * Each payload of a table, and each of the corpus, is learned; then everything
 * in it is changed: each value and each key into many others, each byte, white
 * space put in, members doubled, cut at each byte, bytes behind it. What comes
 * of it must be what a parser without the fast path gives (twins.h). */
#include "check.h"
#include "sample.h"
#include "twins.h"

#define META                                                                   \
  "\"id\":\"c-1\",\"object\":\"chat.completion.chunk\",\"created\":170,"       \
  "\"model\":\"m\","
#define ONE(choice) "{" META "\"choices\":[{\"index\":0," choice "}]}"
#define DELTA(members)                                                         \
  ONE("\"delta\":{" members "},\"logprobs\":null,\"finish_reason\":null")

/* `fits`: another one like it is not parsed. */
static const struct payload {
  const char *p;
  int fits;
} payloads[] = {
    {DELTA("\"content\":\"Hello\""), 1},
    {DELTA("\"content\":\"caf\\u00e9 \\\"x\\\"\""), 1},
    {DELTA("\"content\":\"caf\xc3\xa9 <|\""), 1},
    {DELTA("\"role\":\"assistant\",\"content\":\"Hi\",\"refusal\":null"), 1},
    {DELTA("\"role\":\"assistant\",\"content\":\"\""), 1},
    {DELTA("\"refusal\":\"no\""), 1},
    {DELTA("\"reasoning_content\":\"why\",\"content\":null"), 1},
    {DELTA("\"reasoning\":\"why\",\"content\":\"\""), 1},
    {DELTA("\"content\":\"a\",\"reasoning_content\":\"b\""), 1},
    {DELTA("\"content\":\"a\",\"content\":\"b\""), 1},
    {DELTA("\"reasoning\":\"a\",\"reasoning_details\":[{\"type\":"
           "\"reasoning.text\",\"text\":\"a\",\"index\":0}]"),
     1},
    {DELTA("\"reasoning_details\":[{\"type\":\"reasoning.encrypted\","
           "\"data\":\"xyz\"}]"),
     1},
    {DELTA("\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":"
           "\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]"),
     1},
    {DELTA(
         "\"tool_calls\":[{\"index\":3,\"function\":{\"arguments\":\"{}\"}}]"),
     1},
    {DELTA("\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"a\"}},"
           "{\"index\":1,\"function\":{\"arguments\":\"b\"}}]"),
     1},
    {DELTA("\"tool_calls\":[{\"function\":{\"arguments\":\"a\"}},"
           "{\"index\":1,\"function\":{\"arguments\":\"b\"}}]"),
     1},
    {DELTA("\"tool_calls\":[{\"index\":1,\"index\":2,\"function\":{"
           "\"arguments\":\"b\"}}]"),
     1},
    {DELTA("\"tool_calls\":[{\"index\":\"1\",\"function\":{\"arguments\":"
           "\"b\"}}]"),
     1},
    {DELTA("\"tool_calls\":[{\"index\":-1,\"function\":{\"arguments\":"
           "\"b\"}}]"),
     1},
    {DELTA("\"tool_calls\":[{\"index\":1e0,\"function\":{\"arguments\":"
           "\"b\"}}]"),
     1},
    {DELTA("\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":"
           "\"f\",\"arguments\":{\"a\":1,\"b\":[\"c\"]}}}]"),
     1},
    {DELTA("\"function_call\":{\"name\":\"f\",\"arguments\":\"a\"}"), 1},
    {DELTA("\"content\":[{\"type\":\"text\",\"text\":\"part\"}]"), 1},
    {DELTA("\"content\":\"a\",\"annotations\":[{\"type\":\"url_citation\","
           "\"url_citation\":{\"url\":\"u\",\"title\":\"t\",\"start_index\":0,"
           "\"end_index\":1}}]"),
     1},
    {DELTA("\"content\":\"a\",\"audio\":{\"id\":\"x\"}"), 1},
    {ONE("\"delta\":{},\"finish_reason\":\"stop\""), 1},
    {ONE("\"delta\":{},\"finish_reason\":\"odd\""), 1},
    {ONE("\"delta\":{},\"finish_reason\":\" \""), 1},
    {ONE("\"delta\":{\"content\":\"a\"},\"finish_reason\":\"length\""), 1},
    {ONE("\"delta\":{},\"finish_reason\":"
         "\"a reason of more than thirty-two bytes\""),
     1},
    {ONE("\"delta\":{\"content\":\"a\"},\"logprobs\":{\"content\":[{\"token\":"
         "\"a\",\"logprob\":-0.5,\"bytes\":[97],\"top_logprobs\":[]}]}"),
     1},
    {ONE("\"delta\":\"bare\""), 1},
    {ONE("\"message\":{\"content\":\"whole\"},\"finish_reason\":\"stop\""), 1},
    {"{\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"created\":\"5\"}", 1},
    {"{\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"created\":5.5}", 1},
    {"{\"created\":0,\"x\":{\"created\":7,\"index\":2},\"choices\":[{\"index\":"
     "1,\"delta\":{\"content\":\"a\"}}]}",
     1},
    {"{\"created\":1,\"created\":2,\"choices\":[{\"delta\":{\"content\":\"a\"}"
     "}]}",
     1},
    {"{\"cr\\u0065ated\":1,\"choices\":[{\"delta\":{\"cont\\u0065nt\":\"a\"}}]"
     "}",
     1},
    {"{\"service_tier\":\"default\",\"system_fingerprint\":\"fp\",\"choices\":"
     "[{\"delta\":{\"content\":\"a\"}}]}",
     1},
    {"{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}},{\"index\":1,"
     "\"delta\":{\"content\":\"b\"}}]}",
     1},
    {"{\"choices\":[{\"index\":0,\"finish_reason\":\"stop\"},{\"index\":1,"
     "\"finish_reason\":\"length\"}]}",
     1},
    {"{\"choices\":{\"delta\":{\"content\":\"a\"}}}", 1},
    {"{\"choices\":[{\"delta\":{\"content\":\"a\"},\"usage\":{"
     "\"prompt_tokens\":1,\"completion_tokens\":2}}]}",
     1},
    {"{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,"
     "\"total_tokens\":3}}",
     1},
    {"{\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":{"
     "\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3,"
     "\"prompt_tokens_details\":{\"cached_tokens\":1}}}",
     1},
    {"{\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"citations\":[\"u\","
     "\"v\"]}",
     1},
    {"{\"choices\":[]}", 1},
    {"{\"choices\":[],\"code\":5,\"object\":\"x\"}", 1},
    {"{\"id\":\"x\"}", 1},
    {"{\"x\":1}", 1},
    {"{}", 1},
    {"{\"p\":\"x\",\"n\":-1.5e+3,\"t\":true,\"choices\":[{\"delta\":{"
     "\"content\":\"a\"}}],\"q\":\"y\",\"k\":[1,2,{\"a\":null}]}",
     1},
    {"{\"error\":{\"message\":\"m\",\"code\":5,\"type\":\"t\"}}", 1},
    {"{\"choices\":[{\"delta\":{\"content\":\"a\"},\"error\":\"e\"}]}", 1},
    {"{\"message\":\"m\",\"code\":5}", 1},
    {"{\"base_resp\":{\"status_code\":0,\"status_msg\":\"\"},\"choices\":[{"
     "\"delta\":{\"content\":\"a\"}}]}",
     1},
    {"{\"x_groq\":{\"id\":\"r\"},\"choices\":[{\"delta\":{\"content\":\"a\"}}]"
     "}",
     1},
    {" { \"choices\" : [ { \"delta\" : { \"content\" : \"a\" } } ] } ", 0},
    {"{ \"choices\" : [ { \"delta\" : { \"content\" : \"a\" } } ] } ", 1},
    {"[{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}]", 0},
    {"{\"choices\":[]}{\"choices\":[]}", 0},
    {"{\"choices\":[{\"delta\":\n{\"content\":\"a\"}}]}", 0},
    {"{\"choices\":[{\"delta\":\r{\"content\":\"a\"}}]}", 0},
    {"\"text\"", 0},
    {"[DONE]", 0},
    {"17", 0},
    {"", 0},
    {": comment", 0},
    {"{\"choices\":[", 0},
};

/* What a value may be instead. */
static const char *const values[] = {
    "\"\"",
    "\"a\"",
    "\"another one\"",
    "\"more than sixteen bytes of it\"",
    "\"\\n\"",
    "\"\\\"\"",
    "\"\\\\\"",
    "\"\\u0041\"",
    "\"\\ud83d\\ude00\"",
    "\"\\ud83d\"",
    "\"a\\\"b\\/c\"",
    "\"x\\u00e9y\\\\\"",
    "\"\xc3\xa9\"",
    "\"\xff\"",
    "\"\x7f\"",
    "\"<|file-a|>\"",
    "\"null\"",
    "\"stop\"",
    "\"length\"",
    "\"tool_calls\"",
    "\"1\"",
    "\"-1\"",
    "\" \"",
    "\"text\"",
    "\"reasoning.encrypted\"",
    "\"default\"",
    "\"error\"",
    "\"0\"",
    /* no strings */
    "\"\\x\"",
    "\"\\u12\"",
    "\"\\u12g4\"",
    "\"\x01\"",
    "\"\x1f\"",
    "\"\n\"",
    "\"\t\"",
    "\"a",
    "\"\\\"",
    "\"\\",
    "a\"",
    "\"a\"b\"",
    /* numbers */
    "0",
    "1",
    "2",
    "7",
    "-1",
    "-0",
    "1.5",
    "1e5",
    "1E+2",
    "1e-1",
    "0.0",
    "123456789012345",
    "1234567890123456",
    "12345678901234567",
    "99999999999999999999",
    "1.0",
    "-1.5e3",
    /* no numbers */
    "01",
    "-",
    "+1",
    "1.",
    ".5",
    "1e",
    "1e+",
    "--1",
    "1.5.5",
    "00",
    "1x",
    "-01",
    "0x1",
    "Infinity",
    /* others */
    "true",
    "false",
    "null",
    "{}",
    "[]",
    "{\"a\":1}",
    "[1,\"a\"]",
    "nul",
    "",
    " 1",
    "\"a\" ",
    " \"a\"",
    "1 ",
    "\"a\",\"b\":1",
    "1,2",
    "\"a\"}",
};

static const char *const members[] = {
    "\"content\":\"x\",", "\"index\":1,",       "\"created\":9,",
    "\"choices\":[],",    "\"role\":\"r\",",    "\"finish_reason\":\"stop\",",
    "\"error\":\"e\",",   "\"delta\":{},",      "\"id\":\"i\",",
    "\"x\":{\"y\":[1]},", "\"refusal\":\"r\",", "\"arguments\":\"a\",",
};

/* ---- changing -------------------------------------------------------------
 */

/* A value or key that starts at i: where it ends; 0: none does. */
static size_t token_at(const char *p, size_t n, size_t i)
{
  size_t k = i + 1;

  if (p[i] == '"') {
    while (k < n && p[k] != '"')
      k += p[k] == '\\' ? 2 : 1;
    return k < n ? k + 1 : 0;
  }
  if (strchr("-0123456789tfn", p[i]) == NULL || p[i] == '\0')
    return 0;
  while (k < n && strchr(",]} \n\r", p[k]) == NULL)
    k++;
  return k;
}

/* The original before it, so that it is expected, and that the handle goes on
 * trying. */
static void try_other(struct twins *t, const char *p, size_t n,
                      const struct bytes *other)
{
  twins_parse(t, p, n);
  twins_parse(t, other->p, other->n);
}

/* `p` with n bytes, of which from..to become another text. */
static void replace(struct bytes *out, const char *p, size_t n, size_t from,
                    size_t to, const char *text)
{
  bytes_clear(out);
  bytes_put(out, p, from);
  bytes_puts(out, text);
  bytes_put(out, p + to, n - to);
}

static void change_values(struct twins *t, const char *p, size_t n,
                          size_t stride)
{
  static size_t turn;
  struct bytes other = {0};
  size_t i, end, v;

  for (i = 0; i < n; i++) {
    end = token_at(p, n, i);
    if (end == 0)
      continue;
    for (v = turn++ % stride; v < COUNT(values); v += stride) {
      replace(&other, p, n, i, end, values[v]);
      try_other(t, p, n, &other);
    }
    i = end - 1;
  }
  bytes_free(&other);
}

static void double_members(struct twins *t, const char *p, size_t n)
{
  struct bytes other = {0};
  size_t i, m;

  for (i = 1; i < n; i++)
    for (m = 0; m < COUNT(members); m++)
      if (p[i] == '"' && (p[i - 1] == '{' || p[i - 1] == ',')) {
        replace(&other, p, n, i, i, members[m]);
        try_other(t, p, n, &other);
      }
  bytes_free(&other);
}

static void change_bytes(struct twins *t, const char *p, size_t n)
{
  static const char *const bytes[] = {"",  "\"", "\\",   "{",   "}",  "]",
                                      ",", ":",  " ",    "\n",  "\r", "\t",
                                      "0", "x",  "\x01", "\xff"};
  struct bytes other = {0};
  size_t i, b, stride = check_sanitized() ? 5 : 1;

  for (i = 0; i < n; i++)
    for (b = i % stride; b < COUNT(bytes); b += stride) {
      replace(&other, p, n, i, i + 1, bytes[b]); /* in its place */
      try_other(t, p, n, &other);
      replace(&other, p, n, i, i, bytes[b]); /* before it */
      try_other(t, p, n, &other);
    }
  for (i = 0; i < n; i++) {
    replace(&other, p, n, i, n, ""); /* cut */
    try_other(t, p, n, &other);
  }
  for (b = 0; b < COUNT(bytes); b++) {
    replace(&other, p, n, n, n, bytes[b]); /* behind it */
    try_other(t, p, n, &other);
  }
  bytes_free(&other);
}

static void what_fits_gives_what_parsing_gives(void **state)
{
  struct twins t;
  size_t i, n;

  (void)state;
  for (i = 0; i < COUNT(payloads); i++) {
    twins_init(&t, NULL, NULL);
    n = strlen(payloads[i].p);
    twins_parse(&t, payloads[i].p, n);
    twins_parse(&t, payloads[i].p, n);
    if ((twins_hits(t.scratch) > 0) != payloads[i].fits)
      fail_msg("it %s: %s", payloads[i].fits ? "must fit" : "must not fit",
               payloads[i].p);
    change_values(&t, payloads[i].p, n, 1);
    double_members(&t, payloads[i].p, n);
    change_bytes(&t, payloads[i].p, n);
    twins_free(&t);
  }
}

/* The payloads of plain lines. */
static void each_payload(const struct bytes *in,
                         void (*go)(void *user, const char *p, size_t n),
                         void *user)
{
  const char *line = in->p, *end;

  for (; (end = strchr(line, '\n')) != NULL; line = end + 1)
    if (strncmp(line, "data: ", 6) == 0)
      go(user, line + 6, (size_t)(end - line - 6));
}

static void change_some(void *user, const char *p, size_t n)
{
  twins_parse((struct twins *)user, p, n);
  if (n < 1000)
    change_values((struct twins *)user, p, n, COUNT(values) / 2);
}

/* All on one scratch. */
static void the_corpus_changed(void **state)
{
  struct sample *samples;
  struct twins t;
  size_t count, i;

  (void)state;
  samples = samples_read(&count);
  twins_init(&t, NULL, NULL);
  for (i = 0; i < count; i += sample_stride())
    each_payload(&samples[i].in, change_some, &t);
  twins_free(&t);
  samples_free(samples, count);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_fits_gives_what_parsing_gives),
      cmocka_unit_test(the_corpus_changed),
  };

  return cmocka_run_group_tests_name("mould", tests, NULL, NULL);
}
