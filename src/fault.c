/* SPDX-License-Identifier: MIT */
#include "fault.h"

#include "text.h"

#define FOUND_MAX 200 /* bytes of a wrong value that a message shows */

struct row {
  int http;
  const char *code, *text;
};

static const struct row rows[] = {
#define X(NAME, http, code, text) {http, code, text},
    FAULTS(X)
#undef X
};

void sluice__fault_init(struct fault *f, const sluice_mem *mem)
{
  f->http = 0;
  sluice__buf_init(&f->body, mem);
  sluice__buf_init(&f->clean, mem);
}

void sluice__fault_free(struct fault *f)
{
  sluice__buf_free(&f->body);
  sluice__buf_free(&f->clean);
}

void sluice__fault_clear(struct fault *f)
{
  f->http = 0;
  sluice__buf_clear(&f->body);
}

/* The outermost place first. */
static void put_place(struct buf *out, const struct place *place)
{
  if (place == NULL)
    return;
  put_place(out, place->in);
  if (place->key == NULL) {
    sluice__buf_byte(out, '[');
    sluice__buf_uint(out, place->index);
    sluice__buf_byte(out, ']');
    return;
  }
  if (place->in != NULL)
    sluice__buf_byte(out, '.');
  sluice__buf_put(out, place->key, strlen(place->key));
}

/* The words of the table with what stands for @ and %. */
static void put_message(struct buf *out, const char *words,
                        const struct place *place, sluice_text found)
{
  sluice_str piece;

  while (*words != '\0') {
    piece.p = words;
    while (*words != '\0' && *words != '@' && *words != '%')
      words++;
    piece.n = (size_t)(words - piece.p);
    sluice__text_escape(out, piece);
    if (*words == '@')
      put_place(out, place);
    else if (*words == '%')
      sluice__buf_text(out, found);
    words += *words != '\0';
  }
}

int sluice__fault_set(struct fault *f, enum fault_kind kind,
                      const struct place *place, sluice_str found)
{
  const struct row *row = &rows[kind];
  struct buf *out = &f->body;
  sluice_text clean;

  sluice__buf_clear(&f->clean);
  if (sluice__text_clean(NULL, sluice__text_cut(found, FOUND_MAX), &f->clean,
                         &clean, NULL) != 0)
    return SLUICE_ERR_NOMEM;
  sluice__buf_clear(out);
  sluice__buf_lit(out, "{\"error\":{\"message\":\"");
  put_message(out, row->text, place, clean);
  sluice__buf_lit(out, "\",\"type\":\"invalid_request_error\",\"param\":");
  if (place != NULL) {
    sluice__buf_byte(out, '"');
    put_place(out, place);
    sluice__buf_byte(out, '"');
  } else {
    sluice__buf_lit(out, "null");
  }
  sluice__buf_lit(out, ",\"code\":\"");
  sluice__buf_put(out, row->code, strlen(row->code));
  sluice__buf_lit(out, "\"}}");
  if (out->failed)
    return SLUICE_ERR_NOMEM;
  f->http = row->http;
  return SLUICE_ERR_REQUEST;
}

sluice_http_error sluice__fault_no_memory(void)
{
  static const char body[] =
      "{\"error\":{\"message\":\"The gateway could not get the memory for this "
      "request.\",\"type\":\"server_error\",\"param\":null,\"code\":\"server_"
      "error\"}}";
  sluice_http_error e = {500, {body, sizeof(body) - 1}};

  return e;
}

sluice_http_error sluice__fault_told(const struct fault *f)
{
  sluice_http_error e = {f->http, {f->body.p, f->body.n}};

  return e;
}
