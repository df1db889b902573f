/* SPDX-License-Identifier: MIT */
/* drain.c - a client for load: reads many streams at once, in one thread, looks
 * at every event, and says what came. Its tokens are those of source.c.
 *
 *   drain PORT RAMP TOKENS NAME:PATH:STREAMS:MODEL...
 *
 * Begins the streams of all groups within RAMP milliseconds, each a POST to
 * 127.0.0.1:PORT/PATH, of which TOKENS tokens are expected, and ends when all
 * are over. Prints a line for each group,
 *   NAME streams completed failed cut wrong tokens p50 p99 p999 max
 * (a cut stream had no terminal event or no good end; a wrong one said it was
 * complete, and was not; times in microseconds, from the upstream's write of a
 * token to here), and for each stream that was cut the worker that served it
 * (header X-Worker). */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { GROUPS_MAX = 16, EVENTS = 256, READ = 65536, HEAD_MAX = 4096 };
enum { INPUT = 40000 }; /* characters of what is asked, as agents do */

struct group {
  char name[32], path[64], model[32];
  unsigned streams, begun;
  unsigned completed, failed, cut, wrong;
  uint32_t *times; /* microseconds */
  size_t time_count, time_room;
};

enum ending { NONE, COMPLETED, FAILED };

struct stream {
  int fd;
  struct group *group;
  char head[HEAD_MAX];
  size_t head_n;
  int in_body, good_end;
  char worker[16];
  /* HTTP chunks */
  size_t chunk_left;
  char size_line[32];
  size_t size_n;
  int after_chunk; /* bytes of CR LF that are still to come */
  /* lines */
  char *line;
  size_t line_n, line_room;
  unsigned tokens;
  int bad;
  uint64_t text_hash, done_hash;
  enum ending ending;
};

static struct group groups[GROUPS_MAX];
static int group_count;
static unsigned token_count;
static uint16_t port;

static uint64_t now(void)
{
  struct timespec t;

  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void *must(void *p)
{
  if (p == NULL) {
    perror("drain");
    exit(2);
  }
  return p;
}

/* FNV-1a */
static uint64_t hash(uint64_t h, const char *p, size_t n)
{
  size_t i;

  for (i = 0; i < n; i++)
    h = (h ^ (unsigned char)p[i]) * 1099511628211u;
  return h;
}

static void note_time(struct group *g, uint64_t ns)
{
  if (g->time_count == g->time_room) {
    g->time_room = g->time_room == 0 ? 65536 : g->time_room * 2;
    g->times = must(realloc(g->times, g->time_room * sizeof(*g->times)));
  }
  g->times[g->time_count++] = (uint32_t)(ns / 1000);
}

/* ---- lines of the event stream ---- */

/* `text`, which ends with a quote: " NUMBER:NANOSECONDS". */
static void on_token(struct stream *s, const char *text)
{
  const char *quote = strchr(text, '"');
  unsigned number;
  unsigned long long sent;

  if (quote == NULL || sscanf(text, " %u:%llu", &number, &sent) != 2 ||
      number != s->tokens) {
    s->bad = 1;
    return;
  }
  s->tokens++;
  s->text_hash = hash(s->text_hash, text, (size_t)(quote - text));
  note_time(s->group, now() - sent);
}

static const char *member(const char *line, const char *name)
{
  const char *at = strstr(line, name);

  return at == NULL ? NULL : at + strlen(name);
}

static void on_line(struct stream *s)
{
  const char *line = s->line, *text;

  if (strncmp(line, "data: {\"type\":\"response.output_text.delta\"", 42) ==
      0) {
    text = member(line, "\"delta\":\"");
    if (text != NULL)
      on_token(s, text);
  } else if (strncmp(line, "data: {\"type\":\"response.output_text.done\"",
                     41) == 0) {
    text = member(line, "\"text\":\"");
    if (text != NULL)
      s->done_hash = hash(s->done_hash, text, strcspn(text, "\""));
  } else if (strcmp(line, "event: response.completed") == 0) {
    s->ending = COMPLETED;
  } else if (strcmp(line, "event: response.failed") == 0) {
    s->ending = FAILED;
  } else if (strcmp(line, "data: [DONE]") == 0) { /* without the module */
    s->ending = COMPLETED;
    s->done_hash = s->text_hash;
  } else if (strncmp(line, "data: {\"id\"", 11) == 0) {
    text = member(line, "\"content\":\"");
    if (text != NULL)
      on_token(s, text);
  }
}

static void on_body(struct stream *s, const char *p, size_t n)
{
  while (n > 0) {
    const char *end = memchr(p, '\n', n);
    size_t part = end == NULL ? n : (size_t)(end - p);

    if (s->line_n + part + 1 > s->line_room) {
      s->line_room = (s->line_n + part + 1) * 2;
      s->line = must(realloc(s->line, s->line_room));
    }
    memcpy(s->line + s->line_n, p, part);
    s->line_n += part;
    if (end == NULL)
      return;
    s->line[s->line_n] = '\0';
    on_line(s);
    s->line_n = 0;
    p += part + 1;
    n -= part + 1;
  }
}

/* ---- HTTP ---- */

/* The line that gives the length of a chunk, a byte at a time. */
static void on_size(struct stream *s, char c)
{
  if (c != '\n') {
    if (s->size_n < sizeof(s->size_line) - 1)
      s->size_line[s->size_n++] = c;
    return;
  }
  s->size_line[s->size_n] = '\0';
  s->size_n = 0;
  s->chunk_left = strtoul(s->size_line, NULL, 16);
  s->after_chunk = 2;
  if (s->chunk_left == 0)
    s->good_end = 1;
}

static void on_chunks(struct stream *s, const char *p, size_t n)
{
  while (n > 0 && !s->good_end) {
    size_t part = n < s->chunk_left ? n : s->chunk_left;

    if (part > 0) {
      on_body(s, p, part);
      s->chunk_left -= part;
    } else {
      part = 1;
      if (s->after_chunk > 0)
        s->after_chunk--;
      else
        on_size(s, *p);
    }
    p += part;
    n -= part;
  }
}

static void on_bytes(struct stream *s, const char *p, size_t n)
{
  while (n > 0 && !s->in_body) {
    if (s->head_n < HEAD_MAX - 1)
      s->head[s->head_n++] = *p;
    p++;
    n--;
    s->head[s->head_n] = '\0';
    if (s->head_n >= 4 && strcmp(s->head + s->head_n - 4, "\r\n\r\n") == 0) {
      const char *worker = member(s->head, "X-Worker: ");

      s->in_body = 1;
      if (worker != NULL)
        sscanf(worker, "%15[0-9]", s->worker);
    }
  }
  on_chunks(s, p, n);
}

/* ---- streams ---- */

static void begin(int poll, struct stream *s, struct group *g)
{
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
  struct epoll_event e = {.events = EPOLLIN, .data.ptr = s};
  static char request[INPUT + 2048], input[INPUT + 1];
  int n, one = 1;

  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  memset(s, 0, sizeof(*s));
  s->group = g;
  s->text_hash = s->done_hash = 14695981039346656037u;
  s->after_chunk = 0;
  memset(input, 'x', INPUT);
  n = snprintf(request, sizeof(request),
               "POST %s HTTP/1.1\r\nHost: load\r\nConnection: close\r\n"
               "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n"
               "{\"model\":\"%s\",\"stream\":true,\"input\":\"%s\"}",
               g->path, strlen(g->model) + INPUT + 37, g->model, input);
  s->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (s->fd < 0 || connect(s->fd, (struct sockaddr *)&a, sizeof(a)) != 0 ||
      send(s->fd, request, (size_t)n, MSG_NOSIGNAL) != n) {
    perror("drain: connect");
    exit(2);
  }
  setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
  epoll_ctl(poll, EPOLL_CTL_ADD, s->fd, &e);
  g->begun++;
}

static void end(struct stream *s)
{
  struct group *g = s->group;

  if (s->ending == NONE || !s->good_end) {
    g->cut++;
    printf("lost %s worker=%s tokens=%u ending=%d end=%d\n", g->name,
           s->worker[0] ? s->worker : "-", s->tokens, (int)s->ending,
           s->good_end);
  } else if (s->bad || (s->ending == COMPLETED && s->tokens != token_count) ||
             s->text_hash != s->done_hash) {
    g->wrong++;
    printf("wrong %s tokens=%u bad=%d text=%d\n", g->name, s->tokens, s->bad,
           s->text_hash == s->done_hash);
  } else if (s->ending == COMPLETED) {
    g->completed++;
  } else {
    g->failed++;
  }
  close(s->fd);
  free(s->line);
  s->fd = -1;
}

static int by_size(const void *a, const void *b)
{
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

  return x < y ? -1 : x > y;
}

static void report(struct group *g)
{
  size_t n = g->time_count;

  qsort(g->times, n, sizeof(*g->times), by_size);
  printf("%s %u %u %u %u %u %zu %u %u %u %u\n", g->name, g->streams,
         g->completed, g->failed, g->cut, g->wrong, n,
         n == 0 ? 0 : g->times[n / 2], n == 0 ? 0 : g->times[n * 99 / 100],
         n == 0 ? 0 : g->times[n * 999 / 1000], n == 0 ? 0 : g->times[n - 1]);
}

static unsigned read_groups(char **argv)
{
  unsigned all = 0;

  for (; *argv != NULL && group_count < GROUPS_MAX; argv++) {
    struct group *g = &groups[group_count++];

    if (sscanf(*argv, "%31[^:]:%63[^:]:%u:%31s", g->name, g->path, &g->streams,
               g->model) != 4) {
      fprintf(stderr, "drain: no NAME:PATH:STREAMS:MODEL: %s\n", *argv);
      exit(2);
    }
    all += g->streams;
  }
  return all;
}

/* The group that lags behind most, so that all begin evenly. */
static struct group *next_group(void)
{
  struct group *next = NULL;
  int i;

  for (i = 0; i < group_count; i++)
    if (groups[i].begun < groups[i].streams &&
        (next == NULL || (uint64_t)groups[i].begun * next->streams <
                             (uint64_t)next->begun * groups[i].streams))
      next = &groups[i];
  return next;
}

static void take(struct stream *s)
{
  static char bytes[READ];
  ssize_t n = recv(s->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

  if (n > 0)
    on_bytes(s, bytes, (size_t)n);
  if ((n < 0 && errno != EAGAIN) || n == 0 || s->good_end)
    end(s);
}

int main(int argc, char **argv)
{
  struct epoll_event events[EVENTS];
  struct stream *streams;
  uint64_t start = now(), ramp;
  unsigned all, begun = 0, i, over = 0;
  int poll = epoll_create1(0), n;

  if (argc < 5) {
    fputs("usage: drain PORT RAMP TOKENS NAME:PATH:STREAMS:MODEL...\n", stderr);
    return 2;
  }
  port = (uint16_t)atoi(argv[1]);
  ramp = strtoull(argv[2], NULL, 10) * 1000000u;
  token_count = (unsigned)atoi(argv[3]);
  all = read_groups(argv + 4);
  streams = must(calloc(all, sizeof(*streams)));
  while (over < all) {
    while (begun < all && now() - start >= ramp / all * begun) {
      begin(poll, &streams[begun], next_group());
      begun++;
    }
    n = epoll_wait(poll, events, EVENTS, begun < all ? 1 : 1000);
    for (i = 0; i < (unsigned)(n < 0 ? 0 : n); i++) {
      struct stream *s = events[i].data.ptr;

      take(s);
      over += s->fd < 0;
    }
  }
  for (i = 0; i < (unsigned)group_count; i++)
    report(&groups[i]);
  return 0;
}
