/* SPDX-License-Identifier: MIT */
/* The checker of `sluice lint` on any bytes, both formats, any cut: it says the
 * same each time, in lines that can be shown, and does not fall over. */
#include "../tools/lint/lint_check.h"

#include <stdio.h>
#include <string.h>

#include "../tests/bytes.h"
#include "../tests/heap.h"
#include "head.h"
#include "pieces.h"
#include "target.h"

struct said {
  struct bytes text;
  int status;
};

static void check_shown(const char *s)
{
  for (; *s != '\0'; s++)
    FUZZ_CHECK((unsigned char)*s >= 0x20 && *s != 0x7f);
}

static void on_finding(void *user, const struct lint_finding *f)
{
  struct said *s = (struct said *)user;
  char numbers[80];

  FUZZ_CHECK((unsigned)f->severity < LINT_SEVERITIES);
  check_shown(f->code);
  check_shown(f->message);
  check_shown(f->clients);
  snprintf(numbers, sizeof(numbers), "\n%llu %llu %d ",
           (unsigned long long)f->event, (unsigned long long)f->offset,
           (int)f->severity);
  bytes_puts(&s->text, numbers);
  bytes_puts(&s->text, f->code);
  bytes_put(&s->text, f->type.p, f->type.n);
  bytes_puts(&s->text, f->message);
  bytes_puts(&s->text, f->clients);
}

/* `cut` 0: all at once. */
static void judge(struct said *s, const struct head *h, uint64_t cut)
{
  struct heap memory;
  struct lint_options o;
  struct lint *l;
  size_t at, n;

  heap_init(&memory, HEAP_NEVER, 0);
  memset(&o, 0, sizeof(o));
  o.format = (h->seed & 1) != 0 ? LINT_JSONL : LINT_SSE;
  o.index_unit = h->o.index_unit;
  o.mem = &memory.mem;
  l = lint_new(&o, on_finding, s);
  FUZZ_CHECK(l != NULL);
  bytes_clear(&s->text);
  s->status = 0;
  for (at = 0; at < h->stream.n && s->status == 0; at += n) {
    n = cut == 0 ? h->stream.n - at : pieces_next(&cut, h->stream.n - at);
    s->status = lint_feed(l, h->stream.p + at, n);
  }
  s->status = lint_finish(l);
  FUZZ_CHECK(s->status == SLUICE_OK || s->status == SLUICE_ERR_NOT_A_STREAM);
  if (s->status == SLUICE_ERR_NOT_A_STREAM)
    check_shown(lint_why(l));
  lint_free(l);
  FUZZ_CHECK(memory.live == 0);
}

static void run(const uint8_t *p, size_t n)
{
  static struct said whole, cut;
  struct head head;

  if (!head_read(&head, p, n))
    return;
  judge(&whole, &head, 0);
  judge(&cut, &head, head.push * 16 + 1);
  FUZZ_CHECK(whole.status == cut.status);
  if (!bytes_equal(&whole.text, &cut.text))
    fuzz_fail("cut, it says:%s\nwhole, it says:%s", cut.text.p, whole.text.p);
}

const struct fuzz_target fuzz_lint = {"lint", run, NULL, NULL};
