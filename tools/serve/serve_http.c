/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* POLLRDHUP */
#include "serve_http.h"

#include <linux/sockios.h>
#include <microhttpd.h>
#include <poll.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agenda.h"
#include "answer.h"
#include "heap.h"
#include "journal.h"
#include "moment.h"
#include "replay.h"
#include "report.h"

#define MS     (MOMENT_SECOND / 1000)
#define LOOK   (250 * MS)  /* how often a waiting client is looked at */
#define LONG   (2000 * MS) /* what waits longer than that is */
#define PREFIX "X-Sluice-"

enum {
  BODY_MAX = 64 * 1024 * 1024,
  WRITE_BYTES = 16 * 1024,
  CONNECTIONS = 16 * 1024
};

struct server {
  struct MHD_Daemon *daemon;
  const struct folder *folder;
  const struct plan *plan;
  struct agenda agenda; /* of exchanges that are suspended */
  size_t busy;
  int journal;
  int verbose;
};

/* A request and its answer. */
struct exchange {
  struct server *server;
  struct MHD_Connection *connection;
  const char *method, *path; /* live as long as the request */
  struct buf body;
  int too_long;
  int found; /* the answer is */
  struct answer answer;
  struct replay replay;
  uint64_t start;      /* of the delay, then of the replay */
  uint64_t reset_from; /* the reset is due; 0: it is not */
  enum replay_act last;
};

/* ---- waiting ---- */

static int socket_of(const struct exchange *x)
{
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CONNECTION_FD);

  return info != NULL ? info->connect_fd : -1;
}

static int has_left(const struct exchange *x)
{
  struct pollfd client = {socket_of(x), POLLRDHUP, 0};

  return poll(&client, 1, 0) > 0 &&
         (client.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

/* Lets the exchange rest until `due`, or until it is time to look whether the
 * client is still there. Returns -1 when it is not, or there is no memory. */
static int rest(struct exchange *x, uint64_t due)
{
  uint64_t at = moment_now();

  if (due > at && due - at > LONG) {
    if (has_left(x))
      return -1;
    due = at + LOOK;
  }
  if (agenda_add(&x->server->agenda, due, x) != 0)
    return -1;
  MHD_suspend_connection(x->connection);
  return 0;
}

/* ---- answering ---- */

/* Resets the connection once the client's machine has all that was written: a
 * reset throws away the rest. A client that takes nothing is not waited for
 * forever. Linux resets at once when a socket is told to connect to nothing;
 * elsewhere the close that follows does it, for want of patience. */
static ssize_t reset(struct exchange *x)
{
  struct linger impatient = {1, 0};
  struct sockaddr nothing = {.sa_family = AF_UNSPEC};
  int client = socket_of(x), queued = 0;
  uint64_t at = moment_now();

  if (x->reset_from == 0)
    x->reset_from = at;
  if (at - x->reset_from < LONG && ioctl(client, SIOCOUTQ, &queued) == 0 &&
      queued > 0 && rest(x, at + MS) == 0)
    return 0;
  setsockopt(client, SOL_SOCKET, SO_LINGER, &impatient, sizeof(impatient));
  (void)!connect(client, &nothing, sizeof(nothing));
  return MHD_CONTENT_READER_END_WITH_ERROR;
}

static ssize_t read_answer(void *user, uint64_t at, char *out, size_t most)
{
  struct exchange *x = user;
  sluice_str bytes;
  uint64_t due;

  (void)at;
  x->last =
      replay_next(&x->replay, moment_now() - x->start, most, &bytes, &due);
  switch (x->last) {
  case REPLAY_SEND:
    memcpy(out, bytes.p, bytes.n);
    return (ssize_t)bytes.n;
  case REPLAY_WAIT:
    due = due > UINT64_MAX - x->start ? UINT64_MAX : x->start + due;
    return rest(x, due) == 0 ? 0 : MHD_CONTENT_READER_END_WITH_ERROR;
  case REPLAY_END:
    return MHD_CONTENT_READER_END_OF_STREAM;
  case REPLAY_RESET:
    return reset(x);
  case REPLAY_CUT:
  default:
    return MHD_CONTENT_READER_END_WITH_ERROR;
  }
}

static enum MHD_Result send_answer(struct exchange *x)
{
  const struct answer *a = &x->answer;
  enum MHD_Result rv = MHD_NO;
  struct MHD_Response *response = MHD_create_response_from_callback(
      a->is_stream ? MHD_SIZE_UNKNOWN : a->body.n, WRITE_BYTES, read_answer, x,
      NULL);

  if (response == NULL)
    return MHD_NO;
  replay_start(&x->replay, a->body, &a->plan);
  x->start = moment_now();
  if (MHD_add_response_header(response, "Content-Type", a->type) == MHD_YES &&
      MHD_add_response_header(response, "Cache-Control", "no-store") ==
          MHD_YES &&
      (a->allow == NULL ||
       MHD_add_response_header(response, "Allow", a->allow) == MHD_YES))
    rv = MHD_queue_response(x->connection, a->status, response);
  MHD_destroy_response(response);
  return rv;
}

static enum MHD_Result take_header(void *user, enum MHD_ValueKind kind,
                                   const char *name, const char *value)
{
  struct exchange *x = user;
  size_t n = sizeof(PREFIX) - 1;
  sluice_str directive = {name + n, 0}, text = {value, 0};

  (void)kind;
  if (strncasecmp(name, PREFIX, n) != 0)
    return MHD_YES;
  directive.n = strlen(directive.p);
  text.n = value != NULL ? strlen(value) : 0;
  x->found = answer_direct(&x->answer, directive, text) != 0;
  return x->found ? MHD_NO : MHD_YES;
}

static void find_answer(struct exchange *x)
{
  struct server *server = x->server;
  sluice_str body = {x->body.p, x->body.n};

  if (server->journal >= 0 && body.n > 0 && !x->too_long)
    journal_write(server->journal, body);
  if (x->too_long) {
    answer_too_long(&x->answer, BODY_MAX);
  } else {
    MHD_get_connection_values(x->connection, MHD_HEADER_KIND, take_header, x);
    if (!x->found)
      answer_find(&x->answer, server->folder, x->method, x->path, body);
  }
  sluice__buf_free(&x->body);
  x->found = 1;
  x->start = moment_now();
}

/* ---- requests ---- */

static enum MHD_Result begin(struct server *server,
                             struct MHD_Connection *connection,
                             const char *path, const char *method,
                             void **memory)
{
  struct exchange *x = sluice__new(heap(), sizeof(*x));

  if (x == NULL)
    return MHD_NO;
  x->server = server;
  x->connection = connection;
  x->method = method;
  x->path = path;
  sluice__buf_init(&x->body, heap());
  answer_init(&x->answer, server->plan);
  server->busy++;
  *memory = x;
  return MHD_YES;
}

static void take_body(struct exchange *x, const char *p, size_t n)
{
  if (x->too_long || n > BODY_MAX - x->body.n)
    x->too_long = 1;
  else
    sluice__buf_put(&x->body, p, n);
}

/* Called when the headers are in, for each piece of the body, when that is in,
 * and after each rest until an answer was sent. */
static enum MHD_Result on_request(void *user, struct MHD_Connection *connection,
                                  const char *path, const char *method,
                                  const char *version, const char *p, size_t *n,
                                  void **memory)
{
  struct exchange *x = *memory;
  uint64_t due;

  (void)version;
  if (x == NULL)
    return begin(user, connection, path, method, memory);
  if (*n > 0) {
    take_body(x, p, *n);
    *n = 0;
    return MHD_YES;
  }
  if (x->body.failed)
    return MHD_NO;
  if (!x->found)
    find_answer(x);
  if (x->answer.made.failed)
    return MHD_NO;
  due = x->start + x->answer.plan.delay * MS;
  if (moment_now() < due)
    return rest(x, due) == 0 ? MHD_YES : MHD_NO;
  return send_answer(x);
}

static const char *ending(const struct exchange *x,
                          enum MHD_RequestTerminationCode code)
{
  if (code == MHD_REQUEST_TERMINATED_COMPLETED_OK)
    return "sent";
  if (code == MHD_REQUEST_TERMINATED_DAEMON_SHUTDOWN)
    return "ended by the server's end";
  if (x->last == REPLAY_CUT)
    return "cut";
  return x->last == REPLAY_RESET ? "reset" : "left by the client";
}

static void on_completed(void *user, struct MHD_Connection *connection,
                         void **memory, enum MHD_RequestTerminationCode code)
{
  struct server *server = user;
  struct exchange *x = *memory;

  (void)connection;
  if (x == NULL)
    return;
  if (server->verbose)
    report("%s %s%s%.*s: %u, %llu event%s, %s", x->method, x->path,
           x->answer.model.n > 0 ? " " : "", (int)x->answer.model.n,
           x->answer.model.n > 0 ? x->answer.model.p : "", x->answer.status,
           (unsigned long long)x->replay.events,
           x->replay.events == 1 ? "" : "s", ending(x, code));
  server->busy--;
  answer_free(&x->answer);
  sluice__buf_free(&x->body);
  sluice__free(heap(), x);
  *memory = NULL;
}

/* ---- the server ---- */

struct server *server_open(int listener, const struct server_settings *s)
{
  struct server *server = sluice__new(heap(), sizeof(*server));

  if (server == NULL) {
    close(listener);
    heap_report();
    return NULL;
  }
  server->folder = s->folder;
  server->plan = s->plan;
  server->journal = s->journal;
  server->verbose = s->verbose;
  server->daemon = MHD_start_daemon(
      MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_request,
      server, MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_NOTIFY_COMPLETED,
      on_completed, server, MHD_OPTION_CONNECTION_LIMIT,
      (unsigned int)CONNECTIONS, MHD_OPTION_END);
  if (server->daemon != NULL)
    return server;
  close(listener);
  sluice__free(heap(), server);
  report("serve: libmicrohttpd does not start");
  return NULL;
}

int server_fd(const struct server *server)
{
  const union MHD_DaemonInfo *info =
      MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);

  return info != NULL ? info->epoll_fd : -1;
}

uint64_t server_wait(const struct server *server)
{
  uint64_t due = agenda_due(&server->agenda), at = moment_now();
  uint64_t wait = due == UINT64_MAX ? due : due > at ? due - at : 0;
  MHD_UNSIGNED_LONG_LONG ms;

  if (MHD_get_timeout(server->daemon, &ms) == MHD_YES && ms < wait / MS)
    wait = ms * MS;
  return wait;
}

void server_run(struct server *server)
{
  struct exchange *x;

  while ((x = agenda_take(&server->agenda, moment_now())) != NULL)
    MHD_resume_connection(x->connection);
  MHD_run(server->daemon);
}

void server_quiet(struct server *server)
{
  int listener = MHD_quiesce_daemon(server->daemon);

  if (listener >= 0)
    close(listener);
}

size_t server_busy(const struct server *server)
{
  return server->busy;
}

void server_close(struct server *server)
{
  struct exchange *x;

  if (server == NULL)
    return;
  while ((x = agenda_take(&server->agenda, UINT64_MAX)) != NULL)
    MHD_resume_connection(x->connection);
  MHD_stop_daemon(server->daemon);
  agenda_free(&server->agenda);
  sluice__free(heap(), server);
}
