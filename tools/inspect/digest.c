/* SPDX-License-Identifier: MIT */
#include "digest.h"

#include "heap.h"
#include "plain.h"
#include "quirks.h"
#include "value.h"

int digest_plain(struct buf *out, sluice_str raw)
{
  sluice__buf_init(out, heap());
  return plain_append(out, raw);
}

uint64_t digest_characters(const struct buf *plain)
{
  uint64_t n = 0;

  for (size_t i = 0; i < plain->n; i++)
    n += (plain->p[i] & 0xc0) != 0x80;
  return n;
}

const char *digest_finish(sluice_finish finish)
{
  static const char *const words[] = {
      "none", "a regular end", "cut at the token limit",
      "stopped by a content filter", "an error of the upstream"};

  return words[finish];
}

static int plain_member(const struct json *j, uint32_t object, const char *key,
                        struct buf *out)
{
  return digest_plain(out,
                      sluice__json_string(j, sluice__json_get(j, object, key)));
}

static size_t count_children(const struct json *j, uint32_t list)
{
  size_t n = 0;
  uint32_t e;

  if (sluice__json_type(j, list) != JSON_ARRAY)
    return 0;
  for (e = sluice__json_child(j, list); e != JSON_ABSENT;
       e = sluice__json_sibling(j, list, e))
    n++;
  return n;
}

/* ---- choices ----------------------------------------------------------- */

static void free_choice(struct digest_choice *c)
{
  if (c->text.mem == NULL) /* it held nothing yet */
    return;
  sluice__buf_free(&c->text);
  sluice__buf_free(&c->reasoning);
  sluice__buf_free(&c->refusal);
  sluice__buf_free(&c->finish);
}

static int read_choice(const struct picture *p, struct digest_choice *c)
{
  const struct json *j = &p->json;
  uint32_t message = sluice__json_get(j, c->node, "message");
  int rv = 0;

  sluice__json_int(j, sluice__json_get(j, c->node, "index"), &c->index);
  c->seen = p->choices;
  while (c->seen != NULL && c->seen->index != c->index)
    c->seen = c->seen->next;
  if (c->seen == NULL)
    return -1; /* there was no memory to keep it */
  c->field = sluice__quirk_reasoning_field(c->seen->source);
  c->calls = sluice__json_get(j, message, "tool_calls");
  c->logprobs = count_children(
      j,
      sluice__json_get(j, sluice__json_get(j, c->node, "logprobs"), "content"));
  rv |= plain_member(j, message, "content", &c->text);
  rv |=
      plain_member(j, message, sluice__quirk_reasoning_member(c->seen->source),
                   &c->reasoning);
  rv |= plain_member(j, message, "refusal", &c->refusal);
  rv |= plain_member(j, c->node, "finish_reason", &c->finish);
  return rv;
}

int digest_next_choice(const struct picture *p, struct digest_choice *c)
{
  const struct json *j = &p->json;
  uint32_t list = sluice__json_get(j, 0, "choices");
  uint32_t node = c->text.mem == NULL ? sluice__json_child(j, list)
                                      : sluice__json_sibling(j, list, c->node);

  free_choice(c);
  memset(c, 0, sizeof(*c));
  if (node == JSON_ABSENT)
    return 0;
  c->node = node;
  if (read_choice(p, c) == 0)
    return 1;
  free_choice(c);
  return -1;
}

/* ---- calls ------------------------------------------------------------- */

static void free_call(struct digest_call *call)
{
  if (call->id.mem == NULL)
    return;
  sluice__buf_free(&call->id);
  sluice__buf_free(&call->name);
  sluice__buf_free(&call->arguments);
}

static enum digest_arguments judge(sluice_str raw)
{
  struct value value;
  sluice_text text = {raw.p, raw.n};

  if (raw.n == 0)
    return DIGEST_EMPTY;
  memset(&value, 0, sizeof(value));
  sluice__value_feed(&value, text);
  return sluice__value_complete(&value) ? DIGEST_COMPLETE : DIGEST_BROKEN;
}

static int read_call(const struct picture *p, struct digest_call *call)
{
  const struct json *j = &p->json;
  uint32_t function =
      call->legacy ? call->node : sluice__json_get(j, call->node, "function");
  sluice_str id = sluice__json_string(j, sluice__json_get(j, call->node, "id"));
  int rv = 0;

  call->has_id = words_have(&p->call_ids, id) || p->call_ids.more;
  call->is =
      judge(sluice__json_string(j, sluice__json_get(j, function, "arguments")));
  rv |= digest_plain(&call->id, id);
  rv |= plain_member(j, function, "name", &call->name);
  rv |= plain_member(j, function, "arguments", &call->arguments);
  return rv;
}

static uint32_t node_after(const struct picture *p,
                           const struct digest_choice *c,
                           const struct digest_call *call)
{
  const struct json *j = &p->json;

  if (call->legacy)
    return JSON_ABSENT;
  return call->id.mem == NULL ? sluice__json_child(j, c->calls)
                              : sluice__json_sibling(j, c->calls, call->node);
}

int digest_next_call(const struct picture *p, const struct digest_choice *c,
                     struct digest_call *call)
{
  uint32_t node = node_after(p, c, call);
  int was_legacy = call->legacy;

  free_call(call);
  memset(call, 0, sizeof(*call));
  if (node == JSON_ABSENT && !was_legacy) {
    uint32_t message = sluice__json_get(&p->json, c->node, "message");
    node = sluice__json_get(&p->json, message, "function_call");
    call->legacy = 1;
  }
  if (node == JSON_ABSENT)
    return 0;
  call->node = node;
  if (read_call(p, call) == 0)
    return 1;
  free_call(call);
  return -1;
}
