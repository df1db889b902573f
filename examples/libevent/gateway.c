/* SPDX-License-Identifier: MIT */
/* gateway.c - POST /v1/responses in front of a chat-completions server, in one
 * thread with libevent: evhttp to the clients, evhttp to the upstream, one
 * scratch, a translator for each response.
 *
 *   cc gateway.c $(pkg-config --cflags --libs sluice libevent) -o gateway
 *   ./gateway 8090 127.0.0.1 8089
 */
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/util.h>
#include <netinet/in.h>
#include <signal.h>
#include <sluice/request.h>
#include <sluice/sluice.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#define FULL     65536 /* bytes waiting for a client: its upstream waits, too */
#define MAX_BODY (64 << 20) /* of a request */
#define SILENCE  600        /* seconds that an upstream may take */

struct gateway {
  struct event_base *base;
  struct evhttp *http;
  sluice_scratch *scratch;
  sluice_request *request; /* reads one after the other */
  const char *host;
  unsigned short port;
  uint64_t seed; /* 0: each response its own */
};

/* One response. */
struct exchange {
  struct gateway *gateway;
  struct evhttp_request *client; /* NULL: it was answered, or went away */
  struct evhttp_connection *upstream;
  int streams; /* the client wants events, else the response when it is whole */
  int begun;   /* its answer */
  int http;    /* status of the upstream's answer; 0: there is none yet */
  struct evbuffer *out; /* what is to be sent */
  sluice_translator *t;
  struct event *soon;
};

static size_t waiting(struct exchange *x)
{
  struct evhttp_connection *c = evhttp_request_get_connection(x->client);
  struct bufferevent *b = evhttp_connection_get_bufferevent(c);

  return evbuffer_get_length(bufferevent_get_output(b));
}

/* What evhttp does not allow from inside its callbacks: giving up a connection,
 * and not reading from it. */
static void on_soon(evutil_socket_t none, short what, void *user)
{
  struct exchange *x = (struct exchange *)user;

  (void)none;
  (void)what;
  if (x->client != NULL) {
    if (waiting(x) > FULL)
      bufferevent_disable(evhttp_connection_get_bufferevent(x->upstream),
                          EV_READ);
    return;
  }
  if (x->upstream != NULL)
    evhttp_connection_free(x->upstream);
  if (x->soon != NULL)
    event_free(x->soon);
  if (x->out != NULL)
    evbuffer_free(x->out);
  sluice_translator_free(x->t);
  free(x);
}

/* ---- to the client ---- */

static void on_client_gone(struct evhttp_connection *c, void *user)
{
  struct exchange *x = (struct exchange *)user;

  (void)c;
  if (evhttp_request_get_connection(x->client) == NULL)
    evhttp_request_free(x->client); /* evhttp has left it to us */
  x->client = NULL;
  event_active(x->soon, EV_TIMEOUT, 0);
}

static int on_event(void *user, const sluice_event *e)
{
  struct exchange *x = (struct exchange *)user;

  return evbuffer_add(x->out, e->wire.p, e->wire.n); /* -1: no memory */
}

static void on_sent(struct evhttp_connection *c, void *user)
{
  struct exchange *x = (struct exchange *)user;

  (void)c;
  if (x->client != NULL)
    bufferevent_enable(evhttp_connection_get_bufferevent(x->upstream), EV_READ);
}

static void send_events(struct exchange *x)
{
  if (!x->streams)
    return;
  if (!x->begun) {
    evhttp_add_header(evhttp_request_get_output_headers(x->client),
                      "Content-Type", "text/event-stream");
    evhttp_send_reply_start(x->client, 200, "OK");
    x->begun = 1;
  }
  if (evbuffer_get_length(x->out) > 0)
    evhttp_send_reply_chunk_with_cb(x->client, x->out, on_sent, x);
  if (waiting(x) > FULL)
    event_active(x->soon, EV_TIMEOUT, 0);
}

static void end_answer(struct exchange *x, int http, sluice_str body)
{
  struct evhttp_request *client = x->client;

  evhttp_connection_set_closecb(evhttp_request_get_connection(client), NULL,
                                NULL);
  x->client = NULL;
  event_active(x->soon, EV_TIMEOUT, 0);
  if (x->begun) {
    evhttp_send_reply_end(client);
    return;
  }
  evbuffer_drain(x->out, evbuffer_get_length(x->out));
  evbuffer_add(x->out, body.p, body.n);
  evhttp_add_header(evhttp_request_get_output_headers(client), "Content-Type",
                    "application/json");
  evhttp_send_reply(client, http, NULL, x->out);
}

/* ---- from the upstream ---- */

static int on_headers(struct evhttp_request *answer, void *user)
{
  struct exchange *x = (struct exchange *)user;

  x->http = evhttp_request_get_response_code(answer);
  return 0;
}

static void on_bytes(struct evhttp_request *answer, void *user)
{
  struct exchange *x = (struct exchange *)user;
  struct evbuffer *in = evhttp_request_get_input_buffer(answer);
  size_t n = evbuffer_get_length(in);

  if (x->client == NULL)
    return;
  if (x->http == 200) {
    (void)sluice_translator_feed(x->t, evbuffer_pullup(in, -1), n, NULL);
    send_events(x); /* a failure is among them */
  } else if (evbuffer_get_length(x->out) < FULL) {
    evbuffer_add_buffer(x->out, in); /* an error: on_end reads it */
  }
}

/* However it ended: `answer` is NULL, or empty, when it was cut. */
static void on_end(struct evhttp_request *answer, void *user)
{
  struct exchange *x = (struct exchange *)user;
  sluice_http_error error;
  sluice_str body = {NULL, 0};

  (void)answer;
  if (x->client == NULL)
    return;
  if (x->http == 200) {
    (void)sluice_translator_finish(x->t);
    send_events(x);
    if (!x->streams)
      (void)sluice_translator_response(x->t, &body);
    end_answer(x, 200, body);
    return;
  }
  if (x->http == 0)
    evbuffer_add_printf(x->out, "{\"error\":\"there was no answer\"}");
  body.n = evbuffer_get_length(x->out);
  body.p = (const char *)evbuffer_pullup(x->out, -1);
  (void)sluice_request_upstream_error(
      x->gateway->request, x->http > 0 ? x->http : 502, body, &error);
  end_answer(x, error.status, error.body);
}

/* ---- a request ---- */

static int ask_upstream(struct exchange *x, sluice_str chat)
{
  struct gateway *g = x->gateway;
  const char *key = evhttp_find_header(
      evhttp_request_get_input_headers(x->client), "Authorization");
  struct evhttp_request *ask;
  struct evkeyvalq *headers;

  x->upstream = evhttp_connection_base_new(g->base, NULL, g->host, g->port);
  ask = x->upstream == NULL ? NULL : evhttp_request_new(on_end, x);
  if (ask == NULL)
    return -1;
  evhttp_connection_set_timeout(x->upstream, SILENCE);
  evhttp_request_set_header_cb(ask, on_headers);
  evhttp_request_set_chunked_cb(ask, on_bytes);
  headers = evhttp_request_get_output_headers(ask);
  evhttp_add_header(headers, "Host", g->host);
  evhttp_add_header(headers, "Content-Type", "application/json");
  evhttp_add_header(headers, "Connection", "close");
  if (key != NULL)
    evhttp_add_header(headers, "Authorization", key);
  evbuffer_add(evhttp_request_get_output_buffer(ask), chat.p, chat.n);
  return evhttp_make_request(x->upstream, ask, EVHTTP_REQ_POST,
                             "/v1/chat/completions");
}

/* What the client asks for goes upstream and into the translator. */
static int serve(struct exchange *x)
{
  struct gateway *g = x->gateway;
  struct evbuffer *in = evhttp_request_get_input_buffer(x->client);
  sluice_str body = {NULL, evbuffer_get_length(in)};
  sluice_options o;

  body.p = (const char *)evbuffer_pullup(in, -1);
  if (sluice_request_read(g->request, body) != SLUICE_OK)
    return -1;
  x->streams = sluice_request_streams(g->request);
  sluice_options_init(&o);
  (void)sluice_request_apply(g->request, &o);
  o.scratch = g->scratch;
  o.seed = g->seed;
  if (o.seed == 0)
    evutil_secure_rng_get_bytes(&o.seed, sizeof(o.seed));
  if (sluice_translator_new(&x->t, &o, x->streams ? on_event : NULL, x) !=
      SLUICE_OK)
    return -1;
  return ask_upstream(x, sluice_request_chat(g->request));
}

static void on_request(struct evhttp_request *client, void *user)
{
  struct gateway *g = (struct gateway *)user;
  struct exchange *x = (struct exchange *)calloc(1, sizeof(*x));
  sluice_http_error error;

  if (x != NULL) {
    x->gateway = g;
    x->client = client;
    x->out = evbuffer_new();
    x->soon = evtimer_new(g->base, on_soon, x);
  }
  if (x == NULL || x->out == NULL || x->soon == NULL) {
    evhttp_send_error(client, 503, NULL);
    return;
  }
  evhttp_connection_set_closecb(evhttp_request_get_connection(client),
                                on_client_gone, x);
  if (serve(x) == 0 || x->client == NULL)
    return;
  error = sluice_request_error(g->request);
  if (error.status == 0) /* it was fine, but there is no memory */
    (void)sluice_request_upstream_error(g->request, 503, error.body, &error);
  end_answer(x, error.status, error.body);
}

static void on_signal(evutil_socket_t number, short what, void *user)
{
  (void)number;
  (void)what;
  event_base_loopexit((struct event_base *)user, NULL);
}

static int run(struct gateway *g, unsigned short port)
{
  struct evhttp_bound_socket *bound;
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t size = sizeof(address);
  struct event *stop[] = {evsignal_new(g->base, SIGINT, on_signal, g->base),
                          evsignal_new(g->base, SIGTERM, on_signal, g->base)};

  signal(SIGPIPE, SIG_IGN);
  evsignal_add(stop[0], NULL);
  evsignal_add(stop[1], NULL);
  evhttp_set_allowed_methods(g->http, EVHTTP_REQ_POST);
  evhttp_set_max_body_size(g->http, MAX_BODY);
  evhttp_set_cb(g->http, "/v1/responses", on_request, g);
  bound = evhttp_bind_socket_with_handle(g->http, "127.0.0.1", port);
  if (bound == NULL || getsockname(evhttp_bound_socket_get_fd(bound),
                                   (struct sockaddr *)&address, &size) != 0) {
    perror("gateway");
    return 2;
  }
  printf("http://127.0.0.1:%u/v1/responses\n", ntohs(address.sin_port));
  fflush(stdout);
  event_base_dispatch(g->base);
  evhttp_free(g->http); /* its clients are gone, say their callbacks … */
  event_base_loop(g->base, EVLOOP_NONBLOCK); /* … which this carries out */
  event_free(stop[0]);
  event_free(stop[1]);
  return 0;
}

int main(int argc, char **argv)
{
  struct gateway g = {event_base_new(), NULL, NULL, NULL, "", 0, 0};
  int rv;

  if (argc < 4 || argc > 5) {
    fprintf(stderr, "usage: %s PORT UPSTREAM-HOST UPSTREAM-PORT [SEED]\n",
            argv[0]);
    return 2;
  }
  g.http = evhttp_new(g.base);
  g.host = argv[2];
  g.port = (unsigned short)strtoul(argv[3], NULL, 10);
  g.seed = argc == 5 ? strtoull(argv[4], NULL, 10) : 0;
  if (g.http == NULL || sluice_scratch_new(&g.scratch, NULL) != SLUICE_OK ||
      sluice_request_new(&g.request, NULL) != SLUICE_OK)
    return 2;
  rv = run(&g, (unsigned short)strtoul(argv[1], NULL, 10));
  sluice_request_free(g.request);
  sluice_scratch_free(g.scratch); /* after all translators */
  event_base_free(g.base);
  return rv;
}
