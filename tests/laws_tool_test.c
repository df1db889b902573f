/* SPDX-License-Identifier: MIT */
/* The checker of the laws, checked on calls: goldens of corpus/rounds/ pass,
 * and each damaged copy fails with a message that names the fault. */
#include "check.h"
#include "laws.h"
#include "play.h"

#define MOST 200

struct event {
  char type[80];
  const char *json; /* up to its sequence_number */
  size_t n;
};

struct stream {
  struct bytes text;
  struct event events[MOST];
  size_t count;
};

enum how { NOTHING, DROP, DOUBLE, SWAP, RENAME, EDIT };

/* Of the event `type` of a golden (the first; with "2 " before it the second).
 * SWAP: with the next. RENAME: to the type `to`. EDIT: `from` becomes `to`. */
static const struct damage {
  const char *golden;
  enum how how;
  const char *type, *from, *to, *message;
} damages[] = {
    /* order */
    {"file-search", DROP, "file_search_call.in_progress", 0, 0,
     "a step before it is missing"},
    {"file-search", DROP, "file_search_call.searching", 0, 0,
     "a step before it is missing"},
    {"file-search", DROP, "file_search_call.completed", 0, 0,
     "no completed event before it"},
    {"file-search", DOUBLE, "file_search_call.in_progress", 0, 0,
     "it was past that before"},
    {"file-search", DOUBLE, "file_search_call.searching", 0, 0,
     "it was past that before"},
    {"file-search", DOUBLE, "file_search_call.completed", 0, 0,
     "it was past that before"},
    {"file-search", SWAP, "file_search_call.in_progress", 0, 0,
     "a step before it is missing"},
    {"file-search", SWAP, "file_search_call.searching", 0, 0,
     "a step before it is missing"},
    {"file-search", SWAP, "output_item.added", 0, 0, "no item is open"},
    {"file-search", SWAP, "file_search_call.completed", 0, 0,
     "no completed event before it"},
    {"file-search-unanswered", DROP, "file_search_call.in_progress", 0, 0,
     "a step before it is missing"},
    {"mcp", SWAP, "mcp_call.in_progress", 0, 0, "a step before it is missing"},
    {"mcp", DROP, "mcp_call_arguments.delta", 0, 0,
     "`arguments` is not the deltas joined"},
    {"mcp", DROP, "mcp_call_arguments.done", 0, 0,
     "a step before it is missing"},
    {"mcp", DOUBLE, "mcp_call_arguments.done", 0, 0, "it was past that before"},
    {"mcp", DROP, "mcp_call.completed", 0, 0, "no completed event before it"},
    {"mcp", RENAME, "mcp_call.completed", 0, "mcp_call.failed",
     "no completed event before it"},
    {"mcp-failed", RENAME, "mcp_call.failed", 0, "mcp_call.completed",
     "not completed, after a completed event"},
    {"mcp-failed", DROP, "mcp_call.failed", 0, 0,
     "its status does not fit the failed event"},
    {"mcp-unanswered", DROP, "mcp_call_arguments.done", 0, 0,
     "no arguments.done before it"},
    {"code-interpreter", DROP, "code_interpreter_call_code.done", 0, 0,
     "a step before it is missing"},
    {"code-interpreter", DROP, "code_interpreter_call.interpreting", 0, 0,
     "a step before it is missing"},
    {"code-interpreter", DOUBLE, "code_interpreter_call_code.delta", 0, 0,
     "`code` is not the deltas joined"},
    {"code-interpreter-unanswered", SWAP, "code_interpreter_call_code.delta", 0,
     0, "`code` is not the deltas joined"},
    {"image-generation", DROP, "image_generation_call.generating", 0, 0,
     "a step before it is missing"},
    {"web-search", DROP, "web_search_call.searching", 0, 0,
     "a step before it is missing"},
    {"web-search", RENAME, "web_search_call.searching", 0,
     "file_search_call.searching", "the open item is a web_search_call"},
    {"mcp-list", DROP, "mcp_list_tools.completed", 0, 0,
     "neither completed nor failed before it"},
    {"mcp-list", RENAME, "mcp_list_tools.completed", 0, "mcp_list_tools.failed",
     "`error` does not fit the event"},
    {"mcp-list-failed", RENAME, "mcp_list_tools.failed", 0,
     "mcp_list_tools.completed", "`error` does not fit the event"},
    {"mcp-list", DROP, "output_item.done", 0, 0, "output_index is not 0"},
    {"custom", DROP, "custom_tool_call_input.delta", 0, 0,
     "`input` is not the deltas joined"},
    {"custom", DROP, "custom_tool_call_input.done", 0, 0,
     "no input.done before it"},
    {"custom", RENAME, "custom_tool_call_input.delta", 0,
     "function_call_arguments.delta", "the open item is a custom_tool_call"},
    {"three-rounds", RENAME, "output_text.delta", 0, "mcp_call_arguments.delta",
     "an unknown `content_index`"},
    {"three-rounds", RENAME, "mcp_call.in_progress", 0,
     "image_generation_call.in_progress", "the open item is a mcp_call"},

    /* members of the events */
    {"mcp", EDIT, "mcp_call_arguments.done",
     "\"arguments\":", "\"args\":", "the event has no `arguments`"},
    {"mcp", EDIT, "mcp_call_arguments.delta", "\"delta\":\"{\\\"\"",
     "\"delta\":\"\"", "`delta` of the event has a wrong value"},
    {"code-interpreter", EDIT, "code_interpreter_call_code.done",
     "\"code\":", "\"arguments\":", "the event has no `code`"},
    {"custom", EDIT, "custom_tool_call_input.done",
     "\"input\":", "\"name\":\"n\",\"input\":", "an unknown `name`"},
    {"file-search", EDIT, "file_search_call.searching", "\"item_id\":\"fs_",
     "\"item_id\":\"fx_", "item_id is not that of the open item"},
    {"file-search", EDIT, "file_search_call.searching", "\"output_index\":0",
     "\"output_index\":1", "output_index is not 0"},

    {"obfuscation", EDIT, "mcp_call_arguments.delta", "\"obfuscation\":\"",
     "\"obfuscation\":\"x", "delta and obfuscation are 17 long"},
    {"file-search", EDIT, "file_search_call.searching", ",\"output_index\"",
     ",\"obfuscation\":\"x\",\"output_index\"", "an unknown `obfuscation`"},

    /* the items when they are added */
    {"file-search", EDIT, "output_item.added", "\"queries\":[]",
     "\"queries\":[\"cats\"]", "a new item is not empty"},
    {"file-search", EDIT, "output_item.added", "\"results\":null",
     "\"results\":[]", "a new item has a result"},
    {"file-search", EDIT, "output_item.added", "in_progress", "searching",
     "a new item is not in_progress"},
    {"file-search", EDIT, "output_item.added", ",\"results\":null", "",
     "the item has no `results`"},
    {"web-search", EDIT, "output_item.added", "\"queries\":[]",
     "\"queries\":[],\"sources\":[]", "a new item is not empty"},
    {"web-search", EDIT, "output_item.added", "\"query\":\"\"",
     "\"query\":\"x\"", "`query` is not the first of the queries"},
    {"mcp", EDIT, "output_item.added", "\"output\":null", "\"output\":\"\"",
     "a new item has a result"},
    {"mcp", EDIT, "output_item.added", ",\"server_label\":\"deep\"", "",
     "the item has no `server_label`"},
    {"code-interpreter", EDIT, "output_item.added", "\"code\":\"\"",
     "\"code\":\"p\"", "a new item is not empty"},
    {"code-interpreter", EDIT, "output_item.added", "\"outputs\":null",
     "\"outputs\":[]", "a new item has a result"},
    {"image-generation", EDIT, "output_item.added", "\"result\":null",
     "\"result\":\"\"", "a new item has a result"},
    {"mcp-list", EDIT, "output_item.added", "\"tools\":[]", "\"tools\":[{}]",
     "a new item is not empty"},
    {"mcp-list-failed", EDIT, "output_item.added", "\"tools\":[]",
     "\"tools\":[],\"error\":\"x\"", "a new item has a result"},
    {"approval", EDIT, "2 output_item.added", "\"server_label\"",
     "\"status\":\"in_progress\",\"server_label\"", "an unknown `status`"},

    /* the items when they are done */
    {"file-search", EDIT, "output_item.done", "\"completed\"", "\"searching\"",
     "a done item is searching"},
    {"file-search", EDIT, "output_item.done", "\"completed\"", "\"incomplete\"",
     "not completed, after a completed event"},
    {"file-search", EDIT, "output_item.done", "[\"cats\"]", "[7]",
     "a query that is no string"},
    {"file-search-failed", EDIT, "output_item.done", "\"failed\"",
     "\"completed\"", "no completed event before it"},
    {"web-search", EDIT, "output_item.done", "\"query\":\"rain",
     "\"query\":\"Rain", "`query` is not the first of the queries"},
    {"web-search", EDIT, "output_item.done", "\"type\":\"search\"",
     "\"type\":\"find\"", "an action of unknown type"},
    {"web-search-unanswered", EDIT, "output_item.done", "\"failed\"",
     "\"incomplete\"", "a done item is incomplete"},
    {"image-generation-unanswered", EDIT, "output_item.done", "\"result\":null",
     "\"result\":\"x\"", "`result` does not fit the status"},
    {"mcp", EDIT, "output_item.done", "\"arguments\":\"{", "\"arguments\":\" {",
     "the item's arguments is not the deltas joined"},
    {"mcp", EDIT, "output_item.done", "\"error\":null", "\"error\":{}",
     "`error` does not fit the status"},
    {"mcp-empty-output", EDIT, "output_item.done", "\"output\":\"\"",
     "\"output\":null", "`output` does not fit the status"},
    {"mcp", EDIT, "output_item.done", "\"server_label\":\"deep\"",
     "\"server_label\":\"shallow\"", "`server_label` of the item changed"},
    {"code-interpreter", EDIT, "output_item.done", "cntr_1", "cntr_2",
     "`container_id` of the item changed"},
    {"code-interpreter", EDIT, "output_item.done", "x = 1", "x = 2",
     "the item's code is not the deltas joined"},
    {"custom-namespace", EDIT, "output_item.done", "\"namespace\":\"git\"",
     "\"namespace\":\"hg\"", "`namespace` of the item changed"},
    {"custom", EDIT, "output_item.done", "*** End", "*** end",
     "the item's input is not the deltas joined"},
    {"custom-length", EDIT, "output_item.done", "\"incomplete\"", "\"failed\"",
     "a done item is failed"},
    {"approval", EDIT, "2 output_item.done", "true", "false",
     "it is not as it was when it was added"},
    {"mcp-list", EDIT, "output_item.done", "\"deep\"", "\"flat\"",
     "`server_label` of the item changed"},

    /* the response */
    {"file-search", EDIT, "completed", "\"queries\":[\"cats\"]",
     "\"queries\":[]", "`output` is not the items that were done"},
    {"usage-summed", EDIT, "completed", "\"total_tokens\":300",
     "\"total_tokens\":299", "total_tokens is not input + output"},
    {"mcp-list-alone", EDIT, "completed", "\"text\":\"\"", "\"text\":\"x\"",
     "`output` is not the items that were done"},
    {"function-beside-unanswered", EDIT, "completed", "\"incomplete\"",
     "\"completed\"", "`output` is not the items that were done"}};

static void read_golden(struct stream *s, const char *name)
{
  char path[256];
  char *line, *end, *json, *number;

  memset(s, 0, sizeof(*s));
  snprintf(path, sizeof(path), PLAY_CORPUS "%s.events", name);
  if (!bytes_read(&s->text, path))
    fail_msg("%s is missing", path);
  for (line = s->text.p; *line != '\0'; line = end + 1) {
    struct event *e = &s->events[s->count];

    end = strchr(line, '\n');
    *end = '\0';
    if (*line == '#')
      continue;
    assert_true(s->count++ < MOST);
    json = strchr(line, ' ');
    snprintf(e->type, sizeof(e->type), "%.*s", (int)(json - line), line);
    e->json = json + 1;
    for (number = end; strncmp(number, ",\"sequence_number\":", 19) != 0;)
      number--;
    e->n = (size_t)(number - e->json);
  }
}

/* The number of the event that the damage names. */
static size_t find(const struct stream *s, const char *type)
{
  int skip = strncmp(type, "2 ", 2) == 0;
  char whole[100];
  size_t i;

  snprintf(whole, sizeof(whole), "response.%s", type + 2 * skip);
  for (i = 0; i < s->count; i++)
    if (strcmp(s->events[i].type, whole) == 0 && skip-- == 0)
      return i;
  fail_msg("no event %s", type);
  return 0;
}

static void put_event(struct bytes *out, const struct event *e, size_t number,
                      const struct damage *d, int hit)
{
  int rename = hit && d->how == RENAME;
  struct bytes json = {0};
  char *at;

  bytes_put(&json, e->json, e->n);
  if (rename) { /* {"type":"…" stands first */
    bytes_printf(out, "event: response.%s\ndata: {\"type\":\"response.%s\"",
                 d->to, d->to);
    bytes_puts(out, json.p + strlen("{\"type\":\"") + strlen(e->type) + 1);
  } else {
    bytes_printf(out, "event: %s\ndata: ", e->type);
    at = hit && d->how == EDIT ? strstr(json.p, d->from) : NULL;
    if (hit && d->how == EDIT && at == NULL)
      fail_msg("%s: %s has no %s", d->golden, d->type, d->from);
    if (at != NULL) {
      bytes_put(out, json.p, (size_t)(at - json.p));
      bytes_puts(out, d->to);
      bytes_puts(out, at + strlen(d->from));
    } else {
      bytes_puts(out, json.p);
    }
  }
  bytes_printf(out, ",\"sequence_number\":%zu}\n\n", number);
  bytes_free(&json);
}

static void build(struct bytes *out, const struct stream *s,
                  const struct damage *d)
{
  size_t at = d->how == NOTHING ? SIZE_MAX : find(s, d->type), i, number = 0;

  for (i = 0; i < s->count; i++) {
    int hit = i == at, swap = d->how == SWAP;
    size_t other = swap && hit ? i + 1 : swap && i == at + 1 ? i - 1 : i;

    if (hit && d->how == DROP)
      continue;
    put_event(out, &s->events[other], number++, d, hit);
    if (hit && d->how == DOUBLE)
      put_event(out, &s->events[other], number++, d, hit);
  }
}

static const char *judge(const struct damage *d, char message[LAWS_MESSAGE])
{
  struct bytes wire = {0};
  struct stream s;
  const char *wrong;

  read_golden(&s, d->golden);
  build(&wire, &s, d);
  wrong = laws_stream(SLUICE_UNIT_CODEPOINT, wire.p, wire.n, message);
  bytes_free(&wire);
  bytes_free(&s.text);
  return wrong;
}

static void the_goldens_pass(void **state)
{
  char message[LAWS_MESSAGE];
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(damages); i++) {
    struct damage none = damages[i];
    const char *wrong;

    none.how = NOTHING;
    wrong = judge(&none, message);
    if (wrong != NULL)
      fail_msg("%s: %s", none.golden, wrong);
  }
}

static void each_damage_of_a_call_is_named(void **state)
{
  char message[LAWS_MESSAGE];
  size_t i, misses = 0;

  (void)state;
  for (i = 0; i < COUNT(damages); i++) {
    const char *wrong = judge(&damages[i], message);

    if (wrong == NULL || strstr(wrong, damages[i].message) == NULL) {
      print_error("%s, %s: expected \"%s\", got \"%s\"\n", damages[i].golden,
                  damages[i].type, damages[i].message,
                  wrong == NULL ? "nothing" : wrong);
      misses++;
    }
  }
  assert_int_equal(misses, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_goldens_pass),
      cmocka_unit_test(each_damage_of_a_call_is_named)};

  return cmocka_run_group_tests_name("laws_tool", tests, NULL, NULL);
}
