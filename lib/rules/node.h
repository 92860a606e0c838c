/* node.h - a value in the compiled packs: text, list or map, read in place
 *
 * Packs and tables are compiled into one image; a node is a position in it.  Nodes are immutable and need no memory, so
 * they are passed by value.  All functions accept absent nodes and nodes of another kind. */
#ifndef HEAL_RULES_NODE_H
#define HEAL_RULES_NODE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/sha256.h"
#include "base/str.h"

struct node {
	const char *image; /* NULL: absent */
	uint32_t at;
};

enum node_kind { NODE_NONE, NODE_TEXT, NODE_LIST, NODE_MAP };

enum node_kind node_kind(struct node n);
struct str node_str(struct node n); /* STR_NONE unless text */
int64_t node_int(struct node n, int64_t otherwise);
double node_double(struct node n, double otherwise);
bool node_bool(struct node n, bool otherwise); /* "true" and "false" */

uint32_t node_count(struct node n);                   /* elements or members */
struct node node_at(struct node n, uint32_t i);       /* element, or member's value; members in the pack's order */
struct str node_key(struct node n, uint32_t i);       /* member's name */
struct node node_get(struct node n, const char *key); /* binary search */
struct node node_get_str(struct node n, struct str key);
uint32_t node_line(struct node n); /* line in its pack file, for messages */

/* A text is a list of one element, an absent node an empty list: "rule: x" and "rule: [x, y]". */
uint32_t node_list_count(struct node n);
struct node node_list_at(struct node n, uint32_t i);

/* Add all of the value to a hash: equal values have equal hashes.  What is nested more than 12 levels deep does
 * not count. */
void node_hash(struct sha256 *s, struct node n);

/* Has the map a member of that name?  Has the list that text? */
bool node_has(struct node map, const char *name);
bool node_list_has(struct node list, struct str text);
/* Does one of the list's globs (glob_match) match? */
bool node_list_globs(struct node list, struct str name);

#endif
