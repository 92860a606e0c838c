/* select.h - a path into a document, as packs write it: runs[*].results[*], ^.filePath, "{file}[*]"
 *
 * Steps, separated by dots; what they mean stands in heal-rules(5), DOCUMENTS.  A name applied to a
 * list means each of its elements. */
#ifndef HEAL_RULES_SELECT_H
#define HEAL_RULES_SELECT_H

#include "record/json.h"

enum { SELECT_KEYS = 6 };

/* The names of members that "{name}" steps went through. */
struct select_keys {
	struct str name[SELECT_KEYS], key[SELECT_KEYS];
	unsigned n;
};

struct selection; /* a path made ready */

/* Lives in the arena.  NULL: err says what is wrong with it. */
struct selection *selection_new(struct arena *a, struct str path, struct err *err);

/* The last name in the path, and the one that it begins with; empty if it has none. */
struct str selection_name(const struct selection *s);
struct str selection_root(const struct selection *s);

/* Where a search stands.  `budget` bounds the work that a hostile document can cause: each value that
 * is looked at costs one, and at zero nothing more is found. */
struct select {
	struct json *root;
	size_t budget;
	/* Called for each value, in the document's order; false stops the search. */
	bool (*found)(void *ctx, struct json *v, const struct select_keys *keys);
	void *ctx;
};
void selection_run(const struct selection *s, struct select *search, struct json *from);

/* The first value, or NULL. */
struct json *selection_first(const struct selection *s, struct json *root, struct json *from, size_t *budget);

/* A value as text: a string's own, a number as written, an element's character data, of a list the first
 * element's, else compact JSON; STR_NONE for null, nothing and an empty list. */
struct str select_text(struct arena *a, const struct json *v);

#endif
