/* SPDX-License-Identifier: MIT */
/* request_case.h - a case of corpus/requests: {"why": …, "request": {…}} with
 * options beside them: "flags" by name, "model", "separator", "omit", "hosted",
 * "max_request", "max_depth", "max_items", "max_tools".
 * The request is read as it stands there, byte by byte. */
#ifndef SLUICE_TESTS_REQUEST_CASE_H
#define SLUICE_TESTS_REQUEST_CASE_H

#include <sluice/request.h>

#include "bytes.h"
#include "json.h"

#define REQUESTS    "corpus/requests/"
#define CASE_HOSTED 8
#define CASE_OMIT   8

struct request_case {
  char name[128];
  struct bytes file;
  struct json json;
  sluice_mem mem; /* of json */
  sluice_str why, request;
  sluice_request_options o;
  sluice_hosted hosted[CASE_HOSTED];
  sluice_str omit[CASE_OMIT];
};

/* What is wrong with the case ends the program. */
void request_case_read(struct request_case *c, const char *name);
void request_case_free(struct request_case *c);

/* Appends all that a read gave: the code, the chat request with a line for each
 * message and tool, the table for the translator, the notes; or the error. */
void request_case_tell(const sluice_request *r, sluice_status status,
                       struct bytes *out);

#endif
