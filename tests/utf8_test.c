/* SPDX-License-Identifier: MIT */
/* What is UTF-8: all sequences of one, two and three bytes, and those of four
 * around every border, through each way that bytes take to become text: the
 * decoder, sluice_text_encode, the cleaning of raw JSON text in one piece and
 * cut in two, and whole streams with a cut delta. RFC 3629 in its plainest form
 * (rfc.c) says what is right: one U+FFFD for each maximal subpart. */
#define _DEFAULT_SOURCE /* strndup */

#include "check.h"
#include "rfc.h"
#include "run.h"
#include "text.h"
#include "utf8.h"

#define CLEAN_MAX 64

static const sluice_mem *plain_mem(void)
{
  static sluice_mem mem;

  mem = sluice__mem(NULL);
  return &mem;
}

/* Sanitizers make all this ten times slower: then every 13th first byte will
 * do.
 */
static unsigned stride(void)
{
  const char *sanitize = getenv("SANITIZE");

  return sanitize != NULL && *sanitize != '\0' ? 13 : 1;
}

/* ---- what is right ------------------------------------------------------ */

/* A character as clean text, by the letter of common.h. */
static size_t put_clean(char *out, const unsigned char *p, size_t n,
                        uint32_t cp)
{
  static const char shorts[] = "\"\"\\\\\bb\ff\nn\rr\tt";
  static const char hex[] = "0123456789abcdef";
  size_t i;

  for (i = 0; cp < 0x80 && i < sizeof(shorts) - 1; i += 2)
    if (cp == (unsigned char)shorts[i]) {
      out[0] = '\\';
      out[1] = shorts[i + 1];
      return 2;
    }
  if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x2028 || cp == 0x2029) {
    memcpy(out, "\\u", 2);
    for (i = 0; i < 4; i++)
      out[2 + i] = hex[(cp >> (12 - 4 * i)) & 15];
    return 6;
  }
  memcpy(out, p, n);
  return n;
}

/* The bytes as clean text, and decoded. Returns the length of the first. */
static size_t expect(const unsigned char *p, size_t n, char *clean, char *plain,
                     size_t *plain_n)
{
  static const unsigned char replacement[] = {0xef, 0xbf, 0xbd};
  size_t i = 0, at = 0;
  uint32_t cp = 0;

  *plain_n = 0;
  while (i < n) {
    int len = rfc_utf8(p + i, n - i, &cp);
    const unsigned char *from = len < 0 ? replacement : p + i;
    size_t size = len < 0 ? 3 : (size_t)len;

    i += (size_t)(len < 0 ? -len : len);
    at += put_clean(clean + at, from, size, len < 0 ? 0xfffd : cp);
    memcpy(plain + *plain_n, from, size);
    *plain_n += size;
  }
  return at;
}

static void fail_bytes(const char *way, const unsigned char *p, size_t n,
                       const char *expected, size_t expected_n, const char *got,
                       size_t got_n)
{
  struct bytes in = {0};
  size_t i;

  for (i = 0; i < n; i++)
    bytes_printf(&in, " %02x", p[i]);
  fail_msg("%s:%s: expected %.*s, got %.*s", way, in.p, (int)expected_n,
           expected, (int)got_n, got);
}

/* ---- the decoder, and plain bytes as text ------------------------------- */

/* 0 stands for bytes that more of them could make a character. */
static void check_next(const unsigned char *p, size_t n)
{
  uint32_t expected_cp = 0, cp = 0;
  int expected = rfc_utf8(p, n, &expected_cp);
  int got = sluice__utf8_next((const char *)p, n, &cp);

  if (expected < 0 && -expected == (int)n && p[0] >= 0xc2 && p[0] <= 0xf4)
    expected = 0;
  if (got != expected || (got > 0 && cp != expected_cp))
    fail_msg("%02x…, %zu bytes: expected %d, got %d", p[0], n, expected, got);
}

static void check_encode(const unsigned char *p, size_t n)
{
  char clean[CLEAN_MAX], plain[CLEAN_MAX], got[CLEAN_MAX], back[CLEAN_MAX];
  size_t plain_n, want = expect(p, n, clean, plain, &plain_n);
  sluice_str bytes = {(const char *)p, n};
  sluice_text text = {got, sluice_text_encode(bytes, got, sizeof(got))};
  size_t back_n;

  if (text.n != want || memcmp(got, clean, want) != 0)
    fail_bytes("encoded", p, n, clean, want, got, text.n);
  back_n = sluice_text_decode(text, back, sizeof(back));
  if (back_n != plain_n || memcmp(back, plain, back_n) != 0)
    fail_bytes("decoded", p, n, plain, plain_n, back, back_n);
}

static void all_sequences_of_three_bytes_are_judged_right(void **state)
{
  unsigned a, b, c, step = stride();
  unsigned char p[3];
  size_t count = 0;

  (void)state;
  for (a = 0; a < 256; a++) {
    p[0] = (unsigned char)a;
    check_next(p, 1);
    check_encode(p, 1);
    for (b = 0; b < 256; b++) {
      p[1] = (unsigned char)b;
      check_next(p, 2);
      check_encode(p, 2);
      for (c = 0; a % step == 0 && c < 256; c++) {
        p[2] = (unsigned char)c;
        check_next(p, 3);
        check_encode(p, 3);
        count++;
      }
    }
  }
  print_message("# %zu sequences of three bytes\n", count);
}

/* ---- raw text, whole and cut -------------------------------------------- */

/* JSON text: no quote, no backslash, no control character. */
static int is_raw(const unsigned char *p, size_t n)
{
  size_t i;

  for (i = 0; i < n; i++)
    if (p[i] < 0x20 || p[i] == '"' || p[i] == '\\')
      return 0;
  return 1;
}

static void clean_piece(struct carry *carry, const unsigned char *p, size_t n,
                        struct buf *scratch, struct buf *out)
{
  sluice_str raw = {(const char *)p, n};
  sluice_text clean;

  sluice__buf_clear(scratch);
  assert_int_equal(sluice__text_clean(carry, raw, scratch, &clean, NULL), 0);
  sluice__buf_text(out, clean);
}

/* Cut before the bytes whose bits are set in `cuts`. */
static void clean_pieces(const unsigned char *p, size_t n, unsigned cuts,
                         struct buf *scratch, struct buf *out)
{
  struct carry carry;
  size_t from = 0, i;

  memset(&carry, 0, sizeof(carry));
  sluice__buf_clear(out);
  for (i = 1; i <= n; i++)
    if (i == n || (cuts >> i & 1) != 0) {
      clean_piece(&carry, p + from, i - from, scratch, out);
      from = i;
    }
  sluice__buf_text(out, sluice__text_flush(&carry, NULL));
}

/* In one piece, and cut at every place and at every set of places. */
static void check_cuts(const unsigned char *p, size_t n, struct buf *scratch,
                       struct buf *out)
{
  char clean[CLEAN_MAX], plain[CLEAN_MAX];
  size_t plain_n, want;
  unsigned cuts;

  if (!is_raw(p, n))
    return;
  want = expect(p, n, clean, plain, &plain_n);
  for (cuts = 0; cuts < 1u << n; cuts += 2) {
    clean_pieces(p, n, cuts, scratch, out);
    if (out->n != want || memcmp(out->p, clean, want) != 0)
      fail_bytes("cleaned in pieces", p, n, clean, want, out->p, out->n);
  }
}

/* What begins with another byte is a character, or none, and then two bytes,
 * which come by themselves: the first two of others. */
static void three_bytes_join_at_any_cut(void **state)
{
  unsigned a, b, c, step = stride();
  struct buf scratch, out;
  unsigned char p[3];

  (void)state;
  sluice__buf_init(&scratch, plain_mem());
  sluice__buf_init(&out, plain_mem());
  for (a = 0xc2; a < 256; a += step)
    for (b = 0; b < 256; b++)
      for (c = 0; c < 256; c++) {
        p[0] = (unsigned char)a;
        p[1] = (unsigned char)b;
        p[2] = (unsigned char)c;
        check_cuts(p, 3, &scratch, &out);
      }
  sluice__buf_free(&scratch);
  sluice__buf_free(&out);
}

/* Each second byte, and of the others those at both sides of every border. */
static void four_bytes_are_judged_right_at_any_cut(void **state)
{
  static const unsigned char others[] = {'a',  0x7f, 0x80, 0x8f, 0x90,
                                         0x9f, 0xa0, 0xbf, 0xc0, 0xc2,
                                         0xe0, 0xed, 0xf0, 0xf4, 0xff};
  struct buf scratch, out;
  unsigned a, b, step = stride();
  size_t c, d;

  (void)state;
  sluice__buf_init(&scratch, plain_mem());
  sluice__buf_init(&out, plain_mem());
  for (a = 0xef; a < 0xf8; a++)
    for (b = 0x20; b < 256; b += step)
      for (c = 0; c < COUNT(others); c++)
        for (d = 0; d < COUNT(others); d++) {
          unsigned char p[6] = {(unsigned char)a,
                                (unsigned char)b,
                                others[c],
                                others[d],
                                'z',
                                0xf0};

          check_next(p, 4);
          check_encode(p, 4);
          check_encode(p, 6);
          check_cuts(p, 4, &scratch, &out);
        }
  sluice__buf_free(&scratch);
  sluice__buf_free(&out);
}

/* ---- whole streams ------------------------------------------------------ */

static void put_delta(struct bytes *in, const unsigned char *p, size_t n)
{
  bytes_puts(in, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"");
  bytes_put(in, p, n);
  bytes_puts(in, "\"}}]}\n\n");
}

/* The text of the one part, from the event that ends it. */
static char *text_of(const struct run *r)
{
  static const char key[] = "\"text\":\"";
  const char *at = strstr(r->text.p, "\nresponse.output_text.done "), *end;

  assert_non_null(at);
  at = strstr(at, key);
  assert_non_null(at);
  at += sizeof(key) - 1;
  for (end = at; *end != '"'; end++)
    end += *end == '\\';
  return strndup(at, (size_t)(end - at));
}

static void check_stream(struct run *r, const unsigned char *p, size_t n,
                         size_t cut)
{
  char clean[CLEAN_MAX], plain[CLEAN_MAX], *got;
  size_t plain_n, want = expect(p, n, clean, plain, &plain_n);
  struct bytes in = {0};

  put_delta(&in, p, cut);
  put_delta(&in, p + cut, n - cut);
  bytes_puts(&in, "data: {\"choices\":[{\"index\":0,\"delta\":{},"
                  "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
  run_again(r);
  run_feed(r, in.p, in.n);
  run_finish(r);
  assert_int_equal(r->finish, SLUICE_OK);
  got = text_of(r);
  if (strlen(got) != want || memcmp(got, clean, want) != 0)
    fail_bytes("over two deltas", p, n, clean, want, got, strlen(got));
  free(got);
  bytes_free(&in);
}

/* One byte of each class that table 3-7 of Unicode makes, at both of its ends,
 * three or four of them, cut in two at each place. */
static void a_delta_may_cut_any_sequence(void **state)
{
  static const unsigned char classes[] = {
      'a',  0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf,
      0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff};
  unsigned step = stride();
  struct setup setup;
  size_t a, b, c, cut, streams = 0;
  struct run r;

  (void)state;
  setup_init(&setup);
  run_init(&r, &setup);
  for (a = 0; a < COUNT(classes); a++)
    for (b = 0; b < COUNT(classes); b++)
      for (c = (a + b) % step; c < COUNT(classes); c += step)
        for (cut = 1; cut < 4; cut++) {
          unsigned char p[4] = {classes[a], classes[b], classes[c], 0x80};

          check_stream(&r, p, cut < 3 ? 3 : 4, cut);
          streams++;
        }
  print_message("# %zu streams with a cut sequence\n", streams);
  run_free(&r);
  setup_free(&setup);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_sequences_of_three_bytes_are_judged_right),
      cmocka_unit_test(three_bytes_join_at_any_cut),
      cmocka_unit_test(four_bytes_are_judged_right_at_any_cut),
      cmocka_unit_test(a_delta_may_cut_any_sequence)};

  return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
