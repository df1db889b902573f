/* SPDX-License-Identifier: MIT */
#include "write.h"

#include "echo.h"
#include "text.h"

#define lit sluice__buf_lit

static void quoted(struct buf *out, sluice_text text)
{
  sluice__buf_byte(out, '"');
  sluice__buf_text(out, text);
  sluice__buf_byte(out, '"');
}

/* "text" in quotes; null when it is empty. */
static void write_or_null(struct buf *out, sluice_text text)
{
  if (text.n == 0)
    lit(out, "null");
  else
    quoted(out, text);
}

/* ,"key":"text" */
#define MEMBER(key)            ",\"" key "\":\""
#define member(out, key, text) begun((out), SLUICE_TEXT(MEMBER(key)), (text))

static void begun(struct buf *out, sluice_text key, sluice_text text)
{
  sluice__buf_text(out, key);
  sluice__buf_text(out, text);
  sluice__buf_byte(out, '"');
}

/* JSON as it is; null when there is none. */
static void write_json(struct buf *out, sluice_text json)
{
  if (json.n == 0)
    lit(out, "null");
  else
    sluice__buf_text(out, json);
}

/* A result may be known before its item has shown that it began. */
static sluice_text results_of(const sluice_item *item)
{
  static const sluice_text none = {"", 0};

  return item->status == SLUICE_ITEM_COMPLETED ? item->results : none;
}

/* The length of the first of several JSON strings. */
static size_t first_string(sluice_text strings)
{
  size_t i = 1;

  while (i < strings.n && strings.p[i] != '"')
    i += strings.p[i] == '\\' ? 2 : 1;
  return i < strings.n ? i + 1 : strings.n;
}

static void write_url(struct buf *out, const sluice_annotation *a)
{
  lit(out, "{\"type\":\"url_citation\",\"start_index\":");
  sluice__buf_uint(out, a->start);
  lit(out, ",\"end_index\":");
  sluice__buf_uint(out, a->end);
  member(out, "title", a->title);
  member(out, "url", a->url);
  lit(out, "}");
}

void sluice__write_annotation(struct buf *out, const sluice_annotation *a)
{
  if (a->url.n > 0) {
    write_url(out, a);
    return;
  }
  lit(out, "{\"type\":\"file_citation\",\"file_id\":");
  quoted(out, a->file_id);
  lit(out, ",\"filename\":");
  quoted(out, a->filename);
  lit(out, ",\"index\":");
  sluice__buf_uint(out, a->index);
  lit(out, "}");
}

static void write_text_part(struct buf *out, const sluice_part *part)
{
  const sluice_annotation *a;

  lit(out, "{\"type\":\"output_text\",\"annotations\":[");
  for (a = part->annotations; a != NULL; a = a->next) {
    if (a != part->annotations)
      lit(out, ",");
    sluice__write_annotation(out, a);
  }
  lit(out, "],\"logprobs\":[");
  sluice__buf_text(out, part->logprobs);
  lit(out, "],\"text\":\"");
  sluice__buf_text(out, part->text);
  lit(out, "\"}");
}

void sluice__write_part(struct buf *out, const sluice_part *part)
{
  switch (part->type) {
  case SLUICE_PART_REFUSAL:
    lit(out, "{\"type\":\"refusal\",\"refusal\":\"");
    break;
  case SLUICE_PART_SUMMARY:
    lit(out, "{\"type\":\"summary_text\",\"text\":\"");
    break;
  case SLUICE_PART_REASONING:
    lit(out, "{\"type\":\"reasoning_text\",\"text\":\"");
    break;
  case SLUICE_PART_TEXT:
  default:
    write_text_part(out, part);
    return;
  }
  sluice__buf_text(out, part->text);
  lit(out, "\"}");
}

/* Those parts of the list that are of the type, or (`other`) are not. */
static void write_parts(struct buf *out, const sluice_part *part,
                        sluice_part_type type, int other)
{
  int first = 1;

  lit(out, "[");
  for (; part != NULL; part = part->next) {
    if ((part->type == type) == other)
      continue;
    if (!first)
      lit(out, ",");
    first = 0;
    sluice__write_part(out, part);
  }
  lit(out, "]");
}

static void write_status(struct buf *out, sluice_item_status status)
{
  switch (status) {
  case SLUICE_ITEM_COMPLETED:
    lit(out, "\"completed\"");
    break;
  case SLUICE_ITEM_INCOMPLETE:
    lit(out, "\"incomplete\"");
    break;
  case SLUICE_ITEM_FAILED:
    lit(out, "\"failed\"");
    break;
  case SLUICE_ITEM_IN_PROGRESS:
  default:
    lit(out, "\"in_progress\"");
    break;
  }
}

static void write_message(struct buf *out, const sluice_item *item)
{
  lit(out, "\",\"type\":\"message\",\"status\":");
  write_status(out, item->status);
  lit(out, ",\"content\":");
  write_parts(out, item->parts, SLUICE_PART_SUMMARY, 1);
  lit(out, ",\"role\":\"assistant\"");
}

/* Real reasoning items have no status; `content` stands only where the text
 * form is in use. */
static void write_reasoning(struct buf *out, const sluice_item *item)
{
  lit(out, "\",\"type\":\"reasoning\",\"summary\":");
  write_parts(out, item->parts, SLUICE_PART_SUMMARY, 0);
  if (item->parts != NULL && item->parts->type == SLUICE_PART_REASONING) {
    lit(out, ",\"content\":");
    write_parts(out, item->parts, SLUICE_PART_REASONING, 0);
  }
  if (item->encrypted.n > 0)
    member(out, "encrypted_content", item->encrypted);
}

static void write_call(struct buf *out, const sluice_item *item)
{
  if (item->type == SLUICE_ITEM_CUSTOM_CALL) {
    lit(out, "\",\"type\":\"custom_tool_call\",\"status\":");
    write_status(out, item->status);
    member(out, "input", item->arguments);
  } else {
    lit(out, "\",\"type\":\"function_call\",\"status\":");
    write_status(out, item->status);
    member(out, "arguments", item->arguments);
  }
  member(out, "call_id", item->call_id);
  member(out, "name", item->name);
  if (item->name_space.n > 0)
    member(out, "namespace", item->name_space);
}

static void write_file_search(struct buf *out, const sluice_item *item)
{
  lit(out, "\",\"type\":\"file_search_call\",\"status\":");
  write_status(out, item->status);
  lit(out, ",\"queries\":[");
  sluice__buf_text(out, item->queries);
  lit(out, "],\"results\":");
  write_json(out, results_of(item));
}

/* The first query stands once more alone: older clients read only that. */
static void write_web_search(struct buf *out, const sluice_item *item)
{
  lit(out, "\",\"type\":\"web_search_call\",\"status\":");
  write_status(out, item->status);
  lit(out, ",\"action\":{\"type\":\"search\",\"query\":");
  if (item->queries.n > 0)
    sluice__buf_put(out, item->queries.p, first_string(item->queries));
  else
    lit(out, "\"\"");
  lit(out, ",\"queries\":[");
  sluice__buf_text(out, item->queries);
  lit(out, "]");
  if (results_of(item).n > 0) {
    lit(out, ",\"sources\":");
    sluice__buf_text(out, item->results);
  }
  lit(out, "}");
}

static void write_mcp_call(struct buf *out, const sluice_item *item)
{
  lit(out, "\",\"type\":\"mcp_call\",\"status\":");
  write_status(out, item->status);
  lit(out, ",\"approval_request_id\":null");
  member(out, "arguments", item->arguments);
  lit(out, ",\"error\":");
  if (item->status == SLUICE_ITEM_FAILED) {
    lit(out, "{\"type\":\"mcp_tool_execution_error\",\"content\":"
             "[{\"type\":\"text\"");
    member(out, "text", item->error);
    lit(out, "}]}");
  } else {
    lit(out, "null");
  }
  member(out, "name", item->name);
  lit(out, ",\"output\":");
  if (item->status == SLUICE_ITEM_COMPLETED)
    quoted(out, item->output);
  else
    lit(out, "null");
  member(out, "server_label", item->server_label);
}

static void write_code_interpreter(struct buf *out, const sluice_item *item)
{
  lit(out, "\",\"type\":\"code_interpreter_call\",\"status\":");
  write_status(out, item->status);
  member(out, "code", item->arguments);
  member(out, "container_id", item->container_id);
  lit(out, ",\"outputs\":");
  write_json(out, results_of(item));
}

static void write_image_generation(struct buf *out, const sluice_item *item)
{
  static const sluice_text none = {"", 0};

  lit(out, "\",\"type\":\"image_generation_call\",\"status\":");
  write_status(out, item->status);
  lit(out, ",\"result\":");
  write_or_null(out,
                item->status == SLUICE_ITEM_COMPLETED ? item->output : none);
}

static void write_mcp_approval(struct buf *out, const sluice_item *item)
{
  lit(out, "\",\"type\":\"mcp_approval_request\"");
  member(out, "arguments", item->arguments);
  member(out, "name", item->name);
  member(out, "server_label", item->server_label);
}

static void write_mcp_list(struct buf *out, const sluice_item *item)
{
  lit(out, "\",\"type\":\"mcp_list_tools\"");
  member(out, "server_label", item->server_label);
  lit(out, ",\"tools\":");
  if (item->results.n > 0)
    sluice__buf_text(out, item->results);
  else
    lit(out, "[]");
  if (item->error.n > 0)
    member(out, "error", item->error);
}

void sluice__write_item(struct buf *out, const sluice_item *item)
{
  lit(out, "{\"id\":\"");
  sluice__buf_text(out, item->id);
  switch (item->type) {
  case SLUICE_ITEM_REASONING:
    write_reasoning(out, item);
    break;
  case SLUICE_ITEM_FUNCTION_CALL:
  case SLUICE_ITEM_CUSTOM_CALL:
    write_call(out, item);
    break;
  case SLUICE_ITEM_FILE_SEARCH:
    write_file_search(out, item);
    break;
  case SLUICE_ITEM_WEB_SEARCH:
    write_web_search(out, item);
    break;
  case SLUICE_ITEM_MCP_CALL:
    write_mcp_call(out, item);
    break;
  case SLUICE_ITEM_CODE_INTERPRETER:
    write_code_interpreter(out, item);
    break;
  case SLUICE_ITEM_IMAGE_GENERATION:
    write_image_generation(out, item);
    break;
  case SLUICE_ITEM_MCP_APPROVAL:
    write_mcp_approval(out, item);
    break;
  case SLUICE_ITEM_MCP_LIST:
    write_mcp_list(out, item);
    break;
  case SLUICE_ITEM_MESSAGE:
  default:
    write_message(out, item);
    break;
  }
  lit(out, "}");
}

static void write_usage(struct buf *out, const sluice_usage *u)
{
  if (u == NULL) {
    lit(out, "null");
    return;
  }
  lit(out, "{\"input_tokens\":");
  sluice__buf_int(out, u->input_tokens);
  lit(out, ",\"input_tokens_details\":{\"cache_write_tokens\":");
  sluice__buf_int(out, u->cache_write_tokens);
  lit(out, ",\"cached_tokens\":");
  sluice__buf_int(out, u->cached_tokens);
  lit(out, "},\"output_tokens\":");
  sluice__buf_int(out, u->output_tokens);
  lit(out, ",\"output_tokens_details\":{\"reasoning_tokens\":");
  sluice__buf_int(out, u->reasoning_tokens);
  lit(out, "},\"total_tokens\":");
  sluice__buf_int(out, u->total_tokens);
  lit(out, "}");
}

void sluice__write_error(struct buf *out, const sluice_response *r,
                         int with_type)
{
  if (with_type) {
    lit(out, "\"type\":");
    quoted(out, r->error_type.n > 0 ? r->error_type : r->error_code);
    lit(out, ",");
  }
  lit(out, "\"code\":");
  quoted(out, r->error_code);
  lit(out, ",\"message\":");
  quoted(out, r->error_message);
  lit(out, ",\"param\":");
  write_or_null(out, r->error_param);
}

static void write_why(struct buf *out, const sluice_response *r)
{
  lit(out, ",\"error\":");
  if (r->status == SLUICE_RESPONSE_FAILED) {
    lit(out, "{\"code\":");
    quoted(out, r->error_code);
    lit(out, ",\"message\":");
    quoted(out, r->error_message);
    lit(out, "}");
  } else {
    lit(out, "null");
  }
  sluice__echo_write(out, r->echo, SETTING_FREQUENCY_PENALTY,
                     SETTING_FREQUENCY_PENALTY);
  lit(out, ",\"incomplete_details\":");
  if (r->status != SLUICE_RESPONSE_INCOMPLETE)
    lit(out, "null");
  else if (r->reason == SLUICE_FINISH_FILTER)
    lit(out, "{\"reason\":\"content_filter\"}");
  else
    lit(out, "{\"reason\":\"max_output_tokens\"}");
}

static void write_output(struct buf *out, const sluice_item *item)
{
  const sluice_item *first = item;

  lit(out, ",\"output\":[");
  for (; item != NULL; item = item->next) {
    if (item != first)
      lit(out, ",");
    sluice__write_item(out, item);
  }
  lit(out, "]");
}

static void write_response_status(struct buf *out,
                                  sluice_response_status status)
{
  switch (status) {
  case SLUICE_RESPONSE_COMPLETED:
    lit(out, "\"completed\"");
    break;
  case SLUICE_RESPONSE_INCOMPLETE:
    lit(out, "\"incomplete\"");
    break;
  case SLUICE_RESPONSE_FAILED:
    lit(out, "\"failed\"");
    break;
  case SLUICE_RESPONSE_IN_PROGRESS:
  default:
    lit(out, "\"in_progress\"");
    break;
  }
}

/* Every member that the published schema or real responses have. `output_text`
 * is left out: SDKs compute it. */
void sluice__write_response(struct buf *out, const sluice_response *r)
{
  lit(out, "{\"id\":\"");
  sluice__buf_text(out, r->id);
  lit(out, "\",\"object\":\"response\",\"created_at\":");
  sluice__buf_int(out, r->created_at);
  lit(out, ",\"status\":");
  write_response_status(out, r->status);
  sluice__echo_write(out, r->echo, SETTING_BACKGROUND, SETTING_BACKGROUND);
  lit(out, ",\"completed_at\":");
  if (r->status == SLUICE_RESPONSE_COMPLETED)
    sluice__buf_int(out, r->completed_at);
  else
    lit(out, "null");
  sluice__echo_write(out, r->echo, SETTING_CONVERSATION, SETTING_CONVERSATION);
  write_why(out, r);
  sluice__echo_write(out, r->echo, SETTING_INSTRUCTIONS,
                     SETTING_MAX_TOOL_CALLS);
  lit(out, ",\"model\":\"");
  sluice__buf_text(out, r->model);
  lit(out, "\",\"moderation\":null");
  write_output(out, r->items);
  sluice__echo_write(out, r->echo, SETTING_PARALLEL_TOOL_CALLS,
                     SETTING_SAFETY_IDENTIFIER);
  lit(out, ",\"service_tier\":\"");
  sluice__buf_text(out, r->service_tier);
  lit(out, "\"");
  sluice__echo_write(out, r->echo, SETTING_STORE, SETTING_TOOL_CHOICE);
  lit(out, ",\"tool_usage\":null");
  sluice__echo_write(out, r->echo, SETTING_TOOLS, SETTING_TRUNCATION);
  lit(out, ",\"usage\":");
  write_usage(out, r->usage);
  sluice__echo_write(out, r->echo, SETTING_USER, SETTING_METADATA);
  lit(out, "}");
}
