/* SPDX-License-Identifier: MIT */
#include "lint_state.h"

#include <stdio.h>

#include "lint_report.h"

/* ---- parts ---- */

struct lint_part *lint_part_new(struct lint *l, struct lint_part **parts,
                                size_t *count, size_t *cap)
{
  void *list = *parts;
  struct lint_part *p;

  if (sluice__room(&l->mem, &list, cap, *count + 1, 4, sizeof(*p)) != 0) {
    l->status = SLUICE_ERR_NOMEM;
    return NULL;
  }
  *parts = (struct lint_part *)list;
  p = &(*parts)[(*count)++];
  memset(p, 0, sizeof(*p));
  sluice__buf_init(&p->type, &l->mem);
  sluice__buf_init(&p->text, &l->mem);
  sluice__buf_init(&p->logprobs, &l->mem);
  sluice__buf_init(&p->notes, &l->mem);
  sluice__buf_init(&p->final, &l->mem);
  sluice__length_init(&p->length, l->options.index_unit);
  return p;
}

void lint_parts_free(struct lint_part *parts, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    sluice__buf_free(&parts[i].type);
    sluice__buf_free(&parts[i].text);
    sluice__buf_free(&parts[i].logprobs);
    sluice__buf_free(&parts[i].notes);
    sluice__buf_free(&parts[i].final);
  }
}

/* ---- items ---- */

int lint_item_is(const struct lint_item *it, const char *type)
{
  return it->type.n == strlen(type) &&
         memcmp(it->type.p, type, it->type.n) == 0;
}

struct lint_item *lint_item_of(struct lint *l, const struct lint_route *route)
{
  uint32_t index = lint_member(l, "output_index");
  uint32_t id = lint_member(l, "item_id");
  struct lint_item *it;
  char key[32];
  int n = snprintf(key, sizeof(key), "%lld",
                   (long long)lint_integer(&l->doc, index));
  size_t at = lint_is_integer(&l->doc, index)
                  ? lint_map_get(&l->by_index, (sluice_text){key, (size_t)n})
                  : SIZE_MAX;

  if (at == SIZE_MAX) {
    lint_say(l, LINT_VIOLATION, "item.unknown", "output_index",
             "no item was added with output_index %s", lint_shown(l, index));
    return NULL;
  }
  it = &l->items[at];
  if (id != JSON_ABSENT && it->has_id &&
      !sluice__text_eq(lint_text(&l->doc, id), sluice__buf_as_text(&it->id)))
    lint_say(l, LINT_VIOLATION, "item.id", "item_id",
             "item_id is %s, the item is %s", lint_shown(l, id),
             lint_shown_text(l, sluice__buf_as_text(&it->id)));
  if (it->is_done) {
    lint_say(l, LINT_VIOLATION, "item.after-done", NULL,
             "item %lld is done already", (long long)it->index);
    return NULL;
  }
  if (route->item != NULL && !lint_item_is(it, route->item)) {
    lint_say(l, LINT_VIOLATION, "item.type", NULL,
             "the event belongs to a %s, item %lld is a %s", route->item,
             (long long)it->index,
             lint_shown_text(l, sluice__buf_as_text(&it->type)));
    return NULL;
  }
  return it;
}

void lint_item_forget(struct lint_item *it)
{
  lint_parts_free(it->parts, it->part_count);
  lint_parts_free(it->summary, it->summary_count);
  lint_parts_free(it->commands, it->command_count);
  it->part_count = it->summary_count = it->command_count = 0;
  sluice__buf_free(&it->args);
  sluice__buf_free(&it->first);
}

void lint_item_free(struct lint_item *it)
{
  const sluice_mem *mem = it->id.mem;

  lint_item_forget(it);
  sluice__free(mem, it->parts);
  sluice__free(mem, it->summary);
  sluice__free(mem, it->commands);
  sluice__buf_free(&it->id);
  sluice__buf_free(&it->type);
  sluice__buf_free(&it->done);
}
