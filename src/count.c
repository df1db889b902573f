/* SPDX-License-Identifier: MIT */
#include "count.h"

void sluice__counts_init(struct counts *c, const sluice_mem *mem)
{
  c->mem = mem;
  c->of = NULL;
  c->met = 0;
}

void sluice__counts_free(struct counts *c)
{
  sluice__free(c->mem, c->of);
  c->of = NULL;
}

void sluice__count_many(struct counts *c, sluice_anomaly a, uint32_t n)
{
  if (c == NULL || n == 0)
    return;
  c->met += n;
  if (c->of == NULL)
    c->of =
        (uint32_t *)sluice__new(c->mem, SLUICE_ANOMALY_COUNT * sizeof(*c->of));
  if (c->of != NULL)
    c->of[a] = n > UINT32_MAX - c->of[a] ? UINT32_MAX : c->of[a] + n;
}

void sluice__count(struct counts *c, sluice_anomaly a)
{
  sluice__count_many(c, a, 1);
}

uint32_t sluice__count_of(const struct counts *c, sluice_anomaly a)
{
  return c->of == NULL || (unsigned)a >= SLUICE_ANOMALY_COUNT ? 0 : c->of[a];
}
