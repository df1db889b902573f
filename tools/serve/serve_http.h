/* SPDX-License-Identifier: MIT */
/* serve_http.h - the HTTP of `sluice serve`; serve_http.c is the only file that
 * includes libmicrohttpd.
 *
 * One thread does everything. An answer that must wait is taken out of
 * libmicrohttpd's hands and put on an agenda, so thousands of slow streams cost
 * neither threads nor locks. The caller waits: until server_fd() is readable or
 * the time of server_wait() is over, and calls server_run().
 */
#ifndef SLUICE_TOOLS_SERVE_HTTP_H
#define SLUICE_TOOLS_SERVE_HTTP_H

#include "folder.h"
#include "plan.h"

struct server;

struct server_settings {
  const struct folder *folder;
  const struct plan *plan; /* of answers for which nothing else is asked */
  int journal;             /* where bodies are written down; -1: nowhere */
  int verbose;             /* a line on stderr for each answer */
};

/* Serves at a listening socket, which belongs to the server from then on. What
 * the settings point to must stay. NULL when it does not work, which stderr
 * then says. */
struct server *server_open(int listener, const struct server_settings *s);

int server_fd(const struct server *server);

/* Nanoseconds until server_run() must be called whatever happens; UINT64_MAX
 * when nothing is planned. */
uint64_t server_wait(const struct server *server);

/* Does all that can be done now. */
void server_run(struct server *server);

/* Takes no further connections. */
void server_quiet(struct server *server);

/* How many answers are on their way. */
size_t server_busy(const struct server *server);

/* Ends the answers that are on their way as they stand. NULL does nothing. */
void server_close(struct server *server);

#endif
