/* SPDX-License-Identifier: MIT */
/* serve.c - the command: recorded streams, served as a model server would. */
#define _GNU_SOURCE /* ppoll */
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "command.h"
#include "journal.h"
#include "moment.h"
#include "options.h"
#include "report.h"
#include "serve_http.h"
#include "sink.h"

enum { PORT_MAX = 65535, BACKLOG = 1024, FILES = 16 * 1024, GRACE = 2 };

struct settings {
  const char *corpus;
  uint64_t port;
  uint64_t pace;
  const char *log;
  int verbose;
};

static const struct option options[] = {
    {"corpus", "DIR", OPTION_TEXT, offsetof(struct settings, corpus), 0,
     "the folder of the streams, NAME.sse (corpus/ here, else those that were "
     "installed)"},
    {"port", "N", OPTION_NUMBER, offsetof(struct settings, port), 0,
     "where to listen on 127.0.0.1; 0 is any free port (8089)"},
    {"pace", "N", OPTION_NUMBER, offsetof(struct settings, pace), 0,
     "events a second; 0 is as fast as it goes (0)"},
    {"log", "FILE", OPTION_TEXT, offsetof(struct settings, log), 0,
     "append the body of each request to FILE, one line of JSON each"},
    {"verbose", NULL, OPTION_FLAG, offsetof(struct settings, verbose), 0,
     "a line on stderr for each answer"},
    {NULL, NULL, OPTION_FLAG, 0, 0, NULL},
};

/* ---- the streams ---- */

/* The folder that make install fills, seen from the command itself:
 * PREFIX/bin/sluice, PREFIX/share/sluice/corpus. */
static int installed_folder(char *path, size_t cap)
{
  static const char share[] = "/share/sluice/corpus";
  ssize_t n = readlink("/proc/self/exe", path, cap - sizeof(share));

  if (n <= 0)
    return -1;
  path[n] = '\0';
  for (int i = 0; i < 2; i++) {
    char *slash = strrchr(path, '/');
    if (slash == NULL)
      return -1;
    *slash = '\0';
  }
  memcpy(path + strlen(path), share, sizeof(share));
  return 0;
}

/* Returns 0, or -1 when there are none, which stderr then says. */
static int find_streams(struct folder *folder, const struct settings *s)
{
  static char path[PATH_MAX];
  int n = folder_read(folder, s->corpus != NULL ? s->corpus : "corpus",
                      s->corpus == NULL);

  if (n != 0 || s->corpus != NULL) {
    if (n == 0)
      report("serve: %s holds no file NAME.sse", s->corpus);
    return n > 0 ? 0 : -1;
  }
  folder_free(folder);
  if (installed_folder(path, sizeof(path)) == 0)
    n = folder_read(folder, path, 1);
  if (n == 0)
    report("serve: there are no streams in corpus/ here, and none were "
           "installed; name a folder with --corpus DIR");
  return n > 0 ? 0 : -1;
}

/* ---- the socket ---- */

/* Listens on *port, and sets it to that which it got. Returns the socket, or
 * -1 when it does not work, which stderr then says. */
static int listen_on(uint64_t *port)
{
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  int yes = 1;
  struct sockaddr_in at = {.sin_family = AF_INET,
                           .sin_port = htons((uint16_t)*port),
                           .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t n = sizeof(at);

  if (fd >= 0)
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  if (fd < 0 || bind(fd, (struct sockaddr *)&at, n) != 0 ||
      listen(fd, BACKLOG) != 0 ||
      getsockname(fd, (struct sockaddr *)&at, &n) != 0) {
    report("serve: 127.0.0.1:%u: %s%s", (unsigned)*port, strerror(errno),
           errno == EADDRINUSE ? "; --port 0 takes any free port" : "");
    if (fd >= 0)
      close(fd);
    return -1;
  }
  *port = ntohs(at.sin_port);
  return fd;
}

/* Each client takes a file descriptor. */
static void allow_many_files(void)
{
  struct rlimit limit;

  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= FILES)
    return;
  limit.rlim_cur = limit.rlim_max < FILES ? limit.rlim_max : FILES;
  setrlimit(RLIMIT_NOFILE, &limit); /* fewer clients, if not */
}

/* ---- until a signal comes ---- */

static volatile sig_atomic_t signals;

static void on_signal(int number)
{
  (void)number;
  signals = signals < 2 ? signals + 1 : signals;
}

/* Both signals come only while the loop waits, with the mask in *waiting. */
static void watch_signals(sigset_t *waiting)
{
  struct sigaction act = {.sa_handler = on_signal};
  sigset_t both;

  sigemptyset(&act.sa_mask);
  sigemptyset(&both);
  sigaddset(&both, SIGINT);
  sigaddset(&both, SIGTERM);
  sigprocmask(SIG_BLOCK, &both, waiting);
  sigdelset(waiting, SIGINT);
  sigdelset(waiting, SIGTERM);
  sigaction(SIGINT, &act, NULL);
  sigaction(SIGTERM, &act, NULL);
  act.sa_handler = SIG_IGN; /* of a client that left */
  sigaction(SIGPIPE, &act, NULL);
}

static void wait_for_work(const struct server *server, uint64_t most,
                          const sigset_t *mask)
{
  struct pollfd work = {server_fd(server), POLLIN, 0};
  uint64_t wait = server_wait(server);
  struct timespec time;

  if (wait > most)
    wait = most;
  time.tv_sec = (time_t)(wait / MOMENT_SECOND);
  time.tv_nsec = (long)(wait % MOMENT_SECOND);
  ppoll(&work, 1, wait == UINT64_MAX ? NULL : &time, mask);
}

/* The first signal lets the answers on their way come to their end, for a
 * moment; the second does not. */
static void serve(struct server *server, const sigset_t *mask)
{
  uint64_t end = UINT64_MAX;

  for (;;) {
    uint64_t left = UINT64_MAX;
    server_run(server);
    if (signals > 0 && end == UINT64_MAX) {
      server_quiet(server);
      end = moment_now() + GRACE * MOMENT_SECOND;
    }
    if (signals > 0) {
      uint64_t at = moment_now();
      if (signals > 1 || server_busy(server) == 0 || at >= end)
        return;
      left = end - at;
    }
    wait_for_work(server, left, mask);
  }
}

/* ---- the command ---- */

static int say_ready(uint64_t port, const struct folder *folder)
{
  struct sink out;
  char line[128];

  snprintf(line, sizeof(line),
           "sluice serve: http://127.0.0.1:%u/v1 (%zu streams from ",
           (unsigned)port, folder->count);
  sink_init(&out);
  sink_text(&out, line);
  sink_text(&out, folder->path);
  sink_text(&out, ")\n");
  return sink_close(&out);
}

static int serve_folder(const struct folder *folder, const struct settings *s,
                        int journal)
{
  struct plan plan;
  struct server_settings settings = {folder, &plan, journal, s->verbose};
  struct server *server;
  sigset_t waiting;
  uint64_t port = s->port;
  int rv = EXIT_TROUBLE, listener = listen_on(&port);

  if (listener < 0)
    return EXIT_TROUBLE;
  plan_init(&plan);
  plan.pace = s->pace;
  allow_many_files();
  watch_signals(&waiting);
  server = server_open(listener, &settings);
  if (server != NULL && say_ready(port, folder) == 0) {
    serve(server, &waiting);
    rv = EXIT_COMPLETED;
  }
  server_close(server);
  return rv;
}

static int serve_and_log(const struct folder *folder, const struct settings *s)
{
  int journal = -1, rv;

  if (s->log != NULL && (journal = journal_open(s->log)) < 0)
    return EXIT_TROUBLE;
  rv = serve_folder(folder, s, journal);
  if (journal >= 0)
    close(journal);
  return rv;
}

static int run(const struct command *self, int argc, char **argv)
{
  struct settings settings = {.port = 8089};
  struct folder folder;
  const char *operand;
  int status = options_parse(self, argc, argv, &settings, &operand);

  if (status >= 0)
    return status;
  if (settings.port > PORT_MAX) {
    report("serve: --port is at most %d", PORT_MAX);
    return EXIT_TROUBLE;
  }
  status = EXIT_TROUBLE;
  if (find_streams(&folder, &settings) == 0)
    status = serve_and_log(&folder, &settings);
  folder_free(&folder);
  return status;
}

static const char about[] =
    "Answers POST /v1/chat/completions on 127.0.0.1 with a recorded stream:\n"
    "`model` is its name, of the file DIR/NAME.sse; `stream` says whether it\n"
    "comes as a stream or folded into one chat.completion. GET /v1/models\n"
    "lists the names. The first comment of a file is left out; all else comes\n"
    "as recorded, byte by byte. Runs until SIGINT or SIGTERM.\n"
    "\n"
    "A conversation is NAME-1.sse, NAME-2.sse, ...: `model`: NAME gets the\n"
    "round behind as many as tools have answered since the user last spoke.\n"
    "The header X-Sluice-Model: NAME counts more than `model`.\n"
    "\n"
    "Pace and faults are asked for in the name, as seed-002;pace=50;cut=3, or\n"
    "in headers, as X-Sluice-Pace: 50. N events come before a fault.\n"
    "  pace=N     N events a second        delay=MS   headers come late\n"
    "  split=N    writes of 1 to N bytes   status=N   an error of HTTP\n"
    "  end=N      the end, in good form    html       a page of HTML\n"
    "  cut=N      connection closed        error=N    an error object, end\n"
    "  reset=N    connection reset         garbage=N  no event, end\n"
    "  stall=N    nothing more             stall=N:S  nothing for S seconds\n";

static const char examples[] =
    "  sluice serve --corpus corpus --pace 20\n"
    "  curl -N http://127.0.0.1:8089/v1/chat/completions \\\n"
    "       -d '{\"model\": \"seed-002\", \"stream\": true}'\n"
    "  curl -N http://127.0.0.1:8089/v1/chat/completions \\\n"
    "       -d '{\"model\": \"seed-002;cut=9\", \"stream\": true}' |\n"
    "    sluice translate\n";

const struct command serve_command = {
    .name = "serve",
    .summary = "recorded streams, served on loopback as by a model server",
    .about = about,
    .examples = examples,
    .options = options,
    .run = run,
    .statuses =
        "  0  a signal ended it\n"
        "  2  wrong usage, no streams, no log, or a port that is not free\n",
};
