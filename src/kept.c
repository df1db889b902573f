/* SPDX-License-Identifier: MIT */
#include "kept.h"

struct kept *sluice__kept_new(const sluice_mem *mem)
{
  struct kept *k = (struct kept *)sluice__new(mem, sizeof(*k));

  if (k == NULL)
    return NULL;
  sluice__buf_init(&k->text, mem);
  sluice__buf_init(&k->refusal, mem);
  sluice__buf_init(&k->reasoning, mem);
  sluice__buf_init(&k->logprobs, mem);
  sluice__buf_init(&k->annotations, mem);
  return k;
}

void sluice__kept_free(const sluice_mem *mem, struct kept *k)
{
  if (k == NULL)
    return;
  sluice__buf_free(&k->text);
  sluice__buf_free(&k->refusal);
  sluice__buf_free(&k->reasoning);
  sluice__buf_free(&k->logprobs);
  sluice__buf_free(&k->annotations);
  sluice__word_free(&k->finish, mem);
  sluice__free(mem, k);
}

int sluice__kept_logprobs(struct kept *k, sluice_text entries)
{
  if (k->logprobs.n > 0)
    sluice__buf_byte(&k->logprobs, ',');
  sluice__buf_text(&k->logprobs, entries);
  return sluice__buf_status(&k->logprobs);
}

int sluice__kept_annotation(struct kept *k, const sluice_delta *d,
                            sluice_text url, sluice_text title)
{
  struct buf *out = &k->annotations;

  if (out->n > 0)
    sluice__buf_byte(out, ',');
  sluice__buf_lit(out, "{\"type\":\"url_citation\",\"url_citation\":{");
  if (d->u.url.start >= 0 && d->u.url.end >= 0) {
    sluice__buf_lit(out, "\"start_index\":");
    sluice__buf_int(out, d->u.url.start);
    sluice__buf_lit(out, ",\"end_index\":");
    sluice__buf_int(out, d->u.url.end);
    sluice__buf_byte(out, ',');
  }
  sluice__buf_lit(out, "\"url\":\"");
  sluice__buf_text(out, url);
  sluice__buf_lit(out, "\",\"title\":\"");
  sluice__buf_text(out, title);
  sluice__buf_lit(out, "\"}}");
  return sluice__buf_status(out);
}

sluice_text sluice__kept_news(const struct buf *sofar, sluice_text text,
                              struct counts *counts)
{
  if (sofar->n == 0)
    return text;
  if (text.n >= sofar->n && memcmp(text.p, sofar->p, sofar->n) == 0) {
    text.p += sofar->n;
    text.n -= sofar->n;
  } else {
    sluice__count(counts, SLUICE_ANOMALY_NOT_CUMULATIVE);
  }
  return text;
}
