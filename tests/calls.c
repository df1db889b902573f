/* SPDX-License-Identifier: MIT */
#include "calls.h"

#include "check.h"

#define CHUNK(delta, reason)                                                   \
  "data: {\"id\":\"c\",\"created\":7,\"model\":\"m\",\"choices\":[{\"index\":" \
  "0,\"delta\":{" delta "},\"finish_reason\":" reason "}]}\n\n"
#define STR(s) ((sluice_str){(s), sizeof(s) - 1})

static const char *const streams[] = {
    [CALL_TEXT] = CHUNK("\"content\":\"Hi\"", "null"),
    [CALL_STOP] = CHUNK("", "\"stop\""),
    [CALL_DONE] = "data: [DONE]\n\n",
    [CALL_BAD] = "data: {bad}\n\n",
    [CALL_ERROR] = "data: {\"error\":{\"message\":\"no\"}}\n\n",
    [CALL_COMMENT] = ": ping\n\n",
    [CALL_HALF] = "data: {\"a\":nope",
    [CALL_BODY] = "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"Hi\"},"
                  "\"finish_reason\":\"stop\"}]}\n",
    [CALL_NOTHING] = "",
};

const char *call_text(enum call call)
{
  static const char *const texts[] = {
#define X(NAME, text) text,
      CALLS(X)
#undef X
  };

  return texts[call];
}

void caller_options(sluice_options *o)
{
  static const sluice_tool tools[] = {
      {{LIT("search")}, SLUICE_TOOL_FILE_SEARCH, {0}, {0}, {0}, {0}}};

  sluice_options_init(o);
  o->tools = tools;
  o->tool_count = COUNT(tools);
}

/* ---- feeding ------------------------------------------------------------- */

static sluice_status feed(struct caller *c, const char *p)
{
  size_t n = strlen(p);
  char *copy = malloc(n + 1);
  sluice_status status;

  assert_non_null(copy);
  memcpy(copy, p, n);
  c->consumed = n + 1;
  status = sluice_translator_feed(c->t, copy, n, &c->consumed);
  free(copy);
  if (c->consumed > n || (status == SLUICE_OK && c->consumed != n))
    fail_msg("consumed is %zu of %zu with %s", c->consumed, n,
             sluice_status_name(status));
  return status;
}

static sluice_status feed_call(struct caller *c, const char *name)
{
  char chunk[512];

  snprintf(chunk, sizeof(chunk),
           CHUNK("\"tool_calls\":[{\"index\":%u,\"id\":\"c%u\",\"function\":{"
                 "\"name\":\"%s\",\"arguments\":\"{\\\"query\\\":1}\"}}]",
                 "null"),
           c->in_stream++, c->made++, name);
  return feed(c, chunk);
}

/* ---- results ------------------------------------------------------------- */

static sluice_status answer(struct caller *c, const char *id, sluice_str json)
{
  sluice_text call_id = {id, strlen(id)};
  sluice_result result;

  memset(&result, 0, sizeof(result));
  result.output = STR("found");
  result.results = json;
  return sluice_translator_result(c->t, call_id, &result);
}

static sluice_status pending(struct caller *c, uint32_t n)
{
  sluice_status status = sluice_translator_pending(c->t, n, &c->pending);

  if ((status == SLUICE_OK) != (c->pending.call_id.n > 0))
    fail_msg("pending gives %s and an id of %zu bytes",
             sluice_status_name(status), c->pending.call_id.n);
  return status;
}

static sluice_status written(struct caller *c, sluice_status status)
{
  if (status != SLUICE_OK && c->json.n != 0)
    fail_msg("JSON came with %s", sluice_status_name(status));
  return status;
}

/* What can be asked for at any time agrees with itself. */
static void look(const struct caller *c)
{
  sluice_error error = sluice_translator_error(c->t);

  assert_true((unsigned)sluice_translator_status(c->t) <=
              SLUICE_RESPONSE_FAILED);
  assert_true(strlen(error.message) > 0);
  assert_string_not_equal(sluice_status_name(error.status), "?");
  if (sluice_translator_message(c->t).n > 0)
    assert_true(error.status < SLUICE_ERR_FATAL);
  assert_int_equal(sluice_translator_count(c->t, SLUICE_ANOMALY_COUNT), 0);
}

sluice_status caller_do(struct caller *c, enum call call)
{
  switch (call) {
  case CALL_HOSTED:
    return feed_call(c, "search");
  case CALL_CLIENT:
    return feed_call(c, "f");
  case CALL_NOWHERE:
    return sluice_translator_feed(c->t, NULL, 1, NULL);
  case CALL_FINISH:
    return sluice_translator_finish(c->t);
  case CALL_END_ROUND:
    return sluice_translator_end_round(c->t);
  case CALL_PENDING:
    return pending(c, 0);
  case CALL_PENDING_FAR:
    return pending(c, 1000);
  case CALL_RESULT:
    return answer(c, c->first, STR("[]"));
  case CALL_RESULT_LAST:
    return answer(c, c->last, STR(""));
  case CALL_RESULT_OTHER:
    return answer(c, "none", STR("[]"));
  case CALL_RESULT_WRONG:
    return answer(c, c->first, STR("[1,"));
  case CALL_MESSAGES:
    return written(c, sluice_translator_messages(c->t, &c->json));
  case CALL_NEXT_ROUND:
    return sluice_translator_next_round(c->t);
  case CALL_MCP:
    return sluice_translator_mcp_tools(c->t, STR("srv"), STR("[]"), STR(""));
  case CALL_MCP_WRONG:
    return sluice_translator_mcp_tools(c->t, STR("srv"), STR("{}"), STR(""));
  case CALL_FAIL:
    return sluice_translator_fail(c->t, STR(""), STR("gave up"));
  case CALL_RESPONSE:
    return written(c, sluice_translator_response(c->t, &c->json));
  case CALL_RESET:
    return sluice_translator_reset(c->t, 1);
  case CALL_LOOK:
    look(c);
    return SLUICE_OK;
  default:
    return feed(c, streams[call]);
  }
}
