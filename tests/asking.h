/* SPDX-License-Identifier: MIT */
/* asking.h - a Responses request given to the library, and what comes of it,
 * for the tests of requests. In all JSON of theirs ' is " and ~ is '. */
#ifndef SLUICE_TESTS_ASKING_H
#define SLUICE_TESTS_ASKING_H

#include <sluice/request.h>

#include "check.h"

/* To be freed. */
char *quoted(const char *s);
sluice_str str(const char *s);

sluice_request *new_with(uint32_t flags);
void read_it(sluice_request *r, const char *body, sluice_status want);

/* `row` is shown when it is not so. */
void same(const char *row, sluice_str got, const char *want);

/* The request must give the chat request. */
void gives(sluice_request *r, const char *body, const char *want);

/* What the translator is told of the tools, as "flat type space/name", one
 * behind the other. */
void table_is(const sluice_request *r, const char *want);

/* "key":"value" or "key":null of an error's body. */
void has(const char *row, sluice_str body, const char *key, const char *value);

/* What a row gives with these flags. */
struct row {
  uint32_t flags;
  const char *in, *out;
};

void run_rows(const struct row *rows, size_t count, const char *in_head,
              const char *in_tail, const char *out_head, const char *out_tail);

#define ASKED "{'role':'user','content':'q'}"
#define CALL(i)                                                                \
  "{'type':'function_call','call_id':'" i "','name':'f','arguments':'{}'}"
#define GAVE(i)                                                                \
  "{'type':'function_call_output','call_id':'" i "','output':'o" i "'}"
#define SAID(i)                                                                \
  "{'id':'" i "','type':'function','function':{'name':'f','arguments':'{}'}}"
#define TOLD(i) "{'role':'tool','tool_call_id':'" i "','content':'o" i "'}"

#define FN(name) "{'type':'function','function':{'name':'" name "'}}"
#define INPUT                                                                  \
  "'parameters':{'type':'object','properties':{'input':{'type':'string',"      \
  "'description':'The whole input of the tool, as plain text.'}},"             \
  "'required':['input'],'additionalProperties':false}"
#define FS "{'type':'function','name':'f'},{'type':'function','name':'g'}"

#define A50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

#define S(literal)                                                             \
  {                                                                            \
    literal, sizeof(literal) - 1                                               \
  }
#define NO                                                                     \
  {                                                                            \
    NULL, 0                                                                    \
  }

#endif
