/* select.h - paths into documents: runs[*].results[*], ^.filePath, "{file}[*]"
 *
 * The steps, separated by dots, are described in heal-rules(5), DOCUMENTS.  A name applied to a list is applied to each
 * of its elements. */
#ifndef HEAL_RULES_SELECT_H
#define HEAL_RULES_SELECT_H

#include "record/json.h"

enum { SELECT_KEYS = 6 };

/* The member names that matched "{name}" steps. */
struct select_keys {
	struct str name[SELECT_KEYS], key[SELECT_KEYS];
	unsigned n;
};

struct selection; /* a parsed path */

/* In the arena.  NULL: err has the reason. */
struct selection *selection_new(struct arena *a, struct str path, struct err *err);

/* The last and the first name in the path; empty if it has none. */
struct str selection_name(const struct selection *s);
struct str selection_root(const struct selection *s);

/* A search.  `budget` limits the work for a hostile document: it decreases by one with each visited value, and at zero
 * the search ends. */
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

/* A value as text: a string, a number as in the source, the character data of an element, the first element of a list,
 * otherwise compact JSON; STR_NONE for null, NULL and an empty list. */
struct str select_text(struct arena *a, const struct json *v);

#endif
