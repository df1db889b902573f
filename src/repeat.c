/* SPDX-License-Identifier: MIT */
#include "repeat.h"

#include "text.h"

sluice_str sluice__repeat_behind(sluice_event_type type)
{
  switch (type) {
  case SLUICE_EVENT_TEXT_DELTA:
    return SLUICE_STR("\",\"logprobs\":[],\"sequence_number\":");
  case SLUICE_EVENT_REFUSAL_DELTA:
  case SLUICE_EVENT_SUMMARY_DELTA:
  case SLUICE_EVENT_REASONING_DELTA:
  case SLUICE_EVENT_ARGUMENTS_DELTA:
  case SLUICE_EVENT_INPUT_DELTA:
  case SLUICE_EVENT_MCP_ARGUMENTS_DELTA:
  case SLUICE_EVENT_CODE_DELTA:
    return SLUICE_STR("\",\"sequence_number\":");
  default:
    return SLUICE_STR("");
  }
}

/* There is room for the digits of any number of 64 bits. */
void sluice__repeat_carry(struct repeat *r)
{
  size_t i = r->digits_n;

  while (i > 0 && r->digits[i - 1] == '9')
    r->digits[--i] = '0';
  if (i > 0) {
    r->digits[i - 1]++;
    return;
  }
  r->digits[0] = '1'; /* 99 became 00 */
  r->digits[r->digits_n++] = '0';
}

void sluice__repeat_learn(struct repeat *r, const void *owner,
                          const sluice_event *e)
{
  const char *end = e->wire.p + e->wire.n - 3; /* behind the number */
  sluice_str behind = sluice__repeat_behind(e->type);

  if (behind.n == 0 || e->logprobs.n > 0 || e->obfuscation.n > 0)
    return;
  memcpy(r->behind, behind.p, behind.n);
  r->behind_n = behind.n;
  r->digits_n = 0;
  while (end[-1 - (ptrdiff_t)r->digits_n] != ':')
    r->digits_n++;
  memcpy(r->digits, end - r->digits_n, r->digits_n);
  r->owner = owner;
  r->event = *e;
  r->head = e->wire.n - 3 - r->digits_n - behind.n - e->text.n;
  r->json = (size_t)(e->json.p - e->wire.p);
  sluice__repeat_count(r);
}
