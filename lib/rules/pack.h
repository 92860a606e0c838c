/* pack.h - the compiled rule packs, mapped from one file
 *
 * heal-rules compiles share/patterns/ and share/tables/ at build time; the
 * user's own packs are compiled together with them on first use, and the image
 * is cached by content.  Loading is open, mmap, check; nothing is parsed. */
#ifndef HEAL_RULES_PACK_H
#define HEAL_RULES_PACK_H

#include "base/arena.h"
#include "base/diag.h"
#include "rules/node.h"

struct pack;

/* Load the packs from file; if NULL, from $HEAL_PACKS, otherwise the cached image of the user's packs, otherwise the
 * installed image, otherwise the one in the build directory of the running program.  NULL: err, status HEAL_WRONG. */
struct pack *pack_load(const char *file, struct err *err);
void pack_free(struct pack *p);
/* The path of the installed image, or of the one in the build directory of the running program. */
struct str pack_installed(struct arena *a);

/* A look-up table or other top-level section by name: "languages", "policy", "c-headers" ...
 * Absent: node_kind(...) == NODE_NONE. */
struct node pack_table(const struct pack *p, const char *name);

/* The lists of the packs, each element a map as written (heal-rules(5)). */
struct node pack_causes(const struct pack *p);
/* The numbers of the causes that may be those of a rule's incidents, ascending: those that name it or no rule.  Not
 * exact: also those that have a pattern of names. */
const uint32_t *pack_causes_of(const struct pack *p, struct str rule, uint32_t *n, bool *exact);

/* A cause of the list, and those of its members that decide whether it is one. */
struct cause_head {
	struct node node, command, learned, when, unless, let;
};

struct cause_head pack_cause(const struct pack *p, uint32_t number);

#endif
