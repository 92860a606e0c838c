/* scope.h - the values that conditions and look-ups have found so far
 *
 * A scope only ever grows at its end and is shared by its extensions, so that
 * several values of one name can be tried one after another. */
#ifndef HEAL_ANALYZE_SCOPE_H
#define HEAL_ANALYZE_SCOPE_H

#include "base/arena.h"
#include "rules/node.h"
#include "rules/regex.h"
#include "rules/template.h"

struct scope {
	const struct scope *outer; /* NULL at the end */
	struct str name, value;
	double weight; /* how likely this value is, against its rivals: 0 to 1 */
};

/* Extend by one value, by all named captures of a match. */
const struct scope *scope_set(struct arena *a, const struct scope *s, const char *name, struct str value);
const struct scope *scope_set_weight(
	struct arena *a, const struct scope *s, struct str name, struct str value, double weight);
const struct scope *scope_set_int(struct arena *a, const struct scope *s, const char *name, int64_t value);
const struct scope *scope_captures(struct arena *a, const struct scope *s, const struct match *m);

struct str scope_get(const struct scope *s, struct str name);
double scope_weight(const struct scope *s); /* product over all */

/* Templates over the scope; p == NULL when a value is missing or refused by its slot. */
struct str scope_fill(struct arena *a, const struct scope *s, struct str text);
struct str scope_fill_lenient(struct arena *a, const struct scope *s, struct str text);
/* scope_fill of the member of that name; p == NULL also where there is none. */
struct str scope_member(struct arena *a, const struct scope *s, struct node map, const char *name);
/* A pattern with {name} standing for the value, quoted. NULL: a value is missing or the pattern faulty. */
struct regex *scope_regex(struct arena *a, const struct scope *s, struct str pattern, enum regex_flags flags);

#endif
