/* SPDX-License-Identifier: MIT */
/* sluice.h: what each call does with wrong arguments, in the wrong state, from
 * inside a callback, after an error; pausing, aborting, freeing and resetting;
 * options of other sizes; names. */
#include "check.h"
#include "laws.h"
#include "run.h"
#include "status.h"

#define CHUNK(delta, reason)                                                   \
  "data: {\"id\":\"c\",\"created\":7,\"model\":\"m\",\"choices\":[{\"index\":" \
  "0,\"delta\":{" delta "},\"finish_reason\":" reason "}]}\n\n"
#define HI CHUNK("\"content\":\"Hi\"", "null")
#define CALL                                                                   \
  CHUNK("\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"f\","           \
        "\"arguments\":\"{}\"}}]",                                             \
        "null")
#define STOP CHUNK("", "\"stop\"")
#define DONE "data: [DONE]\n\n"
#define GOOD HI CALL STOP DONE

/* What a callback saw, and what it is to do at which event. */
struct seen {
  sluice_translator *t;
  struct bytes wire, last; /* last: the JSON of the last event's object */
  size_t events;
  size_t at;                  /* the event to act at */
  int (*act)(struct seen *s); /* gives what the callback returns */
};

static int on_event(void *user, const sluice_event *e)
{
  struct seen *s = (struct seen *)user;

  bytes_put(&s->wire, e->wire.p, e->wire.n);
  bytes_clear(&s->last);
  bytes_put(&s->last, e->object.p, e->object.n);
  if (s->act != NULL && s->events++ == s->at)
    return s->act(s);
  return 0;
}

static void seen_new(struct seen *s, const sluice_options *o)
{
  memset(s, 0, sizeof(*s));
  bytes_puts(&s->wire, "");
  assert_int_equal(sluice_translator_new(&s->t, o, on_event, s), SLUICE_OK);
}

static void seen_free(struct seen *s)
{
  sluice_translator_free(s->t);
  bytes_free(&s->wire);
  bytes_free(&s->last);
}

/* Feeds from memory that is gone afterwards. */
static sluice_status feed(sluice_translator *t, const char *p, size_t n)
{
  char *copy = malloc(n + 1);
  sluice_status status;

  assert_non_null(copy);
  memcpy(copy, p, n);
  status = sluice_translator_feed(t, copy, n, NULL);
  memset(copy, '#', n);
  free(copy);
  return status;
}

static size_t count_events(const struct bytes *wire)
{
  const char *at = wire->p;
  size_t n = 0;

  while ((at = strstr(at, "event: ")) != NULL) {
    n++;
    at++;
  }
  return n;
}

static void must_be_lawful(const struct bytes *wire)
{
  char message[LAWS_MESSAGE];
  const char *wrong =
      laws_stream(SLUICE_UNIT_CODEPOINT, wire->p, wire->n, message);

  if (wrong != NULL)
    fail_msg("%s", wrong);
}

/* ---- arguments ---------------------------------------------------------- */

static void null_is_refused_or_harmless(void **state)
{
  sluice_translator *t = NULL;
  size_t consumed = 9;
  sluice_str json = {"x", 1};

  (void)state;
  assert_int_equal(sluice_translator_new(NULL, NULL, on_event, NULL),
                   SLUICE_ERR_ARG);
  assert_int_equal(sluice_translator_feed(NULL, "x", 1, &consumed),
                   SLUICE_ERR_ARG);
  assert_int_equal(consumed, 0);
  assert_int_equal(sluice_translator_finish(NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_translator_response(NULL, &json), SLUICE_ERR_ARG);
  assert_int_equal(sluice_translator_reset(NULL, 1), SLUICE_ERR_ARG);
  assert_int_equal(sluice_translator_status(NULL), SLUICE_RESPONSE_IN_PROGRESS);
  assert_non_null(sluice_translator_error(NULL).message);
  assert_int_equal(sluice_translator_message(NULL).n, 0);
  assert_int_equal(sluice_translator_count(NULL, SLUICE_ANOMALY_COMMENT), 0);
  sluice_translator_free(NULL);
  sluice_options_init_sized(NULL, sizeof(sluice_options));

  assert_int_equal(sluice_translator_new(&t, NULL, NULL, NULL), SLUICE_OK);
  assert_int_equal(sluice_translator_feed(t, NULL, 1, &consumed),
                   SLUICE_ERR_ARG);
  assert_int_equal(sluice_translator_feed(t, NULL, 0, NULL), SLUICE_OK);
  assert_int_equal(sluice_translator_response(t, NULL), SLUICE_ERR_ARG);
  assert_int_equal(sluice_translator_count(t, SLUICE_ANOMALY_COUNT), 0);
  assert_int_equal(sluice_translator_count(t, (sluice_anomaly)-1), 0);
  assert_int_equal(feed(t, LIT(GOOD)), SLUICE_OK); /* nothing was changed */
  assert_int_equal(sluice_translator_finish(t), SLUICE_OK);
  sluice_translator_free(t);
}

static void bad_options_are_refused(void **state)
{
  static const char thirty_three[] = "<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<";
  int i;

  (void)state;
  for (i = 0; i < 5; i++) {
    sluice_translator *t = NULL;
    sluice_options o;

    sluice_options_init(&o);
    if (i == 0)
      o.reasoning = (sluice_reasoning)7;
    else if (i == 1)
      o.index_unit = (sluice_unit)9;
    else if (i == 2)
      o.marker_open = (sluice_str){LIT(thirty_three)};
    else if (i == 3)
      o.lenient = SLUICE_LENIENT_THINK | SLUICE_LENIENT_CUMULATIVE;
    else
      o.size = sizeof(o.size) - 1;
    if (sluice_translator_new(&t, &o, on_event, NULL) != SLUICE_ERR_ARG)
      fail_msg("case %d is not refused", i);
    assert_null(t);
  }
}

static void odd_bytes_in_options_reach_no_client(void **state)
{
  sluice_file file = {{LIT("file-a")}, {LIT("a\"\n\xff.txt")}};
  sluice_options o;
  struct seen s;

  (void)state;
  sluice_options_init(&o);
  o.response_id = (sluice_str){LIT("a\"\n\xff")};
  o.model = (sluice_str){LIT("m\"\n\xff")};
  o.files = &file;
  o.file_count = 1;
  seen_new(&s, &o);
  feed(s.t, LIT("data: {\"choices\":[{\"delta\":{\"content\":"
                "\"a <|file-a|>.\"}}]}\n\n" DONE));
  must_be_lawful(&s.wire);
  seen_free(&s);
}

/* ---- order of calls ----------------------------------------------------- */

static void nothing_is_fed_after_finish(void **state)
{
  size_t consumed = 9;
  struct seen s;

  (void)state;
  seen_new(&s, NULL);
  assert_int_equal(feed(s.t, LIT(GOOD)), SLUICE_OK);
  assert_int_equal(sluice_translator_finish(s.t), SLUICE_OK);
  assert_int_equal(sluice_translator_feed(s.t, "x", 1, &consumed),
                   SLUICE_ERR_STATE);
  assert_int_equal(consumed, 0);
  assert_int_equal(sluice_translator_finish(s.t), SLUICE_OK);
  must_be_lawful(&s.wire);
  seen_free(&s);
}

static void finish_without_input_says_so(void **state)
{
  struct seen s;

  (void)state;
  seen_new(&s, NULL);
  assert_int_equal(sluice_translator_status(s.t), SLUICE_RESPONSE_IN_PROGRESS);
  assert_int_equal(sluice_translator_finish(s.t), SLUICE_ERR_EMPTY);
  assert_int_equal(sluice_translator_finish(s.t), SLUICE_ERR_EMPTY);
  assert_int_equal(sluice_translator_status(s.t), SLUICE_RESPONSE_FAILED);
  assert_int_equal(sluice_translator_error(s.t).status, SLUICE_ERR_EMPTY);
  must_be_lawful(&s.wire);
  seen_free(&s);
}

static void events_come_with_their_chunk(void **state)
{
  static const char *const chunks[] = {CHUNK("\"role\":\"assistant\"", "null"),
                                       HI,
                                       ": ping\n\n",
                                       HI,
                                       CALL,
                                       STOP,
                                       DONE};
  static const size_t expected[] = {2, 5, 5, 6, 11, 11, 14};
  struct seen s;
  size_t i;

  (void)state;
  seen_new(&s, NULL);
  for (i = 0; i < COUNT(chunks); i++) {
    size_t n = strlen(chunks[i]);

    assert_int_equal(feed(s.t, chunks[i], n - 1), SLUICE_OK);
    assert_int_equal(feed(s.t, chunks[i] + n - 1, 1), SLUICE_OK);
    assert_int_equal(count_events(&s.wire), expected[i]);
  }
  assert_int_equal(sluice_translator_status(s.t), SLUICE_RESPONSE_COMPLETED);
  assert_int_equal(sluice_translator_finish(s.t), SLUICE_OK);
  assert_int_equal(count_events(&s.wire), expected[i - 1]);
  must_be_lawful(&s.wire);
  seen_free(&s);
}

static void an_error_is_sticky_until_reset(void **state)
{
  sluice_error error;
  size_t events;
  struct seen s;

  (void)state;
  seen_new(&s, NULL);
  assert_int_equal(feed(s.t, LIT(HI "data: {\"a\":nope}\n\n" HI)),
                   SLUICE_ERR_JSON);
  error = sluice_translator_error(s.t);
  assert_int_equal(error.status, SLUICE_ERR_JSON);
  assert_in_range(error.offset, sizeof(HI) - 1 + 6 + 4, sizeof(HI) - 1 + 6 + 8);
  assert_true(strlen(error.message) > 0);
  events = count_events(&s.wire);
  must_be_lawful(&s.wire);

  assert_int_equal(feed(s.t, LIT(HI)), SLUICE_ERR_JSON);
  assert_int_equal(sluice_translator_finish(s.t), SLUICE_ERR_JSON);
  assert_int_equal(count_events(&s.wire), events);

  assert_int_equal(sluice_translator_reset(s.t, 0), SLUICE_OK);
  assert_int_equal(sluice_translator_error(s.t).status, SLUICE_OK);
  assert_int_equal(sluice_translator_message(s.t).n, 0);
  bytes_clear(&s.wire);
  assert_int_equal(feed(s.t, LIT(GOOD)), SLUICE_OK);
  must_be_lawful(&s.wire);
  seen_free(&s);
}

static void the_message_is_that_of_the_response(void **state)
{
  static const char in[] =
      HI "data: {\"error\":{\"message\":\"a \\\"b\\\" \\u00e9\"}}\n\n";
  sluice_text message;
  struct seen s;

  (void)state;
  seen_new(&s, NULL);
  assert_int_equal(feed(s.t, LIT(in)), SLUICE_ERR_UPSTREAM);
  message = sluice_translator_message(s.t);
  assert_int_equal(message.n, strlen("a \\\"b\\\" \xc3\xa9"));
  assert_memory_equal(message.p, "a \\\"b\\\" \xc3\xa9", message.n);
  seen_free(&s);
}

static void the_response_is_that_of_the_last_lifecycle_event(void **state)
{
  sluice_str json = {NULL, 9};
  struct seen s;

  (void)state;
  seen_new(&s, NULL);
  assert_int_equal(sluice_translator_response(s.t, &json), SLUICE_OK);
  assert_int_equal(json.n, 0);
  assert_int_equal(feed(s.t, LIT(CHUNK("", "null"))), SLUICE_OK);
  assert_int_equal(sluice_translator_response(s.t, &json), SLUICE_OK);
  assert_int_equal(json.n, s.last.n);
  assert_memory_equal(json.p, s.last.p, json.n);
  assert_int_equal(feed(s.t, LIT(GOOD)), SLUICE_OK);
  assert_int_equal(sluice_translator_finish(s.t), SLUICE_OK);
  assert_int_equal(sluice_translator_response(s.t, &json), SLUICE_OK);
  assert_int_equal(json.n, s.last.n);
  assert_memory_equal(json.p, s.last.p, json.n);
  seen_free(&s);
}

static void without_a_callback_the_response_is_the_same(void **state)
{
  sluice_translator *t = NULL;
  sluice_str json;
  struct seen s;

  (void)state;
  seen_new(&s, NULL);
  assert_int_equal(sluice_translator_new(&t, NULL, NULL, NULL), SLUICE_OK);
  assert_int_equal(feed(s.t, LIT(GOOD)), SLUICE_OK);
  assert_int_equal(feed(t, LIT(GOOD)), SLUICE_OK);
  assert_int_equal(sluice_translator_finish(s.t), SLUICE_OK);
  assert_int_equal(sluice_translator_finish(t), SLUICE_OK);
  assert_int_equal(sluice_translator_response(t, &json), SLUICE_OK);
  assert_int_equal(json.n, s.last.n);
  assert_memory_equal(json.p, s.last.p, json.n);
  sluice_translator_free(t);
  seen_free(&s);
}

/* ---- callbacks ---------------------------------------------------------- */

static int refuse(struct seen *s)
{
  (void)s;
  return -3;
}

static void an_abort_at_any_event_is_the_end(void **state)
{
  size_t at, all = 13; /* events of GOOD with a role chunk before it */

  (void)state;
  for (at = 0; at < all + 2; at++) {
    sluice_status status;
    struct seen s;

    seen_new(&s, NULL);
    s.at = at;
    s.act = refuse;
    status = feed(s.t, LIT(GOOD));
    if (status == SLUICE_OK)
      status = sluice_translator_finish(s.t);
    if (at < count_events(&s.wire)) {
      assert_int_equal(status, SLUICE_ERR_CALLBACK);
      assert_int_equal(count_events(&s.wire), at + 1);
      assert_int_equal(feed(s.t, LIT(GOOD)), SLUICE_ERR_CALLBACK);
      assert_int_equal(sluice_translator_finish(s.t), SLUICE_ERR_CALLBACK);
      assert_int_equal(count_events(&s.wire), at + 1);
    } else {
      assert_int_equal(status, SLUICE_OK);
    }
    seen_free(&s);
  }
}

static int pause(struct seen *s)
{
  (void)s;
  return 5;
}

static void a_pause_ends_with_its_sse_event(void **state)
{
  static const char in[] = HI HI STOP DONE;
  size_t consumed = 0;
  struct seen s;

  (void)state;
  seen_new(&s, NULL);
  s.at = 3; /* part added: the delta of the same chunk still comes */
  s.act = pause;
  assert_int_equal(sluice_translator_feed(s.t, in, sizeof(in) - 1, &consumed),
                   SLUICE_PAUSED);
  assert_int_equal(consumed, sizeof(HI) - 1);
  assert_int_equal(count_events(&s.wire), 5);
  assert_int_equal(sluice_translator_feed(s.t, in + consumed,
                                          sizeof(in) - 1 - consumed, &consumed),
                   SLUICE_OK);
  assert_int_equal(sluice_translator_finish(s.t), SLUICE_OK);
  must_be_lawful(&s.wire);
  seen_free(&s);
}

static void a_pause_in_finish_has_no_effect(void **state)
{
  struct seen s;

  (void)state;
  seen_new(&s, NULL);
  assert_int_equal(feed(s.t, LIT(HI STOP)), SLUICE_OK);
  s.events = 0;
  s.act = pause;
  assert_int_equal(sluice_translator_finish(s.t), SLUICE_OK);
  must_be_lawful(&s.wire);
  seen_free(&s);
}

static int call_everything(struct seen *s)
{
  size_t consumed = 9;
  sluice_str json;

  assert_int_equal(sluice_translator_feed(s->t, HI, sizeof(HI) - 1, &consumed),
                   SLUICE_ERR_STATE);
  assert_int_equal(consumed, 0);
  assert_int_equal(sluice_translator_finish(s->t), SLUICE_ERR_STATE);
  assert_int_equal(sluice_translator_reset(s->t, 1), SLUICE_ERR_STATE);
  assert_int_equal(sluice_translator_response(s->t, &json), SLUICE_ERR_STATE);
  (void)sluice_translator_status(s->t);
  (void)sluice_translator_error(s->t);
  (void)sluice_translator_message(s->t);
  (void)sluice_translator_count(s->t, SLUICE_ANOMALY_COMMENT);
  return 0;
}

static void calls_from_inside_are_refused_and_change_nothing(void **state)
{
  struct seen plain;
  size_t at;

  (void)state;
  seen_new(&plain, NULL);
  feed(plain.t, LIT(HI CALL STOP));
  sluice_translator_finish(plain.t);
  for (at = 0; at < count_events(&plain.wire); at++) {
    struct seen s;

    seen_new(&s, NULL);
    s.at = at;
    s.act = call_everything;
    assert_int_equal(feed(s.t, LIT(HI CALL STOP)), SLUICE_OK);
    assert_int_equal(sluice_translator_finish(s.t), SLUICE_OK);
    assert_true(bytes_equal(&s.wire, &plain.wire));
    seen_free(&s);
  }
  seen_free(&plain);
}

static int free_it(struct seen *s)
{
  sluice_translator_free(s->t);
  s->t = NULL;
  return 0;
}

static void free_from_inside_any_event_is_the_end(void **state)
{
  size_t at;
  int in_finish;

  (void)state;
  for (in_finish = 0; in_finish < 2; in_finish++)
    for (at = 0; at < 12; at++) {
      sluice_status status = SLUICE_OK;
      sluice_translator *t;
      struct seen s;

      seen_new(&s, NULL);
      t = s.t;
      s.at = at;
      s.act = free_it;
      status = in_finish ? feed(t, LIT(HI STOP)) : feed(t, LIT(GOOD));
      if (s.t != NULL)
        status = sluice_translator_finish(t);
      if (s.t == NULL) {
        assert_int_equal(status, SLUICE_ERR_CALLBACK);
        assert_int_equal(count_events(&s.wire), at + 1);
      }
      seen_free(&s);
    }
}

/* ---- reset, seeds, limits of structs ------------------------------------- */

static void ids_come_from_the_seed(void **state)
{
  struct bytes first = {0};
  sluice_options o;
  struct seen s;

  (void)state;
  sluice_options_init(&o);
  o.seed = 5;
  seen_new(&s, &o);
  feed(s.t, LIT(GOOD));
  bytes_put(&first, s.wire.p, s.wire.n);

  bytes_clear(&s.wire);
  assert_int_equal(sluice_translator_reset(s.t, 6), SLUICE_OK);
  feed(s.t, LIT(GOOD));
  assert_false(bytes_equal(&first, &s.wire));
  assert_null(strstr(s.wire.p, strtok(strstr(first.p, "\"resp_") + 1, "\"")));
  must_be_lawful(&s.wire);

  bytes_clear(&s.wire);
  bytes_clear(&first);
  assert_int_equal(sluice_translator_reset(s.t, 6), SLUICE_OK);
  feed(s.t, LIT(GOOD));
  bytes_put(&first, s.wire.p, s.wire.n);
  seen_free(&s);

  o.seed = 6;
  seen_new(&s, &o);
  feed(s.t, LIT(GOOD));
  assert_true(bytes_equal(&first, &s.wire));
  seen_free(&s);
  bytes_free(&first);
}

static void options_of_any_size_are_taken(void **state)
{
  static const size_t sizes[] = {sizeof(size_t),
                                 offsetof(sluice_options, seed),
                                 offsetof(sluice_options, reasoning),
                                 offsetof(sluice_options, max_items),
                                 sizeof(sluice_options),
                                 sizeof(sluice_options) + 64};
  struct seen plain;
  size_t i;

  (void)state;
  seen_new(&plain, NULL);
  feed(plain.t, LIT(GOOD));
  for (i = 0; i < COUNT(sizes); i++) {
    char *memory =
        malloc(sizes[i] < sizeof(sluice_options) ? sizes[i]
                                                 : sizeof(sluice_options) + 64);
    sluice_options *o = (sluice_options *)(void *)memory;
    struct seen s;

    assert_non_null(memory);
    memset(memory, 0xa5, sizes[i]);
    sluice_options_init_sized(o, sizes[i]); /* writes no further than that */
    seen_new(&s, o);                        /* reads no further */
    free(memory);
    feed(s.t, LIT(GOOD));
    assert_true(bytes_equal(&plain.wire, &s.wire));
    seen_free(&s);
  }
  seen_free(&plain);
}

/* The greatest numbers are limits like others; what json.h cannot count is
 * brought down to what it can. */
static void limits_without_an_end_are_taken(void **state)
{
  sluice_options o, all;
  struct seen plain, s;

  (void)state;
  sluice_options_init(&o);
  o.request = (sluice_str){"{}", 2};
  seen_new(&plain, &o);
  o.max_payload = o.max_output = SIZE_MAX;
  o.max_depth = o.max_items = o.max_marker = o.max_annotations = UINT32_MAX;
  seen_new(&s, &o);
  assert_int_equal(feed(plain.t, LIT(GOOD)), SLUICE_OK);
  assert_int_equal(feed(s.t, LIT(GOOD)), SLUICE_OK);
  assert_true(bytes_equal(&plain.wire, &s.wire));
  assert_int_equal(sluice__options(&all, &o), 0);
  assert_true(all.max_payload < UINT32_MAX && all.max_payload <= SIZE_MAX / 4);
  o.max_payload = 5;
  assert_int_equal(sluice__options(&all, &o), 0);
  assert_int_equal(all.max_payload, 5);
  seen_free(&plain);
  seen_free(&s);
}

static void options_are_copied(void **state)
{
  char id[] = "resp_x", model[] = "mm", file[] = "file-a", name[] = "a.txt";
  sluice_file files[1];
  sluice_options *o = malloc(sizeof(*o));
  struct seen s;

  (void)state;
  assert_non_null(o);
  sluice_options_init(o);
  o->response_id = (sluice_str){id, sizeof(id) - 1};
  o->model = (sluice_str){model, sizeof(model) - 1};
  files[0].id = (sluice_str){file, sizeof(file) - 1};
  files[0].name = (sluice_str){name, sizeof(name) - 1};
  o->files = files;
  o->file_count = 1;
  seen_new(&s, o);
  memset(id, '#', sizeof(id));
  memset(model, '#', sizeof(model));
  memset(file, '#', sizeof(file));
  memset(name, '#', sizeof(name));
  memset(files, 0, sizeof(files));
  free(o);
  feed(s.t, LIT("data: {\"choices\":[{\"delta\":{\"content\":"
                "\"a <|file-a|>.\"}}]}\n\n" DONE));
  assert_non_null(strstr(s.wire.p, "\"id\":\"resp_x\""));
  assert_non_null(strstr(s.wire.p, "\"model\":\"mm\""));
  assert_non_null(strstr(s.wire.p, "\"a.txt\""));
  assert_null(strchr(s.wire.p, '#'));
  must_be_lawful(&s.wire);
  seen_free(&s);
}

static void anything_after_done_is_ignored(void **state)
{
  struct seen s;
  size_t events;

  (void)state;
  seen_new(&s, NULL);
  assert_int_equal(feed(s.t, LIT(GOOD)), SLUICE_OK);
  events = count_events(&s.wire);
  assert_int_equal(feed(s.t, LIT(HI DONE "data: {{{\n\n<html>\0\xff")),
                   SLUICE_OK);
  assert_int_equal(sluice_translator_finish(s.t), SLUICE_OK);
  assert_int_equal(count_events(&s.wire), events);
  assert_true(sluice_translator_count(s.t, SLUICE_ANOMALY_AFTER_DONE) > 0);
  seen_free(&s);
}

/* ---- names --------------------------------------------------------------- */

static void everything_has_a_name(void **state)
{
  int i;

  (void)state;
  assert_int_equal(sluice_version(), SLUICE_VERSION_NUM);
  assert_string_equal(sluice_status_name(SLUICE_OK), "OK");
  assert_string_equal(sluice_status_name(SLUICE_ERR_JSON), "ERR_JSON");
  assert_string_equal(sluice_status_name((sluice_status)-9), "?");
  assert_string_equal(sluice_event_name(SLUICE_EVENT_CREATED),
                      "response.created");
  for (i = 0; i < SLUICE_ANOMALY_COUNT; i++) {
    const char *name = sluice_anomaly_name((sluice_anomaly)i);

    assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz-"), strlen(name));
    assert_true(strlen(sluice_anomaly_text((sluice_anomaly)i)) > 3);
  }
  assert_string_equal(sluice_anomaly_name(SLUICE_ANOMALY_COUNT), "?");
  assert_string_equal(sluice_anomaly_text((sluice_anomaly)-1), "?");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(null_is_refused_or_harmless),
      cmocka_unit_test(bad_options_are_refused),
      cmocka_unit_test(odd_bytes_in_options_reach_no_client),
      cmocka_unit_test(nothing_is_fed_after_finish),
      cmocka_unit_test(finish_without_input_says_so),
      cmocka_unit_test(events_come_with_their_chunk),
      cmocka_unit_test(an_error_is_sticky_until_reset),
      cmocka_unit_test(the_message_is_that_of_the_response),
      cmocka_unit_test(the_response_is_that_of_the_last_lifecycle_event),
      cmocka_unit_test(without_a_callback_the_response_is_the_same),
      cmocka_unit_test(an_abort_at_any_event_is_the_end),
      cmocka_unit_test(a_pause_ends_with_its_sse_event),
      cmocka_unit_test(a_pause_in_finish_has_no_effect),
      cmocka_unit_test(calls_from_inside_are_refused_and_change_nothing),
      cmocka_unit_test(free_from_inside_any_event_is_the_end),
      cmocka_unit_test(ids_come_from_the_seed),
      cmocka_unit_test(options_of_any_size_are_taken),
      cmocka_unit_test(limits_without_an_end_are_taken),
      cmocka_unit_test(options_are_copied),
      cmocka_unit_test(anything_after_done_is_ignored),
      cmocka_unit_test(everything_has_a_name)};

  return cmocka_run_group_tests_name("api", tests, NULL, NULL);
}
