/* SPDX-License-Identifier: MIT */
/* chunk.h: one payload, in any provider's shape -> the list of deltas, written
 * as a line of text. */
#include <sluice/chunk.h>

#include "check.h"
#include "chunk.h"
#include "quirks.h"
#include "status.h"

static void put_str(struct bytes *out, const char *name, sluice_str s)
{
  if (s.n == 0)
    return;
  bytes_printf(out, " %s=", name);
  bytes_put(out, s.p, s.n);
}

static void show_meta(struct bytes *out, const sluice_delta *d)
{
  put_str(out, "id", d->u.meta.id);
  put_str(out, "model", d->u.meta.model);
  put_str(out, "tier", d->u.meta.service_tier);
  put_str(out, "fp", d->u.meta.fingerprint);
  if (d->u.meta.created != 0)
    bytes_printf(out, " created=%lld", (long long)d->u.meta.created);
}

static void show_call(struct bytes *out, const sluice_delta *d)
{
  if (d->u.call.index == SLUICE_LEGACY_INDEX)
    bytes_puts(out, " legacy");
  else if (d->u.call.index != SLUICE_NO_INDEX)
    bytes_printf(out, " #%lld", (long long)d->u.call.index);
  put_str(out, "id", d->u.call.id);
  put_str(out, "name", d->u.call.name);
  put_str(out, d->u.call.whole ? "whole" : "args", d->text);
}

static void show_usage(struct bytes *out, const sluice_usage *u)
{
  bytes_printf(out, " %lld+%lld+%lld %lld+%lld =%lld",
               (long long)u->input_tokens, (long long)u->cached_tokens,
               (long long)u->cache_write_tokens, (long long)u->output_tokens,
               (long long)u->reasoning_tokens, (long long)u->total_tokens);
}

static void show_error(struct bytes *out, const sluice_delta *d)
{
  put_str(out, "code", d->u.error.code);
  put_str(out, "type", d->u.error.type);
  put_str(out, "message", d->u.error.message);
  put_str(out, "param", d->u.error.param);
}

static void show_url(struct bytes *out, const sluice_delta *d)
{
  bytes_printf(out, " %lld..%lld%s", (long long)d->u.url.start,
               (long long)d->u.url.end, d->u.url.guessed ? " guessed" : "");
  put_str(out, "url", d->u.url.url);
  put_str(out, "title", d->u.url.title);
}

/* `NAME members;`, the choice only where it is not 0, no empty meta. */
static void show_delta(struct bytes *out, const sluice_delta *d)
{
  static const char *const names[] = {
      "meta",   "choice", "thought", "text", "refusal", "call", "lp",
      "finish", "usage",  "error",   "done", "sealed",  "url"};
  static const char *const reasons[] = {"none", "stop", "length", "filter",
                                        "error"};
  size_t before = out->n;

  bytes_puts(out, names[d->type]);
  if (d->choice != 0)
    bytes_printf(out, "@%lld", (long long)d->choice);
  if (d->type == SLUICE_DELTA_META)
    show_meta(out, d);
  else if (d->type == SLUICE_DELTA_CHOICE && d->u.whole)
    bytes_puts(out, " whole");
  else if (d->type == SLUICE_DELTA_REASONING)
    bytes_printf(out, " %d", d->u.source);
  else if (d->type == SLUICE_DELTA_CALL)
    show_call(out, d);
  else if (d->type == SLUICE_DELTA_FINISH)
    bytes_printf(out, " %s", reasons[d->u.finish]);
  else if (d->type == SLUICE_DELTA_USAGE)
    show_usage(out, &d->u.usage);
  else if (d->type == SLUICE_DELTA_ERROR)
    show_error(out, d);
  else if (d->type == SLUICE_DELTA_ANNOTATION)
    show_url(out, d);
  if (d->type != SLUICE_DELTA_CALL)
    put_str(out, "", d->text);
  if (d->type == SLUICE_DELTA_META && out->n == before + 4)
    out->p[out->n = before] = '\0'; /* it says nothing */
  else
    bytes_puts(out, ";");
}

#define DELTA(inside) "{\"choices\":[{\"delta\":{" inside "}}]}"
#define CALLS(inside) DELTA("\"tool_calls\":[" inside "]")
#define FINISH(word)  "{\"choices\":[{\"finish_reason\":" word "}]}"
#define USAGE(inside) "{\"usage\":{" inside "}}"
#define LOGPROBS(inside)                                                       \
  "{\"choices\":[{\"delta\":{\"content\":\"a\"},\"logprobs\":{\"content\":"    \
  "[" inside "]}}]}"

static const struct row {
  const char *in, *expected;
} rows[] = {
    /* the end, and what is nothing */
    {"[DONE]", "done;"},
    {" [done] ", "done;"},
    {"\"[DONE]\"", "done;"},
    {"", ""},
    {"  \t", ""},
    {"\r\n", ""},
    {": OPENROUTER PROCESSING", ""},
    {"{}", ""},
    {"1", ""},
    {"[]", ""},
    {"{\"type\":\"ping\"}", ""},
    /* the envelope */
    {"{\"id\":\"i\",\"model\":\"m\",\"created\":7,\"service_tier\":\"t\","
     "\"system_fingerprint\":\"f\",\"choices\":[]}",
     "meta id=i model=m tier=t fp=f created=7;"},
    {"{\"id\":\"\",\"model\":null,\"created\":0,\"choices\":null}", ""},
    {"{\"id\":5,\"model\":[],\"created\":\"8\",\"choices\":7}",
     "meta created=8;"},
    {"{\"created\":1699885064.11}", "meta created=1699885064;"},
    {"{\"created\":-1}", ""},
    {"{\"created\":9007199254740992}", "meta created=9007199254740992;"},
    {"{\"created\":9007199254740993}", ""},
    {"{\"created\":1e99}", ""},
    {"{\"choices\":[{}]}", "choice;"},
    {"{\"choices\":[{\"delta\":null}]}", "choice;"},
    {"{\"choices\":[null,7,{\"delta\":{}}]}", "choice;"},
    {"{\"choices\":[{\"index\":3,\"delta\":{\"content\":\"a\"}}]}",
     "choice@3;text@3 =a;"},
    {"{\"choices\":[{\"index\":\"2\",\"delta\":{\"content\":\"a\"}}]}",
     "choice@2;text@2 =a;"},
    {"{\"choices\":[{\"index\":null,\"delta\":{\"content\":\"a\"}}]}",
     "choice;text =a;"},
    {"{\"choices\":[{\"index\":\"x\",\"delta\":{\"content\":\"a\"}}]}",
     "choice;text =a;"},
    {"{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}},"
     "{\"index\":1,\"delta\":{\"content\":\"b\"}}]}",
     "choice;text =a;choice@1;text@1 =b;"},
    /* text */
    {DELTA("\"content\":\"\""), "choice;"},
    {DELTA("\"content\":null"), "choice;"},
    {DELTA("\"content\":7"), "choice;"},
    {DELTA("\"content\":\"a\\n\\u0041\xff\""), "choice;text =a\\n\\u0041\xff;"},
    {DELTA("\"content\":\"a\",\"content\":\"b\""), "choice;text =b;"},
    {DELTA("\"refusal\":\"no\""), "choice;refusal =no;"},
    {DELTA("\"refusal\":\"no\",\"content\":\"a\",\"reasoning\":\"r\""),
     "choice;thought 1 =r;text =a;refusal =no;"},
    {"{\"choices\":[{\"message\":{\"content\":\"a\"}}]}",
     "choice whole;text =a;"},
    {"{\"choices\":[{\"delta\":{\"content\":\"b\"},"
     "\"message\":{\"content\":\"ab\"}}]}",
     "choice;text =b;"},
    {"{\"choices\":[{\"delta\":{},\"message\":{\"content\":\"ab\"}}]}",
     "choice;"},
    /* parts */
    {DELTA("\"content\":[{\"type\":\"text\",\"text\":\"a\"},"
           "{\"type\":\"output_text\",\"text\":\"b\"},\"c\"]"),
     "choice;text =a;text =b;text =c;"},
    {DELTA("\"content\":[{\"type\":\"thinking\",\"thinking\":"
           "[{\"type\":\"text\",\"text\":\"t\"}]},"
           "{\"type\":\"text\",\"text\":\"a\"}]"),
     "choice;thought 4 =t;text =a;"},
    {DELTA("\"content\":[{\"type\":\"reasoning\",\"summary\":"
           "[{\"type\":\"summary_text\",\"text\":\"s\"}]}]"),
     "choice;thought 4 =s;"},
    {DELTA("\"content\":[{\"type\":\"refusal\",\"refusal\":\"no\"}]"),
     "choice;refusal =no;"},
    {DELTA("\"content\":[{\"type\":\"image\"},null,{\"type\":\"text\"}]"),
     "choice;"},
    /* reasoning: the source is which field brought it */
    {DELTA("\"reasoning_content\":\"r\""), "choice;thought 0 =r;"},
    {DELTA("\"reasoning\":\"r\""), "choice;thought 1 =r;"},
    {DELTA("\"reasoning_text\":\"r\""), "choice;thought 2 =r;"},
    {DELTA("\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":"
           "\"r\"},{\"type\":\"reasoning.encrypted\",\"data\":\"x\"}]"),
     "choice;thought 3 =r;sealed =x;"},
    {DELTA(
         "\"annotations\":[{\"type\":\"url_citation\",\"url_citation\":{"
         "\"url\":\"u\",\"title\":\"t\",\"start_index\":1,\"end_index\":3}}]"),
     "choice;url 1..3 url=u title=t;"},
    {DELTA("\"annotations\":[{\"url\":\"u\",\"start_index\":3,\"end_index\":1}"
           ",{\"type\":\"other\"},7]"),
     "choice;url -1..-1 url=u;"},
    {DELTA(
         "\"annotations\":[{\"url\":\"u\",\"start_index\":-1,\"end_index\":1},"
         "{\"url\":\"v\",\"start_index\":1},{\"url\":\"w\",\"end_index\":1}]"),
     "choice;url -1..-1 url=u;url -1..-1 url=v;url -1..-1 url=w;"},
    {DELTA("\"annotations\":{\"url\":\"u\"}"), "choice;url -1..-1 url=u;"},
    {DELTA("\"annotations\":\"u\""), "choice;"},
    {"{\"choices\":[{\"delta\":{}}],\"citations\":[\"u\",{\"url\":\"v\"},5]}",
     "choice;url -1..-1 guessed url=u;url -1..-1 guessed url=v;"},
    {DELTA("\"reasoning_content\":{\"text\":\"r\"}"), "choice;thought 0 =r;"},
    {DELTA("\"reasoning_content\":\"\",\"reasoning\":null"), "choice;"},
    {DELTA("\"reasoning_content\":7,\"reasoning\":true"), "choice;"},
    /* parts within parts, to a depth of eight */
    {DELTA("\"reasoning\":[[[[[[[[\"r\"]]]]]]]]"), "choice;thought 1 =r;"},
    {DELTA("\"reasoning\":[[[[[[[[[\"r\"]]]]]]]]]"), "choice;"},
    {DELTA("\"reasoning\":[[[[[[[[{\"text\":\"r\"}]]]]]]]]"), "choice;"},
    {DELTA("\"reasoning\":\"r\",\"reasoning_content\":\"r\""),
     "choice;thought 0 =r;thought 1 =r;"},
    /* calls */
    {CALLS(""), "choice;"},
    {DELTA("\"tool_calls\":null"), "choice;"},
    {CALLS("{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"f\","
           "\"arguments\":\"{}\"}}"),
     "choice;call #0 id=c name=f args={};"},
    {CALLS("{\"index\":1,\"id\":null,\"type\":null,\"function\":"
           "{\"name\":\"\",\"arguments\":\"x\"}}"),
     "choice;call #1 args=x;"},
    {CALLS("{\"id\":\"c\",\"function\":{\"name\":\"f\"}}"),
     "choice;call id=c name=f;"},
    {CALLS("{\"index\":\"2\",\"function\":{\"arguments\":\"x\"}}"),
     "choice;call #2 args=x;"},
    {CALLS("{\"index\":2.0,\"function\":{\"arguments\":\"x\"}}"),
     "choice;call #2 args=x;"},
    {CALLS("{\"index\":\"x\",\"function\":{\"arguments\":\"y\"}}"),
     "choice;call args=y;"},
    {CALLS("{\"index\":0.5,\"function\":{\"arguments\":\"x\"}}"),
     "choice;call args=x;"},
    {CALLS("{\"index\":-1,\"function\":{\"arguments\":\"x\"}}"),
     "choice;call #-1 args=x;"},
    {CALLS("{\"index\":1e30,\"function\":{\"arguments\":\"x\"}}"),
     "choice;call #9223372036854775807 args=x;"},
    {CALLS("{\"index\":-1e30,\"function\":{\"arguments\":\"x\"}}"),
     "choice;call args=x;"},
    {CALLS("{\"index\":0,\"function\":{\"arguments\":{\"a\": [1, \"\\\"\"]}}}"),
     "choice;call #0 whole={\\\"a\\\":[1,\\\"\\\\\\\"\\\"]};"},
    {CALLS("{\"index\":0,\"function\":{\"arguments\":{\r\n\"a\"\t: 1 }}}"),
     "choice;call #0 whole={\\\"a\\\":1};"},
    {CALLS("{\"index\":0,\"function\":{\"arguments\":[]}}"),
     "choice;call #0 whole=[];"},
    {CALLS("{\"index\":0,\"function\":{\"arguments\":null}}"),
     "choice;call #0;"},
    {CALLS("{\"index\":0,\"function\":null}"), "choice;call #0;"},
    {CALLS("{\"index\":0,\"function\":{\"name\":\"f\"}},"
           "{\"index\":0,\"function\":{\"arguments\":\"{\"}}"),
     "choice;call #0 name=f;call #0 args={;"},
    {CALLS("7,null,{\"index\":0,\"id\":\"c\"}"), "choice;call #0 id=c;"},
    {DELTA("\"tool_calls\":{\"index\":0,\"id\":\"c\"}"),
     "choice;call #0 id=c;"},
    {DELTA("\"function_call\":{\"name\":\"f\",\"arguments\":\"x\"}"),
     "choice;call legacy name=f args=x;"},
    {DELTA("\"function_call\":null"), "choice;"},
    /* reasons */
    {FINISH("null"), "choice;"},
    {FINISH("\"\""), "choice;"},
    {FINISH("\" \""), "choice;"},
    {FINISH("\"null\""), "choice;"},
    {FINISH("7"), "choice;"},
    {FINISH("\"stop\""), "choice;finish stop =stop;"},
    {FINISH("\"Tool-Calls\""), "choice;finish stop =Tool-Calls;"},
    {FINISH("\"MAX_TOKENS\""), "choice;finish length =MAX_TOKENS;"},
    {FINISH("\"content-filter\""), "choice;finish filter =content-filter;"},
    {FINISH("\"whatever\""), "choice;finish stop =whatever;"},
    {"{\"choices\":[{\"delta\":{\"content\":\"a\",\"tool_calls\":[{\"index\":0,"
     "\"id\":\"c\"}]},\"finish_reason\":\"length\"}]}",
     "choice;text =a;call #0 id=c;finish length =length;"},
    /* usage */
    {USAGE("\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5"),
     "usage 3+0+0 2+0 =5;"},
    {USAGE("\"input_tokens\":3,\"output_tokens\":2"), "usage 3+0+0 2+0 =5;"},
    {USAGE("\"prompt_tokens\":3,\"completion_tokens\":2,"
           "\"prompt_tokens_details\":{\"cached_tokens\":1,"
           "\"cache_write_tokens\":2},"
           "\"completion_tokens_details\":{\"reasoning_tokens\":2}"),
     "usage 3+1+2 2+2 =5;"},
    {USAGE("\"prompt_tokens\":3,\"prompt_cache_hit_tokens\":2"),
     "usage 3+2+0 0+0 =3;"},
    {USAGE("\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":9,"
           "\"completion_tokens_details\":{\"reasoning_tokens\":4}"),
     "usage 3+0+0 6+4 =9;"},
    {USAGE("\"prompt_tokens\":3,\"prompt_tokens_details\":"
           "{\"cache_write_tokens\":4}"),
     "usage 3+0+3 0+0 =3;"},
    {USAGE("\"completion_tokens\":3,\"completion_tokens_details\":"
           "{\"reasoning_tokens\":4}"),
     "usage 0+0+0 3+3 =3;"},
    {USAGE("\"prompt_tokens\":9223372036854775807,\"completion_tokens\":1"),
     "usage 9223372036854775807+0+0 0+0 =9223372036854775807;"},
    {USAGE("\"prompt_tokens\":-3,\"completion_tokens\":\"2\""),
     "usage 0+0+0 2+0 =2;"},
    {USAGE(""), ""},
    {"{\"usage\":null}", ""},
    {"{\"choices\":[{\"delta\":{\"content\":\"a\"},\"usage\":"
     "{\"prompt_tokens\":1}}]}",
     "choice;text =a;usage 1+0+0 0+0 =1;"},
    {"{\"x_groq\":{\"usage\":{\"prompt_tokens\":1}}}", "usage 1+0+0 0+0 =1;"},
    {"{\"usage\":{\"prompt_tokens\":2},\"x_groq\":{\"usage\":"
     "{\"prompt_tokens\":1}}}",
     "usage 2+0+0 0+0 =2;"},
    /* log probabilities */
    {LOGPROBS("{\"token\":\"a\",\"logprob\":-0.5,\"bytes\":[97],"
              "\"top_logprobs\":[]}"),
     "choice;lp ={\"token\":\"a\",\"logprob\":-0.5,\"bytes\":[97],"
     "\"top_logprobs\":[]};text =a;"},
    {LOGPROBS("{\"token\":\"a\",\"logprob\":0},{\"token\":\"\\u0062\","
              "\"logprob\":1,\"bytes\":null}"),
     "choice;lp ={\"token\":\"a\",\"logprob\":0,\"bytes\":[],"
     "\"top_logprobs\":[]},{\"token\":\"b\",\"logprob\":1,\"bytes\":[],"
     "\"top_logprobs\":[]};text =a;"},
    {LOGPROBS("{\"token\":\"a\",\"logprob\":0,\"bytes\":[1.5],"
              "\"top_logprobs\":[{\"token\":\"b\"},7,{\"token\":\"c\"}]},7"),
     "choice;lp ={\"token\":\"a\",\"logprob\":0,\"bytes\":[],"
     "\"top_logprobs\":[{\"token\":\"b\",\"logprob\":-9999.0,\"bytes\":[]},"
     "{\"token\":\"c\",\"logprob\":-9999.0,\"bytes\":[]}]};text =a;"},
    {LOGPROBS(""), "choice;text =a;"},
    {"{\"choices\":[{\"delta\":{\"content\":\"a\"},\"logprobs\":{\"content\":"
     "7}}]}",
     "choice;text =a;"},
    {"{\"choices\":[{\"delta\":{\"content\":\"a\"},\"logprobs\":null}]}",
     "choice;text =a;"},
    /* errors come last */
    {"{\"error\":{\"message\":\"m\",\"code\":\"c\",\"type\":\"t\","
     "\"param\":\"p\"}}",
     "error code=c type=t message=m param=p;"},
    {"{\"error\":{\"message\":\"m\",\"code\":502}}",
     "error code=502 message=m;"},
    {"{\"error\":\"m\"}", "error message=m;"},
    {"{\"error\":null}", ""},
    {"{\"error\":{\"message\":\"m\",\"status_code\":429}}",
     "error code=429 message=m;"},
    {"{\"error\":{\"message\":\"m\",\"code\":\"c\",\"status\":429}}",
     "error code=429 message=m;"},
    {"{\"error\":true}",
     "error message=the upstream sent an error without a message;"},
    {"{\"error\":5}",
     "error message=the upstream sent an error without a message;"},
    {"{\"error\":[]}",
     "error message=the upstream sent an error without a message;"},
    {"{\"error\":false}", ""},
    {"{\"error\":\"\"}", ""},
    {"{\"error\":{}}", ""},
    {"{\"error\":{\"message\":\"m\"},\"choices\":[{\"delta\":{\"content\":"
     "\"a\"},\"finish_reason\":\"error\"}]}",
     "choice;text =a;finish error =error;error message=m;"},
    {"{\"choices\":[{\"error\":{\"message\":\"m\"}}]}",
     "choice;error message=m;"},
    {"{\"choices\":[{\"delta\":{\"error\":{\"message\":\"m\"}}}]}",
     "choice;error message=m;"},
    {"{\"detail\":\"m\"}", "error message=m;"},
    {"{\"message\":\"m\",\"code\":429}", "error code=429 message=m;"},
    {"{\"message\":\"hello\"}", ""},
    /* several documents */
    {DELTA("\"content\":\"a\"") DELTA("\"content\":\"b\""),
     "choice;text =a;choice;text =b;"},
    {"{} 1 " DELTA("\"content\":\"b\""), "choice;text =b;"}};

static sluice_parser *new_parser(const sluice_options *o)
{
  sluice_parser *p = NULL;

  assert_int_equal(sluice_parser_new(&p, o), SLUICE_OK);
  return p;
}

static sluice_status parse(sluice_parser *p, const char *name, const char *in,
                           size_t n, struct bytes *out)
{
  sluice_str event = {name, strlen(name)}, payload;
  sluice_chunk chunk = {NULL, 99};
  char *exact = malloc(n + 1);
  sluice_status status;
  size_t i;

  assert_non_null(exact);
  memcpy(exact, in, n);
  payload.p = exact;
  payload.n = n;
  status = sluice_parser_parse(p, event, payload, &chunk);
  bytes_clear(out);
  for (i = 0; i < chunk.count; i++)
    show_delta(out, &chunk.deltas[i]);
  if (status != SLUICE_OK)
    assert_int_equal(chunk.count, 0);
  free(exact);
  return status;
}

static void each_payload_gives_its_deltas(void **state)
{
  sluice_parser *p = new_parser(NULL);
  struct bytes out = {0};
  size_t i, wrong = 0;

  (void)state;
  for (i = 0; i < COUNT(rows); i++) {
    sluice_status status = parse(p, "", rows[i].in, strlen(rows[i].in), &out);

    if (status != SLUICE_OK || strcmp(out.p, rows[i].expected) != 0) {
      print_error("%s\n  expected %s\n  got %s %s\n", rows[i].in,
                  rows[i].expected, sluice_status_name(status), out.p);
      wrong++;
    }
  }
  assert_int_equal(wrong, 0);
  bytes_free(&out);
  sluice_parser_free(p);
}

static void an_event_named_error_makes_any_object_an_error(void **state)
{
  static const char *const rows_[][2] = {
      {"{\"error\":{\"message\":\"m\"}}", "error message=m;"},
      {"{\"message\":\"m\"}", "error message=m;"},
      {"{\"code\":429,\"message\":\"m\"}", "error code=429 message=m;"},
      {"{\"x\":1}", "error message=the upstream sent an error without a "
                    "message;"},
      {"\"plain words\"", "error message=plain words;"},
      {"[DONE]", "done;"}};
  sluice_parser *p = new_parser(NULL);
  struct bytes out = {0};
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(rows_); i++) {
    assert_int_equal(parse(p, "error", rows_[i][0], strlen(rows_[i][0]), &out),
                     SLUICE_OK);
    assert_string_equal(out.p, rows_[i][1]);
  }
  bytes_free(&out);
  sluice_parser_free(p);
}

/* However few deltas are allowed: all that the payload has, or none. */
static void a_payload_gives_all_its_deltas_or_none(void **state)
{
#define ALL                                                                    \
  "{\"choices\":[{\"delta\":{\"reasoning\":\"r\",\"reasoning_details\":[{"     \
  "\"text\":\"s\"},{\"text\":\"t\"}],\"content\":[{\"type\":\"text\","         \
  "\"text\":"                                                                  \
  "\"a\"},{\"type\":\"text\",\"text\":\"b\"}],\"refusal\":\"no\","             \
  "\"annotations\":"                                                           \
  "[{\"url\":\"u\"},{\"url\":\"v\"}],\"tool_calls\":[{\"id\":\"c\"},{\"id\":"  \
  "\"d\"}]},\"logprobs\":{\"content\":[{\"token\":\"a\"}]},\"finish_reason\":" \
  "\"stop\"},{\"index\":1,\"delta\":{\"content\":\"c\",\"function_call\":{"    \
  "\"name\":\"f\"}}}],\"citations\":[\"u\",\"v\"],\"usage\":{"                 \
  "\"prompt_tokens\":1},\"error\":\"m\"}"
  static const struct {
    const char *in;
    enum chunk_source source;
    size_t count;
  } cases[] = {{ALL, CHUNK_OF_STREAM, 21},
               {"[" ALL "," ALL "]", CHUNK_OF_BODY, 42},
               {"[DONE]", CHUNK_OF_STREAM, 1},
               {"\"x\"", CHUNK_OF_STREAM, 0}};
  sluice_scratch *scratch = NULL;
  size_t i, most;

  (void)state;
  assert_int_equal(sluice_scratch_new(&scratch, NULL), SLUICE_OK);
  for (i = 0; i < COUNT(cases); i++) {
    for (most = 0; most <= cases[i].count; most++) {
      sluice_str none = {"", 0}, in = {cases[i].in, strlen(cases[i].in)};
      sluice_error error = {SLUICE_OK, 0, ""};
      struct cast cast;
      struct limits limits;
      struct caps caps;
      sluice_options o;
      int rv;

      assert_int_equal(sluice__options(&o, NULL), 0);
      sluice__caps_init(&caps, &o);
      caps.deltas = (uint32_t)most;
      sluice__limits_init(&limits, &caps);
      rv = sluice__chunk_parse(scratch, cases[i].source, NULL, none, in,
                               &limits, NULL, &cast, &error);
      if (rv != (most < cases[i].count ? SLUICE_ERR_LIMIT : 0))
        fail_msg("case %zu, %zu deltas: %d", i, most, rv);
      assert_int_equal(error.status, rv);
      if (rv == 0)
        assert_int_equal(cast.count, cases[i].count);
      else
        assert_int_equal(limits.passed, LIMIT_DELTAS);
    }
  }
  sluice_scratch_free(scratch);
#undef ALL
}

/* What a payload is made into counts as well as what it holds. */
static void log_probabilities_have_the_limit_of_the_output(void **state)
{
  static const char one[] = LOGPROBS("{\"token\":\"a\",\"logprob\":-1}");
  static const char top[] =
      LOGPROBS("{\"token\":\"a\",\"logprob\":-1,\"top_logprobs\":["
               "{\"token\":\"a\",\"logprob\":-1},"
               "{\"token\":\"b\",\"logprob\":-2}]}");
  static const char clean[] =
      "{\"token\":\"a\",\"logprob\":-1,\"bytes\":[],\"top_logprobs\":[]}";
  struct bytes out = {0};
  size_t past;

  (void)state;
  for (past = 0; past < 2; past++) {
    sluice_options o;
    sluice_parser *p;

    sluice_options_init(&o);
    o.max_output = sizeof(clean) - 1 - past;
    p = new_parser(&o);
    assert_int_equal(parse(p, "", LIT(one), &out),
                     past ? SLUICE_ERR_LIMIT : SLUICE_OK);
    assert_int_equal(parse(p, "", LIT(top), &out), SLUICE_ERR_LIMIT);
    sluice_parser_free(p);
  }
  bytes_free(&out);
}

static void other_names_of_events_say_nothing(void **state)
{
  static const char *const names[] = {"", "chunk", "erro", "errors", "Error"};
  sluice_parser *p = new_parser(NULL);
  struct bytes out = {0};
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(names); i++) {
    assert_int_equal(parse(p, names[i], LIT("{\"x\":1}"), &out), SLUICE_OK);
    assert_string_equal(out.p == NULL ? "" : out.p, "");
  }
  bytes_free(&out);
  sluice_parser_free(p);
}

static void a_wrong_payload_gives_an_error_that_is_not_sticky(void **state)
{
  static const struct {
    const char *in;
    size_t n;
    sluice_status status;
    uint64_t least, most; /* where the fault may be told */
  } cases[] = {{LIT("{\"choices\":[{\"delta\":{\"content\":\"a\"}}"),
                SLUICE_ERR_JSON, 0, 99},
               {LIT("{\"a\":nope}"), SLUICE_ERR_JSON, 4, 8},
               {LIT("{\"a\":\"\\x\"}"), SLUICE_ERR_JSON, 5, 8},
               {LIT("<html>"), SLUICE_ERR_JSON, 0, 1},
               {LIT("\0[DONE]"), SLUICE_ERR_JSON, 0, 1},
               {LIT("[DONE]\0"), SLUICE_ERR_JSON, 1, 2},
               {LIT("\"[DONE]"), SLUICE_ERR_JSON, 0, 7},
               {LIT("[[[[[1]]]]]"), SLUICE_ERR_LIMIT, 3, 6},
               {LIT("{\"content\":\"0123456789012345678901234567\"}"),
                SLUICE_ERR_LIMIT, 0, 40},
               {LIT(DELTA("\"content\":\"a\"") "{"), SLUICE_ERR_JSON, 0, 99}};
  struct bytes out = {0};
  sluice_options o;
  sluice_parser *p;
  sluice_error error;
  size_t i;

  (void)state;
  sluice_options_init(&o);
  o.max_depth = 4;
  p = new_parser(&o);
  for (i = 0; i < COUNT(cases); i++) {
    if (cases[i].most == 40) {
      sluice_parser_free(p);
      o.max_payload = 40;
      p = new_parser(&o);
    }
    if (i == COUNT(cases) - 1) {
      sluice_parser_free(p);
      p = new_parser(NULL);
    }
    assert_int_equal(parse(p, "", cases[i].in, cases[i].n, &out),
                     cases[i].status);
    error = sluice_parser_error(p);
    assert_int_equal(error.status, cases[i].status);
    assert_in_range(error.offset, cases[i].least, cases[i].most);
    assert_true(strlen(error.message) > 0);

    assert_int_equal(parse(p, "", LIT("[DONE]"), &out), SLUICE_OK);
    assert_string_equal(out.p, "done;");
    assert_int_equal(sluice_parser_error(p).status, SLUICE_OK);
  }
  bytes_free(&out);
  sluice_parser_free(p);
}

/* The number that a delta of thought has, back to the field it came in. */
static void each_source_of_thought_has_a_name(void **state)
{
  static const char *const fields[] = {"reasoning_content", "reasoning",
                                       "reasoning_text", "reasoning_details",
                                       "content"};
  sluice_parser *p = new_parser(NULL);
  struct bytes in = {0}, out = {0}, expected = {0};
  int i;

  (void)state;
  for (i = 0; i < (int)COUNT(fields); i++) {
    bytes_clear(&in);
    bytes_printf(&in,
                 "{\"choices\":[{\"delta\":{\"%s\":[{\"type\":\"thinking\","
                 "\"thinking\":\"r\"}]}}]}",
                 fields[i]);
    bytes_clear(&expected);
    bytes_printf(&expected, "choice;thought %d =r;", i);
    assert_int_equal(parse(p, "", in.p, in.n, &out), SLUICE_OK);
    assert_string_equal(out.p, expected.p);
    assert_string_equal(sluice__quirk_reasoning_field(i), fields[i]);
  }
  bytes_free(&in);
  bytes_free(&out);
  bytes_free(&expected);
  sluice_parser_free(p);
}

/* Entries of log probabilities grow by what they lack. */
static void more_than_may_be_kept_is_not_made(void **state)
{
  static const char *const lists[] = {"{}", "{\"top_logprobs\":[{}"};
  static const char *const ends[] = {"", "]}"};
  struct bytes out = {0};
  sluice_options o;
  sluice_parser *p;
  size_t i, n;

  (void)state;
  sluice_options_init(&o);
  o.max_output = 10000;
  p = new_parser(&o);
  for (i = 0; i < 2; i++)
    for (n = 100; n <= 1000; n *= 10) {
      struct bytes in = {0};
      size_t k;

      bytes_puts(&in, "{\"choices\":[{\"logprobs\":{\"content\":[");
      bytes_puts(&in, lists[i]);
      for (k = 1; k < n; k++)
        bytes_puts(&in, ",{}");
      bytes_puts(&in, ends[i]);
      bytes_puts(&in, "]},\"delta\":{\"content\":\"a\"}}]}");
      assert_int_equal(parse(p, "", in.p, in.n, &out),
                       n == 100 ? SLUICE_OK : SLUICE_ERR_LIMIT);
      bytes_free(&in);
    }
  bytes_free(&out);
  sluice_parser_free(p);
}

static void oddities_are_counted(void **state)
{
  static const struct {
    const char *in;
    sluice_anomaly what;
  } cases[] = {
      {"", SLUICE_ANOMALY_EMPTY_DATA},
      {":x", SLUICE_ANOMALY_DATA_COMMENT},
      {"1", SLUICE_ANOMALY_NOT_OBJECT},
      {"{\"a\":1}", SLUICE_ANOMALY_UNKNOWN_CHUNK},
      {"{\"choices\":[]}{\"choices\":[]}", SLUICE_ANOMALY_SEVERAL_DOCUMENTS},
      {DELTA("\"content\":7"), SLUICE_ANOMALY_WRONG_TYPE},
      {DELTA("\"reasoning\":7"), SLUICE_ANOMALY_WRONG_TYPE},
      {DELTA("\"annotations\":7"), SLUICE_ANOMALY_WRONG_TYPE},
      {"{\"choices\":[{\"index\":{}}]}", SLUICE_ANOMALY_WRONG_TYPE},
      {"{\"choices\":[{\"logprobs\":{\"content\":7}}]}",
       SLUICE_ANOMALY_WRONG_TYPE},
      {LOGPROBS("7"), SLUICE_ANOMALY_WRONG_TYPE},
      {"{\"choices\":[{\"message\":{}}]}", SLUICE_ANOMALY_WHOLE_MESSAGE},
      {DELTA("\"content\":[]"), SLUICE_ANOMALY_PARTS},
      {DELTA("\"content\":[{\"type\":\"x\"}]"), SLUICE_ANOMALY_UNKNOWN_PART},
      {DELTA("\"audio\":{\"id\":\"x\"}"), SLUICE_ANOMALY_MEDIA_DROPPED},
      {CALLS("{\"function\":{\"arguments\":{}}}"),
       SLUICE_ANOMALY_ARGUMENTS_VALUE},
      {DELTA("\"function_call\":{\"name\":\"f\"}"), SLUICE_ANOMALY_CALL_LEGACY},
      {FINISH("\"x\""), SLUICE_ANOMALY_FINISH_UNKNOWN},
      {"{\"x_groq\":{\"usage\":{\"prompt_tokens\":1}}}",
       SLUICE_ANOMALY_USAGE_PLACE},
      {USAGE("\"prompt_tokens\":1,\"prompt_tokens_details\":"
             "{\"cache_write_tokens\":2}"),
       SLUICE_ANOMALY_USAGE_MENDED},
      {USAGE("\"completion_tokens\":1,\"reasoning_tokens\":2"),
       SLUICE_ANOMALY_USAGE_MENDED},
      {USAGE("\"prompt_tokens\":1,\"total_tokens\":9"),
       SLUICE_ANOMALY_USAGE_MENDED}};
  struct bytes out = {0};
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(cases); i++) {
    sluice_parser *p = new_parser(NULL);

    assert_int_equal(sluice_parser_count(p, cases[i].what), 0);
    assert_int_equal(parse(p, "", cases[i].in, strlen(cases[i].in), &out),
                     SLUICE_OK);
    if (sluice_parser_count(p, cases[i].what) != 1)
      fail_msg("%s: %s counted %u times", cases[i].in,
               sluice_anomaly_name(cases[i].what),
               sluice_parser_count(p, cases[i].what));
    sluice_parser_free(p);
  }
  bytes_free(&out);
}

static void wrong_arguments_are_refused(void **state)
{
  sluice_str none = {NULL, 0}, done = {"[DONE]", 6}, bad = {NULL, 1};
  sluice_parser *p = new_parser(NULL);
  sluice_chunk chunk;

  (void)state;
  assert_int_equal(sluice_parser_new(NULL, NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_parser_parse(NULL, none, done, &chunk),
                   SLUICE_ERR_ARG);
  assert_int_equal(sluice_parser_parse(p, none, done, NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_parser_parse(p, none, bad, &chunk), SLUICE_ERR_ARG);
  assert_int_equal(sluice_parser_parse(p, none, none, &chunk), SLUICE_OK);
  assert_int_equal(chunk.count, 0);
  assert_int_equal(sluice_parser_count(NULL, SLUICE_ANOMALY_COMMENT), 0);
  assert_int_equal(sluice_parser_count(p, SLUICE_ANOMALY_COUNT), 0);
  assert_int_equal(sluice_parser_count(p, (sluice_anomaly)-1), 0);
  assert_true(strlen(sluice_parser_error(NULL).message) > 0 ||
              sluice_parser_error(NULL).status == SLUICE_OK);
  sluice_parser_free(NULL);
  sluice_parser_free(p);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_payload_gives_its_deltas),
      cmocka_unit_test(an_event_named_error_makes_any_object_an_error),
      cmocka_unit_test(a_payload_gives_all_its_deltas_or_none),
      cmocka_unit_test(log_probabilities_have_the_limit_of_the_output),
      cmocka_unit_test(other_names_of_events_say_nothing),
      cmocka_unit_test(a_wrong_payload_gives_an_error_that_is_not_sticky),
      cmocka_unit_test(each_source_of_thought_has_a_name),
      cmocka_unit_test(more_than_may_be_kept_is_not_made),
      cmocka_unit_test(oddities_are_counted),
      cmocka_unit_test(wrong_arguments_are_refused)};

  return cmocka_run_group_tests_name("chunk", tests, NULL, NULL);
}
