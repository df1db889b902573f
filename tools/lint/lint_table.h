/* SPDX-License-Identifier: MIT */
/* lint_table.h - what the published schema of Responses events says, as rows of
 * text. A row is the name of an object and either its members,
 *
 *   name:TYPE      must be there        name?:TYPE   may be there
 *   name~:TYPE     not in the schema, but OpenAI sends it
 *   *:TYPE         members of any other name
 *
 * parted by blanks, or `= TYPE`, another name for a type. A TYPE is
 *
 *   string  integer  number  boolean  null  object  any  'a word'
 *   word    a string of letters, digits, _ and -
 *   tunnel  the id of a tunnel
 *   [TYPE]  an array
 *   Name    the object of that row
 *
 * or several with | between them. {1,64} behind one gives the least and the
 * most: of a number, of the characters of a string, of the values of an array;
 * either may be left out. Of the objects in a choice the one is meant whose
 * member `type` has the right word. */
#ifndef SLUICE_TOOLS_LINT_TABLE_H
#define SLUICE_TOOLS_LINT_TABLE_H

#include <stddef.h>

struct lint_row {
  const char *name, *text;
};

/* Each ends with a NULL name. */
extern const struct lint_row lint_event_rows[]; /* by the type of the event */
extern const struct lint_row lint_object_rows[];
extern const struct lint_row lint_tool_rows[];

#endif
