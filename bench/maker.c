/* SPDX-License-Identifier: MIT */
#include "maker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void maker_init(struct maker *m, struct streams *out,
                const struct recording *recordings, unsigned seed)
{
  memset(m, 0, sizeof(*m));
  m->out = out;
  m->recordings = recordings;
  m->random = seed;
  m->created = 1760000000 + 1000000 * seed;
}

void maker_free(struct maker *m)
{
  bytes_free(&m->reasoning);
  bytes_free(&m->text);
  bytes_free(&m->arguments);
}

void streams_free(struct streams *s)
{
  bytes_free(&s->in);
  bytes_free(&s->said);
  free(s->list);
  free(s->events);
  memset(s, 0, sizeof(*s));
}

/* splitmix64 */
unsigned maker_random(struct maker *m, unsigned n)
{
  uint64_t z = (m->random += 0x9e3779b97f4a7c15u);

  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return (unsigned)((z ^ (z >> 31)) % n);
}

/* One more of `size` bytes; lists double. */
static void *list_add(void *list, size_t count, size_t size)
{
  if ((count & (count - 1)) != 0)
    return list;
  list = realloc(list, (count == 0 ? 1 : 2 * count) * size);
  if (list == NULL) {
    fputs("bench: no memory\n", stderr);
    exit(2);
  }
  return list;
}

static void fresh_id(struct maker *m)
{
  static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx"
                            "yz0123456789";
  size_t n = (size_t)sprintf(m->id, "chatcmpl-"), i;

  for (i = 0; i < 29; i++)
    m->id[n++] = set[maker_random(m, sizeof(set) - 1)];
  m->id[n] = '\0';
}

void maker_begin(struct maker *m, const struct recording *r)
{
  struct streams *out = m->out;
  struct stream *s;

  out->list = list_add(out->list, out->count, sizeof(*out->list));
  s = &out->list[out->count];
  memset(s, 0, sizeof(*s));
  s->whole.at = out->in.n;
  s->said.at = out->said.n;
  s->first = out->event_count;

  fresh_id(m);
  m->created++;
  m->model = r->model;
  m->tier = r->tier;
  m->fingerprint = r->fingerprint;
  m->usage = r->usage;
  m->number = 0;
  m->padding_at = 0;
}

static void put_padding(struct maker *m)
{
  const struct recording *r = &m->recordings[m->out->count % RECORDINGS];

  bytes_puts(&m->out->in, r->paddings[m->padding_at++ % r->padding_count]);
}

static void put_value(struct maker *m, char letter)
{
  struct bytes *in = &m->out->in;

  switch (letter) {
  case 'i':
    bytes_puts(in, m->id);
    return;
  case 'c':
    bytes_printf(in, "%lu", m->created);
    return;
  case 'm':
    bytes_puts(in, m->model);
    return;
  case 's':
    bytes_puts(in, m->tier);
    return;
  case 'f':
    bytes_puts(in, m->fingerprint);
    return;
  case 'p':
    put_padding(m);
    return;
  case 't':
    bytes_puts(in, m->token);
    return;
  case 'r':
    bytes_puts(in, m->finish);
    return;
  case 'u':
    bytes_puts(in, m->usage != NULL ? m->usage : "null");
    return;
  case 'x':
    bytes_puts(in, m->extra);
    return;
  case 'l':
    bytes_puts(in, m->logprobs);
    return;
  case 'k':
    bytes_printf(in, "%u", m->index);
    return;
  case 'n':
    bytes_printf(in, "%lu", m->number);
    return;
  default:
    fprintf(stderr, "bench: a template with $%c\n", letter);
    exit(2);
  }
}

static void expand(struct maker *m, const char *template)
{
  const char *p;

  while ((p = strchr(template, '$')) != NULL) {
    bytes_put(&m->out->in, template, (size_t)(p - template));
    put_value(m, p[1]);
    template = p + 2;
  }
  bytes_puts(&m->out->in, template);
}

void maker_lines(struct maker *m, const char *lines)
{
  bytes_puts(&m->out->in, lines);
  m->before += strlen(lines);
}

static void put_event(struct maker *m, const char *template)
{
  struct streams *out = m->out;
  struct event *e;

  out->events = list_add(out->events, out->event_count, sizeof(*e));
  e = &out->events[out->event_count++];
  e->whole.at = out->in.n - m->before;
  m->before = 0;
  bytes_puts(&out->in, "data: ");
  e->data.at = out->in.n;
  expand(m, template);
  e->data.n = out->in.n - e->data.at;
  bytes_puts(&out->in, "\n\n");
  e->whole.n = out->in.n - e->whole.at;
}

void maker_put(struct maker *m, const char *template)
{
  m->number++;
  m->out->chunks++;
  put_event(m, template);
}

/* The length of the marker at the start of `s`, 0 when there is none. */
static size_t marker(const char *s)
{
  static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx"
                            "yz0123456789_-";
  size_t n;

  if (strncmp(s, "<|file-", 7) != 0)
    return 0;
  n = strspn(s + 7, set);
  return n > 0 && strncmp(s + 7 + n, "|>", 2) == 0 ? n + 9 : 0;
}

/* A marker goes, and one space before it. */
static void put_without_markers(struct bytes *out, const struct bytes *text)
{
  size_t i, n;

  for (i = 0; i < text->n; i++) {
    n = marker(text->p + i + (text->p[i] == ' '));
    if (n > 0)
      i += n - (text->p[i] != ' ');
    else
      bytes_put(out, text->p + i, 1);
  }
}

void maker_end(struct maker *m)
{
  struct streams *out = m->out;
  struct stream *s = &out->list[out->count++];

  put_event(m, "[DONE]");
  s->whole.n = out->in.n - s->whole.at;
  s->events = out->event_count - s->first;
  bytes_put(&out->said, m->reasoning.p, m->reasoning.n);
  put_without_markers(&out->said, &m->text);
  bytes_put(&out->said, m->arguments.p, m->arguments.n);
  s->said.n = out->said.n - s->said.at;
  bytes_clear(&m->reasoning);
  bytes_clear(&m->text);
  bytes_clear(&m->arguments);
}

void maker_text(struct maker *m, const struct token *t)
{
  m->token = t->json;
  bytes_puts(&m->text, t->plain);
}

void maker_reasoning(struct maker *m, const struct token *t)
{
  m->token = t->json;
  bytes_puts(&m->reasoning, t->plain);
}

void maker_arguments(struct maker *m, const struct token *t)
{
  m->token = t->json;
  bytes_puts(&m->arguments, t->plain);
}
