/* SPDX-License-Identifier: MIT */
/* toolset.h - the tools of a request under the names that they have upstream,
 * and back. A chat request has one flat list of functions; each tool of the
 * request, in a namespace or not, becomes one of them under a name of its own.
 */
#ifndef SLUICE_SRC_TOOLSET_H
#define SLUICE_SRC_TOOLSET_H

#include "asked.h"
#include "tree.h"

#define TOOL_NAME_MAX 64 /* bytes of a name upstream */

enum offer_kind { OFFER_FUNCTION, OFFER_CUSTOM, OFFER_HOSTED };

struct offer {
  enum offer_kind kind;
  uint32_t node;               /* in the request */
  uint32_t space_node;         /* whose description it carries; or absent */
  const struct hosted *hosted; /* of OFFER_HOSTED */
  sluice_str space, name;      /* plain; of a hosted tool: none, its type */
  sluice_str label;            /* plain: of an MCP server */
  sluice_str flat;             /* its name upstream: [A-Za-z0-9_-] alone */
  uint8_t gone;                /* declared again later, which holds */
  uint8_t kept_back;           /* the choice of tools does not allow it */
  struct leaf by_key, by_flat;
  struct offer *next, *next_hosted;
  char bytes[];
};

struct toolset {
  const sluice_mem *mem;
  struct offer *first, *last;
  struct offer *first_hosted; /* no more of them than the options give */
  size_t count;               /* all that were read, for the limit */
  size_t dropped;             /* hosted ones that nothing stands for */
  struct tree by_key, by_flat;
  struct buf key, flat, plain; /* for one tool, for a moment */
};

void sluice__toolset_init(struct toolset *t, const sluice_mem *mem);
void sluice__toolset_free(struct toolset *t);

/* Adds the tools of a list, which stands at `place`. 0; SLUICE_ERR_REQUEST or
 * SLUICE_ERR_LIMIT with the fault set; SLUICE_ERR_NOMEM. */
int sluice__toolset_read(struct toolset *t, struct asked *a,
                         const struct place *place, uint32_t list);

/* *offer is the tool of this name in this namespace (string nodes; `space` may
 * be absent), or NULL. 0 or SLUICE_ERR_NOMEM. */
int sluice__toolset_find(struct toolset *t, struct asked *a, uint32_t space,
                         uint32_t name, const struct offer **offer);

/* A hosted tool of that type, the next behind `after` (NULL: the first), or
 * NULL. In no order. */
struct offer *sluice__toolset_hosted(const struct toolset *t,
                                     const struct offer *after,
                                     sluice_str type);

/* 1 when an object means this hosted tool: it names its server and itself, or
 * leaves them out. */
int sluice__offer_is_meant(struct asked *a, const struct offer *offer,
                           uint32_t object);

/* *flat is the name upstream of a tool, or the one that it would have if it
 * were among them. Lives until the next call. 0 or SLUICE_ERR_NOMEM. */
int sluice__toolset_name(struct toolset *t, struct asked *a, uint32_t space,
                         uint32_t name, sluice_str *flat);

/* 1 when the tool goes upstream. */
static inline int sluice__offer_stands(const struct offer *offer)
{
  return !offer->gone && !offer->kept_back;
}

/* 1 when `s` has at most so many bytes, all of which a name upstream may have.
 */
int sluice__is_name(sluice_str s, size_t most);

/* Types of hosted tools are the same without _preview and a date. */
int sluice__hosted_is(sluice_str type, sluice_str other);

#endif
