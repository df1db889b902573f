/* SPDX-License-Identifier: MIT */
#include "bounds.h"

static size_t size_of(uint64_t n)
{
  return n > SIZE_MAX ? SIZE_MAX : (size_t)n;
}

void bounds_set(const struct bounds *b, sluice_options *o)
{
  o->max_payload = size_of(b->payload);
  o->max_output = size_of(b->output);
  o->max_depth = (uint32_t)b->depth;
  o->max_items = (uint32_t)b->items;
  o->max_marker = (uint32_t)b->marker;
  o->max_annotations = (uint32_t)b->annotations;
}
