/* SPDX-License-Identifier: MIT */
#include "heap.h"

#include "mem.h"
#include "report.h"

const sluice_mem *heap(void)
{
  static sluice_mem standard;

  standard = sluice__mem(NULL);
  return &standard;
}

void heap_report(void)
{
  report("out of memory");
}
