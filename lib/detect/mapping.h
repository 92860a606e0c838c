/* mapping.h - a compiled rule for documents
 *
 * heal-rules(5), DOCUMENTS, has the syntax.  A document is a tree (json.h, xml.h); each element that the rule's `at`
 * selects and that meets its `when` becomes a block (block.h), as for a rule for text. */
#ifndef HEAL_DETECT_MAPPING_H
#define HEAL_DETECT_MAPPING_H

#include "detect/block.h"
#include "rules/select.h"

struct mapping;

/* Never NULL: invalid parts of the rule are ignored (lint reports them).  In the arena; mapping_free releases the
 * memory of PCRE2. */
struct mapping *mapping_new(struct arena *a, const struct pack *pack, uint32_t number, struct form_library *forms);
void mapping_free(struct mapping *m);
struct rule *mapping_rule(const struct mapping *m);
enum document_kind mapping_kind(const struct mapping *m);

/* A parsed document. */
struct document_tree {
	struct json *root;
	struct str text;            /* its source text */
	unsigned long line;         /* line of its first byte */
	bool partial;               /* it is incomplete: unclosed elements are ignored */
	size_t budget;              /* see select.h */
	size_t counted;             /* offset up to which newlines were counted */
	unsigned long counted_line; /* line at that offset */
};

/* Does the document have the signature?  *lacks, unless NULL: the path that is missing. */
bool mapping_fits(const struct mapping *m, struct document_tree *t, struct str *lacks);

/* Fill the block with each element in turn and call `report`; returns their number.  *end, unless NULL, is set to the
 * offset after the last element reported, if any. */
size_t mapping_run(const struct mapping *m, struct document_tree *t, struct block *b, void (*report)(void *ctx),
	void *ctx, size_t *end);

#endif
