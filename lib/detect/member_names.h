/* member_names.h - read an element of a document by the names of its members
 *
 * The table `member-names` has the names that reports use for a message, a line and the like.  Names are compared in
 * lower case, without "_" and "-".  An element is a diagnostic if it has a message and a line, and one of a file, a
 * severity, a code and a column; in a list of diagnostics, as its name says, or with a message that only what failed
 * has, a message and a file or a severity will do. Positions may be in objects or lists within it, the file in an
 * object around it or in the name of one. */
#ifndef HEAL_DETECT_MEMBER_NAMES_H
#define HEAL_DETECT_MEMBER_NAMES_H

#include "record/json.h"
#include "rules/form.h"
#include "rules/pack.h"

enum member_role {
	MEMBER_MESSAGE,
	MEMBER_FILE,
	MEMBER_LINE,
	MEMBER_COLUMN,
	MEMBER_END_LINE,
	MEMBER_END_COLUMN,
	MEMBER_LEVEL,
	MEMBER_CODE,
	MEMBER_VALUES, /* the number of those above, which are members of an incident */

	MEMBER_FILE_LIKE = MEMBER_VALUES, /* a file, if its value looks like one */
	MEMBER_POSITION,                  /* an object with the place */
	MEMBER_START,                     /* of a position: an object with its first line and column */
	MEMBER_END,                       /* the same with the last */
	MEMBER_PAIR,                      /* a list of a line and a column */
	MEMBER_TEXT,                      /* the text of an object that stands for one */
	MEMBER_TIME,                      /* only logs of programs have it */
	MEMBER_ZERO_BASED,                /* only tools have it that count lines and columns from 0 */
	MEMBER_ZERO_BASED_WITHIN,         /* the same, in an object with the place */
	MEMBER_LIST,                      /* a list of diagnostics */
	MEMBER_FAILING,                   /* a message that only what failed has */
	MEMBER_ROLES
};

struct member_names;

/* In the arena; the pack and the library, which is that of the pack, must outlive it. */
struct member_names *member_names_new(struct arena *a, const struct pack *pack, struct form_library *forms);

struct member_values {
	struct str value[MEMBER_VALUES]; /* p == NULL: absent */
};

/* The name of a value in a record. */
const char *member_role_name(enum member_role role);

/* Is the element a diagnostic?  Values are in the arena or in the document.  `budget` as in select.h. */
bool member_names_read(const struct member_names *n, struct arena *a, const struct json *element, size_t *budget,
	struct member_values *out);

#endif
