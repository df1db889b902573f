/* SPDX-License-Identifier: MIT */
/* shape.h - what a JSON value may look like, as a table; and a value written so
 * that it does look like that. */
#ifndef SLUICE_SRC_SHAPE_H
#define SLUICE_SRC_SHAPE_H

#include "json.h"

enum shape_kind {
  SHAPE_ANY,    /* whatever it is */
  SHAPE_BOOL,   /* true or false */
  SHAPE_INT,    /* digits alone: least … most */
  SHAPE_NUMBER, /* least … most, written as it came */
  SHAPE_STRING, /* of least … most characters */
  SHAPE_WORD,   /* a string: one of `words` */
  SHAPE_NAME,   /* the same, of letters, digits, _ and - alone; or of `words`
                   and then small letters and digits */
  SHAPE_LIST,   /* of `each`, least … most of them */
  SHAPE_MAP,    /* an object whose values are `each` */
  SHAPE_OBJECT, /* an object with `fields` */
  SHAPE_CLOSED, /* the same, and no others */
  SHAPE_TYPED,  /* an object: the field whose name has its `type` */
  SHAPE_EITHER, /* the first of `fields`, nameless, that it looks like */
  SHAPE_AS_ID,  /* a string, written as an object with this `id` */
  SHAPE_SECRET, /* a string that must not be shown: <redacted> stands for it */
  SHAPE_URL,    /* a string: of a URL, the scheme and the host are shown */
  SHAPE_HIDDEN  /* is never written */
};

struct field;

struct shape {
  enum shape_kind kind;
  int least, most;   /* most 0: no limit */
  const char *words; /* a|b|c */
  const struct shape *each;
  const struct field *fields; /* the last has no shape */
};

#define FIELD_REQUIRED "" /* as `absent` */

struct field {
  const char *name; /* of SHAPE_TYPED: types, as in `words` */
  const struct shape *shape;
  const char *absent; /* JSON that stands for a value that is not given, or
                         null, or wrong; NULL: the field is left out then */
};

/* Writes the value of a node. What is wrong in an entry of a list, a value of a
 * map or a field that is not required is left out or replaced, and counted in
 * *wrong. Returns 1; 0 when the value as a whole is wrong, with `out` and
 * *wrong as they were. The list of nodes has gone through sluice__unique. */
int sluice__shape_put(const struct shape *shape, const struct json *j,
                      uint32_t node, struct buf *out, uint32_t *wrong);

/* 1 when there is a node and it is not null. */
int sluice__shape_given(const struct json *j, uint32_t node);

#endif
