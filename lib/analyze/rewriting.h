/* rewriting.h - internal: an error for which rewrites are sought, and the kinds of them */
#ifndef HEAL_ANALYZE_REWRITING_H
#define HEAL_ANALYZE_REWRITING_H

#include "analyze/rewrites.h"

struct rewriting {
	struct arena *a;
	const struct pack *pack;
	struct source_tree *view;
	struct node row;
	const struct text *x;
	struct str code;
	size_t begin, end; /* the line of the error */
	size_t at;         /* the reported place in it */
	bool has_column;
	/* From the message; p == NULL: it does not say. */
	struct str func, name, have, want, owner;
	struct function_list all;      /* of the file */
	const struct function *around; /* NULL: none */
	struct str kind;               /* the word of `try` that is being tried */
	int tier;                      /* the first one for its edits */
	struct rewrite_list *out;
};

/* Unless there is the same one. */
void rewrite_add(
	struct rewriting *w, int tier, const struct text *x, struct span old, struct str text, struct str description);

/* Several edits that belong together; the list is kept. */
void rewrite_add_edits(struct rewriting *w, int tier, struct rewrite_edit_list edits, struct str description);

/* The argument lists of the calls on the line that has the error: of the named function, or all; the innermost one
 * around the place first. */
size_t calls_of_line(struct rewriting *w, struct item_list *out, size_t most);

/* A parameter that its function does not use is taken away. */
void rewrite_parameter(struct rewriting *w);
/* An argument is added to the call. */
void rewrite_argument(struct rewriting *w);
/* Of other calls of the same function in the project. */
enum call_evidence calls_compare(struct rewriting *w, const struct item_list *call);
/* An argument of the call is taken away. */
void rewrite_extra(struct rewriting *w);
/* Neighbouring arguments change places. */
void rewrite_swap(struct rewriting *w);
/* A type in a declaration becomes the other one of the message, or another basic one. */
void rewrite_type(struct rewriting *w);
/* A sign such as & is added or removed at the place, or at the declaration of what stands there. */
void rewrite_sign(struct rewriting *w);
/* A name that nothing declares becomes the function that differs by what stands before or behind it. */
void rewrite_use(struct rewriting *w);
/* A parameter that its function does not use gets the name, nearly its own, which is used there and not declared. */
void rewrite_rename(struct rewriting *w);
/* A declaration that nothing uses gets back the name that is used and that nothing declares. */
void rewrite_declared(struct rewriting *w);
/* A constant of an enumeration that stands without its type, or as a string. */
void rewrite_constant(struct rewriting *w);
/* The word of the row that waits before a call, here or where a name on the line got its value. */
void rewrite_wait(struct rewriting *w);
/* "async " before the function around the place. */
void rewrite_async(struct rewriting *w);
/* The class is written before the name of a function that is one of its members. */
void rewrite_member_of(struct rewriting *w);
/* References to a file that is not there name the one that has its name, or nearly its name; needs no place. */
void rewrite_paths(struct rewriting *w, struct str said);
/* The conflicts of a merge in the file are ended, each by one side or both in either order; needs no place. */
void rewrite_sides(struct rewriting *w, const struct text *x);
/* "self." is written before a name. */
void rewrite_member(struct rewriting *w);

#endif
