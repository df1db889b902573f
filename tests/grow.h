/* SPDX-License-Identifier: MIT */
/* grow.h - chat streams with n of something: what limits are tried with. */
#ifndef SLUICE_TESTS_GROW_H
#define SLUICE_TESTS_GROW_H

#include "bytes.h"

#define DATA "data: {\"choices\":[{\"index\":0,\"delta\":{"
#define DATA_OF                                                                \
  "data: {%s\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"}}]}\n\n"
#define CLOSE "}}]}\n\n"
#define START DATA "\"content\":\"ok\"" CLOSE
#define END                                                                    \
  "data: "                                                                     \
  "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}"      \
  "\n\ndata: [DONE]\n\n"

#define ENTRY_REST                                                             \
  "\",\"logprob\":-1,\"bytes\":[],\"top_logprobs\":[]}" /* compact as it is */

#define OPEN_CALL                                                              \
  DATA "\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":"     \
       "\"f\",\"arguments\":\"[\"}}]" CLOSE

/* `s` n times; a member of a delta whose string has n bytes. */
void grow_repeat(struct bytes *in, const char *s, size_t n);
void grow_member(struct bytes *in, const char *before, size_t n,
                 const char *after);

/* One event, or several. What n counts: bytes of a string; bytes of data; or
 * levels, values, deltas, items, changes of kind, calls, markers and URLs. */
void grow_text(struct bytes *in, size_t n);
void grow_letters(struct bytes *in, size_t n);
void grow_refusal(struct bytes *in, size_t n);
void grow_thought(struct bytes *in, size_t n);
void grow_encrypted(struct bytes *in, size_t n);
void grow_arguments(struct bytes *in, size_t n);
void grow_call_id(struct bytes *in, size_t n);
void grow_call_name(struct bytes *in, size_t n);
void grow_logprobs(struct bytes *in, size_t n);
void grow_url(struct bytes *in, size_t n);
void grow_model(struct bytes *in, size_t n);
void grow_chunk_id(struct bytes *in, size_t n);
void grow_tier(struct bytes *in, size_t n);
void grow_one_line(struct bytes *in, size_t n);
void grow_two_lines(struct bytes *in, size_t n);
void grow_body(struct bytes *in, size_t n);
void grow_levels(struct bytes *in, size_t n);
void grow_values(struct bytes *in, size_t n);
void grow_dense_deltas(struct bytes *in, size_t n);
void grow_many_deltas(struct bytes *in, size_t n);
void grow_items(struct bytes *in, size_t n);
void grow_kinds(struct bytes *in, size_t n);
void grow_kinds_that_wait(struct bytes *in, size_t n);
void grow_calls(struct bytes *in, size_t n);
void grow_markers(struct bytes *in, size_t n);
void grow_markers_that_wait(struct bytes *in, size_t n);
void grow_urls(struct bytes *in, size_t n);

#endif
