/* SPDX-License-Identifier: MIT */
#include "workload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "servers.h"

/* The compact form and the members' order of the wire. $x: `usage` of a stream
 * that will have it. */
#define HEAD                                                                   \
  "{\"id\":\"$i\",\"object\":\"chat.completion.chunk\",\"created\":$c,"        \
  "\"model\":\"$m\",\"service_tier\":\"$s\",\"system_fingerprint\":\"$f\","    \
  "\"choices\":["
#define TAIL "$x,\"obfuscation\":\"$p\"}"
#define CHOICE(delta, logprobs, reason)                                        \
  HEAD "{\"index\":0,\"delta\":" delta ",\"logprobs\":" logprobs               \
       ",\"finish_reason\":" reason "}]" TAIL
#define ROLE                                                                   \
  CHOICE("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", "null", \
         "null")
#define TEXT   CHOICE("{\"content\":$t}", "null", "null")
#define FINISH CHOICE("{}", "null", "$r")
#define USAGE  HEAD "],\"usage\":$u,\"obfuscation\":\"$p\"}"

static void begin(struct maker *m, const struct recording *r)
{
  maker_begin(m, r);
  m->finish = "\"stop\"";
  m->extra = r->usage != NULL ? ",\"usage\":null" : "";
}

static void end(struct maker *m)
{
  if (m->usage != NULL)
    maker_put(m, USAGE);
  maker_end(m);
}

static const struct recording *recording_of(const struct maker *m)
{
  return &m->recordings[m->out->count % RECORDINGS];
}

/* ---- short, long -----------------------------------------------------------
 */

static void make_short(struct maker *m, size_t chunks)
{
  while (m->out->chunks < chunks) {
    const struct recording *r = recording_of(m);
    size_t i;

    begin(m, r);
    maker_put(m, ROLE);
    for (i = 0; i < r->token_count; i++) {
      maker_text(m, &r->tokens[i]);
      maker_put(m, TEXT);
    }
    maker_put(m, FINISH);
    end(m);
  }
}

static void make_long(struct maker *m, size_t chunks)
{
  size_t i;

  begin(m, &m->recordings[1]); /* with usage */
  maker_put(m, ROLE);
  while (m->out->chunks + 1 < chunks) {
    const struct recording *r =
        &m->recordings[m->out->chunks / 100 % RECORDINGS];

    for (i = 0; i < r->token_count && m->out->chunks + 1 < chunks; i++) {
      maker_text(m, &r->tokens[i]);
      maker_put(m, TEXT);
    }
  }
  maker_put(m, FINISH);
  end(m);
}

/* ---- tools -----------------------------------------------------------------
 */

#define CALLS  3
#define PIECES 31 /* chunks of a call, with the one that names it */

#define CALL_START                                                             \
  "\"tool_calls\":[{\"index\":$k,\"id\":\"call_$k$i\",\"type\":\"function\","  \
  "\"function\":{\"name\":\"search_documents\",\"arguments\":\"\"}}]"
#define CALL_FIRST                                                             \
  CHOICE("{\"role\":\"assistant\",\"content\":null," CALL_START                \
         ",\"refusal\":null}",                                                 \
         "null", "null")
#define CALL_NEXT CHOICE("{" CALL_START "}", "null", "null")
#define CALL_PIECE                                                             \
  CHOICE("{\"tool_calls\":[{\"index\":$k,\"function\":{\"arguments\":$t}}]}",  \
         "null", "null")

static void put_piece(struct maker *m, const char *plain)
{
  struct token t = token_of(plain, 0);

  maker_arguments(m, &t);
  maker_put(m, CALL_PIECE);
  free(t.plain);
  free(t.json);
}

/* A token that can stand in a string of JSON as it is. */
static const char *next_word(const struct recording *r, size_t *at)
{
  const char *s;

  do
    s = r->tokens[(*at)++ % r->token_count].plain;
  while (strpbrk(s, "\"\\\n\t<>|") != NULL);
  return s;
}

static void make_tools(struct maker *m, size_t chunks)
{
  size_t word = 0;
  unsigned i;

  while (m->out->chunks < chunks) {
    const struct recording *r = &m->recordings[1]; /* with usage */

    begin(m, r);
    m->finish = "\"tool_calls\"";
    for (m->index = 0; m->index < CALLS; m->index++) {
      maker_put(m, m->index == 0 ? CALL_FIRST : CALL_NEXT);
      put_piece(m, "{\"");
      put_piece(m, "query");
      put_piece(m, "\":\"");
      for (i = 5; i < PIECES; i++)
        put_piece(m, next_word(r, &word));
      put_piece(m, "\"}");
    }
    maker_put(m, FINISH);
    end(m);
  }
}

/* ---- other text ------------------------------------------------------------
 */

/* Every tenth has a character outside the basic plane: two escapes. */
static const char *const words[] = {
    "我", "们", "可以", "看到",   "，",   "这个", "模型", "使用",
    "了", "😀",  "混合", "专家",   "の",   "構造", "です", "。",
    "ま", "た", "詳細", "🚀",      "は",   "資料", "を",   "ご",
    "覧", "く", "ださ", "い",     "데이", "🎉",    "터",   "는",
    "없", "습", "니다", "Привет", " мир", "—",    "été",  "𝒳"};
#define WORDS (sizeof(words) / sizeof(words[0]))

static void make_words(struct maker *m, size_t chunks, int ascii_only)
{
  struct token tokens[WORDS];
  size_t i, n, at = 0;

  for (i = 0; i < WORDS; i++)
    tokens[i] = token_of(words[i], ascii_only);
  while (m->out->chunks < chunks) {
    const struct recording *r = recording_of(m);

    begin(m, r);
    maker_put(m, ROLE);
    for (n = r->token_count; n > 0; n--) {
      maker_text(m, &tokens[at++ % WORDS]);
      maker_put(m, TEXT);
    }
    maker_put(m, FINISH);
    end(m);
  }
  for (i = 0; i < WORDS; i++) {
    free(tokens[i].plain);
    free(tokens[i].json);
  }
}

static void make_unicode(struct maker *m, size_t chunks)
{
  make_words(m, chunks, 0);
}

static void make_escaped(struct maker *m, size_t chunks)
{
  make_words(m, chunks, 1);
}

/* ---- citations -------------------------------------------------------------
 */

#define APART 12 /* chunks of text between two markers */

static void put_text(struct maker *m, const char *plain)
{
  struct token t = token_of(plain, 0);

  maker_text(m, &t);
  maker_put(m, TEXT);
  free(t.plain);
  free(t.json);
}

/* In one piece, or cut as in the recording. */
static void put_marker(struct maker *m, int cut)
{
  static const char *const before[] = {" <", "|", "file", "-"};
  char number[3][4], whole[40];
  size_t i;

  for (i = 0; i < 3; i++)
    sprintf(number[i], "%03u", maker_random(m, 1000));
  if (!cut) {
    snprintf(whole, sizeof(whole), " <|file-%s%s%s0|>", number[0], number[1],
             number[2]);
    put_text(m, whole);
    return;
  }
  for (i = 0; i < 4; i++)
    put_text(m, before[i]);
  for (i = 0; i < 3; i++)
    put_text(m, number[i]);
  put_text(m, "0");
  put_text(m, "|");
  put_text(m, ">.");
}

static void make_citations(struct maker *m, size_t chunks)
{
  size_t i, markers = 0;

  while (m->out->chunks < chunks) {
    const struct recording *r = recording_of(m);

    begin(m, r);
    maker_put(m, ROLE);
    for (i = 0; i < r->token_count; i++) {
      maker_text(m, &r->tokens[i]);
      maker_put(m, TEXT);
      if (i % APART == APART - 1)
        put_marker(m, ++markers % 2 == 0);
    }
    maker_put(m, FINISH);
    end(m);
  }
}

/* ---- reasoning, log probabilities ------------------------------------------
 */

#define THINK(delta, reason)                                                   \
  "{\"id\":\"$i\",\"object\":\"chat.completion.chunk\",\"created\":$c,"        \
  "\"model\":\"$m\",\"system_fingerprint\":\"$f\",\"choices\":[{\"index\":0,"  \
  "\"delta\":" delta ",\"logprobs\":null,\"finish_reason\":" reason "}]}"

/* Two ways: the other member as null, or not there. */
static void make_reasoning(struct maker *m, size_t chunks)
{
  size_t i;

  while (m->out->chunks < chunks) {
    const struct recording *r = recording_of(m);
    const struct recording *next = r == m->recordings ? r + 1 : r - 1;
    int null = m->out->count % 2 == 0;

    begin(m, r);
    maker_put(m, THINK("{\"role\":\"assistant\",\"content\":null,"
                       "\"reasoning_content\":\"\"}",
                       "null"));
    for (i = 0; i < r->token_count; i++) {
      maker_reasoning(m, &r->tokens[i]);
      maker_put(
          m, null ? THINK("{\"content\":null,\"reasoning_content\":$t}", "null")
                  : THINK("{\"reasoning_content\":$t}", "null"));
    }
    for (i = 0; i < next->token_count; i++) {
      maker_text(m, &next->tokens[i]);
      maker_put(
          m, null ? THINK("{\"content\":$t,\"reasoning_content\":null}", "null")
                  : THINK("{\"content\":$t}", "null"));
    }
    maker_put(m, THINK("{\"content\":\"\"}", "$r"));
    maker_end(m);
  }
}

static void logprobs_of(struct maker *m, const struct token *t,
                        struct bytes *out)
{
  const char *p;

  bytes_clear(out);
  bytes_printf(out,
               "{\"content\":[{\"token\":%s,\"logprob\":-%u.%06u,\"bytes\":[",
               t->json, maker_random(m, 3), maker_random(m, 1000000));
  for (p = t->plain; *p != '\0'; p++)
    bytes_printf(out, "%s%u", p == t->plain ? "" : ",", (unsigned char)*p);
  bytes_puts(out, "],\"top_logprobs\":[]}],\"refusal\":null}");
  m->logprobs = out->p;
}

static void make_logprobs(struct maker *m, size_t chunks)
{
  struct bytes logprobs = {NULL, 0, 0};
  size_t i;

  while (m->out->chunks < chunks) {
    const struct recording *r = recording_of(m);

    begin(m, r);
    maker_put(m, ROLE);
    for (i = 0; i < r->token_count; i++) {
      maker_text(m, &r->tokens[i]);
      logprobs_of(m, &r->tokens[i], &logprobs);
      maker_put(m, CHOICE("{\"content\":$t}", "$l", "null"));
    }
    maker_put(m, FINISH);
    end(m);
  }
  bytes_free(&logprobs);
}

/* ---- other servers, other shapes -------------------------------------------
 */

static void make_servers(struct maker *m, size_t chunks)
{
  const struct server *s = servers;
  size_t i;

  while (m->out->chunks < chunks) {
    const struct recording *r = recording_of(m);

    begin(m, r);
    if (s->lines != NULL)
      maker_lines(m, s->lines);
    if (s->first != NULL)
      maker_put(m, s->first);
    for (i = 0; i < r->token_count; i++) {
      maker_text(m, &r->tokens[i]);
      maker_put(m, s->text);
    }
    maker_put(m, s->last);
    if (s->usage != NULL)
      maker_put(m, s->usage);
    maker_end(m);
    if ((++s)->name == NULL)
      s = servers;
  }
}

/* A member of a name that was never seen, with arrays that nest differently. */
static void unknown_member(struct bytes *out, size_t number)
{
  size_t deep = number % 6;

  bytes_clear(out);
  bytes_printf(out, "\"x_%zu\":%.*s%zu%.*s", number, (int)deep, "[[[[[[",
               number, (int)deep, "]]]]]]");
}

/* Short, with a member of that kind in each chunk: the shapes in turn. */
static void make_unknown(struct maker *m, size_t chunks,
                         const char *const *shapes, size_t shape_count)
{
  struct bytes unknown = {NULL, 0, 0};
  size_t i;

  while (m->out->chunks < chunks) {
    const struct recording *r = recording_of(m);

    begin(m, r);
    for (i = 0; i < r->token_count; i++) {
      unknown_member(&unknown, m->out->chunks);
      m->extra = unknown.p;
      maker_text(m, &r->tokens[i]);
      maker_put(m, shapes[m->out->chunks % shape_count]);
    }
    m->extra = "";
    maker_put(m, FINISH);
    end(m);
  }
  bytes_free(&unknown);
}

/* It stands in the front, in the delta, behind the choices. */
static void make_misses(struct maker *m, size_t chunks)
{
  static const char *const shapes[] = {
      "{$x,\"id\":\"$i\",\"object\":\"chat.completion.chunk\",\"created\":$c,"
      "\"model\":\"$m\",\"service_tier\":\"$s\",\"system_fingerprint\":\"$f\","
      "\"choices\":[{\"index\":0,\"delta\":{\"content\":$t},\"logprobs\":null,"
      "\"finish_reason\":null}],\"obfuscation\":\"$p\"}",
      HEAD "{\"index\":0,\"delta\":{$x,\"content\":$t},\"logprobs\":null,"
           "\"finish_reason\":null}],\"obfuscation\":\"$p\"}",
      HEAD "{\"index\":0,\"delta\":{\"content\":$t},\"logprobs\":null,"
           "\"finish_reason\":null}],$x,\"obfuscation\":\"$p\"}"};

  make_unknown(m, chunks, shapes, sizeof(shapes) / sizeof(shapes[0]));
}

/* It stands at the very end: all that comes before it fits. */
static void make_late(struct maker *m, size_t chunks)
{
  static const char *const shape =
      HEAD "{\"index\":0,\"delta\":{\"content\":$t},\"logprobs\":null,"
           "\"finish_reason\":null}],\"obfuscation\":\"$p\",$x}";

  make_unknown(m, chunks, &shape, 1);
}

/* ---- all -------------------------------------------------------------------
 */

const struct workload workloads[] = {
    {"short", "the five recorded answers in turn, each with a fresh id",
     make_short},
    {"long", "one stream with the tokens of all five", make_long},
    {"tools", "three calls of 31 chunks each, finish, usage", make_tools},
    {"escaped", "short, its text Chinese, Japanese, … as \\u escapes",
     make_escaped},
    {"unicode", "the same text in UTF-8", make_unicode},
    {"citations", "short, a marker after every 12 chunks, whole or cut in ten",
     make_citations},
    {"reasoning", "a recorded answer as reasoning_content, then another",
     make_reasoning},
    {"logprobs", "short, log probabilities with each token", make_logprobs},
    {"servers", "the recorded answers as twelve other servers write them",
     make_servers},
    {"misses", "short, a member never seen before somewhere in each chunk",
     make_misses},
    {"late misses", "the same, as the last member", make_late},
    {NULL, NULL, NULL}};

const struct workload *workload_find(const char *name)
{
  const struct workload *w;

  for (w = workloads; w->name != NULL; w++)
    if (strcmp(w->name, name) == 0)
      return w;
  return NULL;
}

void workload_make(const struct workload *w, const struct recording *recordings,
                   size_t chunks, unsigned seed, struct streams *out)
{
  struct maker m;

  memset(out, 0, sizeof(*out));
  maker_init(&m, out, recordings, seed);
  w->make(&m, chunks);
  maker_free(&m);
}
