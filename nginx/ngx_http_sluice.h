/* SPDX-License-Identifier: MIT */
/* ngx_http_sluice.h - what the files of the module share.
 *
 *   module     configuration levels, and where the module hooks into nginx
 *   option     the directives
 *   context    one request: made, found again, freed; memory of the worker
 *   request    a Responses request in, a chat-completions request on
 *   answer     what the upstream answers: which of three ways it goes
 *   stream     way one: events, as they come
 *   whole      ways two and three: one Response object, or one error object
 *   variable   what the access log may show
 */
#ifndef NGX_HTTP_SLUICE_H
#define NGX_HTTP_SLUICE_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>
#include <sluice/request.h>
#include <sluice/sluice.h>

extern ngx_module_t ngx_http_sluice_module;

/* ---- configuration ---- */

/* The scratch is made by the first request of a worker process, and goes with
 * the configuration, after all requests that use it. */
typedef struct {
  sluice_scratch *scratch;
} ngx_http_sluice_main_conf_t;

typedef struct {
  ngx_flag_t on;
  /* the answer */
  ngx_uint_t reasoning; /* sluice_reasoning */
  ngx_flag_t citations;
  ngx_uint_t unit;      /* sluice_unit */
  ngx_array_t *files;   /* of sluice_file; NULL: any */
  ngx_uint_t lenient;   /* SLUICE_LENIENT_… */
  ngx_flag_t done;      /* [DONE] at the end */
  ngx_msec_t keepalive; /* 0: none */
  /* the request */
  ngx_str_t model, separator;
  ngx_uint_t drop_tools, drop_items;
  ngx_uint_t upstream; /* SLUICE_REQUEST_… */
  ngx_array_t *tools;  /* of sluice_hosted; NULL: none */
  ngx_array_t *omit;   /* of sluice_str; NULL: none */
  size_t max_request;
  /* 0: the library's */
  size_t max_payload, max_output;
  ngx_uint_t max_items;
} ngx_http_sluice_loc_conf_t;

extern ngx_command_t ngx_http_sluice_commands[];

/* What `conf` says as options; they point into it. */
void ngx_http_sluice_options(const ngx_http_sluice_loc_conf_t *conf,
                             sluice_options *o);
void ngx_http_sluice_request_options(const ngx_http_sluice_loc_conf_t *conf,
                                     sluice_request_options *o);

/* ---- one request ---- */

/* What becomes of the answer. */
typedef enum {
  NGX_HTTP_SLUICE_PASS,   /* it is passed on as it is */
  NGX_HTTP_SLUICE_STREAM, /* events, as they come */
  NGX_HTTP_SLUICE_OBJECT, /* gathered: one Response object */
  NGX_HTTP_SLUICE_ERROR   /* gathered: one error object */
} ngx_http_sluice_way_e;

/* What the log shows. It outlives the translator. */
typedef struct {
  sluice_response_status status;
  ngx_str_t id, model, error;                         /* empty: none */
  ngx_str_t anomalies;                                /* the same */
  int64_t input_tokens, cached_tokens, output_tokens; /* -1: not told */
  uint64_t events;
  ngx_msec_int_t first; /* ms from the request to its first event; -1: none */
} ngx_http_sluice_facts_t;

typedef struct {
  ngx_http_request_t *request;
  ngx_http_sluice_facts_t facts;

  /* the request */
  sluice_request *asked; /* NULL: nothing was asked, or the answer has begun */
  ngx_chain_t *body;     /* as the client sent it */
  sluice_http_error refusal; /* in `asked` */

  /* the answer */
  ngx_http_sluice_way_e way;
  sluice_translator *translator;  /* NULL: not begun, or over */
  const char *wrong;              /* why it cannot be used; NULL: it can */
  ngx_str_t gathered;             /* of an error, at most ERROR_MAX bytes */
  ngx_chain_t *in;                /* from the upstream, not read yet */
  ngx_chain_t *out, *last, *busy; /* to the client: made; not sent yet */
  ngx_chain_t *free;              /* links and buffers without memory */
  ngx_msec_t sent;                /* when something was sent last */
  ngx_event_t timer;              /* keep-alive; then the end of the upstream */

  unsigned ready : 1;      /* the body was read and rewritten */
  unsigned streams : 1;    /* the client asked for a stream */
  unsigned own : 1;        /* the answer is a refusal of this module */
  unsigned over : 1;       /* the upstream has nothing more */
  unsigned ended : 1;      /* the terminal event was made */
  unsigned sent_whole : 1; /* the answer in one piece was sent */
} ngx_http_sluice_ctx_t;

/* The context of `r`, also after an internal redirect; NULL: none was made. */
ngx_http_sluice_ctx_t *ngx_http_sluice_ctx(ngx_http_request_t *r);
/* The same, made when there is none. NULL: out of memory. */
ngx_http_sluice_ctx_t *ngx_http_sluice_make_ctx(ngx_http_request_t *r);

/* ctx->asked, made when there is none; NULL: out of memory. */
sluice_request *ngx_http_sluice_asked(ngx_http_sluice_ctx_t *ctx);

/* A translator for the answer to ctx->asked, in ctx->translator. */
ngx_int_t ngx_http_sluice_begin(ngx_http_sluice_ctx_t *ctx, sluice_event_cb cb);
/* Notes what the log shows of an event, and whether it ends the response. */
void ngx_http_sluice_note(ngx_http_sluice_ctx_t *ctx,
                          const sluice_event *event);
/* The same of what was odd in the stream so far. */
void ngx_http_sluice_note_anomalies(ngx_http_sluice_ctx_t *ctx);
/* Frees the translator and stops the timer. */
void ngx_http_sluice_end(ngx_http_sluice_ctx_t *ctx);

/* ---- the way in ---- */

ngx_int_t ngx_http_sluice_request_handler(ngx_http_request_t *r);
/* ctx->refusal in the API's form; `message` is static ASCII without quotes. */
ngx_int_t ngx_http_sluice_refuse(ngx_http_sluice_ctx_t *ctx, ngx_int_t status,
                                 const char *message);

/* ---- the way out ---- */

void ngx_http_sluice_answer_init(void);
ngx_int_t ngx_http_sluice_stream_begin(ngx_http_sluice_ctx_t *ctx);
ngx_int_t ngx_http_sluice_stream(ngx_http_sluice_ctx_t *ctx, ngx_chain_t *in);
ngx_int_t ngx_http_sluice_whole_begin(ngx_http_sluice_ctx_t *ctx);
ngx_int_t ngx_http_sluice_whole(ngx_http_sluice_ctx_t *ctx, ngx_chain_t *in);
/* Sends an answer of one piece. Returns as a handler of content does. */
ngx_int_t ngx_http_sluice_send(ngx_http_request_t *r, ngx_int_t status,
                               sluice_str json);

/* 1: nothing more will come behind `in`. */
int ngx_http_sluice_is_last(const ngx_http_request_t *r, const ngx_chain_t *in);
void ngx_http_sluice_clear_headers(ngx_http_request_t *r);
/* In place of all of that name; both are static. */
ngx_int_t ngx_http_sluice_set_header(ngx_http_request_t *r, const char *name,
                                     const char *value);
/* The filters behind this one. */
ngx_int_t ngx_http_sluice_next_header(ngx_http_request_t *r);
ngx_int_t ngx_http_sluice_next_body(ngx_http_request_t *r, ngx_chain_t *in);

ngx_int_t ngx_http_sluice_add_variables(ngx_conf_t *cf);

#endif
