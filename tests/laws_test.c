/* SPDX-License-Identifier: MIT */
/* The checker of the laws is itself checked: a good stream passes, and each of
 * its damaged copies fails with a message that names the event and the fault.
 */
#include "check.h"
#include "laws.h"

#define RESPONSE(status, completed, output, usage, tail)                       \
  "\"response\":{\"id\":\"resp_1\",\"object\":\"response\",\"created_at\":5,"  \
  "\"status\":\"" status "\",\"background\":false,\"completed_at\":" completed \
  ",\"frequency_penalty\":0.0,\"instructions\":null,"                          \
  "\"max_output_tokens\":null,\"max_tool_calls\":null,\"metadata\":{},"        \
  "\"model\":\"m\",\"output\":[" output "],\"parallel_tool_calls\":true,"      \
  "\"presence_penalty\":0.0,\"previous_response_id\":null,"                    \
  "\"prompt_cache_key\":null,\"prompt_cache_retention\":null,"                 \
  "\"reasoning\":{\"effort\":null,\"summary\":null},"                          \
  "\"safety_identifier\":null,\"service_tier\":\"default\",\"store\":false,"   \
  "\"temperature\":1.0,\"text\":{\"format\":{\"type\":\"text\"}},"             \
  "\"tool_choice\":\"auto\",\"tools\":[],\"top_logprobs\":0,\"top_p\":1.0,"    \
  "\"truncation\":\"disabled\",\"usage\":" usage ",\"user\":null," tail "}"
#define NO_ERROR "\"error\":null,\"incomplete_details\":null"
#define USAGE                                                                  \
  "{\"input_tokens\":9,\"input_tokens_details\":{\"cached_tokens\":2,"         \
  "\"cache_write_tokens\":0},\"output_tokens\":4,"                             \
  "\"output_tokens_details\":{\"reasoning_tokens\":1},\"total_tokens\":13}"

#define REASONING(summary)                                                     \
  "{\"id\":\"rs_1\",\"type\":\"reasoning\",\"summary\":[" summary "]}"
#define MESSAGE(status, content)                                               \
  "{\"id\":\"msg_1\",\"type\":\"message\",\"status\":\"" status "\","          \
  "\"role\":\"assistant\",\"content\":[" content "]}"
#define CALL(status, arguments)                                                \
  "{\"id\":\"fc_1\",\"type\":\"function_call\",\"status\":\"" status "\","     \
  "\"arguments\":\"" arguments "\",\"call_id\":\"call_1\",\"name\":\"f\"}"

#define SUMMARY "{\"type\":\"summary_text\",\"text\":\"why\"}"
#define NOTE                                                                   \
  "{\"type\":\"file_citation\",\"file_id\":\"file-a\",\"filename\":\"a.txt\"," \
  "\"index\":2}"
#define LOGPROB "{\"token\":\"h\\u00e9\",\"logprob\":-0.5,\"top_logprobs\":[]}"
#define TEXT                                                                   \
  "{\"type\":\"output_text\",\"text\":\"h\\u00e9llo\",\"annotations\":[" NOTE  \
  "],\"logprobs\":[" LOGPROB "]}"
#define REFUSAL "{\"type\":\"refusal\",\"refusal\":\"no\"}"

#define AT(id, index, part)                                                    \
  "\"item_id\":\"" id "\",\"output_index\":" #index ",\"" part "\":"

static const struct event {
  const char *type, *members;
} good[] = {
    /* 0 */ {"response.created",
             RESPONSE("in_progress", "null", "", "null", NO_ERROR)},
    /* 1 */
    {"response.in_progress",
     RESPONSE("in_progress", "null", "", "null", NO_ERROR)},
    /* 2 */
    {"response.output_item.added",
     "\"output_index\":0,\"item\":" REASONING("")},
    /* 3 */
    {"response.reasoning_summary_part.added",
     AT("rs_1", 0, "summary_index") "0,\"part\":{\"type\":\"summary_text\","
                                    "\"text\":\"\"}"},
    /* 4 */
    {"response.reasoning_summary_text.delta",
     AT("rs_1", 0, "summary_index") "0,\"delta\":\"why\""},
    /* 5 */
    {"response.reasoning_summary_text.done",
     AT("rs_1", 0, "summary_index") "0,\"text\":\"why\""},
    /* 6 */
    {"response.reasoning_summary_part.done",
     AT("rs_1", 0, "summary_index") "0,\"part\":" SUMMARY},
    /* 7 */
    {"response.output_item.done",
     "\"output_index\":0,\"item\":" REASONING(SUMMARY)},
    /* 8 */
    {"response.output_item.added",
     "\"output_index\":1,\"item\":" MESSAGE("in_progress", "")},
    /* 9 */
    {"response.content_part.added",
     AT("msg_1", 1, "content_index") "0,\"part\":{\"type\":\"output_text\","
                                     "\"text\":\"\",\"annotations\":[],"
                                     "\"logprobs\":[]}"},
    /* 10 */
    {"response.output_text.delta",
     AT("msg_1", 1, "content_index") "0,\"delta\":\"h\\u00e9\",\"logprobs\":"
                                     "[" LOGPROB "]"},
    /* 11 */
    {"response.output_text.annotation.added",
     AT("msg_1", 1,
        "content_index") "0,\"annotation_index\":0,\"annotation\":" NOTE},
    /* 12 */
    {"response.output_text.delta",
     AT("msg_1", 1, "content_index") "0,\"delta\":\"llo\",\"logprobs\":[]"},
    /* 13 */
    {"response.output_text.done",
     AT("msg_1", 1, "content_index") "0,\"text\":\"h\\u00e9llo\",\"logprobs\":"
                                     "[" LOGPROB "]"},
    /* 14 */
    {"response.content_part.done",
     AT("msg_1", 1, "content_index") "0,\"part\":" TEXT},
    /* 15 */
    {"response.content_part.added",
     AT("msg_1", 1, "content_index") "1,\"part\":{\"type\":\"refusal\","
                                     "\"refusal\":\"\"}"},
    /* 16 */
    {"response.refusal.delta",
     AT("msg_1", 1, "content_index") "1,\"delta\":\"no\""},
    /* 17 */
    {"response.refusal.done",
     AT("msg_1", 1, "content_index") "1,\"refusal\":\"no\""},
    /* 18 */
    {"response.content_part.done",
     AT("msg_1", 1, "content_index") "1,\"part\":" REFUSAL},
    /* 19 */
    {"response.output_item.done",
     "\"output_index\":1,\"item\":" MESSAGE("completed", TEXT "," REFUSAL)},
    /* 20 */
    {"response.output_item.added",
     "\"output_index\":2,\"item\":" CALL("in_progress", "")},
    /* 21 */
    {"response.function_call_arguments.delta", AT("fc_1", 2, "delta") "\"{}\""},
    /* 22 */
    {"response.function_call_arguments.done",
     AT("fc_1", 2, "name") "\"f\",\"arguments\":\"{}\""},
    /* 23 */
    {"response.output_item.done",
     "\"output_index\":2,\"item\":" CALL("completed", "{}")},
    /* 24 */
    {"response.completed",
     RESPONSE("completed", "6",
              REASONING(SUMMARY) "," MESSAGE(
                  "completed", TEXT "," REFUSAL) "," CALL("completed", "{}"),
              USAGE, NO_ERROR)}};

/* A text that is cut, with the error event. */
#define FAILED "\"error\":{\"code\":\"server_error\",\"message\":\"gone\"}"
static const struct event good_failure[] = {
    /* 0 */ {"response.created",
             RESPONSE("in_progress", "null", "", "null", NO_ERROR)},
    /* 1 */
    {"response.in_progress",
     RESPONSE("in_progress", "null", "", "null", NO_ERROR)},
    /* 2 */
    {"response.output_item.added",
     "\"output_index\":0,\"item\":" CALL("in_progress", "")},
    /* 3 */
    {"response.function_call_arguments.done",
     AT("fc_1", 0, "name") "\"f\",\"arguments\":\"\""},
    /* 4 */
    {"response.output_item.done",
     "\"output_index\":0,\"item\":" CALL("incomplete", "")},
    /* 5 */
    {"error",
     "\"code\":\"server_error\",\"message\":\"gone\",\"param\":null,\"error\":"
     "{\"type\":\"server_error\",\"code\":\"server_error\",\"message\":"
     "\"gone\",\"param\":null}"},
    /* 6 */
    {"response.failed",
     RESPONSE("failed", "null", CALL("incomplete", ""), "null",
              FAILED ",\"incomplete_details\":null")}};

enum how {
  NOTHING,
  EDIT,     /* `from` becomes `to` in one event */
  EDIT_ALL, /* in all events from this one on */
  DROP,
  DOUBLE,
  SWAP,   /* with the next */
  RENAME, /* the type becomes `to` */
  CUT     /* nothing from this one on */
};

static const struct damage {
  const char *name;
  enum how how;
  size_t at;
  const char *from, *to, *message;
} damages[] = {
    {"no response.created", DROP, 0, 0, 0,
     "event 0 response.in_progress: response.created must be the first"},
    {"response.created twice", DOUBLE, 0, 0, 0,
     "event 1 response.created: response.created must be the first"},
    {"no response.in_progress", DROP, 1, 0, 0,
     "event 1 response.output_item.added: response.in_progress must be"},
    {"in_progress twice", DOUBLE, 1, 0, 0, "event 2 response.in_progress"},
    {"in_progress has another response", EDIT, 1, "resp_1", "resp_2",
     "event 1 response.in_progress: the response is not that"},
    {"created tells a usage", EDIT, 0, "\"usage\":null", "\"usage\":" USAGE,
     "it tells the end already"},
    {"created has status completed", EDIT, 0, "in_progress", "completed",
     "event 0 response.created: the status is not in_progress"},
    {"created lacks a member", EDIT, 0, "\"top_p\":1.0,", "",
     "the response has no `top_p`"},
    {"created has an unknown member", EDIT, 0, "\"user\":null",
     "\"user\":null,\"output_text\":\"\"", "an unknown `output_text`"},
    {"created_at is no integer", EDIT_ALL, 0, "\"created_at\":5",
     "\"created_at\":5.5", "`created_at` of the response has a wrong value"},
    {"item not added", DROP, 2, 0, 0,
     "event 2 response.reasoning_summary_part.added: no item is open"},
    {"item added twice", DOUBLE, 2, 0, 0, "an item is still open"},
    {"item added with a wrong output_index", EDIT, 8, "\"output_index\":1",
     "\"output_index\":2", "event 8 response.output_item.added: output_index"},
    {"item added with content", EDIT, 8, "\"content\":[]",
     "\"content\":[" REFUSAL "]", "a new item is not empty"},
    {"item added as completed", EDIT, 8, "in_progress", "completed",
     "a new item is not in_progress"},
    {"message without role", EDIT, 8, "\"role\":\"assistant\",", "",
     "the item has no `role`"},
    {"item id used twice", EDIT_ALL, 8, "msg_1", "rs_1",
     "event 8 response.output_item.added: the id rs_1 was used before"},
    {"call without a name", EDIT, 20, ",\"name\":\"f\"", "",
     "the item has no `name`"},
    {"call without a call_id", EDIT, 20, "\"call_1\"", "\"\"",
     "`call_id` of the item has a wrong value"},
    {"reasoning with a status", EDIT, 2, "\"summary\"",
     "\"status\":\"completed\",\"summary\"", "an unknown `status`"},
    {"part not added", DROP, 9, 0, 0,
     "event 9 response.output_text.delta: no part is open"},
    {"part added with a wrong index", EDIT, 15, "\"content_index\":1",
     "\"content_index\":0", "content_index is not 1"},
    {"part added with text", EDIT, 9, "\"text\":\"\"", "\"text\":\"x\"",
     "a new part is not empty"},
    {"text part without logprobs", EDIT, 9, ",\"logprobs\":[]", "",
     "the part has no `logprobs`"},
    {"part of the other kind of item", EDIT, 9, "output_text", "reasoning_text",
     "a part reasoning_text in a message item"},
    {"delta of another part", RENAME, 16, 0, "response.output_text.delta",
     "event 16 response.output_text.delta: "},
    {"empty delta", EDIT, 12, "\"llo\"", "\"\"",
     "event 12 response.output_text.delta: `delta` of the event has a wrong"},
    {"delta with another item_id", EDIT, 12, "msg_1", "msg_2",
     "item_id is not that of the open item"},
    {"delta lost", DROP, 12, 0, 0,
     "event 12 response.output_text.done: `text` is not the deltas joined"},
    {"delta doubled", DOUBLE, 12, 0, 0, "`text` is not the deltas joined"},
    {"delta after its done", SWAP, 12, 0, 0,
     "event 12 response.output_text.done: `text` is not the deltas joined"},
    {"logprobs lost in done", EDIT, 13, LOGPROB, "",
     "event 13 response.output_text.done: logprobs are not those"},
    {"logprobs lost in the part", EDIT, 14, LOGPROB, "",
     "the part's logprobs are not those of the deltas"},
    {"done lost", DROP, 13, 0, 0,
     "event 13 response.content_part.done: the text was not done"},
    {"part done lost", DROP, 14, 0, 0,
     "event 14 response.content_part.added: a part is still open"},
    {"part has other text", EDIT, 14, "llo", "ll",
     "the part's text is not the deltas joined"},
    {"citation late", SWAP, 11, 0, 0, "index 2, but the text so far is 5"},
    {"citation counted in bytes", EDIT, 11, "\"index\":2", "\"index\":3",
     "event 11 response.output_text.annotation.added: index 3, but the text"},
    {"citation with a wrong annotation_index", EDIT, 11,
     "\"annotation_index\":0", "\"annotation_index\":1",
     "annotation_index is not 0"},
    {"citation without a file name", EDIT, 11, "\"filename\":\"a.txt\",", "",
     "the annotation has no `filename`"},
    {"citation lost in the part", EDIT, 14, NOTE, "",
     "the part's annotations are not those that were sent"},
    {"item done with other parts", EDIT, 19, "," REFUSAL, "",
     "the item's parts are not those that were sent"},
    {"item done without a part", EDIT, 7, SUMMARY, "",
     "event 7 response.output_item.done: the item's parts"},
    {"item done under another id", EDIT, 19, "msg_1", "msg_9",
     "`id` of the item changed"},
    {"item done in_progress", EDIT, 19, "completed", "in_progress",
     "neither completed nor incomplete"},
    {"item not done", DROP, 19, 0, 0,
     "event 19 response.output_item.added: output_index is not 1"},
    {"call done under another call_id", EDIT, 23, "call_1", "call_2",
     "`call_id` of the item changed"},
    {"arguments delta lost", DROP, 21, 0, 0,
     "`arguments` is not the deltas joined"},
    {"arguments not done", DROP, 22, 0, 0, "no arguments.done before it"},
    {"arguments done under another name", EDIT, 22, "\"f\"", "\"g\"",
     "`name` is not that of the item"},
    {"item has other arguments", EDIT, 23, "\"{}\"", "\"{ }\"",
     "the item's arguments is not the deltas joined"},
    {"output lacks an item", EDIT, 24, "," CALL("completed", "{}"), "",
     "`output` is not the items that were done"},
    {"output has another status", EDIT, 24,
     "\"function_call\",\"status\":\"completed\"",
     "\"function_call\",\"status\":\"incomplete\"",
     "`output` is not the items that were done"},
    {"the response's id changes", EDIT, 24, "resp_1", "resp_2",
     "`id` of the response changed"},
    {"the terminal response loses a member", EDIT, 24, "\"tools\":[],", "",
     "the response has no `tools`"},
    {"usage does not add up", EDIT, 24, "\"total_tokens\":13",
     "\"total_tokens\":14", "total_tokens is not input + output"},
    {"more cached than sent", EDIT, 24, "\"cached_tokens\":2",
     "\"cached_tokens\":10", "cached_tokens is more than input_tokens"},
    {"more reasoning than output", EDIT, 24, "\"reasoning_tokens\":1",
     "\"reasoning_tokens\":5", "reasoning_tokens is more than"},
    {"usage without details", EDIT, 24,
     ",\"output_tokens_details\":{\"reasoning_tokens\":1}", "",
     "usage has no `output_tokens_details`"},
    {"completed with a null completed_at", EDIT, 24, "\"completed_at\":6",
     "\"completed_at\":null", "`completed_at` does not fit the status"},
    {"completed before it was created", EDIT, 24, "\"completed_at\":6",
     "\"completed_at\":4", "completed before it was created"},
    {"completed with an error", EDIT, 24, "\"error\":null",
     "\"error\":{\"code\":\"server_error\",\"message\":\"x\"}",
     "`error` does not fit the status"},
    {"completed with an incomplete item", EDIT_ALL, 23, CALL("completed", "{}"),
     CALL("incomplete", "{}"),
     "event 24 response.completed: completed, but item 2 is not"},
    {"another status than the event's", EDIT, 24,
     "\"status\":\"completed\",\"b", "\"status\":\"failed\",\"b",
     "the status is not completed"},
    {"failed without error", RENAME, 24, 0, "response.failed",
     "event 24 response.failed: the status is not failed"},
    {"no terminal event", CUT, 24, 0, 0, "event 24 end: no terminal event"},
    {"an event after the terminal one", DOUBLE, 24, 0, 0,
     "event 25 response.completed: an event after the terminal one"},
    {"unknown type", RENAME, 12, 0, "response.text.delta",
     "event 12 ?: an event of unknown type response.text.delta"},
    {"a key twice", EDIT, 12, "\"logprobs\":[]",
     "\"logprobs\":[],\"logprobs\":[]", "event 12 ?: not JSON: duplicate"},
    {"invalid UTF-8", EDIT, 12, "llo", "l\xffo", "event 12 ?: not JSON"},
    {"a lone surrogate", EDIT, 12, "llo", "l\\ud83do", "event 12 ?: not JSON"},
    {"a raw line separator", EDIT, 12, "llo", "l\xe2\x80\xa8o",
     "a raw control character or line separator"},
    {"a raw DEL", EDIT, 12, "llo", "l\x7fo", "a raw control character"},
    {"a line break in the data", EDIT, 12, "\"delta\"", "\n\"delta\"",
     "a raw control character"},
    {"a space too many after data:", EDIT, 12,
     "data: ", "data:  ", "event 12 ?: no `data: {` in the second line"},
    {"sequence_number is wrong", EDIT, 12, "\"sequence_number\":12",
     "\"sequence_number\":13", "sequence_number is not 12"},
    {"the event line differs", EDIT, 12, "event: response.output_text.delta",
     "event: response.output_text.done", "but another `type`"}};

/* Appends event `e` under number `number`, after `d` if it is for this one. */
static void put_event(struct bytes *out, const struct event *e, size_t number,
                      const struct damage *d, int hit)
{
  const char *type = hit && d->how == RENAME ? d->to : e->type;
  struct bytes one = {0};
  char *at;

  bytes_printf(&one, "event: %s\ndata: {\"type\":\"%s\",", type, type);
  bytes_printf(&one, "\"sequence_number\":%zu,", number);
  bytes_puts(&one, e->members);
  bytes_puts(&one, "}\n\n");
  if (hit && (d->how == EDIT || d->how == EDIT_ALL)) {
    while ((at = strstr(one.p, d->from)) != NULL) {
      size_t before = (size_t)(at - one.p);

      bytes_put(out, one.p, before);
      bytes_puts(out, d->to);
      memmove(one.p, at + strlen(d->from), strlen(at + strlen(d->from)) + 1);
      if (d->how == EDIT)
        break;
    }
  }
  bytes_puts(out, one.p);
  bytes_free(&one);
}

static void build(struct bytes *out, const struct event *events, size_t count,
                  const struct damage *d)
{
  size_t i, number = 0;

  for (i = 0; i < count; i++) {
    int hit = i == d->at || (d->how == EDIT_ALL && i > d->at);
    size_t other = d->how != SWAP   ? i
                   : i == d->at     ? i + 1
                   : i == d->at + 1 ? i - 1
                                    : i;

    if (i >= d->at && d->how == CUT)
      break;
    if (hit && d->how == DROP)
      continue;
    put_event(out, &events[other], number++, d, hit);
    if (hit && d->how == DOUBLE)
      put_event(out, &events[other], number++, d, hit);
  }
}

/* Builds the damaged stream and says what the checker says. */
static const char *judge(const struct event *events, size_t count,
                         const struct damage *d, sluice_unit unit,
                         char message[LAWS_MESSAGE])
{
  struct bytes wire = {0};
  const char *wrong;

  build(&wire, events, count, d);
  wrong = laws_stream(unit, wire.p, wire.n, message);
  bytes_free(&wire);
  return wrong;
}

static void good_streams_pass(void **state)
{
  static const struct damage none = {"", NOTHING, 0, 0, 0, ""};
  char message[LAWS_MESSAGE];

  (void)state;
  assert_null(judge(good, COUNT(good), &none, SLUICE_UNIT_CODEPOINT, message));
  assert_null(judge(good_failure, COUNT(good_failure), &none,
                    SLUICE_UNIT_CODEPOINT, message));
}

static size_t missed(const struct event *events, size_t count,
                     const struct damage *list, size_t n)
{
  char message[LAWS_MESSAGE];
  const char *wrong;
  size_t i, misses = 0;

  for (i = 0; i < n; i++) {
    wrong = judge(events, count, &list[i], SLUICE_UNIT_CODEPOINT, message);
    if (wrong == NULL || strstr(wrong, list[i].message) == NULL) {
      print_error("%s: expected \"%s\", got \"%s\"\n", list[i].name,
                  list[i].message, wrong == NULL ? "nothing" : wrong);
      misses++;
    }
  }
  return misses;
}

static void each_damage_is_named(void **state)
{
  (void)state;
  assert_int_equal(missed(good, COUNT(good), damages, COUNT(damages)), 0);
}

static void each_damage_of_a_failure_is_named(void **state)
{
  static const struct damage list[] = {
      {"the error event twice", DOUBLE, 5, 0, 0,
       "event 6 error: after `error` only response.failed may come"},
      {"an event between error and failed", SWAP, 4, 0, 0,
       "event 4 error: an item is still open"},
      {"another message in the error event", EDIT, 5, "\"gone\",\"param",
       "\"else\",\"param", "`error` says other things than the event"},
      {"another message in the response", EDIT, 6, "gone", "else",
       "another message than in the error event"},
      {"failed without error", EDIT, 6, FAILED, "\"error\":null",
       "`error` does not fit the status"},
      {"failed with incomplete_details", EDIT, 6, "\"incomplete_details\":null",
       "\"incomplete_details\":{\"reason\":\"content_filter\"}",
       "`incomplete_details` does not fit the status"},
      {"failed with completed_at", EDIT, 6, "\"completed_at\":null",
       "\"completed_at\":6", "`completed_at` does not fit the status"},
      {"completed after an error event", RENAME, 6, 0, "response.completed",
       "after `error` only response.failed may come"},
      {"error without the nested form", EDIT, 5, ",\"error\":{\"type\"",
       ",\"fault\":{\"type\"", "event 5 error: the event has no `error`"},
      {"no response.failed", CUT, 6, 0, 0, "event 6 end: no terminal event"},
      {"the item lost", EDIT, 6, CALL("incomplete", ""), "",
       "`output` is not the items that were done"}};

  (void)state;
  assert_int_equal(missed(good_failure, COUNT(good_failure), list, COUNT(list)),
                   0);
}

static void citations_are_counted_in_the_unit_of_the_option(void **state)
{
  static const struct {
    sluice_unit unit;
    const char *index;
  } cases[] = {{SLUICE_UNIT_CODEPOINT, "\"index\":2"},
               {SLUICE_UNIT_BYTE, "\"index\":3"},
               {SLUICE_UNIT_UTF16, "\"index\":2"},
               {SLUICE_UNIT_GRAPHEME, "\"index\":2"}};
  char message[LAWS_MESSAGE];
  size_t i, j;

  (void)state;
  for (i = 0; i < 4; i++) {
    for (j = 0; j < 4; j++) {
      struct damage d = {"", EDIT_ALL, 11, "\"index\":2", cases[i].index, ""};
      const char *wrong = judge(good, COUNT(good), &d, cases[j].unit, message);

      assert_int_equal(wrong == NULL,
                       strcmp(cases[i].index, cases[j].index) == 0);
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(good_streams_pass),
      cmocka_unit_test(each_damage_is_named),
      cmocka_unit_test(each_damage_of_a_failure_is_named),
      cmocka_unit_test(citations_are_counted_in_the_unit_of_the_option)};

  return cmocka_run_group_tests_name("laws", tests, NULL, NULL);
}
