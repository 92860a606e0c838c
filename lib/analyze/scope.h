/* scope.h - the values found by conditions and look-ups
 *
 * A scope is an immutable list that is shared by its extensions, so that several values of a name can be tried. */
#ifndef HEAL_ANALYZE_SCOPE_H
#define HEAL_ANALYZE_SCOPE_H

#include "base/arena.h"
#include "rules/node.h"
#include "rules/regex.h"
#include "rules/template.h"

struct scope {
	const struct scope *outer; /* NULL at the end */
	struct str name, value;
	double weight;    /* probability of this value among the alternatives, 0 to 1 */
	bool from_output; /* text of the output, which anybody may have written; not found in the tree or in a table */
};

/* Add a value; scope_captures: all named captures of a match. */
const struct scope *scope_set(struct arena *a, const struct scope *s, const char *name, struct str value);
const struct scope *scope_set_weight(
	struct arena *a, const struct scope *s, struct str name, struct str value, double weight);
const struct scope *scope_set_int(struct arena *a, const struct scope *s, const char *name, int64_t value);
const struct scope *scope_captures(struct arena *a, const struct scope *s, const struct match *m);
/* The same for values that are text of the output. */
const struct scope *scope_set_output(struct arena *a, const struct scope *s, const char *name, struct str value);
/* The same for captures of a text that was made from the template `from`: they are text of the output if `from_output`,
 * except for words that the template itself contains. */
const struct scope *scope_captures_of(
	struct arena *a, const struct scope *s, const struct match *m, bool from_output, struct str from);

struct str scope_get(const struct scope *s, struct str name);
/* The innermost entry of that name, or NULL. */
const struct scope *scope_entry(const struct scope *s, struct str name);
double scope_weight(const struct scope *s); /* product over all */

/* Fill a template; p == NULL: a value is missing or does not match the type of its slot. */
struct str scope_fill(struct arena *a, const struct scope *s, struct str text);
struct str scope_fill_lenient(struct arena *a, const struct scope *s, struct str text);
/* Does the template use a value that is text of the output? */
bool scope_uses_output(struct arena *a, const struct scope *s, struct str text);
/* scope_fill of the member of that name; p == NULL also if there is none. */
struct str scope_member(struct arena *a, const struct scope *s, struct node map, const char *name);
/* A pattern in which {name} is replaced by the quoted value.  NULL: a value is missing, or the pattern is invalid. */
struct regex *scope_regex(struct arena *a, const struct scope *s, struct str pattern, enum regex_flags flags);

#endif
