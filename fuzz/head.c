/* SPDX-License-Identifier: MIT */
#include "head.h"

#include <string.h>

#define STR(literal)                                                           \
  {                                                                            \
    (literal), sizeof(literal) - 1                                             \
  }
#define NONE                                                                   \
  {                                                                            \
    "", 0                                                                      \
  }
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Names that stand in the streams of the corpus. */
static const sluice_tool rounds_tools[] = {
    {STR("search"), SLUICE_TOOL_FILE_SEARCH, NONE, NONE, NONE, NONE},
    {STR("ask"), SLUICE_TOOL_MCP, STR("deep"), NONE, NONE, NONE},
    {STR("srv__ask"), SLUICE_TOOL_MCP, STR("srv"), NONE, NONE, STR("ask")},
    {STR("python"), SLUICE_TOOL_CODE_INTERPRETER, NONE, STR("cntr_1"), NONE,
     NONE},
    {STR("patch"), SLUICE_TOOL_CUSTOM, NONE, NONE, NONE, NONE},
    {STR("git__patch"), SLUICE_TOOL_CUSTOM, NONE, NONE, STR("git"),
     STR("patch")},
    {STR("git__log"), SLUICE_TOOL_FUNCTION, NONE, NONE, STR("git"), STR("log")},
    {STR("draw"), SLUICE_TOOL_IMAGE_GENERATION, NONE, NONE, NONE, NONE},
    {STR("web"), SLUICE_TOOL_WEB_SEARCH, NONE, NONE, NONE, NONE},
    {STR("wipe"), SLUICE_TOOL_MCP_APPROVAL, STR("disk"), NONE, NONE, NONE},
    {STR("f"), SLUICE_TOOL_FUNCTION, NONE, NONE, NONE, NONE},
    {STR("g"), SLUICE_TOOL_MCP, STR("q\"\n\xff"), NONE, NONE, NONE}};

/* The functions of other streams, each type in turn. */
#define ALL_ARE(type)                                                          \
  {STR("f"), type, STR("s"), STR("c"), STR("n"), NONE},                        \
      {STR("g"), type, NONE, NONE, NONE, STR("shown")},                        \
  {                                                                            \
    STR("h"), type, STR("s"), NONE, NONE, NONE                                 \
  }
static const sluice_tool same_tools[][3] = {
    {ALL_ARE(SLUICE_TOOL_CUSTOM)},
    {ALL_ARE(SLUICE_TOOL_FILE_SEARCH)},
    {ALL_ARE(SLUICE_TOOL_WEB_SEARCH)},
    {ALL_ARE(SLUICE_TOOL_MCP)},
    {ALL_ARE(SLUICE_TOOL_CODE_INTERPRETER)},
    {ALL_ARE(SLUICE_TOOL_IMAGE_GENERATION)},
    {ALL_ARE(SLUICE_TOOL_MCP_APPROVAL)}};
static const sluice_tool mixed_tools[] = {
    {STR("f"), SLUICE_TOOL_CUSTOM, NONE, NONE, NONE, NONE},
    {STR("g"), SLUICE_TOOL_MCP, STR("deep"), NONE, NONE, NONE},
    {STR("h"), SLUICE_TOOL_FUNCTION, NONE, NONE, NONE, NONE},
    {STR("read_file"), SLUICE_TOOL_CUSTOM, NONE, NONE, NONE, NONE}};

static const sluice_file files[] = {
    {STR("file-a"), STR("a.txt")},
    {STR("file-1"), STR("one \"q\" \xc3\xa9.txt")},
    {STR("file-x"), NONE},
    {STR("file-5217982280"), STR("test.txt")},
    {STR("file-abcdefghijklmnop"), STR("p\xff")}};

static const sluice_str requests[] = {
    STR("{}"),
    STR("{\"model\":\"asked\",\"tools\":[{\"type\":\"function\",\"name\":"
        "\"f\"},{\"type\":\"mcp\",\"server_label\":\"deep\",\"server_url\":"
        "\"https://a/b?c\"},{\"type\":\"file_search\",\"vector_store_ids\":"
        "[\"v\"]}],\"text\":{\"format\":{\"type\":\"text\"}},\"top_p\":0.5,"
        "\"metadata\":{\"a\":\"\\ud83d\"},\"service_tier\":\"flex\"}"),
    STR("{\"model\":5,\"background\":\"yes\",\"instructions\":[\"a\"],"
        "\"max_output_tokens\":-3,\"temperature\":9e99,\"tools\":[{},1,"
        "{\"type\":\"x\"}],\"user\":{},\"service_tier\":\"best\"}"),
    STR("{\"instructions\":\"\xff\\u0000\xe2\x80\xa8\",\"max_tool_calls\":1,"
        "\"reasoning\":{\"effort\":\"low\"},\"reasoning\":null}")};

static const struct {
  sluice_str open, prefix, close;
} markers[] = {{NONE, NONE, NONE},
               {STR("[["), STR("doc-"), STR("]]")},
               {STR("<"), STR("f"), STR(">")},
               {STR("\xe3\x80\x90"), STR("file-"), STR("\xe3\x80\x91")},
               {STR("<|<|"), STR("file-"), STR("<")}};

static int64_t clock_of(void *user)
{
  return *(const int64_t *)user;
}

static void read_tools(sluice_options *o, unsigned which)
{
  if (which == 1) {
    o->tools = rounds_tools;
    o->tool_count = COUNT(rounds_tools);
  } else if (which == 2) {
    o->tools = mixed_tools;
    o->tool_count = COUNT(mixed_tools);
  } else if (which > 2 && which - 3 < COUNT(same_tools)) {
    o->tools = same_tools[which - 3];
    o->tool_count = COUNT(same_tools[0]);
  }
}

static void read_limits(sluice_options *o, unsigned which, unsigned which2,
                        unsigned n)
{
  n = (which2 & 8) != 0 ? n / 2 : n;
  if ((which & 1) != 0)
    o->max_payload = n + 1;
  if ((which & 2) != 0)
    o->max_output = n + 1;
  if ((which & 4) != 0)
    o->max_depth = n % 16 + 1;
  if ((which & 8) != 0)
    o->max_items = n % 16 + 1;
  if ((which2 & 1) != 0)
    o->max_marker = n % 32 + 1;
  if ((which2 & 2) != 0)
    o->max_annotations = n % 16 + 1;
  if ((which2 & 4) != 0)
    o->max_tool_calls = n % 8 + 1;
}

static void read_more(sluice_options *o, unsigned bits)
{
  static int64_t now = 1700000009;
  static const sluice_str id = STR("resp_mine"), model = STR("mod\xff\"el");

  if ((bits & 1) != 0)
    o->lenient |= SLUICE_LENIENT_CITATIONS;
  if ((bits & 2) != 0) {
    o->clock = clock_of;
    o->clock_user = &now;
  }
  if ((bits & 4) != 0)
    o->response_id = id;
  if ((bits & 8) != 0) {
    o->model = model;
    o->created_at = 55;
  }
}

/* Two hexadecimal digits, or three, as one number. */
static unsigned number(const unsigned *digit, unsigned digits)
{
  unsigned n = 0;

  while (digits-- > 0)
    n = n * 16 + *digit++;
  return n;
}

static void read_options(sluice_options *o, const unsigned *d)
{
  sluice_options_init(o);
  o->reasoning = (sluice_reasoning)((d[HEAD_MODE] & 3) % 3);
  o->index_unit = (sluice_unit)(d[HEAD_MODE] >> 2);
  o->flags = d[HEAD_FLAGS];
  if ((d[HEAD_END] & HEAD_NO_FAST_PATH) != 0)
    o->flags |= SLUICE_NO_FAST_PATH;
  o->lenient = d[HEAD_LENIENT];
  if ((o->lenient & SLUICE_LENIENT_THINK) != 0)
    o->lenient &= ~(uint32_t)SLUICE_LENIENT_CUMULATIVE; /* never both */
  read_more(o, d[HEAD_MORE]);
  read_limits(o, d[HEAD_LIMITS], d[HEAD_LIMITS2], number(d + HEAD_LIMIT, 2));
  read_tools(o, d[HEAD_TOOLS]);
  if (d[HEAD_FILES] != 0) {
    o->files = files;
    o->file_count = (d[HEAD_FILES] - 1) % (COUNT(files) + 1);
  }
  if (d[HEAD_REQUEST] != 0) {
    o->request = requests[(d[HEAD_REQUEST] - 1) % COUNT(requests)];
    if (o->max_payload != 0 && o->max_payload < o->request.n)
      o->max_payload = o->request.n;
    if (o->max_depth != 0 && o->max_depth < 8)
      o->max_depth = 8;
  }
  o->marker_open = markers[d[HEAD_MARKERS] % COUNT(markers)].open;
  o->marker_prefix = markers[d[HEAD_MARKERS] % COUNT(markers)].prefix;
  o->marker_close = markers[d[HEAD_MARKERS] % COUNT(markers)].close;
}

int head_read(struct head *h, const uint8_t *p, size_t n)
{
  unsigned d[HEAD_BYTES], i;

  if (n < HEAD_BYTES)
    return 0;
  for (i = 0; i < HEAD_BYTES; i++)
    d[i] = p[i] & 15;
  memset(h, 0, sizeof(*h));
  read_options(&h->o, d);
  h->push = number(d + HEAD_PUSH, 2);
  h->callback = (enum head_callback)(d[HEAD_CALLBACK] % (HEAD_CALLS + 1));
  h->callback_at = number(d + HEAD_CALLBACK_AT, 2) + 1;
  h->memory = (enum head_memory)(d[HEAD_MEMORY] % (HEAD_FAILS_FOR_GOOD + 1));
  h->memory_at = number(d + HEAD_MEMORY_AT, 3);
  h->end = (enum head_end)(d[HEAD_END] % (HEAD_STOP + 1));
  h->seed = h->o.seed = d[HEAD_SEED];
  h->stream.p = (const char *)p + HEAD_BYTES;
  h->stream.n = n - HEAD_BYTES;
  return 1;
}

/* ---- the other way ------------------------------------------------------ */

static uint8_t digit(unsigned n)
{
  return (uint8_t)('0' + (n & 15));
}

static void write_limit(uint8_t *head, int place, unsigned bit, size_t value)
{
  if (value == 0)
    return;
  value = value > 256 ? 255 : value - 1;
  head[place] = digit(head[place] | bit);
  head[HEAD_LIMIT] = digit((unsigned)value >> 4);
  head[HEAD_LIMIT + 1] = digit((unsigned)value);
}

void head_write(uint8_t head[HEAD_BYTES], const sluice_options *o)
{
  memset(head, '0', HEAD_BYTES);
  head[HEAD_NEWLINE] = '\n';
  head[HEAD_MODE] =
      digit((unsigned)o->reasoning | (unsigned)o->index_unit << 2);
  head[HEAD_FLAGS] = digit(o->flags);
  if ((o->flags & SLUICE_NO_FAST_PATH) != 0)
    head[HEAD_END] = digit(HEAD_NO_FAST_PATH);
  head[HEAD_LENIENT] = digit(o->lenient);
  head[HEAD_MORE] = digit((o->lenient >> 4 & 1) | (o->clock != NULL ? 2u : 0) |
                          (o->response_id.n > 0 ? 4u : 0) |
                          (o->model.n > 0 || o->created_at != 0 ? 8u : 0));
  write_limit(head, HEAD_LIMITS, 1, o->max_payload);
  write_limit(head, HEAD_LIMITS, 2, o->max_output);
  write_limit(head, HEAD_LIMITS, 4, o->max_depth);
  write_limit(head, HEAD_LIMITS, 8, o->max_items);
  write_limit(head, HEAD_LIMITS2, 1, o->max_marker);
  write_limit(head, HEAD_LIMITS2, 2, o->max_annotations);
  write_limit(head, HEAD_LIMITS2, 4, o->max_tool_calls);
  if (o->tool_count > 0)
    head[HEAD_TOOLS] = '1';
  if (o->file_count > 0)
    head[HEAD_FILES] = digit(COUNT(files) + 1);
  if (o->request.n > 0)
    head[HEAD_REQUEST] = '2';
  if (o->marker_open.n > 0)
    head[HEAD_MARKERS] = '1';
}
