/* SPDX-License-Identifier: MIT */
#include "files.h"

#include <stdlib.h>

#include "heap.h"

void files_init(struct files *files)
{
  memset(files, 0, sizeof(*files));
}

void files_free(struct files *files)
{
  for (size_t i = 0; i < files->count; i++)
    sluice__free(heap(), (void *)files->list[i].id.p);
  sluice__free(heap(), files->list);
  sluice__free(heap(), files->table);
  files_init(files);
}

int files_add(struct files *files, sluice_str id, sluice_str name)
{
  void *list = files->list;
  char *copy; /* both strings, one after the other */
  sluice_file *file;

  if (sluice__room(heap(), &list, &files->cap, files->count + 1, 16,
                   sizeof(sluice_file)) != 0)
    return -1;
  files->list = (sluice_file *)list;
  copy = (char *)sluice__new(heap(), id.n + name.n + 1);
  if (copy == NULL)
    return -1;
  memcpy(copy, id.p, id.n);
  if (name.n > 0)
    memcpy(copy + id.n, name.p, name.n);
  file = &files->list[files->count++];
  file->id.p = copy;
  file->id.n = id.n;
  file->name.p = copy + id.n;
  file->name.n = name.n;
  return 0;
}

/* By id; the last added first, which its place in memory tells. */
static int compare(const void *a, const void *b)
{
  const sluice_file *x = *(const sluice_file *const *)a;
  const sluice_file *y = *(const sluice_file *const *)b;
  size_t n = x->id.n < y->id.n ? x->id.n : y->id.n;
  int order = memcmp(x->id.p, y->id.p, n);

  if (order != 0)
    return order;
  if (x->id.n != y->id.n)
    return x->id.n < y->id.n ? -1 : 1;
  return x > y ? -1 : x < y;
}

static int is_same(sluice_str a, sluice_str b)
{
  return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

int files_set(struct files *files, sluice_options *o)
{
  size_t n = 0;
  const sluice_file **sorted = (const sluice_file **)sluice__new(
      heap(), (files->count + 1) * sizeof(*sorted));

  sluice__free(heap(), files->table);
  files->table = (sluice_file *)sluice__new(heap(), (files->count + 1) *
                                                        sizeof(*files->table));
  if (sorted == NULL || files->table == NULL) {
    sluice__free(heap(), sorted);
    return -1;
  }
  for (size_t i = 0; i < files->count; i++)
    sorted[i] = &files->list[i];
  qsort(sorted, files->count, sizeof(*sorted), compare);
  for (size_t i = 0; i < files->count; i++)
    if (n == 0 || !is_same(files->table[n - 1].id, sorted[i]->id))
      files->table[n++] = *sorted[i];
  sluice__free(heap(), sorted);
  o->files = files->table;
  o->file_count = n;
  return 0;
}

/* ---- JSON ---- */

#define FORM "{\"file-id\": \"filename\", ...}"

static int add_member(struct files *files, struct document *d, uint32_t key)
{
  enum json_type type = sluice__json_type(&d->json, key + 1);
  sluice_str id, name;

  if (type != JSON_STRING && type != JSON_NULL)
    return document_fault(d, key + 1,
                          "the name of a file is no string; citation files "
                          "are " FORM);
  if (sluice__json_raw(&d->json, key).n == 0)
    return document_fault(d, key,
                          "a file without an id; citation files are " FORM);
  if (document_text(d, key, &id) != 0 || document_text(d, key + 1, &name) != 0)
    return -1;
  if (files_add(files, id, name) != 0) {
    heap_report();
    return -1;
  }
  return 0;
}

int files_take(struct files *files, struct document *d, uint32_t object)
{
  uint32_t key;

  if (sluice__json_type(&d->json, object) != JSON_OBJECT)
    return document_fault(d, object, "the files are no object " FORM);
  for (key = sluice__json_child(&d->json, object); key != JSON_ABSENT;
       key = sluice__json_sibling(&d->json, object, key))
    if (add_member(files, d, key) != 0)
      return -1;
  return 0;
}

int files_read(struct files *files, const char *path)
{
  struct document d;
  int rv = document_open(&d, path, FORM);

  if (rv == 0)
    rv = files_take(files, &d, 0);
  document_close(&d);
  return rv;
}

/* ---- the text of a tool's result ---- */

/* What stands in `s` behind the first `mark`; p is NULL when it has none. */
static sluice_str behind(sluice_str s, const char *mark)
{
  size_t n = strlen(mark);
  sluice_str none = {NULL, 0};

  for (size_t at = 0; at + n <= s.n; at++)
    if (memcmp(s.p + at, mark, n) == 0)
      return (sluice_str){s.p + at + n, s.n - at - n};
  return none;
}

static int is_id_character(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* The id at the beginning of `s`, without the blanks before it. */
static sluice_str id_at(sluice_str s)
{
  sluice_str id = s;

  while (id.n > 0 && *id.p == ' ') {
    id.p++;
    id.n--;
  }
  s = id;
  for (id.n = 0; id.n < s.n && is_id_character(s.p[id.n]);)
    id.n++;
  return id;
}

/* A quoted string, its quotes and backslashes escaped by a backslash: without
 * them, into `out`. Empty when `s` is none. */
static void unquote(sluice_str s, struct buf *out)
{
  if (s.n == 0 || (*s.p != '\'' && *s.p != '"'))
    return;
  for (size_t i = 1; i < s.n && s.p[i] != *s.p; i++) {
    if (s.p[i] == '\\' && i + 1 < s.n &&
        (s.p[i + 1] == '\\' || s.p[i + 1] == '\'' || s.p[i + 1] == '"'))
      i++;
    sluice__buf_byte(out, s.p[i]);
  }
}

/* 1 when the line begins with `[1] document_id:`, or without the number. */
static int is_offer(sluice_str line)
{
  size_t i = 0;
  sluice_str rest;

  if (line.n > 0 && line.p[0] == '[') {
    for (i = 1; i < line.n && line.p[i] >= '0' && line.p[i] <= '9';)
      i++;
    if (i + 2 > line.n || memcmp(line.p + i, "] ", 2) != 0)
      return 0;
    i += 2;
  }
  rest = behind((sluice_str){line.p + i, line.n - i}, "document_id:");
  return rest.p == line.p + i + strlen("document_id:");
}

static int offer_line(struct files *files, sluice_str line)
{
  sluice_str id = id_at(behind(line, "document_id:"));
  sluice_str marker = id_at(behind(line, "cite as <|"));
  struct buf name;
  int rv = 0;

  if (marker.n > 0)
    id = marker; /* this is what the model was told to write */
  if (id.n == 0)
    return 0;
  sluice__buf_init(&name, heap());
  unquote(behind(line, "'filename': "), &name);
  if (name.failed)
    rv = -1;
  else
    rv = files_add(files, id, (sluice_str){name.p, name.n});
  sluice__buf_free(&name);
  return rv;
}

int files_offer(struct files *files, sluice_str text)
{
  while (text.n > 0) {
    const char *end = (const char *)memchr(text.p, '\n', text.n);
    sluice_str line = {text.p, end == NULL ? text.n : (size_t)(end - text.p)};
    if (is_offer(line) && offer_line(files, line) != 0)
      return -1;
    if (end == NULL)
      return 0;
    text.n -= line.n + 1;
    text.p = end + 1;
  }
  return 0;
}
