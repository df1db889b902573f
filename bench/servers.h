/* SPDX-License-Identifier: MIT */
/* servers.h - how other servers write the same: templates of their chunks, as
 * maker.h fills them in. */
#ifndef SLUICE_BENCH_SERVERS_H
#define SLUICE_BENCH_SERVERS_H

struct server {
  const char *name;
  const char *lines; /* before the first event; NULL: none */
  const char *first; /* NULL: none */
  const char *text;
  const char *last;  /* with the finish reason */
  const char *usage; /* NULL: none */
};

/* Ends with a row without a name. */
extern const struct server servers[];

#endif
