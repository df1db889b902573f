/* SPDX-License-Identifier: MIT */
/* streams.c - several upstream streams at once in one thread: libcurl's multi
 * interface, one scratch, a translator for each stream. Prints each event as a
 * line behind the number of its stream; a slow reader makes the streams wait.
 *
 *   cc streams.c $(pkg-config --cflags --libs sluice libcurl) -o streams
 *   ./streams http://127.0.0.1:8089/v1/chat/completions seed-001 seed-002
 */
#include <curl/curl.h>
#include <poll.h>
#include <signal.h>
#include <sluice/sluice.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MOST 64 /* streams */

struct stream {
  unsigned number;
  CURL *curl;
  sluice_translator *t;
  int paused;
  size_t taken; /* of the bytes that curl will bring once more */
};

static int on_event(void *user, const sluice_event *e)
{
  struct stream *s = (struct stream *)user;
  struct pollfd out = {STDOUT_FILENO, POLLOUT, 0};

  printf("[%u] %.*s\n", s->number, (int)e->json.n, e->json.p);
  if (fflush(stdout) != 0)
    return -1;                  /* the reader is gone: no more events */
  return poll(&out, 1, 0) == 0; /* it is full: pause */
}

/* A transfer that pauses here gets the same bytes again when it goes on. */
static size_t on_bytes(char *data, size_t one, size_t n, void *user)
{
  struct stream *s = (struct stream *)user;
  size_t again = s->taken < n ? s->taken : n, used;
  int rv = sluice_translator_feed(s->t, data + again, n - again, &used);

  (void)one;
  if (rv < 0)
    return 0; /* the client was told; curl ends the transfer */
  s->paused = rv == SLUICE_PAUSED;
  s->taken = s->paused ? again + used : s->taken - again;
  return s->paused ? CURL_WRITEFUNC_PAUSE : n;
}

static int start(struct stream *s, CURLM *multi, sluice_scratch *scratch,
                 const char *url, const char *model)
{
  char body[512];
  sluice_options o;

  sluice_options_init(&o);
  o.scratch = scratch;
  o.seed = s->number; /* a gateway takes random numbers */
  s->curl = curl_easy_init();
  if (s->curl == NULL ||
      sluice_translator_new(&s->t, &o, on_event, s) != SLUICE_OK)
    return -1;
  if (snprintf(body, sizeof(body),
               "{\"model\":\"%s\",\"stream\":true,\"messages\":"
               "[{\"role\":\"user\",\"content\":\"Hello\"}]}",
               model) >= (int)sizeof(body))
    return -1;
  curl_easy_setopt(s->curl, CURLOPT_URL, url);
  curl_easy_setopt(s->curl, CURLOPT_COPYPOSTFIELDS, body);
  curl_easy_setopt(s->curl, CURLOPT_WRITEFUNCTION, on_bytes);
  curl_easy_setopt(s->curl, CURLOPT_WRITEDATA, s);
  curl_easy_setopt(s->curl, CURLOPT_PRIVATE, s);
  curl_easy_setopt(s->curl, CURLOPT_CONNECTTIMEOUT, 10L);
  curl_easy_setopt(s->curl, CURLOPT_LOW_SPEED_LIMIT, 1L); /* a byte a second */
  curl_easy_setopt(s->curl, CURLOPT_LOW_SPEED_TIME, 60L);
  return curl_multi_add_handle(multi, s->curl) == CURLM_OK ? 0 : -1;
}

/* However it ended: without finish the client would wait for the last event. */
static void end(struct stream *s, CURLcode result)
{
  const char *why = curl_easy_strerror(result);
  sluice_status status;
  long http = 0;

  curl_easy_getinfo(s->curl, CURLINFO_RESPONSE_CODE, &http);
  if (http == 0) /* there was no answer at all */
    (void)sluice_translator_fail(s->t, (sluice_str){"", 0},
                                 (sluice_str){why, strlen(why)});
  status = sluice_translator_finish(s->t);
  fprintf(stderr, "[%u] %s\n", s->number, sluice_status_name(status));
}

static int run(CURLM *multi, struct stream *streams, unsigned count)
{
  struct curl_waitfd out = {STDOUT_FILENO, CURL_WAIT_POLLOUT, 0};
  int running = 1, left;

  while (running > 0) {
    CURLMsg *message;
    unsigned paused = 0;
    void *s;
    if (curl_multi_perform(multi, &running) != CURLM_OK)
      return 2;
    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &s);
      end((struct stream *)s, message->data.result);
    }
    for (unsigned i = 0; i < count; i++)
      paused += streams[i].paused != 0;
    curl_multi_poll(multi, &out, paused > 0, 1000, NULL);
    for (unsigned i = 0; i < count && paused > 0 && out.revents != 0; i++)
      if (streams[i].paused)
        curl_easy_pause(streams[i].curl, CURLPAUSE_CONT);
  }
  return 0;
}

int main(int argc, char **argv)
{
  struct stream streams[MOST];
  unsigned count = argc > 2 ? (unsigned)argc - 2 : 0;
  CURLM *multi = curl_multi_init();
  sluice_scratch *scratch = NULL;
  int rv = 0;

  if (count == 0 || count > MOST || multi == NULL ||
      sluice_scratch_new(&scratch, NULL) != SLUICE_OK) {
    fprintf(stderr, "usage: %s URL MODEL...\n", argv[0]);
    return 2;
  }
  signal(SIGPIPE, SIG_IGN); /* fflush() tells */
  memset(streams, 0, sizeof(streams));
  for (unsigned i = 0; rv == 0 && i < count; i++) {
    streams[i].number = i + 1;
    rv = start(&streams[i], multi, scratch, argv[1], argv[i + 2]);
  }
  rv = rv == 0 ? run(multi, streams, count) : 2;
  for (unsigned i = 0; i < count; i++) {
    curl_multi_remove_handle(multi, streams[i].curl);
    curl_easy_cleanup(streams[i].curl);
    sluice_translator_free(streams[i].t);
  }
  curl_multi_cleanup(multi);
  sluice_scratch_free(scratch); /* after all that used it */
  return rv;
}
