/* SPDX-License-Identifier: MIT */
/* pieces.h - what hostile streams are made of: texts, and functions that write
 * the piece i of n. */
#ifndef SLUICE_TESTS_PIECES_H
#define SLUICE_TESTS_PIECES_H

#include "bytes.h"

#define CHUNK(choice)  "data: {\"choices\":[{\"index\":0," choice "}]}\n\n"
#define DELTA(members) CHUNK("\"delta\":{" members "}")
#define TEXT(text)     DELTA("\"content\":\"" text "\"")
#define OPEN_TEXT      "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
#define CLOSE_TEXT     "\"}}]}\n\n"
#define THOUGHT(text)  DELTA("\"reasoning_content\":\"" text "\"")
#define REFUSAL(text)  DELTA("\"refusal\":\"" text "\"")
#define CALL(entry)    DELTA("\"tool_calls\":[{" entry "}]")
#define FUNCTION(name, arguments)                                              \
  "\"function\":{\"name\":\"" name "\",\"arguments\":\"" arguments "\"}"
#define MORE(arguments) "\"function\":{\"arguments\":\"" arguments "\"}"
#define STOP            CHUNK("\"delta\":{},\"finish_reason\":\"stop\"")
#define DONE            "data: [DONE]\n\n"
#define END             STOP DONE
#define BODY                                                                   \
  "{\"object\":\"chat.completion\",\"choices\":[{\"index\":0,"                 \
  "\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\","
#define BODY_END "}}]}"
#define A16      "aaaaaaaaaaaaaaaa"
#define A64      A16 A16 A16 A16

/* Events, for the checker of them. */
#define EVENT(type, members)                                                   \
  "event: " type "\ndata: {\"type\":\"" type "\"," members "}\n\n"
#define EVENT_CREATED                                                          \
  EVENT("response.created", "\"sequence_number\":0,\"response\":{\"id\":"      \
                            "\"r\"}")
#define EVENT_COMPLETED                                                        \
  EVENT("response.completed", "\"response\":{\"id\":\"r\",\"output\":[]}")
#define EVENT_ITEM(kind, type, more)                                           \
  EVENT("response.output_item." kind, "\"output_index\":0,\"item\":{\"id\":"   \
                                      "\"i\",\"type\":\"" type "\"" more "}")
#define EVENT_PART(type, members)                                              \
  EVENT("response." type, "\"item_id\":\"i\",\"output_index\":0,"              \
                          "\"content_index\":0," members)
#define LOGPROB "{\"token\":\"a\",\"logprob\":-1.5,\"bytes\":[97]}"

void each_calls_ascending(struct bytes *b, size_t i, size_t n);
void each_calls_descending(struct bytes *b, size_t i, size_t n);
void each_calls_sparse(struct bytes *b, size_t i, size_t n);
void each_calls_negative(struct bytes *b, size_t i, size_t n);
void each_calls_one_index(struct bytes *b, size_t i, size_t n);
void each_calls_one_id(struct bytes *b, size_t i, size_t n);
void each_calls_beyond(struct bytes *b, size_t i, size_t n);
void each_calls_no_id(struct bytes *b, size_t i, size_t n);
void each_calls_no_index(struct bytes *b, size_t i, size_t n);
void each_calls_robin(struct bytes *b, size_t i, size_t n);
void each_calls_robin_ids(struct bytes *b, size_t i, size_t n);
void each_calls_late_ids(struct bytes *b, size_t i, size_t n);
void each_calls_stray(struct bytes *b, size_t i, size_t n);
void each_call_entry(struct bytes *b, size_t i, size_t n);
void each_call_unnamed(struct bytes *b, size_t i, size_t n);
void each_hosted_call(struct bytes *b, size_t i, size_t n);
void each_choices_ascending(struct bytes *b, size_t i, size_t n);
void each_choices_descending(struct bytes *b, size_t i, size_t n);
void each_choices_robin(struct bytes *b, size_t i, size_t n);
void each_choice_entry(struct bytes *b, size_t i, size_t n);
void each_marker(struct bytes *b, size_t i, size_t n);
void each_marker_letter(struct bytes *b, size_t i, size_t n);
void each_urls_staggered(struct bytes *b, size_t i, size_t n);
void each_urls_waiting(struct bytes *b, size_t i, size_t n);
void each_urls_no_text(struct bytes *b, size_t i, size_t n);
void each_urls_behind_markers(struct bytes *b, size_t i, size_t n);
void each_url_entry(struct bytes *b, size_t i, size_t n);
void each_url_string(struct bytes *b, size_t i, size_t n);
void each_key(struct bytes *b, size_t i, size_t n);
void each_string_key(struct bytes *b, size_t i, size_t n);
void each_same_key(struct bytes *b, size_t i, size_t n);
void each_nul(struct bytes *b, size_t i, size_t n);
void each_items_nested(struct bytes *b, size_t i, size_t n);
void each_text_again(struct bytes *b, size_t i, size_t n);
void each_part_again(struct bytes *b, size_t i, size_t n);
void each_item_again(struct bytes *b, size_t i, size_t n);
void each_arguments_again(struct bytes *b, size_t i, size_t n);
void each_nested(struct bytes *b, size_t i, size_t n);
void each_tool(struct bytes *b, size_t i, size_t n);
void each_cumulative(struct bytes *b, size_t i, size_t n);
void each_meta(struct bytes *b, size_t i, size_t n);

#endif
