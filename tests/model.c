/* SPDX-License-Identifier: MIT */
#include "model.h"

#include <string.h>

/* ---- rounds -------------------------------------------------------------- */

static int pending_slot(const struct model *m)
{
  uint32_t i;

  for (i = 0; m->phase == MODEL_OVER && i < m->hosted_count; i++)
    if (!m->hosted[i].answered)
      return (int)i;
  return -1;
}

int model_first_pending(const struct model *m)
{
  int slot = pending_slot(m);

  return slot < 0 ? -1 : (int)m->hosted[slot].id;
}

int model_last_hosted(const struct model *m)
{
  return m->hosted_count == 0 ? -1 : (int)m->hosted[m->hosted_count - 1].id;
}

static sluice_status ended(struct model *m, sluice_status status)
{
  m->phase = MODEL_ENDED;
  m->sticky = status;
  return status;
}

/* ---- ends ---------------------------------------------------------------- */

enum end { BY_MARK, BY_ROUND, BY_FINISH };

/* The chat stream is over: how the response is. */
static sluice_status end(struct model *m, enum end by)
{
  if (m->phase == MODEL_ENDED)
    return m->sticky;
  if (m->phase == MODEL_OVER)
    return by == BY_FINISH ? ended(m, SLUICE_OK) : SLUICE_OK;
  if (!m->choice)
    return ended(m, SLUICE_ERR_EMPTY);
  if (!m->stop && by != BY_MARK)
    return ended(m, SLUICE_ERR_TRUNCATED);
  if (by != BY_FINISH && m->hosted_count > 0) {
    m->phase = MODEL_OVER;
    return SLUICE_OK;
  }
  return ended(m, SLUICE_OK);
}

static sluice_status end_input(struct model *m, enum end by)
{
  int first = !m->finished;

  if (m->sticky != SLUICE_OK)
    return m->sticky;
  m->finished = 1;
  if (!first || m->phase >= MODEL_OVER)
    return end(m, by);
  if (m->input == INPUT_BROKEN_BODY)
    return ended(m, SLUICE_ERR_NOT_A_STREAM);
  if (m->input == INPUT_BODY) {
    m->choice = m->stop = 1;
    return end(m, by);
  }
  if (m->strange && !m->events && !m->half)
    return ended(m, SLUICE_ERR_NOT_A_STREAM);
  if (m->half && !m->choice)
    return ended(m, SLUICE_ERR_TRUNCATED);
  return end(m, by);
}

/* ---- feeding ------------------------------------------------------------- */

static void add_call(struct model *m, enum call call)
{
  if (call == CALL_CLIENT) {
    m->client = 1;
  } else if (m->hosted_count < MODEL_CALLS) {
    m->hosted[m->hosted_count].id = m->made;
    m->hosted[m->hosted_count++].answered = 0;
  }
}

/* A whole event of a stream. */
static sluice_status event(struct model *m, enum call call)
{
  int spoiled = m->half;

  m->half = 0;
  m->events = 1;
  if (m->phase >= MODEL_OVER)
    return SLUICE_OK;
  if (spoiled || call == CALL_BAD)
    return ended(m, SLUICE_ERR_JSON);
  if (call == CALL_ERROR)
    return ended(m, SLUICE_ERR_UPSTREAM);
  if (call == CALL_DONE)
    return end(m, BY_MARK);
  m->choice = 1;
  m->phase = MODEL_LIVE;
  if (call == CALL_STOP)
    m->stop = 1;
  if (call == CALL_HOSTED || call == CALL_CLIENT)
    add_call(m, call);
  return SLUICE_OK;
}

static sluice_status feed_line(struct model *m, enum call call)
{
  if (m->input == INPUT_NONE)
    m->input = call == CALL_BODY ? INPUT_BODY : INPUT_STREAM;
  if (m->input != INPUT_STREAM) {
    if (call != CALL_BODY)
      m->input = INPUT_BROKEN_BODY;
    return SLUICE_OK;
  }
  switch (call) {
  case CALL_HALF:
    m->half = 1;
    return SLUICE_OK;
  case CALL_BODY: /* a line of an unknown field, or the rest of one of data */
    m->strange |= !m->half;
    return SLUICE_OK;
  case CALL_COMMENT: /* its blank line ends an event that was open */
    return m->half ? event(m, call) : SLUICE_OK;
  default:
    return event(m, call);
  }
}

static sluice_status feed(struct model *m, enum call call)
{
  sluice_status status;

  if (m->sticky != SLUICE_OK)
    status = m->sticky;
  else if (m->finished)
    status = SLUICE_ERR_STATE;
  else if (call == CALL_NOTHING)
    status = SLUICE_OK;
  else
    status = feed_line(m, call);
  if (call == CALL_HOSTED || call == CALL_CLIENT)
    m->made++;
  return status;
}

/* ---- the other calls ----------------------------------------------------- */

static sluice_status answer(struct model *m, int slot, int wrong)
{
  if (m->sticky != SLUICE_OK)
    return m->sticky;
  if (m->phase != MODEL_OVER)
    return SLUICE_ERR_STATE;
  if (slot < 0)
    return SLUICE_ERR_ARG;
  if (m->hosted[slot].answered)
    return SLUICE_ERR_STATE;
  if (wrong)
    return SLUICE_ERR_ARG;
  m->hosted[slot].answered = 1;
  if (pending_slot(m) < 0 && m->client)
    return ended(m, SLUICE_OK);
  return SLUICE_MORE;
}

static sluice_status settled(const struct model *m)
{
  if (m->sticky != SLUICE_OK)
    return m->sticky;
  return m->phase == MODEL_OVER && m->finished && pending_slot(m) < 0
             ? SLUICE_OK
             : SLUICE_ERR_STATE;
}

static sluice_status next_round(struct model *m)
{
  sluice_status status = settled(m);
  struct model fresh;

  if (status != SLUICE_OK)
    return status;
  memset(&fresh, 0, sizeof(fresh));
  fresh.phase = MODEL_LIVE;
  fresh.made = m->made;
  *m = fresh;
  return SLUICE_OK;
}

static sluice_status mcp_tools(const struct model *m, int wrong)
{
  if (m->sticky != SLUICE_OK)
    return m->sticky;
  if (m->phase == MODEL_ENDED)
    return SLUICE_ERR_STATE;
  return wrong ? SLUICE_ERR_ARG : SLUICE_OK;
}

static sluice_status reset(struct model *m)
{
  uint32_t made = m->made;

  memset(m, 0, sizeof(*m));
  m->made = made;
  return SLUICE_OK;
}

sluice_status model_do(struct model *m, enum call call)
{
  sluice_status status;

  switch (call) {
  case CALL_NOWHERE:
  case CALL_PENDING_FAR:
    return SLUICE_ERR_ARG;
  case CALL_FINISH:
    return end_input(m, BY_FINISH);
  case CALL_END_ROUND:
    status = end_input(m, BY_ROUND);
    return status == SLUICE_OK && m->phase == MODEL_OVER ? SLUICE_MORE : status;
  case CALL_PENDING:
    return pending_slot(m) < 0 ? SLUICE_ERR_ARG : SLUICE_OK;
  case CALL_RESULT:
    return answer(m, pending_slot(m), 0);
  case CALL_RESULT_LAST:
    return answer(m, (int)m->hosted_count - 1, 0);
  case CALL_RESULT_OTHER:
    return answer(m, -1, 0);
  case CALL_RESULT_WRONG:
    return answer(m, pending_slot(m), 1);
  case CALL_MESSAGES:
    return settled(m);
  case CALL_NEXT_ROUND:
    return next_round(m);
  case CALL_MCP:
  case CALL_MCP_WRONG:
    return mcp_tools(m, call == CALL_MCP_WRONG);
  case CALL_FAIL:
    return m->phase == MODEL_ENDED ? m->sticky : ended(m, SLUICE_ERR_UPSTREAM);
  case CALL_RESET:
    return reset(m);
  case CALL_RESPONSE:
  case CALL_LOOK:
    return SLUICE_OK;
  default:
    return feed(m, call);
  }
}
