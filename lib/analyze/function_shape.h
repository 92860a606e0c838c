/* function_shape.h - where functions are defined, what they take and how far they reach, without a parser
 *
 * From the patterns of a language's row of the table `rewrites`. */
#ifndef HEAL_ANALYZE_FUNCTION_SHAPE_H
#define HEAL_ANALYZE_FUNCTION_SHAPE_H

#include "lang/call_shape.h"
#include "rules/pack.h"
#include "tree/source_tree.h"

struct parameter {
	struct span all;
	struct str name, type; /* empty: it has none, or another form */
};

struct function {
	const struct text *x;
	struct str code; /* x with comments and strings blanked */
	struct str name;
	size_t at;           /* where its head begins */
	struct span head;    /* up to its body */
	struct span body;    /* empty: it has none */
	struct item_list in; /* its parameters, the receiver among them where the language writes it there */
	struct parameter *parameters;
};

struct function_list {
	struct function *at;
	size_t n, room;
};

/* The code of a file of the project; cached. */
struct str code_of(const struct pack *pack, struct source_tree *v, const struct text *x);
/* The files of the row's glob, at most `most`. */
size_t files_of(struct arena *a, struct source_tree *v, struct node row, const struct text **out, size_t most);
/* Add the functions of a file; name: only those of it, p == NULL: all. */
void functions_in(struct arena *a, const struct pack *pack, struct source_tree *v, struct node row,
	const struct text *x, struct str name, struct function_list *out);
/* All functions of that name, at most a few. */
void functions_named(struct arena *a, const struct pack *pack, struct source_tree *v, struct node row, struct str name,
	struct function_list *out);
/* The innermost function with a body that has the offset in it or in its head; NULL: there is none. */
const struct function *function_around(const struct function_list *all, size_t offset);

#endif
