/* SPDX-License-Identifier: MIT */
#include "write.h"

#define lit sluice__buf_lit

static void quoted(struct buf *out, sluice_text text)
{
  sluice__buf_byte(out, '"');
  sluice__buf_text(out, text);
  sluice__buf_byte(out, '"');
}

void sluice__write_or_null(struct buf *out, sluice_text text)
{
  if (text.n == 0)
    lit(out, "null");
  else
    quoted(out, text);
}

void sluice__write_annotation(struct buf *out, const sluice_annotation *a)
{
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
  lit(out, "],\"text\":");
  quoted(out, part->text);
  lit(out, "}");
}

void sluice__write_part(struct buf *out, const sluice_part *part)
{
  switch (part->type) {
  case SLUICE_PART_REFUSAL:
    lit(out, "{\"type\":\"refusal\",\"refusal\":");
    break;
  case SLUICE_PART_SUMMARY:
    lit(out, "{\"type\":\"summary_text\",\"text\":");
    break;
  case SLUICE_PART_REASONING:
    lit(out, "{\"type\":\"reasoning_text\",\"text\":");
    break;
  case SLUICE_PART_TEXT:
  default:
    write_text_part(out, part);
    return;
  }
  quoted(out, part->text);
  lit(out, "}");
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
  case SLUICE_ITEM_IN_PROGRESS:
  default:
    lit(out, "\"in_progress\"");
    break;
  }
}

static void write_message(struct buf *out, const sluice_item *item)
{
  lit(out, ",\"type\":\"message\",\"status\":");
  write_status(out, item->status);
  lit(out, ",\"content\":");
  write_parts(out, item->parts, SLUICE_PART_SUMMARY, 1);
  lit(out, ",\"role\":\"assistant\"");
}

/* Real reasoning items have no status; `content` stands only where the text
 * form is in use. */
static void write_reasoning(struct buf *out, const sluice_item *item)
{
  lit(out, ",\"type\":\"reasoning\",\"summary\":");
  write_parts(out, item->parts, SLUICE_PART_SUMMARY, 0);
  if (item->parts != NULL && item->parts->type == SLUICE_PART_REASONING) {
    lit(out, ",\"content\":");
    write_parts(out, item->parts, SLUICE_PART_REASONING, 0);
  }
}

static void write_call(struct buf *out, const sluice_item *item)
{
  lit(out, ",\"type\":\"function_call\",\"status\":");
  write_status(out, item->status);
  lit(out, ",\"arguments\":");
  quoted(out, item->arguments);
  lit(out, ",\"call_id\":");
  quoted(out, item->call_id);
  lit(out, ",\"name\":");
  quoted(out, item->name);
}

void sluice__write_item(struct buf *out, const sluice_item *item)
{
  lit(out, "{\"id\":");
  quoted(out, item->id);
  switch (item->type) {
  case SLUICE_ITEM_REASONING:
    write_reasoning(out, item);
    break;
  case SLUICE_ITEM_FUNCTION_CALL:
    write_call(out, item);
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
  sluice__write_or_null(out, r->error_param);
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
  lit(out, ",\"frequency_penalty\":0.0,\"incomplete_details\":");
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

/* Every member that the published schema or real responses have, with the API's
 * defaults for the settings of a request that nobody showed us. `output_text`
 * is left out: SDKs compute it. */
void sluice__write_response(struct buf *out, const sluice_response *r)
{
  lit(out, "{\"id\":");
  quoted(out, r->id);
  lit(out, ",\"object\":\"response\",\"created_at\":");
  sluice__buf_int(out, r->created_at);
  lit(out, ",\"status\":");
  write_response_status(out, r->status);
  lit(out, ",\"background\":false,\"completed_at\":");
  if (r->status == SLUICE_RESPONSE_COMPLETED)
    sluice__buf_int(out, r->completed_at);
  else
    lit(out, "null");
  lit(out, ",\"conversation\":null");
  write_why(out, r);
  lit(out, ",\"instructions\":null,\"max_output_tokens\":null,"
           "\"max_tool_calls\":null,\"model\":");
  quoted(out, r->model);
  lit(out, ",\"moderation\":null");
  write_output(out, r->items);
  lit(out, ",\"parallel_tool_calls\":true,\"presence_penalty\":0.0,"
           "\"previous_response_id\":null,\"prompt\":null,"
           "\"prompt_cache_key\":null,\"prompt_cache_retention\":null,"
           "\"reasoning\":{\"effort\":null,\"summary\":null},"
           "\"safety_identifier\":null,\"service_tier\":");
  quoted(out, r->service_tier);
  lit(out, ",\"store\":true,\"temperature\":1.0,"
           "\"text\":{\"format\":{\"type\":\"text\"},"
           "\"verbosity\":\"medium\"},\"tool_choice\":\"auto\","
           "\"tool_usage\":null,\"tools\":[],\"top_logprobs\":0,"
           "\"top_p\":1.0,\"truncation\":\"disabled\",\"usage\":");
  write_usage(out, r->usage);
  lit(out, ",\"user\":null,\"metadata\":{}}");
}
