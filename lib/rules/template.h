/* template.h - texts with slots, and what may go into a typed slot
 *
 *     {name}            the value; absent: the template has no result
 *     {name?}           the value, or nothing
 *     {name:package}    the value, if it passes the slot's type; else no result
 *     {name|base}       filtered: base, dir, stem, lower, upper, capital, trim
 *     {{ and }}         the braces themselves
 *
 * In this order where several stand in one slot: {name?:path|dir}; what is held against the type
 * is what the filter made.  A brace that begins none of these stands for itself. */
#ifndef HEAL_RULES_TEMPLATE_H
#define HEAL_RULES_TEMPLATE_H

#include "base/arena.h"
#include "base/diag.h"
#include "rules/node.h"

struct template_values {
	struct str (*get)(void *ctx, struct str name); /* p == NULL: absent */
	void *ctx;
	bool lenient; /* absent values become nothing */
	bool regex;   /* values are escaped to stand for themselves in a pattern; "{{" stays as it is */
	bool quote;   /* what goes through a type is quoted for a shell; what has none is the user's own */
	/* The words of a list, for template_argv.  NULL or false: there is none of that name. */
	bool (*list)(void *ctx, struct str name, const struct str **words, size_t *n);
	/* Did the user type this himself?  NULL: nothing is, so the type `typed` refuses all. */
	bool (*own)(void *ctx, struct str value);
};

/* p == NULL: err says which slot had no value or refused it. */
struct str template_fill(struct arena *a, struct str text, const struct template_values *v, struct err *err);

/* The words of a command, a list (or a text, of one word), each filled; ends with NULL.  One that is nothing but a
 * list's slot gives way to the list.  NULL: there are no words, or one of them has no result. */
char **template_argv(struct arena *a, struct node words, const struct template_values *v);

/* The length, with its braces, of the slot that begins at s[i]; 0 if none does.  For `regex` see above. */
size_t template_slot(struct str s, size_t i, bool regex);

/* Does the value fit the type: identifier, word, package, path, place, option, number,
 * version, line, text?  `typed` is for template_fill to say. */
bool slot_accepts(struct str type, struct str value);

/* Every slot's type and filter is one that there is; with `typed` every slot has a type.  false: err
 * names the slot.  For `regex` see above. */
bool template_check(struct str text, bool regex, bool typed, struct err *err);

#endif
