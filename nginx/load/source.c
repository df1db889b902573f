/* SPDX-License-Identifier: MIT */
/* source.c - a chat-completions server for load: any number of streams, each of
 * so many tokens at an even pace, in one thread. `sluice serve` replays what
 * was recorded; this makes tokens that tell when they were sent.
 *
 *   source TOKENS PER_SECOND
 *
 * Listens on a free port of 127.0.0.1, which it prints. A token is a space,
 * its number, a colon, and the nanoseconds of CLOCK_MONOTONIC when it was
 * written. `model`
 * says how a stream goes wrong, at the token N:
 *   ok        not at all             reset-N   the connection is reset
 *   cut-N     the connection closes  stall-N   nothing more comes
 *   trickle-N no fault: N bytes at each tick, in place of a token */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { REQUEST_MAX = 131072, PENDING_MAX = 1024, CLIENTS_MAX = 16384 };
enum { EVENTS = 256 };

enum fault { OK, CUT, RESET, STALL, TRICKLE };

struct client {
  int fd; /* -1: free */
  char *request;
  size_t request_n;
  int streams;
  enum fault fault;
  unsigned at;     /* the N of the fault */
  unsigned tokens; /* sent */
  uint64_t due;    /* ns */
  char pending[PENDING_MAX];
  size_t pending_n, sent; /* of pending */
  int last;               /* pending ends the stream */
};

static struct client clients[CLIENTS_MAX];
static int highest; /* one above the last client that is used */
static unsigned token_count;
static uint64_t tick_ns;

static uint64_t now(void)
{
  struct timespec t;

  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void drop(struct client *c, int reset)
{
  struct linger hard = {1, 0};

  if (reset)
    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
  close(c->fd);
  free(c->request);
  memset(c, 0, sizeof(*c));
  c->fd = -1;
  while (highest > 0 && clients[highest - 1].fd < 0)
    highest--;
}

/* ---- what is sent ---- */

/* One event as one HTTP chunk, in pending. */
static void say(struct client *c, const char *data)
{
  size_t n = strlen(data) + 8; /* "data: " and the empty line */

  c->sent = 0;
  c->pending_n = (size_t)snprintf(c->pending, PENDING_MAX,
                                  "%zx\r\ndata: %s\n\n\r\n", n, data);
}

static void next_token(struct client *c)
{
  char data[256];

  if (c->tokens < token_count) {
    snprintf(data, sizeof(data),
             "{\"id\":\"load\",\"object\":\"chat.completion.chunk\","
             "\"created\":1,\"model\":\"load\",\"choices\":[{\"index\":0,"
             "\"delta\":{\"content\":\" %u:%llu\"},\"finish_reason\":null}]}",
             c->tokens, (unsigned long long)now());
    say(c, data);
  } else if (c->tokens == token_count) {
    say(c, "{\"id\":\"load\",\"object\":\"chat.completion.chunk\","
           "\"created\":1,\"model\":\"load\",\"choices\":[{\"index\":0,"
           "\"delta\":{},\"finish_reason\":\"stop\"}]}");
  } else {
    say(c, "[DONE]");
    strcat(c->pending, "0\r\n\r\n");
    c->pending_n += 5;
    c->last = 1;
  }
  c->tokens++;
}

/* Sends what is pending. 0: some is left, or the client is gone. */
static int flush(struct client *c)
{
  size_t n = c->pending_n - c->sent;
  ssize_t sent;

  if (c->fault == TRICKLE && n > c->at && c->tokens > 0)
    n = c->at;
  sent = send(c->fd, c->pending + c->sent, n, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0 && errno != EAGAIN) {
    drop(c, 0);
    return 0;
  }
  if (sent > 0)
    c->sent += (size_t)sent;
  if (c->sent < c->pending_n)
    return 0;
  c->pending_n = c->sent = 0;
  if (c->last) {
    drop(c, 0);
    return 0;
  }
  return 1;
}

static void tick(struct client *c, uint64_t time)
{
  while (c->fd >= 0 && c->streams && c->due <= time) {
    c->due += tick_ns;
    if (c->pending_n > 0 && !flush(c))
      continue;
    if (c->tokens == c->at && (c->fault == CUT || c->fault == RESET)) {
      drop(c, c->fault == RESET);
      return;
    }
    if (c->tokens == c->at && c->fault == STALL)
      return;
    next_token(c);
    flush(c);
  }
}

/* ---- what is asked ---- */

static void begin(struct client *c)
{
  static const struct {
    const char *name;
    enum fault fault;
  } faults[] = {{"cut-", CUT},
                {"reset-", RESET},
                {"stall-", STALL},
                {"trickle-", TRICKLE}};
  const char *model = strstr(c->request, "\"model\":\"");
  size_t i;

  for (i = 0; model != NULL && i < sizeof(faults) / sizeof(faults[0]); i++) {
    size_t n = strlen(faults[i].name);

    if (strncmp(model + 9, faults[i].name, n) == 0) {
      c->fault = faults[i].fault;
      c->at = (unsigned)strtoul(model + 9 + n, NULL, 10);
    }
  }
  free(c->request);
  c->request = NULL;
  c->streams = 1;
  c->due = now();
  c->pending_n = (size_t)snprintf(c->pending, PENDING_MAX,
                                  "HTTP/1.1 200 OK\r\n"
                                  "Content-Type: text/event-stream\r\n"
                                  "Transfer-Encoding: chunked\r\n\r\n");
}

static int is_whole(const struct client *c)
{
  const char *end = strstr(c->request, "\r\n\r\n");
  const char *length = strcasestr(c->request, "\r\ncontent-length:");

  return end != NULL && length != NULL &&
         c->request_n >=
             (size_t)(end + 4 - c->request) + strtoul(length + 17, NULL, 10);
}

static void take(struct client *c)
{
  char rest[4096];
  ssize_t n;

  if (c->streams) { /* nothing more is asked; it may have left */
    n = recv(c->fd, rest, sizeof(rest), MSG_DONTWAIT);
    if (n == 0 || (n < 0 && errno != EAGAIN))
      drop(c, 0);
    return;
  }
  n = recv(c->fd, c->request + c->request_n, REQUEST_MAX - 1 - c->request_n,
           MSG_DONTWAIT);
  if (n <= 0 && (n == 0 || errno != EAGAIN)) {
    drop(c, 0);
    return;
  }
  if (n > 0)
    c->request_n += (size_t)n;
  c->request[c->request_n] = '\0';
  if (is_whole(c))
    begin(c);
}

static void welcome(int poll, int listener)
{
  struct epoll_event e = {.events = EPOLLIN | EPOLLRDHUP};
  int fd, i, one = 1;

  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    for (i = 0; i < CLIENTS_MAX && clients[i].fd >= 0; i++)
      ;
    if (i == CLIENTS_MAX) {
      close(fd);
      continue;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    clients[i].fd = fd;
    clients[i].request = calloc(1, REQUEST_MAX);
    if (clients[i].request == NULL)
      exit(2);
    if (i >= highest)
      highest = i + 1;
    e.data.ptr = &clients[i];
    epoll_ctl(poll, EPOLL_CTL_ADD, fd, &e);
  }
}

static int listen_somewhere(void)
{
  struct sockaddr_in a = {.sin_family = AF_INET};
  socklen_t n = sizeof(a);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 ||
      listen(fd, 4096) != 0 ||
      getsockname(fd, (struct sockaddr *)&a, &n) != 0) {
    perror("source");
    exit(2);
  }
  printf("%d\n", ntohs(a.sin_port));
  fflush(stdout);
  return fd;
}

int main(int argc, char **argv)
{
  struct epoll_event e = {.events = EPOLLIN}, events[EVENTS];
  int poll = epoll_create1(0), listener, n, i;

  if (argc != 3 || atoi(argv[1]) < 1 || atoi(argv[2]) < 1) {
    fputs("usage: source TOKENS PER_SECOND\n", stderr);
    return 2;
  }
  token_count = (unsigned)atoi(argv[1]);
  tick_ns = 1000000000u / (uint64_t)atoi(argv[2]);
  for (i = 0; i < CLIENTS_MAX; i++)
    clients[i].fd = -1;
  listener = listen_somewhere();
  epoll_ctl(poll, EPOLL_CTL_ADD, listener, &e); /* data.ptr NULL */
  for (;;) {
    n = epoll_wait(poll, events, EVENTS, 1);
    for (i = 0; i < n; i++) {
      struct client *c = events[i].data.ptr;

      if (c == NULL)
        welcome(poll, listener);
      else if (c->fd >= 0)
        take(c);
    }
    for (i = 0; i < highest; i++)
      tick(&clients[i], now());
  }
}
