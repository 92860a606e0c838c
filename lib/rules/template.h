/* template.h - texts with slots, and the types of slots
 *
 *     {name}            the value; absent: the template has no result
 *     {name?}           the value, or nothing
 *     {name:package}    the value, if it passes the slot's type; else no result
 *     {name|base}       filtered: base, dir, stem, lower, upper, capital, trim
 *     {{ and }}         the braces themselves
 *
 * They are combined in this order: {name?:path|dir}; the type applies to the filtered value.  Any other brace is
 * literal. */
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
	bool quote;   /* values of typed slots are quoted for a shell; others were typed by the user */
	/* The words of a list, for template_argv.  NULL or false: not found. */
	bool (*list)(void *ctx, struct str name, const struct str **words, size_t *n);
	/* Was the value typed by the user?  NULL: no, so the type `typed` accepts nothing. */
	bool (*own)(void *ctx, struct str value);
};

/* p == NULL: err has the slot whose value is missing or of another type. */
struct str template_fill(struct arena *a, struct str text, const struct template_values *v, struct err *err);

/* Fill the words of a command: a list, or a text for one word.  The result ends with NULL.  A word that consists of the
 * slot of a list is replaced by the list.  NULL: there are no words, or one has no result. */
char **template_argv(struct arena *a, struct node words, const struct template_values *v);

/* The length, with its braces, of the slot that begins at s[i]; 0 if none does.  For `regex` see above. */
size_t template_slot(struct str s, size_t i, bool regex);

/* Is the value of the type: identifier, word, package, path, place, option, number, version, line or text?  `typed` is
 * checked by template_fill. */
bool slot_accepts(struct str type, struct str value);

/* Check that the type and filter of each slot exist, and with `typed` that each slot has a type.  false: err has the
 * slot.  For `regex` see above. */
bool template_check(struct str text, bool regex, bool typed, struct err *err);

#endif
