/* SPDX-License-Identifier: MIT */
#include "upstream.h"

#include "quirks.h"

#define DEPTH    256
#define PAGE_MAX 200               /* bytes of a body that is no JSON */
#define JSON_MAX ((size_t)1 << 20) /* bytes; a longer body is not parsed */

/* The document of an error: some servers put it into a list. */
static uint32_t document_of(const struct json *j)
{
  return sluice__json_type(j, 0) == JSON_ARRAY ? sluice__json_child(j, 0) : 0;
}

static void find_error(const struct json *j, sluice_delta *d)
{
  struct reading r = {NULL, j, NULL, NULL, 0};
  uint32_t document = document_of(j);

  if (sluice__quirk_error(&r, sluice__json_get(j, document, "error"), d) &&
      d->u.error.message.n > 0)
    return;
  if (sluice__quirk_hidden_error(&r, document, d))
    return;
  (void)sluice__quirk_bare_error(&r, document, d);
}

static int is_digits(sluice_text s)
{
  size_t i = 0;

  while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
    i++;
  return i == s.n;
}

/* What of the answer is shown: clean text. */
struct told {
  sluice_text message, type, code, param;
};

/* Into `work`, where there is room. */
static sluice_text clean(struct buf *work, sluice_str raw)
{
  sluice_text text;

  (void)sluice__text_clean(NULL, sluice__text_cut(raw, LIMIT_WORDS_MAX), work,
                           &text, NULL);
  return text;
}

static void put_or_null(struct buf *out, sluice_text text)
{
  if (text.n == 0) {
    sluice__buf_lit(out, "null");
    return;
  }
  sluice__buf_byte(out, '"');
  sluice__buf_text(out, text);
  sluice__buf_byte(out, '"');
}

static void put_told(struct buf *out, const struct told *told)
{
  sluice__buf_clear(out);
  sluice__buf_lit(out, "{\"error\":{\"message\":\"");
  sluice__buf_text(out, told->message);
  sluice__buf_lit(out, "\",\"type\":");
  put_or_null(out, told->type);
  sluice__buf_lit(out, ",\"param\":");
  put_or_null(out, told->param);
  sluice__buf_lit(out, ",\"code\":");
  put_or_null(out, told->code);
  sluice__buf_lit(out, "}}");
}

static sluice_text type_by_status(int status)
{
  if (status == 429)
    return SLUICE_TEXT("rate_limit_error");
  return status >= 500 ? SLUICE_TEXT("server_error")
                       : SLUICE_TEXT("invalid_request_error");
}

/* No error was found in the body: it is shown as it is. */
static void put_page(struct buf *work, int status, sluice_str body,
                     sluice_text *message)
{
  size_t start = work->n;

  sluice__buf_lit(work, "The upstream answered with HTTP status ");
  sluice__buf_int(work, status);
  if (body.n > 0) {
    sluice__buf_lit(work, ": ");
    if (body.n > PAGE_MAX)
      body.n = PAGE_MAX;
    sluice__text_escape(work, body);
  }
  message->p = work->p + start;
  message->n = work->n - start;
}

/* Text of the error, in `work`, whose bytes must not move any more. */
static int tell(const sluice_delta *d, struct buf *work, int http_status,
                int status, sluice_str body, struct told *told)
{
  sluice_text known;

  /* At worst each byte of four texts becomes three, and that of a page six. */
  if (sluice__buf_reserve(work, (size_t)12 * LIMIT_WORDS_MAX +
                                    (size_t)6 * PAGE_MAX + 128) != 0)
    return SLUICE_ERR_NOMEM;
  told->message = clean(work, d->u.error.message);
  told->type = clean(work, d->u.error.type);
  told->code = clean(work, d->u.error.code);
  told->param = clean(work, d->u.error.param);
  known = sluice__quirk_http_code(status, told->code, told->type,
                                  d->u.error.message);
  if (told->message.n == 0)
    put_page(work, http_status, body, &told->message);
  if (told->type.n == 0)
    told->type = type_by_status(status);
  if (known.n > 0 && (is_digits(told->code) ||
                      !sluice__text_eq(known, SLUICE_TEXT("server_error"))))
    told->code = known;
  else if (is_digits(told->code))
    told->code.n = 0;
  return 0;
}

int sluice__upstream_error(struct buf *out, int http_status, sluice_str body,
                           int *status)
{
  struct buf work;
  struct json json;
  sluice_delta d;
  struct told told;
  int rv = 0;

  memset(&d, 0, sizeof(d));
  *status = http_status >= 400 && http_status <= 599 ? http_status : 502;
  sluice__buf_init(&work, out->mem);
  sluice__json_init(&json, out->mem);
  if (body.n > 0 && body.n <= JSON_MAX)
    rv = sluice__json_parse(&json, body, DEPTH);
  if (rv == 0 && json.count > 0)
    find_error(&json, &d);
  if (rv != SLUICE_ERR_NOMEM)
    rv = tell(&d, &work, http_status, *status, body, &told);
  if (rv == 0)
    put_told(out, &told);
  sluice__json_free(&json);
  sluice__buf_free(&work);
  return rv == 0 ? sluice__buf_status(out) : rv;
}
