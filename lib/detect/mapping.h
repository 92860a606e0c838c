/* mapping.h - a rule for documents made ready, and what of a document it makes incidents
 *
 * The grammar stands in heal-rules(5), DOCUMENTS.  A document is a tree (json.h, xml.h); each element
 * that the rule's `at` finds, and its `when` lets through, becomes a block (block.h) like those of text
 * rules, so both kinds of rule make their records alike. */
#ifndef HEAL_DETECT_MAPPING_H
#define HEAL_DETECT_MAPPING_H

#include "detect/block.h"
#include "rules/select.h"

struct mapping;

/* Never NULL: what cannot be read of the rule is left out (lint has said so).  Lives in the arena, but
 * mapping_free gives back what PCRE2 holds. */
struct mapping *mapping_new(struct arena *a, const struct pack *pack, uint32_t number);
void mapping_free(struct mapping *m);
struct rule *mapping_rule(const struct mapping *m);
enum document_kind mapping_kind(const struct mapping *m);

/* A document in hand. */
struct document_tree {
	struct json *root;
	struct str text;            /* what it was read from */
	unsigned long line;         /* that its first byte stands in */
	bool partial;               /* it breaks off: elements that were never closed are left out */
	size_t budget;              /* see select.h */
	size_t counted;             /* how far newlines were counted, */
	unsigned long counted_line; /* and the line there */
};

/* Its signature is there.  *lacks, unless NULL: which path of it is not. */
bool mapping_fits(const struct mapping *m, struct document_tree *t, struct str *lacks);

/* Fill the block with each element in turn and call `report`.  *end, unless NULL, becomes the offset
 * behind the last element that was reported, if any was.  How many there were. */
size_t mapping_run(const struct mapping *m, struct document_tree *t, struct block *b, void (*report)(void *ctx),
	void *ctx, size_t *end);

#endif
