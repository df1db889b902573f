/* SPDX-License-Identifier: MIT */
/* layout.c - where the members of the structs lie that other languages declare
 * anew: STRUCT MEMBER OFFSET, and STRUCT = SIZE. A binding that prints other
 * lines would read and write the wrong bytes. */
#include <sluice/request.h>
#include <sluice/sluice.h>
#include <stdio.h>

#define SAY(type, member)                                                      \
  printf("%s %s %zu\n", #type, #member, offsetof(type, member))
#define END(type, last)                                                        \
  _Static_assert(sizeof(type) - offsetof(type, last) -                         \
                         sizeof(((type *)0)->last) <                           \
                     _Alignof(type),                                           \
                 #type ": there are members behind " #last);                   \
  printf("%s = %zu\n", #type, sizeof(type))

static void say_options(void)
{
  SAY(sluice_options, size);
  SAY(sluice_options, mem);
  SAY(sluice_options, scratch);
  SAY(sluice_options, seed);
  SAY(sluice_options, response_id);
  SAY(sluice_options, model);
  SAY(sluice_options, created_at);
  SAY(sluice_options, clock);
  SAY(sluice_options, clock_user);
  SAY(sluice_options, reasoning);
  SAY(sluice_options, index_unit);
  SAY(sluice_options, flags);
  SAY(sluice_options, marker_open);
  SAY(sluice_options, marker_prefix);
  SAY(sluice_options, marker_close);
  SAY(sluice_options, files);
  SAY(sluice_options, file_count);
  SAY(sluice_options, max_payload);
  SAY(sluice_options, max_output);
  SAY(sluice_options, max_depth);
  SAY(sluice_options, max_items);
  SAY(sluice_options, max_marker);
  SAY(sluice_options, max_annotations);
  SAY(sluice_options, tools);
  SAY(sluice_options, tool_count);
  SAY(sluice_options, max_tool_calls);
  SAY(sluice_options, lenient);
  SAY(sluice_options, request);
  END(sluice_options, request);
}

int main(void)
{
  SAY(sluice_str, p);
  SAY(sluice_str, n);
  END(sluice_str, n);
  say_options();
  SAY(sluice_batch_event, type);
  SAY(sluice_batch_event, wire);
  SAY(sluice_batch_event, json);
  END(sluice_batch_event, json);
  SAY(sluice_http_error, status);
  SAY(sluice_http_error, body);
  END(sluice_http_error, body);
  return 0;
}
