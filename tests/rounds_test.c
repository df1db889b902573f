/* SPDX-License-Identifier: MIT */
/* Every corpus/rounds/NAME.json, with the streams it names, must give exactly
 * what NAME.events says: whole, at 1 … 31 bytes a push, with a pause at each
 * event, and again after a reset. The laws hold, the events are as the schema
 * says, the messages for the next request fit the stream, and the response that
 * can be asked for is that of the last event.
 *
 * GOLDEN=update in the environment writes the .events files and says which
 * changed. docs/events.md is held against all goldens. */
#include "check.h"
#include "folder.h"
#include "laws.h"
#include "play.h"
#include "schema.h"

struct entry {
  const char *name;
  json_t *schema; /* NULL: not at hand */
};

/* ---- comparing ---------------------------------------------------------- */

static void same(const struct play *p, const struct run *first,
                 const struct run *r, const char *way, size_t number)
{
  if (bytes_equal(&first->text, &r->text) &&
      bytes_equal(&first->wire, &r->wire))
    return;
  bytes_difference(&first->text, &r->text);
  fail_msg("%s: other output %s %zu", p->name, way, number);
}

static void check_golden(const struct play *p, const struct run *r)
{
  const char *why = json_string_value(json_object_get(p->scenario, "why"));
  const char *mode = getenv("GOLDEN");
  struct bytes expected = {0}, got = {0};
  char path[256];
  int there;

  if (why == NULL || strlen(why) < 10)
    fail_msg("%s does not say why it exists: give it a `why`", p->name);
  snprintf(path, sizeof(path), PLAY_CORPUS "%s.events", p->name);
  there = bytes_read(&expected, path);
  bytes_printf(&got, "# why: %s\n", why);
  bytes_put(&got, r->text.p, r->text.n);
  if (mode != NULL && strcmp(mode, "update") == 0) {
    if (!bytes_equal(&expected, &got)) {
      print_message("changed: %s\n", path);
      bytes_write(&got, path);
    }
  } else if (!there) {
    fail_msg("%s is missing: `make golden` writes it", path);
  } else if (!bytes_equal(&expected, &got)) {
    bytes_difference(&expected, &got);
    fail_msg("%s is not what comes out", path);
  }
  bytes_free(&expected);
  bytes_free(&got);
}

/* A body in place of a stream has no comments; its scenario says why. */
static void check_streams(const struct play *p)
{
  size_t i;

  for (i = 0; i < p->rounds; i++)
    if (strncmp(p->in[i].p, ": why: ", 7) != 0 && p->in[i].p[0] != '{' &&
        p->in[i].p[0] != '<')
      fail_msg("%s: stream %zu does not begin with `: why: `", p->name, i);
}

static void check_laws(const struct play *p, const struct run *r)
{
  char message[LAWS_MESSAGE];
  const char *wrong =
      laws_stream(p->setup.o.index_unit, r->wire.p, r->wire.n, message);

  if (wrong != NULL)
    fail_msg("%s breaks a law: %s", p->name, wrong);
}

static const char *next_line(const char *line)
{
  line += strcspn(line, "\n");
  return *line == '\n' ? line + 1 : line;
}

static json_t *parse(const char *json, size_t n)
{
  return json_loadb(json, n, JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, NULL);
}

static void check_schema(const struct play *p, const struct run *r,
                         json_t *schema)
{
  struct bytes wrong = {0};
  const char *line, *json;
  json_t *event;

  for (line = r->text.p; schema != NULL && *line != '\0';
       line = next_line(line)) {
    if (*line == '#')
      continue;
    json = strchr(line, ' ') + 1;
    event = parse(json, strcspn(json, "\n"));
    if (!schema_check(schema, event, &wrong))
      fail_msg("%s is not as the schema says: %s", p->name, wrong.p);
    json_decref(event);
  }
  bytes_free(&wrong);
}

/* ---- the messages for the next request ---------------------------------- */

/* What the text of a stream is, read as plainly as can be: each line `data: `,
 * the choice 0, each string `content`. */
/* Returns 0 when it cannot be: the other library takes no half surrogate pairs.
 */
static int join_content(const struct bytes *in, struct bytes *out)
{
  const char *line;
  json_t *chunk, *choice, *s;

  bytes_puts(out, "");
  if (in->p[0] == '{') { /* a body: those of the corpus only call tools */
    assert_null(strstr(in->p, "\"content\":\""));
    return 1;
  }
  for (line = in->p; *line != '\0'; line = next_line(line)) {
    if (strncmp(line, "data: [DONE]", 12) == 0)
      break;
    if (strncmp(line, "data: {", 7) != 0)
      continue;
    chunk = json_loadb(line + 6, strcspn(line + 6, "\n"), 0, NULL);
    if (chunk == NULL)
      return 0;
    choice = json_array_get(json_object_get(chunk, "choices"), 0);
    s = json_object_get(json_object_get(choice, "delta"), "content");
    if (json_is_string(s) &&
        json_integer_value(json_object_get(choice, "index")) == 0)
      bytes_put(out, json_string_value(s), json_string_length(s));
    json_decref(chunk);
  }
  return 1;
}

static void check_content(const struct play *p, size_t round, json_t *content)
{
  struct bytes said = {0};

  if (!join_content(&p->in[round], &said))
    ; /* the golden alone says what they are */
  else if (said.n == 0)
    assert_true(json_is_null(content));
  else if (!json_is_string(content) || json_string_length(content) != said.n ||
           memcmp(json_string_value(content), said.p, said.n) != 0)
    fail_msg("%s: the messages of round %zu say something else", p->name,
             round);
  bytes_free(&said);
}

/* One tool message for each call, in order, with its id. */
static void check_tools(const struct play *p, json_t *messages, json_t *ids)
{
  json_t *calls = json_object_get(json_array_get(messages, 0), "tool_calls");
  json_t *call, *f, *message, *id;
  size_t i;

  if (json_array_size(calls) == 0 ||
      json_array_size(messages) != json_array_size(calls) + 1)
    fail_msg("%s: not one message for each call", p->name);
  json_array_foreach(calls, i, call)
  {
    id = json_object_get(call, "id");
    f = json_object_get(call, "function");
    message = json_array_get(messages, i + 1);
    assert_true(json_string_length(id) > 0);
    assert_true(json_is_string(json_object_get(f, "name")));
    assert_true(json_is_string(json_object_get(f, "arguments")));
    assert_string_equal(json_string_value(json_object_get(message, "role")),
                        "tool");
    assert_true(json_is_string(json_object_get(message, "content")));
    if (!json_equal(id, json_object_get(message, "tool_call_id")))
      fail_msg("%s: a message under another id than its call", p->name);
    if (json_object_get(ids, json_string_value(id)) != NULL)
      fail_msg("%s: the id %s is used twice", p->name, json_string_value(id));
    json_object_set_new(ids, json_string_value(id), json_true());
  }
}

static void check_messages(const struct play *p, const struct run *r)
{
  json_t *ids = json_object();
  const char *line;
  size_t round = 0;

  for (line = r->text.p; *line != '\0'; line = next_line(line)) {
    json_t *messages;

    if (strncmp(line, "# next_round OK", 15) == 0)
      round++;
    if (strncmp(line, "# messages [", 12) != 0)
      continue;
    messages = parse(line + 11, strcspn(line + 11, "\n"));
    if (messages == NULL)
      fail_msg("%s: the messages of round %zu are not JSON", p->name, round);
    assert_string_equal(
        json_string_value(json_object_get(json_array_get(messages, 0), "role")),
        "assistant");
    check_content(p, round,
                  json_object_get(json_array_get(messages, 0), "content"));
    check_tools(p, messages, ids);
    json_decref(messages);
  }
  json_decref(ids);
}

/* The response asked for is that of the last event. */
static void check_response(const struct play *p, const struct run *r)
{
  const char *line, *last = NULL;
  json_t *event, *response;
  sluice_str json;

  for (line = r->text.p; *line != '\0'; line = next_line(line))
    if (*line != '#')
      last = strchr(line, ' ') + 1;
  assert_int_equal(sluice_translator_response(r->t, &json), SLUICE_OK);
  event = parse(last, strcspn(last, "\n"));
  response = parse(json.p, json.n);
  if (!json_equal(response, json_object_get(event, "response")))
    fail_msg("%s: the response is not that of the last event", p->name);
  json_decref(event);
  json_decref(response);
}

/* ---- ways to play -------------------------------------------------------- */

static void every_way(const struct play *p, const struct run *first)
{
  struct run r;
  size_t step;

  run_init(&r, &p->setup);
  for (step = 1; step <= 31; step++) {
    play_run(p, &r, step);
    same(p, first, &r, "at a push of", step);
    run_again(&r);
  }
  r.pause = 1;
  for (step = 1; step < 200; step = step * 5 + 1) {
    play_run(p, &r, step == 1 ? SIZE_MAX : step);
    same(p, first, &r, "with a pause at each event, push", step);
    run_again(&r);
  }
  r.pause = 0;
  /* A reset in the middle leaves nothing behind. */
  run_feed(&r, p->in[0].p, p->in[0].n);
  (void)sluice_translator_end_round(r.t);
  run_again(&r);
  play_run(p, &r, SIZE_MAX);
  same(p, first, &r, "after a reset between rounds", 0);
  run_free(&r);
}

/* Who knows nothing of rounds and calls finish gets the same events, as long as
 * nobody has an answer. */
static void plainly(const struct play *p, const struct run *first)
{
  json_t *round = json_array_get(json_object_get(p->scenario, "rounds"), 0);
  struct run r;

  if (p->rounds > 1 || json_object_get(round, "tool_results") != NULL ||
      json_object_get(round, "mcp_tools") != NULL ||
      json_object_get(p->scenario, "mcp_tools") != NULL ||
      p->setup.o.max_tool_calls > 0)
    return;
  run_init(&r, &p->setup);
  run_feed(&r, p->in[0].p, p->in[0].n);
  run_finish(&r);
  if (!bytes_equal(&first->wire, &r.wire)) {
    bytes_difference(&first->wire, &r.wire);
    fail_msg("%s: other events without end_round", p->name);
  }
  run_free(&r);
}

static void a_scenario(void **state)
{
  const struct entry *entry = (const struct entry *)*state;
  struct play p;
  struct run first;

  play_read(&p, entry->name);
  run_init(&first, &p.setup);
  play_run(&p, &first, SIZE_MAX);
  check_golden(&p, &first);
  check_streams(&p);
  check_laws(&p, &first);
  check_schema(&p, &first, entry->schema);
  check_messages(&p, &first);
  check_response(&p, &first);
  every_way(&p, &first);
  plainly(&p, &first);
  run_free(&first);
  play_free(&p);
}

/* ---- docs/events.md ------------------------------------------------------ */

#define EVENTS_MD    "docs/events.md"
#define EVENT_TYPES  58 /* of the published union */
#define NO_CASE_MARK "none"

static int has_event(const char *name, const char *type)
{
  static const char *const folders[] = {"corpus/", PLAY_CORPUS};
  size_t i, type_n = strlen(type);
  struct bytes golden = {0};
  char path[320];
  int found = 0;

  for (i = 0; i < COUNT(folders) && !found; i++) {
    const char *line;

    snprintf(path, sizeof(path), "%s%s.events", folders[i], name);
    if (!bytes_read(&golden, path))
      continue;
    for (line = golden.p; *line != '\0' && !found; line = next_line(line))
      found = strncmp(line, type, type_n) == 0 && line[type_n] == ' ';
    bytes_clear(&golden);
  }
  bytes_free(&golden);
  return found;
}

static int is_emitted(const char *type)
{
  int i;

  for (i = 0; i < SLUICE_EVENT_COUNT; i++)
    if (strcmp(sluice_event_name((sluice_event_type)i), type) == 0)
      return 1;
  return 0;
}

/* The n-th cell of a row, without blanks and backquotes around it. */
static void cell(const char *row, int n, char out[256])
{
  size_t length;

  while (n-- >= 0)
    row += strcspn(row, "|\n") + 1;
  row += strspn(row, " `");
  length = strcspn(row, "|\n");
  while (length > 0 && (row[length - 1] == ' ' || row[length - 1] == '`'))
    length--;
  snprintf(out, 256, "%.*s", (int)(length < 255 ? length : 255), row);
}

static void check_row(const char *row, json_t *seen)
{
  char type[256], why[256], name[256];

  cell(row, 0, type);
  cell(row, 1, why);
  cell(row, 2, name);
  if (json_object_get(seen, type) != NULL)
    fail_msg("%s: %s stands there twice", EVENTS_MD, type);
  json_object_set_new(seen, type, json_true());
  if (strlen(why) < 10)
    fail_msg("%s: nothing is said of %s", EVENTS_MD, type);
  if (strcmp(name, NO_CASE_MARK) == 0) {
    if (is_emitted(type))
      fail_msg("%s: %s has no case, but the library knows it", EVENTS_MD, type);
  } else if (!has_event(name, type)) {
    fail_msg("%s: the case `%s` shows no %s", EVENTS_MD, name, type);
  }
}

static void the_table_of_events_is_true(void **state)
{
  json_t *schema = ((const struct entry *)*state)->schema, *v;
  json_t *seen = json_object();
  struct bytes text = {0};
  const char *line, *type;
  int i;

  assert_int_equal(bytes_read(&text, EVENTS_MD), 1);
  for (line = text.p; *line != '\0'; line = next_line(line))
    if (strncmp(line, "| `", 3) == 0)
      check_row(line, seen);
  assert_int_equal(json_object_size(seen), EVENT_TYPES);
  for (i = 0; i < SLUICE_EVENT_COUNT; i++)
    assert_non_null(
        json_object_get(seen, sluice_event_name((sluice_event_type)i)));
  json_object_foreach(json_object_get(schema, "eventByType"), type, v)
  {
    if (json_object_get(seen, type) == NULL)
      fail_msg("%s: %s is missing", EVENTS_MD, type);
  }
  json_decref(seen);
  bytes_free(&text);
}

/* ---- the list ----------------------------------------------------------- */

int main(void)
{
  static const char table[] = "docs/events.md";
  struct folder scenarios;
  struct CMUnitTest *tests;
  struct entry *entries;
  json_t *schema = schema_load();
  int failed;
  size_t i, n;

  folder_read(&scenarios, PLAY_CORPUS, ".json");
  n = scenarios.count;
  tests = calloc(n + 1, sizeof(*tests));
  entries = calloc(n + 1, sizeof(*entries));
  if (tests == NULL || entries == NULL)
    abort();
  if (schema == NULL)
    printf("skip - events against the schema - no " SCHEMA_PATH "\n");
  for (i = 0; i <= n; i++) {
    entries[i].name = tests[i].name = i < n ? scenarios.names[i] : table;
    entries[i].schema = schema;
    tests[i].test_func = i < n ? a_scenario : the_table_of_events_is_true;
    tests[i].initial_state = &entries[i];
  }
  failed = _cmocka_run_group_tests("rounds", tests, n + 1, NULL, NULL);
  json_decref(schema);
  free(tests);
  free(entries);
  folder_free(&scenarios);
  return failed == 0 ? 0 : 1;
}
